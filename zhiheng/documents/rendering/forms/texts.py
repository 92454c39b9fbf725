"""Values and texts of a form as plain characters: how a date, an amount or a choice is written, compiled once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from zhiheng import numbers
from zhiheng.canonical import nested_quotes
from zhiheng.law import forms as f

from .scope import END, FROM, TEXT, Scope, Writer

_NUMBER = re.compile(r"[^〔〕]+〔[12]\d{3}〕[1-9]\d*号")
# A value that ends in a stop before the stop of the sentence: the sentence's own remains.
_DOUBLED = re.compile(f"[。；，](?=(?:{END}|{FROM}[^{TEXT}]*{TEXT})*[。；，、])")
# The number somebody typed before an item: the list numbers its items itself. 1.5 倍 and 2024 年 are no such numbers.
_ITEM_NUMBER = re.compile(
    rf"^({FROM}[^{TEXT}]*{TEXT})?\s*(?:\d{{1,2}}(?:[.．](?!\d)|[、)）])|[（(](?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[)）]|"
    r"[一二三四五六七八九十]{1,3}、|[①-⑳])\s*"
)
_STOPS = "。；！？：，、.;!?…"
_BESIDE = "”’）】》)"
"""Closing marks that a stop may stand before."""


def is_closed(line: str) -> bool:
    """Whether a line ends in a stop already, or has nothing to be ended."""
    said = line.rstrip(END + " \n")
    return not said or said[-1] in _STOPS or said.rstrip(_BESIDE)[-1:] in ("。", "！", "？", "…")


def unnumbered(item: str) -> str:
    """An item of a list that is numbered as it is printed, without the number that was typed before it."""
    return _ITEM_NUMBER.sub(lambda match: match[1] or "", item, count=1)


def as_date(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def long_date(value: object) -> str:
    day = as_date(value)
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(value: object) -> str:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02d}分"


def _names(value: Iterable) -> str:
    return "、".join(str(one["name"]) if isinstance(one, Mapping) else str(one) for one in value)


def _officers(value: Iterable) -> str:
    return "、".join(
        f"{one['name']}（执法证号：{one['cert_no']}）"
        if isinstance(one, Mapping) and one.get("cert_no")
        else _names([one])
        for one in value
    )


def joined(value: object) -> str:
    if isinstance(value, list | tuple):
        return "、".join(str(one.get("name", "")) if isinstance(one, Mapping) else str(one) for one in value)
    return str(value)


def _formatter(one: f.Field, filter_: str) -> Callable[[object], str]:
    """How the value of a field is written: by the filter if there is one, else by the field's type."""
    labels = dict(one.choices)

    def picked(value: object) -> Sequence[str]:
        return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]

    def ticks(between: str) -> Callable[[object], str]:
        def write(value: object) -> str:
            chosen = () if value is None else picked(value)
            return between.join(f"{'☑' if code in chosen else '□'}{label}" for code, label in one.choices)

        return write

    by_filter: dict[str, Callable] = {
        "amount": numbers.amount,
        "yuan": lambda value: f"{numbers.figures(value)}元",
        "figures": numbers.figures,
        "date": long_date,
        "day": long_date,
        "names": _names,
        "officers": _officers,
        "ticks": ticks("\u3000"),
        "tick_lines": ticks("\n"),
        "count": lambda value: str(len(value)),
    }
    by_type: dict[str, Callable] = {
        "date": long_date,
        "datetime": _moment,
        "money": by_filter["yuan"],
        "persons": _names,
        "bool": lambda value: "是" if value else "否",
        "choice": lambda value: "、".join(labels.get(each, each) for each in picked(value)),
        "choices": lambda value: "、".join(labels.get(each, each) for each in picked(value)),
    }
    write = by_filter.get(filter_) or by_type.get(one.type, joined)

    def checked(value: object) -> str:
        try:
            return write(value)
        except (TypeError, ValueError, KeyError) as error:
            raise type(error)(f"“{one.title}”不能印入文书：{error}") from error

    return checked


def written_number(value: object) -> str:
    if not _NUMBER.fullmatch(str(value)):
        raise ValueError(
            f"文号“{value}”不合格式，应为：机关代字加文书代字，六角括号年份，不带“第”和前导零的序号，如“渝知罚〔2024〕12号”"
        )
    return str(value)


def _sentences(write: Callable[[object], str]) -> Callable[[object], str]:
    def written(value: object) -> str:
        text = write(value).rstrip()
        return text if is_closed(text) else f"{text}。"

    return written


def _pen(one: f.Field) -> str:
    """The blank a field leaves for the pen."""
    if one.type == "date":
        return "\u3000\u3000\u3000年\u3000\u3000月\u3000\u3000日"
    if one.type == "datetime":
        return "\u3000\u3000\u3000年\u3000\u3000月\u3000\u3000日\u3000\u3000时\u3000\u3000分"
    return "＿" * 8


def compiled_text(
    parts: f.Text, *, cell: bool = False, closed: bool = False, before: str = "", goes_on: bool = False
) -> str | Writer:
    """A text as a constant or a function of the scope; not yet escaped. `closed`: a paragraph of sentences, which ends in a stop though
    whoever typed the words it ends in put none; so do typed words that stand between other sentences. `before`: what stands in front
    of the text, `goes_on`: another sentence follows."""
    alone = cell and all(isinstance(part, f.Fill) for part in parts)
    last = len(parts) - 1
    written = []
    for at, part in enumerate(parts):
        ahead = parts[at - 1] if at else before
        written.append(
            _part(
                part,
                cell=cell,
                alone=alone,
                closed=closed and at == last,
                before=ahead if isinstance(ahead, str) else "…",
                goes_on=_begins_sentence(parts[at + 1]) if at < last else goes_on,
            )
        )
    if all(isinstance(part, str) for part in written):
        return "".join(written)
    return lambda scope: _DOUBLED.sub(
        "", nested_quotes("".join([one if isinstance(one, str) else one(scope) for one in written]))
    )


def _begins_sentence(part: str | f.Fill | f.Choose | f.Passage) -> bool:
    """Whether a sentence begins with this part of a form: no mark that carries the one before on."""
    if isinstance(part, f.Passage):
        return _begins_sentence(part.parts[0])
    words = (
        [part]
        if isinstance(part, str)
        else [part.then, part.otherwise]
        if isinstance(part, f.Choose)
        else [""]
    )
    return all(one and one[0] not in _CARRIES_ON for one in words)


_CARRIES_ON = _STOPS + _BESIDE + "（(】\n"


def _part(
    part: str | f.Fill | f.Choose | f.Passage,
    *,
    cell: bool,
    alone: bool,
    closed: bool,
    before: str,
    goes_on: bool,
) -> str | Writer:
    if isinstance(part, str):
        return part
    if isinstance(part, f.Choose):
        return lambda scope: scope.told(
            part.condition.field, part.then if scope.holds(part.condition) else part.otherwise
        )
    if isinstance(part, f.Passage):
        inner = compiled_text(part.parts, closed=closed, before=before, goes_on=goes_on)
        fills = [each for each in part.parts if isinstance(each, f.Fill)]

        def passage(scope: Scope) -> str:
            absent = [each for each in fills if scope.peek(each.field, each.item) is None]
            for each in absent:
                scope.want(each.field, False, each.item)
            return "" if absent else inner(scope)

        return passage
    one, item = part.field, part.item
    # Only our own number has a prescribed shape; papers of others in a list keep theirs.
    write = written_number if one.code == "number" and not item else _formatter(one, part.filter)
    if part.filter in ("ticks", "tick_lines"):
        return lambda scope: scope.told(one, write(scope.value(one, item)), item)
    # What stands in the middle of a sentence (以……为由) is none.
    own = closed or (goes_on and (not before or before[-1] in _STOPS.replace("…", "")))
    if own and one.type == "longtext" and not part.filter:
        write = _sentences(write)
    blank = "" if alone and one.by_hand else _pen(one) if one.by_hand else "/" if cell else ""

    def fill(scope: Scope) -> str:
        value = scope.value(one, item)
        return blank if value is None else scope.told(one, write(value), item)

    return fill
