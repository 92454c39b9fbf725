"""Mediation of patent disputes and the supervision of agencies, worked from their doors to the archive and to the figures of the year."""

from __future__ import annotations

from datetime import date

import pytest

from tests.casework import Worker
from tests.world import make_unit
from zhiheng.accounts.models import UnitKind
from zhiheng.cases.models import Decision
from zhiheng.documents import services as documents
from zhiheng.enforcement.models import Delegation
from zhiheng.figures import selectors as figures
from zhiheng.files.word import read_docx
from zhiheng.matters.models import ClockState
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

MEDIATION, AGENCY = "mediation.patent", "agency.supervision"
ON = date(2025, 3, 3)


def value(unit, figure: str, year: int = 2025) -> str:
    return str(figures.compute(figures.year_of(unit, year))[figure].value)


def mediated(cast, cause: str = "patent_title") -> Worker:
    work = Worker(cast, on=ON)
    work.register(MEDIATION, kind=MEDIATION, cause=cause, source="request")
    return work


def due(work: Worker, clock: str) -> date | None:
    found = (
        ClockState.objects.filter(proceeding=work.case.matter.proceeding, clock=clock).order_by("-id").first()
    )
    return found and found.due_on


def paper(work: Worker, form: str) -> str:
    return read_docx(
        documents.read(work.case.matter.folder.papers.filter(form=form).latest("id").digest)
    ).text()


def to_agreement(work: Worker) -> Worker:
    work.wait(3).step("serve_invitation")
    assert due(work, "reply") == date(2025, 3, 21)
    work.wait(8).step("receive_statement")
    work.wait(3).step("file_ownership", cause="patent_title")
    work.wait(8).step("hold_session")
    work.step("reach_agreement", agreed_amount=80_000_00)
    return work


def test_an_ownership_dispute_runs_from_its_request_to_the_archive_and_the_figure(world):
    work = to_agreement(mediated(world.a))
    assert (work.case.outcome, work.case.decisions.get().kind) == ("mediated", "mediated")
    assert due(work, "close") == date(2025, 5, 19) and due(work, "report") == date(2025, 4, 1)
    assert "捌万元整" in paper(work, "MED-136") and "愿意接受强制执行" in paper(work, "MED-136")
    assert "请求中止有关程序" in paper(work, "MED-139")
    with pytest.raises(Refused, match="国家知识产权局"):
        work.step("conclude_mediation")
        work.step("archive_mediation")
    work.wait(2).step("send_to_cnipa")
    work.step("record_notarisation")
    work.wait(3).step("archive_mediation")
    assert work.case.state == "archived" and work.case.archived_on == work.on
    assert value(world.a.unit, "med.patent") == value(world.a.unit, "med.patent.agreed") == "1"
    assert value(world.a.unit, "adj.handled") == "0" and value(world.b.unit, "med.patent") == "0"


def test_what_was_never_filed_counts_in_no_figure(world):
    work = mediated(world.a)
    work.wait(3).step("serve_invitation")
    work.wait(8).step("receive_statement", mediation_answer="declines")
    work.wait(1).step("refuse_mediation", mediation_refusal="declined")
    assert (work.case.state, work.case.outcome) == ("not_filed", "not_filed")
    assert value(world.a.unit, "med.patent") == "0"


def test_a_county_mediates_only_what_was_delegated_to_it_and_that_is_counted_apart(world):
    """专利法实施细则 95: refused with the competent unit named; from the day of the document it is in order."""
    world.a.unit.kind = UnitKind.COUNTY
    world.a.unit.save()
    work = mediated(world.a)
    with pytest.raises(Refused) as refused:
        work.step("serve_invitation")
    told = str(refused.value)
    assert world.a.unit.name in told and world.city.unit.name in told and "细则" in told
    Delegation.objects.create(
        unit=world.a.unit,
        item="专利权归属纠纷调解",
        cause="patent_title",
        delegated_on=ON,
        basis="渝知发〔2025〕1号",
    )
    to_agreement(work)
    assert Decision.objects.get(case=work.case).power == "delegated"


def test_another_district_is_no_competent_unit_for_a_county(world):
    zone = make_unit("500230", "示例开发区知识产权局", "示例开发区", world.city.unit, kind=UnitKind.ZONE)
    from zhiheng.matters.powers import power_over

    assert power_over(zone, "patent_dispute", ON).who == world.city.unit.name


def test_a_patent_agency_is_checked_ordered_and_proposed_to_the_national_office(world):
    work = Worker(world.city, on=ON)
    work.register(AGENCY, kind="agency", cause="patent_agency_check", source="inspection")
    work.wait(7).step("check_agency")
    work.wait(2).step("order_correction", correction_by=date(2025, 4, 11))
    assert due(work, "correct") == date(2025, 4, 11) and "逾期未改正" in paper(work, "AGY-82")
    work.on = date(2025, 4, 14)
    work.step("propose_to_cnipa", proposal_ground="overdue", proposed_handling="suspend", suspension_months=6)
    assert "建议停止承接" in paper(work, "AGY-84")
    work.on = date(2025, 6, 16)
    work.step("record_cnipa_result")
    assert (work.case.state, work.case.outcome) == ("concluded", "national")
    assert value(world.city.unit, "agt.proposed") == value(world.city.unit, "agt.supervised") == "1"
    assert value(world.city.unit, "enf.ip.total") == "0"
    work.step("archive_supervision")
    assert work.case.state == "archived"


def test_a_penalty_of_an_agency_is_a_case_of_its_own_that_must_be_there(world):
    penalty = Worker(world.city, on=ON)
    penalty.register(cause="patent_agency", act_on=date(2025, 1, 6), act_end_on=date(2025, 1, 6))
    work = Worker(world.city, on=ON)
    work.register(AGENCY, kind="agency", cause="patent_agency_check", source="inspection")
    work.wait(7).step("check_agency")
    with pytest.raises(Refused, match="没有找到本单位编号"):
        work.step("hand_to_case")
    work.step("hand_to_case", penalty_case_no=penalty.case.lead_no)
    assert work.case.state == "in_case"
    work.wait(60).step("conclude_supervision")
    assert work.case.outcome == "supervised"


def test_a_bureau_checks_trademark_agencies_and_no_patent_agencies(world):
    work = Worker(world.a, on=ON)
    work.register(AGENCY, kind="agency", cause="trademark_agency_check", source="inspection")
    work.wait(7).step("check_agency")
    other = Worker(world.a, on=ON)
    other.register(AGENCY, kind="agency", cause="patent_agency_check", source="inspection")
    with pytest.raises(Refused, match="省级管理专利工作的部门"):
        other.wait(7).step("check_agency")
