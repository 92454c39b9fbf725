"""A document of the office under review elsewhere: the days for the answer follow from who asks, and are over with the answer."""

from datetime import date

import pytest

from tests.drafting import TextWorker
from zhiheng.matters.selectors import clocks_of

pytestmark = pytest.mark.django_db

ON = date(2025, 3, 7)


@pytest.mark.parametrize(
    ("asked", "clock", "due"),
    [
        ("reconsideration", "reply", date(2025, 3, 21)),  # 行政复议法 58(1), 88: ten working days
        ("transferred", "transfer", date(2025, 5, 6)),  # 行政复议法 60: sixty days
        ("advice", "advice", date(2025, 5, 6)),  # 行诉解释 149(4): sixty days
        ("court", "", None),  # the court's own notice says when
    ],
)
def test_who_asks_decides_how_long_there_is_to_answer(world, asked, clock, due):
    work = TextWorker(world.city, "norm-answer", on=ON, inquiry_kind=asked, arrived_on=ON)
    running = [one for one in clocks_of(work.project.matter.proceeding) if one.stopped_on is None]
    assert [(one.clock, one.due_on) for one in running] == ([(clock, due)] if clock else [])
    work.take("state_in_person", ON, stated_on=ON)
    work.take("answer_inquiry", date(2025, 3, 10))
    assert work.project.state == "inquiry_answered" and work.project.closed_on == date(2025, 3, 10)
    assert not [c for c in clocks_of(work.project.matter.proceeding) if c.stopped_on is None]


def test_what_is_asked_back_ends_without_an_answer(world):
    work = TextWorker(world.city, "norm-answer", on=ON, arrived_on=ON)
    work.take("inquiry_withdrawn", date(2025, 3, 11), reason="申请人撤回。")
    assert work.project.get_outcome_display() == "审查撤回"
    assert not [c for c in clocks_of(work.project.matter.proceeding) if c.stopped_on is None]
