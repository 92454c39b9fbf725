"""Tables of the passages as office files, with their cells joined as the grid says."""

import io

from docx import Document
from openpyxl import Workbook

from zhiheng.reports.claims.scoring import Grid, joined


def _cells(grid: Grid):
    for r, row in enumerate(grid):
        for c, cell in enumerate(row):
            if cell not in ("<", "^"):
                yield r, c, cell, joined(grid, r, c)


def as_document(grid: Grid) -> bytes:
    """A Word file with the table."""
    document = Document()
    table = document.add_table(len(grid), len(grid[0]))
    for r, c, cell, (wide, high) in _cells(grid):
        target = table.cell(r, c)
        if (wide, high) != (1, 1):
            target = target.merge(table.cell(r + high - 1, c + wide - 1))
        target.text = cell
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_workbook(grid: Grid) -> bytes:
    """A workbook whose one sheet is the table; numbers are stored as numbers."""
    book = Workbook()
    sheet = book.active
    for r, c, cell, (wide, high) in _cells(grid):
        bare = cell.replace(",", "")
        number = bare.lstrip("-").replace(".", "", 1).isdecimal()
        sheet.cell(r + 1, c + 1, float(bare) if number else cell)
        if (wide, high) != (1, 1):
            sheet.merge_cells(start_row=r + 1, start_column=c + 1, end_row=r + high, end_column=c + wide)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
