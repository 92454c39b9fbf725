"""The ledger as pages. They live here and not in `audit`, which stands below `accounts` and knows no rights."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from zhiheng.accounts.rights import Right, role_titles, roles_with
from zhiheng.accounts.selectors import may
from zhiheng.audit import selectors
from zhiheng.audit.verification import verify
from zhiheng.ui.days import today

from ..ledger import ENTRIES, contents, subject_link


def _admit(request) -> None:
    if not may(request.user, Right.READ_AUDIT, today()):
        roles = role_titles(sorted(roles_with(Right.READ_AUDIT)))
        raise PermissionDenied(
            f"留痕账由{roles}查阅，您没有这些角色。某个案件的留痕可在该案件页的“留痕”栏查看。"
        )


def entries(request):
    _admit(request)
    return ENTRIES.respond(
        request,
        selectors.entries_visible_to(request.user),
        template="workbench/audit_list.html",
        title="留痕账",
        subtitle="谁在何时对什么做了什么。只增不改，前后摘要相连。",
    )


def entry(request, seq: int):
    _admit(request)
    shown = selectors.entry_for(request.user, seq)
    if shown is None:
        raise Http404("没有这条留痕，或者它不属于您的单位。")
    return render(
        request,
        "workbench/audit_entry.html",
        {
            "title": f"第 {shown.seq} 条：{shown.action}",
            "crumbs": [("留痕账", reverse("audit"))],
            "entry": shown,
            "contents": contents(shown),
            "link": subject_link(shown),
        },
    )


@require_POST
def check(request):
    """Recompute the whole chain; a POST, because it reads every entry and no crawler or prefetch should start it."""
    _admit(request)
    return render(
        request,
        "workbench/audit_check.html",
        {
            "title": "核对留痕账",
            "crumbs": [("留痕账", reverse("audit"))],
            "found": verify(),
            "at": timezone.now(),
        },
    )
