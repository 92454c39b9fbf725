"""What a person finds on the workbench: approvals waiting for them, clocks by colour, matters they worked on lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from zhiheng.accounts.models import Person
from zhiheng.accounts.scoping import runs_the_system
from zhiheng.accounts.selectors import people_list
from zhiheng.law import colour_limits, current_book
from zhiheng.matters.models import ClockState, Matter, TurnKind
from zhiheng.matters.selectors import (
    clocks_running,
    hidden_kinds,
    in_hand,
    moves_in_hand,
    opinions_awaited,
    recent_matters,
    running_clocks,
    with_what_they_are_about,
    with_workload,
)
from zhiheng.statements import Once

# A clock that obliges the office, against one that runs for the party or ends by itself.
OURS = ("warn", "block")


@dataclass(frozen=True)
class Counts:
    """Of the running clocks that oblige the office: late, near, in time, standing still."""

    red: int
    amber: int
    green: int
    grey: int


def colour_is(colour: str, on: date) -> Q:
    """The condition a colour puts on stored due days: the same limits by which a single clock is coloured."""
    return _colour(colour, *colour_limits(on, current_book().calendar))


def _colour(colour: str, red_before: date, amber_until: date) -> Q:
    return {
        "red": Q(due_on__lt=red_before),
        "amber": Q(due_on__gte=red_before, due_on__lte=amber_until),
        "green": Q(due_on__gt=amber_until),
        "grey": Q(due_on__isnull=True),
    }[colour]


def clocks(actor: Person, on: date) -> QuerySet:
    """Every running clock the actor may see, soonest first, with its matter."""
    return running_clocks(actor, on)


def own_clocks(actor: Person, on: date, number: int) -> list[ClockState]:
    """The soonest running clocks that oblige the actor's unit and those below it: the city office sees its districts' late work."""
    if runs_the_system(actor):
        return []
    return _SOONEST(*actor.unit_ids, apart=(number, tuple(hidden_kinds(actor, on))))


_SOONEST = Once(lambda number, hidden, *units: clocks_running(hidden, *units).filter(late__in=OURS)[:number])


def count_clocks(actor: Person, on: date) -> Counts:
    if runs_the_system(actor):
        return Counts(0, 0, 0, 0)
    red_before, amber_until = colour_limits(on, current_book().calendar)
    counted = _COLOURS(red_before, amber_until, *actor.unit_ids, apart=(tuple(hidden_kinds(actor, on)),))
    return Counts(*(counted[0] if counted else (0, 0, 0, 0)))


def _colours(hidden: tuple[str, ...], red_before: date, amber_until: date, *units: int) -> QuerySet:
    limits = red_before, amber_until
    parts = {f"in_{c}": Count("pk", filter=_colour(c, *limits)) for c in ("red", "amber", "green", "grey")}
    rows = clocks_running(hidden, *units).filter(late__in=OURS).order_by()
    return rows.values_list(Value(0)).annotate(**parts).values_list(*parts)


_COLOURS = Once(_colours)


@dataclass(frozen=True)
class Waiting:
    """How much waits for a person: in all, of it to approve, of it come back, of it late. `listed`: the moves as a list reads them,
    each with what it is about, and their keys in order where these are known."""

    all: int
    opinions: int
    returned: int
    late: int
    listed: dict[str, Any]


def work(actor: Person, on: date) -> Waiting:
    """Whatever waits for the person. Their moves are found once, counted here and shown by their keys; of very many, the database
    counts them and finds a page of them."""
    red_before, _ = colour_limits(on, current_book().calendar)
    found = moves_in_hand(actor, on)
    if found is None:
        rows = in_hand(actor, on)
        counted = rows.order_by().aggregate(
            all=Count("pk"),
            opinions=Count("pk", filter=Q(kind=TurnKind.OPINION)),
            returned=Count("pk", filter=Q(kind=TurnKind.RETURNED)),
            late=Count("pk", filter=Q(due_on__lt=red_before)),
        )
        return Waiting(**counted, listed={"rows": with_what_they_are_about(rows), "total": counted["all"]})
    kinds = [kind for _, kind, _ in found]
    return Waiting(
        all=len(found),
        opinions=kinds.count(TurnKind.OPINION),
        returned=kinds.count(TurnKind.RETURNED),
        late=sum(due is not None and due < red_before for _, _, due in found),
        listed={"rows": with_what_they_are_about(), "keys": [key for key, _, _ in found]},
    )


def workload(actor: Person, on: date) -> QuerySet[Person]:
    """The people of the actor's unit and those below it who are in use, with what they work on."""
    return with_workload(people_list(actor, on).filter(is_active=True), on)


def approvals(actor: Person, on: date) -> QuerySet:
    """Opinions that one of the actor's roles owes."""
    return opinions_awaited(actor, on)


def recent(actor: Person, on: date, number: int) -> list[Matter]:
    """Matters the actor took a step in, the latest first, with the moment of that step."""
    return recent_matters(actor, on, number)
