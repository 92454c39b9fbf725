"""What a user does to a matter. Each function guards, asks the law, writes, and leaves a ledger entry, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import zip_longest
from typing import Any, BinaryIO

from django.db import transaction

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right, Role
from zhiheng.accounts.selectors import acting_roles, acts_for, may, roles_of, scope_codes
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.documents.models import Archive, Evidence, Paper, Scan
from zhiheng.law import Kind, Step, cite, current_book
from zhiheng.refusal import Refused
from zhiheng.statements import Once

from . import archive, drafts, goods, protection, recusal, runs, turns
from .answers import read_answers, refuse_faults, with_composed
from .delivery import ordered_by
from .effects import Numbers, carry_out, draw_numbers, is_closed, keep_columns, name_officers, proceeding_of
from .engine import Standing, decode
from .facts import Situation, facts_for, uncertified
from .family import family_of
from .models import Matter, MatterRecord, Officer, Proposal, Reminder, StepTaken, Turn
from .selectors import may_exclude_evidence, standing_for, works_on


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
    keep_columns(what, record, data)
    record.title = record.title or f"未命名{what.title}"
    # Drawing the numbers first makes beginnings of a unit wait for each other: the second of two clicks sees the first.
    drawn = draw_numbers(family, unit, begins, on)
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
    carry_out(actor, record, taken, drawn)
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
    record = locked(record)
    proceeding_of(record)
    if refusal := may_assign(actor, record, on):
        raise Refused.because(
            refusal, article=_kind(record).basis.get("officers", ""), way_out="请由办案机构负责人指派"
        )
    if not _heads(actor, record, on) and people and people[0].pk != actor.pk:
        raise Refused.because(
            "更换主办人员须由办案机构负责人指派",
            article=_kind(record).basis.get("officers", ""),
            way_out="请由办案机构负责人指派",
            field="lead",
        )
    name_officers(actor, record, people, on)
    turns.rewrite(record=record, on=on)


def _heads(actor: Person, record: MatterRecord, on: date) -> bool:
    return actor.unit_id == record.unit_id and Role.UNIT_HEAD in acting_roles(actor, on)


def may_assign(actor: Person, record: MatterRecord, on: date) -> str:
    """Why the actor may not name the officers of a matter, "" when they may."""
    if not record.matter_id:
        return f"{_kind(record).this}由台账导入，没有承办人"
    in_charge = any(
        o.person_id == actor.pk and o.lead and o.until is None for o in record.matter.officers.all()
    )
    if _heads(actor, record, on) or (in_charge and Role.HANDLER in roles_of(actor, on)):
        return ""
    return "指派承办人须由办案机构负责人办理，或者由主办人员增减协办人员"


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
    record = locked(record)
    standing = Standing.of(proceeding_of(record), on)
    wanted = standing.procedure.steps.get(step)
    if wanted is None:
        raise Refused.because(f"“{standing.procedure.title}”没有步骤 {step}")
    if wanted.by == ("handler",) and not works_on(actor, record):
        raise Refused.because(
            f"“{wanted.title}”须由{_kind(record).this}承办人办理",
            way_out="请由承办人办理，或先“指派承办人”",
            article=_kind(record).certified,
        )
    _refuse_stepped_back(actor, record, standing)
    _refuse_uncertified(actor, record, wanted, on)
    ref = goods.tested(standing, wanted, data, ref, ordered_by(record, standing, wanted))
    _refuse_repeated(record, wanted, ref, seen)
    data = read_answers(standing.procedure, step, goods.told_of_part(standing, wanted, data, ref))
    situation = Situation(
        record=record, on=on, actor=actor, step=wanted, data=data, standing=standing, ref=ref
    )
    data = with_composed(situation)
    situation = replace(situation, data=data)
    if wanted.code in {s.code for s in standing.procedure.steps_from(standing.run.state)}:
        refuse_faults(situation)  # else its place in the order is what is wrong
    data, hidden = protection.taken_out(standing.procedure, wanted.code, data)
    protection.keep(actor=actor, matter=record.matter, answers=hidden, on=on)
    situation = replace(situation, data=data)
    numbers = Numbers(record, wanted, on)
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
        carry_out(actor, record, result, numbers.drawn, standing=standing)
    turns.rewrite(record=record, on=on)
    drafts.drop(person=actor, place=drafts.place_of_step(record, step, ref))
    return result


def _kind(record: MatterRecord) -> Kind:
    """What refusals call the matter at hand, and the articles they rest on."""
    return current_book().kind(record.kind)


def _refuse_stepped_back(actor: Person, record: MatterRecord, standing: Standing) -> None:
    if recusal.has_stepped_back(standing, actor):
        raise Refused.because(
            f"{actor.name}已经回避，不得再参与{_kind(record).this}",
            article=_kind(record).basis.get("recusal", ""),
            way_out="请由其他人员办理",
        )
    title, article = recusal.held_back(standing, actor)
    if title:
        raise Refused.because(
            f"对{actor.name}的“{title}”尚未决定，决定之前不参与本案",
            article=article,
            way_out="请由其他人员办理，或者等待决定",
        )


def _refuse_uncertified(person: Person, record: MatterRecord, step: Step, on: date) -> None:
    """Effective at once: what expired or was taken back between a proposal and its last signature stops the signature."""
    if why := uncertified(person, record, step, on):
        raise Refused.because(
            why,
            article=current_book().kind(record.kind).certified,
            way_out="请由持有有效执法证的承办人办理，或者请本单位管理员登记新证",
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
    record = locked(record)
    standing = Standing.of(proceeding_of(record), on)
    _refuse_stepped_back(actor, record, standing)
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
        _refuse_uncertified(proposal.proposed_by, record, wanted, on)
        refuse_faults(situation)
    numbers = Numbers(record, wanted, on)
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
        carry_out(proposal.proposed_by, record, result, numbers.drawn, proposal=proposal, standing=standing)
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
        this = _kind(record).this
        raise Refused.because(
            f"{officer.person.name}是{this}承办人，不能审批{this}",
            article=_kind(record).basis.get("recusal", ""),
            way_out="请由其他有权人员审批",
        )


@transaction.atomic
def withdraw_proposal(*, actor: Person, record: MatterRecord, proposal: Proposal, on: date) -> None:
    record = locked(record)
    runs.withdraw(actor=actor, proposal=proposal, on=on)
    turns.rewrite(record=record, on=on)


@transaction.atomic
def remind(*, actor: Person, record: MatterRecord, turn: Turn, on: date, text: str = "") -> Reminder:
    """催办: ask whose move it is to take it. Once a day for one move; it is shown to them, and it is on the record.

    Open to who works the matter or proposed the step, and to the heads of its unit and of the units above.
    """
    record = locked(record)
    turn = turn_as_it_is(record, turn)
    proposed = turn.proposal_id and turn.proposal.proposed_by_id == actor.pk
    if not (proposed or may_remind(actor, record, on)):
        raise Refused.because(f"催办由{_kind(record).this}承办人、提请人或者本单位、上级单位的负责人办理")
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
    return actor.is_above(record.unit) and bool(acting_roles(actor, on) & _MAY_REMIND)


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
    record = locked(record)
    folder = proceeding_of(record).matter.folder
    if not works_on(actor, record):
        raise Refused.because(
            f"证据须由{_kind(record).this}承办人登记", article=_kind(record).basis.get("evidence", "")
        )
    if is_closed(record):
        raise Refused.because(f"{_kind(record).this}已归档，不能再登记证据")
    _refuse_while_barred(record, on)
    same = {k: v for k, v in evidence.items() if k != "file"}
    if folder.evidence.filter(**same).exists():
        raise Refused.because(
            "相同的证据已经登记", way_out="请核对；另一份证据请在名称中写明区别", field="name"
        )
    documents.add_evidence(actor=actor, folder=folder, on=on, **evidence)


@transaction.atomic
def add_evidence_of(
    *, actor: Person, record: MatterRecord, on: date, files: Sequence[Any], name: str, **evidence
) -> int:
    """Register evidence with any number of files, all or none: one item for each file, numbered where there are several. How many files.

    A file that came twice (kept from a try that was returned, and chosen again) is one.
    """
    files = _distinct(files)
    if not files:
        add_evidence(actor=actor, record=record, on=on, name=name, **evidence)
    for number, file in enumerate(files, start=1):
        called = f"{name[:110]}（{number}）" if len(files) > 1 else name
        add_evidence(
            actor=actor, record=record, on=on, name=called, file=file, file_name=file.name, **evidence
        )
    return len(files)


_PIECE = 1 << 20


def _distinct(files: Sequence[Any]) -> list[Any]:
    """Each file once, whatever it is called."""
    found: list[Any] = []
    for file in files:
        if not any(file.size == other.size and _same_bytes(file, other) for other in found):
            found.append(file)
    return found


def _same_bytes(one: Any, other: Any) -> bool:
    """Compared piece by piece: recordings are large."""
    for file in (one, other):
        file.seek(0)
    pieces = zip_longest(*(iter(partial(file.read, _PIECE), b"") for file in (one, other)))
    same = all(here == there for here, there in pieces)
    for file in (one, other):
        file.seek(0)
    return same


def _refuse_while_barred(record: MatterRecord, on: date) -> None:
    """While a review or a suit about the decision runs, the office collects no evidence by itself (行政复议法 46, 行政诉讼法 35)."""
    standing = standing_for(record, on)
    for code, measure in standing.procedure.measures.items():
        if measure.bars_evidence and standing.run.open_measures(code):
            raise Refused.because(
                f"“{measure.title}”期间不得自行收集证据",
                article=cite(measure.bars_evidence),
                way_out="经复议机构同意、人民法院准许的，用“经复议机构同意、法院准许补充证据”",
            )


@transaction.atomic
def exclude_evidence(
    *, actor: Person, record: MatterRecord, evidence: Evidence, on: date, reason: str
) -> None:
    """Set unlawfully obtained evidence aside (行政处罚法 46): kept in the file with the reason, used for nothing more."""
    record = locked(record)
    if is_closed(record):
        raise Refused.because(f"{_kind(record).this}已归档，不能再排除证据")
    if not may_exclude_evidence(actor, record, on):
        raise Refused.because(
            f"排除证据须由{_kind(record).this}承办人、本单位办案机构负责人或审核人员决定",
            article=_kind(record).basis.get("evidence", ""),
        )
    # Read again behind the lock: two people may have found the same fault.
    evidence = record.matter.folder.evidence.get(pk=evidence.pk)
    documents.exclude_evidence(actor=actor, evidence=evidence, on=on, reason=reason)


@transaction.atomic
def add_scan(
    *, actor: Person, record: MatterRecord, paper: Paper, on: date, file: BinaryIO, file_name: str
) -> Scan:
    """Hang the signed and stamped original on a paper of the matter. Only its officers do; once the file is closed, the scan waits
    for a supplement."""
    record = locked(record)
    proceeding_of(record)
    if not works_on(actor, record):
        raise Refused.because(
            f"签章扫描件须由{_kind(record).this}承办人上传", article=_kind(record).filing.article
        )
    paper = record.matter.folder.papers.select_related("folder").get(pk=paper.pk)
    return documents.add_scan(actor=actor, paper=paper, on=on, file=file, file_name=file_name)


@transaction.atomic
def file_supplement(*, actor: Person, record: MatterRecord, on: date) -> Archive:
    """立补充卷: file what came after the file was closed. The file itself stays as it is."""
    record = locked(record)
    standing = Standing.of(proceeding_of(record), on)
    if not works_on(actor, record):
        raise Refused.because(
            f"补充卷须由{_kind(record).this}承办人立卷", article=_kind(record).filing.article
        )
    if not is_closed(record):
        raise Refused.because(
            f"{_kind(record).this}还没有归档", way_out="请先办理归档，补充卷只收归档以后的材料"
        )
    return archive.supplement(record, standing, actor, on)


def locked(record: MatterRecord) -> MatterRecord:
    """The record as it is now, held until the transaction ends: two people clicking at once act one after the other."""
    return _LOCKED.get(record.pk, apart=(type(record),))


_LOCKED = Once(
    lambda model, pk: (
        model.objects.select_for_update(of=("self",))
        .select_related("unit", "matter__proceeding", "matter__folder", "matter__unit")
        .filter(pk=pk)
    )
)
