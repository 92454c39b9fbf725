"""The cases of a person at a glance: how long open ones have waited, how long each stage took. Numbers with the list that shows the cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from django.db.models import Count, Q, QuerySet

from zhiheng.accounts.models import Person
from zhiheng.matters.selectors import records_for

from .family import CASE

# Days since filing from which on a case counts as of the next age.
AGES = (30, 60, 90, 180, 365)
STAGES = (
    ("线索到立案", "lead_on", "filed_on"),
    ("立案到决定", "filed_on", "decided_on"),
    ("决定到送达", "decided_on", "served_on"),
    ("送达到结案", "served_on", "closed_on"),
)
# Of more cases decided in a period, the latest so many are looked at.
_LOOKED_AT = 20_000


def undecided(rows: QuerySet) -> QuerySet:
    """Cases filed, without a decision or another end."""
    return rows.filter(filed_on__isnull=False, decided_on__isnull=True, closed_on__isnull=True, outcome="")


@dataclass(frozen=True)
class Age:
    """Open cases filed in `first`..`last` (None: from ever, until today)."""

    title: str
    cases: int
    first: date | None
    last: date | None

    @property
    def query(self) -> str:
        """As the list of cases is narrowed to them."""
        days = {"filed_from": self.first, "filed_to": self.last}
        return "&".join(["undecided=1", *(f"{name}={day}" for name, day in days.items() if day)])


def ageing(actor: Person, on: date) -> list[Age]:
    """The open cases the person sees, by how long ago they were filed, the youngest first. One query."""
    ends = [None, *(on - timedelta(days + 1) for days in AGES)]
    begins = [*(on - timedelta(days) for days in AGES), None]
    titles = [
        f"{AGES[0]}日内",
        *(f"{low + 1}至{high}日" for low, high in pairwise(AGES)),
        f"{AGES[-1]}日以上",
    ]
    conditions = {}
    for place, (first, last) in enumerate(zip(begins, ends, strict=True)):
        within = Q(pk__isnull=False)
        within &= Q(filed_on__gte=first) if first else Q()
        conditions[f"age_{place}"] = Count("pk", filter=within & (Q(filed_on__lte=last) if last else Q()))
    counted = undecided(records_for(actor, CASE, on)).select_related(None).aggregate(**conditions)
    return [
        Age(title, counted[f"age_{place}"], first, last)
        for place, (title, first, last) in enumerate(zip(titles, begins, ends, strict=True))
    ]


@dataclass(frozen=True)
class Stage:
    """`days`: the median, None where no case has both days; `cases`: how many have."""

    title: str
    days: float | None
    cases: int


def stages(actor: Person, first: date, last: date, on: date) -> list[Stage]:
    """How many days each stage took of the cases decided in a period, a case counting where both its days are recorded. One query."""
    rows = records_for(actor, CASE, on).select_related(None).filter(decided_on__range=(first, last))
    names = list(dict.fromkeys(name for _, *both in STAGES for name in both))
    told = list(rows.order_by("-decided_on", "-id").values_list(*names)[:_LOOKED_AT])
    return [_stage(title, [names.index(one) for one in both], told) for title, *both in STAGES]


def _stage(title: str, places: Iterable[int], told: list[tuple[date | None, ...]]) -> Stage:
    begun, ended = places
    days = [(row[ended] - row[begun]).days for row in told if row[begun] and row[ended]]
    days = [one for one in days if one >= 0]  # a ledger may state them the other way round
    return Stage(title, median(days) if days else None, len(days))
