from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from zhiheng.accounts import selectors as accounts
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may, who_may
from zhiheng.matters import selectors as matters
from zhiheng.matters.family import families
from zhiheng.matters.pages import doors
from zhiheng.matters.selectors import matter_state
from zhiheng.plans import selectors as plans
from zhiheng.registers.declaration import find
from zhiheng.reports import calendar, highlights
from zhiheng.reports import selectors as reports
from zhiheng.screening import selectors as screening
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action

from .. import finding, selectors
from ..lists import (
    CLOCKS,
    DONE,
    ON_THE_WORKBENCH,
    PROPOSED,
    SIGNED,
    WORK,
    WORKLOAD,
    clock_standing,
    matter_link,
)

# As many as one looks over before coffee; the rest is one click away.
SHOWN = 12


@require_GET
def search(request):
    """Whatever the reader may see that holds the words of the bar at the top."""
    query = request.GET.get("q", "").strip()[:100]
    found = finding.find(request.user, query, today())
    return render(
        request,
        "workbench/search.html",
        {
            "title": "查找",
            "subtitle": "案件、文件、名单和各种登记；几个字词之间空一格",
            "query": query,
            "found": found,
        },
    )


def home(request):
    actor, on = request.user, today()
    counts = selectors.count_clocks(actor, on)
    waiting = selectors.work(actor, on)
    own = f"{reverse('clocks')}?whose=ours"
    return render(
        request,
        "workbench/home.html",
        {
            "title": "工作台",
            "subtitle": f"{actor.unit.name}　{actor.name}　{on:%Y-%m-%d}",
            "actions": [*_in_a_row(waiting), *(_doors(actor, on) if may(actor, Right.WORK_CASE, on) else [])],
            "counts": [
                ("待办", waiting.all, reverse("work"), ""),
                ("待我审批", waiting.opinions, f"{reverse('work')}?kind=opinion", ""),
                (
                    "被退回",
                    waiting.returned,
                    f"{reverse('work')}?kind=returned",
                    "red" if waiting.returned else "",
                ),
                ("超期时限", counts.red, f"{own}&colour=red", "red"),
                ("临近届满", counts.amber, f"{own}&colour=amber", "amber"),
                ("期限内", counts.green, f"{own}&colour=green", ""),
                ("暂停计算", counts.grey, f"{own}&colour=grey", ""),
                *_filings(actor, on),
                *_reports(actor, on),
                *_shares(actor, on),
                *_confirmations(actor, on),
            ],
            "work": ON_THE_WORKBENCH.read(request, **waiting.listed),
            "all_work": reverse("work"),
            "clocks": [
                (row, clock_standing(row), matter_link(row)) for row in selectors.own_clocks(actor, on, SHOWN)
            ],
            "all_clocks": own,
            "supervises": len(actor.unit_ids) > 1,
            "recent": [
                (matter, matter_state(matter), reverse("matter", args=[matter.pk]))
                for matter in selectors.recent(actor, on, SHOWN)
            ],
        },
    )


def _in_a_row(waiting) -> list[Action]:
    return [Action("逐件签署意见", reverse("opinions"), icon="pencil")] if waiting.opinions > 1 else []


def _filings(actor, on) -> list[tuple]:
    """Applications of received lists that wait for the person's unit; nothing where there are none."""
    waiting, late = screening.count_waiting(actor, on) if may(actor, Right.VERIFY_FILINGS, on) else (0, 0)
    address = f"{reverse('applications')}?unit={actor.unit.code}"
    found = [("待核查申请", waiting, address, "")] if waiting else []
    return found + ([("已过答复期限的申请", late, address, "red")] if late else [])


def _reports(actor, on):
    """Reports that wait for the reader's review, signature or publication, and what the office owes soon; nothing where there is none."""
    waiting = reports.releases_awaiting(actor, on)
    found = [("待办报告", waiting, reverse("reports"), "")] if waiting else []
    owed = highlights.count_owed(actor, on) if may(actor, Right.RETURN_SHARE, on) else 0
    if owed:
        address = f"{find('contributions').url('records')}?unit={actor.unit.code}"
        found.append(("待供稿", owed, address, ""))
    due = calendar.soon(on) if may(actor, Right.PUBLISH_REPORT, on) else 0
    return found + ([("临近的年度事务", due, f"{reverse('reports')}#calendar", "amber")] if due else [])


def _confirmations(actor, on) -> list[tuple]:
    """Accounts and roles that wait for the reader as the second person; nothing where none does."""
    waiting = accounts.count_confirmations(actor, on)
    return [("待核实账号和任职", waiting, reverse("confirmations"), "amber")] if waiting else []


def _shares(actor, on) -> list[tuple]:
    """Tasks of plans that were handed down to the person's unit and are to be returned; nothing where there are none."""
    if not may(actor, Right.RETURN_SHARE, on):
        return []
    owed, late = plans.count_owed(actor, on)
    address = f"{find('plan-shares').url('records')}?unit={actor.unit.code}"
    found = [("待报送的分工", owed, address, "")] if owed else []
    return found + ([("逾期未报的分工", late, address, "red")] if late else [])


def _doors(actor, on) -> list[Action]:
    """The first door of each kind of matter: where most work begins."""
    return doors(actor, [kind for family in families() for kind in family.kinds], on, first=True)


def clocks(request):
    return CLOCKS.respond(
        request, selectors.clocks(request.user, today()), title="时限", crumbs=[("工作台", reverse("home"))]
    )


def workload(request):
    """Who works on how much, and how long their certificates hold."""
    actor, on = request.user, today()
    if not may(actor, Right.SEE_WORKLOAD, on):
        raise PermissionDenied(f"由{who_may(Right.SEE_WORKLOAD)}查看。")
    rows = selectors.workload(actor, on)
    return WORKLOAD.respond(request, rows, title="人员工作量", subtitle="在办事项、到期待办和执法证有效期")


WORK_PAGES = (
    ("work", "待办"),
    ("work-proposed", "我发起"),
    ("work-done", "已办"),
    ("work-signed", "已签意见"),
)


def _work_list(request, here: str, listed, rows, **context):
    tabs = [(title, reverse(name), name == here) for name, title in WORK_PAGES]
    return listed.respond(
        request,
        rows,
        template="workbench/work.html",
        title=dict(WORK_PAGES)[here],
        crumbs=[("工作台", reverse("home"))],
        pages=tabs,
        **context,
    )


def work(request):
    actor, on = request.user, today()
    waiting = selectors.work(actor, on)
    return _work_list(request, "work", WORK, actions=_in_a_row(waiting), **waiting.listed)


def proposed(request):
    return _work_list(request, "work-proposed", PROPOSED, matters.proposed_by(request.user, today()))


def done(request):
    return _work_list(request, "work-done", DONE, matters.steps_by(request.user, today()))


def signed(request):
    return _work_list(request, "work-signed", SIGNED, matters.opinions_by(request.user, today()))
