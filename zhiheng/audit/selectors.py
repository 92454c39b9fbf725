"""Reads over the ledger."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models

from .models import ENTRY_INDEX, GENESIS, Entry

# What a list of entries is searched by.
SEARCH = ENTRY_INDEX


def entries_visible_to(actor):
    """Entries made by people of the actor's unit subtree; the system's own are the root office's to see."""
    if actor.unit.parent_id is None and actor.sees_every_unit:
        return Entry.objects.all()
    seen = models.Q(unit_id__in=actor.unit_ids)
    if actor.unit.parent_id is None:
        seen |= models.Q(unit_id__isnull=True)
    return Entry.objects.filter(seen)


def history_of(*subjects: models.Model | models.QuerySet):
    """Entries about these records, oldest first. The caller has already reached them through their own door.

    Records of one kind may be given as a queryset: the keys of all that are given so are read in one query. They stand
    in the question as values, for the database finds entries by its index only so.
    """
    keys: dict[str, list[str]] = {}
    sets = []
    for subject in subjects:
        if isinstance(subject, models.Model):
            keys.setdefault(subject._meta.label_lower, []).append(str(subject.pk))
        else:
            kind = models.Value(subject.model._meta.label_lower, output_field=models.CharField())
            sets.append(subject.order_by().select_related(None).values_list(kind, "pk"))
    if sets:
        for kind, pk in sets[0].union(*sets[1:], all=True):
            keys.setdefault(kind, []).append(str(pk))
    about = (models.Q(subject_kind=kind, subject_id__in=ids) for kind, ids in keys.items())
    return Entry.objects.filter(reduce(or_, about)).order_by("seq")


def head() -> str:
    """The hash of the last entry, published outside the system so that a rewritten chain shows; zeros when empty."""
    last = Entry.objects.order_by("-seq").values_list("hash", flat=True).first()
    return last or GENESIS


def history_and_head(subject: models.Model) -> tuple[list[Entry], str]:
    """`history_of` one record and `head`, in one statement."""
    newest = Entry.objects.order_by("-seq").values("seq")[:1]
    about = models.Q(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk))
    found = list(Entry.objects.filter(about | models.Q(seq=models.Subquery(newest))).order_by("seq"))
    own = (subject._meta.label_lower, str(subject.pk))
    history = [one for one in found if (one.subject_kind, one.subject_id) == own]
    return history, found[-1].hash if found else GENESIS


def last_number() -> int:
    """How many entries there are."""
    return Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
