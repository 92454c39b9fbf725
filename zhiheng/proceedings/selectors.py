"""Reads over running procedures: whose turn it is, which clocks run, how they stand today."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q, QuerySet

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import roles_of

from .engine import Standing
from .models import ClockState, Proceeding, Proposal, ProposalState


def standing_of(proceeding: Proceeding, on: date) -> Standing:
    return Standing.of(proceeding, on)


def proposals_for(actor: Person, on: date) -> QuerySet[Proposal]:
    """What waits for this person: pending proposals of their own unit whose next role they hold, oldest first."""
    return (
        Proposal.objects.filter(
            state=ProposalState.PENDING,
            proceeding__unit_id=actor.unit_id,
            next_role__in=roles_of(actor, on),
        )
        .exclude(proposed_by=actor)
        .select_related("proceeding", "proceeding__unit", "proposed_by")
        .order_by("proposed_on", "id")
    )


def proposals_of(proceeding: Proceeding) -> QuerySet[Proposal]:
    return (
        proceeding.proposals.select_related("proposed_by").prefetch_related("opinions__person").order_by("id")
    )


def steps_of(proceeding: Proceeding):
    return proceeding.steps.select_related("taken_by").order_by("seq")


def clocks_of(proceeding: Proceeding) -> QuerySet[ClockState]:
    return proceeding.clocks.order_by(F("stopped_on").asc(nulls_first=True), "due_on", "started_on")


def running_clocks(actor: Person) -> QuerySet[ClockState]:
    """Clocks that ask for somebody's work, of everything the actor may see, soonest first; those standing still come last.

    Periods of others that simply run out (`late: waive`: 陈述申辩, 救济期限, 公示期限) are nobody's late work and stay on the
    matter's own page.
    """
    return (
        ClockState.objects.filter(stopped_on__isnull=True, proceeding__unit_id__in=actor.unit_ids)
        .exclude(late="waive")
        .filter(Q(due_on__isnull=False) | Q(paused_since__isnull=False))
        .select_related("proceeding", "proceeding__unit")
        .order_by(F("due_on").asc(nulls_last=True), "id")
    )
