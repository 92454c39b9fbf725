"""What a workbook in the old format (BIFF8 of Excel and WPS) says beside its cells.

The cells are read by calamine; it does not tell number formats, hidden and struck rows, texts in several fonts, notes, boxes,
headers and footers, all of which may change what a number means. [MS-XLS] 2.4 describes the records.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from .formats import BUILT_IN, number_format, shows_no_day
from .sheets import RAISED_DIGIT, STRUCK_IN_PART, UNCOMPUTED, Place

_BOUNDSHEET, _FONT, _FORMAT, _XF, _DATEMODE, _BOF, _EOF = 0x85, 0x31, 0x41E, 0xE0, 0x22, 0x809, 0x0A
_ROW, _COLINFO, _HEADER, _FOOTER, _NOTE, _OBJ, _TXO, _CONTINUE = (
    0x208,
    0x7D,
    0x14,
    0x15,
    0x1C,
    0x5D,
    0x1B6,
    0x3C,
)
_CELLS = frozenset((0x203, 0x27E, 0xFD, 0x204, 0x06, 0x205))  # NUMBER, RK, LABELSST, LABEL, FORMULA, BOOLERR
_MULRK, _SHARED_TEXTS, _SHARED_TEXT_CELL, _FORMULA = 0xBD, 0xFC, 0xFD, 0x06
_EMPTY_RESULT = b"\x03"  # a formula's result, where it is a text of no length
_TEXT_IN_FORMULA = 0x17  # the token of a text that a formula holds


@dataclass(slots=True)
class Facts:
    """What the records of one sheet say; places are (row from 1, column from 0), as the new format numbers them."""

    formats: dict[Place, str] = field(default_factory=dict)
    struck: set[Place] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    comments: dict[Place, str] = field(default_factory=dict)
    unread: dict[Place, str] = field(default_factory=dict)  # why a cell has no value that can be trusted


@dataclass(slots=True)
class _Styles:
    codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    struck_fonts: list[bool] = field(default_factory=list)
    raised_fonts: list[bool] = field(default_factory=list)
    cells: list[tuple[int, int]] = field(default_factory=list)  # (font, number format) of each cell style

    def telling(self) -> tuple[dict[int, str], set[int]]:
        """Cell styles whose number format changes what a number means, and those that strike through."""
        formats, struck = {}, set()
        for number, (font, code) in enumerate(self.cells):
            text = self.codes.get(code, "General")
            form = number_format(text)
            if (form and form.telling) or shows_no_day(text):
                formats[number] = text
            if _is(self.struck_fonts, font):
                struck.add(number)
        return formats, struck

    def doubt(self, text: str, runs: list[tuple[int, int]]) -> str:
        """Why a text in several fonts, each from a place on, is not what its signs one behind the other read as; or ""."""
        ends = [place for place, _ in runs[1:]] + [len(text)]
        for (start, font), end in zip(runs, ends, strict=True):
            if start < end and _is(self.struck_fonts, font):
                return STRUCK_IN_PART
            if _is(self.raised_fonts, font) and text[:start][-1:].isdigit() and text[start:end][:1].isdigit():
                return RAISED_DIGIT
        return ""


def _is(fonts: list[bool], number: int) -> bool:
    """What holds of a font by its number; there is no font number 4."""
    number -= number > 4
    return number < len(fonts) and fonts[number]


def facts(data: bytes) -> tuple[dict[str, Facts], bool] | None:
    """(facts of each sheet by its name, whether days count from 1904); None when it is not BIFF8.

    data: the whole file. Raises ValueError, OSError or struct.error when it is broken.
    """
    import olefile  # loaded only for the rare workbook in the old format

    if not olefile.isOleFile(data):
        return None
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        if not container.exists("Workbook"):
            return None
        with container.openstream("Workbook") as stream:
            book = stream.read()
    styles, places, counts_from_1904 = _Styles(), {}, False
    texts: list[bytes] = []
    before = 0
    for kind, body, _ in _records(book, 0):
        if kind == _SHARED_TEXTS or (kind == _CONTINUE and before in (_SHARED_TEXTS, _CONTINUE) and texts):
            texts.append(body)
        before = kind
        if kind == _BOUNDSHEET:
            places[_short_text(body[6:])] = struct.unpack_from("<I", body)[0]
        elif kind == _FONT:
            flags, raising = struct.unpack_from("<H4xH", body, 2)
            styles.struck_fonts.append(bool(flags & 0x08))
            styles.raised_fonts.append(raising in (1, 2))
        elif kind == _FORMAT:
            styles.codes[struct.unpack_from("<H", body)[0]] = _text(body[2:])
        elif kind == _XF:
            styles.cells.append(struct.unpack_from("<HH", body))
        elif kind == _DATEMODE:
            counts_from_1904 = body[:2] == b"\x01\x00"
    telling, struck = styles.telling()
    doubtful = _doubtful_texts(texts, styles) if any(styles.struck_fonts + styles.raised_fonts) else {}
    return {
        name: _sheet(book, start, telling, struck, doubtful) for name, start in places.items()
    }, counts_from_1904


class _SharedTexts:
    """The bytes of the shared texts, which go on from one record to the next."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts, self.part, self.at = parts, 0, 0

    def take(self, count: int) -> bytes:
        """So many bytes, wherever one record ends and the next begins."""
        taken = b""
        while len(taken) < count:
            piece = self.parts[self.part][self.at : self.at + count - len(taken)]
            taken, self.at = taken + piece, self.at + len(piece)
            if len(taken) < count:
                self.part, self.at = self.part + 1, 0
        return taken

    def characters(self, count: int, wide: bool) -> str:
        """So many characters; where a record ends among them, the next begins by saying how wide they are."""
        text = ""
        while len(text) < count:
            if self.at >= len(self.parts[self.part]):
                self.part, self.at = self.part + 1, 1
                wide = bool(self.parts[self.part][0] & 1)
            width = 2 if wide else 1
            here = min((len(self.parts[self.part]) - self.at) // width, count - len(text)) * width
            piece = self.parts[self.part][self.at : self.at + here]
            text += _one_by_one(piece) if wide else piece.decode("latin-1")
            self.at += here or len(self.parts[self.part]) - self.at
        return text


def _one_by_one(piece: bytes) -> str:
    """UTF-16 by its units, half of a pair as a sign of its own: places in a text are counted so."""
    return "".join(map(chr, struct.unpack(f"<{len(piece) // 2}H", piece)))


def _doubtful_texts(parts: list[bytes], styles: _Styles) -> dict[int, str]:
    """Number of a shared text → why it is not what it reads as."""
    found: dict[int, str] = {}
    if not parts:
        return found
    _, count = struct.unpack_from("<II", parts[0])
    texts = _SharedTexts(parts)
    texts.take(8)
    for number in range(count):
        length, flags = struct.unpack("<HB", texts.take(3))
        runs = struct.unpack("<H", texts.take(2))[0] if flags & 0x08 else 0
        more = struct.unpack("<I", texts.take(4))[0] if flags & 0x04 else 0
        text = texts.characters(length, bool(flags & 1))
        fonts = list(struct.iter_unpack("<HH", texts.take(4 * runs)))
        texts.take(more)
        if fonts and (why := styles.doubt(text, fonts)):
            found[number] = why
    return found


def _records(book: bytes, start: int) -> Iterator[tuple[int, bytes, int]]:
    """(kind, body, where the next begins) of the records from `start` to the end of that substream; charts inside are passed."""
    depth = 0
    while start + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, start)
        body, start = book[start + 4 : start + 4 + length], start + 4 + length
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, body, start


def _sheet(
    book: bytes, start: int, telling: dict[int, str], struck: set[int], doubtful: dict[int, str]
) -> Facts:
    found = Facts()
    texts: dict[int, str] = {}  # number of an object that lies over the sheet → its words
    notes: dict[int, Place] = {}
    current = -1
    for kind, body, following in _records(book, start):
        if kind in _CELLS and len(body) >= 6:
            row, column, style = struct.unpack_from("<HHH", body)
            _mark(found, row + 1, column, style, telling, struck)
            if kind == _SHARED_TEXT_CELL and len(body) >= 10:
                if why := doubtful.get(struct.unpack_from("<I", body, 6)[0]):
                    found.unread[row + 1, column] = why
            elif kind == _FORMULA and _never_computed(body):
                found.unread[row + 1, column] = UNCOMPUTED
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", body)
            for number in range((len(body) - 6) // 6):
                style = struct.unpack_from("<H", body, 4 + 6 * number)[0]
                _mark(found, row + 1, first + number, style, telling, struck)
        elif kind == _ROW and struct.unpack_from("<H", body, 12)[0] & 0x20:
            found.hidden.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLINFO:
            first, last, _, _, flags = struct.unpack_from("<HHHHH", body)
            if flags & 1 and last - first < 256:
                found.hidden_columns.update(range(first, last + 1))
        elif kind in (_HEADER, _FOOTER) and body:
            found.words.append(_text(body))
        elif kind == _OBJ and len(body) >= 8:
            current = struct.unpack_from("<H", body, 6)[0]
        elif kind == _TXO:
            texts[current] = _words_of_object(book, body, following)
        elif kind == _NOTE:
            row, column, _, number = struct.unpack_from("<HHHH", body)
            notes[number] = row + 1, column
    found.comments = {place: texts[number] for number, place in notes.items() if texts.get(number)}
    found.words += [text for number, text in texts.items() if number not in notes and text]
    return found


def _never_computed(body: bytes) -> bool:
    """Whether a formula that can give no text is stored with one of no length: the program that wrote it does not compute."""
    return body[6:7] == _EMPTY_RESULT and body[12:14] == b"\xff\xff" and _TEXT_IN_FORMULA not in body[22:]


def _mark(found: Facts, row: int, column: int, style: int, telling: dict[int, str], struck: set[int]) -> None:
    if style in telling:
        found.formats[row, column] = telling[style]
    if style in struck:
        found.struck.add((row, column))


def _words_of_object(book: bytes, body: bytes, following: int) -> str:
    """The text of an object: as many characters as its record says, in the records that go on behind it."""
    left = struct.unpack_from("<H", body, 10)[0] if len(body) >= 12 else 0
    parts = []
    while left > 0 and following + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, following)
        if kind != _CONTINUE or length < 1:
            break
        piece = book[following + 5 : following + 4 + length]
        wide = book[following + 4] & 1
        text = piece.decode("utf-16-le" if wide else "latin-1", errors="replace")[:left]
        parts.append(text)
        left, following = left - len(text), following + 4 + length
    return "".join(parts).strip()


def _text(body: bytes) -> str:
    """A text with its length in two bytes."""
    count, flags = struct.unpack_from("<HB", body)
    return _characters(body[3:], count, flags)


def _short_text(body: bytes) -> str:
    """A text with its length in one byte."""
    count, flags = struct.unpack_from("<BB", body)
    return _characters(body[2:], count, flags)


def _characters(body: bytes, count: int, flags: int) -> str:
    if flags & 1:
        return body[: 2 * count].decode("utf-16-le", errors="replace")
    return body[:count].decode("latin-1")
