"""What a case tells its papers: the context every form is rendered from (see documents.rendering.forms)."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import certificates_on
from zhiheng.documents.models import EvidenceKind, Paper
from zhiheng.documents.rendering import forms as rendering
from zhiheng.documents.selectors import evidence_in
from zhiheng.law import Step, current_book
from zhiheng.law.forms import Field as PrintedField
from zhiheng.proceedings.engine import Standing, decode, procedure_of
from zhiheng.proceedings.models import Proposal, StepTaken

from .models import Case, Cause, Source

# Where the forms look for what the party's own fields hold.
_PARTY_FIELDS = {
    "party.name": "party_name",
    "party.type": "party_type",
    "party.id_no": "party_id_no",
    "party.address": "party_address",
    "party.legal_rep": "party_legal_rep",
    "party.phone": "party_phone",
}


def still_to_ask(case: Case, step: Step, actor: Person, on: date) -> tuple[list[str], list[PrintedField]]:
    """What the papers of a step need and neither the case nor the step's own questions give.

    Party fields by the law book's codes, then further fields of the papers themselves.
    """
    book = current_book()
    draft = StepTaken(
        proceeding=case.proceeding,
        step=step.code,
        on=on,
        seq=1_000_000,
        data={},
        state=case.state,
        taken_by=actor,
    )
    context = context_of(case, draft)
    asked = {*step.asks, *step.may_ask}
    party: dict[str, None] = {}
    further: dict[str, PrintedField] = {}
    for code in step.issues:
        form = book.form(code, on)
        for gap in rendering.missing(form, context):
            if (field := _PARTY_FIELDS.get(gap.code, "")) and field not in asked:
                party[field] = None
        for field in rendering.questions(form, context):
            # What the law book's steps ask for is asked there; here only what is the paper's own, or would stop it.
            own = field.code not in book.fields or field.required
            if own and field.code not in asked and "." not in field.code and field.code not in _SYSTEM:
                further.setdefault(field.code, field)
    return list(party), list(further.values())


# What the system itself puts into the context at the moment of signing.
_SYSTEM = frozenset(
    {"number", "on", "handlers", "opinions", "papers", "documents", "served_on", "notice", "measure"}
)


def context_of(
    case: Case, taken: StepTaken, *, number: str = "", proposal: Proposal | None = None
) -> dict[str, Any]:
    """Everything known about the case on the step's day: the step's own fields over those of earlier steps.

    Choices stay codes (the forms word them), persons become names, money stays in fen, dates stay dates.
    """
    book = current_book()
    context: dict[str, Any] = {}
    earlier = case.proceeding.steps.filter(seq__lt=taken.seq).order_by("seq").values_list("data", flat=True)
    for data in (*earlier, taken.data):
        context |= {
            code: _printed(code, book.fields.get(code), value) for code, value in decode(book, data).items()
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
            "state": procedure_of(case.proceeding.version).states[taken.state].title,
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
        "submitted_on": _day_of(case, "submit_review", "submit_hearing_review"),
        "notice": {"number": _number_of(case, "SAMR-37"), "served_on": _served(case, "serve_notice")},
        "measure": _measure(case, taken),
        "demand_number": _number_of(case, "SAMR-48"),
        "demand_on": _served(case, "demand_performance"),
        "served": _service(case, taken),
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
    return procedure_of(case.proceeding.version).steps[taken.step].title


def _printed(code: str, field, value: Any) -> Any:
    if code == "cause":
        return Cause(value).label
    if code == "source":
        return Source(value).label
    if field is not None and field.type == "persons":
        names = dict(Person.objects.filter(pk__in=value).values_list("pk", "name"))
        return [names[pk] for pk in value if pk in names]
    return value


def _opinions(taken: StepTaken, proposal: Proposal | None) -> list[dict[str, Any]]:
    """The chain of who said what: the proposer first, then each approver in the order they signed."""
    if proposal is None:
        step = procedure_of(taken.proceeding.version).steps[taken.step]
        said = taken.data.get("review_opinion", "")
        return [{"role": step.by[0], "name": taken.taken_by.name, "text": said, "on": taken.on}]
    chain = [
        {
            "role": "handler",
            "name": proposal.proposed_by.name,
            "text": "拟同意办理",
            "on": proposal.proposed_on,
        }
    ]
    return chain + [
        {"role": o.role, "name": o.person.name, "text": o.text, "on": o.on}
        for o in proposal.opinions.select_related("person").order_by("id")
    ]


def _last(case: Case, *steps: str) -> StepTaken | None:
    return case.proceeding.steps.filter(step__in=steps).order_by("-seq").first()


def _day_of(case: Case, *steps: str) -> date | None:
    row = _last(case, *steps)
    return row.on if row else None


def _served(case: Case, step: str) -> str | None:
    row = _last(case, step)
    return row.data.get("served_on") if row else None


def _paper(case: Case, *forms: str) -> Paper | None:
    return case.folder.papers.filter(form__in=forms).order_by("-id").first()


def _number_of(case: Case, *forms: str) -> str:
    paper = _paper(case, *forms)
    return paper.number if paper else ""


# Which papers a service step serves, and which paper ordered the measure a later one extends or lifts.
_SERVES = {
    "serve_notice": ("SAMR-37",),
    "serve_decision": ("SAMR-45",),
    "serve_exemption": ("SAMR-46",),
    "schedule_hearing": ("SAMR-39",),
    "demand_performance": ("SAMR-48",),
}
# The paper that ordered what a step extends, confirms, lifts or enforces: of a measure, the one its own opening made.
_MEASURE_FORM = {"preserve": "SAMR-19", "seize": "SAMR-21"}
_REFERS_TO_DECISION = frozenset({"grant_deferral", "demand_performance"})


def _measure(case: Case, taken: StepTaken) -> dict[str, Any]:
    """Number and day of the paper a step refers back to, and until when its clock runs."""
    procedure = procedure_of(case.proceeding.version)
    step = procedure.steps[taken.step]
    if taken.step in _REFERS_TO_DECISION:
        paper = _paper(case, "SAMR-45")
        return {"number": paper.number, "on": paper.on} if paper else {}
    measure = step.closes or step.during
    if step.pauses_held_if:  # testing: the goods tested are those seized
        measure = "seize"
    if measure not in _MEASURE_FORM:
        clock = case.proceeding.clocks.filter(clock=step.opens).order_by("-started_on", "-id").first()
        return {"until": clock.due_on} if clock else {}
    opening = [code for code, s in procedure.steps.items() if s.opens == measure]
    opened = list(case.proceeding.steps.filter(step__in=opening, seq__lt=taken.seq).order_by("seq"))
    if not opened:
        return {}
    ref = taken.ref or _open_ref(case, taken, measure)
    nth = int(ref.partition("#")[2] or 1) if ref else len(opened)
    papers = list(case.folder.papers.filter(form=_MEASURE_FORM[measure]).order_by("id"))
    key = measure + (f"#{nth}" if nth > 1 else "")
    clock = case.proceeding.clocks.filter(clock=measure, key=key).first()
    found: dict[str, Any] = {"until": clock.due_on if clock else None}
    if nth <= len(papers):
        found |= {"number": papers[nth - 1].number, "on": papers[nth - 1].on}
    return found


def _open_ref(case: Case, taken: StepTaken, measure: str) -> str:
    """The measure a step without a ref acts on: the one that was open when it was taken."""
    standing = Standing.of(case.proceeding, taken.on)
    before = standing.procedure.replay(standing.events[: taken.seq - 1])
    still = before.open_measures(measure)
    return still[-1].ref if still else ""


def _service(case: Case, taken: StepTaken) -> dict[str, Any]:
    paper = _paper(case, *_SERVES.get(taken.step, ()))
    data = taken.data
    return {
        "documents": [{"name": paper.title, "number": paper.number, "copies": 1}] if paper else [],
        "on": data.get("served_on"),
        "method": data.get("service_method"),
        "place": data.get("served_place"),
        "receiver": data.get("receiver"),
    }
