"""The queue of reviews: what waits for an opinion, whatever kind of matter it belongs to."""

from __future__ import annotations

from django.urls import reverse

from zhiheng.accounts.rights import role_title
from zhiheng.accounts.selectors import unit_choices
from zhiheng.ui.lists import Choice, Column, DateRange, List, Text, To, Unit

from .selectors import REVIEW_ROLES

WAITING = List(
    name="待审查",
    noun="件",
    columns=[
        Column(
            "事项",
            "proceeding.matter.title",
            kind="wide",
            link=lambda turn: reverse("matter", args=[turn.proceeding.matter_id]),
        ),
        Column("单位", "unit.short_name", kind="code"),
        Column("等待", "title", kind="tag"),
        Column("审查人", lambda turn: role_title(turn.role), reads="role"),
        Column("送审日期", "since", kind="day"),
        Column("届满日", "due_on", kind="day"),
    ],
    filters=[
        Choice("role", "审查人", lambda request: [(role, role_title(role)) for role in REVIEW_ROLES], "role"),
        Unit(lambda request: unit_choices(request.user)),
        DateRange("since", "送审", "since"),
    ],
    order="since",
    empty="没有等待审查的事项。送审的文件和案件会列在这里，先送先审。",
)

SENT = List(
    name="送给我的法律事务",
    noun="件",
    columns=[
        Column("事项", "subject", kind="wide", link=To("counsel-request")),
        Column("提出日期", "asked_on", kind="day"),
        Column("答复期限", "answer_by", kind="day"),
        Column("利益冲突", "get_conflict_display", kind="tag"),
        Column("答复日期", "answered_on", kind="day"),
        Column("采纳情况", "get_used_display", kind="tag"),
    ],
    filters=[Text("q", "查找", ("subject",), hint="事项")],
    order="-asked_on",
    empty="现在没有送给您的事项。",
    export=False,
)
