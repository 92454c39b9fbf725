"""Writes the rows that were handed back, each with its reasons, in a workbook that can be mended and imported again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from zhiheng.files.spreadsheets import Sheet

from .layout import Layout
from .rows import DATE_FIELDS, Ledger, Rejection
from .vocabulary import read_header, titles

REASON = "退回原因"
ADDED = (
    REASON,
    "怎么改",
    "原表位置",
)  # listed under `ignored` in vocabulary.yaml, so that they are not read back
_UNIT_NAMES = {100: "元", 10_000: "百元", 100_000: "千元", 1_000_000: "万元", 10**10: "亿元"}


def write_rejects(path: str | Path, ledger: Ledger) -> int:
    """Write the rejected rows of `ledger` to an xlsx file and return how many there are.

    Every row keeps its cells as they were; the faulty ones are coloured and carry the reason as a comment, and the
    reasons stand beside the row. What the original said in a title (unit, cause, 万元) is said in the row and the
    header here. Texts stay texts: nothing is ever written as a formula.
    """
    import xlsxwriter  # the process that reads a ledger needs none of it

    by_place: dict[tuple[str, int], list[Rejection]] = {}
    for item in ledger.rejected:
        by_place.setdefault((item.sheet, item.row), []).append(item)
    book = xlsxwriter.Workbook(
        str(path),
        {
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "nan_inf_to_errors": True,
        },
    )
    book.set_properties({"created": dt.datetime(2000, 1, 1)})  # equal contents give equal bytes
    try:
        formats = {
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E8EDF5", "valign": "vcenter"}
            ),
            "bad": book.add_format({"bg_color": "#FFD6D6", "border": 1, "border_color": "#C00000"}),
            "bad_date": book.add_format({"bg_color": "#FFD6D6", "num_format": "yyyy-mm-dd"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "reason": book.add_format({"font_color": "#C00000", "text_wrap": True}),
        }
        for sheet, layout in ledger.sheets:
            if any((sheet.name, position + sheet.first_row) in by_place for position in layout.data):
                _write_sheet(book, formats, sheet, layout, by_place)
        if not book.worksheets():
            book.add_worksheet("没有退回的行").write_string(0, 0, "没有退回的行")
    finally:
        book.close()
    return len(by_place)


def _write_sheet(book, formats: dict[str, Any], sheet: Sheet, layout: Layout, by_place) -> None:
    taken = {other.get_name() for other in book.worksheets()}
    names = (sheet.name[:31], *(f"{sheet.name[:27]}（{number}）" for number in range(2, 1000)))
    out = book.add_worksheet(next(name for name in names if name not in taken))
    inherited = _inherited_headings(layout)
    columns = layout.columns
    headings = [*inherited, *(_heading(column) for column in columns), *ADDED]
    for place, heading in enumerate(headings):
        out.write_string(0, place, heading, formats["head"])
    out.freeze_panes(1, 0)
    out.set_column(0, len(headings) - 4, 16)
    out.set_column(len(headings) - 3, len(headings) - 2, 46)
    out.set_column(len(headings) - 1, len(headings) - 1, 22)
    line = 0
    for position in layout.data:
        row = position + sheet.first_row
        items = by_place.get((sheet.name, row))
        if not items:
            continue
        line += 1
        faults: dict[str, list[Rejection]] = {}
        for item in items:
            faults.setdefault(item.column, []).append(item)
        said = _inherited(layout, position)
        for place, heading in enumerate(inherited):
            _write(out, line, place, said.get(heading, ""), formats, bad=False)
        for place, column in enumerate(columns, start=len(inherited)):
            bad = faults.get(column.printed, [])
            cell = sheet.cells[position][column.index]
            if cell == "" and column.field in ("unit", "cause"):
                cell = said.get("办案单位" if column.field == "unit" else "案由", "")
            if column.field in DATE_FIELDS and type(cell) in (int, float) and 20_000 <= cell < 80_000:
                cell = sheet.epoch + dt.timedelta(
                    days=int(cell)
                )  # serial days count from 1900 in the file written here
            _write(out, line, place, cell, formats, bad=bool(bad))
            if bad:
                comment = "\n".join(f"{item.reason}；{item.remedy}" for item in bad)
                out.write_comment(line, place, comment, {"x_scale": 2, "author": "知衡"})
        last = len(headings)
        reasons = "；".join((f"“{item.column}”列：" if item.column else "") + item.reason for item in items)
        out.write_string(line, last - 3, reasons, formats["reason"])
        out.write_string(
            line, last - 2, "；".join(dict.fromkeys(item.remedy for item in items)), formats["reason"]
        )
        out.write_string(line, last - 1, f"工作表“{sheet.name}”第{row}行")


def _inherited_headings(layout: Layout) -> list[str]:
    """Headings for what rows took from titles and sections, and no column says."""
    found = []
    if layout.column("unit") is None and (layout.unit or any(unit for _, unit, _ in layout.sections)):
        found.append("办案单位")
    if layout.column("cause") is None and (layout.cause or any(cause for *_, cause in layout.sections)):
        found.append("案由")
    return found


def _inherited(layout: Layout, position: int) -> dict[str, str]:
    """Heading → what the row at this position took from the line above its section, else from a title."""
    unit, cause = layout.unit, layout.cause
    for place, section_unit, section_cause in layout.sections:
        if place < position:
            unit, cause = section_unit or unit, section_cause or cause
    return {"办案单位": unit or "", "案由": titles("causes")[cause] if cause else ""}


def _heading(column) -> str:
    """The printed heading, with the unit of money when the reader took it from elsewhere."""
    if column.fen_per_unit and read_header(column.printed)[2] != column.fen_per_unit:
        return f"{column.printed.split('（')[0].split('(')[0]}（{_UNIT_NAMES[column.fen_per_unit]}）"
    return column.printed


def _write(out, line: int, place: int, value: Any, formats: dict[str, Any], *, bad: bool) -> None:
    style = formats["bad"] if bad else None
    if isinstance(value, bool) or value is None:
        out.write_string(line, place, "" if value is None else str(value), style)
    elif isinstance(value, (int, float)):
        out.write_number(line, place, value, style)
    elif isinstance(value, (dt.datetime, dt.date)):
        out.write_datetime(line, place, value, formats["bad_date" if bad else "date"])
    elif value == "":
        out.write_blank(line, place, None, style)
    else:
        out.write_string(line, place, str(value), style)
