"""WordprocessingML as strings: characters, paragraphs and tables in the layout of GB/T 9704-2012.

The layout is a table of :class:`Style` objects, from which both ``styles.xml`` and the XML around a text are made, so
that a paper and its style sheet cannot disagree. Every run names its Chinese font in all four font slots: Word then
sets quotes and dashes in it too, and no theme font can replace it.

Lengths: ``mm`` millimetres, ``pt`` points, ``chars`` widths of one character; inside the XML twips (1/20 pt).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

FANG, SONG, HEI, KAI, XIAOBIAO = "仿宋_GB2312", "宋体", "黑体", "楷体_GB2312", "方正小标宋简体"
FALLBACKS = {
    FANG: ("仿宋", "FangSong", "STFangsong", "FandolFang R", "Noto Serif CJK SC"),
    SONG: ("SimSun", "STSong", "FandolSong", "Noto Serif CJK SC"),
    HEI: ("SimHei", "STHeiti", "FandolHei", "Noto Sans CJK SC"),
    KAI: ("楷体", "KaiTi", "STKaiti", "FandolKai", "Noto Serif CJK SC"),
    XIAOBIAO: ("方正小标宋_GBK", "华文中宋", "STZhongsong", "FandolSong", "Noto Serif CJK SC"),
}
"""The fonts a paper may use, each with what to take instead, best first (written into the font table)."""

PAGE_MM = (210, 297)
MARGIN_TOP_MM, MARGIN_BOTTOM_MM, MARGIN_LEFT_MM, MARGIN_RIGHT_MM = 37, 35, 28, 26
LINES, CHARACTERS = 22, 28


def twips(mm: float) -> int:
    """Millimetres as twips, rounded down so that a page never holds less than the standard asks."""
    return int(mm / 25.4 * 1440)


TEXT_WIDTH = twips(PAGE_MM[0]) - twips(MARGIN_LEFT_MM) - twips(MARGIN_RIGHT_MM)
LINE_PITCH = (twips(PAGE_MM[1]) - twips(MARGIN_TOP_MM) - twips(MARGIN_BOTTOM_MM)) // LINES
# 28 characters of 16 pt are wider than the type area: each gives way a little. A character grid would say the same, but
# LibreOffice and WPS set a 16 pt character into two cells of a 15.8 pt grid.
TIGHTEN = int(TEXT_WIDTH / CHARACTERS - 16 * 20) - 1

_UNSAFE = re.compile("[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escape(text: str) -> str:
    """Make any text fit for XML: markup escaped, control characters and lone surrogates dropped, rare hanzi kept."""
    if not _UNSAFE.search(text):
        return text
    return _UNSAFE.sub(lambda match: _ESCAPES.get(match[0], ""), text)


@dataclass(frozen=True)
class Style:
    """One paragraph style. ``line`` is the exact line pitch in twips, None lets the line grow with its content."""

    code: str
    name: str
    face: str = FANG
    size: float = 16
    bold: bool = False
    align: str = "both"
    first: float = 0
    left: float = 0
    right: float = 0
    line: int | None = LINE_PITCH
    before: int = 0
    after: int = 0
    keep_next: bool = False
    outline: int | None = None
    grid: bool = True

    @cached_property
    def open(self) -> str:
        """What stands before the text of a paragraph with one run."""
        return f"{self.paragraph_open()}{self.run_open}"

    @cached_property
    def run_open(self) -> str:
        return f'<w:r>{run_properties(self.face, self.size, bold=self.bold)}<w:t xml:space="preserve">'

    def paragraph_open(self, *, right: float | None = None, keep_next: bool = False, extra: str = "") -> str:
        """The opening of a paragraph; ``right`` replaces the right indent (chars), ``extra`` is raw pPr before jc."""
        keep = "<w:keepNext/>" if keep_next else ""
        indent = "" if right is None else indents(self.first, self.left, right, self.size)
        return f'<w:p><w:pPr><w:pStyle w:val="{self.code}"/>{keep}{extra}{indent}</w:pPr>'

    @cached_property
    def sheet(self) -> str:
        """The entry of this style in ``styles.xml``."""
        spacing = f'<w:spacing w:before="{self.before}" w:after="{self.after}"'
        if self.line is None:
            spacing += ' w:line="240" w:lineRule="auto"/>'
        else:
            spacing += f' w:line="{self.line}" w:lineRule="exact"/>'
        default, based = ("", '<w:basedOn w:val="Body"/>') if self.code != "Body" else (' w:default="1"', "")
        return (
            f'<w:style w:type="paragraph"{default} w:styleId="{self.code}"><w:name w:val="{self.name}"/>{based}<w:qFormat/>'
            + f'<w:pPr><w:keepNext w:val="{int(self.keep_next)}"/>'
            + '<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
            + ("" if self.grid else '<w:snapToGrid w:val="0"/>')
            + spacing
            + indents(self.first, self.left, self.right, self.size)
            + f'<w:jc w:val="{self.align}"/>'
            + (f'<w:outlineLvl w:val="{self.outline}"/>' if self.outline is not None else "")
            + f"</w:pPr>{run_properties(self.face, self.size, bold=self.bold)}</w:style>"
        )


def indents(first: float, left: float, right: float, size: float) -> str:
    """Indents in characters, with the same length in twips beside them for programs that ignore characters."""

    def pair(name: str, chars: float) -> str:
        return f' w:{name}Chars="{round(chars * 100)}" w:{name}="{round(chars * size * 20)}"'

    return f"<w:ind{pair('left', left)}{pair('right', right)}{pair('firstLine', first)}/>"


def run_properties(face: str, size: float, *, bold: bool = False, underline: bool = False) -> str:
    half = round(size * 2)
    return (
        f'<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}" w:cs="{face}"/>'
        + ("<w:b/>" if bold else "")
        + (f'<w:spacing w:val="{TIGHTEN}"/>' if size == 16 else "")
        + f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
        + ('<w:u w:val="single"/>' if underline else "")
        + "</w:rPr>"
    )


CLOSE = "</w:t></w:r></w:p>"

BODY = Style("Body", "Normal", first=2)
FLUSH = Style("Flush", "主送与顶格")
AGENCY = Style("Agency", "机关名称", XIAOBIAO, 22, align="center", line=700, keep_next=True, grid=False)
TITLE = Style(
    "DocTitle", "Title", XIAOBIAO, 22, align="center", line=700, after=120, keep_next=True, grid=False
)
NUMBER = Style("Number", "文号", align="center", after=240, keep_next=True)
MARGINAL = Style("Marginal", "题下行", size=14, align="left", line=480, after=60, keep_next=True, grid=False)
CENTER = Style("Center", "居中", align="center")
HEADING = (
    Style("Heading1", "heading 1", HEI, first=2, keep_next=True, outline=0, align="left"),
    Style("Heading2", "heading 2", KAI, first=2, keep_next=True, outline=1, align="left"),
    Style("Heading3", "heading 3", FANG, first=2, keep_next=True, outline=2, align="left"),
)
SIGNED = Style("Signed", "署名", align="right", keep_next=True)
DATED = Style("Dated", "成文日期", align="right", right=4, keep_next=True)
SIGNATURE = Style("Signature", "签名行", size=14, line=520, align="left", grid=False)
NOTE = Style("Note", "附注", size=14, line=440, align="both", first=2, grid=False)
COPIES = Style("Copies", "份数与抄送", size=14, line=440, align="both", grid=False, before=120)
CAPTION = Style("Caption", "caption", HEI, 14, align="center", line=520, keep_next=True, grid=False)
PICTURE = Style("Picture", "图", align="center", line=None, keep_next=True, grid=False)
LABEL = Style("Label", "表格栏目", size=12, align="center", line=None, grid=False)
CELL = Style("Cell", "表格内容", size=12, align="left", line=None, grid=False)
CELL_TEXT = Style("CellText", "表格正文", size=12, align="both", first=2, line=None, grid=False)
CELL_RIGHT = Style("CellRight", "表格数字", size=12, align="right", line=None, grid=False)
FINE = Style("Fine", "密排表格", size=10.5, align="left", line=None, grid=False)
FINE_CENTER = Style("FineCenter", "密排居中", size=10.5, align="center", line=None, grid=False)
FINE_RIGHT = Style("FineRight", "密排数字", size=10.5, align="right", line=None, grid=False)
FINE_LABEL = Style("FineLabel", "密排栏目", HEI, size=10.5, align="center", line=None, grid=False)
IMPRINT = Style("Imprint", "版记", size=14, align="left", left=1, right=1, line=440, grid=False)
FOOTER_ODD = Style("FooterOdd", "单页页码", SONG, 14, align="right", right=1, line=None, grid=False)
FOOTER_EVEN = Style("FooterEven", "双页页码", SONG, 14, align="left", left=1, line=None, grid=False)
FOOTER_SIGN = Style("FooterSign", "每页签名", size=12, align="left", line=None, grid=False)

STYLES: tuple[Style, ...] = (
    BODY, FLUSH, CENTER, AGENCY, TITLE, NUMBER, MARGINAL, *HEADING, SIGNED, DATED, SIGNATURE, NOTE, COPIES, CAPTION, PICTURE, LABEL,
    CELL, CELL_TEXT, CELL_RIGHT, FINE, FINE_CENTER, FINE_RIGHT, FINE_LABEL, IMPRINT, FOOTER_ODD, FOOTER_EVEN, FOOTER_SIGN,
)  # fmt: skip

SPACER = '<w:p><w:pPr><w:pStyle w:val="Fine"/><w:spacing w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
"""A thin empty paragraph: two tables that touch would become one."""

DASHES = (
    '<w:p><w:pPr><w:pStyle w:val="Fine"/><w:keepNext/><w:pBdr><w:top w:val="dashed" w:sz="6" w:space="1" w:color="000000"/>'
    '</w:pBdr><w:spacing w:before="240" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
)
"""The rule above a slip to be torn off."""

PAGE_BREAK = '<w:p><w:pPr><w:pStyle w:val="Flush"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'


def paragraph(style: Style, text: str) -> str:
    """A paragraph of one run. Line breaks in ``text`` start further paragraphs; blank lines are dropped."""
    if "\n" in text:
        return "".join(paragraph(style, line) for line in text.split("\n") if line.strip())
    return f"{style.open}{escape(text)}{CLOSE}"


def run(text: str, face: str = FANG, size: float = 16, *, bold: bool = False, underline: bool = False) -> str:
    properties = run_properties(face, size, bold=bold, underline=underline)
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def fitted(style: Style, text: str) -> str:
    """A one-line paragraph whose characters shrink, down to 16 pt, until the text fits the line."""
    size = max(16.0, min(style.size, TEXT_WIDTH / 20 / max(width(text), 1) // 0.5 * 0.5))
    return f"{style.paragraph_open()}{run(text, style.face, size)}</w:p>"


def ends(style: Style, left: str, right: str, across: int) -> str:
    """One line with a text at each end of ``across`` twips; where they do not both fit, a line for each, so that neither is broken."""
    if left and right and (width(left) + 1 + width(right)) * style.size * 20 > across:
        return ends(style, left, "", across) + ends(style, "", right, across)
    stop = f'<w:tabs><w:tab w:val="right" w:pos="{across - (200 if across < TEXT_WIDTH else 0)}"/></w:tabs>'
    tail = f'</w:t><w:tab/><w:t xml:space="preserve">{escape(right)}' if right else ""
    return f"{style.paragraph_open(extra=stop)}{style.run_open}{escape(left)}{tail}{CLOSE}"


_PARAGRAPH = re.compile(r'(<w:p><w:pPr><w:pStyle w:val="\w+"/>)(?!<w:keepNext/>)')


def kept_together(xml: str) -> str:
    """Tie each paragraph to the next: a slip that is torn off stands on one page."""
    *before, last = re.split("(?=<w:p><w:pPr>)", xml)
    return "".join(_PARAGRAPH.sub(r"\1<w:keepNext/>", one) for one in before) + last


def keep_with_next(xml: str) -> str:
    """Tie the last paragraph of ``xml`` to what follows, so that a signature never stands alone on a page."""
    start = xml.rfind("<w:p><w:pPr>")
    end = xml.find("/>", start)
    if start < 0 or xml.rfind("</w:tbl>") > start or "<w:keepNext/>" in xml[start:]:
        return xml
    return f"{xml[: end + 2]}<w:keepNext/>{xml[end + 2 :]}"


def signed(agency: str, day: str) -> str:
    """Agency and date under a sealed paper: the date four characters in, the agency centred on it, room for the seal."""
    right = max(0.0, 4 + (width(day) - width(agency)) / 2)
    date_right = max(4.0, (width(agency) - width(day)) / 2)
    space = f'<w:spacing w:before="{LINE_PITCH}" w:after="0" w:line="{LINE_PITCH}" w:lineRule="exact"/>'
    return (
        f"{SIGNED.paragraph_open(right=right, extra=space)}{SIGNED.run_open}{escape(agency)}{CLOSE}"
        f"{DATED.paragraph_open(right=date_right)}{DATED.run_open}{escape(day)}{CLOSE}"
    )


_TRACE = re.compile("\ue000[^\ue001]*\ue001|\ue002")


def width(text: str) -> float:
    """Width of a text in characters: ASCII counts half, marks of a preview (`forms.scope.FROM`) nothing."""
    return sum(0.5 if character < "\x80" else 1 for character in _TRACE.sub("", text))


def balanced(label: str, limit: int) -> str:
    """Break a label of a table into lines of at most ``limit`` characters.

    A space in the label marks where it may break and is never printed; without one it breaks before a bracket, then
    in equal parts.
    """
    if len(whole := label.replace(" ", "")) <= limit:
        return whole
    lines = []
    for part in label.split(" ") if " " in label else re.split("(?=（)", label):
        count = max(1, -(-len(part) // max(limit, 1)))
        size = -(-len(part) // count)
        while part:
            cut = size + 1 if part[size : size + 1] in ("、", "）") else size
            lines.append(part[:cut])
            part = part[cut:]
    return "\n".join(lines)


def titled(title: str) -> str:
    """A title, its lines broken where :func:`title_lines` says, in one paragraph: what it says is the same."""
    inner = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(line) for line in title_lines(title))
    return f"{TITLE.open}{inner}{CLOSE}"


def title_lines(title: str) -> list[str]:
    """A title in lines of about one length, each ending where a word may: no line of a single character is left over."""
    room = int(TEXT_WIDTH / 20 / TITLE.size)
    count = -(-len(title) // room)
    lines = []
    for left in range(count, 1, -1):
        aim = -(-len(title) // left)
        places = range(max(aim - 4, len(title) - room * (left - 1)), min(aim + 4, room) + 1)
        cut = min(
            places,
            key=lambda place: (
                title[place - 1] not in "的案、，",
                title[place : place + 1] in "的、，",
                abs(place - aim),
            ),
        )
        lines.append(title[:cut])
        title = title[cut:]
    return [*lines, title]


def cell_open(twip: int, *, span: int = 1, merge: str = "", align: str = "center") -> str:
    """The opening of a table cell; ``merge`` is ``restart`` or ``continue`` for a cell that spans rows."""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{twip}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + (f'<w:vMerge w:val="{merge}"/>' if merge else "")
        + f'<w:vAlign w:val="{align}"/></w:tcPr>'
    )


def row_open(height_mm: float = 0, *, header: bool = False, splits: bool = False) -> str:
    """The opening of a row at least ``height_mm`` high; a header row repeats on each page, a long one may split."""
    properties = (
        ("" if splits else "<w:cantSplit/>")
        + (f'<w:trHeight w:val="{twips(height_mm)}" w:hRule="atLeast"/>' if height_mm else "")
        + ("<w:tblHeader/>" if header else "")
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>" if properties else "<w:tr>"


def header_row(widths: list[int] | tuple[int, ...], names: Iterable[str]) -> str:
    """The row of a list's headings, which stands again on each page."""
    cells = (
        f"{cell_open(width)}{paragraph(FINE_LABEL, name)}</w:tc>"
        for width, name in zip(widths, names, strict=True)
    )
    return f"{row_open(8, header=True)}{''.join(cells)}</w:tr>"


def table_open(widths: list[int] | tuple[int, ...], *, rules: bool = True) -> str:
    """The opening of a fixed table with columns of ``widths`` twips, ruled with half-point lines."""
    sides = ["top", "left", "bottom", "right", "insideH", "insideV"]
    rule = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        + (f"<w:tblBorders>{rule}</w:tblBorders>" if rules else "")
        + '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="28" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
        '<w:bottom w:w="28" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{twip}"/>' for twip in widths)
        + "</w:tblGrid>"
    )


def share(parts: list[float] | tuple[float, ...], total: int = TEXT_WIDTH) -> list[int]:
    """Split ``total`` twips in proportion to ``parts``, to the last twip."""
    whole = sum(parts)
    edges = [round(total * sum(parts[: i + 1]) / whole) for i in range(len(parts))]
    return [edge - before for before, edge in zip([0, *edges], edges, strict=False)]


PAGE_NUMBER = (
    '{run}— </w:t></w:r><w:r>{rpr}<w:fldChar w:fldCharType="begin"/></w:r><w:r>{rpr}<w:instrText xml:space="preserve">'
    ' PAGE </w:instrText></w:r><w:r>{rpr}<w:fldChar w:fldCharType="separate"/></w:r>{run}1</w:t></w:r>'
    '<w:r>{rpr}<w:fldChar w:fldCharType="end"/></w:r>{run} —</w:t></w:r></w:p>'
).format(run=FOOTER_ODD.run_open, rpr=run_properties(SONG, 14))
