"""What the report pages show, put together from selectors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import Figure, Scope, printed
from zhiheng.figures.selectors import Value
from zhiheng.ui.charts import Chart, Series

from . import annual, selectors

# How many years back the overview looks.
_YEARS = 6


def figure_url(figure: Figure, year: int, **narrowed: str) -> str:
    query = "&".join(f"{key}={value}" for key, value in narrowed.items() if value)
    return reverse("report-figure", args=[year, figure.id]) + (f"?{query}" if query else "")


def years_page(actor: Person, on: date) -> dict:
    """Every year that has records: its figures, each a link to its rows, and what was published of it."""
    years = []
    for year in range(on.year, on.year - _YEARS, -1):
        values = figures.compute(figures.year_of(actor.unit, year)).values()
        if any(value.rows for value in values):
            cells = [(value, figure_url(value.figure, year)) for value in values]
            years.append({"year": year, "cells": cells})
    titles = [value.figure for value, _ in years[0]["cells"]] if years else []
    # Figures down, years across: titles are long, years are few.
    table = [
        {"figure": figure, "cells": [one["cells"][index] for one in years]}
        for index, figure in enumerate(titles)
    ]
    return {
        "years": [one["year"] for one in years],
        "table": table,
        "snapshots": selectors.snapshots_for(actor),
    }


@dataclass(frozen=True)
class Shown:
    """A piece of the report's text; `url` opens the rows of a figure."""

    text: str
    url: str = ""
    counts: str = ""


def report_page(actor: Person, year: int, on: date, drawn: str) -> dict:
    """The report with links in place, its figures as a table, and the charts of the figure `drawn`."""
    report = selectors.report_for(actor, year, on)

    def show(piece: annual.Piece) -> Shown:
        if piece.value is None:
            return Shown(piece.text)
        figure = piece.value.figure
        return Shown(piece.text, figure_url(figure, year), f"{figure.title}：{figure.counts}")

    sections = [
        {
            "heading": f"{annual.numeral(number)}、{section.heading}",
            "parts": [
                {
                    "heading": f"（{annual.numeral(inner)}）{part.heading}",
                    "paragraphs": [[show(piece) for piece in paragraph] for paragraph in part.paragraphs],
                }
                for inner, part in enumerate(section.parts, 1)
            ],
        }
        for number, section in enumerate(report.sections, 1)
    ]
    chosen = report.figures.get(drawn) or next(iter(report.figures.values()))
    return {
        "report": report,
        "sections": sections,
        "left_out": f"{annual.numeral(len(sections) + 1)}、尚未登记的事项",
        "values": [(value, figure_url(value.figure, year)) for value in report.figures.values()],
        "drawn": chosen.figure,
        "charts": charts(chosen, report.scope, year),
        "may_publish": may(actor, Right.PUBLISH_REPORT, on),
        "ended": on.year > year,
        "snapshots": selectors.snapshots_for(actor, year),
    }


def charts(value: Value, scope: Scope, year: int) -> list[Chart]:
    """The figure by month, and by unit where the scope has several; every bar opens its rows."""
    figure = value.figure
    drawn = []
    for by, title, name in (("month", "各月", "月份"), ("unit", "各单位", "单位")):
        if by == "unit" and len(scope.unit_ids) < 2:
            continue
        slices = figures.breakdown(figure, scope, by)
        drawn.append(
            Chart(
                key=by,
                title=f"{year}年{title}{figure.title}",
                unit=figure.unit,
                labels=[one.title for one in slices],
                series=[Series(figure.title, [one.value.value for one in slices])],
                kind="bar" if by == "month" else "hbar",
                label_title=name,
                links=[figure_url(figure, year, **{by: one.key}) for one in slices],
                digits=2 if figure.measure else 0,
            )
        )
    return drawn


def figure_page(whole: Value, scope: Scope, listing) -> dict:
    """The head of a figure's list: the whole year's number, and the number of the rows that are shown."""
    figure = whole.figure
    narrowed = bool(listing.chips)
    return {
        "figure": figure,
        "whole": whole,
        "unstated": figures.unstated(figure, scope),
        "narrowed": figures.total(figure, listing.filtered) if narrowed else None,
        "charts": charts(whole, scope, scope.first.year),
    }


def snapshot_page(actor: Person, pk: int, checked: bool) -> dict:
    snapshot = selectors.snapshot_for(actor, pk)
    return {
        "snapshot": snapshot,
        "frozen": [
            {
                "figure": frozen,
                "text": printed(frozen.value, frozen.unit_name, grouped=True),
                "rows": len(frozen.rows),
            }
            for frozen in snapshot.figures.order_by("id")
        ],
        "check": figures.check(snapshot) if checked else None,
    }
