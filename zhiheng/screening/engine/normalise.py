"""Turns text into the codes that are compared: what a reader would call the same letters gets the same codes.

Width, case, compatibility forms and traditional characters are folded; spaces, marks and ornaments vanish; clause
punctuation becomes one COMMA or STOP, which part passages and belong to no gram.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .jit import njit, types

COMMA, STOP = 1, 3  # below LETTER: the end of a clause, the end of a sentence
LETTER = 4
_DROP, _SLOW = 0, 2  # _SLOW: becomes several characters; the whole text is decomposed first
_COMMAS, _STOPS = "，：、,:､", "。；！？;!?\n\r｡．…"
_BATCH_CHARACTERS = 4_000_000

# Array types of the kernels: read-only, so that mapped files are taken as they are.
CODES = types.Array(types.uint16, 1, "C", readonly=True)
OFFSETS = types.Array(types.int64, 1, "C", readonly=True)


@dataclass
class Texts:
    """Normalised texts side by side. codes: uint16, all texts in a row; offsets: int64, one more than texts."""

    codes: np.ndarray
    offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> np.ndarray:
        return self.codes[self.offsets[row] : self.offsets[row + 1]]

    def taken(self, rows: np.ndarray) -> Texts:
        """The texts of these rows, in this order."""
        offsets = np.concatenate([[0], np.cumsum(np.diff(self.offsets)[rows])]).astype(np.int64)
        codes = np.empty(offsets[-1], np.uint16)
        _gather(self.codes, self.offsets, np.ascontiguousarray(rows, np.int64), codes, offsets)
        return Texts(codes, offsets)

    @staticmethod
    def concatenated(parts: Sequence[Texts]) -> Texts:
        """One after the other."""
        if len(parts) == 1:
            return parts[0]
        sizes = np.concatenate([np.zeros(1, np.int64), *(np.diff(part.offsets) for part in parts)])
        codes = np.concatenate([part.codes for part in parts]) if parts else np.zeros(0, np.uint16)
        return Texts(codes, np.cumsum(sizes))


def normalise(texts: Sequence[str]) -> Texts:
    """Codes of each text, in order. Any str is taken, lone surrogates and control characters included."""
    table = _table()
    parts, batch, size = [], [], 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= _BATCH_CHARACTERS:
            parts.append(_batch(batch, table))
            batch, size = [], 0
    if batch or not parts:
        parts.append(_batch(batch, table))
    return Texts.concatenated(parts)


def code_of(character: str) -> int:
    """The code one character is compared by; below LETTER when it is none (a mark, a space)."""
    return int(_table()[ord(character)])


def normaliser_digest() -> str:
    """Changes whenever any character would be folded differently, by us or by the variant dictionary."""
    return hashlib.sha256(_table().tobytes()).hexdigest()[:16]


def _batch(texts: list[str], table: np.ndarray) -> Texts:
    result, slow = _look_up(texts, table)
    if slow.any():
        texts = [
            unicodedata.normalize("NFKC", text) if flag else text
            for text, flag in zip(texts, slow, strict=True)
        ]
        result, _ = _look_up(texts, table)
    return result


def _look_up(texts: list[str], table: np.ndarray) -> tuple[Texts, np.ndarray]:
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    codes = np.empty(len(points), np.uint16)
    offsets = np.zeros(len(texts) + 1, np.int64)
    slow = np.zeros(len(texts), np.bool_)
    kept = _fold(points, ends, table, codes, offsets, slow)
    return Texts(codes[:kept].copy(), offsets), slow


@njit(
    types.int64(
        types.Array(types.uint32, 1, "C", readonly=True), OFFSETS, CODES, types.uint16[::1], types.int64[::1], types.boolean[::1]
    ),
    cache=True, nogil=True,
)  # fmt: skip
def _fold(points, ends, table, codes, offsets, slow):
    kept = 0
    start = 0
    for row in range(len(ends)):
        begin = offsets[row]
        for position in range(start, ends[row]):
            code = table[points[position]]
            if code == _SLOW:
                slow[row] = True
            elif code >= LETTER:
                codes[kept] = code
                kept += 1
            elif (
                code != _DROP and kept > begin
            ):  # a text begins with a letter, and of several marks the strongest stays
                if codes[kept - 1] < LETTER:
                    codes[kept - 1] = max(codes[kept - 1], code)
                else:
                    codes[kept] = code
                    kept += 1
        if kept > begin and codes[kept - 1] < LETTER:
            kept -= 1
        start = ends[row]
        offsets[row + 1] = kept
    return kept


@njit(types.void(CODES, OFFSETS, OFFSETS, types.uint16[::1], types.int64[::1]), cache=True, nogil=True)
def _gather(codes, offsets, rows, out, starts):
    for number in range(len(rows)):
        start = offsets[rows[number]]
        for position in range(starts[number + 1] - starts[number]):
            out[starts[number] + position] = codes[start + position]


@lru_cache(maxsize=1)
def _table() -> np.ndarray:
    """Code point → code, 0x110000 entries."""
    table = np.zeros(0x110000, np.uint16)
    simplified = _simplified()
    for point in range(0x10000):
        if 0xAC00 <= point <= 0xD7A3:
            table[point] = point
            continue
        if 0xD800 <= point <= 0xF8FF:
            continue
        form = unicodedata.normalize("NFKC", chr(point)).casefold()
        if len(form) != 1:
            # A spacing form of nothing (like U+00A8) is dropped with its space; real expansions take the slow way.
            table[point] = _SLOW if any(_kept(one) for one in form) else _DROP
        elif unicodedata.combining(form) and form == chr(point):
            table[point] = _SLOW
        elif _kept(form):
            folded = simplified.get(form, form)
            table[point] = ord(folded) if ord(folded) < 0x10000 else _beyond(ord(folded))
    for mark in _COMMAS:
        table[ord(mark)] = COMMA
    for mark in _STOPS:
        table[ord(mark)] = STOP
    rare = np.arange(0x20000, 0x40000)
    table[rare] = 0xE000 + rare % 0x1900  # characters beyond the basic plane share the private area
    for first, last in ((0x1D400, 0x1D7FF), (0x1F100, 0x1F2FF), (0x2F800, 0x2FA1F)):
        table[first : last + 1] = _SLOW
    table.setflags(write=False)
    return table


def _kept(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN"


def _beyond(point: int) -> int:
    return 0xE000 + point % 0x1900


def _simplified() -> dict[str, str]:
    """Traditional → simplified, character by character: a phrase rule would make a text depend on its neighbours."""
    from opencc import OpenCC

    characters = [
        chr(point) for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)) for point in range(first, last + 1)
    ]
    folded = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {
        one: other for one, other in zip(characters, folded, strict=True) if one != other and len(other) == 1
    }
