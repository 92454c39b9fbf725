"""Word files (docx) opened as paragraphs and tables: the words as they stand once every tracked change is accepted, without
those that are struck through or hidden.

Automatic numbers are not in a file's words: they are counted from ``numbering.xml`` and given beside the paragraph, as Word
shows them. What no words can be made of (pictures, formulas, symbol fonts), and what was struck or hidden, is told in
`Document.unread`.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from zhiheng.canonical import raised
from zhiheng.numbers import chinese

_UNPACKED = 80 * 1024 * 1024  # what the parts of a file may come to
_WIDEST = 200  # no table of an office has more columns
_DEEPEST = 400  # elements inside one another; Word itself nests tables 64 deep, each of three elements
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VERTICAL = f"{_W}rPr/{_W}vertAlign"
_STYLE = f"{_W}pPr/{_W}pStyle"
_OFF = ("0", "false", "off", "none")
_UNSAID = {
    "strike": "划去",
    "dstrike": "划去",
    "vanish": "隐藏",
}  # how a run says that its words do not count
# A paragraph whose mark is deleted goes on in the next one.
_MARK_GONE = f"{_W}pPr/{_W}rPr/{_W}del"
_GONE = (f"{_W}sectPr", f"{_W}del", f"{_W}moveFrom")
_SILENT = ("pPr", "rPr", "del", "moveFrom", "delText", "instrText", "Fallback")
_NOTES = {"comments": "comment", "footnotes": "footnote", "endnotes": "endnote"}  # part: its elements
_ANCHORS = {
    "commentRangeStart": "comments",
    "commentReference": "comments",
    "footnoteReference": "footnotes",
    "endnoteReference": "endnotes",
}
_TRACKED = ("ins", "del", "moveFrom", "moveTo")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, OSError, KeyError,
    OverflowError, ValueError,
)  # fmt: skip


class Unreadable(ValueError):
    """A file that cannot be read; the message says what is wrong and what to do, in words fit for the screen."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is said beside the text: kind is comment (批注), footnote or endnote; by is who wrote a comment."""

    kind: str
    words: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """text: its words, a tab as "\\t", a soft line break as "\\n". label: the automatic number before it, with the space that
    parts them. style: the name of its style in lower case, as Word names it inside: title, heading 1. boxed: the words of
    text boxes anchored in it. notes: comments and notes anchored in it, in order."""

    text: str
    label: str = ""
    style: str = ""
    boxed: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """wide: columns it spans. covered: joined to the cell above, so that its words are that one's."""

    paragraphs: tuple[Paragraph, ...]
    wide: int = 1
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(slots=True)
class Document:
    """What stands in the body, in order; headers and footers are not read. unread: what no words could be made of. tracked: how many
    tracked changes there are that nobody accepted or refused yet."""

    blocks: list[Paragraph | Table] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    tracked: int = 0

    def paragraphs(self) -> Iterator[Paragraph]:
        """All paragraphs, those of tables row by row."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield block
            else:
                for row in block.rows:
                    for cell in row:
                        yield from cell.paragraphs

    def text(self) -> str:
        """The words, a line a paragraph, empty ones left out: what the file says without how it looks."""
        return "\n".join(one.text for one in self.paragraphs() if one.text.strip())


def is_docx(data: bytes) -> bool:
    """Whether `data` is a docx file, told from other zip files by what is in it. False also for a damaged one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except _BROKEN:
        return False


def read_docx(data: bytes, name: str = "上传的文件") -> Document:
    """The docx file in `data`; `name` is only for messages. Raises Unreadable.

    A foreign file should be read in a process of its own (`zhiheng.jobs.foreign`): what it costs is bounded only there.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {info.filename: info for info in archive.infolist()}
            too_much = sum(info.file_size for info in entries.values()) > _UNPACKED
            parts = {
                part: archive.read(f"word/{part}.xml")
                for part in ("document", "numbering", "styles", *_NOTES)
                if f"word/{part}.xml" in entries and not too_much
            }
    except _BROKEN as error:
        raise Unreadable(f"“{name}”已损坏或加密，无法打开。请重新导出后再试。") from error
    if too_much:
        raise Unreadable(f"“{name}”解压后过大，疑为压缩炸弹，未读取。请确认文件来源。")
    if "document" not in parts:
        raise Unreadable(f"“{name}”不是 docx 文件。请另存为 docx 或者文本后再读。")
    trees = {part: _xml(words, name) for part, words in parts.items()}
    if any(_deeper(tree, _DEEPEST) for tree in trees.values()):
        raise Unreadable(f"“{name}”中表格或者内容层层嵌套过深，未读取。请用 Word 打开并另存后再试。")
    body = trees["document"].find(f"{_W}body")
    if body is None:
        raise Unreadable(f"“{name}”没有正文。请用 Word 打开并另存后再试。")
    styles = trees.get("styles")
    notes = {part: _notes(trees.get(part), kind) for part, kind in _NOTES.items()}
    return _Reader(_Numbering(trees.get("numbering"), styles), _Looks(styles), notes).read(body)


def _notes(tree: ElementTree.Element | None, kind: str) -> dict[str, Note]:
    """Comments, footnotes or endnotes by the number under which the text names them."""
    found = {}
    for one in tree.iter(f"{_W}{kind}") if tree is not None else ():
        words = "\n".join(map(_said, one.iter(f"{_W}p")))
        if words.strip() and one.get(f"{_W}type", "normal") == "normal":
            found[one.get(f"{_W}id", "")] = Note(kind, words.strip(), one.get(f"{_W}author", ""))
    return found


def _xml(data: bytes, name: str) -> ElementTree.Element:
    if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data:
        raise Unreadable(f"“{name}”含有不应出现的文档类型声明，未读取。请用 Word 另存后再试。")
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError, ValueError) as error:  # an encoding nobody knows among them
        raise Unreadable(f"“{name}”的正文已损坏。请用 Word 打开并另存后再试。") from error


def _deeper(root: ElementTree.Element, limit: int) -> bool:
    """Whether elements stand more than `limit` deep, found floor by floor."""
    floor = [root]
    for _ in range(limit):
        floor = [child for node in floor for child in node]
        if not floor:
            return False
    return True


def _within(node: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    """Elements of a tag inside `node`, in order, through whatever wraps them (content controls, tracked insertions), but
    not inside one another. An explicit stack: nesting in a hostile file must not exhaust ours."""
    stack = list(reversed(node))
    while stack:
        part = stack.pop()
        if part.tag == tag:
            yield part
        elif part.tag not in _GONE:
            stack.extend(reversed(part))


def _said(node: ElementTree.Element) -> str:
    """All characters inside a node."""
    return "".join(piece.text or "" for piece in node.iter(f"{_W}t"))


def _value(node: ElementTree.Element | None, path: str, unsaid: str = "") -> str:
    """What the element at `path` of a node says in its `val`; `unsaid` where there is no such element, or it says nothing."""
    found = node.find(path) if node is not None else None
    return found.get(f"{_W}val", unsaid) if found is not None else unsaid


class _Looks:
    """Which runs are struck through or hidden, by themselves or by a style."""

    def __init__(self, styles: ElementTree.Element | None) -> None:
        self._own: dict[str, dict[str, bool]] = {}
        self._based: dict[str, str] = {}
        for style in styles.iter(f"{_W}style") if styles is not None else ():
            code = style.get(f"{_W}styleId", "")
            self._own[code] = _unsaid(style.find(f"{_W}rPr"))
            self._based[code] = _value(style, f"{_W}basedOn")
        self._told = any(self._own.values())

    def gone(self, run: ElementTree.Element, style: str) -> str:
        """划去 or 隐藏 where the words of a run do not count; style: of its paragraph."""
        properties = run.find(f"{_W}rPr")
        own = _unsaid(properties)
        if not own and not self._told:
            return ""
        for code in (_value(properties, f"{_W}rStyle"), style):
            seen: set[str] = set()
            while code and code not in seen:
                seen.add(code)
                own = self._own.get(code, {}) | own
                code = self._based.get(code, "")
        return next((_UNSAID[sign] for sign, on in own.items() if on), "")


def _unsaid(properties: ElementTree.Element | None) -> dict[str, bool]:
    found = {} if properties is None else {sign: properties.find(f"{_W}{sign}") for sign in _UNSAID}
    return {sign: node.get(f"{_W}val", "1") not in _OFF for sign, node in found.items() if node is not None}


class _Reader:
    def __init__(self, numbering: _Numbering, looks: _Looks, notes: dict[str, dict[str, Note]]) -> None:
        self.numbering, self.looks, self.notes = numbering, looks, notes
        self.told: set[tuple[str, str]] = set()
        self.found = Document()

    def read(self, body: ElementTree.Element) -> Document:
        self.found.tracked = sum(1 for node in body.iter() if node.tag.removeprefix(_W) in _TRACKED)
        stack = list(reversed(body))
        joined: Paragraph | None = None
        while stack:
            node = stack.pop()
            if node.tag == f"{_W}p":
                one = self.paragraph(node)
                one = _both(joined, one) if joined else one
                joined = one if node.find(_MARK_GONE) is not None else None
                if joined is None:
                    self.found.blocks.append(one)
            elif node.tag == f"{_W}tbl":
                if joined is not None:
                    self.found.blocks.append(joined)
                    joined = None
                self.found.blocks.append(self.table(node))
            elif node.tag not in _GONE:
                stack.extend(reversed(node))
        if joined is not None:
            self.found.blocks.append(joined)
        return self.found

    def table(self, node: ElementTree.Element) -> Table:
        """Its rows. The words of a table inside a cell are words of the cell."""
        return Table(
            tuple(tuple(map(self.cell, _within(row, f"{_W}tc"))) for row in _within(node, f"{_W}tr"))
        )

    def cell(self, node: ElementTree.Element) -> Cell:
        said, below = _value(node, f"{_W}tcPr/{_W}gridSpan", "1"), node.find(f"{_W}tcPr/{_W}vMerge")
        return Cell(
            tuple(map(self.paragraph, _within(node, f"{_W}p"))),
            wide=min(max(_whole(said, 1), 1), _WIDEST),
            covered=below is not None and below.get(f"{_W}val", "continue") == "continue",
        )

    def paragraph(self, node: ElementTree.Element) -> Paragraph:
        text, boxed, notes = self.words(node)
        counts = bool(text.strip()) and node.find(_MARK_GONE) is None
        style, label = self.numbering.of(node, counts)
        return Paragraph(text, label, style, boxed, notes)

    def words(self, node: ElementTree.Element) -> tuple[str, str, tuple[Note, ...]]:
        """The characters of a paragraph, those of the text boxes in it, and what is noted beside it."""
        pieces: list[str] = []
        boxes: list[str] = []
        notes: list[Note] = []
        unread = self.found.unread
        style = _value(node, _STYLE)
        stack = list(reversed(node))
        while stack:
            part = stack.pop()
            tag = part.tag.rpartition("}")[2]
            if tag == "t":
                pieces.append(part.text or "")
            elif tag in _ANCHORS:
                notes += self.noted(_ANCHORS[tag], part.get(f"{_W}id", ""))
            elif tag == "r" and (gone := self.looks.gone(part, style)):
                if text := _said(part).strip():
                    unread.append(f"{gone}的文字“{text[:20]}”没有读入")
            elif tag == "r" and part.find(_VERTICAL) is not None:
                lifted = _value(part, _VERTICAL) in ("superscript", "subscript")
                pieces.append(raised(_said(part), "".join(pieces[-1:])) if lifted else _said(part))
                stack.extend(one for one in part if one.tag.removeprefix(_W) in _ANCHORS)
            elif tag == "tab":
                pieces.append("\t")
            elif tag in ("br", "cr"):
                pieces.append("" if part.get(f"{_W}type") in ("page", "column") else "\n")
            elif tag == "noBreakHyphen":
                pieces.append("-")
            elif tag == "sym":
                unread.append("符号字体中的字符没有读出")
            elif tag in ("drawing", "pict", "object"):
                boxed = "\n".join(
                    "".join(_said(run) for run in line.iter(f"{_W}r") if not self.looks.gone(run, ""))
                    for line in _within(part, f"{_W}p")
                )
                if boxed.strip():
                    boxes.append(boxed)
                else:
                    unread.append("图片或者嵌入对象没有读出")
            elif tag == "oMath":
                unread.append("公式没有读出")
            elif tag not in _SILENT:
                stack.extend(reversed(part))
        return "".join(pieces), "\n".join(boxes), tuple(notes)

    def noted(self, part: str, code: str) -> list[Note]:
        """A note where the text names it first: a comment's range begins before its mark."""
        note = self.notes[part].get(code)
        if note is None or (part, code) in self.told:
            return []
        self.told.add((part, code))
        return [note]


def _both(one: Paragraph, other: Paragraph) -> Paragraph:
    """Two paragraphs whose parting mark was deleted: the second's number and style hold."""
    boxed = "\n".join(filter(None, (one.boxed, other.boxed)))
    return Paragraph(one.text + other.text, other.label, other.style, boxed, one.notes + other.notes)


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: the form of its number, the pattern around it ("第%1条"), where it begins, what follows it."""

    form: str = "decimal"
    pattern: str = ""
    start: int = 1
    suffix: str = "tab"


class _Numbering:
    """Automatic numbers of a Word file: the label Word shows before a paragraph, counted as Word counts."""

    def __init__(self, numbering: ElementTree.Element | None, styles: ElementTree.Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._style_list: dict[str, tuple[str, int]] = {}
        self._style_names: dict[str, str] = {}
        if numbering is not None:
            self._read(numbering)
        for style in styles.iter(f"{_W}style") if styles is not None else ():
            code = style.get(f"{_W}styleId", "")
            self._style_names[code] = _value(style, f"{_W}name").lower()
            if found := self._reference(style.find(f"{_W}pPr")):
                self._style_list[code] = found

    def _read(self, numbering: ElementTree.Element) -> None:
        for abstract in numbering.iter(f"{_W}abstractNum"):
            levels = {}
            for level in abstract.iter(f"{_W}lvl"):
                said = {child.tag.rpartition("}")[2]: child.get(f"{_W}val", "") for child in level}
                levels[_whole(level.get(f"{_W}ilvl"), 0)] = _Level(
                    said.get("numFmt", "decimal"),
                    said.get("lvlText", ""),
                    _whole(said.get("start"), 1),
                    said.get("suff", "tab"),
                )
            self._levels[abstract.get(f"{_W}abstractNumId", "")] = levels
        for number in numbering.iter(f"{_W}num"):
            code = number.get(f"{_W}numId", "")
            self._abstract[code] = _value(number, f"{_W}abstractNumId")
            for override in number.iter(f"{_W}lvlOverride"):
                start = override.find(f"{_W}startOverride")
                if start is not None and start.get(f"{_W}val", "").isdecimal():
                    place = _whole(override.get(f"{_W}ilvl"), 0)
                    self._starts[code, place] = _whole(start.get(f"{_W}val"), 1)

    @staticmethod
    def _reference(properties: ElementTree.Element | None) -> tuple[str, int] | None:
        numbered = properties.find(f"{_W}numPr") if properties is not None else None
        code = numbered.find(f"{_W}numId") if numbered is not None else None
        if numbered is None or code is None:
            return None
        level = numbered.find(f"{_W}ilvl")
        return code.get(f"{_W}val", "0"), _whole(level.get(f"{_W}val"), 0) if level is not None else 0

    def of(self, paragraph: ElementTree.Element, filled: bool) -> tuple[str, str]:
        """Name of the style and label of a paragraph; an empty paragraph counts nothing."""
        code = _value(paragraph, _STYLE)
        name = self._style_names.get(code, code.lower())
        reference = self._reference(paragraph.find(f"{_W}pPr")) or self._style_list.get(code)
        if not filled or not reference or reference[0] == "0":
            return name, ""
        return name, self._label(*reference)

    def _label(self, code: str, place: int) -> str:
        abstract = self._abstract.get(code, "")
        levels = self._levels.get(abstract, {})
        if place not in levels:
            return ""
        level = levels[place]
        counts = self._counts.setdefault(abstract, {})
        if (code, place) in self._starts:
            counts[place] = self._starts.pop((code, place)) - 1
        counts[place] = counts.get(place, level.start - 1) + 1
        for deeper in [one for one in counts if one > place]:
            del counts[deeper]
        if level.form in ("bullet", "none"):
            return ""

        def written(match: re.Match) -> str:
            at = int(match[1]) - 1
            other = levels.get(at, _Level())
            return _counted(counts.get(at, other.start), other.form)

        label = re.sub(r"%(\d)", written, level.pattern)
        return label + ("" if level.suffix == "nothing" or label.endswith(("、", "）", ")", ".")) else " ")


def _whole(said: str | None, otherwise: int) -> int:
    """A number a file states of itself; what is none, or absurd, is `otherwise`."""
    return int(said) if said and said.isdecimal() and len(said) < 6 else otherwise


def _counted(n: int, form: str) -> str:
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "ideographDigital",
        "chineseLegalSimplified",
    ):
        return chinese(n)
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"):
        return _CIRCLED[n - 1] if 0 < n <= len(_CIRCLED) else f"({n})"
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (n - 1) % 26)
        return letter.upper() if form == "upperLetter" else letter
    return str(n)
