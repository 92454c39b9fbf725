from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "zhiheng.workbench"
    verbose_name = "工作台"
