"""What a case tells its papers: the context every form is rendered from (see documents.rendering.forms)."""

from __future__ import annotations

from typing import Any

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import certificates_on
from zhiheng.documents.models import EvidenceKind
from zhiheng.documents.selectors import evidence_in
from zhiheng.law import current_book
from zhiheng.proceedings.engine import decode
from zhiheng.proceedings.models import Proposal, StepTaken

from .models import Case


def context_of(
    case: Case, taken: StepTaken, *, number: str = "", proposal: Proposal | None = None
) -> dict[str, Any]:
    """Everything known about the case on the step's day: the step's own fields over those of earlier steps.

    Choice fields are given by their Chinese words, persons by name, money stays in fen, dates stay dates.
    """
    book = current_book()
    context: dict[str, Any] = {}
    earlier = case.proceeding.steps.filter(seq__lt=taken.seq).order_by("seq").values_list("data", flat=True)
    for data in (*earlier, taken.data):
        context |= {
            code: _worded(book, code, value)
            for code, value in decode(book, data).items()
            if code in book.fields
        }
    officers = [
        o.person
        for o in case.officers.filter(until__isnull=True)
        .select_related("person")
        .order_by("-lead", "since", "id")
    ]
    certificates = certificates_on(officers, taken.on)
    unit = case.unit
    context |= {
        "office": {
            "name": unit.name,
            "seal_name": unit.name,
            "address": unit.address,
            "phone": unit.phone,
            "review_organ": unit.review_organ,
            "court": unit.court,
            "bank": unit.bank,
            "pay_code": unit.pay_code,
        },
        "case": {
            "no": case.case_no,
            "lead_no": case.lead_no,
            "title": case.title,
            "cause": case.get_cause_display(),
            "source": case.get_source_display(),
            "lead_on": case.lead_on,
            "filed_on": case.filed_on,
            "decided_on": case.decided_on,
            "served_on": case.served_on,
            "closed_on": case.closed_on,
            "doc_no": case.doc_no,
            "forfeit": case.forfeit_fen,
            "paid": case.paid_fen,
            "outcome": case.get_outcome_display(),
            "state": book.procedure_by_hash(case.proceeding.version).states[taken.state].title,
        },
        "party": {
            "name": case.party_name,
            "type": case.party_type,
            "type_name": case.get_party_type_display(),
            "id_no": case.party_id,
            "legal_rep": case.legal_rep,
            "address": case.party_address,
            "phone": case.party_phone,
        },
        "handlers": [
            {"name": p.name, "cert_no": certificates[p.pk].number if p.pk in certificates else ""}
            for p in officers
        ],
        "number": number,
        "on": taken.on,
        "step": {"code": taken.step, "title": _step_title(case, taken)},
        "taken_by": taken.taken_by.name,
        "opinions": _opinions(taken, proposal),
        "papers": [
            {"title": p.title, "number": p.number, "on": p.on}
            for p in case.folder.papers.order_by("id").only("title", "number", "on")
        ],
    }
    registered = [
        {
            "name": e.name,
            "kind": EvidenceKind(e.kind).label,
            "source": e.source,
            "proves": e.proves,
            "on": e.collected_on,
        }
        for e in evidence_in(case.folder, usable_only=True)
    ]
    context.setdefault("evidence", registered)
    return context


def _step_title(case: Case, taken: StepTaken) -> str:
    return current_book().procedure_by_hash(case.proceeding.version).steps[taken.step].title


def _worded(book, code: str, value: Any) -> Any:
    field = book.fields[code]
    if field.type == "choice" and field.choices:
        return field.choices.get(value, value)
    if field.type == "choices" and field.choices:
        return [field.choices.get(v, v) for v in value]
    if field.type == "persons":
        names = dict(Person.objects.filter(pk__in=value).values_list("pk", "name"))
        return [names[pk] for pk in value if pk in names]
    return value


def _opinions(taken: StepTaken, proposal: Proposal | None) -> list[dict[str, Any]]:
    """The chain of who said what: the proposer first, then each approver in the order they signed."""
    if proposal is None:
        return [{"role": "承办人", "name": taken.taken_by.name, "text": "拟办", "on": taken.on}]
    chain = [
        {"role": "承办人", "name": proposal.proposed_by.name, "text": "提请审批", "on": proposal.proposed_on}
    ]
    chain += [
        {"role": Role(o.role).label, "name": o.person.name, "text": o.text, "on": o.on}
        for o in proposal.opinions.select_related("person").order_by("id")
    ]
    return chain
