"""Figures over comments on drafts. Those over documents, the plan and reviews are declared with their registers."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from zhiheng.figures.measures import Ratio
from zhiheng.figures.registry import Figure, Records, register
from zhiheng.ui.lists import Column

from .models import Answer, Comment, Moderation

COMMENTS = Records(
    name="意见",
    noun="条",
    rows=Comment.objects.all,
    day="on",
    columns=lambda: (
        Column("意见", "words", kind="wide"),
        Column("草案", "project.title", kind="name"),
        Column("条文", "provision", kind="code"),
        Column("采纳情况", "group.get_answer_display", kind="tag"),
        Column("日期", "on", kind="day", sort="on"),
    ),
    find=("words", "project__title", "provision"),
    related=("project", "group"),
    link=lambda one: reverse("draft-comment-group", args=[one.project_id, one.group_id]),
)

_COUNTED = ~Q(state=Moderation.HIDDEN) & Q(by_reviewer=False)
RECEIVED = Figure(
    "leg.comments",
    "收到的意见",
    "条",
    "公众和被征求意见单位就草案提出的意见，按收到日期计入；不公开的、审核人员的不计",
    of=COMMENTS,
    only=_COUNTED,
    silent=True,
)
ADOPTED = Figure(
    "leg.comments.adopted",
    "采纳的意见",
    "条",
    "收到的意见中采纳和部分采纳的，按收到日期计入",
    of=COMMENTS,
    only=_COUNTED & Q(group__answer__in=(Answer.FULL, Answer.PART)),
    silent=True,
)
SHARE = Figure(
    "leg.comments.share",
    "意见采纳率",
    "%",
    "采纳和部分采纳的意见除以收到的意见",
    measure=Ratio(ADOPTED, RECEIVED),
    silent=True,
)
register(RECEIVED, ADOPTED, SHARE)
