from django.apps import AppConfig


class RulemakingConfig(AppConfig):
    name = "zhiheng.rulemaking"
    verbose_name = "法规原文"
