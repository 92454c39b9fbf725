"""Two decisions in force at once in one case: each is a row, has clocks of its own, counts, and is revoked by its number."""

from __future__ import annotations

from datetime import date

import pytest

from tests.casework import Worker
from zhiheng.cases.models import Decision
from zhiheng.cases.tests.plays import Play
from zhiheng.figures import selectors as figures
from zhiheng.matters.models import ClockState
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db


def clocks(work: Worker) -> dict[str, date | None]:
    """Key → due day of every clock that runs."""
    rows = ClockState.objects.filter(proceeding=work.case.matter.proceeding, stopped_on=None)
    return dict(rows.values_list("key", "due_on"))


def numbers(case) -> list[str]:
    return [made.number for made in case.decisions.in_force().order_by("id")]


@pytest.fixture
def two(world) -> Worker:
    """The first decision served on 2024-04-22 or so, the other a week later."""
    work = Worker(world.a).to_decided()
    work.wait(2).step("serve_decision")
    work.wait(5).step("decide_further", fine=300_000)
    return work


def test_both_are_rows_and_the_case_shows_their_sum(two):
    first, further = two.case.decisions.order_by("id")
    assert first.ended_on is further.ended_on is None and further.replaces is None
    assert first.number != further.number and further.fine_fen == 300_000
    assert two.case.fine_fen == first.fine_fen + 300_000
    assert two.case.forfeit_fen == first.forfeit_fen + further.forfeit_fen
    assert two.case.doc_no == further.number


def test_each_has_its_own_days_for_service_payment_and_remedies(two):
    before = clocks(two)
    assert {"pay", "remedy", "serve_further", "publish_further"} <= before.keys()
    two.wait(3).step("serve_further")
    after = clocks(two)
    assert "serve_further" not in after
    assert after["pay_further"] > after["pay"] == before["pay"]
    assert after["remedy_further"] > after["remedy"] == before["remedy"]
    two.step("publish_further")
    two.wait(10).step("end_further", further_result="已缴清")
    assert not {key for key in clocks(two) if key.endswith("_further")}
    assert clocks(two)["remedy"] == before["remedy"]


def test_a_third_one_has_clocks_beside_those_of_the_second(two):
    two.wait(1).step("serve_further")
    two.wait(1).step("decide_further", fine=100_000)
    assert {"pay_further", "serve_further#2"} <= clocks(two).keys()
    assert len(numbers(two.case)) == 3


def test_both_count_in_the_figures_and_the_value_of_the_case_once(two, world):
    scope = figures.year_of(world.a.unit, two.on.year)
    found = figures.compute(scope)
    decided = Decision.objects.filter(case=two.case)
    assert str(found["enf.tm.n"].value) == "2"
    assert found["enf.tm.fine"].value * 1_000_000 == sum(made.forfeit_fen for made in decided)
    assert [made.case_value_fen for made in decided.order_by("id")] == [two.case.case_value_fen, None]


def test_the_page_tells_both(two, world, signed_in):
    page = signed_in(world.a.handler).get(f"/cases/{two.case.pk}/").content.decode()
    assert "历次决定" in page
    assert all(number in page for number in numbers(two.case))


def change(work: Worker, **given) -> None:
    work.wait(30).step(
        "change_unpublished", change_kind="revoked", changed_by="渝府复〔2024〕8号", changed_on=work.on,
        change_result="撤销", **given,
    )  # fmt: skip


def test_what_revokes_one_says_which_and_the_other_stays(two, world):
    first, further = numbers(two.case)
    with pytest.raises(Refused, match="没有写明是哪一个"):
        change(two)
    with pytest.raises(Refused, match="没有文号为"):
        change(two, changed_decision="渝中市监罚〔2020〕99号")
    change(two, changed_decision=first.replace("〔", "[").replace("〕", "]"))
    assert numbers(two.case) == [further]
    assert two.case.fine_fen == 300_000 and two.case.doc_no == further
    scope = figures.year_of(world.a.unit, two.on.year)
    assert str(figures.compute(scope)["enf.tm.n"].value) == "1"


def test_the_case_is_not_closed_while_one_of_them_is_open(two):
    two.wait(1).step("record_payment", paid=two.case.forfeit_fen)
    two.step("dispose_goods")
    two.step("complete_performance")
    with pytest.raises(Refused, match="尚有文书没有送达当事人"):
        two.wait(1).step("close_case")
    two.step("serve_further")
    two.wait(1).step("close_case")
    with pytest.raises(Refused, match="另行作出的处罚决定"):
        two.wait(1).step("archive_case")


def test_a_rehearsal_tells_both(world):
    play = Play(world.a.unit.code).to("serve_decision")
    decided = next(step for step in play.steps if step["step"] == "decide_penalty")["answers"]
    answers = {
        k: v for k, v in decided.items() if k not in {"case_value", "value_method", "confiscated_goods_value"}
    }
    play.step("decide_further", 3, **answers | {"further_value": 1200, "distinct_act": "另一批商品"})
    play.step("serve_further", 2, served_on=play.on, service_method="direct", receiver="王示例")
    told = {one["step"]: one for one in play.play()}
    assert told["decide_further"]["taken"], told["decide_further"]["refused"]
    assert told["serve_further"]["taken"], told["serve_further"]["refused"]
    running = {clock["clock"] for clock in told["serve_further"]["clocks"]}
    assert {"pay", "pay_further", "remedy", "remedy_further"} <= running


def test_one_act_is_not_fined_again_by_a_further_decision_of_the_same_case(world):
    play = Play(world.a.unit.code).to("serve_decision")
    decided = next(step for step in play.steps if step["step"] == "decide_penalty")["answers"]
    answers = {k: v for k, v in decided.items() if k not in {"case_value", "value_method"}}
    play.step("decide_further", 3, **answers).refused("not_fined_before", "罚〔2025〕1号", "行政处罚法29")
