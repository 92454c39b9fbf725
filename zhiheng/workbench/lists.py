"""Work in hand, what one proposed and did, and clocks as lists: the rows behind the counts of the workbench."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.html import format_html

from zhiheng.accounts.lists import WARN_DAYS, certificate_tag, certificate_words
from zhiheng.accounts.rights import role_title
from zhiheng.accounts.selectors import by_certificate, unit_choices
from zhiheng.law import Standing, current_book, standing
from zhiheng.matters.approvals import link_of, turn_url
from zhiheng.matters.engine import procedure_of
from zhiheng.matters.family import family_of
from zhiheng.matters.models import ProposalState, TurnKind
from zhiheng.matters.templatetags.law import law_links
from zhiheng.ui.days import today
from zhiheng.ui.lists import Choice, Column, DateRange, List, Text, To, Unit
from zhiheng.ui.templatetags.zh import NOTHING, clock_badge

from .ledger import address_of
from .selectors import OURS, colour_is

COLOURS = (("red", "超期"), ("amber", "临近届满"), ("green", "期限内"), ("grey", "暂停计算"))


def _today() -> date:
    return today()


def clock_standing(row) -> Standing:
    return standing(row.due_on, _today(), current_book().calendar)


def matter_link(row) -> str:
    return reverse("matter", args=[row.proceeding.matter_id])


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


def _due(turn) -> str:
    return clock_badge(clock_standing(turn), False) if turn.due_on else NOTHING


def _what(turn) -> str:
    """What is to be done, and whether somebody asked for it."""
    shown = format_html("{}", turn.title)
    if turn.kind != TurnKind.STEP:
        shown = format_html(
            '<span class="tag tag-{}">{}</span> {}', _TONES[turn.kind], turn.get_kind_display(), shown
        )
    if turn.reminded_on:
        shown = format_html('{} <span class="tag tag-amber">{:%m-%d}催办</span>', shown, turn.reminded_on)
    return shown


_TONES = {TurnKind.OPINION: "blue", TurnKind.RETURNED: "red", TurnKind.COUNTERSIGN: "blue"}


def _waits(turn) -> str:
    """How long it has waited, in days."""
    days = (_today() - turn.since).days
    return "今天" if days <= 0 else f"{days} 天"


def _step(row) -> str:
    procedure = procedure_of(row.proceeding.version)
    return procedure.steps[row.step].title if row.step in procedure.steps else row.step


def _said(proposal) -> str:
    """The last word on a proposal."""
    said = sorted(proposal.opinions.all(), key=lambda opinion: opinion.pk)
    if proposal.state == ProposalState.PENDING:
        return f"待{role_title(proposal.next_role)}"
    return f"{said[-1].signer}：{said[-1].text}" if said else ""


_KINDS = [(kind.value, kind.label) for kind in TurnKind]
WORK = List(
    name="待办",
    noun="项",
    columns=[
        Column("事项", "proceeding.matter.title", kind="wide", link=turn_url),
        Column("办理", "title", render=_what),
        Column("已等", _waits, kind="code"),
        Column("时限", "clock", kind="code"),
        Column("届满日", "due_on", kind="day", sort="due_on"),
        Column(
            "剩余", lambda turn: clock_standing(turn).text if turn.due_on else "", kind="tag", render=_due
        ),
        Column("待办起", "since", kind="day", sort="since"),
    ],
    filters=[
        Choice("kind", "类别", _KINDS, lambda rows, kind: rows.filter(kind=kind)),
        Choice(
            "colour",
            "剩余",
            COLOURS[:3],
            lambda rows, colour: rows.filter(colour_is(colour, _today())),
        ),
    ],
    order=("due_on", "since"),
    empty="没有等待您办理的事项。",
)


def _read(row) -> str:
    """The page of a record that was read, "" where its kind is of no family any more."""
    if "." in row.kind and (address := address_of(row.kind, str(row.record_id))):
        return address
    try:
        return reverse(family_of(row.kind).code, args=[row.record_id])
    except LookupError:
        return ""


READINGS = List(
    name="查阅记录",
    noun="条",
    columns=[
        Column("日期", "on", kind="day"),
        Column("查阅人", "person.name", kind="code"),
        Column("查阅人单位", "person.unit.short_name", kind="code"),
        Column("事项", "title", kind="wide", link=_read),
        Column("案件单位", "unit.short_name", kind="code"),
        Column("次数", "times", kind="number"),
        Column("首次", "first_at", kind="moment"),
        Column("末次", "last_at", kind="moment"),
    ],
    filters=[
        Text("q", "查找", ("title", "person__name"), hint="查阅人、事项"),
        Unit(lambda request: unit_choices(request.user), by="unit__code"),
        DateRange("on", "日期", "on"),
    ],
    order="-id",
    empty="还没有人查阅过案件。",
)
WORKLOAD = List(
    name="人员工作量",
    noun="人",
    columns=[
        Column("姓名", "name", kind="code", link=To("person")),
        Column("单位", "unit.short_name", kind="code", sort="unit__code"),
        Column("主办在办", "in_charge", kind="number"),
        Column("协办在办", "beside", kind="number"),
        Column("待办", "waiting", kind="number"),
        Column("超期待办", "late", kind="number"),
        Column("本年办理步骤", "taken", kind="number"),
        Column("执法证有效期止", "certificate_to", kind="day"),
        Column(
            "执法证",
            lambda p: certificate_words(p.certificate_to, _today())[1],
            kind="tag",
            render=lambda p: certificate_tag(p.certificate_to, _today()),
        ),
    ],
    filters=[
        Text("q", "查找", ("name", "username"), hint="姓名、登录名"),
        Unit(lambda request: unit_choices(request.user)),
        Choice(
            "certificate",
            "执法证",
            (("soon", f"{WARN_DAYS}天内到期"), ("expired", "已过期"), ("none", "没有")),
            lambda rows, state: by_certificate(rows, state, _today(), WARN_DAYS),
        ),
    ],
    order=("unit__code", "username"),
    empty="没有人员。",
)
# As many as one looks over before coffee; the rest is one click away.
ON_THE_WORKBENCH = replace(WORK, per_page=12)
PROPOSED = List(
    name="我发起的审批",
    noun="项",
    columns=[
        Column(
            "事项",
            "proceeding.matter.title",
            kind="wide",
            link=lambda row: link_of(row.proceeding.matter, row),
        ),
        Column("步骤", _step),
        Column("提请日期", "proposed_on", kind="day"),
        Column("状态", "get_state_display", kind="tag"),
        Column("意见", _said, kind="name"),
    ],
    filters=[
        Choice("state", "状态", ProposalState.choices, lambda rows, state: rows.filter(state=state)),
        DateRange("on", "提请日期", "proposed_on"),
    ],
    empty="您还没有提请过审批。",
)
DONE = List(
    name="已办步骤",
    noun="项",
    columns=[
        Column(
            "事项", "proceeding.matter.title", kind="wide", link=lambda row: link_of(row.proceeding.matter)
        ),
        Column("步骤", _step),
        Column("日期", "on", kind="day"),
        Column("登记时刻", "at", kind="moment"),
    ],
    filters=[DateRange("on", "日期", "on")],
    empty="您还没有办理过步骤。",
)
SIGNED = List(
    name="已签意见",
    noun="条",
    columns=[
        Column(
            "事项",
            "proposal.proceeding.matter.title",
            kind="wide",
            link=lambda row: link_of(row.proposal.proceeding.matter, row.proposal),
        ),
        Column("步骤", lambda row: _step(row.proposal)),
        Column("日期", "on", kind="day"),
        Column("结论", lambda row: "同意" if row.agrees else "退回", kind="tag"),
        Column("意见", "text", kind="name"),
        Column("代行", lambda row: row.for_person.name if row.for_person_id else "", kind="code"),
    ],
    filters=[DateRange("on", "日期", "on")],
    empty="您还没有签署过意见。",
)
