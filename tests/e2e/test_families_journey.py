"""Mediation, the supervision of an agency and a referral to the police, each worked in the browser from its door
to the archive, every hand from an account of its own; then the figure of the year opens its row."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import expect

from tests.casework import Worker
from tests.e2e.desk import Desk, fill
from zhiheng.cases.models import Case

# Blocks of one cell of a list that stand beside each other on a phone, where they belong below each other.
BESIDE = """[...document.querySelectorAll('.grid.stack td')].filter(cell => {
    const blocks = [...cell.querySelectorAll(':scope > div')];
    return blocks.some(one => one.getBoundingClientRect().left > cell.getBoundingClientRect().left + 110);
}).map(cell => cell.innerText)"""
SERVED = {"service_method": "direct", "receiver": "王某"}


def enter(desk: Desk, person, door: str, **values) -> None:
    """Open a door from the list of cases and send its form."""
    page = desk.page
    desk.be(person)
    page.open("/cases/")
    page.follow(page.get_by_role("link", name=door, exact=True).first)
    fill(page, **values)
    page.follow(page.locator("main form .btn-primary").last)
    expect(page.get_by_role("status")).to_contain_text("已登记")
    desk.pk = Case.objects.latest("pk").pk


def second(desk: Desk, first, person) -> None:
    """A second officer is named for the matter."""
    desk.page.open(f"/cases/{desk.pk}/officers/")
    fill(desk.page, handlers=[str(person.pk)], lead=str(first.pk))
    desk.page.follow(desk.page.locator("main form .btn-primary"))


def counted(desk: Desk, person, year: int, figure: str, title: str) -> None:
    """The figure says one, and its number opens the row that names the case."""
    page = desk.page
    desk.be(person)
    page.open(f"/reports/{year}/figures/{figure}/")
    expect(page.locator("main")).to_contain_text(title)
    page.follow(page.get_by_role("link", name=title).first)
    assert page.url.split("?")[0].endswith(f"/cases/{desk.pk}/")


def test_an_ownership_dispute_is_mediated_from_its_door_to_the_archive(page, world, days):
    days.day = date(2025, 3, 3)
    desk, a = Desk(page, world, days), world.a
    title = "示例科技有限公司与示例阀门厂专利权归属纠纷"
    enter(
        desk, a.handler, "登记调解请求", received_on=days.day, source="request", title=title, cause="patent_title",
        claimant_name="示例科技有限公司", claimant_type="organisation", claimant_address="重庆市测试路1号", party_name="示例阀门厂",
        party_type="organisation", party_address="重庆市测试路2号", relief="确认专利权归请求人所有。", patent_no="ZL201910000000.1",
        patent_name="一种阀门",
    )  # fmt: skip
    second(desk, a.handler, a.co_handler)
    days.pass_(3)
    desk.do("送达陈述意见通知书和请求书副本", served_on=days.day, **SERVED)
    days.pass_(8)
    desk.do("收到意见陈述书", arrived_on=days.day, mediation_answer="agrees")
    days.pass_(3)
    desk.do("权属纠纷立案并通知调解", cause="patent_title", mediators=[str(a.handler.pk)], mediation_on=days.day + timedelta(8),
            place="本局调解室", patent_no="ZL201910000000.1", patent_name="一种阀门")  # fmt: skip
    desk.approve(a.unit_head)
    desk.be(a.handler)
    days.pass_(8)
    desk.do("调解", place="本局调解室", session_present="双方当事人", session_record="双方各自陈述意见。")
    desk.do("达成调解协议", agreement="专利权由双方共有。", agreed_on=days.day)
    desk.approve(a.unit_head, a.leader)
    desk.be(a.handler)
    days.pass_(2)
    desk.do("将结案文书送国家知识产权局", sent_on=days.day)
    desk.do("协议履行完毕或者无须跟踪", reason="双方已经办理变更。")
    desk.do("归档", volume_no="2025-调-1", keep_years="permanent")
    assert Case.objects.get(pk=desk.pk).state == "archived"
    for place in ("file-review", "relations"):
        page.open(f"/cases/{desk.pk}/{place}/")
        page.shots(f"mediation-{place}")
        with page.narrow():
            assert not page.evaluate(BESIDE)
    counted(desk, world.city.planner, 2025, "med.patent.agreed", title)


def test_an_agency_is_checked_ordered_proposed_and_archived(page, world, days):
    days.day = date(2025, 3, 3)
    desk, city = Desk(page, world, days), world.city
    title = "示例专利代理事务所监督检查"
    enter(
        desk, city.handler, "登记代理机构检查", received_on=days.day, source="inspection", title=title, cause="patent_agency_check",
        party_name="示例专利代理事务所", party_type="organisation", check_mode="targeted",
    )  # fmt: skip
    second(desk, city.handler, city.second_handler)
    days.pass_(7)
    desk.do("检查", inspected_from="2025-03-10 09:30", inspected_to="2025-03-10 11:00", place="该所办公场所", agency_means=["on_site"],
            agency_items=["licence", "attorneys"], findings="合伙人变更后没有办理手续。", breach_found="found", agency_breaches=["change"])  # fmt: skip
    days.pass_(2)
    desk.do("责令限期改正", facts="合伙人变更后没有办理手续。", agency_breaches=["change"], law_breached="专利代理管理办法第二十条",
            correction_content="办理变更手续", correction_by=date(2025, 4, 11))  # fmt: skip
    desk.approve(city.unit_head, city.leader)
    desk.be(city.handler)
    days.day = date(2025, 4, 14)
    desk.do("报请国家知识产权局处理", proposal_ground="overdue", proposed_handling="suspend", suspension_months="6",
            facts="逾期没有改正。", reason="情节严重。")  # fmt: skip
    desk.approve(city.unit_head, city.chief)
    desk.be(city.handler)
    days.day = date(2025, 6, 16)
    desk.do(
        "登记国家知识产权局的处理结果",
        arrived_on=days.day,
        national_result="suspended",
        letter_no="国知函〔2025〕1号",
    )
    desk.do("归档", volume_no="2025-代-1", keep_years="permanent")
    assert Case.objects.get(pk=desk.pk).state == "archived"
    counted(desk, city.planner, 2025, "agt.proposed", title)


def test_a_case_is_referred_to_the_police_and_archived_once_they_have_filed(page, world, days):
    days.day = date(2024, 3, 7)
    a, work = world.a, Worker(world.a).to_filed()
    desk = Desk(page, world, days)
    desk.pk, title = work.case.pk, work.case.title
    days.day = work.on
    crime = "销售假冒注册商标的商品罪（刑法第二百一十四条）"
    desk.be(a.handler)
    days.pass_(1)
    desk.do("报告涉嫌犯罪", suspected_crime=crime, facts="销售金额六万元，未销售的货值十八万元。")
    desk.be(a.leader)
    desk.do("批准移送公安机关", reason="涉嫌犯罪，同意移送。")
    desk.be(a.handler)
    desk.do("移送公安机关", transfer_to="重庆市公安局渝北区分局", suspected_crime=crime)
    days.pass_(2)
    desk.do("公安机关立案", police_doc_no="渝北公立字〔2024〕1号", police_on=days.day)
    desk.do("移交涉案物品和案件材料", handed_over_on=days.day)
    desk.do(
        "公安机关已立案，终结行政处理",
        suspected_crime=crime,
        transfer_to="重庆市公安局渝北区分局",
        reason="公安机关已经立案。",
    )
    desk.approve(a.unit_head, a.leader)
    desk.be(a.handler)
    days.pass_(3)
    desk.do("结案", closing_ground="other_outcome")
    desk.approve(a.unit_head, a.leader)
    desk.be(a.handler)
    desk.do("归档", volume_no="2024-移-1", keep_years="permanent")
    assert Case.objects.get(pk=desk.pk).state == "archived"
    counted(desk, world.city.planner, 2024, "crim.ours", title)
