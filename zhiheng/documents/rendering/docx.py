"""Word files written directly: fast, the same bytes for the same content, laid out per GB/T 9704-2012.

:func:`pack` wraps a body made with :mod:`wordml` (the forms use it); :class:`Document` builds one piece by piece (the
annual report uses it).
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from . import wordml as w

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PNG = b"\x89PNG\r\n\x1a\n"
_EMU_PER_MM = 36000

_DOCUMENT_OPEN = (
    f'{_XML}<w:document xmlns:w="{_MAIN}" xmlns:r="{_OFFICE}" xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture" '
    f'xmlns:wp="{_DRAWING}/wordprocessingDrawing"><w:body>'
)
# The bottom edge of the number stands 7 mm and its own 5 mm below the type area.
_SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
    f'<w:pgSz w:w="{w.twips(210)}" w:h="{w.twips(297)}"/>'
    f'<w:pgMar w:top="{w.twips(w.MARGIN_TOP_MM)}" w:right="{w.twips(w.MARGIN_RIGHT_MM)}" '
    f'w:bottom="{w.twips(w.MARGIN_BOTTOM_MM)}" w:left="{w.twips(w.MARGIN_LEFT_MM)}" w:header="851" '
    f'w:footer="{w.twips(w.MARGIN_BOTTOM_MM - 12)}" w:gutter="0"/>'
    f'<w:docGrid w:type="lines" w:linePitch="{w.LINE_PITCH}"/></w:sectPr>'
)


@dataclass(frozen=True)
class Run:
    """A stretch of text inside a paragraph; ``face`` is one of the fonts of :data:`wordml.FALLBACKS`."""

    text: str
    bold: bool = False
    underline: bool = False
    face: str | None = None


def pack(
    body: str, *, title: str, author: str, on: date, signers: str = "", pictures: Sequence[bytes] = ()
) -> bytes:
    """Wrap body XML into a .docx file.

    ``author`` is the issuing office and ``on`` the day of the paper: both go into the metadata, no clock is read.
    ``signers`` is a line every page carries above its number (records are signed on each page).
    """
    buffer = io.BytesIO()
    buffer.write(_begun(signers, len(pictures)))
    with zipfile.ZipFile(buffer, "a") as archive:
        _add(archive, "docProps/core.xml", _core(title, author, on).encode())
        _add(archive, "word/document.xml", f"{_DOCUMENT_OPEN}{body}{_SECTION}</w:body></w:document>".encode())
        for number, picture in enumerate(pictures, 1):
            _add(archive, f"word/media/image{number}.png", picture)
    return buffer.getvalue()


class Document:
    """A paper built from top to bottom. Every method appends one piece; :meth:`save` returns the file.

    ``title`` and ``author`` (the issuing office) fill the metadata; ``on`` is the day printed as date of the file.
    """

    def __init__(self, *, title: str, author: str, on: date) -> None:
        self._title, self._author, self._on = title, author, on
        self._parts: list[str] = []
        self._pictures: list[bytes] = []

    def title(self, text: str, *, subtitle: str = "") -> None:
        """The centred title; line breaks in ``text`` are where the title is broken."""
        self._parts.append(w.paragraph(w.TITLE, text))
        if subtitle:
            self._parts.append(f"{w.NUMBER.paragraph_open()}{w.run(subtitle, w.KAI)}</w:p>")

    def heading(self, text: str, level: int = 1) -> None:
        """A heading: level 1 ``一、`` in 黑体, 2 ``（一）`` in 楷体, 3 ``1.`` in 仿宋."""
        if level not in (1, 2, 3):
            raise ValueError(f"标题层级只有 1、2、3，收到 {level}")
        self._parts.append(w.paragraph(w.HEADING[level - 1], text))

    def paragraph(
        self, *inlines: str | Run, align: str = "both", indent: bool = True, new_page: bool = False
    ) -> None:
        """Body text; ``align`` is ``both``, ``left``, ``center`` or ``right``. ``new_page``: it begins one, without leaving an
        empty page where the text before it ends with a full one."""
        style = w.BODY if indent and align == "both" else w.FLUSH
        extra = "<w:pageBreakBefore/>" if new_page else ""
        extra += "" if align == "both" else f'<w:jc w:val="{align}"/>'
        runs = "".join(
            w.run(inline)
            if isinstance(inline, str)
            else w.run(inline.text, inline.face or w.FANG, bold=inline.bold, underline=inline.underline)
            for inline in inlines
        )
        self._parts.append(f"{style.paragraph_open(extra=extra)}{runs}</w:p>")

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        caption: str = "",
        widths: Sequence[float] | None = None,
        align: str = "",
        total: bool = False,
    ) -> None:
        """A ruled table whose header repeats on each page.

        ``widths`` are proportions; ``align`` has one letter per column (``l``, ``c``, ``r``; numbers stand right if
        omitted); ``total`` sets the last row bold. Cells are written with ``str``; None is an empty cell.
        """
        columns = w.share(tuple(widths) if widths else (1,) * len(header))
        if len(columns) != len(header) or (align and len(align) != len(header)):
            raise ValueError(f"表格有 {len(header)} 列，列宽或对齐方式的个数与之不同")
        rows = list(rows)
        parts = [w.paragraph(w.CAPTION, caption)] if caption else []
        parts.append(w.table_open(columns))
        parts.append(w.header_row(columns, map(str, header)))
        styles = {"l": w.FINE, "c": w.FINE_CENTER, "r": w.FINE_RIGHT}
        for index, row in enumerate(rows):
            if len(row) != len(columns):
                raise ValueError(f"表格“{caption}”第 {index + 1} 行有 {len(row)} 格，应有 {len(columns)} 格")
            bold = total and index == len(rows) - 1
            parts.append(w.row_open(7))
            for position, value in enumerate(row):
                number = isinstance(value, int | float) and not isinstance(value, bool)
                style = styles[align[position]] if align else styles["r" if number else "l"]
                text = "" if value is None else f"{value:,}" if number else str(value)
                inner = w.run(text, size=10.5, bold=bold)
                parts.append(f"{w.cell_open(columns[position])}{style.paragraph_open()}{inner}</w:p></w:tc>")
            parts.append("</w:tr>")
        parts.append("</w:tbl>" + w.SPACER)
        self._parts += parts

    def picture(self, png: bytes, *, caption: str, alt: str = "", width_mm: float = 150) -> None:
        """A PNG, scaled to ``width_mm`` (never wider than the type area); ``alt`` says the same to who cannot see it."""
        if not png.startswith(_PNG) or len(png) < 24:
            raise ValueError(f"插图“{caption}”不是 PNG 文件，请先转换为 PNG")
        pixels = struct.unpack(">II", png[16:24])
        if not all(pixels):
            raise ValueError(f"插图“{caption}”的宽或高为零，文件已损坏")
        limit = 210 - w.MARGIN_LEFT_MM - w.MARGIN_RIGHT_MM
        across = min(width_mm, limit, 200 * pixels[0] / pixels[1])
        self._pictures.append(png)
        number = len(self._pictures)
        drawing = _drawing(
            number,
            round(across * _EMU_PER_MM),
            round(across * pixels[1] / pixels[0] * _EMU_PER_MM),
            alt or caption,
        )
        self._parts.append(
            f"{w.PICTURE.paragraph_open()}<w:r>{drawing}</w:r></w:p>{w.paragraph(w.CAPTION, caption)}"
        )

    def attachments(self, names: Sequence[str]) -> None:
        """The list of attachments below the text, one line apart."""
        self._parts.append(w.paragraph(w.FLUSH, "\u3000"))
        for index, name in enumerate(names):
            label = "附件：" if index == 0 else "\u3000\u3000\u3000"
            number = f"{index + 1}." if len(names) > 1 else ""
            self._parts.append(w.paragraph(w.BODY, f"{label}{number}{name}"))

    def signature(self, agency: str, day: str) -> None:
        """Agency and date with room for the seal, tied to the text before."""
        if self._parts:
            self._parts[-1] = w.keep_with_next(self._parts[-1])
        self._parts.append(w.signed(agency, day))

    def imprint(self, *, issuer: str, issued_on: str, copies_to: str = "") -> None:
        """The 版记 at the foot of the last page: copies, issuing office, day of issue."""
        self._parts.append(_imprint(issuer, issued_on, copies_to))

    def save(self) -> bytes:
        return pack(
            "".join(self._parts), title=self._title, author=self._author, on=self._on, pictures=self._pictures
        )


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    entry.create_system = 3  # the same bytes whichever system writes them
    archive.writestr(entry, content, compresslevel=None if name.endswith(".png") else 6)


def _core(title: str, author: str, on: date) -> str:
    stamp = f"{on.isoformat()}T00:00:00Z"
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{w.escape(title)}</dc:title><dc:creator>{w.escape(author)}</dc:creator>"
        f"<cp:lastModifiedBy>{w.escape(author)}</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{stamp}</dcterms:modified><dc:language>zh-CN</dc:language>'
        "</cp:coreProperties>"
    )


def _drawing(number: int, across: int, down: int, alt: str) -> str:
    text = w.escape(alt).replace('"', "&quot;")
    return (
        f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{across}" cy="{down}"/>'
        f'<wp:docPr id="{number}" name="图{number}" descr="{text}"/><a:graphic><a:graphicData uri="{_DRAWING}/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="图{number}" descr="{text}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="rIdP{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{across}" cy="{down}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def _imprint(issuer: str, issued_on: str, copies_to: str) -> str:
    """A table floating at the foot of the type area: outer rules 0.35 mm, inner 0.25 mm (GB/T 9704, 版记)."""
    issuer_width = w.TEXT_WIDTH * 3 // 5
    columns = [issuer_width, w.TEXT_WIDTH - issuer_width]
    outer, inner = (
        'w:val="single" w:sz="8" w:space="0" w:color="000000"',
        'w:val="single" w:sz="6" w:space="0" w:color="000000"',
    )
    borders = f"<w:tblBorders><w:top {outer}/><w:bottom {outer}/><w:insideH {inner}/></w:tblBorders>"
    place = '<w:tblpPr w:horzAnchor="margin" w:vertAnchor="margin" w:tblpXSpec="left" w:tblpYSpec="bottom"/>'
    opening = w.table_open(columns, rules=False)
    opening = opening.replace("<w:tblPr>", f"<w:tblPr>{place}", 1).replace(
        '<w:jc w:val="center"/>', borders, 1
    )
    rows = ""
    if copies_to:
        cell = w.cell_open(w.TEXT_WIDTH, span=2)
        rows = f"{w.row_open()}{cell}{w.paragraph(w.IMPRINT, f'抄送：{copies_to}。')}</w:tc></w:tr>"
    day = f'{w.IMPRINT.paragraph_open(extra="")[: -len("</w:pPr>")]}<w:jc w:val="right"/></w:pPr>{w.run(f"{issued_on}印发", size=14)}</w:p>'
    rows += (
        f"{w.row_open()}{w.cell_open(columns[0])}{w.paragraph(w.IMPRINT, issuer)}</w:tc>"
        f"{w.cell_open(columns[1])}{day}</w:tc></w:tr>"
    )
    rows = rows.replace('<w:pStyle w:val="Imprint"/>', '<w:pStyle w:val="Imprint"/><w:keepNext/>')
    return f"{opening}{rows}</w:tbl>{w.SPACER}"


@lru_cache(maxsize=128)
def _begun(signers: str, pictures: int) -> bytes:
    """An archive of every part that does not depend on the content, to be gone on with: packing them is most of the work."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in _fixed_parts(signers, pictures):
            _add(archive, name, content)
    return buffer.getvalue()


def _fixed_parts(signers: str, pictures: int) -> tuple[tuple[str, bytes], ...]:
    """Name and content of those parts."""
    relation = f'<Relationship Id="{{}}" Type="{_OFFICE}/{{}}" Target="{{}}"/>'
    relations = [
        relation.format(*values)
        for values in (
            ("rId1", "styles", "styles.xml"),
            ("rId2", "settings", "settings.xml"),
            ("rId3", "fontTable", "fontTable.xml"),
            ("rId4", "footer", "footer1.xml"),
            ("rId5", "footer", "footer2.xml"),
            *((f"rIdP{n}", "image", f"media/image{n}.png") for n in range(1, pictures + 1)),
        )
    ]
    kinds = {
        "document": "document.main",
        "styles": "styles",
        "settings": "settings",
        "fontTable": "fontTable",
    }
    kinds |= {"footer1": "footer", "footer2": "footer"}
    types = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_CONTENT}.{kind}+xml"/>'
        for part, kind in kinds.items()
    )
    parts = {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>{types}'
        f'<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        "</Types>",
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        + relation.format("rId1", "officeDocument", "word/document.xml")
        + f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
        "word/_rels/document.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(relations)}</Relationships>',
        "word/styles.xml": f'{_XML}<w:styles xmlns:w="{_MAIN}"><w:docDefaults><w:rPrDefault>'
        + w.run_properties(w.FANG, 16).replace(
            "</w:rPr>", '<w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr>'
        )
        + "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        + "".join(style.sheet for style in w.STYLES)
        + "</w:styles>",
        "word/settings.xml": f'{_XML}<w:settings xmlns:w="{_MAIN}"><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>',
        "word/fontTable.xml": f'{_XML}<w:fonts xmlns:w="{_MAIN}">'
        + "".join(
            f'<w:font w:name="{face}"><w:altName w:val="{",".join(others)}"/><w:charset w:val="86"/></w:font>'
            for face, others in w.FALLBACKS.items()
        )
        + "</w:fonts>",
        "word/footer1.xml": _footer(w.FOOTER_ODD, signers),
        "word/footer2.xml": _footer(w.FOOTER_EVEN, signers),
    }
    return tuple((name, content.encode()) for name, content in parts.items())


def _footer(style: w.Style, signers: str) -> str:
    line = w.paragraph(w.FOOTER_SIGN, signers) if signers else ""
    return f'{_XML}<w:ftr xmlns:w="{_MAIN}">{line}{style.paragraph_open()}{w.PAGE_NUMBER}</w:ftr>'
