"""What a user does to a matter. Each function guards, asks the law, writes, and leaves a ledger entry, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right, Role
from zhiheng.accounts.selectors import acting_roles, acts_for, may, roles_of, scope_codes
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.documents.models import Evidence
from zhiheng.law import Kind, Step, current_book
from zhiheng.refusal import Refused

from . import drafts, goods, protection, recusal, runs, turns
from .answers import read_answers, refuse_faults
from .delivery import folder_papers, to_serve
from .engine import Standing, decode, procedure_of
from .facts import Situation, facts_for
from .family import Family, family_of
from .models import Matter, MatterRecord, Officer, Party, Proposal, Reminder, StepTaken, Turn
from .papers import context_of, moves_goods
from .selectors import may_exclude_evidence, officers_of


@transaction.atomic
def open_matter(
    *, actor: Person, on: date, kind: str, data: Mapping[str, Any], door: str = ""
) -> MatterRecord:
    """Begin a matter of a kind through one of its doors (the first, if none is named): its record, folder and run.

    `data` holds the fields the beginning step asks for, as the law book names them. Whoever begins it becomes the officer in
    charge until the unit assigns officers.
    """
    if not may(actor, Right.WORK_CASE, on):
        raise Refused.because("您没有办理案件的角色", way_out="请联系本单位管理员授予")
    book = current_book()
    what = book.kind(kind)
    entrance = next((d for d in what.doors if not door or d.step == door), None)
    if entrance is None:
        raise Refused.because(f"“{what.title}”没有入口 {door}")
    family = family_of(what)
    unit = actor.unit
    version = book.procedure_in_force(entrance.procedure, on, scope_codes(unit))
    if version is None or entrance.step not in version.steps:
        raise Refused.because(f"法规库没有“{what.title}”在{on}的程序版本", way_out="请核对受理日期")
    begins = version.steps[entrance.step]
    record = family.model(unit=unit, kind=what.code)
    data = read_answers(version, begins.code, data)
    begun = Standing.blank(version, on)
    refuse_faults(Situation(record=record, on=on, actor=actor, step=begins, data=data, standing=begun))
    data, hidden = protection.taken_out(version, begins.code, data)
    _keep_columns(what, record, data)
    record.title = record.title or f"未命名{what.title}"
    # Drawing the numbers first makes beginnings of a unit wait for each other: the second of two clicks sees the first.
    drawn = _draw_numbers(family, unit, begins, on)
    _refuse_twin(what, unit, begins, record.title, data, on)
    known = facts_for(Situation(record=record, on=on, actor=actor, step=begins, data=data))
    matter = Matter.objects.create(
        unit=unit,
        kind=what.code,
        title=record.title[:200],
        opened_on=on,
        folder=documents.open_folder(unit=unit, title=record.title),
    )
    record.matter = matter
    record.save()
    matter.record_id = record.pk
    matter.save(update_fields=["record_id"])
    Officer.objects.create(matter=matter, person=actor, lead=True, since=on)
    protection.keep(actor=actor, matter=matter, answers=hidden, on=on)
    taken = runs.open_run(
        actor=actor,
        matter=matter,
        version=version,
        on=on,
        step=begins.code,
        data=data,
        facts=known,
        numbers=drawn,
    )
    _carry_out(actor, record, taken, drawn)
    turns.rewrite(record=record, on=on)
    drafts.drop(person=actor, place=drafts.place_of_door(kind, door or entrance.step))
    return record


def _refuse_twin(kind: Kind, unit: Unit, begins: Step, title: str, data: Mapping[str, Any], on: date) -> None:
    """The same beginning sent twice (a double click, two colleagues with one letter) is one matter."""
    same = Matter.objects.filter(unit=unit, kind=kind.code, title=title[:200], proceeding__state=begins.to)
    wanted = audit.plain(data)
    for matter in same.select_related("proceeding").order_by("-id")[:20]:
        first = matter.proceeding.steps.filter(seq=1, step=begins.code).first()
        if first is not None and first.data == wanted:
            family = family_of(kind)
            record = family.model.objects.get(pk=matter.record_id)
            raise Refused.because(
                f"相同的{begins.title.removeprefix('登记')}已经登记，编号{family.number(record)}",
                way_out="请打开该事项办理；确为另一件的，请在名称或者内容中写明区别",
                field="title",
            )


@transaction.atomic
def assign_officers(*, actor: Person, record: MatterRecord, people: Sequence[Person], on: date) -> None:
    """Name the officers of the matter, the first in charge (程序规定 19: two or more, with certificates).

    The heads of the unit name them. Who is in charge of a matter may name who works beside them, and stays in charge: nobody
    takes a matter over by themselves. Whoever is not named any more is ended, not removed.
    """
    record = _lock(record)
    _proceeding(record)
    if refusal := may_assign(actor, record, on):
        raise Refused.because(refusal, article="程序规定第19条", way_out="请由办案机构负责人指派")
    if not _heads(actor, record, on) and people and people[0].pk != actor.pk:
        raise Refused.because(
            "更换主办人员须由办案机构负责人指派",
            article="程序规定第19条",
            way_out="请由办案机构负责人指派",
            field="lead",
        )
    _name_officers(actor, record, people, on)
    turns.rewrite(record=record, on=on)


def _heads(actor: Person, record: MatterRecord, on: date) -> bool:
    return actor.unit_id == record.unit_id and Role.UNIT_HEAD in acting_roles(actor, on)


def may_assign(actor: Person, record: MatterRecord, on: date) -> str:
    """Why the actor may not name the officers of a matter, "" when they may."""
    if not record.matter_id:
        return "本案由台账导入，没有承办人"
    in_charge = any(
        o.person_id == actor.pk and o.lead and o.until is None for o in record.matter.officers.all()
    )
    if _heads(actor, record, on) or (in_charge and Role.HANDLER in roles_of(actor, on)):
        return ""
    return "指派承办人须由办案机构负责人办理，或者由主办人员增减协办人员"


def _name_officers(actor: Person, record: MatterRecord, people: Sequence[Person], on: date) -> None:
    if len({p.pk for p in people}) < 2:
        raise Refused.because("承办人不得少于两人", article="行政处罚法第42条", field="handlers")
    if _is_closed(record):
        raise Refused.because("案件已归档，不能再改承办人")
    away = recusal.stepped_back(Standing.of(_proceeding(record), on))
    if barred := [p.name for p in people if p.name in away]:
        raise Refused.because(
            f"{'、'.join(barred)}已经回避，不得再承办本案",
            article="行政处罚法第43条",
            way_out="请指派其他人员",
            field="handlers",
        )
    for person in people:
        if person.unit_id != record.unit_id:
            raise Refused.because(f"{person.name}不是{record.unit.name}的人员", field="handlers")
        if Role.HANDLER not in roles_of(person, on):
            raise Refused.because(f"{person.name}没有承办人角色", field="handlers", way_out="请先授予角色")
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


@transaction.atomic
def take_step(
    *,
    actor: Person,
    record: MatterRecord,
    step: str,
    data: Mapping[str, Any],
    on: date,
    ref: str = "",
    seen: int | None = None,
) -> StepTaken | Proposal:
    """Take one step of the matter's procedure, or send it up for approval where the law wants that.

    Everything the step brings (columns, papers, numbers, clocks, entries) is written together or not at all. `seen` is
    how many steps the matter had when the officer opened the page: the same step taken since is told, not taken twice.
    Raises Refused with every reason and its article.
    """
    record = _lock(record)
    standing = Standing.of(_proceeding(record), on)
    wanted = standing.procedure.steps.get(step)
    if wanted is None:
        raise Refused.because(f"“{standing.procedure.title}”没有步骤 {step}")
    if wanted.by == ("handler",) and not _works(actor, record):
        raise Refused.because(
            f"“{wanted.title}”须由本案承办人办理",
            way_out="请由承办人办理，或先“指派承办人”",
            article="行政处罚法第42条",
        )
    _refuse_stepped_back(actor, standing)
    _refuse_repeated(record, wanted, ref, seen)
    data = read_answers(standing.procedure, step, goods.told_of_part(standing, wanted, data, ref))
    situation = Situation(
        record=record, on=on, actor=actor, step=wanted, data=data, standing=standing, ref=ref
    )
    if wanted.code in {s.code for s in standing.procedure.steps_from(standing.run.state)}:
        refuse_faults(situation)  # else its place in the order is what is wrong
    data, hidden = protection.taken_out(standing.procedure, wanted.code, data)
    protection.keep(actor=actor, matter=record.matter, answers=hidden, on=on)
    situation = replace(situation, data=data)
    numbers = _Numbers(record, wanted, on)
    result = runs.take(
        actor=actor,
        proceeding=record.matter.proceeding,
        step=step,
        data=data,
        facts=facts_for(situation),
        on=on,
        ref=ref,
        beside=numbers.draw,
    )
    if isinstance(result, StepTaken):
        _carry_out(actor, record, result, numbers.drawn, standing=standing)
    turns.rewrite(record=record, on=on)
    drafts.drop(person=actor, place=drafts.place_of_step(record, step, ref))
    return result


def _works(actor: Person, record: MatterRecord) -> bool:
    return record.matter.officers.filter(person=actor, until__isnull=True).exists()


def _refuse_stepped_back(actor: Person, standing: Standing) -> None:
    if recusal.has_stepped_back(standing, actor):
        raise Refused.because(
            f"{actor.name}已经回避，不得再参与本案",
            article="行政处罚法第43条",
            way_out="请由其他人员办理",
        )


def _refuse_repeated(record: MatterRecord, step: Step, ref: str, seen: int | None) -> None:
    if seen is None:
        return
    same = record.matter.proceeding.steps.filter(seq__gt=seen, step=step.code, ref=ref)
    since = same.select_related("taken_by").last()
    if since is not None:
        raise Refused.because(
            f"您打开本页之后，{since.taken_by.name}已在{since.on:%Y-%m-%d}办理过“{step.title}”，这次没有重复办理",
            way_out="请核对“经过”；确需再办一次的，请再次提交",
        )


@transaction.atomic
def give_opinion(
    *, actor: Person, record: MatterRecord, proposal: Proposal, agrees: bool, text: str, on: date
) -> StepTaken | Proposal:
    """An approver's opinion on a proposed step; the last agreement carries the step out on that day."""
    record = _lock(record)
    standing = Standing.of(_proceeding(record), on)
    _refuse_stepped_back(actor, standing)
    wanted = standing.procedure.steps[proposal.step]
    situation = Situation(
        record=record,
        on=on,
        actor=proposal.proposed_by,
        step=wanted,
        data=decode(standing.procedure, proposal.step, proposal.data),
        standing=standing,
        ref=proposal.ref,
    )
    _refuse_own_hand(actor, record, proposal, on)
    if agrees:
        refuse_faults(situation)
    numbers = _Numbers(record, wanted, on)
    result = runs.give_opinion(
        actor=actor,
        proposal=proposal,
        agrees=agrees,
        text=text,
        on=on,
        facts=facts_for(situation),
        beside=numbers.draw,
    )
    if isinstance(result, StepTaken):
        _carry_out(proposal.proposed_by, record, result, numbers.drawn, proposal=proposal, standing=standing)
    turns.rewrite(record=record, on=on)
    return result


def _refuse_own_hand(actor: Person, record: MatterRecord, proposal: Proposal, on: date) -> None:
    """Nobody approves a matter they work, neither themselves nor through who acts for them."""
    giver = acts_for(actor, (proposal.next_role,), on)
    hands = {actor.pk, giver.pk if giver else actor.pk}
    if proposal.proposed_by_id in hands:
        return  # who proposed it is refused for that
    working = record.matter.officers.filter(person__in=hands, until__isnull=True).select_related("person")
    for officer in working:
        raise Refused.because(
            f"{officer.person.name}是本案承办人，不能审批本案",
            article="行政处罚法第43条",
            way_out="请由其他有权人员审批",
        )


@transaction.atomic
def withdraw_proposal(*, actor: Person, record: MatterRecord, proposal: Proposal, on: date) -> None:
    record = _lock(record)
    runs.withdraw(actor=actor, proposal=proposal, on=on)
    turns.rewrite(record=record, on=on)


@transaction.atomic
def remind(*, actor: Person, record: MatterRecord, turn: Turn, on: date, text: str = "") -> Reminder:
    """催办: ask whose move it is to take it. Once a day for one move; it is shown to them, and it is on the record.

    Open to who works the matter or proposed the step, and to the heads of its unit and of the units above.
    """
    record = _lock(record)
    turn = turn_as_it_is(record, turn)
    proposed = turn.proposal_id and turn.proposal.proposed_by_id == actor.pk
    if not (proposed or may_remind(actor, record, on)):
        raise Refused.because("催办由本案承办人、提请人或者本单位、上级单位的负责人办理")
    if turn.person_id == actor.pk:
        raise Refused.because("这一步由您本人办理，无须催办", way_out="请直接办理")
    same = {"step": turn.step, "proposal": turn.proposal, "role": turn.role, "person": turn.person}
    if record.matter.proceeding.reminders.filter(on=on, **same).exists():
        raise Refused.because("今天已经催办过", way_out="请等待办理，或者当面联系")
    made = Reminder.objects.create(
        proceeding=turn.proceeding, on=on, text=text.strip()[:200], sent_by=actor, **same
    )
    audit.record(
        actor=actor,
        on=on,
        action=f"催办：{turn.title}",
        subject=turn.proceeding,
        data={
            "reminder": made.pk,
            "step": turn.step,
            "of_proposal": turn.proposal_id,
            "role": turn.role,
            "person": turn.person_id,
            "text": made.text,
        },
    )
    return made


def may_remind(actor: Person, record: MatterRecord, on: date) -> bool:
    """Whether the actor works the matter, or heads its unit or one above it."""
    if any(o.person_id == actor.pk and o.until is None for o in record.matter.officers.all()):
        return True
    return record.unit_id in actor.unit_ids and bool(acting_roles(actor, on) & _MAY_REMIND)


_MAY_REMIND = frozenset({Role.UNIT_HEAD, Role.LEADER, Role.CHIEF})


def turn_as_it_is(record: MatterRecord, turn: Turn) -> Turn:
    """The move as it stands behind the lock; Refused when it was made meanwhile."""
    same = Turn.objects.filter(
        proceeding__matter=record.matter_id,
        kind=turn.kind,
        step=turn.step,
        ref=turn.ref,
        role=turn.role,
        person=turn.person_id,
        proposal=turn.proposal_id,
    ).select_related("proceeding__matter", "proposal", "person")
    found = same.first()
    if found is None:
        raise Refused.because(f"“{turn.title}”已经办理，无须催办", way_out="请刷新后查看")
    return found


@transaction.atomic
def add_evidence(*, actor: Person, record: MatterRecord, on: date, **evidence) -> None:
    """Register evidence in the matter's folder (行政处罚法 46). Only its officers add to it."""
    record = _lock(record)
    folder = _proceeding(record).matter.folder
    if not _works(actor, record):
        raise Refused.because("证据须由本案承办人登记", article="行政处罚法第42条")
    if _is_closed(record):
        raise Refused.because("案件已归档，不能再登记证据")
    same = {k: v for k, v in evidence.items() if k != "file"}
    if folder.evidence.filter(**same).exists():
        raise Refused.because(
            "相同的证据已经登记", way_out="请核对；另一份证据请在名称中写明区别", field="name"
        )
    documents.add_evidence(actor=actor, folder=folder, on=on, **evidence)


@transaction.atomic
def exclude_evidence(
    *, actor: Person, record: MatterRecord, evidence: Evidence, on: date, reason: str
) -> None:
    """Set unlawfully obtained evidence aside (行政处罚法 46): kept in the file with the reason, used for nothing more."""
    record = _lock(record)
    if _is_closed(record):
        raise Refused.because("案件已归档，不能再排除证据")
    if not may_exclude_evidence(actor, record, on):
        raise Refused.because(
            "排除证据须由本案承办人、本单位办案机构负责人或审核人员决定", article="行政处罚法第46条"
        )
    # Read again behind the lock: two people may have found the same fault.
    evidence = record.matter.folder.evidence.get(pk=evidence.pk)
    documents.exclude_evidence(actor=actor, evidence=evidence, on=on, reason=reason)


def _is_closed(record: MatterRecord) -> bool:
    return bool(getattr(record, family_of(record.kind).closed))


def _lock(record: MatterRecord) -> MatterRecord:
    """The record as it is now, held until the transaction ends: two people clicking at once act one after the other."""
    return (
        type(record)
        .objects.select_for_update(of=("self",))
        .select_related("unit", "matter__proceeding", "matter__folder", "matter__unit")
        .get(pk=record.pk)
    )


def _proceeding(record: MatterRecord):
    if record.matter_id is None:
        raise Refused.because(
            "本案由台账导入，没有在本系统办理的程序", way_out="请在原系统办理后重新导入台账"
        )
    return record.matter.proceeding


def _keep_columns(kind: Kind, record: MatterRecord, data: Mapping[str, Any]) -> None:
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
    """A party that the step brings in, or new facts of one who takes part in this role under this name."""
    facts = {name: data[field] for name, field in step.joins.items() if data.get(field) not in (None, "")}
    if not facts:
        return
    here = record.matter.parties.filter(role=facts["role"])
    known = here.filter(name=facts["name"]).first()
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


def _draw_numbers(family: Family, unit: Unit, step: Step, on: date) -> dict[str, str]:
    """The numbers that a step writes into columns of the record, by column."""
    return {r.column: _draw_number(family, unit, r.of[0], on) for r in step.records if r.how == "number"}


class _Numbers:
    """The numbers of a step, drawn once it takes effect, and said in its entry."""

    def __init__(self, record: MatterRecord, step: Step, on: date) -> None:
        self.record, self.step, self.on = record, step, on
        self.drawn: dict[str, str] = {}

    def draw(self) -> dict[str, Any]:
        self.drawn = _draw_numbers(family_of(self.record.kind), self.record.unit, self.step, self.on)
        return {"numbers": self.drawn} if self.drawn else {}


def _carry_out(
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
    _keep_columns(kind, record, data)
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
    if step.undoes:
        family.undone(record, taken, step, data)
    if step.recuses and data.get(step.recuses.granted):
        _step_back(actor, record, taken)
    if step.goes_on:
        _go_on(actor, record, kind, step, taken, data)
    _retitle(record)
    record.save()


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
                _name_officers(actor, record, people, taken.on)
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
    _carry_out(actor, record, begun, numbers)


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
    words = _Words(data)
    name, source, proves = (
        text.format_map(words).replace("\n", "") for text in (brings.name, brings.source, brings.proves)
    )
    documents.add_evidence(
        actor=actor,
        folder=record.matter.folder,
        on=taken.on,
        name=name[:120],
        kind=brings.kinds.get(data.get(brings.by), brings.kind) if brings.by else brings.kind,
        source=source[:200],
        proves=proves if len(proves) <= 400 else proves[:399] + "…",
        collected_on=taken.on,
    )


class _Words(dict):
    """Answers for a text: what was not answered leaves nothing behind."""

    def __missing__(self, key: str) -> str:
        return ""
