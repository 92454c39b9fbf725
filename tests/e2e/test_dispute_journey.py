"""A patent dispute worked in the browser from its door to the figure of the year, each hand from an account of its own."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import expect

from tests.e2e.desk import Desk, attest, fill
from tests.world import PASSWORD, make_person
from zhiheng.accounts.rights import Role
from zhiheng.cases.models import Case

CLAIMANT = "重庆某某精密流体控制设备制造股份有限公司"
RESPONDENT = "成都某某阀门配件商贸有限责任公司重庆渝北分公司"
TITLE = f"{CLAIMANT}与{RESPONDENT}专利侵权纠纷"
RULING = "被请求人立即停止制造、销售侵犯涉案实用新型专利权的阀门。"
FEATURES = [
    "阀体一端设有螺纹｜阀体一端设有螺纹｜相同",
    "密封圈为橡胶｜密封圈为硅胶｜等同｜手段、功能、效果基本相同",
]


def test_a_patent_dispute_from_its_door_to_the_figure_of_the_year(page, world, days):
    days.day = date(2025, 3, 3)
    desk, a = Desk(page, world, days), world.a
    third = make_person(a.unit, "panel-third", "丙审理", Role.HANDLER)

    # The officer signs in and opens the door from the workbench.
    page.open("/")
    page.get_by_label("登录名").fill(a.handler.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.follow(page.get_by_role("button", name="登录"))
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
    page.shots("dispute-home")
    page.follow(page.get_by_role("link", name="登记裁决请求").first)
    page.shots("dispute-door")
    page.follow(page.locator("main form .btn-primary"))
    expect(page.get_by_role("alert")).to_be_focused()
    page.shots("dispute-door-errors")
    fill(page, received_on="2025年3月3日", source="request", title=TITLE, cause="patent_dispute",
         claimant_name=CLAIMANT, claimant_type="organisation", claimant_address="重庆市渝北区某某路1号", party_name=RESPONDENT,
         party_type="organisation", party_address="重庆市渝北区某某路2号", patent_no="ZL201920000000.1",
         patent_name="一种带自锁结构的阀门", patent_type="utility", relief="责令被请求人停止制造、销售侵权产品。")  # fmt: skip
    page.follow(page.locator("main form .btn-primary"))
    expect(page.get_by_role("status")).to_contain_text("已登记")
    desk.pk = Case.objects.get().pk
    page.shots("dispute-requested")

    # Acceptance: a panel of two is refused in words; three go up through two turns of approval.
    days.pass_(2)
    desk.case()
    page.follow(page.get_by_role("link", name="立案", exact=True))
    fill(page, panel=[str(a.co_handler.pk)], panel_chair=a.handler.name)
    attest(page)
    page.follow(page.locator("main form .btn-primary").last)
    expect(page.locator("main")).to_contain_text("三人以上")
    page.shots("dispute-panel-refused")
    fill(page, panel=[str(third.pk)])
    page.follow(page.locator("main form .btn-primary").last)
    page.shots("dispute-accept-pending")
    desk.be(a.unit_head)
    page.open("/")
    page.shots("dispute-home-approver")
    page.open("/work/?kind=opinion")
    page.shots("dispute-approvals")
    page.follow(page.get_by_role("main").get_by_role("link", name=TITLE))
    expect(page.get_by_role("heading", level=1)).to_have_text("审批：立案")
    desk.approve(a.unit_head, shot="dispute-proposal")
    desk.approve(a.leader)
    served = {"service_method": "direct", "receiver": "王某"}
    desk.be(a.handler)
    days.pass_(1)
    desk.do("送达请求书副本和答辩通知书", shot="dispute-serve", served_on=days.day, **served)
    page.shots("dispute-answering")
    days.pass_(10)
    desk.do("收到答辩书", arrived_on=days.day, defence="被控侵权产品不落入涉案专利权的保护范围。")
    days.pass_(2)
    desk.do("转送答辩书副本", sent_on=days.day)
    desk.do("开始审理")

    # The oral hearing waits for the days of its notice.
    days.pass_(1)
    desk.do("通知口头审理", shot="dispute-hearing-notice", hearing_on=days.day + timedelta(days=8),
            place="本局第一审理室", served_on=days.day, hearing_public=True)  # fmt: skip
    page.shots("dispute-examining")
    days.pass_(8)
    desk.do("口头审理", shot="dispute-hearing", place="本局第一审理室", hearing_present="双方当事人及其委托代理人",
            hearing_record="双方就技术特征是否等同陈述意见，并进行质证和辩论。", features=FEATURES)  # fmt: skip
    days.pass_(2)
    desk.do("合议", discussed_on=days.day, features=FEATURES, minutes="合议组逐项评议。",
            conclusion="全部技术特征相同或者等同，侵权成立。", infringes=True)  # fmt: skip
    page.shots("dispute-deliberated")

    # The ruling: what it omits is refused at its page, nothing typed is lost.
    days.pass_(1)
    desk.case()
    page.follow(page.get_by_role("link", name="作出裁决", exact=True))
    fill(page, facts="被请求人制造、销售了被控侵权产品。", law_basis="《中华人民共和国专利法》第六十五条", infringes=True,
         ruling_text=RULING)  # fmt: skip
    attest(page)
    page.follow(page.locator("main form .btn-primary").last)
    expect(page.locator("main")).to_contain_text("没有选择责令停止的措施")
    page.shots("dispute-ruling-refused")
    expect(page.locator("main [name=ruling_text]")).to_have_value(RULING)
    fill(page, stop_measures=["make", "sell"])
    attest(page)
    page.follow(page.locator("main form .btn-primary").last)
    desk.approve(a.unit_head, a.leader)
    desk.be(a.handler)
    days.pass_(1)
    desk.do("送达裁决书", served_on=days.day, **served)
    ruling = Case.objects.get().matter.folder.papers.get(form="ADJ-122").number
    desk.do("送达文书", paper_to_serve=ruling, addressee=CLAIMANT, served_on=days.day, **served)
    desk.do("公开裁决书", shot="dispute-publish", published_on=days.day, published_at="本局门户网站")
    page.shots("dispute-served")
    days.pass_(20)
    desk.do("裁决执行完毕或者无须执行", reason="被请求人已停止侵权行为。")
    desk.do("归档", shot="dispute-archive", volume_no="2025-裁-1", keep_years="permanent")
    for tab in ("work", "papers", "evidence", "timeline", "history"):
        desk.case(tab)
        page.shots(f"dispute-{tab}")
    desk.case("papers")
    with page.expect_download() as download:
        page.get_by_role("link", name="行政裁决书").first.click()
    assert download.value.suggested_filename.endswith(".docx")
    page.open("/cases/?kind=adjudication.patent")
    page.shots("dispute-list")

    # The neighbour bureau meets nothing of it.
    desk.be(world.b.handler)
    page.open(f"/cases/{desk.pk}/", status=404)

    # The figure of the year counts it, and its number opens the rows, which name the case.
    desk.be(world.city.planner)
    page.open("/reports/2025/")
    page.shots("dispute-report")
    row = page.get_by_role("row").filter(has_text="专利侵权纠纷案件办理数")
    expect(row).to_contain_text("1")
    page.follow(row.get_by_role("link", name="1", exact=True).first)
    expect(page.locator("main")).to_contain_text(TITLE)
    page.shots("dispute-figure")
    page.follow(page.get_by_role("link", name=TITLE))
    assert page.url.split("?")[0].endswith(f"/cases/{desk.pk}/")
