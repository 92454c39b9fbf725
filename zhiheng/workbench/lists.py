"""Clocks and approvals as lists: the rows behind the counts of the workbench."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from zhiheng.accounts.selectors import unit_choices
from zhiheng.law import Standing, current_book, standing
from zhiheng.matters.engine import procedure_of
from zhiheng.matters.templatetags.law import law_links
from zhiheng.ui.days import today
from zhiheng.ui.lists import Choice, Column, DateRange, List, Unit
from zhiheng.ui.templatetags.zh import clock_badge

from .selectors import OURS, colour_is

COLOURS = (("red", "超期"), ("amber", "临近届满"), ("green", "期限内"), ("grey", "暂停计算"))


def _today() -> date:
    return today()


def clock_standing(row) -> Standing:
    return standing(row.due_on, _today(), current_book().calendar)


def step_title(proposal) -> str:
    return procedure_of(proposal.proceeding.version).step(proposal.step).title


def matter_link(row) -> str:
    return reverse("matter", args=[row.proceeding.matter_id])


def proposal_link(row) -> str:
    """To where the opinion is given, not to the matter first."""
    return f"{reverse('matter', args=[row.proceeding.matter_id])}?proposal={row.pk}"


CLOCKS = List(
    name="时限",
    noun="项",
    columns=[
        Column("事项", "proceeding.matter.title", kind="wide", link=matter_link),
        Column("单位", "proceeding.unit.short_name", kind="code"),
        Column("时限", "title", kind="code"),
        Column("起算日", "started_on", kind="day"),
        Column("届满日", "due_on", kind="day", sort="due_on"),
        Column(
            "剩余",
            lambda row: clock_standing(row).text,
            kind="tag",
            render=lambda row: clock_badge(clock_standing(row), row.provisional),
        ),
        Column("依据", "article", render=lambda row: law_links(row.article)),
    ],
    filters=[
        Choice("colour", "剩余", COLOURS, lambda rows, colour: rows.filter(colour_is(colour, _today()))),
        Choice(
            "whose",
            "谁的时限",
            (("ours", "本机关办理时限"), ("party", "当事人期限及自动届满")),
            lambda rows, whose: (
                rows.filter(late__in=OURS) if whose == "ours" else rows.exclude(late__in=OURS)
            ),
        ),
        Unit(lambda request: unit_choices(request.user), by="proceeding__unit__code"),
        DateRange("due", "届满日", "due_on"),
    ],
    order="due_on",
    empty="没有正在计算的时限。",
)
