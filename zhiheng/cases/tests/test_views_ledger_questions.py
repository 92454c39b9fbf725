"""The dry run's page shows what was understood, asks what it cannot know, and imports what was answered."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhiheng.cases.ledger.tests.ledger_files import write_xlsx
from zhiheng.cases.models import Case

HEADER = "办案单位,决定书文号,当事人,案由,决定日期,案值,罚款金额（万元）,店员"
LINES = [f"渝北区局,渝北市监处罚〔2024〕{n}号,青禾{n}商行,假冒专利,2024-05-06,1200,0.3,冉某" for n in (1, 2)]
TOTAL = "合计,,,,,2400,0.5,"


def sent(client, text):
    upload = SimpleUploadedFile("台账.csv", text.encode())
    return client.post(reverse("ledger_new"), {"file": upload})


def token(page):
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def test_a_question_is_answered_on_the_page_and_the_answer_is_imported(world, signed_in):
    client = signed_in(world.city.planner)
    page = sent(client, "\n".join([HEADER, *LINES, TOTAL])).content.decode()
    assert "请先回答" in page and "没有写金额单位" in page and "确认导入" not in page
    names = set(re.findall(r'type="radio" name="([^"]+)"', page))
    assert len(names) == 1
    answered = client.post(
        reverse("ledger_answer"), {"token": token(page), names.pop(): "元"}
    ).content.decode()
    assert "请先回答" not in answered and "确认导入" in answered
    assert not Case.objects.exists()
    client.post(reverse("ledger_confirm"), {"token": token(answered)})
    assert [case.case_value_fen for case in Case.objects.order_by("doc_no")] == [120_000, 120_000]


def test_the_dry_run_shows_units_unread_columns_and_sums_beside_the_sheets_own(world, signed_in):
    client = signed_in(world.city.planner)
    text = "\n".join([HEADER.replace("案值", "案值（元）"), *LINES, TOTAL])
    page = sent(client, text).content.decode()
    assert "万元（表头）" in page and "元（表头）" in page
    assert "店员" in page and "不认识" in page
    sums = page[page.index('id="sums"') :]
    assert "2,400" in sums and "一致" in sums
    assert "6,000" in sums and "5,000" in sums and "不一致" in sums


def test_an_answer_for_a_file_that_is_gone_is_refused_in_words(world, signed_in):
    client = signed_in(world.city.planner)
    response = client.post(reverse("ledger_answer"), {"token": "x"}, follow=True)
    assert "试导入已过期" in response.content.decode()


def test_one_heading_in_two_units_is_shown_as_two(world, signed_in, tmp_path):
    head = ["办案单位", "决定书文号", "当事人", "案由", "决定日期", "罚款金额"]
    one = ["渝北区局", "渝北市监处罚〔2024〕1号", "青禾商行", "假冒专利", "2024-05-06", 3000]
    path = write_xlsx(tmp_path / "台账.xlsx", [["单位：元"], head, one], [head, one])
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    page = signed_in(world.city.planner).post(reverse("ledger_new"), {"file": upload}).content.decode()
    header = page[page.index('id="header"') :]
    assert "元（表上方的说明）" in header and "待回答" in header


def test_days_without_a_year_under_two_years_are_asked_about_and_shown_in_the_answered_one(world, signed_in):
    client = signed_in(world.city.planner)
    line = "渝北区局,渝北市监处罚〔2024〕1号,青禾商行,假冒专利,5月6日,1200,0.3,"
    text = "\n".join(["2023—2024年案件台账", HEADER.replace("案值", "案值（元）"), line])
    page = sent(client, text).content.decode()
    assert "没有写年份的日期是" in page and 'value="2023年"' in page and "确认导入" not in page
    [name] = set(re.findall(r'type="radio" name="([^"]+)"', page))
    answered = client.post(reverse("ledger_answer"), {"token": token(page), name: "2024年"}).content.decode()
    assert "没有写年份的读作2024年（您的回答）" in answered and "按您的回答读作2024年，请核对" in answered
    client.post(reverse("ledger_confirm"), {"token": token(answered)})
    assert [str(case.decided_on) for case in Case.objects.all()] == ["2024-05-06"]
