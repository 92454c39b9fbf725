"""In what order rows stand, and how a page of them is found.

What is not recorded stands last in both directions and on both databases; the primary key always decides in the end, so
that pages do not overlap. A few thousand rows are sorted here, whatever indexes there are. Of more rows, the index of the
sorted column is walked from its end until the page is full: sorting a million rows for the sake of fifty takes half a
second.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Expression, F, Lookup, Model, QuerySet


def ordered(rows: QuerySet, sort: str, standing: Sequence[str]) -> QuerySet:
    """The rows sorted by the column asked for, the key deciding in the same direction; without one in their standing order."""
    names = [sort, "-pk" if sort.startswith("-") else "pk"] if sort else list(standing)
    if not any(name.removeprefix("-") in {"pk", "id"} for name in names):
        names.append("-pk")
    return rows.order_by(*(_nulls_last(rows.model, name) for name in names))


def _nulls_last(model: type[Model], name: str):
    """Said only of a column that may be empty: PostgreSQL finds no index in an order that speaks of empty values."""
    own = name.removeprefix("-")
    if any(
        own == field.name or (own == "pk" and field.primary_key)
        for field in model._meta.fields
        if not field.null
    ):
        return name
    if name.startswith("-"):
        return F(name[1:]).desc(nulls_last=True)
    return F(name).asc(nulls_last=True)


def is_indexed(model: type[Model], name: str) -> bool:
    """Whether an index of the model begins with the column."""
    own = any(field.name == name and (field.unique or field.db_index) for field in model._meta.fields)
    return own or any(index.fields[:1] == [name] for index in model._meta.indexes)


def sorted_here(rows: QuerySet, sort: str) -> list[Any]:
    """The keys of all rows in order. For no more rows than a page counts."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    # The keys by the conditions, then the values by the keys: one query would have SQLite look through all rows.
    keys = rows.order_by().values("pk")
    found = rows.model._base_manager.filter(pk__in=keys).values_list(name, "pk")
    recorded, empty = [], []
    for value, key in found:
        if value is None:
            empty.append(key)
        else:
            recorded.append((value, key))
    recorded.sort(reverse=down)
    empty.sort(reverse=down)
    return [key for _, key in recorded] + empty


def walked(rows: QuerySet, sort: str, first: int, number: int) -> list[Any]:
    """The keys of `number` rows from the `first` on, out of very many, along the index of the sorted column."""
    name, turn = sort.removeprefix("-"), "-" if sort.startswith("-") else ""
    recorded, empty = {f"{name}__isnull": False}, {f"{name}__isnull": True}
    along = _beside_the_index(rows).filter(**recorded).order_by(f"{turn}{name}", f"{turn}pk")
    keys = list(along.values_list("pk", flat=True)[first : first + number])
    if len(keys) < number:
        skipped = 0 if keys else first - rows.filter(**recorded).order_by().count()
        rest = rows.filter(**empty).order_by(f"{turn}pk").values_list("pk", flat=True)
        keys += rest[skipped : skipped + number - len(keys)]
    return keys


class _Plain(Expression):
    """A column under a sign that changes nothing, so that SQLite uses no index for the condition on it."""

    def __init__(self, column) -> None:
        super().__init__(output_field=column.output_field)
        self.column = column
        self.target = getattr(column, "target", None)

    def get_source_expressions(self):
        return [self.column]

    def set_source_expressions(self, expressions) -> None:
        (self.column,) = expressions

    def as_sql(self, compiler, connection):
        sql, given = compiler.compile(self.column)
        return f"+{sql}", given


def _beside_the_index(rows: QuerySet) -> QuerySet:
    """SQLite, which does not reckon with the rows that a page leaves unread, would sort whatever an index of some condition
    finds; PostgreSQL reckons with them and needs no telling."""
    if connection.vendor != "sqlite":
        return rows
    rows = rows.all()
    rows.query.where = _loose(rows.query.where)
    return rows


def _loose(node):
    node = copy.copy(node)
    if isinstance(node, Lookup):
        if hasattr(node.lhs, "target"):
            node.lhs = _Plain(node.lhs)
    elif hasattr(node, "children"):
        node.children = [_loose(child) for child in node.children]
    return node
