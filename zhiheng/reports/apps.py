from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "zhiheng.reports"
    verbose_name = "报告"
