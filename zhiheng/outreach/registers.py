"""The kinds of records of law publicity, declared."""

from __future__ import annotations

from django.db.models import Q

from zhiheng.accounts.rights import Right
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import Act, Begin, Register, State, register

from .models import Activity, BaseReview, EducationBase


def _activity_faults(activity: Activity, on):
    if activity.held_on > on and activity.reach is not None:
        yield Reason("活动还没有举行，不能先填覆盖人次", way_out="请在活动后用“补登结果”填写", field="reach")
    if activity.open_days and activity.open_days > (activity.ended_on - activity.held_on).days + 1:
        yield Reason("开放天数多于起止日期之间的天数", field="open_days")


register(
    Register(
        code="activities",
        model=Activity,
        noun="场",
        icon="message-report",
        right=Right.KEEP_PUBLICITY,
        key="unit name held_on",
        day="held_on",
        shows="name unit kind held_on ended_on place reach state",
        finds="name place",
        states=(
            State("planned", "未举行", lambda on: Q(held_on__gt=on), "blue"),
            State("open", "待补结果", Q(reach__isnull=True), "amber"),
            State("done", "已办结", Q(), "green"),
        ),
        acts=(
            Begin(
                "hold",
                "登记活动",
                "name kind held_on ended_on place? audience? organisers? "
                "reach? reach_rule? open_days? cost_fen? note?",
                intro="已经举行的，一并填写覆盖人次和它怎么得来；还没有举行的，活动后再用“补登结果”填写。",
            ),
            Act("report", "补登结果", "reach reach_rule open_days? cost_fen?", states="open"),
        ),
        check=_activity_faults,
        attachments="现场照片 活动方案 签到表 平台截图 媒体报道 其他",
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
        key="name",
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
    ),
    Register(
        code="base-reviews",
        model=BaseReview,
        noun="次",
        icon="circle-check",
        right=Right.NAME_BASE,
        parent="base",
        key="base year",
        day="reviewed_on",
        shows="base unit year reviewed_on result visitors mend_by",
        finds="base__name",
        acts=(Begin("review", "登记复核", "year reviewed_on result visitors? mend_by? findings?"),),
        attachments="复核材料 现场照片",
    ),
)
