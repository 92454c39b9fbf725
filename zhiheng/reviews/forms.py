"""Forms of a lawyer who answers what was sent to them."""

from __future__ import annotations

from django import forms

from zhiheng.ui.forms import Form


class ConflictForm(Form):
    conflict = forms.ChoiceField(
        label="核查结果", choices=(("none", "没有冲突"), ("found", "有冲突")), widget=forms.RadioSelect
    )
    conflict_note = forms.CharField(
        label="冲突情况", required=False, max_length=200, help_text="有冲突的写明，事项即退回"
    )


class OpinionForm(Form):
    opinion = forms.CharField(label="法律意见", max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}))
