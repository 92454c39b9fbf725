"""What the pages of a list share: the list of an address, work put on the table."""

from __future__ import annotations

from django.utils import timezone

from zhiheng.jobs import services as jobs
from zhiheng.ui.days import today

from .. import selectors
from ..family import SCREENING

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def list_at(request, pk):
    return selectors.list_for(request.user, SCREENING, pk, today())


def put_on_table(request, kind, title, asked):
    return jobs.ask(
        made_by=request.user,
        kind=kind,
        title=title,
        asked={**asked, "on": today().isoformat()},
        at=timezone.now(),
    )
