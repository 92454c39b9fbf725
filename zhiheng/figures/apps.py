from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FiguresConfig(AppConfig):
    name = "zhiheng.figures"
    verbose_name = "指标"

    def ready(self) -> None:
        # An app that has figures declares them in its module `figures`.
        autodiscover_modules("figures")
