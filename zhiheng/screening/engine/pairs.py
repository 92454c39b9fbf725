"""From normalised texts to the pairs of documents that are alike, on one machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from . import candidates
from .collection import Distinct, Framed, Signed, Tables, build_tables, distinct, frame, sign
from .index import Segment
from .normalise import Texts
from .settings import Settings
from .similarity import (
    COLUMNS,
    FRAME,
    LENGTH_A,
    LENGTH_B,
    MASS_A,
    MASS_B,
    MATCHED,
    MOVED,
    SAME,
    compare,
    similarity_of,
)
from .skeleton import Runs, frame_similarity

# Documents of one text are one cluster, not n² pairs: beyond these sizes they are linked one to the next.
_ALL_OF_GROUP = 20
_ALL_BETWEEN = 100

Progress = Callable[[str, int, int], None]


@dataclass
class Pairs:
    """Pairs of documents. first, second: numbers of documents (stored ones follow the list's own); compared: int32
    rows of `similarity`; sorted by first, second. Those below `settings.similar` are partial, or alike in their skeletons."""

    first: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    second: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    similarity: np.ndarray = field(default_factory=lambda: np.zeros(0))
    compared: np.ndarray = field(default_factory=lambda: np.zeros((0, COLUMNS), np.int32))

    @property
    def framed(self) -> np.ndarray:
        """How alike the skeletons of each pair are, 0 to 1."""
        return self.compared[:, FRAME] / 10_000

    def framed_alike(self, settings: Settings) -> np.ndarray:
        """Which pairs are alike in their skeletons: by these alone, or together with what their texts share."""
        if settings.framed > 1:
            return np.zeros(len(self), np.bool_)
        near, share = settings.nearness(self.similarity, self.framed)
        return (share >= 1) | ((near + share >= settings.together) & (share >= settings.framed_part))

    def __len__(self) -> int:
        return len(self.first)

    def where(self, chosen: np.ndarray) -> Pairs:
        return Pairs(self.first[chosen], self.second[chosen], self.similarity[chosen], self.compared[chosen])

    @staticmethod
    def joined(parts: Sequence[Pairs]) -> Pairs:
        first = np.concatenate([part.first for part in parts])
        second = np.concatenate([part.second for part in parts])
        order = np.lexsort((second, first))
        return Pairs(
            first[order], second[order], np.concatenate([part.similarity for part in parts])[order],
            np.concatenate([part.compared for part in parts])[order],
        )  # fmt: skip


def find_pairs(
    texts: Texts,
    ids: Sequence[str],
    settings: Settings,
    *,
    workers: int = 1,
    stored: Sequence[Segment] = (),
    tables: Tables | None = None,
    progress: Progress = lambda stage, finished, total: None,
) -> tuple[Pairs, Tables, Distinct]:
    """Pairs within the list, and of the list with stored documents, from `settings.partial` on, and those whose
    skeletons are alike from `settings.framed` on.

    texts, ids: the list. stored: segments made with the same candidate settings and the given tables. Returns the pairs
    (documents of the list are numbered 0…, those of the segments follow in turn), the tables used, the distinct texts.
    """
    group = distinct(texts, ids, settings)
    progress("统计套话", 0, len(group))
    if tables is None:
        tables = build_tables(texts, group, settings, workers, frames=settings.framed <= 1 or bool(stored))
    finished = [0]

    def counted(stage: str, total: int) -> Callable[[int], None]:
        finished[0] = 0

        def done(count: int) -> None:
            finished[0] += count
            progress(stage, finished[0], total)

        return done

    signed = sign(texts, group, tables.letters, settings, workers, counted("提取特征", len(group)))
    framed = frame(texts, group, tables.frames, settings, workers)
    progress("查找候选", 0, len(group))
    found = together(
        candidates.within(signed.keys, signed.sketches, settings.estimate, settings, workers),
        alike_in_frame(framed, settings, workers),
    )
    compared = compare(
        texts,
        group.rows[found[:, 0]],
        group.rows[found[:, 1]],
        settings,
        workers,
        done=counted("逐段比对", len(found)),
    )
    parts = [
        *of_documents(found, compared, framed.runs, group, texts, settings),
        *against_stored(texts, group, signed, framed, stored, settings, workers),
    ]
    return Pairs.joined(parts), tables, group


def together(found: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Pairs of positions of either kind, each once, sorted."""
    if not len(others):
        return found
    keys = np.unique(np.concatenate([found, others]).astype(np.uint64) @ np.array([1 << 32, 1], np.uint64))
    return np.stack([keys >> np.uint64(32), keys & np.uint64(0xFFFFFFFF)], 1).astype(np.int64)


def alike_in_frame(framed: Framed, settings: Settings, workers: int) -> np.ndarray:
    """Pairs of positions whose skeletons are alike."""
    if settings.framed > 1:
        return np.zeros((0, 2), np.int64)
    signed = framed.signed
    found = candidates.within(signed.keys, signed.sketches, settings.frame_estimate, settings, workers)
    scores = frame_similarity(framed.runs, found[:, 0], found[:, 1])
    return found[scores >= settings.framed_kept]


def of_documents(
    found: np.ndarray,
    compared: np.ndarray,
    runs: Runs,
    group: Distinct,
    texts: Texts,
    settings: Settings,
) -> list[Pairs]:
    """Pairs of documents from compared pairs of distinct texts, and of the documents that have one text."""
    compared[:, FRAME] = np.round(frame_similarity(runs, found[:, 0], found[:, 1]) * 10_000)
    return [_identical(group, texts), _expanded(found, compared, group, group, 0, settings)]


def against_stored(
    texts: Texts,
    group: Distinct,
    signed: Signed | None,
    framed: Framed | None,
    stored: Sequence[Segment],
    settings: Settings,
    workers: int,
) -> list[Pairs]:
    """Pairs of the list's documents with those of each segment, which are numbered on from the list's."""
    parts, base = [], len(texts)
    for segment in stored:
        found = candidates.between(
            signed.keys,
            signed.sketches,
            segment.ordered,
            segment.sketches,
            settings.estimate,
            settings,
            workers,
        )
        if settings.framed <= 1:
            others = candidates.between(
                framed.signed.keys, framed.signed.sketches, segment.frame_ordered, segment.frame_sketches,
                settings.frame_estimate, settings, workers,
            )  # fmt: skip
            scores = frame_similarity(framed.runs, others[:, 0], others[:, 1], segment.runs)
            found = together(found, others[scores >= settings.framed_kept])
        compared = compare(texts, group.rows[found[:, 0]], found[:, 1], settings, workers, segment.texts)
        scores = frame_similarity(framed.runs, found[:, 0], found[:, 1], segment.runs)
        compared[:, FRAME] = np.round(scores * 10_000)
        parts.append(_expanded(found, compared, group, segment.group, base, settings))
        base += len(segment)
    return parts


def _identical(group: Distinct, texts: Texts) -> Pairs:
    """Documents of equal text: all pairs of a small group, a chain through a large one."""
    first, second = [], []
    for position in np.flatnonzero(np.diff(group.starts) > 1):
        members = group.of(position)
        if len(members) <= _ALL_OF_GROUP:
            one, other = np.triu_indices(len(members), 1)
        else:
            one, other = np.arange(len(members) - 1), np.arange(1, len(members))
        first.append(members[one])
        second.append(members[other])
    if not first:
        return Pairs()
    one, other = np.concatenate(first), np.concatenate(second)
    length = np.zeros(len(texts), np.int32)
    length[:] = np.minimum(np.diff(texts.offsets), 2**30)
    compared = np.zeros((len(one), COLUMNS), np.int32)
    for column in (MASS_A, MASS_B, LENGTH_A, LENGTH_B):
        compared[:, column] = length[one]
    compared[:, SAME] = 2 * length[one]
    compared[:, MATCHED], compared[:, MOVED], compared[:, FRAME] = 1, 0, 10_000
    return Pairs(np.minimum(one, other), np.maximum(one, other), np.ones(len(one)), compared)


def _expanded(
    found: np.ndarray, compared: np.ndarray, group: Distinct, others: Distinct, base: int, settings: Settings
) -> Pairs:
    """Pairs of texts → pairs of the documents that have them."""
    similarity = similarity_of(compared)
    kept = np.flatnonzero(
        (similarity >= settings.partial) | (compared[:, FRAME] >= 10_000 * settings.framed_kept)
    )
    first, second, source = [], [], []
    single = (np.diff(group.starts)[found[kept, 0]] == 1) & (np.diff(others.starts)[found[kept, 1]] == 1)
    first.append(group.rows[found[kept[single], 0]])
    second.append(others.members[others.starts[found[kept[single], 1]]] + base)
    source.append(kept[single])
    for number in kept[~single]:
        mine, theirs = group.of(found[number, 0]), others.of(found[number, 1])
        if len(mine) * len(theirs) > _ALL_BETWEEN:
            mine, theirs = mine[:1], theirs[:2]  # one of two is another application than mine
        first.append(np.repeat(mine, len(theirs)))
        second.append(np.tile(theirs, len(mine)) + base)
        source.append(np.full(len(mine) * len(theirs), number))
    one, other, source = np.concatenate(first), np.concatenate(second), np.concatenate(source)
    compared = compared[source]
    turned = one > other
    if turned.any():
        for left, right in ((MASS_A, MASS_B), (LENGTH_A, LENGTH_B)):
            compared[turned, left], compared[turned, right] = compared[turned, right], compared[turned, left]
    return Pairs(np.minimum(one, other), np.maximum(one, other), similarity[source], compared)
