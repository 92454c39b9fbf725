"""The papers of a step before it is taken, from a door, a step's form, a proposal."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from zhiheng.law import LawError, current_book
from zhiheng.ui.days import today

from .. import pages, preview, selectors
from ..engine import Standing, decode
from ..family import family_of
from ..forms import step_data, step_form
from .addressed import crumbs_of, family_crumb, holds_uploads, record_at


@require_POST
def door_preview(request, kind, door):
    """The papers of a beginning step as they would be printed with what stands in its form."""
    try:
        what = current_book().kind(kind)
    except LawError as error:
        raise Http404(str(error)) from error
    asked = pages.door_page(request.user, what, door, today())
    blank = family_of(what).model(unit=request.user.unit, kind=what.code)
    return _previewed(request, asked, blank, Standing.blank(asked.procedure, asked.on))


@require_POST
def step_preview(request, family, pk, code):
    """The papers of a step as they would be printed with what stands in its form: a page, or the part of one."""
    found = record_at(request, family, pk)
    asked = pages.asking(request.user, found, code, today(), request.POST.get("ref", ""))
    return _previewed(request, asked, found, asked.standing)


def _previewed(request, asked, found, standing):
    form = step_form(asked, data=request.POST)
    form.is_valid()
    answers = {name: value for name, value in step_data(form).items() if not holds_uploads(value)}
    made = preview.sheets(found, asked.step, answers, request.user, standing, ref=asked.ref)
    return _sheets(request, made, found, asked.step.title)


@require_GET
def proposal_preview(request, family, pk, proposal_pk):
    """The papers of a proposed step, with the opinions signed so far."""
    found = record_at(request, family, pk)
    waiting = selectors.proposal_for(found, proposal_pk)
    asked = pages.asking(request.user, found, waiting.step, today(), waiting.ref)
    answers = decode(asked.procedure, waiting.step, waiting.data)
    made = preview.sheets(
        found, asked.step, answers, request.user, asked.standing, proposal=waiting, ref=waiting.ref
    )
    return _sheets(request, made, found, asked.step.title)


def _sheets(request, made, found, title):
    part = request.headers.get("X-Part") or request.htmx
    context = {
        "sheets": made,
        "title": f"预览：{title}",
        "subtitle": found.title,
        "crumbs": crumbs_of(found) if found.pk else [family_crumb(family_of(found.kind))],
        "back": pages.record_url(found) if found.pk else reverse(family_of(found.kind).list_page),
    }
    return render(request, "matters/sheets.html" if part else "matters/preview.html", context)
