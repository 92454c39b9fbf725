"""From normalised texts to the pairs of documents that are alike, on one machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from . import candidates
from .collection import Distinct, Signed, distinct, sign
from .index import Segment
from .normalise import Texts
from .settings import Settings
from .signatures import Table, build_table
from .similarity import (
    COLUMNS,
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

# Documents of one text are one cluster, not n² pairs: beyond these sizes they are linked one to the next.
_ALL_OF_GROUP = 20
_ALL_BETWEEN = 100

Progress = Callable[[str, int, int], None]


@dataclass
class Pairs:
    """Pairs of documents. first, second: numbers of documents (stored ones follow the list's own); compared: int32
    rows of `similarity`; sorted by first, second. Those below `settings.similar` are partial."""

    first: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    second: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    similarity: np.ndarray = field(default_factory=lambda: np.zeros(0))
    compared: np.ndarray = field(default_factory=lambda: np.zeros((0, COLUMNS), np.int32))

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
    table: Table | None = None,
    progress: Progress = lambda stage, finished, total: None,
) -> tuple[Pairs, Table, Distinct]:
    """Pairs within the list, and of the list with stored documents, from `settings.partial` on.

    texts, ids: the list. stored: segments made with the same candidate settings and the given table. Returns the pairs
    (documents of the list are numbered 0…, those of the segments follow in turn), the table used, the distinct texts.
    """
    group = distinct(texts, ids, settings)
    progress("统计套话", 0, len(group))
    if table is None:
        table = build_table(texts, group.rows, group.hashes, settings, workers)
    finished = [0]

    def counted(stage: str, total: int) -> Callable[[int], None]:
        finished[0] = 0

        def done(count: int) -> None:
            finished[0] += count
            progress(stage, finished[0], total)

        return done

    signed = sign(texts, group, table, settings, workers, counted("提取特征", len(group)))
    progress("查找候选", 0, len(group))
    found = candidates.within(signed.keys, signed.sketches, settings, workers)
    compared = compare(
        texts,
        group.rows[found[:, 0]],
        group.rows[found[:, 1]],
        settings,
        workers,
        done=counted("逐段比对", len(found)),
    )
    parts = [
        *of_documents(found, compared, group, texts, settings),
        *against_stored(texts, group, signed, stored, settings, workers),
    ]
    return Pairs.joined(parts), table, group


def of_documents(
    found: np.ndarray, compared: np.ndarray, group: Distinct, texts: Texts, settings: Settings
) -> list[Pairs]:
    """Pairs of documents from compared pairs of distinct texts, and of the documents that have one text."""
    return [_identical(group, texts), _expanded(found, compared, group, group, 0, settings)]


def against_stored(
    texts: Texts,
    group: Distinct,
    signed: Signed | None,
    stored: Sequence[Segment],
    settings: Settings,
    workers: int,
) -> list[Pairs]:
    """Pairs of the list's documents with those of each segment, which are numbered on from the list's."""
    parts, base = [], len(texts)
    for segment in stored:
        found = candidates.between(
            signed.keys, signed.sketches, segment.ordered, segment.sketches, settings, workers
        )
        compared = compare(texts, group.rows[found[:, 0]], found[:, 1], settings, workers, segment.texts)
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
    compared[:, MATCHED], compared[:, MOVED] = 1, 0
    return Pairs(np.minimum(one, other), np.maximum(one, other), np.ones(len(one)), compared)


def _expanded(
    found: np.ndarray, compared: np.ndarray, group: Distinct, others: Distinct, base: int, settings: Settings
) -> Pairs:
    """Pairs of texts → pairs of the documents that have them."""
    similarity = similarity_of(compared)
    kept = np.flatnonzero(similarity >= settings.partial)
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
