"""How much of two texts is the same, passage by passage.

Each text is cut at its punctuation into passages of at most 64 characters. For each passage the place in the other text
is sought that takes the fewest edits (inserted, deleted, replaced characters). What needs no edit counts as recurring, in
full when few edits are needed, less and less when more are, not at all beyond half: a copy edited all over keeps most of
every passage, while two texts made from one sentence pattern about different things keep only part of some. The
similarity is the share of both texts' characters that recur:

    (recurring in A + recurring in B) / (characters of A + characters of B)

It depends on the two texts alone, is the same both ways, does not care in which order passages stand, and stays low
when two texts merely share some sentences. The place is found by the grams both share (the densest diagonal), or where
none is left, behind the passage before; the edits by Myers' bit-parallel algorithm, so the time is proportional to the texts' lengths.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from .jit import njit, types
from .normalise import CODES, LETTER, OFFSETS, Texts
from .settings import Settings
from .signatures import mix

# Columns of a comparison; characters, counted over both directions unless said otherwise.
# FRAME is filled by `pairs`: how alike the skeletons are, in ten-thousandths.
MASS_A, MASS_B, LENGTH_A, LENGTH_B, SAME, MOVED, MATCHED, DIGITS, FRAME = range(9)
COLUMNS = 9

_SHORTEST = (
    8  # a passage ends with the clause once it is this long; what is shorter is joined to what follows
)
_LONGEST = 64  # bits of a machine word
_OCCURRENCES = 16  # places looked up for one gram
_BIN = 16  # diagonals are counted in steps of this many characters
_MARGIN = 8
_BLOCK = 512  # pairs that one thread takes at a time


def compare(
    texts: Texts,
    first: np.ndarray,
    second: np.ndarray,
    settings: Settings,
    workers: int = 1,
    other_texts: Texts | None = None,
    done: Callable[[int], None] = lambda count: None,
) -> np.ndarray:
    """Compare texts[first[i]] with (other_texts or texts)[second[i]]; int32, pairs × COLUMNS.

    MASS_A, MASS_B: recurring characters of either text; LENGTH_A, LENGTH_B: all its characters; SAME: characters in
    passages that recur unedited; MOVED: passages found before their predecessor; MATCHED: passages that recur; DIGITS: 1 when the texts differ, but only in digits.
    """
    others = other_texts or texts
    result = np.zeros((len(first), COLUMNS), np.int32)

    def part(bounds: tuple[int, int]) -> int:
        low, high = bounds
        _compare(
            texts.codes, texts.offsets, others.codes, others.offsets,
            np.ascontiguousarray(first[low:high]), np.ascontiguousarray(second[low:high]),
            settings.edited_full, settings.edited_at_most, result[low:high],
        )  # fmt: skip
        return high - low

    blocks = [(low, min(len(first), low + _BLOCK)) for low in range(0, len(first), _BLOCK)]
    with ThreadPoolExecutor(max(1, workers)) as pool:
        for count in pool.map(part, blocks):  # whoever listens is told in the caller's own thread
            done(count)
    return result


def cover(
    texts: Texts,
    first: np.ndarray,
    others: Texts,
    second: np.ndarray,
    settings: Settings,
    workers: int = 1,
) -> np.ndarray:
    """How much of texts[first[i]] stands in others[second[i]], as `compare` says it of that direction; int32, pairs × 2: its
    characters, those that recur. Asked of one other in a row, that other is read once."""
    result = np.zeros((len(first), 2), np.int32)
    # Blocks end where the other changes; each is large enough to be worth the room it is given.
    cuts = np.flatnonzero(np.diff(second)) + 1
    wanted = np.searchsorted(cuts, np.arange(_BLOCK, len(first), _BLOCK))
    cuts = cuts[np.unique(wanted[wanted < len(cuts)])]

    def part(bounds: tuple[int, int]) -> None:
        low, high = bounds
        _cover(
            texts.codes, texts.offsets, others.codes, others.offsets,
            np.ascontiguousarray(first[low:high]), np.ascontiguousarray(second[low:high]),
            settings.edited_full, settings.edited_at_most, result[low:high],
        )  # fmt: skip

    with ThreadPoolExecutor(max(1, workers)) as pool:
        list(pool.map(part, itertools.pairwise([0, *cuts.tolist(), len(first)])))
    return result


def similarity_of(compared: np.ndarray) -> np.ndarray:
    """Similarity of each comparison, 0 to 1, rounded to four places."""
    length = np.maximum(1, compared[:, LENGTH_A] + compared[:, LENGTH_B])
    return np.round((compared[:, MASS_A] + compared[:, MASS_B]) / length, 4)


@njit(types.int64(CODES, types.int64, types.int64, types.uint16[::1]), cache=True, nogil=True)
def _letters(codes, start, stop, out):
    size = 0
    for position in range(start, stop):
        if codes[position] >= LETTER:
            out[size] = codes[position]
            size += 1
    return size


@njit(types.int64(CODES, types.int64, types.int64, types.int64[::1]), cache=True, nogil=True)
def _cut(codes, start, stop, ends):
    """Ends of the passages, counted in letters; returns how many."""
    count = 0
    size = 0
    begin = 0
    for position in range(start, stop):
        if codes[position] < LETTER:
            if size - begin >= _SHORTEST:
                ends[count] = size
                count += 1
                begin = size
            continue
        if size - begin == _LONGEST:
            ends[count] = size
            count += 1
            begin = size
        size += 1
    if size > begin:
        ends[count] = size
        count += 1
    return count


@njit(
    types.UniTuple(types.int64, 2)(
        types.uint16[::1], types.int64, types.int64, types.uint16[::1], types.int64, types.int64, types.uint64[::1]
    ),
    cache=True, nogil=True,
)  # fmt: skip
def _edits(a, begin, end, b, low, high, masks):
    """Fewest edits turning a[begin:end] (at most 64) into any piece of b[low:high], and where that piece ends.

    G. Myers, A fast bit-vector algorithm for approximate string matching, J. ACM 46 (1999).
    """
    length = end - begin
    for position in range(length):
        masks[a[begin + position]] |= np.uint64(1) << np.uint64(position)
    one = np.uint64(1)
    top = one << np.uint64(length - 1)
    plus, minus = ~np.uint64(0), np.uint64(0)
    score = length
    fewest, stop = length, low
    for position in range(low, high):
        equal = masks[b[position]]
        vertical = equal | minus
        horizontal = (((equal & plus) + plus) ^ plus) | equal
        up = minus | ~(horizontal | plus)
        down = plus & horizontal
        if up & top:
            score += 1
        elif down & top:
            score -= 1
        # Row 0 costs nothing anywhere (the piece may begin anywhere), so nothing is shifted in.
        up <<= one
        down <<= one
        plus = down | ~(vertical | up)
        minus = up & vertical
        if score < fewest:
            fewest, stop = score, position + 1
    for position in range(length):
        masks[a[begin + position]] = np.uint64(0)
    return fewest, stop


@njit(types.uint64(types.uint16[::1], types.int64), cache=True, nogil=True, inline="always")
def _gram(letters, position):
    return (
        (np.uint64(letters[position]) << np.uint64(32))
        | (np.uint64(letters[position + 1]) << np.uint64(16))
        | np.uint64(letters[position + 2])
    )


@njit(types.void(types.uint16[::1], types.int64, types.int32[::1], types.int32[::1]), cache=True, nogil=True)
def _index(b, b_size, heads, nexts):
    """Where each gram of b stands: chains from heads along nexts. heads holds -1 before."""
    room = np.uint64(len(heads) - 1)
    for position in range(b_size - 3, -1, -1):  # backwards, so that chains run forwards
        place = mix(_gram(b, position)) & room
        nexts[position] = heads[place]
        heads[place] = position


@njit(types.void(types.uint16[::1], types.int64, types.int32[::1]), cache=True, nogil=True)
def _forget(b, b_size, heads):
    room = np.uint64(len(heads) - 1)
    for position in range(b_size - 2):
        heads[mix(_gram(b, position)) & room] = -1


@njit(
    types.void(
        types.uint16[::1], types.int64[::1], types.int64, types.uint16[::1], types.int64, types.float64, types.float64,
        types.int32[::1], types.int32[::1], types.int32[::1], types.int64[::1], types.uint64[::1], types.int64[::1],
    ),
    cache=True, nogil=True,
)  # fmt: skip
def _align(a, ends, passages, b, b_size, full, most_edited, heads, nexts, votes, touched, masks, out):
    """Find each passage of a in b, whose grams stand in heads and nexts. out: characters that recur, those in unedited
    passages, moved passages, recurring passages. Scratch: votes and masks hold 0 when called and afterwards.
    """
    out[:] = 0
    room = np.uint64(len(heads) - 1)
    begin = 0
    last = -1
    follow = 0  # where the passage stands if the order is kept
    for passage in range(passages):
        end = ends[passage]
        length = end - begin
        bins = 0
        # In a long text stock phrases stand in so many places that the first of them would outvote the right one: what
        # occurs too often is asked only when nothing else of the passage occurs at all.
        for attempt in range(2):
            for position in range(begin, end - 2):
                gram = _gram(a, position)
                first = heads[mix(gram) & room]
                found = first
                places = 0
                while found >= 0 and places <= _OCCURRENCES:
                    places += _gram(b, found) == gram
                    found = nexts[found]
                if places > _OCCURRENCES:
                    if attempt == 0:
                        continue
                    places = _OCCURRENCES
                found = first
                while places > 0:
                    if _gram(b, found) == gram:
                        places -= 1
                        # Neighbouring bins overlap: an insertion must not split the votes of one place.
                        diagonal = (found - (position - begin) + _LONGEST) // _BIN
                        for one in range(diagonal, diagonal + 2):
                            if votes[one] == 0:
                                touched[bins] = one
                                bins += 1
                            votes[one] += 1
                    found = nexts[found]
            if bins > 0:
                break
        most = 0
        best = 0
        for number in range(bins):
            one = touched[number]
            if votes[one] > most or (votes[one] == most and one < best):
                most = votes[one]
                best = one
            votes[one] = 0
        if most > 0:
            # Bin `best` holds the diagonals from (best - 1) to (best + 1) steps.
            low = max(0, (best - 1) * _BIN - _LONGEST - _MARGIN)
            high = min(b_size, (best + 1) * _BIN - _LONGEST + length + _MARGIN)
        else:  # not one gram is left of it: a short passage edited all over
            low = max(0, follow - _MARGIN)
            high = min(b_size, follow + length + _MARGIN)
        follow += length
        if low < high:
            fewest, stop = _edits(a, begin, end, b, low, high, masks)
            if fewest < most_edited * length:
                kept = length - fewest
                if fewest > full * length:
                    kept = int(kept * (most_edited - fewest / length) / (most_edited - full) + 0.5)
                out[0] += kept
                if fewest == 0:
                    out[1] += length
                if stop < last:
                    out[2] += 1
                last = follow = stop
                out[3] += 1
        begin = end


@njit(types.boolean(types.uint16[::1], types.int64, types.uint16[::1], types.int64), cache=True, nogil=True)
def _only_digits_differ(a, a_size, b, b_size):
    """Equal once every digit is taken out, and not equal before."""
    i = j = 0
    differ = False
    while True:
        run_a, run_b = i, j
        while i < a_size and 48 <= a[i] <= 57:
            i += 1
        while j < b_size and 48 <= b[j] <= 57:
            j += 1
        if i - run_a != j - run_b:
            differ = True
        else:
            for k in range(i - run_a):
                if a[run_a + k] != b[run_b + k]:
                    differ = True
        if i == a_size or j == b_size:
            return differ and i == a_size and j == b_size
        if a[i] != b[j]:
            return False
        i += 1
        j += 1


@njit(
    types.Tuple((
        types.uint16[::1], types.uint16[::1], types.int32[::1], types.int32[::1], types.int32[::1], types.int64[::1],
        types.uint64[::1], types.int64[::1], types.int64[::1],
    ))(OFFSETS, OFFSETS, OFFSETS, OFFSETS),
    cache=True, nogil=True,
)  # fmt: skip
def _scratch(offsets, other_offsets, first, second):
    """Room for the longest of these texts: a, b, heads, nexts, votes, touched, masks, ends, out, as `_align` wants them."""
    longest = 1
    for pair in range(len(first)):
        longest = max(longest, offsets[first[pair] + 1] - offsets[first[pair]])
        longest = max(longest, other_offsets[second[pair] + 1] - other_offsets[second[pair]])
    a, b = np.empty(longest, np.uint16), np.empty(longest, np.uint16)
    room = 16
    while room < 2 * longest:
        room *= 2
    heads, nexts = np.full(room, -1, np.int32), np.empty(longest, np.int32)
    votes = np.zeros((longest + 2 * _LONGEST) // _BIN + 3, np.int32)
    touched = np.empty(2 * _LONGEST * _OCCURRENCES, np.int64)
    masks = np.zeros(1 << 16, np.uint64)
    ends = np.empty(longest // _SHORTEST + longest // _LONGEST + 3, np.int64)
    out = np.empty(4, np.int64)
    return a, b, heads, nexts, votes, touched, masks, ends, out


@njit(
    types.void(
        CODES, OFFSETS, CODES, OFFSETS, OFFSETS, OFFSETS, types.float64, types.float64, types.int32[:, ::1],
    ),
    cache=True, nogil=True,
)  # fmt: skip
def _compare(codes, offsets, other_codes, other_offsets, first, second, full, most_edited, result):
    a, b, heads, nexts, votes, touched, masks, ends, out = _scratch(offsets, other_offsets, first, second)
    for pair in range(len(first)):
        a_start, a_stop = offsets[first[pair]], offsets[first[pair] + 1]
        b_start, b_stop = other_offsets[second[pair]], other_offsets[second[pair] + 1]
        a_size, b_size = _letters(codes, a_start, a_stop, a), _letters(other_codes, b_start, b_stop, b)
        passages = _cut(codes, a_start, a_stop, ends)
        _index(b, b_size, heads, nexts)
        _align(a, ends, passages, b, b_size, full, most_edited, heads, nexts, votes, touched, masks, out)
        _forget(b, b_size, heads)
        result[pair, LENGTH_A], result[pair, LENGTH_B] = a_size, b_size
        result[pair, MASS_A], result[pair, SAME] = out[0], out[1]
        result[pair, MOVED], result[pair, MATCHED] = out[2], out[3]
        passages = _cut(other_codes, b_start, b_stop, ends)
        _index(a, a_size, heads, nexts)
        _align(b, ends, passages, a, a_size, full, most_edited, heads, nexts, votes, touched, masks, out)
        _forget(a, a_size, heads)
        result[pair, MASS_B] = out[0]
        result[pair, SAME] += out[1]
        result[pair, MOVED] += out[2]
        result[pair, MATCHED] += out[3]
        result[pair, DIGITS] = _only_digits_differ(a, a_size, b, b_size)


@njit(
    types.void(
        CODES, OFFSETS, CODES, OFFSETS, OFFSETS, OFFSETS, types.float64, types.float64, types.int32[:, ::1],
    ),
    cache=True, nogil=True,
)  # fmt: skip
def _cover(codes, offsets, other_codes, other_offsets, first, second, full, most_edited, result):
    a, b, heads, nexts, votes, touched, masks, ends, out = _scratch(offsets, other_offsets, first, second)
    b_size = 0
    for pair in range(len(first)):
        if pair == 0 or second[pair] != second[pair - 1]:
            _forget(b, b_size, heads)
            b_size = _letters(other_codes, other_offsets[second[pair]], other_offsets[second[pair] + 1], b)
            _index(b, b_size, heads, nexts)
        start, stop = offsets[first[pair]], offsets[first[pair] + 1]
        result[pair, 0] = _letters(codes, start, stop, a)
        passages = _cut(codes, start, stop, ends)
        _align(a, ends, passages, b, b_size, full, most_edited, heads, nexts, votes, touched, masks, out)
        result[pair, 1] = out[0]
