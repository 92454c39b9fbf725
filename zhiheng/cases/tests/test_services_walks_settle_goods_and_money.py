"""Whatever way a decided case goes: it is not closed with goods, money or a referral open, nor archived with a paper nobody received.

What is open is read from the recorded steps alone, by a tally of this test's own, not by the ledgers that the guards ask.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.casework import Worker
from tests.examples import examples
from zhiheng.cases.models import Case
from zhiheng.matters.engine import procedure_of
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

GOODS, TOOLS = "侵权商品", "专用模具"
SEIZED = {GOODS: 120, TOOLS: 2}
FINE = 9_000_00
_ENDS = ("destroy", "hand_over", "return")


def rows(**quantities: int) -> list[dict]:
    return [
        {"name": name, "quantity": str(number), "unit": "件"} for name, number in quantities.items() if number
    ]


class Walk(RuleBasedStateMachine):
    """A case of ordinary procedure with two kinds of goods seized and forfeited, served; from there anything in any order."""

    start: Worker

    @initialize()
    def begin(self) -> None:
        self.atom = transaction.atomic()
        self.atom.__enter__()
        self.work = Worker(self.start.cast, on=self.start.on)
        self.work.case = Case.objects.get(pk=self.start.case.pk)

    def teardown(self) -> None:
        if hasattr(self, "atom"):
            transaction.set_rollback(True)
            self.atom.__exit__(None, None, None)

    def take(self, code: str, **said) -> bool:
        self.work.on += timedelta(1)
        try:
            with transaction.atomic():
                self.work.step(code, **said)
        except Refused:
            self.work.case = Case.objects.get(pk=self.work.case.pk)
            event(f"refused {code}")
            return False
        event(f"taken {code}")
        return True

    # ---- what an officer may do next

    @rule(days=st.sampled_from([1, 16, 40, 200]))
    def time_passes(self, days: int) -> None:
        self.work.on += timedelta(days)

    @rule(
        goods=st.sampled_from([0, 20, 60, 120]), tools=st.sampled_from([0, 1, 2]), way=st.sampled_from(_ENDS)
    )
    def dispose(self, goods: int, tools: int, way: str) -> None:
        if chosen := rows(**{GOODS: goods, TOOLS: tools}):
            self.take("dispose_goods", items=chosen, goods_disposal=way)

    @rule(goods=st.sampled_from([0, 60, 120]), tools=st.sampled_from([0, 2]), missing=st.booleans())
    def release(self, goods: int, tools: int, missing: bool) -> None:
        chosen = rows(**{GOODS: goods, TOOLS: tools})
        self.take("lift_seizure", **({"items": chosen} if chosen else {"items": None}), owner_missing=missing)

    @rule()
    def owner_comes(self) -> None:
        self.take("announce_unclaimed")
        self.take("collect_goods", items=None)

    @rule(amount=st.sampled_from([100_00, 4_000_00, 5_000_00, FINE]))
    def pay(self, amount: int) -> None:
        self.take("record_payment", paid=amount)

    @rule(amount=st.sampled_from([270_00, 4_050_00]))
    def surcharge(self, amount: int) -> None:
        self.take("impose_surcharge", surcharge=amount)

    @rule(to=st.sampled_from([0, 4_000_00, None]))
    def change(self, to: int | None) -> None:
        how = {"change_kind": "revoked"} if to is None else {"change_kind": "changed", "changed_fine": to}
        self.take("change_unpublished", **how)

    @rule(amount=st.sampled_from([100_00, 5_000_00, FINE]))
    def refund(self, amount: int) -> None:
        self.take("refund_payment", refunded=amount)

    @rule(code=st.sampled_from(["report_crime", "approve_crime_transfer", "send_crime_transfer", "police_filed", "hand_over_items",
                                "police_refused", "end_crime_transfer", "refuse_crime_transfer"]))  # fmt: skip
    def refer(self, code: str) -> None:
        self.take(code, items=None)

    @rule(fine=st.sampled_from([1_000_00, 3_000_00]))
    def decide_another(self, fine: int) -> None:
        self.take("decide_further", fine=fine, penalty_kinds=["fine"], nothing_to_confiscate="sold", confiscated_goods=None,
                  confiscated_goods_value=None, items=None, proposed_penalty=["罚款"])  # fmt: skip

    @rule(code=st.sampled_from(["serve_further", "record_payment_further", "end_further"]))
    def go_on_with_another(self, code: str) -> None:
        self.take(code, **({"paid": 1_000_00} if code == "record_payment_further" else {}))

    @rule(later=st.booleans())
    def order_correction(self, later: bool) -> None:
        self.take("order_correction", serve_later=later)

    @rule()
    def serve_what_waits(self) -> None:
        self.take("serve_paper", paper_to_serve="SAMR-33")

    @rule(code=st.sampled_from(["complete_performance", "conclude_revoked", "end_performance"]))
    def conclude(self, code: str) -> None:
        self.take(code)

    @rule(ground=st.sampled_from(["performed", "other", "court_ended"]))
    def close(self, ground: str) -> None:
        self.take("close_case", closing_ground=ground)

    @rule()
    def archive(self) -> None:
        self.take("archive_case")

    # ---- what holds wherever that leads

    @invariant()
    def nothing_is_shut_over_what_is_open(self) -> None:
        if not hasattr(self, "work"):
            return
        taken = list(self.work.case.matter.proceeding.steps.order_by("seq"))
        state = taken[-1].state
        if state in ("closed", "archived"):
            assert not (left := goods_left(taken)), f"closed with {left}"
            assert referral_over(taken), "closed with a referral open"
            ground = next(row.data["closing_ground"] for row in reversed(taken) if row.step == "close_case")
            owed = owed_by(taken)
            if ground == "performed":
                assert owed <= 0, f"closed as performed with {owed} owing"
            assert owed >= 0 or taken[-1].step in ("refund_payment", "change_unpublished"), (
                f"closed with {-owed} to pay back"
            )
        if state == "archived":
            assert not (waiting := unserved(self.work.case, taken)), f"archived with {waiting} unserved"


def goods_left(taken: list) -> Counter:
    """Goods seized whose end no step tells: given back, disposed of, handed over, collected."""
    left: Counter = Counter()
    unclaimed: Counter = Counter()
    forfeited = False
    for row in taken:
        listed = Counter({one["name"]: int(one["quantity"]) for one in row.data.get("items") or ()})
        if row.step == "seize":
            left += listed
        elif row.step == "decide_penalty":
            forfeited = True
        elif row.step == "lift_seizure":
            # Lifting a measure over forfeited goods gives nothing back: the decision holds them.
            if not forfeited:
                gone = listed or Counter(left)
                left -= gone
                unclaimed += gone if row.data.get("owner_missing") else Counter()
        elif row.step == "dispose_goods":
            left -= listed or Counter(left)
        elif row.step == "hand_over_items":
            left = Counter()
        elif row.step == "collect_goods":
            unclaimed = Counter()
        elif row.step == "conclude_revoked":
            forfeited = False
    return left + unclaimed


def referral_over(taken: list) -> bool:
    open_now = False
    for row in taken:
        if row.step == "report_crime":
            open_now = True
        elif row.step in ("hand_over_items", "end_crime_transfer", "refuse_crime_transfer"):
            open_now = False
    return not open_now


def owed_by(taken: list) -> int:
    """Fine and surcharge of the first decision, less what came in; what a change took away counts no more."""
    fine, extra, paid = 0, 0, 0
    for row in taken:
        said = row.data
        if row.step == "decide_penalty":
            fine = said.get("fine") or 0
        elif row.step == "impose_surcharge":
            extra = said["surcharge"]
        elif row.step == "change_unpublished":
            fine = said.get("changed_fine") or 0
        elif row.step == "record_payment":
            paid += said["paid"]
        elif row.step == "refund_payment":
            paid -= said["refunded"]
    return fine + min(extra, fine) - paid


def unserved(case: Case, taken: list) -> list[str]:
    """Decisions and orders to the party for which no step tells how they reached it."""
    steps = procedure_of(case.matter.proceeding.version).steps
    waiting: list[str] = []
    for row in taken:
        step, said = steps[row.step], row.data
        made = [form for form in ("SAMR-37", "SAMR-45", "SAMR-33") if form in step.issues]
        waiting += [form for form in made if form not in step.delivers or said.get("serve_later")]
        served = [*step.serves, *([said.get(step.serves_chosen)] if step.serves_chosen else [])]
        for form in served:
            if form in waiting:
                waiting.remove(form)
        if step.excuses_service:
            waiting = []
    return waiting


@pytest.fixture
def served(world) -> Worker:
    work = Worker(world.a).to_filed()
    listed = rows(**SEIZED)
    work.wait(1).step("seize", items=listed)
    work.wait(5).step("close_investigation")
    work.wait(1).step("submit_review")
    work.wait(1).step("pass_review")
    work.wait(1).step("give_notice", items=listed)
    work.wait(1).step("serve_notice")
    work.wait(10).step("deliberate")
    work.wait(1).step("decide_penalty", items=listed)
    work.wait(1).step("serve_decision")
    return work


def test_no_walk_closes_over_goods_money_or_a_referral_nor_archives_an_unserved_paper(served):
    machine = type("WalkOfThisCase", (Walk,), {"start": served})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(12),
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )


def test_the_lawful_way_to_the_end_is_open(served):
    """The walk's rules reach the archive: paid, disposed of, performed, closed."""
    work = served
    work.wait(1).step("record_payment")
    work.step("lift_seizure", lift_ground="decided", items=None)
    work.step("dispose_goods", items=rows(**SEIZED))
    work.wait(1).step("complete_performance")
    work.wait(1).step("close_case")
    work.step("publish_decision")
    work.wait(1).step("archive_case")
    taken = list(work.case.matter.proceeding.steps.order_by("seq"))
    assert taken[-1].state == "archived"
    assert (
        not goods_left(taken)
        and owed_by(taken) == 0
        and referral_over(taken)
        and not unserved(work.case, taken)
    )
