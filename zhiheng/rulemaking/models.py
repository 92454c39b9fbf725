"""The words of the law that an office has taken in (its own data, never part of the law book), and the texts it makes: projects with
the versions of their drafts and what people say about them, the documents issued, the legislative plan."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.scoping import UnitScopedQuerySet
from zhiheng.accounts.words import WordField
from zhiheng.matters.models import MatterRecord
from zhiheng.registers.models import Record, must_hold, unique_key


class StatuteText(models.Model):
    """The text of one version of an instrument of the law book. ``words`` is the text as Markdown, from which it is read again;
    ``sha256`` is of the file it came from, the same by which ``checked.yaml`` names what the book was held against."""

    instrument = models.CharField("法规代码", max_length=80)
    effective = models.DateField("施行日期")
    title = models.CharField("名称", max_length=200)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件指纹", max_length=64)
    words = models.TextField("原文")
    taken_in_on = models.DateField("导入日期")
    taken_in_by = models.ForeignKey(Person, verbose_name="导入人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "法规原文"
        constraints = [
            models.UniqueConstraint(fields=["instrument", "effective"], name="one_text_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.effective:%Y-%m-%d}起）"


class Project(MatterRecord):
    """The record of a text being made here: a normative document, a draft of a regulation or of a government rule."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="起草单位", db_index=False)
    kind = WordField("种类", vocabulary="kinds", max_length=40)
    title = models.CharField("文件名称", max_length=200)
    draft_no = models.CharField("起草登记号", max_length=60, blank=True)
    number = models.CharField("文号", max_length=80, blank=True)
    category = models.CharField("文件类别", max_length=20, blank=True)
    basis = models.TextField("制定依据", blank=True)
    touches_business = models.CharField("涉及经营者经济活动", max_length=10, blank=True)
    state = models.CharField("状态", max_length=40, default="drafting")
    outcome = WordField("结果", vocabulary="outcomes", max_length=20, blank=True)
    begun_on = models.DateField("登记日期", null=True, blank=True)
    comment_from = models.DateField("征求意见开始", null=True, blank=True)
    comment_until = models.DateField("征求意见截止", null=True, blank=True)
    comment_sha = models.CharField("征求意见文本", max_length=64, blank=True)
    open_to_all = models.CharField("向社会公开征求意见", max_length=10, blank=True)
    signed_on = models.DateField("签发日期", null=True, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)
    published_at = models.CharField("公布载体", max_length=200, blank=True)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    expires_on = models.DateField("有效期届满日", null=True, blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    case_kinds = models.PositiveIntegerField("规定办理规程的案件类别数", null=True, blank=True)
    template_forms = models.PositiveIntegerField("文书格式范本类数", null=True, blank=True)

    objects = UnitScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "立法与文件项目"
        constraints = [
            models.UniqueConstraint(
                fields=("matter",), condition=Q(matter__isnull=False), name="project_matter_once"
            ),
            models.CheckConstraint(
                condition=Q(comment_until__isnull=True) | Q(comment_until__gte=F("comment_from")),
                name="project_comment_days",
            ),
        ]
        indexes = [
            models.Index(fields=("unit", "-id"), name="project_unit_recent"),
            models.Index(fields=("comment_until",), name="project_comment_until"),
            models.Index(fields=("draft_no",), name="project_draft_no"),
        ]

    @property
    def text_kind(self) -> str:
        """What a review of it is counted as."""
        return "normative" if self.category else "legislation"

    def takes_comments(self, on) -> bool:
        """Whether anybody may comment on the day."""
        return (
            self.open_to_all == OPEN_TO_ALL
            and self.comment_from is not None
            and self.comment_from <= on <= self.comment_until
            and not self.closed_on
        )


# What `open_to_all` says of a draft that the public may see: the answer “含有不得公开的内容：否”.
OPEN_TO_ALL = "none"


class TextVersion(models.Model):
    """One version of a draft's text, known by its hash. Only ever added: what was reviewed can always be read again."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="versions")
    seq = models.PositiveIntegerField("第几稿")
    sha = models.CharField("文本指纹", max_length=64)
    words = models.TextField("文本")  # Markdown, from which it is read again
    note = models.CharField("修改说明", max_length=400, blank=True)
    # Why an article, or a 款 or 项 of it, is as it is, and where it comes from: {its id in these words: {"why": …, "source": …}}.
    notes = models.JSONField("逐条理由和来源", default=dict, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="修改人")
    on = models.DateField("日期")
    at = models.DateTimeField("时刻", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "草案文本"
        ordering = ("project", "seq")
        constraints = [models.UniqueConstraint(fields=("project", "seq"), name="text_version_once")]

    def __str__(self) -> str:
        return f"{self.project.title}第{self.seq}稿"


class Answer(models.TextChoices):
    FULL = "full", "采纳"
    PART = "part", "部分采纳"
    NONE = "none", "未采纳"


class Moderation(models.TextChoices):
    WAITING = "waiting", "待审看"
    SHOWN = "shown", "公开"
    HIDDEN = "hidden", "不公开"


class CommentGroup(models.Model):
    """Comments that say the same, and the one answer to them."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="comment_groups")
    provision = models.CharField("条文", max_length=40, blank=True)
    gist = models.CharField("意见要点", max_length=400)
    # Of the words that began the group, spaces, signs and width aside: what says the same finds it at once.
    likeness = models.CharField("相同意见的标记", max_length=64, blank=True)
    answer = models.CharField("采纳情况", max_length=8, choices=Answer.choices, blank=True)
    why = models.TextField("说明", blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name="答复人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "意见分组"
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_on__isnull=True)
                | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="comment_group_answered",
            )
        ]
        indexes = [
            models.Index(fields=("project", "provision"), name="comment_group_place"),
            models.Index(fields=("project", "likeness"), name="comment_group_likeness"),
        ]

    def __str__(self) -> str:
        return self.gist


class Comment(models.Model):
    """What somebody said about a draft: anybody, by the public page; or a consulted unit, entered by the drafters, with the words it
    proposes. Kept as it came; never changed, only shown or hidden, grouped and answered."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="comments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="起草单位", db_index=False)
    group = models.ForeignKey(CommentGroup, models.PROTECT, related_name="comments", verbose_name="分组")
    provision = models.CharField("条文", max_length=40, blank=True)
    # The text it speaks of: its articles are numbered as they were there. Empty for what came before this was kept.
    text_sha = models.CharField("所针对的文本", max_length=64, blank=True)
    words = models.TextField("意见")
    proposed = models.TextField("建议的条文", blank=True)
    name = models.CharField("姓名或者单位", max_length=80, blank=True)
    contact = models.CharField("联系方式", max_length=80, blank=True)
    by_unit = models.BooleanField("被征求意见单位", default=False)
    # What somebody marks in the text they are reviewing: worked like a unit's suggestion, counted with none of the opinions received.
    by_reviewer = models.BooleanField("审核人员", default=False)
    state = models.CharField("公开情况", max_length=8, choices=Moderation.choices, default=Moderation.WAITING)
    hidden_because = models.CharField("不公开的理由", max_length=200, blank=True)
    # Of who sent it only this is kept, to keep one sender from sending too much: a keyed hash of the address, of one day.
    sender = models.CharField(max_length=64, blank=True)
    on = models.DateField("日期")
    at = models.DateTimeField("时刻", auto_now_add=True)

    objects = UnitScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "意见"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="hidden") | ~Q(hidden_because=""), name="comment_hidden_because"
            )
        ]
        indexes = [
            models.Index(fields=("project", "state"), name="comment_of_project"),
            models.Index(fields=("on", "unit", "state", "by_reviewer", "group"), name="comment_figures"),
            models.Index(fields=("sender", "at"), name="comment_sender"),
        ]

    def __str__(self) -> str:
        return self.words[:40]


class Category(models.TextChoices):
    ENFORCEMENT = "enforcement", "行政执法规范性文件"
    SUPPORTING = "supporting", "法规配套办法"
    OTHER = "other", "其他规范性文件"


class NormativeDocument(Record):
    """行政规范性文件: one that was issued, how long it holds, and what became of it."""

    title = models.CharField("文件名称", max_length=200)
    category = models.CharField("文件类别", max_length=12, choices=Category.choices)
    number = models.CharField("文号", max_length=80)
    draft_no = models.CharField("起草登记号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期")
    published_on = models.DateField("公布日期", null=True, blank=True)
    published_at = models.CharField("公布载体", max_length=200, blank=True)
    effective_on = models.DateField("施行日期")
    expires_on = models.DateField("有效期届满日", null=True, blank=True)
    basis = models.JSONField("制定依据", default=list, blank=True, help_text="每行一条，例：专利法 65")
    case_kinds = models.PositiveSmallIntegerField("规定办理规程的案件类别数", null=True, blank=True)
    template_forms = models.PositiveSmallIntegerField("文书格式范本类数", null=True, blank=True)
    form_codes = models.JSONField(
        "所附文书格式", default=list, blank=True, help_text="本系统法规库中的文书格式代码，每行一个"
    )
    reviewed_on = models.DateField("最近清理日期", null=True, blank=True)
    review_result = models.CharField("清理结论", max_length=200, blank=True)
    extended_by = models.CharField("延续的文件", max_length=120, blank=True)
    ended_on = models.DateField("失效日期", null=True, blank=True)
    ended_how = models.CharField(
        "失效方式",
        max_length=10,
        choices=(("repealed", "废止"), ("replaced", "被修订的文件代替"), ("lapsed", "有效期届满失效")),
        blank=True,
    )
    ended_by = models.CharField("依据的文件", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "行政规范性文件"
        constraints = [
            unique_key("unit", "number", name="normative_document_once", words="已有这个文号的文件"),
            must_hold(
                Q(effective_on__gte=F("issued_on")), name="document_effective", words="施行日期早于印发日期"
            ),
            must_hold(
                Q(expires_on__isnull=True) | Q(expires_on__gt=F("effective_on")),
                name="document_expires",
                words="有效期届满日不晚于施行日期",
            ),
            must_hold(
                Q(ended_on__isnull=True, ended_how="") | (Q(ended_on__isnull=False) & ~Q(ended_how="")),
                name="document_ended",
                words="失效日期和失效方式须一并填写",
            ),
        ]
        indexes = [
            models.Index(
                fields=(
                    "issued_on",
                    "voided_on",
                    "ended_on",
                    "unit",
                    "category",
                    "case_kinds",
                    "template_forms",
                ),
                name="document_figures",
            ),
            models.Index(
                fields=("expires_on",), condition=Q(ended_on__isnull=True), name="document_expiring"
            ),
        ]


class PlanKind(models.TextChoices):
    REGULATION = "regulation", "地方性法规"
    RULE = "rule", "政府规章"


class PlanClass(models.TextChoices):
    DELIBERATION = "deliberation", "审议项目"
    RESERVE = "reserve", "预备项目"
    RESEARCH = "research", "调研项目"


class Stage(models.TextChoices):
    FEASIBILITY = "feasibility", "可行性研究"
    STARTED = "started", "启动起草"
    DRAFTED = "drafted", "完成部门起草"
    SENT = "sent", "报送审查"
    GOVERNMENT = "government", "市政府通过"
    COMMITTEE = "committee", "常委会审议"
    PASSED = "passed", "通过公布"


class PlanItem(Record):
    """立法项目: a regulation or rule that the office works towards, over years."""

    title = models.CharField("名称", max_length=120)
    kind = models.CharField("种类", max_length=12, choices=PlanKind.choices)
    plan_class = models.CharField("项目类别", max_length=14, choices=PlanClass.choices)
    plan_year = models.PositiveSmallIntegerField("列入计划的年度")
    entered_on = models.DateField("登记日期")
    necessity = models.TextField("必要性", blank=True)
    feasibility = models.TextField("可行性", blank=True)
    next_step = models.CharField("下一步工作", max_length=200, blank=True)
    next_by = models.DateField("下一步期限", null=True, blank=True)
    draft_no = models.CharField(
        "起草项目登记号", max_length=60, blank=True, help_text="在本系统起草的，为该项目的登记号"
    )
    ended_on = models.DateField("退出日期", null=True, blank=True)
    ended_because = models.CharField("退出原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "立法项目"
        constraints = [
            unique_key("unit", "title", name="plan_item_once", words="已有同名的立法项目"),
        ]
        indexes = [models.Index(fields=("entered_on", "voided_on", "unit", "kind"), name="plan_item_figures")]


class PlanStage(Record):
    """进度: a stage that a legislative project reached, on a day."""

    item = models.ForeignKey(PlanItem, models.PROTECT, related_name="+", verbose_name="立法项目")
    kind = models.CharField("种类", max_length=12, choices=PlanKind.choices, editable=False)
    stage = models.CharField("阶段", max_length=12, choices=Stage.choices)
    reached_on = models.DateField("到达日期")
    what = models.CharField("情况", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "立法进度"
        constraints = [
            unique_key("item", "stage", "reached_on", name="plan_stage_once", words="同一天已登记过这个阶段"),
        ]
        indexes = [
            models.Index(
                fields=("reached_on", "voided_on", "unit", "kind", "stage", "item"), name="plan_stage_figures"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item.title}：{self.get_stage_display()}"
