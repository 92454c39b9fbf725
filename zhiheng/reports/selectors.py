"""Reads for the report pages and commands. A person sees the figures of their own unit and what is below it."""

from __future__ import annotations

from datetime import date

from django.http import Http404

from zhiheng.accounts.models import Person, Unit
from zhiheng.audit import selectors as audit
from zhiheng.figures import selectors as figures
from zhiheng.figures.models import Snapshot
from zhiheng.figures.registry import Figure, Scope, find

from . import annual, reconciliation


def root_unit() -> Unit | None:
    """The office itself, for commands that name no unit."""
    return Unit.objects.filter(parent__isnull=True).order_by("code").first()


def unit_by_code(code: str) -> Unit | None:
    return Unit.objects.filter(code=code).first()


def report_of(unit: Unit, year: int, on: date) -> annual.Report:
    return annual.compose(unit, year, on=on, ledger_head=audit.head())


def report_for(actor: Person, year: int, on: date) -> annual.Report:
    return report_of(actor.unit, year, on)


def reconciliation_for(actor: Person, text: str, year: int) -> reconciliation.Reconciliation:
    return reconciliation.hold(actor.unit, text, year)


def figure_or_404(figure_id: str) -> Figure:
    figure = find(figure_id)
    if figure is None:
        raise Http404(f"没有编号为“{figure_id}”的指标，或者它还没有登记。")
    return figure


def scope_for(actor: Person, year: int) -> Scope:
    """What the person's report of the year covers: their unit with all below it."""
    return figures.year_of(actor.unit, year)


def value_of(figure: Figure, scope: Scope) -> figures.Value:
    return figures.compute(scope, [figure])[figure.id]


def rows_of(figure: Figure, scope: Scope):
    """The figure's rows with what their list shows of other tables."""
    return figures.rows(figure, scope).select_related("unit")


def snapshots_for(actor: Person, year: int | None = None):
    """Published snapshots (of a year) that the person may see, newest first."""
    found = figures.snapshots_visible_to(actor)
    return found if year is None else found.filter(first=date(year, 1, 1), last=date(year, 12, 31))


def snapshot_for(actor: Person, pk: int) -> Snapshot:
    found = figures.snapshots_visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("没有这份发布快照，或者它不属于您的单位。")
    return found
