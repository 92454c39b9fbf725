"""Dates are derived: deriving them again moves what the calendar or the day moved, and says so in the ledger."""

from __future__ import annotations

from datetime import date

import pytest

from tests.casework import Worker
from zhiheng.audit.models import Entry
from zhiheng.matters import runs as services
from zhiheng.matters.models import ClockState

pytestmark = pytest.mark.django_db
REASON = "放假安排公布"


def test_nothing_moves_when_nothing_changed(world):
    worker = Worker(world.a).to_filed()
    entries = Entry.objects.count()
    found = services.recalculate(on=worker.on, reason=REASON)
    assert (found.runs, found.moved) == (1, 0)
    assert Entry.objects.count() == entries


def test_a_stored_date_that_is_no_longer_right_is_moved_and_recorded_with_the_reason(world):
    worker = Worker(world.a).to_filed()
    clock = worker.case.matter.proceeding.clocks.get(clock="case")
    right = clock.due_on
    ClockState.objects.filter(pk=clock.pk).update(due_on=date(2024, 6, 3), provisional=True)
    assert services.recalculate(on=worker.on, reason=REASON).moved == 1
    assert worker.case.matter.proceeding.clocks.get(clock="case").due_on == right
    entry = Entry.objects.latest("seq")
    assert (entry.action, entry.data["reason"]) == ("期限重算", REASON)
    assert entry.data["moved"][f"case {clock.started_on}"] == [
        ["2024-06-03", None, True],
        [right.isoformat(), None, False],
    ]


def test_a_preservation_nobody_disposed_of_shows_as_ended_after_its_seven_days(world):
    worker = Worker(world.a).to_filed()
    worker.step("preserve_evidence")
    ends_on = worker.case.matter.proceeding.clocks.get(clock="preserve").due_on
    worker.wait(20)
    assert services.recalculate(on=worker.on, reason="每日重算").moved == 1
    assert worker.case.matter.proceeding.clocks.get(clock="preserve").stopped_on == ends_on
