"""Every field of every step of every procedure, the optional ones and those that only its papers ask too, is filled once: it is sent, kept,
read again, shown to who approves, printed, and filled in anew when it comes back."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from tests.casework import Worker
from zhiheng.accounts.rights import Role
from zhiheng.audit.services import plain
from zhiheng.law import current_book
from zhiheng.matters import preview, services
from zhiheng.matters.engine import decode
from zhiheng.matters.facts import ATTESTED
from zhiheng.matters.forms import QuestionsField, TableField, proposed_before, step_data, step_form
from zhiheng.matters.models import Proposal, StepTaken
from zhiheng.matters.pages import asking, door_page
from zhiheng.matters.words import answers, people_named
from zhiheng.ui import forms as ui

pytestmark = pytest.mark.django_db

ON = date(2026, 4, 6)
DISPUTE = {
    "source": "request", "cause": "patent_dispute", "claimant_name": "示例公司", "claimant_type": "organisation",
    "claimant_address": "重庆市测试路1号", "patent_no": "ZL201910000000.1", "patent_name": "一种阀门", "patent_type": "utility",
    "relief": "责令停止制造、销售。", "party_name": "样品公司", "party_type": "organisation",
}  # fmt: skip


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


@pytest.fixture
def at(world, monkeypatch):
    """A matter under a procedure with one item of evidence and one preserved thing in its file."""
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)

    def begin(procedure: str):
        work = Worker(world.a, on=ON)
        kind = next(k for k in current_book().kinds.values() if procedure in k.procedures)
        work.register(
            procedure,
            kind=kind.code,
            **(DISPUTE if kind.code.startswith("adjudication") else {"act_on": ON, "act_end_on": ON}),
        )
        services.add_evidence(
            actor=world.a.handler, record=work.case, on=ON, name="进货单", kind="documentary", source="当事人提供",
            proves="进货数量", collected_on=ON,
        )  # fmt: skip
        return work

    begin.leader = world.a.leader
    return begin


# Kinds of other families begin where their own tests begin them.
KINDS = {kind.code: kind for kind in current_book().kinds_of("case")}


@pytest.mark.parametrize("procedure", sorted({code for kind in KINDS.values() for code in kind.procedures}))
def test_a_step_with_every_field_filled_is_kept_shown_printed_and_filled_in_again(at, signed_in, procedure):
    work, client, faults = at(procedure), signed_in(at.leader), []
    for step in current_book().procedure_versions[procedure][-1].steps.values():
        if not step.begins:
            try:
                fill_send_and_read(work, client, step.code)
            except AssertionError as fault:
                faults.append(f"{step.code}: {str(fault)[:600]}")
    assert not faults, "\n".join(faults)


def fill_send_and_read(work, client, code) -> None:
    actor = work.cast.handler
    asked = asking(actor, work.case, code, ON)
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
        proceeding=work.case.matter.proceeding, step=code, data=plain(kept), proposed_by=actor, proposed_on=ON,
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
    for address in ("case-proposal", "case-proposal-preview"):
        assert client.get(reverse(address, args=[work.case.pk, proposal.pk])).status_code == 200

    # Its papers are written from it without a fault.
    sheets = preview.sheets(work.case, asked.step, again, actor, asked.standing)
    assert [f"{sheet.title}：{sheet.fault}" for sheet in sheets if sheet.fault] == []

    # Came back: the form says the same again.
    back = step_form(asked)
    back.initial = proposed_before(back, again)
    refilled = step_form(asked, shown(back), files)
    assert {n: e for n, e in refilled.errors.items() if n not in empty} == {}
    assert without_files(step_data(refilled)) == without_files(data)


def services_data(data: dict) -> dict:
    """As the page hands it on: files by their digest."""
    from zhiheng.matters.views import _with_files

    return _with_files(data)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_of_every_door_is_taken_in_and_on_the_page_of_the_matter(
    world, signed_in, monkeypatch, kind
):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    what = current_book().kind(kind)
    for door in what.doors:
        asked = door_page(world.a.handler, what, door.step, ON)
        form = step_form(asked)
        posted, files = sent(form)
        if "handlers" in posted:  # those whose certificates hold
            posted.setlist("handlers", [str(world.a.handler.pk), str(world.a.co_handler.pk)])
        client = signed_in(world.a.handler)
        drawn = client.post(reverse("matter-open-preview", args=[kind, door.step]), dict(posted.lists()))
        assert drawn.status_code == 200
        assert "草稿" in drawn.content.decode() or not asked.step.issues
        answer = client.post(
            reverse("matter-open", args=[kind, door.step]), {**dict(posted.lists()), **dict(files.lists())}
        )
        assert answer.status_code == 302, answer.context["form"].errors
        taken = StepTaken.objects.latest("pk")
        assert {n for n in form.fields if not n.startswith(ATTESTED)} <= set(taken.data)
        for tab in ("work", "papers", "timeline", "history"):
            page = client.get(answer.url + f"?tab={tab}")
            assert page.status_code == 200
            assert (
                taken.step != "register_lead"
                or tab != "timeline"
                or "如实填写的一句话" in page.content.decode()
            )
