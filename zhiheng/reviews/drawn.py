"""Closed cases drawn to be looked at again: what there was to draw from, and what became of those that were drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from zhiheng import drawing
from zhiheng.accounts.models import Person
from zhiheng.matters.family import Family, family_named
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import of_model

from .models import CaseDraw, CaseReview

_MOST = 20_000  # closed cases in one draw: more would not fit on its record


def _cases() -> Family:
    return family_named("case")


def _closed(draw: CaseDraw) -> QuerySet:
    """Cases of the drawing unit and those below it that were closed in the time, whatever became of them afterwards."""
    rows = _cases().model.objects.filter(unit__path__startswith=draw.unit.path)
    return rows.filter(closed_on__range=(draw.closed_from, draw.closed_until)).select_related("unit")


def key_of(case_unit: str, number: str) -> str:
    """How a case stands in the list of a draw: its unit and its number."""
    return f"{case_unit}：{number}"


def outcome(draw: CaseDraw, on: date) -> dict[str, object]:
    """What a draw writes besides what was asked: a new seed, the list of cases that nobody reviewed yet, the cases drawn from it."""
    if not draw.closed_from or not draw.closed_until:
        return {}
    seed = drawing.new_seed()
    number = _cases().number
    closed = {key_of(one.unit.short_name, number(one) or one.title) for one in _closed(draw)[: _MOST + 1]}
    reviewed = CaseReview.objects.standing().filter(unit__path__startswith=draw.unit.path)
    pool = sorted(closed - {key_of(*names) for names in reviewed.values_list("case_unit", "number")})
    return {"seed": seed, "pool": pool, "drawn": _drawn(pool, draw.many or 0, seed)}


def _drawn(pool: list[str], many: int, seed: str) -> list[str]:
    return drawing.draw(pool, many, seed, "案件")


def faults(draw: CaseDraw, on: date) -> Iterator[Reason]:
    if draw.closed_until and draw.closed_until > on:
        yield Reason("结案日期的截止日还没有到", field="closed_until")
    if not draw.pool:
        yield Reason("这段时间没有办结而没有审查过的案件", field="closed_from", way_out="请核对起止日期")
    elif len(draw.pool) > _MOST:
        yield Reason(f"这段时间办结的案件超过{_MOST}件", field="closed_until", way_out="请分段抽取")
    elif draw.many > len(draw.pool):
        yield Reason(f"这段时间办结、没有审查过的有{len(draw.pool)}件，抽不出{draw.many}件", field="many")
    if draw.seed and _drawn(draw.pool, draw.many, draw.seed) != draw.drawn:
        yield Reason(
            "件数改动后，与抽取结果不符", way_out="抽取结果不能改；写错的，请作废后另行抽取", field="many"
        )


def review_faults(review: CaseReview) -> Iterator[Reason]:
    """A review that names a draw is of a case that was drawn; nobody reviews a case they worked on."""
    if review.draw_name:
        draw = CaseDraw.objects.standing().filter(unit=review.unit_id, name=review.draw_name).first()
        if draw is None:
            yield Reason(
                f"没有“{review.draw_name}”这一批抽查", field="draw_name", way_out="请照抽查记录写批次"
            )
        elif key_of(review.case_unit, review.number) not in draw.drawn:
            yield Reason(
                f"{review.case_unit}的{review.number}不在{draw.name}抽中的案件里",
                field="draw_name",
                way_out="办案单位写简称，文号照抽查记录写",
            )
    named = Q(doc_no=review.number) | Q(doc_no_printed=review.number)
    same = _cases().model.objects.filter(named, unit__short_name=review.case_unit)
    if review.reviewer_id and same.filter(matter__officers__person=review.reviewer_id).exists():
        yield Reason(f"{review.reviewer.name}办理过本案，不能审查本案", field="reviewer")


def cases_drawn(actor: Person, draw: CaseDraw) -> list[tuple[str, object | None]]:
    """What was drawn, in the order of the draw, each with its case; None where the person does not see it."""
    seen = _by_key(_closed(draw).visible_to(actor))
    return [(key, seen.get(key)) for key in draw.drawn]


def every_case_drawn(draw: CaseDraw) -> list[Any]:
    """The cases drawn that are still what they were drawn as, whoever sees them: what is found in them is shown by `cases_drawn`."""
    found = _by_key(_closed(draw))
    return [found[key] for key in draw.drawn if key in found]


def _by_key(rows: QuerySet) -> dict[str, Any]:
    number = _cases().number
    return {key_of(one.unit.short_name, number(one) or one.title): one for one in rows}


def leads(actor: Person, draw: CaseDraw) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The cases drawn: each leads to its review, or, as long as there is none, to the case."""
    reviews = of_model(CaseReview)
    made = CaseReview.objects.standing().visible_to(actor).filter(unit=draw.unit_id, draw_name=draw.name)
    by_key = {key_of(one.case_unit, one.number): one.pk for one in made}
    cases = {key: case.pk for key, case in cases_drawn(actor, draw) if case is not None}
    found = []
    for key in draw.drawn:
        if key in by_key:
            found.append((f"{key}（已审查）", reviews.url("record", by_key[key])))
        elif key in cases:
            found.append((f"{key}（待审查）", reverse(_cases().code, args=[cases[key]])))
    done = sum(key in by_key for key in draw.drawn)
    yield f"抽中的案件（{len(draw.drawn)}件，已审查{done}件）", found
