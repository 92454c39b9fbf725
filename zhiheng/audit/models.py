"""One table, append-only. Triggers refuse UPDATE and DELETE on both databases (see migration 0001)."""

from django.db import models

from zhiheng.search.index import Index
from zhiheng.search.models import Entry as Searched
from zhiheng.statements import Read

GENESIS = "0" * 64
"""What stands before the first entry."""


class Entry(Read, models.Model):
    """One thing somebody did. Names are copied in: the entry must read the same when people and units are gone."""

    seq = models.PositiveBigIntegerField("序号", unique=True)
    at = models.DateTimeField("时刻")
    on = models.DateField("业务日期")
    actor_id = models.BigIntegerField("人员编号", null=True)
    actor_name = models.CharField("人员", max_length=40)
    unit_id = models.BigIntegerField("单位编号", null=True, db_index=True)
    unit_name = models.CharField("单位", max_length=60)
    action = models.CharField("事项", max_length=60)
    subject_kind = models.CharField("对象类别", max_length=40)
    subject_id = models.CharField("对象编号", max_length=40)
    subject_name = models.CharField("对象", max_length=200)
    data = models.JSONField("内容")
    prev_hash = models.CharField("前一条摘要", max_length=64)
    hash = models.CharField("摘要", max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "留痕账"
        ordering = ("seq",)
        indexes = [models.Index(fields=("subject_kind", "subject_id"), name="audit_subject")]


class EntryWords(Searched):
    """What entries are found by: who, what was done, to what."""


ENTRY_INDEX = Index(EntryWords, "audit.Entry", ("actor_name", "action", "subject_name"))
