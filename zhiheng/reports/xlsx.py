"""The doubts of a reconciliation as a workbook: one sheet to clear up, one with every claim and how it was understood."""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from .claims import FACETS
from .reconciliation import Item, Reconciliation
from .statistics import Cell, Return

_HEAD = ("序号", "原文", "核对结果", "对应指标", "原文数值", "计量单位", "记录的数值", "说明")
_WIDTHS = (6, 40, 10, 26, 14, 10, 22, 70)


def doubts_xlsx(held: Reconciliation, source: str) -> bytes:
    """The workbook; `source` names the text that was read. Claims keep the numbers they have on the page."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        _sheet(book, "疑点", [(n, item) for n, item in held.doubts], (), _about(held, source))
        _sheet(book, "全部数字", list(enumerate(held.items, 1)), FACETS, _about(held, source))
    return out.getvalue()


def _about(held: Reconciliation, source: str) -> str:
    counted = "，".join(f"{words}{number}处" for _, words, number in held.counts if number)
    return f"核对文本：{source}。年度：{held.year}年。范围：{held.scope_words}。共{len(held.items)}处：{counted}。"


def _sheet(book, name: str, numbered: list[tuple[int, Item]], facets: tuple[str, ...], about: str) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bg_color": "#eef2f6", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, about)
    sheet.write_row(1, 0, [*_HEAD, *(f"理解为：{facet}" for facet in facets)], head)
    for column, width in enumerate([*_WIDTHS, *(18 for _ in facets)]):
        sheet.set_column(column, column, width, wrapped)
    for row, (number, item) in enumerate(numbered, 2):
        claim = item.claim
        notes = [item.undecided or item.verdict.words, *(flag["words"] for flag in claim.flags)]
        recorded = "，".join(f"{value.grouped}{value.figure.unit}" for value in item.values)
        sheet.write_number(row, 0, number)
        sheet.write_string(row, 1, claim.said)
        sheet.write_string(row, 2, item.status_words)
        sheet.write_string(row, 3, claim.indicator or "")
        sheet.write_number(row, 4, float(claim.value))
        sheet.write_string(row, 5, claim.unit or "")
        sheet.write_string(row, 6, recorded)
        sheet.write_string(row, 7, "；".join(notes))
        understood = {facet.name: facet.meaning for facet in item.placement.facets} if item.placement else {}
        for column, facet in enumerate(facets, len(_HEAD)):
            sheet.write_string(row, column, understood.get(facet, ""))
    sheet.freeze_panes(2, 2)
    if numbered:
        sheet.autofilter(1, 0, len(numbered) + 1, len(_HEAD) + len(facets) - 1)


def frozen_xlsx(page: dict) -> bytes:
    """The rows of a published number as they were called on that day; `page` as `pages.frozen_page` makes it."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("记录")
        sheet.write_string(0, 0, f"{page['figure'].title}：{page['text']}{page['figure'].unit_name}")
        sheet.write_row(1, 0, [*page["columns"], "计入"])
        for number, row in enumerate(page["rows"], 2):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value)
    return out.getvalue()


def return_xlsx(filled: Return) -> bytes:
    """The statistical return as its form has it: head, actions, cells. What nobody recorded stays an empty cell."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties(
            {"title": filled.title, "created": datetime(filled.on.year, filled.on.month, filled.on.day)}
        )
        sheet = book.add_worksheet("统计表")
        sheet.set_landscape()
        sheet.fit_to_pages(1, 1)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, len(filled.columns), 12)
        head = book.add_format(
            {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1}
        )
        label, wrapped = book.add_format({"border": 1}), book.add_format({"text_wrap": True, "valign": "top"})
        formats = {
            unit: book.add_format({"border": 1, "num_format": "#,##0.00" if unit == "万元" else "#,##0"})
            for unit in {unit for _, unit in filled.columns} | {unit for _, unit, _ in filled.actions}
        }
        span = f"{filled.period.first:%Y-%m-%d} 至 {filled.period.last:%Y-%m-%d}"
        sheet.merge_range(
            0,
            0,
            0,
            len(filled.columns),
            filled.title,
            book.add_format({"bold": True, "align": "center", "font_size": 16}),
        )
        sheet.write_string(1, 0, f"报送单位：{filled.unit.name}")
        sheet.write_string(1, 3, f"统计时间：{span}")
        sheet.write_string(1, 8, f"报送时间：{filled.on:%Y-%m-%d}")
        for column, (title, unit, cell) in enumerate(filled.actions, 1):
            sheet.write_string(3, column, f"{title}（{unit}）", head)
            _write_cell(sheet, 4, column, cell, formats[unit])
        sheet.write_string(4, 0, "执法行动", label)
        sheet.write_string(6, 0, "案件", head)
        for column, (title, unit) in enumerate(filled.columns, 1):
            sheet.write_string(6, column, f"{title}（{unit}）", head)
        for row, line in enumerate(filled.lines, 7):
            sheet.write_string(row, 0, line.title, label)
            for column, ((_, unit), cell) in enumerate(zip(filled.columns, line.cells, strict=True), 1):
                _write_cell(sheet, row, column, cell, formats[unit])
        foot = 8 + len(filled.lines)
        sheet.merge_range(foot, 0, foot + 2, len(filled.columns), filled.note, wrapped)
    return out.getvalue()


def _write_cell(sheet, row: int, column: int, cell: Cell, shape) -> None:
    if cell.text:
        sheet.write_number(row, column, float(cell.text), shape)
    else:
        sheet.write_blank(row, column, None, shape)
