"""What the index keeps of one record. The package has no table of its own."""

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """Canonical text of one record's searched columns. Written by triggers and `Index.refresh` alone."""

    record = models.BigIntegerField("记录", primary_key=True)
    text = models.TextField("检索文本")
    stale = models.BooleanField("待更新")

    class Meta:
        abstract = True
        indexes = [models.Index(fields=("record",), condition=Q(stale=True), name="%(class)s_stale")]
