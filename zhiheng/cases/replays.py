"""What the ledger says of cases: imports and every row they wrote, and the decisions of cases worked here."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from zhiheng.audit.models import Entry
from zhiheng.audit.verification import Replay, Spoken, replay
from zhiheng.documents import services as documents
from zhiheng.documents.models import NumberSeries
from zhiheng.documents.replays import stored_fault
from zhiheng.law import current_book
from zhiheng.matters import powers
from zhiheng.matters.engine import decode, procedure_at, stretches_of
from zhiheng.refusal import Refused

from . import decisions, seals
from .family import CASE
from .models import Case, DecidedBy, LedgerImport, Share

_BATCH = 1000
_COPIED = ("decided_on", "doc_no", "doc_no_printed", "fine_fen", "confiscated_gains_fen", "forfeit_fen")
_TITLES = {name: str(Case._meta.get_field(name).verbose_name) for name in _COPIED}


@replay
class Imports(Replay):
    """Each import as its entry says it, its files as they came, and every imported case as its ledger stated it."""

    def __init__(self) -> None:
        self._spoken = Spoken()
        self._unsealed = 0
        # On disk: there may be a million rows.
        self._rows = sqlite3.connect("")
        self._rows.execute("CREATE TABLE stated (key TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID")

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        said = {
            int(e.subject_id): e
            for e in entries
            if e.subject_kind == "cases.ledgerimport" and "file" in e.data
        }
        rows = LedgerImport.objects.in_bulk(said)
        for pk, entry in said.items():
            self._spoken.add(pk)
            row, data = rows.get(pk), entry.data
            where = f"台账导入“{entry.subject_name}”（第 {entry.seq} 条）"
            if row is None:
                yield f"{where}的记录不见了。"
            else:
                now = (row.file_digest, row.rows, row.imported, row.changed, row.unchanged, row.rejected)
                said_of = [data[k] for k in ("file", "rows", "imported", "changed", "unchanged", "rejected")]
                if list(now) != said_of or (row.made_by_id, row.on, row.file_name) != (
                    entry.actor_id,
                    entry.on,
                    entry.subject_name,
                ):
                    yield f"{where}的记录与账上不符：被改过。"
                if data.get("unit", row.unit_id) != row.unit_id:
                    yield f"{where}的单位与账上不符：被改过。"
                if "rejects" in data and row.rejects_digest != data["rejects"]:
                    yield f"{where}的退回表与账上不符：被改过。"
            for kept in filter(None, (data["file"], data.get("rejects"))):
                if fault := stored_fault(kept):
                    yield f"{where}的文件：{fault}。"
            if "seal" not in data:
                self._unsealed += 1
                continue
            try:
                self._state(documents.read(data["seal"]).decode())
            except (Refused, ValueError) as error:
                self._unsealed += 1
                why = error.reasons[0].text if isinstance(error, Refused) else str(error)
                yield f"{where}逐行摘要的文件：{why}。"

    def _state(self, lines: str) -> None:
        gone, stated = [], []
        for key, digest in seals.read(lines):
            if digest is None:
                gone.append((key,))
            else:
                stated.append((key, digest))
        self._rows.executemany("DELETE FROM stated WHERE key = ?", gone)
        self._rows.executemany("INSERT OR REPLACE INTO stated VALUES (?, ?)", stated)

    def close(self) -> Iterator[str]:
        for pk in self._spoken.strangers(LedgerImport.objects.all()):
            yield f"台账导入 {pk} 在留痕账上没有条目：是直接写进数据库的。"
        if self._unsealed:
            self.unchecked = f"{self._unsealed} 次台账导入没有逐行摘要，所导入的案件未逐件核对。"
            return
        rows = seals.rows(Case.objects.filter(ledger_key__isnull=False))
        while batch := [(seals.as_written(key), *rest) for key, *rest in islice(rows, _BATCH)]:
            yield from self._compare(batch)
        (lost,) = self._rows.execute("SELECT count(*) FROM stated").fetchone()
        if lost:
            keys = "、".join(key[:12] for (key,) in self._rows.execute("SELECT key FROM stated LIMIT 3"))
            yield f"由台账导入的案件少了 {lost} 件，账上没有删除（行键 {keys}…）。"

    def _compare(self, batch: list[tuple]) -> Iterator[str]:
        """What differs from what was stated; every key met is crossed off, so that what is left at the end is lost."""
        marks = ",".join("?" * len(batch))
        keys = [row[0] for row in batch]
        said = dict(self._rows.execute(f"SELECT key, digest FROM stated WHERE key IN ({marks})", keys))
        self._rows.execute(f"DELETE FROM stated WHERE key IN ({marks})", keys)
        for key, title, pk, digest in batch:
            if key not in said:
                yield f"案件“{title}”（{pk}）记作由台账导入，没有一次导入写过它。"
            elif said[key] != digest:
                yield f"案件“{title}”（{pk}）的内容与导入时台账所写不符：被改过。"


@replay
class WorkedCases(Replay):
    """The decisions of a case worked here are those its steps made and changed; its own columns follow from them."""

    def close(self) -> Iterator[str]:
        worked = Case.objects.filter(matter__isnull=False)
        for case in worked.select_related("matter", "unit").order_by("pk").iterator(chunk_size=200):
            for words in self._case(case):
                yield f"案件“{case.title}”（{case.pk}）的{words}与步骤所写不符：被改过。"
        yield from self._numbers(worked)

    def _case(self, case: Case) -> Iterator[str]:
        """What of the decisions differs from what the steps say, in words."""
        made, changed, shares, outcome = [], [], [], ""
        causes, values = {case.cause}, {None, case.case_value_fen}
        for run in case.matter.runs.order_by("id"):
            stretches = stretches_of(run)
            for row in run.steps.order_by("seq"):
                procedure = procedure_at(stretches, row.seq)
                step, data = procedure.steps[row.step], decode(procedure, row.step, row.data)
                causes.add(data.get("cause"))
                values |= {data.get("case_value"), data.get("further_value")}
                for recorded in step.records:
                    if recorded.column == "outcome":
                        outcome = recorded.of[0] if recorded.how == "word" else ""
                if step.decides:
                    made.append((step.decides, row.on, *decisions.ordered(data).values()))
                    shares.append(sorted(map(_borne, decisions.shares_in(case, data))))
                if step.undoes:
                    changed.append((data.get("changed_fine"), data.get("changed_confiscated_gains")))
        kept = list(case.decisions.order_by("id"))
        first = [(d.kind, d.decided_on, d.fine_fen, d.confiscated_gains_fen) for d in kept if d.since is None]
        if first != made:
            yield "决定（种类、日期或金额）"
        bears = [sorted(map(_borne, d.shares.all())) for d in kept if d.since is None]
        if len(bears) == len(shares) and bears != shares:
            yield "各当事人的处罚"
        later = [(d.fine_fen, d.confiscated_gains_fen) for d in kept if d.since is not None]
        if not all(amounts in changed for amounts in later):
            yield "变更后的决定"
        fallen = bool(kept) and all(d.ended_on for d in kept)
        if case.outcome not in ({outcome, decisions.FALLEN} if fallen else {outcome}):
            yield str(Case._meta.get_field("outcome").verbose_name)
        now = {name: getattr(case, name) for name in _COPIED}
        decisions.reflect(case)
        yield from (_TITLES[name] for name in _COPIED if getattr(case, name) != now[name])
        for one in kept:
            if (
                one.unit_id != case.unit_id
                or one.cause not in causes
                or one.case_value_fen not in values
                or one.number_printed != one.number
                or bool(one.changed_by) > bool(one.changed_how)
                or one.replaces_id not in {None, *(other.pk for other in kept if other.pk < one.pk)}
            ):
                yield "决定（单位、案由、案值、文号原文、所代替的决定或者变更文书）"
            delegated = powers.delegated(case.unit, one.cause, one.decided_on)
            if one.power != (DecidedBy.DELEGATED if delegated else DecidedBy.OWN):
                yield "决定所依的权限与权限下放的登记"
            parts = [amount for amount in (one.fine_fen, one.confiscated_gains_fen) if amount is not None]
            if one.forfeit_fen != sum(parts) and (parts or one.forfeit_fen):
                yield "罚没金额"
            borne = [share.fine_fen + share.confiscated_gains_fen for share in one.shares.all()]
            if borne and sum(borne) != sum(parts):
                yield "各当事人的处罚"

    def _numbers(self, worked) -> Iterator[str]:
        """The series of leads and filings stand at the last number a case worked here has."""
        last: dict[tuple[str, int], int] = defaultdict(int)
        for pair in worked.values_list("lead_no", "case_no").iterator():
            for number in pair:
                if found := re.fullmatch(r"(.+?)〔(\d{4})〕(\d+)号", number):
                    key = found[1], int(found[2])
                    last[key] = max(last[key], int(found[3]))
        for one in NumberSeries.objects.filter(code__in=_drawn_into("lead_no", "case_no")):
            used = last.pop((one.prefix + one.code, one.year), 0)
            if used != one.last:
                yield f"编号“{one.prefix}{one.code}〔{one.year}〕”已用到 {used} 号，编号簿上是 {one.last}。"
        for (series, year), used in last.items():
            yield f"编号“{series}〔{year}〕”已用到 {used} 号，编号簿上没有这一种。"


def _borne(share: Share) -> tuple:
    """A share without the decision it belongs to, and without the name of the principal party, which a step may correct later."""
    who = "" if share.principal else share.party_name
    return who, share.principal, share.rule, share.fine_fen, share.confiscated_gains_fen, share.other


def _drawn_into(*columns: str) -> set[str]:
    """The series of numbers that a step of a case's procedures draws into one of these columns."""
    book = current_book()
    return {
        record.of[0]
        for code in {code for kind in CASE.kinds for code in kind.procedures}
        for version in book.procedure_versions[code]
        for step in version.steps.values()
        for record in step.records
        if record.how == "number" and record.column in columns
    }
