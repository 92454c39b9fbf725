"""Finds the table in a sheet: where its header is, what its columns mean, which rows are cases."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .cells import as_text
from .names import Units
from .rows import AMOUNT_FIELDS, DATE_FIELDS, Column
from .sheets import Sheet
from .vocabulary import blanks, classify, money_unit, read_header, squeeze, words

_SEARCH = 30  # rows in which a header is looked for
_YEAR = re.compile(r"(20\d\d)\s*年?")
_UNIT_LINE = re.compile(r"(?:填报|报送|办案|填表|编制)(?:单位|机关)[:：]\s*([^\s,，;；:：]+)")
_MONEY_LINE = re.compile(r"(?:金额)?单位[:：]\s*(?:人民币)?\s*(亿元|万元|千元|元)")
_KEYS = ("party_name", "doc_no", "case_no", "cause", "title")
# Filled down through vertically merged cells. Not amounts: a fine merged over three rows is one fine.
_FILLED = {"unit", "source", "cause", "handlers", "status", "party_type", "title", *DATE_FIELDS}


@dataclass(slots=True)
class Layout:
    """A sheet as understood. `data` are the positions in sheet.cells of the rows that are cases."""

    header: tuple[int, int]  # first and last position of the header
    columns: list[Column]
    data: list[int]
    unit: str | None = None  # from a title, when rows do not say
    cause: str | None = None
    year: int | None = None
    totals: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def column(self, name: str) -> Column | None:
        """The column that holds a field."""
        return next((column for column in self.columns if column.field == name), None)


def understand(sheet: Sheet, units: Units) -> Layout | None:
    """The layout of one sheet, None if there is no table of cases in it."""
    found = _find_header(sheet)
    if found is None:
        return None
    first, last, texts = found
    above = [sheet.name, *(as_text(cell) for row in sheet.cells[:first] for cell in row if cell != "")]
    layout = Layout((first, last), [], [])
    _read_titles(layout, above, units)
    money = next((_UNITS_FEN[match[1]] for text in above if (match := _MONEY_LINE.search(text))), None)
    layout.columns = _assign(sheet, texts, money, layout.notes)
    _fill_merged(sheet, layout)
    _sort_rows(sheet, layout)
    return layout


_UNITS_FEN = {"元": 100, "千元": 100_000, "万元": 1_000_000, "亿元": 10**10}


def _read_titles(layout: Layout, above: list[str], units: Units) -> None:
    for text in above:
        if layout.unit is None:
            named = _UNIT_LINE.search(text)
            layout.unit = (units.find(named[1]) if named else None) or units.find_in(text)
        if layout.year is None and (year := _YEAR.search(text)):
            layout.year = int(year[1])
        if layout.cause is None and len(text) < 60:
            # "商标侵权、假冒专利案件台账" speaks of both: then the rows must say.
            named = {
                code
                for part in re.split(r"[、和及,，/]", text)
                if (code := classify("causes", part)) and code != "other"
            }
            layout.cause = named.pop() if len(named) == 1 else None


def _fields(texts: list[str]) -> int:
    return len({name for text in texts if text and (name := read_header(text)[0])})


def _find_header(sheet: Sheet) -> tuple[int, int, list[str]] | None:
    """(first, last, texts): the header's rows and the text of each column."""
    rows = [[as_text(cell) for cell in row] for row in sheet.cells[: _SEARCH + 1]]
    for position, row in enumerate(rows[:_SEARCH]):
        single = _fields(row)
        below = rows[position + 1] if position + 1 < len(rows) else []
        if below and _looks_like_subheader(below):
            joined = _join(row, below)
            if (both := _fields(joined)) >= 3 and both > max(single, _fields(below)):
                return position, position + 1, joined
        if single >= 3 and any(read_header(text)[0] in _KEYS for text in row if text):
            return position, position, row
    return None


def _looks_like_subheader(row: list[str]) -> bool:
    texts = [text for text in row if text]
    if len(texts) < 2 or any(re.search(r"\d", text) for text in texts):
        return False
    known = sum(
        read_header(text)[0] is not None or squeeze(text) in _GENERIC or money_unit(text) is not None
        for text in texts
    )
    return known * 10 >= len(texts) * 6


_GENERIC = {
    "日期",
    "时间",
    "文号",
    "编号",
    "名称",
    "姓名",
    "金额",
    "数额",
    "类型",
    "性质",
    "代码",
    "证件号码",
    "号",
}


def _join(top: list[str], sub: list[str]) -> list[str]:
    """One text per column of a header in two rows: 罚款 under 处罚情况, 日期 under 立案, （万元） under 案值."""
    joined, group = [], ""
    for upper, lower in zip(top, sub, strict=True):
        if upper:
            group = upper
        if not lower:
            joined.append(upper)
            continue
        together = group + lower
        own = read_header(lower)[0]
        if money_unit(lower) is not None:
            joined.append(f"{group}（{lower.strip('()（）')}）")
        elif read_header(together)[0] and (squeeze(lower) in _GENERIC or not own):
            joined.append(together)
        elif own is not None or not group:
            joined.append(lower)
        else:
            joined.append(f"{group}-{lower}")
    return joined


def _assign(sheet: Sheet, texts: list[str], money: int | None, notes: list[str]) -> list[Column]:
    """Give each column its field; of two columns for one field the better word wins, the other is kept verbatim."""
    read = [(index, text, *read_header(text)) for index, text in enumerate(texts)]
    best: dict[str, tuple[int, int]] = {}
    for index, _, name, rank, _ in read:
        if name and (name not in best or rank < best[name][0]):
            best[name] = (rank, index)
    # 登记日期 and the like are the lead's only when nothing says so better; a 案号 beside a decision number is 立案号.
    columns = []
    for index, text, name, _, stated in read:
        if name and best[name][1] != index:
            notes.append(
                f"工作表“{sheet.name}”的“{squeeze(text)}”列与“{squeeze(texts[best[name][1]])}”列意思相同，按原文保留"
            )
            name = None
        if name == "":
            continue
        unit = (stated or money or 100) if name in AMOUNT_FIELDS else None
        printed = re.sub(r"\s+", "", text)
        filled = printed or any(row[index] != "" for row in sheet.cells)
        if filled:
            columns.append(Column(sheet.name, index, printed or f"第{index + 1}列（无表头）", name, unit))
        if unit and not stated and not money:
            notes.append(f"工作表“{sheet.name}”的“{printed}”列没有写单位，按元读入")
    return columns


def _fill_merged(sheet: Sheet, layout: Layout) -> None:
    fields = {column.index: column for column in layout.columns}
    for top, left, bottom, right in sheet.merged:
        column = fields.get(left)
        if column is None or left != right or bottom == top or top <= layout.header[1]:
            continue
        if column.field in _FILLED:
            for position in range(top + 1, min(bottom + 1, len(sheet.cells))):
                sheet.cells[position][left] = sheet.cells[top][left]
        elif column.field in AMOUNT_FIELDS:
            layout.notes.append(
                f"工作表“{sheet.name}”“{column.printed}”列第{top + sheet.first_row}至{bottom + sheet.first_row}行是合并单元格，金额只计入首行"
            )


def _sort_rows(sheet: Sheet, layout: Layout) -> None:
    """Tell cases from blank lines, sums, repeated headers and signature lines."""
    start = layout.header[1] + 1
    by_field = {column.field: column.index for column in layout.columns}
    keys = [by_field[name] for name in _KEYS if name in by_field]
    one, two = (keys + keys)[:2]
    sums, feet, empty = frozenset(words()["totals"]), tuple(words()["footers"]), blanks()
    header = [as_text(cell) for cell in sheet.cells[layout.header[0]]]
    mapped = {column.index for column in layout.columns}
    head_one = header[one] if one < len(header) else None
    data, skipped = layout.data, 0
    for position in range(start, len(sheet.cells)):
        row = sheet.cells[position]
        # The common case first: two key cells are filled and neither can be a sum, a note or a header.
        if row[one] != "" and row[two] != "" and row[one] != head_one and row[one] not in sums:
            first = row[0]
            if type(first) is not str or first == "" or (first not in sums and not first.startswith(feet)):
                data.append(position)
                continue
        texts = [text for cell in row if cell != "" and (text := as_text(cell))]
        known = [text for index in mapped if (text := as_text(row[index])) not in empty]
        if not texts or (not known and len(texts) <= 1):
            continue
        lead = re.sub(r"\s+", "", texts[0])
        named = sum(as_text(row[index]) not in empty for index in keys)
        if any(re.sub(r"[\s:：]+", "", text) in sums for text in texts[:3]) and named <= 1:
            layout.totals.append(position)
        elif [as_text(cell) for cell in row] == header or (
            _fields(texts) >= 3 and _fields(texts) * 2 > len(texts)
        ):
            skipped += 1
        elif (lead.startswith(feet) and (named <= 1 or len(texts) <= 3)) or (
            len(known) == 0 and len(texts) <= 2
        ):
            continue
        else:
            data.append(position)
    if skipped:
        layout.notes.append(f"工作表“{sheet.name}”里重复出现的表头{skipped}行，已跳过")
