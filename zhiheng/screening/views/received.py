"""Received lists, how they are split, long work of theirs, and the year's overview."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import JobState
from zhiheng.matters.pages import doors
from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.pages import act_page, form_page, job_page, sent, ticked

from .. import background, pages, selectors, services
from ..family import SCREENING
from ..forms import HandForm
from ..lists import LISTS
from .addressed import list_at, put_on_table


@require_GET
def received_lists(request):
    if request.user.unit.parent_id is not None:
        return redirect("applications")
    actions = (
        doors(request.user, SCREENING.kinds, today()) if may(request.user, Right.WORK_CASE, today()) else []
    )
    return LISTS.respond(
        request,
        selectors.lists_for(request.user, SCREENING, today()),
        template="screening/list.html",
        title="专项筛查",
        tabs=pages.tabs("received-lists", request.user),
        actions=actions,
    )


@require_http_methods(["GET", "POST"])
def job(request, pk):
    """How far long work is; in the end what came of it. A POST stops it."""
    found = jobs.asked_by(request.user, pk, *background.KINDS)
    if request.method == "POST":
        jobs.cancel(job=found, at=timezone.now())
        return redirect("list-job", pk)
    if found.state == JobState.DONE:
        if "split" in found.result:
            messages.success(request, _split_words(found.result["split"]))
        for key, name in (
            ("drawings", "list-drawings"),
            ("feedback", "list-feedback"),
            ("split", "list-split"),
        ):
            if key in found.result:
                return redirect(name, found.asked["list"])
        names = {"run": "list-run", "file": "list-file", "results": "list-result"}
        key = next(key for key in names if key in found.result)
        return redirect(names[key], found.asked["list"], found.result[key])
    back = reverse("screening", args=[found.asked["list"]])
    return job_page(request, "screening/job.html", found, crumbs=pages.crumbs(), back=back)


def _split_words(counts: dict[str, int]) -> str:
    return f"已分派 {sum(counts.values()) - counts['']:,} 件，{counts['']:,} 件须人工指定。"


def _split_beside(request, received):
    """A long list is split by a job; one that is under way already is shown instead of a second."""
    under_way = selectors.open_job(received, background.SPLIT)
    if under_way is not None and under_way.made_by_id != request.user.pk:
        messages.info(request, "同事已经提交按地址分派，正在后台办理。")
        return redirect("list-split", received.pk)
    title = f"按地址分派：{received.title}"
    try:
        selectors.refuse_stranger(request.user, received, today())
        made = under_way or put_on_table(request, background.SPLIT, title, {"list": received.pk})
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("list-split", received.pk)
    return redirect("list-job", made.pk)


@require_http_methods(["GET", "POST"])
def split(request, pk):
    """By address as far as it tells; what is left, by hand."""
    received = list_at(request, pk)
    units = [(code, name) for code, name in pages.units_of(request.user)]
    form = HandForm(**sent(request), units=units)
    left = selectors.waiting(received, "received")
    if request.method == "POST" and "by_address" in request.POST:
        if left > background.MANY:
            return _split_beside(request, received)
        return act_page(
            request,
            lambda: services.split(actor=request.user, received=received, on=today()),
            done=_split_words,
            to=reverse("list-split", args=[pk]),
        )
    chosen = ticked(request)

    def by_hand(answers):
        if not chosen:
            raise Refused.because("没有勾选申请", way_out="请勾选要分派的申请")
        return services.take(actor=request.user, on=today(), applications=chosen, act="move", answers=answers)

    return form_page(
        request,
        form,
        by_hand,
        done=lambda made: f"已分派 {len(made)} 件。",
        to=reverse("list-split", args=[pk]),
        template="screening/split.html",
        title="分派区县",
        subtitle=received.title,
        crumbs=pages.crumbs(received),
        received=received,
        table=selectors.split_table(received),
        undecided=list(selectors.undecided(received)[: pages.MANY]),
        left=left,
        chosen=chosen,
    )


@require_GET
def overview(request):
    """The figures by list, district, agency or IPC: each number opens to its applications."""
    by = request.GET.get("by", "unit")
    if by not in selectors.DIMENSIONS:
        raise Http404("没有这种分列。")
    years = selectors.years(request.user)
    asked = request.GET.get("year", "")
    year = (
        int(asked)
        if len(asked) == 4 and asked.isdecimal() and int(asked) in years
        else (years[0] if years else today().year)
    )
    rows = selectors.overview(request.user, year, by)
    return render(
        request,
        "screening/overview.html",
        {
            "title": "非正常专利申请情况",
            "tabs": pages.tabs("screening-overview", request.user),
            "by": by,
            "dimensions": [(code, title) for code, (title, *_) in selectors.DIMENSIONS.items()],
            "years": years,
            "year": year,
            "table": pages.linked_rows(rows, by, year),
            "heading": selectors.DIMENSIONS[by][0],
            "total": selectors.totals(request.user, year),
            "most": len(rows) if len(rows) >= selectors.MOST_SHOWN else 0,
            "chart": pages.overview_chart(rows, by, year),
            "of_year": pages.of_year(year),
        },
    )
