"""States that many tests begin from are brought about once a process, and then laid down as the rows and files they came to.

    class Worker:
        @prepared
        def to_decided(self) -> Worker: ...

The first time the method runs as it is written. Beside its effect on the database and on the folder of files it is noted from which
state it began: the cast as `world` writes it, or what another prepared method made of that, with no statement in between that writes.
Whenever it begins from the same state again, with the same attributes, under the same book, the same rows and files are laid down and the attributes set,
which takes a hundredth of the time: the same statements on the same rows come to the same. Everywhere else, and on PostgreSQL, where
numbers given to rows never come back, the method runs as it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Model

from zhiheng.law import Book, current_book

Rows = dict[int, tuple]


@dataclass(frozen=True)
class _Change:
    """What became of one table: rows by their rowid, and rowids that are gone."""

    table: str
    columns: int
    rows: Rows
    gone: tuple[int, ...]

    def lay_down(self, cursor) -> None:
        cursor.executemany(f'DELETE FROM "{self.table}" WHERE rowid = ?', [(row,) for row in self.gone])
        # The ledger takes no row in the place of another; the tables texts are searched in have got theirs by triggers.
        verb = "INSERT" if self.table == "audit_entry" else "INSERT OR REPLACE"
        places = ", ".join("?" * self.columns)
        cursor.executemany(f'{verb} INTO "{self.table}" VALUES ({places})', list(self.rows.values()))


@dataclass(frozen=True)
class _Effect:
    changes: tuple[_Change, ...]
    sequences: tuple[tuple[str, int], ...]
    files: Mapping[str, bytes]
    attributes: Mapping[str, Any]
    gives_back: Any
    after: tuple

    def lay_down(self, worker: Any) -> None:
        cursor = connection.connection.cursor()
        for change in self.changes:
            change.lay_down(cursor)
        cursor.execute("DELETE FROM sqlite_sequence")
        cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", self.sequences)
        folder = Path(settings.FILES_DIR)
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for name, value in self.attributes.items():
            setattr(worker, name, _read(value))


_ITSELF = object()
_effects: dict[tuple, _Effect] = {}


class _State:
    """Which known state the database is in, if in any. Whoever writes leaves it, also past Django; taking a savepoint back comes back
    to the state it was made in."""

    def __init__(self) -> None:
        self._key: tuple | None = None
        self._changes = 0
        self._savepoints: dict[str, tuple | None] = {}

    @property
    def key(self) -> tuple | None:
        if connection.connection.total_changes != self._changes:
            self.reach(None)
        return self._key

    def reach(self, key: tuple | None) -> None:
        self._key, self._changes = key, connection.connection.total_changes

    def watch(self, execute, sql, params, many, context):
        """Every statement passes here (Django's `execute_wrappers`)."""
        word, _, rest = str(sql).lstrip(" (").partition(" ")
        if word == "SAVEPOINT":
            self._savepoints[rest] = self.key
        result = execute(sql, params, many, context)
        if word == "ROLLBACK":
            self.reach(self._savepoints.get(rest.removeprefix("TO SAVEPOINT ")))
        elif word not in ("SAVEPOINT", "SELECT", "RELEASE", "EXPLAIN"):
            self.reach(None)
        return result

    def begin(self, *key: Any) -> None:
        if self.watch not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.watch)
        self._savepoints.clear()
        self.reach(key)


_state = _State()
# The book of the first world: states come about by it alone, for as long as the process lasts.
_home: list[Book] = []


def known() -> bool:
    """Whether the database is in a state that is known, under the book it came about by."""
    return (
        connection.vendor == "sqlite"
        and connection.in_atomic_block
        and _state.key is not None
        and current_book() is _home[0]
    )


def begin(name: str) -> None:
    """The database is now in the state of this name: nothing in it but what the name stands for."""
    if connection.vendor == "sqlite":
        if not _home:
            _home.append(current_book())
        _state.begin(name, _sequences())


def prepared(method: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator of what brings about a state by the object it is called with and plain values: a method, or a function of a cast.
    It gives back that object, a record, or nothing."""

    @wraps(method)
    def brought(about: Any, *more: Any, **named: Any) -> Any:
        said = (*more, *sorted(named.items()))
        watched = any(
            callable(value) for value in vars(about).values()
        )  # somebody looks on: they see every step
        if watched or not known() or not all(_is_plain(value) for value in (*more, *named.values())):
            return method(about, *more, **named)
        call = (_state.key, method, type(about), said, _attributes(about))
        if call not in _effects:
            return _noted(call, about, partial(method, about, *more, **named))
        effect = _effects[call]
        effect.lay_down(about)
        _state.reach(effect.after)
        return about if effect.gives_back is _ITSELF else _read(effect.gives_back)

    return brought


def _noted(call: tuple, about: Any, work: Callable[[], Any]) -> Any:
    before, files = _tables(), _files()
    result = work()
    changes = tuple(_changes(before, _tables()))
    added = {name: data for name, data in _files().items() if files.get(name) != data}
    gives_back = _ITSELF if result is about else _kept(result)
    if (_is_own(result) or result is about) and not any(_is_index(change.table) for change in changes):
        attributes = {name: _kept(value) for name, value in vars(about).items() if _is_own(value)}
        after = (*call[0], call[1:])
        _effects[call] = _Effect(changes, _sequences(), added, attributes, gives_back, after)
        _state.reach(after)
    return result


# ---------------------------------------------------------------- attributes


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | date)


def _is_own(value: Any) -> bool:
    return _is_plain(value) or isinstance(value, Model)


def _kept(value: Any) -> Any:
    return (type(value), value.pk) if isinstance(value, Model) else value


def _read(value: Any) -> Any:
    return value[0]._base_manager.get(pk=value[1]) if isinstance(value, tuple) else value


def _attributes(worker: Any) -> tuple:
    """What the method may go by: plain values, records by their keys, and the people it works with."""
    told = []
    for name, value in sorted(vars(worker).items()):
        if isinstance(value, Mapping):
            told += [(name, one, _kept(person)) for one, person in sorted(value.items())]
        elif _is_own(value):
            told.append((name, _kept(value)))
        else:
            told += [
                (name, one, _kept(person)) for one, person in sorted(vars(value).items()) if _is_own(person)
            ]
    return tuple(told)


# ---------------------------------------------------------------- rows and files


def _tables() -> dict[str, tuple[int, Rows]]:
    cursor = connection.connection.cursor()
    names = cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name <> 'sqlite_sequence' "
        "AND sql NOT LIKE '%WITHOUT ROWID%'"
    )
    return {name: _rows(cursor, name) for (name,) in names.fetchall()}


def _rows(cursor, table: str) -> tuple[int, Rows]:
    """How many columns, and the rows as they are kept: a column behind a plus is read as no type of Python's."""
    columns = [f'+"{name}"' for _, name, *_ in cursor.execute(f'PRAGMA table_info("{table}")')]
    rows = {row[0]: row[1:] for row in cursor.execute(f'SELECT rowid, {", ".join(columns)} FROM "{table}"')}
    return len(columns), rows


def _changes(
    before: Mapping[str, tuple[int, Rows]], after: Mapping[str, tuple[int, Rows]]
) -> Iterator[_Change]:
    """What differs, tables that triggers of others write into last."""
    triggers = connection.connection.execute(
        "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    written = {table for table in after for on, sql in triggers if on != table and table in sql}
    for table in sorted(after, key=lambda name: (name in written, name)):
        columns, rows = after[table]
        was = before[table][1]
        new = {row: values for row, values in rows.items() if was.get(row) != values}
        gone = tuple(was.keys() - rows.keys())
        if new or gone:
            yield _Change(table, columns, new, gone)


def _is_index(table: str) -> bool:
    """A table that belongs to a full-text index: SQLite writes it as it likes."""
    found = connection.connection.execute(
        "SELECT 1 FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%' AND ? LIKE name || '\\_%' ESCAPE '\\'",
        [table],
    )
    return found.fetchone() is not None


def _sequences() -> tuple[tuple[str, int], ...]:
    return tuple(
        connection.connection.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name").fetchall()
    )


def _files() -> dict[str, bytes]:
    folder = Path(settings.FILES_DIR)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
