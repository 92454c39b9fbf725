"""What every record has, whatever its kind; the files attached to records; the tables of records that were read in."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.scoping import MatterScopedQuerySet, UnitScopedQuerySet
from zhiheng.statements import Read

# Of a record that was not entered by mistake.
STANDING = Q(voided_on__isnull=True)


class RecordQuerySet(UnitScopedQuerySet):
    def standing(self):
        """Without those that were entered by mistake: what lists show and figures count."""
        return self.filter(STANDING)


class OfMattersQuerySet(MatterScopedQuerySet, RecordQuerySet):
    """Records that tell of matters: none of them for who runs the system."""


class Record(Read, models.Model):
    """A record of a unit: changed by acts only, corrected with the old value kept, voided but never deleted.

    `version` grows with every act, so that a form knows whether the record is still what it showed. What the values
    were before stands in the ledger of acts, and nowhere else.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    version = models.PositiveIntegerField("第几版", default=1, editable=False)
    voided_on = models.DateField("作废日期", null=True, blank=True, editable=False)
    voided_because = models.CharField("作废理由", max_length=200, blank=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """What a record is called, unless its kind says otherwise."""
        column = self.called_by()
        return f"{self._meta.verbose_name} {self.pk}" if column is None else getattr(self, column.name)

    @classmethod
    def called_by(cls) -> models.CharField | None:
        """The column of what a record is called: its first text."""
        for column in cls._meta.concrete_fields:
            if (
                isinstance(column, models.CharField)
                and not column.choices
                and column.name != "voided_because"
            ):
                return column
        return None


def _names(fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for field in fields for name in field.split())


def indexed(*fields: str, name: str) -> models.Index:
    """An index over columns, named as for `unique_key`: the day first, then what figures and lists ask beside it."""
    return models.Index(fields=_names(fields), name=name)


def unique_key(*fields: str, name: str, words: str) -> models.UniqueConstraint:
    """The natural key of a kind: by it an import knows a record again. A voided record gives its key free.

    `fields` are names, also several in one text parted by spaces; `words` is what the officer reads when there is such a record already.
    """
    return models.UniqueConstraint(
        fields=_names(fields), condition=STANDING, name=name, violation_error_message=words
    )


def must_hold(condition: Q, *, name: str, words: str) -> models.CheckConstraint:
    """What holds between the columns of a record, in every form, import and row; `words` is what the officer reads."""
    return models.CheckConstraint(condition=condition, name=name, violation_error_message=words)


class Attachment(models.Model):
    """A file that belongs to a record: photo, scan, list of signatures. Set aside with a reason, never deleted."""

    kind = models.CharField("记录种类", max_length=60)
    record_id = models.BigIntegerField("记录编号")
    label = models.CharField("类别", max_length=40)
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件摘要", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    on = models.DateField("添加日期")
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="添加人")
    set_aside_on = models.DateField("撤下日期", null=True)
    set_aside_because = models.CharField("撤下理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "record_id", "digest"),
                condition=Q(set_aside_on__isnull=True),
                name="attachment_once",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def bears_out(cls, kind: str | OuterRef, pk: str = "pk") -> Exists:
        """Condition on rows: a file that was not set aside belongs to the record of this kind (label) that the column `pk` names."""
        return Exists(cls.objects.filter(kind=kind, record_id=OuterRef(pk), set_aside_on__isnull=True))


class RecordImport(models.Model):
    """One table of records: tried first, then taken over by the person who tried it. The file itself is kept."""

    kind = models.CharField("记录种类", max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="导入人")
    on = models.DateField("日期")
    file_name = models.CharField("文件名", max_length=200)
    file_digest = models.CharField("文件摘要", max_length=64)
    taken_on = models.DateField("导入日期", null=True)
    created = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("更正", default=0)
    unchanged = models.PositiveIntegerField("未变", default=0)
    rejected = models.PositiveIntegerField("退回", default=0)
    rejects_digest = models.CharField("退回表摘要", max_length=64, blank=True)

    objects = UnitScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登记表导入"
        indexes = [models.Index(fields=("kind", "-id"), name="record_import_kind")]

    def __str__(self) -> str:
        return self.file_name
