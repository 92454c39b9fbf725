"""The lines of a text, whatever file it comes in: Markdown, Word, plain words.

A Word file's automatic numbers are not in its words: they are computed here from ``numbering.xml`` and written out, as Word
shows them. Soft line breaks begin a new line; rows of a table become lines with a bar between the cells.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from .model import Text
from .numbering import numeral, write_mark
from .reading import Line, parse

LIMIT = 20 * 1024 * 1024
_UNPACKED = 100 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMMENT = re.compile(r"<!--.*?-->", re.S)


class Unreadable(ValueError):
    """A file that cannot be read as a legal text; the message says what is wrong and what to do."""


def read_file(path: Path) -> Text:
    """The text in a file. Raises Unreadable, in words fit for the screen."""
    try:
        if path.stat().st_size > LIMIT:
            raise Unreadable(f"文件“{path.name}”超过20 MB。请去掉图片，只保留文字后再读。")
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"打不开文件“{path}”：{error.strerror}。请检查路径和权限。") from error
    return read_bytes(data, path.name)


def read_bytes(data: bytes, name: str = "上传的文件") -> Text:
    """The text held in memory; ``name`` gives the title where the words do not, and is used in messages."""
    if data.startswith(b"PK\x03\x04"):
        lines, unread = _docx(data, name)
    elif data.startswith((b"%PDF-", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise Unreadable(f"“{name}”是 PDF 或者旧版 Word 文件。请用 Word 打开，另存为 docx 后再读。")
    else:
        lines, unread = _plain(_decode(data, name)), []
    if not lines:
        raise Unreadable(f"“{name}”里没有文字。请核对文件，扫描件请先做文字识别。")
    text = parse(lines)
    if not text.title:
        text.title = re.sub(r"\s*[（(]\d{4}-\d{2}-\d{2}[）)]$", "", Path(name).stem)
        text.doubts.append("文中没有找到标题，以文件名代替")
    text.unread += unread
    return text


def _decode(data: bytes, name: str) -> str:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    if b"\0" in data[:65536] and encodings[0] != "utf-16":
        encodings = ()
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"“{name}”不是文本，或者不是 UTF-8、GB18030 编码。请另存为 UTF-8 文本，或提供 docx。")


def _plain(words: str) -> list[Line]:
    """Markdown or pasted words: # is a title or heading, what stands above the INFO END mark is history."""
    mark = re.search(r"<!--\s*INFO END\s*-->", words)
    head, body = (words[: mark.start()], words[mark.end() :]) if mark else ("", words)
    found: list[Line] = []
    for part, role in ((head, "history"), (body, "")):
        for raw in _COMMENT.sub("", part).splitlines():
            line = raw.strip().removeprefix("> ").strip()
            match = re.match(r"(#{1,6})\s*(.*)", line)
            if not match:
                found.append(Line(line, role if line else ""))
            elif match[2] and len(match[1]) == 1 and not any(one.role == "title" for one in found):
                found.append(Line(match[2], "title"))
            elif match[2]:
                found.append(Line(match[2], "heading"))
    return [line for line in found if line.text]


# --- Word --------------------------------------------------------------------------------------------------------------


def _docx(data: bytes, name: str) -> tuple[list[Line], list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {info.filename: info for info in archive.infolist()}
            if sum(info.file_size for info in entries.values()) > _UNPACKED:
                raise Unreadable(f"“{name}”解压后过大，疑为压缩炸弹，未读取。请确认文件来源。")
            if "word/document.xml" not in entries:
                raise Unreadable(f"“{name}”不是 docx 文件。请另存为 docx 或者文本后再读。")
            document = _xml(archive.read("word/document.xml"), name)
            numbering = archive.read("word/numbering.xml") if "word/numbering.xml" in entries else None
            styles = archive.read("word/styles.xml") if "word/styles.xml" in entries else None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Unreadable(f"“{name}”已损坏或加密，无法打开。请重新导出后再试。") from error
    body = document.find(f"{_W}body")
    if body is None:
        raise Unreadable(f"“{name}”没有正文。请用 Word 打开并另存后再试。")
    lists = _Lists(_xml(numbering, name) if numbering else None, _xml(styles, name) if styles else None)
    lines: list[Line] = []
    unread: list[str] = []
    stack = list(reversed(body))
    while stack:
        node = stack.pop()
        if node.tag == f"{_W}p":
            lines += _paragraph(node, lists, unread)
        elif node.tag == f"{_W}tbl":
            lines += _table(node, lists, unread)
        elif node.tag not in (f"{_W}sectPr", f"{_W}del", f"{_W}moveFrom"):
            stack.extend(reversed(node))
    return lines, unread


def _xml(data: bytes, name: str) -> ElementTree.Element:
    if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data:
        raise Unreadable(f"“{name}”含有不应出现的文档类型声明，未读取。请用 Word 另存后再试。")
    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise Unreadable(f"“{name}”的正文已损坏。请用 Word 打开并另存后再试。") from error


def _words(node: ElementTree.Element, unread: list[str]) -> str:
    """The characters of a paragraph as they stand after every tracked change is accepted."""
    pieces: list[str] = []
    stack = list(reversed(node))
    while stack:
        part = stack.pop()
        tag = part.tag.rpartition("}")[2]
        if tag == "t":
            pieces.append(part.text or "")
        elif tag == "tab":
            pieces.append(" ")
        elif tag in ("br", "cr"):
            pieces.append("" if part.get(f"{_W}type") in ("page", "column") else "\n")
        elif tag == "noBreakHyphen":
            pieces.append("-")
        elif tag == "sym":
            unread.append("符号字体中的字符没有读出")
        elif tag in ("drawing", "pict", "object"):
            boxed = "".join(one.text or "" for one in part.iter(f"{_W}t"))
            unread.append(f"文本框没有读入正文：{boxed}" if boxed else "图片或者嵌入对象没有读出")
        elif tag == "oMath":
            unread.append("公式没有读出")
        elif tag not in ("pPr", "rPr", "del", "moveFrom", "delText", "instrText", "Fallback"):
            stack.extend(reversed(part))
    return "".join(pieces)


def _paragraph(node: ElementTree.Element, lists: _Lists, unread: list[str]) -> list[Line]:
    words = _words(node, unread)
    role, label = lists.of(node, bool(words.strip()))
    pieces = words.split("\n")
    if role == "title":
        return [Line("".join(pieces), role)] if words.strip() else []
    pieces[0] = label + pieces[0]
    return [Line(piece, role) for piece in pieces if piece.strip()]


def _table(node: ElementTree.Element, lists: _Lists, unread: list[str]) -> list[Line]:
    rows = []
    for row in node.iter(f"{_W}tr"):
        cells = []
        for cell in row.findall(f"{_W}tc"):
            found = (line for p in cell.iter(f"{_W}p") for line in _paragraph(p, lists, unread))
            cells.append(" ".join(line.text.strip() for line in found))
        if any(cells):
            rows.append(Line("| " + " | ".join(cells) + " |"))
    return rows


class _Lists:
    """Automatic numbers of a Word file: the label Word shows before a paragraph, counted as Word counts."""

    def __init__(self, numbering: ElementTree.Element | None, styles: ElementTree.Element | None) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int, str]]] = {}
        self._abstract: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._style_list: dict[str, tuple[str, int]] = {}
        self._style_names: dict[str, str] = {}
        if numbering is not None:
            self._read_numbering(numbering)
        for style in styles.iter(f"{_W}style") if styles is not None else ():
            code = style.get(f"{_W}styleId", "")
            named = style.find(f"{_W}name")
            self._style_names[code] = (named.get(f"{_W}val", "") if named is not None else "").lower()
            if found := self._reference(style.find(f"{_W}pPr")):
                self._style_list[code] = found

    def _read_numbering(self, numbering: ElementTree.Element) -> None:
        for abstract in numbering.iter(f"{_W}abstractNum"):
            levels = {}
            for level in abstract.iter(f"{_W}lvl"):
                values = {child.tag.rpartition("}")[2]: child.get(f"{_W}val", "") for child in level}
                start = (
                    int(values["start"]) if values.get("start", "1").isdigit() and "start" in values else 1
                )
                place = int(level.get(f"{_W}ilvl", "0"))
                levels[place] = (
                    values.get("numFmt", "decimal"),
                    values.get("lvlText", ""),
                    start,
                    values.get("suff", "tab"),
                )
            self._levels[abstract.get(f"{_W}abstractNumId", "")] = levels
        for number in numbering.iter(f"{_W}num"):
            code = number.get(f"{_W}numId", "")
            target = number.find(f"{_W}abstractNumId")
            self._abstract[code] = target.get(f"{_W}val", "") if target is not None else ""
            for override in number.iter(f"{_W}lvlOverride"):
                start = override.find(f"{_W}startOverride")
                if start is not None and start.get(f"{_W}val", "").isdigit():
                    self._starts[code, int(override.get(f"{_W}ilvl", "0"))] = int(start.get(f"{_W}val"))

    @staticmethod
    def _reference(properties: ElementTree.Element | None) -> tuple[str, int] | None:
        numbered = properties.find(f"{_W}numPr") if properties is not None else None
        if numbered is None:
            return None
        code, level = numbered.find(f"{_W}numId"), numbered.find(f"{_W}ilvl")
        if code is None:
            return None
        return code.get(f"{_W}val", "0"), int(level.get(f"{_W}val", "0")) if level is not None else 0

    def of(self, paragraph: ElementTree.Element, filled: bool) -> tuple[str, str]:
        """Role and label of a paragraph; an empty paragraph counts nothing."""
        properties = paragraph.find(f"{_W}pPr")
        style = properties.find(f"{_W}pStyle") if properties is not None else None
        code = style.get(f"{_W}val", "") if style is not None else ""
        name = self._style_names.get(code, code.lower())
        role = "title" if name == "title" else "heading" if name.startswith("heading") else ""
        if code == "Number" and name == "文号":
            role = "history"
        reference = self._reference(properties) or self._style_list.get(code)
        if not filled or not reference or reference[0] == "0":
            return role, ""
        return role, self._label(*reference)

    def _label(self, code: str, place: int) -> str:
        abstract = self._abstract.get(code, "")
        levels = self._levels.get(abstract, {})
        if place not in levels:
            return ""
        counts = self._counts.setdefault(abstract, {})
        if (code, place) in self._starts:
            counts[place] = self._starts.pop((code, place)) - 1
        counts[place] = counts.get(place, levels[place][2] - 1) + 1
        for deeper in [one for one in counts if one > place]:
            del counts[deeper]
        form, pattern, _, suffix = levels[place]
        if form in ("bullet", "none"):
            return ""

        def written(match: re.Match) -> str:
            at = int(match[1]) - 1
            form, _, start, _ = levels.get(at, ("decimal", "", 1, ""))
            return _counted(counts.get(at, start), form)

        label = re.sub(r"%(\d)", written, pattern)
        return label + ("" if suffix == "nothing" or label.endswith(("、", "）", ")", ".")) else " ")


def _counted(n: int, form: str) -> str:
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "ideographDigital",
        "chineseLegalSimplified",
    ):
        return numeral(n)
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"):
        return write_mark((n, 0), "①")
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (n - 1) % 26)
        return letter.upper() if form == "upperLetter" else letter
    return str(n)
