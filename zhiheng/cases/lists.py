"""The lists of cases, declared once: the page and the export are the same columns."""

from __future__ import annotations

from zhiheng.accounts.words import choices_of
from zhiheng.law import current_book
from zhiheng.matters.selectors import state_title, state_titles
from zhiheng.ui.lists import Choice, Column, DateRange, List, Text, To, Unit

from .family import CASE, number_of
from .models import USUAL_KIND
from .overview import undecided
from .selectors import imports_for


def visible_units(request):
    """Units a person may filter by: code and short name."""
    return request.user.unit_words


def ledger_choices(request):
    """The latest ledger imports a person may see, and the one asked for: id and name."""
    asked = request.GET.get("ledger", "")
    told = imports_for(request.user).select_related(None).values_list("pk", "on", "file_name")
    found = [*told[:50], *(told.filter(pk=asked) if asked.isdecimal() and len(asked) < 18 else ())]
    return {str(pk): f"{on:%Y-%m-%d} {name}" for pk, on, name in found}.items()


def of_kind(rows, code: str):
    """Cases of a kind. Its causes are its own, and by them an index finds the few of a rare kind."""
    rows = rows.filter(kind=code)
    return rows if code == USUAL_KIND else rows.filter(cause__in=current_book().kinds[code].causes)


CASES = List(
    name="案件清单",
    noun="件",
    columns=[
        Column("案件名称", "title", kind="wide", link=To("case")),
        Column("单位", "unit.short_name", kind="code"),
        Column("案由", "get_cause_display", kind="tag"),
        Column("当事人", "party_name", kind="name"),
        Column("状态", state_title, kind="tag", reads="state kind matter__proceeding__procedure"),
        Column("立案日期", "filed_on", kind="day", sort="filed_on"),
        Column("决定日期", "decided_on", kind="day", sort="decided_on"),
        Column("文号", number_of, kind="code", reads="doc_no_printed doc_no case_no lead_no"),
        Column("案值（元）", "case_value_fen", kind="yuan", sort="case_value_fen"),
        Column("罚没金额（元）", "forfeit_fen", kind="yuan", sort="forfeit_fen"),
    ],
    filters=[
        Text("q", "查找", CASE.finds, hint="名称、当事人、文号、代码、电话"),
        Unit(visible_units),
        Choice("kind", "种类", lambda request: [(kind.code, kind.title) for kind in CASE.kinds], of_kind),
        Choice("cause", "案由", lambda request: choices_of("causes"), "cause"),
        Choice("state", "状态", lambda request: state_titles(CASE).items(), "state"),
        Choice("outcome", "处理结果", lambda request: choices_of("outcomes"), "outcome"),
        Choice("source", "来源", lambda request: choices_of("sources"), "source"),
        DateRange("filed", "立案", "filed_on"),
        DateRange("decided", "决定", "decided_on"),
        Choice("undecided", "在办", [("1", "已立案未决定")], lambda rows, _: undecided(rows)),
        Choice("ledger", "台账", ledger_choices, "ledger_id"),
    ],
    order="-id",
    empty="没有符合条件的案件。可以“登记案源”，或从“台账导入”读入已有台账；有筛选条件的，请先清除。",
)

IMPORTS = List(
    name="台账导入",
    noun="次",
    columns=[
        Column("时间", "at", kind="moment", link=To("ledger_import")),
        Column("文件", "file_name"),
        Column("单位", "unit.short_name", kind="code"),
        Column("导入人", "made_by.name", kind="code"),
        Column("行数", "rows", kind="number"),
        Column("新增", "imported", kind="number"),
        Column("更新", "changed", kind="number"),
        Column("未变", "unchanged", kind="number"),
        Column("退回", "rejected", kind="number"),
    ],
    order="-id",
    empty="还没有导入过台账。",
)

# The decisions behind a figure.
COUNTED = (
    Column("案件名称", "case.title", kind="wide", link=To("case", "case_id")),
    Column(
        "文号",
        lambda made: made.number_printed or made.number or made.case.case_no,
        kind="code",
        reads="number_printed number case__case_no",
    ),
    Column("单位", "unit.short_name", kind="code", sort="unit__code"),
    Column("当事人", "case.party_name"),
    Column("案由", "get_cause_display", kind="tag", sort="cause"),
    Column("决定日期", "decided_on", kind="day", sort="decided_on"),
    Column("案值（元）", "case_value_fen", kind="yuan", sort="case_value_fen"),
    Column("罚没金额（元）", "forfeit_fen", kind="yuan", sort="forfeit_fen"),
)

# The cases behind a figure that counts by another day than that of decision.
COUNTED_CASES = (
    Column("案件名称", "title", kind="wide", link=To("case")),
    Column("编号", number_of, kind="code", reads="doc_no_printed doc_no case_no lead_no"),
    Column("单位", "unit.short_name", kind="code", sort="unit__code"),
    Column("当事人", "party_name"),
    Column("案由", "get_cause_display", kind="tag", sort="cause"),
    Column("立案日期", "filed_on", kind="day", sort="filed_on"),
    Column("决定日期", "decided_on", kind="day", sort="decided_on"),
    Column("罚没金额（元）", "forfeit_fen", kind="yuan", sort="forfeit_fen"),
)
