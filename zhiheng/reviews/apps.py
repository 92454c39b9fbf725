from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "zhiheng.reviews"
    verbose_name = "审查"

    def ready(self) -> None:
        from zhiheng.accounts.outside import opens_to_outsiders

        from . import guards, keeping  # noqa: F401 - each function registers itself

        opens_to_outsiders("counsel", "counsel-request", "counsel-conflict", "counsel-answer", "counsel-file")
