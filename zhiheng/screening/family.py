"""Received lists of abnormal applications as a family of matters."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from zhiheng.accounts.models import Unit
from zhiheng.matters.engine import Standing
from zhiheng.matters.family import Family
from zhiheng.matters.models import StepTaken
from zhiheng.ui.lists import Action

from . import selectors
from .guards import COUNTED, counts
from .models import ReceivedList, Stage


def words(received: ReceivedList, taken: StepTaken, standing: Standing, line: str) -> dict[str, Any]:
    """What the papers of a list print of it."""
    return {
        "case": {
            "no": received.lead_no,
            "lead_no": received.lead_no,
            "title": received.title,
            "closed_on": received.closed_on,
        },
        # Counted over all the applications: only once a paper prints it, or is kept with it.
        "split_rows": SimpleLazyObject(lambda: _split_rows(received)),
    }


def _split_rows(received: ReceivedList) -> tuple[dict[str, str], ...]:
    """How many applications each unit got; a tuple, which a paper's data keep as a list even where it is read late."""
    return tuple(
        {"unit": row["unit__short_name"], "rows": str(row["number"])}
        for row in selectors.split_table(received)
    )


def told(received: ReceivedList, standing: Standing | None) -> list[tuple[str, str]]:
    """How many applications there are and where they stand."""
    found = selectors.stages_of(received)
    if not found:
        return [("名单", "还没有导入申请")]
    stages = "，".join(f"{Stage(code).label} {number:,}" for code, number in sorted(found.items()) if number)
    return [("名单", f"{received.rows:,} 件（{stages}）")]


def beside(received: ReceivedList) -> list[Action]:
    actions = [Action("导入名单", reverse("list-files", args=[received.pk]))]
    if received.rows:
        actions += [
            Action("申请", f"{reverse('applications')}?list={received.pk}"),
            Action("分派", reverse("list-split", args=[received.pk])),
            Action("筛查", reverse("list-runs", args=[received.pk])),
            Action("附图", reverse("list-drawings", args=[received.pk])),
            Action("反馈文件", reverse("list-feedback", args=[received.pk])),
            Action("国家局结果", reverse("list-results", args=[received.pk])),
        ]
    return actions


def is_taken(unit: Unit, number: str) -> bool:
    return ReceivedList.objects.filter(unit=unit, lead_no=number).exists()


SCREENING = Family(
    code="screening",
    title="名单",
    list_page="received-lists",
    model=ReceivedList,
    number=lambda received: received.lead_no,
    finds=("title", "lead_no", "letter_no", "batch_no"),
    is_taken=is_taken,
    closed="archived_on",
    derived=("rows",),
    known={field: (lambda s, field=field: counts(s)[field]) for field in (*COUNTED, "rows_total")},
    words=words,
    told=told,
    beside=beside,
)
