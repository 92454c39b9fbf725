"""Three cases worked whole with their approvals, hands counted: an ordinary one with a seizure and a hearing, a simple one, one without a
penalty. What they cost may fall and never grow. The ordinary one is worked by keyboard alone, which costs a mouse the same clicks."""

from __future__ import annotations

import pytest

from tests.casework import ANSWERS
from tests.e2e.hands import Office
from zhiheng.cases.models import Case
from zhiheng.matters.runs import recalculate

# What each cost when it was measured: pages, clicks, characters.
# One click of the ordinary case came later: that nothing milder than a seizure will do is confirmed (行政强制法 5, 16).
ORDINARY, SIMPLE, EXEMPT = (118, 96, 660), (15, 18, 240), (61, 51, 420)


@pytest.fixture
def office(browser, server, world):
    made = []

    def open_office(**how) -> Office:
        made.append(Office(browser, server, **how))
        return made[-1]

    yield open_office
    for one in made:
        one.close()


def held(count, most) -> None:
    pages, clicks, characters = most
    told = f"{count.pages} pages, {count.clicks} clicks, {count.typed} characters, {count.moves} moves"
    assert (count.pages <= pages, count.clicks <= clicks, count.typed <= characters) == (True,) * 3, (
        told + "\n" + "\n".join(count.log)
    )
    print(told)


def found_and_filed(office: Office, a, days, **lead) -> None:
    """From the lead to an investigation: registered, a second officer named, inspected, filed."""
    h = a.handler
    office.begin(
        h, "登记案源", cause="trademark_infringement", source="right_holder", title=ANSWERS["title"],
        lead_content=ANSWERS["lead_content"], party_name=ANSWERS["party_name"], party_id_no=ANSWERS["party_id_no"],
        party_address=ANSWERS["party_address"], **lead,
    )  # fmt: skip
    hands = office.of(h)
    hands.follow(hands.page.get_by_role("link", name="指派承办人"))
    hands.fill(handlers=[str(h.pk), str(a.co_handler.pk)])
    hands.follow(hands.page.locator("main form .btn-primary"))
    office.do(h, "开始核查")
    days.pass_(1)
    office.do(h, "现场检查", inspected_from="2024-03-05 09:30", inspected_to="2024-03-05 11:10", place=ANSWERS["place"], findings=ANSWERS["findings"])  # fmt: skip
    days.pass_(2)
    office.do(
        h, "立案", act_on="2024-01-05", act_end_on="2024-03-01", law_breached=ANSWERS["law_breached"],
        verification_result=ANSWERS["verification_result"], party_legal_rep="李示例",
    )  # fmt: skip
    office.approve(a.unit_head, a.leader)


def test_the_ordinary_case_with_seizure_and_hearing_by_keyboard_alone(office, world, days):
    a, office = world.a, office(keyboard=True)
    h = a.handler
    found_and_filed(office, a, days)
    days.pass_(1)
    goods = ["侵权商品｜示例牌｜120｜件｜本局库房｜｜｜280"]
    office.do(h, "查封、扣押", seizure_kind="detain", reason="有证据证明是侵权商品", keeping_place="本局库房", items=goods)  # fmt: skip
    office.approve(a.unit_head, a.leader)
    days.pass_(4)
    office.do(h, "询问", onward=True, questioned_from="2024-03-12 14:00", questioned_to="2024-03-12 15:20", place="本局询问室", qa=["问：商品从何处购进？", "答：从上门推销人员处购进，没有票据。"])  # fmt: skip
    office.do(
        h, "调查终结", onward=True, facts=ANSWERS["facts"], discretion=ANSWERS["discretion"], proposal=ANSWERS["proposal"],
        case_value="33600", turnover="33600", value_method="marked",
    )  # fmt: skip
    office.do(h, "送审")
    office.approve(a.unit_head)
    days.pass_(1)
    office.do(a.reviewer, "审核通过", review_opinion=ANSWERS["review_opinion"])
    office.do(
        h, "行政处罚告知", fine="12000", confiscated_goods="侵权商品120件", confiscated_goods_value="33600"
    )
    office.approve(a.unit_head, a.leader)
    days.pass_(1)
    office.do(h, "送达告知书")
    days.pass_(2)
    office.do(h, "当事人要求听证", hearing_request=ANSWERS["hearing_request"])
    office.do(a.leader, "指定听证主持人")
    office.do(h, "向听证主持人移交案卷")
    days.pass_(1)
    office.do(a.hearing_chair, "通知听证", hearing_on="2024-04-03", place="本局听证室")
    days.day = days.day.replace(month=4, day=3)
    recalculate(on=days.day, reason="每日重算")
    office.do(a.hearing_chair, "举行听证", onward=True, hearing_present=ANSWERS["hearing_present"], hearing_record=ANSWERS["hearing_record"])  # fmt: skip
    office.do(a.hearing_chair, "提交听证报告并送法制审核", hearing_report=ANSWERS["hearing_report"])
    days.pass_(1)
    office.do(a.reviewer, "听证后法制审核通过", review_opinion=ANSWERS["review_opinion"])
    office.do(a.leader, "集体讨论", minutes=ANSWERS["minutes"], conclusion=ANSWERS["conclusion"])
    office.do(h, "作出行政处罚决定")
    office.approve(a.unit_head, a.leader)
    days.pass_(1)
    office.do(h, "送达处罚决定书")
    days.pass_(1)
    office.do(h, "解除查封、扣押", reason="已作出处罚决定")
    office.do(h, "处置涉案物品")
    office.approve(a.unit_head, a.leader, times=2)
    office.do(h, "公示处罚信息")
    office.do(h, "登记缴款", onward=True, receipt_no="00012345")
    office.do(h, "确认履行完毕", onward=True)
    office.do(h, "结案")
    office.approve(a.unit_head, a.leader)
    days.pass_(2)
    office.do(h, "归档", volume_no="20240001")
    case = Case.objects.get()
    assert (case.state, case.forfeit_fen) == ("archived", 12_000_00)
    held(office.count, ORDINARY)


def test_the_simple_case(office, world, days):
    a, office = world.a, office()
    h = a.handler
    office.begin(
        h, "当场处罚", title=ANSWERS["title"], cause="trademark_other", party_name=ANSWERS["party_name"],
        party_type="individual_business", act_on="2024-03-04", place=ANSWERS["place"], party_id_no=ANSWERS["party_id_no"],
        party_address=ANSWERS["party_address"], handlers=[str(h.pk), str(a.co_handler.pk)],
    )  # fmt: skip
    office.do(h, "现场检查", inspected_from="2024-03-04 09:30", inspected_to="2024-03-04 09:50", findings=ANSWERS["findings"])  # fmt: skip
    office.do(
        h, "当场告知并听取意见", onward=True, facts=ANSWERS["facts"], law_breached="商标法第五十二条", rule="TM-FALSEREG",
        penalty_kinds=["fine"], fine="100",
    )  # fmt: skip
    office.do(h, "当场作出处罚决定并交付", turnover="400")
    office.do(h, "登记缴款", receipt_no="00012345")
    case = Case.objects.get()
    assert (case.outcome, case.paid_fen) == ("penalty", 100_00)
    held(office.count, SIMPLE)


def test_a_case_that_ends_without_a_penalty(office, world, days):
    a, office = world.a, office()
    h = a.handler
    found_and_filed(office, a, days)
    days.pass_(5)
    office.do(
        h, "调查终结", onward=True, facts=ANSWERS["facts"], discretion="当事人能证明合法来源。", proposal="不予行政处罚。",
        law_basis="商标法第六十条第二款",
    )  # fmt: skip
    office.do(h, "送审")
    office.approve(a.unit_head)
    days.pass_(1)
    office.do(a.reviewer, "审核通过", review_opinion=ANSWERS["review_opinion"])
    office.do(h, "提出非处罚处理意见", outcome_proposed="no_penalty", reason="不知道是侵权商品，能证明合法取得并说明提供者。")  # fmt: skip
    office.approve(a.unit_head)
    office.do(h, "作出不予行政处罚决定", no_penalty_ground="lawful_source", reason="能证明合法取得并说明提供者。", education=ANSWERS["education"])  # fmt: skip
    office.approve(a.unit_head, a.leader)
    days.pass_(1)
    office.do(h, "送达不予处罚决定书", onward=True)
    office.do(h, "结案")
    office.approve(a.unit_head, a.leader)
    days.pass_(2)
    office.do(h, "归档", volume_no="20240001")
    case = Case.objects.get()
    assert (case.state, case.outcome) == ("archived", "no_penalty")
    held(office.count, EXEMPT)
