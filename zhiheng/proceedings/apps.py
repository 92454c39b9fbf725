from django.apps import AppConfig


class ProceedingsConfig(AppConfig):
    name = "zhiheng.proceedings"
    verbose_name = "程序"
