"""The drafting frame of a text: what is left when its terms and numbers are masked.

A text is read as words of its frame (particles, places, the trade's phrases: `frame_words.txt`, the longest first) and, between
them, slots. Marks are left out, numbers and letters belong to the slots, so two texts made from one template keep one skeleton
whatever was put in its places, and a list of things is one slot however long. Two skeletons are held against each other
by their runs of five words and slots:

    2 · runs in both / (runs of A + runs of B), where fewer than 60 runs together count as 60

Each run counts once, so a phrase that a text repeats weighs no more than another. The measure depends on the two texts
alone. Strangers hardly reach .2, because five words in a row are seldom framed alike by chance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from .jit import njit, types
from .normalise import CODES, LETTER, OFFSETS, Texts, normalise

RUN, BITS = 5, 12  # words in a run, bits of a word's number
SLOT = LETTER
_LEAST = 60  # runs of both texts together, below which a few shared ones would look like much


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Frame words as a tree over codes. starts[node]:starts[node + 1] are its branches; word[node] is 0 or the word's
    number (from SLOT + 1 on)."""

    starts: np.ndarray
    branches: np.ndarray
    nodes: np.ndarray
    word: np.ndarray
    words: tuple[str, ...]
    digest: str


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The packaged frame words."""
    lines = Path(__file__).with_name("frame_words.txt").read_text("utf-8").splitlines()
    words = sorted({word for line in lines if not line.startswith("#") for word in line.split()})
    if SLOT + len(words) >= 1 << BITS:
        raise ValueError(f"frame_words.txt holds {len(words)} words; {(1 << BITS) - SLOT - 1} fit")
    folded = normalise(words)
    tree: list[dict[int, int]] = [{}]
    ends = [0]
    for number in range(SLOT + 1, SLOT + 1 + len(words)):
        node = 0
        for code in folded[number - SLOT - 1].tolist():
            if code not in tree[node]:
                tree[node][code] = len(tree)
                tree.append({})
                ends.append(0)
            node = tree[node][code]
        ends[node] = number
    order = [sorted(branches.items()) for branches in tree]
    return Lexicon(
        np.cumsum([0, *map(len, order)]).astype(np.int64),
        np.array([code for branches in order for code, _ in branches], np.uint16),
        np.array([node for branches in order for _, node in branches], np.int64),
        np.array(ends, np.uint16),
        tuple(words),
        hashlib.sha256("\n".join(words).encode()).hexdigest()[:16],
    )


def skeletons(texts: Texts, rows: np.ndarray, workers: int = 1) -> Texts:
    """The skeleton of each of these texts: numbers of frame words, slots between them."""
    words = lexicon()
    first = _first_branches(words)
    rows = np.ascontiguousarray(rows, np.int64)

    def part(bounds: tuple[int, int]) -> Texts:
        chosen = rows[bounds[0] : bounds[1]]
        room = int((texts.offsets[chosen + 1] - texts.offsets[chosen]).sum()) + 1
        codes, offsets = np.empty(room, np.uint16), np.zeros(len(chosen) + 1, np.int64)
        size = _read(
            texts.codes, texts.offsets, chosen, words.starts, words.branches, words.nodes, words.word, first, codes, offsets,
            np.empty(room, np.int64),
        )  # fmt: skip
        return Texts(codes[:size].copy(), offsets)

    with ThreadPoolExecutor(max(1, workers)) as pool:
        parts = list(pool.map(part, [(low, low + 16_384) for low in range(0, len(rows), 16_384)]))
    return Texts.concatenated(parts) if parts else Texts(np.zeros(0, np.uint16), np.zeros(1, np.int64))


def skeleton_places(text: Texts) -> tuple[list[int], list[int]]:
    """The skeleton of one text, and at which of its codes each word or slot begins."""
    words = lexicon()
    room = len(text.codes) + 1
    codes, begins = np.empty(room, np.uint16), np.empty(room, np.int64)
    size = _read(
        text.codes, text.offsets, np.zeros(1, np.int64), words.starts, words.branches, words.nodes, words.word,
        _first_branches(words), codes, np.zeros(2, np.int64), begins,
    )  # fmt: skip
    return codes[:size].tolist(), begins[:size].tolist()


@dataclass(frozen=True)
class Runs:
    """The different runs of each skeleton: values[offsets[i]:offsets[i + 1]], sorted, uint32 hashes."""

    values: np.ndarray
    offsets: np.ndarray


def runs(made: Texts) -> Runs:
    values = np.empty(len(made.codes) + 1, np.uint32)
    offsets = np.zeros(len(made) + 1, np.int64)
    size = _runs(made.codes, made.offsets, values, offsets)
    return Runs(values[:size].copy(), offsets)


def frame_similarity(
    one: Runs, first: np.ndarray, second: np.ndarray, other: Runs | None = None,
    done: Callable[[int], None] = lambda count: None,
) -> np.ndarray:  # fmt: skip
    """Similarity of each pair of skeletons, 0 to 1, rounded to four places."""
    other = other or one
    result = np.empty(len(first), np.float64)
    _shared(one.values, one.offsets, other.values, other.offsets, np.ascontiguousarray(first), np.ascontiguousarray(second), result)  # fmt: skip
    done(len(first))
    return np.round(result, 4)


@lru_cache(maxsize=1)
def _first_branches(words: Lexicon) -> np.ndarray:
    """Code → node one step below the root, 0 for none: most letters begin no frame word."""
    first = np.zeros(1 << 16, np.int64)
    for place in range(int(words.starts[0]), int(words.starts[1])):
        first[words.branches[place]] = words.nodes[place]
    return first


_numbers = types.Array(types.uint16, 1, "C", readonly=True)
_places = types.Array(types.int64, 1, "C", readonly=True)


@njit(
    types.int64(CODES, OFFSETS, OFFSETS, _places, _numbers, _places, _numbers, _places, types.uint16[::1], types.int64[::1], types.int64[::1]),
    cache=True, nogil=True,
)  # fmt: skip
def _read(codes, offsets, rows, starts, branches, nodes, word, first, out, places, begins):
    size = 0
    for number in range(len(rows)):
        begin = size
        position = offsets[rows[number]]
        stop = offsets[rows[number] + 1]
        while position < stop:
            if codes[position] < LETTER:  # a mark ends a word and is none
                position += 1
                continue
            node = first[codes[position]]
            found = 0
            end = position + 1
            if node:
                ahead = position + 1
                if word[node]:
                    found, end = word[node], ahead
                while ahead < stop:
                    low, high = starts[node], starts[node + 1]
                    code = codes[ahead]
                    while low < high:
                        middle = (low + high) // 2
                        if branches[middle] < code:
                            low = middle + 1
                        else:
                            high = middle
                    if low == starts[node + 1] or branches[low] != code:
                        break
                    node = nodes[low]
                    ahead += 1
                    if word[node]:
                        found, end = word[node], ahead
            begins[size] = position - offsets[rows[number]]
            if found:
                out[size] = found
                size += 1
            elif size == begin or out[size - 1] != SLOT:
                out[size] = SLOT
                size += 1
            position = end
        places[number + 1] = size
    return size


@njit(types.int64(CODES, OFFSETS, types.uint32[::1], types.int64[::1]), cache=True, nogil=True)
def _runs(codes, offsets, values, places):
    size = 0
    for row in range(len(offsets) - 1):
        begin = size
        run = np.uint64(0)
        for position in range(offsets[row], offsets[row + 1]):
            run = ((run << np.uint64(BITS)) | np.uint64(codes[position])) & np.uint64((1 << (RUN * BITS)) - 1)
            if position - offsets[row] >= RUN - 1:
                spread = run * np.uint64(0x9E3779B97F4A7C15)
                values[size] = np.uint32((spread ^ (spread >> np.uint64(29))) >> np.uint64(32))
                size += 1
        if size - begin > 1:
            part = np.sort(values[begin:size])
            size = begin
            for number in range(len(part)):
                if number == 0 or part[number] != part[number - 1]:
                    values[size] = part[number]
                    size += 1
        places[row + 1] = size
    return size


_hashes = types.Array(types.uint32, 1, "C", readonly=True)


@njit(
    types.void(_hashes, OFFSETS, _hashes, OFFSETS, OFFSETS, OFFSETS, types.float64[::1]),
    cache=True,
    nogil=True,
)
def _shared(values, offsets, other_values, other_offsets, first, second, result):
    for pair in range(len(first)):
        i, i_stop = offsets[first[pair]], offsets[first[pair] + 1]
        j, j_stop = other_offsets[second[pair]], other_offsets[second[pair] + 1]
        total = (i_stop - i) + (j_stop - j)
        shared = 0
        while i < i_stop and j < j_stop:
            if values[i] == other_values[j]:
                shared += 1
                i += 1
                j += 1
            elif values[i] < other_values[j]:
                i += 1
            else:
                j += 1
        result[pair] = 2 * shared / max(_LEAST, total)
