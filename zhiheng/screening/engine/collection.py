"""A set of documents made ready for comparing: distinct texts in an order of their own, their keys and sketches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .jit import njit, types
from .normalise import CODES, LETTER, OFFSETS, Texts
from .settings import Settings
from .signatures import Grams, Table, build_table, content_hashes, signatures
from .similarity import compare, similarity_of
from .skeleton import BITS, RUN, Runs, runs, skeletons

FRAMES = Grams(RUN, BITS)
_TRIED = 400  # pairs compared to see how many would be compared in vain


@dataclass
class Distinct:
    """The different texts among documents. Position i stands for one text, positions follow the content hashes.

    rows: the document whose text is read for i; hashes: content hash of i; members: documents with text i are
    members[starts[i]:starts[i + 1]], in the order of their ids.
    """

    rows: np.ndarray
    hashes: np.ndarray
    members: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, position: int) -> np.ndarray:
        return self.members[self.starts[position] : self.starts[position + 1]]

    def position(self, document: int) -> int:
        """The text a document has. Looks through all members: for single documents."""
        return int(np.searchsorted(self.starts, np.flatnonzero(self.members == document)[0], "right")) - 1


def distinct(texts: Texts, ids: Sequence[str], settings: Settings) -> Distinct:
    """Group documents of equal text. Texts shorter than `settings.min_length` letters are in no group."""
    hashes = content_hashes(texts)
    comparable = np.flatnonzero(letters(texts) >= settings.min_length)
    by_id = comparable[by_name([ids[row] for row in comparable])]
    order = by_id[np.argsort(hashes[by_id], kind="stable")]
    ordered = hashes[order]
    fresh = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(order) else np.zeros(0, np.bool_)
    for place in np.flatnonzero(~fresh):
        # Equal hashes of different texts are next to impossible, but "identical" is said to people's faces.
        if not np.array_equal(texts[order[place]], texts[order[place - 1]]):
            fresh[place] = True
    starts = np.flatnonzero(fresh)
    return Distinct(
        order[starts], ordered[starts], order, np.concatenate([starts, [len(order)]]).astype(np.int64)
    )


def by_name(ids: Sequence[str]) -> np.ndarray:
    """Numbers of the ids in the order of their UTF-8 bytes."""
    return pc.array_sort_indices(pa.array(map(encodable, ids), pa.string())).to_numpy().astype(np.int64)


def encodable(text: str) -> str:
    """The text with lone surrogates, which no file can hold, replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def letters(texts: Texts) -> np.ndarray:
    """Characters of each text that are compared."""
    counts = np.zeros(len(texts), np.int64)
    _count(texts.codes, texts.offsets, counts)
    return counts


@njit(types.void(CODES, OFFSETS, types.int64[::1]), cache=True, nogil=True)
def _count(codes, offsets, counts):
    for row in range(len(counts)):
        for position in range(offsets[row], offsets[row + 1]):
            counts[row] += codes[position] >= LETTER


@dataclass
class Signed:
    """Keys (uint32, bands × distinct texts) and sketches (uint8, distinct texts × slots) of a `Distinct`."""

    keys: np.ndarray
    sketches: np.ndarray


def sign(
    texts: Texts,
    group: Distinct,
    table: Table,
    settings: Settings,
    workers: int,
    done: Callable[[int], None] = lambda count: None,
) -> Signed:
    return Signed(*signatures(texts, group.rows, table, settings, workers, done=done))


@dataclass
class Tables:
    """What says nothing when candidates are selected: grams of letters, runs of skeletons."""

    letters: Table
    frames: Table


def build_tables(
    texts: Texts, group: Distinct, settings: Settings, workers: int, frames: bool = True
) -> Tables:
    """Both tables of a list; without `frames`, where skeletons tell nothing, theirs is empty. The sample is taken by content hashes, so the order of the rows does not matter."""

    def in_vain(pairs: np.ndarray) -> float:
        chosen = pairs[:: max(1, len(pairs) // _TRIED)]
        compared = compare(texts, chosen[:, 0], chosen[:, 1], settings, workers)
        return float((similarity_of(compared) < settings.partial).mean())

    letters = build_table(texts, group.rows, group.hashes, settings, workers, in_vain=in_vain)
    if not frames:
        return Tables(letters, Table(np.zeros(0, np.uint64), 0, 1.0))
    made = skeletons(texts, group.rows, workers)
    return Tables(
        letters,
        build_table(made, np.arange(len(made)), group.hashes, settings, workers, grams_of=FRAMES),
    )


@dataclass
class Framed:
    """The skeletons of a `Distinct`: their runs, and keys and sketches to find those alike."""

    runs: Runs
    signed: Signed


def frame(texts: Texts, group: Distinct, table: Table, settings: Settings, workers: int) -> Framed:
    made = skeletons(texts, group.rows, workers)
    if settings.framed > 1:  # skeletons tell nothing here and are not looked for
        slots = np.zeros((len(made), settings.slots), np.uint8)
        return Framed(runs(made), Signed(np.zeros((settings.bands, len(made)), np.uint32), slots))
    return Framed(
        runs(made), Signed(*signatures(made, np.arange(len(made)), table, settings, workers, grams_of=FRAMES))
    )
