from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "zhiheng.search"
    verbose_name = "检索"

    def ready(self) -> None:
        from .index import install

        post_migrate.connect(install, dispatch_uid="search indexes")
