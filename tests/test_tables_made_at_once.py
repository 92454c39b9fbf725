"""A new database gets its tables from the models at once. The migrations, one after another, come to the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from zhiheng.audit import guards, tables

pytestmark = pytest.mark.django_db


@contextmanager
def empty_database(alias: str) -> Iterator:
    """A connection to one that has no table: in memory, or on PostgreSQL a schema of its own beside the tests'."""
    told = dict(connection.settings_dict)
    if connection.vendor == "postgresql":
        told["OPTIONS"] = {**told["OPTIONS"], "options": f"-c search_path={alias}"}
    else:
        told |= {"NAME": ":memory:", "OPTIONS": {}}
    connections.settings[alias] = told
    made = connections[alias]
    made.connect()
    try:
        if made.vendor == "postgresql":
            with made.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA IF EXISTS {alias} CASCADE")
                cursor.execute(f"CREATE SCHEMA {alias}")
        yield made
    finally:
        if made.vendor == "postgresql":
            with made.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA IF EXISTS {alias} CASCADE")
        made.close()
        del connections[alias]
        del connections.settings[alias]


def named() -> set[str]:
    """Names of indexes and constraints that the models give themselves; Django makes up the others after how they came."""
    return {
        one.name
        for model in apps.get_models(include_auto_created=True)
        for one in (*model._meta.indexes, *model._meta.constraints)
    }


def asked(connection, statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def shape(connection) -> dict[str, list]:
    """Everything the catalogue says of the tables, whatever the order of columns and the names Django makes up."""
    found = (_postgresql if connection.vendor == "postgresql" else _sqlite)(connection, named())
    return {what: sorted(map(repr, rows)) for what, rows in found.items()}


def _unnamed(statement: str, kept: set[str]) -> str:
    """A CREATE INDEX whose made-up name is left out."""
    return re.sub(
        r'(INDEX )"?(\w+)"?( ON )',
        lambda m: m[1] + (m[2] if m[2] in kept else "…") + m[3],
        statement,
        count=1,
    )


def _sqlite(connection, kept: set[str]) -> dict[str, list]:
    rows = asked(
        connection, "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"
    )
    found: dict[str, list] = {
        "tables": [],
        "columns": [],
        "keys": [],
        "checks": [],
        "indexes": [],
        "triggers": [],
    }
    for kind, name, table, statement in rows:
        if kind == "trigger":
            found["triggers"].append((name, statement))
        elif kind == "index":
            found["indexes"].append((table, _unnamed(statement, kept)))
        else:
            found["tables"].append((name, "AUTOINCREMENT" in statement))
            found["columns"] += [(name, *row[1:]) for row in asked(connection, f"PRAGMA table_xinfo({name})")]
            found["keys"] += [
                (name, *row[2:]) for row in asked(connection, f"PRAGMA foreign_key_list({name})")
            ]
            found["checks"] += [(name, check) for check in _checks(statement)]
            for _, index, unique, origin, _ in asked(connection, f"PRAGMA index_list({name})"):
                if origin == "u":
                    columns = [row[2] for row in asked(connection, f"PRAGMA index_info({index})")]
                    found["indexes"].append((name, unique, *columns))
    return found


def _checks(statement: str) -> Iterator[str]:
    """Every CHECK of a CREATE TABLE, with its name where it has one."""
    for match in re.finditer(r'(?:CONSTRAINT "\w+" )?CHECK ', statement):
        depth = 0
        for place in range(match.end(), len(statement)):
            depth += {"(": 1, ")": -1}.get(statement[place], 0)
            if not depth:
                yield match[0] + statement[match.end() : place + 1]
                break


def _postgresql(connection, kept: set[str]) -> dict[str, list]:
    ((schema,),) = asked(connection, "SELECT current_schema()")
    here = f"'{schema}'::regnamespace"

    def known(name: str) -> str:
        return name if name in kept else "…"

    return {
        "columns": asked(
            connection,
            "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable, "
            f"column_default, identity_generation, collation_name FROM information_schema.columns WHERE table_schema = '{schema}'",
        ),
        "constraints": [
            (table, known(name), kind, definition, deferrable, deferred)
            for table, name, kind, definition, deferrable, deferred in asked(
                connection,
                "SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid), condeferrable, condeferred "
                f"FROM pg_constraint WHERE connamespace = {here} AND contype <> 'n'",
            )
        ],
        "indexes": [
            (table, _unnamed(definition.replace(f"{schema}.", ""), kept))
            for table, definition in asked(
                connection, f"SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = '{schema}'"
            )
        ],
        "triggers": [
            definition.replace(f"{schema}.", "")
            for (definition,) in asked(
                connection,
                "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid "
                f"WHERE NOT tgisinternal AND c.relnamespace = {here}",
            )
        ],
        "functions": asked(
            connection, f"SELECT proname, btrim(prosrc) FROM pg_proc WHERE pronamespace = {here}"
        ),
    }


def filled(connection) -> dict[str, int]:
    """Tables with rows in them, and how many; what was migrated is compared by itself."""
    counted = {
        name: asked(connection, f'SELECT count(*) FROM "{name}"')[0][0]
        for name in connection.introspection.table_names()
    }
    return {name: number for name, number in counted.items() if number and name != "django_migrations"}


def test_tables_made_at_once_are_those_the_migrations_come_to():
    with empty_database("made_at_once") as once, empty_database("migrated") as migrated:
        assert tables.none_in(once)
        tables.make(once)
        executor = MigrationExecutor(migrated)
        executor.migrate(executor.loader.graph.leaf_nodes())
        made, led_to = shape(once), shape(migrated)
        assert made.keys() == led_to.keys()
        for what in made:
            assert made[what], f"no {what} were looked at"
            assert [one for one in made[what] if one not in led_to[what]] == [], what
            assert made[what] == led_to[what], what
        assert filled(once) == filled(migrated) == {}
        applied = [set(MigrationRecorder(one).applied_migrations()) for one in (once, migrated)]
        assert applied[0] == applied[1]
        assert not MigrationExecutor(once).migration_plan(executor.loader.graph.leaf_nodes())


def test_a_comparison_sees_a_column_an_index_a_check_and_a_guard_that_differ():
    with empty_database("made_at_once") as once:
        tables.make(once)
        before = shape(once)
        drop = "DROP TRIGGER audit_entry_follows" + (" ON audit_entry" if once.vendor == "postgresql" else "")
        for statement in (
            "ALTER TABLE accounts_unit ADD COLUMN odd integer",
            "CREATE INDEX odd ON accounts_unit (short_name)",
            "CREATE TABLE odd_one (one integer, CONSTRAINT odd_check CHECK (one > 0))",
            drop,
        ):
            asked_without_answer(once, statement)
            after = shape(once)
            assert after != before, statement
            before = after


def asked_without_answer(connection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_nothing_is_left_of_tables_that_could_not_all_be_made(monkeypatch):
    def failing(editor):
        raise RuntimeError("no more room")

    with empty_database("made_at_once") as once:
        monkeypatch.setattr(guards, "put_up", failing)
        with pytest.raises(RuntimeError, match="no more room"):
            tables.make(once)
        assert tables.none_in(once)


@pytest.fixture
def done(monkeypatch) -> list[str]:
    """What `migrate` did: made the tables at once, or went step by step as Django does."""
    told: list[str] = []
    monkeypatch.setattr(tables, "make", lambda connection: told.append("at once"))
    monkeypatch.setattr(migrate.Command, "handle", lambda self, *args, **options: told.append("step by step"))
    # Nothing was made that they could be told of.
    for signal in ("emit_pre_migrate_signal", "emit_post_migrate_signal"):
        monkeypatch.setattr(
            f"zhiheng.audit.management.commands.migrate.{signal}", lambda *args, **given: None
        )
    return told


def test_a_new_database_gets_its_tables_at_once_and_one_with_any_table_step_by_step(done):
    with empty_database("somebodys") as one:
        call_command("migrate", database="somebodys", verbosity=0)
        assert done == ["at once"]
        asked_without_answer(one, "CREATE TABLE of_somebody (id integer)")
        call_command("migrate", database="somebodys", verbosity=0)
        assert done == ["at once", "step by step"]


def test_where_nothing_is_to_be_done_no_step_is_looked_at_until_one_is_missing(done):
    call_command("migrate", verbosity=0)
    assert done == []
    MigrationRecorder(connection).record_unapplied("audit", "0004_search")
    call_command("migrate", verbosity=0)
    assert done == ["step by step"]
