"""Reads over the ledger."""

from __future__ import annotations

from django.db import models

from .models import GENESIS, Entry


def entries_visible_to(actor):
    """Entries made by people of the actor's unit subtree; the system's own are the root office's to see."""
    seen = models.Q(unit_id__in=actor.unit_ids)
    if actor.unit.parent_id is None:
        seen |= models.Q(unit_id__isnull=True)
    return Entry.objects.filter(seen)


def entry_for(actor, seq: int) -> Entry | None:
    """One entry by its number; None when there is none or it is not the actor's to see."""
    return entries_visible_to(actor).filter(seq=seq).first()


def history_of(subject: models.Model):
    """Entries about one record, oldest first. The caller has already reached the record through its own door."""
    return Entry.objects.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk)).order_by(
        "seq"
    )


def head() -> str:
    """The hash of the last entry, published outside the system so that a rewritten chain shows; zeros when empty."""
    last = Entry.objects.order_by("-seq").values_list("hash", flat=True).first()
    return last or GENESIS
