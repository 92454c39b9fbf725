"""The pages of plans beside those every kind of record has: board, timeline, reading a file, handing down, taking up measures."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may_in, who_may
from zhiheng.documents import services as documents
from zhiheng.refusal import Refused
from zhiheng.registers import selectors as records
from zhiheng.registers.declaration import find
from zhiheng.ui.days import today
from zhiheng.ui.pages import form_page, sent

from . import pages, selectors, services
from .forms import HandDownForm, PlanFileForm, ReadPlanForm, TakeUpForm

_READ = "plan"  # salt of the address that carries a file from the upload to its confirmation
_KEPT_SECONDS = 24 * 3600


@require_GET
def board(request, pk: int):
    found = selectors.overview(request.user, pk, today())
    context = {
        "title": f"{found.plan}：看板",
        "crumbs": pages.crumbs(found.plan),
        "actions": pages.views_of(found.plan, "plan-board"),
        **pages.board(request.user, found),
    }
    return render(request, "plans/board.html", context)


@require_GET
def timeline(request, pk: int):
    found = selectors.overview(request.user, pk, today())
    context = {
        "title": f"{found.plan}：进度图",
        "crumbs": pages.crumbs(found.plan),
        "actions": pages.views_of(found.plan, "plan-timeline"),
        **pages.timeline(found, today()),
    }
    return render(request, "plans/timeline.html", context)


@require_GET
def kept(request):
    """What was found wrong in a year, and what the next made of it."""
    problems, on = find("problems"), today()
    years = selectors.years_of_problems(request.user, on)
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else next(iter(years), on.year - 1)
    found = selectors.kept(request.user, year, on)
    context = {
        "title": "问题整改情况",
        "subtitle": f"{year}年报告查找的问题",
        "crumbs": [(problems.title, problems.url("records"))],
        "years": [(one, one == year) for one in years],
        **pages.kept(found, year),
    }
    return render(request, "plans/kept.html", context)


def _refuse_stranger(request, right: Right, unit_id: int) -> None:
    if not may_in(request.user, right, unit_id, today()):
        raise PermissionDenied(f"由{who_may(right)}办理。")


@require_http_methods(["GET", "POST"])
def import_new(request):
    """A file is read at once; the next page says what it would make."""
    _refuse_stranger(request, Right.KEEP_PLANS, request.user.unit_id)
    plans = find("plans")

    def read(answers):
        upload = answers["file"][0]
        if isinstance(upload, dict):
            upload = documents.kept_upload(upload)
        kept = documents.keep_upload(file_name=upload.name, file=upload)
        services.read_file(documents.read(kept["digest"]), kept["name"])
        token = signing.dumps([kept["digest"], kept["name"], request.user.pk], salt=_READ)
        return redirect(f"{reverse('plan-import-read')}?{urlencode({'file': token})}")

    return form_page(
        request,
        PlanFileForm(**sent(request)),
        read,
        done="",
        to=plans.url("records"),
        title="读入计划文件",
        intro="先读出方面、任务、单位和时限给您核对，确认以后才登记。读不准的会逐处写明，不会猜。",
        submit="读文件",
        crumbs=[(plans.title, plans.url("records"))],
        back=plans.url("records"),
    )


@require_http_methods(["GET", "POST"])
def import_read(request):
    """What the file says, to be confirmed; nothing is written before."""
    _refuse_stranger(request, Right.KEEP_PLANS, request.user.unit_id)
    try:
        digest, name, by = signing.loads(request.GET.get("file", ""), salt=_READ, max_age=_KEPT_SECONDS)
    except signing.BadSignature:
        return redirect("plan-import")
    if by != request.user.pk:
        raise Http404("没有这份文件。")
    data, plans = documents.read(digest), find("plans")
    read = services.read_file(data, name)
    usual = {"kind": read.kind, "year": read.year, "issued_on": read.issued_on}
    form = ReadPlanForm(**sent(request), initial=usual)
    return form_page(
        request,
        form,
        lambda answers: services.import_plan(
            actor=request.user, on=today(), read=read, name=name, data=data, **answers
        ),
        done=lambda made: f"已登记计划：{made}。",
        to=lambda made: reverse("plan-board", args=[made.pk]),
        template="plans/import_read.html",
        keeps=False,
        title=read.title or name,
        subtitle=name,
        submit="确认登记",
        crumbs=[(plans.title, plans.url("records")), ("读入计划文件", reverse("plan-import"))],
        back=reverse("plan-import"),
        read=read,
        counts=[("方面", len(read.aspects)), ("任务", len(read.tasks)), ("未读准", len(read.unread))],
    )


@require_http_methods(["GET", "POST"])
def hand_down(request, pk: int):
    """One task to several units at once."""
    tasks = find("plan-tasks")
    task = records.record_for(request.user, tasks, pk, today())
    _refuse_stranger(request, Right.HAND_DOWN, task.unit_id)
    units = {unit.code: unit for unit in selectors.units_below(request.user, task)}
    back = tasks.url("record", pk)

    def hand(answers):
        chosen = [units[code] for code in answers.pop("units")]
        return services.hand_down(actor=request.user, on=today(), task=task, units=chosen, **answers)

    return form_page(
        request,
        HandDownForm(units.values(), **sent(request)),
        hand,
        done=lambda made: f"已下达 {len(made)} 个单位。",
        to=back,
        title="下达区县",
        subtitle=str(task),
        intro="每个承办单位一条，在本系统报送完成情况；已经下达过的单位不再列出。",
        submit="下达",
        crumbs=[*pages.crumbs(task.aspect.plan), (str(task), back)],
        back=back,
    )


@require_http_methods(["GET", "POST"])
def remedies(request, pk: int):
    """Measures against last year's problems become tasks of this plan."""
    found = selectors.overview(request.user, pk, today())
    plan = found.plan
    _refuse_stranger(request, Right.KEEP_PLANS, plan.unit_id)
    waiting = {str(one.pk): one for one in selectors.waiting_remedies(request.user, today())}
    aspects = {str(one.pk): one for one in selectors.aspects_of(plan)}

    def take_up(answers):
        if not aspects:
            raise Refused.because("这个计划还没有方面", way_out="请先增加方面")
        chosen = [waiting[number] for number in answers["remedies"]]
        return services.take_up(
            actor=request.user, on=today(), remedies=chosen, aspect=aspects[answers["aspect"]]
        )

    board_url = reverse("plan-board", args=[pk])
    return form_page(
        request,
        TakeUpForm(waiting.values(), aspects.values(), **sent(request)),
        take_up,
        done=lambda made: f"已列入 {len(made)} 项任务。",
        to=board_url,
        keeps=False,
        title="列入整改措施",
        subtitle=str(plan),
        intro="针对上年问题提出、还没有列入计划的措施，选中后成为本计划的任务，两边互相写明。"
        if waiting
        else "没有待列入计划的整改措施。",
        submit="列入计划",
        crumbs=pages.crumbs(plan),
        back=board_url,
    )
