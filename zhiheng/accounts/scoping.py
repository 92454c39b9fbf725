"""The one rule of who sees which records, as queryset vocabulary for every root model."""

from django.db import models

from .models import Person


class UnitScopedQuerySet(models.QuerySet):
    """Rows that carry `unit`. Included if, and only if, the row's unit is the actor's unit or below it."""

    def visible_to(self, actor: Person):
        return self.all() if actor.sees_every_unit else self.filter(unit_id__in=actor.unit_ids)

    def within_sight_of(self, actor: Person):
        """The same rows, told by the path of the unit: for one row, whose unit is read with it anyway. A list asks for
        the units first, so that the database walks its index."""
        return self.filter(unit__path__startswith=actor.unit.path)
