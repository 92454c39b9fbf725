"""The year's figures over decisions, as the kinds of the law book declare them (`figures` in ``kinds/*.yaml``).

A figure by the day of decision counts decisions, each by its own day, which stands on a paper and never moves, and only while it is in
force: a revoked fine is not counted from the day of its revocation on. The covering index `decision_figures` answers those in one
query. One by another day (立案) counts cases. An amount that is not stated is left out, not taken for zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.urls import reverse

from zhiheng.figures.measures import Money
from zhiheng.figures.registry import Figure, Records, find, register
from zhiheng.law import BookError, KindFigure, current_book, fault_at
from zhiheng.search.index import Through

from .models import CASE_INDEX, Case, Decision


def _columns():
    from .lists import COUNTED

    return COUNTED


def _case_columns():
    from .lists import COUNTED_CASES

    return COUNTED_CASES


DECISIONS = Records(
    name="案件",
    noun="件",
    rows=Decision.objects.all,
    day="decided_on",
    since="since",
    void="ended_on",
    columns=_columns,
    find=("case__title", "case__party_name", "number"),
    search=Through(CASE_INDEX, "case", exactly="number"),
    related=("unit", "case"),
    link=lambda decision: reverse("case", args=[decision.case_id]),
    because=lambda decision: decision.fate,
)


@cache
def counted_by(day: str) -> Records:
    """Decisions by their day, cases by any other."""
    if day == DECISIONS.day:
        return DECISIONS
    return Records(
        name="案件",
        noun="件",
        rows=Case.objects.all,
        day=day,
        columns=_case_columns,
        find=("title", "party_name", "case_no"),
        search=CASE_INDEX,
        related=("unit",),
        link=lambda case: reverse("case", args=[case.pk]),
    )


def figure_of(declared: KindFigure) -> Figure:
    """A figure over cases from its declaration; an amount is a column of fen."""
    measure = {"measure": Money(declared.measure)} if declared.measure else {}
    return Figure(
        id=declared.id,
        title=declared.title,
        unit=declared.unit,
        counts=declared.counts,
        of=counted_by(declared.day),
        where=dict(declared.where),
        **measure,
    )


def _declared() -> Iterator[Figure]:
    """The figures of the book's kinds. One whose number another package already counts by is a fault of its file."""
    for kind in current_book().kinds_of("case"):
        for index, declared in enumerate(kind.figures):
            if find(declared.id) is not None:
                at = ("figures", index, "id")
                said = f"指标“{declared.id}”已有“{find(declared.id).title}”"
                raise BookError([fault_at(f"kinds/{kind.code}.yaml", at, said, "请换一个编号")])
            yield figure_of(declared)


register(*_declared())
