"""Reports on their way to publication. The reconciliation desk: texts held against the records, and what people said a phrase in such texts states; numbers
that others keep and report to the office."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right
from zhiheng.accounts.scoping import UnitScopedQuerySet
from zhiheng.accounts.words import choices_of
from zhiheng.figures.models import Snapshot
from zhiheng.registers.declaration import registered
from zhiheng.registers.models import OfMattersQuerySet, Record, indexed, must_hold, unique_key

from .periods import PARTS


class PaperKind(models.TextChoices):
    """What an office publishes of its year, or of a part of it; the value is the folder of its wording."""

    ANNUAL = "annual", "法治建设情况报告"
    WHITE_PAPER = "white_paper", "知识产权保护状况白皮书"


class ReleaseState(models.TextChoices):
    DRAFTED = "drafted", "起草中"
    REVIEW = "review", "待合法性审查"
    SIGN = "sign", "待签发"
    SIGNED = "signed", "已签发待发布"
    PUBLISHED = "published", "已发布"


# Who moves a draft on from where it is, and what that is called.
DUTIES: dict[str, tuple[Right, str]] = {
    ReleaseState.DRAFTED: (Right.PUBLISH_REPORT, "起草和送审"),
    ReleaseState.REVIEW: (Right.REVIEW_REPORT, "合法性审查"),
    ReleaseState.SIGN: (Right.SIGN_REPORT, "签发"),
    ReleaseState.SIGNED: (Right.PUBLISH_REPORT, "发布"),
}


class Release(models.Model):
    """A report on its way to publication: drafted, reviewed for its legality, signed by a leader, published, each by somebody else.

    `wording` are the words with their places, as they are edited; `text` and `figures` (id → value with six digits) what was sent up:
    nothing else is published. `returned` says why it came back; it is cleared when it is sent up again. What was taken into it
    (`Highlight`, `Contribution`) says so itself.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    period = models.CharField("期间", max_length=6)
    paper = models.CharField("种类", max_length=12, choices=PaperKind.choices, default=PaperKind.ANNUAL)
    title = models.CharField("标题", max_length=120)
    wording = models.TextField("文稿")
    text = models.TextField("送审的正文", blank=True)
    figures = models.JSONField("送审的数字", default=dict)
    state = models.CharField(
        "环节", max_length=10, choices=ReleaseState.choices, default=ReleaseState.DRAFTED
    )
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="起草人")
    made_on = models.DateField("起草日期")
    sent_on = models.DateField("送审日期", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="合法性审查人"
    )
    reviewed_on = models.DateField("合法性审查日期", null=True, blank=True)
    opinion = models.TextField("合法性审查意见", blank=True)
    signed_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="签发人"
    )
    signed_on = models.DateField("签发日期", null=True, blank=True)
    returned = models.TextField("退回理由", blank=True)
    snapshot = models.OneToOneField(
        Snapshot, models.PROTECT, related_name="release", null=True, blank=True, verbose_name="发布快照"
    )
    # Of the Word file that was issued: its bytes are kept. "" before it is, and in reports from before they were.
    issued = models.CharField("发布文件摘要（SM3）", max_length=64, blank=True)

    objects = UnitScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报告送审稿"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("unit", "period", "paper"),
                condition=~Q(state=ReleaseState.PUBLISHED),
                name="release_once_on_its_way",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(ReleaseState.DRAFTED, ReleaseState.REVIEW),
                    reviewed_by__isnull=True,
                    signed_by__isnull=True,
                )
                | Q(state=ReleaseState.SIGN, reviewed_by__isnull=False, signed_by__isnull=True)
                | Q(
                    state__in=(ReleaseState.SIGNED, ReleaseState.PUBLISHED),
                    reviewed_by__isnull=False,
                    signed_by__isnull=False,
                ),
                name="release_signed_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(reviewed_by=models.F("made_by"))
                & ~Q(signed_by=models.F("made_by"))
                & ~Q(signed_by=models.F("reviewed_by")),
                name="release_hands_apart",
            ),
            models.CheckConstraint(
                condition=Q(state=ReleaseState.PUBLISHED, snapshot__isnull=False)
                | (~Q(state=ReleaseState.PUBLISHED) & Q(snapshot__isnull=True)),
                name="release_published_is_frozen",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class HeldText(models.Model):
    """A published text as it was handed in. Kept for good; what came of it is worked out anew from today's records."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="核对范围")
    title = models.CharField("标题", max_length=200)
    year = models.PositiveSmallIntegerField("报告年度")
    source = models.CharField("来源", max_length=200)
    digest = models.CharField("文件摘要（SM3）", max_length=64)
    text = models.TextField("文本")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="交来人")
    on = models.DateField("交来日期")

    objects = UnitScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核对文本"
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=("unit", "year", "digest"), name="held_text_once")]

    def __str__(self) -> str:
        return self.title


class PhraseVariantQuerySet(UnitScopedQuerySet):
    def in_force(self):
        return self.filter(withdrawn_on__isnull=True)

    def holding_for(self, unit: Unit):
        """What the unit or one above it decided; the unit's own first."""
        return self.in_force().filter(unit__code__in=unit.line).order_by("-unit__path", "-id")


class PhraseVariant(models.Model):
    """“These words, counted in this unit, state that indicator”: said by a person, true for the unit and all below it.

    `indicator_id` empty: the words state no figure that is kept. Never changed: a correction withdraws it and adds another.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="适用单位")
    words = models.CharField("说法", max_length=120)
    about = models.CharField("承前所指", max_length=120, blank=True)
    measure_word = models.CharField("计量单位", max_length=20, blank=True)
    indicator_id = models.CharField("指标", max_length=40, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    text = models.ForeignKey(HeldText, models.PROTECT, related_name="+", verbose_name="出自")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="确认人")
    on = models.DateField("确认日期")
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="撤回人"
    )
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)
    withdrawn_because = models.CharField("撤回原因", max_length=300, blank=True)

    objects = PhraseVariantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "指标说法"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("unit", "words", "about", "measure_word"),
                condition=Q(withdrawn_on__isnull=True),
                name="phrase_variant_once_in_force",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_by__isnull=True, withdrawn_because="")
                | (Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because="")),
                name="phrase_variant_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.words}”"


def receivable() -> list[tuple[str, str]]:
    """The indicators whose number may be received from others: all that are not made from cases."""
    from .received import RECEIVED

    return [
        (id_, f"{figure.title.removesuffix('（报送数）')}（{figure.unit}）")
        for id_, figure in RECEIVED.items()
    ]


class ReceivedReturn(Record):
    """外部统计: a number that another body or a paper states, for one unit and period, with where it comes from.

    Money stands in `amount_fen`, any other number in `number`. A stock is the number of its last day alone.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="数字所属单位")
    indicator = models.CharField("指标", max_length=40, choices=receivable)
    first = models.DateField("期初", help_text="截至某日的数，期初、期末都填那一天")
    last = models.DateField("期末")
    number = models.PositiveBigIntegerField("数目", null=True, blank=True, help_text="金额以外的，填这里")
    amount_fen = models.PositiveBigIntegerField(
        "金额（分）", null=True, blank=True, help_text="指标以万元计的，填这里"
    )
    source = models.CharField("报送单位", max_length=120)
    paper = models.CharField("来源文件", max_length=200, help_text="文件或统计报表的名称和文号")
    paper_on = models.DateField("文件日期")
    note = models.TextField("口径说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "外部统计"
        constraints = [
            unique_key(
                "unit", "indicator", "first", "last", name="return_once", words="这个单位这一期的数字已经登记"
            ),
            must_hold(Q(last__gte=models.F("first")), name="return_days", words="期末早于期初"),
            must_hold(
                Q(number__isnull=True, amount_fen__isnull=False)
                | Q(number__isnull=False, amount_fen__isnull=True),
                name="return_one_number",
                words="数目和金额填且只填一项",
            ),
        ]
        indexes = [
            models.Index(
                fields=("last", "indicator", "unit", "voided_on", "first", "number", "amount_fen"),
                name="return_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper}：{self.get_indicator_display()}"


def countable_causes() -> list[tuple[str, str]]:
    return list(choices_of("causes"))


class CaseMark(Record):
    """案件统计项目: what the statistical return asks of a case beside what the case itself says. One case may bear several."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="办案单位")
    subject = models.CharField("案件名称", max_length=200)
    number = models.CharField("案号或者文号", max_length=80)
    cause = models.CharField("案由", max_length=30, choices=countable_causes)
    filed_on = models.DateField("立案日期")
    ecommerce = models.BooleanField("电商领域案件", default=False)
    market = models.BooleanField("重点实体市场案件", default=False)
    rural = models.BooleanField("农村市场案件", default=False)
    foreign = models.BooleanField("外商投资企业被侵权案件", default=False)
    saved_fen = models.PositiveBigIntegerField(
        "挽回经济损失（分）", null=True, blank=True, help_text="避免的损失，加上经调解、诉讼得到的赔偿"
    )
    foreign_saved_fen = models.PositiveBigIntegerField(
        "挽回外商投资企业经济损失（分）", null=True, blank=True
    )

    objects = OfMattersQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "案件统计项目"
        constraints = [
            unique_key(
                "unit", "number", name="case_mark_once", words="这件案件的统计项目已经登记，请更正原来的"
            ),
            must_hold(
                Q(foreign_saved_fen__isnull=True) | Q(foreign=True),
                name="case_mark_foreign",
                words="填了挽回外商投资企业经济损失，就要勾选外商投资企业被侵权案件",
            ),
        ]
        indexes = [
            models.Index(
                fields=(
                    "filed_on",
                    "voided_on",
                    "cause",
                    "unit",
                    "ecommerce",
                    "market",
                    "rural",
                    "foreign",
                    "saved_fen",
                    "foreign_saved_fen",
                ),
                name="case_mark_figures",
            )
        ]


def parts_of_the_report() -> list[tuple[str, str]]:
    """The parts of the year's report that something may be written into, in their order."""
    from .annual import headings

    return [(heading, heading) for heading in headings()]


def kinds_of_records() -> list[tuple[str, str]]:
    return [(one.label, one.title) for one in registered()]


class Highlight(Record):
    """亮点: something the report should tell beside its figures, entered when it happens or proposed from the record that tells it."""

    title = models.CharField("亮点", max_length=120)
    happened_on = models.DateField("日期")
    part = models.CharField("写入哪一部分", max_length=40, choices=parts_of_the_report)
    text = models.TextField(
        "写进报告的话", help_text="一段话；系统有的数字写成 {指标编号}，如 {pub.base}，由系统填数"
    )
    origin = models.CharField("来源", max_length=200, help_text="凭哪件记录或者文件，写明名称和文号")
    origin_kind = models.CharField(
        "来源记录", max_length=60, choices=kinds_of_records, blank=True, editable=False
    )
    origin_no = models.PositiveBigIntegerField("来源记录编号", null=True, blank=True, editable=False)
    taken_into = models.PositiveBigIntegerField("写入的送审稿", null=True, blank=True, editable=False)
    taken_on = models.DateField("写入日期", null=True, blank=True, editable=False)
    dropped_on = models.DateField("不采用的日期", null=True, blank=True, editable=False)
    dropped_why = models.CharField("不采用的理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "亮点"
        constraints = [
            unique_key("unit title happened_on", name="highlight_once", words="同一天已有同名的亮点"),
        ]
        indexes = [
            indexed("happened_on voided_on unit", name="highlight_day"),
            indexed("taken_into", name="highlight_taken"),
        ]


class Contribution(Record):
    """区县供稿: what a district was asked to write for a report of the office, and what it wrote. Its unit is the district."""

    title = models.CharField("题目", max_length=120, help_text="如：电商领域执法情况")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="供稿单位")
    year = models.PositiveSmallIntegerField("报告年度")
    span = models.CharField(
        "期间",
        max_length=2,
        blank=True,
        choices=[(code, span) for code, (span, *_) in PARTS.items() if code],
        help_text="年度报告不填",
    )
    part = models.CharField("写入哪一部分", max_length=40, choices=parts_of_the_report)
    asked = models.TextField("约稿要求", blank=True)
    asked_on = models.DateField("约稿日期")
    due_on = models.DateField("供稿期限")
    said = models.TextField("供稿", blank=True, help_text="每行一段；自己写的数字，请附上依据")
    sent_on = models.DateField("供稿日期", null=True, blank=True)
    back_on = models.DateField("退回日期", null=True, blank=True)
    back_why = models.CharField("退回理由", max_length=200, blank=True)
    taken_into = models.PositiveBigIntegerField("写入的送审稿", null=True, blank=True, editable=False)
    taken_on = models.DateField("写入日期", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "区县供稿"
        constraints = [
            unique_key(
                "unit year span title", name="contribution_once", words="已经就这个题目向这个单位约稿"
            ),
            must_hold(
                Q(due_on__gte=models.F("asked_on")), name="contribution_due", words="供稿期限早于约稿日期"
            ),
            must_hold(
                Q(sent_on__isnull=True) | ~Q(said=""), name="contribution_said", words="供稿须写明内容"
            ),
        ]
        indexes = [
            indexed("asked_on voided_on unit", name="contribution_day"),
            indexed("year span unit", name="contribution_period"),
            indexed("taken_into", name="contribution_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.unit.short_name}供稿）"


class ManualFigure(Record):
    """人工数字: a number that no record gives, for one period, with what it rests on. A draft names it as {m.编号}."""

    title = models.CharField("事项", max_length=80)
    first = models.DateField("期初", help_text="截至某日的数，期初、期末都填那一天")
    last = models.DateField("期末")
    value = models.CharField("数目", max_length=20, help_text="照依据写，如 12 或 3.5")
    measure = models.CharField("计量单位", max_length=10, help_text="如：件、人次、万元")
    stated_by = models.CharField("提供单位", max_length=120)
    paper = models.CharField("依据", max_length=200, help_text="文件、报表或者截图的名称和文号；须附上文件")
    note = models.TextField("口径说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "人工数字"
        constraints = [
            unique_key("unit title first last", name="manual_figure_once", words="这一期的这个数字已经登记"),
            must_hold(Q(last__gte=models.F("first")), name="manual_figure_days", words="期末早于期初"),
        ]
        indexes = [indexed("last voided_on unit", name="manual_figure_day")]

    @property
    def place(self) -> str:
        """How a draft names it."""
        return f"m.{self.pk}"
