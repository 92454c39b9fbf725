"""The kinds of records of services, declared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db.models import Q

from zhiheng.accounts.rights import Right
from zhiheng.figures.measures import Distinct, Money
from zhiheng.figures.registry import Figure, Records
from zhiheng.registers.declaration import Act, Begin, Register, State, register

from .models import (
    Indication,
    IndicationKind,
    IndicationUser,
    Licence,
    NavigationProject,
    OpenLicence,
    OverseasCase,
    PointKind,
    ServicePoint,
    Stage,
)

_POINTS = (
    ("ovs.site", "海外应对指导分中心和工作站", "家", PointKind.OVERSEAS),
    ("svc.window", "受理窗口和服务工作站", "家", PointKind.WINDOW),
    ("med.org", "调解组织数", "家", PointKind.MEDIATION),
)


def _withdrawn(on: date) -> Q:
    return Q(withdrawn_on__lte=on)


register(
    Register(
        code="open-licences",
        model=OpenLicence,
        noun="件",
        icon="key",
        right=Right.KEEP_SERVICES,
        day="declared_on",
        shows="title patent_no holder unit funded declared_on until state",
        finds="title patent_no holder",
        states=(
            State("withdrawn", "已撤回", _withdrawn),
            State("over", "已届满", lambda on: Q(until__lt=on)),
            State("open", "开放中", Q(), "green"),
        ),
        acts=(
            Begin("declare", "登记开放许可", "patent_no title holder funded declared_on fee? until?",
                  article="专利法第五十条",
                  intro="声明由专利权人向国家知识产权局提出并公告；这里登记已经公告的，供企业查用。"),
            Act("withdraw", "登记撤回", "withdrawn_on", states="open over"),
        ),
        attachments="公告 专利权评价报告 其他",
        until="withdrawn_on",
        figures=lambda rows: (
            Figure("svc.open", "公告的开放许可", "件", "按声明公告日期计入，后来撤回的仍计入公告当年", of=rows, silent=True),
            Figure("svc.open.standing", "开放中的专利", "件", "期末没有撤回的开放许可声明", of=rows, stock=True, silent=True),
        ),
    ),
    Register(
        code="licences",
        model=Licence,
        noun="次",
        icon="check",
        right=Right.KEEP_SERVICES,
        parent="declaration",
        day="concluded_on",
        shows="licensee declaration unit concluded_on fee_fen recorded_on",
        finds="licensee declaration__title declaration__patent_no",
        states=(
            State("recorded", "已备案", Q(recorded_on__isnull=False), "green"),
            State("open", "待备案", Q(), "amber"),
        ),
        acts=(
            Begin("conclude", "登记许可", "licensee concluded_on fee_fen? recorded_on?", article="专利法第五十一条"),
            Act("record", "登记备案", "recorded_on", states="open"),
        ),
        figures=lambda rows: (
            Figure("svc.open.licences", "开放许可达成的许可", "次", "按达成日期计入", of=rows, silent=True),
            Figure("svc.open.fees", "开放许可使用费", "万元", "登记了许可使用费的许可，按达成日期计入", of=rows, measure=Money("fee_fen"), silent=True),
        ),
    ),
    Register(
        code="navigation-projects",
        model=NavigationProject,
        noun="个",
        icon="route",
        right=Right.KEEP_SERVICES,
        day="begun_on",
        shows="title kind organ unit begun_on due_on stage state",
        finds="title organ",
        states=(
            State("accepted", "已验收", Q(accepted_on__isnull=False), "green"),
            State("late", "逾期", lambda on: Q(due_on__lt=on), "red"),
            State("open", "进行中", Q(), "blue"),
        ),
        acts=(
            Begin("begin", "登记项目", "title kind organ begun_on due_on fund_fen?"),
            Act("move", "进入下一阶段", "stage stage_on", states="open late"),
            Act("accept", "登记验收", "accepted_on results", states="open late",
                sets=lambda project, on: {"stage": Stage.RESULT if project.stage != Stage.USE else Stage.USE}),
            Act("use", "登记成果运用", "used_how", states="accepted", sets=lambda project, on: {"stage": Stage.USE}),
        ),
        attachments="任务书 导航报告 验收意见 其他",
        figures=lambda rows: (
            Figure("svc.navigation", "专利导航项目数", "个", "按立项日期计入", of=rows, silent=True),
            Figure("svc.navigation.accepted", "验收的专利导航项目", "个", "按验收日期计入",
                   of=replace(rows, day="accepted_on"), silent=True),
        ),
    ),
)  # fmt: skip


def _indication_figures(indications: Records) -> tuple[Figure, ...]:
    given = {"of": indications, "stock": True, "silent": True}
    rule = "期末有效的地理标志"
    return (
        Figure("gi.total", "地理标志总量", "件", f"{rule}，商标和产品合计；同一名称两种保护的各计一件", **given),
        *(
            Figure(f"gi.total.{kind}", f"{title}数", "件", f"{rule}，保护方式为{title}", where={"kind": (kind,)}, **given)
            for kind, title in IndicationKind.choices
        ),
        Figure("gi.names", "地理标志名称数", "个", f"{rule}；同一名称只计一个", measure=Distinct("name"), **given),
    )  # fmt: skip


register(
    Register(
        code="indications",
        model=Indication,
        noun="件",
        icon="flag",
        right=Right.KEEP_SERVICES,
        day="granted_on",
        shows="name kind holder unit granted_on state",
        finds="name holder number",
        states=(
            State("ended", "已失效", lambda on: Q(ended_on__lte=on)),
            State("standing", "有效", Q(), "green"),
        ),
        acts=(
            Begin("enter", "登记地理标志", "name kind holder? number? granted_on"),
            Act("end", "登记失效", "ended_on ended_because", states="standing"),
        ),
        attachments="公告 其他",
        until="ended_on",
        figures=_indication_figures,
    ),
    Register(
        code="indication-users",
        model=IndicationUser,
        noun="家",
        icon="users",
        right=Right.KEEP_SERVICES,
        parent="indication",
        day="since",
        shows="firm indication unit since state",
        finds="firm firm_code indication__name",
        states=(
            State("ended", "已停止", lambda on: Q(ended_on__lte=on)),
            State("using", "用标中", Q(), "green"),
        ),
        acts=(
            Begin("approve", "登记用标企业", "firm firm_code? since"),
            Act("stop", "登记停止用标", "ended_on", states="using"),
        ),
        until="ended_on",
        figures=lambda rows: (
            Figure("gi.users", "用标企业数", "家", "期末用标中的企业；同一家使用几个标志只计一家",
                   of=rows, measure=Distinct("firm"), stock=True, silent=True),
        ),
    ),
    Register(
        code="service-points",
        model=ServicePoint,
        noun="家",
        icon="home",
        right=Right.KEEP_SERVICES,
        day="opened_on",
        shows="name kind unit organ opened_on state",
        finds="name organ address",
        states=(
            State("closed", "已撤销", lambda on: Q(closed_on__lte=on)),
            State("open", "运行中", Q(), "green"),
        ),
        acts=(
            Begin("open", "登记服务机构", "name kind organ? address? opened_on"),
            Act("close", "登记撤销", "closed_on", states="open"),
        ),
        attachments="批复 其他",
        until="closed_on",
        figures=lambda rows: tuple(
            Figure(id_, title, unit, f"期末运行中的{kind.label}", of=rows, where={"kind": (kind,)}, stock=True, silent=True)
            for id_, title, unit, kind in _POINTS
        ),
    ),
    Register(
        code="overseas-cases",
        model=OverseasCase,
        noun="件",
        icon="external-link",
        right=Right.KEEP_SERVICES,
        day="asked_on",
        shows="firm country matter unit asked_on saved_fen state",
        finds="firm matter country",
        states=(
            State("closed", "已了结", Q(closed_on__isnull=False), "green"),
            State("guided", "已指导", Q(guided_on__isnull=False), "blue"),
            State("open", "待指导", Q(), "amber"),
        ),
        acts=(
            Begin("ask", "登记求助", "firm country matter asked_on guided_on? guidance?"),
            Act("guide", "登记指导", "guided_on guidance", states="open"),
            Act("close", "登记了结", "closed_on saved_fen?", states="guided"),
        ),
        attachments="企业说明 指导意见 其他",
        figures=lambda rows: (
            Figure("ovs.case", "海外纠纷指导数", "件", "已指导的，按求助日期计入", of=rows, only=Q(guided_on__isnull=False), silent=True),
            Figure("ovs.saved", "海外纠纷挽回损失", "万元", "企业书面说明的挽回损失之和，按求助日期计入", of=rows, measure=Money("saved_fen"), silent=True),
        ),
    ),
)  # fmt: skip
