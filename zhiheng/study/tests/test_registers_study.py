"""Study sessions: when they stand where, and what counts."""

from datetime import date

import pytest

from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of
from zhiheng.refusal import Refused
from zhiheng.registers import selectors, services
from zhiheng.registers.declaration import find

ON = date(2024, 6, 3)


def hold(actor, **answers):
    sessions = find("study-sessions")
    given = {
        "topic": "专利法实施细则",
        "kind": "group",
        "held_on": date(2024, 5, 8),
        "expected": 30,
        **answers,
    }
    return services.begin(actor=actor, on=ON, register=sessions, act=sessions.begin, answers=given)


def test_a_session_counts_once_its_attendance_is_known(world):
    sessions, handler = find("study-sessions"), world.a.handler
    session = hold(handler)
    assert selectors.record_for(handler, sessions, session.pk, ON).state == "open"
    report = sessions.act("report")
    services.take(
        actor=handler, on=ON, register=sessions, record=session, act=report, answers={"attended": 28}
    )
    assert selectors.record_for(handler, sessions, session.pk, ON).state == "done"
    found = compute(year_of(world.a.unit, 2024), [figure("trn.study"), figure("trn.study.people")])
    assert [value.value for value in found.values()] == [1, 28]


def test_more_people_than_expected_are_refused(world):
    with pytest.raises(Refused, match="实到人数多于应到人数"):
        hold(world.a.handler, attended=31)
