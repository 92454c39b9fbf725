"""Pages of a PDF from the WordprocessingML of a paper, with the fonts in it: what a paper looks like once it is archived.

What is set is the very body that the paper's Word file holds (`wordml`, and nothing else of Word): there is no second layout to keep
in step. Nothing here reads a clock, the fonts of the machine or the network, so that equal input gives equal bytes.

Lengths of the XML are twips (1/20 pt); the fonts are Noto Serif SC and Noto Sans SC (SIL Open Font License), of which Typst embeds the
signs a page uses.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

import pylopdf_fonts_zh_cn as noto
import typst

from . import grid
from . import wordml as w

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES = {style.code: style for style in w.STYLES}
_SANS = (w.HEI,)
_MM = 72 / 25.4
# A document's year and number (its bracket opens outside: at the edge of a box it would be trimmed), an amount with its unit, an hour
# with its minutes, a year, month or day with its word, a box with its words (a long one's with the first two), a blank for the pen.
_WHOLE = re.compile(
    r"((?<=〔)\d{4}〕\d+号|\d[\d,]*\.\d\d元|\d{1,2}时\d\d分|\d{1,4}[年月日]|"
    r"[□☑](?:[^□☑\s（）：，]{1,7}(?![^□☑\s：，])|[^□☑\s]{2})|＿{2,8})"
)

_PRELUDE = """#set document(title: TITLE, date: none)
#let serif = ("Noto Serif SC", "Noto Sans SC")
#let sans = ("Noto Sans SC", "Noto Serif SC")
#set text(font: serif, lang: "zh", region: "cn", cjk-latin-spacing: none, top-edge: 0.86em, bottom-edge: -0.14em)
#set par(spacing: 0pt)
#set block(spacing: 0pt)
#let number(place) = context {
  let n = START + here().page() - 1
  set text(size: 12pt, font: sans)
  set align(if calc.odd(n) { right } else { left })
  if START > 0 { str(n) }
}
#let folio = context {
  let n = here().page()
  set text(size: 14pt)
  set align(if calc.odd(n) { right } else { left })
  "— " + str(n) + " —"
}
#let P(align: left, size: 16pt, pitch: 20pt, first: 0pt, left: 0pt, right: 0pt, above: 0pt, below: 0pt, keep: false, justify: false, body) = {
  let lead = calc.max(pitch - size, 0pt)
  block(width: 100%, above: above, below: below, sticky: keep, inset: (left: left, right: right, y: lead / 2), {
    set text(size: size)
    set std.align(align)
    par(leading: lead, justify: justify, first-line-indent: (amount: first, all: true), body)
  })
}
#let T(size: 16pt, face: serif, bold: false, line: false, body) = {
  let narrow = if size == 16pt { TIGHTEN } else { 0pt }
  let it = text(size: size, font: face, tracking: narrow, stroke: if bold { 0.025em } else { none }, body)
  if line { underline(offset: 0.2em, it) } else { it }
}
#let C(tall: 0pt, place: horizon, body) = grid(columns: (0pt, 1fr), align: place, box(height: tall), body)
"""
_PAGE = (
    "#set page(width: 210mm, height: 297mm, "
    f"margin: (top: {w.MARGIN_TOP_MM}mm, bottom: {w.MARGIN_BOTTOM_MM}mm, "
    f"left: {w.MARGIN_LEFT_MM}mm, right: {w.MARGIN_RIGHT_MM}mm), "
    "header-ascent: 18mm, header: number(right), footer-descent: 7mm, footer: FOOTER)\n"
)
_SHEET = (
    "#set page(width: 210mm, height: 297mm, margin: 0mm, header: none, "
    "foreground: place(top + left, dx: 10mm, dy: 10mm, block(width: 190mm, number(right))))\n"
)


@dataclass(frozen=True)
class Body:
    """What a page is set from: the body's XML, the line at the foot of its pages, and whether they bear their own numbers."""

    xml: str
    footer: str = ""
    folio: bool = True


def body_of(docx: bytes) -> Body:
    """The body of a Word file that `docx.pack` made."""
    with zipfile.ZipFile(io.BytesIO(docx)) as file:
        root = ElementTree.fromstring(file.read("word/document.xml"))
        foot = ElementTree.fromstring(file.read("word/footer1.xml"))
    body = root.find(f"{_W}body")
    lines = [_text(one) for one in foot.iter(f"{_W}p")]
    return Body(
        "".join(ElementTree.tostring(one, "unicode") for one in body if one.tag != f"{_W}sectPr"),
        lines[0] if len(lines) > 1 else "",
    )


def paper(body: Body, *, title: str, start: int = 0) -> bytes:
    """The PDF of a body. `start`: the number of its first page in a volume, in the outer top corner; 0 for none."""
    folio = "folio" if body.folio else "none"
    footer = f"[#P(size: 12pt, {_string(body.footer)})#{folio}]" if body.footer else folio
    page = _PAGE.replace("FOOTER", footer)
    main = ElementTree.fromstring(f'<w:body xmlns:w="{_W[1:-1]}">{body.xml}</w:body>')
    return _compiled(f"{_prelude(title, start)}{page}#{{\n{''.join(_blocks(main))}}}\n", "/")


def write_paper(out: BinaryIO, docx: bytes, title: str) -> None:
    """The PDF of a Word file that `docx.pack` made, for the process that makes files."""
    out.write(paper(body_of(docx), title=title))


def sheets(root: Path, place: str, form: str, pages: int, *, title: str, start: int = 0) -> bytes:
    """The PDF of a picture (`form` jpg, png) or of the pages of a PDF (`form` pdf) kept at `place` under `root`: as they are, one to
    a page. Only what is drawn comes over: no script, form or link of a file that somebody sent."""
    each = [
        f"image({_string('/' + place)}, format: {_string(form)}, width: 100%, height: 100%, fit: "
        f'"contain"{f", page: {one}" if form == "pdf" else ""})'
        for one in range(1, pages + 1)
    ]
    return _compiled(f"{_prelude(title, start)}{_SHEET}#{' + pagebreak() + '.join(each)}\n", str(root))


def _prelude(title: str, start: int) -> str:
    told = {"TITLE": _string(title), "START": str(start), "TIGHTEN": _points(w.TIGHTEN)}
    return re.sub("TITLE|START|TIGHTEN", lambda match: told[match[0]], _PRELUDE)


def _compiled(source: str, root: str) -> bytes:
    made = typst.compile(
        source.encode(),
        root=root,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        timestamp=0,
        pdf_tags=False,
    )
    return bytes(made)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(noto.serif_path().parent)],
    )


def _string(text: str) -> str:
    """A text as a string of Typst: nothing in it is ever markup."""
    inner = "".join(sign for sign in text if sign >= " " and sign not in "\x7f\ufeff")
    return '"' + inner.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _points(twip: Any) -> str:
    return f"{float(twip) / 20:g}pt"


def _text(one: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in one.iter(f"{_W}t"))


def _blocks(parent: ElementTree.Element) -> Iterator[str]:
    for one in parent:
        if one.tag == f"{_W}p":
            yield _paragraph(one)
        elif one.tag == f"{_W}tbl":
            yield _table(one)


def _value(one: ElementTree.Element | None, name: str, otherwise: Any = None) -> Any:
    return otherwise if one is None else one.get(f"{_W}{name}", otherwise)


def _paragraph(one: ElementTree.Element) -> str:
    """A paragraph as a call of `P`: its style, with what the paragraph itself says instead."""
    own = one.find(f"{_W}pPr")
    style = _STYLES[_value(own.find(f"{_W}pStyle") if own is not None else None, "val", "Body")]
    if any(_value(br, "type") == "page" for br in one.iter(f"{_W}br")):
        return "pagebreak(weak: true)\n"
    of = {child.tag.removeprefix(_W): child for child in own} if own is not None else {}
    if "pBdr" in of:
        return 'block(sticky: true, above: 12pt, below: 6pt, line(length: 100%, stroke: (thickness: 0.6pt, dash: "dashed")))\n'
    indent, spacing = of.get("ind"), of.get("spacing")
    line = _value(spacing, "line", style.line)
    align = _value(of.get("jc"), "val", style.align)
    told = {
        "align": {"both": "left", "end": "right", "start": "left"}.get(align, align),
        "size": f"{style.size:g}pt",
        "pitch": _points(line) if line else f"{style.size * 1.3:g}pt",
        "first": _points(_value(indent, "firstLine", style.first * style.size * 20)),
        "left": _points(_value(indent, "left", style.left * style.size * 20)),
        "right": _points(_value(indent, "right", style.right * style.size * 20)),
        "above": _points(_value(spacing, "before", style.before)),
        "below": _points(_value(spacing, "after", style.after)),
        "keep": str(style.keep_next or "keepNext" in of).lower(),
        # A line that ends before a blank for the pen is not drawn apart to reach the edge.
        "justify": str(align == "both" and "＿" not in _text(one)).lower(),
    }
    plain = {"align": "left", "keep": "false", "justify": "false"} | dict.fromkeys(
        ("first", "left", "right", "above", "below"), "0pt"
    )
    written = ", ".join(f"{name}: {value}" for name, value in told.items() if plain.get(name) != value)
    runs = "; ".join(_runs(one, style)) or '""'
    return f"P({written}, {{{runs}}})\n"


def _runs(one: ElementTree.Element, style: w.Style) -> Iterator[str]:
    for run in one.iter(f"{_W}r"):
        of = {child.tag.removeprefix(_W): child for child in run.find(f"{_W}rPr") or ()}
        face = _value(of.get("rFonts"), "eastAsia", style.face)
        told = [f"size: {float(_value(of.get('sz'), 'val', style.size * 2)) / 2:g}pt"]
        if face in _SANS:
            told.append("face: sans")
        if "b" in of:
            told.append("bold: true")
        if "u" in of:
            told.append("line: true")
        for part in run:
            if part.tag == f"{_W}t" and part.text:
                # What is read as one sign is never broken.
                for at, stretch in enumerate(_WHOLE.split(part.text)):
                    if stretch:
                        written = f"T({', '.join(told)}, {_string(stretch)})"
                        yield f"box({written})" if at % 2 else written
            elif part.tag == f"{_W}tab":
                yield "h(1fr)"
            elif part.tag == f"{_W}br":
                yield "linebreak()"


def _table(one: ElementTree.Element) -> str:
    """Rows and cells; a cell merged downward (vMerge) spans the rows that continue it."""
    widths = [_points(_value(column, "w", 0)) for column in one.iter(f"{_W}gridCol")]
    ruled = one.find(f"{_W}tblPr/{_W}tblBorders") is not None
    rows = grid.rows(one)
    head = 0
    while head < len(rows) and rows[head][0].find(f"{_W}trPr/{_W}tblHeader") is not None:
        head += 1
    told = [_row(row, cells) for row, cells in rows]
    header = f"table.header({', '.join(told[:head])}), " if head else ""
    return (
        f"block(width: 100%, align(center, table(columns: ({', '.join(widths)},), "
        f"stroke: {'0.5pt' if ruled else 'none'}, inset: (x: 4.25pt, y: 1.4pt), align: left + horizon, "
        f"{header}{', '.join(filter(None, told[head:]))})))\n"
    )


def _row(row: ElementTree.Element, cells: list[grid.Cell]) -> str:
    tall = float(_value(row.find(f"{_W}trPr/{_W}trHeight"), "val", 0)) / 20
    whole = row.find(f"{_W}trPr/{_W}cantSplit") is not None and len(_text(row)) < 400
    told = []
    for span, down, cell in cells:
        place = _value(cell.find(f"{_W}tcPr/{_W}vAlign"), "val", "top")
        place = {"center": "horizon", "top": "top", "bottom": "bottom"}[place]
        options = [f"colspan: {span}"] * (span > 1) + [f"rowspan: {down}"] * (down > 1)
        options.append(f"align: {place}")
        options += ["breakable: false"] * whole
        # Room for the rules and the space above and below a text.
        room = max(0.0, tall - 3.3) if down == 1 else 0
        inner = "".join(_blocks(cell)) or '""'
        told.append(f"table.cell({', '.join(options)}, C(tall: {room:g}pt, place: {place}, {{\n{inner}}}))")
    return ", ".join(told)
