"""A district officer and her colleagues work one case in the browser, from the lead to the archive."""

from __future__ import annotations

import re
from datetime import date

from tests.casework import ANSWERS, Worker
from tests.e2e.desk import Desk, attest, fill
from zhiheng.cases.models import Case


def test_a_district_works_a_trademark_case_from_lead_to_archive(page, world, days):
    desk, a = Desk(page, world, days), world.a
    desk.be(a.handler)
    page.open("/cases/")
    page.shot("case-list-empty")
    page.follow(page.get_by_role("link", name="登记案源").first)
    page.follow(page.locator("main form .btn-primary"))
    page.get_by_text("请填写案件名称").first.wait_for()
    page.shot("lead-errors")
    fill(page, title=ANSWERS["title"], cause="trademark_infringement", source="right_holder", lead_content=ANSWERS["lead_content"], party_name=ANSWERS["party_name"], received_on="2024.3.4")  # fmt: skip
    page.follow(page.locator("main form .btn-primary"))
    desk.pk = Case.objects.get().pk
    page.get_by_text("已登记").wait_for()

    # Verification needs two certified officers: refused in words until the second is named.
    page.follow(page.get_by_role("link", name="开始核查", exact=True))
    page.get_by_text("具有有效执法证的承办人不足两人").first.wait_for()
    page.shot("step-refused")
    page.open(f"/cases/{desk.pk}/officers/")
    fill(page, handlers=[str(a.co_handler.pk)], lead=str(a.handler.pk))
    page.follow(page.locator("main form .btn-primary"))
    desk.do("开始核查")
    page.shot("case-verifying")

    days.pass_(1)
    desk.do("现场检查", shot="step-inspection", party_type="individual_business", inspected_from="2024-03-05 09:30", inspected_to="2024年3月5日11时10分", place=ANSWERS["place"], findings=ANSWERS["findings"])  # fmt: skip
    days.pass_(2)
    desk.do(
        "立案",
        shot="step-file",
        party_id_no=ANSWERS["party_id_no"],
        party_legal_rep="李示例",
        party_address=ANSWERS["party_address"],
        act_on="2024-01-05",
        act_end_on="2024-03-01",
        law_breached=ANSWERS["law_breached"],
        verification_result=ANSWERS["verification_result"],
    )
    desk.approve(a.unit_head, a.leader, shot="proposal")
    desk.be(a.handler).case()
    page.get_by_text("2024-06-05 届满").wait_for()
    page.shot("case-investigating")

    days.pass_(5)
    desk.do("询问", questioned_from="2024-03-12 14:00", questioned_to="2024-03-12 15:20", place="本局询问室", person_questioned="李示例", qa=["问：商品从何处购进？", "答：从上门推销人员处购进，没有票据。"])  # fmt: skip
    desk.do("先行登记保存", reason="商品可能被转移", place=ANSWERS["place"], keeping_place="就地保存，由当事人保管", items=["示例商品｜标准款｜120｜件｜店内｜"])  # fmt: skip
    desk.approve(a.unit_head, a.leader)
    desk.be(a.handler)
    days.pass_(1)
    desk.do(
        "请权利人辨认、鉴别",
        right_holder="示例权利人公司",
        identification_items="标有“示例牌”商标的商品120件",
    )
    page.get_by_text("起暂停").first.wait_for()
    page.shot("case-paused")
    days.pass_(6)
    desk.do("收到辨认、鉴别意见", identification_result="均为侵犯注册商标专用权的商品。")
    desk.do("处理先行登记保存的证据", preserve_outcome="confiscate", reason="依法处理")
    desk.approve(a.unit_head, a.leader)
    desk.be(a.handler)

    page.open(f"/cases/{desk.pk}/evidence/new/")
    fill(page, name="销售记录", kind="documentary", source="当事人提供", proves="销售数量和价格")
    page.locator("main [name=file]").set_input_files(
        {"name": "销售记录.txt", "mimeType": "text/plain", "buffer": "2024年1月 销售 20 件".encode()}
    )
    page.follow(page.locator("main form .btn-primary"))
    page.shot("case-evidence")

    days.pass_(10)
    substance = {
        "facts": ANSWERS["facts"],
        "law_breached": ANSWERS["law_breached"],
        "law_basis": ANSWERS["law_basis"],
        "discretion": ANSWERS["discretion"],
    }
    desk.do("调查终结", shot="step-findings", **substance, proposal=ANSWERS["proposal"], case_value="3.2万", turnover="32,000", value_method="marked")  # fmt: skip
    desk.do("送审", review_kind="case")
    desk.approve(a.unit_head)
    days.pass_(3)
    desk.be(a.reviewer).do("审核通过", review_opinion=ANSWERS["review_opinion"])
    days.pass_(1)
    desk.be(a.handler).do(
        "行政处罚告知",
        shot="step-notice",
        penalty_kinds=["fine", "confiscate_goods"],
        proposed_penalty=ANSWERS["proposed_penalty"],
        fine="9000",
        confiscated_goods=ANSWERS["confiscated_goods"],
        confiscated_goods_value="8,400",
    )
    desk.approve(a.unit_head, a.leader)
    days.pass_(1)
    desk.be(a.handler).do("送达告知书", served_on=days.day, service_method="direct", receiver="李示例")

    # Too early: the defence period is running, the button says so with the article.
    desk.case()
    page.get_by_text("尚未届满").first.wait_for()
    page.shot("case-noticed")
    days.pass_(2)
    desk.do("记录陈述申辩", defence=ANSWERS["defence"], defence_opinion=ANSWERS["defence_opinion"])
    days.pass_(10)
    desk.do("报负责人审查")
    desk.approve(a.unit_head)
    days.pass_(1)
    desk.be(a.handler).do("作出行政处罚决定", shot="step-decide")
    desk.approve(a.unit_head, a.leader)
    days.pass_(2)
    desk.be(a.handler).do("送达处罚决定书", served_on=days.day, service_method="direct", receiver="李示例")
    days.pass_(3)
    desk.do("公示处罚信息", published_on=days.day, published_at="国家企业信用信息公示系统")
    desk.do("登记缴款", paid="9,000.00", paid_on=days.day, receipt_no="00012345", payment_channel="bank")
    desk.do(
        "处置涉案物品", goods_disposal="destroy", disposed_on=days.day, items=["示例商品｜标准款｜120｜件"]
    )
    desk.approve(a.unit_head, a.leader)
    desk.be(a.handler).do("确认履行完毕", performed_on=days.day)
    desk.do("结案", closing_ground="performed")
    desk.approve(a.unit_head, a.leader)
    days.pass_(2)
    desk.be(a.handler).do("归档", volume_no="20240001", keep_years="thirty")

    case = Case.objects.get()
    assert case.state == "archived" and case.forfeit_fen == 9_000_00 and case.case_value_fen == 32_000_00
    for tab in ("papers", "timeline", "history"):
        desk.case(tab)
        page.shot(f"case-{tab}")
    desk.case("papers")
    with page.expect_download() as download:
        page.get_by_role("link", name="行政处罚决定书", exact=True).click()
    assert download.value.suggested_filename.endswith(".docx")
    assert case.doc_no in download.value.suggested_filename
    desk.be(world.b.handler)
    page.open(f"/cases/{desk.pk}/", status=404)


def test_the_case_page_reads_well_on_a_phone_at_an_inspection(phone, world, days):
    case = Worker(world.a, on=days.day).to_noticed().case
    days.day = date(2024, 4, 8)
    phone.sign_in(world.a.handler)
    phone.open(f"/cases/{case.pk}/")
    phone.shot("case-phone")
    phone.open("/cases/")
    phone.shot("case-list-phone")
    phone.open("/matters/open/penalty/register_lead/")
    phone.shot("lead-phone")


def test_on_a_phone_a_long_form_shows_what_is_filled_and_the_rest_on_demand(phone, world, days):
    work = Worker(world.a, on=days.day).to_noticed()
    work.wait(12).step("deliberate")
    days.day = work.on
    phone.sign_in(world.a.handler)
    phone.open(f"/cases/{work.case.pk}/steps/decide_penalty/")
    assert phone.locator("[name=fine]").is_visible() and phone.locator("[name=confiscated_gains]").is_hidden()
    short = phone.evaluate("document.documentElement.scrollHeight")
    phone.get_by_role("button", name=re.compile("显示其余 .* 项可选栏目")).click()
    assert phone.locator("[name=confiscated_gains]").is_visible()
    assert phone.locator("[name=acts]").count() == 1 and phone.get_by_text("各项违法行为").is_hidden()
    assert short < phone.evaluate("document.documentElement.scrollHeight") < 2 * short
    phone.shot("decide-phone")


def fits(page) -> bool:
    return page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_long_names_pauses_refusals_and_papers_fit_a_phone(phone, world, days):
    long = "重庆市渝北区" + "某某知识产权服务与商品流通管理" * 5 + "有限责任公司"
    work = Worker(world.a, on=days.day)
    work.register(title=f"{long}涉嫌销售侵犯注册商标专用权商品案", party_name=long)
    work.step("start_verification")
    work.step("record_inspection")
    work.step("file_case", title=f"{long}涉嫌销售侵犯注册商标专用权商品案", party_name=long)
    work.step("seize")
    work.wait(2).step("start_testing", tests_seized=True)
    days.day = work.on
    phone.sign_in(world.a.handler)
    for tab in ("work", "papers", "evidence", "timeline", "history"):
        phone.open(f"/cases/{work.case.pk}/?tab={tab}")
        assert fits(phone), tab
    phone.open(f"/cases/{work.case.pk}/")
    held = phone.locator(".clock-moved", has_text="起检测、检验、检疫、鉴定，尚未恢复")
    assert held.count() == 1  # the case's; of the seizure's the day is known, as far as it was told
    phone.shot("case-long-names")

    # A wrong order of times stands at its field, with the folded rest of the form left shut.
    phone.open(f"/cases/{work.case.pk}/steps/record_questioning/")
    assert fits(phone)
    fill(phone, questioned_from="2024-03-06 15:00", questioned_to="2024-03-06 14:00", place="本局询问室", person_questioned="李示例", qa=["问：商品从何处购进？", "答：不清楚。"])  # fmt: skip
    attest(phone)
    phone.follow(phone.locator("main form .btn-primary"))
    phone.locator(".invalid-feedback").get_by_text("早于“询问开始时间”").wait_for()
    assert not phone.locator("details.form-part").evaluate("e => e.open")
    assert fits(phone)
    phone.shot("step-error")
    fill(phone, questioned_to="2024-03-06 15:40")
    phone.follow(phone.locator("main form .btn-primary"))
    phone.get_by_text("“询问”已办理").wait_for()

    # Evidence with its file goes in and comes out again.
    phone.open(f"/cases/{work.case.pk}/evidence/new/")
    fill(phone, name="进货收据", kind="documentary", source="当事人提供", proves="进货数量")
    phone.locator("main [name=file]").set_input_files(
        {"name": "收据.txt", "mimeType": "text/plain", "buffer": "收据".encode()}
    )
    phone.follow(phone.locator("main form .btn-primary"))
    with phone.expect_download() as download:
        phone.get_by_role("link", name="收据.txt").click()
    assert download.value.suggested_filename == "收据.txt"


def test_an_approver_reads_the_proposal_as_it_was_filled_and_returns_it_with_a_reason(page, world, days):
    work = Worker(world.a, on=days.day)
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    work.propose("file_case")
    desk = Desk(page, world, days)
    desk.pk = work.case.pk
    desk.be(world.a.unit_head).case()
    page.follow(page.get_by_role("link", name="审批", exact=True).first)
    words = page.locator("main").inner_text()
    order = [words.index(label) for label in ("案件名称", "案由", "当事人", "核查情况", "确认")]
    assert order == sorted(order)
    page.follow(page.get_by_role("button", name="退回"))
    page.locator(".invalid-feedback").get_by_text("退回须写明理由").wait_for()
    fill(page, text="核查情况过简，请补充")
    page.follow(page.get_by_role("button", name="退回"))
    page.get_by_text("已退回提请人").wait_for()
    desk.be(world.a.handler).case()
    page.get_by_role("link", name="立案", exact=True).wait_for()
