from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    name = "zhiheng.enforcement"
    verbose_name = "专项执法"  # the entry in the navigation

    def ready(self) -> None:
        """Matters ask the register of delegated powers here, and what passes between units."""
        from zhiheng.matters import correspondence, powers

        from . import between
        from .delegations import in_force

        powers.register(in_force)
        correspondence.register(
            correspondence.Keeper(
                between.letters_of, between.handed_over, between.answered, between.supervised
            )
        )
