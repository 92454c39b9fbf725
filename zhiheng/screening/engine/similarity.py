"""How much of two texts is the same, passage by passage.

Each text is cut at its punctuation into passages of at most 64 characters. For each passage the place in the other text
is sought that takes the fewest edits (inserted, deleted, replaced characters). There the passage's *telling* characters
are counted that stand in the same order; stock words (`stock_words.txt`) are not telling, so that two texts made from
one sentence pattern about different things stay apart. The passage recurs when enough of them do. The similarity is the
share of both texts' telling characters that recur:

    (recurring in A + recurring in B) / (telling in A + telling in B)

It depends on the two texts alone, is the same both ways, does not care in which order passages stand, and stays low
when two texts merely share some sentences. The place is found by the grams both share (the densest diagonal), the edits
by Myers' bit-parallel algorithm, the characters in order by Hyyrö's, so the time is proportional to the texts' lengths.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np

from .jit import njit, types
from .normalise import CODES, LETTER, OFFSETS, STOP, Texts, normalise
from .settings import Settings
from .signatures import Table, mix

# Columns of a comparison; characters, counted over both directions unless said otherwise.
MASS_A, MASS_B, LENGTH_A, LENGTH_B, SAME, MOVED, MATCHED, DIGITS = range(8)
COLUMNS = 8

# A passage ends with the sentence, or with a clause once it is this long; what is shorter is joined to what follows.
_SENTENCE, _CLAUSES = 8, 24
_LONGEST = 64  # bits of a machine word
_OCCURRENCES = 16  # places looked up for one gram
_BIN = 16  # diagonals are counted in steps of this many characters
_MARGIN = 8
_LONGEST_WORD = 4  # characters of a stock word, as many as fit one integer
_FEW_TELLING = 8


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

    MASS_A, MASS_B: recurring telling characters of either text; LENGTH_A, LENGTH_B: telling characters; SAME: telling characters in passages that recur unedited; MOVED: passages found before their predecessor; MATCHED:
    passages that recur; DIGITS: 1 when the texts differ, but only in digits.
    """
    others = other_texts or texts
    words = _stock_words()
    result = np.zeros((len(first), COLUMNS), np.int32)

    def part(bounds: tuple[int, int]) -> None:
        low, high = bounds
        _compare(
            texts.codes, texts.offsets, others.codes, others.offsets,
            np.ascontiguousarray(first[low:high]), np.ascontiguousarray(second[low:high]),
            words, settings.edited_at_most, settings.recurring_least, settings.recurring_full, result[low:high],
        )  # fmt: skip
        done(high - low)

    blocks = [(low, min(len(first), low + 512)) for low in range(0, len(first), 512)]
    with ThreadPoolExecutor(max(1, workers)) as pool:
        list(pool.map(part, blocks))
    return result


@lru_cache(maxsize=1)
def _stock_words() -> np.ndarray:
    """The words of `stock_words.txt`, folded as texts are, spread for lookup by hash."""
    lines = (Path(__file__).parent / "stock_words.txt").read_text("utf-8").splitlines()
    folded = normalise([word for line in lines if not line.startswith("#") for word in line.split()])
    packed = {
        sum(int(code) << 16 * place for place, code in enumerate(word[::-1]))
        for word in map(folded.__getitem__, range(len(folded)))
    }
    return Table(np.array(sorted(packed), np.uint64), 0, 0).slots()


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
            if size - begin >= (_SENTENCE if codes[position] == STOP else _CLAUSES):
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


@njit(
    types.UniTuple(types.int64, 2)(
        types.uint16[::1], types.boolean[::1], types.int64, types.int64, types.uint16[::1], types.int64, types.int64, types.uint64[::1]
    ),
    cache=True, nogil=True,
)  # fmt: skip
def _in_order(a, telling, begin, end, b, low, high, masks):
    """How many telling characters of a[begin:end] stand in b[low:high] in the same order, and how many there are.

    H. Hyyrö, Bit-parallel LCS-length computation revisited, AWOCA 2004.
    """
    count = 0
    for position in range(begin, end):
        if telling[position]:
            masks[a[position]] |= np.uint64(1) << np.uint64(count)
            count += 1
    free = ~np.uint64(0)
    for position in range(low, high):
        matched = free & masks[b[position]]
        free = (free + matched) | (free - matched)
    present = 0
    for bit in range(count):
        present += (free >> np.uint64(bit)) & np.uint64(1) == 0
    for position in range(begin, end):
        masks[a[position]] = np.uint64(0)
    return present, count


@njit(
    types.int64(types.uint16[::1], types.int64, types.Array(types.uint64, 1, "C", readonly=True), types.boolean[::1]),
    cache=True, nogil=True,
)  # fmt: skip
def _mark(letters, size, words, telling):
    """Mark the characters outside stock words; returns how many. A text of little else counts in full."""
    room = np.uint64(len(words) - 1)
    telling[:size] = True
    for position in range(size):
        word = np.uint64(0)
        for length in range(1, min(_LONGEST_WORD, size - position) + 1):
            word = (word << np.uint64(16)) | np.uint64(letters[position + length - 1])
            place = mix(word) & room
            while words[place] != 0:
                if words[place] == word:
                    telling[position : position + length] = False
                place = (place + np.uint64(1)) & room
    count = 0
    for position in range(size):
        count += telling[position]
    if count < _FEW_TELLING:
        telling[:size] = True
        count = size
    return count


@njit(
    types.void(
        types.uint16[::1], types.boolean[::1], types.int64[::1], types.int64, types.uint16[::1], types.int64,
        types.float64, types.float64, types.float64,
        types.int32[::1], types.int32[::1], types.int32[::1], types.int64[::1], types.uint64[::1], types.int64[::1],
    ),
    cache=True, nogil=True,
)  # fmt: skip
def _align(
    a, telling, ends, passages, b, b_size, edited, least, full, heads, nexts, votes, touched, masks, out
):
    """Find each passage of a in b. out: telling characters that recur, those in unedited passages, moved passages,
    recurring passages. Scratch: heads holds -1, votes and masks hold 0, when called and afterwards.
    """
    out[:] = 0
    room = np.uint64(len(heads) - 1)
    for position in range(b_size - 3, -1, -1):  # backwards, so that chains run forwards
        place = mix(_gram(b, position)) & room
        nexts[position] = heads[place]
        heads[place] = position
    begin = 0
    last = -1
    for passage in range(passages):
        end = ends[passage]
        length = end - begin
        bins = 0
        # In a long text stock phrases stand in so many places that the first of them would outvote the right one: what
        # occurs too often is asked only when nothing else of the passage occurs at all.
        for attempt in range(2):
            for position in range(begin, end - 2):
                first = heads[mix(_gram(a, position)) & room]
                found = first
                places = 0
                while found >= 0 and places < _OCCURRENCES:
                    found = nexts[found]
                    places += 1
                if found >= 0 and attempt == 0:
                    continue
                found = first
                for _ in range(places):
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
            fewest, stop = _edits(a, begin, end, b, low, high, masks)
            if fewest <= edited * length:
                present, of = _in_order(
                    a, telling, begin, end, b, max(low, stop - length - fewest), stop, masks
                )
                counted = present
                if of > 0 and present < full * of:
                    counted = int(present * (present / of - least) / (full - least) + 0.5)
                if counted > 0 or of == 0:
                    out[0] += counted
                    if fewest == 0:
                        out[1] += present
                    if stop < last:
                        out[2] += 1
                    last = stop
                    out[3] += 1
        begin = end
    for position in range(b_size - 2):
        heads[mix(_gram(b, position)) & room] = -1


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
    types.void(
        CODES, OFFSETS, CODES, OFFSETS, OFFSETS, OFFSETS, types.Array(types.uint64, 1, "C", readonly=True), types.float64,
        types.float64, types.float64, types.int32[:, ::1],
    ),
    cache=True, nogil=True,
)  # fmt: skip
def _compare(codes, offsets, other_codes, other_offsets, first, second, words, edited, least, full, result):
    longest = 1
    for pair in range(len(first)):
        longest = max(longest, offsets[first[pair] + 1] - offsets[first[pair]])
        longest = max(longest, other_offsets[second[pair] + 1] - other_offsets[second[pair]])
    a, b = np.empty(longest, np.uint16), np.empty(longest, np.uint16)
    a_telling, b_telling = np.empty(longest, np.bool_), np.empty(longest, np.bool_)
    room = 16
    while room < 2 * longest:
        room *= 2
    heads, nexts = np.full(room, -1, np.int32), np.empty(longest, np.int32)
    votes = np.zeros((longest + 2 * _LONGEST) // _BIN + 3, np.int32)
    touched = np.empty(2 * _LONGEST * _OCCURRENCES, np.int64)
    masks = np.zeros(1 << 16, np.uint64)
    ends = np.empty(longest // _SENTENCE + longest // _LONGEST + 3, np.int64)
    out = np.empty(4, np.int64)
    for pair in range(len(first)):
        a_start, a_stop = offsets[first[pair]], offsets[first[pair] + 1]
        b_start, b_stop = other_offsets[second[pair]], other_offsets[second[pair] + 1]
        a_size, b_size = _letters(codes, a_start, a_stop, a), _letters(other_codes, b_start, b_stop, b)
        result[pair, LENGTH_A] = _mark(a, a_size, words, a_telling)
        result[pair, LENGTH_B] = _mark(b, b_size, words, b_telling)
        passages = _cut(codes, a_start, a_stop, ends)
        _align(
            a,
            a_telling,
            ends,
            passages,
            b,
            b_size,
            edited,
            least,
            full,
            heads,
            nexts,
            votes,
            touched,
            masks,
            out,
        )
        result[pair, MASS_A], result[pair, SAME] = out[0], out[1]
        result[pair, MOVED], result[pair, MATCHED] = out[2], out[3]
        passages = _cut(other_codes, b_start, b_stop, ends)
        _align(
            b,
            b_telling,
            ends,
            passages,
            a,
            a_size,
            edited,
            least,
            full,
            heads,
            nexts,
            votes,
            touched,
            masks,
            out,
        )
        result[pair, MASS_B] = out[0]
        result[pair, SAME] += out[1]
        result[pair, MOVED] += out[2]
        result[pair, MATCHED] += out[3]
        result[pair, DIGITS] = _only_digits_differ(a, a_size, b, b_size)
