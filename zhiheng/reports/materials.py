"""What a report is written from beside its figures, as kinds of records: highlights, what districts contribute, numbers entered by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from zhiheng.accounts.rights import Right
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import Act, Begin, Door, Register, State, of_label, register

from .annual import WordingError, read_words
from .models import Contribution, Highlight, ManualFigure, Release

_WARNED = timedelta(days=7)
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,4})?")


def _unreadable(text: str, field: str) -> Iterator[Reason]:
    """Words that no draft could take: a place that nobody knows."""
    paragraphs = "\n".join(line.lstrip("# ") for line in text.splitlines() if line.strip("# \t"))
    try:
        read_words(f"开头\n# 一\n## 二\n{paragraphs}")
    except WordingError as error:
        yield Reason(re.sub(r"第 \d+ 行", "这段话", str(error), count=1), field=field)


def _in_which_draft(actor, record) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The draft a record was taken into, where the reader may see it."""
    if record.taken_into:
        found = Release.objects.visible_to(actor).filter(pk=record.taken_into).first()
        if found is not None:
            yield "送审稿", [(found.title, reverse("report-release", args=[found.pk]))]


def _highlight_leads(actor, highlight: Highlight):
    origin = of_label(highlight.origin_kind) if highlight.origin_kind else None
    if origin is not None and highlight.origin_no is not None:
        yield "来源记录", [(highlight.origin, origin.url("record", highlight.origin_no))]
    yield from _in_which_draft(actor, highlight)


def _own_page(record) -> str:
    return of_label(record._meta.label_lower).url("record", record.pk)


def _contribution_faults(contribution: Contribution, on: date) -> Iterator[Reason]:
    if contribution.unit.parent_id is None:
        yield Reason(f"{contribution.unit.short_name}起草报告，不向自己约稿", field="unit")
    yield from _unreadable(contribution.said, "said")


def _manual_faults(manual: ManualFigure, on: date) -> Iterator[Reason]:
    if not _NUMBER.fullmatch(manual.value):
        yield Reason("“数目”只写数字", way_out="如 12 或 3.5；单位写在“计量单位”里", field="value")
    if manual.last > on:
        yield Reason(f"期末{manual.last}还没有到，数字还会变动", field="last")


_TAKEN = State("taken", "已写入", Q(taken_into__isnull=False), "green")
_TAKE = {"title": "写入文稿", "asks": "taken_into taken_on", "by_hand": False}

register(
    Register(
        code="highlights",
        model=Highlight,
        noun="条",
        icon="flag",
        right=Right.KEEP_HIGHLIGHTS,
        day="happened_on",
        shows="title part unit happened_on origin state",
        finds="title text origin",
        states=(
            _TAKEN,
            State("dropped", "不采用", Q(dropped_on__isnull=False)),
            State("open", "待选用", Q(), "blue"),
        ),
        acts=(
            Begin(
                "enter",
                "登记亮点",
                "title happened_on part text origin",
                intro="年中随时登记，起草报告时选用。写了数字的，请附上依据，否则报告不能送审。",
            ),
            Begin(
                "propose",
                "从记录提出",
                "title happened_on part text origin origin_kind origin_no",
                by_hand=False,
            ),
            Act("take", states="open", right=Right.PUBLISH_REPORT, **_TAKE),
            Act(
                "drop",
                "不采用",
                "dropped_why",
                states="open",
                sets=lambda highlight, on: {"dropped_on": on},
            ),
        ),
        check=lambda highlight, on: _unreadable(highlight.text, "text"),
        past="happened_on",
        attachments="依据 照片 其他",
        leads=_highlight_leads,
        doors=(
            Door("从记录提出", "report-highlights", icon="search", of="list", right=Right.KEEP_HIGHLIGHTS),
        ),
        empty="还没有登记亮点。可以随时登记，也可以从典型案例、专项行动、普法活动等记录里提出。",
    ),
    Register(
        code="contributions",
        model=Contribution,
        noun="份",
        icon="send",
        right=Right.HAND_DOWN,
        day="asked_on",
        shows="title year span part unit asked_on due_on sent_on state",
        finds="title asked said",
        states=(
            _TAKEN,
            State("sent", "待选用", Q(sent_on__isnull=False), "blue"),
            State("late", "逾期未供", lambda on: Q(due_on__lt=on), "red"),
            State("back", "退回重写", Q(back_on__isnull=False), "amber"),
            State("near", "临近期限", lambda on: Q(due_on__lte=on + _WARNED), "amber"),
            State("open", "待供稿", Q(), "blue"),
        ),
        acts=(
            Begin(
                "ask",
                "约稿",
                "title unit year span? part asked? asked_on due_on",
                intro="请一个区县为报告的一部分供稿；向多个区县约稿，请从列表上办理。",
            ),
            Act(
                "send",
                "供稿",
                "said",
                states="open near late back",
                right=Right.RETURN_SHARE,
                sets=lambda contribution, on: {"sent_on": on},
                intro="每行一段。系统有的数字写成 {指标编号}；自己写的数字，请先附上依据。",
            ),
            Act(
                "back",
                "退回重写",
                "back_why due_on",
                states="sent",
                sets=lambda contribution, on: {"back_on": on, "sent_on": None},
            ),
            Act("take", states="sent", **_TAKE),
        ),
        check=_contribution_faults,
        attachments="依据 供稿原件 其他",
        leads=_in_which_draft,
        doors=(Door("向多个区县约稿", "report-ask", icon="send", of="list", right=Right.HAND_DOWN),),
        empty="还没有约稿。",
    ),
    Register(
        code="manual-figures",
        model=ManualFigure,
        noun="个",
        icon="pencil",
        right=Right.ENTER_RETURN,
        day="last",
        shows="title unit value measure first last stated_by paper",
        finds="title stated_by paper",
        acts=(
            Begin(
                "enter",
                "登记人工数字",
                "title first last value measure stated_by paper note?",
                intro="系统没有逐件记录、也不是报送指标的数字。附上依据以后，在文稿里写成 {m.编号}。",
            ),
        ),
        check=_manual_faults,
        attachments="依据 其他",
        leads=lambda actor, manual: [
            ("在文稿里写成", [(f"{{{manual.place}}}{manual.measure}", _own_page(manual))])
        ],
        empty="还没有人工数字。",
    ),
)
