from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "zhiheng.ui"
    verbose_name = "界面"

    def ready(self) -> None:
        from .assets import collect

        collect()
