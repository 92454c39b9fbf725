"""Two decisions in force at once in one case: each is a row, has clocks of its own, counts, and is revoked by its number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.casework import Worker
from tests.world import sign_in
from zhiheng.cases import decisions
from zhiheng.cases.models import Decision, DecisionChange
from zhiheng.cases.money import still_to_pay
from zhiheng.cases.tests.plays import Play
from zhiheng.documents import services as documents
from zhiheng.figures import selectors as figures
from zhiheng.files.word import read_docx
from zhiheng.law import current_book
from zhiheng.matters import goods
from zhiheng.matters.delivery import served_on
from zhiheng.matters.engine import Standing
from zhiheng.matters.models import ClockState
from zhiheng.matters.selectors import offers_for
from zhiheng.refusal import Refused


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


def test_the_page_reads_the_decisions_once_however_many_steps_ask_for_them(two, client):
    sign_in(client, two.cast.handler)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/cases/{two.case.pk}/").content.decode()
    assert all(number in page for number in numbers(two.case))
    assert len([one for one in asked if 'FROM "cases_decision"' in one["sql"]]) == 1


def test_what_was_read_of_them_is_read_anew_once_one_is_undone(two, django_assert_num_queries):
    case = two.case
    first, further = decisions.in_force(case)
    with django_assert_num_queries(0):
        assert decisions.latest(case) == further
    decisions.end(case=case, decision=further, how=DecisionChange.REVOKED, on=two.on, by="复议决定")
    assert decisions.in_force(case) == [first] == [decisions.latest(case)]
    assert [made.ended_on for made in decisions.made_on(case)] == [None, two.on]


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
    two.wait(1).step("record_payment")
    two.step("dispose_goods")
    two.step("complete_performance")
    with pytest.raises(Refused, match="尚有文书没有送达当事人"):
        two.wait(1).step("close_case")
    two.step("serve_further")
    two.wait(1).step("close_case")
    with pytest.raises(Refused, match="另行作出的处罚决定"):
        two.wait(1).step("archive_case")


def test_a_rehearsal_tells_both(stage):
    play = Play(stage).to("serve_decision")
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


def test_one_act_is_not_fined_again_by_a_further_decision_of_the_same_case(stage):
    play = Play(stage).to("serve_decision")
    decided = next(step for step in play.steps if step["step"] == "decide_penalty")["answers"]
    answers = {k: v for k, v in decided.items() if k not in {"case_value", "value_method"}}
    play.step("decide_further", 3, **answers).refused("not_fined_before", "罚〔2025〕1号", "行政处罚法29")


# ---- whoever is punished second is protected as the first was


def test_every_condition_of_the_first_decision_holds_for_a_further_one():
    """By construction: the book names the step whose conditions hold, and has no list of its own to forget one in."""
    for version in current_book().procedure_versions["penalty.ordinary"]:
        for one, other in (
            ("decide_further", "decide_penalty"),
            ("serve_further", "serve_decision"),
            ("publish_further", "publish_decision"),
        ):
            step, model = version.steps[one], version.steps[other]
            assert step.conditions_of == other
            for name in ("needs", "none_open", "none_late", "taken"):
                assert set(getattr(model, name)) <= set(getattr(step, name)), (one, name)
        asked = set(version.steps["decide_further"].fields)
        assert set(version.steps["decide_penalty"].fields) - asked == {"case_value", "value_method"}


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("apply_for_recusal", "回避"),
        ("report_crime", "涉嫌犯罪移送"),
    ],
)
def test_what_keeps_the_first_decision_back_keeps_back_a_further_one(world, before, words):
    work = Worker(world.a).to_decided()
    work.wait(2).step("serve_decision")
    work.step(before)
    with pytest.raises(Refused, match=words):
        work.wait(1).step("decide_further", fine=300_000)


# ---- each decision is served, paid, surcharged, demanded and taken to court by itself


def test_each_is_served_by_its_own_paper_whichever_is_served_first(world):
    work = Worker(world.a).to_decided()
    work.wait(1).step("decide_further", fine=300_000)
    main, further = work.case.decisions.order_by("id")
    work.wait(1).step("serve_decision")
    standing = Standing.of(work.case.matter.proceeding, work.on)
    assert served_on(work.case, standing, main.number) == work.on
    assert served_on(work.case, standing, further.number) is None
    work.wait(1).step("serve_further")
    standing = Standing.of(work.case.matter.proceeding, work.on)
    assert served_on(work.case, standing, further.number) == work.on


def test_nobody_pays_on_one_decision_what_is_owed_on_the_other(two):
    two.wait(1).step("serve_further")
    with pytest.raises(Refused, match=r"超过尚欠的9,000.00元"):
        two.step("record_payment", paid=9_000_01)
    with pytest.raises(Refused, match=r"超过尚欠的3,000.00元"):
        two.step("record_payment_further", paid=3_000_01)
    two.step("record_payment_further", paid=3_000_00)
    with pytest.raises(Refused, match=r"9,000.00元"):
        two.step("complete_performance")
    two.step("record_payment", paid=9_000_00)
    two.step("dispose_goods")
    two.step("complete_performance")
    assert two.case.paid_fen == 12_000_00


def test_a_surcharge_is_counted_from_the_day_of_its_own_decision_and_on_its_own_fine(two):
    two.wait(3).step("serve_further")
    due = clocks(two)["pay_further"]
    two.on = due + timedelta(days=2)
    with pytest.raises(Refused, match=r"逐日计算至今为180.00元"):
        two.step("impose_surcharge_further", surcharge=181_00)
    two.step("impose_surcharge_further", surcharge=180_00)
    standing = Standing.of(two.case.matter.proceeding, two.on)
    assert still_to_pay(two.case, standing, "further") == 3_180_00
    assert still_to_pay(two.case, standing) == 9_000_00


def paper_of(work: Worker, form: str) -> str:
    paper = work.case.matter.folder.papers.filter(form=form).order_by("id").last()
    return read_docx(documents.read(paper.digest)).text()


def test_what_is_demanded_and_asked_of_the_court_names_its_own_decision(two):
    main, further = two.case.decisions.order_by("id")
    two.wait(3).step("serve_further")
    two.on = clocks(two)["pay_further"] + timedelta(days=1)
    two.step("demand_further", unpaid=3_000_00, surcharge=None)
    assert further.number in paper_of(two, "SAMR-48") and main.number not in paper_of(two, "SAMR-48")
    two.step("demand_performance", unpaid=9_000_00, surcharge=None)
    assert main.number in paper_of(two, "SAMR-48") and further.number not in paper_of(two, "SAMR-48")
    first = two.case.matter.folder.papers.filter(form="SAMR-48").order_by("id").first()
    two.on = clocks(two)["remedy_further"] + timedelta(days=1)
    two.step("apply_to_court_further", unpaid=3_000_00, surcharge=None)
    asked = paper_of(two, "SAMR-49")
    assert further.number in asked and main.number not in asked
    assert first.number in asked, "the demand of this decision, though the other was demanded later"
    assert two.case.state == "demanded"
    assert {"court", "remedy"} <= clocks(two).keys() and "court_further" not in clocks(two)


def test_what_became_of_one_decision_in_review_is_not_said_of_the_other(two):
    two.wait(3).step("serve_further")
    two.wait(1).step("start_remedy")
    two.wait(20).step("end_remedy", remedy_result="upheld", changed_by=None)
    two.on = max(two.on, clocks(two)["pay_further"]) + timedelta(days=1)
    two.step("demand_further", unpaid=3_000_00, surcharge=None)
    two.on = clocks(two)["remedy_further"] + timedelta(days=1)
    two.step("apply_to_court_further", unpaid=3_000_00, surcharge=None)
    asked = paper_of(two, "SAMR-49")
    assert "未申请行政复议" in asked and "结果为" not in asked


def test_a_review_of_one_leaves_the_time_of_the_other_running(two):
    two.wait(3).step("serve_further")
    before = clocks(two)
    two.wait(5).step("start_remedy_further")
    two.on = before["pay_further"] + timedelta(days=2)
    with pytest.raises(Refused, match="正在复议或者诉讼"):
        two.step("impose_surcharge_further", surcharge=100)
    two.step("impose_surcharge", surcharge=270_00)
    two.wait(1).step("end_remedy_further", remedy_result="upheld")
    after = clocks(two)
    assert after["remedy"] == before["remedy"] and after["court"] == before["court"]
    assert "remedy_further" not in after and "suit_further" in after
    with pytest.raises(Refused, match="没有登记正在进行"):
        two.step("end_remedy_further", remedy_result="upheld")


def test_what_falls_with_one_decision_is_its_own(world):
    """The further decision is revoked: its amounts and goods go, the first stands with everything that was done on it."""
    two = Worker(world.a).to_noticed()
    two.wait(12).step("deliberate")
    two.wait(1).step("decide_penalty", items=None)
    two.wait(2).step("serve_decision")
    two.wait(5).step("decide_further", fine=300_000, items=None)
    main = two.case.decisions.order_by("id").first()
    two.wait(3).step("serve_further")
    two.step("start_remedy_further")
    with pytest.raises(Refused, match="撤销"):
        two.step("end_revoked_further", changed_by="渝府复〔2024〕8号", change_result="撤销")
    two.wait(20).step(
        "end_remedy_further", remedy_result="revoked", changed_by="渝府复〔2024〕8号", change_result="撤销"
    )
    assert numbers(two.case) == [main.number]
    with pytest.raises(Refused, match="撤销"):
        two.step("conclude_revoked")
    two.step("end_revoked_further", changed_by="渝府复〔2024〕8号", change_result="撤销")
    assert two.case.state == "served" and two.case.forfeit_fen == main.forfeit_fen
    standing = Standing.of(two.case.matter.proceeding, two.on)
    assert [line.state for line in goods.ledger_of(standing)] == [goods.FORFEITED, goods.HELD]
    assert {"pay", "remedy", "court"} <= clocks(two).keys()


def test_a_step_of_the_main_line_does_not_end_a_further_decision(two):
    further = two.case.decisions.order_by("id").last()
    two.wait(3).step("serve_further")
    two.step("start_remedy")
    with pytest.raises(Refused, match="各用各的步骤"):
        two.wait(20).step("end_remedy", remedy_result="revoked", changed_by="渝府复〔2024〕8号", change_result="撤销",
                          changed_decision=further.number)  # fmt: skip


def test_of_two_further_decisions_each_button_is_answered_for_its_own(two, world):
    two.wait(1).step("serve_further")
    two.wait(1).step("decide_further", fine=100_000)
    standing = Standing.of(two.case.matter.proceeding, two.on)
    offered = {
        ref: offer
        for ref, offer in offers_for(world.a.handler, two.case, standing)
        if offer.step.code == "record_payment_further"
    }
    assert offered.keys() == {"further", "further#2"}
    two.wait(1).step("serve_further", ref="further#2")
    two.step("record_payment_further", ref="further#2", paid=1_000_00)
    standing = Standing.of(two.case.matter.proceeding, two.on)
    assert [still_to_pay(two.case, standing, line) for line in ("", "further", "further#2")] == [
        9_000_00, 3_000_00, 0,
    ]  # fmt: skip
    court = standing.run.clocks["court_further#2"]
    assert court.follows[0] == "remedy_further#2", "counted from the end of its own time for remedies"
