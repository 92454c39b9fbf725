from django.apps import AppConfig


class RulemakingConfig(AppConfig):
    name = "zhiheng.rulemaking"
    verbose_name = "立法与文件"

    def ready(self) -> None:
        """The family takes its place, and its guards answer."""
        from zhiheng.matters.family import register

        from . import guards  # noqa: F401 - each function registers itself
        from .family import TEXT

        register(TEXT)
