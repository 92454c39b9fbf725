"""From what an inspection found, or another province handed over, to the case it becomes: the door of penalty cases, begun with it."""

from __future__ import annotations

from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from . import leads


@require_GET
def case_of_fault(request, pk: int):
    return redirect(leads.FAULTS.address(pk))


@require_GET
def case_of_letter(request, pk: int):
    return redirect(leads.LETTERS.address(pk))
