"""The workbench: what waits for me, what is late, what I did last; each count opens its rows."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.casework import Worker
from zhiheng.matters import services
from zhiheng.matters.engine import procedure_of


def propose(worker: Worker, code: str):
    """Send a step up and leave it there."""
    step = procedure_of(worker.case.matter.proceeding.version).steps[code]
    return services.take_step(
        actor=worker.cast.handler, record=worker.case, step=code, data=worker.data(step), on=worker.on
    )


def test_the_workbench_shows_what_is_due_and_leads_to_it(page, phone, world, monkeypatch):
    today = date(2024, 9, 2)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: today)
    late = Worker(world.a, on=today - timedelta(days=60))
    late.register(title="示例区某某百货经营部涉嫌销售侵犯注册商标专用权商品并拒不改正案（名称较长的一件）")
    late.step("start_verification")
    waiting = Worker(world.a, on=today - timedelta(days=3))
    waiting.register(title="示例区另一商行涉嫌假冒专利案")
    waiting.step("start_verification")
    waiting.wait(2).step("record_inspection")
    propose(waiting, "file_case")
    for visitor in (page, phone):
        visitor.sign_in(world.a.unit_head)
        visitor.open("/")
        visitor.shot("workbench")
    page.follow(page.get_by_role("link", name="超期时限"))
    expect(page.locator(".list-foot")).to_contain_text("共 1 项")
    page.shot("clocks-late")
    page.open("/")
    page.follow(page.get_by_role("link", name="待我审批"))
    expect(page.get_by_role("heading", level=1)).to_have_text("待办")
    page.follow(page.get_by_role("link", name="示例区另一商行涉嫌假冒专利案"))
    expect(page.get_by_role("button", name="同意")).to_be_visible()
    page.sign_in(world.a.handler)
    page.open("/")
    page.shot("workbench-handler")
    expect(page.get_by_role("row", name="示例区另一商行涉嫌假冒专利案")).not_to_have_count(0)
