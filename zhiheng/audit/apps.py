from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "zhiheng.audit"
    verbose_name = "留痕"
