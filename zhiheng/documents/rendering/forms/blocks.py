"""The blocks of a form as WordprocessingML, each compiled once into finished XML with holes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from zhiheng.law import forms as f

from .. import wordml as w
from .scope import Piece, Scope, Writer
from .texts import as_date, compiled_text, is_closed, joined, long_date, unnumbered, written_number

_SERIAL = w.twips(11)
"""Width of the column 序号."""


@dataclass(frozen=True)
class Area:
    """Where a block stands: its width in twips and the styles of its paragraphs."""

    width: int
    styles: Mapping[str, w.Style]
    cell: bool = False


_HEADINGS = {"h1": w.HEADING[0], "h2": w.HEADING[1], "h3": w.HEADING[2]}
PAGE = Area(
    w.TEXT_WIDTH,
    {
        "text": w.BODY, "tied": w.BODY, "line": w.FLUSH, "note": w.NOTE, "copies": w.COPIES, "center": w.CENTER, "blank": w.CENTER,
        "label": w.CENTER, "sign": w.SIGNATURE, **_HEADINGS,
    },
)  # fmt: skip
_CELL_STYLES = {
    "text": w.CELL_TEXT, "tied": w.CELL_TEXT, "line": w.CELL, "note": w.FINE, "copies": w.FINE, "center": w.LABEL, "blank": w.LABEL,
    "label": w.LABEL, "sign": w.CELL, "h1": w.CELL, "h2": w.CELL, "h3": w.CELL,
}  # fmt: skip


def sequence(blocks: Sequence[f.Block], area: Area) -> Piece:
    pieces: list[Piece] = []
    for block in blocks:
        foot = isinstance(block, f.Seal | f.Sign) or (
            isinstance(block, f.Paragraph) and block.role == "copies"
        )
        if foot and not area.cell and pieces:
            # To whatever stands before: the piece right before it may come to nothing.
            pieces = [_tied(_join(pieces))]
        piece = _BLOCKS[type(block)](block, area)
        pieces.append(_tied(piece) if isinstance(block, f.Paragraph) and block.role == "tied" else piece)
    return _join(pieces)


def _join(pieces: Sequence[Piece]) -> Piece:
    """Neighbouring constants become one; all constant, the whole is one string."""
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    if not merged:
        return ""
    if len(merged) == 1:
        return merged[0]
    return lambda scope: "".join([piece if isinstance(piece, str) else piece(scope) for piece in merged])


def _call(piece: Piece, scope: Scope) -> str:
    return piece if isinstance(piece, str) else piece(scope)


def _tied(piece: Piece) -> Piece:
    if isinstance(piece, str):
        return w.keep_with_next(piece)
    return lambda scope: w.keep_with_next(piece(scope))


def _lines(style: w.Style, text: str | Writer) -> Piece:
    if isinstance(text, str):
        return w.paragraph(style, text)
    return lambda scope: w.paragraph(style, text(scope))


def _paragraph(block: f.Paragraph, area: Area) -> Piece:
    style = area.styles[block.role]
    text = compiled_text(block.text, cell=area.cell, closed=block.role == "text")
    if block.role == "label" and isinstance(text, str):
        return w.paragraph(style, w.balanced(text, int((area.width - 170) / 20 / style.size)))
    if isinstance(text, str):
        return w.paragraph(style, text)
    if not area.cell:
        return lambda scope: w.paragraph(style, line) if (line := text(scope)) else ""
    by_pen = any(isinstance(part, f.Fill) and part.field.by_hand for part in block.text)
    empty = "" if by_pen else "/"
    return lambda scope: w.paragraph(style, text(scope) or empty)


def _head(block: f.Head, area: Area) -> Piece:
    pieces: list[Piece] = []
    agency, number = block.agency, block.number
    if agency:
        pieces.append(lambda scope: w.fitted(w.AGENCY, scope.told(agency, joined(scope.value(agency) or ""))))
    title = compiled_text(block.title)

    def write_title(scope: Scope) -> str:
        told = _call(title, scope)
        return w.paragraph(w.TITLE, told) if scope.traced else w.titled(told)

    pieces.append(write_title)
    if number:

        def write_number(scope: Scope) -> str:
            value = scope.value(number)
            return "" if value is None else w.paragraph(w.NUMBER, scope.told(number, written_number(value)))

        pieces.append(write_number)
    if block.left or block.right:
        left, right = compiled_text(block.left), compiled_text(block.right)
        pieces.append(lambda scope: w.ends(w.MARGINAL, _call(left, scope), _call(right, scope), area.width))
    if block.addressee:
        pieces.append(_lines(w.FLUSH, compiled_text((*block.addressee, "："))))
    return _join(pieces)


def _listing(block: f.Listing, area: Area) -> Piece:
    texts = [compiled_text(text, closed=True) for text in block.item]
    style = area.styles["line" if area.cell else "text"]
    empty = w.paragraph(style, block.empty) if block.empty else ""

    def write(scope: Scope) -> str:
        items = scope.items(block.of)
        if not items:
            return empty
        parts = []
        outer = scope.item, scope.place
        for index, item in enumerate(items):
            scope.item, scope.place = (
                item,
                (f"{block.of.code}.{index + 1}", f"{block.of.title}第{index + 1}项"),
            )
            number = _numeral(index + 1, block.number) if len(items) > 1 else ""
            for position, text in enumerate(texts):
                line = _call(text, scope)
                if block.number and position == 0:
                    line = unnumbered(line)
                if block.number and position == len(texts) - 1 and not is_closed(line):
                    line += "。" if index == len(items) - 1 else "；"
                parts.append(w.paragraph(style, number + line if position == 0 else line))
        scope.item, scope.place = outer
        return "".join(parts)

    return write


def _numeral(number: int, shape: str) -> str:
    if shape == "（1）":
        return f"（{number}）"
    if shape == "一、":
        return f"{chinese(number)}、"
    return f"{number}." if shape else ""


def chinese(number: int) -> str:
    """1 to 99 in ordinary numerals: 一, 十, 十一, 二十."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else ("" if tens == 1 else digits[tens]) + "十") + (
        digits[ones] if ones or not tens else ""
    )


def _table(block: f.Table, area: Area) -> Piece:
    titles = [column.title for column in block.columns]
    parts = [column.width for column in block.columns]
    styles = [
        {"left": w.FINE, "center": w.FINE_CENTER, "right": w.FINE_RIGHT}[c.align] for c in block.columns
    ]
    texts = [compiled_text(column.value, cell=True) for column in block.columns]
    if block.numbered:
        titles, styles = ["序号", *titles], [w.FINE_CENTER, *styles]
        widths = [_SERIAL, *w.share(parts, area.width - _SERIAL)]
    else:
        widths = w.share(parts, area.width)
    cells = [w.cell_open(width) for width in widths]
    opening = w.table_open(widths) + w.header_row(widths, titles)
    row = w.row_open(7)
    blank = row + "".join(f"{c}{w.paragraph(w.FINE, '')}</w:tc>" for c in cells) + "</w:tr>"

    def write(scope: Scope) -> str:
        parts = [opening]
        outer = scope.item, scope.place
        items = scope.items(block.of)
        for index, item in enumerate(items):
            scope.item, scope.place = (
                item,
                (f"{block.of.code}.{index + 1}", f"{block.of.title}第{index + 1}项"),
            )
            values = [_call(text, scope) for text in texts]
            if block.numbered:
                values.insert(0, str(index + 1))
            parts.append(row)
            parts += [
                f"{c}{w.paragraph(style, value) or w.paragraph(style, '/')}</w:tc>"
                for c, style, value in zip(cells, styles, values, strict=True)
            ]
            parts.append("</w:tr>")
        scope.item, scope.place = outer
        parts += [blank] * (block.rows - len(items))
        return "".join(parts) + "</w:tbl>" + w.SPACER

    return write


def _grid(block: f.Grid, area: Area) -> Piece:
    columns = w.share((1,) * f.COLUMNS, area.width)
    rows = _rows(block.rows, columns)
    opening = w.table_open(columns)

    def write(scope: Scope) -> str:
        return f"{opening}{''.join(row(scope, ()) for row in rows)}</w:tbl>{w.SPACER}"

    return write


RowWriter = Callable[[Scope, Sequence[str]], str]
"""Writes rows; the second argument holds the cells to put before each row: one for the first, one for the others."""


def _rows(rows: Sequence[f.Row | f.Group | f.When], columns: list[int]) -> list[RowWriter]:
    makers = {f.Row: _row, f.Group: _group, f.When: _rows_when}
    return [makers[type(row)](row, columns) for row in rows]


def _row(row: f.Row, columns: list[int]) -> RowWriter:
    opening = w.row_open(row.height_mm, splits=row.height_mm >= 30)
    pieces: list[Piece] = []
    at = 0
    for cell in row.cells:
        width = sum(columns[at : at + cell.span])
        at += cell.span
        content = sequence(cell.blocks, Area(width, _CELL_STYLES, cell=True))
        short = all(isinstance(block, f.Paragraph) and block.role != "text" for block in cell.blocks)
        align = "center" if cell.label or row.height_mm < 15 or (len(cell.blocks) == 1 and short) else "top"
        pieces += [w.cell_open(width, span=cell.span, align=align), _held(content), "</w:tc>"]
    body = _join(pieces)

    def write(scope: Scope, before: Sequence[str]) -> str:
        return f"{opening}{before[0] if before else ''}{_call(body, scope)}</w:tr>"

    return write


def _held(content: Piece) -> Piece:
    """A cell must hold at least one paragraph and end with one."""
    empty = w.paragraph(w.CELL, "")
    if isinstance(content, str):
        return content or empty

    def write(scope: Scope) -> str:
        xml = content(scope)
        return xml if xml.endswith("</w:p>") else xml + empty

    return write


def _group(group: f.Group, columns: list[int]) -> RowWriter:
    width = sum(columns[:2])
    first = (
        w.cell_open(width, span=2, merge="restart") + w.paragraph(w.LABEL, "\n".join(group.label)) + "</w:tc>"
    )
    other = w.cell_open(width, span=2, merge="continue") + w.paragraph(w.LABEL, "") + "</w:tc>"
    rows = _rows(group.rows, columns[2:])

    def write(scope: Scope, before: Sequence[str]) -> str:
        parts: list[str] = []
        for row in rows:
            parts.append(row(scope, (other if any(parts) else first,)))
        return "".join(parts)

    return write


def _rows_when(block: f.When, columns: list[int]) -> RowWriter:
    branches = [(condition, _rows(rows, columns)) for condition, rows in block.branches]

    def write(scope: Scope, before: Sequence[str]) -> str:
        for condition, rows in branches:
            if condition is None or scope.holds(condition):
                if not before:
                    return "".join(row(scope, ()) for row in rows)
                later = before[0].replace('w:val="restart"', 'w:val="continue"')
                return "".join(
                    row(scope, before if index == 0 else (later,)) for index, row in enumerate(rows)
                )
        return ""

    return write


def _when(block: f.When, area: Area) -> Piece:
    branches = [(condition, sequence(blocks, area)) for condition, blocks in block.branches]

    def write(scope: Scope) -> str:
        for condition, piece in branches:
            if condition is None or scope.holds(condition):
                return _call(piece, scope)
        return ""

    return write


_OPINIONS = f.Field("opinions", "审批意见", source=("opinions",))


def _opinion(block: f.Opinion, area: Area) -> Piece:
    style, right = area.styles["text"], w.CELL_RIGHT if area.cell else w.SIGNED
    pen = "签名：" + "\u3000" * 8 + "年\u3000\u3000月\u3000\u3000日"
    blank = w.paragraph(area.styles["line"], "") + w.paragraph(right, pen)

    def write(scope: Scope) -> str:
        parts = []
        for one in scope.context.get("opinions") or ():
            if one.get("role") in block.roles:
                if one.get("text"):
                    parts.append(w.paragraph(style, scope.told(_OPINIONS, str(one["text"]))))
                day = long_date(one["on"]) if one.get("on") else "\u3000\u3000年\u3000\u3000月\u3000\u3000日"
                signed = scope.told(_OPINIONS, f"{one.get('name') or ''}\u3000\u3000{day}")
                parts.append(w.paragraph(right, f"签名：{signed}"))
        return "".join(parts) or blank

    return write


def _sign(block: f.Sign, area: Area) -> Piece:
    style = area.styles["sign"]
    day = "年\u3000\u3000月\u3000\u3000日" if block.dated else ""
    pieces: list[Piece] = []
    for label in block.labels:
        text = compiled_text((*label, "："), cell=area.cell)
        if isinstance(text, str):
            pieces.append(w.ends(style, text, day, area.width))
        else:
            pieces.append(lambda scope, text=text: w.ends(style, text(scope), day, area.width))
    lines = _join(pieces)
    if area.cell:
        return lines
    # Nobody signs on a page of its own what others signed on the one before.
    return w.kept_together(lines) if isinstance(lines, str) else lambda scope: w.kept_together(lines(scope))


def _clause(block: f.Clause, area: Area) -> Piece:
    versions = [
        (start, sequence(blocks, area)) for start, blocks in sorted(block.versions, key=lambda one: one[0])
    ]

    def write(scope: Scope) -> str:
        if scope.context.get("on") is None:  # noted as missing by the walk itself
            return ""
        on = as_date(scope.context["on"])
        for start, piece in reversed(versions):
            if start <= on:
                return _call(piece, scope)
        raise ValueError(
            f"{long_date(on)}尚无条款“{block.code}”，最早一版自{long_date(versions[0][0])}起施行"
        )

    return write


def _seal(block: f.Seal, area: Area) -> Piece:
    def write(scope: Scope) -> str:
        name, day = scope.value(block.agency), scope.value(block.on)
        if name is None or day is None:
            return ""
        return w.signed(scope.told(block.agency, str(name)), scope.told(block.on, long_date(day)))

    return write


def _receipt(block: f.Receipt, area: Area) -> Piece:
    inner = sequence(block.blocks, area)
    return lambda scope: w.DASHES + w.kept_together(_call(inner, scope))


_BLOCKS: dict[type, Callable] = {
    f.Head: _head,
    f.Paragraph: _paragraph,
    f.Listing: _listing,
    f.Table: _table,
    f.Grid: _grid,
    f.When: _when,
    f.Opinion: _opinion,
    f.Sign: _sign,
    f.Clause: _clause,
    f.Seal: _seal,
    f.Receipt: _receipt,
    f.PageBreak: lambda block, area: w.PAGE_BREAK,
}
