"""The kinds of records of law publicity, declared."""

from __future__ import annotations

from django.db.models import Q

from zhiheng.accounts.rights import Right
from zhiheng.figures.measures import Ratio, Total
from zhiheng.figures.registry import Figure, Records
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import Act, Begin, Register, State, register

from .models import (
    PUT_OUT,
    Activity,
    ActivityKind,
    BaseReview,
    Channel,
    Duty,
    EducationBase,
    Into,
    Work,
)


def _activity_faults(activity: Activity, on):
    if activity.ended_on > on and activity.reach is not None:
        yield Reason("活动还没有结束，不能先填覆盖人次", way_out="请在活动后用“补登结果”填写", field="reach")
    if activity.open_days and activity.open_days > (activity.ended_on - activity.held_on).days + 1:
        yield Reason("开放天数多于起止日期之间的天数", field="open_days")


def _activity_figures(activities: Records) -> tuple[Figure, ...]:
    known, event = Q(reach__isnull=False), ~Q(kind__in=PUT_OUT)
    events = "已登记结果的普法活动，按开始日期计入；媒体传播、户外屏幕不是活动，不计"
    reach = "普法活动、媒体传播和户外屏幕的覆盖人次之和，同一人多次参加或观看的重复计；按开始日期计入"
    rule = "登记了人次和开放天数的展览，按开始日期计入"
    shows = {"of": activities, "only": known & Q(kind=ActivityKind.EXHIBITION, open_days__gt=0)}
    visitors = Figure("pub.visit.n", "展览观展人次", "人次", rule, measure=Total("reach"), **shows)
    days = Figure("pub.visit.days", "展览开放天数", "天", rule, measure=Total("open_days"), **shows)
    per_day, divided = Ratio(visitors, days), f"观展人次除以开放天数；{rule}"
    return (
        Figure("pub.events", "普法活动场次", "场次", events, of=activities, only=known & event, silent=True),
        Figure(
            "pub.events.press",
            "新闻发布会场次",
            "场次",
            "已登记结果的新闻发布会，按开始日期计入",
            of=activities,
            only=known & Q(kind=ActivityKind.PRESS),
            silent=True,
        ),
        Figure(
            "pub.screens",
            "户外屏幕投放块数",
            "块",
            "登记了块数的户外屏幕，按开始日期计入；同一块屏幕多次投放的重复计",
            of=activities,
            measure=Total("screens"),
            silent=True,
        ),
        Figure(
            "pub.reach", "普法覆盖人次", "人次", reach, of=activities, measure=Total("reach"), silent=True
        ),
        Figure(
            "pub.into",
            "法律进基层活动",
            "场次",
            f"填写了走进哪里的普法活动，{events}",
            of=activities,
            only=known & event & ~Q(into=""),
            silent=True,
        ),
        *(
            Figure(
                f"pub.into.{code}",
                f"{title}活动",
                "场次",
                f"{title}的普法活动，{events}",
                of=activities,
                where={"into": (code,)},
                only=known & event,
                silent=True,
            )
            for code, title in Into.choices
        ),
        Figure("pub.visit", "展览日均观展人次", "人次", divided, measure=per_day, silent=True),
    )


register(
    Register(
        code="activities",
        model=Activity,
        noun="场",
        icon="message-report",
        right=Right.KEEP_PUBLICITY,
        day="held_on",
        shows="name unit kind held_on ended_on place reach state",
        finds="name place",
        states=(
            State("planned", "未举行", lambda on: Q(held_on__gt=on), "blue"),
            State("running", "进行中", lambda on: Q(ended_on__gt=on), "blue"),
            State("open", "待补结果", Q(reach__isnull=True), "amber"),
            State("done", "已办结", Q(), "green"),
        ),
        acts=(
            Begin(
                "hold",
                "登记活动",
                "name kind held_on ended_on place? audience? into? organisers? "
                "reach? reach_rule? open_days? screens? cost_fen? note?",
                intro="已经结束的，一并填写覆盖人次和它怎么得来；没有结束的，结束后再用“补登结果”填写。",
            ),
            Act("report", "补登结果", "reach reach_rule open_days? cost_fen?", states="open"),
        ),
        check=_activity_faults,
        attachments="现场照片 活动方案 签到表 平台截图 媒体报道 其他",
        figures=_activity_figures,
    )
)


def _in_force(base: EducationBase, on) -> Reason | None:
    if base.named_on > on:
        return Reason(f"命名日期 {base.named_on} 还没有到")
    return None


register(
    Register(
        code="bases",
        model=EducationBase,
        noun="家",
        icon="flag",
        right=Right.NAME_BASE,
        day="named_on",
        shows="name unit kind organ batch named_on state",
        finds="name organ doc_no",
        states=(
            State("withdrawn", "已撤销", Q(withdrawn_on__isnull=False)),
            State("in_force", "在册", Q(), "green"),
        ),
        acts=(
            Begin("name", "命名基地", "name unit kind organ address? batch named_on doc_no?"),
            Act(
                "withdraw",
                "撤销命名",
                "withdrawn_on withdrawn_because",
                states="in_force",
                guards=(_in_force,),
                intro="撤销后不再计入在册基地；当年命名的数字不变。",
            ),
        ),
        attachments="命名文件 申报材料 照片 其他",
        until="withdrawn_on",
        figures=lambda bases: (
            Figure(
                id="pub.base",
                title="教育基地命名数",
                unit="家",
                counts="按命名日期计入，后来撤销的仍计入命名当年",
                of=bases,
                silent=True,
            ),
            Figure(
                id="pub.base.standing",
                title="在册教育基地数",
                unit="家",
                counts="期末在册：已命名而未撤销的教育基地",
                of=bases,
                stock=True,
                silent=True,
            ),
        ),
    ),
    Register(
        code="base-reviews",
        model=BaseReview,
        noun="次",
        icon="circle-check",
        right=Right.NAME_BASE,
        parent="base",
        day="reviewed_on",
        shows="title unit year reviewed_on result visitors mend_by",
        finds="base__name",
        acts=(Begin("review", "登记复核", "year reviewed_on result visitors? mend_by? findings?"),),
        attachments="复核材料 现场照片",
    ),
)


register(
    Register(
        code="channels",
        model=Channel,
        noun="个",
        icon="message-report",
        right=Right.KEEP_PUBLICITY,
        day="opened_on",
        shows="name platform unit opened_on state",
        finds="name",
        states=(
            State("closed", "已停用", lambda on: Q(closed_on__lte=on)),
            State("open", "运行中", Q(), "green"),
        ),
        acts=(
            Begin("open", "登记账号", "name platform opened_on"),
            Act("close", "登记停用", "closed_on", states="open"),
        ),
        attachments="开通证明 截图",
        until="closed_on",
        figures=lambda channels: (
            Figure("pub.media", "新开通新媒体账号", "个", "按开通日期计入，后来停用的仍计入开通当年", of=channels, silent=True),
            Figure("pub.media.standing", "运行中的新媒体账号", "个", "期末没有停用的账号", of=channels, stock=True, silent=True),
        ),
    ),
    Register(
        code="works",
        model=Work,
        noun="件",
        icon="send",
        right=Right.KEEP_PUBLICITY,
        parent="channel",
        day="put_on",
        shows="title channel series unit put_on readings read_on",
        finds="title series channel__name",
        acts=(
            Begin("put", "登记作品", "title series? put_on readings? read_on?"),
            Act("read", "登记读数", "readings read_on"),
        ),
        attachments="平台截图 作品",
        figures=lambda works: (
            Figure("pub.works", "新媒体作品数", "条", "按发布日期计入", of=works, silent=True),
            Figure(
                "pub.works.reach", "新媒体作品阅读播放量", "人次", "各作品最近一次读数之和，按发布日期计入；不与普法覆盖人次相加",
                of=works, measure=Total("readings"), silent=True,
            ),
        ),
    ),
)  # fmt: skip


register(
    Register(
        code="duties",
        model=Duty,
        noun="项",
        icon="list-details",
        right=Right.KEEP_PUBLICITY,
        day="listed_on",
        shows="title year unit owner audience timing due_on state",
        finds="title owner",
        states=(
            State("done", "已落实", Q(done_on__isnull=False), "green"),
            State("late", "逾期", lambda on: Q(due_on__lt=on), "red"),
            State("open", "待落实", Q(), "blue"),
        ),
        acts=(
            Begin("list", "列入清单", "title year listed_on instruments? audience? owner timing? due_on"),
            Act("do", "登记落实", "done_on done_how", states="open late"),
        ),
        past="done_on",
        attachments="清单文件 佐证材料 其他",
        figures=lambda duties: (
            Figure("pub.duties", "普法责任清单项数", "项", "列入清单的普法内容，按列入日期计入", of=duties, silent=True),
            Figure("pub.duties.done", "已落实的普法责任", "项", "已登记落实的，按列入日期计入", of=duties, only=Q(done_on__isnull=False), silent=True),
        ),
    )
)  # fmt: skip
