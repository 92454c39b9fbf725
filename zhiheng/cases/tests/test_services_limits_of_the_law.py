"""What the law forbids to the last cent, day and party: each rule held on both sides of its line."""

from datetime import date, timedelta

import pytest

from tests.casework import ANSWERS, Worker
from zhiheng.cases.models import Case
from zhiheng.documents.models import Evidence
from zhiheng.matters import services
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    return Worker(world.a)


def add_evidence(work, name: str) -> None:
    services.add_evidence(
        actor=work.cast.handler, record=work.case, on=work.on, file=None, file_name="", name=name, kind="documentary",
        source="当事人提供", proves="销售数量", collected_on=work.on,
    )  # fmt: skip


def test_evidence_is_added_up_to_the_archive_and_not_after(work):
    work.to_decided()
    add_evidence(work, "补充的进货单")
    archived = Worker(work.cast)
    archived.to_archived()
    before = Evidence.objects.count()
    with pytest.raises(Refused, match="已归档，不能再登记证据"):
        add_evidence(archived, "归档后的进货单")
    assert Evidence.objects.count() == before


@pytest.mark.parametrize("over", [1, 50_00, 100_00])
@pytest.mark.parametrize("field", ["fine", "confiscated_gains"])
def test_a_decision_may_not_be_heavier_than_the_notice_by_a_single_cent(work, field, over):
    given = {"confiscated_gains": 500_00, "penalty_kinds": ["fine", "confiscate_goods", "confiscate_gains"]}
    told = {"fine": ANSWERS["fine"], **given}
    work.to_filed()
    work.wait(5).step("record_questioning")
    for step, given_here in (("close_investigation", {}), ("submit_review", {}), ("pass_review", {})):
        work.wait(1).step(step, **given_here)
    work.step("give_notice", **told)
    work.step("serve_notice")
    work.wait(12).step("deliberate")
    with pytest.raises(Refused, match=r"重于|加重|不得"):
        work.propose("decide_penalty", **(told | {field: told[field] + over}))
    assert work.case.matter.proceeding.steps.filter(step="decide_penalty").count() == 0
    work.step("decide_penalty", **told)
    assert work.case.fine_fen == told["fine"]


def earlier(work, **other) -> Case:
    """A penalty of the same party in the same cause a year before, or with what is given otherwise."""
    case = work.case
    values = {
        "unit": case.unit,
        "cause": case.cause,
        "title": "去年的案件",
        "party_name": case.party_name,
        "party_type": case.party_type,
        "party_id": case.party_id,
        "outcome": "penalty",
        "decided_on": date(2023, 3, 4),
        "state": "ledger_closed",
    }
    return Case.objects.create(**(values | other))


ANOTHER = {
    "cause": {"cause": "patent_counterfeiting"},
    "party": {"party_name": "示例区另一商行", "party_id": "92500112MA0000001R"},
    "outcome": {"outcome": "no_penalty"},
    "later": {"decided_on": date(2030, 1, 1)},
    "nothing": None,
}


@pytest.mark.parametrize("other", ANOTHER)
def test_a_first_offence_is_the_first_of_its_kind(work, other):
    work.to_noticed()
    if ANOTHER[other] is not None:
        earlier(work, **ANOTHER[other])
    work.wait(12).step("deliberate")
    work.step("decide_no_penalty", no_penalty_ground="first")
    assert work.case.outcome == "no_penalty"


@pytest.mark.parametrize(
    "same", [{}, {"party_name": "改名后的商行"}, {"party_id": ""}], ids=["both", "number", "name"]
)
def test_after_a_penalty_for_the_same_cause_an_offence_is_no_first(work, same):
    work.to_noticed()
    before = earlier(work, doc_no_printed="渝渝北市监罚〔2023〕7号", **same)
    work.wait(12).step("deliberate")
    assert before.doc_no_printed == "渝渝北市监罚〔2023〕7号"
    with pytest.raises(Refused, match=r"渝渝北市监罚〔2023〕7号.*不属于初次违法"):
        work.propose("decide_no_penalty", no_penalty_ground="first")


def test_evidence_is_not_collected_on_a_day_to_come(work):
    work.to_filed()
    given = {
        "file": None,
        "file_name": "",
        "name": "单据",
        "kind": "documentary",
        "source": "当事人",
        "proves": "数量",
    }
    with pytest.raises(Refused, match="晚于登记日期"):
        services.add_evidence(
            actor=work.cast.handler,
            record=work.case,
            on=work.on,
            collected_on=work.on + timedelta(days=1),
            **given,
        )
    services.add_evidence(
        actor=work.cast.handler, record=work.case, on=work.on, collected_on=work.on, **given
    )
