"""What the ledger says of packages beyond their columns: each is kept as it was signed, and so is its receipt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhiheng.audit.models import Entry
from zhiheng.audit.verification import Replay, replay
from zhiheng.documents.replays import stored_fault

from .models import Incoming, Outgoing


@replay
class Packages(Replay):
    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        return iter(())

    def close(self) -> Iterator[str]:
        for model in (Outgoing, Incoming):
            for one in model.objects.select_related("letter", "partner").order_by("pk").iterator(500):
                for name in ("digest", "receipt"):
                    kept = getattr(one, name)
                    if kept and (fault := stored_fault(kept)):
                        yield f"{model._meta.verbose_name}“{one}”的文件：{fault}。"
