"""The queue of reviews; and the pages of a lawyer who signs in, with what was sent to them."""

from __future__ import annotations

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.documents.downloads import kept_file
from zhiheng.registers.declaration import find, groups
from zhiheng.registers.services import take
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action
from zhiheng.ui.pages import form_page, sent

from . import selectors
from .forms import ConflictForm, OpinionForm
from .lists import SENT, WAITING


@require_GET
def reviews(request):
    kinds = next((kinds for group, kinds in groups() if group == "reviews"), [])
    actions = [Action(kind.title, kind.url("records"), icon=kind.icon) for kind in kinds]
    if over := selectors.exceptions_over(request.user, today()):
        ended = f"{find('text-reviews').url('records')}?state=ended"
        actions.insert(0, Action(f"例外届满待审 {over} 件", ended, icon="alert-triangle", primary=True))
    if selectors.sent_to(request.user).exists():
        actions.append(Action("送给我的事项", reverse("counsel"), icon="send"))
    return WAITING.respond(
        request,
        selectors.waiting(request.user, today()),
        title="审查",
        actions=actions,
    )


@require_GET
def counsel(request):
    return SENT.respond(request, selectors.sent_to(request.user), title="送给我的法律事务")


_CRUMB = "送给我的法律事务"


@require_GET
def counsel_request(request, pk: int):
    asked = selectors.request_sent_to(request.user, pk, today())
    open_ = asked.state in ("waiting", "late")
    actions = []
    if open_ and not asked.conflict:
        actions.append(Action("核查利益冲突", reverse("counsel-conflict", args=[pk]), primary=True))
    elif open_:
        actions.append(Action("出具法律意见", reverse("counsel-answer", args=[pk]), primary=True))
    cleared = asked.conflict == "none"
    return render(
        request,
        "reviews/counsel_request.html",
        {
            "title": asked.subject,
            "crumbs": [(_CRUMB, reverse("counsel"))],
            "actions": actions,
            "asked": asked,
            "files": selectors.files_sent(asked),
            "cleared": cleared,
        },
    )


@require_http_methods(["GET", "POST"])
def counsel_act(request, pk: int, code: str):
    """The lawyer's own acts: whether a conflict stands against it, then the opinion."""
    on = today()
    asked = selectors.request_sent_to(request.user, pk, on)
    register = find("legal-opinions")
    act = register.act(code)
    back = reverse("counsel-request", args=[pk])
    form = (ConflictForm if code == "clear" else OpinionForm)(**sent(request))

    def do(data):
        answers = data if code == "clear" else {"answered_on": on, **data}
        return take(
            actor=request.user,
            on=on,
            register=register,
            record=asked,
            act=act,
            answers=answers,
            sent=selectors.sent_to(request.user),
        )

    return form_page(
        request,
        form,
        do,
        done="已登记。",
        to=back,
        title="核查利益冲突" if code == "clear" else "出具法律意见",
        subtitle=asked.subject,
        crumbs=[(_CRUMB, reverse("counsel"))],
        back=back,
        intro="核查您和所在律师事务所与下列当事人有无利益冲突："
        + "、".join(asked.parties or ["（没有列明当事人）"])
        if code == "clear"
        else "",
    )


@require_GET
def counsel_file(request, pk: int, file_pk: int):
    asked = selectors.request_sent_to(request.user, pk, today())
    found = selectors.file_sent(asked, file_pk)
    return kept_file(request, found.digest, found.file_name)
