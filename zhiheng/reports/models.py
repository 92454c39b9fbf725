"""The reconciliation desk: texts held against the records, and what people said a phrase in such texts states; numbers
that others keep and report to the office."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.scoping import UnitScopedQuerySet
from zhiheng.registers.models import Record, must_hold, unique_key


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
        codes = unit.path.strip("/").split("/")
        return self.in_force().filter(unit__code__in=codes).order_by("-unit__path", "-id")


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
    """The indicators whose number may be received from others, for this system keeps no rows of its own."""
    from .received import RECEIVED

    return [(figure.id, f"{figure.title}（{figure.unit}）") for figure in RECEIVED]


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
            models.Index(fields=("last", "indicator", "unit", "number", "amount_fen"), name="return_figures"),
        ]

    def __str__(self) -> str:
        return f"{self.paper}：{self.get_indicator_display()}"
