"""The opinion that a step of any procedure gives on a text becomes a record of reviews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhiheng.accounts.models import Person
from zhiheng.law import Step
from zhiheng.matters.effects import follows
from zhiheng.matters.models import MatterRecord, StepTaken
from zhiheng.registers.declaration import find
from zhiheng.registers.services import begin

from .models import Review


@follows
def keep_review(
    actor: Person, record: MatterRecord, taken: StepTaken, step: Step, data: Mapping[str, Any]
) -> None:
    """A step with `reviews` gave an opinion: who, on which text by its hash, how it ended."""
    if not step.reviews:
        return
    reviews = find("text-reviews")
    earlier = (
        Review.objects.standing().filter(unit=record.unit, subject=record.title, kind=step.reviews).count()
    )
    answers = {
        "subject": record.title,
        "kind": step.reviews,
        "text_kind": getattr(record, "text_kind", "other"),
        "drafted_by": record.unit.short_name,
        "number": getattr(record, "draft_no", ""),
        "text_sha": data["text_sha"],
        "seq": earlier + 1,
        "reviewer": taken.taken_by,
        "reviewed_on": taken.on,
        "verdict": data["review_verdict"],
        "opinion": data["review_opinion"],
        "exception_until": data.get("fc_until"),
        "exception_why": data.get("fc_milder") or "",
    }
    begin(actor=taken.taken_by, on=taken.on, register=reviews, act=reviews.begin, answers=answers)
