from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "zhiheng.outreach"
    verbose_name = "普法"
