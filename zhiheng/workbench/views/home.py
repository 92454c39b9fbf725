from __future__ import annotations

from django.shortcuts import render
from django.urls import reverse

from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.cases.selectors import state_title
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action

from .. import selectors
from ..lists import CLOCKS, case_link, clock_standing, step_title

# As many as one looks over before coffee; the rest is one click away.
SHOWN = 12


def home(request):
    actor, on = request.user, today()
    counts = selectors.count_clocks(actor, on)
    waiting = selectors.approvals(actor, on)
    own = f"{reverse('clocks')}?whose=ours"
    return render(
        request,
        "workbench/home.html",
        {
            "title": "工作台",
            "subtitle": f"{actor.unit.name}　{actor.name}　{on:%Y-%m-%d}",
            "actions": [Action("登记案源", reverse("lead-new"), icon="plus", primary=True)]
            if may(actor, Right.WORK_CASE, on)
            else [],
            "counts": [
                ("待我审批", waiting.count(), reverse("approvals"), ""),
                ("超期时限", counts.red, f"{own}&colour=red", "red"),
                ("临近届满", counts.amber, f"{own}&colour=amber", "amber"),
                ("期限内", counts.green, f"{own}&colour=green", ""),
                ("中止中", counts.grey, f"{own}&colour=grey", ""),
            ],
            "waiting": [(row, step_title(row), case_link(row)) for row in waiting[:SHOWN]],
            "clocks": [
                (row, clock_standing(row), case_link(row)) for row in selectors.own_clocks(actor)[:SHOWN]
            ],
            "all_clocks": own,
            "supervises": len(actor.unit_ids) > 1,
            "recent": [
                (case, state_title(case), reverse("case", args=[case.pk]))
                for case in selectors.recent_cases(actor)[:SHOWN]
            ],
        },
    )


def clocks(request):
    return CLOCKS.respond(
        request, selectors.clocks(request.user), title="时限", crumbs=[("工作台", reverse("home"))]
    )


def approvals(request):
    waiting = selectors.approvals(request.user, today())
    return render(
        request,
        "workbench/approvals.html",
        {
            "title": "待我审批",
            "crumbs": [("工作台", reverse("home"))],
            "waiting": [(row, step_title(row), case_link(row)) for row in waiting],
        },
    )
