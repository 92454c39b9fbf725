from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "zhiheng.search"
    verbose_name = "检索"

    def ready(self) -> None:
        post_migrate.connect(_install_once, dispatch_uid="search indexes")


def _install_once(sender: AppConfig, **kwargs) -> None:
    """Django tells of it once for each app that has models, in their order: after the last one."""
    from .index import install

    if sender is [config for config in apps.get_app_configs() if config.models_module is not None][-1]:
        install()
