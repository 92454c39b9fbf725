"""Tables that lie on their side: the headings below one another, a case in each column."""

from __future__ import annotations

from zhiheng.files.spreadsheets import Sheet, as_text

from .layout import INSTRUCTS, SEARCH, fields_in, find_header
from .vocabulary import read_header


def on_its_side(sheet: Sheet) -> Sheet | None:
    """The sheet turned, where its headings stand below one another and its cases side by side; None where they do not.

    Lines above and below stay above and below. A form of one case, with headings beside headings, lists no cases, and
    neither do instructions how to fill in.
    """
    rows = [
        [text for cell in row if cell != "" and (text := as_text(cell))] for row in sheet.cells[: SEARCH + 1]
    ]
    if not 3 <= len(rows) <= SEARCH:
        return None
    lone = [len(row) < 2 and not (row and read_header(row[0])[0]) for row in rows]
    if all(lone):
        return None
    top, bottom = lone.index(False), lone[::-1].index(False)
    body = sheet.below(top)
    body.cells = body.cells[: len(rows) - top - bottom]
    said = (
        [text for row in rows[:top] for text in row],
        [text for row in rows[len(rows) - bottom :] for text in row],
    )
    turned = body.turned(*said)
    found = find_header(turned)
    if found is None or found[1] > len(said[0]) + 2:
        return None
    for row in turned.cells[found[1] + 1 :]:
        texts = [as_text(cell) for cell in row]
        if fields_in(texts) > 1 or sum(INSTRUCTS.search(text) is not None for text in texts) > 1:
            return None
    return turned
