"""会签、加签、转办、撤回、催办 on a proposal: who is asked is told, nothing is approved before they spoke, and all of it is on the record."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from tests.casework import Worker
from tests.site.test_every_column_is_held import other
from tests.world import tell_of
from zhiheng.audit.models import Entry
from zhiheng.audit.verification import verify
from zhiheng.matters import countersigns, services
from zhiheng.matters.models import Countersign, Proposal, Turn, TurnKind
from zhiheng.matters.selectors import in_hand
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(world, monkeypatch):
    tell_of(world)
    work = Worker(world.a)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: work.on)
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    work.proposal = work.propose("file_case")
    return work


def about(work, actor) -> dict:
    return {"actor": actor, "record": work.case, "on": work.on}


def ask(work, actor, person, **more) -> Countersign:
    return countersigns.ask(proposal=work.proposal, person=person, **about(work, actor), **more)


def approve(work, actor):
    work.proposal.refresh_from_db()
    return services.give_opinion(proposal=work.proposal, agrees=True, text="", **about(work, actor))


def mine(actor, on) -> list[Turn]:
    return list(in_hand(actor, on).filter(kind=TurnKind.COUNTERSIGN))


def test_who_is_asked_has_it_in_hand_and_nothing_is_approved_before(waiting, world):
    a = world.a
    asked = ask(waiting, a.handler, a.reviewer, why="请看定性")
    assert [turn.proposal_id for turn in mine(a.reviewer, waiting.on)] == [waiting.proposal.pk]
    assert not mine(a.leader, waiting.on)
    with pytest.raises(Refused, match=f"{a.reviewer.name}还没有会签"):
        approve(waiting, a.unit_head)
    with pytest.raises(Refused, match="须写明"):
        countersigns.give(asked=asked, agrees=False, text=" ", **about(waiting, a.reviewer))
    countersigns.give(asked=asked, agrees=False, text="证据不足。", **about(waiting, a.reviewer))
    assert not mine(a.reviewer, waiting.on)
    approve(waiting, a.unit_head)  # heard, not counted: who approves decides
    with pytest.raises(Refused, match="已经签署"):
        countersigns.give(asked=asked, agrees=True, text="", **about(waiting, a.reviewer))
    assert verify().faults == ()


def test_an_approver_whose_turn_it_is_asks_too_and_nobody_else(waiting, world):
    a = world.a
    with pytest.raises(Refused, match="提请人或者本环节的审批人"):
        ask(waiting, a.leader, a.reviewer)
    ask(waiting, a.unit_head, a.reviewer)
    for person in (a.handler, a.unit_head, a.reviewer, world.b.handler):
        with pytest.raises(Refused, match="不能请"):
            ask(waiting, a.unit_head, person)


def test_it_is_handed_on_and_the_trail_says_from_whom_to_whom(waiting, world, signed_in):
    a = world.a
    asked = ask(waiting, a.handler, a.reviewer)
    other_one = countersigns.hand_on(asked=asked, person=a.leader, why="出差", **about(waiting, a.reviewer))
    assert other_one.asked_by == a.reviewer and not mine(a.reviewer, waiting.on)
    assert [turn.person_id for turn in mine(a.leader, waiting.on)] == [a.leader.pk]
    countersigns.give(asked=other_one, agrees=True, text="", **about(waiting, a.leader))
    page = signed_in(a.handler).get(reverse("case-proposal", args=[waiting.case.pk, waiting.proposal.pk]))
    body = page.content.decode()
    assert "转办" in body and a.leader.name in body and "出差" in body
    said = Entry.objects.filter(subject_id=waiting.case.matter.proceeding_id).values_list("action", flat=True)
    assert [action.split("：")[0] for action in said if "会签" in action or "转办" in action] == [
        "请会签", "转办", "请会签", "会签",
    ]  # fmt: skip


def test_what_is_returned_or_taken_back_waits_for_nobody(waiting, world):
    a = world.a
    asked = ask(waiting, a.handler, a.reviewer)
    turn = mine(a.reviewer, waiting.on)[0]
    services.remind(turn=turn, text="请尽快", **about(waiting, a.handler))
    services.withdraw_proposal(proposal=waiting.proposal, **about(waiting, a.handler))
    assert not mine(a.reviewer, waiting.on)
    with pytest.raises(Refused, match="已撤回"):
        countersigns.give(asked=asked, agrees=True, text="", **about(waiting, a.reviewer))
    again = waiting.propose("file_case")
    waiting.proposal = again
    ask(waiting, a.handler, a.reviewer)
    services.give_opinion(proposal=again, agrees=False, text="补证", **about(waiting, a.unit_head))
    assert Proposal.objects.get(pk=again.pk).state == "returned" and not mine(a.reviewer, waiting.on)
    assert verify().faults == ()


def test_it_is_done_on_the_pages(waiting, world, signed_in):
    a = world.a
    address = reverse("case-countersign", args=[waiting.case.pk, waiting.proposal.pk])
    client = signed_in(a.handler)
    assert (
        address
        in client.get(reverse("case-proposal", args=[waiting.case.pk, waiting.proposal.pk])).content.decode()
    )
    assert client.post(address, {"person": a.reviewer.pk, "why": "请看定性"}).status_code == 302
    work = signed_in(a.reviewer)
    assert "会签" in work.get(reverse("work")).content.decode()
    assert work.post(address, {"verdict": "handed"}).status_code == 422
    assert work.post(address, {"verdict": "agrees"}).status_code == 302
    assert Countersign.objects.get().state == "agrees"
    assert signed_in(world.b.handler).get(address).status_code == 404


def test_a_change_of_any_column_of_it_is_found_out(waiting, world):
    asked = ask(waiting, world.a.handler, world.a.reviewer, why="请看定性")
    countersigns.give(asked=asked, agrees=True, text="同意", **about(waiting, world.a.reviewer))
    missed = []
    for column in Countersign._meta.concrete_fields:
        if column.primary_key:
            continue
        try:
            with transaction.atomic():
                Countersign.objects.filter(pk=asked.pk).update(**{column.attname: other(asked, column)})
                found = verify().faults
                transaction.set_rollback(True)
        except DatabaseError:
            continue
        if not found:
            missed.append(column.name)
    assert missed == []
    with transaction.atomic():
        Countersign.objects.all().delete()
        assert verify().faults
        transaction.set_rollback(True)
