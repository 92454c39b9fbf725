"""The office's days of the year are told ahead, done where the records say so, and red where they passed without."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.publishing import published, signed
from tests.world import sign_in
from zhiheng.figures.selectors import year_of
from zhiheng.outreach.tests.publicity import hold_activity
from zhiheng.reports import calendar


def told(actor, on: date) -> dict[str, tuple[str, str]]:
    return {one.title: one.state for one in calendar.duties(actor, on, year_of(actor.unit, on.year, on))}


@pytest.mark.django_db
def test_the_report_of_the_year_before_is_owed_until_it_is_signed_and_then_published(world):
    on = date(2025, 2, 1)
    sent, made_public = "报送上年法治政府建设年度报告", "公开上年法治政府建设年度报告"
    assert told(world.city.planner, on)[sent] == ("还有 28 日", "amber")
    signed(world.city, 2024, on=date(2025, 1, 20), though_empty=True)
    assert told(world.city.planner, on)[sent] == ("已办", "green")
    assert told(world.city.planner, on)[made_public] == ("还有 59 日", "blue")
    assert told(world.city.planner, date(2025, 4, 9))[made_public] == ("已过期限，没有登记", "red")
    assert told(world.a.leader, date(2025, 3, 9))[sent] == ("已过期限，没有登记", "red")  # each unit its own


@pytest.mark.django_db
def test_what_was_published_is_no_longer_owed(world):
    published(world.city, 2024, on=date(2025, 1, 20), though_empty=True)
    assert not [one for one in told(world.city.planner, date(2025, 4, 9)) if "法治政府" in one]


@pytest.mark.django_db
def test_an_activity_of_these_days_is_what_was_owed(world):
    title = "开展国家宪法日宣传"
    assert told(world.city.planner, date(2024, 12, 9))[title] == ("已过期限，没有登记", "red")
    day = date(2024, 12, 4)
    hold_activity(
        world.city.planner,
        "宪法日宣传",
        on=date(2024, 12, 9),
        held_on=day,
        ended_on=day,
        reach=30,
        reach_rule="counted",
    )
    assert title not in told(world.city.planner, date(2024, 12, 9))


@pytest.mark.django_db
def test_it_stands_on_the_page_of_reports_and_the_workbench_points_to_it(world, client, monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: date(2025, 1, 6))
    sign_in(client, world.city.planner)
    assert "报送并公布上年政府信息公开工作年度报告" in client.get("/reports/").content.decode()
    assert "临近的年度事务" in client.get("/").content.decode()
    sign_in(client, world.a.handler)
    assert "临近的年度事务" not in client.get("/").content.decode()


@given(st.dates(date(2000, 1, 1), date(2198, 12, 31)))
def test_every_duty_is_soon_once_a_year(on):
    days = [on + timedelta(n) for n in range(0, 366)]
    begun = [day for day in days if calendar.soon(day) > calendar.soon(day - timedelta(1))]
    assert begun
    assert all(0 <= calendar.soon(day) <= len(calendar.written()) for day in days)
