"""The year's figures over received lists: every number is the rows it opens to."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from zhiheng.figures.measures import Money, Ratio
from zhiheng.figures.registry import Figure, Records, register

from .models import APPLICATION_INDEX, Answer, Application, ApplicationAct, ReceivedList


def _columns(name: str):
    def read():
        from . import lists

        return getattr(lists, name)

    return read


APPLICATIONS = Records(
    name="申请",
    noun="件",
    rows=Application.objects.all,
    day="listed_on",
    columns=_columns("COUNTED"),
    find=("number", "title", "applicant"),
    search=APPLICATION_INDEX,
    related=("unit",),
    link=lambda one: reverse("application", args=[one.pk]),
)
LISTS = Records(
    name="名单",
    noun="份",
    rows=ReceivedList.objects.all,
    day="received_on",
    columns=_columns("COUNTED_LISTS"),
    find=("title", "lead_no", "letter_no"),
    related=("unit",),
    link=lambda one: reverse("screening", args=[one.pk]),
)
RECOVERIES = Records(
    name="追回",
    noun="笔",
    rows=lambda: ApplicationAct.objects.filter(act="recover"),
    day="on",
    unit="application__unit",
    columns=_columns("COUNTED_ACTS"),
    find=("application__number", "application__applicant"),
    related=("application__unit",),
    link=lambda one: reverse("application", args=[one.application_id]),
)

HANDLED = Figure(
    "abn.patent",
    "非正常专利申请查办数",
    "件",
    "国家知识产权局移送名单中的申请，按收到名单之日计入，同一名单中每件只计一次；分到区县的计入区县",
    of=APPLICATIONS,
    silent=True,
)
LISTED = Figure("abn.lists", "非正常专利申请名单", "份", "收到的名单，按收到之日计入", of=LISTS, silent=True)
WITHDRAWN = Figure(
    "abn.withdrawn",
    "主动撤回",
    "件",
    "名单所列申请中申请人主动撤回的，按收到名单之日计入",
    of=APPLICATIONS,
    where={"answer": (Answer.WITHDRAWN.value,)},
)
ANSWERED = Figure(
    "abn.verified",
    "已核查",
    "件",
    "已经登记核查结果的申请，按收到名单之日计入",
    of=APPLICATIONS,
    only=~Q(answer=""),
)
EXPLAINED = Figure(
    "abn.explained",
    "提交说明",
    "件",
    "申请人提交说明的申请，按收到名单之日计入",
    of=APPLICATIONS,
    where={"answer": (Answer.EXPLAINED.value,)},
)
ACCEPTED = Figure(
    "abn.accepted",
    "说明可以采信",
    "件",
    "区县意见为说明可以采信的申请，按收到名单之日计入；是否属于非正常申请由国家知识产权局决定",
    of=APPLICATIONS,
    only=Q(accepted=True),
)
RECOVERED = Figure(
    "abn.recovered",
    "追回资助",
    "万元",
    "追回的资助和奖励，按登记之日计入",
    of=RECOVERIES,
    measure=Money("amount_fen"),
    silent=True,
)
WITHDRAWN_SHARE = Figure(
    "abn.withdrawn.rate", "撤回率", "%", "主动撤回的件数除以名单件数", measure=Ratio(WITHDRAWN, HANDLED)
)
VERIFIED_SHARE = Figure(
    "abn.verified.rate", "核查率", "%", "已核查的件数除以名单件数", measure=Ratio(ANSWERED, HANDLED)
)
ACCEPTED_SHARE = Figure(
    "abn.accepted.rate",
    "说明采信率",
    "%",
    "说明可以采信的件数除以提交说明的件数",
    measure=Ratio(ACCEPTED, EXPLAINED),
)
FIGURES = (
    HANDLED, LISTED, ANSWERED, WITHDRAWN, EXPLAINED, ACCEPTED, RECOVERED, WITHDRAWN_SHARE, VERIFIED_SHARE, ACCEPTED_SHARE,
)  # fmt: skip
register(*FIGURES)
