"""What the pages say of moves and approvals: whose move it is, what is proposed, what came back and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import role_title
from zhiheng.accounts.selectors import acting_roles, acts_for
from zhiheng.law import current_book

from . import selectors
from .engine import Standing, decode, procedure_of
from .family import family_of
from .models import (
    Countersigned,
    Matter,
    MatterRecord,
    Opinion,
    Proposal,
    ProposalState,
    Reminder,
    Turn,
    TurnKind,
)
from .words import answers, articles, people_named, record_url


def link_of(matter: Matter, proposal: Proposal | None = None) -> str:
    """The address of a matter's page, or of one of its proposals."""
    code = family_of(matter.kind).code
    if proposal is None:
        return reverse(code, args=[matter.record_id])
    return reverse(f"{code}-proposal", args=[matter.record_id, proposal.pk])


def turn_url(turn: Turn) -> str:
    """Where the move is made: the page of the approval, or of the step."""
    matter = turn.proceeding.matter
    if turn.kind in (TurnKind.OPINION, TurnKind.COUNTERSIGN):
        return link_of(matter, turn.proposal)
    code = family_of(matter.kind).code
    address = reverse(f"{code}-step", args=[matter.record_id, turn.step])
    return f"{address}?{urlencode({'ref': turn.ref})}" if turn.ref else address


@dataclass(frozen=True)
class Move:
    """One move of a matter as its page shows it: who owes it since when, whether it is the reader's, what was said about it."""

    turn: Turn
    url: str
    waits_for: str
    mine: bool
    own: bool  # the reader proposed it
    reminders: tuple[Reminder, ...]
    days: int
    may_remind: bool


def moves_of(actor: Person, record: MatterRecord, on: date) -> list[Move]:
    """Whose move it is in the record's matter, each once however many officers share it."""
    found: dict[tuple, list[Turn]] = {}
    for turn in selectors.in_hand_of(record.matter):
        found.setdefault((turn.kind, turn.step, turn.ref, turn.proposal_id), []).append(turn)
    reminded = any(turn.reminded for shared in found.values() for turn in shared)
    reminders = selectors.reminders_of(record.matter.proceeding) if reminded else []
    held, moves = acting_roles(actor, on), []
    for shared in found.values():
        turn, own = shared[0], False
        turn.proceeding = record.matter.proceeding
        turn.proceeding.matter = record.matter
        names = [one.person.name if one.person_id else role_title(one.role) for one in shared]
        mine = any(
            one.person_id == actor.pk
            or (one.person_id is None and actor.unit_id == record.unit_id and one.role in held)
            for one in shared
        )
        if turn.kind == TurnKind.OPINION:
            own = turn.proposal.proposed_by_id == actor.pk
            mine = mine and not own
        told = tuple(
            r
            for r in reminders
            if (r.step, r.proposal_id) == (turn.step, turn.proposal_id) and r.on >= turn.since
        )
        moves.append(
            Move(
                turn=turn,
                url=turn_url(turn),
                waits_for="、".join(dict.fromkeys(names)),
                mine=mine,
                own=own,
                reminders=told,
                days=max((on - turn.since).days, 0),
                may_remind=not mine and not any(r.on == on for r in told),
            )
        )
    return sorted(moves, key=lambda move: (not move.mine, move.turn.pk))


def next_of(actor: Person, record: MatterRecord, on: date) -> str:
    """The page of the step of the matter that is the actor's to take now; "" where it is somebody else's move."""
    fresh = type(record).objects.select_related("unit", "matter__proceeding__unit").get(pk=record.pk)
    steps = [m for m in moves_of(actor, fresh, on) if m.mine and m.turn.kind == TurnKind.STEP]
    procedure = procedure_of(fresh.matter.proceeding.version)
    # What brings the matter on goes before what stops a clock beside it.
    steps.sort(key=lambda move: not procedure.steps[move.turn.step].to)
    return steps[0].url if steps else ""


def last_return(proposal: Proposal) -> Opinion | None:
    """The opinion by which the proposal came back."""
    said = proposal.opinions.filter(agrees=False).select_related("person", "for_person")
    return said.order_by("id").last()


@dataclass(frozen=True)
class CameBack:
    """A proposal that came back to where it is made: why, and what it said, to begin again with."""

    proposal: Proposal
    reason: Opinion | None
    values: Mapping[str, Any]

    @property
    def files(self) -> dict[str, list]:
        """What was uploaded with it, by field."""
        found = {}
        for name, value in self.values.items():
            kept = (
                [one for one in value if isinstance(one, dict) and "digest" in one]
                if isinstance(value, list)
                else []
            )
            if kept:
                found[name] = kept
        return found

    @property
    def withdrawn(self) -> bool:
        return self.proposal.state == ProposalState.WITHDRAWN


def came_back(record: MatterRecord, standing: Standing, step: str) -> CameBack | None:
    """The last proposal of the step, if it was returned or withdrawn and the step was not taken since."""
    proposal = selectors.came_back(record)
    if proposal is None:
        return None
    reason = last_return(proposal)
    since = reason.on if reason else proposal.proposed_on
    if any(event.step == step and event.on >= since for event in standing.events):
        return None
    return CameBack(proposal, reason, decode(standing.procedure, step, proposal.data))


def proposal_page(actor: Person, record: MatterRecord, proposal: Proposal, on: date) -> dict[str, Any]:
    """A proposal with all it says, who signed, and whether it is the reader's to sign."""
    standing = selectors.standing_for(record, on)
    procedure = standing.procedure
    step = procedure.steps[proposal.step]
    named = people_named(procedure, proposal.step, proposal.data)
    opinions = list(proposal.opinions.select_related("person", "for_person"))
    own = actor.pk == proposal.proposed_by_id
    giver = acts_for(actor, (proposal.next_role,), on) if proposal.next_role else None
    page = {
        "record": record,
        "proposal": proposal,
        "step": step,
        "article": articles(step.article),
        "told": answers(procedure, proposal.step, proposal.data, selectors.names_of(named, record)),
        "opinions": opinions,
        "countersigns": list(proposal.countersigns.select_related("person", "asked_by")),
        "countersign": record_url(record, "countersign", proposal.pk),
        "withdraw": record_url(record, "withdraw", proposal.pk),
        "preview": record_url(record, "proposal-preview", proposal.pk),
        "evidence": record_url(record) + "?tab=evidence",
        "waits_for": role_title(proposal.next_role) if proposal.next_role else "",
        "acts_for": giver,
        "own": own and proposal.state == ProposalState.PENDING,
        "mine": False,
    }
    page["asked"] = any(
        one.person_id == actor.pk and one.state == Countersigned.ASKED for one in page["countersigns"]
    )
    if proposal.state == ProposalState.PENDING:
        page["mine"] = not why_not_sign(actor, record, proposal, opinions, on)
        page["why_not"] = "" if page["mine"] or own else why_not_sign(actor, record, proposal, opinions, on)
        page["asked"] = page["asked"] and not own
    return page


def why_not_sign(
    actor: Person, record: MatterRecord, proposal: Proposal, opinions: list[Opinion], on: date
) -> str:
    """Why the reader does not sign the proposal now, "" when they may: the service asks the same again."""
    if actor.unit_id != record.unit_id or proposal.next_role not in acting_roles(actor, on):
        return f"待{role_title(proposal.next_role)}签署意见"
    giver = acts_for(actor, (proposal.next_role,), on)
    hands = {actor.pk, giver.pk if giver else actor.pk}
    if proposal.proposed_by_id in hands:
        return "不能审批自己提请的事项"
    if hands & {pk for o in opinions for pk in (o.person_id, o.for_person_id)}:
        return "您已就这一提请签署过意见，同一人不能签署两个审批环节"
    if any(o.person_id in hands and o.until is None for o in record.matter.officers.all()):
        this = current_book().kind(record.kind).this
        return f"{this}承办人不能审批{this}"
    return ""
