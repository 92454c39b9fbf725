"""Publishing figures: what was said, over which rows, by whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.audit import services as audit
from zhiheng.refusal import Refused

from . import selectors
from .models import FrozenFigure, Snapshot
from .registry import Figure, Scope


@transaction.atomic
def freeze(
    *, actor: Person, on: date, unit: Unit, scope: Scope, figures: Iterable[Figure], title: str, text: str
) -> Snapshot:
    """Keep the figures with every row behind them and anchor their digest in the ledger.

    `unit` is the unit whose subtree the scope covers, `text` what is published. A snapshot is never changed; a
    correction is a new one. Refused without the right to publish, or for a unit that is not the actor's.
    """
    if not may(actor, Right.PUBLISH_REPORT, on):
        raise Refused.because(
            "您没有发布年度报告的权限", way_out="请由计划统计人员或机关负责人发布，或联系本单位管理员授予角色"
        )
    if unit.pk not in actor.unit_ids or not set(scope.unit_ids) <= set(actor.unit_ids):
        raise Refused.because("只能发布本单位及所属单位的数据")
    snapshot = Snapshot(
        unit=unit,
        title=title,
        first=scope.first,
        last=scope.last,
        published_on=on,
        published_by=actor,
        text=text,
    )
    frozen = []
    for figure in figures:
        rows = selectors.contributions(figure, scope)
        frozen.append(
            FrozenFigure(
                figure=figure.id,
                title=figure.title,
                unit_name=figure.unit,
                counts=figure.counts,
                # From the rows just read, so that number and rows cannot part even while others write.
                value=figure.shown(sum(adds or 0 for _, adds in rows)),
                rows=rows,
            )
        )
    snapshot.digest = selectors.content_digest(snapshot, frozen)
    snapshot.save()
    for figure in frozen:
        figure.snapshot = snapshot
    FrozenFigure.objects.bulk_create(frozen)
    entry = audit.record(
        actor=actor,
        on=on,
        action="发布年度报告",
        subject=snapshot,
        name=title,
        data={"digest": snapshot.digest, "figures": {f.figure: f"{f.value:.6f}" for f in frozen}},
    )
    snapshot.ledger_head = entry.hash
    snapshot.save(update_fields=["ledger_head"])
    return snapshot
