"""What a step that took effect means for its matter: columns, numbers, officers, evidence, papers, how it goes on. Called by `services`,
inside their transactions; nobody else calls these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import certificates_on, roles_of, scope_codes
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.law import Kind, Step, current_book
from zhiheng.refusal import Refused

from . import archive, recusal, runs, succession
from .delivery import folder_papers, to_serve
from .engine import Standing, decode, procedure_of
from .family import Family, family_of
from .models import MatterRecord, Officer, Party, Proposal, StepTaken
from .papers import Words, context_of, moves_goods
from .selectors import officers_of

Follower = Callable[[Person, MatterRecord, StepTaken, Step, Mapping[str, Any]], None]
_followers: list[Follower] = []


def follows(function: Follower) -> Follower:
    """Register what a package above does about any step that took effect, in the same transaction: called with who took it, the
    record as the step left it, the step taken, the step of the book and its answers."""
    _followers.append(function)
    return function


def is_closed(record: MatterRecord) -> bool:
    return bool(getattr(record, family_of(record.kind).closed))


def proceeding_of(record: MatterRecord):
    if record.matter_id is None:
        raise Refused.because(
            f"{current_book().kind(record.kind).this}由台账导入，没有在本系统办理的程序",
            way_out="请在原系统办理后重新导入台账",
        )
    return record.matter.proceeding


def name_officers(actor: Person, record: MatterRecord, people: Sequence[Person], on: date) -> None:
    kind = current_book().kind(record.kind)
    if len({p.pk for p in people}) < 2:
        raise Refused.because("承办人不得少于两人", article=kind.certified, field="handlers")
    if is_closed(record):
        raise Refused.because(f"{kind.this}已归档，不能再改承办人")
    away = recusal.stepped_back(Standing.of(proceeding_of(record), on))
    if barred := [p.name for p in people if p.name in away]:
        raise Refused.because(
            f"{'、'.join(barred)}已经回避，不得再承办{kind.this}",
            article=kind.basis.get("recusal", ""),
            way_out="请指派其他人员",
            field="handlers",
        )
    for person in people:
        if person.unit_id != record.unit_id:
            raise Refused.because(f"{person.name}不是{record.unit.name}的人员", field="handlers")
        if Role.HANDLER not in roles_of(person, on):
            raise Refused.because(f"{person.name}没有承办人角色", field="handlers", way_out="请先授予角色")
    valid = certificates_on(people, on) if kind.certified else {person.pk: None for person in people}
    if without := [person.name for person in people if person.pk not in valid]:
        raise Refused.because(
            f"{'、'.join(without)}在{on:%Y-%m-%d}没有有效的行政执法证，不得承办{kind.this}",
            article=kind.certified,
            field="handlers",
            way_out="请指派持有有效执法证的人员",
        )
    _set_officers(actor, record, people, on)


def _set_officers(actor: Person, record: MatterRecord, people: Sequence[Person], on: date) -> None:
    """These work the matter from this day on, the first in charge; whoever is not among them is ended."""
    before = [o.person.name for o in officers_of(record.matter)]
    now = record.matter.officers.filter(until__isnull=True)
    now.exclude(person__in=people).update(until=on, lead=False)
    for order, person in enumerate(dict.fromkeys(people)):
        Officer.objects.update_or_create(
            matter=record.matter,
            person=person,
            until=None,
            defaults={"lead": order == 0},
            create_defaults={"lead": order == 0, "since": on},
        )
    data = {"before": before, "after": [p.name for p in people], "people": [p.pk for p in people]}
    audit.record(actor=actor, on=on, action="指派承办人", subject=record, data=data)


def keep_columns(kind: Kind, record: MatterRecord, data: Mapping[str, Any]) -> None:
    """What the kind keeps of any step's answers: columns of the record, and facts of parties in other roles."""
    parties: dict[str, dict[str, Any]] = {}
    for field, target in kind.keeps.items():
        if data.get(field) in (None, ""):
            continue
        role, dot, attribute = target.partition(".")
        if dot:
            parties.setdefault(role, {})[attribute] = data[field]
        else:
            setattr(record, target, data[field])
    if record.matter_id:
        for role, values in parties.items():
            Party.objects.update_or_create(matter=record.matter, role=role, seq=1, defaults=values)


def _join(record: MatterRecord, step: Step, data: Mapping[str, Any]) -> None:
    """A party that the step brings in, or new facts of one who takes part in this role under this name, or whose place is taken."""
    facts = {name: data[field] for name, field in step.joins.items() if data.get(field) not in (None, "")}
    before = str(facts.pop(succession.REPLACES, "")).strip()
    if not facts:
        return
    here = record.matter.parties.filter(role=facts["role"])
    known = here.filter(name=before or facts["name"]).first()
    if known is None:
        last = here.order_by("seq").last()
        known = Party(matter=record.matter, seq=last.seq + 1 if last else 1)
    for name, value in facts.items():
        setattr(known, name, value)
    known.save()


def _draw_number(family: Family, unit: Unit, code: str, on: date) -> str:
    """The next number of the unit's series that no record has: an imported ledger may hold the year's first ones."""
    while True:
        number = documents.draw_number(prefix=unit.number_prefix, code=code, on=on)
        if not family.is_taken(unit, number):
            return number


def draw_numbers(family: Family, unit: Unit, step: Step, on: date) -> dict[str, str]:
    """The numbers that a step writes into columns of the record, by column."""
    return {r.column: _draw_number(family, unit, r.of[0], on) for r in step.records if r.how == "number"}


class Numbers:
    """The numbers of a step, drawn once it takes effect, and said in its entry."""

    def __init__(self, record: MatterRecord, step: Step, on: date) -> None:
        self.record, self.step, self.on = record, step, on
        self.drawn: dict[str, str] = {}

    def draw(self) -> dict[str, Any]:
        self.drawn = draw_numbers(family_of(self.record.kind), self.record.unit, self.step, self.on)
        return {"numbers": self.drawn} if self.drawn else {}


def carry_out(
    actor: Person,
    record: MatterRecord,
    taken: StepTaken,
    drawn: Mapping[str, str],
    proposal: Proposal | None = None,
    standing: Standing | None = None,
) -> None:
    """What a step that took effect means: the record's columns, its numbers, evidence, papers, and how the matter goes on."""
    kind, family = current_book().kind(record.kind), family_of(record.kind)
    procedure = procedure_of(taken.proceeding.version)
    step = procedure.steps[taken.step]
    data = decode(procedure, taken.step, taken.data)
    if step.undoes and step.decides:
        # One decision in place of another: the one before ends first, and the columns then are the new one's.
        family.undone(record, taken, step, data)
    keep_columns(kind, record, data)
    _record(actor, record, family, step, taken, data, drawn)
    _join(record, step, data)
    record.state = taken.state
    _bring_evidence(actor, record, step, taken, data)
    papers = {r.of[0]: [] for r in step.records if r.how == "paper"}
    for r in step.records:
        if r.how == "paper":
            papers[r.of[0]].append(r.column)
    own = set(step.serves) & set(step.issues)
    waiting = to_serve(record, standing) if own and standing else []
    moved = bool(step.issues_with_goods) and moves_goods(taken, step, standing)
    made, fresh = folder_papers(record) if step.issues else [], []
    for form_code in step.issues:
        if form_code in step.issues_with_goods and not moved:
            continue
        if form_code in step.serves and any(paper.form == form_code for paper in waiting):
            continue  # it was written before, and is served now
        form = procedure.form(form_code, taken.on, scope_codes(record.unit))
        number = _draw_number(family, record.unit, form.number_code, taken.on) if form.numbered else ""
        for column in papers.get(form_code, ()):
            setattr(record, column, number)
        context = context_of(
            record, taken, number=number, proposal=proposal, standing=standing, made=made, fresh=fresh
        )
        fresh.append(
            documents.issue(
                actor=actor,
                folder=record.matter.folder,
                form=form,
                on=taken.on,
                step=taken.step,
                number=number,
                context=context,
            )
        )
    if step.decides:
        family.decided(record, taken, step, data)
    elif step.undoes:
        family.undone(record, taken, step, data)
    if step.recuses and data.get(step.recuses.granted):
        _step_back(actor, record, taken)
    if step.goes_on:
        _go_on(actor, record, kind, step, taken, data)
    _retitle(record)
    record.save()
    if any(r.column == family.closed for r in step.records) and is_closed(record):
        archive.file_away(record, taken)
    for follower in _followers:
        follower(actor, record, taken, step, {**step.says, **data})


def _record(
    actor: Person,
    record: MatterRecord,
    family: Family,
    step: Step,
    taken: StepTaken,
    data: Mapping[str, Any],
    drawn: Mapping[str, str],
) -> None:
    """The columns a step writes, as its `records` say."""
    for r in step.records:
        if r.column == "officers":
            if data.get(r.of[0]):
                people = list(Person.objects.filter(pk__in=data[r.of[0]]))
                people.sort(key=lambda p: data[r.of[0]].index(p.pk))
                name_officers(actor, record, people, taken.on)
        elif r.how == "field":
            if data.get(r.of[0]) not in (None, ""):
                setattr(record, r.column, data[r.of[0]])
        elif r.how == "day":
            setattr(record, r.column, taken.on)
        elif r.how == "word":
            setattr(record, r.column, r.of[0])
        elif r.how == "number":
            setattr(record, r.column, drawn[r.column])
        elif r.how == "sum":
            setattr(record, r.column, sum(data.get(code) or 0 for code in r.of))
        elif r.how == "adds":
            setattr(record, r.column, (getattr(record, r.column) or 0) + (data.get(r.of[0]) or 0))
        elif r.how == "takes":
            setattr(record, r.column, (getattr(record, r.column) or 0) - (data.get(r.of[0]) or 0))
        elif r.how == "none":
            column = family.columns[r.column]
            setattr(record, r.column, None if column.null else column.get_default())


def _step_back(actor: Person, record: MatterRecord, taken: StepTaken) -> None:
    """Who has stepped back is an officer no more from that day on (行政处罚法 43)."""
    away = recusal.stepped_back(Standing.of(taken.proceeding, taken.on))
    now = [o.person for o in officers_of(record.matter)]
    staying = [person for person in now if person.name not in away]
    if len(staying) < len(now):
        _set_officers(actor, record, staying, taken.on)


def _go_on(
    actor: Person, record: MatterRecord, kind: Kind, step: Step, taken: StepTaken, data: Mapping[str, Any]
) -> None:
    """The same matter, its evidence and officers, under a new run (程序规定 66: 转普通程序)."""
    version = current_book().procedure(step.goes_on.procedure, taken.on, scope_codes(record.unit))
    begins = version.steps[step.goes_on.step]
    known = {
        field: getattr(record, column)
        for field, column in kind.keeps.items()
        if field in begins.fields and "." not in column and getattr(record, column) not in (None, "")
    }
    known |= {field: text.format_map(data) for field, text in step.goes_on.answers.items()}
    # The matter has its numbers: it is not registered anew.
    family = family_of(kind)
    numbers = {
        r.column: getattr(record, r.column) or _draw_number(family, record.unit, r.of[0], taken.on)
        for r in begins.records
        if r.how == "number"
    }
    begun = runs.open_run(
        actor=actor,
        matter=record.matter,
        version=version,
        on=taken.on,
        step=begins.code,
        data=known,
        facts={},
        numbers=numbers,
    )
    carry_out(actor, record, begun, numbers)


def _retitle(record: MatterRecord) -> None:
    matter = record.matter
    if matter.title == record.title[:200]:
        return
    matter.title = record.title[:200]
    matter.save(update_fields=["title"])
    documents.retitle(folder=matter.folder, title=record.title)


def _bring_evidence(
    actor: Person, record: MatterRecord, step: Step, taken: StepTaken, data: Mapping[str, Any]
) -> None:
    """A record made in a step is evidence of the matter (行政处罚法 46); nobody enters it twice."""
    brings = step.evidence
    if brings is None:
        return
    words = Words(data)
    name, source, proves = (
        text.format_map(words).replace("\n", "") for text in (brings.name, brings.source, brings.proves)
    )
    kind = brings.kinds.get(data.get(brings.by), brings.kind) if brings.by else brings.kind
    files = [
        file for value in data.values() if isinstance(value, list) for file in value
        if isinstance(file, Mapping) and "digest" in file
    ]  # fmt: skip
    own, beside = ([], files) if brings.attached else (files[:1], files[1:])
    rows = [(name, kind, own[0] if own else None)]
    rows += [
        (f"{name[:80]}附件{number}（{file['name'][-30:]}）", brings.attached or kind, file)
        for number, file in enumerate(beside, start=1)
    ]
    for called, its, file in rows:
        documents.add_evidence(
            actor=actor,
            folder=record.matter.folder,
            on=taken.on,
            name=called[:120],
            kind=its,
            source=source[:200],
            proves=proves if len(proves) <= 400 else proves[:399] + "…",
            collected_on=taken.on,
            file=documents.kept_upload(file) if file else None,
            file_name=file["name"] if file else "",
        )
