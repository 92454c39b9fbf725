"""The tables of a database that has none yet, made at once.

Migrations lead a database with records in it from one version to the next. From nothing they take seconds, because each
redraws the models around those it touches. A new database is therefore given the tables of the models they lead to in the
end, drawn once, and every migration is written down as applied. `tests/test_tables_made_at_once.py` holds that both ways come
to the same columns, constraints, indexes, triggers and rows, on both databases: what a migration puts into an empty
database beside tables must be put there by `make` too.
"""

from __future__ import annotations

from functools import cache

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from . import guards


def none_in(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database has no table at all, ours or anybody's."""
    return not connection.introspection.table_names()


def behind(connection: BaseDatabaseWrapper) -> bool:
    """Whether a migration of this version has not been applied."""
    return not _migrations() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """All there are in this version. Read once a process: anybody may ask a site whether it is ready, as often as they like."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def make(connection: BaseDatabaseWrapper) -> None:
    """Make every table with its guards, and write every migration down as applied; all of it or, on an error, nothing."""
    loader = MigrationLoader(connection)
    recorder = MigrationRecorder(connection)
    # Of the state that migrations describe: Django gives some keys another type there than in today's models.
    models = [
        model for model in loader.project_state().apps.get_models() if model._meta.can_migrate(connection)
    ]
    with connection.schema_editor() as editor:
        for model in (recorder.Migration, *models):
            editor.create_model(model)
        # Now and not when the editor closes: rows and triggers come after the keys between tables.
        for statement in editor.deferred_sql:
            editor.execute(statement)
        editor.deferred_sql.clear()
        guards.put_up(editor)
        recorder.migration_qs.bulk_create(
            recorder.Migration(app=app, name=name) for app, name in sorted(loader.disk_migrations)
        )
