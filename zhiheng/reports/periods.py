"""Of what time a report is: a year, its first half or a quarter. Knows no Django."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

# Parts of a year that are reported: how addresses name them, what they are called, their first and last month.
PARTS = {
    "": ("全年", 1, 12),
    "h1": ("上半年", 1, 6),
    "q1": ("第一季度", 1, 3),
    "q2": ("第二季度", 4, 6),
    "q3": ("第三季度", 7, 9),
    "q4": ("第四季度", 10, 12),
}


@dataclass(frozen=True)
class Period:
    """What a report is about: a year, its first half or a quarter. `str()` is how addresses and entries name it: 2024, 2024h1, 2024q3."""

    year: int
    part: str = ""

    @classmethod
    def named(cls, name: str) -> Period:
        return cls(int(name[:4]), name[4:])

    @classmethod
    def of(cls, first: date, last: date) -> Period:
        """The one with these days; any other stretch of days is taken for its year."""
        found = (cls(first.year, part) for part in PARTS)
        return next((one for one in found if (one.first, one.last) == (first, last)), cls(first.year))

    def __str__(self) -> str:
        return f"{self.year}{self.part}"

    @property
    def parts(self) -> list[Period]:
        """The whole of its year and what that is divided into."""
        return [Period(self.year, part) for part in PARTS]

    @property
    def words(self) -> str:
        return f"{self.year}年{self.span if self.part else ''}"

    @property
    def span(self) -> str:
        """As a sentence about all of it begins."""
        return PARTS[self.part][0]

    @property
    def end(self) -> str:
        """As a sentence about what there is at its end says it: 2024年6月底."""
        return f"{self.year}年{self.last.month}月底"

    @property
    def names(self) -> dict[str, str]:
        """What a wording may name of it."""
        return {"year": str(self.year), "period": self.words, "span": self.span, "end": self.end}

    @property
    def first(self) -> date:
        return date(self.year, PARTS[self.part][1], 1)

    @property
    def last(self) -> date:
        month = PARTS[self.part][2]
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def before(self) -> Period:
        """The same of the year before, which it is compared with."""
        return Period(self.year - 1, self.part)
