"""Statements of figures are put together once and afterwards only filled in.

Django takes many times as long to put the statement of a report together as the database takes to answer it, and between
two questions about the same figures nothing differs but days and units. So a statement is put together a second time over
scopes whose days and units are marks no real scope has; where the marks came to stand among the parameters, the days and
units of any other scope of the same shape are filled in. A statement is kept only when, filled in with the scopes it was
asked about, it is what Django made of them, to the letter.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from .registry import Scope

_STATEMENTS = 500
_MARKED_FROM = date(1, 1, 1)
_MARKED_UNITS = -(10**12)
_kept: OrderedDict[Hashable, list[tuple[str, list]]] = OrderedDict()
_lock = threading.Lock()


class _Place(int):
    """A parameter to be filled in: its number among the values of the scopes."""


def answer(
    question: Hashable, scopes: Sequence[Scope], build: Callable[[Sequence[Scope]], list[QuerySet]]
) -> list[list[tuple]]:
    """The rows of each statement that `build(scopes)` puts together.

    `question` is all else that the statements depend on; they give tuples of texts and numbers, which databases hand out as
    they are.
    """
    key = (question, tuple(map(_shape, scopes)))
    with _lock:
        statements = _kept.get(key)
        if statements is not None:
            _kept.move_to_end(key)
    if statements is None:
        queries = build(scopes)
        statements = _prepared(queries, scopes, build)
        if statements is None:
            return [list(query) for query in queries]
        with _lock:
            _kept[key] = statements
            while len(_kept) > _STATEMENTS:
                _kept.popitem(last=False)
    values = _values(scopes)
    found = []
    with connection.cursor() as cursor:
        for sql, parameters in statements:
            cursor.execute(sql, _filled(parameters, values))
            found.append(cursor.fetchall())
    return found


def _prepared(queries: list[QuerySet], scopes: Sequence[Scope], build) -> list[tuple[str, list]] | None:
    """Statement and parameters with places, or None where they cannot be told apart."""
    marked = list(map(_marked, range(len(scopes)), scopes))
    places = {mark: _Place(number) for number, mark in enumerate(_values(marked))}
    values = _values(scopes)
    statements = []
    try:
        for query, other in zip(queries, build(marked), strict=True):
            (sql, given), (same, with_marks) = _compiled(query), _compiled(other)
            parameters = [places.get(one, one) if isinstance(one, Hashable) else one for one in with_marks]
            if sql != same or _filled(parameters, values) != list(given):
                return None
            statements.append((sql, parameters))
    except EmptyResultSet:  # a condition nothing can meet makes no statement at all
        return None
    return statements


def _compiled(query: QuerySet) -> tuple[str, Sequence[Any]]:
    return query.query.get_compiler(connection=connection).as_sql()


def _filled(parameters: list, values: list) -> list:
    return [values[one] if type(one) is _Place else one for one in parameters]


def _ends_with_the_day(scope: Scope) -> bool:
    return scope.on is not None and scope.first <= scope.on < scope.last


def _shape(scope: Scope) -> tuple:
    """What of a scope decides how a statement is put together, beside its days and units themselves."""
    return len(scope.unit_ids), scope.whole, scope.on is None, _ends_with_the_day(scope)


def _marked(number: int, scope: Scope) -> Scope:
    """A scope of the same shape with days and units that nothing else has."""
    first = _MARKED_FROM + timedelta(days=4 * number)
    on = first + timedelta(days=1 if _ends_with_the_day(scope) else 3)
    units = tuple(_MARKED_UNITS - 100_000 * number - place for place in range(len(scope.unit_ids)))
    return replace(
        scope,
        unit_ids=units,
        first=first,
        last=first + timedelta(days=2),
        on=None if scope.on is None else on,
    )


def _values(scopes: Sequence[Scope]) -> list:
    """Days and units of the scopes as the database is given them."""
    day = connection.ops.adapt_datefield_value
    return list(
        chain.from_iterable((day(one.first), day(one.last), day(one.on), *one.unit_ids) for one in scopes)
    )
