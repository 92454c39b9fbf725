"""The triggers that keep the ledger's table append-only, as statements and as a check that they stand.

Rows are only ever added, each one following the last: nothing is changed, removed, replaced or emptied. Whoever owns the
table can take the triggers away; `missing` says so afterwards, and an installation on PostgreSQL should let the
application sign in as a role that does not own the table (`deploy/postgresql.sql`).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from zhiheng.search.index import triggers

MESSAGE = "留痕账只增不改"
_FOLLOWS = (
    "NEW.seq <> COALESCE((SELECT MAX(seq) FROM audit_entry), 0) + 1 OR NEW.prev_hash <> "
    "COALESCE((SELECT hash FROM audit_entry ORDER BY seq DESC LIMIT 1), '" + "0" * 64 + "')"
)

SQLITE = {
    **{
        f"audit_entry_no_{verb.lower()}": f"CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for verb in ("UPDATE", "DELETE")
    },
    # REPLACE INTO removes the row in its way without firing a DELETE trigger; this one fires first.
    "audit_entry_follows": "CREATE TRIGGER audit_entry_follows BEFORE INSERT ON audit_entry "
    f"WHEN {_FOLLOWS} OR EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id OR hash = NEW.hash) "
    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
}
POSTGRES_FUNCTIONS = {
    "audit_entry_refuse": "CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$",
    "audit_entry_follow": "CREATE OR REPLACE FUNCTION audit_entry_follow() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF {_FOLLOWS} THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN NEW; END $$",
}
POSTGRES = {
    "audit_entry_append_only": "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()",
    "audit_entry_no_truncate": "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()",
    "audit_entry_follows": "CREATE TRIGGER audit_entry_follows BEFORE INSERT ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_follow()",
}


def put_up(editor: BaseDatabaseSchemaEditor) -> None:
    """All of them, on a table that has none."""
    postgres = (*POSTGRES_FUNCTIONS.values(), *POSTGRES.values())
    for statement in postgres if editor.connection.vendor == "postgresql" else SQLITE.values():
        editor.execute(statement)


def missing() -> Iterator[str]:
    """The guards that do not stand as they were put up, and what stands in the tables' way that is not ours, in words."""
    with connection.cursor() as cursor:
        on_postgres = connection.vendor == "postgresql"
        found = _postgres(cursor) if on_postgres else _sqlite(cursor)
        strange = list((_strange_postgres if on_postgres else _strange_sqlite)(cursor))
    for name in found:
        yield f"留痕账表上的护栏 {name} 不在、被停用或被改过：此间可能有人直接改动过账。"
    for table, what in strange:
        yield f"表 {table} 上有不是本系统的{what}：写入或读出的内容可能被它改动、吞掉或者遮住。"


def _sqlite(cursor) -> list[str]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
    there = dict(cursor.fetchall())
    return [name for name, statement in SQLITE.items() if there.get(name) != statement]


def _postgres(cursor) -> list[str]:
    cursor.execute(
        "SELECT tgname, pg_get_triggerdef(oid), tgenabled FROM pg_trigger "
        "WHERE tgrelid = 'audit_entry'::regclass AND NOT tgisinternal"
    )
    there = {name: (definition, enabled) for name, definition, enabled in cursor.fetchall()}
    lost = []
    for name, statement in POSTGRES.items():
        definition, enabled = there.get(name, ("", ""))
        event = statement.split(" BEFORE ")[1].split(" ON ")[0]
        called = statement.split("EXECUTE FUNCTION ")[1]
        words = set(definition.replace(",", " ").split())
        if enabled not in {"O", "A"} or not set(event.split()) <= words or not definition.endswith(called):
            lost.append(name)
    cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE proname = ANY(%s)", [list(POSTGRES_FUNCTIONS)])
    sources = dict(cursor.fetchall())
    for name, statement in POSTGRES_FUNCTIONS.items():
        if (sources.get(name) or "").strip() != statement.split("$$")[1].strip():
            lost.append(name)
    return lost


# A trigger of somebody else's may swallow an entry while the act goes through, or change what a service writes.


def _strange_sqlite(cursor) -> Iterator[tuple[str, str]]:
    ours = {("audit_entry", name): statement for name, statement in SQLITE.items()} | triggers()
    cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
    for table, name, statement in cursor.fetchall():
        # One of the guards that was changed is told as such.
        if ours.get((table, name)) != statement and name not in SQLITE:
            yield table, f"触发器 {name}"
    cursor.execute("SELECT name, type FROM sqlite_master WHERE type = 'view'")
    for name, _ in cursor.fetchall():
        yield name, "视图"


def _strange_postgres(cursor) -> Iterator[tuple[str, str]]:
    known = triggers()
    here = "relnamespace = current_schema()::regnamespace"
    cursor.execute(
        "SELECT relname, tgname, proname, prosrc FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid "
        f"JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal AND {here}"
    )
    for table, name, function, body in cursor.fetchall():
        guard = table == "audit_entry" and name in POSTGRES and function in POSTGRES_FUNCTIONS
        if not guard and (function != name or known.get((table, name)) != body):
            yield table, f"触发器 {name}"
    cursor.execute(
        "SELECT relname, rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class "
        f"WHERE {here} AND (rulename <> '_RETURN' OR relkind = 'v')"
    )
    for table, name in cursor.fetchall():
        yield table, f"规则或者视图 {name}"
    cursor.execute(f"SELECT relname FROM pg_class WHERE relrowsecurity AND {here}")
    for (table,) in cursor.fetchall():
        yield table, "行级安全策略"
