"""Which pairs are worth comparing: those that share a band key and whose sketches agree often enough."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from .jit import njit, types
from .settings import Settings

_PAIRS_AT_LEAST, _PAIRS_PER_TEXT = 500_000, 50  # pairs handed on by one run


def agreement_needed(estimate: float, settings: Settings) -> int:
    """Equal sketch bytes below which a pair is not compared (one byte in 256 agrees by chance)."""
    return int(np.ceil(settings.slots * (estimate + (1 - estimate) / 256)))


def bound(texts: int) -> int:
    """Pairs one run hands on at most before it looks at fewer of each bucket's."""
    return max(_PAIRS_AT_LEAST, _PAIRS_PER_TEXT * texts)


def within(
    keys: np.ndarray, sketches: np.ndarray, estimate: float, settings: Settings, workers: int = 1
) -> np.ndarray:
    """Pairs among the texts of one set as (n, 2) int64 of positions, first < second, sorted.

    keys: bands × texts; sketches: texts × slots. Texts must stand in the order of their content hashes: a bucket too
    large for all its pairs is linked along that order. When thousands of texts are nearly the same, what counts as too
    large shrinks until the pairs looked at are within bounds.
    """
    needed = agreement_needed(estimate, settings)
    most = bound(keys.shape[1])

    def band(number: int) -> np.ndarray:
        return _pairs_of_band(in_order(keys[number]), sketches, needed, limit, settings.bucket_neighbours)

    for limit in settings.bucket_all_pairs:
        last = limit == settings.bucket_all_pairs[-1]
        found = _distinct(band, len(keys), workers, None if last else most)
        if found is not None:
            break
    return found


def between(
    keys: np.ndarray,
    sketches: np.ndarray,
    ordered: np.ndarray,
    others: np.ndarray,
    estimate: float,
    settings: Settings,
    workers: int = 1,
) -> np.ndarray:
    """Pairs of a text and a stored text as (n, 2) int64: position among the texts, position among the stored.

    ordered: per band the stored texts' (key << 32 | position), sorted; others: their sketches. May be mapped files.
    A stored bucket beyond the limit of all pairs is joined at its first members only.
    """
    needed = agreement_needed(estimate, settings)

    def band(number: int) -> np.ndarray:
        return _pairs_with_band(
            in_order(keys[number]), sketches, ordered[number], others, needed, settings.bucket_all_pairs[0],
            settings.bucket_neighbours,
        )  # fmt: skip

    return _distinct(band, len(keys), workers)


def in_order(keys: np.ndarray) -> np.ndarray:
    """One band's keys with the positions they stand at (key << 32 | position), sorted."""
    return np.sort((keys.astype(np.uint64) << np.uint64(32)) | np.arange(len(keys), dtype=np.uint64))


def _distinct(
    band: Callable[[int], np.ndarray], bands: int, workers: int, bound: int | None = None
) -> np.ndarray | None:
    """The pairs of all bands, each once; None as soon as they are more than the bound."""
    found = np.zeros(0, np.uint64)
    with ThreadPoolExecutor(max(1, workers)) as pool:
        for start in range(0, bands, 8):
            parts = pool.map(band, range(start, min(bands, start + 8)))
            found = np.unique(np.concatenate([found, *parts]))
            if bound is not None and len(found) > bound:
                return None
    return np.stack([found >> np.uint64(32), found & np.uint64(0xFFFFFFFF)], 1).astype(np.int64)


_sketch = types.Array(types.uint8, 1, "A", readonly=True)


@njit(types.boolean(_sketch, _sketch, types.int64), cache=True, nogil=True, inline="always")
def _agree(one, other, needed):
    equal = 0
    for slot in range(len(one)):
        equal += one[slot] == other[slot]
    return equal >= needed


@njit(types.int64(types.int64, types.int64, types.int64), cache=True, nogil=True, inline="always")
def _reach(size, limit, neighbours):
    """How many of the following members each member of a bucket is compared with."""
    return size if size <= limit else neighbours


@njit(types.uint64[::1](types.int64[::1], types.int64, types.int64), cache=True, nogil=True)
def pairs_of_bucket(members, limit, neighbours):
    """Pairs (first << 32 | second) of one bucket's members, which are sorted; the rule of `within` without its sketches."""
    size = len(members)
    reach = _reach(size, limit, neighbours)
    found = np.empty(size * min(size, reach), np.uint64)
    count = 0
    for i in range(size):
        for j in range(i + 1, min(size, i + 1 + reach)):
            found[count] = (np.uint64(members[i]) << np.uint64(32)) | np.uint64(members[j])
            count += 1
    return found[:count].copy()


@njit(
    types.boolean[::1](
        types.Array(types.uint8, 2, "C", readonly=True), types.Array(types.uint8, 2, "C", readonly=True), types.int64
    ),
    cache=True, nogil=True,
)  # fmt: skip
def agreeing(one, other, needed):
    """Per row, whether two sketches have enough equal bytes."""
    result = np.empty(len(one), np.bool_)
    for row in range(len(one)):
        result[row] = _agree(one[row], other[row], needed)
    return result


@njit(types.uint64[::1](types.uint64[::1], types.int64), cache=True, nogil=True)
def _grown(found, size):
    if size < len(found):
        return found
    larger = np.empty(2 * len(found), np.uint64)
    larger[:size] = found[:size]
    return larger


@njit(
    types.uint64[::1](types.uint64[::1], types.Array(types.uint8, 2, "C", readonly=True), types.int64, types.int64, types.int64),
    cache=True, nogil=True,
)  # fmt: skip
def _pairs_of_band(members, sketches, needed, limit, neighbours):
    low = np.uint64(0xFFFFFFFF)
    found = np.empty(1024, np.uint64)
    size = 0
    start = 0
    count = len(members)
    while start < count:
        stop = start + 1
        while stop < count and members[stop] >> np.uint64(32) == members[start] >> np.uint64(32):
            stop += 1
        reach = _reach(stop - start, limit, neighbours)
        for i in range(start, stop):
            one = members[i] & low
            for j in range(i + 1, min(stop, i + 1 + reach)):
                other = members[j] & low
                if _agree(sketches[one], sketches[other], needed):
                    found = _grown(found, size)
                    found[size] = (one << np.uint64(32)) | other
                    size += 1
        start = stop
    return found[:size].copy()


_stored = types.Array(types.uint64, 1, "C", readonly=True)
_stored_sketches = types.Array(types.uint8, 2, "C", readonly=True)


@njit(
    types.uint64[::1](types.uint64[::1], types.uint8[:, ::1], _stored, _stored_sketches, types.int64, types.int64, types.int64),
    cache=True, nogil=True,
)  # fmt: skip
def _pairs_with_band(mine, sketches, stored, others, needed, limit, neighbours):
    low = np.uint64(0xFFFFFFFF)
    found = np.empty(1024, np.uint64)
    size = 0
    place = 0
    for i in range(len(mine)):
        key = mine[i] >> np.uint64(32)
        one = mine[i] & low
        # Both sides are sorted: look for the key from where the last one was found, in growing steps.
        bottom = place
        step = 1
        while bottom + step < len(stored) and stored[bottom + step] >> np.uint64(32) < key:
            bottom += step
            step *= 2
        top = min(len(stored), bottom + step + 1)
        while bottom < top:
            middle = (bottom + top) // 2
            if stored[middle] >> np.uint64(32) < key:
                bottom = middle + 1
            else:
                top = middle
        place = bottom
        stop = place
        while stop < len(stored) and stored[stop] >> np.uint64(32) == key:
            stop += 1
        if stop - place > limit:
            stop = place + neighbours
        for j in range(place, stop):
            other = stored[j] & low
            if _agree(sketches[one], others[other], needed):
                found = _grown(found, size)
                found[size] = (one << np.uint64(32)) | other
                size += 1
    return found[:size].copy()
