"""What a matter tells its papers: the context every form is rendered from (see documents.rendering.forms).

A paper takes the answers of its own step, the earlier answers that the step inherits by name, the facts that the procedure names,
and what every matter brings (office, parties, officers). Nothing of another step comes in unasked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import certificates_on, scope_codes
from zhiheng.accounts.words import title_of
from zhiheng.documents.models import Evidence, Paper
from zhiheng.documents.rendering import forms as rendering
from zhiheng.documents.selectors import evidence_in
from zhiheng.law import Column, Event, Procedure, Step, current_book
from zhiheng.law.citations import in_full
from zhiheng.law.forms import Field as PrintedField
from zhiheng.law.steps import Measure

from . import goods, selectors
from .delivery import (
    ADDRESSEE,
    addressee_of,
    addressee_of_line,
    concerned,
    departed,
    folder_papers,
    named_in,
    papers_by_step,
)
from .engine import Standing, decode, procedure_at
from .family import PARTY_COLUMNS, family_of
from .models import MatterRecord, Proposal, StepTaken

# What the system itself puts into the context at the moment of signing.
OF_SIGNING = frozenset(
    {"number", "on", "handlers", "opinions", "papers", "documents", "served_on", "notice", "measure"}
)
_STEP_NOT_TAKEN = 1_000_000  # the number of a step not taken yet


def not_taken(
    record: MatterRecord,
    standing: Standing,
    step: Step,
    by: Person,
    *,
    ref: str = "",
    data: Mapping[str, Any] | None = None,
) -> StepTaken:
    """The step as it would be taken today, unsaved: for what its papers would say."""
    return StepTaken(
        proceeding=standing.proceeding,
        step=step.code,
        on=standing.on,
        ref=ref,
        seq=_STEP_NOT_TAKEN,
        data=data or {},
        state=record.state if record.pk else step.to,
        taken_by=by,
    )


def still_to_ask(
    record: MatterRecord,
    step: Step,
    actor: Person,
    standing: Standing,
    ref: str = "",
    evidence: Sequence[Evidence] | None = None,
) -> tuple[list[str], list[PrintedField]]:
    """What the papers of a step need and neither the record nor the step's own questions give.

    Fields of the law book that the record keeps of the principal party, then further fields of the papers themselves. `evidence`: what
    is usable in the file, if the caller has it.
    """
    on, procedure = standing.on, standing.procedure
    if not step.issues:
        return [], []
    draft = not_taken(record, standing, step, actor, ref=ref)
    context = context_of(record, draft, standing=standing, signed=False, evidence=evidence)
    # What the step itself asks will be there: what a paper wants only in its absence is not asked.
    for code in step.asks:
        if procedure.type_of(step.code, code) in ("text", "longtext"):
            context.setdefault(code, "……")
    asked = {*step.fields}
    kept = {column: code for code, column in current_book().kind(record.kind).keeps.items()}
    principal = family_of(record.kind).principal
    party: dict[str, None] = {}
    further: dict[str, PrintedField] = {}
    for code in step.issues:
        form = procedure.form(code, on, scope_codes(record.unit))
        for gap in rendering.missing(form, context):
            role, dot, attribute = gap.code.partition(".")
            column = principal.get(attribute, "") if dot and role == "party" else ""
            if (field := kept.get(column, "")) and field not in asked:
                party[field] = None
        for field in rendering.questions(form, context):
            # What the law book's steps ask for is asked there; here only what is the paper's own, or would stop it.
            own = field.code not in procedure.fields or field.required
            if own and field.code not in asked and "." not in field.code and field.code not in OF_SIGNING:
                further.setdefault(field.code, field)
    return list(party), list(further.values())


def context_of(
    record: MatterRecord,
    taken: StepTaken,
    *,
    number: str = "",
    proposal: Proposal | None = None,
    standing: Standing | None = None,
    signed: bool = True,
    made: Sequence[Paper] | None = None,
    fresh: Sequence[Paper] = (),
    evidence: Sequence[Evidence] | None = None,
) -> dict[str, Any]:
    """What a paper of this step may print.

    Choices stay codes (the forms word them), persons become names, money stays in fen, days stay days. `standing`: as it stood
    before the step, if the caller has it. `signed`: with the officers' certificates, which only a paper that is made needs. `made`: the
    papers that were in the folder before the step, if the caller has them; `fresh`: those that this step has made so far; `evidence`: what is usable in
    the file, if the caller has it.
    """
    if standing is None:
        standing = Standing.of(taken.proceeding, taken.on)
    procedure = procedure_at(standing.stretches, taken.seq)
    step = procedure.steps[taken.step]
    line = _line(standing, step, taken)
    named = _named(step, taken) or addressee_of_line(standing, line)
    earlier = standing.told(line, before=taken.seq)
    about = _about(earlier, named, addressee_of(record, {}))
    family = family_of(record.kind)
    context: dict[str, Any] = {}
    # A decision on one party alone, and what follows from it, repeats what was said to nobody in particular.
    alone = bool(named) and bool(line or step.decides)
    repeated = (
        _about(_of_its_own(standing, line, taken.seq), named, addressee_of(record, {})) if line else about
    )
    for code in step.inherits:
        value = next(
            (
                event.data[code]
                for event in reversed(repeated)
                if event.data.get(code) not in (None, "", [])
                and (not named or (event.data.get(ADDRESSEE) or (named if alone else "")) == named)
            ),
            None,
        )
        if value is not None:
            context[code] = _printed(record, procedure, taken.step, code, value, taken.on)
    context |= step.says
    own = decode(procedure, taken.step, taken.data)
    context |= {
        code: _printed(record, procedure, taken.step, code, value, taken.on) for code, value in own.items()
    }
    matter = record.matter
    # At a door there is no matter yet: whoever begins it works it, and nothing is in its file.
    officers = [o.person for o in selectors.officers_of(matter)] if matter else [taken.taken_by]
    made = (folder_papers(record) if matter else ()) if made is None else made
    mine = [*_of_line(made, standing, line), *fresh]
    certificates = certificates_on(officers, taken.on) if signed else {}
    context |= {
        "office": _office(record.unit),
        "handlers": [
            {"name": p.name, "cert_no": certificates[p.pk].number if p.pk in certificates else ""}
            for p in officers
        ],
        "number": number,
        "on": taken.on,
        "step": {"code": taken.step, "title": step.title},
        "taken_by": taken.taken_by.name,
        "opinions": _opinions(taken, step, proposal),
        "measure": _referred(mine, taken, procedure, step, standing),
        "served": _served(mine, taken, step) | {"addressee": named or addressee_of(record, taken.data)},
        "papers": [{"title": p.title, "number": p.number, "on": p.on} for p in (*made, *fresh)],
        **_parties(record, family, named, departed(record, standing, taken.seq)),
        **family.words(record, taken, standing, line),
    }
    if step.concerns and not step.concerns.list:
        context["heard_others"] = "、".join(concerned(step, own, earlier))
    context["measures_taken"] = _measures_taken(made, taken, procedure, standing)
    context["course"] = _course(procedure, earlier)
    if "defence" in step.fields or "defence" in step.inherits:
        context["defences"] = [
            one for one in _defences(record, earlier, own) if not alone or one["who"] == named
        ]
    if step.goods and step.goods != "hold" and not context.get("items"):
        context["items"] = [g.row for g in _goods(taken, step, standing)]
    if "items" in step.fields and not step.goods and not context.get("items"):
        # A list of the goods concerned, where the step itself moves none of them: what the ledger still holds.
        context["items"] = [g.row for g in goods.ledger_of(_before(taken, standing)) if g.is_open]
    if any(event.data.get("items") for event in earlier):
        context["goods_told"] = list(_goods_told(taken, procedure, standing))
    _name_facts(
        context, _about_papers(mine, standing, named, addressee_of(record, {})), procedure, about, taken
    )
    if enclosing := next((paper for paper in reversed(fresh) if paper.number), None):
        context["enclosed_in"] = {"title": enclosing.title, "number": enclosing.number}
    if evidence is None:
        evidence = evidence_in(matter.folder, usable_only=True) if matter else ()
    registered = [
        {
            "name": e.name,
            "kind": e.get_kind_display(),
            "source": e.source,
            "proves": e.proves,
            "on": e.collected_on,
        }
        for e in evidence
    ]
    context.setdefault("evidence", registered)
    return context


def _of_its_own(standing: Standing, line: str, before: int) -> list[Event]:
    """What a step about a further decision may repeat: what was said before that decision was made, and under it since. What became of
    another decision meanwhile is not its own."""
    events = list(enumerate(standing.events[: before - 1], start=1))
    mine = [event for seq, event in events if standing.line_of(seq) == line]
    made = next((seq for seq, _ in events if standing.line_of(seq) == line), before)
    return [event for seq, event in events if seq < made and not standing.line_of(seq)] + mine


def _defences(record: MatterRecord, earlier: Sequence[Event], own: Mapping[str, Any]) -> list[dict[str, str]]:
    """What each party last said in its defence, and what became of it (行政处罚法 45): a decision that denies one on file falls."""
    found: dict[str, dict[str, str]] = {}
    for said in (*(event.data for event in earlier), own):
        if said.get("defence"):
            who = addressee_of(record, said)
            found[who] = {
                "who": who,
                "defence": said["defence"],
                "opinion": said.get("defence_opinion") or found.get(who, {}).get("opinion", ""),
            }
    return list(found.values())


def _course(procedure: Procedure, earlier: Sequence[Event]) -> list[dict[str, Any]]:
    """How the facts were found, from the record (程序规定 48): every step that brought evidence, or opened what brought it."""
    awaited = {step.closes for step in procedure.steps.values() if step.evidence and step.closes}
    rows = []
    for event in earlier:
        step = procedure.steps.get(event.step)
        if step is None or not (step.evidence or step.opens in awaited):
            continue
        made = step.evidence.name.format_map(Words(event.data)).replace("\n", "") if step.evidence else ""
        rows.append({"on": event.on, "what": step.title, "made": made})
    return rows


class Words(dict):
    """Answers for a text: what was not answered leaves nothing behind."""

    def __missing__(self, key: str) -> str:
        return ""


def _measures_taken(
    made: Sequence[Paper], taken: StepTaken, procedure: Procedure, standing: Standing
) -> list[dict[str, Any]]:
    """Every measure of coercion the matter has seen, as its papers tell it (程序规定 48): what was ordered when and by which paper,
    until when, and when it ended."""
    run = _before(taken, standing).run
    found, seen = [], Counter()
    for one in run.measures.values():
        form = procedure.measures[one.measure].paper
        if not form:
            continue
        papers = [paper for paper in made if paper.form == form]
        nth, seen[one.measure] = seen[one.measure], seen[one.measure] + 1
        clock = run.clocks.get(one.measure + one.ref[len(one.measure) :])
        found.append(
            {
                "what": _called(procedure, procedure.measures[one.measure], run.events[one.opened_at]),
                "on": one.opened_on,
                "number": papers[nth].number if nth < len(papers) else "",
                "until": procedure.due(clock, run).due if clock else None,
                "ended_on": one.closed_on,
            }
        )
    return found


def _called(procedure: Procedure, measure: Measure, opened: Event) -> str:
    """What a measure is called: the one of several that the step which took it chose."""
    chosen = opened.data.get(measure.kind_in) if measure.kind_in else None
    return procedure.fields[measure.kind_in].choices[chosen] if chosen else measure.title


def _line(standing: Standing, step: Step, taken: StepTaken) -> str:
    """The decision's line that a step, taken or not, belongs to."""
    if taken.seq <= len(standing.events):
        return standing.line_of(taken.seq)
    return standing.line_for(step, taken.ref)


def _of_line(made: Sequence[Paper], standing: Standing, line: str) -> list[Paper]:
    """The papers without those of other decisions' lines, the line's own last: what "the latest" of a form means to it."""
    if not standing.lines:
        return list(made)
    of = {paper.pk: standing.line_of(seq) for seq, paper in papers_by_step(made, standing)}
    mine = [paper for paper in made if of.get(paper.pk, "") in ("", line)]
    return sorted(mine, key=lambda paper: (bool(line) and of.get(paper.pk) == line, paper.pk))


def _goods(taken: StepTaken, step: Step, standing: Standing) -> list[goods.Goods]:
    """The goods that a step which lists none is about, as they stood before it."""
    lines = goods.ledger_of(_before(taken, standing))
    ref = taken.ref or (_open_ref(taken, step.closes, standing) if step.closes else "")
    if not any(g.measure == ref for g in lines):
        ref = ""
    line = _line(standing, step, taken)
    return goods.concerned(lines, step.goods, ref, taken.data.get("goods_disposal"), line)


def _goods_told(taken: StepTaken, procedure: Procedure, standing: Standing) -> Iterator[dict[str, Any]]:
    """What became of the goods of the matter before a step, each with its value (程序规定 77)."""
    ways = {
        code: title
        for name in _WAYS
        if name in procedure.fields
        for code, title in procedure.fields[name].choices.items()
    }
    for one in goods.ledger_of(_before(taken, standing)):
        yield {"goods": str(one), "state": ways.get(one.way) or goods.WORDS[one.state], "value": one.value}


_WAYS = ("goods_disposal", "unclaimed_disposal")


def moves_goods(taken: StepTaken, step: Step, standing: Standing | None) -> bool:
    """Whether a step is about goods that are there."""
    return bool(_goods(taken, step, standing or Standing.of(taken.proceeding, taken.on)))


def _before(taken: StepTaken, standing: Standing) -> Standing:
    """The run as it stood before a step."""
    if len(standing.events) < taken.seq:
        return standing
    return Standing(standing.proceeding, standing.stretches, standing.events[: taken.seq - 1], taken.on)


def _office(unit) -> dict[str, str]:
    return {
        "name": unit.name,
        "seal_name": unit.name,
        "address": unit.address,
        "phone": unit.phone,
        "review_organ": unit.review_organ,
        "court": unit.court,
        "bank": unit.bank,
        "pay_code": unit.pay_code,
    }


def _named(step: Step, taken: StepTaken) -> str:
    """The party that a step is about by its own answer, "" where it is about the principal one."""
    return named_in(taken.data) if ADDRESSEE in step.fields else ""


def _about(events: Sequence[Event], named: str, principal: str) -> list[Event]:
    """The steps without those done to other parties by name; what was done to the party that the step names stands last."""
    said = [(named_in(event.data), event) for event in events]
    mine = [event for who, event in said if named and who == named]
    return [event for who, event in said if who in ("", principal) and who != (named or None)] + mine


def _about_papers(made: Sequence[Paper], standing: Standing, named: str, principal: str) -> list[Paper]:
    """The papers without those to other parties by name; those to the party that the step names stand last."""
    events = standing.events
    of = {paper.pk: named_in(events[seq - 1].data) for seq, paper in papers_by_step(made, standing)}
    mine = [paper for paper in made if of.get(paper.pk, "") in ("", principal, named)]
    return sorted(mine, key=lambda paper: bool(named) and of.get(paper.pk) == named)


def _parties(
    record: MatterRecord, family, named: str = "", gone: Collection[str] = ()
) -> dict[str, dict[str, str]]:
    """Each role's party: the principal one from the record's columns, also under the name `party`; the others from their rows, of several
    in a role the first, and the `names` of all of them. What a step does to another party it names is written to that one: `party` is then
    whom it names. `gone`: who takes part no more."""
    kind = current_book().kind(record.kind)
    told = {attribute: getattr(record, column) for attribute, column in family.principal.items()}
    told["type_name"] = title_of("party_types", told["type"]) if told.get("type") else ""
    found = {"party": told}
    if kind.principal:
        found[kind.principal.code] = told
    rows = record.matter.parties.order_by("role", "-seq") if record.matter else ()
    for party in (row for row in rows if row.name not in gone):
        others = found.get(party.role, {}).get("names", "")
        found[party.role] = {attribute: getattr(party, attribute) for attribute in PARTY_COLUMNS}
        found[party.role]["type_name"] = title_of("party_types", party.type) if party.type else ""
        if party.name == named and named != told.get("name"):
            found["party"] = found[party.role]
        found[party.role]["names"] = "、".join(filter(None, (party.name, others)))
    return found


def _name_facts(
    context: dict[str, Any],
    made: Sequence[Paper],
    procedure: Procedure,
    earlier: Sequence[Event],
    taken: StepTaken,
) -> None:
    """The procedure's named facts, under their names: `notice.number` stands in `notice` as `number`. The day of a step is that of the
    one being taken, where it is such a one."""
    for name, fact in procedure.named.items():
        if fact.number_of:
            paper = _latest(made, fact.number_of)
            value = paper.number if paper else ""
        elif fact.day_of:
            days = (event.on for event in reversed(earlier) if event.step in fact.day_of)
            value = taken.on if taken.step in fact.day_of else next(days, None)
        else:
            value = next(
                (
                    event.data[fact.field]
                    for event in reversed(earlier)
                    if (not fact.steps or event.step in fact.steps)
                    and event.data.get(fact.field) not in (None, "", [])
                ),
                None,
            )
        first, dot, rest = name.partition(".")
        if dot:
            context.setdefault(first, {})[rest] = value
        else:
            context.setdefault(name, value)


def _printed(record: MatterRecord, procedure: Procedure, step: str, code: str, value: Any, on: date) -> Any:
    if procedure.type_of(step, code) == "persons":
        names = selectors.names_of(value, record)
        return [names[pk] for pk in value if pk in names]
    if code in procedure.fields and procedure.fields[code].cites and isinstance(value, str):
        return in_full(value, current_book().instruments, on)
    columns = {c.code: c for c in procedure.fields[code].columns} if code in procedure.fields else {}
    if columns and isinstance(value, list | tuple):
        return [
            {name: _cell(columns.get(name), cell, on) for name, cell in row.items()}
            if isinstance(row, Mapping)
            else row
            for row in value
        ]
    return value


def _cell(column: Column | None, cell: Any, on: date) -> Any:
    if column is None or not isinstance(cell, str):
        return cell
    if column.cites:
        return in_full(cell, current_book().instruments, on)
    return column.choices.get(cell, cell)


def _opinions(taken: StepTaken, step: Step, proposal: Proposal | None) -> list[dict[str, Any]]:
    """The chain of who said what: the proposer first, then each approver in the order they signed."""
    if proposal is None:
        said = taken.data.get("review_opinion", "")
        return [{"role": step.by[0], "name": taken.taken_by.name, "text": said, "on": taken.on}]
    first = {
        "role": step.by[0],
        "name": proposal.proposed_by.name,
        "text": taken.data.get("review_opinion") or "拟同意办理",
        "on": proposal.proposed_on,
    }
    return [first] + [
        {"role": o.role, "name": o.signer, "text": o.text, "on": o.on}
        for o in proposal.opinions.select_related("person", "for_person").order_by("id")
    ]


def _latest(made: Sequence[Paper], *forms: str) -> Paper | None:
    return next((paper for paper in reversed(made) if paper.form in forms), None)


def _referred(
    made: Sequence[Paper], taken: StepTaken, procedure: Procedure, step: Step, standing: Standing
) -> Mapping[str, Any]:
    """Number and day of the paper a step refers back to, and until when its clock runs: of a form the latest one, of a measure
    the one its own opening made. A step that opens a measure tells until when that runs."""
    if step.refers in procedure.forms or (step.refers and step.refers not in procedure.measures):
        paper = _latest(made, step.refers)
        return {"number": paper.number, "on": paper.on} if paper else {}
    proceeding = taken.proceeding
    if not step.refers:
        mine = [
            s.clock for s in step.starts if step.opens and procedure.clocks[s.clock].measure == step.opens
        ]
        clock = (
            proceeding.clocks.filter(clock__in=mine[:1]).order_by("-started_on", "-id").first()
            if mine
            else None
        )
        return {"until": clock.due_on, "from": clock.started_on} if clock else {}
    measure = step.refers
    opening = [code for code, s in procedure.steps.items() if s.opens == measure]
    opened = sum(event.step in opening for event in standing.events[: taken.seq - 1])
    if not opened:
        return {}
    ref = taken.ref or _open_ref(taken, measure, standing)
    nth = int(ref.partition("#")[2] or 1) if ref else opened
    papers = [paper for paper in made if paper.form == procedure.measures[measure].paper]
    key = measure + (f"#{nth}" if nth > 1 else "")
    clock = proceeding.clocks.filter(clock=measure, key=key).first()
    found: dict[str, Any] = {"until": clock.due_on if clock else None}
    before = _before(taken, standing)
    if step.extends and step.extends.clock == measure and key in before.run.clocks:
        found["was_until"] = procedure.due(before.run.clocks[key], before.run).due
    if nth <= len(papers):
        found |= {"number": papers[nth - 1].number, "on": papers[nth - 1].on}
    return found


def _open_ref(taken: StepTaken, measure: str, standing: Standing) -> str:
    """The measure a step without a ref acts on: the one that was open when it was taken."""
    still = _before(taken, standing).run.open_measures(measure)
    return still[-1].ref if still else ""


def _served(made: Sequence[Paper], taken: StepTaken, step: Step) -> dict[str, Any]:
    data = taken.data
    if step.serves_chosen and (chosen := str(data.get(step.serves_chosen) or "")):
        named = [paper for paper in made if paper.number == chosen]
        paper = named[-1] if named else _latest(made, chosen)
    else:
        paper = _latest(made, *step.serves, *step.serves_again)
    return {
        "documents": [{"name": paper.title, "number": paper.number, "copies": 1}] if paper else [],
        "on": data.get("served_on"),
        "method": data.get("service_method"),
        "place": data.get("served_place"),
        "receiver": data.get("receiver"),
    }
