"""Papers to applicants: one for all of an applicant's applications on a list, numbered, kept with what was done about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from zhiheng import canonical
from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import scope_codes
from zhiheng.documents import services as documents
from zhiheng.documents.rendering import forms as rendering
from zhiheng.law import current_book
from zhiheng.refusal import Reason, Refused

from . import selectors, services
from .declared import acts
from .models import Application, ApplicationAct, ReceivedList


def printed(actor: Person, on: date) -> list[tuple[str, str]]:
    """Code and title of each form that is filled in by hand, and printed from an application as often as it is needed."""
    codes = [code for act in acts().values() for code in act.prints]
    return [(code, current_book().form(code, on, scope_codes(actor.unit)).title) for code in codes]


@transaction.atomic
def issue(
    *,
    actor: Person,
    on: date,
    applications: Sequence[int],
    act: str,
    answers: Mapping[str, Any],
    looked: bool = True,
) -> list[ApplicationAct]:
    """Do an act that makes papers: of each of its forms one for every applicant among the applications of a list, numbered where the form
    is. The paper is kept with the act. Raises Refused with every reason; then no number was drawn.
    """
    declared = acts()[act]
    rows = (
        selectors.applications_for(actor).select_related("unit", "received").filter(pk__in=set(applications))
    )
    together: dict[tuple[int, str], list[Application]] = {}
    for row in rows.defer("texts", "extra", "facts").order_by("row"):
        # Without a name an application is by itself.
        named = canonical.key(row.applicant) or f"第{row.pk}件"
        together.setdefault((row.received_id, named), []).append(row)
    # Whatever is wrong with one of them is told before the first number is drawn.
    if reasons := [
        Reason(f"{row.number}：{why}")
        for mine in together.values()
        for row in mine
        if (why := selectors.refusal(actor, declared, row, on))
    ]:
        raise Refused(tuple(reasons[:20]))
    by = answers.get("reply_by")
    for row in (row for mine in together.values() for row in mine):
        until = row.reply_by or row.received.feedback_due
        if by and until and by > until:
            raise Refused.because(
                f"{row.number}的答复期限是 {until:%Y-%m-%d}，通知不能写得更晚", field="reply_by"
            )
    made: list[ApplicationAct] = []
    for mine in together.values():
        files, number = [], ""
        for code in declared.issues:
            form = current_book().form(code, on, scope_codes(actor.unit))
            if form.numbered:
                number = documents.draw_number(prefix=actor.unit.number_prefix, code=form.number_code, on=on)
            data = render(code, mine, actor=actor, on=on, number=number, answers=answers)
            name = f"{form.title}-{number or mine[0].number}.docx"
            files.append({"name": name, "digest": documents.store(data), "size": len(data)})
        made += services.take(
            actor=actor,
            on=on,
            applications=[row.pk for row in mine],
            act=act,
            answers={**answers, "number": number, "files": files},
            looked=looked,
        )
    if not made:
        raise Refused.because("没有可以制发通知的申请", way_out="请回到清单重新选择")
    return made


def render(
    code: str,
    applications: Sequence[Application],
    *,
    actor: Person,
    on: date,
    number: str = "",
    answers: Mapping[str, Any] | None = None,
) -> bytes:
    """A form of the book about applications of one applicant on one list. Raises Refused, naming what is wanting."""
    form = current_book().form(code, on, scope_codes(actor.unit))
    received, unit = applications[0].received, actor.unit
    context = {
        **letter_of(received),
        **(answers or {}),
        "office": {"name": unit.name, "seal_name": unit.name, "address": unit.address, "phone": unit.phone},
        "handlers": [{"name": actor.name, "cert_no": ""}],
        "number": number,
        "on": on,
        "addressee": applications[0].applicant or "（名单未写明申请人）",
        "listed": [{"number": one.number, "title": one.title, "stated": one.stated} for one in applications],
    }
    if gaps := rendering.missing(form, context):
        raise Refused(
            tuple(
                Reason(f"《{form.title}》缺少“{title}”", way_out=f"请在“{page}”填写后再办")
                for _, title, page in gaps
            )
        )
    return rendering.render(form, context)


def letter_of(received: ReceivedList) -> dict[str, Any]:
    """What the letter with the list says of itself, for the papers that name it."""
    return {
        "sender_body": received.sender or "国家知识产权局",
        "letter_no": received.letter_no,
        "batch_no": received.batch_no,
        "title": received.title,
    }


def by_hand(*, actor: Person, code: str, application: Application, on: date) -> tuple[str, bytes]:
    """The name and content of a paper that is filled in by hand, with all of the applicant's applications on the list that the actor sees."""
    mine = selectors.applications_for(actor).filter(received=application.received)
    mine = (
        mine.filter(applicant=application.applicant)
        if application.applicant
        else mine.filter(pk=application.pk)
    )
    rows = list(mine.select_related("received").defer("texts", "extra", "facts").order_by("row")[:200])
    data = render(code, rows, actor=actor, on=on)
    title = current_book().form(code, on, scope_codes(actor.unit)).title
    return f"{title}-{application.number}.docx", data
