"""A paper of a matter outside its steps: the one that was issued, or the form filled in from what the record knows (按需打印)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import scope_codes
from zhiheng.documents import services as documents
from zhiheng.documents.rendering import docx, typeset
from zhiheng.documents.rendering import forms as rendering
from zhiheng.law import current_book
from zhiheng.refusal import Refused

from .engine import Standing
from .models import MatterRecord
from .papers import OF_SIGNING, context_of, not_taken


@dataclass(frozen=True)
class Printed:
    """A paper as a Word file. `issued`: it is the very paper of the file; else what is `wanting` was left blank."""

    title: str
    docx: bytes
    issued: bool
    wanting: tuple[str, ...] = ()

    @property
    def pdf(self) -> bytes:
        return typeset.paper(typeset.body_of(self.docx), title=self.title)


def paper_of(record: MatterRecord, code: str, *, actor: Person, on: date) -> Printed:
    """The latest paper of this form in the file of the matter; where there is none, the form as far as the record fills it.

    Raises LawError where there is no such form on the day, :class:`Refused` where the record has no matter.
    """
    if not record.matter_id:
        raise Refused.because("台账导入的案件没有卷宗", way_out="请选择在本系统办理的案件")
    made = record.matter.folder.papers.filter(form=code).order_by("id").last()
    if made is not None:
        return Printed(made.title, documents.read(made.digest), issued=True)
    standing = Standing.of(record.matter.proceeding, on)
    procedure = standing.procedure
    scope = scope_codes(record.unit)
    if code in procedure.forms:
        form = procedure.form(code, on, scope)
    else:  # a paper that no step issues is not among those the matter is pinned to
        form = current_book().form(code, on, scope)
    makes = next((step for step in procedure.steps.values() if code in step.issues), None)
    step = makes or procedure.steps[standing.events[-1].step]
    context = context_of(record, not_taken(record, standing, step, actor), standing=standing)
    # As a form begins: with the latest word on what follows from step to step, never with the hour or the receipt of another one.
    follows = {name for name, field in procedure.fields.items() if field.carried}
    for event in reversed(standing.events):
        for name in follows & event.data.keys():
            context.setdefault(name, event.data[name])
    wanting = tuple(one.title for one in rendering.missing(form, context) if one.code not in OF_SIGNING)
    title = rendering.title(form, context)
    body = docx.pack(rendering.body(form, context), title=title, author=record.unit.name, on=on)
    return Printed(title, body, issued=False, wanting=wanting)
