"""Rows of every table as lines, and back: the same for SQLite and PostgreSQL, so that either takes what the other gave.

Tables are read through the state that the applied migrations describe, not through today's models: a backup of an earlier
version is put back as it was, and brought up to date afterwards. Sessions are left out, people sign in again; what only
helps to search is left out too, it follows from the rows.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import IO, Any

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

from zhiheng.audit import tables as made_at_once
from zhiheng.refusal import Refused
from zhiheng.search.index import entry_labels

_PART = 4 << 20
"""Bytes of lines in one part, before it is packed."""
_BATCH = 500
_LEFT_OUT = {"sessions.session"}
# The ledger's guard takes nothing but the next entry.
_ORDER = {"audit.entry": "seq"}

Node = tuple[str, str]


def nodes() -> list[Node]:
    """The last applied migration of each app: what the tables are like now."""
    executor = MigrationExecutor(connection)
    applied = set(executor.loader.applied_migrations)
    return sorted(
        node
        for node in applied & set(executor.loader.graph.nodes)
        if not any(
            child.key in applied and child.key[0] == node[0]
            for child in executor.loader.graph.node_map[node].children
        )
    )


def migrate_to(wanted: Iterable[Node]) -> None:
    """Make the tables as they were at these migrations. Raises Refused where they are none of this version."""
    executor = MigrationExecutor(connection)
    wanted = [tuple(node) for node in wanted]
    if strange := [node for node in wanted if node not in executor.loader.graph.nodes]:
        raise Refused.because(
            f"备份由更新的版本制作（{strange[0][0]} {strange[0][1]}）", way_out="请先安装那个版本或更新的版本"
        )
    if set(wanted) == set(executor.loader.graph.leaf_nodes()) and made_at_once.none_in(connection):
        made_at_once.make(connection)
    else:
        executor.migrate(wanted)


def tables(wanted: Iterable[Node]) -> list[type[models.Model]]:
    """The kinds of rows that a backup at these migrations holds."""
    loader = MigrationExecutor(connection).loader
    found: Apps = loader.project_state([tuple(node) for node in wanted]).apps
    left_out = _LEFT_OUT | entry_labels()
    return [
        model
        for model in found.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in left_out
    ]


def parts(model: type[models.Model]) -> Iterator[tuple[int, bytes]]:
    """Number of rows and packed lines, part by part."""
    names = [field.attname for field in model._meta.local_concrete_fields]
    order = _ORDER.get(model._meta.label_lower, "pk")
    lines: list[str] = [_line(names)]
    size, count = 0, 0
    for row in model._base_manager.order_by(order).values_list(*names).iterator(chunk_size=_BATCH):
        line = _line(row)
        lines.append(line)
        size, count = size + len(line), count + 1
        if size >= _PART:
            yield count, _packed(lines)
            lines, size, count = [_line(names)], 0, 0
    yield count, _packed(lines)


def load(model: type[models.Model], content: IO[bytes]) -> int:
    """Write the rows of one part; how many there were."""
    with gzip.open(content, "rt", encoding="utf-8") as lines:
        names = json.loads(next(lines))
        fields = {field.attname: field for field in model._meta.local_concrete_fields}
        if set(names) != set(fields):
            raise Refused.because(f"备份里 {model._meta.label} 的列与这个版本不同")
        readers = [fields[name] for name in names]
        for field in readers:
            if isinstance(field, models.DateField):  # what happened then did not happen now
                field.auto_now = field.auto_now_add = False
        count = 0
        for _, some in groupby(enumerate(lines), lambda pair: pair[0] // _BATCH):
            made = [
                model(
                    **{field.attname: _read(field, value) for field, value in zip(readers, row, strict=True)}
                )
                for row in (json.loads(line) for _, line in some)
            ]
            model._base_manager.bulk_create(made)
            count += len(made)
        return count


def empty(model: type[models.Model]) -> None:
    """Take away what the migrations themselves have put into a new table."""
    if model._base_manager.exists():
        model._base_manager.all().delete()


def go_on_counting(found: Iterable[type[models.Model]]) -> None:
    """The next row's number follows the last one's."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(found)):
            cursor.execute(statement)


def _packed(lines: list[str]) -> bytes:
    return gzip.compress("".join(lines).encode(), compresslevel=5, mtime=0)


def _line(values: Iterable[Any]) -> str:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"), default=_text) + "\n"


def _text(value: Any) -> str:
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no line")


def _read(field: models.Field, value: Any) -> Any:
    if isinstance(field, models.JSONField) or value is None:
        return value
    return (field.target_field if field.is_relation else field).to_python(value)
