"""The facts the law asks for in the supervision of agencies, one function a guard, answered from rows (专利代理条例, 专利代理管理办法)."""

from __future__ import annotations

from django.db.models import Q

from zhiheng import canonical
from zhiheng.law import Fact
from zhiheng.matters.facts import Situation, provides

from .models import USUAL_KIND, Case, Decision

PATENT, TRADEMARK = "patent_agency_check", "trademark_agency_check"
_SIX, _TWELVE = 6, 12


@provides
def of_patent_agency(s: Situation) -> bool:
    return s.cause == PATENT


@provides
def of_trademark_agency(s: Situation) -> bool:
    return s.cause == TRADEMARK


@provides
def drawn_by_lot(s: Situation) -> bool:
    """办法 40: who was drawn, and from which draw."""
    return s.value("check_mode") != "random" or bool(s.value("draw_name"))


@provides
def breach_was_found(s: Situation) -> bool:
    """条例 25, 26: correction is ordered of what a check found, or of what a penalty case is about."""
    checked = s.last("check_agency")
    return s.taken("hand_to_case") or (checked is not None and checked.data.get("breach_found") != "clean")


@provides
def is_law_firm(s: Situation) -> bool:
    return s.value("agency_form") == "law_firm"


@provides
def penalty_case_known(s: Situation) -> bool | Fact:
    """办法 46: the warning or the fine is a penalty case of its own, of this unit."""
    if s.data is None:
        return True
    said = s.said("penalty_case_no")
    number = canonical.document_number(said)[0]
    mine = Case.objects.filter(unit=s.record.unit, kind=USUAL_KIND)
    named = Q(lead_no__in=(said, number)) | Q(case_no__in=(said, number)) | Q(doc_no__in=(said, number))
    decided = Decision.objects.filter(unit=s.record.unit, number__in=(said, number))
    return True if mine.filter(named).exists() or decided.exists() else Fact(False, number=said)


@provides
def proposal_grounded(s: Situation) -> bool | Fact:
    """条例 24 to 26: not corrected in time is what was ordered to be corrected, once the day for it is over."""
    ground = s.data.get("proposal_ground") if s.data is not None else None
    if ground not in ("overdue", "unqualified"):
        return True
    ordered = s.last("order_correction")
    if ordered is None:
        return Fact(False, why="没有责令限期改正")
    result = s.last("order_correction", "accept_correction")
    if result.step == "accept_correction":
        done = result.data.get("corrected") == "done"
        return Fact(False, why=f"{result.data.get('corrected_on')}已经改正") if done else True
    until = ordered.data.get("correction_by")
    return True if until is None or s.on > until else Fact(False, why=f"改正期限至{until}，尚未届满")


@provides
def suspension_months_lawful(s: Situation) -> bool | Fact:
    """条例 25, 26: no new business for six to twelve months."""
    if s.data is None:
        return True
    months = s.data.get("suspension_months")
    if s.data.get("proposed_handling") == "suspend":
        return (
            True
            if months is not None and _SIX <= months <= _TWELVE
            else Fact(False, months=months or "没有填写")
        )
    return True if months is None else Fact(False, months=f"{months}（没有建议停止业务）")


@provides
def nationally_suspended(s: Situation) -> bool:
    return (
        s.standing is not None and s.standing.value("national_result", "record_cnipa_result") == "suspended"
    )
