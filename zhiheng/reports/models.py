"""The reconciliation desk: texts held against the records, and what people said a phrase in such texts states."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.scoping import UnitScopedQuerySet


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
