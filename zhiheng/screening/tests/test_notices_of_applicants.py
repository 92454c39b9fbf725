"""Papers of the work: one notice for an applicant's applications, numbered once, kept with what was done about each."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest

from zhiheng.documents import services as documents
from zhiheng.documents.models import NumberSeries
from zhiheng.matters import services as matters
from zhiheng.refusal import Refused
from zhiheng.screening import notices
from zhiheng.screening.models import ApplicationAct, Stage
from zhiheng.screening.tests.received import (
    AFTER,
    IN_B,
    RECEIVED,
    faults_of_filings,
    number,
    of,
    received_and_split,
    row,
)

BY = date(2024, 3, 20)


@pytest.fixture
def received(world):
    rows = [
        row(n, applicant="甲公司" if n <= 2 else f"示例{n}公司", address="" if n > 9 else row(n)[4])
        for n in (1, 2, 3)
    ]
    return received_and_split(world, [*rows, row(4, address=IN_B)])


def words(data: bytes) -> str:
    paper = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in paper.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def issue(world, received, *numbers, who=None, **answers):
    return notices.issue(
        actor=who or world.a.handler,
        on=RECEIVED,
        applications=[of(received, n).pk for n in numbers],
        act="notify",
        answers={"reply_by": BY, **answers},
    )


def test_an_applicant_gets_one_numbered_notice_for_all_of_its_applications(world, received):
    made = issue(world, received, 1, 2, 3)
    by_number = {act.application.number: act for act in made}
    one, two, three = (by_number[number(n)] for n in (1, 2, 3))
    assert one.data["number"] == two.data["number"] != three.data["number"]
    notice = next(kept for kept in one.data["files"] if kept["name"].startswith("非正常专利申请核查通知书"))
    text = words(documents.read(notice["digest"]))
    assert number(1) in text and number(2) in text and number(3) not in text
    assert "甲公司" in text and "2024年3月20日" in text and one.data["number"] in text
    assert "由国家知识产权局依法认定" in text
    assert of(received, 1).stage == Stage.ASSIGNED
    assert not faults_of_filings()


def test_a_notice_that_is_refused_draws_no_number(world, received):
    with pytest.raises(Refused, match="早于办理日期"):
        issue(world, received, 1, reply_by=date(2024, 3, 1))
    with pytest.raises(Refused, match="通知不能写得更晚"):
        issue(world, received, 1, reply_by=date(2024, 4, 30))
    with pytest.raises(Refused):
        issue(world, received, 1, who=world.b.handler)
    with pytest.raises(Refused, match="由渝北区局办理"):
        issue(world, received, 1, who=world.city.handler)
    assert not ApplicationAct.objects.exists()
    assert not NumberSeries.objects.filter(code="非正核").exists()


def test_sheets_filled_in_by_hand_are_printed_from_the_application(world, signed_in, received):
    visitor = signed_in(world.a.handler)
    for code, heading in (("ABN-04", "专利申请情况说明"), ("ABN-05", "非正常专利申请核查笔录")):
        answer = visitor.get(f"/screening/applications/{of(received, 1).pk}/papers/{code}.docx")
        text = words(b"".join(answer.streaming_content))
        assert heading in text and number(1) in text and number(2) in text and number(3) not in text
    assert visitor.get(f"/screening/applications/{of(received, 1).pk}/papers/ABN-03.docx").status_code == 404
    stranger = signed_in(world.b.handler)
    assert stranger.get(f"/screening/applications/{of(received, 1).pk}/papers/ABN-04.docx").status_code == 404


def test_the_letter_to_the_districts_counts_what_each_got(world, received):
    matters.take_step(
        actor=world.city.handler,
        record=received,
        step="split_list",
        data={"district_due": AFTER},
        on=RECEIVED,
    )
    paper = received.matter.folder.papers.get(form="ABN-02")
    text = words(documents.read(paper.digest))
    assert "渝北区局" in text and "渝中区局" in text and "2024年4月1日" in text
    assert paper.number


def test_on_the_page_a_notice_is_made_and_downloaded_from_the_history(
    world, signed_in, received, monkeypatch
):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: RECEIVED)
    visitor = signed_in(world.a.handler)
    one = of(received, 1)
    form = visitor.get(f"/screening/applications/{one.pk}/do/notify/").content.decode()
    assert 'name="reply_by"' in form and 'name="number"' not in form
    page = visitor.post(
        f"/screening/applications/{one.pk}/do/notify/", {"reply_by": "2024-03-20"}, follow=True
    )
    text = page.content.decode()
    assert "非正常专利申请核查通知书-" in text and "专利申请情况说明-" in text
