"""On a wide screen the paper stands beside its form and follows the typing; on a phone a button opens it; approvers see it too."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from playwright.sync_api import expect

from tests.casework import Worker

ON = date(2024, 9, 2)


def test_the_paper_follows_what_is_typed_and_says_where_each_sentence_came_from(
    page, phone, world, monkeypatch
):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    work = Worker(world.a, on=ON)
    work.register()
    work.step("start_verification")
    page.sign_in(world.a.handler)
    page.open(f"/cases/{work.case.pk}/steps/record_inspection/")
    paper = page.get_by_label("文书预览")
    expect(paper).to_contain_text("现场笔录")
    field = page.get_by_label("现场情况")
    field.fill("货架上陈列侵权商品一百二十件。")
    expect(paper).to_contain_text("货架上陈列侵权商品一百二十件。")
    expect(field).to_be_focused()
    paper.get_by_text("货架上陈列侵权商品一百二十件。").click()
    expect(paper.get_by_role("status")).to_contain_text("本步骤填写的“现场情况”")
    page.shot("paper-beside-the-form")
    phone.sign_in(world.a.handler)
    phone.open(f"/cases/{work.case.pk}/steps/record_inspection/")
    expect(phone.get_by_label("文书预览")).to_be_hidden()
    expect(phone.get_by_role("button", name="预览文书")).to_be_visible()
    phone.shot("paper-by-a-button")
    work.step("record_inspection")
    proposal = work.propose("file_case")
    for visitor in (page, phone):
        visitor.sign_in(world.a.unit_head)
        visitor.open(f"/cases/{work.case.pk}/proposals/{proposal.pk}/")
        expect(visitor.get_by_text("草稿", exact=True).first).to_be_visible()
        visitor.shot("approval-with-its-paper")
