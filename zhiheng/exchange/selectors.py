"""Reads over partners and packages."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet

from .models import Incoming, Outgoing, Partner


def partners_by_key(on: date) -> dict[str, Partner]:
    """Whom the office knows on the day, by key."""
    known = Partner.objects.standing().filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), since__lte=on)
    return {one.key: one for one in known}


def received(partner: Partner, ident: str) -> Incoming | None:
    return Incoming.objects.standing().filter(partner=partner, ident=ident).first()


def sent(partner: Partner, ident: str) -> Outgoing | None:
    """The package of ours with this id, to this partner."""
    return Outgoing.objects.standing().filter(partner=partner, ident=ident).select_related("letter").first()


def sent_with_id(ident: str) -> Outgoing | None:
    return Outgoing.objects.standing().filter(ident=ident).exclude(ident="").first()


def undelivered() -> QuerySet[Outgoing]:
    """Packages that stand, go by the wire and have not arrived."""
    return (
        Outgoing.objects.standing()
        .filter(delivered_on__isnull=True)
        .exclude(partner__address="")
        .select_related("partner", "letter", "unit")
    )


def not_waiting() -> QuerySet[Outgoing]:
    return undelivered().filter(delivery__isnull=True).order_by("pk")


def due(at: datetime) -> QuerySet[Outgoing]:
    return undelivered().filter(delivery__next_at__lte=at).order_by("delivery__next_at")
