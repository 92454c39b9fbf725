"""Reads over the ledger imports."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from zhiheng.accounts.models import Person

from .models import LedgerImport


def import_for(actor: Person, pk: int) -> LedgerImport:
    found = LedgerImport.objects.visible_to(actor).select_related("unit", "made_by").filter(pk=pk).first()
    if found is None:
        raise Http404("没有这次导入，或者它不属于您的单位。")
    return found


def imports_for(actor: Person) -> QuerySet[LedgerImport]:
    return LedgerImport.objects.visible_to(actor).select_related("unit", "made_by")
