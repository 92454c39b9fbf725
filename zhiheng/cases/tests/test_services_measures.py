"""Measures and clocks beside the main line: holding goods, testing, extensions, suspension, what lapses by itself."""

from datetime import date

import pytest

from tests.casework import Worker
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.documents.rendering import preview, typeset
from zhiheng.matters.engine import Standing
from zhiheng.matters.runs import project
from zhiheng.matters.selectors import running_clocks
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    """Filed on Thursday 2024-03-07; the case clock runs out 90 days later, on 2024-06-05."""
    return Worker(world.a).to_filed()


def clock(work, key: str):
    return work.case.matter.proceeding.clocks.get(key=key)


def last(work, form: str):
    return work.case.matter.folder.papers.filter(form=form).last()


@pytest.fixture(autouse=True)
def the_ledger_holds_afterwards(db):
    yield
    assert audit.verify().broken == ""


def test_preservation_without_any_handling_lapses_by_itself_after_seven_working_days(work):
    work.step("preserve_evidence")
    assert clock(work, "preserve").due_on == date(2024, 3, 18)
    work.on = date(2024, 3, 18)
    assert Standing.of(work.case.matter.proceeding, work.on).run.open_measures("preserve")
    work.wait(1)
    assert not Standing.of(work.case.matter.proceeding, work.on).run.open_measures("preserve")
    with pytest.raises(Refused, match="已于2024-03-18期满自动解除"):
        work.step("lift_preservation")
    work.step("record_questioning")
    assert clock(work, "preserve").stopped_on == date(2024, 3, 18)
    work.step("close_investigation")  # nothing held any more


def test_preserved_evidence_is_lifted_with_the_paper_that_names_its_order(work):
    work.step("preserve_evidence")
    work.wait(2).step("lift_preservation", preserve_outcome="lift")
    ordered = last(work, "SAMR-19")
    assert last(work, "SAMR-20").data["measure"]["number"] == ordered.number != ""
    assert clock(work, "preserve").stopped_on == work.on


def test_an_urgent_seizure_is_approved_afterwards_extended_over_a_holiday_and_lifted(work):
    work.on = date(2024, 3, 12)
    work.step("seize_urgently")
    assert clock(work, "seize").due_on == date(2024, 4, 11)  # 30 days, counted from the day after
    assert clock(work, "seize_report").due_on == date(2024, 3, 13)  # 24 hours
    work.wait(1).step("confirm_urgent_seizure")
    assert clock(work, "seize_report").stopped_on == work.on
    work.on = date(2024, 4, 10)
    work.step("extend_seizure", extension_days=20)
    # 1 May is a holiday: a maximum of coercion against the party does not move on.
    assert clock(work, "seize").due_on == date(2024, 5, 1)
    assert last(work, "SAMR-22").data["measure"]["was_until"] == date(2024, 4, 11).isoformat()
    with pytest.raises(Refused, match="不得超过30日"):
        work.step("extend_seizure", extension_days=31)
    with pytest.raises(Refused, match=r"合计不得超过30日，还可以延长10日"):
        work.step("extend_seizure", extension_days=11)
    work.on = date(2024, 5, 1)
    work.step("lift_seizure")
    order = last(work, "SAMR-21")
    assert last(work, "SAMR-22").data["measure"]["number"] == order.number
    assert last(work, "SAMR-23").data["measure"]["number"] == order.number
    assert clock(work, "seize").stopped_on == work.on


def test_a_seizure_whose_time_is_over_cannot_be_extended_only_lifted(work):
    work.step("seize")
    work.on = date(2024, 4, 8)  # thirty days end on 6 April, a holiday
    with pytest.raises(Refused, match="届满"):
        work.step("extend_seizure")
    work.step("lift_seizure", lift_ground="expired")


def test_of_two_seizures_each_paper_names_its_own_order_and_both_may_wait_for_approval(work):
    work.step("seize", place="店内")
    work.wait(1).step("seize", place="库房")
    with pytest.raises(Refused, match="未说明是哪一项"):
        work.step("lift_seizure")
    first = work.propose("lift_seizure", ref="seize")
    second = work.propose("lift_seizure", ref="seize#2")
    for waiting in (first, second):
        while waiting.state == "pending":
            step = work.agree(waiting)
            waiting.refresh_from_db()
            assert step is not None
    orders = list(work.case.matter.folder.papers.filter(form="SAMR-21").order_by("id"))
    lifted = list(work.case.matter.folder.papers.filter(form="SAMR-23").order_by("id"))
    assert [p.data["measure"]["number"] for p in lifted] == [p.number for p in orders]
    assert orders[0].number != orders[1].number


def test_testing_seized_goods_holds_the_case_and_the_seizure_and_its_notice_names_the_seizure(work):
    work.step("seize")
    work.wait(1).step("start_testing", tests_seized=True)
    assert last(work, "SAMR-31").data["measure"]["number"] == last(work, "SAMR-21").number
    assert clock(work, "case").due_on is None and clock(work, "case").paused_since == work.on
    # The party was told that it takes until 18 March: for no longer does the seizure stand still.
    assert clock(work, "seize").due_on == date(2024, 4, 17)
    work.wait(11).step("end_testing")
    # Eleven days, 8 to 18 March, stood still; 16 June is a Sunday.
    assert clock(work, "case").due_on == date(2024, 6, 17)
    assert clock(work, "seize").due_on == date(2024, 4, 17)
    assert last(work, "SAMR-32")


def test_identification_by_the_right_holder_holds_the_case_but_not_the_seizure(work):
    work.step("seize")
    seized = clock(work, "seize").due_on
    work.step("start_identification")
    assert clock(work, "case").due_on is None and clock(work, "seize").due_on == seized
    work.wait(7).step("end_identification")
    # The day of filing is not counted anyway, the day of resuming is: 14 March is the first of the ninety.
    assert clock(work, "case").due_on == date(2024, 6, 11)


def test_the_case_clock_is_extended_once_by_the_head_then_only_collectively_and_for_definite_days(work):
    with pytest.raises(Refused, match="延长办案期限"):
        work.step("extend_case_collectively")
    work.step("extend_case")
    assert clock(work, "case").due_on == date(2024, 7, 5)
    with pytest.raises(Refused, match="只能办理一次"):
        work.step("extend_case")
    work.step("extend_case_collectively", extension_days=20)
    assert clock(work, "case").due_on == date(2024, 7, 25)
    assert last(work, "SAMR-42")
    work.on = date(2024, 7, 26)
    with pytest.raises(Refused, match="届满"):
        work.step("extend_case_collectively")


def test_a_suspended_case_stands_still_and_goes_on_with_the_days_it_had_left(work):
    work.wait(10).step("suspend")
    assert work.case.state == "suspended" and clock(work, "case").due_on is None
    work.wait(40).step("resume")
    assert work.case.state == "investigating"
    assert clock(work, "case").due_on == date(2024, 7, 15)
    assert work.case.matter.folder.papers.filter(form="SAMR-08").count() == 2


def test_correction_ordered_by_a_day_is_watched_until_confirmed(work):
    work.step("order_correction", correction_mode="by_date")
    assert clock(work, "correction").due_on == date(2024, 3, 22)
    work.wait(3).step("confirm_correction")
    assert clock(work, "correction").stopped_on == work.on and last(work, "SAMR-33")


def test_correction_at_once_starts_no_clock(work):
    work.step("order_correction", correction_by=None)
    assert not work.case.matter.proceeding.clocks.filter(clock="correction").exists()
    work.step("confirm_correction")


def test_a_jurisdiction_dispute_is_negotiated_then_designated(work):
    work.step("dispute_jurisdiction")
    assert clock(work, "negotiate").due_on == date(2024, 3, 18)
    work.wait(5).step("refer_jurisdiction")
    assert clock(work, "designate").due_on == date(2024, 3, 21)
    work.step("settle_jurisdiction")
    assert clock(work, "designate").stopped_on == work.on


def test_a_suspected_crime_is_reported_approved_sent_and_the_goods_handed_over(work):
    work.step("report_crime")
    assert clock(work, "crime_decide").due_on == date(2024, 3, 11)  # the third day is Sunday
    work.step("approve_crime_transfer")
    work.step("send_crime_transfer")
    assert last(work, "SAMR-05")
    assert clock(work, "police").due_on == date(2024, 3, 11)
    work.wait(2).step("police_filed")
    assert clock(work, "handover").due_on == date(2024, 3, 12)
    work.step("hand_over_items")
    still = work.case.matter.proceeding.clocks.filter(stopped_on__isnull=True)
    assert set(still.values_list("clock", flat=True)) == {"case"}
    assert work.case.outcome == ""  # beside the case, not its end


def test_when_the_police_refuse_reconsideration_may_be_asked_within_three_days(work):
    for step in ("report_crime", "approve_crime_transfer", "send_crime_transfer", "police_refused"):
        work.step(step)
    work.wait(5)
    with pytest.raises(Refused, match="届满"):
        work.step("request_reconsideration")
    work.step("end_crime_transfer")


def test_periods_of_others_are_no_late_work_of_the_office(world):
    done = Worker(world.a).to_archived()
    assert done.case.matter.proceeding.clocks.filter(clock="retention", stopped_on__isnull=True).exists()
    assert not running_clocks(world.a.handler, done.on).exists()
    open_case = Worker(world.a, on=date(2024, 6, 3)).to_noticed()
    assert [c.clock for c in running_clocks(world.a.handler, open_case.on)] == ["case"]
    assert open_case.case.matter.proceeding.clocks.filter(clock="notice", stopped_on__isnull=True).exists()


def test_recomputing_the_clocks_changes_nothing(work):
    work.step("seize")
    work.step("start_testing", tests_seized=True)
    work.wait(3).step("end_testing")

    def rows():
        return list(work.case.matter.proceeding.clocks.order_by("key", "started_on").values_list("key", "started_on", "stopped_on", "due_on", "paused_since", "trace"))  # fmt: skip

    before = rows()
    project(proceeding=work.case.matter.proceeding, on=work.on)
    assert rows() == before


@pytest.mark.parametrize(("kind", "called"), [("seal", "查封"), ("detain", "扣押"), ("both", "查封、扣押")])
def test_the_report_calls_a_measure_what_it_was(work, kind, called):
    work.step("seize", seizure_kind=kind)
    work.step("record_questioning")
    work.step("close_investigation")
    report = preview.text(typeset.body_of(documents.read(last(work, "SAMR-35").digest)).xml)
    assert f"日{called}（{last(work, 'SAMR-21').number}）" in report


def test_a_photograph_is_no_document(work):
    work.step("extract_evidence", extraction_method="photo")
    assert work.case.matter.folder.evidence.last().kind == "audiovisual"
    work.step("extract_evidence", extraction_method="copy")
    assert work.case.matter.folder.evidence.last().kind == "documentary"


def test_while_a_penalty_stands_nothing_is_given_back_for_want_of_a_breach(work, world):
    work.step("seize")
    work.wait(5).step("record_questioning")
    for days, step in ((1, "close_investigation"), (1, "submit_review"), (1, "pass_review"), (1, "give_notice"), (1, "serve_notice")):  # fmt: skip
        work.wait(days).step(step)
    work.wait(8).step("deliberate")
    work.wait(1).step("decide_penalty")
    with pytest.raises(Refused, match="处罚决定在，不能以"):
        work.step("lift_seizure", lift_ground="no_violation", items=[])
    work.step("lift_seizure", lift_ground="decided", items=[])
