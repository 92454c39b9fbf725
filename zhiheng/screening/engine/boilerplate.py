"""What many applications of a list say word for word: headings, closing formulas, an agency's standing paragraphs.

In whole applications such passages are half of the text, so every application would look like every other and the number
of pairs worth comparing would grow with the square of the list. They are taken out before anything is compared, at any
size of list. How often a passage must recur is a number, not a share, so that an application without it changes nothing.
"""

from __future__ import annotations

import numpy as np

from .jit import njit, types
from .normalise import CODES, LETTER, OFFSETS, Texts
from .signatures import content_hashes, mix

COMMON = 20  # different texts that say a passage word for word
LONG = 800  # codes of a text on average from which a list holds whole applications
_SHORTEST = 6  # letters of a passage: shorter ones go with what follows
_LEFT = 0.25  # of a text that must remain; else it is compared whole


def without_boilerplate(texts: Texts, common: int = COMMON) -> tuple[Texts, float]:
    """The texts without passages that `common` of them say word for word, and the share of codes taken out.

    Equal texts count once. A text of which hardly anything would remain is left as it is.
    """
    _, places = np.unique(content_hashes(texts), return_index=True)
    hashes, owners = _passages(texts.codes, texts.offsets, np.sort(places))
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    fresh = np.ones(len(hashes), np.bool_)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    values, counts = np.unique(hashes[fresh], return_counts=True)
    known = values[counts >= common]
    if not len(known):
        return texts, 0.0
    codes, offsets = np.empty(len(texts.codes), np.uint16), np.zeros(len(texts) + 1, np.int64)
    size = _left(texts.codes, texts.offsets, known, _LEFT, codes, offsets)
    return Texts(codes[:size].copy(), offsets), 1 - size / max(1, len(texts.codes))


@njit(types.int64(CODES, types.int64, types.int64), cache=True, nogil=True, inline="always")
def _end(codes, position, stop):
    """Where the passage that begins here ends: behind the mark that follows its sixth letter or a later one."""
    letters = 0
    while position < stop:
        if codes[position] >= LETTER:
            letters += 1
        elif letters >= _SHORTEST:
            return position + 1
        position += 1
    return stop


@njit(types.uint64(CODES, types.int64, types.int64), cache=True, nogil=True, inline="always")
def _hash(codes, begin, end):
    value = np.uint64(1469598103934665603)
    for position in range(begin, end):
        if codes[position] >= LETTER:
            value = (value ^ np.uint64(codes[position])) * np.uint64(1099511628211)
    return mix(value)


@njit(types.Tuple((types.uint64[::1], types.int64[::1]))(CODES, OFFSETS, OFFSETS), cache=True, nogil=True)
def _passages(codes, offsets, rows):
    room = 0
    for row in rows:
        room += (offsets[row + 1] - offsets[row]) // _SHORTEST + 2
    hashes, owners = np.empty(room, np.uint64), np.empty(room, np.int64)
    size = 0
    for row in rows:
        begin = offsets[row]
        while begin < offsets[row + 1]:
            end = _end(codes, begin, offsets[row + 1])
            hashes[size], owners[size] = _hash(codes, begin, end), row
            size += 1
            begin = end
    return hashes[:size].copy(), owners[:size].copy()


_known = types.Array(types.uint64, 1, "C", readonly=True)


@njit(
    types.int64(CODES, OFFSETS, _known, types.float64, types.uint16[::1], types.int64[::1]),
    cache=True,
    nogil=True,
)
def _left(codes, offsets, known, least, out, places):
    size = 0
    for row in range(len(offsets) - 1):
        start = size
        begin = offsets[row]
        while begin < offsets[row + 1]:
            end = _end(codes, begin, offsets[row + 1])
            value = _hash(codes, begin, end)
            low, high = 0, len(known)
            while low < high:
                middle = (low + high) // 2
                if known[middle] < value:
                    low = middle + 1
                else:
                    high = middle
            if low == len(known) or known[low] != value:
                for position in range(begin, end):
                    out[size] = codes[position]
                    size += 1
            begin = end
        whole = offsets[row + 1] - offsets[row]
        if size - start < least * whole:
            size = start
            for position in range(offsets[row], offsets[row + 1]):
                out[size] = codes[position]
                size += 1
        elif size > start and out[size - 1] < LETTER:
            size -= 1
        places[row + 1] = size
    return size
