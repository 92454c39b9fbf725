"""Reads over people, units and certificates. People and units themselves are readable by everyone signed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from .models import Certificate, Person, Unit
from .rights import ROLES_WITH, Right, Role


def roles_of(person: Person, on: date) -> frozenset[str]:
    """Role codes the person holds on the day."""
    key = ("_roles", on)
    if getattr(person, "_roles_key", None) != key:
        held = person.grants.filter(since__lte=on).filter(Q(until__isnull=True) | Q(until__gte=on))
        person._roles_cache = frozenset(held.values_list("role", flat=True))
        person._roles_key = key
    return person._roles_cache


def may(person: Person, right: Right, on: date) -> bool:
    return bool(roles_of(person, on) & ROLES_WITH[right])


def people_with_role(unit: Unit, role: Role | str, on: date):
    """Active people who hold the role in exactly this unit on the day."""
    held = Q(grants__role=role, grants__since__lte=on) & (
        Q(grants__until__isnull=True) | Q(grants__until__gte=on)
    )
    return Person.objects.filter(held, unit=unit, is_active=True).distinct()


def certificates_on(people: Iterable[Person | int], on: date) -> dict[int, Certificate]:
    """Valid certificate of each person on the day; people without one are absent from the answer."""
    ids = [p if isinstance(p, int) else p.pk for p in people]
    valid = Certificate.objects.filter(person_id__in=ids, valid_from__lte=on, valid_to__gte=on).order_by(
        "valid_to"
    )
    return {certificate.person_id: certificate for certificate in valid}


def units_visible_to(actor: Person):
    return Unit.objects.filter(id__in=actor.unit_ids)


def scope_codes(unit: Unit) -> tuple[str, ...]:
    """Unit codes from the unit up to the root: what a local law file may be written for, tightest first."""
    return tuple(reversed(unit.path.strip("/").split("/")))
