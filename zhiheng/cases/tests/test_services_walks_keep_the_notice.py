"""Whatever way a case goes after its first notice: it is decided only by a notice served of the facts as they then stand, and never more
heavily than that notice told."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.casework import Worker
from tests.examples import examples
from zhiheng.cases.models import Case
from zhiheng.matters.engine import procedure_of
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

FINES = (8_000_00, 9_000_00, 9_500_00)
KINDS = (
    ["fine", "confiscate_goods"],
    ["warning", "confiscate_goods"],
    ["fine", "confiscate_goods", "stop_business"],
)
# Ways on and back; what the law refuses on the way is simply not taken.
MOVES = st.sampled_from(
    ["record_defence", "waive_defence", "deliberate", "return_from_deliberation", "renew_notice", "close_investigation", "submit_review",
     "pass_review", "return_for_supplement", "give_notice", "serve_notice", "propose_other_outcome", "decide_penalty"]
)  # fmt: skip
LEGS = st.sampled_from(
    [
        ["deliberate", "decide_penalty"],
        ["deliberate", "return_from_deliberation", "close_investigation", "submit_review", "pass_review"],
        ["deliberate", "renew_notice", "give_notice", "serve_notice"],
        ["propose_other_outcome", "decide_penalty"],
        ["give_notice", "serve_notice", "deliberate", "decide_penalty"],
    ]
)
WALKS = st.lists(
    st.tuples(st.one_of(MOVES.map(lambda one: [one]), LEGS), st.sampled_from(FINES), st.sampled_from(KINDS)),
    max_size=7,
)


@pytest.fixture
def noticed(world):
    return Worker(world.a).to_noticed()


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(walk=WALKS, first=st.sampled_from([1, 12]))
@example(walk=[(["deliberate", "decide_penalty"], 9_000_00, KINDS[0])], first=12)
def test_no_decision_without_a_valid_notice_and_none_heavier_than_it(noticed, walk, first):
    work = Worker(noticed.cast, on=noticed.on + timedelta(first))
    work.case = noticed.case
    with transaction.atomic():
        for codes, fine, kinds in walk:
            for code in codes:
                take(work, code, fine, kinds)
                work.on += timedelta(9)
        hold(work)
        transaction.set_rollback(True)


def take(work: Worker, code: str, fine: int, kinds: list[str]) -> None:
    said = {}
    if code in ("give_notice", "decide_penalty"):
        amounts = {"fine": fine} if "fine" in kinds else {"fine": None}
        said = {"penalty_kinds": kinds, "hearing_right": True, "outside_basis": "另有依据", **amounts}
        if code == "decide_penalty":
            del said["hearing_right"]
    try:
        with transaction.atomic():
            work.step(code, **said)
    except Refused:
        work.case = Case.objects.get(pk=work.case.pk)


def hold(work: Worker) -> None:
    """Read from the steps alone: what was told, whether it still holds, what was decided."""
    run = work.case.matter.proceeding
    steps = procedure_of(run.version).steps
    told, valid = None, False
    for row in run.steps.order_by("seq"):
        if steps[row.step].to in ("investigating", "proposed"):
            valid = False
        if row.step == "give_notice":
            told, valid = row.data, False
        if row.step == "serve_notice":
            valid = True
        if row.step == "decide_penalty":
            assert valid, "decided without a notice of the facts as they stand"
            assert (row.data.get("fine") or 0) <= (told.get("fine") or 0)
            order = list(procedure_of(run.version).fields["penalty_kinds"].choices)
            worst = [max(order.index(kind) for kind in said["penalty_kinds"]) for said in (row.data, told)]
            assert worst[0] <= worst[1]
