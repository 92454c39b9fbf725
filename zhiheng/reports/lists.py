"""The rows behind a figure as a list: columns for each kind of record a figure can be made of."""

from __future__ import annotations

from django.urls import reverse

from zhiheng.accounts.selectors import units_visible_to
from zhiheng.figures.registry import Figure, Scope
from zhiheng.ui.lists import Choice, Column, List, Month, Text


class _MonthOfYear(Month):
    """The months of the report's year, to choose from."""

    def __init__(self, scope: Scope, path: str) -> None:
        super().__init__("month", "月份", path)
        self.scope = scope

    def fields(self, request):
        from django import forms

        months = [(f"{s.first:%Y-%m}", f"{s.first.month}月") for s in self.scope.months()]
        field = super().fields(request)[self.name]
        field.widget = forms.Select(choices=[("", "全年"), *months])
        return {self.name: field}


_CASE_COLUMNS = (
    Column("案件名称", "title", kind="wide", link=lambda case: reverse("case", args=[case.pk])),
    Column("文号", lambda case: case.doc_no_printed or case.doc_no or case.case_no, kind="code"),
    Column("单位", "unit.short_name", kind="code", sort="unit__code"),
    Column("当事人", "party_name"),
    Column("案由", "get_cause_display", kind="tag", sort="cause"),
    Column("决定日期", "decided_on", kind="day", sort="decided_on"),
    Column("案值（元）", "case_value_fen", kind="yuan", sort="case_value_fen"),
    Column("罚没金额（元）", "forfeit_fen", kind="yuan", sort="forfeit_fen"),
)


def rows_list(figure: Figure, scope: Scope) -> List:
    """The list of a figure's rows over the scope, narrowed by unit and month in the address."""

    def units(request):
        return units_visible_to(request.user).filter(id__in=scope.unit_ids).values_list("code", "short_name")

    filters = [_MonthOfYear(scope, "decided_on"), Text("q", "查找", ("title", "party_name", "doc_no"))]
    if len(scope.unit_ids) > 1:
        filters.insert(0, Choice("unit", "单位", units, "unit__code"))
    return List(
        name=figure.title,
        columns=_CASE_COLUMNS,
        filters=filters,
        order="-decided_on",
        noun="件",
        empty=f"{scope.first.year}年没有计入“{figure.title}”的案件。",
    )
