"""What the ledger says of the words of the law that were taken in: whose file, when, and that they are those still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhiheng.audit.models import Entry
from zhiheng.audit.services import digest
from zhiheng.audit.verification import Replay, replay

from .models import StatuteText


@replay
class StatuteTexts(Replay):
    """Each text is the one that was taken in last for its version."""

    def __init__(self) -> None:
        self._said: dict[int, Entry] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind == StatuteText._meta.label_lower:
                self._said[int(entry.subject_id)] = entry
        return iter(())

    def close(self) -> Iterator[str]:
        unknown = 0
        for row in StatuteText.objects.order_by("pk").iterator(chunk_size=50):
            entry = self._said.pop(row.pk, None)
            if entry is None:
                yield f"法规原文“{row}”（{row.pk}）在留痕账上没有导入的条目：是直接写进数据库的。"
                continue
            data = entry.data
            now = (row.sha256, row.file_name, row.taken_in_on, row.taken_in_by_id, str(row))
            if now != (data["sha256"], data["file"][:200], entry.on, entry.actor_id, entry.subject_name):
                yield f"法规原文“{row}”的登记与账上不符：被改过。"
            if "content" not in data:
                unknown += 1
            elif [row.instrument, str(row.effective), digest(row.words.encode())] != [
                *data["version"],
                data["content"],
            ]:
                yield f"法规原文“{row}”的文字或者所属版本与账上不符：被改过。"
        for pk, entry in self._said.items():
            yield f"法规原文“{entry.subject_name}”（{pk}）不见了，账上没有删除。"
        if unknown:
            self.unchecked = f"{unknown} 部法规原文导入于留痕账记文字摘要之前，文字未核对。"
