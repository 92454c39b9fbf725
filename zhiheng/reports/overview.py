"""The year at a glance: every chart is made of figures or lists, and every mark on it opens the rows it stands for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import yaml
from django.urls import reverse

from zhiheng.accounts.models import Person, Unit
from zhiheng.cases import overview as cases
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import Figure, Scope, find
from zhiheng.plans import selectors as plans
from zhiheng.ui.assets import has_map
from zhiheng.ui.charts import Chart, Series

from . import selectors
from .pages import figure_url
from .periods import Period
from .reconciliation import place_of

BOOK = Path(__file__).resolve().parent / "book" / "places.yaml"
# What is shown by month, by kind and on the map.
TREND = "enf.ip.total"
KINDS = ("enf.tm.n", "enf.fp.n", "enf.gi.n", "enf.special.n", "adj.handled", "abn.patent")
MAPPED = (
    "enf.ip.total",
    "enf.tm.n",
    "enf.fp.n",
    "enf.ip.val",
    "enf.ip.fine",
    "adj.handled",
    "pub.events",
    "enf.checked",
)


def page(actor: Person, period: Period, on: date, mapped: str) -> dict:
    """The charts of a period over the units of the actor; `mapped` is the figure on the map."""
    scope = selectors.scope_for(actor, period, on)
    units = figures.units_of(scope)
    shown = find(mapped) if mapped in MAPPED else find(MAPPED[0])
    drawn = [
        trend(find(TREND), period, scope),
        kinds(period, scope),
        *([districts(shown, period, scope, units)] if units else []),
        ageing(actor, on),
        stages(actor, period, on),
        progress(actor, period, on),
    ]
    return {"charts": drawn, "mapped": shown, "choices": [find(one) for one in MAPPED], "units": units}


def trend(figure: Figure, period: Period, scope: Scope) -> Chart:
    """A figure by month, beside the same months of the year before."""
    months_of_both = figures.breakdown(figure, replace(scope, first=period.before.first), "month")
    then = [one for one in months_of_both if one.scope.last <= period.before.last]
    now = [one for one in months_of_both if one.scope.first >= period.first]
    months = [f"{one.scope.first.month}月" for one in now]
    recorded = any(one.value.rows for one in then)  # else its noughts say nothing
    return Chart(
        key="trend",
        title=f"{figure.title}：各月",
        unit=figure.unit,
        labels=months,
        series=[
            *([Series(f"{period.before.year}年", [one.value.value for one in then])] if recorded else []),
            Series(f"{period.year}年", [one.value.value for one in now]),
        ],
        kind="line",
        label_title="月份",
        links=[figure_url(figure, period, month=one.key) for one in now],
        digits=figure.digits,
    )


def kinds(period: Period, scope: Scope) -> Chart:
    """How many there were of each kind of case."""
    of = [figure for name in KINDS if (figure := find(name))]
    values = figures.compute(scope, of)
    return Chart(
        key="kinds",
        title="各类案件",
        unit="件",
        labels=[one.title.removesuffix("数").removesuffix("查办").removesuffix("办理") for one in of],
        series=[Series("件数", [values[one.id].value for one in of])],
        kind="hbar",
        label_title="种类",
        links=[figure_url(one, period) for one in of],
    )


@cache
def points() -> dict[str, dict[str, list[float]]]:
    """Where units are whose area is no district of a map, by the office at the top of the map."""
    return yaml.safe_load(BOOK.read_text(encoding="utf-8"))


def districts(figure: Figure, period: Period, scope: Scope, units: list[Unit]) -> Chart:
    """A figure by unit: on the map of the office's area where there is one, else as bars. The office itself is on no map."""
    slices = figures.breakdown(figure, scope, "unit", units)
    top = units[0]
    known = points().get(top.code) if has_map(top.code) else None
    by_code, by_id = {unit.code: unit for unit in units}, {unit.pk: unit for unit in units}
    for unit in units:  # whose names leave out that of the unit above, which is among them
        if unit.parent_id in by_id:
            unit.parent = by_id[unit.parent_id]
    if known is None:
        shown, names, kind = slices, [one.title for one in slices], "hbar"
    else:
        shown = [one for one in slices if one.key != top.code]
        names, kind = [_on_the_map(by_code[one.key], known) for one in shown], "map"
    return Chart(
        key="districts",
        title=f"{figure.title}：各单位",
        unit=figure.unit,
        labels=names,
        series=[Series(figure.title, [one.value.value for one in shown])],
        kind=kind,
        label_title="单位",
        links=[figure_url(figure, period, unit=one.key) for one in shown],
        digits=figure.digits,
        map=top.code if known else "",
        marks={name: tuple(place) for name, place in known.items()} if known else {},
    )


def _on_the_map(unit: Unit, marks: dict[str, list[float]]) -> str:
    """What the map calls a unit's area: its point, or its district."""
    short = unit.short_name.removesuffix("局")
    return short if short in marks else place_of(unit)


def ageing(actor: Person, on: date) -> Chart:
    """Open cases by how long they have been."""
    ages = cases.ageing(actor, on)
    return Chart(
        key="ageing",
        title="在办案件：立案以来多少日",
        unit="件",
        labels=[one.title for one in ages],
        series=[Series("件数", [one.cases for one in ages])],
        label_title="立案以来",
        links=[f"{reverse('cases')}?{one.query}" for one in ages],
    )


def stages(actor: Person, period: Period, on: date) -> Chart:
    """The median days of each stage, of cases decided in the period."""
    found = cases.stages(actor, period.first, period.last, on)
    decided = urlencode({"decided_from": period.first, "decided_to": period.last})
    return Chart(
        key="stages",
        title="各阶段用时（中位数，按本期作出决定的案件）",
        unit="日",
        labels=[f"{one.title}（{one.cases}件）" for one in found],
        series=[Series("日数", [None if one.days is None else Decimal(str(one.days)) for one in found])],
        kind="hbar",
        label_title="阶段",
        links=[f"{reverse('cases')}?{decided}"] * len(found),
        digits=1,
    )


def progress(actor: Person, period: Period, on: date) -> Chart:
    """How far each plan of the year has come."""
    found = plans.stands(actor, period.year, on)
    return Chart(
        key="plans",
        title="计划进度",
        unit="项",
        labels=[one.title for one in found],
        series=[
            Series("已办结", [one.done for one in found]),
            Series("推进中", [one.all - one.done - one.late for one in found]),
            Series("逾期", [one.late for one in found]),
        ],
        kind="hstack",
        label_title="计划",
        links=[reverse("plan-board", args=[one.plan]) for one in found],
    )
