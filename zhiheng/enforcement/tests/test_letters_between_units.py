"""What a step of a case sends to another unit of the house reaches it, runs under its own clock there, and its answer is read where it was
asked (程序规定 13 to 16, 45)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.http import Http404

from tests.casework import Worker
from zhiheng.audit.verification import verify
from zhiheng.cases.family import CASE
from zhiheng.enforcement import between, leads
from zhiheng.enforcement.models import UnitLetter
from zhiheng.enforcement.tests.test_leads_become_cases import opened
from zhiheng.law import current_book
from zhiheng.matters import services as matters
from zhiheng.refusal import Refused
from zhiheng.registers import selectors, services
from zhiheng.registers.declaration import find

pytestmark = pytest.mark.django_db


def take(actor, letter, code, on, **answers):
    register = find("unit-letters")
    act = register.act(code)
    return services.take(actor=actor, on=on, register=register, record=letter, act=act, answers=answers)


def state(actor, letter, on) -> str:
    return selectors.record_for(actor, find("unit-letters"), letter.pk, on).state


@pytest.fixture
def work(world):
    return Worker(world.a).to_filed()


@pytest.fixture
def asked(work, world):
    work.step("request_assistance", assisting_body=world.b.unit.name)
    return UnitLetter.objects.get()


def test_a_request_for_help_reaches_the_unit_named_and_nobody_else(asked, work, world, signed_in):
    assert (asked.unit, asked.sender, asked.kind) == (world.b.unit, world.a.unit, "assist")
    assert (
        asked.sender_case == work.case.case_no
        and "上家经营地址" in asked.content
        and asked.sent_on == work.on
    )
    paper = work.case.matter.folder.papers.get(form="SAMR-17")
    assert asked.number == paper.number
    address = find("unit-letters").url("record", asked.pk)
    assert signed_in(world.b.handler).get(address).status_code == 200
    assert signed_in(world.a.handler).get(address).status_code == 404
    work.step("request_assistance", assisting_body="四川省某某市市场监督管理局")
    assert UnitLetter.objects.count() == 1, "a body outside the house has its paper alone"
    assert not [fault for fault in verify().faults if "往来" in fault]


@pytest.mark.parametrize(
    ("received", "due"), [(date(2024, 3, 8), date(2024, 3, 29)), (date(2024, 4, 3), date(2024, 4, 25)), (date(2024, 4, 30), date(2024, 5, 23))]
)  # fmt: skip
def test_help_is_given_in_fifteen_working_days_from_the_day_the_letter_came(asked, world, received, due):
    """By hand: 8 March is a Friday, fifteen working days on is the 29th; over 清明 (4 and 5 April, the 7th worked) and 劳动节 (1 to 5 May,
    28 April and 11 May worked)."""
    asked = take(world.b.handler, asked, "receive", received, received_on=received)
    assert asked.answer_by == due
    assert state(world.b.handler, asked, due) == "open"
    assert state(world.b.handler, asked, date.fromordinal(due.toordinal() + 1)) == "late"


def test_a_delay_is_told_before_the_time_is_over_and_not_after(asked, world):
    asked = take(world.b.handler, asked, "receive", date(2024, 3, 8), received_on=date(2024, 3, 8))
    more = {"extended_until": date(2024, 4, 12), "extension_why": "经营者外出未归"}
    with pytest.raises(Refused, match="期限已于2024-03-29届满"):
        take(world.b.handler, asked, "extend", date(2024, 4, 1), told_on=date(2024, 4, 1), **more)
    asked = take(world.b.handler, asked, "extend", date(2024, 3, 29), told_on=date(2024, 3, 29), **more)
    assert state(world.b.handler, asked, date(2024, 4, 12)) == "extended"
    assert state(world.b.handler, asked, date(2024, 4, 13)) == "late"


def test_what_was_answered_begins_the_form_of_who_asked_and_stands_on_its_page(asked, work, world, signed_in):
    asked = take(world.b.handler, asked, "receive", date(2024, 3, 8), received_on=date(2024, 3, 8))
    take(
        world.b.handler,
        asked,
        "answer",
        date(2024, 3, 20),
        answered_on=date(2024, 3, 20),
        answer="该址无此经营者，已制作现场笔录。",
    )
    assert between.answered(work.case, ["assist"]) == "该址无此经营者，已制作现场笔录。"
    client = signed_in(world.a.handler)
    page = client.get(f"/cases/{work.case.pk}/relations/").content.decode()
    assert "该址无此经营者" in page and asked.number in page
    begins = CASE.known["assistance_result"](SimpleNamespace(record=work.case))
    assert begins == "该址无此经营者，已制作现场笔录。"
    assert signed_in(world.b.handler).get(f"/cases/{work.case.pk}/relations/").status_code == 404


def test_a_case_handed_over_becomes_one_there_and_is_not_handed_on(world, work, signed_in):
    work.step("transfer_out", transfer_to=world.b.unit.short_name)
    letter = UnitLetter.objects.get()
    day = date(2024, 3, 18)
    assert take(world.b.handler, letter, "receive", day, received_on=day).answer_by == date(2024, 4, 9)
    with pytest.raises(Http404):
        leads.UNIT_LETTERS.found(world.a.handler, letter.pk, day)
    case = opened(
        world.b.handler,
        leads.UNIT_LETTERS.address(letter.pk),
        party_name="某某商行",
        party_type="individual_business",
    )
    letter.refresh_from_db()
    assert (
        letter.lead_no == case.lead_no != "" and case.source == "transfer" and case.title == work.case.title
    )
    assert between.handed_over(case) == letter and between.letters_of(case) == ([], [letter])
    play = Worker(world.b, date(2024, 6, 3))
    play.case = case
    matters.assign_officers(
        actor=world.b.handler, record=case, people=[world.b.handler, world.b.co_handler], on=play.on
    )
    with pytest.raises(Refused, match="不得再自行移送"):
        play.step("transfer_out", transfer_to=world.a.unit.name)
    play.step("transfer_out", transfer_to="重庆市渝中区农业农村委员会", transfer_kind="other")
    assert UnitLetter.objects.count() == 1


def test_what_asks_for_help_does_not_become_a_case(asked, world):
    asked = take(world.b.handler, asked, "receive", date(2024, 3, 8), received_on=date(2024, 3, 8))
    with pytest.raises(Refused, match="来文不成案"):
        take(world.b.handler, asked, "lead", date(2024, 3, 9), lead_no="某号")


def test_the_superior_asked_to_designate_has_seven_working_days_from_the_day_it_came(world):
    work = Worker(world.a).to_filed()
    work.step("dispute_jurisdiction", other_body=world.b.unit.name)
    dispute = UnitLetter.objects.get(kind="dispute")
    dispute = take(world.b.handler, dispute, "receive", date(2024, 3, 11), received_on=date(2024, 3, 11))
    assert dispute.answer_by == date(2024, 3, 18), (
        "counted from the day of the dispute, 7 March, not from when the letter came"
    )
    work.wait(2).step("refer_jurisdiction", superior_body=world.city.unit.name)
    ruling = UnitLetter.objects.get(kind="ruling")
    assert ruling.unit == world.city.unit
    ruling = take(world.city.handler, ruling, "receive", date(2024, 3, 11), received_on=date(2024, 3, 11))
    assert ruling.answer_by == date(2024, 3, 20)
    take(
        world.city.handler,
        ruling,
        "answer",
        date(2024, 3, 15),
        answered_on=date(2024, 3, 15),
        answer="指定由贵局管辖。",
    )
    assert between.answered(work.case, ["dispute", "ruling"]) == "指定由贵局管辖。"


def test_every_step_named_is_a_step_of_the_book_that_asks_the_field_and_every_clock_is_one():
    book = current_book()
    for code, told in between.written().items():
        steps = [p.steps[code] for p in book.procedures() if code in p.steps]
        assert steps, code
        asks = {field for step in steps for field in (*step.asks, *step.may_ask, *step.inherits)}
        assert {told["field"], *told["tells"]} - {"facts"} <= asks, code
        procedure, _, clock = told.get("clock", "penalty.ordinary/verify").partition("/")
        assert all(clock in p.clocks for p in book.procedures() if p.code == procedure), code


def test_a_name_means_a_unit_in_any_spelling_and_only_one(world):
    assert between.unit_called(f" {world.b.unit.name} ") == world.b.unit
    assert between.unit_called(world.b.unit.short_name) == world.b.unit
    assert between.unit_called("") is None and between.unit_called("公安局") is None


def test_where_the_law_sets_no_time_none_is_invented(world):
    """A dispute of great effect goes up (专利法实施细则 96); neither it nor the measures say by when it is answered."""
    work = Worker(world.a, date(2025, 3, 3))
    work.register(
        "adjudication.patent",
        kind="adjudication.patent",
        cause="patent_dispute",
        source="request",
        patent_type="invention",
    )
    work.step("report_up", superior_body=world.city.unit.name, report_up_ground="industry")
    letter = UnitLetter.objects.get()
    letter = take(world.city.handler, letter, "receive", date(2025, 3, 4), received_on=date(2025, 3, 4))
    assert (letter.kind, letter.answer_by) == ("ruling", None)
    assert state(world.city.handler, letter, date(2026, 3, 4)) == "open"
    take(
        world.city.handler,
        letter,
        "answer",
        date(2025, 3, 14),
        answered_on=date(2025, 3, 14),
        answer="由我局办理。",
    )
    assert CASE.known["jurisdiction_result"](SimpleNamespace(record=work.case)) == "由我局办理。"
    work.wait(12).step("record_superior_reply", jurisdiction_result="由我局办理。")
    assert not work.case.matter.proceeding.clocks.filter(clock="designate").exists()
