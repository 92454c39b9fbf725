"""The one way a page with a form behaves: parse, one service, say what happened; a refusal stays on the page in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from zhiheng.refusal import Refused

from .drafts import Typing
from .forms import Form


def sent(request) -> dict[str, Any]:
    """What the visitor sent, uploads included, as a form takes it: `SomeForm(**sent(request))`. Empty until it is sent."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def ticked(request) -> list[int]:
    """The numbers of the rows ticked on a page that shows several, each with a tick of its own (`looked`)."""
    return [int(one) for one in request.POST.getlist("looked") if one.isdecimal() and len(one) < 18]


def form_page(
    request,
    form: Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    done: str | Callable[[Any], str],
    to: str | Callable[[Any], str],
    template: str = "ui/form_page.html",
    typing: Typing | None = None,
    keeps: bool = True,
    **context,
) -> HttpResponseBase:
    """Show the form; once it is filled in truly, call `act(cleaned_data)`, say `done` and go `to`.

    `done` and `to` are words and an address, or functions of what `act` returned; empty words are not said. `act` may
    raise `Refused`: its reasons are then shown at the fields they name, the summary above the form has the focus, what
    was typed stays, and the answer is 422. It may return a response of its own, which is given as it is: the dry run
    that is to be confirmed. A question without fields is a page whose form is a bare `Form`.

    What is typed is kept as long as it was not taken (`ui.drafts`), by the page's own address, or by the place of the `typing` that
    is given, whose form has been restored already; not where the form only picks from what the page offers (`keeps`).
    `context`: `title`, `subtitle`, `crumbs`, `intro` (before the form), `submit` (the button's word), `back` (where
    "cancel" leads). A `template` of its own extends `ui/form_page.html`: blocks `above`, `fields`, `buttons`.
    """
    typing = typing or (Typing.at(request, form) if keeps else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = act(form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            if typing is not None:
                typing.done()
            if isinstance(made, HttpResponseBase):
                return made
            return _gone(request, done(made) if callable(done) else done, to(made) if callable(to) else to)
    if request.method == "POST" and typing is not None:
        typing.returned(form)
    return render(
        request, template, {"form": form, "typing": typing, **context}, status=422 if form.errors else 200
    )


def job_page(request, template: str, job: Any, **context: Any) -> HttpResponse:
    """How far long work is: the page looks again by itself, every two seconds while the job is open (`ui/job.html` says so)."""
    answer = render(request, template, {"title": job.title, "job": job, **context})
    if job.is_open:
        answer["Refresh"] = "2"
    return answer


def act_page(request, act: Callable[[], Any], *, done: str | Callable[[Any], str], to: str) -> HttpResponse:
    """A button that does one thing: call `act`, say `done` (or its words about what `act` returned) or why not, go `to`."""
    try:
        made = act()
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(to)
    return _gone(request, done(made) if callable(done) else done, to)


def _gone(request, words: str, to: str) -> HttpResponse:
    if words:
        messages.success(request, words)
    return redirect(to)
