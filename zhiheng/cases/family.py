"""Enforcement cases and disputes as a family of matters: their table, their checks, what their papers print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Model
from django.urls import reverse

from zhiheng.accounts.models import Unit
from zhiheng.accounts.selectors import scope_codes
from zhiheng.law import Event, KindFigure, current_book
from zhiheng.matters.delivery import addressee_of, addressee_of_line, folder_papers, served_on
from zhiheng.matters.engine import Standing, decode, procedure_at
from zhiheng.matters.facts import Situation
from zhiheng.matters.family import Family
from zhiheng.matters.models import StepTaken
from zhiheng.ui.lists import Action
from zhiheng.ui.templatetags.zh import yuan

from . import (  # noqa: F401 - guards register themselves
    acts,
    checks,
    crimes,
    decisions,
    disclosure,
    discretion,
    enforcement,
    guards,
    history,
    known,
    measures,
    money,
    on_the_spot,
    orders,
    parties,
    party_of_record,
    powers,
    proceedings,
)
from .models import CASE_INDEX, Case, Decision
from .selectors import numbered

# States of cases that came in by ledger, beside those of the procedures.
LEDGER_STATES = {
    "ledger_open": "在办（台账）",
    "ledger_decided": "已作决定（台账）",
    "ledger_closed": "已结（台账）",
}


def number_of(case: Case) -> str:
    """What a case is called by: the number of its decision, else of its filing, else of its lead."""
    return case.doc_no_printed or case.doc_no or case.case_no or case.lead_no


def words(case: Case, taken: StepTaken, standing: Standing, line: str) -> dict[str, Any]:
    """What the papers of a case print of it, under `case`; where several decisions stand, of the line's own."""
    procedure = procedure_at(standing.stretches, taken.seq)
    # A step that decides prints its own decision, which the columns hold already.
    several = bool(standing.lines) and not procedure.steps[taken.step].decides
    who = addressee_of(case, taken.data)
    other = who != addressee_of(case, {})
    made = folder_papers(case) if case.matter_id and (several or other) else None
    mine = decisions.by_line(case, standing, made).get(line) if several else None
    # On the main line a paper is to one party; a further decision is told as a whole.
    borne = [one for one in money.bearers(case, standing, line) if line or one.name == who]
    ordered, paid = sum(one.fine + one.gains for one in borne), sum(one.paid for one in borne)
    # A decision on one further party alone tells of a hearing and of a waiver only where they were that party's (行政处罚法 64).
    alone = _alone(case, taken, standing, line)
    asked = proceedings.asked_since_the_notice(case, standing.events[: taken.seq - 1]) if alone else []
    number = mine.number if mine else case.doc_no
    served = (
        served_on(case, standing, number, who if other else "", made) if mine or other else case.served_on
    )
    return {
        # What a paper says of a fine to a further party is that party's own.
        **(
            {"fine": borne[0].fine}
            if other and borne and "fine" not in procedure.steps[taken.step].fields
            else {}
        ),
        **_sanctions(case, taken, standing),
        **(dict.fromkeys(proceedings.OF_A_HEARING) if alone and alone not in asked else {}),
        "receipts": _receipts(standing.events[: taken.seq - 1]),
        "case": {
            "no": case.case_no,
            "lead_no": case.lead_no,
            "title": case.title,
            "cause": case.get_cause_display(),
            "source": case.get_source_display(),
            "lead_on": case.lead_on,
            "filed_on": case.filed_on,
            "decided_on": mine.decided_on if mine else case.decided_on,
            "served_on": served,
            "closed_on": case.closed_on,
            "doc_title": _title_of_the_decision(case, standing),
            "doc_no": mine.number if mine else case.doc_no,
            "forfeit": mine.forfeit_fen if mine else case.forfeit_fen,
            "paid": paid or None,
            "unpaid_forfeit": max(0, ordered - paid),
            "seizure_basis": _seizure_basis(case, taken),
            **orders.apart(taken.data),
            "waived_on": None if alone else proceedings.waived_on(standing.events[: taken.seq - 1]),
            "orders": _orders(case, taken, standing),
            "asked_by": alone if alone in asked else _asked_by(case, standing, taken),
            "unheld": not alone and proceedings.hearing_given_up(case, standing.events[: taken.seq - 1]),
            "incapable": _incapable(case, taken, standing),
            **_as_it_stands(case, taken, standing),
            "may_collect": not taken.data.get("told_channel"),
            "older_crime": _older_crime(case, taken, standing),
            "review_refused_on": enforcement.review_refused_on(standing.events[: taken.seq - 1]),
            "disclosed": set(taken.data.get("penalty_kinds") or ()) != {"warning"},
            "outcome": case.get_outcome_display(),
            "state": procedure.states[taken.state].title if taken.state else "",
        },
    }


def _orders(case: Case, taken: StepTaken, standing: Standing) -> str:
    """What the rules of a penalty have ordered with it, where the officer's answers say nothing of it: “责令立即停止侵权行为”."""
    s = _situation(case, taken, standing)
    if s.step.decides != "penalty":
        return ""
    due = proceedings.orders_due(s)
    words = [order if order.startswith(("责令", "予以")) else f"责令{order}" for order in due]
    return "、".join(words)


def _title_of_the_decision(case: Case, standing: Standing) -> str:
    """What the paper is called by which the case was decided: one made on the spot has a name of its own."""
    for seq in range(len(standing.events), 0, -1):
        step = standing.step_at(seq)
        paper = next((one.of[0] for one in step.records if one.column == "doc_no" and one.of), "")
        if step.decides and paper:
            on, scope = standing.events[seq - 1].on, scope_codes(case.unit)
            return procedure_at(standing.stretches, seq).form(paper, on, scope).title
    return ""


def _alone(case: Case, taken: StepTaken, standing: Standing, line: str) -> str:
    """The further party whom a decision, or what follows from it, is about alone; "" of every other paper."""
    decides = procedure_at(standing.stretches, taken.seq).steps[taken.step].decides
    who = addressee_of_line(standing, line) or (addressee_of(case, taken.data) if decides else "")
    return "" if who == case.party_name else who


def _receipts(earlier: Sequence[Event]) -> str:
    """The receipts of every payment."""
    numbers = (str(e.data["receipt_no"]) for e in earlier if e.data.get("paid") and e.data.get("receipt_no"))
    return "、".join(dict.fromkeys(numbers))


def _situation(case: Case, taken: StepTaken, standing: Standing) -> Situation:
    """The step as the law's questions see it."""
    procedure = procedure_at(standing.stretches, taken.seq)
    return Situation(
        record=case,
        on=taken.on,
        actor=taken.taken_by,
        step=procedure.steps[taken.step],
        data=decode(procedure, taken.step, taken.data),
        standing=standing,
        ref=taken.ref,
    )


def _asked_by(case: Case, standing: Standing, taken: StepTaken) -> str:
    """Who asked to be heard, where the principal party did not: its papers may not say that it did (行政处罚法 64)."""
    asked = proceedings.asked_since_the_notice(case, standing.events[: taken.seq - 1])
    return "" if addressee_of(case, {}) in asked else "、".join(asked)


def _incapable(case: Case, taken: StepTaken, standing: Standing) -> str | None:
    """Why a natural person cannot be punished, which decides what is ordered of the guardian (行政处罚法 30, 31); None where the file does
    not say."""
    if taken.data.get("no_penalty_ground") != "capacity":
        return None
    s = _situation(case, taken, standing)
    age = parties.age_of_principal(s)
    if age is not None and age < parties.AGE_OF_PUNISHMENT:
        return "minor"
    return "mental" if age is not None or s.value("party_capacity") == "none" else None


_HARSHER_CRIMES = date(2021, 3, 1)  # 刑法修正案（十一） 48


def _older_crime(case: Case, taken: StepTaken, standing: Standing) -> date | None:
    """The day on which an act ended that the criminal law in force before 刑法修正案（十一） reaches, None of later ones."""
    ended = acts.last_day(_situation(case, taken, standing))
    return ended if ended and ended < _HARSHER_CRIMES else None


def _sanctions(case: Case, taken: StepTaken, standing: Standing) -> dict[str, Any]:
    """The rows on further parties as a paper must tell them (行政处罚法 59(1)): who each is and where, and the article it is punished by."""
    rows = taken.data.get("sanctions")
    if not rows:
        return {}
    s = _situation(case, taken, standing)
    titles = {column.code: column.choices for column in s.procedure.fields["sanctions"].columns}
    told = []
    for row, one in zip(s.data["sanctions"], acts.sanctions_of(s)[1:], strict=True):
        rule = acts.rule_of(s, one.party, one.acts[0]).outcome
        chosen = {code: titles[code].get(cell, cell) for code, cell in row.items() if titles.get(code)}
        basis = (
            rule.applicable.rule.article.formal if rule and rule.applicable.rule else chosen.get("rule", "")
        )
        told.append({**row, **chosen, "party": parties.called_in_full(s, one.who), "rule": basis})
    return {"sanctions": told}


def _as_it_stands(case: Case, taken: StepTaken, standing: Standing) -> dict[str, Any]:
    """What a paper that closes the case says of the decisions: what became of each, what is still ordered, what was paid back."""
    if not case.decided_on:
        return {}
    made = decisions.made_on(case)
    earlier = standing.events[: taken.seq - 1]
    back = [e.data for e in earlier if e.data.get("refunded")]
    came = [e.data for e in earlier if e.data.get("paid")]
    return {
        "fate": "；".join(
            f"{one.number_printed or one.number}于{one.fate}" for one in made if one.changed_how
        ),
        "fine": case.fine_fen,
        "gains": case.confiscated_gains_fen,
        "received": sum(data["paid"] for data in came) or None,
        "last_paid_on": max((data["paid_on"] for data in came if data.get("paid_on")), default=None),
        "refunded": sum(data["refunded"] for data in back) or None,
        "refunded_on": back[-1].get("refunded_on") if back else None,
    }


def _seizure_basis(case: Case, taken: StepTaken) -> str:
    """The law or regulation that gives the power to seize in this case (行政强制法 10, 24(2))."""
    if case.cause not in current_book().causes:
        return ""
    power = current_book().seizure_power(case.cause, taken.on, str(taken.data.get("rule") or ""))
    return power.why if power.granted else ""


def told(case: Case, standing: Standing | None) -> list[tuple[str, str]]:
    """Every decision made on the case, where one and its standing are not all there is to say."""
    of_record = [*history.told(case, standing), *crimes.told(case, standing)]
    made = decisions.made_on(case)
    borne = [
        f"{share.party_name}：罚款 {yuan(share.fine_fen)} 元，没收违法所得 {yuan(share.confiscated_gains_fen)} 元"
        for decision in made
        if decision.ended_on is None
        for share in sorted(decision.shares.all(), key=lambda one: (not one.principal, one.pk))
    ]
    return [("各当事人的处罚", "\n".join(borne))] * bool(borne) + of_record + _history(made)


def beside(case: Case) -> list[Action]:
    """Where a fine may be imposed, the page that weighs it; the review of the file; what passed between units and what is like the case."""
    if case.matter_id is None:
        return []
    weighs = [Action("裁量参考", reverse("case-discretion", args=[case.pk]))]
    others = [
        Action("案卷评查", reverse("case-file-review", args=[case.pk])),
        Action("往来与类案", reverse("case-relations", args=[case.pk])),
    ]
    return [*(weighs if current_book().rules_for_cause(case.cause) else []), *others]


def _history(made: list[Decision]) -> list[tuple[str, str]]:
    if len(made) < 2 and not any(decision.changed_how for decision in made):
        return []
    lines = []
    for decision in made:
        words = f"{decision.decided_on:%Y-%m-%d} {decision.get_kind_display()} {decision.number_printed or '无文号'}"
        words += f"，罚没 {yuan(decision.forfeit_fen)} 元"
        if decision.since:
            words += f"（{decision.since:%Y-%m-%d}起按变更后的数额）"
        lines.append(words + (f"；{decision.fate}" if decision.fate else ""))
    return [("历次决定", "\n".join(lines))]


def _counted(figure: KindFigure) -> type[Model]:
    from .figures import counted_by

    return counted_by(figure.day).rows().model


def is_taken(unit: Unit, number: str) -> bool:
    """Whether a record or a decision of the unit bears the number: an imported ledger may hold the year's first ones."""
    return numbered(unit, number).exists() or Decision.objects.filter(unit=unit, number=number).exists()


CASE = Family(
    code="case",
    title="案件",
    list_page="cases",
    model=Case,
    principal={
        "name": "party_name",
        "type": "party_type",
        "id_no": "party_id",
        "legal_rep": "legal_rep",
        "address": "party_address",
        "phone": "party_phone",
    },
    number=number_of,
    finds=CASE_INDEX,
    is_taken=is_taken,
    derived=(
        "decided_on",
        "doc_no",
        "doc_no_printed",
        "fine_fen",
        "confiscated_gains_fen",
        "forfeit_fen",
        "outcome",
    ),
    checks=(
        checks.penalty_adds_up,
        checks.acts_add_up,
        checks.nothing_left_unsaid,
        checks.text_says_no_more,
        checks.lifted_for_a_reason_that_stands,
        checks.goods_worth_what_the_ledger_says,
        checks.infringing_goods_destroyed,
        checks.payment_is_owed,
        money.deferral_is_of_the_party,
        checks.party_was_educated,
        checks.crime_is_no_transfer,
        checks.instalments_add_up,
        checks.payer_bears_it,
        checks.deductions_add_up,
        checks.change_adds_up,
        checks.changed_shares_add_up,
        measures.evidence_is_on_file,
        measures.proceeds_paid_back_whole,
        party_of_record.party_stands,
        party_of_record.monitoring_was_reviewed,
        party_of_record.consent_names_a_system,
        party_of_record.channel_has_its_step,
        proceedings.days_follow,
        proceedings.part_is_listed,
        proceedings.review_made_nothing_worse,
        checks.change_names_a_decision,
        checks.only_a_warning,
        enforcement.remedy_term_right,
        enforcement.auction_adds_up,
        enforcement.silence_is_the_review_organs,
        measures.foreign_evidence_is_formal,
        measures.sale_brings_money,
        powers.designation_is_on_file,
        powers.contract_could_be_filed,
    ),
    known=known.KNOWN
    | {
        orders.ITEMS: orders.begun,
        "paid": checks.still_owed,
        "accepted_on": enforcement.deemed_accepted,
        "unpaid": checks.forfeit_owed,
        "surcharge": money.surcharge_so_far,
        "confiscated_goods_value": acts.goods_in_the_ledger,
        **{field: parties.from_address_book(field) for field in parties.ADDRESS_BOOK},
    },
    composed={
        orders.ITEMS: orders.written,
        "hearing_right": guards.owes_hearing_right,
        "law_basis": known.basis,
        "remedy_until": enforcement.remedy_until,
        "paid_off": money.paid_off,
        "announced": party_of_record.to_be_announced,
    },
    narrowed={"rule": acts.rules_of_case, "also_breached": acts.rules_of_case},
    words=words,
    told=told,
    beside=beside,
    state_words=LEDGER_STATES,
    counted=_counted,
    decided=decisions.made_by,
    undone=decisions.undone_by,
)
