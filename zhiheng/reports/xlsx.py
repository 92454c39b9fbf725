"""The doubts of a reconciliation as a workbook: one sheet to clear up, one with every claim and how it was understood."""

from __future__ import annotations

import io

import xlsxwriter

from .claims import FACETS
from .reconciliation import Item, Reconciliation

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
