from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    name = "zhiheng.audit"
    verbose_name = "留痕"

    def ready(self):
        # Each package says in its `replays` what entries state of its records.
        autodiscover_modules("replays")
