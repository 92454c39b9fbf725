"""Report pages: parse, one service or selector, render."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.refusal import Refused
from zhiheng.ui.lists import Action

from . import docx, pages, selectors, services
from .commands import report_dict
from .forms import ReconcileForm
from .lists import rows_list

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _today():
    return timezone.localdate()


def _crumbs(*more):
    return [("报告", reverse("reports")), *more]


def _file(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(data, content_type=DOCX, headers=headers)


@require_GET
def reports(request):
    page = pages.years_page(request.user, _today())
    actions = [Action("核对已发布的报告", reverse("reconcile"), icon="scale")]
    return render(
        request,
        "reports/years.html",
        {"title": "年度报告", "subtitle": request.user.unit.name, "actions": actions, **page},
    )


@require_GET
def report(request, year):
    page = pages.report_page(request.user, year, _today(), request.GET.get("figure", ""))
    context = {"title": page["report"].title, "crumbs": _crumbs(), "year": year, **page}
    return render(request, "reports/report.html", context)


@require_GET
def report_docx(request, year):
    written = selectors.report_for(request.user, year, _today())
    return _file(docx.report_docx(written, _today()), f"{written.title}.docx")


@require_GET
def report_json(request, year):
    written = selectors.report_for(request.user, year, _today())
    return JsonResponse(
        report_dict(written),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": content_disposition_header(True, f"{written.title}.json")},
    )


@require_POST
def publish(request, year):
    try:
        snapshot = services.publish(actor=request.user, year=year, on=_today())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("report", year)
    messages.success(request, "已发布。数字和组成它们的每一件记录已经冻结，摘要已记入留痕账。")
    return redirect("report-snapshot", snapshot.pk)


@require_GET
def figure(request, year, figure_id):
    found = selectors.figure_or_404(figure_id)
    scope = selectors.scope_for(request.user, year)
    whole = selectors.value_of(found, scope)
    listing = rows_list(found, scope).read(request, selectors.rows_of(found, scope), total=whole.rows)
    if request.GET.get("export") == "xlsx" and not listing.too_many:
        return listing.xlsx()
    context = {
        "title": found.title,
        "subtitle": f"{request.user.unit.name}，{year}年",
        "crumbs": _crumbs((f"{year}年", reverse("report", args=[year]))),
        "year": year,
        "listing": listing,
        **pages.figure_page(whole, scope, listing),
    }
    return render(request, "reports/figure.html", context)


@require_GET
def snapshot(request, pk):
    page = pages.snapshot_page(request.user, pk, checked="check" in request.GET)
    found = page["snapshot"]
    context = {
        "title": found.title,
        "subtitle": "已发布的快照",
        "crumbs": _crumbs((f"{found.first.year}年", reverse("report", args=[found.first.year]))),
        **page,
    }
    return render(request, "reports/snapshot.html", context)


@require_http_methods(["GET", "POST"])
def reconcile(request):
    form = ReconcileForm(request.POST or None, request.FILES or None, initial={"year": _today().year - 1})
    context = {"title": "核对已发布的报告", "crumbs": _crumbs(), "form": form}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        held = selectors.reconciliation_for(request.user, data["text"], data["year"])
        if "docx" in request.POST:
            return _file(
                docx.doubts_docx(held, _today(), data["source"]), f"{held.year}年报告数字核对疑点清单.docx"
            )
        # The form below the result is for the next text.
        context["form"] = ReconcileForm(initial={"year": held.year})
        context |= {"source": data["source"], **pages.reconcile_page(held)}
    return render(request, "reports/reconcile.html", context)
