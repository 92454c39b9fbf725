"""What a party owes, when, and what late payment adds: the unlawful way refused with its article, the lawful way open."""

from datetime import date

import pytest

from .plays import Play

pytestmark = pytest.mark.rehearsal
PAID = {"receipt_no": "1", "payment_channel": "bank"}


@pytest.fixture
def served(stage):
    """Served on 2025-04-23: to be paid until 2025-05-08."""

    def begin(**changes) -> Play:
        case = Play(stage, opened=date(2025, 3, 11), **changes).to("serve_decision")
        assert case.on == date(2025, 4, 23)
        return case

    return begin


def on(case: Play, day: date, code: str, **answers) -> Play:
    return case.step(code, (day - case.on).days, **answers)


def test_surcharge_runs_on_what_is_unpaid(served):
    def late():
        return on(served(), date(2025, 5, 8), "record_payment", paid=4_000, paid_on="2025-05-08", **PAID)

    on(late(), date(2025, 5, 18), "impose_surcharge", surcharge=1_500.01, reason="逾期").refused(
        "surcharge", "1,500.00"
    )
    on(late(), date(2025, 5, 18), "impose_surcharge", surcharge=1_500, reason="逾期").open()


def test_surcharge_never_exceeds_the_fine(served):
    on(served(), date(2025, 7, 30), "impose_surcharge", surcharge=9_000.01, reason="逾期").refused(
        "surcharge", "行政处罚法"
    )
    on(served(), date(2025, 7, 30), "impose_surcharge", surcharge=9_000, reason="逾期").open()


def test_days_of_a_suit_do_not_count_whenever_they_were_registered(served):
    def sued():
        case = on(
            served(),
            date(2025, 5, 29),
            "start_remedy",
            remedy_kind="suit",
            remedy_body="法院",
            accepted_on="2025-05-09",
        )
        return on(case, date(2025, 6, 20), "end_remedy", remedy_result="upheld", ended_on="2025-06-10")

    sued().step("impose_surcharge", 0, surcharge=2_970.01, reason="逾期").refused(
        "surcharge", "2,970.00", "行政处罚法第72条、第73条"
    )
    sued().step("impose_surcharge", 0, surcharge=2_970, reason="逾期").open()


INSTALMENTS = [{"due_on": "2025-06-02", "amount": 4_000}, {"due_on": "2025-07-01", "amount": 5_000}]


def test_instalments_make_up_the_fine_and_end_with_the_deferral(served):
    granted = {"deferred_until": "2025-07-01", "reason": "经济困难"}
    served().step("grant_deferral", instalments=INSTALMENTS, **granted).open()
    short = [INSTALMENTS[0], {"due_on": "2025-07-01", "amount": 4_999}]
    served().step("grant_deferral", instalments=short, **granted).refused(
        "instalments", "8,999.00", "行政处罚法第66条"
    )
    after = [INSTALMENTS[0], {"due_on": "2025-07-02", "amount": 5_000}]
    served().step("grant_deferral", instalments=after, **granted).refused("instalments", "程序规定第74条")


def test_each_instalment_is_late_by_itself(served):
    case = served().step(
        "grant_deferral", instalments=INSTALMENTS, deferred_until="2025-07-01", reason="经济困难"
    )
    on(
        case, date(2025, 7, 2), "impose_surcharge", surcharge=3_750, reason="逾期"
    ).open()  # 30 days of 4,000 and one of 5,000
    case = served().step(
        "grant_deferral", instalments=INSTALMENTS, deferred_until="2025-07-01", reason="经济困难"
    )
    on(case, date(2025, 6, 2), "record_payment", paid=4_000, **PAID, paid_on="2025-06-02")
    on(case, date(2025, 7, 3), "impose_surcharge", surcharge=300.01, reason="逾期").refused(
        "surcharge", "300.00"
    )


def test_nobody_pays_more_than_is_owed(served):
    served().step("record_payment", paid=9_000.01, paid_on="2025-04-24", **PAID).refused("paid", "9,000.00")


def changed(served) -> Play:
    case = served().step("record_payment", paid=9_000, paid_on="2025-04-24", **PAID)
    case.step("change_unpublished", 30, change_kind="changed", changed_by="示例府复〔2025〕1号", changed_on="2025-05-20",
              change_result="变更罚款为五千元", changed_fine=5_000)  # fmt: skip
    return case.step(
        "dispose_goods", goods_disposal="destroy", items=[{"name": "侵权商品"}], disposed_on="2025-05-25"
    )


def test_a_fine_that_was_reduced_is_paid_back_before_the_case_is_performed(served):
    changed(served).step("complete_performance", performed_on="2025-05-26").refused(
        "overpaid_refunded", "4,000.00", "行政复议法72"
    )
    changed(served).step(
        "refund_payment", refunded=4_000.01, refunded_on="2025-05-26", reason="变更"
    ).refused("refunded")
    case = changed(served).step("refund_payment", refunded=4_000, refunded_on="2025-05-26", reason="变更")
    case.step("complete_performance", performed_on="2025-05-27").open()


def test_a_fine_that_was_reduced_is_owed_as_reduced(served):
    case = served().step("change_unpublished", 30, change_kind="changed", changed_by="示例府复〔2025〕1号", changed_on="2025-05-20",
                         change_result="变更罚款为五千元", changed_fine=5_000)  # fmt: skip
    case.step("record_payment", paid=5_000, paid_on="2025-05-24", **PAID)
    case.step(
        "dispose_goods", goods_disposal="destroy", items=[{"name": "侵权商品"}], disposed_on="2025-05-25"
    )
    case.step("complete_performance", performed_on="2025-05-26").open()


def test_the_paper_that_demands_performance_states_no_more_than_is_owed(served):
    case = on(served(), date(2025, 5, 8), "record_payment", paid=4_000, paid_on="2025-05-08", **PAID)
    demand = {"service_method": "direct", "receiver": "李示例"}
    on(case, date(2025, 6, 9), "demand_performance", unpaid=9_000, served_on="2025-06-09", **demand).refused(
        "unpaid", "5,000.00"
    )
    case = on(served(), date(2025, 5, 8), "record_payment", paid=4_000, paid_on="2025-05-08", **PAID)
    on(case, date(2025, 6, 9), "demand_performance", unpaid=5_000, served_on="2025-06-09", **demand).open()


# ---- several parties: 示例代理公司 bears 20,000, its responsible person 王某 8,000

COMPANY = {"cause": "trademark_agency", "law_basis": "商标法第六十八条第一款", "turnover": None, "confiscated_goods": None,
           "confiscated_goods_value": None, "party_type": "organisation", "party_name": "示例代理公司", "rule": "TM-AGENT",
           "penalty_kinds": ["warning", "fine"], "fine": 20_000,
           "sanctions": [{"party": "王某", "rule": "TM-AGENT", "fine": 8_000, "other": "warning"}]}  # fmt: skip
PERSON = {"joined_role": "responsible", "joined_name": "王某", "joined_type": "person"}


@pytest.fixture
def two(stage):
    """Served on 2025-04-23 as above; both are to pay until 2025-05-08."""

    def begin() -> Play:
        case = Play(stage, opened=date(2025, 3, 11), **COMPANY)
        case.to("file_case").step("add_party", 0, **PERSON)
        return case.to("serve_decision")

    return begin


def test_instalments_are_each_partys_own(two):
    """王某 pays in two parts; the company's day stays what it was."""
    parts = [
        {"due_on": "2025-06-02", "amount": 3_000, "payer": "王某"},
        {"due_on": "2025-07-01", "amount": 5_000, "payer": "王某"},
    ]
    granted = {"deferred_until": "2025-07-01", "reason": "经济困难"}
    two().step("grant_deferral", instalments=parts[:1], **granted).refused(
        "instalments", "王某尚未缴纳的罚款为8,000.00元", "行政处罚法第66条"
    )
    case = two().step("grant_deferral", instalments=parts, **granted)
    paid = on(case, date(2025, 5, 7), "record_payment", paid=1, paid_on="2025-05-07", payer="王某", **PAID)
    # On 18 May only the company is late: ten days of 3 % on 20,000.
    rows = [{"party": "示例代理公司", "amount": 6_000}]
    late = on(paid, date(2025, 5, 18), "impose_surcharge", surcharge=6_000, surcharge_of=rows, reason="逾期")
    late.open()
    rows = [*rows, {"party": "王某", "amount": 1}]
    case = two().step("grant_deferral", instalments=parts, **granted)
    case = on(case, date(2025, 6, 3), "impose_surcharge", surcharge=6_001, surcharge_of=rows, reason="逾期")
    case.open()  # of 王某's first part one day is late, 90 yuan at most


def test_each_partys_surcharge_is_capped_by_its_own_fine(two):
    rows = [{"party": "示例代理公司", "amount": 20_000}, {"party": "王某", "amount": 8_000.01}]
    case = on(
        two(), date(2025, 9, 1), "impose_surcharge", surcharge=28_000.01, surcharge_of=rows, reason="逾期"
    )
    case.refused("surcharge", "8,000.01", "8,000.00", "行政处罚法第72条")
    rows[1] = {"party": "王某", "amount": 8_000}
    on(two(), date(2025, 9, 1), "impose_surcharge", surcharge=28_000, surcharge_of=rows, reason="逾期").open()
    on(two(), date(2025, 9, 1), "impose_surcharge", surcharge=28_000, reason="逾期").refused(
        "surcharge_of", "王某"
    )
    rows[1] = {"party": "王某", "amount": 7_000}
    on(
        two(), date(2025, 9, 1), "impose_surcharge", surcharge=28_000, surcharge_of=rows, reason="逾期"
    ).refused("surcharge", "27,000.00")


def lowered(two, **answers) -> Play:
    paid = two().step("record_payment", paid=8_000, paid_on="2025-04-24", payer="王某", **PAID)
    return paid.step("change_unpublished", 30, change_kind="changed", changed_by="示例府复〔2025〕1号", changed_on="2025-05-20",
                     change_result="变更对王某的罚款", **answers)  # fmt: skip


def test_what_a_change_leaves_to_each_party_is_said_and_the_rest_is_carried_over(two):
    lowered(two, changed_fine=25_000).refused("changed_shares", "2个当事人", "行政处罚法第59条")
    rows = [{"party": "王某", "fine": 5_000}]
    lowered(two, changed_fine=24_000, changed_shares=rows).refused("changed_fine", "25,000.00", "24,000.00")
    lowered(two, changed_fine=25_000, changed_shares=[{"party": "路人", "fine": 1}]).refused(
        "changed_shares", "路人"
    )
    lowered(two, changed_fine=25_000, changed_shares=rows).open()


def test_what_one_party_paid_too_much_makes_up_for_nothing_another_owes(two):
    """王某 paid 8,000 and owes 5,000 after the change; the company owes its 20,000 whole."""
    rows = [{"party": "王某", "fine": 5_000}]

    def later(company: int) -> Play:
        case = lowered(two, changed_fine=25_000, changed_shares=rows)
        return case.step(
            "record_payment", 1, paid=company, paid_on="2025-05-25", payer="示例代理公司", **PAID
        )

    later(20_000).step("complete_performance", performed_on="2025-05-26").refused(
        "overpaid_refunded", "王某3,000.00"
    )
    later(17_000).step("complete_performance", performed_on="2025-05-26").refused("paid_in_full", "3,000.00")
    later(20_000.01).refused("paid", "20,000.00")
    back = {"refunded_on": "2025-05-26", "reason": "变更"}
    later(20_000).step("refund_payment", refunded=3_000, payer="示例代理公司", **back).refused(
        "refunded", "0.00"
    )
    case = later(20_000).step("refund_payment", refunded=3_000, payer="王某", **back)
    case.step("complete_performance", performed_on="2025-05-27").open()


def test_a_missed_instalment_is_late_while_the_deferral_runs(served):
    def granted() -> Play:
        return served().step(
            "grant_deferral", instalments=INSTALMENTS, deferred_until="2025-07-01", reason="经济困难"
        )

    on(granted(), date(2025, 6, 2), "impose_surcharge", surcharge=1, reason="逾期").refused(
        "payment_overdue", "2025-06-02", "行政处罚法66"
    )
    on(granted(), date(2025, 6, 12), "impose_surcharge", surcharge=1_200, reason="逾期").open()
    on(granted(), date(2025, 6, 12), "impose_surcharge", surcharge=1_200.01, reason="逾期").refused(
        "surcharge", "1,200.00"
    )


def test_a_settlement_before_the_review_organ_lowers_what_is_owed(served):
    def settled(**answers) -> Play:
        case = served().step(
            "start_remedy", 5, remedy_kind="review", remedy_body="区政府", accepted_on="2025-04-28"
        )
        return case.step("end_remedy", 40, ended_on="2025-06-07", **answers)

    case = settled(remedy_result="settled", changed_by="区府复调〔2025〕1号", changed_fine=5_000)
    case.step("record_payment", 1, paid=5_000, paid_on="2025-06-08", **PAID)
    case.step(
        "dispose_goods", 0, goods_disposal="destroy", items=[{"name": "侵权商品"}], disposed_on="2025-06-08"
    )
    case.step("complete_performance", 0, performed_on="2025-06-08").open()
    settled(remedy_result="upheld", changed_by="区府复〔2025〕1号", changed_fine=5_000).refused(
        "changed_fine", "维持"
    )
