from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "zhiheng.cases"
    verbose_name = "案件"

    def ready(self) -> None:
        """The family takes its place, and its guards answer."""
        from zhiheng.matters.family import register

        from . import adjudication, agency, guards, mediation  # noqa: F401 - each function registers itself
        from .family import CASE

        register(CASE)
