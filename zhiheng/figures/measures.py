"""What a figure makes of its rows: how many there are, what they add up to, how many different ones, how many firsts.

A measure says what is read of each row and what the rows together come to: once as an aggregate of the database
(`aggregate`), once from what was read (`total_of`), which is how a frozen figure is computed again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, Count, F, Q, Sum, TextField, Value
from django.db.models.functions import Cast, NullIf
from django.db.models.lookups import Exact

if TYPE_CHECKING:
    from .registry import Figure


def _text(column: str) -> Cast:
    return Cast(F(column), TextField())


def empty(column: str) -> Q:
    """The condition that a column says nothing; an empty text is nothing, whatever the column's type."""
    return Q(**{f"{column}__isnull": True}) | Q(Exact(_text(column), Value("")))


class Measure:
    """Of all measures. `column` is what is read of a row ("" for nothing), `money` whether it is in fen.

    `grouped`: parts of the rows may be computed apart and added; then the figures of one kind of record are answered
    together, and the parts of a breakdown by unit add up.
    """

    kind: str
    column: str = ""
    money = False
    grouped = True

    def aggregate(self) -> Aggregate | None:
        """The aggregate over `column`; None where the number of rows is all there is to know."""
        return None

    def read(self, value: Any) -> Any:
        """What a row adds, of the value of its column."""
        return value

    def words(self, add: Any) -> str:
        """What one row adds, in words."""
        return "计入"

    changed = "内容改变"
    unstated = ""


@dataclass(frozen=True)
class Rows(Measure):
    """The number of rows."""

    kind = "rows"


@dataclass(frozen=True)
class Total(Measure):
    """The sum of an integer column that is no money, such as 覆盖人次. A row that states none adds nothing."""

    column: str
    kind = "total"
    changed = "数目改变"
    unstated = "未登记数目"

    def aggregate(self) -> Aggregate:
        return Sum(self.column)

    def words(self, add: int | None) -> str:
        return "未填数目" if add is None else f"{add:,}"


@dataclass(frozen=True)
class Money(Total):
    """The sum of a column in fen. A row without an amount adds nothing, which is not the same as nought."""

    kind = "money"
    money = True
    changed = "金额改变"
    unstated = "未登记金额"

    def words(self, add: int | None) -> str:
        return "未填金额" if add is None else f"{add // 100:,}.{add % 100:02d}元"


@dataclass(frozen=True)
class Distinct(Measure):
    """How many different values a column has among the rows; rows without one are not counted."""

    column: str
    kind = "distinct"
    grouped = False
    unstated = "未填写，不计数"

    def aggregate(self) -> Aggregate:
        return Count(NullIf(_text(self.column), Value("")), distinct=True)

    def read(self, value: Any) -> str | None:
        return None if value in (None, "") else str(value)

    def words(self, add: str | None) -> str:
        return "未填写" if add is None else add


@dataclass(frozen=True)
class First(Measure):
    """首次, 首批: the rows before which there was none, counted in the period in which they fall.

    `per` is a column: the first of each of its values (the first case of every cause). "" means the first of all.
    `batch`: all rows of the first day are first together (首批), not only one of them.
    """

    per: str = ""
    batch: bool = False
    kind = "first"
    grouped = False


@dataclass(frozen=True, eq=False)
class Ratio(Measure):
    """One figure for each hundred of another, when the figure's unit is %, else for each one. Both open to their rows."""

    numerator: Figure
    denominator: Figure
    kind = "ratio"
    grouped = False

    @property
    def parts(self) -> tuple[Figure, Figure]:
        return self.numerator, self.denominator


def total_of(kind: str, adds: Iterable[Any]) -> int:
    """The stored total (fen for money) of what rows add, for a frozen figure whose measure may be gone by now."""
    if kind == Distinct.kind:
        return len({add for add in adds if add is not None})
    return sum(add or 0 for add in adds)


_KINDS: dict[str, Measure] = {one.kind: one for one in (Rows(), Total(""), Money(""), Distinct(""), First())}


def words(kind: str, add: Any) -> str:
    """What one row adds to a frozen figure, in words."""
    return _KINDS[kind].words(add)
