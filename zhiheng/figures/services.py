"""Publishing figures: what was said, over which rows, by whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.audit import services as audit
from zhiheng.refusal import Refused

from . import selectors
from .measures import total_of
from .models import FrozenFigure, FrozenRecords, Snapshot
from .registry import Figure, Records, Scope


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
        unit_name=unit.name,
        published_by_name=actor.name,
        text=text,
    )
    figures = list(figures)
    frozen = [kept for figure in figures for kept in _frozen(figure, scope)]
    records = _named(figures, frozen)
    snapshot.digest = selectors.content_digest(snapshot, frozen, records)
    snapshot.save()
    for one in (*frozen, *records):
        one.snapshot = snapshot
    FrozenFigure.objects.bulk_create(frozen)
    FrozenRecords.objects.bulk_create(records)
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


def _named(figures: Iterable[Figure], frozen: Iterable[FrozenFigure]) -> list[FrozenRecords]:
    """What the rows behind the numbers are called today, once for each kind of record."""
    kinds: dict[str, Records] = {}
    for figure in figures:
        for part in figure.parts:
            kinds.setdefault(part.of.kind, part.of)
    ids: dict[str, set[int]] = defaultdict(set)
    for one in frozen:
        ids[one.of].update(pk for pk, _ in one.rows)
    return [
        FrozenRecords(
            kind=kind,
            name=kinds[kind].name,
            columns=kinds[kind].titles(),
            rows=kinds[kind].names(sorted(ids[kind])),
        )
        for kind in sorted(kinds.keys() & ids.keys())
    ]


def _frozen(figure: Figure, scope: Scope) -> list[FrozenFigure]:
    """The figure with its rows; a ratio with its two parts. Nothing where there is no answer to freeze."""

    def keep(one: Figure, as_id: str, value: Decimal, rows: list, days: int = 1) -> FrozenFigure:
        return FrozenFigure(
            figure=as_id,
            title=one.title,
            unit_name=one.unit,
            counts=one.counts,
            value=value,
            rows=rows,
            of=one.of.kind if one.of else "",
            measure=one.measure.kind,
            days=days,
        )

    parts = []
    for part, ending in zip(
        figure.parts, FrozenFigure.PARTS if len(figure.parts) > 1 else ("",), strict=True
    ):
        rows = selectors.contributions(part, scope)
        if part.silent and not rows:
            return []
        days = scope.days if part.per_day else 1
        # From the rows just read, so that number and rows cannot part even while others write.
        value = part.shown(total_of(part.measure.kind, (adds for _, adds in rows)), days)
        parts.append(keep(part, figure.id + ending, value, rows, days))
    if len(parts) == 1:
        return parts
    value = figure.ratio(parts[0].value, parts[1].value)
    return [] if value is None else [keep(figure, figure.id, value, []), *parts]
