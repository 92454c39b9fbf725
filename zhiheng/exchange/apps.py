from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "zhiheng.exchange"
    verbose_name = "协作"  # the entry in the navigation
