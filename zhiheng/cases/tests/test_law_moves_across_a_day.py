"""Cases open across a day on which rules change: what moves, which text applies, by the act, the party and the amounts (行政处罚法 37)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.casework import Worker
from zhiheng.cases import law_moves
from zhiheng.cases.models import Case

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 1)
ON = date(2026, 12, 1)


@pytest.fixture
def work(world):
    return filed(world, date(2026, 10, 12))


def filed(world, on: date) -> Worker:
    acts = {"act_on": date(2026, 1, 5), "act_end_on": date(2026, 3, 1)}
    work = Worker(world.a, on)
    work.register(act_on=acts["act_on"])
    work.step("start_verification")
    work.wait(1).step("record_inspection")
    work.wait(2).step("file_case", **acts)
    return work


def moved(case: Case, on: date = ON, **columns):
    Case.objects.filter(pk=case.pk).update(**columns)
    case = Case.objects.select_related("unit", "matter").get(pk=case.pk)
    return {one.rule: one for one in law_moves.moves_of([case], DAY, on)[0].rules}


def test_the_day_of_the_new_law_is_the_next_one_and_the_case_is_open_across_it(work, world):
    assert law_moves.day_to_show(ON) == DAY and law_moves.day_to_show(date(2028, 1, 1)) == law_moves.days()[0]
    assert [case.pk for case in law_moves.open_across(world.a.handler, DAY)] == [work.case.pk]
    assert not law_moves.open_across(world.b.handler, DAY).exists()
    assert "TM-INF" in law_moves.rules_moved(DAY)


def test_the_lighter_text_applies_to_the_yuan(work):
    """商标法2019 60(2): up to 250,000 without or below 50,000 of turnover, up to five times from there; 2026 74(2): the same bounds but for
    what stands in the texts; an act of 2026 at a turnover of 32,000 is bound by both at 250,000, so the old one applies."""
    one = moved(work.case)["TM-INF"]
    assert (one.before.applicable.max, one.after.applicable.max) == (250_000_00, 250_000_00)
    assert one.before.applicable.article == "商标法60(2)"
    assert one.newer == (one.after.applicable.article == "商标法74(2)")
    assert len(one.after.versions) == 2 and len(one.before.versions) == 1
    for turnover in (None, 49_999_99, 50_000_00, 80_000_00):
        at = moved(work.case, turnover_fen=turnover)["TM-INF"]
        lightest = min(version.weight() for version in at.after.versions)
        assert at.after.applicable.weight() == lightest, turnover


def test_an_act_that_ends_on_the_day_is_under_the_new_text_alone(work):
    assert "适用新规定" in moved(work.case, act_end_on=DAY, act_on=date(2026, 1, 5))["TM-INF"].why_not
    assert moved(work.case, act_end_on=date(2026, 12, 31))["TM-INF"].after is not None


def test_without_the_day_of_the_act_nothing_is_compared(work):
    assert "没有登记违法行为发生日" in moved(work.case, act_end_on=None, act_on=None)["TM-INF"].why_not


def test_what_the_file_settled_on_is_shown_alone(work):
    work.step("close_investigation", rule="TM-INF", act_on=date(2026, 1, 5), act_end_on=date(2026, 3, 1))
    found = moved(work.case)
    assert list(found) == ["TM-INF"] and found["TM-INF"].chosen


def test_a_decided_case_is_not_across_the_day(work, world):
    for column, value in (("decided_on", ON), ("closed_on", ON), ("outcome", "transferred")):
        Case.objects.filter(pk=work.case.pk).update(**{column: value})
        assert not law_moves.open_across(world.a.handler, DAY).exists(), column
        assert not law_moves.is_open(Case.objects.get(pk=work.case.pk)), column
        Case.objects.filter(pk=work.case.pk).update(**{column: "" if column == "outcome" else None})


@pytest.mark.parametrize(
    ("acted", "ended", "across"),
    [
        (date(2026, 1, 5), date(2026, 12, 31), True),
        (date(2026, 1, 5), DAY, False),
        (date(2026, 12, 31), None, True),
        (DAY, None, False),
        (None, None, True),
    ],
)
def test_an_act_of_the_new_text_alone_is_not_across_the_day(work, world, acted, ended, across):
    Case.objects.filter(pk=work.case.pk).update(act_on=acted, act_end_on=ended)
    assert law_moves.open_across(world.a.handler, DAY).exists() is across


def test_the_pages_show_both_texts(work, world, signed_in):
    client = signed_in(world.a.handler)
    page = client.get("/cases/law-moves/?on=2027-01-01").content.decode()
    assert work.case.title in page and "商标法60(2)" in page and "侵犯注册商标专用权" in page
    assert "2027" in client.get(f"/cases/{work.case.pk}/discretion/").content.decode()
    assert (
        work.case.title
        not in signed_in(world.b.handler).get("/cases/law-moves/?on=2027-01-01").content.decode()
    )
    assert client.get("/cases/law-moves/?on=nonsense").status_code == 200
