"""In which unit a column of money is written. Found wherever people write it; where it is not, a person is asked.

A unit is never guessed from how large the numbers are. A number's format counts as writing, too: what the eye reads must
be what is taken over, and a cell where format and heading contradict each other is handed back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from zhiheng.canonical import closed_up, unwrapped
from zhiheng.files.spreadsheets import Section, Sheet, as_text, number_format
from zhiheng.numbers import FEN, read_money, say

from .cells import Unreadable
from .rows import Column
from .vocabulary import blanks

CHOICES = ("元", "千元", "万元", "亿元")
EACH_CELL = "每个单元格的格式"  # where the unit was found when each cell shows one of its own
_NAMES = {fen: name for name, fen in FEN.items()}
# What the words of a penalty say of an amount; 罚款五万元以下 is what a law lets, not what was ordered.
_AMOUNT = r"(?:人民币|金额|合计|共计)*[:：]?((?:[\d,.]+|[〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]{1,16})(?:万|亿)?元)(?!以[上下内]|[至到\-—~])"
_TOLD = {
    "fine_fen": re.compile(r"罚款" + _AMOUNT),
    "forfeit_fen": re.compile(r"罚没(?:款|金额)?" + _AMOUNT),
    "confiscated_gains_fen": re.compile(r"没收违法所得" + _AMOUNT),
}


_SAYS_NOTHING = re.compile(
    "(?:共计?|合计|总计|计|罚款|罚没款?|没收|案值|货值|金额|数额|人民币|RMB|CNY|[¥￥]|元?[整正]|圆整?|已缴清?|已缴纳|[A-Za-z]{2,}(?![A-Za-z])|[（）《》“”·，。、\\s])*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A number in a cell whose format changes what the eye reads."""

    number: float
    code: str

    def __str__(self) -> str:
        return f"{self.number:g}"


@dataclass(slots=True)
class Cells:
    """A column's cells as far as its unit depends on them."""

    bare: int = 0  # numbers other than zero that do not state their unit
    formats: Counter[int] = field(default_factory=Counter)  # unit in the format → bare numbers that carry it
    scaled: int = 0  # bare numbers shown in a larger unit than they are stored in: 52000 as 5.2万


@dataclass(slots=True)
class Evidence:
    """All that says in which unit a column is: sets of fen per unit."""

    own: frozenset[int]  # the column's own heading
    around: Mapping[str, frozenset[int]]  # where → units: group heading, lines above and below
    cells: Cells
    told: frozenset[int] = (
        frozenset()
    )  # units under which the column agrees with the amounts told in words beside it
    answer: int | None = None


def decide(evidence: Evidence) -> tuple[int | None, str, str, tuple[str, ...]]:
    """(fen per unit, where it was found, why it is not known, choices); the first is None when a person must say."""
    if evidence.answer:
        return evidence.answer, "按您的回答", "", ()
    own, cells = evidence.own, evidence.cells
    stated = [("表头", own)] * bool(own) + list(evidence.around.items())
    every = frozenset().union(*(units for _, units in stated)) if stated else frozenset()
    if len(every) > 1:
        if len(own) == 1 and all(own & units for units in evidence.around.values()):
            return min(own), "表头", "", ()
        said = "，".join(f"{where}写的是{_or(units)}" for where, units in stated)
        return None, "", f"金额单位不一致：{said}", tuple(map(name, sorted(every)))
    whole = cells.bare and sum(cells.formats.values()) == cells.bare and len(cells.formats) == 1
    shown = next(iter(cells.formats)) if whole else None
    if every:
        unit = min(every)
        if shown is not None and shown != unit and cells.bare > 1:
            why = f"金额单位不一致：{stated[0][0]}写的是{name(unit)}，单元格显示的是{name(shown)}"
            return None, "", why, tuple(map(name, sorted({unit, shown})))
        return unit, stated[0][0], "", ()
    if cells.bare and cells.scaled == cells.bare:
        return FEN["元"], "单元格格式", "", ()
    if shown is not None:
        return shown, "单元格格式", "", ()
    if cells.bare and sum(cells.formats.values()) + cells.scaled == cells.bare:
        return FEN["元"], EACH_CELL, "", ()
    if not cells.bare:
        return FEN["元"], "单元格自己写明", "", ()
    if len(evidence.told) == 1:
        return min(evidence.told), "与处罚内容里的金额一致", "", ()
    return None, "", "没有写金额单位", CHOICES


def name(fen: int) -> str:
    """A unit in words."""
    return _NAMES.get(fen, f"{say(fen)}")


def _or(units: Iterable[int]) -> str:
    return "、".join(map(name, sorted(units)))


def cells_of(sheet: Sheet, data: list[int], index: int) -> Cells:
    """What the cells of a column say about its unit."""
    found = Cells()
    column = [sheet.cells[position][index] for position in data]
    if not sheet.formats:
        found.bare = any(map(is_bare, set(column)))
        return found
    for position, cell in zip(data, column, strict=True):
        if not is_bare(cell):
            continue
        found.bare += 1
        code = sheet.formats.get((position, index))
        form = number_format(code) if code and isinstance(cell, (int, float)) else None
        if form:
            section = form.of(cell)
            if section.fen and section.divisor == 1:
                found.formats[section.fen] += 1
            elif section.fen and section.fen == section.divisor * FEN["元"]:
                found.scaled += 1
    return found


def is_bare(cell: Any) -> bool:
    """Whether a cell holds a number other than zero that does not state its unit."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell != 0
    if not isinstance(cell, str):
        return False
    text = closed_up(unwrapped(cell))
    if text in blanks():
        return False
    if text.isdecimal():
        return int(text) != 0
    read = read_money(text)
    return read is not None and not read.stated and any(read.readings)


def told_of(field: str, words: str) -> set[int]:
    """The amounts in fen that the words of a penalty tell for a field."""
    pattern = _TOLD.get(field)
    found = pattern.findall(closed_up(words)) if pattern else ()
    return {amount.fen for text in found if (amount := read_money(text)) and amount.fen is not None}


def told_amounts(sheet: Sheet, data: list[int], column: Column, penalty: Column | None) -> frozenset[int]:
    """Units under which every amount told in the penalty's words is the column's amount: 罚款3000元 beside 3000."""
    if column.field not in _TOLD or penalty is None:
        return frozenset()
    possible = {FEN[choice] for choice in CHOICES}
    seen = False
    for position in data[:2000]:
        cell, words = sheet.cells[position][column.index], as_text(sheet.cells[position][penalty.index])
        told = told_of(column.field, words) - {0}
        if not told or not is_bare(cell):
            continue
        if len(told) > 1:
            return frozenset()
        fits = set()
        for unit in possible:
            amount = read_money(as_text(cell), unit)
            if amount and amount.fen in told:
                fits.add(unit)
        possible, seen = possible & fits, True
    return frozenset(possible) if seen else frozenset()


def formatted(cell: Formatted, fen_per_unit: int, *, each: bool = False) -> float | Unreadable:
    """The number to be read in yuan or the column's unit: what the eye reads must agree with what is stored.

    each: nothing but the cells' formats says a unit, and not all say the same; then each goes by its own.
    The answer is in the column's unit. Unreadable when format and heading say different things.
    """
    form = number_format(cell.code)
    section: Section | None = form.of(cell.number) if form else None
    if section is None:
        return cell.number
    remedy = "请把单元格格式改为常规，按表头的单位填写"
    if section.percent:
        return Unreadable(f"单元格显示为百分数（{cell.number * 100:g}%），不是金额", remedy)
    if section.foreign:
        return Unreadable("单元格显示为外币，不是人民币金额", "请填写折合的人民币金额")
    if section.hidden:
        return Unreadable(f"单元格格式把数字藏起来了（存的是{cell.number:g}）", remedy)
    if section.minus and cell.number > 0:
        return Unreadable(f"单元格显示为负数，存的是{cell.number:g}", remedy)
    if said := _said_beside(section):
        return Unreadable(f"单元格格式在数字旁边写着“{said}”，存的是{cell.number:g}", remedy)
    shown = cell.number / section.divisor
    unit = section.fen or fen_per_unit
    if section.divisor == 1 and unit == fen_per_unit:
        return cell.number
    if each and section.divisor == 1:
        return cell.number * unit / fen_per_unit
    eye = f"显示为{shown:g}{name(unit) if section.fen else ''}，存的是{cell.number:g}，表头单位是{name(fen_per_unit)}"
    if section.divisor == 1 or unit != section.divisor * FEN["元"] or fen_per_unit not in (FEN["元"], unit):
        return Unreadable(f"单元格{eye}，两者意思不同", remedy)
    # 5.2 shown as 万元 from 52000: the cell holds yuan.
    return cell.number * FEN["元"] / fen_per_unit


def _said_beside(section: Section) -> str:
    """What a format writes beside an amount that could make it another one: 000, 约, %, 元/件. 罚款 and 整 do not."""
    said = " ".join(word for word in (section.before, section.after) if not _SAYS_NOTHING.fullmatch(word))
    return said.strip()


def told(cell: Formatted, fen_per_unit: int, *, each: bool = False) -> str:
    """The cell in words that mean the same without its format: 5.2万元; "" where the bare number does.

    A cell whose format and heading contradict each other is told so that it cannot be read as one of the two.
    """
    form = number_format(cell.code)
    section = form.of(cell.number) if form else None
    if section is None:
        return ""
    number = Decimal(repr(cell.number))
    if section.hidden:
        return f"存的是{number.normalize():f}，不显示"
    if section.percent:
        return f"{(number * 100).normalize():f}%"
    shown = f"{(number / section.divisor).normalize():f}"
    if section.foreign:
        return f"{section.before}{shown}{section.after}" if section.before or section.after else f"${shown}"
    if section.minus or _said_beside(section):
        sign = "-" if section.minus else ""
        return f"{number.normalize():f}（显示为{section.before}{sign}{shown}{section.after}）"
    unit = section.fen or fen_per_unit
    if section.divisor == 1 and unit == fen_per_unit:
        return ""
    if isinstance(formatted(cell, fen_per_unit, each=each), Unreadable):
        return f"{number.normalize():f}（显示为{shown}{name(unit)}）"
    return f"{shown}{name(unit)}"
