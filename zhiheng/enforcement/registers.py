"""The kinds of records of special actions, inspections and typical cases, declared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from django.db.models import Q

from zhiheng import drawing
from zhiheng.accounts.rights import Right
from zhiheng.figures.measures import Distinct, Total
from zhiheng.figures.registry import Counting, Figure, Records
from zhiheng.law import current_book
from zhiheng.matters import readings
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import Act, Begin, Door, Register, State, register

from . import between, leads
from .models import (
    Delegation,
    Disposal,
    Draw,
    FoundFault,
    Inspection,
    Letter,
    LetterKind,
    Level,
    Outcome,
    Part,
    SpecialAction,
    SubjectKind,
    SupervisedCase,
    TypicalCase,
    UnitLetter,
    UnitLetterKind,
)

AGENCY = {"subject_kind": (SubjectKind.AGENCY,)}
OTHERS = {"subject_kind": tuple(kind for kind, _ in SubjectKind.choices if kind != SubjectKind.AGENCY)}


register(
    Register(
        code="special-actions",
        model=SpecialAction,
        noun="个",
        icon="flag",
        right=Right.KEEP_INSPECTIONS,
        day="begins_on",
        shows="name unit begins_on ends_on fields cross_region state",
        finds="name basis",
        states=(
            State("summed", "已总结", Q(summed_on__isnull=False), "green"),
            State("planned", "未开始", lambda on: Q(begins_on__gt=on), "blue"),
            State("running", "进行中", lambda on: Q(ends_on__gte=on), "blue"),
            State("over", "待总结", Q(), "amber"),
        ),
        acts=(
            Begin("deploy", "部署专项行动", "name begins_on ends_on fields? basis? partners? cross_region"),
            Act("sum_up", "登记总结", "summed_on summary", states="running over"),
        ),
        attachments="部署文件 总结 其他",
        figures=lambda actions: (
            Figure("enf.actions", "执法行动次数", "次", "部署的专项行动，按开始日期计入；同名的只计一次",
                   of=actions, measure=Distinct("name"), silent=True),
            Figure("xr.action", "联合专项行动数", "次", "跨省市联合的专项行动，按开始日期计入；同名的只计一次",
                   of=actions, only=Q(cross_region=True), measure=Distinct("name"), silent=True),
        ),
    )
)  # fmt: skip


def _part_faults(part: Part, on: date):
    if not part.action.unit.covers(part.unit):
        yield Reason(f"{part.unit.short_name}不是{part.action.unit.short_name}或者它的下级", field="unit")


register(
    Register(
        code="action-parts",
        model=Part,
        noun="个",
        icon="users",
        right=Right.DEPLOY,
        parent="action",
        day="assigned_on",
        shows="title action unit assigned_on planned due_on state",
        finds="action__name",
        states=(
            State("reported", "已报送总结", Q(reported_on__isnull=False), "green"),
            State("late", "总结逾期", lambda on: Q(due_on__lt=on), "red"),
            State("open", "进行中", Q(), "blue"),
        ),
        acts=(
            Begin(
                "assign", "部署到单位", "unit assigned_on planned? items? due_on?",
                sets=lambda part, on: {"due_on": part.due_on or part.action.ends_on},
            ),
            Act("report", "报送总结", "reported_on report", states="open late", right=Right.KEEP_INSPECTIONS),
        ),
        check=_part_faults,
        attachments="总结 其他",
    )
)  # fmt: skip


def _drawn(draw: Draw, on: date) -> dict:
    seed = drawing.new_seed()
    return {"seed": seed, **_outcome(draw, seed)}


def _outcome(draw: Draw, seed: str) -> dict:
    return {
        "drawn": drawing.draw(draw.subjects, draw.many, seed, "对象"),
        "drawn_officers": drawing.draw(draw.officers, draw.officers_many, seed, "人员"),
    }


def _draw_faults(draw: Draw, on: date):
    if len(set(draw.subjects)) < len(draw.subjects):
        yield Reason("检查对象名录里有重复的", field="subjects")
    if len(set(draw.officers)) < len(draw.officers):
        yield Reason("执法人员名录里有重复的", field="officers")
    if draw.many > len(draw.subjects):
        yield Reason(f"名录只有{len(draw.subjects)}家，抽不出{draw.many}家", field="many")
    if draw.officers_many > len(draw.officers):
        yield Reason(f"名录只有{len(draw.officers)}人，抽不出{draw.officers_many}人", field="officers_many")
    outcome = _outcome(draw, draw.seed)
    if draw.seed and outcome != {"drawn": draw.drawn, "drawn_officers": draw.drawn_officers}:
        yield Reason(
            "名录或者数目改动后，与抽取结果不符",
            way_out="抽取结果不能改；名录写错的，请作废后另行抽取",
            field="subjects",
        )


register(
    Register(
        code="draws",
        model=Draw,
        noun="次",
        icon="arrows-sort",
        right=Right.KEEP_INSPECTIONS,
        parent="part",
        day="drawn_on",
        shows="name part unit drawn_on many officers_many",
        finds="name seed part__action__name",
        acts=(
            Begin(
                "draw", "随机抽取", "name drawn_on subjects many officers officers_many", sets=_drawn,
                intro="种子由系统产生，与名录、结果一并留存；任何人按同一方法都能得出同一结果。抽取后不能改。",
            ),
        ),
        check=_draw_faults,
        attachments="名录 其他",
    )
)  # fmt: skip


def _counted(inspection: Inspection) -> dict:
    """How many officers went out, and which visit of the year to this subject it is."""
    earlier = Inspection.objects.standing().filter(
        subject=inspection.subject,
        visited_on__year=inspection.visited_on.year,
        visited_on__lt=inspection.visited_on,
    )
    return {"officers_sent": len(set(inspection.officers)), "nth": earlier.count() + 1}


def _inspection_faults(inspection: Inspection, on: date):
    if len(set(inspection.officers)) < 2:
        yield Reason("检查人员不得少于两人", field="officers")
    same_day = Inspection.objects.standing().filter(
        unit=inspection.unit_id, subject=inspection.subject, visited_on=inspection.visited_on
    )
    elsewhere = same_day.exclude(pk=inspection.pk).exclude(part=inspection.part_id)
    if other := elsewhere.select_related("part__action").first():
        yield Reason(
            f"同一天已在“{other.part.action.name}”里检查过这家",
            way_out="一次上门的各检查事项请写在一条里",
            field="subject",
        )
    if not inspection.draw_name:
        return
    draw = inspection.part.draws.standing().filter(name=inspection.draw_name).first()
    if draw is None:
        yield Reason(f"没有“{inspection.draw_name}”这一批抽取", field="draw_name")
    elif inspection.subject not in draw.drawn:
        yield Reason(f"“{inspection.subject}”不在{draw.name}抽中的对象里", field="subject")


def _inspection_figures(inspections: Records) -> tuple[Figure, ...]:
    figure = Counting(inspections, "按检查日期计入")
    once = {"measure": Distinct("subject")}
    every = figure("enf.visits", "检查次数", "次", "全部检查，{rule}")
    drawn = figure(
        "enf.visits.drawn", "随机抽取的检查", "次", "写明抽取批次的检查，{rule}", only=~Q(draw_name="")
    )
    found = figure(
        "enf.visits.found",
        "发现问题的检查",
        "次",
        "结果为发现问题的检查，{rule}",
        where={"outcome": (Outcome.FOUND,)},
    )
    return (
        figure("enf.people", "出动执法人员", "人次", "各次检查的人数之和，{rule}；同一人多次出动重复计", measure=Total("officers_sent")),
        figure("enf.checked", "检查市场主体", "家次", "对市场主体的检查，{rule}；同一家多次检查重复计，代理机构另计", where=OTHERS),
        figure("enf.checked.firms", "检查市场主体户数", "家", "检查过的市场主体，{rule}；同一家只计一次", where=OTHERS, **once),
        figure("agt.check", "检查代理机构", "家", "检查过的代理机构，{rule}；同一家只计一次", where=AGENCY, **once),
        every,
        drawn,
        found,
        figure.rate("enf.visits.rate", "检查发现问题率", "发现问题的检查除以全部检查，{rule}", found, every),
    )  # fmt: skip


register(
    Register(
        code="inspections",
        model=Inspection,
        noun="次",
        icon="search",
        right=Right.KEEP_INSPECTIONS,
        parent="part",
        day="visited_on",
        shows="title part unit subject_kind visited_on officers_sent nth outcome state",
        finds="subject subject_code part__action__name",
        states=(
            State("absent", "查无下落", Q(outcome=Outcome.ABSENT)),
            State("found", "发现问题", Q(outcome=Outcome.FOUND), "amber"),
            State("clean", "未发现问题", Q(), "green"),
        ),
        acts=(
            Begin(
                "visit", "登记检查", "subject subject_code? subject_kind draw_name? visited_on items officers code_scanned? outcome note?",
                intro="一次上门一条，各检查事项写在一起；检查人员不少于两人，逐人写姓名。",
            ),
        ),
        check=_inspection_faults,
        derives=_counted,
        past="visited_on",
        attachments="检查记录 现场照片 其他",
        figures=_inspection_figures,
    )
)  # fmt: skip


def _fault_faults(fault: FoundFault, on: date):
    if fault.inspection.outcome != Outcome.FOUND:
        yield Reason("这次检查登记为没有发现问题", way_out="请先更正检查的结果", field="what")
    if fault.found_on < fault.inspection.visited_on:
        yield Reason("发现日期早于检查日期", field="found_on")
    if fault.mend_by and fault.mend_by < fault.found_on:
        yield Reason("改正期限早于发现日期", field="mend_by")
    if fault.disposal == Disposal.TRANSFER and fault.handed_on and not fault.handed_to:
        yield Reason("须写明移送机关", field="handed_to")


def _fault_figures(faults: Records) -> tuple[Figure, ...]:
    given = {"of": faults, "silent": True}
    rule = "按发现日期计入"
    dealt = {
        "inspection__subject_kind": (SubjectKind.AGENCY,),
        "disposal": (Disposal.ORDER, Disposal.TALK, Disposal.LEAD),
    }
    return (
        Figure("enf.faults", "检查发现的问题", "个", f"逐个计，{rule}", **given),
        Figure("enf.leads", "检查转为案件线索", "件", f"处置为转为案件线索的问题，{rule}", where={"disposal": (Disposal.LEAD,)}, **given),
        Figure("agt.penalty", "代理机构约谈整改处罚", "家", f"约谈、责令改正或转为案件线索的代理机构，{rule}；同一家只计一次", where=dealt, measure=Distinct("inspection__subject"), **given),
    )  # fmt: skip


register(
    Register(
        code="found-faults",
        model=FoundFault,
        noun="个",
        icon="alert-triangle",
        right=Right.KEEP_INSPECTIONS,
        parent="inspection",
        day="found_on",
        shows="what inspection unit disposal found_on mend_by lead_no state",
        finds="what lead_no inspection__subject",
        states=(
            State("case", "已成案件", ~Q(lead_no=""), "green"),
            State("handed", "已移送", Q(handed_on__isnull=False), "green"),
            State("mended", "已改正", Q(mended_on__isnull=False), "green"),
            State("late", "逾期未改", lambda on: Q(mend_by__lt=on), "red"),
            State("lead", "待移交线索", Q(disposal__in=(Disposal.LEAD, Disposal.TRANSFER)), "amber"),
            State("mending", "改正中", Q(mend_by__isnull=False), "blue"),
            State("done", "已处置", Q(), "green"),
        ),
        acts=(
            Begin("find", "登记问题", "found_on what basis? disposal mend_by?"),
            Act("mend", "登记改正", "mended_on", states="late mending"),
            Act("hand", "登记移送", "handed_to handed_on", states="lead late"),
            Act(
                "lead", "登记成案", "lead_no", states="lead handed",
                intro="线索在“案件”里登记立案以后，把案号写在这里，两边可以对上。",
            ),
        ),
        check=_fault_faults,
        attachments="责令改正通知书 照片 其他",
        figures=_fault_figures,
        leads=leads.matters("lead_no"),
        doors=(Door("登记案源", "found-fault-case", icon="gavel", right=Right.WORK_CASE, offered=partial(leads.may_become_a_case, "found-faults")),),
    )
)  # fmt: skip


def _typical_figures(cases: Records) -> tuple[Figure, ...]:
    # A nomination counts by its own day, a selection by the day of the list.
    selected = replace(cases, day="selected_on")
    rule = "按名单公布的入选日期计入，同名的只计一件；案例年度和发布机关见逐条记录"
    given = {"of": selected, "measure": Distinct("name"), "silent": True}
    return (
        Figure("enf.typical", "典型案例入选数", "件", f"入选国家级名单的案例，{rule}", where={"level": (Level.NATIONAL,)}, **given),
        Figure("enf.typical.city", "市级典型案例", "件", f"入选市级名单的案例，{rule}", where={"level": (Level.CITY,)}, **given),
        Figure("enf.nominated", "推荐的典型案例", "件", "推荐的案例，按推荐日期计入", of=cases, silent=True),
    )  # fmt: skip


register(
    Register(
        code="typical-cases",
        model=TypicalCase,
        noun="件",
        icon="gavel",
        right=Right.KEEP_INSPECTIONS,
        day="nominated_on",
        shows="name unit kind case_year nominated_on level selected_on state",
        finds="name case_no list_name",
        states=(
            State("published", "已公布", Q(published_on__isnull=False), "green"),
            State("selected", "已入选", Q(selected_on__isnull=False), "green"),
            State("cleared", "已审查", Q(cleared_on__isnull=False), "blue"),
            State("nominated", "待审查", Q(), "amber"),
        ),
        acts=(
            Begin("nominate", "推荐案例", "name kind case_no? case_year nominated_on point?"),
            Act("clear", "保密和隐名审查", "cleared_on", states="nominated", article="保守国家秘密法第三十五条"),
            Act("select", "登记入选", "selected_on level issuer list_name", states="cleared nominated published"),
            Act("publish", "登记公布", "published_on published_at", states="cleared selected"),
        ),
        attachments="案例材料 入选文件 其他",
        figures=_typical_figures,
        leads=leads.matters("case_no"),
    )
)  # fmt: skip


register(
    Register(
        code="supervised-cases",
        model=SupervisedCase,
        noun="件",
        icon="gavel",
        right=Right.DEPLOY,
        day="supervised_on",
        shows="name unit level case_no supervised_on report_by reported_on state",
        finds="name case_no grounds",
        states=(
            State("closed", "已办结", Q(closed_on__isnull=False), "green"),
            State("late", "逾期", lambda on: Q(report_by__lt=on), "red"),
            State("reported", "已报告进展", Q(reported_on__isnull=False), "blue"),
            State("open", "待报告", Q(), "amber"),
        ),
        acts=(
            Begin("supervise", "登记督办", "name unit level case_no? supervised_on grounds report_by"),
            Act("report", "报告进展", "reported_on progress case_no?", states="open reported late", right=Right.KEEP_INSPECTIONS),
            Act("close", "登记办结", "closed_on result", states="open reported late"),
        ),
        attachments="督办通知 报告 结案材料 其他",
        leads=leads.matters("case_no"),
        figures=lambda cases: (
            Figure("enf.supervised", "督办案件", "件", "挂牌、列名督办的案件，按督办日期计入", of=cases, silent=True),
            Figure("enf.supervised.national", "国家级督办案件", "件", "国家级督办的案件，按督办日期计入",
                   of=cases, where={"level": (Level.NATIONAL,)}, silent=True),
            Figure("enf.supervised.closed", "办结的督办案件", "件", "登记办结的督办案件，按办结日期计入",
                   of=replace(cases, day="closed_on"), silent=True),
        ),
    )
)  # fmt: skip


def _delegation_faults(delegation: Delegation, on: date):
    entry = current_book().causes.get(delegation.cause)
    held_by = entry.held_by if entry else None
    if held_by is not None and not held_by.delegable:
        yield Reason(
            f"“{entry.title}”由{held_by.title}办理，不能下放",
            article=str(held_by.article),
            way_out="区县协助办理的，请不选案由，只登记事项",
            field="cause",
        )


register(
    Register(
        code="letters",
        model=Letter,
        noun="份",
        icon="send",
        right=Right.KEEP_INSPECTIONS,
        day="sent_on",
        shows="subject kind partner unit number sent_on reply_by state",
        finds="subject partner number case_no",
        states=(
            State("replied", "已回复", Q(replied_on__isnull=False), "green"),
            State("late", "逾期未复", lambda on: Q(reply_by__lt=on), "red"),
            State("open", "待回复", Q(), "amber"),
        ),
        acts=(
            Begin("send", "登记函件", "subject kind partner number sent_on reply_by? case_no?",
                  intro="收到的写来函的文号和日期。外省市的认定只作参考，仍须自行作出决定。"),
            Act("reply", "登记回复", "replied_on reply case_no?", states="open late"),
            Act("lead", "登记成案", "case_no", guards=(leads.is_a_lead,),
                intro="收到的线索在“案件”里登记案源以后，把登记号写在这里，两边可以对上。"),
        ),
        doors=(Door("登记案源", "letter-case", icon="gavel", right=Right.WORK_CASE,
                    offered=partial(leads.may_become_a_case, "letters")),),
        attachments="函件 回函 证据材料 其他",
        leads=leads.matters("case_no"),
        figures=lambda letters: (
            Figure("xr.transfer", "跨区移交协作案件数", "件", "移送、接受移送、请求协助、协助四类函件，按发函日期计入", of=letters, silent=True),
            *(
                Figure(f"xr.transfer.{kind}", f"{title}函件", "件", f"{title}的函件，按发函日期计入",
                       of=letters, where={"kind": (kind,)}, silent=True)
                for kind, title in LetterKind.choices
            ),
        ),
    ),
    Register(
        code="delegations",
        model=Delegation,
        noun="项",
        icon="key",
        right=Right.DEPLOY,
        day="delegated_on",
        shows="item cause unit delegated_on basis state",
        finds="item basis",
        states=(
            State("withdrawn", "已收回", lambda on: Q(withdrawn_on__lte=on)),
            State("standing", "现行", Q(), "green"),
        ),
        acts=(
            Begin("delegate", "登记下放", "item cause? unit delegated_on basis"),
            Act("withdraw", "登记收回", "withdrawn_on", states="standing"),
        ),
        check=_delegation_faults,
        attachments="依据文件 委托书",
        until="withdrawn_on",
        figures=lambda rows: (
            Figure("enf.delegated", "下放的执法裁决权限", "项", "按下放日期计入，同一事项下放几个单位只计一项", of=rows, measure=Distinct("item"), silent=True),
            Figure("enf.delegated.units", "承接权限的单位", "个", "按下放日期计入，同一单位只计一个", of=rows, measure=Distinct("unit"), silent=True),
        ),
    ),
)  # fmt: skip


def _received(letter: UnitLetter, on: date):
    if letter.received_on and letter.received_on > on:
        yield Reason("收到日期晚于登记日期", field="received_on")


register(
    Register(
        code="unit-letters",
        model=UnitLetter,
        noun="份",
        icon="send",
        right=Right.WORK_CASE,
        day="sent_on",
        shows="subject kind sender unit number sent_on answer_by lead_no state",
        finds="subject number sender_case lead_no",
        states=(
            State("case", "已成案", ~Q(lead_no=""), "green"),
            State("answered", "已答复", Q(answered_on__isnull=False), "green"),
            State("new", "待签收", Q(received_on__isnull=True), "amber"),
            State(
                "late", "逾期",
                lambda on: Q(extended_until__lt=on) | Q(extended_until__isnull=True, answer_by__lt=on), "red",
            ),
            State("extended", "已告知延期", Q(extended_until__isnull=False), "blue"),
            State("open", "办理中", Q(), "blue"),
        ),
        acts=(
            Begin(
                "send", "收到其他单位的来文",
                "subject kind sender sender_case? number? content? step_key sent_on unit", by_hand=False,
            ),
            Act("receive", "签收", "received_on", states="new", sets=between.dealt_with_by, article="程序规定第13条、第16条、第18条、第45条",
                intro="签收的日期是期限的起算日（管辖争议自发出之日起算）。"),
            Act("extend", "告知延期", "told_on extended_until extension_why", states="open extended", guards=(between.may_be_extended,),
                article="程序规定第45条", intro="协助调查须延期完成的，在期限届满前告知请求的单位。"),
            Act("answer", "答复", "answered_on answer", states="open extended late",
                intro="答复写在这里，来文单位在它的案件里看到；协助取得的证据另附。"),
            Act("lead", "登记成案", "lead_no", states="open extended late", guards=(between.becomes_a_case,),
                intro="用“登记案源”的，案号自动写在这里；此前已经登记的，把登记号补上。"),
        ),
        doors=(Door("登记案源", "unit-letter-case", icon="gavel", right=Right.WORK_CASE, first=True,
                    offered=partial(leads.may_become_a_case, "unit-letters")),),
        check=_received,
        attachments="来文 回文 证据材料 其他",
        leads=leads.matters("lead_no"),
        noted=lambda person, letter, at: readings.note(actor=person, record=letter, at=at),
        empty="还没有其他单位的来文。本系统里别的单位移送、交办、报请、协商管辖或者请求协助的，自动到达这里。",
        figures=lambda letters: (
            Figure("enf.between", "单位间往来", "份", "本系统内的单位移送、交办、指定、报请、协商管辖和请求协助的来文，按发出日期计入收文单位",
                   of=letters, silent=True),
            Figure("enf.between.assist", "协助调查", "份", "本系统内的单位请求协助调查的来文，按发出日期计入收文单位",
                   of=letters, where={"kind": (UnitLetterKind.ASSIST,)}, silent=True),
        ),
    )
)  # fmt: skip
