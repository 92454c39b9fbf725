"""The one way a page with a form behaves: parse, one service, say what happened; a refusal stays on the page in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhiheng.refusal import Refused

from .forms import Form


def form_page(
    request,
    form: Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    done: str,
    to: str | Callable[[Any], str],
    template: str = "ui/form_page.html",
    **context,
) -> HttpResponse:
    """Show the form; once it is filled in truly, call `act(cleaned_data)`, say `done` and go `to`.

    `to` is an address, or a function of what `act` returned. `act` may raise `Refused`: its reasons are then shown at
    the fields they name and nothing has been written. `context`: `title`, `submit`, `back`, `intro`, `crumbs`.
    """
    if request.method == "POST" and form.is_valid():
        try:
            made = act(form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, done)
            return redirect(to(made) if callable(to) else to)
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def act_page(request, act: Callable[[], Any], *, done: str, to: str) -> HttpResponse:
    """A button that does one thing: call `act`, say `done` or why not, go `to`."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect(to)
