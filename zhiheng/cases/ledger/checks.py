"""Looks over the rows read: what can hardly be right is pointed out. Nothing is changed here."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Any

from zhiheng.numbers import say

from .amounts import amount_parser
from .cells import as_text
from .layout import Layout
from .rows import AMOUNT_FIELDS, DATE_FIELDS
from .sheets import Sheet
from .vocabulary import words

_ORDER = (  # earlier, later, what is said when they are the wrong way round
    ("lead_on", "filed_on", "立案日期{b}早于线索日期{a}"),
    ("filed_on", "decided_on", "决定日期{b}早于立案日期{a}"),
    ("decided_on", "served_on", "送达日期{b}早于决定日期{a}"),
    ("decided_on", "published_on", "公示日期{b}早于决定日期{a}"),
    ("decided_on", "closed_on", "结案日期{b}早于决定日期{a}"),
    ("filed_on", "closed_on", "结案日期{b}早于立案日期{a}"),
)
_SLIP = 1000  # times the median from which an amount is suspected to be in the wrong unit
_NEIGHBOURS = 8  # amounts needed before a median means anything

Found = tuple[int, Any, Any, str]


def remarks(out: dict[str, list[Any]], layout: Layout, stated_year: int | None) -> list[Found]:
    """(row position, column, value, message) for everything doubtful."""
    found: list[Found] = []
    found += _inversions(out, layout)
    found += _far_years(out, layout, stated_year or layout.year)
    found += _sum_of_fines(out, layout)
    for name in AMOUNT_FIELDS:
        found += _unit_slips(name, out[name], layout)
    found += _number_years(out, layout)
    return found


def _inversions(out: dict[str, list[Any]], layout: Layout) -> list[Found]:
    found = []
    for earlier, later, words_ in _ORDER:
        column = layout.column(later)
        if column is None or layout.column(earlier) is None:
            continue
        for position, (a, b) in enumerate(zip(out[earlier], out[later], strict=True)):
            if a is not None and b is not None and b < a:
                found.append((position, column, b, words_.format(a=a, b=b) + "，请核对"))
    return found


def _far_years(out: dict[str, list[Any]], layout: Layout, year: int | None) -> list[Found]:
    """Dates years away from the rest: 2042 for 2024."""
    found = []
    for name in DATE_FIELDS:
        column = layout.column(name)
        if column is None:
            continue
        years: Counter[int] = Counter()
        for day, times in Counter(out[name]).items():
            if day is not None:
                years[day.year] += times
        if not years:
            continue
        usual = year or years.most_common(1)[0][0]
        odd = {value for value in years if not usual - 4 <= value <= usual + 2}
        if odd:
            found += [
                (position, column, day, f"{day.year}年离台账年度{usual}年太远，请核对年份")
                for position, day in enumerate(out[name])
                if day is not None and day.year in odd
            ]
    return found


def _sum_of_fines(out: dict[str, list[Any]], layout: Layout) -> list[Found]:
    column = layout.column("forfeit_fen")
    if column is None or layout.column("fine_fen") is None:
        return []
    found = []
    rows = zip(out["forfeit_fen"], out["fine_fen"], out["confiscated_gains_fen"], strict=True)
    for position, (total, fine, gains) in enumerate(rows):
        if total is not None and fine is not None and total != fine + (gains or 0):
            parts = f"罚款{say(fine)}＋没收{say(gains or 0)}＝{say(fine + (gains or 0))}"
            found.append((position, column, say(total), f"罚没{say(total)}不等于{parts}，请核对"))
    return found


def _unit_slips(name: str, values: list[int | None], layout: Layout) -> list[Found]:
    column = layout.column(name)
    given = [value for value in values if value]
    if column is None or len(given) < _NEIGHBOURS:
        return []
    middle = median(given)
    high, low = middle * _SLIP, middle / _SLIP
    if max(given) < high and min(given) > low:
        return []
    found = []
    for position, value in enumerate(values):
        if not value:
            continue
        if value >= high and value >= 50_000_000:
            guess = f"按万元读成{say(value)}" if column.fen_per_unit == 1_000_000 else f"读成{say(value)}"
            found.append(
                (
                    position,
                    column,
                    say(value),
                    f"{guess}，比同列中位数{say(int(middle))}大得多，疑似把元与万元弄混，请核对单位",
                )
            )
        elif value <= low and value < 1000:
            found.append(
                (
                    position,
                    column,
                    say(value),
                    f"只有{say(value)}，比同列中位数{say(int(middle))}小得多，疑似把万元当作元，请核对单位",
                )
            )
    return found


def _number_years(out: dict[str, list[Any]], layout: Layout) -> list[Found]:
    """The year in the decision's number against the decision's date."""
    column = layout.column("doc_no")
    if column is None or layout.column("decided_on") is None:
        return []
    marks = {day: f"〔{day.year}〕" if day else "" for day in set(out["decided_on"])}
    return [
        (position, column, number, f"文号年份与决定日期{day}不一致，请核对")
        for position, (number, day) in enumerate(zip(out["doc_no"], out["decided_on"], strict=True))
        if marks[day] not in number and "〔" in number
    ]


def sums(out: dict[str, list[Any]], sheet: Sheet, layout: Layout) -> list[str]:
    """Compare the sheet's grand totals with the rows above them."""
    notes = []
    grand = frozenset(words()["grand_totals"])
    for place in layout.totals:
        row = sheet.cells[place]
        if not any("".join(as_text(cell).split()).strip(":：") in grand for cell in row[:4]):
            continue
        if len([other for other in layout.totals if other <= place]) > 1:
            continue  # after a subtotal, what a total covers is unsure
        covered = [number for number, position in enumerate(layout.data) if position < place]
        for name in AMOUNT_FIELDS:
            column = layout.column(name)
            stated = amount_parser(column.fen_per_unit)(row[column.index]) if column else None
            if not isinstance(stated, int) or (place, column.index) in sheet.unread:
                continue
            counted = sum(out[name][number] or 0 for number in covered)
            if abs(stated - counted) * 2 > max(column.fen_per_unit // 100, 1):  # totals are printed rounded
                notes.append(
                    f"工作表“{sheet.name}”第{place + sheet.first_row}行合计“{column.printed}”为{say(stated)}，各行相加为{say(counted)}，请核对"
                )
    return notes
