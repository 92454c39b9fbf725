"""The list of texts being made, declared once: the page and the export are the same columns."""

from __future__ import annotations

from django.urls import reverse

from zhiheng.accounts.selectors import unit_choices
from zhiheng.matters.selectors import state_title, state_titles
from zhiheng.ui.lists import Choice, Column, DateRange, List, Text, To, Unit

from .family import TEXT, number_of
from .models import Answer, Moderation

PROJECTS = List(
    name="立法与文件",
    noun="件",
    columns=[
        Column("文件名称", "title", kind="wide", link=To("text")),
        Column("单位", "unit.short_name", kind="code"),
        Column("种类", "get_kind_display", kind="tag"),
        Column("状态", state_title, kind="tag", reads="state kind matter__proceeding__procedure"),
        Column("编号", number_of, kind="code", reads="number draft_no"),
        Column("登记日期", "begun_on", kind="day"),
        Column("征求意见截止", "comment_until", kind="day"),
        Column("公布日期", "published_on", kind="day"),
    ],
    filters=[
        Text("q", "查找", TEXT.finds, hint="名称、文号、登记号"),
        Unit(lambda request: unit_choices(request.user)),
        Choice("kind", "种类", lambda request: [(kind.code, kind.title) for kind in TEXT.kinds], "kind"),
        Choice("state", "状态", lambda request: state_titles(TEXT).items(), "state"),
        DateRange("begun", "登记", "begun_on"),
    ],
    order="-id",
    empty="还没有正在起草的文件。可以“制定规范性文件”，或者申报立法项目。",
)


def _group_link(group) -> str:
    return reverse("draft-comment-group", args=[group.project_id, group.pk])


GROUPS = List(
    name="意见分组",
    noun="组",
    columns=[
        Column("意见要点", "gist", kind="wide", link=_group_link),
        Column("条文", lambda group: group.provision or "全文", reads="provision", kind="code"),
        Column("件数", "many", kind="number"),
        Column("待审看", "waiting", kind="number"),
        Column("采纳情况", "get_answer_display", kind="tag"),
        Column("答复日期", "answered_on", kind="day"),
    ],
    filters=[
        Text("q", "查找", ("gist", "provision"), hint="意见、条文"),
        Choice("answer", "采纳情况", Answer.choices, "answer"),
        Choice(
            "open",
            "答复",
            (("open", "未答复"), ("done", "已答复")),
            lambda rows, which: rows.filter(answer="") if which == "open" else rows.exclude(answer=""),
        ),
    ],
    order=("answer", "id"),
    empty="还没有收到意见。公开征求意见后，公众的意见列在这里；被征求意见单位的意见由承办人登记。",
)

COMMENTS = List(
    name="意见",
    noun="条",
    columns=[
        Column(
            "意见",
            "words",
            kind="wide",
            link=lambda one: reverse("draft-comment-group", args=[one.project_id, one.group_id]),
        ),
        Column("条文", lambda one: one.provision or "全文", reads="provision", kind="code"),
        Column("姓名或者单位", "name", kind="name"),
        Column("联系方式", "contact", kind="name"),
        Column("公开情况", "get_state_display", kind="tag"),
        Column("采纳情况", "group.get_answer_display", kind="tag"),
        Column("日期", "on", kind="day"),
    ],
    filters=[
        Text("q", "查找", ("words", "provision", "name"), hint="意见、条文、姓名"),
        Choice("state", "公开情况", Moderation.choices, "state"),
        Choice("answer", "采纳情况", Answer.choices, "group__answer"),
        Choice(
            "by",
            "来源",
            (("unit", "被征求意见单位"), ("public", "公众"), ("review", "审核人员")),
            lambda rows, by: rows.filter(by_unit=by != "public", by_reviewer=by == "review"),
        ),
        DateRange("on", "收到", "on"),
    ],
    order="-id",
    empty="还没有收到意见。",
)
