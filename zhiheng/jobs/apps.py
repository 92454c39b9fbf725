from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "zhiheng.jobs"
    verbose_name = "后台任务"

    def ready(self):
        # Each package says in its `background` what its long work is.
        autodiscover_modules("background")
