"""What a user does to a case. Each function guards, asks the law, writes, and leaves a ledger entry, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right, Role
from zhiheng.accounts.selectors import may, roles_of, scope_codes
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.documents.models import Evidence
from zhiheng.law import Step, current_book
from zhiheng.proceedings import services as proceedings
from zhiheng.proceedings.engine import Standing, decode, procedure_of
from zhiheng.proceedings.models import Proposal, StepTaken
from zhiheng.refusal import Refused

from . import decisions
from . import facts as case_facts
from .checks import COLUMNS, refuse_faults
from .models import Case, CaseOfficer, Decision, DecisionKind, Outcome
from .papers import context_of
from .selectors import may_exclude_evidence

ORDINARY = "penalty.ordinary"
SIMPLE = "penalty.simple"

# Steps that make a decision, and of which kind.
_DECIDES = {
    "decide_penalty": DecisionKind.PENALTY,
    "decide_no_penalty": DecisionKind.NO_PENALTY,
    "exempt_on_spot": DecisionKind.NO_PENALTY,
}
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
    begins = next(
        s for s in current_book().procedure(procedure, on, scope_codes(actor.unit)).steps.values() if s.begins
    )
    case = Case(unit=unit, party_name="", party_type="")
    refuse_faults(case, begins, data, on, None)
    _apply(case, data, COLUMNS)
    case.title = case.title or "未命名线索"
    case.lead_on = case.lead_on or on
    # Drawing the number first makes registrations of a unit wait for each other: the second of two clicks sees the first.
    case.lead_no = _draw_number(unit, "案源", on)
    _refuse_twin(case, begins)
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


def _refuse_twin(case: Case, begins: Step) -> None:
    """The same lead sent twice (a double click, two colleagues with one letter) is one lead."""
    twin = Case.objects.filter(
        unit=case.unit,
        title=case.title,
        cause=case.cause,
        party_name=case.party_name,
        lead_text=case.lead_text,
        lead_on=case.lead_on,
        state=begins.to,
        ledger__isnull=True,
    ).first()
    if twin is not None:
        raise Refused.because(
            f"相同的案源已经登记，案源号{twin.lead_no}",
            way_out="请打开该案源办理；确为另一线索的，请在名称或者线索内容中写明区别",
            field="title",
        )


@transaction.atomic
def assign_officers(*, actor: Person, case: Case, people: Sequence[Person], on: date) -> None:
    """Name the officers of the case, the first in charge (程序规定 19: two or more, with certificates).

    Whoever is not named any more is ended, not removed. Certificates are checked by the law at each step, on its day.
    """
    held = roles_of(actor, on)
    if actor.unit_id != case.unit_id or not held & {Role.UNIT_HEAD, Role.HANDLER}:
        raise Refused.because("指派承办人须由办案机构负责人或承办人办理", article="程序规定第19条")
    if len({p.pk for p in people}) < 2:
        raise Refused.because("承办人不得少于两人", article="行政处罚法第42条", field="handlers")
    if case.archived_on:
        raise Refused.because("案件已归档，不能再改承办人")
    for person in people:
        if person.unit_id != case.unit_id:
            raise Refused.because(f"{person.name}不是{case.unit.name}的人员", field="handlers")
        if Role.HANDLER not in roles_of(person, on):
            raise Refused.because(f"{person.name}没有承办人角色", field="handlers", way_out="请先授予角色")
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
    *,
    actor: Person,
    case: Case,
    step: str,
    data: Mapping[str, Any],
    on: date,
    ref: str = "",
    seen: int | None = None,
) -> StepTaken | Proposal:
    """Take one step of the case's procedure, or send it up for approval where the law wants that.

    Everything the step brings (columns, papers, numbers, clocks, entries) is written together or not at all. `seen` is
    how many steps the case had when the officer opened the page: the same step taken since is told, not taken twice.
    Raises Refused with every reason and its article.
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
    _refuse_repeated(case, standing, wanted, seen)
    if wanted.code in {s.code for s in standing.procedure.steps_from(standing.run.state)}:
        refuse_faults(case, wanted, data, on, standing)  # else its place in the order is what is wrong
    known = case_facts.facts_for(
        case_facts.Situation(case=case, on=on, actor=actor, step=wanted, data=data, standing=standing)
    )
    result = proceedings.take(
        actor=actor, proceeding=case.proceeding, step=step, data=data, facts=known, on=on, ref=ref
    )
    if isinstance(result, StepTaken):
        _carry_out(actor, case, result)
    return result


def _refuse_repeated(case: Case, standing: Standing, step: Step, seen: int | None) -> None:
    if seen is None:
        return
    since = case.proceeding.steps.filter(seq__gt=seen, step=step.code).select_related("taken_by").last()
    if since is not None:
        raise Refused.because(
            f"您打开本页之后，{since.taken_by.name}已在{since.on:%Y-%m-%d}办理过“{step.title}”，这次没有重复办理",
            way_out="请核对“经过”；确需再办一次的，请再次提交",
        )


@transaction.atomic
def give_opinion(
    *, actor: Person, case: Case, proposal: Proposal, agrees: bool, text: str, on: date
) -> StepTaken | Proposal:
    """An approver's opinion on a proposed step; the last agreement carries the step out on that day."""
    case = _lock(case)
    standing = Standing.of(_proceeding(case), on)
    wanted = standing.procedure.steps[proposal.step]
    data = decode(current_book(), proposal.data)
    if agrees:
        refuse_faults(case, wanted, data, on, standing)
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
    folder = _folder(case)
    same = {k: v for k, v in evidence.items() if k != "file"}
    if folder.evidence.filter(**same).exists():
        raise Refused.because(
            "相同的证据已经登记", way_out="请核对；另一份证据请在名称中写明区别", field="name"
        )
    documents.add_evidence(actor=actor, folder=folder, on=on, **evidence)


@transaction.atomic
def exclude_evidence(*, actor: Person, case: Case, evidence: Evidence, on: date, reason: str) -> None:
    """Set unlawfully obtained evidence aside (行政处罚法 46): kept in the file with the reason, used for nothing more."""
    case = _lock(case)
    if case.archived_on:
        raise Refused.because("案件已归档，不能再排除证据")
    if not may_exclude_evidence(actor, case, on):
        raise Refused.because(
            "排除证据须由本案承办人、本单位办案机构负责人或审核人员决定", article="行政处罚法第46条"
        )
    # Read again behind the lock: two people may have found the same fault.
    evidence = _folder(case).evidence.get(pk=evidence.pk)
    documents.exclude_evidence(actor=actor, evidence=evidence, on=on, reason=reason)


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


def _draw_number(unit: Unit, code: str, on: date) -> str:
    """The next number of the unit's series that no case has: an imported ledger may hold the year's first ones."""
    while True:
        number = documents.draw_number(prefix=unit.number_prefix, code=code, on=on)
        mine = Case.objects.filter(unit=unit)
        taken = Q(doc_no=number) | Q(case_no=number) | Q(lead_no=number)
        if not mine.filter(taken).exists() and not Decision.objects.filter(unit=unit, number=number).exists():
            return number


def _carry_out(actor: Person, case: Case, taken: StepTaken, proposal: Proposal | None = None) -> None:
    """What a step that took effect means for the case: its columns, its numbers, its papers."""
    book = current_book()
    data = decode(book, taken.data)
    step = procedure_of(case.proceeding.version).steps[taken.step]
    _apply(case, data, COLUMNS)
    if data.get("handlers"):
        people = list(Person.objects.filter(pk__in=data["handlers"]))
        people.sort(key=lambda p: data["handlers"].index(p.pk))
        assign_officers(actor=actor, case=case, people=people, on=taken.on)
    if taken.step == "file_case":
        case.filed_on = taken.on
        case.case_no = _draw_number(case.unit, "立", taken.on)
    elif taken.step in {"record_payment", "collect_on_spot"}:
        case.paid_fen = (case.paid_fen or 0) + data["paid"]
    elif taken.step == "publish_decision":
        case.published_on, case.unpublished_on = data["published_on"], None
    elif taken.step in {"withdraw_publication", "end_publication"}:
        case.unpublished_on = data.get("withdrawn_on") or data["ended_on"]
    elif taken.step == "exempt_on_spot":
        case.closed_on = taken.on  # corrected and done with on the spot: nothing is left to close
    elif taken.step == "close_case":
        case.closed_on = taken.on
    elif taken.step == "archive_case":
        case.archived_on = taken.on
    if taken.step in _OUTCOMES:
        case.outcome = _OUTCOMES[taken.step]
    decision = _decide(case, taken, data)
    if data.get("served_on") and taken.step in {"serve_decision", "serve_exemption", "decide_penalty"}:
        case.served_on = data["served_on"]
    case.state = taken.state
    _register_evidence(actor, case, taken, data)
    for form_code in step.issues:
        number = ""
        if code := documents.numbered(form_code, taken.on):
            number = _draw_number(case.unit, code, taken.on)
        if decision and number:
            decisions.give_number(decision, number, case)
        documents.issue(
            actor=actor,
            folder=case.folder,
            form_code=form_code,
            on=taken.on,
            step=taken.step,
            number=number,
            context=context_of(case, taken, number=number, proposal=proposal),
        )
    if taken.step == "switch_to_ordinary":
        _go_on_as_ordinary(actor, case, taken, data)
    if case.folder.title != case.title:
        type(case.folder).objects.filter(pk=case.folder_id).update(title=case.title)
        type(case.proceeding).objects.filter(pk=case.proceeding_id).update(title=case.title)
    case.save()


def _decide(case: Case, taken: StepTaken, data: Mapping[str, Any]) -> Decision | None:
    """The decision a step makes, with the amounts decided and not those proposed in a notice; what a step does to one."""
    if kind := _DECIDES.get(taken.step):
        amounts = {name: data.get(name) for name in ("fine", "confiscated_gains")}
        return decisions.issue(case=case, kind=kind, on=taken.on, **amounts)
    if "changed_by" in data and (standing := decisions.latest(case)) is not None:
        decisions.undo(case=case, decision=standing, taken_on=taken.on, data=data)
    return None


def _go_on_as_ordinary(actor: Person, case: Case, taken: StepTaken, data: Mapping[str, Any]) -> None:
    """转普通程序 (程序规定 66): the same case, its evidence and officers, under a new run from the lead on."""
    found = {field: getattr(case, column) for field, column in COLUMNS.items()}
    lead = {field: value for field, value in found.items() if value not in (None, "")}
    lead |= {"received_on": case.lead_on, "lead_content": f"当场查处中转普通程序：{data['reason']}"}
    run, registered = proceedings.open_run(
        actor=actor,
        procedure=ORDINARY,
        unit=case.unit,
        title=case.title,
        on=taken.on,
        step="register_lead",
        data=lead,
        facts={},
    )
    case.on_spot_proceeding, case.proceeding = case.proceeding, run
    _carry_out(actor, case, registered)


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
