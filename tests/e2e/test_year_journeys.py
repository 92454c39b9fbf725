"""An activity with its proof up to the number it counts in; a case sent to another province and one that came; districts side by side; a
report written from highlights, from what districts send and from a number entered with its proof."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.year import record_the_year
from zhiheng.exchange import services
from zhiheng.exchange.models import Incoming
from zhiheng.exchange.tests.neighbour import AT, know, package, write
from zhiheng.outreach.models import Activity
from zhiheng.reports.models import ManualFigure, Release

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def on(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: date(2024, 12, 20))


def test_an_activity_with_its_proof_is_a_row_of_its_figure(page, world, on):
    page.sign_in(world.a.handler)
    page.open("/registers/outreach/activities/")
    page.follow(page.get_by_role("link", name="登记活动"))
    page.get_by_label("活动名称").fill("知识产权进校园宣讲")
    page.get_by_label("形式").select_option(label="宣讲培训")
    page.get_by_label("开始日期").fill("2024-05-16")
    page.get_by_label("结束日期").fill("2024-05-16")
    page.get_by_label("走进").select_option(label="进学校")
    page.get_by_label("覆盖人次").fill("320")
    page.get_by_label("人次怎么得来").select_option(label="签到或门票")
    page.shots("activity-form")
    page.follow(page.get_by_role("button", name="登记活动"))
    page.follow(page.get_by_role("link", name="添加附件"))
    page.get_by_label("类别").select_option(label="签到表")
    page.get_by_label("文件").set_input_files(
        files=[{"name": "签到表.png", "mimeType": "image/png", "buffer": PNG}]
    )
    page.follow(page.get_by_role("button", name="添加"))
    expect(page.locator("#files tbody tr")).to_have_count(1)
    page.shots("activity-with-proof")
    held = Activity.objects.get()

    for figure, value in (("pub.into.school", "1"), ("pub.reach", "320")):
        page.open(f"/reports/2024/figures/{figure}/")
        expect(page.locator("#figure-value")).to_have_text(value)
    page.shots("activity-figure")
    page.follow(page.get_by_role("main").get_by_role("link", name=held.name).first)
    expect(page.locator("#files")).to_contain_text("签到表.png")


def test_a_case_is_sent_to_another_province_and_one_that_came_becomes_a_letter_and_a_case(page, world, on):
    know(world, address="http://127.0.0.1:9")
    letter = write(world)
    page.sign_in(world.city.handler)
    page.open(f"/registers/enforcement/letters/{letter.pk}/")
    page.follow(page.get_by_role("link", name="发送协作包"))
    page.get_by_label("协作对象").select_option(label="四川省局")
    page.get_by_label("案情和请求").fill("请协助核实生产企业。")
    page.follow(page.get_by_role("button", name="发送协作包"))
    expect(page.get_by_text("待送达", exact=True)).to_be_visible()
    services.wait_for_delivery(at=AT)
    services.failed(outgoing=letter.outgoing.get(), why="连不上 http://127.0.0.1:9：拒绝连接", at=AT)
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("拒绝连接")
    page.shots("package-not-delivered")
    page.follow(page.get_by_role("link", name="立即再送"))
    page.follow(page.get_by_role("button", name="再送"))

    page.open("/registers/exchange/incoming/")
    page.follow(page.get_by_role("link", name="读入协作包或回执"))
    changed = package().replace("销往".encode(), "销住".encode())
    for data, words in ((changed, "文件“说明.txt”的内容与清单所列摘要不符"), (package(), "")):
        file = {"name": "来包.zhp", "mimeType": "application/octet-stream", "buffer": data}
        page.get_by_label("文件").set_input_files(files=[file])
        page.follow(page.get_by_role("button", name="读入"))
        if words:
            expect(page.get_by_role("alert")).to_contain_text(words)
            page.shots("package-tampered")
    expect(page.get_by_role("main")).to_contain_text("说明.txt")
    page.shots("package-received")
    page.follow(page.get_by_role("link", name="登记为函件"))
    page.follow(page.get_by_role("button", name="登记"))
    assert Incoming.objects.get().letter_id
    page.shots("letter-received")
    page.follow(page.get_by_role("link", name="登记案源"))
    expect(page.get_by_label("线索内容")).to_have_value("四川省局以川知函〔2024〕7号移送：侵权榨菜线索。")
    page.shots("case-from-letter")
    page.open("/exchange/key/")
    page.shots("exchange-key")


def test_districts_stand_side_by_side_and_officers_with_their_work(page, world, on):
    record_the_year(world)
    page.sign_in(world.city.planner)
    page.open("/reports/2024/districts/")
    page.shots("districts")
    page.follow(page.get_by_role("link", name="检查市场主体"))
    expect(page.get_by_role("main")).to_contain_text("不排名次")
    page.follow(page.get_by_role("navigation", name="工作").get_by_role("link", name="人员工作量"))
    page.shots("workload")
    page.open("/")
    page.shots("home-in-december")


def test_a_report_is_written_from_highlights_contributions_and_a_proven_number(page, world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: date(2025, 1, 20))
    record_the_year(world)
    page.sign_in(world.city.planner)
    page.open("/reports/")
    page.follow(page.get_by_role("link", name="区县供稿"))
    page.follow(page.get_by_role("link", name="向多个区县约稿"))
    page.get_by_label("题目").fill("纠纷化解情况")
    page.get_by_label("渝中区局").check()
    page.get_by_label("写入哪一部分").select_option(label="纠纷化解")
    page.get_by_label("供稿期限").fill("2025-01-25")
    page.shots("districts-asked")
    page.follow(page.get_by_role("button", name="约稿"))

    page.sign_in(world.b.handler)
    page.open("/")
    page.follow(page.get_by_role("link", name="待供稿"))
    page.follow(page.get_by_role("main").get_by_role("link", name="纠纷化解情况").first)
    page.follow(page.get_by_role("link", name="供稿", exact=True))
    page.get_by_role("textbox", name="供稿").fill("渝中区设立调解工作站。")
    page.follow(page.get_by_role("button", name="供稿"))
    expect(page.get_by_text("待选用", exact=True)).to_be_visible()

    page.sign_in(world.city.planner)
    page.open("/registers/reports/highlights/")
    page.follow(page.get_by_role("link", name="从记录提出"))
    page.follow(page.get_by_role("link", name="2024年"))
    page.get_by_label("示例典型案").check()
    page.shots("highlights-proposed")
    page.follow(page.get_by_role("button", name="登记为亮点"))

    page.open("/reports/2024/")
    page.follow(page.get_by_role("button", name="起草发布稿"))
    page.shots("report-materials")
    for block, words in (("#highlights", "入选"), ("#contributions", "渝中区设立调解工作站")):
        row = page.locator(f"{block} li", has_text=words)
        page.follow(row.get_by_role("button", name="写入文稿"))
        expect(page.locator("article")).to_contain_text(words)
    draft, number = Release.objects.get(), ManualFigure.objects.get()
    page.follow(page.get_by_role("link", name="修改文稿"))
    words = page.get_by_label("文稿")
    words.fill(words.input_value() + f"\n开展联合培训{{{number.place}}}场。")
    page.follow(page.get_by_role("button", name="保存"))
    expect(page.locator("#typed")).to_contain_text("没有依据")
    page.follow(page.get_by_role("button", name="送审"))
    expect(page.get_by_role("alert").first).to_contain_text("没有附依据")
    page.shots("report-unproven")
    page.follow(page.locator("article .figure-manual"))
    page.follow(page.get_by_role("link", name="添加附件"))
    page.get_by_label("类别").select_option(label="依据")
    page.get_by_label("文件").set_input_files(
        files=[{"name": "台账.png", "mimeType": "image/png", "buffer": PNG}]
    )
    page.follow(page.get_by_role("button", name="添加"))
    page.open(f"/reports/releases/{draft.pk}/")
    page.follow(page.get_by_role("button", name="送审"))
    expect(page.get_by_role("main")).to_contain_text("待合法性审查")
