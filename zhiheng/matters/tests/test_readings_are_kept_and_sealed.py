"""查阅记录: who read which record on which day, at the price of a statement, shown to who supervises, sealed when the day is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.casework import Worker
from tests.drafting import TextWorker
from zhiheng.audit.models import Entry
from zhiheng.audit.verification import verify
from zhiheng.matters import readings
from zhiheng.matters.models import Reading
from zhiheng.registers import services as records
from zhiheng.registers.declaration import DeclarationError, find
from zhiheng.reviews.models import POINTS, Finding
from zhiheng.screening.tests.received import received_and_split

pytestmark = pytest.mark.django_db

DAY = date(2024, 6, 3)
AT = timezone.make_aware(datetime(2024, 6, 3, 10, 0))


@pytest.fixture(autouse=True)
def nothing_remembered():
    readings.forget()
    yield
    readings.forget()


@pytest.fixture
def case(world):
    work = Worker(world.a)
    work.to_filed()
    return work.case


def test_pages_files_and_previews_of_a_record_are_one_reading_of_the_day(case, world, signed_in):
    client, page = signed_in(world.a.unit_head), reverse("case", args=[case.pk])
    for tab in ("work", "papers", "evidence", "timeline", "history"):
        client.get(f"{page}?tab={tab}")
    paper = case.matter.folder.papers.first()
    client.get(reverse("case-paper", args=[case.pk, paper.pk]))
    row = Reading.objects.get()
    assert (row.person, row.record_id, row.unit, row.times) == (world.a.unit_head, case.pk, case.unit, 1)
    # What was carried away stands in the ledger of acts besides.
    assert Entry.objects.filter(action="下载文件", actor_id=world.a.unit_head.pk).count() == 1


def test_a_list_and_a_page_that_is_not_theirs_leave_nothing(case, world, signed_in):
    signed_in(world.a.unit_head).get(reverse("cases"))
    assert signed_in(world.b.handler).get(reverse("case", args=[case.pk])).status_code == 404
    assert not Reading.objects.exists()


def test_a_reading_costs_one_statement_and_the_same_again_none(case, world):
    with CaptureQueriesContext(connection) as first:
        readings.note(actor=world.a.handler, record=case, at=AT)
    with CaptureQueriesContext(connection) as again:
        readings.note(actor=world.a.handler, record=case, at=AT + readings.AGAIN / 2)
    assert (len(first), len(again)) == (1, 0)


def test_hours_later_it_counts_again_in_the_same_row_and_the_next_day_in_another(case, world):
    for at in (AT, AT + timedelta(hours=2), AT + timedelta(hours=5), AT + timedelta(days=1)):
        readings.note(actor=world.a.handler, record=case, at=at)
    assert list(Reading.objects.order_by("on").values_list("on", "times", "first_at", "last_at")) == [
        (DAY, 3, AT, AT + timedelta(hours=5)),
        (DAY + timedelta(days=1), 1, AT + timedelta(days=1), AT + timedelta(days=1)),
    ]


def test_another_process_adds_to_the_same_row(case, world):
    readings.note(actor=world.a.handler, record=case, at=AT)
    readings.forget()
    readings.note(actor=world.a.handler, record=case, at=AT + timedelta(minutes=1))
    assert Reading.objects.get().times == 2


def test_heads_and_auditors_see_readings_of_their_units_and_nobody_else(case, world, signed_in):
    other = Worker(world.b)
    other.register(title="渝中区的案件")
    for record, who in ((case, world.city.chief), (other.case, world.b.unit_head)):
        readings.note(actor=who, record=record, at=AT)
    told = {
        who: signed_in(who).get(reverse("readings"))
        for who in (world.a.unit_head, world.city.auditor, world.a.handler, world.city.admin)
    }
    own = told[world.a.unit_head].content.decode()
    assert world.city.chief.name in own and "渝中区的案件" not in own
    every = told[world.city.auditor].content.decode()
    assert "渝中区的案件" in every and world.b.unit_head.name in every
    assert [told[who].status_code for who in (world.a.handler, world.city.admin)] == [403, 403]
    page = reverse("case", args=[case.pk]) + "?tab=history"
    assert "谁看过本案" in signed_in(world.a.unit_head).get(page).content.decode()
    assert "谁看过本案" not in signed_in(world.a.handler).get(page).content.decode()


def told() -> list[str]:
    return [fault for fault in verify().faults if "查阅记录与封存时不符" in fault]


def test_days_gone_by_are_sealed_once_and_held_by_verification(case, world):
    for days in range(3):
        readings.note(actor=world.a.handler, record=case, at=AT + timedelta(days=days))
    assert readings.seal(before=DAY + timedelta(days=2)) == 2
    assert readings.seal(before=DAY + timedelta(days=2)) == 0
    assert not told()
    for change in (
        {"times": 9},
        {"person": world.a.unit_head},
        {"title": "别的案件"},
        {"last_at": AT + timedelta(hours=9)},
    ):
        kept = Reading.objects.filter(on=DAY).values().get()
        Reading.objects.filter(on=DAY).update(**change)
        assert told(), change
        Reading.objects.filter(on=DAY).update(**kept)
    assert not told()
    Reading.objects.filter(on=DAY).delete()
    assert told()


# ------------------------------------------------------------------ other pages that show content of matters


def test_a_list_an_application_and_a_group_leave_a_reading_each(world, signed_in):
    received = received_and_split(world)
    application = received.applications.filter(unit=world.a.unit).first()
    client = signed_in(world.city.handler)
    for address in (
        reverse("screening", args=[received.pk]),
        reverse("application", args=[application.pk]),
        reverse("application-pack", args=[application.pk]),
    ):
        assert client.get(address).status_code == 200
    read = dict(Reading.objects.values_list("kind", "record_id"))
    assert read == {"abnormal": received.pk, "screening.application": application.pk}
    told = signed_in(world.city.chief).get(reverse("readings")).content.decode()
    assert reverse("application", args=[application.pk]) in told


def test_the_text_of_a_draft_leaves_a_reading(world, signed_in):
    text = TextWorker(world.city)
    text.write()
    readings.forget()
    Reading.objects.all().delete()
    assert signed_in(world.city.leader).get(reverse("draft-text", args=[text.project.pk])).status_code == 200
    assert Reading.objects.get().record_id == text.project.pk


def test_a_review_of_a_closed_case_leaves_a_reading_and_who_runs_the_system_sees_none(world, signed_in):
    reviews = find("case-reviews")
    answers = {
        "subject": "某商行侵权案", "number": "渝北市监处罚〔2024〕1号", "case_unit": world.a.unit.short_name,
        "reviewer": world.city.case_reviewer, "reviewed_on": DAY, **dict.fromkeys(POINTS, Finding.GOOD),
    }  # fmt: skip
    made = records.begin(
        actor=world.city.case_reviewer, on=DAY, register=reviews, act=reviews.begin, answers=answers
    )
    address = reviews.url("record", made.pk)
    assert signed_in(world.city.chief).get(address).status_code == 200
    row = Reading.objects.get()
    assert (row.kind, row.record_id, row.title) == ("reviews.casereview", made.pk, "某商行侵权案")
    assert signed_in(world.city.admin).get(address).status_code == 404
    assert "某商行" not in signed_in(world.city.admin).get(reviews.url("records")).content.decode()
    entry = Entry.objects.get(subject_kind="reviews.casereview")
    assert signed_in(world.city.admin).get(reverse("audit-entry", args=[entry.seq])).status_code == 404
    assert address in signed_in(world.city.auditor).get(reverse("readings")).content.decode()


def test_a_register_that_tells_of_matters_must_say_both(world):
    """Kept from who runs the system and noted when it is read, or neither: half of it stops the start."""
    reviews = find("case-reviews")
    with pytest.raises(DeclarationError, match="二者缺一"):
        replace(reviews, noted=None)
    with pytest.raises(DeclarationError, match="二者缺一"):
        replace(find("text-reviews"), noted=reviews.noted)
