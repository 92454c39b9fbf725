"""The one way a service says no: in words fit for the screen, with the article and the way out."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """Why not. `field` names the form field it belongs to, if one does; `article` the rule; `way_out` what to do."""

    text: str
    article: str = ""
    way_out: str = ""
    field: str = ""

    def __str__(self) -> str:
        parts = [self.text]
        if self.article:
            parts.append(f"（{self.article}）")
        if self.way_out:
            parts.append(f"。{self.way_out}")
        return "".join(parts)


@dataclass(frozen=True)
class Refused(Exception):
    """Raised by services before anything is written."""

    reasons: tuple[Reason, ...] = field(default_factory=tuple)

    @classmethod
    def because(cls, text: str, *, article: str = "", way_out: str = "", field: str = "") -> Refused:
        return cls((Reason(text, article, way_out, field),))

    def __str__(self) -> str:
        return "；".join(str(reason) for reason in self.reasons)
