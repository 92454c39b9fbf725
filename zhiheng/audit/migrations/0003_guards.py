"""Entries follow one another in the table itself, are not replaced, and the table is not emptied."""

from django.db import migrations

from zhiheng.audit import guards


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in guards.POSTGRES_FUNCTIONS.values():
            schema_editor.execute(statement)
        for name in ("audit_entry_no_truncate", "audit_entry_follows"):
            schema_editor.execute(guards.POSTGRES[name])
    else:
        schema_editor.execute(guards.SQLITE["audit_entry_follows"])


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in ("audit_entry_no_truncate", "audit_entry_follows"):
            schema_editor.execute(f"DROP TRIGGER {name} ON audit_entry")
        schema_editor.execute("DROP FUNCTION audit_entry_follow()")
    else:
        schema_editor.execute("DROP TRIGGER audit_entry_follows")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [migrations.RunPython(guard, unguard)]
