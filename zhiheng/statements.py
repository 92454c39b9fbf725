"""Questions that every page asks, put together once: a page costs Django's putting statements together, not the database.

    _HELD = Once(lambda person, on: RoleGrant.objects.filter(person=person, since__lte=on).values_list("role"))
    _HELD(actor.pk, on)          # what list(…) of that query set gives

The query set is put together with marks in place of the values, and with other marks a second time: where they differ in
the parameters, the values are filled in. What that gives must be, to the letter, what Django makes of the first values it
is asked with; else, and for values that do not fit, the query set is put together each time as anywhere.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Model, QuerySet
from django.db.models.base import ModelState

_UNLIKE = frozenset("%_\\")
_STATEMENTS = 200  # of one question; more have come of days gone by, and are put together anew


class Read:
    """Mixin of a model that pages read by the hundred: a row becomes an instance without its fifty columns being gone through
    by `__init__`, which takes longer than the database takes to find it. Whoever listens to `pre_init` hears nothing."""

    @classmethod
    def from_db(cls, db: str, field_names: Sequence[str], values: Sequence[Any]):
        made = cls.__new__(cls)
        made.__dict__.update(zip(field_names, values, strict=True))
        made._state = state = ModelState()
        state.adding, state.db = False, db
        return made


class _Place:
    """A parameter to be filled in: the number of the value, and what stands around it (`%` after what begins a text, and before
    it too where it may stand anywhere in one)."""

    def __init__(self, number: int, before: str = "", after: str = "") -> None:
        self.number, self.before, self.after = number, before, after

    def filled(self, values: Sequence[Any]) -> Any:
        value = _adapted(values[self.number])
        return f"{self.before}{value}{self.after}" if self.before or self.after else value


class Once:
    """`build` puts a query set together from values: numbers, texts, days and moments. Whatever else it depends on is one
    of `apart`, which are handed to it first and must be hashable."""

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self._build = build
        self._kept: dict[tuple, tuple | None] = {}

    def __call__(self, *values: Any, apart: tuple = ()) -> list:
        key = (connection.vendor, apart, tuple(map(type, values)))
        try:
            kept = self._kept[key]
        except KeyError:
            kept = self._prepared(values, apart)
            if len(self._kept) >= _STATEMENTS:
                self._kept = {}  # another one: threads may be looking into the old
            self._kept[key] = kept
        if kept is None or any(isinstance(value, str) and _UNLIKE & set(value) for value in values):
            return list(self._build(*apart, *values))
        sql, parameters, compiler, rows = kept
        compiler = copy.copy(compiler)
        compiler.connection = connection
        filled = _filled(parameters, values)
        compiler.as_sql = lambda *args, **kwargs: (sql, filled)
        return list(rows._iterable_class(_Asked(rows, compiler)))

    def get(self, *values: Any, apart: tuple = ()) -> Any:
        """The one row; raises DoesNotExist of its model where there is none."""
        for row in self(*values, apart=apart):
            return row
        model = self._build(*apart, *values).model
        raise model.DoesNotExist(f"{model._meta.label} {values}")

    def _prepared(self, values: Sequence[Any], apart: tuple) -> tuple | None:
        """Statement, parameters with places, compiler and query set; None where the values cannot be told apart."""
        first, second = ([_mark(value, 2 * n + other) for n, value in enumerate(values)] for other in (0, 1))
        rows = self._build(*apart, *first)
        try:
            (sql, given, compiler), (same, others, _) = (
                _compiled(rows),
                _compiled(self._build(*apart, *second)),
            )
            true, wanted, _ = _compiled(self._build(*apart, *values))
        except EmptyResultSet:  # a condition nothing can meet makes no statement at all
            return None
        parameters: list[Any] = []
        for one, other in zip(given, others, strict=True) if len(given) == len(others) else ():
            place = None if one == other else _place(one, first)
            if place is None and one != other:
                return None
            parameters.append(place or one)
        if not sql == same == true or _filled(parameters, values) != list(wanted):
            return None
        return sql, parameters, compiler, rows


def with_related(rows: QuerySet, name: str) -> list[Model]:
    """The rows, each with the rows that point at it under this name (`decision.shares`) as if they had been read ahead, by one
    statement: `prefetch_related` asks a second one. What points at a row comes in the order in which it was made."""
    relation = rows.model._meta.get_field(name)
    theirs, back = relation.related_model, relation.field
    told = {f"{name}_{field.attname}": field.attname for field in theirs._meta.concrete_fields}
    key = f"{name}_{theirs._meta.pk.attname}"
    found: dict[Any, Model] = {}
    related: dict[Any, dict[Any, Model]] = {}
    for row in rows.annotate(**{alias: F(f"{name}__{column}") for alias, column in told.items()}):
        values = [row.__dict__.pop(alias) for alias in told]
        owner = found.setdefault(row.pk, row)
        mine = related.setdefault(row.pk, {})
        if (pk := values[[*told].index(key)]) is not None:
            mine[pk] = theirs.from_db(row._state.db, [*told.values()], values)
            setattr(mine[pk], back.name, owner)
    for owner in found.values():
        mine = related[owner.pk]
        read_ahead(owner, name, [mine[pk] for pk in sorted(mine)])
    return list(found.values())


def at_hand(row: Model) -> dict[str, Any]:
    """Where Django keeps what was read ahead for a row, by the name of the relation; reading the row anew empties it."""
    return row.__dict__.setdefault("_prefetched_objects_cache", {})


def read_ahead(row: Model, name: str, related: list[Model]) -> None:
    """What `row.name.all()` is to give without asking."""
    kept = getattr(row, name).all()
    kept._result_cache, kept._prefetch_done = related, True
    at_hand(row)[name] = kept


class _Asked:
    """What an iterable of rows looks at of its query set."""

    _known_related_objects: Mapping = {}

    def __init__(self, rows: QuerySet, compiler: Any) -> None:
        self.db, self.model, self._fields = connection.alias, rows.model, rows._fields
        self.query = _Query(rows.query, compiler)


class _Query:
    def __init__(self, query: Any, compiler: Any) -> None:
        self._query, self._compiler = query, compiler

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


def _mark(value: Any, number: int) -> Any:
    if isinstance(value, datetime):
        return datetime(2, 1, 1, tzinfo=value.tzinfo) + timedelta(days=number)
    if isinstance(value, date):
        return date(1, 1, 1) + timedelta(days=number)
    if isinstance(value, str):
        return f"mark-{number:04}"
    return 10**15 + number


def _place(parameter: Any, marks: Sequence[Any]) -> _Place | None:
    for number, mark in enumerate(marks):
        if parameter == _adapted(mark):
            return _Place(number)
        if isinstance(mark, str) and isinstance(parameter, str) and parameter.count(mark) == 1:
            before, _, after = parameter.partition(mark)
            return _Place(number, before, after)
    return None


def _filled(parameters: Sequence[Any], values: Sequence[Any]) -> list:
    return [one.filled(values) if isinstance(one, _Place) else one for one in parameters]


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _compiled(rows: QuerySet) -> tuple[str, list, Any]:
    compiler = rows.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    return sql, list(parameters), compiler
