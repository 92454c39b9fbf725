"""The register of delegated powers, as matters ask it: which unit may handle which cause from which day on which document."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from zhiheng.accounts.models import Unit
from zhiheng.matters.powers import Delegated

from .models import Delegation


def in_force(unit: Unit, cause: str, on: date) -> Delegated | None:
    """The delegation that gives the unit the power over the cause on a day: from the day it was delegated to the day before it was
    taken back. Of several the first."""
    standing = Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on)
    rows = Delegation.objects.standing().filter(standing, unit=unit, cause=cause, delegated_on__lte=on)
    found = rows.order_by("delegated_on", "pk").first() if cause else None
    return Delegated(found.basis, found.delegated_on) if found else None
