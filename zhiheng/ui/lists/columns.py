"""Columns: what a cell holds, how it is shown and how it is written to a sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from html import escape
from typing import Any, Literal

from django.db import models
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from ..templatetags import zh

Kind = Literal["text", "name", "wide", "code", "day", "moment", "yuan", "wan", "number", "tag"]


@dataclass(frozen=True)
class Look:
    """How one kind of value is shown, and written to xlsx (number format, column width)."""

    show: Callable[[Any], str]
    css: str
    cell: Callable[[Any], Any]
    width: int
    number_format: str = ""


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _local(value: datetime) -> datetime:
    return timezone.localtime(value).replace(tzinfo=None)


_DISPLAYED = re.compile(r"get_(\w+)_display")
_NOTHING = SafeString(zh.NOTHING)
LOOKS: dict[str, Look] = {
    "text": Look(zh.dash, "", _text, 24),
    "name": Look(zh.dash, "name", _text, 28),
    "wide": Look(zh.dash, "wide", _text, 48),
    "code": Look(zh.dash, "tight", _text, 22),
    "tag": Look(zh.dash, "tight", _text, 14),
    "day": Look(zh.day, "tight", lambda v: v, 12, "yyyy-mm-dd"),
    "moment": Look(zh.moment, "tight", _local, 17, "yyyy-mm-dd hh:mm"),
    "yuan": Look(zh.yuan, "number", lambda v: Decimal(v) / 100, 16, "#,##0.00"),
    "wan": Look(zh.wan, "number", lambda v: Decimal(v) / 1_000_000, 14, "#,##0.00"),
    "number": Look(zh.number, "number", lambda v: v, 12, "#,##0"),
}


class To:
    """The address of a page by a number of the row: `To("case")`, `To("audit-entry", "seq")`; `before` it in the address
    stand the arguments that are the same for every row.

    Worked out once, and the number put in: resolving an address takes longer than showing a row.
    """

    _PLACE = 909_090_909_090

    def __init__(self, page: str, number: str = "pk", before: tuple[str, ...] = ()) -> None:
        self.page, self.number, self.before = page, number, before
        self._parts: dict[str, tuple[str, str]] = {}

    def __call__(self, row: Any) -> str:
        site = get_script_prefix()
        if site not in self._parts:
            before, _, after = reverse(self.page, args=[*self.before, self._PLACE]).partition(
                str(self._PLACE)
            )
            self._parts[site] = before, after
        before, after = self._parts[site]
        return f"{before}{getattr(row, self.number)}{after}"


@dataclass(frozen=True)
class Column:
    """`value` is an attribute path (`unit.short_name`, `get_cause_display`) or a function of the row.

    `kind` decides alignment, format and the xlsx cell; name the unit of money in the label. `sort` is the model field
    the header sorts by. `link` gives the address a cell leads to. `html` of a cell may be overridden with `render`
    (a function of the row returning safe HTML, e.g. a clock badge); the export then still writes `value`. `reads` names the
    model fields that functions of the column look at, parted by spaces: a list whose columns all say so fetches no others.
    """

    label: str
    value: str | Callable[[Any], Any]
    kind: Kind = "text"
    sort: str = ""
    link: Callable[[Any], str] | None = None
    render: Callable[[Any], str] | None = None
    reads: str = ""

    @cached_property
    def look(self) -> Look:
        return LOOKS[self.kind]

    @cached_property
    def _steps(self) -> tuple[str, ...]:
        return tuple(self.value.split("."))

    def raw(self, row: Any) -> Any:
        if not isinstance(self.value, str):
            return self.value(row)
        for step in self._steps:
            row = getattr(row, step, None)
            if callable(row):
                row = row()
            if row is None:
                return None
        return row

    def fields(self, model: type[models.Model]) -> list[str] | None:
        """The model fields this column needs; None when a function may look at any."""
        if self.reads:
            return self.reads.split()
        if (
            not isinstance(self.value, str)
            or self.render
            or not (self.link is None or isinstance(self.link, To))
        ):
            return None
        if (word := _DISPLAYED.fullmatch(self.value)) is not None:
            return [word[1]]
        found = ["__".join(self._steps)]
        for step in self._steps[:-1]:
            field = next((f for f in model._meta.fields if f.name == step), None)
            if field is None or not field.is_relation:
                return None
            model = field.related_model
        return found if any(f.name == self._steps[-1] for f in model._meta.fields) else None

    def html(self, row: Any) -> SafeString:
        """The cell as it is shown. Plain strings put together here: a page has five hundred of them."""
        shown = self.render(row) if self.render else self.look.show(self.raw(row))
        if shown == zh.NOTHING:
            return _NOTHING
        text = shown if isinstance(shown, SafeString) else zh.safe(str(shown))
        if self.kind == "tag" and not self.render:
            text = f'<span class="tag">{text}</span>'
        if self.link and (url := self.link(row)):
            text = f'<a href="{escape(url)}">{text}</a>'
        return SafeString(text)

    def xlsx(self, row: Any) -> Any:
        value = self.raw(row)
        return None if value is None or value == "" else self.look.cell(value)
