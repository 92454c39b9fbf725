"""What the ledger says of the reconciliation desk: the texts that were held against the records, and what people said words state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhiheng.audit.models import Entry
from zhiheng.audit.services import digest, plain
from zhiheng.audit.verification import Replay, Spoken, replay
from zhiheng.documents.replays import stored_fault

from .models import HeldText, PaperKind, PhraseVariant, Release
from .releasing import told


@replay
class Releases(Replay):
    """Each draft on its way is what its last entry says, column by column, and what was signed is what was published."""

    def __init__(self) -> None:
        self._last: dict[int, dict] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind == Release._meta.label_lower:
                self._last[int(entry.subject_id)] = entry.data
        yield from ()

    def close(self) -> Iterator[str]:
        for row in Release.objects.order_by("pk").iterator(chunk_size=500):
            said = self._last.pop(row.pk, None)
            if said is None:
                yield f"报告送审稿 {row.pk} 在留痕账上没有条目：是直接写进数据库的。"
            # Entries from before there were other papers speak of the annual report; none was kept as a file before it said so.
            elif plain(told(row)) != {"paper": PaperKind.ANNUAL.value, "issued": "", **said}:
                yield f"报告送审稿“{row}”（{row.pk}）的登记与账上不符：被改过。"
            elif fault := stored_fault(row.issued):
                yield f"报告“{row}”发布的文件：{fault}。"
        for pk in self._last:
            yield f"报告送审稿 {pk} 不见了。"


@replay
class HeldTexts(Replay):
    """Each text is the one that was handed in, by whom, when, for which year."""

    def __init__(self) -> None:
        self._spoken = Spoken()
        self._unknown = 0

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        said = {int(e.subject_id): e for e in entries if e.subject_kind == HeldText._meta.label_lower}
        rows = HeldText.objects.in_bulk(said)
        for pk, entry in said.items():
            self._spoken.add(pk)
            row, data = rows.get(pk), entry.data
            where = f"核对文本“{entry.subject_name}”（第 {entry.seq} 条）"
            if row is None:
                yield f"{where}不见了。"
                continue
            now = (row.year, row.digest, row.made_by_id, row.on, row.unit_id, row.title)
            told = (data["year"], data["digest"], entry.actor_id, entry.on, entry.unit_id, entry.subject_name)
            if now != told:
                yield f"{where}的登记与账上不符：被改过。"
            if "content" not in data:
                self._unknown += 1
            elif (row.source, digest(row.text.encode())) != (data["source"], data["content"]):
                yield f"{where}的文字或者来源与账上不符：被改过。"

    def close(self) -> Iterator[str]:
        for pk in self._spoken.strangers(HeldText.objects.all()):
            yield f"核对文本 {pk} 在留痕账上没有条目：是直接写进数据库的。"
        if self._unknown:
            self.unchecked = f"{self._unknown} 份核对文本交来于留痕账记文字摘要之前，文字未核对。"


@replay
class PhraseVariants(Replay):
    """What somebody said that words state, and who withdrew it with which reason."""

    def __init__(self) -> None:
        self._spoken = Spoken()
        self._withdrawn: dict[int, tuple] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        entries = [e for e in entries if e.subject_kind == PhraseVariant._meta.label_lower]
        rows = PhraseVariant.objects.in_bulk({int(e.subject_id) for e in entries})
        for entry in entries:
            pk, data = int(entry.subject_id), entry.data
            row = rows.get(pk)
            if "because" in data:
                self._withdrawn[pk] = entry.actor_id, entry.on, data["because"]
                continue
            self._spoken.add(pk)
            where = f"指标说法{entry.subject_name}（第 {entry.seq} 条）"
            if row is None:
                yield f"{where}不见了。"
                continue
            now = (row.words, row.about, row.measure_word, row.indicator_id, row.note, row.text_id)
            told = (data["words"], data["about"], data["unit"] or "", data["indicator"])
            told += (data["note"].strip(), data.get("held", row.text_id))
            by = (row.made_by_id, row.on, row.unit_id)
            if now != told or by != (entry.actor_id, entry.on, entry.unit_id):
                yield f"{where}的登记与账上不符：被改过。"

    def close(self) -> Iterator[str]:
        for pk in self._spoken.strangers(PhraseVariant.objects.all()):
            yield f"指标说法 {pk} 在留痕账上没有条目：是直接写进数据库的。"
        for row in PhraseVariant.objects.order_by("pk").iterator(chunk_size=500):
            now = (row.withdrawn_by_id, row.withdrawn_on, row.withdrawn_because)
            if self._withdrawn.get(row.pk, (None, None, "")) != now:
                yield f"指标说法{row}（{row.pk}）的撤回与账上不符：被改过。"
