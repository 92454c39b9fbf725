"""Bodies of the sheets that a bound volume has beside its papers: what stands for something that is not paper, lists of contents.

They are put together while people wait, so nothing here loads what binding needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import wordml as w

_OPEN, _CLOSE = "\ue010", "\ue011"


def mark(what: str) -> str:
    """What stands in a body for a number that is known once everything is bound: `pages` of the volume, or the key of a part."""
    return f"{_OPEN}{what}{_CLOSE}"


def numbered(body: str, numbers: Mapping[str, str]) -> str:
    """The body with its numbers in place of the marks."""
    for what, number in numbers.items():
        body = body.replace(mark(what), number)
    return body


def sheet(title: str, rows: Sequence[tuple[str, str]], words: Sequence[str] = ()) -> str:
    """The body of a sheet that stands for something that is not paper: what it is, in a table of two columns, and what to know."""
    widths = w.share((3, 9))
    cells = "".join(
        f"{w.row_open(10)}{w.cell_open(widths[0])}{w.paragraph(w.LABEL, name)}</w:tc>"
        f"{w.cell_open(widths[1])}{w.paragraph(w.CELL, told or '/')}</w:tc></w:tr>"
        for name, told in rows
    )
    notes = "".join(w.paragraph(w.NOTE, line) for line in words)
    return f"{w.paragraph(w.TITLE, title)}{w.table_open(widths)}{cells}</w:tbl>{w.SPACER}{notes}"


def listing(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], parts: Sequence[float]) -> str:
    """The body of a table with a header on each page and a number before each row; `parts` are the proportions of the columns."""
    widths = w.share((1, *parts))
    body = "".join(
        w.row_open(7)
        + "".join(
            f"{w.cell_open(width)}{w.paragraph(w.FINE_CENTER if place == 0 else w.FINE, text or '/')}</w:tc>"
            for place, (width, text) in enumerate(zip(widths, (str(number), *row), strict=True))
        )
        + "</w:tr>"
        for number, row in enumerate(rows, 1)
    )
    opening = w.table_open(widths) + w.header_row(widths, ("序号", *header))
    return f"{w.paragraph(w.TITLE, title)}{opening}{body}</w:tbl>{w.SPACER}"
