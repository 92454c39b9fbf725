"""One index over the searched columns of one record kind.

SQLite keeps signs and pairs of signs in an FTS5 table without content, PostgreSQL in a GIN index over a function of the
entry's text. Both answer which entries hold all pairs of a word; the entry's text then says whether it holds the word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import OperationalError, connection, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex

from zhiheng import canonical

from .grams import grams, needed, spellings, text_of, words_of

if TYPE_CHECKING:
    from .models import Entry

# More records than this, and a word is so common that reading the rows in order finds a page of them sooner.
COMMON = 20_000
# What PostgreSQL's statistics expect may be wrong: a word is taken for common by them alone only far beyond.
_SURELY_COMMON = 5 * COMMON
# A word of which this share of the entries is expected to hold stands close enough together to be walked.
_DENSE = 0.2
# Stale entries that one search brings up to date before it looks.
AT_ONCE = 200
_BATCH = 2_000
_INDEXES: list[Index] = []


class Index:
    """`entry` is the model that keeps the texts, `model` the label of the searched model, `columns` its text columns."""

    def __init__(self, entry: type[Entry], model: str, columns: Sequence[str]) -> None:
        self.entry, self.label, self.columns = entry, model, tuple(columns)
        _INDEXES.append(self)

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @property
    def table(self) -> str:
        return self.entry._meta.db_table

    # ---- finding

    def narrow(self, rows: QuerySet, typed: str, by: str = "") -> QuerySet:
        """The rows that hold every one of the typed words in any of the columns, however they are spelled.

        `by`: the relation by which the rows lead to the searched records, where they are not these themselves.
        """
        words = [(word, forms) for word in words_of(typed) if (forms := spellings(word))]
        if not words:
            return rows
        waits, last = self._waiting()
        if waits:
            self._refresh_a_few()
            waits, last = self._waiting()
        key, above = (f"{by}_id", f"{by}__") if by else ("pk", "")
        condition = self._holds([forms for _, forms in words], key)
        if waits:
            # Rows whose entries are not up to date yet are looked through themselves.
            stale = self.entry.objects.filter(stale=True, record=OuterRef(key))
            unread = Q(Exists(stale)) if last is None else Q(Exists(stale)) | Q(**{f"{key}__gt": last})
            for word, _ in words:
                either = Q()
                for column in self.columns:
                    either |= Q(**{f"{above}{column}__icontains": word})
                unread &= either
            condition |= unread
        return rows.filter(condition)

    def _holds(self, words: list[list[str]], key: str) -> Q:
        found = self._records(words)
        if found is not None:
            return Q(**{f"{key}__in": _listed(found)})
        holding = self.entry.objects.filter(record=OuterRef(key))
        for number, forms in enumerate(words):
            either = Q()
            for place, form in enumerate(forms):
                name = f"at_{number}_{place}"
                holding = holding.alias(**{name: StrIndex("text", Value(form))})
                either |= Q(**{f"{name}__gt": 0})
            holding = holding.filter(either)
        return Q(Exists(holding))

    def _records(self, words: list[list[str]]) -> list[int] | None:
        """Records whose entries hold all words, or None where they are more than COMMON."""
        if connection.vendor == "postgresql":
            held = "(" + ") AND (".join(
                " OR ".join(["(zhiheng_grams(text) @> %s AND strpos(text, %s) > 0)"] * len(forms)) for forms in words
            ) + ")"  # fmt: skip
            given = [value for forms in words for form in forms for value in (sorted(needed(form)), form)]
            if self._expected_everywhere(words):
                return None
            sql = f"SELECT record FROM {self.table} WHERE {held} LIMIT {COMMON + 1}"
        else:
            match = " AND ".join(
                "(" + " OR ".join("(" + " AND ".join(_tokens(form)) + ")" for form in forms) + ")"
                for forms in words
            )
            held = " AND ".join(
                "(" + " OR ".join(["instr(text, %s) > 0"] * len(forms)) + ")" for forms in words
            )
            given = [match, *(form for forms in words for form in forms)]
            sql = (
                f"SELECT record FROM {self.table}_grams CROSS JOIN {self.table} ON record = {self.table}_grams.rowid "
                f"WHERE {self.table}_grams MATCH %s AND {held} LIMIT {COMMON + 1}"
            )
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            found = [record for (record,) in cursor.fetchall()]
        return found if len(found) <= COMMON else None

    def _expected_everywhere(self, words: list[list[str]]) -> bool:
        """Whether PostgreSQL expects so many entries to hold the rarest word that rows are found sooner without its index,
        which takes in all there are before it gives the first."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [self.table])
            (entries,) = cursor.fetchone()
            expected = []
            for forms in words:
                held = " OR ".join(["zhiheng_grams(text) @> %s"] * len(forms))
                cursor.execute(
                    f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {self.table} WHERE {held}",
                    [sorted(needed(form)) for form in forms],
                )
                ((plan,),) = cursor.fetchall()
                expected.append(plan[0]["Plan"]["Plan Rows"])
        return min(expected) > min(_SURELY_COMMON, max(entries, 0) * _DENSE) > 0

    # ---- keeping

    def refresh(self, limit: int | None = None) -> int:
        """Bring stale entries up to date, the newest first, `limit` at the most; says how many. Safe beside writers."""
        done = 0
        while limit is None or done < limit:
            some = self._refresh_batch(_BATCH if limit is None else min(_BATCH, limit - done))
            done += some
            if not some:
                break
        return done

    @transaction.atomic
    def _refresh_batch(self, size: int) -> int:
        stale = self.entry.objects.filter(stale=True).order_by("-record")
        if connection.vendor == "postgresql":
            stale = stale.select_for_update(skip_locked=True)
        else:
            self._take_in(size)
        old = dict(stale.values_list("record", "text")[:size])
        if not old:
            return 0
        values = self.model._base_manager.filter(pk__in=old).values_list("pk", *self.columns)
        new = {pk: text_of(parts) for pk, *parts in values}
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                table = f"{self.table}_grams"
                cursor.executemany(
                    f"INSERT INTO {table}({table}, rowid, grams) VALUES ('delete', %s, %s)",
                    [(pk, _document(text)) for pk, text in old.items() if text],
                )
                cursor.executemany(
                    f"INSERT INTO {table}(rowid, grams) VALUES (%s, %s)",
                    [(pk, _document(text)) for pk, text in new.items() if text],
                )
            cursor.executemany(
                f"UPDATE {self.table} SET text = %s, stale = %s WHERE record = %s",
                [(text, False, pk) for pk, text in new.items()],
            )
        if gone := old.keys() - new.keys():
            self.entry.objects.filter(record__in=gone).delete()
        return len(old)

    def _waiting(self) -> tuple[bool, int | None]:
        """Whether any record has no entry that is up to date; and, on SQLite, the last record that has one at all.

        SQLite has one writer, and records get their numbers in the order in which they are there to be seen: those after
        the last entry are new, and no trigger need say so for each of a hundred thousand that come in at once.
        """
        key = self.model._meta.pk.column
        if connection.vendor == "postgresql":
            return self.entry.objects.filter(stale=True).exists(), None
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT EXISTS (SELECT 1 FROM {self.table} WHERE stale), "
                f"coalesce((SELECT max(record) FROM {self.table}), 0), "
                f"coalesce((SELECT max({key}) FROM {self.model._meta.db_table}), 0)"
            )
            stale, last, newest = cursor.fetchone()
        return bool(stale) or newest > last, last

    def _take_in(self, size: int) -> None:
        """Entries, to be written, for the oldest records that are new."""
        key, table = self.model._meta.pk.column, self.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.table} (record, text, stale) SELECT {key}, '', 1 FROM {table} "
                f"WHERE {key} > coalesce((SELECT max(record) FROM {self.table}), 0) ORDER BY {key} LIMIT %s",
                [size],
            )

    def catch_up(self, limit: int = _BATCH) -> int:
        """Bring some of what waits up to date, if there is any and nobody writes at present; says how many."""
        waits, _ = self._waiting()
        return self._refresh_a_few(limit) if waits else 0

    def _refresh_a_few(self, limit: int = 0) -> int:
        """Never waits: while somebody writes for long (a ledger comes in), a search does without."""
        if connection.vendor == "postgresql" or connection.in_atomic_block:
            return self.refresh(limit or AT_ONCE)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            (patience,) = cursor.fetchone()
            cursor.execute("PRAGMA busy_timeout = 0")
        try:
            return self.refresh(limit or AT_ONCE)
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            return 0
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")


@dataclass(frozen=True)
class Through:
    """An index as it serves rows that lead to its records by a relation; and rows whose own column is exactly what was
    typed, such as the number of a decision that another has replaced."""

    index: Index
    by: str
    exactly: str = ""

    def narrow(self, rows: QuerySet, typed: str) -> QuerySet:
        found = self.index.narrow(rows, typed, self.by)
        words = words_of(typed)
        if not self.exactly or len(words) != 1 or not any(map(str.isdecimal, words[0])):
            return found
        number, _ = canonical.document_number(words[0])
        return found | rows.filter(**{f"{self.exactly}__in": {words[0], number}})


def _listed(records: list[int]) -> RawSQL:
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [records])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(records)])


@lru_cache(1 << 16)
def _token(gram: str) -> str:
    """A gram as a word of letters and digits: FTS5 would take signs for spaces."""
    return "x".join(f"{ord(sign):x}" for sign in gram)


def _tokens(word: str) -> list[str]:
    return [f'"{_token(gram)}"' for gram in sorted(needed(word))]


def _document(text: str) -> str:
    return " ".join(map(_token, grams(text)))


def catch_up() -> int:
    """For a process with nothing else to do: some of what waits in each index, brought up to date; says how many."""
    return sum(index.catch_up() for index in _INDEXES)


# ---- what stands in the database beside the tables


def entry_labels() -> frozenset[str]:
    """Labels of the models that keep entries: they follow from the records, and are made anew where they are missing."""
    return frozenset(index.entry._meta.label_lower for index in _INDEXES)


def install() -> None:
    """After every migration: the triggers that mark entries stale, and entries of records that have none.

    SQLite loses the triggers of a table that a migration builds anew; that is why they are no migration themselves.
    """
    tables = set(connection.introspection.table_names())
    for index in _INDEXES:
        if {index.table, index.model._meta.db_table} <= tables:
            _install(index)


def triggers() -> dict[tuple[str, str], str]:
    """The triggers `install` puts up, as (table, name), and what each does: its statement as SQLite keeps it, the body of its
    function on PostgreSQL. Whoever looks for triggers that are not ours has to know them."""
    found = {}
    for index in _INDEXES:
        table, text = index.model._meta.db_table, _statements(index)
        if connection.vendor == "postgresql":
            bodies = re.findall(
                r"FUNCTION (\w+)\(\) RETURNS trigger LANGUAGE plpgsql AS \$\$(.*?)\$\$", text, re.S
            )
            found |= {(table, name): body for name, body in bodies}
        else:
            name, rest = re.search(r"CREATE TRIGGER (\w+)(.*)", text, re.S).groups()
            found[table, name] = f"CREATE TRIGGER {name}{rest}".strip()
    return found


def _statements(index: Index) -> str:
    columns = [index.model._meta.get_field(name).column for name in index.columns]
    return (_POSTGRESQL if connection.vendor == "postgresql" else _SQLITE).format(
        entry=index.table,
        table=index.model._meta.db_table,
        key=index.model._meta.pk.column,
        columns=", ".join(columns),
        name=index.entry._meta.model_name,
    )


def _install(index: Index) -> None:
    entry, table = index.table, index.model._meta.db_table
    key = index.model._meta.pk.column
    statements = _statements(index)
    # An index of an earlier version, which knew pairs alone, is made anew from the texts.
    earlier = f"{entry}_pairs" in connection.introspection.table_names()
    with transaction.atomic(), connection.cursor() as cursor:
        if earlier:
            cursor.execute(f"DROP TABLE {entry}_pairs")
            cursor.execute(f"UPDATE {entry} SET text = '', stale = 1")
        for statement in statements.split(";;"):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            missing, true = "ON CONFLICT (record) DO NOTHING", "true"
        else:
            missing, true = "AND true ON CONFLICT (record) DO NOTHING", "1"
        cursor.execute(
            f"INSERT INTO {entry} (record, text, stale) SELECT {key}, '', {true} FROM {table} "
            f"WHERE NOT EXISTS (SELECT 1 FROM {entry} WHERE record = {table}.{key}) {missing}"
        )


_SQLITE = """
CREATE VIRTUAL TABLE IF NOT EXISTS {entry}_grams
USING fts5(grams, content='', columnsize=0, detail=none, tokenize='ascii')
;;
DROP TRIGGER IF EXISTS {entry}_added
;;
DROP TRIGGER IF EXISTS {entry}_changed
;;
CREATE TRIGGER {entry}_changed AFTER UPDATE OF {columns} ON {table}
BEGIN UPDATE {entry} SET stale = 1 WHERE record = new.{key} AND NOT stale; END
"""

_POSTGRESQL = """
DROP INDEX IF EXISTS {entry}_pairs
;;
CREATE OR REPLACE FUNCTION zhiheng_grams(whole text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
SELECT sign || ARRAY(SELECT sign[i] || sign[i + 1] FROM generate_series(1, cardinality(sign) - 1) AS i)
FROM (SELECT string_to_array(whole, NULL) AS sign) AS signs
$$
;;
CREATE INDEX IF NOT EXISTS {entry}_grams ON {entry} USING gin (zhiheng_grams(text))
;;
CREATE OR REPLACE FUNCTION {entry}_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO {entry} (record, text, stale) SELECT {key}, '', true FROM fresh ON CONFLICT (record) DO NOTHING; RETURN NULL;
END $$
;;
CREATE OR REPLACE FUNCTION {entry}_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
UPDATE {entry} SET stale = true WHERE record = NEW.{key}; RETURN NULL;
END $$
;;
DROP TRIGGER IF EXISTS {entry}_added ON {table}
;;
CREATE TRIGGER {entry}_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION {entry}_added()
;;
DROP TRIGGER IF EXISTS {entry}_changed ON {table}
;;
CREATE TRIGGER {entry}_changed AFTER UPDATE OF {columns} ON {table}
FOR EACH ROW EXECUTE FUNCTION {entry}_changed()
"""
