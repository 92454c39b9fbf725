"""Proposals: opinions on them, countersigns, reminders of what waits."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.pages import act_page, form_page, sent

from .. import approvals, countersigns, pages, selectors, services
from ..forms import AskCountersignForm, CountersignForm, OpinionForm
from ..models import StepTaken
from .addressed import count_of, crumbs_of, record_at


@require_http_methods(["GET", "POST"])
def proposal(request, family, pk, proposal_pk):
    found = record_at(request, family, pk)
    waiting = selectors.proposal_for(found, proposal_pk)
    on = today()
    page = approvals.proposal_page(request.user, found, waiting, on)
    page["title"] = f"审批：{page['step'].title}"
    # One after the other: who signs goes on to the next that waits.
    in_row = "row" in request.GET
    following = f"{reverse('opinions')}?after={waiting.pk}"
    return form_page(
        request,
        OpinionForm(**sent(request)),
        lambda values: services.give_opinion(
            actor=request.user,
            record=found,
            proposal=waiting,
            agrees=_agrees(request.POST.get("verdict", "")),
            text=values["text"],
            on=on,
        ),
        done=lambda result: (
            "已退回提请人。"
            if request.POST["verdict"] == "return"
            else "已批准，步骤生效。"
            if isinstance(result, StepTaken)
            else "已签署，转下一审批人。"
        ),
        to=following if in_row else pages.record_url(found),
        template="matters/proposal.html",
        subtitle=found.title,
        crumbs=crumbs_of(found),
        back=pages.record_url(found),
        following=following if in_row else "",
        **page,
    )


def _agrees(verdict: str) -> bool:
    """Which of the two buttons was pressed: what is neither decides nothing."""
    if verdict not in ("agree", "return"):
        raise Refused.because("没有选择同意还是退回", way_out="请点“同意”或者“退回”")
    return verdict == "agree"


@require_GET
def opinions(request):
    """The next proposal that waits for the reader's opinion: each is looked at on its own page, one after the other."""
    after = count_of(request.GET.get("after", "")) or 0
    turn = selectors.next_opinion(request.user, today(), after)
    if turn is None:
        messages.info(request, "没有别的等待您签署意见的事项了。")
        return redirect("work")
    return redirect(f"{approvals.turn_url(turn)}?row=1")


@require_POST
def remind(request, family, pk, turn_pk):
    found = record_at(request, family, pk)
    turn = selectors.turn_of(found.matter, turn_pk) if found.matter_id else None
    if turn is None:
        messages.info(request, "这一步已经办理，无须催办。")
        return redirect(pages.record_url(found))
    return act_page(
        request,
        lambda: services.remind(
            actor=request.user, record=found, turn=turn, on=today(), text=request.POST.get("text", "")
        ),
        done=f"已催办：{turn.title}。",
        to=pages.record_url(found),
    )


@require_POST
def withdraw(request, family, pk, proposal_pk):
    found = record_at(request, family, pk)
    waiting = selectors.proposal_for(found, proposal_pk)
    return act_page(
        request,
        lambda: services.withdraw_proposal(actor=request.user, record=found, proposal=waiting, on=today()),
        done="已撤回。",
        to=pages.record_url(found),
    )


@require_http_methods(["GET", "POST"])
def countersign(request, family, pk, proposal_pk):
    """Ask somebody to countersign a proposal; or, for who was asked, say it or hand it on."""
    found = record_at(request, family, pk)
    waiting = selectors.proposal_for(found, proposal_pk)
    actor, on = request.user, today()
    asked = countersigns.asked_of(actor, waiting)
    people = countersigns.may_be_asked(found, waiting)
    about = {"actor": actor, "record": found, "on": on}

    def say(values):
        if values["verdict"] == "handed":
            return countersigns.hand_on(asked=asked, person=values["person"], why=values["text"], **about)
        agrees = values["verdict"] == "agrees"
        return countersigns.give(asked=asked, agrees=agrees, text=values["text"], **about)

    if asked is not None:
        form, act, done = CountersignForm(**sent(request), people=people), say, "已会签。"
        title, intro = "会签", f"{asked.asked_by.name}请您会签。{asked.why}"
    else:
        form, done = AskCountersignForm(**sent(request), people=people), "已请会签。"
        title, intro = "请人会签", "会签意见供审批人参考；会签没有签署以前不能批准，可以退回。"

        def act(values):
            return countersigns.ask(proposal=waiting, **values, **about)

    return form_page(
        request,
        form,
        act,
        done=done,
        to=pages.record_url(found, "proposal", waiting.pk),
        title=title,
        subtitle=found.title,
        intro=intro,
        crumbs=crumbs_of(found),
        back=pages.record_url(found, "proposal", waiting.pk),
        submit=title,
    )
