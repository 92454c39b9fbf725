from __future__ import annotations

from django.shortcuts import render
from django.urls import reverse

from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.matters.family import families
from zhiheng.matters.pages import doors
from zhiheng.matters.selectors import matter_state
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action

from .. import selectors
from ..lists import CLOCKS, clock_standing, matter_link, proposal_link, step_title

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
            "actions": _doors(actor, on) if may(actor, Right.WORK_CASE, on) else [],
            "counts": [
                ("待我审批", waiting.count(), reverse("approvals"), ""),
                ("超期时限", counts.red, f"{own}&colour=red", "red"),
                ("临近届满", counts.amber, f"{own}&colour=amber", "amber"),
                ("期限内", counts.green, f"{own}&colour=green", ""),
                ("暂停计算", counts.grey, f"{own}&colour=grey", ""),
            ],
            "waiting": [(row, step_title(row), proposal_link(row)) for row in waiting[:SHOWN]],
            "clocks": [
                (row, clock_standing(row), matter_link(row))
                for row in selectors.own_clocks(actor, on)[:SHOWN]
            ],
            "all_clocks": own,
            "supervises": len(actor.unit_ids) > 1,
            "recent": [
                (matter, matter_state(matter), reverse("matter", args=[matter.pk]))
                for matter in selectors.recent(actor, on)[:SHOWN]
            ],
        },
    )


def _doors(actor, on) -> list[Action]:
    """The first door of each kind of matter: where most work begins."""
    return doors(actor, [kind for family in families() for kind in family.kinds], on, first=True)


def clocks(request):
    return CLOCKS.respond(
        request, selectors.clocks(request.user, today()), title="时限", crumbs=[("工作台", reverse("home"))]
    )


def approvals(request):
    waiting = selectors.approvals(request.user, today())
    return render(
        request,
        "workbench/approvals.html",
        {
            "title": "待我审批",
            "crumbs": [("工作台", reverse("home"))],
            "waiting": [(row, step_title(row), proposal_link(row)) for row in waiting],
        },
    )
