"""Approval in turn: nobody is passed over, and whoever returns says why."""

import pytest

from tests.casework import Worker
from zhiheng.matters import services
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    work = Worker(world.a)
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    return work


def opinion(work, proposal, who, *, agrees: bool, text: str):
    return services.give_opinion(
        actor=who, record=work.case, proposal=proposal, agrees=agrees, text=text, on=work.on
    )


def test_a_step_takes_effect_with_the_last_of_its_approvers_and_not_before(work):
    proposal = work.propose("file_case")
    assert proposal.next_role == "unit_head"
    with pytest.raises(Refused):
        opinion(work, proposal, work.cast.leader, agrees=True, text="同意")
    proposal = opinion(work, proposal, work.cast.unit_head, agrees=True, text="同意")
    work.case.refresh_from_db()
    assert (proposal.state, proposal.next_role) == ("pending", "leader")
    assert work.case.case_no == "" and work.case.filed_on is None
    opinion(work, proposal, work.cast.leader, agrees=True, text="同意")
    work.case.refresh_from_db()
    assert work.case.case_no and work.case.filed_on == work.on


@pytest.mark.parametrize("text", ["", "  ", "\u3000\n"])
def test_who_returns_a_proposal_says_why(work, text):
    proposal = work.propose("file_case")
    with pytest.raises(Refused, match="退回须写明理由"):
        opinion(work, proposal, work.cast.unit_head, agrees=False, text=text)
    proposal.refresh_from_db()
    assert proposal.state == "pending" and not proposal.opinions.exists()
    assert opinion(work, proposal, work.cast.unit_head, agrees=False, text="证据不足").state == "returned"
