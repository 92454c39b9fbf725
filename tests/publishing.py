"""A report taken all the way to publication by the people whose duties that are, for tests that need a published one."""

from __future__ import annotations

from datetime import date

from zhiheng.figures.models import Snapshot
from zhiheng.reports import releasing
from zhiheng.reports.periods import Period


def signed(city, year: int, *, on: date, though_empty: bool = False):
    """The report of the city office, drafted by its planner, reviewed for its legality and signed by its leader."""
    release = releasing.begin(actor=city.planner, period=Period(year), on=on)
    releasing.send_up(actor=city.planner, release=release, on=on, though_empty=though_empty)
    releasing.review(
        actor=city.legality_reviewer, release=release, on=on, agrees=True, text="内容合法，同意。"
    )
    return releasing.sign(actor=city.leader, release=release, on=on, agrees=True)


def published(city, year: int, *, on: date, though_empty: bool = False) -> Snapshot:
    """The same, published by its planner."""
    release = signed(city, year, on=on, though_empty=though_empty)
    return releasing.publish(actor=city.planner, release=release, on=on)
