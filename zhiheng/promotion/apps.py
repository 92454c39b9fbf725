from django.apps import AppConfig


class PromotionConfig(AppConfig):
    name = "zhiheng.promotion"
    verbose_name = "运用服务"  # the entry in the navigation
