"""Forms filled in completely, whatever they ask: for tests that no field of any step is lost on its way."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from zhiheng.accounts.rights import Role
from zhiheng.audit.services import plain
from zhiheng.matters import preview
from zhiheng.matters.engine import decode
from zhiheng.matters.facts import ATTESTED
from zhiheng.matters.family import family_of
from zhiheng.matters.forms import QuestionsField, TableField, proposed_before, step_data, step_form
from zhiheng.matters.models import Proposal
from zhiheng.matters.pages import asking
from zhiheng.matters.words import answers, people_named
from zhiheng.ui import forms as ui


def cell(column) -> str:
    """A cell of a table as one types it."""
    if column.type in ("choice", "bool"):
        return next(iter(column.choices.values()), "是")
    return {"money": "1,234.50", "date": "2026-04-20", "integer": "3"}.get(column.type, "一句话")


def filled(name: str, field) -> list[str]:
    """What an officer's browser sends when everything is filled; nothing where there is nothing to choose."""
    if isinstance(field, QuestionsField):
        return ["问：从哪里进货？\n答：上门推销的人。"]
    if isinstance(field, TableField):
        return ["｜".join(cell(column) for column in field.columns)]
    if hasattr(field, "choices"):
        codes = [str(code) for code, _ in field.choices if code != ""]
        return codes if isinstance(field, ui.ChecklistField) else codes[-1:]
    if isinstance(field, ui.MoneyField):
        return ["1,234.50"]
    if isinstance(field, ui.DayField):
        return ["2026年4月2日"]
    if isinstance(field, ui.MomentField):
        return ["2026-04-02 9:30"]
    if isinstance(field, ui.IntegerField):
        return ["12"]
    if field.__class__.__name__ == "BooleanField":
        return ["on"]
    if isinstance(field, ui.UploadField):
        return []
    return ["92500112MA0000000N" if name.endswith("id_no") else "如实填写的一句话"]


def sent(form) -> tuple[MultiValueDict, MultiValueDict]:
    posted = MultiValueDict({name: filled(name, field) for name, field in form.fields.items()})
    uploads = {
        name: [SimpleUploadedFile("材料.pdf", b"%PDF-1.7 test")]
        for name, field in form.fields.items()
        if isinstance(field, ui.UploadField)
    }
    return posted, MultiValueDict(uploads)


def shown(form) -> MultiValueDict:
    """What the browser sends of a form that nobody touches."""
    posted = {}
    for bound in form:
        value = bound.value()
        if isinstance(bound.field, ui.UploadField) or value in (None, "", [], False):
            continue
        posted[bound.name] = (
            [str(one) for one in value]
            if isinstance(value, list | tuple)
            else ["on" if value is True else str(value)]
        )
    return MultiValueDict(posted)


def without_files(data: dict) -> dict:
    return {
        k: v
        for k, v in data.items()
        if not (isinstance(v, list) and any(hasattr(one, "chunks") for one in v))
    }


def fill_send_and_read(record, actor, client, code: str, on: date) -> None:
    """Every field of a step's form filled: it is clean, kept, read again, shown to who approves, printed, and filled in anew. `client`:
    somebody who may look at the proposal."""
    asked = asking(actor, record, code, on)
    form = step_form(asked)
    posted, files = sent(form)
    form = step_form(asked, posted, files)
    empty = {name for name, field in form.fields.items() if not posted.getlist(name) and name not in files}
    assert {n: e for n, e in form.errors.items() if n not in empty} == {}
    data = (
        {name: value for name, value in form.cleaned_data.items() if name in form.cleaned_data}
        if empty
        else None
    )
    data = (
        step_data(form) if data is None else {k: v for k, v in step_data(form).items() if v not in ("", None)}
    )
    told = set(form.fields) - empty - {n for n in form.fields if n.startswith(ATTESTED)}
    assert told <= {*data}, "filled, but not among the answers"
    kept = services_data(data)

    # As a proposal of it: every field is read back as it was meant, and shown to who approves.
    proposal = Proposal.objects.create(
        proceeding=record.matter.proceeding, step=code, data=plain(kept), proposed_by=actor, proposed_on=on,
        next_role=Role.LEADER,
    )  # fmt: skip
    proposal.refresh_from_db()
    again = decode(asked.procedure, code, proposal.data)
    for name, value in without_files(data).items():
        if name != ATTESTED:
            assert again[name] == value, name
    names = {pk: str(pk) for pk in people_named(asked.procedure, code, proposal.data)}
    words = dict(answers(asked.procedure, code, proposal.data, names))
    assert all(words.values())
    family = family_of(record.kind).code
    for address in (f"{family}-proposal", f"{family}-proposal-preview"):
        assert client.get(reverse(address, args=[record.pk, proposal.pk])).status_code == 200

    # Its papers are written from it without a fault.
    sheets = preview.sheets(record, asked.step, again, actor, asked.standing)
    assert [f"{sheet.title}：{sheet.fault}" for sheet in sheets if sheet.fault] == []

    # Came back: the form says the same again.
    back = step_form(asked)
    back.initial = proposed_before(back, again)
    refilled = step_form(asked, shown(back), files)
    assert {n: e for n, e in refilled.errors.items() if n not in empty} == {}
    assert without_files(step_data(refilled)) == without_files(data)


def services_data(data: dict) -> dict:
    """As the page hands it on: files by their digest."""
    from zhiheng.matters.views.addressed import with_files

    return with_files(data)
