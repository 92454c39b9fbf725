from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "zhiheng.screening"
    verbose_name = "专项筛查"

    def ready(self) -> None:
        """The family takes its place, and its guards answer."""
        from zhiheng.matters.family import register

        from . import guards  # noqa: F401 - each function registers itself
        from .family import SCREENING

        register(SCREENING)
