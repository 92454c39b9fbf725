"""What a step said, in words: its answers as label and words, its articles as links, and where the pages of a record are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zhiheng.law import Citation, Procedure
from zhiheng.ui.templatetags.zh import day, moment, yuan

from . import facts, protection
from .engine import decode
from .family import family_of
from .models import MatterRecord
from .templatetags.law import address_of


def record_url(record: MatterRecord, page: str = "", *args) -> str:
    """The address of a record's page, or of one of the pages below it (step, proposal, evidence-new …)."""
    code = family_of(record.kind).code
    return reverse(f"{code}-{page}" if page else code, args=[record.pk, *args])


def articles(citations: tuple[Citation, ...]) -> SafeString:
    """Articles for the eye, those of one instrument together, each a link to its own version in the law library:
    程序规定第18、19条；行政处罚法第42条第1款."""
    return _linked(tuple((c.instrument.short, c.number, c.parts, address_of(c)) for c in citations))


@lru_cache(maxsize=4096)
def _linked(citations: tuple[tuple[str, str, tuple[int, ...], str], ...]) -> SafeString:
    """Of (instrument, number, parts, address). Kept: every step that a page offers says the same of itself each time."""
    by_instrument: dict[str, list[SafeString]] = {}
    for instrument, article, parts, address in citations:
        number = article + "".join(f"（{part}）" for part in parts)
        link = format_html('<a class="law-link" href="{}">{}</a>', address, number)
        by_instrument.setdefault(instrument, []).append(link)
    return format_html_join(
        "；",
        "{}第{}条",
        (
            (name, format_html_join("、", "{}", ((n,) for n in numbers)))
            for name, numbers in by_instrument.items()
        ),
    )


def people_named(procedure: Procedure, step: str, data: Mapping[str, Any]) -> Iterator[int]:
    """The keys of the people that a step's answers name."""
    for code, value in data.items():
        field = procedure.field_of(step, code)
        if field is not None and field.type == "persons":
            yield from value


def answers(
    procedure: Procedure,
    step_code: str,
    data: Mapping[str, Any],
    names: Mapping[int, str],
) -> list[tuple[str, Any]]:
    """A step's answers as label and words, in the order its page asks them; with those its papers asked for."""
    step = procedure.steps[step_code]
    own = [field.code for code in step.issues for form in procedure.forms[code] for field in form.fields]
    order = {code: n for n, code in reversed(list(enumerate((*step.fields, *own))))}
    answers = sorted(
        decode(procedure, step_code, data).items(), key=lambda answer: order.get(answer[0], len(order))
    )
    told = []
    for code, value in answers:
        if code == facts.ATTESTED:
            told.append(
                ("确认", "；".join(procedure.guards[name].asks for name in value if name in procedure.guards))
            )
        elif (field := procedure.field_of(step_code, code)) is not None:
            hidden = getattr(field, "protected", False)
            words = protection.MARK if hidden else answer(field, value, names)
            told.append((field.title, words))
    return told


def answer(field, value, names: Mapping[int, str]) -> Any:
    if field.type == "money":
        return f"{yuan(value)} 元"
    if field.type == "date":
        return day(value)
    if field.type == "datetime":
        return moment(value)
    if field.type == "bool":
        return "是" if value else "否"
    if field.type == "choice":
        return dict(field.choices).get(value, value)
    if field.type == "choices":
        choices = dict(field.choices)
        return "、".join(choices.get(v, v) for v in value)
    if field.type == "persons":
        return "、".join(names[pk] for pk in value if pk in names)
    if field.type in {"list", "file"} and isinstance(value, list):
        columns = {column.code: column for column in getattr(field, "columns", ())}
        return "\n".join(_item(item, columns) for item in value)
    return value


def _item(item, columns: Mapping[str, Any]) -> str:
    """A row of a table on one line, each cell in words; a question with its answer; a file by its name."""
    if not isinstance(item, dict):
        return str(item)
    if "q" in item:
        return f"问：{item['q']}\n答：{item['a']}"
    if "digest" in item:
        return item["name"]
    told = {code: value for code, value in item.items() if value not in ("", None)}
    return "｜".join(
        str(answer(columns[code], value, {}) if code in columns else value) for code, value in told.items()
    )
