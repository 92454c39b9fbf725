from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "zhiheng.workbench"
    verbose_name = "工作台"

    def ready(self) -> None:
        """The last to start: every family has taken its place, and what the book's kinds name of them must be there."""
        from zhiheng.law import current_book
        from zhiheng.matters.family import refuse_faulty_kinds

        refuse_faulty_kinds(current_book())
