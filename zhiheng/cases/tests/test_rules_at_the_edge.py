"""Rules of enforcement cases where they turn: the third officer, the last yuan, a decision's own day, the decision in force."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.casework import Worker
from zhiheng.cases import decisions
from zhiheng.cases.models import Case
from zhiheng.matters import selectors
from zhiheng.refusal import Refused


@pytest.fixture
def work(world):
    return Worker(world.a)


def test_every_officer_of_a_case_has_a_certificate_and_not_only_two_of_them(work, world):
    work.register()
    work.step("start_verification")
    work.wait(1).step("record_inspection")
    three = [world.a.handler.pk, world.a.co_handler.pk, world.a.expired.pk]
    with pytest.raises(Refused, match="张逾期在2024-03-05没有有效的行政执法证"):
        work.step("file_case", handlers=three)


def test_a_case_is_paid_when_nothing_is_left_and_not_when_little_is(work):
    work.to_decided().wait(2).step("serve_decision")
    work.wait(3).step("publish_decision")
    work.step("record_payment", paid=8_999_00)
    work.step("dispose_goods")
    with pytest.raises(Refused, match=r"尚欠1\.00元"):
        work.step("complete_performance")
    work.step("record_payment", paid=1_00)
    work.step("complete_performance")


def test_what_is_paid_in_full_is_nobodys_late_work_though_goods_await_disposal(work):
    """缴款 and 申请法院强制执行 end with the payment; what is left to do keeps its own time."""
    work.to_decided().wait(2).step("serve_decision")
    work.wait(3).step("publish_decision")
    running = lambda: {  # noqa: E731
        row.clock for row in work.case.matter.proceeding.clocks.filter(stopped_on__isnull=True)
    }
    assert "pay" in running()
    work.step("record_payment", paid=8_999_00)
    assert "pay" in running()
    with pytest.raises(Refused, match=r"写明已全部缴清，登记后尚欠0\.50元"):
        work.step("record_payment", paid=50, paid_off="all")
    work.step("record_payment", paid=1_00)
    assert not {"pay", "court", "judgment"} & running()
    later = work.on + timedelta(days=400)
    work.wait(300)
    late = selectors.running_clocks(work.cast.handler, later).filter(due_on__lt=later)
    assert not {row.clock for row in late} & {"pay", "court", "judgment"}
    moves = {turn.clock for turn in selectors.in_hand(work.cast.handler, work.on)}
    assert not moves & {"缴款", "申请法院强制执行", "申请执行裁判"}
    work.step("dispose_goods")
    work.step("complete_performance")


@pytest.fixture
def case(world):
    return Case.objects.create(
        unit=world.a.unit, cause="trademark_infringement", title="某商行侵权案", party_name="某商行",
        party_type="organisation", state="ledger_closed",
    )  # fmt: skip


def test_a_decision_may_be_revoked_on_its_own_day_and_not_before(case):
    made = decisions.issue(case=case, kind="penalty", on=date(2024, 4, 1), fine=100_00, number="甲1号")
    with pytest.raises(Refused, match="早于决定日期"):
        decisions.end(case=case, decision=made, how="revoked", on=date(2024, 3, 31), by="渝府复1号")
    decisions.end(case=case, decision=made, how="revoked", on=date(2024, 4, 1), by="渝府复1号")
    assert made.ended_on == date(2024, 4, 1) and case.outcome == "withdrawn"


def test_a_case_shows_the_decision_in_force_and_not_one_made_later_and_revoked(case):
    decisions.issue(case=case, kind="penalty", on=date(2024, 4, 1), fine=100_00, number="甲1号")
    later = decisions.issue(case=case, kind="penalty", on=date(2024, 5, 1), fine=30_00, number="甲2号")
    assert (case.doc_no, case.decided_on, case.fine_fen) == ("甲2号", date(2024, 5, 1), 130_00)
    decisions.end(case=case, decision=later, how="revoked", on=date(2024, 6, 1), by="渝府复2号")
    assert (case.doc_no, case.decided_on, case.fine_fen) == ("甲1号", date(2024, 4, 1), 100_00)
