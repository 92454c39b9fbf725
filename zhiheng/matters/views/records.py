"""A matter's own page, who works it, who informed of it; a new version of the law for those that are open."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.law import current_book
from zhiheng.ui.days import today
from zhiheng.ui.pages import form_page, sent

from .. import adoption as adopting
from .. import pages, protection, selectors, services
from ..family import family_of
from ..forms import AdoptionForm, PurposeForm, officers_form
from .addressed import crumbs_of, family_crumb, record_at


@require_GET
def matter(request, pk):
    """A matter by its own number: on to its record's page, whichever family keeps it."""
    found = selectors.matter_for(request.user, pk, today())
    return redirect(family_of(found.kind).code, found.record_id)


@require_GET
def record(request, family, pk):
    found = record_at(request, family, pk)
    page = pages.matter_page(request.user, found, today(), request.GET.get("tab", ""))
    crumbs = [family_crumb(page["family"])]
    return render(request, "matters/matter.html", {"crumbs": crumbs, "title": found.title, **page})


@require_http_methods(["GET", "POST"])
def officers(request, family, pk):
    found = record_at(request, family, pk)
    standing, asked_kind = selectors.standing_for(found, today()), current_book().kind(found.kind)
    if standing is None:
        raise Http404(f"{asked_kind.this}由台账导入，没有在本系统办理的程序。")
    asked = pages.asking(request.user, found, next(iter(standing.procedure.steps)), today())

    def assign(values):
        lead = int(values["lead"])
        people = selectors.people_by_id([lead, *(p for p in values["handlers"] if p != lead)])
        services.assign_officers(actor=request.user, record=found, people=people, on=today())

    return form_page(
        request,
        officers_form(asked, data=request.POST or None),
        assign,
        done="已指派承办人。",
        to=pages.record_url(found),
        title="指派承办人",
        subtitle=found.title,
        crumbs=crumbs_of(found),
        intro=f"两名以上具有行政执法资格的人员（{asked_kind.certified}、{asked_kind.basis.get('officers', '')}）。"
        if asked_kind.certified
        else "两名以上人员，其中一人主办。",
        back=pages.record_url(found),
    )


@require_http_methods(["GET", "POST"])
@never_cache
def protected(request, family, pk):
    """Who informed: shown once for a stated purpose, on the record; no address keeps it."""
    found = record_at(request, family, pk)
    if not protection.may_read(request.user, found, today()):
        raise Http404("没有可以查阅的保密信息。")
    around = {
        "title": "查阅举报人信息",
        "subtitle": found.title,
        "crumbs": crumbs_of(found),
        "back": pages.record_url(found) + "?tab=timeline",
    }

    def show(values):
        told = protection.read(actor=request.user, record=found, on=today(), purpose=values["purpose"])
        return render(request, "matters/protected.html", {"told": told, **around})

    return form_page(
        request,
        PurposeForm(**sent(request)),
        show,
        done="",
        to="",
        intro="举报人的姓名和联系方式加密保存，不进入文书、清单和检索。每次查阅的人、时间和事由都记入留痕账。",
        submit="查阅",
        **around,
    )


@require_http_methods(["GET", "POST"])
def adoption(request, code, effective):
    """What it would change if the open matters went over to a version of their procedure, and the act of adopting it."""
    version = pages.version_named(code, effective)
    page = pages.adoption_page(request.user, version, today())
    return form_page(
        request,
        AdoptionForm(**sent(request)),
        lambda values: adopting.adopt(
            actor=request.user, version=version, on=today(), reason=values["reason"]
        ),
        done=lambda done: f"已采用：{sum(not m.stays for m in done)} 件在办事项转到本版本。",
        to=reverse("adoption", args=[code, effective]),
        template="matters/adoption.html",
        back=f"{reverse('law')}procedures/{code}/?version={effective}",
        submit="采用",
        crumbs=[("法规库", reverse("law"))],
        **page,
    )
