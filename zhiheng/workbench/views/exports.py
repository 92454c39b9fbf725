"""Asking for a long list as a sheet, how far it is, and the file."""

from __future__ import annotations

from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.audit.handing_out import ADDRESS, ROWS
from zhiheng.jobs import services as jobs
from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.pages import job_page

from .. import exports


@require_http_methods(["GET", "POST"])
def index(request):
    """One's own exports; with the address of a list in `of` the question whether to make one of it, a POST does."""
    address, refused = request.GET.get("of", ""), None
    if request.method == "POST":
        try:
            job = exports.ask(actor=request.user, address=address, on=today(), at=timezone.now())
            return redirect("export", job.pk)
        except Refused as error:
            refused = error
    context = {
        "title": "导出表格" if address else "我的导出",
        "asked": address,
        "refused": refused,
        "back": _page_of(address),
        "mine": exports.recent(request.user),
        "kept": exports.KEPT.days,
    }
    return render(request, "workbench/exports.html", context, status=409 if refused else 200)


@require_http_methods(["GET", "POST"])
def export(request, pk: int):
    """How far it is; in the end where to fetch it. A POST stops it."""
    job = jobs.asked_by(request.user, pk, exports.EXPORT)
    if request.method == "POST":
        jobs.cancel(job=job, at=timezone.now())
        return redirect("export", pk)
    return job_page(
        request,
        "workbench/export.html",
        job,
        crumbs=[("我的导出", reverse("exports"))],
        ready=exports.file_of(job) is not None,
        kept=exports.KEPT.days,
        back=_page_of(job.asked["address"]),
    )


@require_GET
def fetch(request, pk: int):
    job = jobs.asked_by(request.user, pk, exports.EXPORT)
    path = exports.file_of(job)
    if path is None:
        return redirect("export", pk)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=job.result["name"])
    setattr(response, ROWS, job.result["rows"])
    setattr(response, ADDRESS, job.asked["address"])
    return response


def _page_of(address: str) -> str:
    """Where the list itself stands, for the way back."""
    try:
        path, query = exports.parts(address)
    except Refused:
        return reverse("home")
    query = query.replace("export=xlsx", "").strip("&")
    return f"{path}?{query}" if query else path
