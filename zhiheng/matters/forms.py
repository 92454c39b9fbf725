"""The page of a step, put together from the law book: what it asks, what the case already knows, what the officer attests."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.http import urlencode

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import people_with_role, with_certificates
from zhiheng.accounts.words import choices_of
from zhiheng.documents.arrivals import PHOTOS
from zhiheng.documents.models import Evidence
from zhiheng.documents.selectors import evidence_in
from zhiheng.documents.services import SCAN_ENDINGS, UPLOAD_ENDINGS
from zhiheng.law import Column, Kind, Procedure, Step, cite, current_book
from zhiheng.law import values as law_values
from zhiheng.ui import forms as ui

from . import goods
from .delivery import key_of, to_serve
from .engine import Standing
from .facts import ATTESTED, Situation, attested_guards, may_be_known
from .family import family_of
from .models import MatterRecord
from .papers import still_to_ask
from .templatetags.law import law_links

# Characters from which on a text takes the whole width of the form.
_LONG = 200
# A list is typed, or pasted from a sheet, one line an item; its columns stand in the book's order.
_SPLIT = re.compile(r"[｜|\t]")


class TableField(ui.LinesField):
    """Lines of columns parted by ｜ or tabs (a block copied from a spreadsheet works); cleaned to a list of dicts."""

    def __init__(self, *, columns: Sequence[Column], on: date | None = None, **kwargs) -> None:
        self.columns = columns
        kwargs["help_text"] = "每行一项，各列用“｜”隔开，也可从表格粘贴：" + "｜".join(
            map(self._heading, columns)
        )
        super().__init__(**kwargs)
        # With script each item is a row of cells; without, lines of text as said above.
        self.widget.attrs["data-rows"] = json.dumps(
            [
                {
                    "title": c.title,
                    "required": c.required,
                    "choices": list(law_values.YES_OR_NO if c.type == "bool" else c.choices.values()),
                    "number": c.type in ("money", "integer"),
                    **ui.picker_of(c.type),
                    **(
                        {"lookup": articles_address(on), "lookupWords": _FROM_THE_BOOK}
                        if c.cites and on
                        else {}
                    ),
                }
                for c in columns
            ],
            ensure_ascii=False,
        )

    @staticmethod
    def _heading(column: Column) -> str:
        """The title of a column, with the words that the law names for it."""
        if column.type != "text" or not column.choices:
            return column.title
        return f"{column.title}（{'、'.join(column.choices.values())}，或者写明其他方法）"

    def clean(self, value: Any) -> list[dict[str, str]]:
        rows = []
        for number, line in enumerate(super().clean(value), start=1):
            cells = [cell.strip() for cell in _SPLIT.split(line)]
            if len(cells) > len(self.columns):
                raise ValidationError(
                    f"第 {number} 行有 {len(cells)} 列，最多 {len(self.columns)} 列：{line[:40]}。请核对分隔符。"
                )
            cells += [""] * (len(self.columns) - len(cells))
            row = {}
            for column, cell in zip(self.columns, cells, strict=True):
                if column.required and not cell:
                    raise ValidationError(f"第 {number} 行缺少“{column.title}”。")
                row[column.code] = self._cell(column, cell, number)
            rows.append(row)
        return rows

    @staticmethod
    def _cell(column: Column, cell: str, number: int) -> Any:
        """A cell as it was typed: yuan become fen, titles their codes, days days; text as it stands."""
        if not cell or column.type in ("text", "longtext"):
            return cell
        if column.type in ("choice", "bool"):
            said = {title: code for code, title in column.choices.items()}
            codes = (
                law_values.YES_OR_NO
                if column.type == "bool"
                else said | {code: code for code in column.choices}
            )
            if cell not in codes:
                known = "、".join(said or codes)
                raise ValidationError(f"第 {number} 行的“{column.title}”写的是“{cell[:40]}”，可填：{known}。")
            return codes[cell]
        try:
            return ui.build_field(column.type, label=column.title, required=False).clean(cell)
        except ValidationError as error:
            raise ValidationError(f"第 {number} 行的“{column.title}”：{'；'.join(error.messages)}") from error

    @staticmethod
    def _typed(column: Column, value: Any) -> str:
        """As one would type it: an amount in yuan, a choice by its title."""
        if column.type == "choice":
            return column.choices.get(value, str(value))
        if isinstance(value, bool):
            return next(word for word, meant in law_values.YES_OR_NO.items() if meant is value)
        return f"{value / 100:.2f}" if column.type == "money" and isinstance(value, int) else str(value)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return "\n".join(
                "｜".join(self._typed(c, row.get(c.code, "")) for c in self.columns).rstrip("｜")
                for row in value
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


@dataclass(frozen=True)
class Asking:
    """Who asks which step of what, for the fields of its form: at a door there is no matter yet."""

    kind: Kind
    procedure: Procedure
    step: Step
    actor: Person
    on: date
    record: MatterRecord | None = None
    standing: Standing | None = None
    ref: str = ""
    # What was uploaded with an earlier try, by field.
    kept: Mapping[str, Sequence[Mapping[str, Any]]] = attribute(default_factory=dict)

    @cached_property
    def situation(self) -> Situation:
        return Situation(
            record=self.record,
            on=self.on,
            actor=self.actor,
            step=self.step,
            standing=self.standing,
            ref=self.ref,
        )

    @cached_property
    def evidence(self) -> list[Evidence]:
        """What may be chosen from in the file: several fields of one form ask for it."""
        record = self.record
        return (
            list(evidence_in(record.matter.folder, usable_only=True)) if record and record.matter_id else []
        )


def step_form(asking: Asking, data=None, files=None) -> ui.Form:
    """The form of one step. Call `step_data(form)` once it is valid to get what the service takes; `ui.drafts.typed_before` and
    `proposed_before` say what it may begin with instead of what is known."""
    step, procedure = asking.step, asking.procedure
    fields: dict[str, forms.Field] = {}
    for code in step.fields:
        fields[code] = _field(asking, code, code in step.asks)
        rare = procedure.field_of(step.code, code).rare
        fields[code].part = _ASKED if code in step.asks else _RARE if rare else _OPTIONAL
    if asking.standing is not None and step.issues:
        party, further = still_to_ask(
            asking.record, step, asking.actor, asking.standing, asking.ref, asking.evidence
        )
        for code in party:
            fields[code] = _field(asking, code, True)
            fields[code].part = _ASKED
        for printed in further:
            fields[printed.code] = _printed_field(asking, printed)
            fields[printed.code].part = _ASKED if printed.required else _PAPERS
    for name in attested_guards(step):
        guard = procedure.guards[name]
        # Where the system may know the answer itself, it refuses in its own words what is not ticked.
        box = forms.BooleanField(label=guard.asks, required=not may_be_known(name))
        box.error_messages["required"] = f"未确认“{guard.asks}”。{guard.way_out}。"
        box.article, box.wide = law_links(cite(guard.article)), True
        box.part = _CONFIRMED
        box.initial = guard.lasting and _confirmed(asking, name)
        fields[f"{ATTESTED}-{name}"] = box
    return ui.build_form(fields, data, files)


def proposed_before(form: ui.Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the form begins with to say again what a proposal said; `values` are its decoded answers."""
    begins: dict[str, Any] = {}
    for name, field in form.fields.items():
        if name.startswith(f"{ATTESTED}-"):
            begins[name] = name.removeprefix(f"{ATTESTED}-") in values.get(ATTESTED, ())
        elif name not in values:
            begins[name] = False if isinstance(field, forms.BooleanField) else [] if _many(field) else ""
        elif registered := getattr(field, "rows_by_id", None):
            begins[name] = [pk for pk, row in registered.items() if row in values[name]]
        elif not isinstance(field, ui.UploadField):
            begins[name] = values[name]
    return begins


def _many(field: forms.Field) -> bool:
    return isinstance(field, forms.MultipleChoiceField)


_ASKED, _OPTIONAL, _RARE, _PAPERS, _CONFIRMED = range(5)
_PART_TITLES = ("", "可选，按案情填写", "少用的栏目（可选）", "文书的其他栏目（可选）", "确认")
_FEW = 3  # so many rare fields are worth a fold


@dataclass(frozen=True)
class Part:
    """A stretch of a step's form. Folded parts stay shut until something in them is filled or wrong; of an optional one a phone shows
    what is filled, and the rest on demand."""

    title: str
    fields: list[BoundField]
    folded: bool
    open: bool
    optional: bool = False


def parts_of(form: ui.Form) -> list[Part]:
    """The form in the order it is read: what must be answered, what may be, what few matters need, what only the papers print, what is
    confirmed. A rare field that holds something, or is wrong, stands among those that may be answered."""
    parts = []
    idle = {
        bound.name
        for bound in form
        if getattr(bound.field, "part", _ASKED) == _RARE
        and not bound.errors
        and bound.value() in (None, "", [], (), False)
    }
    for part, title in enumerate(_PART_TITLES):
        fields = [bound for bound in form if _part_of(bound, idle) == part]
        if fields:
            touched = (
                any(bound.errors or bound.data for bound in fields) if form.is_bound else begun(form, fields)
            )
            parts.append(
                Part(title, fields, folded=part in (_RARE, _PAPERS), open=touched, optional=part == _OPTIONAL)
            )
    return parts


def _part_of(bound: BoundField, idle: Collection[str]) -> int:
    part = getattr(bound.field, "part", _ASKED)
    return part if part != _RARE or (bound.name in idle and len(idle) >= _FEW) else _OPTIONAL


def begun(form: ui.Form, fields: Sequence[BoundField]) -> bool:
    """Whether something in these fields is what somebody typed before."""
    return any(form.initial.get(bound.name) for bound in fields)


def step_data(form: ui.Form) -> dict[str, Any]:
    """The cleaned form as step data: empty values left out, ticks gathered under `attested`."""
    data: dict[str, Any] = {}
    ticked = []
    for name, value in form.cleaned_data.items():
        if name.startswith(f"{ATTESTED}-"):
            ticked.append(name.removeprefix(f"{ATTESTED}-"))
        elif value is False and getattr(form.fields[name], "composed", False):
            continue  # a box left empty says nothing where the answer is written from the others
        elif value not in (None, "", []):
            data[name] = value
    if ticked:
        data[ATTESTED] = ticked
    return data


def _field(asking: Asking, code: str, required: bool) -> forms.Field:
    """The field of a step's page: what the book says it is, beginning with what is known."""
    field = asking.procedure.field_of(asking.step.code, code)
    # What the family writes from the other answers need not be worded.
    required = required and code not in family_of(asking.kind).composed
    initial = _known(asking, code)
    if initial in (None, "") and field.default is not None:
        initial = asking.on if field.default == "today" else field.default
    common = {
        "label": field.title,
        "required": required,
        "help": field.help,
        "article": law_links(cite(field.article)),
    }
    if field.registered:
        return _evidence_field(asking, common, all_of_it=code == "evidence")
    if field.type == "list" and field.columns:
        questions = [c.code for c in field.columns] == ["q", "a"]
        built = (QuestionsField if questions else TableField)(
            label=common["label"],
            required=required,
            initial=initial,
            **({} if questions else {"columns": field.columns, "on": asking.on}),
        )
        built.article, built.wide = common["article"], True
        return built
    if field.type == "persons":
        return _persons_field(asking, field, common)
    if field.type == "file":
        built = ui.UploadsField(
            label=common["label"],
            required=required,
            help_text=field.help,
            endings=UPLOAD_ENDINGS,
            kept=asking.kept.get(code, ()),
        )
        built.article, built.wide = common["article"], True
        return built
    if field.type == "paper":
        waiting = to_serve(asking.record, asking.standing) if asking.record else []
        return ui.build_field(
            "choice", choices=[(key_of(p), f"{p.title} {p.number}".strip()) for p in waiting], **common
        )
    choices = dict(field.choices)
    if allowed := {"cause": asking.kind.causes, "source": asking.kind.sources}.get(code):
        # The kind says which causes and sources are its own; what the matter already has stays.
        choices = {c: title for c, title in choices.items() if c in allowed or c == initial}
    if required and len(choices) == 1 and field.type == "choice" and initial in (None, ""):
        initial = next(iter(choices))
    if asking.standing is not None and (narrow := family_of(asking.kind).narrowed.get(code)):
        mine = {*narrow(asking.situation), *(initial if isinstance(initial, list) else [initial])}
        choices = {c: title for c, title in choices.items() if c in mine}
    built = ui.build_field(field.type, choices=choices, initial=initial, **common)
    built.composed = code in family_of(asking.kind).composed
    if field.type == "text" and (limit := family_of(asking.kind).longest(asking.kind, code)):
        built = forms.CharField(
            label=common["label"], required=required, help_text=field.help, initial=initial, max_length=limit
        )
        built.article = common["article"]
        # A name or an address that may be long is read in one line.
        built.wide = limit >= _LONG
    return _citing(asking, built) if field.cites else built


def _printed_field(asking: Asking, printed) -> forms.Field:
    """A field that only the papers of the step ask."""
    if printed.code in asking.procedure.fields:
        return _field(asking, printed.code, printed.required)
    built = ui.build_field(
        printed.type if printed.type in ui.KINDS else "text",
        label=printed.title,
        required=printed.required,
        help=printed.help,
        choices=dict(printed.choices),
    )
    return _citing(asking, built) if printed.cites else built


_FROM_THE_BOOK = "从法规库选条文"


def articles_address(on: date) -> str:
    """Where articles of the book are picked from, as they stand on the day."""
    return f"{reverse('law-articles')}?{urlencode({'on': on})}"


def _citing(asking: Asking, built: forms.Field) -> forms.Field:
    """The field with the articles of the book to be picked into it, as they stand on the day."""
    ui.picks_from(built, articles_address(asking.on), _FROM_THE_BOOK)
    built.wide = True
    return built


def _evidence_field(asking: Asking, common: dict[str, Any], *, all_of_it: bool) -> forms.Field:
    """Rows chosen from the evidence in the file; what proves the facts begins with all of it."""
    registered = asking.evidence
    built = ui.build_field(
        "choices",
        choices=[(e.pk, f"{e.name}（{e.get_kind_display()}；证明：{e.proves}）") for e in registered],
        initial=[e.pk for e in registered] if all_of_it else [],
        **common | {"help": "从案卷已登记的证据中选取；没有的，先在“证据”页登记"},
    )
    by_id = {e.pk: {"name": e.name, "source": e.source, "proves": e.proves} for e in registered}
    built.coerce = lambda pk: by_id[int(pk)]
    built.rows_by_id = by_id
    return built


def _persons_field(asking: Asking, field, common: dict[str, Any]) -> forms.Field:
    """People of the unit who hold the field's role, with their certificates; those who work the matter are ticked."""
    record = asking.record
    unit = record.unit if record else asking.actor.unit
    role = field.role or asking.step.by[0]
    people = with_certificates(people_with_role(unit, role, asking.on), asking.on)
    if record and record.matter_id:
        current = [o.person_id for o in record.matter.officers.all() if o.until is None]
    else:
        current = [asking.actor.pk]
    built = ui.build_field(
        "persons",
        choices=[
            (
                p.pk,
                f"{p.name}（证号 {p.certificate_no}，有效至 {p.certified_until:%Y-%m-%d}）"
                if p.certificate_no
                else f"{p.name}（没有有效的执法证）",
            )
            for p in people
        ],
        initial=current,
        **common,
    )
    built.least = field.least
    return built


def _confirmed(asking: Asking, guard: str) -> bool:
    """Whether an earlier step of the run has it confirmed."""
    events = asking.standing.events if asking.standing is not None else ()
    return any(guard in event.data.get(ATTESTED, ()) for event in events)


def _known(asking: Asking, code: str) -> Any:
    """What a form begins with: what the family computes, what the record keeps, what an earlier step said."""
    record, standing = asking.record, asking.standing
    if record is None:
        return None
    if code == "items" and asking.step.goods not in ("", "hold"):
        return [g.row for g in goods.concerned(goods.ledger_of(standing), asking.step.goods)]
    family = family_of(asking.kind)
    if code in family.known and standing is not None:
        return family.known[code](asking.situation)
    column = asking.kind.keeps.get(code, "")
    if column and "." not in column and (value := getattr(record, column)) not in (None, ""):
        return value
    if standing is not None and asking.procedure.fields[code].carried:
        return standing.value(code, line=asking.situation.line)
    return None


class EvidenceForm(ui.Form):
    name = forms.CharField(label="证据名称", max_length=120)
    kind = forms.ChoiceField(
        label="证据种类", choices=lambda: [("", "请选择"), *choices_of("evidence_kinds")]
    )
    source = forms.CharField(label="来源", max_length=200, help_text="例：2024年3月5日在当事人经营场所提取")
    proves = forms.CharField(label="证明内容", max_length=400)
    collected_on = ui.DayField(label="收集日期")
    file = ui.UploadsField(
        label="文件",
        required=False,
        endings=UPLOAD_ENDINGS,
        help_text="可以一次选几个，每个文件登记为一项，名称后编号；录像合计不超过 2 GB",
    )
    photo = ui.UploadsField(
        label="现场拍照", required=False, endings=PHOTOS, help_text="在手机上直接打开相机"
    )
    kind.article = "行政处罚法第46条"
    photo.widget.attrs["capture"] = "environment"


class ScanForm(ui.Form):
    file = ui.UploadsField(label="签章扫描件", endings=SCAN_ENDINGS, most=1)
    file.article = "程序规定第78条"


class ExcludeEvidenceForm(ui.Form):
    reason = forms.CharField(
        label="排除理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例：现场检查只有一名执法人员，取得方式不合法",
    )
    reason.article = "行政处罚法第46条"


class PurposeForm(ui.Form):
    purpose = forms.CharField(label="查阅事由", max_length=100, help_text="例：告知举报人处理结果")
    purpose.article = "投诉举报处理暂行办法第33条"


class OpinionForm(ui.Form):
    text = forms.CharField(
        label="意见",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="同意可不填；退回须写明理由",
    )


class AskCountersignForm(ui.Form):
    person = forms.ModelChoiceField(label="请谁会签", queryset=Person.objects.none(), empty_label="请选择")
    why = forms.CharField(label="请会签的事项", required=False, max_length=200)
    why.wide = True

    def __init__(self, *args, people, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people


class CountersignForm(ui.Form):
    verdict = forms.ChoiceField(
        label="会签",
        choices=(("agrees", "同意"), ("differs", "有不同意见"), ("handed", "转本单位其他人会签")),
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="意见",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="有不同意见的须写明",
    )
    person = forms.ModelChoiceField(
        label="转给", queryset=Person.objects.none(), required=False, empty_label="请选择"
    )
    verdict.wide = text.wide = True

    def __init__(self, *args, people, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people

    def clean(self):
        data = super().clean()
        if data.get("verdict") == "handed" and not data.get("person"):
            self.add_error("person", "请选择转给谁")
        return data


class AdoptionForm(ui.Form):
    reason = forms.CharField(
        label="采用的理由或者文件",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例：局长办公会2027年1月4日决定，新程序规定自施行之日起适用于在办案件",
    )


def officers_form(asking: Asking, data=None) -> ui.Form:
    """Who works the matter: the first ticked is in charge unless another is chosen."""
    field = _persons_field(
        asking,
        current_book().fields["handlers"],
        {"label": "承办人", "required": True, "help": "", "article": ""},
    )
    lead = ui.build_field(
        "choice", label="主办", choices=[(str(v), t.split("（")[0]) for v, t in field.choices], required=True
    )
    officers = asking.record.matter.officers.all()
    current = next((o.person_id for o in officers if o.until is None and o.lead), None)
    lead.initial = str(current) if current else None
    return ui.build_form({"handlers": field, "lead": lead}, data)
