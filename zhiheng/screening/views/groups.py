"""Screening a list, and the groups that were found."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.documents import services as documents
from zhiheng.documents.downloads import DOCX, XLSX, as_download
from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action
from zhiheng.ui.pages import form_page, sent

from .. import background, packs, pages, running, selectors
from ..forms import ScreenForm
from ..lists import GROUPS
from ..words import STATEMENT
from .addressed import group_at, list_at, put_on_table


@require_http_methods(["GET", "POST"])
def runs(request, pk):
    received = list_at(request, pk)

    others = selectors.has_earlier(received)
    form = ScreenForm(**(sent(request) or {"initial": {"setting": "default", "earlier": others}}))

    def ask(_):
        if received.unit_id != request.user.unit_id or not may(request.user, Right.VERIFY_FILINGS, today()):
            raise Refused.because("名单由登记它的单位筛查")
        asked = form.asked()
        return selectors.open_job(received, background.SCREEN) or put_on_table(
            request, background.SCREEN, f"筛查：{received.title}", {"list": pk, **asked}
        )

    return form_page(
        request,
        form,
        ask,
        done="",
        to=lambda job: reverse("list-job", args=[job.pk]),
        template="screening/runs.html",
        title="筛查",
        subtitle=received.title,
        intro="比对名单中的文字和申请情况，把有关联的申请并成组，按独立的证据种类排序。筛查在后台进行，可以离开本页；参数和结果一并留存，可以重做核对。",
        submit="开始筛查",
        crumbs=pages.crumbs(received),
        back=reverse("screening", args=[pk]),
        runs=[(one, running.equal(one)) for one in selectors.runs_of(received)],
        received=received,
    )


@require_GET
def run(request, pk, run_pk):
    received = list_at(request, pk)
    found = selectors.run_for(received, run_pk)
    first = found.repeats or found
    return GROUPS.respond(
        request,
        selectors.groups_of_run(request.user, first),
        template="screening/run.html",
        title="线索组",
        subtitle=received.title,
        crumbs=[*pages.crumbs(received), ("筛查", reverse("list-runs", args=[pk]))],
        run=found,
        equal=running.equal(found),
        received=received,
        statement=STATEMENT,
        asked=pages.run_page(found),
    )


@require_POST
def repeat(request, pk, run_pk):
    received = list_at(request, pk)
    found = selectors.run_for(received, run_pk)
    asked = {"list": pk, **found.asked, "repeats": (found.repeats or found).pk}
    try:
        made = put_on_table(request, background.SCREEN, f"重做筛查：{received.title}", asked)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("list-run", pk, run_pk)
    return redirect("list-job", made.pk)


@require_GET
def group(request, pk):
    found = group_at(request, pk)
    page = pages.group_page(request.user, found)
    words = request.GET.get("q", "").strip()[:100]
    sifted = pages.sifted(page["members"], words)
    listed = list(sifted[: pages.MEMBERS + 1])
    number = page["number"] if not words else len(listed) if len(listed) <= pages.MEMBERS else sifted.count()
    received = found.run.received
    crumbs = [("申请", reverse("applications"))]
    if received.unit_id in request.user.unit_ids:
        crumbs = [*pages.crumbs(received), ("线索组", reverse("list-run", args=[received.pk, found.run_id]))]
    return render(
        request,
        "screening/group.html",
        {
            "title": f"第{found.number}组　{page['applicants'][0][0] if page['applicants'] else ''}",
            "subtitle": received.title,
            "crumbs": crumbs,
            "statement": STATEMENT,
            "actions": [
                Action("证据材料（docx）", reverse("group-pack", args=[pk, "docx"]), icon="download"),
                Action("证据材料（xlsx）", reverse("group-pack", args=[pk, "xlsx"]), icon="download"),
            ],
            "words": words,
            "listed": listed[: pages.MEMBERS],
            "not_listed": max(0, number - pages.MEMBERS),
            **page,
        },
    )


@require_GET
def group_pack(request, pk, form):
    if form not in ("docx", "xlsx"):
        raise Http404("没有这种材料。")
    page = pages.group_page(request.user, group_at(request, pk))
    name = f"第{page['group'].number}组证据材料.{form}"
    if form == "xlsx":
        return as_download(packs.group_xlsx(page), name, XLSX)
    return as_download(packs.group_docx(page, request.user.unit.name, today()), name, DOCX)


@require_GET
def group_figure(request, pk, digest):
    """A small picture of a drawing, drawn here from the file that was sent."""
    found = selectors.group_for(request.user, pk)
    if not pages.shows(request.user, found, digest):
        raise Http404("没有这幅附图。")
    return HttpResponse(documents.read(digest), content_type="image/png")
