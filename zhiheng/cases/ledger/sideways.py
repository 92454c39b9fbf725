"""Tables that do not list their cases below one another under one heading: those on their side, and those side by side."""

from __future__ import annotations

from zhiheng.files.spreadsheets import Sheet, as_text

from .layout import INSTRUCTS, SEARCH, fields_in, find_header
from .vocabulary import read_header, squeeze


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


def side_by_side(sheet: Sheet) -> list[Sheet]:
    """The tables of a sheet whose headings begin anew, all of them and in the same order: 当事人 案由 …  当事人 案由 …; [] where
    there is one table."""
    found = find_header(sheet)
    if found is None:
        return []
    names = [squeeze(text) for text, _ in found[2]]
    first = next((place for place, text in enumerate(names) if text), 0)
    starts = [place for place, text in enumerate(names) if text and text == names[first]]
    if len(starts) < 2:
        return []
    ends = [*starts[1:], len(names)]
    blocks = [[text for text in names[a:b] if text] for a, b in zip(starts, ends, strict=True)]
    if any(block != blocks[0] for block in blocks) or fields_in(blocks[0]) < 3:
        return []
    return [
        sheet.between(a, b, found[0], f"{sheet.name}（第{place}栏）")
        for place, (a, b) in enumerate(zip(starts, ends, strict=True), 1)
    ]
