"""案卷评查: each item answered from the file, faults where they are and nowhere else, each with the page that mends it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.casework import Worker
from zhiheng.accounts.models import Certificate
from zhiheng.cases import pages
from zhiheng.cases.file_review import items, review_of
from zhiheng.cases.file_review.checks import CHECKS
from zhiheng.cases.models import Case
from zhiheng.jobs import services as jobs
from zhiheng.jobs import worker
from zhiheng.jobs.models import Job
from zhiheng.law import current_book
from zhiheng.matters.models import Proposal, StepTaken
from zhiheng.registers.declaration import find
from zhiheng.registers.services import begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(world):
    return Worker(world.a).to_archived()


def finding(work: Worker, code: str):
    review = review_of(Case.objects.get(pk=work.case.pk), work.on)
    return next(one for one in review.findings if one.item.code == code)


def says(work: Worker, step: str, **answers) -> None:
    """What a kept step says is made to say otherwise, as a file that was worked outside would."""
    row = StepTaken.objects.filter(proceeding=work.case.matter.proceeding, step=step).last()
    row.data = {**row.data, **answers}
    row.save()


def test_a_file_worked_by_the_law_fails_no_veto_and_says_what_a_person_must_look_at(filed):
    review = review_of(filed.case, filed.on)
    assert [one.item.code for one in review.of("failed") if one.item.veto] == []
    assert [(one.item.code, one.faults) for one in review.of("failed")] == [("F27", ("没有“送达地址确认”",))]
    assert not review.failed and review.score == Decimal(95)
    assert {"V05", "V06", "F22", "F26", "F37"} <= {one.item.code for one in review.of("human")}
    assert len(review.findings) == len(items()) == 61
    assert {one.item.code for one in review.of("met")} >= {
        "V01",
        "V03",
        "V11",
        "V13",
        "V14",
        "V17",
        "F01",
        "F16",
    }


def test_a_certificate_that_did_not_hold_on_the_day_fails_the_file(filed, world):
    Certificate.objects.filter(person=world.a.co_handler).update(
        valid_to=filed.case.decided_on - timedelta(1)
    )
    found = finding(filed, "V03")
    assert found.state == "failed" and world.a.co_handler.name in found.faults[0] and "/officers" in found.url
    day = str(filed.case.decided_on)
    assert any(day in words for words in found.faults) and not any(
        str(filed.case.filed_on) in words for words in found.faults
    )
    assert review_of(filed.case, filed.on).failed


@pytest.mark.parametrize(
    ("code", "step", "answers", "points", "faults"),
    [
        ("F04", "file_case", {"verification_result": "", "law_breached": ""}, 2, 2),
        ("F07", "record_inspection", {"onsite_person": "", "findings": ""}, 2, 2),
        ("F08", "record_questioning", {"qa": [], "relation_to_case": ""}, 2, 2),
        ("F15", "close_investigation", {"discretion": "", "law_basis": ""}, 4, 2),
        ("F18", "give_notice", {"law_basis": ""}, 2, 1),
        ("F19", "decide_penalty", {"evidence": [], "law_basis": ""}, 6, 2),
        ("F23", "decide_penalty", {"law_basis": "商标法"}, 2, 1),
        ("F32", "record_payment", {"receipt_no": ""}, 3, 1),
        ("F30", "serve_decision", {"receiver": "", "recording_note": ""}, 10, 1),
        ("F28", "serve_decision", {"service_method": "left", "recording_note": ""}, 10, 1),
        ("F39", "file_case", {"party_name": "另一商行"}, 2, 1),
    ],
)
def test_what_a_paper_leaves_out_takes_its_points(filed, code, step, answers, points, faults):
    before = finding(filed, code)
    says(filed, step, **answers)
    found = finding(filed, code)
    assert before.faults == () and found.state == "failed"
    assert (len(found.faults), found.lost) == (faults, Decimal(points))
    assert found.url and found.where


def test_a_fine_beyond_its_range_and_service_before_the_decision_are_vetoes(filed):
    says(filed, "decide_penalty", fine=900_000_00)
    assert finding(filed, "V11").state == "failed"
    says(filed, "decide_penalty", fine=9_000_00)
    assert finding(filed, "V11").state == "met"
    Case.objects.filter(pk=filed.case.pk).update(served_on=filed.case.decided_on - timedelta(1))
    assert finding(filed, "V13").state == "failed"


def test_what_the_heads_did_not_agree_to_is_told(filed):
    Proposal.objects.filter(proceeding=filed.case.matter.proceeding, step="decide_penalty").update(
        state="lapsed"
    )
    found = finding(filed, "F16")
    assert len(found.faults) == 1 and "作出行政处罚决定" in found.faults[0] and found.lost == 5


def test_a_decision_served_late_loses_its_points_to_the_day(world):
    for days, state in ((7, "met"), (20, "failed")):
        work = Worker(world.a).to_decided()
        work.wait(days).step("serve_decision")
        assert finding(work, "F29").state == state, days


def test_a_trader_registered_as_a_company_is_told_by_its_number(filed):
    Case.objects.filter(pk=filed.case.pk).update(party_type="organisation")
    assert finding(filed, "V04").state == "failed"
    Case.objects.filter(pk=filed.case.pk).update(party_type="individual_business", legal_rep="")
    assert "经营者" in finding(filed, "V04").faults[0]


def test_without_any_amount_the_penalty_rests_on_nothing(filed):
    Case.objects.filter(pk=filed.case.pk).update(turnover_fen=None, gains_fen=None, case_value_fen=None)
    assert finding(filed, "V08").state == "failed"


def test_evidence_is_missed_and_described(filed):
    filed.case.matter.folder.evidence.update(proves="")
    found = finding(filed, "F09")
    assert found.state == "failed" and found.lost == min(10, len(found.faults))
    filed.case.matter.folder.evidence.update(excluded_reason="取得方式违法")
    assert finding(filed, "V09").state == "failed"


def test_a_file_under_way_is_not_blamed_for_what_is_still_to_come(world):
    work = Worker(world.a).to_noticed()
    review = review_of(work.case, work.on)
    assert not review.of("failed"), [(one.item.code, one.faults) for one in review.of("failed")]


def test_an_imported_case_has_no_file_here(world):
    case = Case.objects.create(
        unit=world.a.unit,
        kind="penalty",
        title="台账案件",
        cause="trademark_infringement",
        party_type="person",
    )
    assert review_of(case, date(2025, 1, 1)) is None


def drawn_from(world, case: Case, many: int = 1):
    """A draw from the cases that were closed on the day of this one."""
    register, day = find("case-draws"), case.closed_on + timedelta(30)
    answers = {
        "name": f"抽{many}件",
        "drawn_on": day,
        "closed_from": case.closed_on,
        "closed_until": case.closed_on,
        "many": many,
    }
    return begin(actor=world.a.reviewer, on=day, register=register, act=register.begin, answers=answers)


def test_the_page_and_the_draw_show_the_score_to_who_sees_the_case_alone(filed, world, signed_in):
    says(filed, "record_payment", receipt_no="")
    address = f"/cases/{filed.case.pk}/file-review/"
    page = signed_in(world.a.handler).get(address).content.decode()
    assert "F32" in page and "没有填写" in page and "登记缴款" in page
    assert signed_in(world.b.handler).get(address).status_code == 404
    draw = drawn_from(world, filed.case)
    client = signed_in(world.a.reviewer)
    checked = f"/cases/draws/{draw.pk}/"
    assert checked in client.get(find("case-draws").url("record", draw.pk)).content.decode()
    assert "尚未评查" in client.get(checked).content.decode()
    client.post(checked)
    client.post(checked)
    (job,) = Job.objects.filter(kind="draw-review")
    page = client.get(checked)
    assert page["Refresh"] == "2" and "停止" in page.content.decode()
    worker.carry_out(job=jobs.claim(at=timezone.now()))
    page = client.get(checked)
    shown = page.content.decode()
    assert "Refresh" not in page and address in shown and "1 件" in shown and "F32" in shown
    assert str(review_of(filed.case, job.made_at.date()).score) in shown
    assert signed_in(world.b.handler).get(checked).status_code == 404
    assert signed_in(world.b.handler).post(checked).status_code == 404 and Job.objects.count() == 1


def test_a_review_of_a_draw_that_is_stopped_keeps_nothing(filed, world, signed_in):
    checked = f"/cases/draws/{drawn_from(world, filed.case).pk}/"
    client = signed_in(world.a.reviewer)
    client.post(checked)
    assert signed_in(world.a.handler).post(checked, {"stop": "1"}).status_code == 404
    client.post(checked, {"stop": "1"})
    shown = client.get(checked).content.decode()
    assert jobs.claim(at=timezone.now()) is None and "已取消" in shown and "尚未评查" in shown


def like(case: Case, number: int) -> None:
    """One more case whose run is that of this one."""
    case = Case.objects.get(pk=case.pk)
    matter, folder, run = case.matter, case.matter.folder, case.matter.proceeding
    steps = list(run.steps.all())
    for row in (folder, matter, run, case):
        row.pk, row._state.adding = None, True
    folder.save()
    matter.folder, matter.proceeding = folder, None
    matter.save()
    run.matter = matter
    run.save()
    matter.proceeding = run
    matter.save()
    case.matter, case.doc_no, case.doc_no_printed = matter, f"第{number}号", ""
    case.save()
    for step in steps:
        step.pk, step._state.adding, step.proceeding = None, True, run
    StepTaken.objects.bulk_create(steps)


def test_the_page_of_a_draw_asks_as_often_for_twelve_files_as_for_one(filed, world, signed_in, monkeypatch):
    """And what it counts is the whole draw, not the page."""
    client, times = signed_in(world.a.reviewer), {}
    for many in (1, 12):
        for number in range(Case.objects.count(), many):
            like(filed.case, number)
        checked = f"/cases/draws/{drawn_from(world, filed.case, many).pk}/"
        client.post(checked)
        worker.carry_out(job=jobs.claim(at=timezone.now()))
        client.get(checked)
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(checked).content.decode()
        times[many] = len(asked)
        assert f"{many} 件</dd>" in shown and shown.count("/file-review/") == many and "下一页" not in shown
    assert times[1] == times[12] <= 12
    monkeypatch.setattr(pages, "_FILES", 5)
    for number, (listed, ways) in enumerate([(5, (False, True)), (5, (True, True)), (2, (True, False))], 1):
        shown = client.get(f"{checked}?page={number}").content.decode()
        assert "12 件</dd>" in shown and shown.count("/file-review/") == listed
        assert ("上一页" in shown, "下一页" in shown) == ways


def test_every_item_names_what_the_book_and_the_checks_have():
    book = current_book()
    steps = {code for version in book.procedures() for code in version.steps}
    fields = {
        code for version in book.procedures() for step in version.steps.values() for code in step.fields
    }
    clocks = {code for version in book.procedures() for code in version.clocks}
    guards = {code for version in book.procedures() for code in version.guards}
    for item in items():
        assert not item.check or item.check in CHECKS, item.code
        assert not item.check or item.heal, f"{item.code} is mended nowhere"
        asked = item.when.get("step", [])
        named = {asked} if isinstance(asked, str) else set(asked)
        named |= {item.heal["step"]} if "step" in item.heal else set()
        if isinstance(item.asks, dict):
            named |= set(item.asks)
            known = {"guards": guards, "said": fields, "papers_of": set(book.form_versions)}[item.check]
            assert {one for many in item.asks.values() for one in many} <= known, item.code
        elif item.check == "late":
            assert set(item.asks) <= clocks
        elif item.check == "order":
            named |= {one for group in item.asks for one in group}
        assert named <= steps, (item.code, named - steps)
