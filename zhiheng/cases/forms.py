"""The page of a step, put together from the law book: what it asks, what the case already knows, what the officer attests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import certificates_on, people_with_role
from zhiheng.documents.models import EvidenceKind
from zhiheng.documents.selectors import evidence_in
from zhiheng.documents.services import UPLOAD_ENDINGS
from zhiheng.law import Step, cite, current_book
from zhiheng.proceedings.engine import Standing
from zhiheng.ui import forms as ui

from .checks import COLUMNS, longest, owed, surcharge_so_far
from .facts import ATTESTED, attested_guards
from .models import Case, Cause, Source
from .papers import still_to_ask

# Dates that are usually the day the step is entered.
_TODAY = frozenset(
    {"received_on", "served_on", "paid_on", "performed_on", "discussed_on", "published_on", "corrected_on"}
)
# A list is typed, or pasted from a sheet, one line an item; the columns stand in this order.
LIST_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "items": (
        ("name", "名称"),
        ("model", "规格型号"),
        ("quantity", "数量"),
        ("unit", "单位"),
        ("place", "存放地点"),
        ("note", "备注"),
    ),
}
_SPLIT = re.compile(r"[｜|\t]")


class TableField(ui.LinesField):
    """Lines of columns parted by ｜ or tabs (a block copied from a spreadsheet works); cleaned to a list of dicts."""

    def __init__(self, *, columns: Sequence[tuple[str, str]], **kwargs) -> None:
        self.columns = columns
        kwargs["help_text"] = "每行一项，各列用“｜”隔开，也可从表格粘贴：" + "｜".join(
            title for _, title in columns
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[dict[str, str]]:
        rows = []
        for number, line in enumerate(super().clean(value), start=1):
            cells = [cell.strip() for cell in _SPLIT.split(line)]
            if len(cells) > len(self.columns):
                raise ValidationError(
                    f"第 {number} 行有 {len(cells)} 列，最多 {len(self.columns)} 列：{line[:40]}。请核对分隔符。"
                )
            if not cells[0]:
                raise ValidationError(f"第 {number} 行缺少“{self.columns[0][1]}”。")
            cells += [""] * (len(self.columns) - len(cells))
            rows.append({code: cell for (code, _), cell in zip(self.columns, cells, strict=True)})
        return rows

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return "\n".join(
                "｜".join(str(row.get(code, "")) for code, _ in self.columns).rstrip("｜") for row in value
            )
        return super().prepare_value(value)


class QuestionsField(ui.LinesField):
    """问：… 答：… in turn; cleaned to a list of {"q", "a"}. An answer may run over several lines."""

    def __init__(self, **kwargs) -> None:
        kwargs["help_text"] = "一问一答，各起一行：问：……　答：……"
        super().__init__(**kwargs)
        self.widget.attrs["rows"] = 8

    def clean(self, value: Any) -> list[dict[str, str]]:
        pairs: list[dict[str, str]] = []
        for number, line in enumerate(super().clean(value), start=1):
            mark, text = line[:2].replace(":", "："), line[2:].strip()
            if mark == "问：":
                pairs.append({"q": text, "a": ""})
            elif mark == "答：" and pairs and not pairs[-1]["a"]:
                pairs[-1]["a"] = text
            elif pairs:
                part = "a" if pairs[-1]["a"] else "q"
                pairs[-1][part] += "\n" + line
            else:
                raise ValidationError(f"第 {number} 行应以“问：”开头：{line[:20]}")
        if silent := next((i for i, p in enumerate(pairs, start=1) if not p["a"]), None):
            raise ValidationError(f"第 {silent} 问没有“答：”。")
        return pairs

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return "\n".join(f"问：{p['q']}\n答：{p['a']}" for p in value)
        return super().prepare_value(value)


def step_form(
    step: Step,
    *,
    actor: Person,
    on: date,
    case: Case | None = None,
    standing: Standing | None = None,
    data=None,
    files=None,
) -> ui.Form:
    """The form of one step. Call `step_data(form)` once it is valid to get what the service takes."""
    book = current_book()
    fields: dict[str, forms.Field] = {}
    for code in (*step.asks, *step.may_ask):
        fields[code] = _field(book.fields[code], code in step.asks, actor, on, case, standing)
        fields[code].part = _ASKED if code in step.asks else _OPTIONAL
    if case is not None and step.issues:
        party, further = still_to_ask(case, step, actor, on)
        for code in party:
            fields[code] = _field(book.fields[code], True, actor, on, case, standing)
            fields[code].part = _ASKED
        for printed in further:
            fields[printed.code] = ui.build_field(
                printed.type if printed.type in ui.KINDS else "text",
                label=printed.title,
                required=printed.required,
                help=printed.help,
                choices=dict(printed.choices),
            )
            fields[printed.code].part = _ASKED if printed.required else _PAPERS
    for name in attested_guards(step):
        guard = book.guards[name]
        box = forms.BooleanField(label=guard.asks, required=True)
        box.error_messages["required"] = f"未确认“{guard.asks}”。{guard.way_out}。"
        box.article, box.wide = cite(guard.article), True
        box.part = _CONFIRMED
        fields[f"{ATTESTED}-{name}"] = box
    return ui.build_form(fields, data, files)


_ASKED, _OPTIONAL, _PAPERS, _CONFIRMED = range(4)
_PART_TITLES = ("", "可选，按案情填写", "文书的其他栏目（可选）", "确认")


@dataclass(frozen=True)
class Part:
    """A stretch of a step's form. Folded parts stay shut until something in them is filled or wrong."""

    title: str
    fields: list[BoundField]
    folded: bool
    open: bool


def parts_of(form: ui.Form) -> list[Part]:
    """The form in the order it is read: what must be answered, what may be, what only the papers print, what is confirmed."""
    parts = []
    for part, title in enumerate(_PART_TITLES):
        fields = [bound for bound in form if getattr(bound.field, "part", _ASKED) == part]
        if fields:
            touched = form.is_bound and any(bound.errors or bound.data for bound in fields)
            parts.append(Part(title, fields, folded=part == _PAPERS, open=touched))
    return parts


def step_data(form: ui.Form) -> dict[str, Any]:
    """The cleaned form as step data: empty values left out, ticks gathered under `attested`."""
    data: dict[str, Any] = {}
    ticked = []
    for name, value in form.cleaned_data.items():
        if name.startswith(f"{ATTESTED}-"):
            ticked.append(name.removeprefix(f"{ATTESTED}-"))
        elif value not in (None, "", []):
            data[name] = value
    if ticked:
        data[ATTESTED] = ticked
    return data


def _field(
    field, required: bool, actor: Person, on: date, case: Case | None, standing: Standing | None
) -> forms.Field:
    initial = _known(field.code, case, standing, on)
    if initial in (None, "") and field.code in _TODAY:
        initial = on
    common = {"label": field.title, "required": required, "help": field.help, "article": cite(field.article)}
    if field.code == "evidence":
        registered = list(evidence_in(case.folder, usable_only=True)) if case and case.folder_id else []
        built = ui.build_field(
            "choices",
            choices=[(e.pk, f"{e.name}（{e.get_kind_display()}；证明：{e.proves}）") for e in registered],
            initial=[e.pk for e in registered],
            **common | {"help": "从案卷已登记的证据中选取；没有的，先在“证据”页登记"},
        )
        by_id = {e.pk: {"name": e.name, "source": e.source, "proves": e.proves} for e in registered}
        built.coerce = lambda pk: by_id[int(pk)]
        return built
    if field.code in LIST_COLUMNS or field.code == "qa":
        kind = QuestionsField if field.code == "qa" else TableField
        extra = {} if field.code == "qa" else {"columns": LIST_COLUMNS[field.code]}
        built = kind(label=field.title, required=required, initial=initial, **extra)
        built.article, built.wide = cite(field.article), True
        return built
    if field.type == "persons":
        unit = case.unit if case else actor.unit
        people = list(people_with_role(unit, Role.HANDLER, on))
        valid = certificates_on(people, on)
        current = [o.person_id for o in case.officers.all() if o.until is None] if case else [actor.pk]
        built = ui.build_field(
            "persons",
            choices=[
                (
                    p.pk,
                    f"{p.name}（证号 {valid[p.pk].number}，有效至 {valid[p.pk].valid_to:%Y-%m-%d}）"
                    if p.pk in valid
                    else f"{p.name}（没有有效的执法证）",
                )
                for p in people
            ],
            initial=current,
            **common,
        )
        built.least = 2
        return built
    if field.code == "cause":
        choices = [c for c in Cause.choices if c[0] != Cause.PATENT_DISPUTE]
        return ui.build_field("choice", choices=choices, initial=initial, **common)
    if field.code == "source":
        return ui.build_field("choice", choices=Source.choices, initial=initial, **common)
    if field.type == "file":
        built = ui.UploadField(
            label=field.title, required=required, help_text=field.help, endings=UPLOAD_ENDINGS
        )
        built.article, built.wide = cite(field.article), True
        return built
    built = ui.build_field(field.type, choices=field.choices, initial=initial, **common)
    if field.type == "text" and (limit := longest(field.code)):
        built = forms.CharField(
            label=field.title, required=required, help_text=field.help, initial=initial, max_length=limit
        )
        built.article = common["article"]
    return built


# Answers of one step that a later one starts from: the findings travel from report to notice to decision.
_CARRIED = frozenset(
    {
        "facts", "law_breached", "law_basis", "discretion", "penalty_kinds", "proposed_penalty", "fine",
        "confiscated_gains", "confiscated_goods", "hearing_right", "defence", "defence_opinion", "suspected_crime",
        "review_kind", "place", "verification_result",
    }
)  # fmt: skip


def _known(code: str, case: Case | None, standing: Standing | None, on: date) -> Any:
    if case is not None and code in {"paid", "unpaid"}:
        return owed(case, standing) or None
    if case is not None and standing is not None and code == "surcharge":
        return surcharge_so_far(case, standing, on)
    if case is not None and code in COLUMNS:
        value = getattr(case, COLUMNS[code])
        if value not in (None, ""):
            return value
    if standing is not None and code in _CARRIED:
        return standing.value(code)
    return None


class EvidenceForm(ui.Form):
    name = forms.CharField(label="证据名称", max_length=120)
    kind = forms.ChoiceField(label="证据种类", choices=[("", "请选择"), *EvidenceKind.choices])
    source = forms.CharField(label="来源", max_length=200, help_text="例：2024年3月5日在当事人经营场所提取")
    proves = forms.CharField(label="证明内容", max_length=400)
    collected_on = ui.DayField(label="收集日期")
    file = ui.UploadField(label="文件", required=False, endings=UPLOAD_ENDINGS)
    kind.article = "行政处罚法第46条"


class ExcludeEvidenceForm(ui.Form):
    reason = forms.CharField(
        label="排除理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例：现场检查只有一名执法人员，取得方式不合法",
    )
    reason.article = "行政处罚法第46条"


class OpinionForm(ui.Form):
    text = forms.CharField(
        label="意见",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="同意可不填；退回须写明理由",
    )


class LedgerForm(ui.Form):
    file = ui.UploadField(
        label="台账文件", endings=(".xlsx", ".xls", ".et", ".csv"), help_text="xlsx、xls 或 csv，不超过 50 MB"
    )
    year = ui.IntegerField(
        label="台账年度",
        required=False,
        minimum=2000,
        maximum=2100,
        help_text="可不填；填写后，年度以外的日期会提示，没写年份的日期按该年度读",
    )
    unit = forms.ChoiceField(
        label="所属单位", required=False, help_text="文件和行里都没有写明单位时，归入这个单位"
    )
    file.wide = True

    def __init__(self, *args, units: Sequence[tuple[str, str]], **kwargs) -> None:
        """`units`: code and short name of those the officer may import for; with only one there is no question."""
        super().__init__(*args, **kwargs)
        if len(units) > 1:
            self.fields["unit"].choices = [("", "由文件写明"), *units]
        else:
            del self.fields["unit"]


def officers_form(case: Case, *, actor: Person, on: date, data=None) -> ui.Form:
    """Who works the case: the first ticked is in charge unless another is chosen."""
    field = _field(current_book().fields["handlers"], True, actor, on, case, None)
    lead = ui.build_field(
        "choice", label="主办", choices=[(str(v), t.split("（")[0]) for v, t in field.choices], required=True
    )
    current = next((o.person_id for o in case.officers.all() if o.until is None and o.lead), None)
    lead.initial = str(current) if current else None
    return ui.build_form({"handlers": field, "lead": lead}, data)
