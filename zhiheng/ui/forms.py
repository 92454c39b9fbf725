"""Forms the house's way: money typed in 元, days typed as officers write them, errors in words at the field and in a summary.

A page form inherits `Form`; a form that law data describe is put together with `build_form` from field kinds. Every
field may name the `article` it rests on. Cleaned money is an integer of fen, a day a `datetime.date`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zhiheng import numbers
from zhiheng.canonical import folded

from .templatetags.zh import icon, safe
from .uploads import OversizedFile, megabytes


class Renderer(DjangoTemplates):
    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"


class Form(forms.Form):
    """Rendered by `{{ form }}`: error summary with focus, then the fields in `columns` columns (1, 2 or 3).

    A field with `wide = True` takes a whole row, one with `row_start = True` begins one.
    """

    columns = 2
    default_renderer = Renderer()  # one for all: each reads its templates anew
    use_required_attribute = False

    def __init__(self, *args, **kwargs) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _dress(field)

    def add(self, fields: Mapping[str, forms.Field]) -> None:
        """More fields, for a form whose fields depend on what it is about."""
        for name, field in fields.items():
            _dress(field)
            self.fields[name] = field

    def refuse(self, refused) -> None:
        """Show a service's `Refused` at the fields it names, and above the form what belongs to none."""
        for reason in refused.reasons:
            self.add_error(reason.field if reason.field in self.fields else None, str(reason))


# Signs nobody sees: controls, marks that turn the writing direction, and in one-line fields those without any width.
_TURNING = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
_UNSEEN_IN_TEXT = re.compile(f"[{_TURNING}]")
_UNSEEN_IN_LINE = re.compile(f"[{_TURNING}\t\r\n\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")


def _seen_in_text(typed: str) -> None:
    _refuse_unseen(_UNSEEN_IN_TEXT, typed)


def _seen_in_line(typed: str) -> None:
    _refuse_unseen(_UNSEEN_IN_LINE, typed)


def _refuse_unseen(unseen: re.Pattern, typed: str) -> None:
    if found := unseen.search(typed):
        raise ValidationError(
            f"第{found.start() + 1}个字是看不见的字符（U+{ord(found[0]):04X}），多半是从别处粘贴时带来的，请删去后再交。"
        )


def _dress(field: forms.Field) -> None:
    if getattr(field, "dressed", False):  # a filter's, which serves every request
        return
    widget = field.widget
    if isinstance(field, forms.CharField) and not isinstance(widget, forms.PasswordInput):
        field.validators = [
            # Ours below names the place of such a character; the framework's own says something else.
            *(v for v in field.validators if not isinstance(v, ProhibitNullCharactersValidator)),
            _seen_in_text if isinstance(widget, forms.Textarea) else _seen_in_line,
        ]
    for validator in field.validators:
        if isinstance(validator, MaxLengthValidator):
            validator.message = "最多 %(limit_value)d 字，现在 %(show_value)d 字，请缩短。"
    chosen = getattr(field, "default_error_messages", {}).get("invalid_choice")
    if chosen is not None and field.error_messages.get("invalid_choice") == chosen:
        field.error_messages = {**field.error_messages, "invalid_choice": "没有所选的这一项，请重新选择。"}
    parts = widget.widgets if isinstance(widget, forms.MultiWidget) else [widget]
    for part in parts:
        if isinstance(part, (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)):
            part.attrs.setdefault("class", "form-check-input")
        elif isinstance(part, (forms.Select, OptionSelect)):
            part.attrs.setdefault("class", "form-select")
        elif not part.is_hidden:
            part.attrs.setdefault("class", "form-control")
    # Wide fields take both columns of the form.
    if not hasattr(field, "wide"):
        field.wide = isinstance(widget, (forms.Textarea, forms.CheckboxSelectMultiple))
    label = field.label or ""
    verb = (
        "请选择" if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField, OptionField)) else "请填写"
    )
    if isinstance(field, forms.FileField):
        verb = "请选择要上传的"
    if field.error_messages.get("required") == field.default_error_messages.get(
        "required", forms.Field.default_error_messages["required"]
    ):
        field.error_messages = {**field.error_messages, "required": f"{verb}{label}。"}
    field.dressed = True


def plain(text: str) -> str:
    """What was typed, with full-width digits and letters made half-width and outer spaces gone."""
    return folded(text)


class LineInput(forms.TextInput):
    """A field of one line put together here, without a template: forms and filters are full of them."""

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        given = {"type": self.input_type, "name": name}
        if (shown := self.format_value(value)) is not None:
            given["value"] = shown
        return self.dressed(
            format_html("<input{}>", flatatt({**given, **self.build_attrs(self.attrs, attrs)}))
        )

    def dressed(self, field: SafeString) -> SafeString:
        """The field with what stands beside it."""
        return field


@lru_cache(maxsize=1000)
def _options(options: tuple[tuple[Any, str], ...], chosen: str) -> str:
    """The same few lists are chosen from on every page."""
    return "".join(
        f'<option value="{safe(str(code))}"{" selected" if str(code) == chosen else ""}>{safe(str(words))}</option>'
        for code, words in options
    )


def picks_from(field: forms.Field, address: str, words: str) -> None:
    """With script, what is typed into the field may also be picked from what the address offers for a few words (`?q=`): a part of a
    page whose buttons carry the text in `data-take`. Without script the field is typed as before."""
    field.widget.attrs |= {"data-lookup": address, "data-lookup-words": words}


class OptionSelect(forms.Widget):
    """A drop-down list put together here: Django renders each of a hundred options as a template of its own."""

    options: Sequence[tuple[Any, str]] = ()

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        options = _options(tuple(self.options), "" if value is None else str(value))
        given = self.build_attrs(self.attrs, attrs)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(given), SafeString(options))


class OptionField(forms.Field):
    """One of `choices`, pairs of a code and its words; cleaned to the code, "" when none is chosen."""

    widget = OptionSelect

    def __init__(self, *, choices: Iterable[tuple[Any, str]], **kwargs) -> None:
        super().__init__(**kwargs)
        self.choices = self.widget.options = list(choices)

    def clean(self, value: Any) -> str:
        typed = str(value or "")
        if typed and all(typed != str(code) for code, _ in self.choices):
            raise ValidationError(f"没有“{typed}”这一项。", code="invalid_choice")
        return super().clean(typed)


class MoneyField(forms.Field):
    """Typed in 元 or with a unit behind it, in digits or in capitals; cleaned to an integer of fen."""

    class Input(LineInput):
        def dressed(self, field):
            return format_html('<div class="with-unit">{}<span>元</span></div>', field)

    widget = Input

    def __init__(self, *, allow_negative: bool = False, **kwargs) -> None:
        self.allow_negative = allow_negative
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        typed = re.sub(r"\s", "", plain(str(value)))
        if not typed:
            return None
        negative = typed.startswith(("-", "−"))
        money = numbers.read_money(typed[1:] if negative else typed)
        if money is None:
            raise ValidationError(f"“{value}”不是金额：只填数字，单位为元，例如 12,500.00。")
        if money.high is not None or money.rough:
            raise ValidationError(f"“{value}”不是一个确切的金额：请填到元。")
        if money.fen is None:
            readings = "或".join(map(numbers.say, money.readings))
            raise ValidationError(f"“{value}”可以读作{readings}：请只填数字，单位为元。")
        if money.inexact:
            raise ValidationError(f"“{value}”的小数超过两位：金额精确到分。")
        if negative and money.fen and not self.allow_negative:
            raise ValidationError(f"“{value}”是负数：金额不能为负。")
        if money.fen >= 10**15:
            raise ValidationError(f"“{value}”太大：请核对单位是否为元。")
        return -money.fen if negative else money.fen

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 100:.2f}" if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


_DAY = re.compile(r"(\d{4})(?:\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?|(\d{2})(\d{2}))")


def read_day(text: str) -> date:
    """A day as officers type it: 2024-03-05, 2024.3.5, 2024/3/5, 2024年3月5日, 20240305. Raises ValueError in words."""
    typed = plain(text)
    match = _DAY.fullmatch(typed)
    if not match:
        raise ValueError(f"“{text}”不是日期：请写成 2024-03-05、2024.3.5 或 2024年3月5日。")
    year, month, day, month2, day2 = match.groups()
    try:
        found = date(int(year), int(month or month2), int(day or day2))
    except ValueError:
        raise ValueError(f"“{text}”这一天不存在，请核对月份和日期。") from None
    if not 1949 <= found.year <= 2199:
        raise ValueError(f"“{text}”的年份不对，请核对。")
    return found


def picker_of(kind: str) -> dict[str, str]:
    """What the script needs to show the browser's picker beside a cell of this kind of `KINDS`; nothing for the others."""
    widget = {"date": DayField.Input, "datetime": MomentField.Input}.get(kind)
    return (
        {"picks": widget.picks, "picksWords": widget.words, "picksIcon": icon("calendar")} if widget else {}
    )


class DayField(forms.Field):
    """Typed in any of the spellings of `read_day`, or picked from the browser's calendar; cleaned to a date."""

    class Input(LineInput):
        # What the browser's own picker chooses: a day, or a day and a time.
        picks, words = "date", "从日历选择"

        def render(self, name, value, attrs=None, renderer=None) -> SafeString:
            # The button is shown by the script that opens the browser's picker.
            return format_html(
                '<div class="with-unit">{}<button type="button" data-pick="{}" data-pick-for="{}" aria-label="{}" '
                'tabindex="-1" hidden>{}</button></div>',
                super().render(name, value, attrs, renderer),
                self.picks,
                (attrs or {}).get("id", ""),
                self.words,
                icon("calendar"),
            )

    widget = Input

    def __init__(self, *, earliest: date | None = None, latest: date | None = None, **kwargs) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)
        # A day of digits would look like one that is filled in.
        self.widget.attrs.setdefault("placeholder", "年-月-日")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return read_day(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and self.latest and value > self.latest:
            raise ValidationError(f"{value:%Y-%m-%d} 晚于 {self.latest:%Y-%m-%d}，请核对日期。")
        if value and self.earliest and value < self.earliest:
            raise ValidationError(f"{value:%Y-%m-%d} 早于 {self.earliest:%Y-%m-%d}，请核对日期。")

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class MomentField(forms.Field):
    """A day and a time of day: 2024-03-05 14:30, 2024年3月5日14时30分, or picked from the browser's calendar. Cleaned to an aware
    datetime."""

    class Input(DayField.Input):
        picks, words = "datetime-local", "选择日期和时间"

    widget = Input
    _TIME = re.compile(r"(.*?)[\sT]*(\d{1,2})\s*[:时点]\s*(\d{1,2})?\s*分?")

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("placeholder", "年-月-日 时:分")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value
        match = self._TIME.fullmatch(plain(str(value)))
        try:
            if not match:
                raise ValueError(f"“{value}”缺少时刻：请写成 2024-03-05 14:30。")
            day = read_day(match.group(1))
            hour, minute = int(match.group(2)), int(match.group(3) or 0)
            if hour > 23 or minute > 59:
                raise ValueError(f"“{value}”的时刻不对：时为 0–23，分为 0–59。")
        except ValueError as error:
            raise ValidationError(str(error)) from None
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone.get_current_timezone())

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value


class IntegerField(forms.Field):
    """A whole number; commas and full-width digits are fine."""

    def __init__(self, *, minimum: int | None = 0, maximum: int | None = None, **kwargs) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "numeric")

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        typed = re.sub(r"[,，\s]", "", plain(str(value)))
        if not re.fullmatch(r"[+-]?\d{1,15}", typed):
            raise ValidationError(f"“{value}”不是整数：只填数字，例如 12。")
        return int(typed)

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is not None and self.minimum is not None and value < self.minimum:
            raise ValidationError(f"不能小于 {self.minimum}。")
        if value is not None and self.maximum is not None and value > self.maximum:
            raise ValidationError(f"不能大于 {self.maximum}。")


class ChecklistField(forms.TypedMultipleChoiceField):
    """Several of a list as check boxes: people, causes. `choices` are (value, words); cleaned to a list of `coerce`d values."""

    class Input(forms.CheckboxSelectMultiple):
        template_name = "ui/widgets/checklist.html"
        # One group of boxes under one label: a fieldset.
        use_fieldset = True

    widget = Input

    counted = "项"

    def __init__(self, *, least: int = 0, coerce: Callable[[str], Any] = str, **kwargs) -> None:
        self.least = least
        super().__init__(coerce=coerce, **kwargs)

    def validate(self, value: Sequence) -> None:
        super().validate(value)
        if value and len(value) < self.least:
            raise ValidationError(
                f"至少选择 {self.least} {self.counted}，现在选了 {len(value)} {self.counted}。"
            )


class PersonsField(ChecklistField):
    """People by their id. `choices` are (id, name with whatever helps to choose, e.g. the certificate's validity)."""

    counted = "人"

    def __init__(self, **kwargs) -> None:
        super().__init__(coerce=int, **kwargs)


class LinesField(forms.CharField):
    """A list typed one item a line; cleaned to a list of text without empty lines."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value if not isinstance(value, list) else "\n".join(value))
        return [line.strip() for line in text.splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class UploadField(forms.FileField):
    """One file. Refuses a file that streamed past the limit, an empty one, and a name without an allowed ending."""

    widget = forms.FileInput

    def __init__(self, *, endings: Sequence[str] = (), **kwargs) -> None:
        self.endings = tuple(ending.lower() for ending in endings)
        super().__init__(**kwargs)
        self.error_messages["empty"] = "文件是空的，请核对后重新选择。"
        self.error_messages["invalid"] = "没有收到文件，请重新选择后提交。"
        if self.endings:
            self.widget.attrs["accept"] = ",".join(self.endings)

    def to_python(self, data: Any):
        if isinstance(data, OversizedFile):
            limit = megabytes(data.limit)
            raise ValidationError(f"文件“{data.name}”超过 {limit}，没有接收。请拆分成较小的文件再上传。")
        file = super().to_python(data)
        if file and self.endings and not file.name.lower().endswith(self.endings):
            raise ValidationError(f"“{file.name}”的类型不对，可以上传：{' '.join(self.endings)}。")
        return file


class UploadsField(UploadField):
    """Files, those of an earlier try among them: what was sent with a form that came back is kept (`kept`, dicts with at least name
    and digest), stands ticked beside the field, and need not be chosen again.

    Cleaned to a list: the dicts of those still ticked, then what was uploaded now. `most`: how many files it takes.
    """

    class Input(forms.FileInput):
        allow_multiple_selected = True
        kept: Sequence[Mapping[str, Any]] = ()

        def value_from_datadict(self, data, files, name) -> list:
            several = lambda bag, key: bag.getlist(key) if hasattr(bag, "getlist") else bag.get(key) or []  # noqa: E731
            ticked, sent = several(data, f"{name}-kept"), several(files, name)
            sent = sent if isinstance(sent, list) else [sent]
            return [*ticked, *sent]

        def value_omitted_from_data(self, data, files, name) -> bool:
            return not self.value_from_datadict(data, files, name)

        def render(self, name, value, attrs=None, renderer=None) -> SafeString:
            rows = format_html_join(
                "",
                '<label class="kept-file"><input class="form-check-input" type="checkbox" name="{}-kept" value="{}" checked>'
                " <span>{}（已上传）</span></label>",
                ((name, file["digest"], file["name"]) for file in self.kept),
            )
            return format_html("{}{}", super().render(name, None, attrs, renderer), rows)

    widget = Input

    def __init__(self, *, kept: Sequence[Mapping[str, Any]] = (), most: int = 20, **kwargs) -> None:
        super().__init__(**kwargs)
        self.most = most
        self.keep(kept)
        if most > 1:
            self.widget.attrs["multiple"] = True

    def keep(self, kept: Sequence[Mapping[str, Any]]) -> None:
        """What was uploaded before and stands beside the field."""
        self.kept = self.widget.kept = list(kept)

    def clean(self, data: Any, initial: Any = None) -> list:
        known = {file["digest"]: file for file in self.kept}
        found = [known[one] for one in data or () if isinstance(one, str) and one in known]
        found += [self.to_python(one) for one in self.sent(data)]
        if self.required and not found:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(found) > self.most:
            raise ValidationError(f"最多 {self.most} 个文件，现在是 {len(found)} 个。")
        return found

    @staticmethod
    def sent(data: Any) -> list:
        """Of what came with a form, the files uploaded now."""
        return [one for one in data or () if not isinstance(one, str)]


def _choice(choices=(), required=True, **kwargs) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", "请选择"), *choices], required=required, **kwargs)


# Field kinds as law data name them, each with how it is typed.
KINDS: dict[str, Callable[..., forms.Field]] = {
    "text": lambda **k: forms.CharField(max_length=200, **k),
    "longtext": lambda **k: forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000, **k),
    "date": DayField,
    "datetime": MomentField,
    "money": MoneyField,
    "integer": IntegerField,
    "choice": _choice,
    "choices": ChecklistField,
    "bool": lambda required=True, **k: forms.BooleanField(required=False, **k),
    "persons": PersonsField,
    "file": UploadField,
    "list": LinesField,
}


def build_field(
    kind: str,
    *,
    label: str,
    required: bool = True,
    help: str = "",
    article: str = "",
    choices: Mapping[Any, str] | Iterable[tuple[Any, str]] = (),
    initial: Any = None,
) -> forms.Field:
    """A field of one of `KINDS`. `choices` (for choice, choices, persons) is a mapping or pairs of value and words."""
    extra = {}
    if kind in {"choice", "choices", "persons"}:
        extra["choices"] = list(choices.items()) if isinstance(choices, Mapping) else list(choices)
    field = KINDS[kind](label=label, required=required, help_text=help, initial=initial, **extra)
    field.article = article
    return field


def build_form(
    fields: Mapping[str, forms.Field],
    data=None,
    files=None,
    *,
    initial: Mapping | None = None,
    prefix: str | None = None,
) -> Form:
    """A form of fields put together at run time, e.g. those a step of a procedure asks for."""
    kind = type("StepForm", (Form,), dict(fields))
    return kind(data, files, initial=initial, prefix=prefix)
