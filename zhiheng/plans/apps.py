from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "zhiheng.plans"
    verbose_name = "计划"  # the entry in the navigation
