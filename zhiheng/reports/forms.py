"""Forms of the report pages."""

from __future__ import annotations

from django import forms

from zhiheng.documents import services as documents
from zhiheng.jobs import foreign
from zhiheng.refusal import Refused
from zhiheng.ui.forms import DayField, Form, IntegerField, UploadsField, build_field

from .claims import Claim, is_attribute, load_indicators, phrase
from .claims.sources import LONGEST, Unreadable, read_bytes
from .models import parts_of_the_report
from .periods import PARTS


class WordsForm(Form):
    """The words of a report's draft, with the places of its figures."""

    title = forms.CharField(label="标题", max_length=120)
    wording = forms.CharField(label="文稿", max_length=60_000, widget=forms.Textarea(attrs={"rows": 28}))
    title.wide = True


class ProposeForm(Form):
    """Which of the proposed highlights are to be entered."""

    columns = 1

    def __init__(self, offered, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.key, f"【{one.part}】{one.text}（{one.origin}，{one.day}）") for one in offered]
        self.add({"chosen": build_field("choices", label="可以提出的亮点", choices=choices)})


class AskForm(Form):
    """What several districts are asked to write, for which part of which report, until when."""

    def __init__(self, units, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        spans = [(code, span) for code, (span, *_) in PARTS.items()]
        self.add(
            {
                "title": forms.CharField(label="题目", max_length=120),
                "units": build_field(
                    "choices", label="供稿单位", choices=[(unit.code, unit.short_name) for unit in units]
                ),
                "year": IntegerField(label="报告年度", minimum=1990, maximum=2199),
                "span": forms.ChoiceField(label="期间", choices=spans, required=False),
                "part": build_field("choice", label="写入哪一部分", choices=parts_of_the_report()),
                "due_on": DayField(label="供稿期限"),
                "asked": build_field("longtext", label="约稿要求", required=False),
            }
        )


class ReleaseForm(Form):
    """What whoever moves a draft on has to say; which of it is asked depends on where the draft is."""

    columns = 1
    text = forms.CharField(
        label="意见或者原因", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    empty = forms.BooleanField(label="这一期没有任何记录，确认仍要送审", required=False)


class TextForm(Form):
    """A text, uploaded or pasted. Cleaned: `text`, `source` (what to call it), `data` (the file's bytes, none where it was pasted)."""

    file = UploadsField(
        most=1,
        label="报告文件",
        endings=(".txt", ".docx", ".html", ".htm", ".pdf", ".xlsx", ".xls", ".et"),
        required=False,
        help_text="txt、docx、pdf（带文字层）、html、xlsx 或 xls，不超过 5 MB",
    )
    text = forms.CharField(
        label="或粘贴报告正文",
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="文件和正文填一项即可；都填时以文件为准",
    )

    def clean(self) -> dict:
        data = super().clean()
        if self.errors:
            return data
        data["source"], data["data"] = "粘贴的文本", b""
        if file := documents.sent_upload(data.get("file") or ()):
            data["source"], data["data"] = file.name, file.read()
            try:
                data["text"] = foreign.read(read_bytes, data["data"], file.name, raises=(Unreadable,))
            except Unreadable as error:
                self.add_error("file", str(error))
            except Refused as refused:
                self.refuse(refused)
        elif len(data.get("text", "")) > LONGEST:
            self.add_error(
                "text", f"正文超过 {LONGEST // 10_000} 万字，不像一份报告。请只粘贴需要核对的部分。"
            )
        elif not data.get("text", "").strip():
            self.add_error("file", "请选择报告文件，或在下面粘贴报告正文。")
        return data


class ReconcileForm(TextForm):
    """A text to be held against the records of a `year`."""

    field_order = ("year", "file", "text")
    year = IntegerField(label="报告年度", minimum=1990, maximum=2199, help_text="与这一年的记录核对")


class VerifyForm(TextForm):
    """A text that may be a published report."""


NO_INDICATOR = "none"


class MappingForm(Form):
    """Which indicator the words of one claim state. Cleaned: `indicator` ("" for none), `words`, `about`, `note`."""

    columns = 1
    indicator = forms.ChoiceField(label="这句话说的是")
    words = forms.CharField(
        label="凭哪几个字认定",
        max_length=120,
        help_text="照抄原文，不含数字；以后文中出现这几个字、计量单位也相同，就按这次的确认办",
    )
    about = forms.CharField(
        label="承前所指",
        max_length=120,
        required=False,
        help_text="原文只写“案值”一类的，写明是哪一类事项的；否则留空",
    )
    note = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, *args, claim: Claim, **kwargs) -> None:
        words = phrase(claim)
        chosen = claim.indicator_id or (claim.candidates[0]["id"] if claim.candidates else "")
        initial = {
            "indicator": chosen,
            "words": words,
            "about": claim.topic if is_attribute(words) else "",
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["indicator"].choices = _indicator_choices(claim)

    def clean_indicator(self) -> str:
        chosen = self.cleaned_data["indicator"]
        return "" if chosen == NO_INDICATOR else chosen


def _indicator_choices(claim: Claim) -> list:
    """The candidates first, then every indicator the claim's unit allows, by section."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for one in load_indicators():
        if one.counts_in(claim):
            sections.setdefault(one.section, []).append((one.id, one.name_for(claim.unit)))
    offered = [(one["id"], one["name"]) for one in claim.candidates]
    seen = {code for code, _ in offered}
    rest = [(name, [c for c in choices if c[0] not in seen]) for name, choices in sections.items()]
    return [
        ("", "请选择"),
        *([("可能的指标", offered)] if offered else []),
        *((name, choices) for name, choices in rest if choices),
        (NO_INDICATOR, "都不是，本系统没有这项指标"),
    ]


class WithdrawForm(Form):
    """Why a decision on words no longer holds."""

    columns = 1
    because = forms.CharField(label="撤回原因", max_length=300)
