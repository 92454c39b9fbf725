"""会签、加签、转办: somebody else's opinion on a proposal before it is decided. The law asks for it nowhere; an office asks whom it needs.
Nothing is approved while an opinion that was asked for is outstanding; returning it waits for nobody."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import people_in
from zhiheng.audit import services as audit
from zhiheng.refusal import Refused

from . import turns
from .approvals import why_not_sign
from .engine import procedure_of
from .models import Countersign, Countersigned, MatterRecord, Proposal, ProposalState
from .services import locked


def may_be_asked(record: MatterRecord, proposal: Proposal) -> QuerySet[Person]:
    """The people of the unit that may be asked: neither who proposed it nor who is asked already."""
    asked = proposal.countersigns.filter(state=Countersigned.ASKED).values("person")
    found = people_in(record.unit).exclude(pk=proposal.proposed_by_id).exclude(pk__in=asked)
    return found.filter(outside=False).order_by("name")


def asked_of(actor: Person, proposal: Proposal) -> Countersign | None:
    """What the actor is asked for on this proposal and has not said yet."""
    if proposal.state != ProposalState.PENDING:
        return None
    return proposal.countersigns.filter(person=actor, state=Countersigned.ASKED).first()


def why_not_ask(actor: Person, record: MatterRecord, proposal: Proposal, on: date) -> str:
    """Why the actor may not ask somebody to countersign, "" when they may."""
    if proposal.state != ProposalState.PENDING:
        return f"这项提请{proposal.get_state_display()}，不能再请人会签"
    if proposal.proposed_by_id == actor.pk:
        return ""
    opinions = list(proposal.opinions.all())
    return "会签由提请人或者本环节的审批人提出" if why_not_sign(actor, record, proposal, opinions, on) else ""


@transaction.atomic
def ask(
    *, actor: Person, record: MatterRecord, proposal: Proposal, person: Person, on: date, why: str = ""
) -> Countersign:
    """加签: ask somebody of the unit for their opinion before the proposal is decided."""
    record = locked(record)
    proposal.refresh_from_db()
    if reason := why_not_ask(actor, record, proposal, on):
        raise Refused.because(reason)
    return _ask(actor, record, proposal, person, on, why)


def _ask(
    actor: Person, record: MatterRecord, proposal: Proposal, person: Person, on: date, why: str
) -> Countersign:
    if person.pk == actor.pk or not may_be_asked(record, proposal).filter(pk=person.pk).exists():
        raise Refused.because(
            f"不能请{person.name}会签：是提请人或者您本人，或者已经在会签",
            way_out="请选择本单位的其他人员",
            field="person",
        )
    made = Countersign.objects.create(
        proposal=proposal, person=person, asked_by=actor, on=on, why=why.strip()[:200]
    )
    audit.record(
        actor=actor,
        on=on,
        action=f"请会签：{_title(proposal)}",
        subject=proposal.proceeding,
        data={
            "countersign": made.pk,
            "of_proposal": proposal.pk,
            "person": person.pk,
            "name": person.name,
            "why": made.why,
        },
    )
    turns.rewrite(record=record, on=on)
    return made


@transaction.atomic
def give(
    *, actor: Person, record: MatterRecord, asked: Countersign, agrees: bool, text: str, on: date
) -> Countersign:
    """会签: the opinion of who was asked. Another opinion says why."""
    record = locked(record)
    asked = _open(actor, asked)
    if not agrees and not text.strip():
        raise Refused.because("有不同意见的须写明", field="text")
    _said(actor, asked, Countersigned.AGREES if agrees else Countersigned.DIFFERS, text.strip() or "同意", on)
    turns.rewrite(record=record, on=on)
    return asked


@transaction.atomic
def hand_on(
    *, actor: Person, record: MatterRecord, asked: Countersign, person: Person, why: str, on: date
) -> Countersign:
    """转办: who was asked lets somebody else of the unit countersign in their place."""
    record = locked(record)
    asked = _open(actor, asked)
    _said(actor, asked, Countersigned.HANDED, f"转{person.name}。{why.strip()}".rstrip("。"), on)
    return _ask(actor, record, asked.proposal, person, on, why or asked.why)


def _open(actor: Person, asked: Countersign) -> Countersign:
    found = Countersign.objects.select_related("proposal__proceeding__unit").get(pk=asked.pk)
    if found.person_id != actor.pk or found.state != Countersigned.ASKED:
        raise Refused.because("这项会签不待您签署，或者已经签署")
    if found.proposal.state != ProposalState.PENDING:
        raise Refused.because(f"这项提请{found.proposal.get_state_display()}，不再会签")
    return found


def _said(actor: Person, asked: Countersign, state: str, text: str, on: date) -> None:
    asked.state, asked.text, asked.said_on = state, text[:400], on
    asked.save(update_fields=["state", "text", "said_on"])
    audit.record(
        actor=actor,
        on=on,
        action=f"{asked.get_state_display() if state == Countersigned.HANDED else '会签'}：{_title(asked.proposal)}",
        subject=asked.proposal.proceeding,
        data={"countersign": asked.pk, "state": state, "text": asked.text},
    )


def _title(proposal: Proposal) -> str:
    return procedure_of(proposal.proceeding.version).steps[proposal.step].title
