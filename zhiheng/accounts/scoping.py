"""The one rule of who sees which records, as queryset vocabulary for every root model."""

from collections.abc import Sequence

from django.db import models

from zhiheng.ui.days import today

from .models import Person
from .rights import Role
from .selectors import roles_of


def runs_the_system(actor: Person) -> bool:
    """Whether the person holds the role of system administrator on the day of asking. Whoever does reads no content of matters, in
    whatever other role: they keep the accounts, the machine and the backups."""
    return Role.ADMIN in roles_of(actor, today())


class UnitScopedQuerySet(models.QuerySet):
    """Rows that carry `unit`. Included if, and only if, the row's unit is the actor's unit or below it."""

    def visible_to(self, actor: Person):
        return self.of_units(None if actor.sees_every_unit else actor.unit_ids)

    def of_units(self, unit_ids: Sequence[int] | None):
        """Rows of these units; of all there are for None. Whoever is asked for has to be one who sees them: see `visible_to`."""
        return self.all() if unit_ids is None else self.filter(unit_id__in=unit_ids)

    def within_sight_of(self, actor: Person):
        """The same rows, told by the path of the unit: for one row, whose unit is read with it anyway. A list asks for
        the units first, so that the database walks its index."""
        if actor.outside:
            return self.none()
        return self.filter(unit__path__startswith=actor.unit.path)


BARRED = "系统管理员负责账号、设备和备份，不查阅案件内容"
"""Why, in words, to who runs the system."""


class MatterScopedQuerySet(UnitScopedQuerySet):
    """Rows with content of matters: as any others, but none for who runs the system."""

    def visible_to(self, actor: Person):
        return self.none() if runs_the_system(actor) else super().visible_to(actor)

    def within_sight_of(self, actor: Person):
        return self.none() if runs_the_system(actor) else super().within_sight_of(actor)
