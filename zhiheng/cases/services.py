"""What a user does to a case. Each function guards, asks the law, writes, and leaves a ledger entry, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right, Role
from zhiheng.accounts.selectors import may, roles_of
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.law import current_book
from zhiheng.proceedings import services as proceedings
from zhiheng.proceedings.engine import Standing, decode, procedure_of
from zhiheng.proceedings.models import Proposal, StepTaken
from zhiheng.refusal import Refused

from . import facts as case_facts
from .models import Case, CaseOfficer, Outcome
from .papers import context_of

ORDINARY = "penalty.ordinary"
SIMPLE = "penalty.simple"

# Step field → column of the case row. The law book defines the fields; the row keeps what lists and figures need.
_COLUMNS = {
    "title": "title",
    "cause": "cause",
    "source": "source",
    "lead_content": "lead_text",
    "informant": "informant",
    "right_holder": "right_holder",
    "party_name": "party_name",
    "party_type": "party_type",
    "party_id_no": "party_id",
    "party_legal_rep": "legal_rep",
    "party_address": "party_address",
    "party_phone": "party_phone",
    "act_on": "act_on",
    "act_end_on": "act_end_on",
    "received_on": "lead_on",
    "case_value": "case_value_fen",
    "value_method": "value_method",
    "turnover": "turnover_fen",
    "illegal_gains": "gains_fen",
}
# Amounts become the case's only when they are decided, not when they are proposed in a notice.
_DECIDED = {"fine": "fine_fen", "confiscated_gains": "confiscated_gains_fen"}

_OUTCOMES = {
    "decide_penalty": Outcome.PENALTY,
    "decide_no_penalty": Outcome.NO_PENALTY,
    "exempt_on_spot": Outcome.NO_PENALTY,
    "refuse_filing": Outcome.NOT_FILED,
    "transfer_out": Outcome.TRANSFERRED,
    "refer_elsewhere": Outcome.TRANSFERRED,
    "refer_crime": Outcome.CRIMINAL,
    "terminate": Outcome.TERMINATED,
}


def _require_case_work(actor: Person, on: date) -> None:
    if not may(actor, Right.WORK_CASE, on):
        raise Refused.because("您没有办理案件的角色", way_out="请联系本单位管理员授予")


@transaction.atomic
def register_lead(*, actor: Person, on: date, data: Mapping[str, Any], procedure: str = ORDINARY) -> Case:
    """登记案源 (程序规定 18), or 当场查处 for the simple procedure: a case row, its folder, its run.

    `data` holds the fields the beginning step asks for, as the law book names them. Whoever registers becomes the
    handler in charge until the unit assigns officers.
    """
    _require_case_work(actor, on)
    unit = actor.unit
    begins = next(s for s in current_book().procedure(procedure, on).steps.values() if s.begins)
    case = Case(unit=unit, party_name="", party_type="")
    _apply(case, data, _COLUMNS)
    case.title = case.title or "未命名线索"
    case.lead_on = case.lead_on or on
    case.lead_no = documents.draw_number(prefix=unit.number_prefix, code="案源", on=on)
    case.folder = documents.open_folder(unit=unit, title=case.title)
    case.save()
    CaseOfficer.objects.create(case=case, person=actor, lead=True, since=on)
    known = case_facts.facts_for(case_facts.Situation(case=case, on=on, actor=actor, step=begins, data=data))
    run, taken = proceedings.open_run(
        actor=actor,
        procedure=procedure,
        unit=unit,
        title=case.title,
        on=on,
        step=begins.code,
        data=data,
        facts=known,
    )
    case.proceeding = run
    _carry_out(actor, case, taken)
    return case


@transaction.atomic
def assign_officers(*, actor: Person, case: Case, people: Sequence[Person], on: date) -> None:
    """Name the officers of the case, the first in charge (程序规定 19: two or more, with certificates).

    Whoever is not named any more is ended, not removed. Certificates are checked by the law at each step, on its day.
    """
    held = roles_of(actor, on)
    if actor.unit_id != case.unit_id or not held & {Role.UNIT_HEAD, Role.HANDLER}:
        raise Refused.because("指派承办人须由办案机构负责人或承办人办理", article="程序规定第19条")
    if len({p.pk for p in people}) < 2:
        raise Refused.because("承办人不得少于两人", article="行政处罚法第42条", field="people")
    for person in people:
        if person.unit_id != case.unit_id:
            raise Refused.because(f"{person.name}不是{case.unit.name}的人员", field="people")
        if Role.HANDLER not in roles_of(person, on):
            raise Refused.because(f"{person.name}没有承办人角色", field="people", way_out="请先授予角色")
    before = list(case.officers.filter(until__isnull=True).values_list("person__name", flat=True))
    case.officers.filter(until__isnull=True).exclude(person__in=people).update(until=on, lead=False)
    for order, person in enumerate(dict.fromkeys(people)):
        CaseOfficer.objects.update_or_create(
            case=case,
            person=person,
            until=None,
            defaults={"lead": order == 0},
            create_defaults={"lead": order == 0, "since": on},
        )
    audit.record(
        actor=actor,
        on=on,
        action="指派承办人",
        subject=case,
        data={"before": before, "after": [p.name for p in people]},
    )


@transaction.atomic
def take_step(
    *, actor: Person, case: Case, step: str, data: Mapping[str, Any], on: date, ref: str = ""
) -> StepTaken | Proposal:
    """Take one step of the case's procedure, or send it up for approval where the law wants that.

    Everything the step brings (columns, papers, numbers, clocks, entries) is written together or not at all. Raises
    Refused with every reason and its article.
    """
    case = _lock(case)
    standing = Standing.of(_proceeding(case), on)
    wanted = standing.procedure.steps.get(step)
    if wanted is None:
        raise Refused.because(f"“{standing.procedure.title}”没有步骤 {step}")
    if wanted.by == ("handler",) and not case.officers.filter(person=actor, until__isnull=True).exists():
        raise Refused.because(
            f"“{wanted.title}”须由本案承办人办理",
            way_out="请由承办人办理，或先“指派承办人”",
            article="行政处罚法第42条",
        )
    known = case_facts.facts_for(
        case_facts.Situation(case=case, on=on, actor=actor, step=wanted, data=data, standing=standing)
    )
    result = proceedings.take(
        actor=actor, proceeding=case.proceeding, step=step, data=data, facts=known, on=on, ref=ref
    )
    if isinstance(result, StepTaken):
        _carry_out(actor, case, result)
    return result


@transaction.atomic
def give_opinion(
    *, actor: Person, case: Case, proposal: Proposal, agrees: bool, text: str, on: date
) -> StepTaken | Proposal:
    """An approver's opinion on a proposed step; the last agreement carries the step out on that day."""
    case = _lock(case)
    standing = Standing.of(_proceeding(case), on)
    wanted = standing.procedure.steps[proposal.step]
    data = decode(current_book(), proposal.data)
    known = case_facts.facts_for(
        case_facts.Situation(
            case=case, on=on, actor=proposal.proposed_by, step=wanted, data=data, standing=standing
        )
    )
    result = proceedings.give_opinion(
        actor=actor, proposal=proposal, agrees=agrees, text=text, on=on, facts=known
    )
    if isinstance(result, StepTaken):
        _carry_out(proposal.proposed_by, case, result, proposal=proposal)
    return result


@transaction.atomic
def withdraw_proposal(*, actor: Person, case: Case, proposal: Proposal, on: date) -> None:
    _lock(case)
    proceedings.withdraw(actor=actor, proposal=proposal, on=on)


@transaction.atomic
def add_evidence(*, actor: Person, case: Case, on: date, **evidence) -> None:
    """Register evidence in the case's folder (行政处罚法 46). Only the case's officers add to it."""
    case = _lock(case)
    if not case.officers.filter(person=actor, until__isnull=True).exists():
        raise Refused.because("证据须由本案承办人登记", article="行政处罚法第42条")
    if case.archived_on:
        raise Refused.because("案件已归档，不能再登记证据")
    documents.add_evidence(actor=actor, folder=_folder(case), on=on, **evidence)


def _lock(case: Case) -> Case:
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("unit", "proceeding", "folder")
        .get(pk=case.pk)
    )


def _proceeding(case: Case):
    if case.proceeding is None:
        raise Refused.because(
            "本案由台账导入，没有在本系统办理的程序", way_out="请在原系统办理后重新导入台账"
        )
    return case.proceeding


def _folder(case: Case):
    if case.folder is None:
        case.folder = documents.open_folder(unit=case.unit, title=case.title)
        case.save(update_fields=["folder"])
    return case.folder


def _apply(case: Case, data: Mapping[str, Any], columns: Mapping[str, str]) -> None:
    for field, column in columns.items():
        if data.get(field) not in (None, ""):
            setattr(case, column, data[field])


def _carry_out(actor: Person, case: Case, taken: StepTaken, proposal: Proposal | None = None) -> None:
    """What a step that took effect means for the case: its columns, its numbers, its papers."""
    book = current_book()
    data = decode(book, taken.data)
    step = procedure_of(case.proceeding.version).steps[taken.step]
    _apply(case, data, _COLUMNS)
    if data.get("handlers"):
        people = list(Person.objects.filter(pk__in=data["handlers"]))
        people.sort(key=lambda p: data["handlers"].index(p.pk))
        assign_officers(actor=actor, case=case, people=people, on=taken.on)
    if taken.step == "file_case":
        case.filed_on = taken.on
        case.case_no = documents.draw_number(prefix=case.unit.number_prefix, code="立", on=taken.on)
    elif taken.step == "decide_penalty":
        _apply(case, data, _DECIDED)
        case.forfeit_fen = (case.fine_fen or 0) + (case.confiscated_gains_fen or 0)
    elif taken.step in {"record_payment", "collect_on_spot"}:
        case.paid_fen = (case.paid_fen or 0) + data["paid"]
    elif taken.step == "publish_decision":
        case.published_on = data["published_on"]
    elif taken.step == "close_case":
        case.closed_on = taken.on
    elif taken.step == "archive_case":
        case.archived_on = taken.on
    if taken.step in _OUTCOMES:
        case.outcome = _OUTCOMES[taken.step]
    if taken.step.startswith("decide_"):
        case.decided_on = taken.on
    if data.get("served_on") and taken.step in {"serve_decision", "serve_exemption", "decide_penalty"}:
        case.served_on = data["served_on"]
    case.state = taken.state
    _register_evidence(actor, case, taken, data)
    for form_code in step.issues:
        number = ""
        if code := documents.numbered(form_code, taken.on):
            number = documents.draw_number(prefix=case.unit.number_prefix, code=code, on=taken.on)
        if taken.step.startswith("decide_") and number:
            case.doc_no = case.doc_no_printed = number
        documents.issue(
            actor=actor,
            folder=case.folder,
            form_code=form_code,
            on=taken.on,
            step=taken.step,
            number=number,
            context=context_of(case, taken, number=number, proposal=proposal),
        )
    if case.folder.title != case.title:
        type(case.folder).objects.filter(pk=case.folder_id).update(title=case.title)
        type(case.proceeding).objects.filter(pk=case.proceeding_id).update(title=case.title)
    case.save()


# What a step brings to the evidence of the case: kind, name, source, what it proves; {field} from the step's data.
_EVIDENCE = {
    "record_inspection": ("record", "现场笔录", "本局在{place}制作", "{findings}"),
    "record_questioning": (
        "statement",
        "询问笔录（{person_questioned}）",
        "本局询问制作",
        "被询问人陈述的事实",
    ),
    "extract_evidence": ("documentary", "{evidence_name}", "{evidence_source}", "{evidence_proves}"),
    "end_testing": ("expert", "检测鉴定报告 {test_report_no}", "受托机构出具", "{test_result}"),
    "end_identification": ("documentary", "权利人辨认、鉴别意见", "权利人出具", "{identification_result}"),
}


def _register_evidence(actor: Person, case: Case, taken: StepTaken, data: Mapping[str, Any]) -> None:
    """A record made in a step is evidence of the case (行政处罚法 46); nobody enters it twice."""
    if taken.step not in _EVIDENCE:
        return
    kind, *texts = _EVIDENCE[taken.step]
    if taken.step == "extract_evidence" and data.get("extraction_method") == "electronic":
        kind = "electronic"
    name, source, proves = (text.format_map(data).replace("\n", "") for text in texts)
    documents.add_evidence(
        actor=actor,
        folder=case.folder,
        on=taken.on,
        name=name[:120],
        kind=kind,
        source=source[:200],
        proves=proves if len(proves) <= 400 else proves[:399] + "…",
        collected_on=taken.on,
    )
