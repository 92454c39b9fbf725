"""Reads over the ledger imports, and a case by its number."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from zhiheng import canonical
from zhiheng.accounts.models import Person, Unit
from zhiheng.refusal import Refused

from .models import Case, LedgerImport


def import_for(actor: Person, pk: int) -> LedgerImport:
    found = LedgerImport.objects.visible_to(actor).select_related("unit", "made_by").filter(pk=pk).first()
    if found is None:
        raise Http404("没有这次导入，或者它不属于您的单位。")
    return found


def imports_for(actor: Person) -> QuerySet[LedgerImport]:
    return LedgerImport.objects.visible_to(actor).select_related("unit", "made_by")


def numbered(unit: Unit, number: str) -> QuerySet[Case]:
    """The unit's cases that bear exactly this number: of a decision, of the filing or of the lead."""
    return Case.objects.filter(Q(doc_no=number) | Q(case_no=number) | Q(lead_no=number), unit=unit)


def by_number(actor: Person, number: str) -> Case:
    """The one case of the actor's units that bears this number, in whatever spelling: of its filing, its lead, or a decision.

    Raises Refused where there is none, or several.
    """
    meant = {number.strip(), canonical.document_number(number)[0]}
    named = Q(lead_no__in=meant) | Q(case_no__in=meant) | Q(doc_no__in=meant) | Q(decisions__number__in=meant)
    found = list(
        Case.objects.visible_to(actor).filter(named).select_related("unit").distinct().order_by("pk")[:_FEW]
    )
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused.because(
            f"没有编号为“{number}”的案件", way_out="请写登记号、案号或者决定书文号，照卷内文书照抄"
        )
    units = "、".join(case.unit.short_name for case in found)
    raise Refused.because(
        f"编号“{number}”有{len(found)}件案件（{units}）", way_out="请改用其中一件自己的登记号或者案号"
    )


_FEW = 5
