"""The words of the law that an office has taken in: the texts are the office's own data, never part of the law book."""

from __future__ import annotations

from django.db import models

from zhiheng.accounts.models import Person


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
