from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    name = "zhiheng.enforcement"
    verbose_name = "专项执法"  # the entry in the navigation

    def ready(self) -> None:
        """Matters ask the register of delegated powers here."""
        from zhiheng.matters.powers import register

        from .delegations import in_force

        register(in_force)
