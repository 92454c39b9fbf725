"""Opens tables that are plain text: csv in any encoding, and web pages that a system exported under the name of .xls."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from zhiheng.canonical import unwrapped

from .sheets import CELL_LIMIT, RAISED_DIGIT, STRUCK_IN_PART, Refused, Sheet

IsHeading = Callable[[str], bool]  # whether the caller knows a word as the heading of a column


def table(path: Path, notes: list[str], is_heading: IsHeading) -> Sheet:
    """The table of a csv file, whatever parts its columns and whatever encoding it has."""
    text, encoding = _decode(path, is_heading)
    if encoding not in ("UTF-8", "ASCII"):
        notes.append(f"文字编码按{encoding}读取")
    if rule := re.match(r"sep=(.)\r?\n", text):
        text = text[rule.end() :]
    lines = text[:20_000].splitlines()[:30]
    counts = {
        mark: sum(line.count(mark) > 0 for line in lines) * 1000 + sum(line.count(mark) for line in lines)
        for mark in "\t,;|，"
    }
    delimiter = max(counts, key=counts.get) if max(counts.values()) else ","
    if rule:
        delimiter = rule[1]
    csv.field_size_limit(1_000_000)
    cells: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells.append(row)
            if len(cells) * max(len(row), 1) > CELL_LIMIT:
                raise Refused(f"“{path.name}”行数过多；请拆成几个文件再导入")
    except csv.Error as error:
        raise Refused(
            f"“{path.name}”第{len(cells) + 1}行附近读不下去（{error}）；请检查引号是否成对，或改用 .xlsx"
        ) from None
    lengths = list(map(len, cells))
    if '"' in text:
        _refuse_swallowed_rows(path, cells, lengths, delimiter)
    width = max(lengths, default=0)
    usual = min((length for length in lengths if length > 1), default=0)
    long = {row: length for row, length in enumerate(lengths) if length > usual} if usual < width else {}
    wrapped = '="' in text  # ="…" keeps a program from counting: programs show what stands within
    for row in cells:
        if wrapped:
            row[:] = [unwrapped(cell) if cell.startswith('="') else cell for cell in row]
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    return Sheet(path.stem, cells, long=long)


def _refuse_swallowed_rows(path: Path, cells: list[list[str]], lengths: list[int], delimiter: str) -> None:
    """A quotation mark that is never closed makes one cell of all the rows behind it: they would be lost without a word."""
    usual = max((lengths.count(length), length) for length in set(lengths))[1] if lengths else 0
    for number, row in enumerate(cells):
        for cell in row:
            if "\n" in cell and any(
                line.count(delimiter) >= max(2, usual - 2) for line in cell.split("\n")[1:]
            ):
                raise Refused(
                    f"“{path.name}”从第{number + 1}行起有一个引号没有配对，后面的行被当成了一格的内容；请补上或删去引号，或改用 .xlsx"
                )


def _decode(path: Path, is_heading: IsHeading) -> tuple[str, str]:
    data = path.read_bytes()
    for mark, encoding, name in (
        (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
        (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(encoding), name
            except UnicodeDecodeError as error:
                raise Refused(
                    f"“{path.name}”标明是{name}，但第{error.start}字节处不是；请另存为 UTF-8 或 .xlsx"
                ) from None
    if b"\x00" in data[:4096]:
        head = data[:4096]
        little = head[1::2].count(0) >= head[::2].count(0)
        try:
            text = data.decode("utf-16-le" if little else "utf-16-be")
        except UnicodeDecodeError:
            text = "\x00"
        if "\x00" in text[:4096] or not text[:4096].strip():
            raise Refused(f"“{path.name}”不是文字文件；请导入 .xlsx、.xls 或 .csv 文件")
        return text, "UTF-16"
    for encoding, name in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            place = error.start
        else:
            return (text, name) if name == "UTF-8" else _chinese(data, text, is_heading)
    line = data.count(b"\n", 0, place) + 1
    raise Refused(
        f"“{path.name}”的文字编码认不出（第{line}行附近）；请在表格软件里打开，另存为“CSV UTF-8”或 .xlsx"
    )


def _chinese(data: bytes, text: str, is_heading: IsHeading) -> tuple[str, str]:
    """GB18030 takes nearly every file; the one whose header has meaning only as Big5 is Big5."""
    if not _knows_headings(text, is_heading):
        try:
            other = data.decode("big5hkscs")
        except UnicodeDecodeError:
            pass
        else:
            if _knows_headings(other, is_heading):
                return other, "Big5"
    return text, "GB18030"


def _knows_headings(text: str, is_heading: IsHeading) -> bool:
    words = re.split(r"[\t,;|，\r\n\"]+", text[:4000])
    return sum(is_heading(word) for word in words if word.strip()) >= 2


# ---- web pages

_PAGE = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|meta|table|style)\b", re.IGNORECASE | re.S
)


def is_web_page(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a web page, in any encoding that shows them."""
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode()
    return _PAGE.match(head.removeprefix(codecs.BOM_UTF8)) is not None


def web_page(path: Path, notes: list[str], is_heading: IsHeading) -> list[Sheet]:
    """The tables of a web page, each as a sheet. Scripts and links in it are not looked at."""
    text, _ = _decode(path, is_heading)
    reader = _Tables()
    reader.feed(text)
    reader.close()
    notes.append("这个 .xls 文件实际是网页，已按其中的表格读入")
    tables = [rows for rows in reader.tables if rows]
    return [
        _sheet(f"表格{number}" if len(tables) > 1 else path.stem, rows)
        for number, rows in enumerate(tables, 1)
    ]


@dataclass(slots=True)
class _Cell:
    """A cell of a web page; struck: how many of its signs are struck through."""

    text: str
    across: int
    down: int
    struck: int = 0
    raised: bool = False  # a raised digit stands behind a digit


class _Row(list[_Cell]):
    hidden = False


def _sheet(name: str, rows: list[_Row]) -> Sheet:
    """Cells in their places; one that spans several is merged over them."""
    cells: dict[tuple[int, int], str] = {}
    taken: set[tuple[int, int]] = set()
    merged, unread, struck = [], {}, set()
    for row, parts in enumerate(rows):
        column = 0
        for cell in parts:
            while (row, column) in taken:
                column += 1
            cells[row, column] = cell.text
            if cell.raised or 0 < cell.struck < len(cell.text):
                unread[row, column] = RAISED_DIGIT if cell.raised else STRUCK_IN_PART
            elif cell.struck:
                struck.add((row, column))
            across, down = cell.across, min(cell.down, len(rows) - row)
            if len(taken) + across * down > CELL_LIMIT:
                raise Refused("网页里的表格过大；请另存为 .xlsx 再导入")
            taken.update((row + i, column + j) for i in range(down) for j in range(across))
            if across > 1 or down > 1:
                merged.append((row, column, row + down - 1, column + across - 1))
            column += across
    width = max((column + 1 for _, column in taken), default=0)
    return Sheet(
        name,
        [[cells.get((row, column), "") for column in range(width)] for row in range(len(rows))],
        merged=merged,
        unread=unread,
        struck=struck,
        hidden={number for number, row in enumerate(rows) if row.hidden},
    )


_STRIKES = frozenset({"s", "del", "strike"})
_RAISES = frozenset({"sup", "sub"})
_UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


class _Tables(HTMLParser):
    """Rows of all tables, with their cells."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[_Row]] = []
        self._open: list[list[_Row]] = []
        self._text: list[str] | None = None
        self._cell = _Cell("", 1, 1)
        self._silent = self._striking = self._raising = 0

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "table":
            self._end_cell()
            self._open.append([])
        elif tag == "tr" and self._open:
            self._end_cell()
            row = _Row()
            said = dict(attrs)
            row.hidden = "hidden" in said or _UNSEEN.search(said.get("style") or "") is not None
            self._open[-1].append(row)
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            if not self._open[-1]:
                self._open[-1].append(_Row())
            spans = dict(attrs)
            self._text, self._striking, self._raising = [], 0, 0
            self._cell = _Cell("", _span(spans.get("colspan"), 200), _span(spans.get("rowspan"), 100_000))
        elif tag == "br" and self._text is not None:
            self._text.append("\n")
        elif tag in _STRIKES:
            self._striking += 1
        elif tag in _RAISES:
            self._raising += 1

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        elif tag in _STRIKES:
            self._striking = max(0, self._striking - 1)
        elif tag in _RAISES:
            self._raising = max(0, self._raising - 1)
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            rows = [row for row in self._open.pop() if row]
            self.tables.append(rows)

    def handle_data(self, data):
        if self._text is not None and not self._silent:
            before = "".join(self._text[-1:]).strip()
            if self._raising and before[-1:].isdigit() and data.strip()[:1].isdigit():
                self._cell.raised = True
            self._cell.struck += len(data.strip()) if self._striking else 0
            self._text.append(data)

    def close(self):
        super().close()
        while self._open:
            self.handle_endtag("table")

    def _end_cell(self) -> None:
        if self._text is not None and self._open and self._open[-1]:
            self._cell.text = "".join(self._text).strip()
            self._open[-1][-1].append(self._cell)
        self._text = None


def _span(text: str | None, most: int) -> int:
    return min(max(int(text), 1), most) if text and text.strip().isdecimal() else 1
