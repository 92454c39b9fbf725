"""One ordinary case from its lead to the archive, and what the law refuses on the way."""

from datetime import date

import pytest

from tests.casework import Worker
from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.cases.models import Case
from zhiheng.documents import services as documents
from zhiheng.matters import services
from zhiheng.matters.engine import procedure_of
from zhiheng.matters.models import ProposalState, StepTaken
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    return Worker(world.a)


def test_a_case_runs_from_lead_to_archive_and_leaves_every_paper_and_an_unbroken_ledger(work):
    case = work.to_archived().case
    assert case.state == "archived"
    assert (case.filed_on, case.decided_on) == (date(2024, 3, 7), date(2024, 4, 21))
    assert case.forfeit_fen == case.paid_fen == 9_000_00
    assert case.outcome == "penalty"
    forms = list(case.matter.folder.papers.values_list("form", flat=True))
    assert {"SAMR-01", "SAMR-07", "SAMR-09", "SAMR-14", "SAMR-35", "SAMR-36", "SAMR-37", "SAMR-45", "SAMR-50", "SAMR-53"} <= set(forms)  # fmt: skip
    for paper in case.matter.folder.papers.all():
        assert documents.read(paper.digest)[:2] == b"PK"
    verified = audit.verify()
    assert verified.broken == "" and verified.entries > 30
    assert not case.matter.proceeding.clocks.filter(stopped_on__isnull=True).exclude(late="waive").exists()


def test_numbers_are_drawn_when_the_paper_is_signed_and_run_on_within_the_year(work, world):
    first = work.to_decided().case
    assert first.doc_no.endswith("〔2024〕1号") and first.doc_no.startswith("渝渝北市监")
    second = Worker(world.a, on=work.on).to_decided().case
    assert second.doc_no.endswith("〔2024〕2号")
    assert first.case_no != second.case_no


def test_a_number_an_imported_ledger_already_holds_is_passed_over(work, world):
    prefix = world.a.unit.number_prefix
    for serial in (1, 2):
        Case.objects.create(
            unit=world.a.unit, cause="gi", title="台账案件", party_name="某店", party_type="person",
            case_no=f"{prefix}立〔2024〕{serial}号", doc_no=f"{prefix}罚〔2024〕{serial}号",
        )  # fmt: skip
    case = work.to_decided().case
    assert case.case_no.endswith("〔2024〕3号") and case.doc_no.endswith("〔2024〕3号")


def test_filing_is_refused_without_a_second_certified_officer_and_says_whose_certificate_ended(work, world):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    with pytest.raises(Refused) as refused:
        work.step("file_case", handlers=[world.a.handler.pk, world.a.expired.pk])
    assert "张逾期" in str(refused.value) and "执法证" in str(refused.value)
    assert "行政处罚法" in refused.value.reasons[0].article
    work.case.refresh_from_db()
    assert work.case.state == "verifying" and not work.case.case_no


def test_a_step_out_of_order_is_refused_with_what_must_come_first(work):
    work.to_filed()
    with pytest.raises(Refused) as refused:
        work.step("decide_penalty")
    assert "当前处于“调查取证”" in str(refused.value)
    assert "须先" in str(refused.value)


def test_no_decision_before_the_defence_period_of_the_served_notice_is_over(work):
    work.to_noticed()
    with pytest.raises(Refused) as refused:
        work.wait(2).step("deliberate")
    assert "陈述申辩" in str(refused.value) and "尚未届满" in str(refused.value)


def test_the_fine_decided_may_not_exceed_the_fine_told_in_the_notice(work):
    work.to_noticed()
    work.wait(12).step("deliberate")
    with pytest.raises(Refused) as refused:
        work.step("decide_penalty", fine=20_000_00)
    assert "不得因当事人申辩而加重" in str(refused.value)


def test_a_fine_above_the_range_of_the_law_is_refused_with_the_range(work):
    work.to_filed()
    for step in ("record_questioning", "close_investigation", "submit_review", "pass_review"):
        work.wait(1).step(step)
    with pytest.raises(Refused) as refused:
        work.step("give_notice", fine=300_000_00, hearing_right=True)
    assert "250,000" in str(refused.value).replace("25万", "250,000")


def test_a_fine_of_the_hearing_class_needs_the_hearing_right_told(work):
    work.to_filed()
    for step in ("record_questioning", "close_investigation", "submit_review", "pass_review"):
        work.wait(1).step(step)
    with pytest.raises(Refused) as refused:
        work.step("give_notice", fine=12_000_00)
    assert "听证" in str(refused.value)
    work.step("give_notice", fine=12_000_00, hearing_right=True)


def test_the_reviewer_may_not_be_an_officer_of_the_case(work, world):
    work.to_filed()
    work.step("record_questioning")
    work.step("close_investigation")
    work.step("submit_review")
    world.a.handler.grants.create(role="case_reviewer", since=date(2020, 1, 1))
    work.people["case_reviewer"] = Person.objects.get(pk=world.a.handler.pk)
    with pytest.raises(Refused) as refused:
        work.step("pass_review")
    assert "朱文渊是本案办案人员" in str(refused.value)


def test_nobody_approves_what_they_proposed_themselves(work, world):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    world.a.handler.grants.create(role="unit_head", since=date(2020, 1, 1))
    work.people["unit_head"] = Person.objects.get(pk=world.a.handler.pk)
    with pytest.raises(Refused, match="不能审批自己提请的事项"):
        work.step("file_case")


def test_a_returned_proposal_leaves_the_case_where_it_was_and_can_be_sent_again(work, world):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    step = procedure_of(work.case.matter.proceeding.version).steps["file_case"]
    proposal = services.take_step(
        actor=world.a.handler, record=work.case, step="file_case", data=work.data(step), on=work.on
    )
    returned = services.give_opinion(
        actor=world.a.unit_head,
        record=work.case,
        proposal=proposal,
        agrees=False,
        text="核查情况过简",
        on=work.on,
    )
    assert returned.state == ProposalState.RETURNED
    work.case.refresh_from_db()
    assert work.case.state == "verifying"
    assert isinstance(work.step("file_case"), StepTaken)


def test_a_refused_step_leaves_nothing_half_written(work):
    work.to_filed()
    before = (
        work.case.matter.proceeding.steps.count(),
        work.case.matter.folder.papers.count(),
        audit.verify().entries,
    )
    with pytest.raises(Refused):
        work.step("record_inspection", findings="")
    assert before == (
        work.case.matter.proceeding.steps.count(),
        work.case.matter.folder.papers.count(),
        audit.verify().entries,
    )


def test_testing_stands_the_case_clock_still_and_its_end_moves_the_due_day(work):
    work.to_filed()
    clock = work.case.matter.proceeding.clocks.get(clock="case")
    assert clock.due_on == date(2024, 6, 5)
    work.wait(10).step("start_testing")
    clock = work.case.matter.proceeding.clocks.get(clock="case")
    assert clock.due_on is None and clock.paused_since == work.on
    work.wait(15).step("end_testing")
    clock = work.case.matter.proceeding.clocks.get(clock="case")
    assert clock.due_on == date(2024, 6, 20)
    assert any("检测" in line["text"] for line in clock.trace)


def test_a_special_sign_case_has_no_power_to_seize(work):
    work.register(cause="special_sign")
    work.step("start_verification")
    work.step("record_inspection")
    work.step("file_case", cause="special_sign", fine=None)
    with pytest.raises(Refused) as refused:
        work.step("seize")
    assert "特殊标志" in str(refused.value) and "查封" in str(refused.value)


def test_a_neighbour_cannot_take_a_step(work, world):
    work.to_filed()
    work.people["handler"] = world.b.handler
    with pytest.raises(Refused, match="须由本案承办人办理"):
        work.step("record_questioning")
