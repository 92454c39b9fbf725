"""案件监督审查: which closed cases are looked at again, drawn by lot so that anybody can draw the same again and nobody picks."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may, who_may
from zhiheng.audit import services as audit
from zhiheng.matters.selectors import records_for
from zhiheng.refusal import Refused
from zhiheng.reviews.models import CaseReview

from .family import CASE
from .models import Case

MOST = 200  # cases drawn at once


@dataclass(frozen=True)
class Drawn:
    """What was drawn, out of how many."""

    cases: list[Case]
    of: int


def pool(actor: Person, year: int, on: date) -> QuerySet[Case]:
    """The cases closed in a year that the actor sees and that nobody has reviewed, by the numbers of the reviews."""
    reviewed = CaseReview.objects.standing().visible_to(actor).values("number")
    closed = records_for(actor, CASE, on).filter(closed_on__range=(date(year, 1, 1), date(year, 12, 31)))
    return closed.exclude(doc_no__in=reviewed).exclude(doc_no_printed__in=reviewed).order_by("pk")


@transaction.atomic
def draw(*, actor: Person, year: int, many: int, seed: str, on: date) -> Drawn:
    """Draw cases by lot from the pool. `seed` decides the lot: the same pool and the same seed give the same cases; both are on the
    record, so that a draw can be done again before others."""
    if not may(actor, Right.KEEP_REVIEWS, on):
        raise Refused.because("监督审查由审核人员办理", way_out=f"请联系{who_may(Right.KEEP_REVIEWS)}")
    if not 0 < many <= MOST:
        raise Refused.because(f"一次抽取1至{MOST}件", field="many")
    keys = list(pool(actor, year, on).values_list("pk", flat=True))
    if not keys:
        raise Refused.because(f"{year}年没有已结案而没有审查过的案件", field="year")
    chosen = random.Random(f"{year} {seed.strip()}").sample(keys, min(many, len(keys)))
    audit.record(
        actor=actor,
        on=on,
        action="抽取监督审查案件",
        subject=actor.unit,
        data={
            "year": year,
            "seed": seed.strip(),
            "of": len(keys),
            "pool": audit.digest(audit.canonical(keys)),
            "cases": sorted(chosen),
        },
    )
    return Drawn(list(records_for(actor, CASE, on).filter(pk__in=chosen).order_by("pk")), len(keys))
