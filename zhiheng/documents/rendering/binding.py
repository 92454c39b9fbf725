"""Binding a file: many papers, pictures and PDFs become the pages of one PDF, written out as it is made.

Only one part is in memory at a time: its objects are written under new numbers and forgotten; what is kept is where each stands. Page
numbers run through a volume, and its list of contents, which stands before the papers, is set after them: `sheets.mark` stands in its
text where a number will be. Equal parts give equal bytes.

Called in a process of its own (`zhiheng.jobs.foreign`), since the parts hold files that somebody sent.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from . import typeset
from .sheets import numbered

MOST_PAGES = 2000
"""Pages of one file that are taken over; what is longer is named on a sheet of its own and lies beside the PDF."""
MOST_PIXELS = 150_000_000
"""Of one picture: a sheet of A0 at 300 dots an inch has 139 million. A small file may claim thousands of millions."""
_DROPPED = frozenset({"/Parent", "/Annots", "/AA", "/StructParents", "/B", "/Metadata", "/PieceInfo"})


def bind(out: BinaryIO, root: str, title: str, volumes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Write the PDF of the volumes to `out`; returns {"pages": {key: [first, last]}, "volumes": [pages of each], "unread": {key: why}}.

    A volume is {"title", "front": [part …], "parts": [part …], "back": [part …]}; front and back bear no number. A part is {"key",
    "title"} and either {"body", "footer"} (XML of `wordml`), {"docx": place}, or {"file": place, "form": "pdf" | "jpg" | "png", "body"}
    with the sheet that stands for a file that cannot be shown. Places are below `root`.
    """
    told: dict[str, Any] = {"pages": {}, "volumes": [], "unread": {}}
    book = _Book(out, title)
    for volume in volumes:
        made: dict[str, list[int]] = {}
        at = 1
        for part in volume["parts"]:
            pages, why = _shown(part, root, at)
            made[part["key"]] = book.add(pages)
            if why:
                told["unread"][part["key"]] = why
            last = at + len(made[part["key"]]) - 1
            told["pages"][part["key"]] = [at, last]
            at = last + 1
        told["volumes"].append(at - 1)
        numbers = {"pages": str(at - 1)} | {
            key: f"{first}-{last}" if last > first else str(first)
            for key, (first, last) in told["pages"].items()
        }
        for part in (*volume["front"], *volume["back"]):
            body = typeset.Body(numbered(part["body"], numbers), "", folio=False)
            made[part["key"]] = book.add(typeset.paper(body, title=part["title"]))
        book.chapter(
            volume["title"],
            [
                (part["title"], made[part["key"]])
                for part in (*volume["front"], *volume["parts"], *volume["back"])
            ],
        )
    book.close()
    return told


def _shown(part: Mapping[str, Any], root: str, at: int) -> tuple[bytes, str]:
    """The pages of a part, the first numbered `at`, and why a file could not be shown."""
    title = part["title"]
    if "docx" in part:
        body = typeset.body_of((Path(root) / part["docx"]).read_bytes())
        return typeset.paper(body, title=title, start=at), ""
    if "file" in part:
        try:
            path = Path(root) / part["file"]
            pages = _pages_of(path) if part["form"] == "pdf" else _one_picture(path)
            return typeset.sheets(Path(root), part["file"], part["form"], pages, title=title, start=at), ""
        except (PyPdfError, RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
            why = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
            body = typeset.Body(part["body"], folio=False)
            return typeset.paper(body, title=title, start=at), why
    body = typeset.Body(part["body"], part.get("footer", ""), folio=False)
    return typeset.paper(body, title=title, start=at), ""


def _one_picture(path: Path) -> int:
    """A picture is one page. Its head says how large it is; one too large to be drawn is told before anybody unpacks it."""
    try:
        with Image.open(path) as picture:
            wide, high = picture.size
    except Image.DecompressionBombError as error:
        raise ValueError("图片的像素过多，装不进案卷") from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValueError("图片读不出") from error
    if wide * high > MOST_PIXELS:
        raise ValueError(f"图片有 {wide}×{high} 像素")
    return 1


def _pages_of(path: Path) -> int:
    with path.open("rb") as file:
        reader = PdfReader(file)
        if reader.is_encrypted:
            raise ValueError("文件已加密")
        pages = len(reader.pages)
    if not 0 < pages <= MOST_PAGES:
        raise ValueError(f"文件有 {pages} 页")
    return pages


class _Book:
    """A PDF written from its beginning to its end."""

    def __init__(self, out: BinaryIO, title: str) -> None:
        self._out, self._title = out, title
        self._at: list[int] = []  # where each object begins, by number less one; 0 while it is not written
        self._place = 0
        self._sum = hashlib.sha256()
        self._write(b"%PDF-1.7\n%\xe4\xb8\xad\xe6\x96\x87\n")
        self._catalog, self._tree = self._new(), self._new()
        self._chapters: list[tuple[str, list[tuple[str, list[int]]]]] = []

    def add(self, pdf: bytes) -> list[int]:
        """Take over the pages of a PDF that `typeset` made; returns the numbers of their objects."""
        reader = PdfReader(io.BytesIO(pdf))
        known: dict[int, int] = {}
        waiting: list[int] = []

        def renumbered(value: PdfObject | None) -> PdfObject:
            if isinstance(value, IndirectObject):
                if value.idnum not in known:
                    known[value.idnum] = self._new()
                    waiting.append(value.idnum)
                return IndirectObject(known[value.idnum], 0, reader)
            if isinstance(value, StreamObject):
                for key in list(value.keys()):
                    value[key] = renumbered(value.raw_get(key))
                return value
            if isinstance(value, DictionaryObject):
                return DictionaryObject({key: renumbered(value.raw_get(key)) for key in value})
            if isinstance(value, ArrayObject):
                return ArrayObject([renumbered(one) for one in list.__iter__(value)])
            return value

        pages = []
        for page in reader.pages:
            number = self._new()
            pages.append(number)
            kept = DictionaryObject(
                {key: renumbered(page.raw_get(key)) for key in page if key not in _DROPPED}
            )
            for key in ("/MediaBox", "/Resources"):
                if key not in kept and (inherited := page.get(key)) is not None:
                    kept[NameObject(key)] = renumbered(inherited)
            kept[NameObject("/Parent")] = IndirectObject(self._tree, 0, reader)
            self._put(number, kept)
            while waiting:
                there = waiting.pop()
                value = reader.get_object(IndirectObject(there, 0, reader))
                self._put(known[there], renumbered(value))
        return pages

    def chapter(self, title: str, parts: list[tuple[str, list[int]]]) -> None:
        """The pages of a volume in their order, with what the bookmarks call them."""
        self._chapters.append((title, parts))

    def close(self) -> None:
        pages = [page for _, parts in self._chapters for _, own in parts for page in own]
        kids = ArrayObject([IndirectObject(page, 0, None) for page in pages])
        self._put(self._tree, _dictionary(Type="/Pages", Kids=kids, Count=len(pages)))
        outlines = self._outlines()
        self._put(
            self._catalog,
            _dictionary(
                Type="/Catalog",
                Pages=IndirectObject(self._tree, 0, None),
                Outlines=IndirectObject(outlines, 0, None),
                PageMode="/UseOutlines",
                Lang=TextStringObject("zh-CN"),
                ViewerPreferences=_dictionary(DisplayDocTitle=BooleanObject(True)),
            ),
        )
        info = self._new()
        self._put(info, _dictionary(Title=TextStringObject(self._title)))
        begins, identity = self._place, self._sum.hexdigest()[:32]
        rows = b"".join(b"%010d 00000 n \n" % place for place in self._at)
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(self._at) + 1) + rows)
        self._write(
            f"trailer\n<</Size {len(self._at) + 1}/Root {self._catalog} 0 R/Info {info} 0 R"
            f"/ID[<{identity}><{identity}>]>>\nstartxref\n{begins}\n%%EOF\n".encode()
        )

    def _outlines(self) -> int:
        """The tree of bookmarks: a volume, below it what it holds."""
        top = self._new()
        chapters = [
            (self._new(), title, parts) for title, parts in self._chapters if any(own for _, own in parts)
        ]
        for place, (number, title, parts) in enumerate(chapters):
            below = [(self._new(), name, own[0]) for name, own in parts if own]
            for nth, (item, name, page) in enumerate(below):
                self._put(item, _bookmark(name, page, number, [one[0] for one in below], nth))
            entry = _bookmark(title, below[0][2], top, [one[0] for one in chapters], place)
            entry |= _dictionary(
                First=IndirectObject(below[0][0], 0, None),
                Last=IndirectObject(below[-1][0], 0, None),
                Count=len(below),
            )
            self._put(number, entry)
        root = _dictionary(Type="/Outlines", Count=sum(1 + len(parts) for _, _, parts in chapters))
        if chapters:
            root |= _dictionary(
                First=IndirectObject(chapters[0][0], 0, None), Last=IndirectObject(chapters[-1][0], 0, None)
            )
        self._put(top, root)
        return top

    def _new(self) -> int:
        self._at.append(0)
        return len(self._at)

    def _put(self, number: int, value: PdfObject) -> None:
        self._at[number - 1] = self._place
        buffer = io.BytesIO()
        buffer.write(b"%d 0 obj\n" % number)
        value.write_to_stream(buffer)
        buffer.write(b"\nendobj\n")
        self._write(buffer.getvalue())

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._sum.update(data)
        self._place += len(data)


def _dictionary(**entries: Any) -> DictionaryObject:
    made = DictionaryObject()
    for key, value in entries.items():
        if isinstance(value, int) and not isinstance(value, PdfObject):
            value = NumberObject(value)
        elif isinstance(value, str) and not isinstance(value, PdfObject):
            value = NameObject(value)
        made[NameObject(f"/{key}")] = value
    return made


def _bookmark(name: str, page: int, parent: int, row: list[int], nth: int) -> DictionaryObject:
    made = _dictionary(
        Title=TextStringObject(name),
        Parent=IndirectObject(parent, 0, None),
        Dest=ArrayObject([IndirectObject(page, 0, None), NameObject("/Fit")]),
    )
    if nth:
        made |= _dictionary(Prev=IndirectObject(row[nth - 1], 0, None))
    if nth + 1 < len(row):
        made |= _dictionary(Next=IndirectObject(row[nth + 1], 0, None))
    return made
