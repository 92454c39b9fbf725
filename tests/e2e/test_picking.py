"""What need not be typed is picked: articles from the law book, a moment from the browser's calendar and clock; typing works all the same."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.casework import Worker

ON = date(2024, 9, 2)


@pytest.fixture
def case(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    work = Worker(world.a, on=ON)
    work.to_filed()
    return work.case


def test_articles_are_picked_with_the_keyboard_and_added_to_what_is_typed(page, phone, world, case):
    for visitor in (page, phone):
        visitor.sign_in(world.a.handler)
        visitor.open(f"/cases/{case.pk}/steps/close_investigation/")
    for visitor in (page, phone):
        field = visitor.locator('[name="law_breached"]')
        field.fill("商标法第五十七条第三项")
        button = field.locator("xpath=following-sibling::button")
        expect(button).to_have_text("从法规库选条文")
        button.focus()
        visitor.keyboard.press("Enter")
        sheet = visitor.get_by_role("dialog")
        expect(sheet).to_contain_text("输入法规名称")
        sheet.get_by_role("searchbox").fill("商标侵权")
        expect(sheet.locator(".take").first).to_contain_text("第六十条第二款")
        visitor.shot("articles-picked")
        visitor.check()
        visitor.keyboard.press("Tab")
        visitor.keyboard.press("Tab")
        visitor.keyboard.press("Enter")
        expect(sheet.locator(".taken")).to_have_count(1)
        visitor.keyboard.press("Escape")
        expect(sheet).to_have_count(0)
        expect(field).to_have_value("商标法第五十七条第三项、《中华人民共和国商标法》第六十条第二款")
        expect(field).to_be_focused()
        # The phone's was open before the other saved: the second window of the same person, who is told so.
        told = "草稿已存" if visitor is page else "另一窗口"
        expect(visitor.locator("[data-draft-state]")).to_contain_text(told)


def test_cells_of_a_table_pick_days_and_articles_as_fields_do(page, phone, world, case):
    for visitor in (page, phone):
        visitor.sign_in(world.a.handler)
        visitor.open(f"/cases/{case.pk}/steps/close_investigation/")
        rare = visitor.locator("details.form-part").filter(has_text="少用的栏目").locator("summary")
        if rare.count():  # what one has typed before stands open
            rare.click()
        rows = visitor.locator("textarea[name=acts] + .rows-typed")
        rows.get_by_role("button", name="增加一行").click()
        for at in (0, 1):
            row = rows.locator(".row-typed").nth(at)
            row.locator("input").first.fill(f"第{at + 1}项")
            day = row.get_by_label("发生日")
            expect(row.get_by_role("button", name="从日历选择").first).to_be_visible()
            picker = day.locator("xpath=following-sibling::input")
            picker.evaluate("e => { e.value = '2024-08-01'; e.dispatchEvent(new Event('change')); }")
            expect(day).to_have_value("2024-08-01")
            row.get_by_role("button", name="从法规库选条文").click()
            sheet = visitor.get_by_role("dialog")
            sheet.get_by_role("searchbox").fill("商标侵权")
            sheet.locator(".take").first.click()
            visitor.keyboard.press("Escape")
            expect(row.get_by_label("违反的条款")).to_have_value("《中华人民共和国商标法》第六十条第二款")
        typed = visitor.locator("textarea[name=acts]").input_value().split("\n")
        assert [one.split("｜")[0] for one in typed] == ["第1项", "第2项"]
        assert all(
            "2024-08-01" in one and one.endswith("《中华人民共和国商标法》第六十条第二款") for one in typed
        )
        visitor.shot("picked-in-cells")


def test_a_moment_is_picked_with_its_hour_and_may_be_typed(page, world, case):
    page.sign_in(world.a.handler)
    page.open(f"/cases/{case.pk}/steps/seize_urgently/")
    field = page.get_by_label("当场采取措施的时间")
    field.fill("2024-09-02 09:05")
    picker = field.locator("xpath=following-sibling::input")
    expect(picker).to_have_attribute("type", "datetime-local")
    expect(page.get_by_role("button", name="选择日期和时间")).to_be_visible()
    # The browser's own picker cannot be driven; what it does when something was chosen can.
    picker.evaluate("e => { e.value = '2024-09-01T16:30'; e.dispatchEvent(new Event('change')); }")
    expect(field).to_have_value("2024-09-01 16:30")
    page.shot("moment-picked")
