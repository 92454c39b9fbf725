"""What a person finds on the workbench: approvals waiting for them, clocks by colour, cases they worked on lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from zhiheng.accounts.models import Person
from zhiheng.cases.selectors import cases_for
from zhiheng.law import colour_limits, current_book
from zhiheng.proceedings.selectors import proposals_for, running_clocks

# A clock that obliges the office, against one that runs for the party or ends by itself.
OURS = ("warn", "block")


@dataclass(frozen=True)
class Counts:
    """Of the running clocks that oblige the office: late, near, in time, standing still."""

    red: int
    amber: int
    green: int
    grey: int


def _with_case(rows: QuerySet, actor: Person) -> QuerySet:
    """Each row with `case_id` and `case_title`; rows whose proceeding belongs to no case the actor sees are left out."""
    case = cases_for(actor).filter(proceeding_id=OuterRef("proceeding_id")).order_by()
    return rows.annotate(
        case_id=Subquery(case.values("pk")[:1]), case_title=Subquery(case.values("title")[:1])
    ).filter(case_id__isnull=False)


def colour_is(colour: str, on: date) -> Q:
    """The condition a colour puts on stored due days: the same limits by which a single clock is coloured."""
    red_before, amber_until = colour_limits(on, current_book().calendar)
    return {
        "red": Q(due_on__lt=red_before),
        "amber": Q(due_on__gte=red_before, due_on__lte=amber_until),
        "green": Q(due_on__gt=amber_until),
        "grey": Q(due_on__isnull=True),
    }[colour]


def clocks(actor: Person) -> QuerySet:
    """Every running clock the actor may see, soonest first, with its case."""
    return _with_case(running_clocks(actor), actor)


def own_clocks(actor: Person) -> QuerySet:
    """Running clocks that oblige the actor's unit and those below it: the city office sees its districts' late work."""
    return clocks(actor).filter(late__in=OURS)


def count_clocks(actor: Person, on: date) -> Counts:
    counted = (
        running_clocks(actor)
        .filter(late__in=OURS)
        .order_by()
        .aggregate(**{c: Count("pk", filter=colour_is(c, on)) for c in ("red", "amber", "green", "grey")})
    )
    return Counts(**counted)


def approvals(actor: Person, on: date) -> QuerySet:
    """Proposals waiting for one of the actor's roles, oldest first, with their case."""
    return _with_case(proposals_for(actor, on), actor)


def recent_cases(actor: Person) -> QuerySet:
    """Cases the actor took a step in, the latest first, with the moment of that step."""
    return (
        cases_for(actor)
        .filter(proceeding__steps__taken_by=actor)
        .annotate(worked_at=Max("proceeding__steps__at", filter=Q(proceeding__steps__taken_by=actor)))
        .order_by("-worked_at")
    )
