"""Grams of some codes in a row, the table of grams that say nothing, and the minimum hashes of the rest.

A gram is its codes in one integer, so two grams are equal exactly when their codes are: three characters of a text, or
five words and slots of its skeleton. Only what selects
candidates depends on the table; the similarity of two texts (`similarity`) never does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from .candidates import within
from .jit import njit, types, uint64
from .normalise import CODES, LETTER, OFFSETS, Texts
from .settings import Settings

_FEW = 16  # a text with fewer telling grams is described by all of its grams
# Copies of one text must not make its own words look like stock phrases: before grams are counted, of texts that share one
# of these long keys and this much of all their grams one is kept. (One character in twenty edited in both leaves .57.)
_COPY_BANDS, _COPY_ROWS, _COPY_OVERLAP = 32, 6, 0.45
_SKETCH_BITS = 22
_TRIAL = 8_192  # texts on which the number of colliding pairs is measured before the run …
_TRIAL_CODES = 4_000_000  # … or fewer, when they are long


@njit(uint64(uint64), cache=True, nogil=True, inline="always")
def mix(value):
    """Spreads 64 bits over 64 bits (the finaliser of MurmurHash3)."""
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@dataclass(frozen=True)
class Grams:
    """How grams are taken: so many codes in a row, each below 2 to the power of `bits`."""

    size: int
    bits: int


LETTERS = Grams(3, 16)


@dataclass(frozen=True)
class Table:
    """Grams left out when candidates are selected.

    grams: sorted uint64; counted: documents they were counted over; share: of these, in more than which they occur.
    """

    grams: np.ndarray
    counted: int
    share: float

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.grams.tobytes()).hexdigest()[:16]

    def words(self) -> list[str]:
        """The grams as text (rare characters share codes and are shown as □)."""
        return [
            "".join(
                chr(c) if c < 0xE000 else "□"
                for c in (int(g) >> 32, (int(g) >> 16) & 0xFFFF, int(g) & 0xFFFF)
            )
            for g in self.grams
        ]

    def slots(self) -> np.ndarray:
        """The grams spread over a power of two of places, for lookup by hash; 0 is empty."""
        size = 8
        while size < 4 * len(self.grams):
            size *= 2
        slots = np.zeros(size, np.uint64)
        _fill(self.grams, slots)
        return slots


def permutations(settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """Odd multipliers and addends of the hash functions, fixed by the seed."""
    random = np.random.Generator(np.random.PCG64(settings.seed))
    multipliers = random.integers(0, 1 << 32, settings.slots, np.uint32) | np.uint32(1)
    return multipliers, random.integers(0, 1 << 32, settings.slots, np.uint32)


def content_hashes(texts: Texts) -> np.ndarray:
    """uint64 per text, equal for equal codes. They order texts the same way whatever the order of the rows."""
    hashes = np.empty(len(texts), np.uint64)
    _content(texts.codes, texts.offsets, hashes)
    return hashes


def build_table(
    texts: Texts,
    rows: np.ndarray,
    hashes: np.ndarray,
    settings: Settings,
    workers: int = 1,
    total: int | None = None,
    grams_of: Grams = LETTERS,
    in_vain: Callable[[np.ndarray], float] | None = None,
) -> Table:
    """Count grams over a sample of distinct texts and drop those found in too many of them.

    rows: the distinct texts to choose from; hashes: their content hashes. The sample is the texts with the smallest
    hashes, so it depends on the set of texts alone. total: how many texts will be compared, when `rows` are not all. in_vain: of
    pairs of texts whose sketches agree, the share that would be compared for nothing.
    """
    total = max(total or 0, len(rows))
    order = np.argsort(hashes, kind="stable")[: settings.sample]
    rows = without_copies(texts, rows[order], settings, workers, grams_of)
    limits = [max(settings.dropped_floor, int(share * len(rows))) for share in settings.dropped_shares]
    parts = _in_parts(
        workers,
        len(rows),
        lambda low, high: _count_slots(
            texts.codes, texts.offsets, rows[low:high], _SKETCH_BITS, grams_of.size, grams_of.bits
        ),
    )
    for part in parts[1:]:
        parts[0] += part
    frequent = _in_parts(
        workers,
        len(rows),
        lambda low, high: _count_frequent(
            texts.codes,
            texts.offsets,
            rows[low:high],
            parts[0],
            limits[-1],
            _SKETCH_BITS,
            grams_of.size,
            grams_of.bits,
        ),
    )
    grams, places = np.unique(np.concatenate([part[0] for part in frequent]), return_inverse=True)
    documents = np.zeros(len(grams), np.int64)
    np.add.at(documents, places, np.concatenate([part[1] for part in frequent]))
    lengths = np.cumsum(np.diff(texts.offsets)[rows[:_TRIAL]])
    trial = rows[: max(512, int(np.searchsorted(lengths, _TRIAL_CODES)))]
    for share, limit in zip(settings.dropped_shares, limits, strict=True):
        table = Table(grams[documents > limit], len(rows), share)
        keys, sketches = signatures(texts, trial, table, settings, workers, grams_of=grams_of)
        times = (total / max(1, len(trial))) ** 2
        colliding = sum(_colliding(np.sort(band)) for band in keys)
        if colliding * times > max(settings.budget * total, settings.budget_least):
            continue
        if in_vain is None:
            break
        pairs = within(keys, sketches, settings.estimate, settings, workers)
        most = max(settings.compared * total, settings.compared_least)
        if len(pairs) * times <= most or len(pairs) * times * in_vain(trial[pairs]) <= most:
            break
    return table


def without_copies(
    texts: Texts, rows: np.ndarray, settings: Settings, workers: int, grams_of: Grams = LETTERS
) -> np.ndarray:
    """Of texts that are copies of each other, one (the first)."""
    everything = Table(np.zeros(0, np.uint64), 0, 1.0)
    coarse = replace(settings, bands=_COPY_BANDS, rows=_COPY_ROWS, estimate=_COPY_OVERLAP)
    keys, sketches = signatures(texts, rows, everything, coarse, workers, grams_of=grams_of)
    first = np.ones(len(rows), np.bool_)
    first[within(keys, sketches, coarse.estimate, coarse, workers)[:, 1]] = False
    return rows[first]


def _colliding(ordered: np.ndarray) -> int:
    """Pairs of equal keys among sorted keys."""
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1], [True]]))
    sizes = np.diff(starts)
    return int((sizes * (sizes - 1) // 2).sum())


def signatures(
    texts: Texts,
    rows: np.ndarray,
    table: Table,
    settings: Settings,
    workers: int = 1,
    *,
    done: Callable[[int], None] = lambda count: None,
    grams_of: Grams = LETTERS,
) -> tuple[np.ndarray, np.ndarray]:
    """Band keys (uint32, bands × texts) and sketches (uint8, texts × slots) of the given rows.

    A text with too few telling grams is described by all of its grams; a skeleton without them (one every text of the
    list has) gets keys of its own, so that it meets nobody. `done` is told how many texts were finished since last.
    """
    bands, per_band = settings.bands, settings.rows
    multipliers, addends = permutations(settings)
    slots = table.slots()
    keys = np.empty((bands, len(rows)), np.uint32)
    sketches = np.empty((len(rows), bands * per_band), np.uint8)
    telling = np.zeros(len(rows), np.int64)

    def part(start: int) -> int:
        stop = min(len(rows), start + block)
        _sign(
            texts.codes, texts.offsets, rows[start:stop], slots, multipliers, addends, bands, per_band,
            keys[:, start:stop], sketches[start:stop], grams_of.size, grams_of.bits, telling[start:stop],
        )  # fmt: skip
        return stop - start

    block = max(1, min(4096, -(-len(rows) // workers)))
    with ThreadPoolExecutor(max(1, workers)) as pool:
        for count in pool.map(part, range(0, len(rows), block)):
            done(count)  # in the caller's own thread: it may write into a database
    if grams_of != LETTERS:
        mute = np.flatnonzero(telling < _FEW)
        keys[:, mute] = mute.astype(np.uint32)
    return keys, sketches


def _in_parts(workers: int, count: int, work: Callable[[int, int], object]) -> list:
    """Run `work(low, high)` over equal parts on `workers` threads (the kernels let go of the interpreter)."""
    if workers == 1 or count < 2 * workers:
        return [work(0, count)]
    bounds = [count * i // workers for i in range(workers + 1)]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, bounds[:-1], bounds[1:]))


@njit(types.void(types.uint64[::1], types.uint64[::1]), cache=True, nogil=True)
def _fill(grams, slots):
    mask = np.uint64(len(slots) - 1)
    for gram in grams:
        place = mix(gram) & mask
        while slots[place] != 0:
            place = (place + np.uint64(1)) & mask
        slots[place] = gram


@njit(types.void(CODES, OFFSETS, types.uint64[::1]), cache=True, nogil=True)
def _content(codes, offsets, hashes):
    for row in range(len(offsets) - 1):
        value = np.uint64(offsets[row + 1] - offsets[row])
        for position in range(offsets[row], offsets[row + 1]):
            value = (value ^ np.uint64(codes[position])) * np.uint64(0x9E3779B97F4A7C15)
            value ^= value >> np.uint64(29)
        hashes[row] = mix(value)


@njit(
    types.uint32[::1](CODES, OFFSETS, OFFSETS, types.int64, types.int64, types.int64), cache=True, nogil=True
)
def _count_slots(codes, offsets, rows, bits, gram_size, gram_bits):
    """In how many texts a gram with this hash occurs; different grams may share a slot."""
    shift_by = np.uint64(gram_bits)
    whole = np.uint64((1 << (gram_size * gram_bits)) - 1)
    counts = np.zeros(1 << bits, np.uint32)
    seen = np.zeros(1 << bits, np.uint32)
    shift = np.uint64(64 - bits)
    for number in range(len(rows)):
        gram = np.uint64(0)
        length = 0
        for position in range(offsets[rows[number]], offsets[rows[number] + 1]):
            code = codes[position]
            if code < LETTER:
                continue
            gram = ((gram << shift_by) | np.uint64(code)) & whole
            length += 1
            if length >= gram_size:
                slot = mix(gram) >> shift
                if seen[slot] != number + 1:
                    seen[slot] = number + 1
                    counts[slot] += np.uint32(1)
    return counts


@njit(
    types.Tuple((types.uint64[::1], types.int64[::1]))(
        CODES, OFFSETS, OFFSETS, types.uint32[::1], types.int64, types.int64, types.int64, types.int64
    ),
    cache=True, nogil=True,
)  # fmt: skip
def _count_frequent(codes, offsets, rows, slots, limit, bits, gram_size, gram_bits):
    """The grams of slots counted above the limit, and in how many of these texts each occurs."""
    shift_by = np.uint64(gram_bits)
    whole = np.uint64((1 << (gram_size * gram_bits)) - 1)
    shift = np.uint64(64 - bits)
    grams, counts, seen = (
        np.zeros(1 << 16, np.uint64),
        np.zeros(1 << 16, np.int64),
        np.zeros(1 << 16, np.int64),
    )
    used = 0
    for number in range(len(rows)):
        gram = np.uint64(0)
        length = 0
        for position in range(offsets[rows[number]], offsets[rows[number] + 1]):
            code = codes[position]
            if code < LETTER:
                continue
            gram = ((gram << shift_by) | np.uint64(code)) & whole
            length += 1
            if length < gram_size:
                continue
            hashed = mix(gram)
            if slots[hashed >> shift] <= limit:
                continue
            room = np.uint64(len(grams) - 1)
            place = hashed & room
            while grams[place] != 0 and grams[place] != gram:
                place = (place + np.uint64(1)) & room
            if grams[place] == 0:
                grams[place] = gram
                used += 1
            if seen[place] != number + 1:
                seen[place] = number + 1
                counts[place] += 1
            if 2 * used > len(grams):
                old_grams, old_counts, old_seen = grams, counts, seen
                size = 2 * len(grams)
                room = np.uint64(size - 1)
                grams, counts, seen = (
                    np.zeros(size, np.uint64),
                    np.zeros(size, np.int64),
                    np.zeros(size, np.int64),
                )
                for old in range(len(old_grams)):
                    if old_grams[old] != 0:
                        place = mix(old_grams[old]) & room
                        while grams[place] != 0:
                            place = (place + np.uint64(1)) & room
                        grams[place] = old_grams[old]
                        counts[place] = old_counts[old]
                        seen[place] = old_seen[old]
    found = grams != 0
    return grams[found], counts[found]


@njit(
    types.void(
        CODES, OFFSETS, OFFSETS, types.uint64[::1], types.uint32[::1], types.uint32[::1], types.int64, types.int64,
        types.Array(types.uint32, 2, "A"), types.Array(types.uint8, 2, "A"), types.int64, types.int64,
        types.int64[::1],
    ),
    cache=True, nogil=True,
)  # fmt: skip
def _sign(
    codes, offsets, rows, dropped, multipliers, addends, bands, per_band, keys, sketches, gram_size, gram_bits, telling
):  # fmt: skip
    shift_by = np.uint64(gram_bits)
    whole = np.uint64((1 << (gram_size * gram_bits)) - 1)
    mask = np.uint64(len(dropped) - 1)
    slots = len(multipliers)
    least = np.empty(slots, np.uint32)
    for number in range(len(rows)):
        used = 0
        for attempt in range(2):  # the second time with every gram, when the first left too little
            least[:] = np.uint32(0xFFFFFFFF)
            gram = np.uint64(0)
            length = 0
            for position in range(offsets[rows[number]], offsets[rows[number] + 1]):
                code = codes[position]
                if code < LETTER:
                    continue
                gram = ((gram << shift_by) | np.uint64(code)) & whole
                length += 1
                if length < gram_size:
                    continue
                hashed = mix(gram)
                if attempt == 0:
                    place = hashed & mask
                    while dropped[place] != 0 and dropped[place] != gram:
                        place = (place + np.uint64(1)) & mask
                    if dropped[place] == gram:
                        continue
                used += 1
                point = np.uint32(hashed >> np.uint64(32))
                for slot in range(slots):
                    value = np.uint32(np.uint32(multipliers[slot] * point) + addends[slot])
                    least[slot] = min(value, least[slot])
            if attempt == 0:
                telling[number] = used
            if used >= _FEW:
                break
        for slot in range(slots):
            sketches[number, slot] = np.uint8(least[slot] & np.uint32(0xFF))
        for band in range(bands):
            key = np.uint64(band)
            for slot in range(band * per_band, (band + 1) * per_band):
                key = mix((key << np.uint64(32)) ^ np.uint64(least[slot]) ^ (key >> np.uint64(32)))
            keys[band, number] = np.uint32(key >> np.uint64(32))
