from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "zhiheng.matters"
    # The label of the first installations: their tables, migrations and ledger entries bear it, and entries never change.
    label = "proceedings"
    verbose_name = "事项"

    def ready(self) -> None:
        """A broken law file stops the start, naming file, line, key and mend; nobody works under half a book."""
        from zhiheng.law import current_book

        current_book()
        from . import guards  # noqa: F401 - each function registers itself
