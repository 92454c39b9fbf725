"""The cells of a table in WordprocessingML, as one who shows it needs them: how far each reaches to the right and down."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BEGINS, COVERED = (
    "restart",
    "continue",
)  # what vMerge says of a cell that reaches down, and of those below it

Cell = tuple[int, int, Element]
"""(columns, rows, cell)"""


def rows(table: Element) -> list[tuple[Element, list[Cell]]]:
    """Each row of the table with its cells; a cell that the one above covers is left out."""
    found = [(row, list(cells(row))) for row in table.findall(f"{_W}tr")]
    covered = [{column for column, _, merge, _ in row if merge == COVERED} for _, row in found]
    shown = []
    for number, (row, own) in enumerate(found):
        reaching = []
        for column, span, merge, cell in own:
            down = 1
            while merge == _BEGINS and number + down < len(found) and column in covered[number + down]:
                down += 1
            if merge != COVERED:
                reaching.append((span, down, cell))
        shown.append((row, reaching))
    return shown


def cells(row: Element) -> Iterator[tuple[int, int, str, Element]]:
    """(first column, how many, vMerge or "", cell) of a row."""
    column = 0
    for cell in row.findall(f"{_W}tc"):
        wide, merge = cell.find(f"{_W}tcPr/{_W}gridSpan"), cell.find(f"{_W}tcPr/{_W}vMerge")
        span = int(wide.get(f"{_W}val", "1")) if wide is not None else 1
        yield column, span, merge.get(f"{_W}val", COVERED) if merge is not None else "", cell
        column += span
