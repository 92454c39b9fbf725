"""The lists of this package: received lists, applications, groups."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from zhiheng.matters.selectors import state_title, state_titles
from zhiheng.numbers.writing import chinese
from zhiheng.ui.forms import plain
from zhiheng.ui.lists import Choice, Column, DateRange, List, Text, To, Unit

from .declared import acts
from .family import SCREENING
from .models import APPLICATION_INDEX, Answer, Application, GroupMember, ReceivedList, Stage

LISTS = List(
    name="非正常专利申请名单",
    noun="份",
    columns=[
        Column("名单", "title", kind="wide", link=To("screening")),
        Column("登记号", "lead_no", kind="code"),
        Column("批次", "batch_no", kind="code"),
        Column("来函文号", "letter_no", kind="code"),
        Column("收到", "received_on", kind="day", sort="received_on"),
        Column("报送期限", "feedback_due", kind="day", sort="feedback_due"),
        Column("件数", "rows", kind="number", sort="rows"),
        Column("状态", state_title, kind="tag", reads="state kind matter__proceeding__procedure"),
    ],
    filters=[
        Text("q", "查找", SCREENING.finds, hint="名称、登记号、文号、批次"),
        Choice("state", "状态", lambda request: state_titles(SCREENING).items(), "state"),
        DateRange("received", "收到", "received_on"),
    ],
    order="-id",
    empty="还没有登记过名单。收到国家知识产权局的来函后，请“登记名单”，再导入名单文件。",
)


def visible_units(request):
    return request.user.unit_words


def list_choices(request):
    """The latest lists whose applications the person may see."""
    rows = ReceivedList.objects.order_by("-id")
    if not request.user.sees_every_unit:
        own = Application.objects.filter(unit_id__in=request.user.unit_ids)
        rows = rows.filter(pk__in=own.order_by().values("received"))
    return [(str(pk), title) for pk, title in rows.values_list("pk", "title")[:100]]


def _results(request):
    return acts()["result"].asked("result").choices.items()


def _in_a_group(rows, value):
    return rows.filter(groups__gt=0) if value == "yes" else rows.filter(groups=0)


def _verified(rows, value):
    return rows.exclude(answer="") if value == "yes" else rows.filter(answer="")


def _recovered(rows, value):
    return rows.filter(recovered_fen__gt=0)


def _accepted(rows, value):
    return rows.filter(accepted=value == "yes")


APPLICATIONS = List(
    name="非正常专利申请",
    noun="件",
    columns=[
        Column("申请号", "number", kind="code", link=To("application")),
        Column("发明名称", "title", kind="wide"),
        Column("申请人", "applicant", kind="name", sort="applicant"),
        Column("单位", "unit.short_name", kind="code"),
        Column("代理机构", "agency", kind="name", sort="agency"),
        Column("申请日", "filed_on", kind="day", sort="filed_on"),
        Column("答复期限", "reply_by", kind="day", sort="reply_by"),
        Column("阶段", "get_stage_display", kind="tag"),
        Column("核查结果", "get_answer_display", kind="tag"),
        Column("线索组", "groups", kind="number"),
    ],
    filters=[
        Text("q", "查找", APPLICATION_INDEX, hint="申请号、名称、申请人、代理机构、地址"),
        Choice("list", "名单", list_choices, "received_id"),
        Unit(visible_units),
        Choice("stage", "阶段", lambda request: Stage.choices, "stage"),
        Choice("answer", "核查结果", lambda request: Answer.choices, "answer"),
        Choice("verified", "核查", [("yes", "已核查"), ("no", "未核查")], _verified),
        Choice("accepted", "说明", [("yes", "可以采信"), ("no", "不足以消除疑点")], _accepted),
        Choice("result", "国家局结果", _results, "result"),
        Choice("recovered", "资助", [("yes", "有追回")], _recovered),
        Choice("grouped", "线索组", [("yes", "在线索组中"), ("no", "不在线索组中")], _in_a_group),
        Text("agency", "代理机构", ("agency",), starts=True),
        Text("section", "IPC 小类", ("section",), starts=True),
        DateRange("listed", "收到", "listed_on"),
    ],
    order="id",
    empty="没有符合条件的申请。名单导入并分派后，分到本单位的申请列在这里；有筛选条件的，请先清除。",
)


def _kinds(rows, value):
    return rows.filter(kind_count__gte=int(value))


class Members(Text):
    """Words found in the columns of a group, or in what a member says of itself; a group is found once, however many members say so."""

    def apply(self, rows, data):
        for word in plain(data.get(self.name) or "").split():
            said = Q(application__number__icontains=word) | Q(application__applicant__icontains=word)
            found = Q(pk__in=GroupMember.objects.filter(said).values("group"))
            for path in self.paths:
                found |= Q(**{f"{path}__icontains": word})
            rows = rows.filter(found)
        return rows


def _cited(items: Iterable[int]) -> str:
    """Items of article 3 as one cites them: 第三条第（一）、（六）项; "" for none."""
    named = "、".join(f"（{chinese(item)}）" for item in items)
    return f"第三条第{named}项" if named else ""


GROUPS = List(
    name="线索组",
    noun="组",
    columns=[
        Column("组", "number", kind="number", link=To("group"), sort="number"),
        Column("主要申请人", "lead", kind="wide", link=To("group")),
        Column("主要代理机构", "agency", kind="name"),
        Column("件数", "size", kind="number", sort="size"),
        Column("独立的证据种类", lambda group: "、".join(group.kinds), reads="kinds"),
        Column(
            "参考条款",
            lambda group: _cited(group.grounds),
            kind="tag",
            reads="grounds",
        ),
        Column("线索点数", "score", kind="number", sort="score"),
    ],
    filters=[
        Members("q", "查找", ("lead", "agency"), hint="申请人、代理机构、申请号"),
        Choice("kinds", "证据种类", [("2", "两种以上"), ("3", "三种以上"), ("4", "四种以上")], _kinds),
    ],
    order=("-kind_count", "-score", "number"),
    empty="没有符合条件的线索组。",
)

# The applications behind a figure.
COUNTED = (
    Column("申请号", "number", kind="code", link=To("application")),
    Column("发明名称", "title", kind="wide"),
    Column("申请人", "applicant", kind="name"),
    Column("单位", "unit.short_name", kind="code", sort="unit__code"),
    Column("代理机构", "agency", kind="name"),
    Column("收到日期", "listed_on", kind="day", sort="listed_on"),
    Column("核查结果", "get_answer_display", kind="tag", sort="answer"),
)
COUNTED_LISTS = (
    Column("名单", "title", kind="wide", link=To("screening")),
    Column("登记号", "lead_no", kind="code"),
    Column("来函文号", "letter_no", kind="code"),
    Column("收到日期", "received_on", kind="day", sort="received_on"),
    Column("件数", "rows", kind="number", sort="rows"),
)
COUNTED_ACTS = (
    Column("申请号", "application.number", kind="code", link=To("application", "application_id")),
    Column("申请人", "application.applicant", kind="name"),
    Column("单位", "application.unit.short_name", kind="code"),
    Column("日期", "on", kind="day", sort="on"),
    Column("追回（元）", "amount_fen", kind="yuan", sort="amount_fen"),
)
