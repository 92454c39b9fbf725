"""What a party owes, when, and what late payment adds: the unlawful way refused with its article, the lawful way open."""

from datetime import date

import pytest

from .plays import Play

pytestmark = [pytest.mark.django_db, pytest.mark.rehearsal]
PAID = {"receipt_no": "1", "payment_channel": "bank"}


@pytest.fixture
def served(world):
    """Served on 2025-04-23: to be paid until 2025-05-08."""

    def begin(**changes) -> Play:
        case = Play(world.a.unit.code, opened=date(2025, 3, 11), **changes).to("serve_decision")
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
