"""Nothing typed is lost: the session ends, two windows, a return, the browser's back; and work comes to one in a row."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from tests.casework import Worker
from tests.world import PASSWORD, sign_in
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


def test_without_script_a_form_sent_after_its_session_ended_comes_back_filled(
    browser, server, world, monkeypatch
):
    work = at(monkeypatch, world)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    cookie = sign_in(Client(), world.a.handler).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": server}])
    page = context.new_page()
    page.goto(f"{server}/cases/{work.case.pk}/steps/record_inspection/")
    page.get_by_label("现场情况").fill(WORDS)
    page.locator("main [name=attachments]").set_input_files(
        {"name": "现场照片.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(64)}
    )
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    page.get_by_role("button", name="办理", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("登录已失效")
    page.locator("[name=username]").fill(world.a.handler.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_label("现场情况")).to_have_value(WORDS)
    expect(page.get_by_text("现场照片.png（已上传）")).to_be_visible()
    assert not work.case.matter.proceeding.steps.filter(step="record_inspection").exists()
    context.close()


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


def kept(visitor) -> None:
    expect(visitor.locator("[data-draft-state]")).to_contain_text("草稿已存")


def test_what_is_refused_stays_with_its_files_however_often_one_comes_back(page, phone, world, monkeypatch):
    work = at(monkeypatch, world)
    address = f"/cases/{work.case.pk}/steps/record_inspection/"
    page.sign_in(world.a.handler)
    page.open(address)
    page.get_by_label("检查开始时间").fill("2024-09-02 11:00")
    page.get_by_label("检查结束时间").fill("2024-09-02 09:00")
    page.get_by_label("地点").fill("某路1号")
    page.get_by_label("现场情况").fill(WORDS)
    page.locator("main [name=attachments]").set_input_files(
        {"name": "现场照片.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(64)}
    )
    for box in page.locator("main [name^=attested-]").all():
        box.check()
    page.follow(page.get_by_role("button", name="办理", exact=True))
    page.locator(".invalid-feedback").get_by_text("早于").first.wait_for()
    expect(page.get_by_text("现场照片.png（已上传）")).to_be_visible()
    page.shot("refused-kept")
    # Typing on after a refusal is no second window.
    page.get_by_label("地点").fill("某路2号")
    kept(page)
    page.open(f"/cases/{work.case.pk}/")
    page.open(address)
    expect(page.get_by_label("现场情况")).to_have_value(WORDS)
    expect(page.get_by_label("地点")).to_have_value("某路2号")
    expect(page.get_by_text("现场照片.png（已上传）")).to_be_visible()
    page.get_by_label("检查结束时间").fill("2024-09-02 12:00")
    # A double click takes the step once.
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="办理", exact=True).dblclick()
    page.get_by_text("“现场检查”已办理").wait_for()
    assert work.case.matter.proceeding.steps.filter(step="record_inspection").count() == 1
    # The browser's back shows the form that was sent; sending it once more takes nothing twice.
    page.go_back()
    page.follow(page.get_by_role("button", name="办理", exact=True))
    assert work.case.matter.proceeding.steps.filter(step="record_inspection").count() == 1
    page.open(f"/cases/{work.case.pk}/?tab=evidence")
    expect(page.get_by_role("link", name="现场照片.png").first).to_be_visible()
    page.shot("photo-is-evidence")


def test_browser_back_and_forth_and_a_withdrawn_proposal_keep_every_word(page, world, monkeypatch):
    work = at(monkeypatch, world)
    work.step("record_inspection")
    page.sign_in(world.a.handler)
    address = f"/cases/{work.case.pk}/steps/file_case/"
    page.open(address)
    page.get_by_label("核查情况").fill(WORDS)
    page.follow(page.get_by_role("link", name="取消"))
    page.go_back(wait_until="load")
    expect(page.get_by_label("核查情况")).to_have_value(WORDS)
    page.open("/")
    page.open(address)
    expect(page.get_by_label("核查情况")).to_have_value(WORDS)
    page.get_by_label("违反的条款").fill("商标法第五十七条第三项")
    page.get_by_label("违法行为发生日").fill("2024-08-01")
    page.get_by_label("统一社会信用代码或者身份证件号码").fill("92500112MA0000000N")
    page.get_by_label("住所或者住址").fill("某路1号")
    for box in page.locator("main [name^=attested-]").all():
        box.check()
    page.follow(page.get_by_role("button", name="提请审批"))
    page.get_by_text("已提请").first.wait_for()
    assert not Draft.objects.exists()
    page.follow(page.get_by_role("link", name="查看").first)
    page.shot("own-proposal")
    page.follow(page.get_by_role("button", name="撤回提请"))
    page.open(address)
    expect(page.get_by_role("note")).to_contain_text("提请后撤回")
    expect(page.get_by_label("核查情况")).to_have_value(WORDS)
    expect(page.get_by_label("违法行为发生日")).to_have_value("2024-08-01")


def test_doors_opinions_registers_and_ledgers_keep_what_is_typed(page, world, monkeypatch):
    work = at(monkeypatch, world)
    work.step("record_inspection")
    proposal = work.propose("file_case")
    page.sign_in(world.a.handler)
    door = "/matters/open/penalty/register_lead/"
    page.open(door)
    page.get_by_label("线索内容").fill(WORDS)
    kept(page)
    expect(page.locator("[data-preview-here]")).to_contain_text(WORDS)
    page.shot("door-with-paper")
    page.open("/")
    page.open(door)
    expect(page.get_by_label("线索内容")).to_have_value(WORDS)
    page.follow(page.get_by_role("link", name="普法").first)
    page.follow(page.get_by_role("main").get_by_role("link", name="登记活动").first)
    here = page.url
    page.get_by_label("活动名称").fill("知识产权宣传周进校园")
    kept(page)
    page.open("/")
    page.goto(here)
    expect(page.get_by_label("活动名称")).to_have_value("知识产权宣传周进校园")
    page.shot("register-draft")

    page.context.clear_cookies()
    page.sign_in(world.a.unit_head)
    opinion = f"/cases/{work.case.pk}/proposals/{proposal.pk}/"
    page.open(opinion)
    page.get_by_label("意见").fill("请补充现场照片")
    kept(page)
    Session.objects.all().delete()
    page.get_by_label("意见").fill("请补充现场照片和进货票据")
    expect(page.locator("[data-draft-state]")).to_contain_text("登录已失效")
    page.sign_in(world.a.unit_head)
    page.open(opinion)
    expect(page.get_by_label("意见")).to_have_value(re.compile("请补充现场照片"))
    page.shot("opinion-draft")

    page.context.clear_cookies()
    page.sign_in(world.city.planner)
    page.open("/cases/ledgers/new/")
    page.get_by_label("台账文件").set_input_files(
        {"name": "台账.csv", "mimeType": "text/csv", "buffer": "案件名称,当事人\n甲,乙\n".encode()}
    )
    page.get_by_label("台账年度").fill("不知道")
    page.follow(page.get_by_role("button", name="试导入"))
    page.locator(".invalid-feedback").first.wait_for()
    expect(page.get_by_text("台账.csv（已上传）")).to_be_visible()
    page.shot("ledger-kept")
    page.get_by_label("台账年度").fill("2024")
    page.follow(page.get_by_role("button", name="试导入"))
    expect(page.get_by_role("main")).to_contain_text("台账.csv")


def test_goods_are_typed_in_rows_of_cells_and_come_back_so(page, world, monkeypatch):
    work = at(monkeypatch, world)
    page.sign_in(world.a.handler)
    address = f"/cases/{work.case.pk}/steps/preserve_evidence/"
    page.open(address)
    rows = page.locator(".row-typed")
    rows.nth(0).get_by_label("名称").fill("侵权商品")
    rows.nth(0).get_by_label("数量").fill("120")
    page.get_by_role("button", name="增加一行").click()
    rows.nth(1).get_by_label("名称").fill("包装")
    kept(page)
    expect(page.locator("[data-preview-here]")).to_contain_text("包装")
    page.shots("goods-in-rows")
    page.open(address)
    expect(rows).to_have_count(2)
    expect(rows.nth(1).get_by_label("名称")).to_have_value("包装")
    rows.nth(0).get_by_role("button", name="删去").click()
    kept(page)
    assert Draft.objects.get().data["items"] == ["包装"]
    # What is wrong in a row is told, and the summary leads to the first cell.
    rows.nth(0).get_by_label("名称").fill("")
    rows.nth(0).get_by_label("数量").fill("3")
    page.follow(page.get_by_role("button", name="提请审批"))
    page.locator(".alert-danger").get_by_role("link", name="物品清单").click()
    expect(rows.nth(0).get_by_label("数量")).to_have_value("3")
