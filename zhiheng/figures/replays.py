"""What the ledger says of published snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhiheng.audit.models import Entry
from zhiheng.audit.verification import Replay, Spoken, replay

from . import selectors
from .models import Snapshot


@replay
class Snapshots(Replay):
    """Each was published by whom, when and over which figures the ledger says, and its content is what was anchored."""

    def __init__(self) -> None:
        self._spoken = Spoken()

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        said = {
            int(e.subject_id): e
            for e in entries
            if e.subject_kind == "figures.snapshot" and "digest" in e.data
        }
        rows = Snapshot.objects.select_related("unit").prefetch_related("figures", "records").in_bulk(said)
        for pk, entry in said.items():
            self._spoken.add(pk)
            snapshot = rows.get(pk)
            where = f"发布快照“{entry.subject_name}”（第 {entry.seq} 条）"
            if snapshot is None:
                yield f"{where}不见了。"
                continue
            if snapshot.digest != entry.data["digest"] or (
                selectors.content_digest(snapshot, snapshot.figures.all(), snapshot.records.all())
                != entry.data["digest"]
            ):
                yield f"{where}的内容与发布时的摘要不符。"
            if snapshot.ledger_head != entry.hash:
                yield f"{where}记着的留痕账摘要与该条不符：快照或账被改过。"
            if snapshot.published_by_id != entry.actor_id or snapshot.published_on != entry.on:
                yield f"{where}的发布人或发布日期被改过。"

    def close(self) -> Iterator[str]:
        for pk in self._spoken.strangers(Snapshot.objects.all()):
            yield f"发布快照 {pk} 在留痕账上没有发布的条目。"
