"""Service of papers: which papers of a matter a party must receive, and how each reached it.

Derived from the recorded steps, as clocks are: a step hands over its own papers (`delivers`), serves those it names (`serves`), or
serves the one its taker chose (`serves_chosen`). A paper addressed to a party that none of them has reached is still to be served.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from zhiheng.accounts.selectors import scope_codes
from zhiheng.documents.models import Paper
from zhiheng.law import Event, Procedure, current_book, ref_of

from .engine import Standing, procedure_at
from .family import family_of
from .models import MatterRecord
from .succession import Names, replaced

TO_PARTY = ("party", "claimant", "respondent")
ON_THE_SPOT = "on_spot"
ADDRESSEE = "addressee"  # the field that names whom a paper was served on


@dataclass(frozen=True)
class Service:
    """How a paper reached its addressee. `on` is the day from which it counts as served; `step` the number of the step that says so."""

    method: str
    on: date
    receiver: str
    step: int
    proof: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Delivery:
    """One paper addressed to one party. `made`: the number of the step that made it, `ref` the measure which that opened or was about;
    `excused`: why nobody is left to serve it on."""

    paper: Paper
    made: int = 0
    ref: str = ""
    service: Service | None = None
    excused: str = ""
    addressee: str = ""

    @property
    def due(self) -> bool:
        return self.service is None and not self.excused


def deliveries(
    record: MatterRecord, standing: Standing, made: Iterable[Paper] | None = None
) -> list[Delivery]:
    """Every paper of the matter's present run that a party must receive, in the order they were made. `made`: the papers of its
    folder, if the caller has them."""
    if not record.matter_id:
        return []
    made = folder_papers(record) if made is None else made
    by_step = defaultdict(list)
    for seq, paper in papers_by_step(made, standing):
        by_step[seq].append(paper)
    scope = scope_codes(record.unit)
    principal, called = addressee_of(record, {}), Names(standing, record.kind)
    of_lines = {line: addressee_of_line(standing, line) for line in standing.lines}
    came, went = _presence(standing, called)
    came.pop(principal, None)  # the principal party was there, whatever else it is registered as
    found: list[Delivery] = []
    for seq, event in enumerate(standing.events, start=1):
        procedure = procedure_at(standing.stretches, seq)
        step, ref, own = procedure.steps[event.step], standing.refs[seq - 1], []
        alone = of_lines.get(standing.line_of(seq), "") if of_lines else ""
        who = called(named_in(event.data) or alone or principal)
        for paper in by_step[seq]:
            role = procedure.form(paper.form, event.on, scope).served_to
            if role in TO_PARTY:
                # A paper for a role that nobody has is the principal party's.
                whom = [*(everyone_in(record, role) or (principal,))]
                whom += [
                    name
                    for one in (step.concerns.roles if step.concerns else ())
                    for name in everyone_in(record, one)
                ]
                whom += concerned(step, event.data, standing.events[: seq - 1])
                if alone or (ADDRESSEE in step.fields and event.data.get(ADDRESSEE)):
                    whom = [who]  # what a step does to the party it names is written to that one alone
                # A paper is for those who took part when it was made.
                whom = [one for one in map(called, whom) if came.get(one, 0) <= seq < went.get(one, seq + 1)]
                for one in dict.fromkeys(whom):
                    own.append(len(found))
                    found.append(Delivery(paper, seq, ref, addressee=one))
        # Who comes in by a step gets what the others were handed with it, and what it has to answer, by a service of its own.
        own = [i for i in own if came.get(found[i].addressee) != seq]
        for index in _reached(step, event.data, found, own, who, ref):
            found[index] = replace(found[index], service=_service(event.data, event.on, seq))
        for form in step.serves_again:
            earlier = [i for i, d in enumerate(found) if d.paper.form == form and d.service]
            mine = [i for i in earlier if found[i].addressee == who]
            # The paper of the decision that the step is about; one that belongs to none, where that has none of its own.
            for index in ([i for i in mine if found[i].ref == ref] or [i for i in mine if not found[i].ref])[
                -1:
            ]:
                found[index] = replace(found[index], service=_service(event.data, event.on, seq))
        if step.withdraws:
            found = [
                replace(d, excused=step.title) if d.due and d.paper.form in step.withdraws else d
                for d in found
            ]
        if step.excuses_service:
            found = [replace(d, excused=step.title) if d.due else d for d in found]
        if step.leaves:
            gone = called(str(event.data.get(step.leaves) or "").strip())
            found = [replace(d, excused=step.title) if d.due and d.addressee == gone else d for d in found]
    return found


def addressee_of_line(standing: Standing, line: str) -> str:
    """The further party whom the decision of a line beside the main one is about alone; "" where it is about the principal one."""
    for seq, event in enumerate(standing.events, start=1):
        if line and standing.line_of(seq) == line and standing.step_at(seq).decides:
            return named_in(event.data)
    return ""


def departed(record: MatterRecord, standing: Standing, before: int = 0) -> frozenset[str]:
    """Who took part and takes part no more. `before`: as it was before the step of this number."""
    events = standing.events[: before - 1] if before else standing.events
    earlier = Standing(standing.proceeding, standing.stretches, events, standing.on)
    if not any(earlier.step_at(seq).leaves for seq in range(1, len(events) + 1)):
        return frozenset()
    return frozenset(_presence(earlier, Names(earlier, record.kind))[1])


def _presence(standing: Standing, called: Names) -> tuple[dict[str, int], dict[str, int]]:
    """Party → the number of the step that brought it in, and of the one by which it left. Who takes another's place was there."""
    came: dict[str, int] = {}
    went: dict[str, int] = {}
    for seq, event in enumerate(standing.events, start=1):
        step = procedure_at(standing.stretches, seq).steps[event.step]
        if step.joins and not replaced(step, event.data)[0]:
            who = called(str(event.data.get(step.joins["name"]) or "").strip())
            came.setdefault(who, seq)
            went.pop(who, None)
        if step.leaves:
            went[called(str(event.data.get(step.leaves) or "").strip())] = seq
    return came, went


def folder_papers(record: MatterRecord) -> list[Paper]:
    """The papers of the matter's folder in the order they were made, with what names them."""
    made = record.matter.folder.papers.order_by("id")
    return list(made.only("folder", "form", "title", "number", "on", "step"))


def papers_by_step(made: Iterable[Paper], standing: Standing) -> Iterator[tuple[int, Paper]]:
    """The papers that the steps of the run made, each with the number of its step; papers of an earlier run of the matter are left out."""
    papers = defaultdict(list)
    for paper in sorted(made, key=lambda paper: paper.pk):
        papers[paper.form].append(paper)
    issued = [
        (seq, form)
        for seq, event in enumerate(standing.events, start=1)
        for form in standing.step_at(seq).issues
    ]
    number = Counter(form for _, form in issued)
    # What an earlier run of the matter made comes first.
    waiting = {form: every[max(0, len(every) - number[form]) :] for form, every in papers.items()}
    for seq, form in issued:
        if (paper := _made_by(waiting.get(form, []), standing.events[seq - 1])) is not None:
            yield seq, paper


def _made_by(waiting: list[Paper], event: Event) -> Paper | None:
    """The next paper of a form, if this step made it: some are made only where goods move."""
    mine = next((p for p in waiting if p.step == event.step and p.on == event.on), None)
    if mine is not None:
        waiting.remove(mine)
    return mine


def ordered_by(record: MatterRecord, standing: Standing, step) -> dict[str, str]:
    """Number of the paper → ref of the measure it ordered, for a step that must be told which measure its test is about."""
    if not step.pauses_held_if or not record.matter_id:
        return {}
    paper = standing.procedure.measures[step.refers].paper
    return {
        made.number: standing.refs[seq - 1]
        for seq, made in papers_by_step(folder_papers(record), standing)
        if made.form == paper and made.number
    }


def is_for_a_party(procedure: Procedure, form: str, on: date, scope: Sequence[str]) -> bool:
    return procedure.form(form, on, scope).served_to in TO_PARTY


def everyone_in(record: MatterRecord, role: str) -> tuple[str, ...]:
    """The names of all who take part in this role, the first of them first; of the principal role the principal party alone."""
    principal = current_book().kind(record.kind).principal
    if role == TO_PARTY[0] or (principal and principal.code == role):
        return tuple(filter(None, (addressee_of(record, {}),)))
    return _others_in(record, role)


def _others_in(record: MatterRecord, role: str) -> tuple[str, ...]:
    if "_in_roles" not in record.__dict__:
        # All of them at once: a page may have them read already.
        found: dict[str, list[str]] = {}
        for party in sorted(record.matter.parties.all(), key=lambda party: party.seq):
            found.setdefault(party.role, []).append(party.name)
        record.__dict__["_in_roles"] = {of: tuple(filter(None, names)) for of, names in found.items()}
    return record.__dict__["_in_roles"].get(role, ())


def to_serve(record: MatterRecord, standing: Standing | None) -> list[Paper]:
    """Papers that a party must receive and has not received."""
    return [d.paper for d in deliveries(record, standing) if d.due] if standing else []


def served_on(
    record: MatterRecord,
    standing: Standing,
    number: str,
    who: str = "",
    made: Sequence[Paper] | None = None,
) -> date | None:
    """The day on which the paper of this number was served, on `who` where that is said; None while it was not."""
    found = (
        d.service
        for d in deliveries(record, standing, made)
        if d.service and d.paper.number == number and who in ("", d.addressee)
    )
    return next((service.on for service in found), None)


def key_of(paper: Paper) -> str:
    """What names a paper in a step's answer: its number, or its form where it has none."""
    return paper.number or paper.form


def concerned(step, data: Mapping[str, Any], earlier: Sequence[Event]) -> list[str]:
    """The parties beside the principal one whom the papers of a step are for."""
    if step.concerns is None:
        return []
    column = step.concerns.column
    if step.concerns.list:
        rows = data.get(step.concerns.list) or ()
        names = [str(row.get(column) or "").strip() for row in rows if isinstance(row, Mapping)]
    else:
        names = []
        for event in earlier:
            who = str(event.data.get(column) or "").strip()
            if event.step in step.concerns.steps:
                names.append(who)
            elif event.step in step.concerns.less and who in names:
                names.remove(who)
    return list(dict.fromkeys(filter(None, names)))


def _reached(
    step, data: Mapping[str, Any], found: list[Delivery], own: list[int], who: str, ref: str
) -> list[int]:
    """Places of the papers that a step brought to their addressee. By form it brings those of the measure it is about, or of none."""
    reached = []
    if step.delivers and not data.get("serve_later"):
        reached += [i for i in own if found[i].paper.form in step.delivers]
    open_now = [i for i, delivery in enumerate(found) if delivery.due and delivery.addressee == who]
    for form in step.serves:
        mine = [i for i in open_now if found[i].paper.form == form]
        # A step that opens a measure by serving (the time of one party) serves a paper that belongs to none.
        places = (ref, "") if step.opens else (ref,)
        reached += [i for i in mine if found[i].ref in places][-1:]
    if step.serves_chosen and (chosen := str(data.get(step.serves_chosen) or "")):
        named = [i for i in open_now if found[i].paper.number == chosen]
        reached += named or [i for i in open_now if found[i].paper.form == chosen][:1]
    return reached


def _service(data: Mapping[str, Any], on: date, seq: int) -> Service:
    proof = tuple(item for item in data.get("attachments") or () if isinstance(item, Mapping))
    return Service(
        method=data.get("service_method") or ON_THE_SPOT,
        on=data.get("served_on") or on,
        receiver=data.get("receiver") or "",
        step=seq,
        proof=proof,
    )


def addressee_of(record: MatterRecord, data: Mapping[str, Any], field: str = ADDRESSEE) -> str:
    """Whom an answer of a step is about: the party it names, the principal one if it names none."""
    column = family_of(record.kind).principal.get("name")  # a matter may be nobody's in particular
    return named_in(data, field) or (getattr(record, column) or "" if column else "")


def named_in(data: Mapping[str, Any], field: str = ADDRESSEE) -> str:
    """The party that an answer of a step names; "" where it names none, and so is about the principal one."""
    return str(data.get(field) or "").strip()


def announced(standing: Standing | None) -> tuple[date, date] | None:
    """The day the last announcement was published, and the day its thirty days are over (as its clock counts them); None when nothing
    was announced since the matter came to where it stands."""
    if standing is None:
        return None
    run, procedure = standing.run, standing.procedure
    announcements = {code for code, measure in procedure.measures.items() if measure.announces}
    made = [m for m in run.measures.values() if m.measure in announcements and m.opened_at >= run.entered_at]
    if not made:
        return None
    last = made[-1]
    published = run.events[last.opened_at].data.get("published_on") or last.opened_on
    for key, clock_run in run.clocks.items():
        own = procedure.clocks[clock_run.clock].measure == last.measure
        if own and ref_of(key, clock_run.clock, last.measure) == last.ref:
            return published, procedure.due(clock_run, run).due
    return None
