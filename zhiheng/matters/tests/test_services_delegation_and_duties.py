"""Acting for somebody who is away, and who may not sign: each rule attacked with the fixed cast."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.casework import Worker
from zhiheng.accounts import services as people
from zhiheng.accounts.models import Person, RoleGrant
from zhiheng.accounts.rights import Right, Role
from zhiheng.accounts.selectors import acting_roles, may
from zhiheng.audit.models import Entry
from zhiheng.matters import selectors, services
from zhiheng.matters.models import Opinion, StepTaken
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    work = Worker(world.a)
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    return work


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def delegate(giver, deputy, on, role=Role.UNIT_HEAD, days=5):
    return people.delegate(
        actor=giver,
        on=on,
        deputy=deputy,
        role=role,
        since=on,
        until=on + timedelta(days=days),
        reason="年休假",
    )


def sign(person, work, proposal, agrees=True):
    proposal.refresh_from_db()
    return services.give_opinion(
        actor=fresh(person), record=work.case, proposal=proposal, agrees=agrees, text="同意", on=work.on
    )


def test_a_deputy_signs_in_the_days_of_the_delegation_and_the_opinion_says_for_whom(work, world):
    proposal = work.propose("file_case")
    with pytest.raises(Refused, match="须由"):
        sign(world.a.reviewer, work, proposal)
    made = delegate(world.a.unit_head, world.a.reviewer, work.on)
    assert [t.step for t in selectors.opinions_awaited(fresh(world.a.reviewer), work.on)] == ["file_case"]
    sign(world.a.reviewer, work, proposal)
    opinion = Opinion.objects.get()
    assert (opinion.person, opinion.for_person) == (world.a.reviewer, world.a.unit_head)
    assert opinion.signer == f"{world.a.reviewer.name}（代{world.a.unit_head.name}）"
    assert Entry.objects.filter(action__startswith="同意", data__for=world.a.unit_head.pk).exists()
    over = made.until + timedelta(days=1)
    assert Role.UNIT_HEAD not in acting_roles(fresh(world.a.reviewer), over)


def test_what_was_taken_back_does_not_hold_from_that_day(work, world):
    made = delegate(world.a.unit_head, world.a.reviewer, work.on)
    with pytest.raises(Refused, match="只能由委托人"):
        people.revoke_delegation(actor=world.a.leader, on=work.on, delegation=made)
    people.revoke_delegation(actor=world.a.unit_head, on=work.on, delegation=made)
    proposal = work.propose("file_case")
    with pytest.raises(Refused, match="须由"):
        sign(world.a.reviewer, work, proposal)
    with pytest.raises(Refused, match="已经结束"):
        people.revoke_delegation(actor=world.a.unit_head, on=work.on, delegation=made)


def test_nobody_hands_over_what_is_not_theirs(work, world):
    on = work.on
    with pytest.raises(Refused, match="不都任"):
        delegate(world.a.handler, world.a.reviewer, on)
    # What was handed to one is not handed on.
    delegate(world.a.unit_head, world.a.reviewer, on)
    with pytest.raises(Refused, match="不都任"):
        delegate(world.a.reviewer, world.a.hearing_chair, on)
    for role in (Role.HANDLER, Role.COLLECTIVE, Role.UNIT_ADMIN):
        with pytest.raises(Refused, match="不能委托"):
            delegate(world.a.leader, world.a.reviewer, on, role)
    with pytest.raises(Refused, match="不能委托自己"):
        delegate(world.a.leader, world.a.leader, on, Role.LEADER)
    with pytest.raises(Refused, match="不是"):
        delegate(world.a.leader, world.b.unit_head, on, Role.LEADER)
    with pytest.raises(Refused, match="已委托"):
        delegate(world.a.unit_head, world.a.hearing_chair, on)


def test_a_delegation_does_not_outlive_the_role_of_who_gave_it(work, world):
    delegate(world.a.unit_head, world.a.reviewer, work.on)
    RoleGrant.objects.filter(person=world.a.unit_head).update(until=work.on - timedelta(days=1))
    assert Role.UNIT_HEAD not in acting_roles(fresh(world.a.reviewer), work.on)


def test_a_delegation_hands_over_turns_and_no_rights_beside_them(work, world):
    delegate(world.a.leader, world.a.handler, work.on, Role.LEADER)
    deputy = fresh(world.a.handler)
    assert Role.LEADER in acting_roles(deputy, work.on)
    assert not may(deputy, Right.PUBLISH_REPORT, work.on)


def test_nobody_signs_two_turns_of_one_approval_in_whatever_name(work, world):
    RoleGrant.objects.create(person=world.a.unit_head, role=Role.LEADER, since=work.on)
    proposal = work.propose("file_case")
    sign(world.a.unit_head, work, proposal)
    with pytest.raises(Refused, match="同一人不能签署两个审批环节"):
        sign(world.a.unit_head, work, proposal)
    # Nor does somebody else sign the second in the name of who signed the first.
    delegate(world.a.unit_head, world.a.reviewer, work.on, Role.LEADER)
    with pytest.raises(Refused, match="同一人不能签署两个审批环节"):
        sign(world.a.reviewer, work, proposal)
    assert isinstance(sign(world.a.leader, work, proposal), StepTaken)


def test_nobody_approves_what_they_proposed_through_who_acts_for_them(work, world):
    RoleGrant.objects.create(person=world.a.handler, role=Role.UNIT_HEAD, since=work.on)
    proposal = work.propose("file_case")
    with pytest.raises(Refused):
        sign(world.a.handler, work, proposal)
    delegate(world.a.handler, world.a.reviewer, work.on)
    with pytest.raises(Refused):
        sign(world.a.reviewer, work, proposal)
    assert Opinion.objects.count() == 0


def test_an_officer_of_the_case_does_not_approve_it(work, world):
    RoleGrant.objects.create(person=world.a.co_handler, role=Role.UNIT_HEAD, since=work.on)
    proposal = work.propose("file_case")
    assert not selectors.opinions_awaited(fresh(world.a.co_handler), work.on).exists()
    with pytest.raises(Refused, match="承办人"):
        sign(world.a.co_handler, work, proposal)


def test_who_has_stepped_back_is_refused_in_words_and_not_named_again(work, world):
    work.step("apply_for_recusal", recusal_of=world.a.co_handler.name)
    work.step("decide_recusal", recusal_of=world.a.co_handler.name, recusal_granted=True)
    assert not selectors.in_hand(fresh(world.a.co_handler), work.on).exists()
    away = world.a.co_handler
    with pytest.raises(Refused, match="已经回避"):
        services.assign_officers(
            actor=world.a.unit_head, record=work.case, people=[world.a.handler, away], on=work.on
        )
    RoleGrant.objects.create(person=away, role=Role.UNIT_HEAD, since=work.on)
    proposal = work.propose("extend_verification")
    with pytest.raises(Refused, match="已经回避"):
        sign(away, work, proposal)


def test_nobody_takes_a_case_over_without_its_heads(work, world):
    mine = [world.a.expired, world.a.handler]
    for taker in (world.a.expired, world.a.co_handler, world.b.unit_head, world.a.reviewer):
        with pytest.raises(Refused, match="负责人"):
            services.assign_officers(actor=taker, record=work.case, people=mine, on=work.on)
    # Who is in charge names who works beside them, and stays in charge.
    with pytest.raises(Refused, match="更换主办"):
        services.assign_officers(
            actor=world.a.handler, record=work.case, people=[world.a.co_handler, world.a.handler], on=work.on
        )
    services.assign_officers(
        actor=world.a.unit_head, record=work.case, people=[world.a.co_handler, world.a.handler], on=work.on
    )
    assert work.case.matter.officers.get(lead=True, until=None).person == world.a.co_handler


def test_the_ledger_is_held_against_delegations_opinions_and_reminders(work, world):
    from tests.world import tell_of
    from zhiheng.accounts.models import Delegation
    from zhiheng.audit.verification import verify as verify_all

    tell_of(world)
    made = delegate(world.a.unit_head, world.a.reviewer, work.on)
    proposal = work.propose("file_case")
    sign(world.a.reviewer, work, proposal)
    said = lambda: [str(f) for f in verify_all().faults]  # noqa: E731
    assert not [f for f in said() if "代行" in f or "意见" in f]
    Delegation.objects.filter(pk=made.pk).update(until=made.until + timedelta(days=300))
    assert [f for f in said() if "代行" in f]
    Opinion.objects.update(for_person=None)
    assert [f for f in said() if "意见" in f]
