"""Figures computed, opened to their rows, broken down, and published ones checked.

Everything starts from `rows`: the number, the list behind it and the export are the same queryset.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from django.db.models import CharField, Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models import Value as Constant

from zhiheng.accounts.models import Person, Unit
from zhiheng.audit.selectors import history_of
from zhiheng.audit.services import canonical, digest

from .measures import Distinct, First, Ratio, empty, total_of
from .models import FrozenFigure, FrozenRecords, Snapshot
from .registry import UNDECIDED, Figure, Scope, find, printed, ratio_of, registered, shown
from .statements import answer

# Of one statement: SQLite takes 500 selects united.
_TERMS = 400


@dataclass(frozen=True)
class Value:
    """A computed figure: the number in the figure's unit, and how many rows it was made from.

    `value` is exact (what is divided, to six digits). It is None when there is no answer: a ratio to nothing, or a silent
    figure without a row. Of a ratio, `rows` are those of the numerator and `parts` the two values.
    """

    figure: Figure
    value: Decimal | None
    rows: int
    parts: tuple[Value, ...] = ()

    @property
    def text(self) -> str:
        """As the text of a report prints it."""
        return printed(self.value, self.figure.unit)

    @property
    def grouped(self) -> str:
        """As tables show it."""
        return printed(self.value, self.figure.unit, grouped=True)

    @property
    def base(self) -> Decimal | None:
        """As texts are compared: money in 元, a percentage as a fraction, all else in the figure's own unit."""
        if self.value is None:
            return None
        if self.figure.measure.money:
            return self.value * self.figure.scale / 100
        return self.value / 100 if self.figure.unit == "%" else self.value


@dataclass(frozen=True)
class Slice:
    """One month or unit of a breakdown; `scope` opens its rows."""

    key: str
    title: str
    scope: Scope
    value: Value


def rows(figure: Figure, scope: Scope) -> QuerySet:
    """The very rows of the number, for the list, the export and the snapshot. A ratio has those of its two parts."""
    found = _picked(figure, _source(figure, scope))
    return found.filter(_no_earlier(figure, scope)) if isinstance(figure.measure, First) else found


def _source(figure: Figure, scope: Scope) -> QuerySet:
    found = figure.of.standing(scope) if figure.stock else figure.of.within(scope)
    return found if figure.only is None else found.filter(figure.only)


def _picked(figure: Figure, found: QuerySet) -> QuerySet:
    return found.filter(**{f"{column}__in": values for column, values in figure.where.items()})


def _no_earlier(figure: Figure, scope: Scope, own: Mapping[str, Any] | None = None) -> Q:
    """The condition that no earlier row, of whatever period, would be counted too. `own` narrows to rows alike."""
    measure, day = figure.measure, figure.of.day
    earlier = _picked(figure, figure.of.of(scope))
    if figure.only is not None:
        earlier = earlier.filter(figure.only)
    before = Q(**{f"{day}__lt": OuterRef(day)})
    if not measure.batch:
        before |= Q(**{day: OuterRef(day), "pk__lt": OuterRef("pk")})
    alike = dict(own or {}) | ({measure.per: OuterRef(measure.per)} if measure.per else {})
    condition = Q(~Exists(earlier.filter(before, **alike)))
    # What is not recorded is the first of nothing.
    return condition & ~empty(measure.per) if measure.per else condition


def compute(scope: Scope, figures: Iterable[Figure] | None = None) -> dict[str, Value]:
    """The figures (all registered ones unless named) over the scope, by id. See `compute_each`."""
    return compute_each([scope], figures)[0]


def compute_each(scopes: Sequence[Scope], figures: Iterable[Figure] | None = None) -> list[dict[str, Value]]:
    """The figures over each scope, by id: one statement for all of them, however many rows there are, and another for each
    `_TERMS` branches more.

    A branch is the figures over the same rows of a scope with the same columns in `where`: one aggregate. Only where such a
    column is no text does a statement of its own follow, for all scopes too.
    """
    asked = tuple(registered() if figures is None else figures)
    families = _families(asked)
    branches = [(scope, members) for scope in scopes for members in families]
    groups = _grouped(scopes, families)
    found: list[dict[Figure, Value]] = [{} for _ in scopes]
    places = [place for place in range(len(scopes)) for _ in families]
    for place, (scope, members), answered in zip(places, branches, groups, strict=True):
        columns = _columns(members)
        for figure in members:
            picked = [
                group
                for key, group in answered.items()
                if all(value in figure.where[column] for column, value in zip(columns, key, strict=True))
            ]
            found[place][figure] = _value(figure, members, picked, scope)
    return [
        {one.id: _combined(one, [values[part] for part in one.parts]) for one in asked} for values in found
    ]


@lru_cache(maxsize=500)
def _families(asked: tuple[Figure, ...]) -> tuple[tuple[Figure, ...], ...]:
    """The figures, and the parts of ratios among them, by what one aggregate answers. Kept: every page asks for the same ones."""
    families: dict[Hashable, list[Figure]] = defaultdict(list)
    for figure in {part: None for one in asked for part in one.parts}:
        families[_family(figure)].append(figure)
    return tuple(map(tuple, families.values()))


def _columns(members: Sequence[Figure]) -> tuple[str, ...]:
    """The columns by which a family's rows are grouped. What cannot be added up is asked for as a whole: a place that is in two of
    its kinds is one place."""
    return tuple(sorted(members[0].where)) if members[0].measure.grouped else ()


def _narrowed(members: Sequence[Figure], scope: Scope) -> QuerySet:
    """The rows of a family of figures: those that any of the members counts."""
    if not members[0].measure.grouped:
        return rows(members[0], scope)
    source = _source(members[0], scope)
    for column in sorted(members[0].where):
        wanted = {value for figure in members for value in figure.where[column]}
        source = source.filter(**{f"{column}__in": sorted(wanted)})
    return source


def _grouped(
    scopes: Sequence[Scope], families: tuple[tuple[Figure, ...], ...]
) -> list[dict[tuple, Sequence]]:
    """Of each family of figures over each scope the groups by its columns: values → (count, each aggregate)."""
    keys = [_columns(members) for members in families]
    most = max(map(len, keys), default=0)
    width = max((len(_measured(members)) for members in families), default=0)
    together = [place for place, members in enumerate(families) if _of_texts(members[0])]
    apart = [place for place in range(len(families)) if place not in set(together)]

    def query(scopes: Sequence[Scope], at: int, place: int) -> QuerySet:
        padding = [Constant("")] * (most - len(keys[place]))
        named = (Constant(at * len(families) + place), *keys[place], *padding)
        return _totals(_narrowed(families[place], scopes[at]), named, families[place], width)

    def united(scopes: Sequence[Scope], places: Sequence[int] = together) -> list[QuerySet]:
        queries = [query(scopes, at, place) for at in range(len(scopes)) for place in places]
        parts = [queries[n : n + _TERMS] for n in range(0, len(queries), _TERMS)]
        return [first.union(*more, all=True) if more else first for first, *more in parts]

    statements: list[Iterable] = list(answer(("groups", families), scopes, united))
    # A family's own columns are of one type, whatever that is: its scopes are united without the others.
    for place in apart:
        statements += united(scopes, [place])
    found: list[dict[tuple, Sequence]] = [{} for _ in range(len(scopes) * len(families))]
    for place, *row in chain.from_iterable(statements):
        found[place][tuple(row[: len(keys[place % len(families)])])] = row[most:]
    return found


@cache
def _of_texts(figure: Figure) -> bool:
    """Databases unite columns of one type only, and a column without a condition stands as an empty text."""
    query = figure.of.rows().query
    return all(isinstance(query.resolve_ref(column).output_field, CharField) for column in figure.where)


def _family(figure: Figure) -> Hashable:
    if not figure.measure.grouped:
        return figure
    return figure.of, figure.stock, figure.only, tuple(sorted(figure.where))


def _combined(figure: Figure, parts: Sequence[Value]) -> Value:
    if not isinstance(figure.measure, Ratio):
        return parts[0]
    value = figure.ratio(*(part.value for part in parts))
    return Value(figure, value, parts[0].rows, tuple(parts))


def breakdown(figure: Figure, scope: Scope, by: str, units: Sequence[Unit] | None = None) -> list[Slice]:
    """The figure by "month" or by "unit", empty ones included; `Figure.adds_up` says where the slices add up to it.

    One query, of a ratio too. `units` are the scope's, when the caller has them already (`units_of`).
    """
    if by not in figure.by:
        raise ValueError(f"“{figure.title}”不能按 {by} 分列")
    if by == "month":
        slices = [(f"{s.first:%Y-%m}", f"{s.first.month}月", s) for s in months_of(figure, scope)]
        # A month is a narrower scope: a range of the index for each, in one statement.
        scopes = [s for _, _, s in slices]
        keys = {key: place for place, (key, _, _) in enumerate(slices)}

        def queries(scopes: Sequence[Scope]) -> Iterator[QuerySet]:
            for n, part in enumerate(figure.parts):
                for place, s in enumerate(scopes):
                    yield _totals(rows(part, s), (Constant(n), Constant(place)), (part,), 1)
    else:
        units = Unit.objects.filter(id__in=scope.unit_ids).order_by("code") if units is None else units
        slices = [(unit.code, unit.short_name, scope.at(unit.pk)) for unit in units]
        scopes = [scope]
        keys = {unit.code: unit.pk for unit in units}

        def queries(scopes: Sequence[Scope]) -> Iterator[QuerySet]:
            for n, part in enumerate(figure.parts):
                yield _totals(_of_units(part, scopes[0]), (Constant(n), part.of.unit_column), (part,), 1)

    def united(scopes: Sequence[Scope]) -> list[QuerySet]:
        first, *more = queries(scopes)
        return [first.union(*more, all=True)]

    (made,) = answer(("breakdown", by, figure), scopes, united)
    found = {tuple(row[:2]): row[2:] for row in made}
    return [
        Slice(
            key,
            title,
            s,
            _combined(
                figure,
                [
                    _value(part, (part,), [found.get((n, keys[key]))], s)
                    for n, part in enumerate(figure.parts)
                ],
            ),
        )
        for key, title, s in slices
    ]


def months_of(figure: Figure, scope: Scope) -> list[Scope]:
    """The months of a scope of which the figure tells: of a stock, those that have begun on the day it is asked."""
    ended = all(part.stock for part in figure.parts)
    return [one for one in scope.months() if not ended or one.first <= scope.end]


def _of_units(figure: Figure, scope: Scope) -> QuerySet:
    """The rows of the figure of each unit by itself: what is first is so among the unit's own."""
    if not isinstance(figure.measure, First):
        return rows(figure, scope)
    own = {figure.of.unit_column: OuterRef(figure.of.unit_column)}
    return _picked(figure, _source(figure, scope)).filter(_no_earlier(figure, scope, own))


@lru_cache(maxsize=2000)
def _measured(members: tuple[Figure, ...]) -> tuple[tuple[str, str], ...]:
    """What the different aggregates of the members are of (kind and column of a measure), in a settled order."""
    found = {(one.measure.kind, one.measure.column) for one in members if one.measure.column}
    return tuple(sorted(found))


def _aggregates(members: tuple[Figure, ...]) -> list[Any]:
    """The aggregates of `_measured`, in its order."""
    made = {(one.measure.kind, one.measure.column): one.measure for one in members}
    return [made[key].aggregate() for key in _measured(members)]


def _totals(
    source: QuerySet, keys: Sequence[str | Constant], members: tuple[Figure, ...], width: int = 0
) -> QuerySet:
    """Rows (keys…, count, each aggregate in the order of `_aggregates`): one aggregate over the source.

    Aggregates are filled up to the `width` of a union.
    """
    aggregates = _aggregates(members)
    aggregates += [Constant(0)] * (width - len(aggregates))
    named = {f"made_{n}": one for n, one in enumerate(aggregates)}
    keyed = source.order_by().values_list(*(key if isinstance(key, str) else key.copy() for key in keys))
    return keyed.annotate(rows_counted=Count("*"), **named)


def _value(
    figure: Figure, members: tuple[Figure, ...], groups: Iterable[Sequence | None], scope: Scope
) -> Value:
    groups = [group for group in groups if group]
    count = sum(group[0] for group in groups)
    if figure.silent and not count:
        return Value(figure, None, 0)
    measure = figure.measure
    if not measure.column:
        return Value(figure, figure.shown(count, scope.days), count)
    at = 1 + _measured(members).index((measure.kind, measure.column))
    # A sum of nothing but missing amounts is NULL; PostgreSQL sums to Decimal.
    return Value(figure, figure.shown(sum(int(group[at] or 0) for group in groups), scope.days), count)


def total(figure: Figure, found: QuerySet, scope: Scope) -> Value:
    """The figure over rows already picked, such as a list filtered further. Not for ratios."""
    made = next(iter(_totals(found, (Constant(""),), (figure,))), (None, 0, 0))
    return _value(figure, (figure,), [made[1:]], scope)


def among(figure: Figure, scope: Scope, ids: Sequence[int]) -> Value:
    """The figure over those of its rows alone that have these numbers; both parts of a ratio are taken from them."""
    values = [total(part, rows(part, scope).filter(pk__in=ids), scope) for part in figure.parts]
    return _combined(figure, values)


def opened(figure: Figure, scope: Scope) -> tuple[Value, list[int]]:
    """The figure with, for each of its parts, how many of its rows leave the measured column empty and so add nothing."""
    values, unstated = [], []
    for part in figure.parts:
        found, column = rows(part, scope), part.measure.column
        said = Count("pk", filter=~empty(column)) if column else Count("*")
        made = next(iter(_totals(found, (Constant(""),), (part,)).annotate(said=said)), (None, 0, 0, 0))
        values.append(_value(part, (part,), [made[1:-1]], scope))
        unstated.append(made[1] - made[-1])
    return _combined(figure, values), unstated


def recorded_since(figure: Figure, scope: Scope) -> date | None:
    """The day of the earliest record of the figure's kind: how far back "there was none before" has been looked up."""
    return figure.of.of(scope).aggregate(since=Min(figure.of.day))["since"]


def scope_of(
    unit: Unit, first: date, last: date, on: date | None = None, asker: Person | None = None
) -> Scope:
    """The unit with all below it, over a period, asked on a day (`Scope.on`). An `asker` knows the units already."""
    paths = asker.unit_paths if asker else list(Unit.objects.order_by("code").values_list("id", "path"))
    ids = tuple(pk for pk, path in paths if path.startswith(unit.path))
    return Scope(ids, first, last, whole=len(ids) == len(paths), on=on)


def units_of(scope: Scope) -> list[Unit]:
    """The scope's units by code; with a single unit nothing is to be told apart, and none are read."""
    if len(scope.unit_ids) < 2:
        return []
    return list(Unit.objects.filter(id__in=scope.unit_ids).order_by("code"))


def year_of(unit: Unit, year: int, on: date | None = None) -> Scope:
    return scope_of(unit, date(year, 1, 1), date(year, 12, 31), on)


def contributions(figure: Figure, scope: Scope) -> list[list[Any]]:
    """[row id, what it adds] of every row: fen, a number or a value, None where none is stated, or 1 for a count."""
    found = rows(figure, scope).order_by("pk")
    if column := figure.measure.column:
        return [[pk, figure.measure.read(value)] for pk, value in found.values_list("pk", column)]
    return [[pk, 1] for pk in found.values_list("pk", flat=True)]


def snapshots_visible_to(actor) -> QuerySet:
    return Snapshot.objects.visible_to(actor).select_related("unit", "published_by")


def content_digest(snapshot: Snapshot, frozen: Iterable, records: Iterable[FrozenRecords] = ()) -> str:
    """SM3 of everything that was published: text, period, figures, their rows and what those were called.

    Snapshots from before names were kept have none, and the digest they were published with.
    """
    records = sorted(records, key=lambda one: one.kind)
    names = {
        "unit_name": snapshot.unit_name,
        "published_by": snapshot.published_by_name,
        "records": [[one.kind, one.name, one.columns, one.rows] for one in records],
    }
    return digest(
        canonical(
            {
                **(names if snapshot.unit_name or records else {}),
                "unit": snapshot.unit.code,
                "title": snapshot.title,
                "first": snapshot.first,
                "last": snapshot.last,
                "published_on": snapshot.published_on,
                "text": snapshot.text,
                "figures": [
                    [f.figure, f.title, f.unit_name, f.counts, f"{f.value:.6f}", f.rows, *_made(f)]
                    for f in sorted(frozen, key=lambda f: f.figure)
                ],
            }
        )
    )


def _made(frozen: FrozenFigure) -> tuple:
    """How a frozen number was made, unless it is a plain sum: snapshots from before others existed keep their digest."""
    plain = frozen.measure not in {Distinct.kind, Ratio.kind} and frozen.days == 1
    made = () if plain else (frozen.measure, frozen.days)
    return (*made, frozen.of) if frozen.of else made


@dataclass(frozen=True)
class RowChange:
    """A record that no longer is what it was: `was` and `now` are what it adds, "—" when it is not counted.

    `url` is the record's page ("" for none), `because` why it does not count any more, where that is recorded.
    """

    id: int
    name: str
    what: str
    was: str
    now: str
    url: str = ""
    because: str = ""


@dataclass(frozen=True)
class Renaming:
    """A row of the snapshot that is called otherwise today. What was published keeps the name it had."""

    kind: str
    column: str
    was: str
    now: str
    url: str = ""


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
        return printed(self.today, self.unit, grouped=True)


@dataclass(frozen=True)
class Check:
    """What became of a published snapshot.

    `intact`: its content still has the digest it was published with, and the ledger holds that digest. Each figure is
    `sound` when its frozen rows add up to the published number; `changes` name the records that differ today.
    """

    snapshot: Snapshot
    intact: bool
    figures: tuple[FigureCheck, ...]
    renamed: tuple[Renaming, ...] = ()

    @property
    def unchanged(self) -> bool:
        return self.intact and not self.renamed and all(f.sound and not f.changes for f in self.figures)


def check(snapshot: Snapshot, on: date | None = None) -> Check:
    """Recompute a snapshot from its frozen rows and hold it against the records on a day, naming what changed."""
    frozen = list(snapshot.figures.order_by("id"))
    anchored = any(
        entry.data.get("digest") == snapshot.digest for entry in history_of(snapshot) if entry.data
    )
    records = list(snapshot.records.order_by("kind"))
    intact = anchored and content_digest(snapshot, frozen, records) == snapshot.digest
    names = {one.kind: one for one in records}
    scope = scope_of(snapshot.unit, snapshot.first, snapshot.last, on)
    by_id = {one.figure: one for one in frozen}
    found = tuple(_check_figure(one, by_id, names, scope) for one in frozen)
    return Check(snapshot, intact, found, tuple(_renamed(frozen, names)))


def _renamed(frozen: Iterable[FrozenFigure], names: Mapping[str, FrozenRecords]) -> Iterator[Renaming]:
    kinds = {figure.of.kind: figure.of for one in frozen if (figure := _figure_of(one)) and figure.of}
    for of, kept in names.items():
        kind = kinds.get(of)
        if kind is None or kind.titles() != kept.columns:
            continue
        now = kind.names(sorted(map(int, kept.rows)))
        differing = [pk for pk, was in kept.rows.items() if now.get(pk, was) != was]
        rows = kind.rows().select_related(*kind.related or (None,)).in_bulk([int(pk) for pk in differing])
        for pk in differing:
            for column, was, is_now in zip(kept.columns, kept.rows[pk], now[pk], strict=True):
                if was != is_now:
                    yield Renaming(kept.name, column, was, is_now, kind.link(rows[int(pk)]))


def frozen_name(frozen: FrozenFigure, names: Mapping[str, FrozenRecords], pk: int) -> str:
    """What a row was called when it was published, "" where that was not kept."""
    kept = names.get(frozen.of)
    return "，".join(filter(None, kept.rows.get(str(pk), ()))) if kept else ""


def _check_figure(
    frozen: FrozenFigure,
    by_id: Mapping[str, FrozenFigure],
    names: Mapping[str, FrozenRecords],
    scope: Scope,
) -> FigureCheck:
    figure = _figure_of(frozen)
    if frozen.measure == Ratio.kind:
        parts = [by_id.get(frozen.figure + ending) for ending in FrozenFigure.PARTS]
        sound = all(parts) and ratio_of(frozen.unit_name, *(part.value for part in parts)) == frozen.value
        today = compute(scope, [figure])[figure.id].value if figure else None
        return FigureCheck(
            frozen.figure, frozen.title, frozen.unit_name, frozen.value, today, bool(sound), ()
        )
    total = total_of(frozen.measure, (adds for _, adds in frozen.rows))
    sound = shown(frozen.unit_name, total, frozen.days) == frozen.value
    if figure is None:
        return FigureCheck(frozen.figure, frozen.title, frozen.unit_name, frozen.value, None, sound, ())
    was = dict(frozen.rows)
    now = dict(contributions(figure, scope))
    differing = sorted(pk for pk in was.keys() | now.keys() if was.get(pk, "") != now.get(pk, ""))
    # The record may have left the scope, so it is looked up without it.
    records = figure.of.rows().select_related(*figure.of.related or (None,)).in_bulk(differing)
    words = figure.measure.words

    def change(pk: int) -> RowChange:
        record, gone = records.get(pk), pk not in now
        return RowChange(
            id=pk,
            name=(frozen_name(frozen, names, pk) + "（记录已不存在）") if record is None else str(record),
            what="新计入" if pk not in was else "不再计入" if gone else figure.measure.changed,
            was=words(was[pk]) if pk in was else UNDECIDED,
            now=words(now[pk]) if pk in now else UNDECIDED,
            url="" if record is None else figure.of.link(record),
            because="" if record is None or not gone else figure.of.because(record),
        )

    today = figure.shown(total_of(figure.measure.kind, now.values()), scope.days)
    changes = tuple(change(pk) for pk in differing)
    return FigureCheck(frozen.figure, frozen.title, frozen.unit_name, frozen.value, today, sound, changes)


def _figure_of(frozen: FrozenFigure) -> Figure | None:
    """The registered figure, or the part of one, that was frozen."""
    for place, ending in enumerate(FrozenFigure.PARTS):
        if frozen.figure.endswith(ending):
            whole = find(frozen.figure.removesuffix(ending))
            return whole.parts[place] if whole and len(whole.parts) > place else None
    return find(frozen.figure)
