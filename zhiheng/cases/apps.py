from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "zhiheng.cases"
    verbose_name = "案件"
