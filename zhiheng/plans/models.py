"""What is recorded of plans, and of problems and what is done about them. What is done with it stands in `registers`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhiheng.accounts.models import Unit
from zhiheng.figures.registry import registered
from zhiheng.registers.models import Record, indexed, must_hold, unique_key


class PlanKind(models.TextChoices):
    PROTECTION = "protection", "行政保护实施方案"
    PUBLICITY = "publicity", "普法计划"
    LEGISLATION = "legislation", "立法计划"
    COOPERATION = "cooperation", "区域合作任务"
    WORK = "work", "其他工作计划"


def measurable() -> list[tuple[str, str]]:
    """The figures by which the success of a task may be measured."""
    return [(figure.id, f"{figure.title}（{figure.unit}）") for figure in registered()]


class Plan(Record):
    """实施方案、计划: one document that lays down tasks for a year."""

    title = models.CharField("计划名称", max_length=200)
    kind = models.CharField("种类", max_length=12, choices=PlanKind.choices)
    year = models.PositiveSmallIntegerField("年度")
    number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期")
    ends_on = models.DateField("完成期限")
    superior = models.JSONField("上级文件", default=list, blank=True, help_text="每行一件")
    partners = models.JSONField("联合印发单位", default=list, blank=True, help_text="每行一个")
    note = models.TextField("备注", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "计划"
        constraints = [
            unique_key("unit title", name="plan_once", words="这个单位已有同名的计划"),
            must_hold(Q(ends_on__gte=F("issued_on")), name="plan_days", words="完成期限早于印发日期"),
        ]
        indexes = [indexed("issued_on voided_on kind unit title", name="plan_figures")]


class Aspect(Record):
    """方面、板块: a part of a plan under one heading."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="aspects", verbose_name="计划")
    seq = models.PositiveSmallIntegerField("序号")
    title = models.CharField("方面", max_length=200)
    laid_on = models.DateField("部署日期", blank=True, help_text="不填即计划的印发日期")

    class Meta:
        verbose_name = verbose_name_plural = "方面"
        constraints = [unique_key("plan title", name="aspect_once", words="这个计划已有同名的方面")]
        indexes = [indexed("laid_on voided_on unit", name="aspect_day")]


class Rhythm(models.TextChoices):
    ONCE = "once", "按期完成"
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF = "half", "每半年"
    STANDING = "standing", "长期坚持"


class Task(Record):
    """重点任务: what is to be done, by whom, until when, and how it is known to be done."""

    aspect = models.ForeignKey(Aspect, models.PROTECT, related_name="tasks", verbose_name="方面")
    seq = models.PositiveSmallIntegerField("序号")
    title = models.CharField("任务", max_length=200)
    detail = models.TextField("任务内容", blank=True)
    lead = models.CharField("牵头单位", max_length=120, blank=True)
    supports = models.JSONField("配合单位", default=list, blank=True, help_text="每行一个")
    laid_on = models.DateField("部署日期", blank=True, help_text="不填即计划的印发日期")
    due_words = models.CharField("时限原文", max_length=80, blank=True, help_text="如：4月底前、每季度末")
    rhythm = models.CharField("时限方式", max_length=12, choices=Rhythm.choices, default=Rhythm.ONCE)
    due_on = models.DateField("完成期限", null=True, blank=True, help_text="不填即计划的完成期限")
    success = models.CharField("成果形式", max_length=300, blank=True, help_text="凭什么算完成")
    figure = models.CharField("衡量指标", max_length=40, choices=measurable, blank=True)
    target = models.PositiveBigIntegerField(
        "目标值", null=True, blank=True, help_text="以衡量指标的单位计，期末达到"
    )
    problem = models.CharField(
        "针对的问题", max_length=200, blank=True, help_text="上年报告中的问题，没有的不填"
    )
    done_on = models.DateField("办结日期", null=True, blank=True)
    done_how = models.TextField("完成情况", blank=True)
    supervised_on = models.DateField("督办日期", null=True, blank=True)
    supervised_why = models.CharField("督办要求", max_length=200, blank=True)
    mend_by = models.DateField("督办期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任务"
        constraints = [
            unique_key("aspect title", name="task_once", words="这个方面已有同名的任务"),
            must_hold(
                Q(target__isnull=True) | ~Q(figure=""), name="task_target", words="填了目标值，就要选衡量指标"
            ),
            must_hold(
                Q(supervised_on__isnull=True) | Q(mend_by__gte=F("supervised_on"), mend_by__isnull=False),
                name="task_mend_by",
                words="督办须写明期限，且不早于督办日期",
            ),
        ]
        indexes = [
            indexed("laid_on voided_on unit aspect done_on problem", name="task_figures"),
            indexed("due_on done_on unit", name="task_due"),
        ]


class Progress(Record):
    """进展: how far a task has come, with its proof attached."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="progress", verbose_name="任务")
    reported_on = models.DateField("报告日期")
    percent = models.PositiveSmallIntegerField("完成进度（%）", null=True, blank=True)
    said = models.TextField("进展情况")
    trouble = models.TextField("困难和问题", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "进展"
        constraints = [
            unique_key("task reported_on", name="progress_once", words="这项任务当天已有进展，请更正那一条"),
            must_hold(
                Q(percent__isnull=True) | Q(percent__lte=100),
                name="progress_percent",
                words="进度不能超过100",
            ),
        ]
        indexes = [indexed("reported_on unit", name="progress_day")]

    def __str__(self) -> str:
        return f"{self.task.title}：{self.reported_on}进展"


class Result(models.TextChoices):
    DONE = "done", "已完成"
    PART = "part", "部分完成"
    NOT = "not", "未完成"


class Share(Record):
    """区县分工: a task handed down to a district, and what the district returned. Its unit is the district."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="shares", verbose_name="任务")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="承办单位")
    asked = models.TextField("具体要求", blank=True)
    handed_on = models.DateField("下达日期")
    due_on = models.DateField("报送期限", null=True, blank=True, help_text="不填即任务的完成期限")
    returned_on = models.DateField("报送日期", null=True, blank=True)
    result = models.CharField("完成情况", max_length=8, choices=Result.choices, blank=True)
    said = models.TextField("报送内容", blank=True)
    accepted_on = models.DateField("审核通过日期", null=True, blank=True)
    sent_back_on = models.DateField("退回日期", null=True, blank=True)
    sent_back_why = models.CharField("退回理由", max_length=200, blank=True)
    supervised_on = models.DateField("督办日期", null=True, blank=True)
    supervised_why = models.CharField("督办要求", max_length=200, blank=True)
    mend_by = models.DateField("督办期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "区县分工"
        constraints = [
            unique_key("task unit", name="share_once", words="这项任务已下达给这个单位"),
            must_hold(
                Q(returned_on__isnull=True) | (Q(returned_on__gte=F("handed_on")) & ~Q(result="")),
                name="share_returned",
                words="报送须写明完成情况，报送日期不得早于下达日期",
            ),
            must_hold(
                Q(supervised_on__isnull=True) | Q(mend_by__gte=F("supervised_on"), mend_by__isnull=False),
                name="share_mend_by",
                words="督办须写明期限，且不早于督办日期",
            ),
        ]
        indexes = [
            indexed("handed_on voided_on unit due_on returned_on", name="share_figures"),
            indexed("due_on returned_on unit", name="share_due"),
        ]

    def __str__(self) -> str:
        return f"{self.task.title}（{self.unit.short_name}）"


class Problem(Record):
    """存在的问题: as the year's report states it, with its cause and the figure that shows it."""

    title = models.CharField("问题", max_length=200)
    year = models.PositiveSmallIntegerField("报告年度")
    found_on = models.DateField("提出日期")
    cause = models.TextField("原因", blank=True)
    figure = models.CharField("说明问题的指标", max_length=40, choices=measurable, blank=True)
    evidence = models.CharField("依据", max_length=300, blank=True, help_text="数字或材料说明了什么")
    owner = models.CharField("责任处室", max_length=120)
    due_on = models.DateField("整改期限", null=True, blank=True)
    closed_on = models.DateField("销号日期", null=True, blank=True)
    closed_how = models.TextField("整改结果", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        constraints = [unique_key("unit year title", name="problem_once", words="这一年度已有同样的问题")]
        indexes = [indexed("found_on voided_on unit closed_on", name="problem_figures")]


class Remedy(Record):
    """整改措施、下一步打算: what is meant to be done about a problem; it becomes a task of a plan."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="remedies", verbose_name="问题")
    title = models.CharField("措施", max_length=200)
    set_on = models.DateField("提出日期")
    owner = models.CharField("责任单位", max_length=120, blank=True)
    due_on = models.DateField("完成期限", null=True, blank=True)
    plan_title = models.CharField("列入的计划", max_length=200, blank=True)
    planned_on = models.DateField("列入日期", null=True, blank=True)
    dropped_on = models.DateField("不再列入的日期", null=True, blank=True)
    dropped_why = models.CharField("不再列入的理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "整改措施"
        constraints = [unique_key("problem title", name="remedy_once", words="这个问题已有同样的措施")]
        indexes = [indexed("set_on voided_on unit planned_on", name="remedy_figures")]
