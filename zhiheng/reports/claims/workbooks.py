"""Workbooks (xlsx, xls) as plain text: a line to a row, tabs between the cells, numbers as the screen shows them."""

import re
from pathlib import PurePath

from zhiheng.files.spreadsheets import (
    InMemory,
    Refused,
    Sheet,
    as_text,
    number_format,
    open_spreadsheet,
    shown,
)
from zhiheng.files.word import Unreadable

_FEN = {100: "元", 10**5: "千元", 10**6: "万元", 10**8: "百万元", 10**10: "亿元"}
_NOT_READ = re.compile("隐藏|未读")


def workbook_text(data: bytes, name: str, suffix: str) -> str:
    """The visible sheets of a workbook, each under its name; what was left out is said in a line at the end.

    suffix: ".xlsx" or ".xls", by what the file is. Raises Unreadable.
    """
    notes: list[str] = []
    try:
        sheets = open_spreadsheet(
            InMemory(f"{PurePath(name).stem or '工作簿'}{suffix}", data), len(data), notes
        )
    except Refused as refusal:
        raise Unreadable(f"{refusal}。") from None
    lines: list[str] = []
    for sheet in sheets:
        lines.append(sheet.name)
        lines += (_line(sheet, r) for r in range(len(sheet.cells)) if r not in sheet.hidden)
        hidden = [(len(sheet.hidden), "行"), (len(sheet.hidden_columns), "列")]
        notes += [f"工作表“{sheet.name}”有隐藏的{what}，未读" for count, what in hidden if count]
        notes += [
            f"工作表“{sheet.name}”有不能读准的单元格（{why}），未读"
            for why in dict.fromkeys(sheet.unread.values())
        ]
        if sheet.struck:
            notes.append(f"工作表“{sheet.name}”有划去的单元格，未读")
    return "\n".join([*lines, *(f"（{note}）" for note in notes if _NOT_READ.search(note))])


def _line(sheet: Sheet, r: int) -> str:
    cells = [
        ""
        if (r, c) in sheet.unread or (r, c) in sheet.struck or c in sheet.hidden_columns
        else _cell(value, sheet.formats.get((r, c), ""))
        for c, value in enumerate(sheet.cells[r])
    ]
    filled = [cell for cell in cells if cell]
    # a title over all columns is a line, and no row
    return filled[0] if len(filled) == 1 and cells[0] else "\t".join(cells).rstrip("\t")


def _cell(value: object, code: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return re.sub(r"\s+", " ", as_text(value)).strip()
    if code and (said := shown(value, code)) is not None:
        return said
    form = number_format(code) if code else None
    section = form.of(value) if form and form.telling else None
    if section is None:
        return _number(value)
    if section.hidden:
        return ""
    number = _number(value / section.divisor * (100 if section.percent else 1))
    unit = "%" if section.percent else _FEN.get(section.fen or 0, "")
    return f"{section.before}{number}{unit}{section.after}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(round(value, 6))
