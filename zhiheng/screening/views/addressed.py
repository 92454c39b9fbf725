"""What the pages of a list share: the list of an address, work put on the table."""

from __future__ import annotations

from django.utils import timezone

from zhiheng.jobs import services as jobs
from zhiheng.matters import readings
from zhiheng.ui.days import today

from .. import selectors
from ..family import SCREENING


def list_at(request, pk):
    return noted(request, selectors.list_for(request.user, SCREENING, pk, today()))


def application_at(request, pk):
    return noted(request, selectors.application_for(request.user, pk))


def group_at(request, pk):
    found = selectors.group_for(request.user, pk)
    noted(request, found.run.received)
    return found


def noted(request, record):
    """The record, about to be shown to the reader."""
    readings.note(actor=request.user, record=record, at=timezone.now())
    return record


def put_on_table(request, kind, title, asked):
    return jobs.ask(
        made_by=request.user,
        kind=kind,
        title=title,
        asked={**asked, "on": today().isoformat()},
        at=timezone.now(),
    )
