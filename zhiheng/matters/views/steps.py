"""Ways in and steps: their forms, drafts of what stands in them, parties taken over into them."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.accounts.selectors import scope_codes
from zhiheng.law import LawError, current_book
from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.drafts import Typing
from zhiheng.ui.pages import form_page, sent

from .. import address_book, approvals, drafts, origins, pages, readings, selectors, services
from ..family import family_named, family_of
from ..forms import parts_of, proposed_before, step_data, step_form
from ..models import StepTaken
from .addressed import count_of, crumbs_of, family_crumb, record_at, with_files


@require_http_methods(["GET", "POST"])
def open_matter(request, kind, door):
    """A way in: the form of a beginning step."""
    try:
        what = current_book().kind(kind)
    except LawError as error:
        raise Http404(str(error)) from error
    family = family_of(what)
    come = origins.come_from(request.user, request.GET.get("from", ""), kind, door, today())
    typing = Typing(request, drafts.place_of_door(kind, door))
    asked = replace(pages.door_page(request.user, what, door, today()), kept=typing.kept)
    form = step_form(asked, **sent(request))
    if come is None:
        typing.restore(form)
    elif not form.is_bound:
        # What another matter's beginning left typed here is not this one's.
        form.initial = {**form.initial, **{k: v for k, v in come.answers.items() if k in form.fields}}
    _take_over(request, form, asked)
    entrance = next(d for d in what.doors if d.step == door)
    return form_page(
        request,
        form,
        lambda _: origins.open_matter(
            actor=request.user, on=asked.on, kind=kind, door=door, data=with_files(step_data(form)), come=come
        ),
        typing=typing,
        done=lambda record: f"已登记：{family.number(record) or record.title}。",
        to=lambda record: _onward(request, record),
        template="matters/step.html",
        title=entrance.title
        if len(what.doors) == 1 or what.doors[0] is entrance
        else f"{entrance.title}（{asked.procedure.title}）",
        crumbs=[family_crumb(family)],
        parts=parts_of(form),
        step=asked.step,
        article=pages.articles(asked.step.article),
        papers=[
            asked.procedure.form(one, asked.on, scope_codes(request.user.unit)).title
            for one in asked.step.issues
        ],
        preview=reverse("matter-open-preview", args=[kind, door]),
        parties=reverse("matter-open-parties", args=[kind, door])
        if address_book.places(what, asked.step)
        else "",
        back=reverse(family.list_page),
        submit="登记",
    )


@require_http_methods(["GET", "POST"])
def step(request, family, pk, code):
    ref = request.POST.get("ref", "") or request.GET.get("ref", "")
    place = drafts.place(family, pk, code, ref)
    found = selectors.record_for(request.user, family_named(family), pk, today(), form_of=(code, ref, place))
    readings.note(actor=request.user, record=found, at=timezone.now())
    asked = pages.asking(request.user, found, code, today(), ref)
    page = pages.step_page(asked)
    typing = Typing(request, place, known=found.draft_id)
    back = page["back_again"]
    form = step_form(replace(asked, kept=typing.kept or (back.files if back else {})), **sent(request))
    if back and not form.is_bound:
        form.initial = proposed_before(form, back.values)
    typing.restore(form)
    _take_over(request, form, asked)
    return form_page(
        request,
        form,
        lambda _: services.take_step(
            actor=request.user,
            record=found,
            step=code,
            data=with_files(step_data(form)),
            on=asked.on,
            ref=ref,
            seen=count_of(request.POST.get("seen", "")),
        ),
        done=lambda result: pages.what_happened(result, asked.step),
        to=lambda result: (
            _onward(request, found) if isinstance(result, StepTaken) else pages.record_url(found)
        ),
        typing=typing,
        template="matters/step.html",
        title=asked.step.title,
        subtitle="，".join(filter(None, (found.title, page["about"]))),
        crumbs=crumbs_of(found),
        parts=parts_of(form),
        back=pages.record_url(found),
        preview=reverse(f"{page['family_code']}-step-preview", args=[found.pk, code]),
        parties=reverse(f"{page['family_code']}-step-parties", args=[found.pk, code])
        if address_book.places(asked.kind, asked.step)
        else "",
        submit="提请审批" if asked.step.approve else "办理",
        **page,
    )


def _take_over(request, form, asked) -> None:
    """What the address book says of the party that was chosen for one of the step's places, before what was typed of it."""
    key = request.GET.get("party", "")
    entry = address_book.chosen(request.user, key, asked.on) if key else None
    wanted = request.GET.get("as", "")
    place = next((p for p in address_book.places(asked.kind, asked.step) if p.role == wanted), None)
    if entry and place and not form.is_bound:
        form.initial = {**form.initial, **address_book.answers(entry, place)}


def _onward(request, record) -> str:
    """Where one goes after a step: to the matter, or straight to the step that is one's own next, if that was asked for."""
    following = approvals.next_of(request.user, record, today()) if "onward" in request.POST else ""
    return following or pages.record_url(record)


@require_GET
def door_parties(request, kind, door):
    """Parties of the own unit, to be taken over into the form of a door."""
    try:
        what = current_book().kind(kind)
    except LawError as error:
        raise Http404(str(error)) from error
    asked = pages.door_page(request.user, what, door, today())
    back = reverse("matter-open", args=[kind, door])
    return _parties(request, asked, back, [family_crumb(family_of(what))])


@require_GET
def step_parties(request, family, pk, code):
    """Parties of the own unit, to be taken over into the form of a step."""
    found = record_at(request, family, pk)
    asked = pages.asking(request.user, found, code, today(), request.GET.get("ref", ""))
    return _parties(request, asked, reverse(f"{family}-step", args=[pk, code]), crumbs_of(found))


def _parties(request, asked, back, crumbs):
    places = address_book.places(asked.kind, asked.step)
    if not places:
        return redirect(back)  # the step names nobody
    typed = request.GET.get("q", "")
    context = {
        "title": "从已有当事人选取",
        "subtitle": asked.step.title,
        "crumbs": [*crumbs, (asked.step.title, back)],
        "places": places,
        "typed": typed,
        "entries": address_book.search(request.user, typed, asked.on),
        "most": address_book.MOST,
        "back": back,
        "types": {code: word.title for code, word in current_book().party_types.items()},
    }
    return render(request, "matters/parties.html", context)


@require_POST
def draft(request):
    """What stands in a form just now, kept (by its script, every few seconds) or thrown away (by a button)."""
    place, version = request.POST.get("draft-place", ""), request.POST.get("draft-version", "")
    if "discard" in request.POST:
        drafts.drop(person=request.user, place=place)
        messages.success(request, "已放弃草稿。")
        back = request.POST.get("back", "")
        safe = url_has_allowed_host_and_scheme(back, None) and back.startswith("/")
        return redirect(back if safe else "home")
    try:
        kept = drafts.save(
            person=request.user,
            place=place,
            typed=drafts.typed_in(request.POST),
            at=timezone.now(),
            version=count_of(version),
        )
    except drafts.Elsewhere as other:
        return JsonResponse({"words": str(other), "version": other.draft.version}, status=409)
    except Refused as refused:
        return JsonResponse({"words": str(refused)}, status=422)
    return JsonResponse(
        {"words": f"草稿已存 {timezone.localtime(kept.saved_at):%H:%M}", "version": kept.version}
    )
