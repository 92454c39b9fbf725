"""The one way a service says no: in words fit for the screen, with the article and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhiheng.canonical import nested_quotes


@dataclass(frozen=True)
class Reason:
    """Why not. `field` names the form field it belongs to, if one does; `article` the rule; `way_out` what to do; `guard` the
    condition of the law book that is not met, or the kind of order that is broken."""

    text: str
    article: str = ""
    way_out: str = ""
    field: str = ""
    guard: str = ""

    def __post_init__(self) -> None:
        # What shows a reason puts the full stop; one written here as well would stand twice.
        for part in ("text", "way_out"):
            object.__setattr__(self, part, nested_quotes(getattr(self, part).rstrip("。 ")))

    def __str__(self) -> str:
        parts = [self.text]
        if self.article:
            parts.append(f"（{self.article}）")
        if self.way_out:
            parts.append(f"。{self.way_out}")
        return "".join(parts)


class Refused(Exception):
    """Raised by services before anything is written. `reasons` are all of them, not just the first."""

    def __init__(self, reasons: Iterable[Reason]):
        self.reasons = tuple(reasons)
        super().__init__("；".join(map(str, self.reasons)))

    @classmethod
    def because(cls, text: str, *, article: str = "", way_out: str = "", field: str = "") -> Refused:
        return cls((Reason(text, article, way_out, field),))
