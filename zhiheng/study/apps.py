from django.apps import AppConfig


class StudyConfig(AppConfig):
    name = "zhiheng.study"
    verbose_name = "学法"  # the entry in the navigation
