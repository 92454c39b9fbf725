"""The ledger as pages. They live here and not in `audit`, which stands below `accounts` and knows no rights."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from zhiheng.accounts.rights import Right, role_titles, roles_with
from zhiheng.accounts.selectors import may
from zhiheng.audit import selectors
from zhiheng.audit.verification import verify
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import JobState
from zhiheng.matters.readings import readings_for
from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.pages import job_page

from .. import background
from ..ledger import ENTRIES, contents, entries_for, entry_for, subject_link
from ..lists import READINGS


def _admit(request) -> None:
    if not may(request.user, Right.READ_AUDIT, today()):
        roles = role_titles(sorted(roles_with(Right.READ_AUDIT)))
        raise PermissionDenied(
            f"留痕账由{roles}查阅，您没有这些角色。某个案件的留痕可在该案件页的“留痕”栏查看。"
        )


def _admit_to_all(request) -> None:
    """What is found is told by name, whichever unit it is about."""
    _admit(request)
    if not request.user.sees_every_unit:
        raise PermissionDenied("核对的是全市的账和记录，由市局有权查阅的人员办理。")


def entries(request):
    _admit(request)
    return ENTRIES.respond(
        request,
        entries_for(request.user),
        may_check=request.user.sees_every_unit,
        template="workbench/audit_list.html",
        title="留痕账",
        subtitle="谁在何时对什么做了什么。只增不改，前后摘要相连。",
    )


def readings(request):
    """Who read which record: for heads and auditors, over their unit and those below."""
    if not may(request.user, Right.SUPERVISE_READING, today()):
        roles = role_titles(sorted(roles_with(Right.SUPERVISE_READING)))
        raise PermissionDenied(f"查阅记录由{roles}查看，您没有这些角色。")
    return READINGS.respond(
        request,
        readings_for(request.user, today()),
        title="查阅记录",
        subtitle="谁在哪天看过哪件案件。一人一案一天一行；下载的文件另记在留痕账。",
    )


def entry(request, seq: int):
    _admit(request)
    shown = entry_for(request.user, seq)
    if shown is None:
        raise Http404("没有这条留痕，或者它不属于您的单位。")
    return render(
        request,
        "workbench/audit_entry.html",
        {
            "title": f"第 {shown.seq} 条：{shown.action}",
            "crumbs": _crumbs(),
            "entry": shown,
            "contents": contents(shown),
            "link": subject_link(shown),
        },
    )


@require_POST
def check(request):
    """Recompute the whole chain; a POST, because it reads every entry and no crawler or prefetch should start it.

    A long ledger is verified beside the web server, once for all who ask meanwhile.
    """
    _admit_to_all(request)
    if selectors.last_number() < background.LONG:
        return _checked(request, verify(), timezone.now())
    try:
        job = jobs.open_one(kind=background.VERIFY) or jobs.ask(
            made_by=request.user, kind=background.VERIFY, title="核对留痕账", asked={}, at=timezone.now()
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("audit")
    return redirect("audit-checked", job.pk)


@require_GET
def checked(request, pk: int):
    """How far a verification is; in the end what it found."""
    _admit_to_all(request)
    job = jobs.one_of(kind=background.VERIFY, pk=pk)
    if job is None:
        raise Http404("没有这次核对。")
    if job.state == JobState.DONE:
        return _checked(request, background.findings_of(job), job.ended_at)
    return job_page(request, "workbench/audit_checking.html", job, crumbs=_crumbs())


def _crumbs() -> list[tuple[str, str]]:
    return [("留痕账", reverse("audit"))]


def _checked(request, found, at):
    context = {"title": "核对留痕账", "crumbs": _crumbs(), "found": found, "at": at}
    return render(request, "workbench/audit_check.html", context)
