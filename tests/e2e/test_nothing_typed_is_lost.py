"""Nothing typed is lost: the session ends, two windows, a return, the browser's back; and work comes to one in a row."""

from __future__ import annotations

import re
from datetime import date

from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from tests.casework import Worker
from zhiheng.matters import services
from zhiheng.matters.models import Draft

ON = date(2024, 9, 2)
WORDS = "货架上陈列标有“示例牌”商标的商品一百二十件。"


def at(monkeypatch, world, **given) -> Worker:
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    work = Worker(world.a, on=ON)
    work.register(**given)
    work.step("start_verification")
    return work


def test_what_was_typed_outlives_its_session_and_two_windows_are_told(page, phone, world, monkeypatch):
    work = at(monkeypatch, world)
    address = f"/cases/{work.case.pk}/steps/record_inspection/"
    page.sign_in(world.a.handler)
    page.open(address)
    page.get_by_label("现场情况").fill(WORDS)
    expect(page.locator("[data-draft-state]")).to_contain_text("草稿已存")
    # The session is gone: the page says so, keeps what is typed and does not send it into the void.
    Session.objects.all().delete()
    page.get_by_label("现场情况").fill(WORDS + "另有二十件。")
    expect(page.locator("[data-draft-state]")).to_contain_text("登录已失效")
    page.shot("session-lost")
    page.get_by_role("button", name="办理", exact=True).click()
    expect(page.get_by_label("现场情况")).to_have_value(WORDS + "另有二十件。")
    page.sign_in(world.a.handler)
    page.open(address)
    expect(page.get_by_label("现场情况")).to_have_value(re.compile(WORDS))
    # Leaving the page sent what was left to send: it may arrive after the page was opened anew.
    page.open(address)
    page.shot("draft-restored")
    # A second window of the same person saves over nothing.
    phone.sign_in(world.a.handler)
    phone.open(address)
    phone.shot("draft-restored")
    page.get_by_label("现场情况").fill("第一窗口")
    expect(page.locator("[data-draft-state]")).to_contain_text("草稿已存")
    phone.get_by_label("现场情况").fill("第二窗口")
    expect(phone.locator("[data-draft-state]")).to_contain_text("另一窗口")
    assert Draft.objects.get().data["findings"] == ["第一窗口"]
    phone.get_by_role("button", name="以本窗口为准").click()
    expect(phone.locator("[data-draft-state]")).to_contain_text("草稿已存")
    assert Draft.objects.get().data["findings"] == ["第二窗口"]


def test_what_came_back_lies_on_the_workbench_and_opens_filled(page, phone, world, monkeypatch):
    work = at(monkeypatch, world)
    work.step("record_inspection")
    proposal = work.propose("file_case")
    services.give_opinion(
        actor=world.a.unit_head,
        record=work.case,
        proposal=proposal,
        agrees=False,
        text="请写明线索来源",
        on=ON,
    )
    for visitor in (page, phone):
        visitor.sign_in(world.a.handler)
        visitor.open("/")
        visitor.shot("workbench-returned")
        visitor.follow(visitor.get_by_role("link", name="被退回"))
        visitor.follow(visitor.get_by_role("link", name="示例区某某商行涉嫌销售侵犯注册商标专用权商品案"))
        expect(visitor.get_by_role("note")).to_contain_text("请写明线索来源")
        visitor.shot("step-returned")
        visitor.open(f"/cases/{work.case.pk}/")
        visitor.shot("case-returned")
    page.open("/work/proposed/")
    page.shot("work-proposed")
    page.open("/work/done/")
    page.shot("work-done")


def test_opinions_are_given_one_after_the_other_each_looked_at(page, world, monkeypatch):
    for number in range(2):
        work = at(monkeypatch, world, title=f"第{number + 1}案")
        work.step("record_inspection")
        work.propose("file_case")
    page.sign_in(world.a.unit_head)
    page.open("/work/")
    page.follow(page.get_by_role("link", name="逐件签署意见"))
    page.shot("opinions-in-a-row")
    page.follow(page.get_by_role("button", name="同意，看下一件"))
    expect(page.get_by_role("button", name="同意，看下一件")).to_be_visible()
    page.follow(page.get_by_role("button", name="同意，看下一件"))
    expect(page.get_by_role("heading", level=1)).to_have_text("待办")
