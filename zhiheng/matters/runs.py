"""Opening a run, taking its steps, sending them up for approval. Guard, ask the law, write, record: one transaction each.

`services` reaches the matter, supplies the facts the law asks for, and writes what the step means from the `StepTaken` it
gets back; nobody else calls these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import role_titles
from zhiheng.accounts.selectors import acting_roles, acts_for
from zhiheng.audit import services as audit
from zhiheng.law import Event, LawError, OrderError, Procedure, Refusal, Step, cite
from zhiheng.refusal import Reason, Refused
from zhiheng.statements import Once

from . import turns
from .engine import Standing, decode, keep
from .models import ClockState, Countersigned, Matter, Opinion, Proceeding, Proposal, ProposalState, StepTaken


def _check_role(
    actor: Person, proceeding_unit: Unit, codes: tuple[str, ...], on: date, step: Step, doing: str = ""
) -> Person | None:
    """For whom the actor acts, None when the role is their own; refused when they have it neither way."""
    doing, basis = f"“{step.title}”{doing}", cite(step.article)
    if actor.unit_id != proceeding_unit.pk:
        raise Refused.because(
            f"{doing}须由{proceeding_unit.name}的人员办理，您属于{actor.unit.name}",
            article=basis,
            way_out=f"请由{proceeding_unit.name}办理",
        )
    if not acting_roles(actor, on) & set(codes):
        raise Refused.because(
            f"{doing}须由{role_titles(codes)}办理",
            article=basis,
            way_out=f"请转给{role_titles(codes)}；本单位没有这一角色的，请本单位管理员授予",
        )
    return acts_for(actor, codes, on)


def _refused(refusals: Iterable[Refusal]) -> Refused:
    return Refused(tuple(Reason(r.reason, r.article, r.way_out, guard=r.guard) for r in refusals))


def _refuse_unless_allowed(offer) -> None:
    if not offer.allowed:
        raise _refused(offer.refusals)


def _refuse_unfit(standing: Standing, step: Step, data: Mapping[str, Any], ref: str) -> None:
    """What could not take effect today is told to its proposer, not to the last approver."""
    event = Event(on=standing.on, step=step.code, data=decode(standing.procedure, step.code, data), ref=ref)
    try:
        _ = standing.with_event(event).run
    except OrderError as error:
        raise _refused(error.refusals) from error


def _check_asked(procedure: Procedure, step: Step, data: Mapping[str, Any]) -> None:
    gaps = [code for code in step.asks if data.get(code) in (None, "", [])]
    if gaps:
        raise Refused(
            tuple(Reason(f"请填写“{procedure.field_of(step.code, code).title}”", field=code) for code in gaps)
        )


@transaction.atomic
def open_run(
    *,
    actor: Person,
    matter: Matter,
    version: Procedure,
    on: date,
    step: str,
    data: Mapping[str, Any],
    facts: Mapping[str, object],
    numbers: Mapping[str, str] | None = None,
) -> StepTaken:
    """Start a run of the version in the matter, with its beginning step; the matter stands under it from now on. `numbers`: column →
    number that the record bears from this step on."""
    keep(version)
    begins = version.steps.get(step)
    if begins is None or not begins.begins:
        raise Refused.because(f"“{version.title}”不能以步骤 {step} 开始")
    _check_role(actor, matter.unit, begins.by, on, begins)
    proceeding = Proceeding.objects.create(
        matter=matter, unit=matter.unit, procedure=version.code, version=version.sha, state="", opened_on=on
    )
    matter.proceeding = proceeding
    matter.save(update_fields=["proceeding"])
    begun = {
        "matter": matter.pk,
        "kind": matter.kind,
        "record": matter.record_id,
        "folder": matter.folder_id,
        "procedure": version.code,
        "version": version.sha,
    }
    beside = {"run": begun} | ({"numbers": numbers} if numbers else {})
    return _take(actor, Standing.of(proceeding, on), begins, data, "", facts, lambda: beside)


@transaction.atomic
def take(
    *,
    actor: Person,
    proceeding: Proceeding,
    step: str,
    data: Mapping[str, Any],
    facts: Mapping[str, object],
    on: date,
    ref: str = "",
    beside: Callable[[], Mapping[str, Any]] = dict,
) -> StepTaken | Proposal:
    """Take a step, or, where the law wants approval, send it up. Raises Refused with every reason the law gives.

    `beside`: what its entry says further; asked when the step takes effect, and only then."""
    standing = _lock(proceeding, on)
    wanted = standing.procedure.steps.get(step)
    if wanted is None:
        raise Refused.because(f"“{standing.procedure.title}”没有步骤 {step}")
    giver = _check_role(actor, proceeding.unit, wanted.by, on, wanted)
    if not wanted.approve:
        return _take(actor, standing, wanted, data, ref, facts, beside, giver)
    _refuse_unless_allowed(standing.offer(step, facts, ref, decode(standing.procedure, step, data)))
    _check_asked(standing.procedure, wanted, data)
    _refuse_unfit(standing, wanted, data, ref)
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(
                proceeding=proceeding,
                step=step,
                ref=ref,
                data=audit.plain(data),
                proposed_by=actor,
                proposed_on=on,
                next_role=wanted.approve[0],
            )
    except IntegrityError as error:
        raise Refused.because(
            f"“{wanted.title}”已提请审批，尚未办结", way_out="请等待审批，或先撤回"
        ) from error
    audit.record(
        actor=actor,
        on=on,
        action=f"提请审批：{wanted.title}",
        subject=proceeding,
        data={"proposal": proposal.pk, "step": step, "ref": ref, "data": proposal.data},
    )
    return proposal


@transaction.atomic
def give_opinion(
    *,
    actor: Person,
    proposal: Proposal,
    agrees: bool,
    text: str,
    on: date,
    facts: Mapping[str, object],
    beside: Callable[[], Mapping[str, Any]] = dict,
) -> StepTaken | Proposal:
    """An approver agrees or returns. The last agreement makes the step take effect on that day, the law asked again; `beside` as in
    :func:`take`."""
    standing = _lock(proposal.proceeding, on)
    proposal.refresh_from_db()
    step = standing.procedure.steps[proposal.step]
    if proposal.state != ProposalState.PENDING:
        raise Refused.because(f"“{step.title}”{proposal.get_state_display()}，不能再签意见")
    giver = _check_role(actor, proposal.proceeding.unit, (proposal.next_role,), on, step, "的审批")
    _refuse_second_hand(actor, giver, proposal)
    if agrees:
        _refuse_before_countersigned(proposal)
    if not agrees and not text.strip():
        raise Refused.because("退回须写明理由", field="text")
    Opinion.objects.create(
        proposal=proposal,
        role=proposal.next_role,
        person=actor,
        for_person=giver,
        on=on,
        agrees=agrees,
        text=(text.strip() or "同意")[:400],
    )
    audit.record(
        actor=actor,
        on=on,
        action=f"{'同意' if agrees else '退回'}：{step.title}",
        subject=proposal.proceeding,
        data={"proposal": proposal.pk, "role": proposal.next_role, "agrees": agrees, "text": text.strip()}
        | _on_behalf(giver),
    )
    if not agrees:
        proposal.state, proposal.next_role = ProposalState.RETURNED, ""
        proposal.save(update_fields=["state", "next_role"])
        return proposal
    turn = step.approve.index(proposal.next_role) + 1
    if turn < len(step.approve):
        proposal.next_role = step.approve[turn]
        proposal.save(update_fields=["next_role"])
        return proposal
    proposal.state, proposal.next_role = ProposalState.APPROVED, ""
    proposal.save(update_fields=["state", "next_role"])
    data = decode(standing.procedure, proposal.step, proposal.data)
    return _take(proposal.proposed_by, standing, step, data, proposal.ref, facts, beside)


def _refuse_second_hand(actor: Person, giver: Person | None, proposal: Proposal) -> None:
    """Who proposed a step approves none of its turns, and nobody signs two, whether in their own name or for one another."""
    hands = {actor.pk: actor} | ({giver.pk: giver} if giver else {})
    if proposal.proposed_by_id in hands:
        raise Refused.because("不能审批自己提请的事项", way_out="请由其他有权人员审批")
    for opinion in proposal.opinions.select_related("person", "for_person"):
        for signer in filter(None, (opinion.person, opinion.for_person)):
            if signer.pk in hands:
                raise Refused.because(
                    f"{signer.name}已就这一提请签署过意见，同一人不能签署两个审批环节",
                    way_out="请由其他有权人员审批",
                )


def _refuse_before_countersigned(proposal: Proposal) -> None:
    """Nothing is approved before those who were asked to countersign have spoken; returning it waits for nobody."""
    waiting = proposal.countersigns.filter(state=Countersigned.ASKED).select_related("person")
    if names := [one.person.name for one in waiting]:
        raise Refused.because(
            f"{'、'.join(names)}还没有会签", way_out="请等待会签，或者催办；需要修改的可以先退回"
        )


def _on_behalf(giver: Person | None) -> dict[str, Any]:
    """What an entry says of a deputy's act: whose role it was."""
    return {"for": giver.pk, "for_name": giver.name} if giver else {}


@transaction.atomic
def withdraw(*, actor: Person, proposal: Proposal, on: date) -> None:
    """The proposer takes a pending proposal back."""
    _lock(proposal.proceeding, on)
    proposal.refresh_from_db()
    if proposal.state != ProposalState.PENDING or actor.pk != proposal.proposed_by_id:
        raise Refused.because("只有提请人可以撤回尚未办结的提请")
    proposal.state, proposal.next_role = ProposalState.WITHDRAWN, ""
    proposal.save(update_fields=["state", "next_role"])
    audit.record(
        actor=actor, on=on, action="撤回提请", subject=proposal.proceeding, data={"proposal": proposal.pk}
    )


_LOCKED = Once(
    lambda pk: (
        Proceeding.objects.select_for_update(of=("self",)).select_related("unit", "matter").filter(pk=pk)
    )
)


def _lock(proceeding: Proceeding, on: date) -> Standing:
    """Two people clicking at once: the second waits here and then meets the state the first one left."""
    locked = _LOCKED.get(proceeding.pk)
    proceeding.state = locked.state
    return Standing.of(locked, on)


def _take(
    actor: Person,
    standing: Standing,
    step: Step,
    data: Mapping[str, Any],
    ref: str,
    facts: Mapping[str, object],
    beside: Callable[[], Mapping[str, Any]],
    giver: Person | None = None,
) -> StepTaken:
    proceeding = standing.proceeding
    _refuse_unless_allowed(standing.offer(step.code, facts, ref, decode(standing.procedure, step.code, data)))
    _check_asked(standing.procedure, step, data)
    event = Event(on=standing.on, step=step.code, data=decode(standing.procedure, step.code, data), ref=ref)
    after = standing.with_event(event)
    try:
        state = after.run.state
    except OrderError as error:
        raise _refused(error.refusals) from error
    taken = StepTaken.objects.create(
        proceeding=proceeding,
        seq=len(after.events),
        step=step.code,
        on=standing.on,
        ref=ref,
        data=audit.plain(data),
        state=state,
        taken_by=actor,
        for_person=giver,
    )
    _project(after)
    said = {"seq": taken.seq, "step": step.code, "ref": ref, "state": taken.state, "data": taken.data}
    audit.record(
        actor=actor,
        on=standing.on,
        action=step.title,
        subject=proceeding,
        data=said | dict(beside()) | _on_behalf(giver),
    )
    _lapse_proposals(actor, after)
    return taken


def _lapse_proposals(actor: Person, standing: Standing) -> None:
    """What was proposed for a place the matter has left can never take effect: it leaves the approvers' lists, on the record."""
    possible = [step.code for step in standing.procedure.steps_from(standing.run.state)]
    pending = standing.proceeding.proposals.filter(state=ProposalState.PENDING)
    for proposal in pending.exclude(step__in=possible):
        proposal.state, proposal.next_role = ProposalState.LAPSED, ""
        proposal.save(update_fields=["state", "next_role"])
        audit.record(
            actor=actor,
            on=standing.on,
            action=f"提请失效：{standing.procedure.steps[proposal.step].title}",
            subject=standing.proceeding,
            data={"proposal": proposal.pk, "state": standing.run.state},
        )


def project(*, proceeding: Proceeding, on: date) -> None:
    """Rewrite the derived state and clocks of a run from its steps: after a new calendar year, or to prove the copy."""
    with transaction.atomic():
        _project(_lock(proceeding, on))


@dataclass(frozen=True)
class Recalculation:
    """What `recalculate` found: runs looked at, and those whose stored dates moved."""

    runs: int
    moved: int


def recalculate(*, on: date, reason: str, actor: Person | None = None) -> Recalculation:
    """Derive the clocks of every run that still has one again, and record each date that moved with the reason.

    For the day a year's holidays are announced (provisional dates become firm), and daily, so that measures which end
    by themselves (程序规定 35) show as ended. Each run is a transaction of its own: one that cannot be derived does not
    keep the others from their dates, and is named at the end.
    """
    runs = moved = 0
    faults: list[Reason] = []
    for pk in list(
        Proceeding.objects.filter(clocks__stopped_on__isnull=True)
        .distinct()
        .order_by("pk")
        .values_list("pk", flat=True)
    ):
        runs += 1
        try:
            with transaction.atomic():
                moved += _recalculated(pk, on, reason, actor)
        except LawError as error:
            faults.append(Reason(f"程序运行 {pk}：{error}"))
    if faults:
        raise Refused(faults)
    return Recalculation(runs, moved)


def _recalculated(pk: int, on: date, reason: str, actor: Person | None) -> bool:
    proceeding = Proceeding.objects.select_related("unit", "matter").get(pk=pk)

    def dates() -> dict[str, tuple]:
        return {
            f"{c.key} {c.started_on}": (c.due_on, c.stopped_on, c.provisional)
            for c in proceeding.clocks.order_by("key", "started_on")
        }

    before = dates()
    _project(_lock(proceeding, on))
    turns.rewrite_run(run=proceeding, on=on)
    after = dates()
    if before == after:
        return False
    audit.record(
        actor=actor,
        on=on,
        action="期限重算",
        subject=proceeding,
        data={
            "reason": reason,
            "moved": {
                key: [before.get(key), after.get(key)]
                for key in before.keys() | after.keys()
                if before.get(key) != after.get(key)
            },
        },
    )
    return True


def _project(standing: Standing) -> None:
    """The one place that writes `state` and `ClockState`."""
    proceeding, rows = standing.proceeding, clocks_in(standing)
    if proceeding.state != standing.run.state:
        proceeding.state = standing.run.state
        proceeding.save(update_fields=["state"])
    proceeding.clocks.all().delete()
    ClockState.objects.bulk_create(rows)


def clocks_in(standing: Standing) -> list[ClockState]:
    """The clocks of a run as its steps have them, unsaved."""
    run = standing.run
    ended_on = run.entered_on if standing.procedure.states[run.state].is_end else None
    # What obliges somebody ends with the matter unless a step stops it whatever is answered.
    stoppable = {
        code
        for step in standing.procedure.steps_from(run.state)
        for code in step.stops
        if code not in step.stops_when or standing.procedure.clocks[code].late == "waive"
    }
    rows = []
    for clock_run in (*run.past_clocks, *run.clocks.values()):
        clock = standing.procedure.law_of(clock_run)
        due = standing.procedure.due(clock_run, run)
        stopped_on = clock_run.stopped_on
        if stopped_on is None and ended_on and clock_run.clock not in stoppable:
            stopped_on = (
                ended_on  # at an end of the road no step is left that could stop it: it ends with the matter
            )
        open_pause = next((p.start for p in clock_run.pauses if p.end is None), None)
        rows.append(
            ClockState(
                proceeding=standing.proceeding,
                key=clock_run.key,
                clock=clock_run.clock,
                title=clock.title,
                started_on=clock_run.started_on,
                stopped_on=stopped_on,
                paused_since=open_pause if stopped_on is None else None,
                due_on=due.due,
                provisional=due.provisional,
                article=cite(clock.article),
                late=clock.late,
                trace=[line.as_dict() for line in due.trace],
            )
        )
    return rows
