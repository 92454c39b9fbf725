"""Figures computed, opened to their rows, broken down, and published ones checked.

Everything starts from `rows`: the number, the list behind it and the export are the same queryset.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.db.models import Value as Constant

from zhiheng.accounts.models import Unit
from zhiheng.audit.selectors import history_of
from zhiheng.audit.services import canonical, digest

from .models import Snapshot
from .registry import Figure, Scope, find, printed, registered


@dataclass(frozen=True)
class Value:
    """A computed figure: the number in the figure's unit, exact, and how many rows it was made from."""

    figure: Figure
    value: Decimal
    rows: int

    @property
    def text(self) -> str:
        """As the text of a report prints it."""
        return printed(self.value, self.figure.unit)

    @property
    def grouped(self) -> str:
        """As tables show it."""
        return printed(self.value, self.figure.unit, grouped=True)


@dataclass(frozen=True)
class Slice:
    """One month or unit of a breakdown; `scope` opens its rows."""

    key: str
    title: str
    scope: Scope
    value: Value


def rows(figure: Figure, scope: Scope) -> QuerySet:
    """The very rows of the number, for the list, the export and the snapshot."""
    found = figure.rows(scope)
    if figure.where:
        column, values = figure.where
        found = found.filter(**{f"{column}__in": values})
    return found


def compute(scope: Scope, figures: Iterable[Figure] | None = None) -> dict[str, Value]:
    """The figures (all registered ones unless named) over the scope, by id, one query for each set of rows."""
    families = defaultdict(list)
    for figure in registered() if figures is None else figures:
        families[figure.rows, figure.where and figure.where[0]].append(figure)
    return {
        value.figure.id: value
        for (source, column), members in families.items()
        for value in _answer(source(scope), column, members)
    }


def breakdown(figure: Figure, scope: Scope, by: str) -> list[Slice]:
    """The figure by "month" or by "unit", empty ones included; the slices add up to the figure."""
    if by not in figure.by:
        raise ValueError(f"“{figure.title}”不能按 {by} 分列")
    if by == "month":
        parts = [(f"{s.first:%Y-%m}", f"{s.first.month}月", s) for s in scope.months()]
        # A month is a narrower scope: a range of the index for each, in one statement.
        queries = [_totals(rows(figure, s), Constant(key), [figure]) for key, _, s in parts]
        found = {row[0]: row[1:] for row in queries[0].union(*queries[1:], all=True)}
    else:
        units = Unit.objects.filter(id__in=scope.unit_ids).order_by("code")
        parts = [(unit.code, unit.short_name, scope.at(unit.pk)) for unit in units]
        codes = {unit.pk: unit.code for unit in units}
        found = {codes[row[0]]: row[1:] for row in _totals(rows(figure, scope), "unit_id", [figure])}
    return [Slice(key, title, s, _value(figure, [figure], [found.get(key)])) for key, title, s in parts]


def _answer(source: QuerySet, column: str | None, members: Sequence[Figure]) -> Iterable[Value]:
    if column is None:
        groups = {None: next(iter(_totals(source, Constant(""), members)), (None,))[1:]}
    else:
        wanted = sorted({value for figure in members for value in figure.where[1]})
        found = _totals(source.filter(**{f"{column}__in": wanted}), column, members)
        groups = {row[0]: row[1:] for row in found}
    for figure in members:
        picked = figure.where[1] if figure.where else (None,)
        yield _value(figure, members, [groups.get(value) for value in picked])


def _measures(members: Sequence[Figure]) -> list[str]:
    return sorted({figure.measure for figure in members if figure.measure})


def _totals(source: QuerySet, key: str | Constant, members: Sequence[Figure]) -> QuerySet:
    """Rows (key, count, sum of each measure in the order of `_measures`): one aggregate over the source."""
    sums = {f"sum_{measure}": Sum(measure) for measure in _measures(members)}
    keyed = source.order_by().values_list(key if isinstance(key, str) else key.copy())
    return keyed.annotate(rows_counted=Count("*"), **sums)


def _value(figure: Figure, members: Sequence[Figure], groups: Sequence[Sequence | None]) -> Value:
    groups = [group for group in groups if group]
    count = sum(group[0] for group in groups)
    if not figure.measure:
        return Value(figure, figure.shown(count), count)
    at = 1 + _measures(members).index(figure.measure)
    # A sum of nothing but missing amounts is NULL; PostgreSQL sums to Decimal.
    return Value(figure, figure.shown(sum(int(group[at] or 0) for group in groups)), count)


def total(figure: Figure, found: QuerySet) -> Value:
    """The figure over rows already picked, such as a list filtered further."""
    return _value(figure, [figure], [next(iter(_totals(found, Constant(""), [figure])), (None, 0, 0))[1:]])


def unstated(figure: Figure, scope: Scope) -> int:
    """How many rows state no amount: they are in the figure's rows but add nothing to its sum."""
    return rows(figure, scope).filter(**{f"{figure.measure}__isnull": True}).count() if figure.measure else 0


def scope_of(unit: Unit, first: date, last: date) -> Scope:
    """The unit with all below it, over a period."""
    ids = tuple(Unit.objects.filter(path__startswith=unit.path).order_by("code").values_list("id", flat=True))
    return Scope(ids, first, last, whole=len(ids) == Unit.objects.count())


def year_of(unit: Unit, year: int) -> Scope:
    return scope_of(unit, date(year, 1, 1), date(year, 12, 31))


def contributions(figure: Figure, scope: Scope) -> list[list[int | None]]:
    """[row id, what it adds] of every row: fen, None where no amount is stated, or 1 for a count."""
    found = rows(figure, scope).order_by("pk")
    if figure.measure:
        return [list(pair) for pair in found.values_list("pk", figure.measure)]
    return [[pk, 1] for pk in found.values_list("pk", flat=True)]


def snapshots_visible_to(actor) -> QuerySet:
    return Snapshot.objects.visible_to(actor).select_related("unit", "published_by")


def content_digest(snapshot: Snapshot, frozen: Iterable) -> str:
    """SM3 of everything that was published: text, period, figures and their rows."""
    return digest(
        canonical(
            {
                "unit": snapshot.unit.code,
                "title": snapshot.title,
                "first": snapshot.first,
                "last": snapshot.last,
                "published_on": snapshot.published_on,
                "text": snapshot.text,
                "figures": [
                    [f.figure, f.title, f.unit_name, f.counts, f"{f.value:.6f}", f.rows]
                    for f in sorted(frozen, key=lambda f: f.figure)
                ],
            }
        )
    )


@dataclass(frozen=True)
class RowChange:
    """A record that no longer is what it was: `was` and `now` are what it adds, None when it is not counted."""

    id: int
    name: str
    what: str
    was: str
    now: str


@dataclass(frozen=True)
class FigureCheck:
    figure: str
    title: str
    unit: str
    published: Decimal
    today: Decimal | None
    sound: bool
    changes: tuple[RowChange, ...]

    @property
    def published_text(self) -> str:
        return printed(self.published, self.unit, grouped=True)

    @property
    def today_text(self) -> str:
        return "—" if self.today is None else printed(self.today, self.unit, grouped=True)


@dataclass(frozen=True)
class Check:
    """What became of a published snapshot.

    `intact`: its content still has the digest it was published with, and the ledger holds that digest. Each figure is
    `sound` when its frozen rows add up to the published number; `changes` name the records that differ today.
    """

    snapshot: Snapshot
    intact: bool
    figures: tuple[FigureCheck, ...]

    @property
    def unchanged(self) -> bool:
        return self.intact and all(f.sound and not f.changes for f in self.figures)


def check(snapshot: Snapshot) -> Check:
    """Recompute a snapshot from its frozen rows and hold it against today's records, naming what changed."""
    frozen = list(snapshot.figures.order_by("id"))
    anchored = any(
        entry.data.get("digest") == snapshot.digest for entry in history_of(snapshot) if entry.data
    )
    intact = anchored and content_digest(snapshot, frozen) == snapshot.digest
    scope = scope_of(snapshot.unit, snapshot.first, snapshot.last)
    return Check(snapshot, intact, tuple(_check_figure(f, scope) for f in frozen))


def _check_figure(frozen, scope: Scope) -> FigureCheck:
    figure = find(frozen.figure)
    if figure is None:
        return FigureCheck(frozen.figure, frozen.title, frozen.unit_name, frozen.value, None, True, ())
    was = dict(frozen.rows)
    now = dict(contributions(figure, scope))
    sound = figure.shown(sum(adds or 0 for adds in was.values())) == frozen.value
    differing = sorted(pk for pk in was.keys() | now.keys() if was.get(pk, "") != now.get(pk, ""))
    # The record may have left the scope, so its name is looked up without it.
    model = figure.rows(scope).model
    names = model._default_manager.in_bulk(differing)

    def adds(amount: int | None) -> str:
        if not figure.measure:
            return "计入"
        return "未填金额" if amount is None else _yuan(amount)

    changes = tuple(
        RowChange(
            id=pk,
            name=str(names.get(pk, "记录已不存在")),
            what="新计入" if pk not in was else "不再计入" if pk not in now else "金额改变",
            was=adds(was[pk]) if pk in was else "—",
            now=adds(now[pk]) if pk in now else "—",
        )
        for pk in differing
    )
    today = figure.shown(sum(amount or 0 for amount in now.values()))
    return FigureCheck(figure.id, frozen.title, frozen.unit_name, frozen.value, today, sound, changes)


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}元"
