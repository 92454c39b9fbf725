"""Work in hand follows from the procedure: whose step is next, whose opinion is awaited, what came back, since when."""

from __future__ import annotations

from datetime import date

import pytest

from tests.casework import Worker
from zhiheng.accounts.models import Person
from zhiheng.law import current_book
from zhiheng.matters import selectors, services, turns
from zhiheng.matters.engine import Standing
from zhiheng.matters.models import Turn, TurnKind
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    return Worker(world.a)


def waiting_for(person, on) -> list[tuple[str, str]]:
    """(kind, step) of everything that waits for somebody, read anew."""
    found = selectors.in_hand(Person.objects.get(pk=person.pk), on).order_by("id")
    return [(turn.kind, turn.step) for turn in found]


def test_the_officers_of_a_matter_are_told_its_next_step_and_by_when(work):
    work.register()
    for officer in (work.cast.handler, work.cast.co_handler):
        assert waiting_for(officer, work.on) == [("step", "start_verification")]
    assert waiting_for(work.cast.unit_head, work.on) == []
    work.step("start_verification")
    (turn,) = selectors.in_hand(work.cast.handler, work.on)
    clock = work.case.matter.proceeding.clocks.get(clock="verify")
    assert (turn.since, turn.due_on, turn.clock) == (work.on, clock.due_on, clock.title)


def test_who_has_the_opinion_to_give_is_told_and_the_proposer_waits(work):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    proposal = work.wait(1).propose("file_case")
    assert ("step", "file_case") not in waiting_for(work.cast.handler, work.on)
    assert waiting_for(work.cast.unit_head, work.on) == [("opinion", "file_case")]
    assert waiting_for(work.cast.leader, work.on) == []
    work.agree(proposal)
    assert waiting_for(work.cast.unit_head, work.on) == []
    assert waiting_for(work.cast.leader, work.on) == [("opinion", "file_case")]
    assert Turn.objects.get(kind=TurnKind.OPINION).since == work.on


def test_a_returned_proposal_waits_for_its_proposer_until_it_is_made_again(work):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    proposal = work.propose("file_case")
    services.give_opinion(
        actor=work.cast.unit_head,
        record=work.case,
        proposal=proposal,
        agrees=False,
        text="请补充照片",
        on=work.on,
    )
    assert ("returned", "file_case") in waiting_for(work.cast.handler, work.on)
    assert ("returned", "file_case") not in waiting_for(work.cast.co_handler, work.on)
    assert waiting_for(work.cast.unit_head, work.on) == []
    work.wait(1).propose("file_case")
    assert [kind for kind, _ in waiting_for(work.cast.handler, work.on)] == []


def test_a_case_under_review_waits_for_its_reviewer_and_one_to_be_discussed_for_the_heads_together(work):
    work.to_filed()
    work.wait(5).step("record_questioning")
    work.wait(20).step("close_investigation")
    work.wait(1).step("submit_review")
    assert ("step", "pass_review") in waiting_for(work.cast.reviewer, work.on)
    assert ("step", "pass_review") not in waiting_for(work.cast.handler, work.on)
    work.step("pass_review", review_kind="legality")
    work.wait(2).step("give_notice")
    work.wait(1).step("serve_notice")
    work.wait(12).step("deliberate")
    assert ("step", "discuss_collectively") in waiting_for(work.cast.leader, work.on)
    assert ("step", "decide_penalty") not in waiting_for(work.cast.handler, work.on)
    work.step("discuss_collectively")
    assert waiting_for(work.cast.leader, work.on) == []
    assert ("step", "decide_penalty") in waiting_for(work.cast.handler, work.on)


def test_a_hearing_waits_first_for_who_names_its_chair_then_for_the_chair(work):
    work.to_filed()
    work.wait(5).step("record_questioning")
    work.wait(20).step("close_investigation")
    work.wait(1).step("submit_review")
    work.step("pass_review")
    heard = {"fine": 12_000_00, "hearing_right": True, "proposed_penalty": ["罚款12000元"]}
    work.step("give_notice", **heard)
    work.step("serve_notice")
    work.wait(2).step("request_hearing")
    assert ("step", "appoint_hearing_chair") in waiting_for(work.cast.leader, work.on)
    assert waiting_for(work.cast.hearing_chair, work.on) == []
    work.wait(1).step("appoint_hearing_chair")
    assert waiting_for(work.cast.leader, work.on) == []
    assert ("step", "schedule_hearing") in waiting_for(work.cast.hearing_chair, work.on)
    assert ("step", "hand_over_hearing_file") in waiting_for(work.cast.handler, work.on)
    work.wait(1).step("hand_over_hearing_file")
    work.step("schedule_hearing", hearing_on=date(2024, 5, 20))
    assert ("step", "hold_hearing") in waiting_for(work.cast.hearing_chair, work.on)


def test_a_matter_at_its_end_waits_for_nobody(work):
    work.to_archived()
    assert not Turn.objects.exists()


def test_nobody_of_another_unit_is_asked(work, world):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    work.propose("file_case")
    for person in (world.b.unit_head, world.b.handler, world.city.unit_head, world.city.leader):
        assert waiting_for(person, work.on) == []


def test_officers_named_later_have_the_work_and_those_relieved_have_not(work, world):
    work.register()
    third = world.a.unit_head
    services.assign_officers(
        actor=third, record=work.case, people=[world.a.co_handler, world.a.handler], on=work.on
    )
    assert waiting_for(world.a.handler, work.on) == [("step", "start_verification")]
    assert Turn.objects.filter(person=world.a.co_handler).exists()


@pytest.mark.parametrize("code", sorted({version.code for version in current_book().procedures()}))
def test_from_every_place_of_every_procedure_there_is_a_way_on_or_it_is_an_end(code):
    """Of every kind of matter: a state in which nobody would be asked anything is one where nothing is left to do."""
    for version in current_book().procedure_versions[code]:
        for state, place in version.states.items():
            moves = [s for s in version.steps_from(state) if s.to and not s.any_open]
            if place.is_end:
                continue
            assert moves, f"{code} {state}"
            standing = _Place(version, state)
            assert turns.ways_on(standing), f"{code} {state}"


class _Place(Standing):
    """A standing that is only a place: every state before it on the line was visited."""

    def __init__(self, procedure, state):
        from zhiheng.law import Run

        line = list(procedure.line)
        upto = line[: line.index(state)] if state in line else line[:1]
        object.__setattr__(self, "_procedure", procedure)
        self.__dict__["_replayed"] = (Run(state=state), frozenset(upto) | {state})

    @property
    def procedure(self):
        return self._procedure


def test_the_rows_are_the_same_when_they_are_derived_again(work):
    work.to_noticed()
    kept = [_said(turn) for turn in Turn.objects.order_by("id")]
    turns.rewrite_all(on=work.on)
    assert [_said(turn) for turn in Turn.objects.order_by("id")] == kept != []


def _said(turn: Turn) -> tuple:
    return (turn.kind, turn.step, turn.role, turn.person_id, turn.proposal_id, turn.since, turn.due_on)


def test_reminding_is_on_the_record_once_a_day_and_shown_to_whose_move_it_is(work, world):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    work.propose("file_case")
    turn = Turn.objects.get(kind=TurnKind.OPINION)
    with pytest.raises(Refused, match="催办由"):
        services.remind(actor=world.b.unit_head, record=work.case, turn=turn, on=work.on)
    services.remind(actor=world.a.handler, record=work.case, turn=turn, on=work.on, text="请尽快")
    with pytest.raises(Refused, match="今天已经催办"):
        services.remind(actor=world.a.handler, record=work.case, turn=turn, on=work.on)
    (told,) = selectors.with_what_they_are_about(selectors.in_hand(world.a.unit_head, work.on))
    assert told.reminded_on == work.on
    from zhiheng.audit.models import Entry

    entry = Entry.objects.order_by("seq").last()
    assert entry.action.startswith("催办") and entry.data["text"] == "请尽快"


def test_a_move_that_was_made_meanwhile_is_not_reminded_of(work, world):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    proposal = work.propose("file_case")
    turn = Turn.objects.get(kind=TurnKind.OPINION)
    work.agree(proposal)
    with pytest.raises(Refused, match="已经办理"):
        services.remind(actor=world.a.handler, record=work.case, turn=turn, on=work.on)
