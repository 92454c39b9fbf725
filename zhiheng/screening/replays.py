"""What the ledger says of received lists: files as they came with what their rows stated, everything done about an application, what
screening found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import F, OuterRef, Subquery, Sum

from zhiheng.audit.models import Entry
from zhiheng.audit.services import canonical, digest
from zhiheng.audit.verification import Replay, Spoken, replay
from zhiheng.documents.replays import stored_fault

from . import drawings, results
from .importing import seal_of
from .models import Application, ApplicationAct, DrawingFile, ListFile, ReceivedList, ResultFile, Run

_KIND = "screening.receivedlist"


@replay
class Filings(Replay):
    """Each imported file and its rows, each act and each run as its entry says it; no row that no entry speaks of."""

    def __init__(self) -> None:
        self._files, self._acts, self._runs = Spoken(), Spoken(), Spoken()
        self._results_files, self._drawing_files = Spoken(), Spoken()

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind != _KIND:
                continue
            where = f"“{entry.subject_name}”的“{entry.action}”（第 {entry.seq} 条）"
            if "list_file" in entry.data:
                yield from self._file(entry, where)
            elif "results_file" in entry.data:
                yield from self._results(entry, where)
            elif "drawing_file" in entry.data:
                yield from self._drawings(entry, where)
            elif "act" in entry.data:
                yield from self._act(entry, where)
            elif "screening" in entry.data:
                yield from self._run(entry, where)

    def _file(self, entry: Entry, where: str) -> Iterator[str]:
        data = entry.data
        row = ListFile.objects.filter(pk=data["list_file"]).first()
        if row is None:
            yield f"{where}的文件记录不见了。"
            return
        self._files.add(row.pk)
        names = ("rows", "taken", "repeated", "rejected", "seal")
        if [row.digest, *(getattr(row, name) for name in names)] != [
            data["file"],
            *(data[name] for name in names),
        ]:
            yield f"{where}的文件记录与账上不符：被改过。"
        if seal_of(row) != data["seal"]:
            yield f"{where}导入的申请与账上不符：被改过、删去或者添加。"
        if fault := stored_fault(data["file"]):
            yield f"{where}的文件：{fault}。"

    def _results(self, entry: Entry, where: str) -> Iterator[str]:
        data = entry.data
        row = ResultFile.objects.filter(pk=data["results_file"]).first()
        if row is None:
            yield f"{where}的结果文件记录不见了。"
            return
        self._results_files.add(row.pk)
        said = {**results.stated(row), "file": row.digest, "results_file": row.pk}
        if said != data or row.taken_on != entry.on or row.made_by.unit_id != entry.unit_id:
            yield f"{where}的结果文件记录与账上不符：被改过。"
        if results.seal_of(row) != data["seal"]:
            yield f"{where}登记的结果与账上不符：被改过、删去或者添加。"
        for pk in row.acts.filter(on=entry.on, by=entry.actor_id, act="result").values_list("pk", flat=True):
            self._acts.add(pk)
        if fault := stored_fault(data["file"]):
            yield f"{where}的文件：{fault}。"

    def _drawings(self, entry: Entry, where: str) -> Iterator[str]:
        data = entry.data
        row = DrawingFile.objects.filter(pk=data["drawing_file"]).first()
        if row is None:
            yield f"{where}的附图文件记录不见了。"
            return
        self._drawing_files.add(row.pk)
        if {**drawings.stated(row), "file": row.digest, "drawing_file": row.pk} != data or row.on != entry.on:
            yield f"{where}的附图文件记录与账上不符：被改过。"
        for kept in (data["file"], data["table"]):
            if fault := stored_fault(kept):
                yield f"{where}的文件：{fault}。"

    def _act(self, entry: Entry, where: str) -> Iterator[str]:
        data = entry.data
        rows = ApplicationAct.objects.filter(
            application__in=data["applications"], act=data["act"], on=entry.on, by=entry.actor_id, file=None
        ).order_by("id")
        left = {}
        for row in rows:
            if row.pk not in self._acts:
                left.setdefault(row.application_id, row)
        for application in data["applications"]:
            row = left.get(application)
            if row is None:
                yield f"{where}的一条核查记录不见了（申请 {application}）。"
                continue
            self._acts.add(row.pk)
            if row.data != data["answers"] or row.matter_id != data["matter"]:
                yield f"{where}的核查记录与账上不符：被改过（申请 {application}）。"
            for kept in row.data.get("files") or ():
                if fault := stored_fault(kept["digest"]):
                    yield f"{where}的附件：{fault}。"

    def _run(self, entry: Entry, where: str) -> Iterator[str]:
        data = entry.data
        row = Run.objects.filter(pk=data["screening"]).first()
        if row is None:
            yield f"{where}的筛查记录不见了。"
            return
        self._runs.add(row.pk)
        names = ("input", "result", "findings")
        now = [digest(canonical(row.settings)), *(getattr(row, name) for name in names)]
        if now != [data["settings"], *(data[name] for name in names)]:
            yield f"{where}的筛查记录与账上不符：被改过。"
        if fault := stored_fault(data["result"]):
            yield f"{where}的结果文件：{fault}。"

    def close(self) -> Iterator[str]:
        for title, spoken, rows in (
            ("名单文件", self._files, ListFile.objects.filter(taken_on__isnull=False)),
            ("结果文件", self._results_files, ResultFile.objects.filter(taken_on__isnull=False)),
            ("附图文件", self._drawing_files, DrawingFile.objects.all()),
            ("核查记录", self._acts, ApplicationAct.objects.all()),
            ("筛查记录", self._runs, Run.objects.all()),
        ):
            for pk in spoken.strangers(rows):
                yield f"{title} {pk} 在留痕账上没有条目：是直接写进数据库的。"
        for received in ReceivedList.objects.order_by("pk").iterator():
            stated = received.files.filter(taken_on__isnull=False).aggregate(taken=Sum("taken"))["taken"] or 0
            if (received.rows, received.applications.count()) != (stated, stated):
                yield f"名单“{received.title}”（{received.pk}）的件数与导入的不符：有申请被删去或者添加。"
        last = ApplicationAct.objects.filter(application=OuterRef("pk")).order_by("-id").values("stage")[:1]
        moved = Application.objects.annotate(said=Subquery(last)).exclude(said=None).exclude(stage=F("said"))
        for number in moved.values_list("number", flat=True)[:200]:
            yield f"申请 {number} 的阶段与核查记录不符：被改过。"
