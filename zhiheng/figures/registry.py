"""What a figure is, over what it is computed, and the list of all there are.

An app declares its figures in its module `figures` and registers them at import; whoever shows a number looks it up here.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet

# How many stored units (fen, or rows) make one shown unit.
_SCALES = {"元": 100, "万元": 1_000_000}


def printed(value: Decimal, unit: str, *, grouped: bool = False) -> str:
    """A value as papers print it: money with two digits, counts whole; `grouped` sets thousands apart."""
    digits = 2 if unit in _SCALES else 0
    shown = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{shown:,f}" if grouped else f"{shown:f}"


@dataclass(frozen=True)
class Scope:
    """Whose records and which days: the units' own rows with their day in first..last, both included.

    `whole` says that the units are all there are. The rows then need no test of their unit, which on a large table is
    most of the work of a sum.
    """

    unit_ids: tuple[int, ...]
    first: date
    last: date
    whole: bool = False

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"期间的起日 {self.first} 晚于止日 {self.last}")

    def limit(self, rows: QuerySet) -> QuerySet:
        """Only the rows of the scope's units; every figure's `rows` goes through here."""
        return rows if self.whole else rows.filter(unit_id__in=self.unit_ids)

    def at(self, unit_id: int) -> Scope:
        """This period in one of the scope's units. A unit outside it leaves nothing to see."""
        return replace(self, unit_ids=(unit_id,) if unit_id in self.unit_ids else (), whole=False)

    def during(self, year: int, month: int) -> Scope:
        """The part of this period that falls in one calendar month. A month outside the period is a ValueError."""
        end = date(year, month, calendar.monthrange(year, month)[1])
        return replace(self, first=max(self.first, date(year, month, 1)), last=min(self.last, end))

    def months(self) -> Iterator[Scope]:
        """The calendar months of this period, in order."""
        year, month = self.first.year, self.first.month
        while (year, month) <= (self.last.year, self.last.month):
            yield self.during(year, month)
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)


@dataclass(frozen=True)
class Figure:
    """One number and everything there is to know about it.

    rows: gives the rows of a scope; figures declared with the same function are answered together.
    where: (column, values) that picks this figure's rows among those.
    measure: integer column that is summed, in fen; "" counts the rows. A row without an amount adds nothing.
    counts: the counting rule in words, for the reader of the number.
    by: the ways the number can be broken down.
    """

    id: str
    title: str
    unit: str
    counts: str
    rows: Callable[[Scope], QuerySet]
    where: tuple[str, tuple[str, ...]] | None = None
    measure: str = ""
    by: tuple[str, ...] = ("month", "unit")

    def __post_init__(self) -> None:
        if bool(self.measure) != (self.unit in _SCALES):
            raise ValueError(f"指标 {self.id}：金额以元或万元为单位，其余按行计数")

    @property
    def scale(self) -> int:
        return _SCALES.get(self.unit, 1)

    def shown(self, total: int) -> Decimal:
        """The stored total (fen, or rows) in the figure's unit, exactly."""
        return Decimal(total) / self.scale


_figures: dict[str, Figure] = {}


def register(*figures: Figure) -> None:
    for figure in figures:
        if figure.id in _figures:
            raise ValueError(f"指标 {figure.id} 登记了两次")
        _figures[figure.id] = figure


def registered() -> tuple[Figure, ...]:
    """All figures in the order they were declared."""
    return tuple(_figures.values())


def find(figure_id: str) -> Figure | None:
    return _figures.get(figure_id)
