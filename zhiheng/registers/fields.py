"""What a column of a record is: how it is typed, shown, listed, told to the ledger, and read from a cell.

The one table from model fields to everything else. A column of money ends in `_fen` and is a big integer; a year is
named `year` or ends in `_year`; a list of lines is a JSONField, a text of many lines a TextField.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.selectors import people_in, units_visible_to
from zhiheng.canonical import visible
from zhiheng.ui import forms as ui
from zhiheng.ui.lists import Column, Kind
from zhiheng.ui.templatetags import zh

_LINES = 20_000
_OFFERED = 500
_BOOLS = {"是": True, "否": False}
_LARGEST = {
    models.SmallIntegerField: 2**15 - 1,
    models.PositiveSmallIntegerField: 2**15 - 1,
    models.IntegerField: 2**31 - 1,
    models.PositiveIntegerField: 2**31 - 1,
}
_SEPARATORS = re.compile(r"[\n；;]")


def sort_of(column: models.Field) -> str:
    """unit, person, record, choice, bool, day, year, money, number, list, lines or text."""
    if column.is_relation:
        return {Unit: "unit", Person: "person"}.get(column.related_model, "record")
    if column.choices:
        return "choice"
    if column.name.endswith("_fen"):
        return "money"
    if column.name == "year" or column.name.endswith("_year"):
        return "year"
    for kind, sort in (
        (models.BooleanField, "bool"),
        (models.DateField, "day"),
        (models.IntegerField, "number"),
        (models.JSONField, "list"),
        (models.TextField, "lines"),
        (models.CharField, "text"),
    ):
        if isinstance(column, kind):
            return sort
    raise TypeError(f"{column}：登记没有规定 {type(column).__name__} 怎么填、怎么看")


def title(column: models.Field) -> str:
    """The column's name as officers read it; money says that it is in 元."""
    name = str(column.verbose_name)
    return f"{name.removesuffix('（分）')}（元）" if sort_of(column) == "money" else name


def unfit(column: models.Field, value: Any) -> str:
    """What a model does not see wrong in a text or list, in words; "" when it is fit. The export must read back."""
    lines = value if isinstance(value, list) else [value]
    if sort_of(column) not in {"text", "lines", "list"} or value is None:
        return ""
    if not all(isinstance(line, str) for line in lines):
        return "每项都应是文字"
    if isinstance(value, list) and any(not line.strip() or _SEPARATORS.search(line) for line in lines):
        return "每项都应有内容，其中不能有换行和“；”"
    if any("\0" in line or line != visible(line).strip() for line in lines):
        return "含有看不见的字符，或首尾有空格，请删去后重新填写"
    return ""


class WordsField(forms.CharField):
    """Text as the eye sees it, line ends one character."""

    def to_python(self, value: Any) -> str:
        text = "" if value is None else str(value)
        return super().to_python(visible(text.replace("\r\n", "\n").replace("\r", "\n")))


class _LinesOfWords(ui.LinesField):
    """A list typed one item a line; in a cell also parted by ；."""

    def clean(self, value: Any) -> list[str]:
        text = value if isinstance(value, list) else _SEPARATORS.split(str(value or ""))
        return [WordsField(max_length=200).clean(line) for line in super().clean(text)]


class _OneOf(forms.TypedChoiceField):
    """One of what `found` holds by its key: a unit by its code, a person by their number."""

    def __init__(self, *, found: Mapping[str, Any], words: Callable[[Any], str], **kwargs) -> None:
        self.found = found
        choices = [("", "请选择"), *((key, words(one)) for key, one in found.items())]
        super().__init__(choices=choices, coerce=lambda key: found[key], empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return next((key for key, one in self.found.items() if one == value), value)


@dataclass
class Around:
    """Who fills in, and what they may choose from; read once, and only when a column asks for it."""

    actor: Person
    unit: Unit | None = None

    @cached_property
    def units(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in units_visible_to(self.actor)}

    def records(self, model: type[models.Model]) -> dict[str, Any]:
        """Records of another kind that a column may point to: those that stand, the latest first, as many as one looks through."""
        rows = model.objects.standing().visible_to(self.actor).order_by("-pk")[:_OFFERED]
        return {str(one.pk): one for one in rows}

    @cached_property
    def people(self) -> dict[str, Person]:
        return {str(person.pk): person for person in people_in(self.unit or self.actor.unit)}


def form_field(column: models.Field, around: Around, *, required: bool) -> forms.Field:
    """The field in which a column is typed on a page, or by which a cell is read."""
    sort = sort_of(column)
    given = {"label": title(column), "required": required, "help_text": column.help_text}
    match sort:
        case "unit":
            made = _OneOf(found=around.units, words=lambda unit: unit.short_name, **given)
        case "person":
            made = _OneOf(found=around.people, words=lambda person: person.name, **given)
        case "text":
            made = WordsField(max_length=column.max_length, **given)
        case "lines":
            made = WordsField(max_length=_LINES, widget=forms.Textarea(attrs={"rows": 4}), **given)
        case "list":
            made = _LinesOfWords(**given)
        case "year":
            made = ui.IntegerField(minimum=1949, maximum=2199, **given)
        case "number":
            least = 0 if type(column).__name__.startswith("Positive") else -(2**31)
            largest = _LARGEST.get(type(column), 2**53)
            made = ui.IntegerField(minimum=least, maximum=largest, **given)
        case "choice":
            made = ui.build_field("choice", label=given["label"], required=required, choices=column.choices)
            made.help_text = column.help_text
        case "bool":
            made = forms.BooleanField(**{**given, "required": False})
        case "day":
            made = ui.DayField(**given)
        case "money":
            made = ui.MoneyField(**given)
        case "record":
            made = _OneOf(found=around.records(column.related_model), words=str, **given)
        case _:
            raise TypeError(f"{column} 没有规定怎么填写")
    return made


@dataclass(frozen=True)
class Reader:
    """Reads the cells of one column of a table, by the very field of the page."""

    column: models.Field
    form_field: forms.Field
    spelled: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, column: models.Field, around: Around) -> Reader:
        made = form_field(column, around, required=False)
        spelled: dict[str, str] = {}
        match sort_of(column):
            case "choice":
                spelled = {str(words): str(code) for code, words in column.flatchoices}
            case "unit":
                spelled = {n: u.code for u in around.units.values() for n in (u.name, u.short_name)}
            case "person":
                spelled = _unambiguous((p.name, key) for key, p in around.people.items())
            case "record":
                spelled = _unambiguous((str(one), key) for key, one in made.found.items())
        return cls(column, made, spelled)

    def read(self, text: str) -> Any:
        """The value of a cell. Raises ValidationError in words."""
        if sort_of(self.column) == "bool":
            if text not in _BOOLS:
                raise ValidationError(f"“{text}”不是“是”或“否”。")
            return _BOOLS[text]
        if isinstance(self.form_field, forms.ChoiceField):
            # The field itself would speak of codes, which no officer types.
            key = self.spelled.get(text, text)
            if key not in {str(code) for code, _ in self.form_field.choices if code != ""}:
                raise ValidationError(f"没有“{text}”这一项。{self.choices()}")
            text = key
        return self.form_field.clean(text)

    def choices(self, most: int = 12) -> str:
        """What may be written in the cell, in words; "" where it is free."""
        if not isinstance(self.form_field, forms.ChoiceField):
            return "可填：是、否。" if sort_of(self.column) == "bool" else ""
        words = [str(words) for code, words in self.form_field.choices if code != ""]
        return f"可填：{'、'.join(words[:most])}{'等' if len(words) > most else ''}。"


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Two people of one name cannot be told apart by it: neither is found."""
    found: dict[str, set[str]] = {}
    for name, key in pairs:
        found.setdefault(name, set()).add(key)
    return {name: keys.pop() for name, keys in found.items() if len(keys) == 1}


def words(column: models.Field, value: Any) -> str:
    """A value as pages say it; "—" where there is none. Takes what `told` wrote as well."""
    if value is None or value == "" or value == []:
        return zh.NOTHING
    match sort_of(column):
        case "choice":
            return str(dict(column.flatchoices).get(value, value))
        case "bool":
            return "是" if value else "否"
        case "day":
            return value.isoformat() if isinstance(value, date) else str(value)
        case "money":
            return zh.yuan(value)
        case "number":
            return zh.number(value)
        case "list":
            return "、".join(value)
        case "unit":
            return getattr(value, "short_name", str(value))
    return str(value)


def told(column: models.Field, value: Any) -> Any:
    """A value as the ledger keeps it: names are copied in, so that it reads the same when people and units are gone."""
    return str(value) if value is not None and column.is_relation else value


def plain(column: models.Field, value: Any) -> Any:
    """A value for a program: stable codes, ISO days, money in fen."""
    if value is None:
        return None
    match sort_of(column):
        case "unit":
            return value.code
        case "person" | "record":
            return value.pk
        case "day":
            return value.isoformat()
    return value


_LISTED: dict[str, Kind] = {
    "unit": "code",
    "person": "code",
    "record": "text",
    "choice": "tag",
    "bool": "tag",
    "day": "day",
    "year": "code",
    "money": "yuan",
    "number": "number",
    "list": "name",
    "lines": "wide",
    "text": "name",
}
_TIGHT = 60  # numbers of documents, names of people: texts so short stand on one line


def list_column(column: models.Field, **given) -> Column:
    """The column of a list and of its export."""
    sort, name = sort_of(column), column.name
    path = {"unit": f"{name}__code", "list": "", "lines": ""}.get(sort, name)
    look = "code" if sort == "text" and column.max_length <= _TIGHT else _LISTED[sort]
    if sort in {"day", "year", "money", "number", "text", "lines", "unit"}:
        value = f"{name}.short_name" if sort == "unit" else name
        return Column(title(column), value, **{"kind": look, "sort": path, **given})
    known = dict(column.flatchoices) if sort == "choice" else {}

    def value(row):
        # "" and not a dash: what is empty stays empty in the export. A list must read back as the same list.
        found = getattr(row, name)
        if sort == "list":
            return "；".join(found)
        if found in (None, "", []):
            return ""
        return str(known.get(found, found)) if known else words(column, found)

    return Column(title(column), value, **{"kind": look, "sort": path, "reads": name, **given})
