"""Forms of received lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from django import forms

from zhiheng.ui import forms as ui

from .declared import Act, Asked
from .engine.limits import Limits

SETTINGS = (("default", "一般"), ("strict", "从严：相近得更多才列出"), ("wide", "从宽：相近得少也列出"))


class FileForm(ui.Form):
    file = ui.UploadsField(
        most=1,
        label="名单文件",
        endings=(".xlsx", ".csv", ".tsv", ".json", ".jsonl"),
        help_text="xlsx、csv 或 json，按来函的原格式；原文件和摘要一并留存，反馈时按同一格式填写",
    )
    file.wide = True


class DrawingsForm(ui.Form):
    file = ui.UploadsField(
        most=1,
        label="附图",
        endings=(".zip",),
        help_text="一个 zip：附图放在以申请号命名的文件夹里，或者文件名中写有申请号；png、jpg、tif、bmp、gif",
    )
    file.wide = True


class ResultFileForm(ui.Form):
    file = ui.UploadsField(
        most=1,
        label="结果文件",
        endings=(".xlsx", ".xls", ".csv", ".tsv", ".json", ".jsonl"),
        help_text="xlsx、csv 或 json，至少有申请号和结果两列；原文件和摘要一并留存",
    )
    file.wide = True
    paper = forms.CharField(
        label="来文名称和文号",
        max_length=200,
        help_text="例：关于2024年第1批名单处理结果的函 国知函〔2024〕2号；逐件写有文书的以文件为准",
    )
    result_on = ui.DayField(label="来文的结果日期", required=False, help_text="逐件写有日期的不必填")


class MeaningsForm(ui.Form):
    """What the words mean that nobody knew, and whose word counts where results differ."""

    def __init__(
        self, *args, unknown: Sequence[str], differing: int, choices: Mapping[str, str], **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.unknown = list(unknown)
        options = [("", "不登记这些行"), *choices.items()]
        self.add(
            {
                f"word_{place}": ui.OptionField(label=f"“{word}”是", choices=options, required=False)
                for place, word in enumerate(self.unknown)
            }
        )
        if differing:
            label = f"与已登记结果不同的 {differing} 件，以本文件为准（原来登记的留在核查经过中）"
            self.add({"overwrite": forms.BooleanField(label=label, required=False)})
            self.fields["overwrite"].wide = True

    def meanings(self) -> dict[str, str]:
        given = {word: self.cleaned_data[f"word_{place}"] for place, word in enumerate(self.unknown)}
        return {word: code for word, code in given.items() if code}


class ScreenForm(ui.Form):
    """What a screening is asked. Every threshold and every limit of a signal may be set; what is left empty is the default."""

    setting = ui.OptionField(label="宽严", choices=SETTINGS, initial="default")
    earlier = forms.BooleanField(label="同时与以往名单中的申请比对", required=False)
    similar = forms.DecimalField(
        label="文字重合度",
        required=False,
        min_value=0.05,
        max_value=1,
        decimal_places=2,
        help_text="可不填：由名单中互不相干的申请自行推算；填写的，达到即列为相近",
    )
    framed = forms.DecimalField(
        label="句式重合度",
        required=False,
        min_value=0.05,
        max_value=1,
        decimal_places=2,
        help_text="可不填：同上；填写的，遮去名词和数字后的句式达到即列为相同",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.add({f"limit_{one.name}": _limit_field(one) for one in fields(Limits)})

    @property
    def thresholds(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("limit_")]

    @property
    def limits(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("limit_")]

    @property
    def limits_shown(self) -> bool:
        """Whether some limit was typed or is wrong, so that they stand open."""
        return any(one.errors or one.value() not in (None, "") for one in self.limits)

    def asked(self) -> dict[str, Any]:
        """The answers as `running.run` takes them; limits that were left empty or at their default are not among them."""
        given = self.cleaned_data
        limits = {
            one.name: type(one.default)(value)
            for one in fields(Limits)
            if (value := given[f"limit_{one.name}"]) is not None and value != one.default
        }
        thresholds = {name: float(given[name]) if given[name] else None for name in ("similar", "framed")}
        return {"setting": given["setting"], "earlier": given["earlier"], **thresholds, "limits": limits}


def _limit_field(one: Any) -> forms.Field:
    most = one.metadata["most"]
    common = {"label": one.metadata["title"], "required": False, "help_text": f"默认 {one.default:g}"}
    if type(one.default) is int:
        return ui.IntegerField(minimum=1, maximum=most or 1_000_000, **common)
    return forms.DecimalField(
        min_value=0, max_value=most or 1_000_000, max_digits=9, decimal_places=2, **common
    )


class HandForm(ui.Form):
    """Where undecided applications go."""

    unit = ui.OptionField(label="分派到", choices=())
    why = forms.CharField(label="理由", max_length=200)

    def __init__(self, *args, units: Sequence[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = self.fields["unit"].widget.options = [("", "请选择"), *units]


def act_form(act: Act, units: Sequence[tuple[str, str]], **sent) -> ui.Form:
    """The form of an act, from its declaration."""
    form = ui.Form(**sent)
    form.add({asked.code: _field(asked, units) for asked in act.fields if not asked.made})
    return form


def _field(asked: Asked, units: Sequence[tuple[str, str]]) -> forms.Field:
    common = {"label": asked.title, "required": not asked.optional, "help_text": asked.help}
    if asked.default:
        common["initial"] = asked.default
    if asked.type == "files":
        field = ui.UploadsField(endings=(".pdf", ".jpg", ".jpeg", ".png", ".docx", ".xlsx", ".zip"), **common)
        field.wide = True
        return field
    if asked.type == "unit":
        return ui.OptionField(choices=[("", "请选择"), *units], **common)
    if asked.type == "choice":
        return ui.OptionField(choices=[("", "请选择"), *asked.choices.items()], **common)
    return ui.KINDS[asked.type](**common)
