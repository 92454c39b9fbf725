"""Whatever papers a case had to serve and whichever of them were served: it is archived when, and only when, every one reached the party
(程序规定 81, 82)."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.casework import Worker
from tests.examples import examples
from zhiheng.matters.delivery import to_serve
from zhiheng.matters.engine import Standing
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

# Step → what it is told beside the usual answers; each makes a paper that may be handed over at once or served later.
PAPERS = {
    "correct_clerical_error": {},
    "self_correct": {"change_kind": "changed", "changed_fine": 8_000_00, "changed_by": "本局〔2024〕9号"},
    "order_correction": {"correction_mode": "at_once", "correction_content": "停止销售"},
    "grant_deferral": {},
}
# Of each paper: whether it is made, whether it is left to be served later, whether it then is served.
CHOICES = st.fixed_dictionaries(dict.fromkeys(PAPERS, st.tuples(st.booleans(), st.booleans(), st.booleans())))


@pytest.fixture
def served(world):
    work = Worker(world.a).to_decided()
    work.wait(2).step("serve_decision")
    work.wait(3).step("publish_decision")
    return work


@settings(
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(choices=CHOICES)
@example(choices=dict.fromkeys(PAPERS, (True, True, False)))
@example(choices=dict.fromkeys(PAPERS, (True, True, True)))
def test_a_case_is_archived_only_when_every_paper_was_served(served, choices):
    work = Worker(served.cast, on=served.on)
    work.case = served.case
    with transaction.atomic():
        for step, (made, later, _) in choices.items():
            if made:
                work.step(step, serve_later=later, **PAPERS[step])
        waiting = to_serve(work.case, Standing.of(work.case.matter.proceeding, work.on))
        left = {step for step, (made, later, reached) in choices.items() if made and later and not reached}
        for paper in waiting:
            if paper.step not in left:
                work.step("serve_paper", paper_to_serve=paper.number or paper.form)
        if choices["self_correct"][0]:
            work.step("withdraw_publication")  # what was changed is not shown any more as it was
        owed = work.case.fine_fen + (work.case.confiscated_gains_fen or 0)
        work.wait(2).step("record_payment", paid=owed)
        work.step("dispose_goods")
        work.step("complete_performance")
        if left:
            with pytest.raises(Refused, match="尚有文书没有送达"):
                work.wait(1).step("close_case")
        else:
            work.wait(1).step("close_case")
            work.wait(1).step("archive_case")
            assert work.case.archived_on
        transaction.set_rollback(True)
