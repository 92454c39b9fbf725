"""The lists of the report pages: the rows behind a figure, texts that were held against the records, mappings of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from zhiheng.accounts.models import Unit
from zhiheng.figures.registry import Figure, Scope
from zhiheng.ui.lists import Choice, Column, List, Text, To

from .selectors import indicator

_SPANS = (
    ("上半年", 1, 6),
    ("下半年", 7, 12),
    ("第一季度", 1, 3),
    ("第二季度", 4, 6),
    ("第三季度", 7, 9),
    ("第四季度", 10, 12),
    ("前三季度", 1, 9),
)
_SPAN = re.compile(r"([0-9]{4})-([0-9]{2})(?:\.\.([0-9]{4})-([0-9]{2}))?")


def month_key(first: date, last: date) -> str:
    """Months of a year as the address names them: 2024-05, 2024-01..2024-06; "" for the whole year."""
    if (first.month, last.month) == (1, 12):
        return ""
    return f"{first:%Y-%m}" if first.month == last.month else f"{first:%Y-%m}..{last:%Y-%m}"


class _PartOfYear(Choice):
    """A month, quarter or half of the report's year; the address may name any run of months."""

    def __init__(self, scope: Scope, path: str) -> None:
        super().__init__("month", "月份", self._choices, self._within)
        self.year, self.path = scope.first.year, path

    def _choices(self, request) -> list[tuple[str, str]]:
        known = {self._key(m, m): f"{m}月" for m in range(1, 13)}
        known |= {self._key(first, last): name for name, first, last in _SPANS}
        asked = request.GET.get("month", "")
        if asked not in known and (months := self._months(asked)):
            known[asked] = f"{months[0]}—{months[1]}月"
        return list(known.items())

    def _key(self, first: int, last: int) -> str:
        return month_key(date(self.year, first, 1), date(self.year, last, 1))

    def _months(self, key: str) -> tuple[int, int] | None:
        found = _SPAN.fullmatch(key)
        if found is None:
            return None
        first, last = int(found[2]), int(found[4] or found[2])
        of_year = {int(found[1]), int(found[3] or found[1])} == {self.year}
        return (first, last) if of_year and 1 <= first <= last <= 12 else None

    def _within(self, rows, key: str):
        first, last = self._months(key)
        end = date(self.year + last // 12, last % 12 + 1, 1)
        return rows.filter(**{f"{self.path}__gte": date(self.year, first, 1), f"{self.path}__lt": end})


def rows_list(figure: Figure, scope: Scope, units: Sequence[Unit]) -> List:
    """The list of a figure's rows over the scope, narrowed by unit and month in the address. Not for a ratio: its parts.

    `units` are the scope's, where there are several to choose from.
    """
    records = figure.of
    filters = []
    if units:
        codes = [(unit.code, unit.short_name) for unit in units]
        filters.append(Choice("unit", "单位", codes, f"{records.unit}__code"))
    # Of a stock, the day says since when a record stands, not when it was counted.
    if "month" in figure.by and not figure.stock:
        filters.append(_PartOfYear(scope, records.day))
    if records.find:
        filters.append(Text("q", "查找", records.search or records.find))
    return List(
        name=figure.title,
        columns=records.columns(),
        filters=filters,
        order=f"-{records.day}",
        noun=records.noun,
        about=[("时间", f"{scope.first} 至 {scope.last}"), ("口径", figure.counts)],
        empty=f"{scope.first.year}年没有计入“{figure.title}”的{records.name}。",
    )


TEXTS = List(
    name="核对过的报告",
    columns=[
        Column("标题", "title", kind="wide", link=To("reconciled")),
        Column("年度", "year", kind="code", sort="year"),
        Column("核对范围", "unit.short_name", kind="code", sort="unit__code"),
        Column("来源", "source"),
        Column("交来人", "made_by.name", kind="code"),
        Column("交来日期", "on", kind="day", sort="on"),
    ],
    filters=[Text("q", "查找", ("title", "source"), hint="标题、文件名")],
    order="-id",
    noun="份",
    empty="还没有核对过报告。请在上面选择文件或粘贴正文。",
)


def _indicator_name(variant) -> str:
    found = indicator(variant.indicator_id)
    return found.name if found else "本系统没有这项指标"


def _standing(variant) -> str:
    if variant.withdrawn_on is None:
        return "有效"
    return f"{variant.withdrawn_by.name}于{variant.withdrawn_on}撤回：{variant.withdrawn_because}"


VARIANTS = List(
    name="已确认的说法",
    columns=[
        Column("说法", "words", kind="wide", link=To("variant")),
        Column("承前所指", "about"),
        Column("计量单位", "measure_word", kind="code"),
        Column("指标", _indicator_name),
        Column("适用单位", "unit.short_name", kind="code", sort="unit__code"),
        Column("确认人", "made_by.name", kind="code"),
        Column("确认日期", "on", kind="day", sort="on"),
        Column("状态", _standing),
    ],
    filters=[
        Text("q", "查找", ("words", "about", "note"), hint="说法、说明"),
        Choice(
            "state",
            "状态",
            [("live", "有效"), ("gone", "已撤回")],
            lambda rows, value: rows.filter(withdrawn_on__isnull=value == "live"),
        ),
    ],
    order="-id",
    noun="条",
    empty="还没有确认过说法。打开一份核对文本，点文中标色的数字即可确认或更正它的指标。",
)
