"""What the reader hands out: a claim — one number a report vouches for — and a reading of a whole text."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from .normalise import Normalised
from .words import Unit


@dataclass(slots=True)
class Comparison:
    """“同比增14.7%”: `kind` its one name (同比增长), `words` those of the text, `value` and `unit` as shown, `scale` in base units (0.147)."""

    kind: str
    value: Decimal
    unit: str
    scale: Decimal
    quantum: Decimal
    approx: str | None = None
    down: bool = False
    words: str = ""
    base: tuple[Decimal, Decimal] | None = (
        None  # worth and quantum of the figure it is a change from, where told
    )

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "value": plain(self.value), "unit": self.unit}


@dataclass(slots=True)
class Claim:
    """One quantitative claim.

    `start`/`end` are places in the original text, `span` in the clean text, `number` that of the number with its unit and
    words of approximation there. `value` and `unit` are as shown, `scale` in
    base units (元, fractions, single things), `quantum` the worth of the last digit shown. `topic` is the thing counted,
    carried from earlier clauses where the clause names only an attribute (案值). `measure`: flow, stock, rate, ratio,
    rank. `parts_of` is the place in the list of the claim this one is a part of. `why` names rule and words.
    """

    text: str
    start: int
    end: int
    span: tuple[int, int]
    value: Decimal
    unit: str | None
    scale: Decimal
    quantum: Decimal
    measure_unit: Unit | None
    qualifier: str | None = None
    period: str | None = None
    comparisons: list[Comparison] = field(default_factory=list)
    subject: str | None = None
    verb: str | None = None
    head: str = ""
    topic: str = ""
    context: str = ""
    before: str = ""
    measure: str = "flow"
    as_of: date | None = None
    parts_of: int | None = None
    approx: str | None = None
    approx_word: str | None = None
    upper: Decimal | None = None
    flags: list[dict[str, str]] = field(default_factory=list)
    why: list[dict[str, str]] = field(default_factory=list)
    indicator_id: str | None = None
    indicator: str | None = None
    group: str | None = None
    candidates: list[dict[str, Any]] = field(default_factory=list)
    sentence: int = -1
    in_table: bool = False
    number: tuple[int, int] = (0, 0)

    @property
    def comparison(self) -> Comparison | None:
        return self.comparisons[0] if self.comparisons else None

    @property
    def said(self) -> str:
        """The claim's words on one line; a PDF breaks them anywhere."""
        return "".join(line.strip() for line in self.text.split("\n"))

    @property
    def base_unit(self) -> str | None:
        return self.measure_unit.base if self.measure_unit else self.unit

    def to_dict(self) -> dict[str, Any]:
        """The stable form scripts rely on; numbers are JSON numbers, dates ISO, absent things null."""
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "value": plain(self.value),
            "unit": self.unit,
            "scale": plain(self.scale),
            "qualifier": self.qualifier,
            "indicator_id": self.indicator_id,
            "period": self.period,
            "comparison": self.comparison.to_dict() if self.comparison else None,
            "comparisons": [
                c.to_dict() | {"words": c.words or c.kind, "approx": c.approx} for c in self.comparisons
            ],
            "subject": self.subject,
            "verb": self.verb,
            "topic": self.topic or None,
            "measure": self.measure,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "parts_of": self.parts_of,
            "approx": self.approx,
            "upper": plain(self.upper) if self.upper is not None else None,
            "flags": self.flags,
            "indicator": self.indicator,
            "group": self.group,
            "candidates": self.candidates,
            "why": self.why,
            "clean": list(self.span),
        }


@dataclass(frozen=True, slots=True)
class First:
    """“首次举办…”: a claim that nothing came before. It has no number and needs evidence of its own kind."""

    text: str
    start: int
    end: int
    word: str

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "start": self.start, "end": self.end, "word": self.word}


@dataclass(frozen=True, slots=True)
class Vague:
    """“数百人次”: an amount without a number. Nothing can be held against it; somebody should supply the number."""

    text: str
    start: int
    end: int
    word: str

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "start": self.start, "end": self.end, "word": self.word}


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell of a table that holds a number nobody understands: said, so that nothing is left out in silence."""

    text: str
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as read: its claims in order, its claims of being first, its amounts without a number, the cells left unread,
    the year and the publisher it speaks for.

    `complete` is false when the text had more numbers than any report has and the rest was left unread.
    """

    claims: list[Claim]
    firsts: list[First]
    vague: list[Vague]
    source: Normalised
    year: int | None
    publisher: str | None
    complete: bool = True
    unread: tuple[Unread, ...] = ()

    def anew(self) -> "Reading":
        """The same reading with claims of its own, to be matched again; what was read stays as it was."""
        return replace(
            self,
            claims=[
                replace(
                    c, comparisons=list(c.comparisons), flags=list(c.flags), why=list(c.why), candidates=[]
                )
                for c in self.claims
            ],
        )


def plain(number: Decimal) -> int | float:
    """A JSON number: an int where nothing is lost, else the shortest float."""
    return int(number) if number == number.to_integral_value() else float(number)
