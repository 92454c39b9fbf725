"""The kinds of records of plans, problems and measures against them, declared."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import F, Q

from zhiheng.accounts.rights import Right
from zhiheng.figures.measures import Distinct, Ratio
from zhiheng.figures.registry import Counting, Figure, Records
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import Act, Begin, Door, Register, State, register

from .models import Aspect, Plan, PlanKind, Problem, Progress, Remedy, Share, Task

# How long before a task or a return is due the page says so.
WARNED = timedelta(days=14)
OWN = tuple(kind for kind, _ in PlanKind.choices if kind != PlanKind.COOPERATION)


def _plan_figures(plans: Records) -> tuple[Figure, ...]:
    rule = "已印发的，按印发日期计入，同名的只计一件"
    given = {"of": plans, "measure": Distinct("title"), "silent": True}
    own, joint = {"kind": OWN}, {"kind": (PlanKind.COOPERATION,)}
    return (
        Figure("doc.scheme", "年度方案计划印发数", "件", f"{rule}；区域合作任务另计", where=own, **given),
        Figure("xr.papers", "区域合作任务文件数", "份", f"区域合作任务文件，{rule}", where=joint, **given),
    )


register(
    Register(
        code="plans",
        model=Plan,
        noun="件",
        icon="list-details",
        right=Right.KEEP_PLANS,
        day="issued_on",
        shows="title kind year unit number issued_on ends_on state",
        finds="title number",
        states=(
            State("over", "已到期", lambda on: Q(ends_on__lt=on)),
            State("running", "实施中", Q(), "green"),
        ),
        acts=(
            Begin("issue", "登记计划", "title kind year number? issued_on ends_on superior? partners? note?"),
        ),
        attachments="印发文件 送审稿 其他",
        figures=_plan_figures,
        doors=(
            Door("看板", "plan-board", icon="list-details"),
            Door("进度图", "plan-timeline", icon="calendar"),
            Door("列入整改措施", "plan-remedies", icon="route", right=Right.KEEP_PLANS),
            Door("读入计划文件", "plan-import", icon="upload", of="list", right=Right.KEEP_PLANS),
        ),
    ),
    Register(
        code="plan-aspects",
        model=Aspect,
        noun="个",
        icon="folder",
        right=Right.KEEP_PLANS,
        parent="plan",
        day="laid_on",
        shows="title plan seq laid_on",
        finds="title plan__title",
        acts=(
            Begin(
                "add",
                "增加方面",
                "seq title laid_on?",
                sets=lambda aspect, on: {"laid_on": aspect.laid_on or aspect.plan.issued_on},
            ),
        ),
    ),
)


def _laid_down(task: Task, on: date) -> dict:
    plan = task.aspect.plan
    return {
        "laid_on": task.laid_on or task.aspect.laid_on,
        "due_on": task.due_on or plan.ends_on,
    }


def _task_faults(task: Task, on: date):
    if task.due_on and task.laid_on and task.due_on < task.laid_on:
        yield Reason("完成期限早于部署日期", field="due_on")
    if task.done_on and not task.done_how:
        yield Reason("须写明完成情况", field="done_how")


def _task_figures(tasks: Records) -> tuple[Figure, ...]:
    figure = Counting(tasks, "按部署日期计入")
    protection = {"where": {"aspect__plan__kind": (PlanKind.PROTECTION,)}}
    joint = {"where": {"aspect__plan__kind": (PlanKind.COOPERATION,)}}
    ended = Q(done_on__isnull=False)
    every = figure("plan.tasks", "计划任务数", "项", "各类计划的任务，{rule}")
    done = figure("plan.tasks.done", "已办结的计划任务", "项", "已登记办结的任务，{rule}", only=ended)
    aimed = ~Q(problem="")
    kept = figure("plan.tasks.kept", "针对上年问题的任务", "项", "写明针对上年问题的任务，{rule}", only=aimed)  # fmt: skip
    kept_done = figure("plan.tasks.kept.done", "已办结的针对上年问题的任务", "项", "写明针对上年问题、已登记办结的任务，{rule}", only=aimed & ended)  # fmt: skip
    return (
        figure("doc.tasks", "行政保护方案重点任务数", "项", "行政保护实施方案的任务，{rule}", **protection),
        figure("doc.aspects", "行政保护方案部署方面数", "个方面", "有任务的方面，任务{rule}，同一方面只计一个", measure=Distinct("aspect"), **protection),
        figure("xr.tasks", "区域合作任务数", "项", "区域合作任务文件的任务，{rule}", **joint),
        every,
        done,
        kept,
        kept_done,
        figure.rate("plan.rate", "计划任务办结率", "已办结的任务除以全部任务；任务{rule}", done, every),
    )  # fmt: skip


def _past_due(on: date) -> Q:
    return Q(due_on__lt=on)


register(
    Register(
        code="plan-tasks",
        model=Task,
        noun="项",
        icon="circle-check",
        right=Right.KEEP_PLANS,
        parent="aspect",
        day="laid_on",
        shows="title aspect seq lead due_words due_on state",
        finds="title lead aspect__title",
        states=(
            State("done", "已办结", Q(done_on__isnull=False), "green"),
            State("overdue", "督办超期", lambda on: Q(mend_by__lt=on), "red"),
            State("supervised", "督办中", Q(supervised_on__isnull=False), "amber"),
            State("late", "逾期", _past_due, "red"),
            State("near", "临近期限", lambda on: Q(due_on__lte=on + WARNED), "amber"),
            State("open", "推进中", Q(), "blue"),
        ),
        acts=(
            Begin(
                "add",
                "增加任务",
                "seq title detail? lead? supports? laid_on? due_words? rhythm due_on? success? figure? target? problem?",
                sets=_laid_down,
            ),
            Act("finish", "办结", "done_on done_how", states="open near late supervised overdue"),
            Act(
                "supervise",
                "督办",
                "supervised_on supervised_why mend_by",
                states="late overdue supervised",
                right=Right.SUPERVISE_PLANS,
                intro="用于逾期的任务；督办期限届满仍没有办结的，显示为督办超期。",
            ),
        ),
        check=_task_faults,
        past="done_on",
        attachments="成果材料 佐证材料 督办通知 其他",
        figures=_task_figures,
        doors=(Door("下达多个区县", "plan-hand-down", icon="send", right=Right.HAND_DOWN),),
    ),
    Register(
        code="plan-progress",
        model=Progress,
        noun="次",
        icon="flag",
        right=Right.KEEP_PLANS,
        parent="task",
        day="reported_on",
        shows="title task reported_on percent said trouble",
        finds="said task__title",
        acts=(Begin("report", "登记进展", "reported_on percent? said trouble?"),),
        attachments="佐证材料 其他",
    ),
)


def _share_faults(share: Share, on: date):
    if not share.task.unit.covers(share.unit) or share.unit_id == share.task.unit_id:
        yield Reason(f"{share.unit.short_name}不是{share.task.unit.short_name}的下级单位", field="unit")
    if share.due_on and share.due_on < share.handed_on:
        yield Reason("报送期限早于下达日期", field="due_on")


def _share_figures(shares: Records) -> tuple[Figure, ...]:
    given = {"of": shares, "silent": True}
    on_time = Q(returned_on__isnull=False) & (Q(due_on__isnull=True) | Q(returned_on__lte=F("due_on")))
    every = Figure("plan.shares", "下达区县的任务", "项", "下达给区县的任务，按下达日期计入", **given)
    kept = Figure(
        "plan.shares.ontime", "区县按期报送的任务", "项", "在报送期限内报送的，按下达日期计入", only=on_time, **given
    )  # fmt: skip
    return (
        every,
        kept,
        Figure("plan.shares.rate", "区县任务按期报送率", "%", "按期报送的除以下达的", measure=Ratio(kept, every), silent=True),
    )  # fmt: skip


register(
    Register(
        code="plan-shares",
        model=Share,
        noun="项",
        icon="send",
        right=Right.HAND_DOWN,
        parent="task",
        day="handed_on",
        shows="title task unit handed_on due_on returned_on result state",
        finds="task__title asked said",
        states=(
            State("accepted", "已通过", Q(accepted_on__isnull=False), "green"),
            State("returned", "已报送", Q(returned_on__isnull=False), "blue"),
            State("overdue", "督办超期", lambda on: Q(mend_by__lt=on), "red"),
            State("supervised", "督办中", Q(supervised_on__isnull=False), "amber"),
            State("late", "逾期未报", _past_due, "red"),
            State("back", "退回重报", Q(sent_back_on__isnull=False), "amber"),
            State("near", "临近期限", lambda on: Q(due_on__lte=on + WARNED), "amber"),
            State("open", "待报送", Q(), "blue"),
        ),
        acts=(
            Begin(
                "hand",
                "下达区县",
                "unit asked? handed_on due_on?",
                sets=lambda share, on: {"due_on": share.due_on or share.task.due_on},
                intro="每个承办单位一条；承办单位在本系统报送完成情况。",
            ),
            Act(
                "return",
                "报送完成情况",
                "returned_on result said",
                states="open near late back supervised overdue",
                right=Right.RETURN_SHARE,
            ),
            Act("accept", "审核通过", "accepted_on", states="returned"),
            Act(
                "send_back",
                "退回重报",
                "sent_back_on sent_back_why due_on",
                states="returned",
                sets=lambda share, on: {"returned_on": None, "result": ""},
                intro="退回后重新计算报送期限；原来报送的内容留在记录上。",
            ),
            Act(
                "supervise",
                "督办",
                "supervised_on supervised_why mend_by",
                states="late overdue supervised",
                intro="用于逾期没有报送的；通知承办单位限期报送。",
            ),
        ),
        check=_share_faults,
        past="returned_on",
        attachments="报送材料 督办通知 其他",
        figures=_share_figures,
    )
)


def _problem_faults(problem: Problem, on: date):
    if problem.closed_on and not problem.closed_how:
        yield Reason("须写明整改结果", field="closed_how")
    if problem.closed_on and problem.closed_on < problem.found_on:
        yield Reason("销号日期早于提出日期", field="closed_on")


register(
    Register(
        code="problems",
        model=Problem,
        noun="条",
        icon="alert-triangle",
        right=Right.KEEP_PLANS,
        day="found_on",
        shows="title year unit owner found_on due_on state",
        finds="title owner",
        states=(
            State("closed", "已销号", Q(closed_on__isnull=False), "green"),
            State("late", "整改超期", _past_due, "red"),
            State("open", "整改中", Q(), "amber"),
        ),
        acts=(
            Begin("find", "登记问题", "title year found_on cause? figure? evidence? owner due_on?"),
            Act("close", "销号", "closed_on closed_how", states="open late"),
        ),
        check=_problem_faults,
        doors=(Door("整改情况", "plan-kept", icon="route", of="list"),),
        attachments="佐证材料 整改材料",
        figures=lambda problems: (
            Figure("prb.n", "问题条数", "条", "报告查找的问题，按提出日期逐条计入", of=problems, silent=True),
            Figure(
                "prb.closed", "已销号的问题", "条", "已登记整改结果的问题，按提出日期计入",
                of=problems, only=Q(closed_on__isnull=False), silent=True,
            ),
        ),
    ),
    Register(
        code="remedies",
        model=Remedy,
        noun="条",
        icon="route",
        right=Right.KEEP_PLANS,
        parent="problem",
        day="set_on",
        shows="title problem owner set_on due_on plan_title state",
        finds="title plan_title problem__title",
        states=(
            State("planned", "已列入计划", Q(planned_on__isnull=False), "green"),
            State("dropped", "不再列入", Q(dropped_on__isnull=False)),
            State("open", "待列入计划", Q(), "amber"),
        ),
        acts=(
            Begin("set", "提出措施", "title set_on owner? due_on?"),
            Act("plan", "列入计划", "plan_title planned_on", states="open"),
            Act("drop", "不再列入", "dropped_on dropped_why", states="open"),
        ),
        figures=lambda remedies: (
            Figure("pln.n", "下一步打算条数", "条", "针对问题提出的措施，按提出日期逐条计入", of=remedies, silent=True),
            Figure(
                "pln.planned", "列入计划的整改措施", "条", "已列入以后计划的措施，按提出日期计入",
                of=remedies, only=Q(planned_on__isnull=False), silent=True,
            ),
        ),
    ),
)  # fmt: skip
