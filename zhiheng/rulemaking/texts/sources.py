"""The lines of a text, whatever file it comes in: Markdown, Word, plain words.

A Word file's automatic numbers are written out, as Word shows them. Soft line breaks begin a new line; rows of a table become
lines with a bar between the cells.
"""

from __future__ import annotations

import re
from pathlib import Path

from zhiheng.files.word import Document, Note, Paragraph, Table, Unreadable, read_docx

from .model import Text
from .numbering import NUMERAL
from .reading import Line, clean, parse

LIMIT = 20 * 1024 * 1024
_ROLES = {"title": "title", "文号": "history"}  # by the name of the paragraph's style
_COMMENT = re.compile(r"<!--.*?-->", re.S)


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
    return read_opened(data, name)[0]


def read_opened(data: bytes, name: str) -> tuple[Text, Document | None]:
    """The text, and the Word file it was read from, where it is one."""
    document: Document | None = None
    doubts: list[str] = []
    if data.startswith(b"PK\x03\x04"):
        document = read_docx(data, name)
        lines, unread = _docx(document)
        doubts = _only_seen(document)
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
    text.doubts += doubts
    return text, document


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


_IN_A_CELL = re.compile(rf"\s*第{NUMERAL}条[\s：:]")
_BESIDE = {"comment": "批注", "footnote": "脚注", "endnote": "尾注"}


def comments_by_article(document: Document, text: Text) -> list[tuple[str, Note]]:
    """The comments of a Word file that was read as ``text``, each with the label of the article it is anchored in ("" outside any)."""
    articles = text.articles()
    standing: dict[str, list[int]] = {}
    for place, one in enumerate(articles):
        for n, line in enumerate(one.lines):
            for words in (line, one.label + line) if n == 0 else (line,):
                standing.setdefault("".join(words.split()), []).append(place)
    found: list[tuple[str, Note]] = []
    at = 0
    for one in document.paragraphs():
        lines = ["".join(clean(line).split()) for line in (one.label + one.text).split("\n")]
        places = [place for line in lines for place in standing.get(line, ()) if line and place >= at]
        at = min(places, default=at)
        label = articles[at].label if places else ""
        found += [(label, note) for note in one.notes if note.kind == "comment"]
    return found


def _docx(document: Document) -> tuple[list[Line], list[str]]:
    lines: list[Line] = []
    unread: list[str] = []
    for block in document.blocks:
        lines += _paragraph(block, unread) if isinstance(block, Paragraph) else _rows(block, unread)
    return lines, [*document.unread, *unread]


def _only_seen(document: Document) -> list[str]:
    """What a person must look at because only the look of the file says it: tracked changes, articles inside a table."""
    told = []
    if document.tracked:
        told.append(f"文件中有{document.tracked}处没有接受的修订，按全部接受以后的文字读入")
    rows = [
        row for block in document.blocks if isinstance(block, Table) for row in block.rows if len(row) > 1
    ]
    held = [row for row in rows if any(_IN_A_CELL.match(one.text) for cell in row for one in cell.paragraphs)]
    if held:
        told.append(f"表格中有{len(held)}行是条文，按表格读入，没有分条；请把条文从表格里取出来再上传")
    return told


def _paragraph(one: Paragraph, unread: list[str]) -> list[Line]:
    if one.boxed:
        unread.append("文本框没有读入正文：" + one.boxed.replace("\n", ""))
    for note in one.notes:
        by = f"（{note.by}）" if note.by else ""
        unread.append(f"{_BESIDE[note.kind]}没有读入正文{by}：" + note.words.replace("\n", ""))
    role = "heading" if one.style.startswith("heading") else _ROLES.get(one.style, "")
    pieces = one.text.replace("\t", " ").split("\n")
    if role == "title":
        return [Line("".join(pieces), role)] if one.text.strip() else []
    pieces[0] = one.label + pieces[0]
    return [Line(piece, role) for piece in pieces if piece.strip()]


def _rows(table: Table, unread: list[str]) -> list[Line]:
    """A table row by row; one of a single column is a frame around paragraphs, which are read as such."""
    if all(len(row) <= 1 for row in table.rows):
        framed = [one for row in table.rows for cell in row for one in cell.paragraphs]
        return [line for one in framed for line in _paragraph(one, unread)]
    rows = []
    for row in table.rows:
        cells = [
            " ".join(line.text.strip() for one in cell.paragraphs for line in _paragraph(one, unread))
            for cell in row
        ]
        if any(cells):
            rows.append(Line("| " + " | ".join(cells) + " |"))
    return rows
