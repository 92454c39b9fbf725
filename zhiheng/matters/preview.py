"""The papers of a step before it is taken: written by the code that will print them, each stretch of text with its source."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import scope_codes
from zhiheng.audit.services import plain
from zhiheng.documents.rendering import forms as rendering
from zhiheng.documents.rendering import preview as screen
from zhiheng.law import Step, cite, current_book

from . import protection
from .answers import with_composed
from .engine import Standing
from .facts import Situation
from .models import MatterRecord, Proposal
from .papers import OF_SIGNING, context_of, not_taken


@dataclass(frozen=True)
class Sheet:
    """A paper as it would be printed now. `wanting`: what must be filled in first; `fault`: why it cannot be written at all."""

    title: str
    html: SafeString
    wanting: tuple[str, ...] = ()
    fault: str = ""


def sheets(
    record: MatterRecord,
    step: Step,
    data: Mapping[str, Any],
    actor: Person,
    standing: Standing,
    *,
    proposal: Proposal | None = None,
    ref: str = "",
) -> list[Sheet]:
    """Every paper that the step would make with these answers today."""
    asked = Situation(
        record=record, on=standing.on, actor=actor, step=step, data=data, standing=standing, ref=ref
    )
    data, _ = protection.taken_out(standing.procedure, step.code, with_composed(asked))
    record, on = _as_answered(record, data), standing.on
    by = proposal.proposed_by if proposal else actor
    draft = not_taken(record, standing, step, by, ref=ref, data=plain(data))
    context = context_of(record, draft, proposal=proposal, standing=standing)
    made = []
    for code in step.issues:
        form = standing.procedure.form(code, on, scope_codes(record.unit))
        told = _Sources(record, standing, step, data, form)
        try:
            written = rendering.draft(form, context)
        except (TypeError, ValueError, KeyError) as error:
            made.append(Sheet(form.title, SafeString(""), fault=str(error)))
            continue
        wanting = tuple(one.title for one in written.missing if one.code not in OF_SIGNING)
        title = rendering.title(form, context)
        made.append(Sheet(title, SafeString(screen.html(written.body, told)), wanting))
        # A list of what is in the file names the papers made in the same step before it.
        context["papers"] = [*context["papers"], {"title": title, "number": "", "on": on}]
    return made


def _as_answered(record: MatterRecord, data: Mapping[str, Any]) -> MatterRecord:
    """The record with the columns that these answers would write; nothing is saved."""
    answered = copy(record)
    for field, target in current_book().kind(record.kind).keeps.items():
        if "." not in target and data.get(field) not in (None, ""):
            setattr(answered, target, data[field])
    return answered


class _Sources:
    """Where a value of a paper came from, in words."""

    def __init__(
        self, record: MatterRecord, standing: Standing, step: Step, data: Mapping[str, Any], form
    ) -> None:
        self._kind = current_book().kinds.get(record.kind)
        self._standing, self._step, self._data = standing, step, data
        self._fields = {one.code: one for one in form.fields}
        self._form = form

    def __call__(self, code: str) -> str:
        if not code:
            basis = "、".join(self._form.legal_basis)
            return f"来源：《{self._form.title}》式样的固定文字{f'（{basis}）' if basis else ''}"
        return f"来源：{self._words(code)}"

    def _words(self, code: str) -> str:
        standing, step = self._standing, self._step
        first, _, _ = code.partition(".")
        if first in _OF_THE_HOUSE:
            return _OF_THE_HOUSE[first]
        field = standing.procedure.field_of(step.code, first) or self._fields.get(first)
        title = f"“{field.title}”" if field is not None else ""
        article = f"（{cite(field.article)}）" if getattr(field, "article", ()) else ""
        if self._data.get(first) not in (None, "", []):
            return f"本步骤填写的{title or first}{article}"
        if first in step.inherits:
            for event in reversed(standing.events):
                if event.data.get(first) not in (None, "", []):
                    return f"{event.on:%Y-%m-%d}“{standing.procedure.steps[event.step].title}”填写的{title}{article}"
        if code in standing.procedure.named or first in standing.procedure.named:
            named = standing.procedure.named.get(code) or standing.procedure.named[first]
            steps = "、".join(
                standing.procedure.steps[one].title
                for one in (*named.day_of, *named.steps)
                if one in standing.procedure.steps
            )
            return f"案卷记录{f'：“{steps}”' if steps else '中的文号'}"
        if self._kind is not None and first in {*self._kind.parties, "party"}:
            return "登记的当事人和参加人信息"
        return f"由案卷记录汇成{f'的{title}' if title else ''}"


_OF_THE_HOUSE = {
    "office": "本机关信息",
    "number": "文号，签发时编定",
    "on": "签发日期",
    "handlers": "本案承办人及其执法证",
    "opinions": "审批意见",
    "evidence": "案卷登记的证据",
    "papers": "案卷中的文书",
    "documents": "案卷中的文书",
    "served": "本步骤登记的送达情况",
    "measure": "所依据的措施文书",
    "taken_by": "办理人",
    "case": "案件登记信息",
}
