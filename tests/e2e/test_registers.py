"""A base from its naming to its withdrawal, an activity with its proof, a table taken in: seen as officers see them."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from zhiheng.outreach.models import Activity, EducationBase
from zhiheng.outreach.tests.publicity import hold_activity, name_base, review_base

LONG = (
    "重庆市渝北区明月湖国际科创中心知识产权文化教育传播与青少年创新实践综合示范基地（含分校区及户外展示长廊）"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def year(world):
    """A year's records, long names among them."""
    for number, name in enumerate(("重庆科技馆", "西南政法大学", LONG), 1):
        base = name_base(world, f"{name}基地", organ=name, doc_no=f"渝知发〔2024〕{number}号")
        review_base(
            world, base, findings="展陈更新及时，讲解员两名。\n建议增加开放日。", visitors=1200 * number
        )
    hold_activity(
        world.a.handler,
        "《专利法实施细则》普法宣传进园区",
        organisers=["国家知识产权局条法司"],
        place="两江新区",
    )
    hold_activity(world.a.handler, LONG, kind="exhibition", reach=195360, open_days=7, cost_fen=328_000_00)
    hold_activity(world.city.planner, "知识产权保护状况新闻发布会", kind="press", reach=None, reach_rule="")


def test_the_office_names_reviews_corrects_and_withdraws_a_base(page, world):
    page.sign_in(world.city.planner)
    page.open("/")
    page.follow(page.get_by_role("navigation", name="工作").get_by_role("link", name="普法"))
    page.shot("activities-empty")
    page.follow(page.get_by_role("main").get_by_role("link", name="教育基地"))
    page.shot("bases-empty")
    page.follow(page.get_by_role("link", name="命名基地"))
    page.follow(page.get_by_role("button", name="命名基地"))
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("请填写基地名称")
    page.shot("base-name-errors")
    page.get_by_label("基地名称").fill("重庆科技馆知识产权文化教育传播基地")
    page.get_by_label("推荐单位").select_option(label="渝北区局")
    page.get_by_label("类型").select_option(label="场馆")
    page.get_by_label("依托单位").fill("重庆科技馆")
    page.get_by_label("第几批").fill("2")
    page.get_by_label("命名日期").fill("2024.4.26")
    page.follow(page.get_by_role("button", name="命名基地"))
    expect(page.get_by_role("status")).to_contain_text("命名基地：重庆科技馆知识产权文化教育传播基地。")
    base = EducationBase.objects.get()

    page.follow(page.get_by_role("link", name="更正"))
    page.get_by_label("第几批").fill("1")
    page.get_by_label("更正理由").fill("命名文件写的是首批")
    page.shot("base-correct")
    page.follow(page.get_by_role("button", name="更正"))
    expect(page.get_by_role("main")).to_contain_text("原为“2”，沈计然")

    page.follow(page.get_by_role("link", name="登记复核"))
    page.get_by_label("复核年度").fill("2024")
    page.get_by_label("结论").select_option(label="限期整改")
    page.follow(page.get_by_role("button", name="登记复核"))
    expect(page.get_by_role("alert")).to_contain_text("限期整改的要写明整改期限")
    page.get_by_label("整改期限").fill("2030-01-01")
    page.follow(page.get_by_role("button", name="登记复核"))
    page.follow(page.get_by_role("navigation", name="所在位置").get_by_role("link", name=base.name))
    expect(page.locator("#base-reviews tbody tr")).to_have_count(1)
    page.shot("base")

    page.follow(page.get_by_role("link", name="撤销命名"))
    page.get_by_label("撤销理由").fill("场馆长期关闭")
    page.follow(page.get_by_role("button", name="撤销命名"))
    expect(page.get_by_text("已撤销", exact=True)).to_be_visible()
    page.locator("details.more summary").click()
    expect(page.get_by_role("main")).to_contain_text("现在是“已撤销”，“撤销命名”只用于“在册”")
    page.shot("base-withdrawn")


def test_a_district_keeps_an_activity_with_its_photos(page, phone, world):
    page.sign_in(world.a.handler)
    page.open("/registers/outreach/activities/")
    page.follow(page.get_by_role("link", name="登记活动"))
    page.shot("activity-new")
    page.get_by_label("活动名称").fill("知识产权进校园")
    page.get_by_label("形式").select_option(label="宣讲培训")
    page.get_by_label("开始日期").fill("2024-04-22")
    page.get_by_label("结束日期").fill("2024-04-22")
    page.get_by_label("联合举办单位").fill("渝北区教育委员会\n明月湖中学")
    page.follow(page.get_by_role("button", name="登记活动"))
    expect(page.get_by_text("待补结果", exact=True)).to_be_visible()
    page.follow(page.get_by_role("link", name="补登结果"))
    page.get_by_label("覆盖人次").fill("1,260")
    page.get_by_label("人次怎么得来").select_option(label="现场清点")
    page.follow(page.get_by_role("button", name="补登结果"))
    held = Activity.objects.get()
    assert held.reach == 1260 and held.organisers == ["渝北区教育委员会", "明月湖中学"]
    page.follow(page.get_by_role("link", name="添加附件"))
    page.get_by_label("类别").select_option(label="现场照片")
    page.get_by_label("文件").set_input_files(
        files=[{"name": f"现场{n}.png", "mimeType": "image/png", "buffer": PNG + bytes([n])} for n in (1, 2)]
    )
    page.follow(page.get_by_role("button", name="添加"))
    expect(page.get_by_role("status")).to_contain_text("已添加 2 个附件")
    expect(page.locator("#files tbody tr")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="现场1.png", exact=True).click()
    assert Path(download.value.path()).read_bytes() == PNG + b"\x01"
    page.shot("activity")
    phone.sign_in(world.a.handler)
    phone.open(f"/registers/outreach/activities/{held.pk}/")
    phone.shot("activity")


def test_lists_and_pages_at_both_widths(page, phone, world, year):
    long = EducationBase.objects.get(name__startswith=LONG[:10])
    for visitor in (page, phone):
        visitor.sign_in(world.city.planner)
        visitor.open("/registers/outreach/activities/")
        visitor.shot("activities")
        visitor.open("/registers/outreach/bases/?state=in_force")
        expect(visitor.locator(".chips")).to_contain_text("状态：在册")
        visitor.shot("bases")
        visitor.open(f"/registers/outreach/bases/{long.pk}/")
        visitor.shot("base-long")
        visitor.open("/registers/outreach/base-reviews/")
        visitor.shot("base-reviews")
        visitor.open("/registers/outreach/bases/do/name/")
        visitor.shot("base-name")


def test_a_table_is_tried_looked_at_taken_and_its_rejects_mended(page, phone, world, tmp_path):
    page.sign_in(world.city.planner)
    page.open("/registers/outreach/bases/")
    page.follow(page.get_by_role("link", name="导入登记表"))
    page.shot("import-new")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载模板").click()
    path = tmp_path / "首批基地.xlsx"
    path.write_bytes(Path(download.value.path()).read_bytes())
    book = openpyxl.load_workbook(path)
    for line in (
        ("甲中学基地", "渝北区局", "学校", "甲中学", "", 1, date(2024, 4, 26), ""),
        ("乙园区基地", "渝中区局", "工业园", "乙园区", "", "首批", "2024年4月31日", ""),
        (LONG, "渝北区局", "场馆", "丙馆", "", 1, "2024.4.26", ""),
    ):
        book.worksheets[0].append(line)
    book.save(path)
    upload(page, path)
    expect(page.locator(".counts")).to_contain_text("2将新增")
    expect(page.locator("#rejected")).to_contain_text("没有“工业园”这一项")
    page.shot("import-trial")
    phone.sign_in(world.city.planner)
    phone.open(page.url.removeprefix(page.server))
    phone.shot("import-trial")
    assert not EducationBase.objects.exists()
    page.follow(page.get_by_role("button", name="确认导入"))
    expect(page.get_by_role("status").first).to_contain_text("新增 2，更正 0，退回 1")
    page.shot("import-done")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回表").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    row = [cell.value for cell in book.worksheets[0][2]]
    for column, value in (("类型", "园区"), ("第几批", 1), ("命名日期", "2024-04-26")):
        book.worksheets[0].cell(2, [c.value for c in book.worksheets[0][1]].index(column) + 1, value)
    assert "没有“工业园”这一项" in row[-2]
    book.save(path)
    page.open("/registers/outreach/bases/import/")
    upload(page, path)
    page.follow(page.get_by_role("button", name="确认导入"))
    assert EducationBase.objects.count() == 3
    page.open("/registers/outreach/bases/import/")
    page.shot("import-history")


def upload(page, path: Path) -> None:
    page.get_by_label("登记表").set_input_files(path)
    page.follow(page.get_by_role("button", name="试导入"))
