"""What a user does to the year's report: publish it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.figures.models import Snapshot
from zhiheng.figures.registry import find
from zhiheng.figures.services import freeze
from zhiheng.refusal import Refused

from . import selectors


@transaction.atomic
def publish(*, actor: Person, year: int, on: date) -> Snapshot:
    """Freeze the report of the actor's unit as it stands: text, figures, and the rows behind each figure.

    Refused without the right to publish, and for a year that has not ended: its figures would still move.
    """
    if on.year <= year:
        raise Refused.because(f"{year}年尚未结束，数字还会变动", way_out=f"请在{year + 1}年1月1日以后发布")
    report = selectors.report_for(actor, year, on)
    snapshot = freeze(
        actor=actor,
        on=on,
        unit=report.unit,
        scope=report.scope,
        figures=[find(figure_id) for figure_id in report.figures],
        title=report.title,
        text=report.text,
    )
    # Where others may write between two reads, the text and the rows could tell different numbers.
    if any(report.figures[frozen.figure].value != frozen.value for frozen in snapshot.figures.all()):
        raise Refused.because("发布的同时有案件数据正在改动", way_out="请稍候再发布一次")
    return snapshot
