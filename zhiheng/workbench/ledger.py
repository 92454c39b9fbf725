"""How entries of the ledger are listed and read: kinds of subjects, names of what changed, links to the records."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from zhiheng.accounts.models import Person
from zhiheng.accounts.scoping import MatterScopedQuerySet, runs_the_system
from zhiheng.accounts.selectors import units_visible_to
from zhiheng.audit import selectors as audit
from zhiheng.audit.selectors import SEARCH
from zhiheng.law import current_book
from zhiheng.matters.family import families
from zhiheng.registers import selectors as records
from zhiheng.registers.declaration import of_label
from zhiheng.screening import words as screening
from zhiheng.search.models import Entry as Searched
from zhiheng.ui.lists import Choice, Column, DateRange, List, Text, To, Unit
from zhiheng.ui.templatetags.zh import yuan

# Pages of the records an entry may be about. Whoever may not see the record meets its own 404.
_PAGES = {
    "accounts.person": "person",
    "cases.ledgerimport": "ledger_import",
    "screening.application": "application",
}

# Words for keys of `data` that are neither a field of the record nor one of the law book.
_KEYS = {
    "address": "网络地址",
    "digest": "摘要",
    "sha256": "摘要（SHA-256）",
    "file": "文件",
    "id": "编号",
    "role": "角色",
    "since": "起",
    "state": "状态",
    "step": "步骤",
    "through": "经由",
    "alone": "没有第二人可以核实",
    "asked_by": "提请人",
    "confirmation": "核实编号",
    "rests": "待核实",
    "unit": "单位",
    "until": "止",
    "username": "登录名",
    "valid_from": "有效期起",
    "valid_to": "有效期止",
    "number": "号码",
    "form": "文书",
    "on": "日期",
    "about": "承前所指",
    "list_file": "名单文件编号",
    "results_file": "结果文件编号",
    "drawing_file": "附图文件编号",
    "table": "指纹表摘要",
    "pictures": "附图幅数",
    "applications": "申请件数",
    "strange": "名单中没有的申请号",
    "left_out": "没有用的文件",
    "paper": "文书",
    "result_on": "结果日期",
    "overwrites": "以文件为准",
    "taken": "导入",
    "repeated": "重复",
    "split": "分派件数",
    "screening": "筛查编号",
    "repeats": "重做的筛查",
    "input": "名单内容摘要",
    "settings": "参数摘要",
    "result": "结果文件摘要",
    "findings": "结果摘要",
    "feedback": "反馈文件摘要",
    "after": "之后",
    "agrees": "是否同意",
    "attested": "确认",
    "because": "理由",
    "before": "之前",
    "changed": "更新",
    "content": "内容摘要",
    "data": "填写内容",
    "dues": "届满日",
    "effective": "施行日期",
    "failures": "失败次数",
    "figures": "指标数值",
    "from": "原为",
    "import": "导入编号",
    "imported": "新增",
    "indicator": "指标",
    "kind": "种类",
    "moved": "改用的事项",
    "name": "姓名",
    "phone": "电话",
    "roles": "角色",
    "certificates": "执法证",
    "is_active": "在用",
    "law_qualified": "法律职业资格",
    "outside": "外部人员",
    "matter": "事项编号",
    "record": "记录编号",
    "folder": "案卷编号",
    "note": "说明",
    "numbers": "取得的编号",
    "lead_no": "案源登记号",
    "case_no": "案号",
    "password": "密码摘要",
    "people": "人员",
    "procedure": "程序",
    "proposal": "提请编号",
    "reason": "理由",
    "ref": "所对应的措施",
    "rejected": "退回",
    "rejects": "退回表",
    "rows": "行数",
    "run": "程序编号",
    "seal": "封存摘要",
    "seq": "序号",
    "size": "字节数",
    "text": "意见",
    "to": "改为",
    "told": "次数",
    "transition": "过渡方式",
    "unchanged": "未变",
    "units": "单位",
    "values": "改动",
    "version": "版本",
    "words": "说法",
    "year": "年度",
    "stated": "各单位的内容",
    "code": "代码",
    "short_name": "简称",
    "parent": "上级",
    "path": "层级",
    "number_prefix": "文号代字",
    "review_organ": "行政复议机关",
    "court": "管辖法院",
    "bank": "罚没款代收银行",
    "pay_code": "缴款识别码前缀",
    "created": "新增",
    "held": "出自的文本",
}


def _kinds(request=None) -> list[tuple[str, str]]:
    return sorted(
        (model._meta.label_lower, str(model._meta.verbose_name))
        for model in apps.get_models()
        if model.__module__.startswith("zhiheng.")
        and model._meta.app_label != "audit"
        and not issubclass(model, Searched)
    )


def kind_words(entry) -> str:
    try:
        return str(apps.get_model(entry.subject_kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return entry.subject_kind


def subject_link(entry) -> str:
    """Address of the record, "" when there is no page for its kind."""
    return address_of(entry.subject_kind, entry.subject_id)


def address_of(kind: str, pk: str) -> str:
    """The page of a row of the table with this label, "" when there is none."""
    if url := records.address_of(kind, pk):
        return url
    name = _PAGES.get(kind) or next((f.code for f in families() if f.model._meta.label_lower == kind), None)
    try:
        return reverse(name, args=[pk]) if name and pk != "0" else ""
    except NoReverseMatch:
        return ""


def _title(entry, key: str) -> str:
    try:
        title = str(apps.get_model(entry.subject_kind)._meta.get_field(key).verbose_name)
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        title = key
    return _name(key) if title.isascii() else title


def _name(key: str) -> str:
    """A key within an answer: a field of the law book, or a word of the ledger."""
    fields = current_book().fields
    return fields[key].title if key in fields else _KEYS.get(key, key)


def _answer(key: str, value: Any) -> str:
    """An answer of a step in the words of its field: a choice by its title, an amount in 元."""
    field = current_book().fields.get(key)
    if field and field.choices:
        chosen = value if isinstance(value, list) else [value]
        return "、".join(str(field.choices.get(one, one)) for one in chosen)
    if field and field.columns and isinstance(value, list):
        titles = {column.code: column.title for column in field.columns}
        rows = [row if isinstance(row, dict) else {"": row} for row in value]
        return "、".join(
            "；".join(f"{titles.get(code, '')}：{_words(cell)}" for code, cell in row.items()) for row in rows
        )
    if field and field.type == "money" and isinstance(value, int):
        return f"{yuan(value)} 元"
    return _words(value)


def _words(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict) and value.keys() == {"from", "to"}:
        return f"{_words(value['from'])} → {_words(value['to'])}"
    if isinstance(value, dict):
        return "；".join(f"{_name(key)}：{_answer(key, one)}" for key, one in value.items())
    if isinstance(value, list):
        return "、".join(_words(one) for one in value)
    return str(value)


def contents(entry) -> list[tuple[str, str]]:
    """What was written down, as (name, words); a change is kept as {"from", "to"}."""
    if of_label(entry.subject_kind):
        return records.contents(entry, whole=True)
    if "act" in entry.data and "answers" in entry.data:
        return screening.entered(entry.data)
    return [(_title(entry, key), _words(value)) for key, value in entry.data.items()]


def entries_for(actor: Person) -> QuerySet:
    """Entries of the actor's unit and those below. Who runs the system sees what was done to accounts, the law and the system, and
    nothing of matters: their entries hold what was typed, and the names of files that were fetched."""
    found = audit.entries_visible_to(actor)
    if not runs_the_system(actor):
        return found
    labels = [
        model._meta.label_lower
        for model in apps.get_models()
        if model._meta.app_label in _OF_MATTERS
        or isinstance(model._default_manager.all(), MatterScopedQuerySet)
    ]
    return found.exclude(subject_kind__in=labels).exclude(action="下载文件")


def entry_for(actor: Person, seq: int):
    """One entry by its number; None when there is none or it is not the actor's to see."""
    return entries_for(actor).filter(seq=seq).first()


_OF_MATTERS = ("proceedings", "cases", "documents", "screening")

ENTRIES = List(
    name="留痕账",
    columns=[
        Column("序号", "seq", kind="number", sort="seq", link=To("audit-entry", "seq")),
        Column("时刻", "at", kind="moment"),
        Column("业务日期", "on", kind="day"),
        Column("人员", "actor_name", kind="code"),
        Column("单位", "unit_name", kind="code"),
        Column("事项", "action", kind="code"),
        Column("对象类别", kind_words, kind="code"),
        Column("对象", "subject_name", kind="wide", link=subject_link),
    ],
    filters=[
        Text("q", "查找", SEARCH, hint="人员、事项、对象"),
        Unit(lambda request: units_visible_to(request.user).values_list("id", "short_name"), by="unit_id"),
        Choice("kind", "对象类别", _kinds, "subject_kind"),
        DateRange("at", "时刻", "at", is_moment=True),
    ],
    order="-seq",
    empty="还没有留痕。登录、办案、导入、发布等每一步都会自动记在这里。",
)
