"""Every way a case may end: the columns it leaves, the papers it issues, the clocks it starts and stops, the ledger whole."""

from datetime import date

import pytest

from tests.casework import ANSWERS, Worker
from zhiheng.audit import services as audit
from zhiheng.cases.models import Case
from zhiheng.documents import services as documents
from zhiheng.matters.engine import Standing
from zhiheng.matters.models import ProposalState
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    return Worker(world.a)


@pytest.fixture
def on_spot(world):
    work = Worker(world.a)
    work.register("penalty.simple")
    work.step("record_inspection")
    return work


def papers(work) -> list[str]:
    found = work.case.matter.folder.papers.order_by("id")
    for paper in found:
        assert documents.read(paper.digest)[:2] == b"PK"
    return [paper.form for paper in found]


def due(work, clock: str) -> date | None:
    return work.case.matter.proceeding.clocks.filter(clock=clock).order_by("started_on", "id").last().due_on


def running(work) -> set[str]:
    return set(
        work.case.matter.proceeding.clocks.filter(stopped_on__isnull=True).values_list("clock", flat=True)
    )


def is_open(work) -> bool:
    """Whether the unit still has something to decide or to see through in this case."""
    standing = Standing.of(work.case.matter.proceeding, work.on)
    ended = standing.procedure.states[standing.run.state].is_end or work.case.closed_on is not None
    return not ended and work.case.outcome in ("", "penalty", "no_penalty")


@pytest.fixture(autouse=True)
def the_ledger_holds_afterwards(db):
    yield
    assert audit.verify().broken == ""


SMALL = {
    "nothing_to_confiscate": "sold",
    "fine": 100_00,
    "penalty_kinds": ["fine"],
    "proposed_penalty": ["罚款100元"],
}


def test_on_the_spot_a_small_fine_is_decided_served_reported_collected_and_archived(on_spot):
    on_spot.step("extract_evidence")
    on_spot.step("give_notice", fine=100_00)
    on_spot.step("record_defence")
    on_spot.step("decide_penalty", **SMALL)
    case = on_spot.case
    assert (case.outcome, case.decided_on, case.served_on) == ("penalty", on_spot.on, on_spot.on)
    assert case.forfeit_fen == 100_00 and case.doc_no
    # 2024-03-04 + 7 working days; + 15 days, and 60 days to apply for review; Sunday 2024-05-05 lies in the May holiday.
    assert due(on_spot, "report") == date(2024, 3, 13)
    assert due(on_spot, "pay") == date(2024, 3, 19)
    on_spot.step("collect_on_spot", paid=100_00)
    on_spot.wait(1).step("report_decision")
    on_spot.step("hand_in_payment")
    on_spot.step("pay_into_bank")
    on_spot.step("complete_performance")
    on_spot.wait(1).step("close_case")
    on_spot.step("archive_case")
    assert on_spot.case.paid_fen == 100_00 and on_spot.case.archived_on
    assert not running(on_spot) and not is_open(on_spot)
    assert papers(on_spot) == ["SAMR-09", "SAMR-11", "SAMR-38", "SAMR-44"]  # fmt: skip


def test_on_the_spot_needs_a_second_certified_officer(world):
    with pytest.raises(Refused, match="张逾期"):
        Worker(world.a).register("penalty.simple", handlers=[world.a.handler.pk, world.a.expired.pk])
    assert not Case.objects.exists()


def test_above_the_limit_and_for_confiscation_the_on_the_spot_decision_is_refused(on_spot):
    on_spot.step("give_notice", fine=100_00)
    with pytest.raises(Refused, match="超过当场处罚限额"):
        on_spot.step("decide_penalty", **SMALL | {"fine": 201_00, "proposed_penalty": ["罚款201元"]})
    with pytest.raises(Refused, match="不能没收非法财物"):
        on_spot.step("decide_penalty", **SMALL | {"penalty_kinds": ["fine", "confiscate_goods"]})


def test_more_than_a_hundred_yuan_is_collected_on_the_spot_only_with_the_ground_confirmed(on_spot):
    on_spot.step("give_notice", fine=200_00)
    two_hundred = {"fine": 200_00, "proposed_penalty": ["罚款200元"], "told_channel": "on_spot"}
    on_spot.step("decide_penalty", **SMALL | two_hundred)
    with pytest.raises(Refused, match=r"200\.00元超过100元"):
        on_spot.step("collect_on_spot", paid=200_00, attested=[])
    on_spot.step("collect_on_spot", paid=200_00)


def test_corrected_on_the_spot_the_case_is_decided_closed_and_not_open_any_more(on_spot):
    on_spot.step("exempt_on_spot")
    case = on_spot.case
    assert (case.outcome, case.state) == ("no_penalty", "no_case")
    assert case.decided_on == case.closed_on == on_spot.on
    assert not is_open(on_spot) and not running(on_spot)


def test_turned_to_the_ordinary_procedure_the_same_case_goes_on_with_its_evidence_and_officers(on_spot):
    on_spot.wait(1).step("switch_to_ordinary")
    case = on_spot.case
    assert case.matter.proceeding.procedure == "penalty.ordinary" and case.state == "lead"
    assert case.matter.runs.order_by("id").first().state == "to_ordinary"
    assert case.title == ANSWERS["title"] and case.matter.officers.filter(until__isnull=True).count() == 2
    assert due(on_spot, "verify") == date(
        2024, 3, 25
    )  # from the day it was found, not from the day it was turned
    assert papers(on_spot)[-1] == "SAMR-01"
    on_spot.step("start_verification")
    on_spot.step("file_case")  # the inspection on the spot is evidence enough
    assert on_spot.case.state == "investigating" and is_open(on_spot)


def test_not_filed_says_so_informs_the_informant_and_is_not_open(work):
    work.register()
    work.step("start_verification")
    work.wait(2).step("refuse_filing", named_informant=True)
    case = work.case
    assert (case.outcome, case.state, case.filed_on, case.case_no) == ("not_filed", "not_filed", None, "")
    assert papers(work) == ["SAMR-01", "SAMR-07"]
    assert work.case.matter.folder.papers.last().title == "不予立案审批表"
    assert running(work) == {"inform"} and due(work, "inform") == date(2024, 3, 13)
    assert not is_open(work)
    work.step("inform_informant")
    assert not running(work)


def test_a_case_transferred_to_the_competent_bureau_ends_with_its_letter_and_no_clock(work):
    work.register()
    work.step("transfer_out")
    assert (work.case.outcome, work.case.state) == ("transferred", "transferred")
    assert papers(work) == ["SAMR-01", "SAMR-04"]
    assert not running(work) and not is_open(work)


def test_a_transfer_after_filing_leaves_no_clock_running_that_nobody_could_stop(work):
    work.to_filed()
    work.step("order_correction", correction_mode="by_date")
    work.step("request_assistance")
    assert "assist" not in running(work)  # 程序规定 45 counts from the day the other body has the letter
    work.step("note_assistance_received")
    assert {"case", "correction", "assist"} <= running(work)
    work.step("transfer_out")
    assert not running(work)


def test_transfer_waits_until_held_goods_are_settled(work):
    work.to_filed()
    work.step("seize")
    with pytest.raises(Refused, match="解除查封、扣押"):
        work.step("transfer_out")


def test_investigation_ended_without_a_party_is_terminated_closed_and_archived(work):
    work.to_filed()
    work.wait(10).step("terminate")
    assert (work.case.outcome, work.case.closed_on) == ("terminated", None)
    assert not is_open(work)
    assert running(work) == {"close"} and due(work, "close") == date(2024, 4, 8)
    work.step("close_case", closing_ground="terminated")
    work.step("archive_case")
    assert work.case.closed_on == work.on and work.case.decided_on is None
    assert papers(work)[-2:] == ["SAMR-08", "SAMR-53"]


def to_deliberation(work, outcome="no_penalty"):
    work.to_filed()
    for step in ("record_questioning", "close_investigation", "submit_review", "pass_review"):
        work.wait(1).step(step)
    work.step("propose_other_outcome", outcome_proposed=outcome)


def test_no_penalty_is_decided_served_closed_and_archived_with_its_own_papers(work):
    to_deliberation(work)
    work.wait(2).step("decide_no_penalty")
    decided = work.on
    assert is_open(work) and due(work, "serve") == date(2024, 3, 22)
    work.wait(2).step("serve_exemption")
    work.wait(1).step("close_case", closing_ground="other_outcome")
    work.step("archive_case")
    case = work.case
    assert (case.outcome, case.decided_on, case.served_on, case.closed_on) == (
        "no_penalty",
        decided,
        date(2024, 3, 15),
        date(2024, 3, 16),
    )
    assert case.forfeit_fen is None and case.fine_fen is None and case.doc_no
    assert {"SAMR-43", "SAMR-46", "SAMR-50"} <= set(papers(work)) and "SAMR-45" not in papers(work)


def test_first_offence_is_no_ground_when_the_party_was_punished_before_in_sight_of_the_officer(work, world):
    earlier = Worker(world.a).to_decided().case
    work.on = date(2024, 6, 3)
    to_deliberation(work)
    with pytest.raises(Refused, match="同类违法记录") as refused:
        work.step("decide_no_penalty", no_penalty_ground="first")
    assert earlier.doc_no in str(refused.value)
    work.step("decide_no_penalty", no_penalty_ground="slight")


def test_a_neighbours_record_and_a_namesake_with_another_number_do_not_count_as_earlier_offences(work, world):
    Case.objects.create(
        unit=world.b.unit,
        title="邻区案",
        cause="trademark_infringement",
        party_name=ANSWERS["party_name"],
        party_type="individual_business",
        decided_on=date(2023, 5, 1),
        outcome="penalty",
    )
    Case.objects.create(
        unit=world.a.unit,
        title="同名不同人",
        cause="trademark_infringement",
        party_name=ANSWERS["party_name"],
        party_id="92500112MA11111111",
        party_type="individual_business",
        decided_on=date(2023, 5, 1),
        outcome="penalty",
    )
    to_deliberation(work)
    work.step("decide_no_penalty", no_penalty_ground="first")


def test_the_same_party_under_a_new_name_is_known_by_its_number(work, world):
    Case.objects.create(
        unit=world.a.unit,
        title="曾用名",
        cause="trademark_infringement",
        party_name="示例区旧名商行",
        party_id=ANSWERS["party_id_no"],
        party_type="individual_business",
        decided_on=date(2023, 5, 1),
        doc_no_printed="渝渝北市监罚〔2023〕7号",
        outcome="penalty",
    )
    to_deliberation(work)
    with pytest.raises(Refused, match="〔2023〕7号"):
        work.step("decide_no_penalty", no_penalty_ground="first")


@pytest.mark.parametrize(
    ("step", "outcome", "paper"),
    [("refer_elsewhere", "transferred", "SAMR-04"), ("refer_crime", "criminal", "SAMR-05")],
)
def test_a_case_handed_on_at_the_decision_is_closed_and_archived(work, step, outcome, paper):
    to_deliberation(work, "crime" if step == "refer_crime" else "elsewhere")
    work.step(step)
    assert work.case.outcome == outcome and not is_open(work)
    assert work.case.decided_on is None  # counted as decided is what was punished or exempted
    if step == "refer_crime":
        with pytest.raises(Refused, match="“涉嫌犯罪移送”尚未结束"):
            work.step("close_case", closing_ground="other_outcome")
        work.step("send_crime_transfer")
        work.step("police_filed")
        work.step("hand_over_items")
    assert papers(work).count(paper) == 1
    work.step("close_case", closing_ground="other_outcome")
    work.step("archive_case")
    assert not running(work)


def test_what_was_proposed_for_a_place_the_case_has_left_lapses_on_the_record(work):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    waiting = work.propose("refuse_filing")
    work.step("file_case")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.next_role) == (ProposalState.LAPSED, "")
    with pytest.raises(Refused, match="已失效"):
        work.agree(waiting)
