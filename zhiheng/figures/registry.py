"""What a figure is, over what it is computed, and the list of all there are.

An app declares its figures in its module `figures` and registers them at import; whoever shows a number looks it up here.
A figure counts rows of one kind of record (`Records`), which says by which day a row counts, whose it is and how a list
shows it. Nothing here or above knows which model that is.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Q, QuerySet

from zhiheng.accounts.scoping import MatterScopedQuerySet
from zhiheng.search.index import Index, Through
from zhiheng.ui.lists import Column

from .measures import Measure, Ratio, Rows

_COUNT = Rows()
# How many stored units (fen, or rows) make one shown unit.
_SCALES = {"元": 100, "万元": 1_000_000}


# Values are exact to the fen in 万元; what is divided is rounded to as many digits.
_EXACT = Decimal("0.000001")
UNDECIDED = "—"
# Rows looked up by their numbers in one statement.
_AT_ONCE = 10_000


def printed(value: Decimal | None, unit: str, *, grouped: bool = False) -> str:
    """A value as papers print it: money and fractions with two digits, whole numbers whole, None as a dash.

    `grouped` sets thousands apart.
    """
    if value is None:
        return UNDECIDED
    digits = 2 if unit in _SCALES or value != int(value) else 0
    shown = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{shown:,f}" if grouped else f"{shown:f}"


def shown(unit: str, total: int, days: int = 1) -> Decimal:
    """A stored total in a shown unit, per day of so many."""
    value = Decimal(total) / _SCALES.get(unit, 1)
    return value if days == 1 else (value / days).quantize(_EXACT, ROUND_HALF_UP)


def ratio_of(unit: str, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    if numerator is None or not denominator:
        return None
    return (numerator / denominator * (100 if unit == "%" else 1)).quantize(_EXACT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Scope:
    """Whose records and which days: the units' own rows with their day in first..last, both included.

    `whole` says that the units are all there are. The rows then need no test of their unit, which on a large table is
    most of the work of a sum. `on` is the day of asking: what was undone by then does not count, and a period that still
    runs ends with it. None asks by everything that is known.
    """

    unit_ids: tuple[int, ...]
    first: date
    last: date
    whole: bool = False
    on: date | None = None

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"期间的起日 {self.first} 晚于止日 {self.last}")

    @property
    def end(self) -> date:
        """The last day of the period that has come: the day of a stock."""
        return self.on if self.on is not None and self.first <= self.on < self.last else self.last

    @property
    def days(self) -> int:
        return (self.end - self.first).days + 1

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


@dataclass(frozen=True, eq=False)
class Records:
    """A kind of record that figures count. Figures over the same one are answered together.

    name, noun: what the rows are and how they are counted: 案件 and 件, 活动 and 场次.
    rows: all there are, e.g. `Case.objects.all`.
    day: column of the day by which a row counts.
    columns: the columns of the list that opens; a function, because columns live in `lists`, which is read later.
    find: columns the list searches, and by which rows are told.
    search: the index that finds them, where a list may be long.
    unit: path to the unit a row belongs to.
    related: what the columns show of other tables (`select_related`).
    begins: column of the first day, for rows about a period: one that began before the scope's is not counted in it.
    until: column of the first day on which a row no longer stands, for stocks; empty means that it stands. The column of
        `day` itself says that a row speaks of its own day alone.
    since: column of the day from which a row counts, where that is not always; empty means always.
    void: column of the day from which a row does not count at all, as if it had never been (a revoked decision).
    link: the address of a row's own page, "" for none.
    because: why a row does not count any more, in words, "" when nothing is to say.
    """

    name: str
    noun: str
    rows: Callable[[], QuerySet]
    day: str
    columns: Callable[[], Sequence[Column]]
    find: tuple[str, ...] = ()
    search: Index | Through | None = None
    unit: str = "unit"
    related: tuple[str, ...] = ()
    begins: str = ""
    until: str = ""
    since: str = ""
    void: str = ""
    link: Callable[[Any], str] = lambda row: ""
    because: Callable[[Any], str] = lambda row: ""

    @property
    def of_matters(self) -> bool:
        """Whether the rows are content of matters, which who runs the system does not read."""
        return isinstance(self.rows(), MatterScopedQuerySet)

    @property
    def unit_column(self) -> str:
        return f"{self.unit}_id"

    @property
    def kind(self) -> str:
        """Which records these are, for what is kept of them."""
        return self.rows().model._meta.label_lower

    def titles(self) -> list[str]:
        """What the columns that a list is searched by are called."""
        titles = []
        for path in self.find:
            model, field = self.rows().model, None
            for part in path.split("__"):
                field = model._meta.get_field(part)
                model = field.related_model or model
            titles.append(str(field.verbose_name))
        return titles

    def names(self, ids: Sequence[int]) -> dict[str, list[str]]:
        """Of each of these rows the values of those columns, whatever became of it otherwise."""
        found: dict[str, list[str]] = {}
        for start in range(0, len(ids), _AT_ONCE):
            rows = self.rows().filter(pk__in=ids[start : start + _AT_ONCE]).order_by("pk")
            for pk, *values in rows.values_list("pk", *self.find):
                found[str(pk)] = ["" if value is None else str(value) for value in values]
        return found

    def of(self, scope: Scope) -> QuerySet:
        """The rows of the scope's units that count on the day of asking, of any period."""
        found = self.rows()
        if self.void:
            live = Q(**{f"{self.void}__isnull": True})
            found = found.filter(live if scope.on is None else live | Q(**{f"{self.void}__gt": scope.on}))
        if self.since and scope.on is not None:
            always = Q(**{f"{self.since}__isnull": True})
            found = found.filter(always | Q(**{f"{self.since}__lte": scope.on}))
        return found if scope.whole else found.filter(**{f"{self.unit_column}__in": scope.unit_ids})

    def within(self, scope: Scope) -> QuerySet:
        """Those of them whose day is in the period."""
        found = self.of(scope).filter(**{f"{self.day}__range": (scope.first, scope.last)})
        return found.filter(**{f"{self.begins}__gte": scope.first}) if self.begins else found

    def standing(self, scope: Scope) -> QuerySet:
        """Those of them that stand on the last day of the period."""
        if self.until == self.day:
            return self.of(scope).filter(**{self.day: scope.end})
        after = Q(**{f"{self.until}__isnull": True}) | Q(**{f"{self.until}__gt": scope.end})
        return self.of(scope).filter(after, **{f"{self.day}__lte": scope.end})


@dataclass(frozen=True, eq=False)
class Figure:
    """One number and everything there is to know about it. `docs/architecture.md` shows one of each measure.

    of: the records it counts; None for a ratio, whose two parts have their own.
    where: columns and the values that pick this figure's rows; all must hold. Figures with the same columns are answered
        in one query, so an index over them and the day serves them all.
    only: any further condition; a figure with one is answered alone.
    measure: what is made of the rows.
    stock: count what stands on the last day of the period (存量), not what happened in it.
    per_day: divide by the days of the period (日均).
    counts: the counting rule in words, for the reader of the number.
    by: the ways the number can be broken down.
    silent: no rows mean that nothing was recorded, not nought: such a figure is not shown.
    """

    id: str
    title: str
    unit: str
    counts: str
    of: Records | None = None
    where: Mapping[str, Collection] = field(default_factory=dict)
    only: Q | None = None
    measure: Measure = _COUNT
    stock: bool = False
    per_day: bool = False
    by: tuple[str, ...] = ("month", "unit")
    silent: bool = False

    def __post_init__(self) -> None:
        def refuse(what: str) -> ValueError:
            return ValueError(f"指标 {self.id}：{what}")

        if self.measure.money != (self.unit in _SCALES):
            raise refuse("金额以元或万元为单位，其余用自己的单位")
        if isinstance(self.measure, Ratio) != (self.of is None):
            raise refuse("比率只写分子和分母，其余须写明是什么记录（of）")
        if self.of is None and (self.where or self.only or self.stock or self.per_day):
            raise refuse("比率的条件写在分子和分母上")
        if self.stock and (self.per_day or not self.of.until):
            raise refuse("存量的记录须有失效日（until），且不能按日平均")
        if set(self.by) - {"month", "unit"}:
            raise refuse("只能按 month 或 unit 分列")

    @property
    def parts(self) -> tuple[Figure, ...]:
        """The figures whose rows make this one: itself, or numerator and denominator of a ratio."""
        return self.measure.parts if isinstance(self.measure, Ratio) else (self,)

    @property
    def group(self) -> str:
        """The package whose records it counts (an app label): figures of a package are shown together."""
        return self.parts[0].of.rows().model._meta.app_label

    @property
    def scale(self) -> int:
        return _SCALES.get(self.unit, 1)

    @property
    def digits(self) -> int:
        return 2 if self.unit in _SCALES or self.per_day or isinstance(self.measure, Ratio) else 0

    @property
    def adds_up(self) -> frozenset[str]:
        """The breakdowns whose parts add up to the whole."""
        if not self.measure.grouped:
            return frozenset()
        return frozenset({"unit"} if self.stock or self.per_day else {"month", "unit"})

    def shown(self, total: int, days: int = 1) -> Decimal:
        """The stored total (fen, or rows) in the figure's unit, exactly; `days` of the period where it is per day."""
        return shown(self.unit, total, days if self.per_day else 1)

    def ratio(self, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
        """The value of a ratio; None when there is nothing to divide by."""
        return ratio_of(self.unit, numerator, denominator)


@dataclass(frozen=True)
class Counting:
    """Figures over one kind of record, side by side: what they share is said once. `rule` stands in a counting rule for `{rule}`.

    Called as `Figure` is, without the records; a kind's figures are silent: no rows mean that nothing was recorded.
    """

    of: Records
    rule: str = ""

    def __call__(self, id: str, title: str, unit: str, counts: str = "{rule}", **more: Any) -> Figure:
        return Figure(id, title, unit, counts.replace("{rule}", self.rule), of=self.of, silent=True, **more)

    def rate(self, id: str, title: str, counts: str, numerator: Figure, denominator: Figure) -> Figure:
        """How many of each hundred."""
        said = counts.replace("{rule}", self.rule)
        return Figure(id, title, "%", said, measure=Ratio(numerator, denominator), silent=True)


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
