"""A normative document in the browser from draft to publication: a visitor's comment, one rejection, one changed draft that comes back,
a neighbour who finds nothing; a regulation through comment and answer; a fair-competition review with an exception that ends."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import expect

from tests.drafting import DRAFT, QUOTE_OF_DRAFT, TextWorker
from tests.e2e.desk import Desk, attest, fill
from tests.world import make_person
from zhiheng.accounts.rights import Role
from zhiheng.registers import services
from zhiheng.registers.declaration import find
from zhiheng.reviews.models import Review
from zhiheng.rulemaking.models import Project

TITLE = "重庆市知识产权局专利行政裁决办理规程"
REGULATION = "重庆市地理标志条例"
BILL = """# 重庆市地理标志条例

第一条 为了保护地理标志，根据有关法律，制定本条例。

第二条 本市地理标志的保护和管理，适用本条例。

第三条 地理标志的申请，应当提交产地和品质的证明。

第四条 本条例自2025年5月1日起施行。
"""
ITEMS = [
    f"fc_{article}_{n}" for article, many in ((8, 5), (9, 6), (10, 4), (11, 4)) for n in range(1, many + 1)
]
CLEAR = dict.fromkeys(ITEMS, "clear") | {
    "fc_effect": "不影响公平竞争。",
    "review_opinion": "逐项审查，没有排除、限制竞争的内容。",
}


def send(page) -> None:
    page.follow(page.locator("main form .btn-primary").last)


def test_a_normative_document_from_draft_to_publication(page, world, days):
    days.day = date(2024, 9, 3)
    desk, city = Desk(page, world, days, "rulemaking"), world.city
    reviewer = city.legality_reviewer

    # The screening questions, then the draft, pasted whole.
    desk.be(city.handler)
    page.open("/rulemaking/")
    page.follow(page.get_by_role("link", name="制定规范性文件").first)
    fill(page, title=TITLE, text_category="enforcement", text_need="统一裁决尺度。", text_basis="专利法 65", is_normative="applies",
         is_major="none", touches_business="applies", is_joint="none", holds_secret="none")  # fmt: skip
    attest(page)
    send(page)
    desk.pk = Project.objects.get().pk
    page.shots("document-begun")
    page.follow(page.get_by_role("link", name="草案文本").first)
    page.follow(page.get_by_role("link", name="写入全文"))
    fill(page, words=DRAFT)
    send(page)
    page.shots("document-text")

    # Comment by everybody: a visitor without an account, an answer, the last day.
    desk.do("公开征求意见", comment_until=days.day + timedelta(days=35), consulted_units="重庆市司法局")
    days.pass_(7)
    page.context.clear_cookies()
    page.open("/consultations/")
    page.follow(page.get_by_role("link", name=TITLE))
    fill(page, provision="第四条", words="第四条的五个工作日太短。<script>alert(1)</script>")
    send(page)
    expect(page.get_by_role("status")).to_contain_text("已收到您的意见")
    page.shots("document-public")
    desk.be(city.handler)
    page.open(f"/rulemaking/{desk.pk}/comments/")
    page.shots("document-comments")
    page.follow(page.get_by_role("link", name="第四条的五个工作日太短").first)
    page.locator("main [name=answer][value=part]").check()
    fill(page, why="改为七个工作日。")
    page.shots("document-answer")
    send(page)
    page.open(f"/rulemaking/{desk.pk}/text/")
    page.follow(page.get_by_role("link", name="修改第四条"))
    fill(page, words="对符合第三条规定的，应当在七个工作日内立案。", note="采纳公众意见")
    page.shots("document-article")
    send(page)
    days.pass_(29)
    desk.do("结束征求意见", consult_result="收到意见1条，部分采纳1条。")

    # Fair competition, then legality: rejected once.
    desk.do("送公平竞争审查", heard_business="听取了专利代理行业协会意见。")
    desk.be(reviewer)
    page.open("/reviews/")
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    page.shots("document-queue")
    desk.do("公平竞争审查通过", shot="document-fair", **CLEAR)
    desk.be(city.handler)
    desk.do("送合法性审核", review_materials="草案及说明、制定依据。")
    desk.be(reviewer)
    desk.do("合法性审核退回", review_verdict="correct", review_opinion="第二条的“依法”应当写明依据。")

    # The changed draft must come back to both.
    desk.be(city.handler)
    page.open(f"/rulemaking/{desk.pk}/text/")
    page.follow(page.get_by_role("link", name="修改第二条"))
    fill(page, words="市知识产权局依照《中华人民共和国专利法》办理本市有重大影响的专利侵权纠纷。")
    send(page)
    page.follow(page.get_by_role("link", name="修改对照表"))
    expect(page.locator("ins").first).to_contain_text("照《中华人民共和国专利法》")
    page.shots("document-changes")
    desk.case()
    expect(page.get_by_role("main")).to_contain_text("审查以后草案改过")
    page.shots("document-must-come-back")
    desk.do("送公平竞争审查", heard_business="修改不涉及经营者。")
    desk.be(reviewer)
    desk.do("公平竞争审查通过", **CLEAR)
    desk.be(city.handler)
    desk.do("送合法性审核", review_materials="修改后的草案。")
    desk.be(reviewer)
    desk.do("合法性审核通过", shot="document-legality", review_opinion="主体、权限、内容、程序合法，同意。")

    # Deliberated, signed, numbered, published with its interpretation, filed.
    desk.be(city.chief)
    desk.do("集体审议通过", meeting_name="局长办公会", meeting_on=days.day, meeting_result="审议通过。")
    desk.be(city.handler)
    days.pass_(3)
    desk.do("签发并统一编号", effective_on=days.day + timedelta(days=30), case_kinds=1)
    desk.approve(city.leader)
    desk.be(city.handler)
    days.pass_(3)
    desk.do("公布并解读", shot="document-publish", made_public_on=days.day, made_public_at="本局网站", interpretation="解读材料。",
            filing_by=days.day + timedelta(days=30))  # fmt: skip
    desk.do("报送备案", filed_with="重庆市司法局")
    page.shots("document-filed")
    page.open("/registers/rulemaking/documents/")
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    page.shots("document-register")
    page.open("/registers/reviews/text-reviews/")
    page.shots("document-reviews")
    assert Review.objects.filter(verdict="correct").count() == 1 and Review.objects.count() == 4
    page.open("/reports/2024/figures/doc.norm/?unit=500000")
    expect(page.get_by_role("main")).to_contain_text(TITLE)

    # The bureau next door.
    desk.be(world.b.handler)
    for address in ("", "text/", "comments/", "comments/table/", "text/1/docx/"):
        page.open(f"/rulemaking/{desk.pk}/{address}", status=404)


def test_a_regulation_through_comment_and_answer(page, world, days):
    """Planned, drafted, put to the public, changed by what a unit proposed, answered group by group, its decision and papers taken along."""
    days.day = date(2024, 9, 3)
    desk, city = Desk(page, world, days, "rulemaking"), world.city
    desk.be(city.handler)
    page.open("/rulemaking/")
    page.follow(page.get_by_role("link", name="申报地方性法规项目").first)
    fill(
        page,
        title=REGULATION,
        text_need="保护地理标志。",
        text_basis="商标法 16",
        touches_business="none",
        holds_secret="none",
    )
    attest(page)
    send(page)
    desk.pk = Project.objects.get().pk
    desk.do("列入立法计划", plan_class="reserve", plan_year="2025")
    page.follow(page.get_by_role("link", name="草案文本").first)
    page.follow(page.get_by_role("link", name="写入全文"))
    fill(page, words=BILL)
    send(page)
    desk.do("公开征求意见", comment_until=days.day + timedelta(days=35), consulted_units="重庆市农业农村委")

    # Two visitors say nearly the same; a consulted unit proposes words for an article.
    days.pass_(5)
    page.context.clear_cookies()
    for words in (
        "建议第三条明确由哪个部门受理地理标志的申请。",
        "建议第三条明确由哪个部门受理地理标志的申请！谢谢",
    ):
        page.open("/consultations/")
        page.follow(page.get_by_role("link", name=REGULATION))
        fill(page, provision="第三条", words=words)
        send(page)
        expect(page.get_by_role("status")).to_contain_text("已收到您的意见")
    desk.be(city.handler)
    page.open(f"/rulemaking/{desk.pk}/comments/unit/")
    fill(page, name="重庆市农业农村委", provision="第二条", words="范围应当包括初级农产品。",
         proposed="第二条 本市地理标志的保护和管理，适用本条例；初级农产品包括在内。")  # fmt: skip
    send(page)
    page.follow(page.get_by_role("link", name="归并相近意见"))
    send(page)
    page.shots("regulation-comments")
    page.follow(page.get_by_role("link", name="范围应当包括初级农产品").first)
    expect(page.locator("ins").first).to_contain_text("初级农产品包括在内")
    page.shots("regulation-suggestion")
    page.follow(page.get_by_role("link", name="照此修改草案（第1条意见）"))
    fill(page, why="初级农产品是地理标志的主要产品。")
    page.shots("regulation-article")
    send(page)
    expect(page.get_by_role("main")).to_contain_text("初级农产品是地理标志的主要产品。")

    # What is proposed stands at its article; why an article is so has its page; several groups are looked at and shown at once.
    page.follow(page.get_by_role("link", name="修改第二条", exact=True))
    expect(page.get_by_role("main")).to_contain_text("对本条的建议")
    page.shots("regulation-proposed")
    page.open(f"/rulemaking/{desk.pk}/text/")
    page.follow(page.get_by_role("link", name="写第三条的理由和依据"))
    expect(page.get_by_label("依据或者来源")).to_be_visible()
    page.open(f"/rulemaking/{desk.pk}/comments/unit/file/")
    expect(page.get_by_role("main")).to_contain_text("逐条对照")
    page.follow(page.get_by_role("link", name="取消"))
    page.follow(page.get_by_role("link", name="成批审看和答复"))
    for box in page.locator("main [name=looked]").all():
        box.check()
    page.locator("main [name=act][value=shown]").check()
    page.shots("regulation-several")
    send(page)
    expect(page.get_by_text("已处理2条意见。")).to_be_visible()

    # Answered group by group; the public reads the answers, the office takes its papers.
    for answer, why in (("full", ""), ("part", "由实施细则规定。")):
        page.open(f"/rulemaking/{desk.pk}/comments/?open=open")
        page.follow(page.locator("main table tbody a").first)
        page.locator(f"main [name=answer][value={answer}]").check()
        fill(page, why=why)
        send(page)
    for comment in list(Project.objects.get().comments.filter(by_unit=False)):
        page.open(f"/rulemaking/{desk.pk}/comments/{comment.pk}/moderate/")
        page.locator("main [name=state][value=shown]").check()
        send(page)
    page.open(f"/rulemaking/{desk.pk}/text/")
    page.follow(page.get_by_role("link", name="修改对照表"))
    expect(page.get_by_role("main")).to_contain_text("初级农产品是地理标志的主要产品。")
    page.follow(page.get_by_role("link", name="写成修改决定"))
    expect(page.get_by_role("main")).to_contain_text("逐字相同")
    page.shots("regulation-decision")
    for address in (f"/rulemaking/{desk.pk}/comments/table/", f"/rulemaking/{desk.pk}/text/explanation/"):
        assert page.context.request.get(page.url.split("/rulemaking/")[0] + address).ok
    days.pass_(31)
    desk.do("结束征求意见", consult_result="收到意见3条，均已采纳或者部分采纳。", opinions_split="无")
    page.context.clear_cookies()
    page.open(f"/consultations/{desk.pk}/")
    expect(page.get_by_role("main")).to_contain_text("建议第三条明确由哪个部门受理")
    expect(page.get_by_role("main")).not_to_contain_text("由实施细则规定。")  # what units say stays within
    page.shots("regulation-answers")

    # The bureau next door.
    desk.be(world.b.handler)
    for address in ("text/follow/", "text/explanation/", "text/2/decision/", "comments/group/"):
        page.open(f"/rulemaking/{desk.pk}/{address}", status=404)


def test_an_exception_is_quoted_ends_and_is_reviewed_again(page, world, days):
    days.day = date(2024, 10, 15)
    work = TextWorker(world.city).to_consulted()
    work.take("send_fair")
    desk = Desk(page, world, days, "rulemaking").be(world.city.legality_reviewer)
    desk.pk = work.project.pk
    desk.case()
    page.follow(page.get_by_role("link", name="公平竞争审查通过", exact=True).first)
    fill(page, **CLEAR | {"fc_8_3": "found"})
    attest(page)
    send(page)
    expect(page.get_by_role("main")).to_contain_text("没有抄录草案原句")
    page.shots("exception-refused")
    fill(page, fc_quotes=[f"八（三）｜{QUOTE_OF_DRAFT}"], fc_exception="innovation", fc_milder="比较了三种方案，均不能达到目的。",
         fc_until=date(2025, 10, 15))  # fmt: skip
    attest(page)
    send(page)
    page.open("/registers/reviews/text-reviews/?state=exception")
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    days.day = date(2025, 10, 16)
    page.open("/reviews/")
    page.follow(page.get_by_role("link", name="例外届满待审 1 件"))
    expect(page.get_by_role("main")).to_contain_text("例外届满待审")
    page.follow(page.get_by_role("link", name=TITLE).first)
    page.follow(page.get_by_role("link", name="例外措施再次审查").first)
    fill(page, rechecked_on=days.day, recheck_result="不再需要，废止。")
    send(page)
    expect(page.get_by_role("main")).to_contain_text("已再次审查")
    page.shots("exception-reviewed-again")


def test_a_lawyer_from_outside_opens_what_was_sent_and_nothing_else(page, world, days):
    days.day = date(2024, 9, 10)
    city = world.city
    lawyer = make_person(city.unit, "lvshi", "罗示例", Role.OUTSIDE_LAWYER, certificate=None, outside=True)
    TextWorker(city).write()
    lawyers, requests = find("lawyers"), find("legal-opinions")
    given = {"actor": city.legality_reviewer, "on": days.day}
    engaged = services.begin(
        **given, register=lawyers, act=lawyers.begin,
        answers={"name": "罗示例", "kind": "outside", "firm": "重庆示例律师事务所", "licence": "15001", "engaged_on": days.day},
    )  # fmt: skip
    services.take(
        **given, register=lawyers, record=engaged, act=lawyers.act("account"), answers={"account": lawyer}
    )
    asked = services.begin(
        **given, register=requests, act=requests.begin, parent=engaged,
        answers={"subject": "服务合同审查", "question": "付款条款是否合法？", "asked_on": days.day, "answer_by": days.day + timedelta(10)},
    )  # fmt: skip
    page.sign_in(lawyer)
    page.open("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("送给我的法律事务")
    page.shots("lawyer-home")
    page.follow(page.get_by_role("link", name="服务合同审查"))
    page.shots("lawyer-request")
    page.follow(page.get_by_role("link", name="核查利益冲突"))
    page.locator("main [name=conflict][value=none]").check()
    send(page)
    expect(page.get_by_role("main")).to_contain_text("付款条款是否合法")
    page.follow(page.get_by_role("link", name="出具法律意见"))
    fill(page, opinion="合法，建议明确付款期限。")
    page.shots("lawyer-opinion")
    send(page)
    expect(page.get_by_role("main")).to_contain_text("建议明确付款期限")
    pk = Project.objects.get().pk
    for address in (
        "/cases/",
        "/rulemaking/",
        f"/rulemaking/{pk}/",
        "/reports/",
        "/people/",
        f"/registers/reviews/legal-opinions/{asked.pk}/",
    ):
        page.open(address, status=404)
