"""What the ledger says of papers, evidence, their stored files and the series their numbers are drawn from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from zhiheng.audit.models import Entry
from zhiheng.audit.services import canonical, digest
from zhiheng.audit.verification import Replay, Spoken, replay
from zhiheng.refusal import Refused

from . import archives, services
from .models import Archive, Evidence, NumberSeries, Paper, Scan


def stored_fault(file_digest: str) -> str:
    """Why the file kept under the digest is not what it was, "" when it is or when there is none."""
    if not file_digest:
        return ""
    try:
        services.sums(file_digest)
    except Refused as refused:
        return refused.reasons[0].text
    return ""


@replay
class Papers(Replay):
    def __init__(self) -> None:
        self._spoken = Spoken()
        self._unknown = 0

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        said = {int(e.subject_id): e for e in entries if e.subject_kind == "documents.paper"}
        rows = Paper.objects.in_bulk(said)
        for pk, entry in said.items():
            self._spoken.add(pk)
            row, data = rows.get(pk), entry.data
            where = f"文书“{entry.subject_name}”（第 {entry.seq} 条）"
            if row is None:
                yield f"{where}不见了。"
                continue
            if (row.form, row.form_version, row.number, row.digest, row.on, row.made_by_id) != (
                data["form"],
                data["version"],
                data["number"],
                data["digest"],
                entry.on,
                entry.actor_id,
            ) or not entry.subject_name.endswith(str(row)[-40:]):
                yield f"{where}的登记与账上不符：被改过。"
            now = {"folder": row.folder_id, "step": row.step, "size": row.size}
            if any(now[key] != data.get(key, now[key]) for key in now):
                yield f"{where}所在的案卷、步骤或者字节数与账上不符：被改过。"
            if "content" not in data:
                self._unknown += 1
            elif digest(canonical(row.data)) != data["content"]:
                yield f"{where}的内容与账上不符：被改过。"
            if fault := stored_fault(data["digest"]):
                yield f"{where}的文件：{fault}。"

    def close(self) -> Iterator[str]:
        for pk in self._spoken.strangers(Paper.objects.all()):
            yield f"文书 {pk} 在留痕账上没有制作的条目：是直接写进数据库的。"
        if self._unknown:
            self.unchecked = (
                f"{self._unknown} 份文书制作于留痕账记内容摘要之前：文件本身已核对，填写内容未核对。"
            )


@replay
class EvidenceItems(Replay):
    def __init__(self) -> None:
        self._spoken = Spoken()
        self._excluded: dict[int, str] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        entries = [entry for entry in entries if entry.subject_kind == "documents.evidence"]
        rows = Evidence.objects.in_bulk({int(entry.subject_id) for entry in entries})
        for entry in entries:
            row, data = rows.get(int(entry.subject_id)), entry.data
            where = f"证据“{entry.subject_name}”（第 {entry.seq} 条）"
            if row is None:
                yield f"{where}不见了。"
                continue
            if "address" in data:
                continue  # its file was fetched
            if "reason" in data:
                self._excluded[row.pk] = data["reason"]
                continue
            self._spoken.add(row.pk)
            now = {
                "kind": row.kind,
                "digest": row.digest,
                "sha256": row.sha256,
                "size": row.size,
                "proves": row.proves,
                "source": row.source,
                "collected_on": row.collected_on.isoformat(),
                "file_name": row.file_name,
                "folder": row.folder_id,
            }
            if any(now[key] != value for key, value in data.items() if key in now) or (
                row.added_by_id != entry.actor_id or not entry.subject_name.endswith(row.name[-40:])
            ):
                yield f"{where}的登记与账上不符：被改过。"
            if fault := stored_fault(row.digest):
                yield f"{where}的文件：{fault}。"

    def close(self) -> Iterator[str]:
        for pk in self._spoken.strangers(Evidence.objects.all()):
            yield f"证据 {pk} 在留痕账上没有登记的条目：是直接写进数据库的。"
        for pk, reason in Evidence.objects.exclude(excluded_reason="").values_list("pk", "excluded_reason"):
            if self._excluded.pop(pk, None) != reason:
                yield f"证据 {pk} 的排除与账上不符。"
        for pk in self._excluded:
            yield f"证据 {pk} 账上已排除，记录里没有。"


@replay
class Scans(Replay):
    def __init__(self) -> None:
        self._spoken = Spoken()

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        said = {int(e.subject_id): e for e in entries if e.subject_kind == "documents.scan"}
        rows = Scan.objects.in_bulk(said)
        for pk, entry in said.items():
            self._spoken.add(pk)
            row, data = rows.get(pk), entry.data
            where = f"签章扫描件“{entry.subject_name}”（第 {entry.seq} 条）"
            if row is None:
                yield f"{where}不见了。"
                continue
            if (row.paper_id, row.digest, row.size, row.file_name, row.on, row.added_by_id) != (
                data["paper"],
                data["digest"],
                data["size"],
                data["file_name"],
                entry.on,
                entry.actor_id,
            ):
                yield f"{where}的登记与账上不符：被改过。"
            if fault := stored_fault(data["digest"]):
                yield f"{where}的文件：{fault}。"

    def close(self) -> Iterator[str]:
        for pk in self._spoken.strangers(Scan.objects.all()):
            yield f"签章扫描件 {pk} 在留痕账上没有上传的条目：是直接写进数据库的。"


@replay
class Archives(Replay):
    """A closed file is what was filed and what was bound, and never anything else."""

    def __init__(self) -> None:
        self._spoken, self._bound = Spoken(), Spoken()

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        entries = [entry for entry in entries if entry.subject_kind == "documents.archive"]
        rows = Archive.objects.in_bulk({int(entry.subject_id) for entry in entries})
        for entry in entries:
            row, data = rows.get(int(entry.subject_id)), entry.data
            where = f"归档案卷“{entry.subject_name}”的“{entry.action}”（第 {entry.seq} 条）"
            if row is None:
                yield f"{where}不见了。"
                continue
            if "bound" in data:
                self._bound.add(row.pk)
                if archives.bound_as(row) != data:
                    yield f"{where}与账上不符：被改过。"
                kept = data["pdf"]
            else:
                self._spoken.add(row.pk)
                now = {"folder": row.folder_id, "seq": row.seq, **archives.stated(row)}
                if now != data or (row.on, row.responsible_id) != (entry.on, entry.actor_id):
                    yield f"{where}与账上不符：被改过。"
                kept = data["plan"]
            if fault := stored_fault(kept):
                yield f"{where}的文件：{fault}。"

    def close(self) -> Iterator[str]:
        for pk in self._spoken.strangers(Archive.objects.all()):
            yield f"归档案卷 {pk} 在留痕账上没有立卷的条目：是直接写进数据库的。"
        for pk in self._bound.strangers(Archive.objects.exclude(zip_sha256="")):
            yield f"归档案卷 {pk} 在留痕账上没有装订的条目：摘要是直接写进数据库的。"


_NUMBER = re.compile(r"(.+?)〔(\d{4})〕(\d+)号")


@replay
class Numbers(Replay):
    """A series stands at the last number drawn from it; papers and the steps of a matter say which those are."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, int], int] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind == "documents.paper" and (found := _NUMBER.fullmatch(entry.data["number"])):
                key = found[1], int(found[2])
                self._last[key] = max(self._last.get(key, 0), int(found[3]))
        return iter(())

    def close(self) -> Iterator[str]:
        standing = {(one.prefix + one.code, one.year): one.last for one in NumberSeries.objects.all()}
        for (series, year), last in self._last.items():
            now = standing.get((series, year))
            if now != last:
                yield f"文号“{series}〔{year}〕”已用到 {last} 号，编号簿上是 {now if now is not None else '没有这一种'}。"
