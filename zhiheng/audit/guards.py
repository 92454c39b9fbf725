"""The triggers that keep the ledger's table append-only, as statements and as a check that they stand.

Rows are only ever added, each one following the last: nothing is changed, removed, replaced or emptied. Whoever owns the
table can take the triggers away; `missing` says so afterwards, and an installation on PostgreSQL should let the
application sign in as a role that does not own the table (`deploy/postgresql.sql`).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

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


def missing() -> Iterator[str]:
    """The guards that do not stand as they were put up, in words."""
    with connection.cursor() as cursor:
        found = _postgres(cursor) if connection.vendor == "postgresql" else _sqlite(cursor)
    for name in found:
        yield f"留痕账表上的护栏 {name} 不在、被停用或被改过：此间可能有人直接改动过账。"


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
