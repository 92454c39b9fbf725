"""Review returned, notice renewed, hearing held, decision served, published, paid late, enforced, corrected."""

from datetime import date, timedelta

import pytest

from tests.casework import Worker
from zhiheng.audit import services as audit
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

HEARD = {"fine": 12_000_00, "hearing_right": True}


@pytest.fixture
def work(world):
    return Worker(world.a)


@pytest.fixture
def served(work):
    """Decided on 2024-04-21, served on 2024-04-23 with a fine of 9,000 yuan."""
    work.to_decided().wait(2).step("serve_decision")
    return work


def clock(work, key: str):
    return work.case.matter.proceeding.clocks.filter(key=key).order_by("started_on", "id").last()


def count(work, form: str) -> int:
    return work.case.matter.folder.papers.filter(form=form).count()


@pytest.fixture(autouse=True)
def the_ledger_holds_afterwards(db):
    yield
    assert audit.verify().broken == ""


def investigated(work):
    work.to_filed()
    work.step("record_questioning")
    work.step("close_investigation")
    return work


def test_returned_for_supplement_the_case_is_investigated_and_reviewed_a_second_time(work):
    investigated(work).step("submit_review")
    work.wait(1).step("return_for_supplement")
    assert work.case.state == "investigating" and clock(work, "review").stopped_on == work.on
    work.step("extract_evidence")
    work.step("close_investigation")
    work.step("submit_review")
    work.step("pass_review")
    assert work.case.state == "proposed"
    assert (count(work, "SAMR-35"), count(work, "SAMR-36")) == (2, 4)


def to_hearing(work):
    investigated(work)
    for step, given in (
        ("submit_review", {}),
        ("pass_review", {}),
        ("give_notice", HEARD),
        ("serve_notice", {}),
    ):
        work.step(step, **given)
    work.wait(3).step("request_hearing")
    return work


def test_a_hearing_holds_the_case_is_noticed_held_reviewed_discussed_and_decided(work):
    to_hearing(work)
    requested = work.on
    # Whoever asked to be heard may still defend itself in writing until its time is over.
    assert clock(work, "case").paused_since == requested and clock(work, "notice").stopped_on is None
    work.step("schedule_hearing")
    with pytest.raises(Refused, match="听证提前通知"):
        work.step("hold_hearing")
    with pytest.raises(Refused, match="尚未“举行听证”"):
        work.step("submit_hearing_review")
    work.wait(14).step("hold_hearing", hearing_on=work.on)
    work.wait(1).step("submit_hearing_review")
    assert clock(work, "case").due_on == date(2024, 6, 20)  # 5 June and 15 days of hearing
    work.wait(2).step("pass_hearing_review")
    with pytest.raises(Refused, match="集体讨论"):
        work.step("decide_penalty", **HEARD)
    work.step("discuss_collectively")
    work.step("decide_penalty", **HEARD)
    assert work.case.forfeit_fen == 12_000_00
    assert [count(work, f) for f in ("SAMR-39", "SAMR-40", "SAMR-41", "SAMR-42")] == [1, 1, 1, 1]


def test_the_chair_of_the_hearing_may_not_be_an_officer_of_the_case(work, world):
    to_hearing(work)
    world.a.handler.grants.create(role="hearing_chair", since=date(2020, 1, 1))
    work.people["hearing_chair"] = type(world.a.handler).objects.get(pk=world.a.handler.pk)
    with pytest.raises(Refused, match="不得主持听证"):
        work.step("schedule_hearing")


def test_a_small_fine_gives_no_right_to_a_hearing(work):
    work.to_noticed()
    with pytest.raises(Refused, match="不在听证范围"):
        work.step("request_hearing")


def test_an_abandoned_hearing_goes_to_legality_review_all_the_same(work):
    to_hearing(work).step("end_hearing_unheld")
    assert work.case.state == "hearing_review" and count(work, "SAMR-41") == 1


def test_renewed_notice_starts_a_new_defence_period_and_allows_the_heavier_fine(work):
    work.to_noticed()
    work.wait(12).step("deliberate")
    work.step("renew_notice")
    work.step("give_notice", fine=9_900_00)
    work.wait(1).step("serve_notice")
    assert clock(work, "notice").due_on > work.on and clock(work, "notice").stopped_on is None
    with pytest.raises(Refused, match="尚未届满"):
        work.step("deliberate")
    work.wait(12).step("deliberate")
    work.step("decide_penalty", fine=9_900_00)
    assert work.case.fine_fen == 9_900_00 and count(work, "SAMR-37") == 2


def test_service_by_public_notice_takes_thirty_days_and_stands_out_of_the_case_clock(work):
    investigated(work)
    for step in ("submit_review", "pass_review", "give_notice", "start_public_notice"):
        work.step(step)
    assert clock(work, "case").due_on is None
    with pytest.raises(Refused, match="经过三十日"):
        work.step("serve_notice", service_method="public_notice", receiver=None)
    work.on = date(2024, 4, 7)  # published on 7 March; the thirtieth day falls into the holiday
    with pytest.raises(Refused, match="尚未届满"):
        work.step("end_public_notice")
    work.wait(1).step("end_public_notice")
    work.step("serve_notice", service_method="public_notice", receiver=None)
    # The thirty-one days from 8 March to 7 April are left out, and no day more for ending the notice a day later.
    assert clock(work, "case").due_on == date(2024, 7, 5)


def test_paid_late_the_surcharge_is_added_demanded_and_taken_to_court(served):
    work = served
    assert clock(work, "pay").due_on == date(2024, 5, 8)
    assert clock(work, "remedy").due_on == date(2024, 10, 23)
    assert clock(work, "court").due_on == date(2025, 1, 23)
    with pytest.raises(Refused, match=r"尚未届满|至今为0\.00元"):
        work.step("impose_surcharge")
    work.on = date(2024, 5, 20)
    work.step("impose_surcharge", surcharge=3_240_00)  # 12 days at 3 %
    with pytest.raises(Refused, match=r"12,240\.00"):
        work.step("complete_performance")
    with pytest.raises(Refused, match="超过尚欠"):
        work.step("record_payment", paid=20_000_00)
    work.on = date(2024, 10, 24)
    work.step("demand_performance")
    assert clock(work, "demand").due_on == date(2024, 11, 7)
    with pytest.raises(Refused, match="催告"):
        work.step("apply_to_court")
    work.on = date(2024, 11, 8)
    work.step("apply_to_court")
    assert clock(work, "court").stopped_on == work.on
    paper = work.case.matter.folder.papers.get(form="SAMR-49")
    demand = work.case.matter.folder.papers.get(form="SAMR-48")
    assert paper.data["demand_number"] == demand.number and paper.data["demand_on"] == "2024-10-24"
    work.step("dispose_goods")
    work.step("end_enforcement")
    work.step("close_case", closing_ground="court_ended")
    work.step("publish_decision")
    work.step("archive_case")
    assert work.case.archived_on == work.on


def test_the_right_to_apply_to_the_court_is_lost_after_three_months(served):
    served.on = date(2024, 10, 24)
    served.step("demand_performance")
    served.on = date(2025, 1, 24)
    with pytest.raises(Refused, match="届满"):
        served.step("apply_to_court")


def test_a_surcharge_above_the_fine_is_refused(served):
    served.on = date(2024, 8, 1)
    with pytest.raises(Refused, match="不得超出罚款的数额"):
        served.step("impose_surcharge", surcharge=9_001_00)


def test_a_deferral_moves_the_day_of_payment_and_never_shortens_the_time_for_the_court(served):
    served.step("grant_deferral", deferred_until=date(2024, 7, 31))
    assert clock(served, "pay").due_on == date(2024, 7, 31)
    assert clock(served, "remedy").due_on == date(2024, 10, 23)
    assert clock(served, "court").due_on == date(2025, 1, 23)
    assert count(served, "SAMR-47") == 1
    served.step("record_payment", paid=4_500_00)
    with pytest.raises(Refused, match=r"尚欠4,500\.00元"):
        served.step("complete_performance")
    served.wait(30).step("record_payment", paid=4_500_00)
    assert served.case.paid_fen == 9_000_00


def test_a_deferral_beyond_the_time_for_suit_moves_the_time_for_the_court(served):
    served.step("grant_deferral", deferred_until=date(2024, 11, 29))
    assert clock(served, "court").due_on == date(2025, 2, 28)


def test_a_publication_withdrawn_after_a_change_is_off_the_record_of_what_is_shown(served):
    served.step("publish_decision")
    assert served.case.published_on == served.on and served.case.unpublished_on is None
    served.step("start_remedy")
    served.wait(40).step("end_remedy", remedy_result="revoked")
    served.step("change_decision")
    assert clock(served, "withdraw").due_on is not None
    served.wait(1).step("withdraw_publication")
    assert served.case.unpublished_on == served.on
    served.step("conclude_revoked")
    served.step("close_case", closing_ground="other")
    assert served.case.closed_on == served.on


def test_a_decision_stands_until_a_remedy_revokes_it(served):
    served.step("start_remedy")
    served.step("end_remedy", remedy_result="upheld")
    with pytest.raises(Refused, match="没有撤销处罚决定"):
        served.step("conclude_revoked")


def test_no_demand_while_a_remedy_is_pending(served):
    served.wait(20).step("start_remedy")
    with pytest.raises(Refused, match="复议诉讼”尚未结束"):
        served.step("demand_performance")


def test_service_before_the_decision_and_days_to_come_are_refused_at_their_field(work):
    work.to_decided()
    for day, words in (
        (date(2024, 4, 20), "早于文书作出日期"),
        (work.on + timedelta(days=9), "晚于办理当日"),
    ):
        with pytest.raises(Refused, match=words) as refused:
            work.step("serve_decision", served_on=day)
        assert refused.value.reasons[0].field == "served_on"


def test_kinds_of_penalty_and_amounts_must_agree(work):
    investigated(work)
    work.step("submit_review")
    work.step("pass_review")
    with pytest.raises(Refused, match="没有填写“罚款”"):
        work.step("give_notice", fine=None)
    with pytest.raises(Refused, match="处罚种类没有选“罚款”"):
        work.step("give_notice", penalty_kinds=["warning", "confiscate_goods"])


def test_an_act_that_ends_before_it_began_and_a_name_too_long_are_refused_in_words(work):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    with pytest.raises(Refused, match="早于“违法行为发生日”"):
        work.step("file_case", act_end_on=date(2023, 1, 1))
    with pytest.raises(Refused, match="最多120个字"):
        work.step("file_case", party_name="长" * 121)


def test_the_same_lead_sent_twice_is_registered_once(work, world):
    work.register()
    with pytest.raises(Refused, match=work.case.lead_no):
        Worker(world.a).register()
