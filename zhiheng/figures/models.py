"""A published set of figures, frozen with the rows behind every number."""

from django.db import models

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.scoping import UnitScopedQuerySet


class Snapshot(models.Model):
    """What was published: for one unit's subtree and one period. Never changed; a correction is a new snapshot."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=120)
    first = models.DateField("期初")
    last = models.DateField("期末")
    published_on = models.DateField("发布日期")
    published_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    # As they were called on that day; "" in snapshots from before this was kept.
    unit_name = models.CharField("单位名称", max_length=60, blank=True)
    published_by_name = models.CharField("发布人姓名", max_length=40, blank=True)
    text = models.TextField("发布文本")
    digest = models.CharField("摘要", max_length=64)
    ledger_head = models.CharField("发布时留痕账首摘要", max_length=64)

    objects = UnitScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发布快照"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title


class FrozenFigure(models.Model):
    """One number of a snapshot with its rows: [[row id, what it adds], …] as they were on that day.

    The two parts of a ratio are frozen beside it, under its id with `PARTS`; the ratio itself has no rows.
    """

    PARTS = ("/numerator", "/denominator")

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="figures")
    figure = models.CharField("指标", max_length=60)
    title = models.CharField("名称", max_length=80)
    unit_name = models.CharField("单位", max_length=20)
    counts = models.CharField("口径", max_length=300)
    # Six digits: one fen is 0.000001 万元.
    value = models.DecimalField("数值", max_digits=26, decimal_places=6)
    rows = models.JSONField("行")
    # Kind of the FrozenRecords that the rows are; "" in snapshots from before they were kept.
    of = models.CharField("记录种类", max_length=80, blank=True)
    measure = models.CharField("算法", max_length=12, default="rows")
    days = models.PositiveIntegerField("按日平均的天数", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "冻结的指标"
        constraints = [models.UniqueConstraint(fields=("snapshot", "figure"), name="frozen_figure_once")]

    def __str__(self) -> str:
        return self.title


class FrozenRecords(models.Model):
    """What the rows of a snapshot were called on that day: of each kind of record, the columns its lists are searched by.

    `rows` is {row id: [value of each column, …]}; a value is a text, "" where there was none.
    """

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="records")
    kind = models.CharField("记录种类", max_length=80)
    name = models.CharField("种类名称", max_length=40)
    columns = models.JSONField("列")
    rows = models.JSONField("行")

    class Meta:
        verbose_name = verbose_name_plural = "冻结的记录"
        constraints = [models.UniqueConstraint(fields=("snapshot", "kind"), name="frozen_records_once")]

    def __str__(self) -> str:
        return self.name
