"""The forms of records, put together from the declaration: an act's, a correction's, files, a table to import."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from zhiheng.accounts.models import Person
from zhiheng.documents.services import UPLOAD_ENDINGS
from zhiheng.ui import forms as ui

from . import fields
from .declaration import Act, Register
from .models import Record

SEEN, WHY = "seen", "why"
TABLE_ENDINGS = (".xlsx", ".xls", ".csv")


class SeenField(forms.Field):
    """A hidden version. What is none, or is missing, is a version that nobody saw: the act then tells all that was done."""

    UNSEEN = -1

    def clean(self, value: Any) -> int:
        sent = str(value or "")
        return int(sent) if sent.isdecimal() and len(sent) < 10 else self.UNSEEN


def _seen(record: Record) -> forms.Field:
    """The version the form was opened on, sent back with it."""
    return SeenField(widget=forms.HiddenInput, initial=record.version, required=False)


def _why(label: str) -> forms.Field:
    made = fields.WordsField(label=label, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    made.wide = True
    return made


def act_form(
    one: Register,
    act: Act,
    *,
    actor: Person,
    on: date,
    record: Record | None = None,
    parent: Record | None = None,
    data=None,
    files=None,
) -> ui.Form:
    """What an act asks. A day that is not known yet begins with today; a unit, where there are several, is chosen."""
    unit = record.unit if record else parent.unit if parent else actor.unit
    around = fields.Around(actor, unit)
    built: dict[str, forms.Field] = {}
    for name in act.columns:
        column = one.column(name)
        made = built[name] = fields.form_field(column, around, required=act.requires(name))
        made.initial = getattr(record, name) if record else _usual(one, column, around, on)
        if record and made.initial is None and isinstance(made, ui.DayField):
            made.initial = on
        if act.article and name == act.columns[0]:
            made.article = act.article
    if record:
        built[SEEN] = _seen(record)
    return ui.build_form(built, data, files)


def _usual(one: Register, column, around: fields.Around, on: date) -> Any:
    if column.name == "unit":
        return around.unit if len(around.units) == 1 else None
    if column.name == one.day:
        return on
    return column.get_default() if column.has_default() else None


def correction_form(one: Register, record: Record, *, actor: Person, data=None, files=None) -> ui.Form:
    """Everything that can be corrected, filled in as it stands, and the reason."""
    around = fields.Around(actor, record.unit)
    built: dict[str, forms.Field] = {}
    for column in one.correctable(record):
        made = built[column.name] = fields.form_field(column, around, required=not column.blank)
        made.initial = getattr(record, column.name)
    built[WHY] = _why("更正理由")
    built[SEEN] = _seen(record)
    return ui.build_form(built, data, files)


class ReasonForm(ui.Form):
    """A question with one answer: why."""

    columns = 1

    def __init__(self, label: str, *args, record: Record | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.add({WHY: _why(label), **({SEEN: _seen(record)} if record else {})})


class AttachForm(ui.Form):
    columns = 1

    def __init__(self, one: Register, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        label = ui.build_field("choice", label="类别", choices=[(name, name) for name in one.attachments])
        if len(one.attachments) == 1:
            label.initial = one.attachments[0]
        endings = "、".join(ending[1:] for ending in UPLOAD_ENDINGS)
        files = ui.UploadsField(label="文件", endings=UPLOAD_ENDINGS, help_text=f"可一次选多个；{endings}")
        self.add({"label": label, "files": files})


class TableForm(ui.Form):
    """A table of records to be tried."""

    columns = 1
    file = ui.UploadsField(
        label="登记表", endings=TABLE_ENDINGS, help_text="xlsx、xls 或 csv；每行一条", most=1
    )
