"""People, the ledger of what was done, and the law book, as officers open them."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import expect

from tests.world import tell_of
from zhiheng.accounts import services
from zhiheng.accounts.rights import Role


def heading(visitor, text):
    expect(visitor.get_by_role("heading", level=1)).to_have_text(text)


def test_an_administrator_adds_an_officer_with_role_and_certificate(page, phone, world):
    page.sign_in(world.a.admin)
    page.open("/people/")
    page.shot("people")
    page.follow(page.get_by_role("link", name="新增人员"))
    page.follow(page.get_by_role("button", name="保存"))
    expect(page.get_by_role("alert")).to_be_focused()
    page.shot("person-new-errors")
    page.get_by_label("姓名").fill("陶新来")
    page.get_by_label("登录名").fill("tao-xinlai")
    page.get_by_label("初始密码").fill("yi-ge-mima-1")
    page.follow(page.get_by_role("button", name="保存"))
    heading(page, "陶新来")
    page.follow(page.get_by_role("link", name="授予角色"))
    page.get_by_label("角色").select_option(label="承办人")
    page.get_by_label("任职起日").fill("2024年6月3日")
    page.follow(page.get_by_role("button", name="保存"))
    expect(page.get_by_text("已提请授予角色，由第二人核实后生效。")).to_be_visible()
    page.follow(page.get_by_role("link", name="登记执法证"))
    page.get_by_label("证号").fill("渝0100012345")
    page.get_by_label("有效期起").fill("2024.6.1")
    page.get_by_label("有效期止").fill("2024.5.1")
    page.follow(page.get_by_role("button", name="保存"))
    expect(page.locator("#id_valid_to_error")).to_contain_text("有效期止早于有效期起")
    page.shot("certificate-refused")
    page.get_by_label("有效期止").fill("2029.5.31")
    page.follow(page.get_by_role("button", name="保存"))
    heading(page, "陶新来")
    page.shot("person")
    phone.sign_in(world.a.admin)
    phone.open("/people/")
    phone.shot("people")
    phone.open(page.url.removeprefix(page.server))
    phone.shot("person")
    # A second person confirms both the account and the role.
    page.sign_in(world.a.leader)
    page.open("/people/")
    page.follow(page.get_by_role("link", name="待核实 2"))
    page.shot("confirmations")
    for _ in range(2):
        page.follow(page.get_by_role("row", name="待核实").get_by_role("link", name="陶新来").first)
        page.get_by_label("属实，同意").check()
        page.follow(page.get_by_role("button", name="确定"))
    expect(page.get_by_role("row", name="已核实")).to_have_count(2)
    phone.sign_in(world.a.leader)
    phone.open("/people/confirmations/")
    phone.shot("confirmations")


def test_filters_change_the_list_in_place_and_in_the_address(page, world):
    page.sign_in(world.city.admin)
    page.open("/people/")
    page.get_by_label("执法证").select_option(label="已过期")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".list-foot")).to_contain_text("共 1 人")
    expect(page.get_by_role("link", name="张逾期")).to_be_visible()
    assert "certificate=expired" in page.url
    page.shot("people-filtered")
    page.get_by_label("去掉条件 执法证：已过期").click()
    expect(page.get_by_role("link", name="周承安")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出表格").click()
    assert download.value.suggested_filename.startswith("人员-")


def test_the_auditor_reads_and_checks_the_ledger(page, phone, world):
    tell_of(world)
    services.grant_role(
        actor=world.a.admin,
        on=date(2024, 6, 3),
        person=world.a.handler,
        role=Role.UNIT_HEAD,
        since=date(2024, 7, 1),
    )
    services.change_person(
        actor=world.a.admin,
        on=date(2024, 6, 3),
        person=world.a.handler,
        name="朱文远",
        phone="138",
        law_qualified=True,
    )
    for visitor in (page, phone):
        visitor.sign_in(world.city.auditor)
        visitor.open("/audit/")
        visitor.shot("audit")
        visitor.open("/audit/4/")
        heading(visitor, "第 4 条：修改人员信息")
        expect(visitor.get_by_text("朱文渊 → 朱文远")).to_be_visible()
        visitor.shot("audit-entry")
    page.open("/audit/")
    page.follow(page.get_by_role("button", name="核对全部留痕"))
    expect(page.get_by_role("status")).to_contain_text("全部 4 条完好")
    page.shot("audit-check")


def test_a_handler_is_told_who_reads_the_ledger(page, world):
    page.sign_in(world.a.handler)
    page.open("/audit/", status=403)
    expect(page.get_by_text("留痕账由")).to_be_visible()
    page.shot("audit-forbidden")


def test_the_law_book_can_be_read_on_screen_and_phone(page, phone, world):
    for visitor in (page, phone):
        visitor.sign_in(world.a.handler)
        for path, name in (
            ("/law/", "law"),
            ("/law/procedures/penalty.ordinary/", "law-procedure"),
            ("/law/penalties/TM-INF/", "law-fine-rule"),
            ("/law/calendars/2024/", "law-calendar"),
            ("/law/forms/SAMR-36/", "law-form"),
            ("/law/deadline/", "law-deadlines"),
        ):
            visitor.open(path)
            visitor.shot(name)


def test_a_deadline_is_calculated_with_its_reasons(page, phone, world):
    page.sign_in(world.a.handler)
    page.open("/law/deadline/penalty.ordinary/case/")
    page.get_by_label("起算日").fill("2025年3月3日")
    page.get_by_label("扣除事由 1").select_option("testing")
    page.get_by_label("自（当日起不计入）").nth(0).fill("2025.4.10")
    page.get_by_label("恢复计算日").nth(0).fill("2025.4.25")
    page.follow(page.get_by_role("button", name="计算"))
    expect(page.get_by_role("heading", level=2)).to_contain_text("届满日 2025-06-16")
    page.shot("deadline")
    phone.sign_in(world.a.handler)
    phone.open(page.url.removeprefix(page.server))
    phone.shot("deadline")
    page.open("/law/deadline/penalty.ordinary/case/?start=soon&reason1=testing")
    expect(page.get_by_role("alert")).to_contain_text("不是日期")
    page.shot("deadline-errors")


def test_a_fine_is_calculated_by_the_lighter_law(page, phone, world):
    page.sign_in(world.a.handler)
    page.open("/law/fine/?rule=TM-INF")
    page.get_by_label("违法行为日").fill("2024-06-03")
    page.get_by_label("决定日").fill("2024-09-02")
    page.get_by_label("违法经营额").fill("５０，０００")
    page.follow(page.get_by_role("button", name="计算"))
    expect(page.get_by_role("heading", level=2)).to_have_text("可以处250,000元以下罚款")
    page.shot("fine")
    phone.sign_in(world.a.handler)
    phone.open(page.url.removeprefix(page.server))
    phone.shot("fine")
