from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "zhiheng.figures"
    verbose_name = "指标"
