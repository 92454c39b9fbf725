from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RegistersConfig(AppConfig):
    name = "zhiheng.registers"
    verbose_name = "登记"

    def ready(self) -> None:
        # A package that has kinds of records declares them in its module `registers`.
        autodiscover_modules("registers")
