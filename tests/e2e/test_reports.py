"""The year's report as a person reads, opens, publishes and checks it, on the demonstration year's closed cases."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.decided import decided
from tests.world import make_unit
from zhiheng.accounts.models import Unit
from zhiheng.cases.models import Case
from zhiheng.demo.year import demonstration_year, units
from zhiheng.figures.models import Snapshot
from zhiheng.law import current_book

PUBLISHED = (
    "某市知识产权局2024年法治建设情况\n"
    "查办商标侵权案件610件，案值919.32万元，罚没金额485.99万元；查处假冒专利98件。"
    "办理专利侵权纠纷案件207件。查办非正常专利申请1408件，覆盖社会公众超过1000万人次。"
)


@pytest.fixture
def year(world):
    """The closed cases of the demonstration year, in its 42 units."""
    for row in units():
        if not Unit.objects.filter(code=row["code"]).exists():
            parent = Unit.objects.get(code=row["parent"])
            make_unit(row["code"], row["name"], row["short_name"], parent, kind=row["kind"])
    ids = dict(Unit.objects.values_list("code", "id"))
    columns = {field.name for field in Case._meta.get_fields()} - {"unit"}
    made = Case.objects.bulk_create(
        Case(
            unit_id=ids[closed.unit],
            state="ledger_closed",
            **{
                field.name: value
                for field in dataclasses.fields(closed)
                if field.name in columns and (value := getattr(closed, field.name)) is not None
            },
        )
        for closed in demonstration_year(current_book()).closed
    )
    decided(made)


def test_a_figure_in_the_text_opens_its_rows_and_a_row_its_case(page, world, year):
    page.sign_in(world.city.planner)
    page.open("/reports/")
    page.shot("report-years")
    page.follow(page.get_by_role("link", name="2024年报告"))
    expect(page.locator("article")).to_contain_text(
        "查办商标侵权案件610件，案值919.32万元，罚没金额485.99万元"
    )
    page.shot("report")
    page.follow(page.locator("article a.figure-link", has_text="485.99"))
    expect(page.locator("#figure-value")).to_have_text("485.99")
    expect(page.locator("#figure-rows")).to_have_text("610")
    page.get_by_label("单位", exact=True).select_option(label="渝中区局")
    page.get_by_label("月份", exact=True).select_option(label="5月")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".chips")).to_contain_text("渝中区局")
    # The number above the list follows the filter.
    expect(page.locator("#narrowed-rows")).to_be_visible()
    page.shot("report-figure")
    page.follow(page.locator("#listing tbody a").first)
    expect(page.get_by_role("main")).to_contain_text("决定书文号")


def test_a_published_report_is_checked_and_a_changed_case_named(page, world, year):
    page.sign_in(world.city.planner)
    page.open("/reports/2024/")
    page.follow(page.get_by_role("button", name="起草发布稿"))
    page.shot("report-draft")
    page.follow(page.get_by_role("link", name="修改文稿"))
    words = page.get_by_label("文稿")
    words.fill(words.input_value() + "\n查办商标侵权案件{enf.tm.n}件，{enf.tm.n=}。")
    page.shot("report-words")
    page.follow(page.get_by_role("button", name="保存"))
    page.follow(page.get_by_role("button", name="送审"))
    expect(page.get_by_role("main")).to_contain_text("待合法性审查")
    address = urlsplit(page.url).path
    for person, said, button in (
        (world.city.legality_reviewer, "内容合法，同意。", "同意，转签发"),
        (world.city.leader, "", "签发"),
    ):
        page.sign_in(person)
        page.open("/")
        expect(page.get_by_role("main")).to_contain_text("待办报告")
        page.open("/reports/")
        page.follow(page.get_by_role("link", name="法治建设情况").first)
        assert urlsplit(page.url).path == address
        page.get_by_label("意见或者原因").fill(said)
        page.follow(page.get_by_role("button", name=button))
    page.shot("report-signed")
    page.sign_in(world.city.planner)
    page.open(address)
    page.once("dialog", lambda dialog: dialog.accept())
    page.follow(page.get_by_role("button", name="发布"))
    expect(page.get_by_role("main")).to_contain_text("已发布")
    changed = Case.objects.filter(cause="trademark_infringement", forfeit_fen__isnull=False).first()
    changed.decisions.update(forfeit_fen=1_00)
    page.follow(page.get_by_role("link", name="核对", exact=True))
    expect(page.locator("#check")).to_contain_text("金额改变")
    expect(page.locator("#check")).to_contain_text(changed.title)
    page.shots("report-snapshot")
    with page.expect_download() as word:
        page.get_by_role("link", name="下载发布的 Word").click()
    with page.expect_download() as printed:
        page.get_by_role("link", name="PDF", exact=True).click()
    for file, ending in ((word, "docx"), (printed, "pdf")):
        page.open("/reports/")
        page.follow(page.get_by_role("link", name="核验报告"))
        page.get_by_label("报告文件").set_input_files(
            files=[
                {"name": f"发布的.{ending}", "mimeType": "", "buffer": Path(file.value.path()).read_bytes()}
            ]
        )
        page.follow(page.get_by_role("button", name="核验"))
        expect(page.locator("#found")).to_contain_text("与发布的一致")
        expect(page.locator("#check")).to_contain_text(changed.title)
    page.shots("report-verified")
    page.get_by_label("或粘贴报告正文").fill(Snapshot.objects.get().text.replace("610件", "611件"))
    page.follow(page.get_by_role("button", name="核验"))
    expect(page.locator("#found")).to_contain_text("正文有")
    expect(page.locator("#found")).to_contain_text("611件")
    page.shots("report-altered")


def click_on_the_map(page, place: list[float]) -> None:
    """Click where a place lies, in degrees."""
    plot = page.locator("#overview [data-map]")
    plot.scroll_into_view_if_needed()
    x, y = plot.evaluate(
        "(plot, at) => window.echarts.getInstanceByDom(plot).convertToPixel({geoIndex: 0}, at)", place
    )
    page.follow(_At(page, plot, x, y))


class _At:
    """A point of an element, as a control that is clicked."""

    def __init__(self, page, element, x: float, y: float) -> None:
        self.page, self.element, self.x, self.y = page, element, x, y

    def click(self) -> None:
        box = self.element.bounding_box()
        self.page.mouse.click(box["x"] + self.x, box["y"] + self.y)


def test_the_year_in_charts_leads_to_its_rows(page, world, year):
    page.sign_in(world.city.planner)
    page.open("/reports/2024/")
    page.follow(page.get_by_role("link", name="概览图"))
    expect(page.locator("#overview canvas")).to_have_count(4)  # no plan is registered, no case is open
    page.shots("report-overview")
    page.get_by_label("各单位看").select_option(label="商标侵权案件查办数（件）")
    page.follow(page.get_by_role("button", name="查看"))
    click_on_the_map(page, [109.0, 31.0])  # 云阳
    expect(page.locator("#narrowed-value")).to_be_visible()
    expect(page.locator(".chips")).to_contain_text("云阳县局")
    page.open("/reports/2024/overview/")
    click_on_the_map(page, [106.62, 29.74])
    expect(page.locator(".chips")).to_contain_text("两江新区局")


def test_the_statistical_return_opens_its_cells(page, world, year):
    page.sign_in(world.city.planner)
    page.open("/reports/2024/")
    page.follow(page.get_by_role("link", name="执法统计表"))
    expect(page.get_by_role("main")).to_contain_text("空格不是零")
    page.shots("report-return")
    page.follow(page.get_by_role("row", name="假冒专利案件").get_by_role("link").nth(1))
    expect(page.locator("#figure-rows")).to_be_visible()


def hold(visitor, text: str = PUBLISHED) -> None:
    visitor.open("/reports/reconcile/")
    visitor.get_by_label("报告年度").fill("2024")
    visitor.get_by_label("或粘贴报告正文").fill(text)
    visitor.follow(visitor.get_by_role("button", name="核对"))
    expect(visitor.locator(".claims")).to_be_visible()


def test_a_published_text_is_held_against_the_records(page, world, year):
    page.sign_in(world.city.planner)
    page.open("/reports/reconcile/")
    page.shot("reconcile-empty")
    page.follow(page.get_by_role("button", name="核对"))
    expect(page.get_by_role("alert")).to_contain_text("请选择报告文件")
    hold(page)
    expect(page.locator(".claims")).to_contain_text("查处假冒专利98件不符")
    expect(page.locator(".claims")).to_contain_text("罚没金额485.99万元相符")
    page.shot("reconciled")
    page.locator(".claims a", has_text="98件").click()
    opened = page.locator("#claim")
    expect(opened).to_contain_text("比报告所写多1件")
    expect(opened).to_contain_text("所指“假冒专利”")
    assert "/claims/" in page.url
    page.shot("claim")
    page.follow(opened.locator("a.figure-link"))
    expect(page.locator("#figure-rows")).to_have_text("99")


def test_whose_records_count_is_chosen_on_the_page(page, world, year):
    page.sign_in(world.city.planner)
    hold(page)
    expect(page.get_by_role("link", name="按原文所说")).to_have_attribute("aria-current", "true")
    page.follow(page.get_by_role("link", name="只算本级"))
    # All closed cases of the year are the districts'.
    expect(page.locator(".claims")).not_to_contain_text("相符")
    page.locator(".claims a", has_text="查办商标侵权案件610件").click()
    expect(page.locator("#claim")).to_contain_text("本级")
    page.shot("reconciled-own")
    page.follow(page.get_by_role("link", name="全部所属单位"))
    expect(page.locator("#claim")).to_contain_text("页面上选定全部所属单位")
    page.shot("claim-all-units")


def test_a_claim_that_could_be_several_things_is_left_to_a_person(page, world, year):
    page.sign_in(world.city.planner)
    hold(
        page,
        "某市知识产权局2024年简报\n全年移送线索12件，查处专利案件99件。培训执法人员120人次，其中新持证60人次。",
    )
    expect(page.locator(".claims")).to_contain_text("新持证60人次指标待定")
    page.shot("reconciled-ambiguous")
    page.follow(page.locator("#table").get_by_role("link", name="新持证60人次"))
    expect(page.locator("#claim .verdict")).to_contain_text("原文的说法与它还不够贴近。请在下面选定")
    expect(page.locator("#claim").get_by_label("这句话说的是")).to_be_visible()
    page.shot("claim-ambiguous")


def test_a_correction_is_kept_and_can_be_withdrawn(page, world, year):
    page.sign_in(world.city.planner)
    hold(page, "某市知识产权局2024年简报\n开展“护航”行动，办理护航案件610件。")
    page.locator(".claims a", has_text="610件").click()
    opened = page.locator("#claim")
    opened.get_by_label("这句话说的是").select_option(label="商标侵权案件查办数")
    opened.get_by_label("凭哪几个字认定").fill("护航案件")
    page.follow(opened.get_by_role("button", name="确认"))
    expect(page.locator("#claim")).to_contain_text("相符")
    expect(page.locator("#claim")).to_contain_text("人工确认")
    page.open("/reports/reconcile/variants/")
    page.shot("variants")
    page.follow(page.get_by_role("link", name="护航案件"))
    page.get_by_label("撤回原因").fill("今年改了口径")
    page.shot("variant")
    page.follow(page.get_by_role("button", name="撤回"))
    expect(page.locator("#listing")).to_contain_text("撤回：今年改了口径")


def test_two_texts_of_a_year_are_laid_side_by_side(page, world, year):
    page.sign_in(world.city.planner)
    hold(page)
    hold(
        page,
        "某市2024年知识产权保护白皮书\n查办商标侵权案件601件，案值超900万元。办理专利侵权纠纷案件207件。",
    )
    page.follow(page.get_by_role("link", name="某市知识产权局2024年法治建设情况"))
    expect(page.get_by_role("main")).to_contain_text("数字不同 1")
    expect(page.get_by_role("main")).to_contain_text("详略不同 1")
    page.shot("against")
    page.follow(page.get_by_role("link", name="查办商标侵权案件601件"))
    expect(page.locator("#claim")).to_contain_text("比报告所写多9件")


def test_a_district_officer_reads_the_district_s_report_on_a_phone(phone, world, year):
    phone.sign_in(world.b.leader)
    phone.open("/reports/2024/")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("渝中区")
    phone.shot("report")
    phone.follow(phone.locator("article a.figure-link").first)
    phone.shot("report-figure")
    phone.open("/reports/")
    phone.shot("report-years")
    hold(phone)
    phone.shot("reconciled")
    phone.locator(".claims a", has_text="98件").click()
    # The text is the city's; the district's records say nothing about its figures.
    expect(phone.locator("#claim")).to_contain_text("不能相比")
    expect(phone.locator("#claim")).to_contain_text("由某市知识产权局发布，不在这些记录的范围内")
    expect(phone.locator("#claim h2")).to_be_in_viewport()
    phone.shot("claim")
    phone.locator("#claim").get_by_role("link", name="回到原文").click()
    phone.open("/reports/reconcile/")
    phone.shot("reconcile")
