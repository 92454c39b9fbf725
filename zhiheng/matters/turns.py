"""Whose move it is in a matter: which step is next and by whom, whose opinion is awaited, what came back.

Everything is derived from the run, its running clocks and its proposals:

- an opinion is awaited of the role whose turn a pending proposal is, since it came there;
- a clock that obliges the office waits for the step that stops it, since it began;
- else the next step on the procedure's line is due, since the matter came to this place; where the law refuses it until somebody else
  has acted (集体讨论, 举行听证), it is their move;
- an open measure that only a head may end waits for that head;
- what was returned waits for its proposer.

`rewrite` keeps the answer as rows, so that everybody's work in hand is one indexed query (`selectors.in_hand`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, prefetch_related_objects

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role
from zhiheng.law import Event, Fact, LawError, Procedure, Step, current_book
from zhiheng.statements import Once

from .engine import Standing, procedure_of
from .facts import Situation, attested_guards, facts_for
from .family import family_of
from .models import Countersigned, MatterRecord, Officer, Proceeding, Proposal, ProposalState, Turn, TurnKind

_OFFICERS = Once(
    lambda matter: (
        Officer.objects.filter(matter=matter, until__isnull=True)
        .select_related("person")
        .order_by("-lead", "id")
    )
)
_PROPOSALS = Once(lambda run: Proposal.objects.filter(proceeding=run).order_by("id"))
_OBLIGES = frozenset({"warn", "block"})  # clocks whose lateness is the office's
_DEEPEST = 4  # a step that waits for a step that waits …


@dataclass(frozen=True)
class Due:
    """A step that is somebody's move: since when, and which clock it stops on which day, if one runs."""

    step: Step
    since: date
    due_on: date | None = None
    clock: str = ""
    ref: str = ""
    presupposed: bool = False  # the procedure names it as what comes before, and no more is known


def rewrite(*, record: MatterRecord, on: date) -> None:
    """Derive the turns of the record's matter anew. Inside the transaction of whatever changed it."""
    if not record.matter_id:
        return
    standing = Standing.of(record.matter.proceeding, on)
    Turn.objects.filter(proceeding__matter=record.matter_id).delete()
    Turn.objects.bulk_create(turns_of(record, standing))


def rewrite_all(*, on: date) -> int:
    """Derive the turns of every open matter: the first time, and with the daily recalculation. Answers how many there are."""
    made = 0
    for run in open_runs().select_related("matter").iterator(chunk_size=200):
        rewrite_run(run=run, on=on)
        made += 1
    return made


def rewrite_run(*, run: Proceeding, on: date) -> None:
    """Derive the turns of the matter anew that stands under this run; a run it has left owes nothing."""
    if run.matter.proceeding_id != run.pk or not run.matter.record_id:
        return
    model = family_of(run.matter.kind).model
    record = model.objects.select_related("unit", "matter__proceeding__unit").get(pk=run.matter.record_id)
    rewrite(record=record, on=on)


def open_runs():
    """Runs that matters stand under now and that are not at the end of their road."""
    ended = []
    places = Proceeding.objects.order_by().values_list("version", "state").distinct()
    for version, state in places:
        try:
            states = procedure_of(version).states
        except LawError:
            continue
        if state not in states or states[state].is_end:
            ended.append((version, state))
    rows = Proceeding.objects.filter(matter__proceeding=F("pk"), matter__record_id__gt=0).order_by("pk")
    for version, state in ended:
        rows = rows.exclude(version=version, state=state)
    return rows


def turns_of(record: MatterRecord, standing: Standing, *, certain: bool = False) -> Iterator[Turn]:
    """The rows for a standing, unsaved. `certain`: without the step that brings the matter on, which also rests on facts that no
    entry of the matter fixes (certificates, other matters)."""
    run = standing.proceeding
    here = {step.code for step in standing.procedure.steps_from(standing.run.state)}
    officers = _OFFICERS(record.matter_id)
    proposals = [proposal for proposal in _PROPOSALS(run.pk) if proposal.step in here]
    prefetch_related_objects(proposals, "opinions", "countersigns")
    pending = {(p.step, p.ref): p for p in proposals if p.state == ProposalState.PENDING}

    def row(kind: str, due: Due, role: str, **given) -> Turn:
        return Turn(
            proceeding=run,
            unit_id=run.unit_id,
            kind=kind,
            step=due.step.code,
            title=due.step.title[:60],
            ref=due.ref,
            role=role,
            since=due.since,
            due_on=due.due_on,
            clock=due.clock[:40],
            **given,
        )

    clocks = _clocks(standing)
    for proposal in pending.values():
        step = standing.procedure.steps[proposal.step]
        said = [opinion.on for opinion in proposal.opinions.all()]
        due = _until(step, said[-1] if said else proposal.proposed_on, clocks, proposal.ref)
        yield row(TurnKind.OPINION, due, proposal.next_role, proposal=proposal)
        for asked in proposal.countersigns.all():
            if asked.state == Countersigned.ASKED:
                since = _until(step, asked.on, clocks, proposal.ref)
                yield row(TurnKind.COUNTERSIGN, since, "", proposal=proposal, person_id=asked.person_id)
    back = dict(_returned(proposals, standing))
    for (code, ref), (proposal, day) in back.items():
        step = standing.procedure.steps[code]
        due = _until(step, day, clocks, ref)
        yield row(TurnKind.RETURNED, due, step.by[0], proposal=proposal, person_id=proposal.proposed_by_id)
    proposed = {code for code, _ in pending} | {code for code, _ in back}
    people = [o.person for o in officers]
    owed = (
        list(owed_by_the_run(standing, clocks).values())
        if certain
        else _owed(record, standing, clocks, people)
    )
    for due in owed:
        if due.step.code in proposed:
            continue
        for role in due.step.by:
            if role == Role.HANDLER and officers:
                for officer in officers:
                    yield row(TurnKind.STEP, due, role, person_id=officer.person_id)
            else:
                yield row(TurnKind.STEP, due, role)


def _returned(
    proposals: Iterable[Proposal], standing: Standing
) -> Iterator[tuple[tuple[str, str], tuple[Proposal, date]]]:
    """Of each step the last proposal, where it came back and the step was not taken since."""
    last: dict[tuple[str, str], Proposal] = {}
    for proposal in sorted(proposals, key=lambda p: p.pk):
        last[proposal.step, proposal.ref] = proposal
    for key, proposal in last.items():
        if proposal.state != ProposalState.RETURNED:
            continue
        day = max(opinion.on for opinion in proposal.opinions.all())
        if not any(event.step == key[0] and event.on >= day for event in standing.events):
            yield key, (proposal, day)


# -------------------------------------------------------------------------------------------------- what is owed


@dataclass(frozen=True)
class _Clock:
    code: str
    title: str
    started_on: date
    due_on: date


def _clocks(standing: Standing) -> list[_Clock]:
    """Running clocks that oblige the office and do not stand still, soonest first."""
    found = []
    for clock_run in standing.run.clocks.values():
        law = standing.procedure.law_of(clock_run)
        if not clock_run.running or law.late not in _OBLIGES or any(p.end is None for p in clock_run.pauses):
            continue
        due_on = standing.procedure.due(clock_run, standing.run).due
        if due_on is not None:
            found.append(_Clock(clock_run.clock, law.title, clock_run.started_on, due_on))
    return sorted(found, key=lambda clock: (clock.due_on, clock.code))


def _until(step: Step, since: date, clocks: list[_Clock], ref: str = "") -> Due:
    """The step with the soonest of the clocks that it stops, else the soonest there is."""
    own = [clock for clock in clocks if clock.code in step.stops] or clocks
    if not own:
        return Due(step, since, ref=ref)
    return Due(step, since, own[0].due_on, own[0].title, ref)


def _owed(
    record: MatterRecord, standing: Standing, clocks: list[_Clock], officers: list[Person]
) -> list[Due]:
    """Every step that is somebody's move now, each once."""
    if standing.procedure.states[standing.run.state].is_end:
        return []
    found = owed_by_the_run(standing, clocks)
    onward = _next(record, standing, officers)
    # Where a clock says what is due, a step that others only presuppose waits.
    if onward is not None and (not found or (not onward.presupposed and _in_order(standing, onward.step))):
        found.setdefault(onward.step.code, _until(onward.step, onward.since, clocks))
    return list(found.values())


def owed_by_the_run(standing: Standing, clocks: list[_Clock]) -> dict[str, Due]:
    """Of the steps that are somebody's move, those that follow from the run and its clocks alone, whatever else is on record."""
    procedure, run = standing.procedure, standing.run
    found: dict[str, Due] = {}
    steps = procedure.steps_from(run.state)
    for clock in clocks:
        # What stops it under some answers only is not the step it waits for.
        stopping = [
            s
            for s in steps
            if clock.code in s.stops
            and clock.code not in s.stops_when
            and not s.to
            and _in_order(standing, s)
        ]
        for step in stopping[:1]:
            known = found.get(step.code)
            if known is None or clock.due_on < known.due_on:
                found[step.code] = Due(step, clock.started_on, clock.due_on, clock.title)
    for step in steps:
        acts_on = step.closes or step.during
        opened = run.open_measures(acts_on) if acts_on and Role.HANDLER not in step.by else []
        for measure in opened[:1]:
            if _in_order(standing, step):
                found.setdefault(step.code, _until(step, measure.opened_on, clocks))
    return found


def _in_order(standing: Standing, step: Step) -> bool:
    """Whether the run alone lets the step be taken; facts of the outside count as given."""
    return standing.procedure.offer(
        standing.run, step.code, dict.fromkeys(step.needs, True), on=standing.on
    ).allowed


def _next(record: MatterRecord, standing: Standing, officers: list[Person]) -> Due | None:
    """The step that brings the matter on, or the one that the law wants before it."""
    ways = ways_on(standing)
    if not ways:
        return None
    actor = officers[0] if officers else None
    step = ways[0]
    refused = {step.code: _refused(record, standing, step, actor)}
    if refused[step.code] & set(step.needs):
        # Another way that the rows themselves open: one that rests on somebody's word is for them to choose.
        sure = [s for s in ways[1:] if not attested_guards(s)]
        step = next((s for s in sure if not _refused(record, standing, s, actor)), step)
    since = standing.run.entered_on or standing.on
    presupposed = False
    for _ in range(_DEEPEST):
        before = _before(record, standing, step, refused.get(step.code), actor)
        if before is None:
            break
        presupposed = before.code in (step.taken, step.taken_here)
        step = before
        refused[step.code] = _refused(record, standing, step, actor)
    for code in filter(None, (step.taken, step.taken_here)):
        since = max([since, *(e.on for e in standing.run.events if e.step == code)])
    return Due(step, since, presupposed=presupposed)


def faults_of(record: MatterRecord, stored: Iterable[Turn], acted: date, last: date) -> Iterator[str]:
    """What of the stored turns of a matter does not follow from its run, clocks and proposals, in words. They were derived on some day
    between the last act on the matter (`acted`) and the last of all (`last`): what is held against them is what holds on both."""
    early, late = (Standing.of(record.matter.proceeding, day) for day in (acted, last))
    sure = [{_told(turn) for turn in turns_of(record, standing, certain=True)} for standing in (early, late)]
    stored = list(stored)
    told = {_told(turn) for turn in stored}
    if missing := (sure[0] & sure[1]) - told:
        yield f"少了“{'、'.join(sorted(one[3] for one in missing))}”"
    clocks, run = _clocks(late), late.run
    days = {record.matter.opened_on, run.entered_on, *(event.on for event in run.events)}
    days |= {clock.started_on for clock in clocks} | {measure.opened_on for measure in run.measures.values()}
    refs = {"", *run.measures}
    officers = {o.person_id for o in record.matter.officers.all() if o.until is None}
    steps = {step.code: step for step in late.procedure.steps_from(late.run.state)}
    for turn in stored:
        if _told(turn) in sure[0] | sure[1]:
            continue
        step = steps.get(turn.step)
        fits = (
            step is not None
            and turn.kind == TurnKind.STEP
            and not step.begins
            and turn.role in step.by
            and (turn.title, turn.unit_id) == (step.title[:60], record.unit_id)
            and (turn.person_id in officers if turn.role == Role.HANDLER and officers else not turn.person_id)
            and (turn.ref in refs and turn.since in days and turn.proposal_id is None)
            and (turn.clock, turn.due_on) in _told_until(step, turn.since, clocks)
        )
        if not fits:
            yield f"“{turn.title}”不是由程序推出的"


def _told_until(step: Step, since: date, clocks: list[_Clock]) -> set[tuple[str, date | None]]:
    """Name and last day of whatever clock a turn of the step may bear."""
    due = _until(step, since, clocks)
    return {(due.clock[:40], due.due_on), *((c.title[:40], c.due_on) for c in clocks if c.code in step.stops)}


def _told(turn: Turn) -> tuple:
    """Every column of a turn but its key and its run."""
    return (
        turn.kind, turn.step, turn.ref, turn.title, turn.role, turn.person_id, turn.proposal_id, turn.unit_id,
        turn.since, turn.due_on, turn.clock,
    )  # fmt: skip


def ways_on(standing: Standing) -> list[Step]:
    """Steps that lead on from this place, the nearest first: ahead on the procedure's line; from beside it, whatever leads back to
    it soonest."""
    procedure, run = standing.procedure, standing.run
    line = {state: place for place, state in enumerate(procedure.line)}
    came = max((line[state] for state in standing.visited if state in line), default=-1)
    moves = [s for s in procedure.steps_from(run.state) if s.to and not s.any_open]
    ahead = [s for s in moves if line.get(s.to, -1) > line.get(run.state, came)]
    if run.state in line and ahead:
        return sorted(ahead, key=lambda s: line[s.to])
    ranked = []
    for step in moves:
        distance = (0, came) if step.to == "back" else _distance(procedure, step.to, line, came)
        if distance is not None:
            ranked.append((distance, step))
    return [step for _, step in sorted(ranked, key=lambda pair: pair[0])]


def _distance(procedure: Procedure, start: str, line: Mapping[str, int], came: int) -> tuple[int, int] | None:
    """How many steps from a state to the line, ahead of where the matter was, and to which place on it: of two ways as long the one that
    leaves less out comes first. None where there is no way."""
    seen, queue = {start: 0}, deque([start])
    while queue:
        state = queue.popleft()
        if line.get(state, -1) > came or procedure.states[state].is_end:
            return seen[state], line.get(state, len(line))
        for step in procedure.steps_from(state):
            if step.to and step.to != "back" and step.to not in seen:
                seen[step.to] = seen[state] + 1
                queue.append(step.to)
    return None


def _refused(record: MatterRecord, standing: Standing, step: Step, actor: Person | None) -> frozenset[str]:
    """The guards, and kinds of disorder, for which the step is refused."""
    # What is asked of whoever takes it is not asked of the officers where others do (审核人员不是办案人员).
    facts = _facts(record, standing, step, actor if Role.HANDLER in step.by else None)
    offer = standing.procedure.offer(standing.run, step.code, facts, on=standing.on)
    return frozenset(refusal.guard for refusal in offer.refusals)


def _facts(
    record: MatterRecord, standing: Standing, step: Step, actor: Person | None
) -> dict[str, bool | Fact]:
    if actor is None:
        return dict.fromkeys(step.needs, True)
    situation = Situation(record=record, on=standing.on, actor=actor, step=step, standing=standing)
    return facts_for(situation)


def _before(
    record: MatterRecord, standing: Standing, step: Step, refused: frozenset[str] | None, actor: Person | None
) -> Step | None:
    """The step that must come before this one and may be taken here: one it names, or one of other people's whose taking would
    settle what refuses it."""
    if not refused:
        return None
    procedure, run = standing.procedure, standing.run
    for code, here in ((step.taken_here, True), (step.taken, False)):
        if code and not run.taken(code, here=here) and procedure.fits(procedure.steps[code], run.state):
            return procedure.steps[code]
    guards = refused & set(step.needs)
    if not guards:
        return None
    others = [
        s
        for s in procedure.steps_from(run.state)
        if not s.to
        and not s.any_open
        and not set(s.by) & set(step.by)
        and not run.taken(s.code, here=True)
        and _in_order(standing, s)
    ]
    for other in others:
        after = standing.with_event(Event(on=standing.on, step=other.code))
        try:
            left = _refused(record, after, step, actor) & guards
        except LawError:
            continue
        if left < guards:
            return other
    return None


def holders_of(turn: Turn) -> str:
    """Whose move it is, in words."""
    return turn.person.name if turn.person_id else current_book().role_title(turn.role)
