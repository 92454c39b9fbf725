"""What a sheet shows beside the values of its cells: 同上, number formats, hidden and struck rows, notes, rows out of place."""

from __future__ import annotations

import re
from typing import Any

from zhiheng.files.spreadsheets import Sheet, as_text, shown, shows_no_day
from zhiheng.numbers import say

from .amounts import YUAN, amount_parser
from .cells import Unreadable, turned
from .headings import units_in_heading
from .layout import Layout
from .money import EACH_CELL, Formatted, is_bare, told
from .rejects import REASON
from .rows import AMOUNT_FIELDS, DATE_FIELDS, Column, Ledger
from .vocabulary import blanks, dittos, squeeze

_SPLIT_AMOUNT = re.compile(r"(?:^|\|)\d{1,3}\|\d{3}(?:\.\d+)?(?=$|\|)")  # 1,500 in two cells
_CURRENCY = frozenset({"币种", "货币", "币别", "币制", "货币种类", "货币单位", "币种单位"})
_YUAN_NAMED = re.compile(r"(?:人民币|RMB|CNY|¥|￥|元|人民币元|CNY元|人民币（元）)", re.IGNORECASE)
STRUCK_OUT = "这一格划了删除线，看不出现在的内容"
NUMBERS = ("doc_no", "case_no", "lead_no", "party_id")  # texts that name a case or a party


class SheetAsSeen:
    """The cells of a sheet's cases by column, as the eye reads them; what speaks against a row, and what is told of it."""

    def __init__(self, sheet: Sheet, layout: Layout):
        self.sheet, self.layout, self.count = sheet, layout, len(layout.data)
        self.rejections: list[tuple[int, Column | None, Any, Unreadable]] = []
        self.remarks: list[tuple[int, Column | None, Any, str]] = []
        rows = (
            sheet.cells
            if self.count == len(sheet.cells)
            else [sheet.cells[position] for position in layout.data]
        )
        columns = [column.index for column in layout.columns] + [index for index, *_ in layout.doubles]
        self.cells = turned(rows, dict.fromkeys(columns))
        self._as_above()
        if sheet.formats:
            self._as_shown()

    def _too_long(self) -> None:
        """Rows of a csv with more cells than the header: a comma inside an amount has moved everything behind it.

        A comma too many at the end of a row moves nothing.
        """
        if not self.sheet.long:
            return
        header = self.layout.header[1]
        width = self.sheet.long.get(header) or sum(cell != "" for cell in self.sheet.cells[header])
        for number, position in enumerate(self.layout.data):
            length = self.sheet.long.get(position, 0)
            cells = [cell.strip() for cell in self.sheet.cells[position][:length]]
            if length > width and (any(cells[width:]) or _SPLIT_AMOUNT.search("|".join(cells))):
                problem = Unreadable(
                    "这一行比表头多出几格，多半是金额里的逗号没有加引号，后面的格都错了位",
                    "请给带逗号的内容加引号，或另存为 .xlsx",
                )
                self.rejections.append((number, None, "", problem))
        short = [n for n, p in enumerate(self.layout.data) if self.sheet.long.get(p, 0) < width]
        if header in self.sheet.long and len(short) * 3 <= self.count:
            message = "这一行比表头少几格，后面的格可能错了位，请核对"
            self.remarks += [(number, None, "", message) for number in short]

    def _as_above(self) -> None:
        """同上 and 〃 say what the cell above says. Of a number that names a case only a person can say what is meant."""
        same = dittos()
        for column in self.layout.columns:
            cells = self.cells[column.index]
            if same.isdisjoint(cells):
                continue
            above: Any = ""
            for number, cell in enumerate(cells):
                if type(cell) is not str or cell.strip() not in same:
                    above = cell
                elif above != "" and column.field not in NUMBERS:
                    cells[number] = self.sheet.cells[self.layout.data[number]][column.index] = above
                else:
                    why = f"写的是“{cell}”，" + (
                        "看不出是哪一个号" if above != "" else "上面没有可以照抄的内容"
                    )
                    self.sheet.unread.setdefault((self.layout.data[number], column.index), why)

    def _as_shown(self) -> None:
        """Numbers whose format changes what the eye reads: amounts keep their format, other columns get the shown text.

        The row that goes back in a file of its own, without its formats, says in words what the format said.
        """
        places = {position: number for number, position in enumerate(self.layout.data)}
        fields = {column.index: column.field for column in self.layout.columns}
        units = {column.index: column for column in self.layout.columns if column.field in AMOUNT_FIELDS}
        for (row, index), form in self.sheet.formats.items():
            if row not in places or index not in fields:
                continue
            cell = self.cells[index][places[row]]
            if fields[index] in DATE_FIELDS:
                if cell != "" and type(cell) is not str and shows_no_day(form):
                    message = f"单元格只显示年月或星期，按所存的{as_text(cell)}读入，请核对是哪一天"
                    self.remarks.append((places[row], self._column(fields[index]), cell, message))
                continue
            if type(cell) not in (int, float):
                continue
            if fields[index] in AMOUNT_FIELDS:
                kept = self.cells[index][places[row]] = Formatted(cell, form)
                unit, each = units[index].fen_per_unit or YUAN, units[index].unit_from == EACH_CELL
                if words := told(kept, unit, each=each):
                    self.sheet.cells[row][index] = words
            elif (text := shown(cell, form)) is not None:
                self.cells[index][places[row]] = text

    def _what_the_screen_shows(self, ledger: Ledger) -> None:
        """Rows that are hidden or struck through are taken, and told."""
        first, hidden = self.sheet.first_row, [p for p in self.layout.data if p in self.sheet.hidden]
        if hidden:
            rows = "、".join(str(position + first) for position in hidden[:20])
            more = f"等{len(hidden)}行" if len(hidden) > 20 else f"共{len(hidden)}行"
            ledger.notes.append(
                f"工作表“{self.sheet.name}”第{rows}行是隐藏的（{more}），已一并读入；不需要的请删去后再导入"
            )
        concealed = [c.printed for c in self.layout.columns if c.index in self.sheet.hidden_columns]
        if concealed:
            ledger.notes.append(f"工作表“{self.sheet.name}”的隐藏列已一并读入：{'、'.join(concealed)}")
        self._comments()
        if self.sheet.struck:
            columns = {column.index: column for column in self.layout.columns}
            numbers = {position: number for number, position in enumerate(self.layout.data)}
            struck: dict[int, Column] = {}
            for row, index in sorted(self.sheet.struck):
                place = row, index
                if row not in numbers or index not in columns or place in self.sheet.unread:
                    continue
                if self.sheet.cells[row][index] != "":
                    struck.setdefault(numbers[row], columns[index])
            self.remarks += [
                (
                    position,
                    column,
                    self.cells[column.index][position],
                    "这一行有删除线，照原样读入；如已作废请删去这一行",
                )
                for position, column in struck.items()
            ]

    def _comments(self) -> None:
        """Notes pinned to a case's cells are not read, but told: what they say may go before what the cell says."""
        heads = map(as_text, self.sheet.cells[self.layout.header[1]])
        if not self.sheet.comments or REASON in heads:  # a rejects file carries notes of ours
            return
        columns = {column.index: column for column in self.layout.columns}
        numbers = {position: number for number, position in enumerate(self.layout.data)}
        for (row, index), text in sorted(self.sheet.comments.items()):
            if row in numbers and (column := columns.get(index)) and text:
                shown = " ".join(text.split())[:60]
                self.remarks.append(
                    (
                        numbers[row],
                        column,
                        self.cells[index][numbers[row]],
                        f"这一格有批注“{shown}”，没有读入，请核对",
                    )
                )

    def _column(self, name: str) -> Column | None:
        return self.layout.column(name)

    def _cells_struck_out(self) -> None:
        """A single cell that is struck through says nothing any more, and nobody can say what holds in its stead; where the
        whole row is, the row is told (`_what_the_screen_shows`)."""
        fielded = {c.index for c in self.layout.columns if c.field not in (None, "note")}
        data = set(self.layout.data)
        for row in {row for row, index in self.sheet.struck if row in data and index in fielded}:
            filled = [index for index in fielded if self.sheet.cells[row][index] != ""]
            struck = [index for index in filled if (row, index) in self.sheet.struck]
            if len(struck) < len(filled):
                for index in struck:
                    self.sheet.unread.setdefault((row, index), STRUCK_OUT)

    def _unread_cells(self) -> None:
        """Cells that show no value, or none that can be trusted: formulas never computed, error values, cells struck out."""
        if not self.sheet.unread:
            return
        columns = {column.index: column for column in self.layout.columns}
        positions = {position: number for number, position in enumerate(self.layout.data)}
        for (row, index), why in sorted(self.sheet.unread.items()):
            if row in positions and index in columns:
                problem = Unreadable(why, "请在表格软件里打开核对，直接填写内容后保存")
                self.rejections.append((positions[row], columns[index], "", problem))

    def _in_other_money(self) -> None:
        """Rows that a column of currencies says are not in yuan."""
        beside = next(
            (c for c in self.layout.columns if c.field is None and squeeze(c.printed) in _CURRENCY), None
        )
        if beside is None:
            return
        amounts = [c for c in self.layout.columns if c.field in AMOUNT_FIELDS]
        for number, cell in enumerate(self.cells[beside.index]):
            text = as_text(cell)
            if text not in blanks() and not _YUAN_NAMED.fullmatch(text):
                problem = Unreadable(f"“{beside.printed}”是{text}，金额不是人民币", "请填写折合的人民币金额")
                self.rejections += [
                    (number, column, self.cells[column.index][number], problem) for column in amounts[:1]
                ]

    def _doubles(self, out: dict[str, list[Any]]) -> None:
        """A second column under the same heading of money, 大写 beside 小写: where it states its unit it must say the same."""
        for index, printed, name in self.layout.doubles:
            column = self._column(name)
            units = units_in_heading(printed)
            parse = amount_parser(min(units) if len(units) == 1 else YUAN)
            for number, cell in enumerate(self.cells[index]):
                if cell == "" or (not units and is_bare(cell)):
                    continue
                stated, value = parse(cell), out[name][number]
                if isinstance(stated, int) and value is not None and stated != value:
                    problem = Unreadable(
                        f"“{column.printed}”是{say(value)}，“{printed}”却是{say(stated)}",
                        "请对照决定书改正其中一项",
                    )
                    self.rejections.append((number, column, cell, problem))
