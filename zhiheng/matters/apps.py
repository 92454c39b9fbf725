from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MattersConfig(AppConfig):
    name = "zhiheng.matters"
    # The label of the first installations: their tables, migrations and ledger entries bear it, and entries never change.
    label = "proceedings"
    verbose_name = "事项"

    def ready(self) -> None:
        """A broken law file stops the start, naming file, line, key and mend; nobody works under half a book."""
        from zhiheng.law import current_book

        current_book()
        from . import drafts, guards  # noqa: F401 - each registers itself

        post_migrate.connect(_first_turns, sender=self)


def _first_turns(using: str = "default", **kwargs) -> None:
    """An installation from before there were turns: its open matters get theirs, once all tables stand as the code has them."""
    from django.db import connections, transaction
    from django.db.migrations.loader import MigrationLoader
    from django.utils import timezone

    from . import turns
    from .models import Proceeding, Turn

    connection = connections[using]
    if Turn._meta.db_table not in connection.introspection.table_names():
        return
    if Turn.objects.exists() or not Proceeding.objects.exists():
        return
    loader = MigrationLoader(connection)
    if all(leaf in loader.applied_migrations for leaf in loader.graph.leaf_nodes()):
        with transaction.atomic():
            turns.rewrite_all(on=timezone.localdate())
