"""Case files: a folder of papers and evidence. Files are kept by their digest; numbers come from one counter a series."""

from django.db import models
from django.db.models import Q

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.scoping import MatterScopedQuerySet
from zhiheng.accounts.words import WordField


class Folder(models.Model):
    """案卷: what one matter keeps. Its rights are the matter's: you reach it through the matter's own door."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField("案卷名称", max_length=200)

    objects = MatterScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "案卷"

    def __str__(self) -> str:
        return self.title


class Paper(models.Model):
    """One paper as it was made: form and version, the data it was rendered from, the file's digest. Never changed."""

    folder = models.ForeignKey(Folder, models.PROTECT, related_name="papers")
    form = models.CharField("文书式样", max_length=20)
    form_version = models.CharField("式样版本", max_length=64)
    title = models.CharField("名称", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    on = models.DateField("日期")
    step = models.CharField("所在步骤", max_length=60)
    data = models.JSONField("内容")
    digest = models.CharField("文件摘要", max_length=64)
    size = models.PositiveIntegerField("字节数")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("number",), condition=~Q(number=""), name="paper_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()


class NumberSeries(models.Model):
    """文号 counter of one prefix, document code and year. Drawn at signing; a number once drawn is never used again."""

    prefix = models.CharField(max_length=20)
    code = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "文号序列"
        constraints = [models.UniqueConstraint(fields=("prefix", "code", "year"), name="number_series_once")]


class Evidence(models.Model):
    """One item of evidence; the file, if there is one, is fixed by its digest on the day it came in."""

    folder = models.ForeignKey(Folder, models.PROTECT, related_name="evidence")
    name = models.CharField("名称", max_length=120)
    kind = WordField("种类", vocabulary="evidence_kinds", max_length=20)
    source = models.CharField("来源", max_length=200)
    proves = models.CharField("证明内容", max_length=400)
    collected_on = models.DateField("收集日期")
    file_name = models.CharField("文件名", max_length=200, blank=True)
    digest = models.CharField("文件摘要", max_length=64, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    excluded_reason = models.CharField("排除理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "证据"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Scan(models.Model):
    """A paper as it was signed and stamped, scanned. A later scan takes the place of an earlier one, which stays."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="scans")
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件摘要", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    on = models.DateField("上传日期")
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "签章扫描件"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.file_name


class Archive(models.Model):
    """归档案卷: what a closed file holds, in its order, fixed on the day; a later number is a supplement (补充卷). Never changed but once,
    when it is bound: then the digests of its PDF and of the package with everything in it are known.

    `contents`: {"volumes": [{"code", "title", "groups": [{"title", "items": […]}]}]}, an item {"key", "title", "number", "author",
    "on", "note", "files": [{"name", "digest", "size"}]}; `plan`: the digest of what it is bound from (`archives.bind`).
    """

    folder = models.ForeignKey(Folder, models.PROTECT, related_name="archives")
    seq = models.PositiveSmallIntegerField("序号")
    on = models.DateField("归档日期")
    number = models.CharField("案卷号", max_length=60, blank=True)
    keep = models.CharField("保管期限", max_length=20, blank=True)
    responsible = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="立卷人")
    contents = models.JSONField("卷内文件")
    plan = models.CharField("装订依据摘要", max_length=64)
    # Once bound.
    pages = models.JSONField("页号", default=dict)
    sums = models.JSONField("SHA-256", default=dict)
    pdf_digest = models.CharField("PDF 摘要", max_length=64, blank=True)
    pdf_size = models.PositiveBigIntegerField("PDF 字节数", default=0)
    pdf_sha256 = models.CharField("PDF SHA-256", max_length=64, blank=True)
    zip_size = models.PositiveBigIntegerField("压缩包字节数", default=0)
    zip_sha256 = models.CharField("压缩包 SHA-256", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "归档案卷"
        ordering = ("folder", "seq")
        constraints = [models.UniqueConstraint(fields=("folder", "seq"), name="archive_seq_once")]

    def __str__(self) -> str:
        return "案卷" if self.seq == 1 else f"补充卷{self.seq - 1}"

    @property
    def bound(self) -> bool:
        return bool(self.zip_sha256)
