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
from zhiheng.registers.models import OfMattersQuerySet, Record, must_hold, unique_key


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
    nothing else is published. `returned` says why it came back; it is cleared when it is sent up again.
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
