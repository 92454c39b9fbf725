"""What the report pages show, put together from selectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from html import escape

from django.apps import apps
from django.urls import reverse
from django.utils.safestring import SafeString

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may, may_in
from zhiheng.audit.selectors import history_and_head
from zhiheng.figures import selectors as figures
from zhiheng.figures.measures import First, words
from zhiheng.figures.registry import Figure, Scope, printed, registered
from zhiheng.figures.selectors import Value
from zhiheng.registers.declaration import find as find_register
from zhiheng.registers.declaration import of_model
from zhiheng.ui.charts import Chart, Series
from zhiheng.ui.lists import Listing
from zhiheng.ui.templatetags.zh import NOTHING

from . import annual, calendar, highlights, releasing, selectors
from .lists import rows_list
from .models import ManualFigure, PaperKind, Release, ReleaseState
from .periods import Period
from .questions import questions
from .typed import typed

# How many years back the overview looks.
_YEARS = 6


def figure_url(figure: Figure, period: Period | int, **narrowed: str) -> str:
    query = "&".join(f"{key}={value}" for key, value in narrowed.items() if value)
    return _figure_page(str(period), figure.id) + (f"?{query}" if query else "")


@lru_cache(maxsize=4096)
def _figure_page(period: str, figure_id: str) -> str:
    """Kept: the overview links each figure of each year."""
    return reverse("report-figure", args=[period, figure_id])


def years_page(actor: Person, on: date, group: str) -> dict:
    """The figures of one group of records over the latest years, each a link to its rows, and what was published.

    A group is a package's (`Figure.group`); an unknown one is the first. One group at a time: each figure is summed over
    every row of its years, and who looks for a number knows of what it is one.
    """
    groups = {figure.group: None for figure in registered()}
    if group not in groups:
        group = next(iter(groups))
    chosen = [figure for figure in registered() if figure.group == group]
    latest = figures.year_of(actor.unit, on.year, on)
    every = range(on.year, on.year - _YEARS, -1)
    scopes = [replace(latest, first=date(year, 1, 1), last=date(year, 12, 31)) for year in every]
    answered = zip(every, figures.compute_each(scopes, chosen), strict=True)
    years = {year: values for year, values in answered if any(value.rows for value in values.values())}
    shown = [
        figure for figure in chosen if any(values[figure.id].value is not None for values in years.values())
    ]
    # Figures down, years across: titles are long, years are few.
    table = [
        {
            "figure": figure,
            "cells": [(values[figure.id], figure_url(figure, year)) for year, values in years.items()],
        }
        for figure in shown
    ]
    return {
        "tabs": [
            {
                "title": apps.get_app_config(one).verbose_name,
                "url": f"{reverse('reports')}?group={one}",
                "here": one == group,
            }
            for one in groups
        ],
        "group": apps.get_app_config(group).verbose_name,
        "reports": every,
        "years": list(years),
        "table": table,
        "duties": calendar.duties(actor, on, latest),
        "snapshots": selectors.snapshots_for(actor),
        "releases": [one for one in selectors.releases_for(actor) if one.state != ReleaseState.PUBLISHED],
    }


def report_page(actor: Person, period: Period, on: date, drawn: str, paper: str) -> dict:
    """The report with links in place, its figures as a table, and the charts of the figure `drawn`."""
    report = selectors.report_for(actor, period, on, paper)
    chosen = report.figures.get(drawn) or next(iter(report.figures.values()))
    there = selectors.open_release(actor.unit, period, paper)
    return {
        "report": report,
        "papers": PaperKind.choices,
        "sections": _sections(report),
        "rows": _rows(report),
        "choices": _choices(report, chosen.figure),
        "charts": charts(chosen, report.scope, period),
        "may_draft": may(actor, Right.PUBLISH_REPORT, on) and there is None,
        "release": there,
        "ended": on > period.last,
        **_since_published(actor, report),
    }


def _compared(report: annual.Report, figure_id: str) -> tuple[str, str]:
    """The same time of the year before, and how it compares; "—" where nothing was recorded."""
    then = report.before.get(figure_id)
    return (then.grouped if then and then.rows else "—", report.change(figure_id) or "—")


def _rows(report: annual.Report) -> SafeString:
    """A row for each figure, as HTML. Put together here, as lists are: a thousand cells are more than a template renders quickly."""
    made = []
    for value in report.figures.values():
        figure, url = value.figure, escape(figure_url(value.figure, report.period))
        before, change = _compared(report, figure.id)
        made.append(
            f'<tr><td data-label="指标"><div><a href="{url}">{escape(figure.title)}</a>'
            f'<div class="quiet small">{escape(figure.id)}</div></div></td>'
            f'<td data-label="数值" class="number"><a href="{url}">{escape(value.grouped)}</a></td>'
            f'<td data-label="单位" class="tight">{escape(figure.unit)}</td>'
            f'<td data-label="上年同期" class="number{_blank(before)}">{escape(before)}</td>'
            f'<td data-label="同比" class="tight{_blank(change)}">{escape(change)}</td>'
            f'<td data-label="记录数" class="number">{value.rows:,}</td>'
            f'<td data-label="口径" class="wide">{escape(figure.counts)}</td></tr>\n'
        )
    return SafeString("".join(made))


def _blank(words: str) -> str:
    """The class of a cell that says nothing, which a phone leaves out."""
    return " blank" if words == NOTHING else ""


def _choices(report: annual.Report, drawn: Figure) -> SafeString:
    """The figures to choose the drawn one from, as options."""
    return SafeString(
        "".join(
            f'<option value="{escape(one.id)}"{" selected" if one is drawn else ""}>'
            f"{escape(one.title)}（{escape(one.unit)}）</option>\n"
            for one in (value.figure for value in report.figures.values())
        )
    )


def _sections(report: annual.Report) -> list[dict]:
    """The text with a link to its rows in place of each figure; paragraphs as HTML."""

    def show(piece: annual.Piece) -> str:
        if piece.manual is not None:
            one = piece.manual
            told = f"人工填报：{one.title}，{one.stated_by}提供，依据：{one.paper}"
            address = of_model(ManualFigure).url("record", one.pk)
            return (
                f'<a class="figure-link figure-manual" href="{escape(address)}" title="{escape(told)}">'
                f'{escape(piece.text)}<span class="tag tag-amber">人工</span></a>'
            )
        if piece.value is None:
            return escape(piece.text)
        figure = piece.value.figure
        return (
            f'<a class="figure-link" href="{escape(figure_url(figure, report.period))}" '
            f'title="{escape(f"{figure.title}：{figure.counts}")}">{escape(piece.text)}</a>'
        )

    return [
        {
            "heading": f"{annual.numeral(number)}、{section.heading}",
            "parts": [
                {
                    "heading": f"（{annual.numeral(inner)}）{part.heading}",
                    "paragraphs": [
                        SafeString("".join(map(show, paragraph))) for paragraph in part.paragraphs
                    ],
                }
                for inner, part in enumerate(section.parts, 1)
            ],
        }
        for number, section in enumerate(report.sections, 1)
    ]


def release_page(actor: Person, release: Release, on: date) -> dict:
    """A draft on its way: what it says today, what has moved since it was sent up, whose turn it is, who did what when."""
    history, head = history_and_head(release)
    report = selectors.report_of_release(release, on, asker=actor, ledger_head=head)
    sent_up = release.state != ReleaseState.DRAFTED
    published = release.state == ReleaseState.PUBLISHED
    why_not = releasing.may_move(actor, release, on)
    drafts = not sent_up and not why_not
    materials = None if published else highlights.materials(release, on, actor if drafts else None)
    return {
        "release": release,
        "report": report,
        "period": report.period,
        # What was sent up is read as it was sent up.
        "lines": release.text.splitlines() if sent_up else report.text.splitlines(),
        "sections": [] if sent_up else _sections(report),
        "moved": selectors.moved_since(release, report) if sent_up and not published else [],
        "path": _path(release),
        "why_not": why_not,
        "questions": [] if published else questions(report),
        "typed": typed(report, materials.written) if materials else [],
        **_offered(release, materials if drafts else None),
        "may_take_back": sent_up
        and not published
        and may_in(actor, Right.PUBLISH_REPORT, release.unit_id, on),
        "history": history,
    }


def _offered(release: Release, materials: highlights.Materials | None) -> dict:
    """What may still be written into a draft, for who drafts it."""
    if materials is None:
        return {"highlights": [], "contributions": []}

    def told(register: str, one, text: str, state=None) -> dict:
        address = reverse("report-release-take-in", args=[release.pk, register, one.pk])
        url = find_register(register).url("record", one.pk)
        ready = state is None or state.code == "sent"
        return {"record": one, "url": url, "text": text, "state": state, "take_in": address if ready else ""}

    return {
        "highlights": [told("highlights", one, one.text) for one in materials.waiting],
        "contributions": [told("contributions", one, one.said, state) for one, state in materials.asked],
    }


def _path(release: Release) -> list[tuple[str, str, str]]:
    """(duty, who and when, done · here · ahead) of the four duties."""
    done = [
        (ReleaseState.DRAFTED, "起草送审", release.made_by, release.sent_on or release.made_on),
        (ReleaseState.REVIEW, "合法性审查", release.reviewed_by, release.reviewed_on),
        (ReleaseState.SIGN, "签发", release.signed_by, release.signed_on),
        (
            ReleaseState.SIGNED,
            "发布",
            release.snapshot and release.snapshot.published_by,
            release.snapshot and release.snapshot.published_on,
        ),
    ]
    states = [state for state, *_ in done] + [ReleaseState.PUBLISHED]
    here = states.index(release.state)
    return [
        (
            title,
            f"{person.name}，{day:%Y-%m-%d}" if person and place <= here else "",
            "done" if place < here else "here" if place == here else "ahead",
        )
        for place, (_, title, person, day) in enumerate(done)
    ]


@dataclass(frozen=True)
class Moved:
    """A figure that is not what it was when the report was published."""

    title: str
    unit: str
    was: str
    now: str


def _since_published(actor: Person, report: annual.Report) -> dict:
    """The snapshots of the year, the latest of this very unit (`published`), and the figures that have `moved` since."""
    snapshots = list(selectors.snapshots_for(actor, report.period))
    last = next((one for one in snapshots if one.unit_id == report.unit.pk), None)
    if last is None:
        return {"snapshots": snapshots, "published": None, "moved": []}
    frozen = {one.figure: one.value for one in last.figures.defer("rows")}
    moved = [
        Moved(
            value.figure.title,
            value.figure.unit,
            printed(frozen[key], value.figure.unit, grouped=True),
            value.grouped,
        )
        for key, value in report.figures.items()
        if key in frozen and frozen[key] != value.value
    ]
    return {"snapshots": snapshots, "published": last, "moved": moved}


def charts(value: Value, scope: Scope, period: Period, units: Sequence[Unit] | None = None) -> list[Chart]:
    """The figure by month, and by unit where the scope has several; every bar opens its rows."""
    figure = value.figure
    drawn = []
    months = "各月末" if all(part.stock for part in figure.parts) else "各月"
    for by, title, name in (("month", months, "月份"), ("unit", "各单位", "单位")):
        if by not in figure.by or (by == "unit" and len(scope.unit_ids) < 2):
            continue
        slices = figures.breakdown(figure, scope, by, units)
        drawn.append(
            Chart(
                key=by,
                title=f"{period.words}{title}{figure.title}" + ("" if by in figure.adds_up else "（不相加）"),
                unit=figure.unit,
                labels=[one.title for one in slices],
                series=[Series(figure.title, [one.value.value for one in slices])],
                kind="bar" if by == "month" else "hbar",
                label_title=name,
                links=[figure_url(figure, period, **{by: one.key}) for one in slices],
                digits=figure.digits,
            )
        )
    return drawn


# The parts of a ratio as the address names them.
PARTS = {"numerator": "分子", "denominator": "分母"}


def _place_of(figure: Figure, asked: str) -> int:
    """Which of the figure's parts its page lists: of a ratio the one the address names, else the first."""
    names = list(PARTS)[: len(figure.parts)]
    return names.index(asked) if asked in names else 0


@dataclass(frozen=True)
class Opened:
    """A figure's page: its number, whose rows are listed, and the list. `part` is one of a ratio's two, or the figure."""

    whole: Value
    part: Figure
    scope: Scope
    units: Sequence[Unit]
    listing: Listing
    unstated: int
    period: Period

    @property
    def figure(self) -> Figure:
        return self.whole.figure

    def context(self) -> dict:
        return {
            "figure": self.figure,
            "part": self.part,
            "whole": self.whole,
            "listing": self.listing,
            "parts": [
                (title, value, figure_url(self.figure, self.period, part=name))
                for (name, title), value in zip(PARTS.items(), self.whole.parts, strict=False)
            ],
            "unstated": self.unstated,
            "narrowed": figures.total(self.part, self.listing.filtered, self.scope)
            if self.listing.chips
            else None,
            "since": figures.recorded_since(self.part, self.scope)
            if isinstance(self.part.measure, First)
            else None,
            "charts": charts(self.whole, self.scope, self.period, self.units),
        }


def open_figure(request, actor: Person, figure: Figure, period: Period, on: date) -> Opened:
    """The figure over the actor's units and a period, with the list of its rows as the address narrows it."""
    for part in figure.parts:
        selectors.refuse_rows(actor, part.of.kind)
    scope = selectors.scope_for(actor, period, on)
    whole, unstated = figures.opened(figure, scope)
    place = _place_of(figure, request.GET.get("part", ""))
    part = figure.parts[place]
    value = whole.parts[place] if whole.parts else whole
    units = figures.units_of(scope)
    listing = rows_list(part, scope, units).read(request, selectors.rows_of(part, scope), total=value.rows)
    return Opened(whole, part, scope, units, listing, unstated[place], period)


def snapshot_page(actor: Person, pk: int, on: date | None) -> dict:
    """A published snapshot; with a day, held against the records of that day."""
    snapshot = selectors.snapshot_for(actor, pk)
    if on:
        selectors.refuse_rows(actor, "")  # it names records of every kind
    return {
        "snapshot": snapshot,
        "period": Period.of(snapshot.first, snapshot.last),
        "release": getattr(snapshot, "release", None),
        "frozen": [
            {
                "figure": frozen,
                "text": printed(frozen.value, frozen.unit_name, grouped=True),
                "rows": len(frozen.rows),
            }
            for frozen in snapshot.figures.order_by("id")
        ],
        "check": figures.check(snapshot, on) if on else None,
    }


# Rows of a frozen figure shown on its page; all of them are in the download.
_FROZEN_SHOWN = 500


def frozen_page(actor: Person, pk: int, figure_id: str) -> dict:
    """The rows of a published number, called what they were called on that day."""
    snapshot = selectors.snapshot_for(actor, pk)
    figure, names = selectors.frozen_figure(snapshot, figure_id)
    selectors.refuse_rows(actor, figure.of)
    kept = names.rows if names else {}
    columns = names.columns if names else []
    return {
        "snapshot": snapshot,
        "figure": figure,
        "text": printed(figure.value, figure.unit_name, grouped=True),
        "columns": columns,
        "rows": [
            [*kept.get(str(row), [""] * len(columns)), words(figure.measure, adds)]
            for row, adds in figure.rows
        ],
        "shown": _FROZEN_SHOWN,
    }
