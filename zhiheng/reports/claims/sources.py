"""A report as a file, whatever kind it is: txt, docx, pdf with a text layer, html, xlsx, xls — turned into plain text.

Rows of tables become lines with tabs between the cells. What a file is, its content says; the name only helps.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from zhiheng.canonical import raised
from zhiheng.files.word import Cell, Paragraph, Table, Unreadable, is_docx, read_docx

from .workbooks import workbook_text

LIMIT = 5 * 1024 * 1024
LONGEST = 500_000  # characters; the longest published report has a tenth of it
_UNPACKED = 80 * 1024 * 1024  # what the parts of an xlsx may come to
_WIDEST = 200  # no table of a report has more columns
_OLD_WORKBOOK = ("Workbook".encode("utf-16-le"), "Book\0".encode("utf-16-le"))  # its stream in an xls
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{3,20})", re.I)
_HTML = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|div|p|table|meta)\b", re.I | re.S
)
_BLOCKS = {
    "p",
    "div",
    "br",
    "tr",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "section",
    "article",
    "title",
    "blockquote",
}
_SILENT = {"script", "style", "noscript", "template", "del", "s", "strike"}  # and what is struck out
_RAISES = {"sup", "sub"}
_UNSAID = re.compile("划去|隐藏")


def read_file(path: Path) -> str:
    """The text of the report at `path`. Raises Unreadable, in words fit for the screen."""
    try:
        if path.stat().st_size > LIMIT:
            raise Unreadable(f"文件“{path.name}”超过5 MB。请拆分后再读，或只保留正文。")
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"打不开文件“{path}”：{error.strerror}。请检查路径和权限。") from error
    return read_bytes(data, path.name)


def read_bytes(data: bytes, name: str = "上传的文件") -> str:
    """The text of a report held in memory; `name` is only for messages.

    A foreign file should be read in a process of its own (`zhiheng.jobs.foreign`): what it costs is bounded only there.
    """
    if len(data) > LIMIT:
        raise Unreadable(f"文件“{name}”超过5 MB。请拆分后再读，或只保留正文。")
    text = _text_of(data, name)
    if len(text) > LONGEST:
        raise Unreadable(
            f"“{name}”的文字超过 {LONGEST // 10_000} 万字，不像一份报告。请只保留需要核对的部分。"
        )
    return text


def _text_of(data: bytes, name: str) -> str:
    if data.startswith(b"%PDF-"):
        return _pdf(data, name)
    if data.startswith(b"PK\x03\x04"):
        return _office(data, name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if any(stream in data for stream in _OLD_WORKBOOK):
            return workbook_text(data, name, ".xls")
        raise Unreadable(f"“{name}”是旧版 Word 文件（doc）或者加了密。请另存为不加密的 docx 后再读。")
    if _HTML.match(data[3:] if data.startswith(b"\xef\xbb\xbf") else data):
        return _html(_decode(data, name, _CHARSET.search(data[:4096])), name)
    return _decode(data, name)


def _decode(data: bytes, name: str, declared: re.Match | None = None) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
        if declared and declared[1].lower() in (b"gbk", b"gb2312", b"gb18030"):
            encodings.reverse()
        if b"\0" in data[:65536]:
            encodings = []
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(
        f"“{name}”不是文本，或者不是 UTF-8、GB18030 编码。请用记事本另存为 UTF-8，或提供 docx、pdf。"
    )


def _office(data: bytes, name: str) -> str:
    if is_docx(data):
        document = read_docx(data, name)
        lines = [line for block in document.blocks for line in _lines(block)]
        kinds = dict.fromkeys(found[0] for one in document.unread if (found := _UNSAID.match(one)))
        return "\n".join([*lines, *(f"（文中有{kind}的文字，未读）" for kind in kinds)])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {info.filename: info for info in archive.infolist()}
            if sum(info.file_size for info in entries.values()) > _UNPACKED:
                raise Unreadable(f"“{name}”解压后过大，疑为压缩炸弹，未读取。请确认文件来源。")
    except (
        zipfile.BadZipFile,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        OverflowError,
    ) as error:
        raise Unreadable(f"“{name}”已损坏或加密，无法打开。请重新导出后再试。") from error
    if "xl/workbook.xml" in entries or "xl/workbook.bin" in entries:
        return workbook_text(data, name, ".xlsx")
    raise Unreadable(f"“{name}”是压缩包，不是 docx 或 xlsx。请解压后读取其中的报告。")


def _lines(block: Paragraph | Table) -> Iterator[str]:
    if isinstance(block, Table):
        for row in block.rows:
            yield "\t".join(_row_of(row))
    else:
        yield _words(block)


def _row_of(row: tuple[Cell, ...]) -> list[str]:
    """The cells of a row; what a joined cell covers is empty, but a row of one cell is a line."""
    cells: list[str] = []
    for cell in row:
        cells.append("" if cell.covered else " ".join(filter(None, map(_words, cell.paragraphs))))
        if len(row) > 1:
            cells += [""] * min(cell.wide - 1, _WIDEST - len(cells))
    return cells


def _words(paragraph: Paragraph) -> str:
    words = paragraph.text.replace("\t", " ")
    return f"{words}\n{paragraph.boxed}" if paragraph.boxed else words


def _html(text: str, name: str) -> str:
    parser = _Page()
    try:
        parser.feed(text)
        parser.close()
    except (
        AssertionError
    ) as error:  # what the parser of the standard library says of `<![` followed by anything odd
        raise Unreadable(
            f"“{name}”的网页标记已损坏。请在浏览器里打开，复制正文另存为 txt 后再读。"
        ) from error
    return re.sub(r"\n\s*\n", "\n", "".join(parser.pieces))


class _Page(HTMLParser):
    """Words of a web page; blocks on lines of their own, cells between tabs, empty where a joined cell covers them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = self.lifted = 0
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        self.span = (1, 1)
        self.pending: dict[int, int] = {}  # column → rows that a cell from above still covers

    def handle_starttag(self, tag: str, attrs) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _RAISES:
            self.lifted += 1
        elif tag in ("td", "th"):
            self._close_cell()
            self.row = [] if self.row is None else self.row
            self._skip_covered()
            told = dict(attrs)
            self.span = (_count(told.get("colspan")), _count(told.get("rowspan")))
            self.cell = []
        elif tag == "tr":
            self._close_row()
            self.row = []
        elif tag in _BLOCKS:
            if tag == "table":
                self._close_row()
                self.pending = {}
            (self.pieces if self.cell is None else self.cell).append("\n" if self.cell is None else " ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _RAISES:
            self.lifted = max(0, self.lifted - 1)
        elif tag in ("td", "th"):
            self._close_cell()
        elif tag in ("tr", "table"):
            self._close_row()
            if tag == "table":
                self.pending = {}
        elif tag in _BLOCKS and self.cell is None:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            pieces = self.pieces if self.cell is None else self.cell
            words = re.sub(r"\s+", " ", data)
            pieces.append(raised(words, "".join(pieces[-1:])) if self.lifted else words)

    def close(self) -> None:
        super().close()
        self._close_row()

    def _skip_covered(self) -> None:
        while self.row is not None and self.pending.get(len(self.row)):
            self.pending[len(self.row)] -= 1
            self.row.append("")

    def _close_cell(self) -> None:
        if self.cell is None or self.row is None:
            return
        wide, high = self.span
        at = len(self.row)
        self.row += ["".join(self.cell).strip(), *[""] * (wide - 1)]
        if high > 1:
            self.pending |= dict.fromkeys(range(at, at + wide), high - 1)
        self.cell = None

    def _close_row(self) -> None:
        self._close_cell()
        if self.row:
            self._skip_covered()
            filled = [cell for cell in self.row if cell]
            alone = len(filled) == 1 and self.row[0]
            self.pieces += ["\n", filled[0] if alone else "\t".join(self.row), "\n"]
        self.row = None


def _count(said: str | None) -> int:
    return min(max(int(said), 1), _WIDEST) if said and said.strip().isdecimal() and len(said) < 6 else 1


def _pdf(data: bytes, name: str) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(f"“{name}”有打开密码。请去掉密码后再读。")
        text = "\n".join(page.extract_text() or "" for page in reader.pages)
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"“{name}”已损坏，无法读取。请重新导出 PDF 或提供 docx。") from error
    if not text.strip():
        raise Unreadable(f"“{name}”没有文字层，像是扫描件。请先做文字识别，或提供原文。")
    return text
