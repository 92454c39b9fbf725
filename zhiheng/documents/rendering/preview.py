"""A paper's WordprocessingML as HTML for the screen, every stretch of text with where it came from.

What is turned into HTML is the very body that would be packed into the file: there is no second layout to keep in step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from xml.etree import ElementTree

from . import grid
from .forms.scope import END, FROM, TEXT

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{_MAIN}}}"
_MARKS = re.compile(f"{FROM}([^{TEXT}]*){TEXT}|{END}")

# Paragraph styles that look like something on the screen, with their classes.
_CLASSES = {
    "Body": "paper-body", "CellText": "paper-body", "Note": "paper-body",
    "Agency": "paper-title", "DocTitle": "paper-title",
    "Heading1": "paper-heading", "Heading2": "paper-heading", "Heading3": "paper-heading",
    "Number": "paper-center", "Center": "paper-center", "Label": "paper-center", "Caption": "paper-center",
    "FineCenter": "paper-center", "FineLabel": "paper-center",
    "Signed": "paper-right", "Dated": "paper-right", "CellRight": "paper-right", "FineRight": "paper-right",
}  # fmt: skip

Source = Callable[[str], str]
"""Where a value came from, in words, by the code of its field; by "" where the form's own words come from."""


def html(body: str, source: Source) -> str:
    """The body as HTML: `p` of a few classes, tables, and `span` of class `from` with the source as its title."""
    root = ElementTree.fromstring(f'<w:body xmlns:w="{_MAIN}">{body}</w:body>')
    return "".join(_blocks(root, source))


def text(body: str) -> str:
    """What the body says, a line a paragraph, without the marks of a traced walk."""
    root = ElementTree.fromstring(f'<w:body xmlns:w="{_MAIN}">{body}</w:body>')
    for row in root.iter(f"{_W}tr"):
        for cell in [cell for _, _, merge, cell in grid.cells(row) if merge == grid.COVERED]:
            row.remove(cell)
    lines = ("".join(_characters(one)) for one in root.iter(f"{_W}p"))
    return "\n".join(_MARKS.sub("", line) for line in lines)


def _blocks(parent: ElementTree.Element, source: Source) -> Iterator[str]:
    for one in parent:
        if one.tag == f"{_W}p":
            yield _paragraph(one, source)
        elif one.tag == f"{_W}tbl":
            yield _table(one, source)


def _paragraph(one: ElementTree.Element, source: Source) -> str:
    style = one.find(f"{_W}pPr/{_W}pStyle")
    name = _CLASSES.get(style.get(f"{_W}val", "Body") if style is not None else "Body", "")
    if one.find(f"{_W}pPr/{_W}pBdr") is not None:
        name = "paper-dashes"
    written = _marked("".join(_characters(one)), source)
    opening = f'<p class="{name}">' if name else "<p>"
    return f"{opening}{written or '&#8203;'}</p>"


def _characters(one: ElementTree.Element) -> Iterator[str]:
    for part in one.iter():
        if part.tag == f"{_W}t":
            yield part.text or ""
        elif part.tag == f"{_W}tab" and part.get(f"{_W}val") is None:
            yield "\t"


def _marked(written: str, source: Source) -> str:
    """Each stretch of text in the innermost field it came from; what stands between is the form's own."""
    parts: list[str] = []
    open_now: list[str] = []
    at = 0
    for mark in [*_MARKS.finditer(written), None]:
        stretch = written[at : mark.start() if mark else len(written)]
        if stretch:
            code = open_now[-1] if open_now else ""
            shown = escape(stretch).replace("\t", '<span class="paper-tab"></span>')
            where = "from" if code else "from from-form"
            parts.append(f'<span class="{where}" title="{escape(source(code))}">{shown}</span>')
        if mark is None:
            break
        at = mark.end()
        if mark[1] is not None:
            open_now.append(mark[1])
        elif open_now:
            open_now.pop()
    return "".join(parts)


def _table(one: ElementTree.Element, source: Source) -> str:
    """Rows and cells; a cell merged downward (vMerge) spans the rows that continue it."""
    written = []
    for _, row in grid.rows(one):
        cells = []
        for span, down, cell in row:
            spans = (f' colspan="{span}"' if span > 1 else "") + (f' rowspan="{down}"' if down > 1 else "")
            cells.append(f"<td{spans}>{''.join(_blocks(cell, source))}</td>")
        written.append(f"<tr>{''.join(cells)}</tr>")
    return f'<table class="paper-table"><tbody>{"".join(written)}</tbody></table>'
