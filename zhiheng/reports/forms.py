"""Forms of the report pages."""

from __future__ import annotations

from django import forms

from zhiheng.ui.forms import Form, IntegerField, UploadField

from .claims.sources import Unreadable, read_bytes


class ReconcileForm(Form):
    """A text to be held against the records, uploaded or pasted. Cleaned: `text`, `year`, `source` (what to call it)."""

    year = IntegerField(label="报告年度", minimum=1990, maximum=2199, help_text="与这一年的记录核对")
    file = UploadField(
        label="报告文件",
        endings=(".txt", ".docx", ".html", ".htm", ".pdf", ".xlsx"),
        required=False,
        help_text="txt、docx、pdf（带文字层）、html 或 xlsx，不超过 5 MB",
    )
    text = forms.CharField(
        label="或粘贴报告正文",
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="文件和正文填一项即可；都填时以文件为准",
    )
    source = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)

    def clean(self) -> dict:
        data = super().clean()
        if self.errors:
            return data
        if file := data.get("file"):
            data["source"] = file.name
            try:
                data["text"] = read_bytes(file.read(), file.name)
            except Unreadable as error:
                self.add_error("file", str(error))
        elif not data.get("text", "").strip():
            self.add_error("file", "请选择报告文件，或在下面粘贴报告正文。")
        data["source"] = data.get("source") or "粘贴的文本"
        return data
