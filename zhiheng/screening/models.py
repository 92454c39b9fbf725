"""Lists of applications received from the national office, their applications, what was done about each, and what screening found.

A list is a matter; its applications are rows. What happened to an application is `ApplicationAct` rows, only ever added; the
columns of `Application` that lists and figures read are one stored copy of them, written by `services.take` alone.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.scoping import MatterScopedQuerySet
from zhiheng.accounts.words import WordField
from zhiheng.jobs.models import Job
from zhiheng.matters.models import Matter, MatterRecord
from zhiheng.search.index import Index
from zhiheng.search.models import Entry


class ReceivedList(MatterRecord):
    """名单: one letter with its list. `rows` counts its applications, each once."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    lead_no = models.CharField("名单登记号", max_length=60, blank=True)
    source = WordField("名单来源", vocabulary="sources", max_length=20, blank=True)
    sender = models.CharField("来函机关", max_length=200, blank=True)
    letter_no = models.CharField("来函文号", max_length=200, blank=True)
    letter_on = models.DateField("来函日期", null=True, blank=True)
    batch_no = models.CharField("批次", max_length=200, blank=True)
    received_on = models.DateField("收到日期", null=True, blank=True)
    feedback_due = models.DateField("报送期限", null=True, blank=True)
    district_due = models.DateField("区县报送期限", null=True, blank=True)
    split_on = models.DateField("分派日期", null=True, blank=True)
    fed_back_on = models.DateField("反馈日期", null=True, blank=True)
    concluded_on = models.DateField("结果到齐日期", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    archived_on = models.DateField("归档日期", null=True, blank=True)
    rows = models.PositiveIntegerField("件数", default=0)

    objects = MatterScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "非正常专利申请名单"
        indexes = [models.Index(fields=("received_on", "unit"), name="list_received")]


class ListFile(models.Model):
    """One file read into a list, kept as it came. `layout`: what is needed to give it back in its own format."""

    received = models.ForeignKey(ReceivedList, models.PROTECT, related_name="files")
    name = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件摘要", max_length=64)
    layout = models.JSONField("版式")
    columns = models.JSONField("认出的列", default=dict)
    unknown = models.JSONField("没有认出的列", default=list)
    notes = models.JSONField("提示", default=list)
    rows = models.PositiveIntegerField("行数")
    taken = models.PositiveIntegerField("导入")
    repeated = models.PositiveIntegerField("重复")
    rejected = models.PositiveIntegerField("退回")
    told = models.JSONField("重复和退回的行", default=list)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField("试导入日期")
    taken_on = models.DateField("导入日期", null=True)
    # Of what the rows stated when they came in, in the order of the file.
    seal = models.CharField("逐行摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "名单文件"
        ordering = ("id",)


class ResultFile(models.Model):
    """A file in which the national office says what became of the applications of a list, kept as it came.

    `paper`, `result_on`: of the letter it came with, for rows that name no paper and no day. `words`: what stands in its result column,
    each with what it was taken for ("" for what nobody knows) and how many rows say so. `told`: rows that are not registered, and rows
    that differ from what is known, each with why.
    """

    received = models.ForeignKey(ReceivedList, models.PROTECT, related_name="result_files")
    name = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件摘要", max_length=64)
    paper = models.CharField("来文名称和文号", max_length=200)
    result_on = models.DateField("结果日期", null=True)
    columns = models.JSONField("认出的列", default=dict)
    unknown = models.JSONField("没有认出的列", default=list)
    words = models.JSONField("结果用语", default=dict)
    overwrites = models.BooleanField("与已登记结果不同的以本文件为准", default=False)
    rows = models.PositiveIntegerField("行数")
    taken = models.PositiveIntegerField("登记")
    repeated = models.PositiveIntegerField("重复")
    rejected = models.PositiveIntegerField("不能登记")
    told = models.JSONField("不能登记和不同的行", default=list)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField("试读日期")
    taken_on = models.DateField("登记日期", null=True)
    # Of what its rows registered, in the order in which they were.
    seal = models.CharField("逐行摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "结果文件"
        ordering = ("id",)


class DrawingFile(models.Model):
    """Drawings of the applications of a list, in one file kept as it came. `table`: digest of the kept fingerprints, one line a figure;
    `told`: files that are not taken, each with why."""

    received = models.ForeignKey(ReceivedList, models.PROTECT, related_name="drawing_files")
    name = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件摘要", max_length=64)
    table = models.CharField("指纹表摘要", max_length=64)
    figures = models.PositiveIntegerField("附图幅数")
    applications = models.PositiveIntegerField("有附图的申请")
    strange = models.PositiveIntegerField("名单中没有的申请号")
    left = models.PositiveIntegerField("没有用的文件")
    told = models.JSONField("没有用的文件", default=list)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField("读入日期")

    class Meta:
        verbose_name = verbose_name_plural = "附图文件"
        ordering = ("id",)


class Stage(models.TextChoices):
    """Where the work on an application stands."""

    RECEIVED = "received", "待分派"
    ASSIGNED = "assigned", "待核查"
    CONTACTED = "contacted", "已联系"
    ANSWERED = "answered", "待提意见"
    OPINED = "opined", "待第二人复核"
    AGREED = "agreed", "待市局复核"
    CHECKED = "checked", "已复核"
    RESULTED = "resulted", "已有结果"


class Answer(models.TextChoices):
    """How it ended with the applicant."""

    WITHDRAWN = "withdrawn", "主动撤回"
    EXPLAINED = "explained", "提交说明"
    UNANSWERED = "unanswered", "逾期未答复"
    UNREACHABLE = "unreachable", "无法联系"
    ELSEWHERE = "elsewhere", "不在本地"


class Application(models.Model):
    """A row of a list: what the list says of it, whose it is to look into, and how far that is.

    `unit` is the office until the row is split. `listed_on` copies the list's day of receipt: by it figures count.
    """

    received = models.ForeignKey(
        ReceivedList, models.PROTECT, related_name="applications", verbose_name="名单"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位", db_index=False)
    file = models.ForeignKey(ListFile, models.PROTECT, related_name="+", db_index=False)
    row = models.PositiveIntegerField("行号")
    number = models.CharField("申请号", max_length=60)
    printed = models.CharField("申请号原文", max_length=80)
    title = models.CharField("发明名称", max_length=300, blank=True)
    patent_type = models.CharField("专利类型", max_length=40, blank=True)
    applicant = models.CharField("申请人", max_length=300, blank=True)
    inventor = models.CharField("发明人", max_length=300, blank=True)
    address = models.CharField("申请人地址", max_length=300, blank=True)
    phone = models.CharField("联系电话", max_length=100, blank=True)
    agency = models.CharField("代理机构", max_length=200, blank=True)
    filed_on = models.DateField("申请日", null=True, blank=True)
    ipc = models.CharField("分类号", max_length=200, blank=True)
    section = models.CharField("主分类", max_length=4, blank=True)
    stated = models.CharField("名单所列情形", max_length=400, blank=True)
    facts = models.TextField("案情说明", blank=True)
    reply_by = models.DateField("答复期限", null=True, blank=True)
    listed_on = models.DateField("收到日期")
    split_by = models.CharField("分派依据", max_length=40, blank=True)

    stage = models.CharField("阶段", max_length=10, choices=Stage.choices, default=Stage.RECEIVED)
    answer = models.CharField("核查结果", max_length=12, choices=Answer.choices, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)
    reached = models.BooleanField("联系到", null=True)
    view = models.CharField("区县意见", max_length=12, blank=True)
    accepted = models.BooleanField("说明可以采信", null=True)
    opined_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    agreed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    checked_on = models.DateField("复核日期", null=True, blank=True)
    result = models.CharField("国家知识产权局结果", max_length=20, blank=True)
    result_on = models.DateField("结果日期", null=True, blank=True)
    recovered_fen = models.BigIntegerField("追回资助（分）", null=True, blank=True)
    groups = models.PositiveSmallIntegerField("线索组", default=0)
    # Everything the row says beside the columns above, by the list's own headings; the texts by the engine's names.
    extra = models.JSONField("其他列", default=dict)
    texts = models.JSONField("文字", default=dict)

    objects = MatterScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名单中的申请"
        constraints = [
            models.UniqueConstraint(fields=("received", "number"), name="application_once_a_list"),
            models.CheckConstraint(
                condition=Q(recovered_fen__isnull=True) | Q(recovered_fen__gte=0),
                name="application_recovered_not_negative",
            ),
        ]
        indexes = [
            # What pages count of a hundred thousand rows stands in an index, whole: the rows themselves carry their texts.
            models.Index(fields=("unit", "stage", "id", "reply_by", "received"), name="application_unit_stage"),
            models.Index(fields=("received", "stage", "unit", "answer"), name="application_list_stage"),
            models.Index(fields=("number",), name="application_number"),
            models.Index(fields=("agency", "id"), name="application_agency"),
            models.Index(fields=("applicant", "id"), name="application_applicant"),
            models.Index(fields=("section", "id"), name="application_section"),
            models.Index(fields=("reply_by", "id"), name="application_reply_by"),
            models.Index(fields=("filed_on", "id"), name="application_filed_on"),
            models.Index(
                fields=(
                    "listed_on", "answer", "unit", "accepted", "recovered_fen", "received", "agency", "section",
                ),
                name="application_figures",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class ApplicationEntry(Entry):
    """What applications are found by."""


APPLICATION_INDEX = Index(
    ApplicationEntry,
    "screening.Application",
    ("number", "printed", "title", "applicant", "agency", "address"),
)


class ApplicationAct(models.Model):
    """One thing done about an application. Only ever added."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="acts")
    act = models.CharField("事项", max_length=20)
    on = models.DateField("日期")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="办理人")
    data = models.JSONField("内容", default=dict)
    stage = models.CharField("之后阶段", max_length=10)
    amount_fen = models.BigIntegerField("金额（分）", null=True)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+", verbose_name="关联案件")
    at = models.DateTimeField("登记时刻", auto_now_add=True)
    file = models.ForeignKey(
        ResultFile, models.PROTECT, null=True, related_name="acts", verbose_name="结果文件"
    )

    class Meta:
        verbose_name = verbose_name_plural = "核查经过"
        ordering = ("id",)
        indexes = [
            models.Index(fields=("act", "on", "application", "amount_fen"), name="application_act_day")
        ]


class Run(models.Model):
    """One screening of a list. `settings` is everything that can change a finding; `findings` the digest of what was found."""

    received = models.ForeignKey(ReceivedList, models.PROTECT, related_name="runs")
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name="重做")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField("筛查日期")
    asked = models.JSONField("参数", default=dict)
    settings = models.JSONField("全部参数")
    input = models.CharField("名单内容摘要", max_length=64)
    result = models.CharField("结果文件摘要", max_length=64)
    tables = models.CharField("套话表摘要", max_length=64)
    findings = models.CharField("结果摘要", max_length=64)
    documents = models.PositiveIntegerField("比对件数")
    pairs = models.PositiveIntegerField("相近的对")
    signals = models.PositiveIntegerField("线索")
    notes = models.JSONField("提示", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "筛查"
        ordering = ("-id",)


class Group(models.Model):
    """A dossier of a run: applications that hang together, ranked by how many independent kinds of evidence meet in it."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="groups")
    number = models.PositiveIntegerField("序号")
    kinds = models.JSONField("证据种类", default=list)
    kind_count = models.PositiveSmallIntegerField("证据种类数")
    score = models.PositiveIntegerField("线索点数")
    size = models.PositiveIntegerField("件数")
    grounds = models.JSONField("参考条款", default=list)
    lead = models.CharField("主要申请人", max_length=300, blank=True)
    agency = models.CharField("主要代理机构", max_length=300, blank=True)
    data = models.JSONField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "线索组"
        constraints = [models.UniqueConstraint(fields=("run", "number"), name="group_once_a_run")]

    def __str__(self) -> str:
        return f"第{self.number}组 {self.lead}"


def documents_of(signal: dict[str, Any]) -> list[str]:
    """The numbers of all applications that a signal kept with a group is about."""
    return [*signal["documents"], *signal.get("beyond", ())]


class GroupMember(models.Model):
    group = models.ForeignKey(Group, models.PROTECT, related_name="members")
    application = models.ForeignKey(Application, models.PROTECT, related_name="memberships")
    place = models.PositiveIntegerField("次序")

    class Meta:
        verbose_name = verbose_name_plural = "组内申请"
        ordering = ("place",)
        constraints = [models.UniqueConstraint(fields=("group", "application"), name="group_member_once")]
