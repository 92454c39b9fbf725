from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    name = "zhiheng.enforcement"
    verbose_name = "专项执法"  # the entry in the navigation
