"""The office's year: what is owed on which day, and whether it is known to be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.urls import reverse

from zhiheng.accounts.models import Person
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import Scope, find
from zhiheng.registers.declaration import find as register_of

from .models import PaperKind, Release, ReleaseState

BOOK = Path(__file__).resolve().parent / "book" / "calendar.yaml"
# Shown so many days ahead, and so many behind where it is not known to be done; to be thought of from the last so many on.
AHEAD, BEHIND, SOON = 120, 30, 30
_STATES = {
    "signed": (ReleaseState.SIGNED, ReleaseState.PUBLISHED),
    "published": (ReleaseState.PUBLISHED,),
}
_BASIS = {"verified": "", "secondary": "（据二手材料）", "unconfirmed": "（待核）"}


@dataclass(frozen=True)
class Duty:
    """`done`: True, False, or None where the records cannot tell."""

    title: str
    on: date
    article: str
    url: str
    done: bool | None
    today: date

    @property
    def state(self) -> tuple[str, str]:
        """In words, with the colour of its tag."""
        if self.done:
            return "已办", "green"
        if self.on < self.today:
            return ("已过期限，没有登记", "red") if self.done is False else ("已过", "grey")
        days = (self.on - self.today).days
        return f"还有 {days} 日" if days else "今天", "amber" if days <= SOON else "blue"


@cache
def written() -> list[Mapping[str, Any]]:
    return yaml.safe_load(BOOK.read_text(encoding="utf-8"))


def _day(year: int, said: str) -> date:
    return date(year, *map(int, said.split("-")))


def _near(on: date, ahead: int, behind: int) -> Iterator[tuple[Mapping[str, Any], date]]:
    for year in (on.year - 1, on.year, on.year + 1):
        for one in written():
            day = _day(year, one["by"])
            if on - timedelta(behind) <= day <= on + timedelta(ahead):
                yield one, day


def soon(on: date) -> int:
    """How many things are due within the next days; asks nothing of the records."""
    return sum(1 for _ in _near(on, SOON, 0))


def duties(actor: Person, on: date, scope: Scope) -> list[Duty]:
    """What the actor's unit owes around a day, in order; `scope` is the unit with all below it, of any period. Two queries at most."""
    near = sorted(_near(on, AHEAD, BEHIND), key=lambda one: one[1])
    periods = {str(day.year - 1) for one, day in near if one.get("done") in _STATES}
    made = Release.objects.filter(unit=actor.unit_id, paper=PaperKind.ANNUAL, period__in=periods)
    releases = set(made.values_list("period", "state")) if periods else set()
    spans = {
        day: replace(scope, first=_day(day.year, one["since"]), last=day)
        for one, day in near
        if one.get("done") == "activity"
    }
    held = figures.compute_each(list(spans.values()), [find("pub.events")]) if spans else []
    active = {day: bool(values["pub.events"].rows) for day, values in zip(spans, held, strict=True)}

    def done(one: Mapping[str, Any], day: date) -> bool | None:
        if one.get("done") == "activity":
            return active[day]
        states = _STATES.get(one.get("done", ""))
        return any((str(day.year - 1), state) in releases for state in states) if states else None

    told = [
        Duty(
            one["title"], day, f"{one['article']}{_BASIS[one['confidence']]}", _page(one, day), done(one, day), on
        )
        for one, day in near
    ]  # fmt: skip
    return [one for one in told if one.on >= on or not one.done]


def _page(one: Mapping[str, Any], day: date) -> str:
    page = one.get("page", "")
    if page in ("report", "report-return"):
        return reverse(page, args=[day.year - 1])
    return register_of(page).url("records") if page else ""
