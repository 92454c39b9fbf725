"""Reads over cases. The actor comes first; "absent" and "not yours" are the same Http404."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.http import Http404

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import roles_of
from zhiheng.documents.models import Evidence, Paper
from zhiheng.law import Offer, current_book
from zhiheng.proceedings.engine import Standing
from zhiheng.proceedings.models import Proposal

from . import facts
from .models import Case, Decision, LedgerImport

# States of cases that came in by ledger, beside those of the procedures.
LEDGER_STATES = {
    "ledger_open": "在办（台账）",
    "ledger_decided": "已作决定（台账）",
    "ledger_closed": "已结（台账）",
}

# Who finds that evidence was unlawfully obtained: those who collected it, and those who examine the file.
_MAY_EXCLUDE = frozenset({Role.UNIT_HEAD, Role.CASE_REVIEWER, Role.LEGALITY_REVIEWER})


def case_for(actor: Person, pk: int) -> Case:
    """The one door to a case."""
    found = (
        Case.objects.visible_to(actor)
        .select_related("unit", "proceeding", "folder", "ledger")
        .prefetch_related("officers__person")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("没有这个案件，或者它不属于您的单位。")
    return found


def decisions_of(case: Case) -> list[Decision]:
    """Every decision made on the case, those that were revoked or changed included, in order."""
    return list(case.decisions.order_by("decided_on", "id"))


def cases_for(actor: Person) -> QuerySet[Case]:
    return Case.objects.visible_to(actor).select_related("unit", "proceeding")


def paper_for(actor: Person, case_pk: int, paper_pk: int) -> Paper:
    case = case_for(actor, case_pk)
    found = Paper.objects.filter(pk=paper_pk, folder_id=case.folder_id).first() if case.folder_id else None
    if found is None:
        raise Http404("案卷中没有这份文书。")
    return found


def evidence_for(actor: Person, case_pk: int, evidence_pk: int) -> Evidence:
    case = case_for(actor, case_pk)
    found = (
        Evidence.objects.filter(pk=evidence_pk, folder_id=case.folder_id).first() if case.folder_id else None
    )
    if found is None:
        raise Http404("案卷中没有这项证据。")
    return found


def may_exclude_evidence(actor: Person, case: Case, on: date) -> bool:
    """Whether the actor is one of the case's officers, or heads or reviews in the unit that works it."""
    if case.archived_on:
        return False
    if case.officers.filter(person=actor, until__isnull=True).exists():
        return True
    return actor.unit_id == case.unit_id and not _MAY_EXCLUDE.isdisjoint(roles_of(actor, on))


def proposal_for(actor: Person, case: Case, proposal_pk: int) -> Proposal:
    found = Proposal.objects.filter(pk=proposal_pk, proceeding_id=case.proceeding_id).first()
    if found is None:
        raise Http404("本案没有这项提请。")
    return found


def standing_for(case: Case, on: date) -> Standing | None:
    return Standing.of(case.proceeding, on) if case.proceeding_id else None


def offers_for(actor: Person, case: Case, standing: Standing) -> list[Offer]:
    """Every step of the case's present state as the law answers it today, guards asked with the facts of the rows."""
    known: dict = {}
    for step in standing.procedure.steps_from(standing.run.state):
        known |= facts.facts_for(
            facts.Situation(case=case, on=standing.on, actor=actor, step=step, standing=standing), known
        )
    return standing.offers(known)


def state_title(case: Case) -> str:
    if case.state in LEDGER_STATES:
        return LEDGER_STATES[case.state]
    code = case.proceeding.procedure if case.proceeding_id else "penalty.ordinary"
    return state_titles(code).get(case.state, case.state)


def state_titles(procedure: str = "penalty.ordinary") -> dict[str, str]:
    """State code → title, over all versions of the procedure, for lists and filters."""
    titles: dict[str, str] = dict(LEDGER_STATES)
    for version in current_book().procedures():
        if version.code == procedure:
            titles |= {code: state.title for code, state in version.states.items()}
    return titles


def import_for(actor: Person, pk: int) -> LedgerImport:
    found = LedgerImport.objects.visible_to(actor).select_related("unit", "made_by").filter(pk=pk).first()
    if found is None:
        raise Http404("没有这次导入，或者它不属于您的单位。")
    return found


def imports_for(actor: Person) -> QuerySet[LedgerImport]:
    return LedgerImport.objects.visible_to(actor).select_related("unit", "made_by")


def attachment_for(actor: Person, case_pk: int, seq: int, digest: str) -> dict:
    """A file handed in with a step: {"name", "digest", "size"}."""
    case = case_for(actor, case_pk)
    row = case.proceeding.steps.filter(seq=seq).first() if case.proceeding_id else None
    for kept in row.data.get("attachments", []) if row else []:
        if kept["digest"] == digest:
            return kept
    raise Http404("这一步骤没有这个附件。")


def people_by_id(ids: list[int]) -> list[Person]:
    """People in the order asked for. People are readable by everyone signed in."""
    found = Person.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def names_of(ids: list[int]) -> list[str]:
    return [p.name for p in people_by_id(ids)]
