"""Whose power it is: what a regulation gives to market regulators an IP office decides only with a basis of its own; what a rule gives to
the higher office is not handed down (行政处罚法 17, 18; 程序规定 15)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.casework import Worker
from zhiheng.accounts.models import Certificate
from zhiheng.cases.family import CASE
from zhiheng.matters import services
from zhiheng.matters.facts import Situation
from zhiheng.matters.selectors import standing_for
from zhiheng.refusal import Refused

from .plays import Play

pytestmark = pytest.mark.django_db

SIGN = {"rule": "OLY-INF", "protected_sign": "oly_name", "law_breached": "奥林匹克标志保护条例第四条",
        "law_basis": "奥林匹克标志保护条例第十二条"}  # fmt: skip


def test_an_ip_office_does_not_decide_what_the_regulation_gives_to_market_regulators(world):
    play = Play(world.city.unit.code, cause="special_sign").to("decide_penalty", both=SIGN)
    play.refused("regulators_power", "县级以上地方市场监督管理部门", "重庆市知识产权局", "职权依据")


def test_it_does_where_it_names_what_gives_it_the_power(world):
    basis = {"power_basis": "市政府关于相对集中行政处罚权的决定（渝府〔2024〕1号）"}
    Play(world.city.unit.code, cause="special_sign").to(
        "decide_penalty", both=SIGN, decide_penalty=basis
    ).open()


def test_a_market_regulator_decides_it_without_more(world):
    Play(world.a.unit.code, cause="special_sign").to("decide_penalty", both=SIGN).open()


@pytest.mark.parametrize("step", ["assign_down", "designate_office"])
def test_the_higher_office_hands_a_case_down_with_its_paper(world, step):
    said = {"transfer_to": "重庆市渝中区市场监督管理局", "reason": "便于调查"}
    said |= {"other_body": "重庆市渝北区市场监督管理局"} if step == "designate_office" else {}
    told = Play(world.city.unit.code).to("start_verification").step(step, **said).open()
    assert told["state"] == "transferred"
    assert any("重庆市渝中区市场监督管理局" in text and "第十五条" in text for text in told["text"].values())


def test_what_a_regulation_gives_to_the_province_is_not_handed_down(world):
    play = Play(world.city.unit.code, cause="patent_agency").to("start_verification")
    play.step("assign_down", transfer_to="重庆市渝中区市场监督管理局", reason="便于调查")
    play.refused("may_be_passed_down", "省级管理专利工作的部门", "程序规定15")


def test_a_well_known_mark_is_recognised_in_unfair_competition_cases_from_2027_only(world):
    asked = {"wellknown_claimed": True, "rule": "UC-CONFUSION", "cause": "trademark_other"}
    Play(world.city.unit.code).to("file_case", file_case=asked).refused("wellknown_by_cause", "2027年1月1日")
    Play(world.city.unit.code, opened=date(2027, 1, 4)).to("file_case", file_case=asked).open()
    Play(world.city.unit.code).to("file_case", file_case={"wellknown_claimed": True}).open()


def test_an_office_that_is_no_market_regulator_may_leave_a_decision_of_no_effect_on_society_unpublished(
    world,
):
    play = Play(world.city.unit.code).to("serve_decision")
    play.step("decide_nondisclosure", nondisclosure_ground="not_bound", reason="不具有一定社会影响").open()


# ---------------------------------------------------------------- who serves, what is collected during a review


def test_a_decision_is_served_though_one_officers_certificate_ended_meanwhile(world):
    """程序规定 82 fixes how a paper is served and what proves it, not that two certified officers serve it."""
    work = Worker(world.a).to_decided()
    Certificate.objects.filter(person=world.a.co_handler).update(valid_to=work.on)
    work.wait(2).step("serve_decision")
    assert work.case.served_on == work.on


def _evidence(work: Worker, name: str) -> None:
    services.add_evidence(
        actor=work.cast.handler, record=work.case, on=work.on, file=None, file_name="", name=name, kind="documentary",
        source="当事人提供", proves="销售数量", collected_on=work.on,
    )  # fmt: skip


def test_no_evidence_is_collected_while_a_review_runs_and_again_once_it_ended(world):
    work = Worker(world.a).to_decided()
    work.wait(2).step("serve_decision")
    work.wait(5).step("start_remedy")
    with pytest.raises(Refused, match="期间不得自行收集证据") as refused:
        _evidence(work, "复议期间的进货单")
    assert "行政复议法46" in refused.value.reasons[0].article
    work.step("supplement_evidence", reason="申请人提出新的理由，复议机构同意补充")
    work.wait(30).step("end_remedy")
    _evidence(work, "复议之后的进货单")


def test_what_the_review_organ_did_not_refuse_in_five_working_days_begins_as_taken_up(world):
    work = Worker(world.a)
    work.register("penalty.simple")
    work.step("record_inspection")
    work.step("give_notice", fine=100_00, penalty_kinds=["fine"], proposed_penalty=["罚款100元"])
    small = {
        "fine": 100_00,
        "penalty_kinds": ["fine"],
        "proposed_penalty": ["罚款100元"],
        "nothing_to_confiscate": "sold",
    }
    work.step("decide_penalty", **small)
    work.wait(2).step("receive_review_application")
    work.step("pass_on_review_application")  # 2024-03-06, a Wednesday

    def begins(days: int) -> date | None:
        on = date(2024, 3, days)
        standing = standing_for(work.case, on)
        step = standing.procedure.steps["start_remedy"]
        return CASE.known["accepted_on"](
            Situation(record=work.case, on=on, actor=work.cast.handler, step=step, standing=standing)
        )

    assert work.on == date(2024, 3, 6)
    assert begins(13) is None
    assert begins(14) == date(2024, 3, 13)


def test_a_case_goes_to_review_only_with_the_reasons_of_its_discretion(world):
    """裁量权指导意见 20: what comes without them would be returned."""
    told = Play(world.a.unit.code).to("close_investigation", close_investigation={"discretion": None}).play()
    assert [one["guard"] for one in told[-1]["refused"]] == ["discretion"]
