"""From what an inspection found, another province or another unit handed over, to the case it becomes: the door of penalty cases, begun with it."""

from __future__ import annotations

from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from zhiheng.registers import selectors as records
from zhiheng.registers.declaration import find
from zhiheng.ui.days import today

from . import leads


@require_GET
def case_of_fault(request, pk: int):
    return _to_the_door(request, leads.FAULTS, pk)


@require_GET
def case_of_letter(request, pk: int):
    return _to_the_door(request, leads.LETTERS, pk)


@require_GET
def case_of_unit_letter(request, pk: int):
    return _to_the_door(request, leads.UNIT_LETTERS, pk)


def _to_the_door(request, origin, pk: int):
    """Whoever does not see the record meets its own 404 here; what cannot become a case is told at the door."""
    records.record_for(request.user, find(origin.code), pk, today())
    return redirect(origin.address(pk))
