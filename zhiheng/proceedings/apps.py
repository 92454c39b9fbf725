from django.apps import AppConfig


class ProceedingsConfig(AppConfig):
    name = "zhiheng.proceedings"
    verbose_name = "程序"

    def ready(self) -> None:
        """A broken law file stops the start, naming file, line, key and mend; nobody works under half a book."""
        from zhiheng.law import current_book

        current_book()
