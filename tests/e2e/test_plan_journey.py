"""A plan comes as a file, is handed down, falls late, is urged and returned; the board and the timeline tell it at both widths."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from zhiheng.plans.models import Share, Task
from zhiheng.plans.tests.papers import in_prose

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def today(monkeypatch):
    """The day as a person turns it on: `today(2024, 7, 1)`."""
    said = [date(2024, 3, 18)]
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: said[0])

    def turn(*day: int) -> None:
        said[0] = date(*day)

    return turn


def test_a_plan_is_read_handed_down_urged_and_returned(page, world, today):
    page.sign_in(world.city.planner)
    page.open("/")
    page.follow(page.get_by_role("navigation", name="工作").get_by_role("link", name="计划"))
    page.follow(page.get_by_role("link", name="读入计划文件"))
    page.get_by_label("计划文件").set_input_files(
        files=[{"name": "方案.docx", "mimeType": DOCX, "buffer": in_prose()}]
    )
    page.follow(page.get_by_role("button", name="读文件"))
    expect(page.get_by_role("main")).to_contain_text("没有读准的地方（2）")
    page.shots("plan-read")
    page.follow(page.get_by_role("button", name="确认登记"))
    expect(page.get_by_role("status")).to_contain_text("已登记计划")
    task = Task.objects.get(title="印发办理规程")

    page.follow(page.get_by_role("link", name="3. 印发办理规程"))
    page.follow(page.get_by_role("link", name="下达多个区县"))
    page.get_by_label("渝北区局").check()
    page.get_by_label("渝中区局").check()
    page.get_by_label("报送期限").fill("2024-06-20")
    page.follow(page.get_by_role("button", name="下达"))
    expect(page.locator("#plan-shares tbody tr")).to_have_count(2)
    page.follow(page.get_by_role("link", name="登记进展"))
    page.get_by_label("完成进度").fill("40")
    page.get_by_label("进展情况").fill("完成初稿。")
    page.follow(page.get_by_role("button", name="登记进展"))

    today(2024, 7, 2)
    page.open(f"/plans/{task.aspect.plan_id}/board/")
    expect(page.locator("#column-1")).to_contain_text("印发办理规程")
    expect(page.locator("#column-1")).to_contain_text("区县已报送 0/2")
    page.shots("plan-board")
    page.follow(page.get_by_role("link", name="进度图"))
    page.shots("plan-timeline")

    share = Share.objects.get(unit=world.a.unit)
    page.open(f"/registers/plans/plan-shares/{share.pk}/")
    page.follow(page.get_by_role("link", name="督办"))
    page.get_by_label("督办要求").fill("限三日内报送")
    page.get_by_label("督办期限").fill("2024-07-05")
    page.follow(page.get_by_role("button", name="督办"))
    expect(page.get_by_text("督办中", exact=True)).to_be_visible()

    page.sign_in(world.a.handler)
    page.open("/")
    page.follow(page.get_by_role("link", name="待报送的分工"))
    page.follow(page.get_by_role("main").get_by_role("link", name="印发办理规程").first)
    page.follow(page.get_by_role("link", name="报送完成情况"))
    page.get_by_label("完成情况").select_option(label="已完成")
    page.get_by_label("报送内容").fill("已按规程办理。")
    page.follow(page.get_by_role("button", name="报送完成情况"))
    expect(page.get_by_text("已报送", exact=True)).to_be_visible()
    page.shot("plan-share-returned")
