"""From where on two texts of this list are more alike than its strangers: a null distribution, measured in every run.

Texts of the list are paired at random; copies, and pairs alike in the same order from end to end, are left out: what
remains are strangers. How alike they are,
as texts and as skeletons, says what says nothing here. A list of ordinary applications has strangers near nothing, and the
setting's own least threshold holds; a list whose texts are all cut from a few sentence patterns has strangers far above
it, and the threshold rises.

    threshold = max(least, median + z · spread)        spread: the smaller of two estimates of one deviation (below)
    z = √(2 ln(pairs of the list · 100))               so that of all its strangers' pairs less than one is expected above

The deviation is read below the median (median − 16 % quantile), where copies do not reach, and far above it ((99.5 % quantile −
median) / 2.58), where the threshold lies: likeness grows more slowly than what two texts happen to share, so strangers cut from one stock of
sentences have a short tail upwards, which the lower half overstates by a quarter.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from .normalise import Texts
from .settings import Settings
from .signatures import without_copies
from .similarity import MATCHED, MOVED, compare, similarity_of
from .skeleton import RUN, frame_similarity, runs, skeletons

_TEXTS = 1_500
_CHARACTERS = 1_500_000  # of the texts paired: fewer of them where they are long
_COMPARED = 4_000_000  # characters compared at most
_NEAR_ALIKE, _NEAR_FRAMED = 0.35, 0.22  # whatever the setting, so that deriving twice gives the same
_NEAR = 800  # pairs alike whose order is looked at
_FEWEST = 64  # texts, however long
_PARTNERS = 3
_PAIRS = 3_000  # in a small list each text has more partners
_LEAST_PAIRS = 100  # fewer are no distribution to speak of
_FAR = 2.576  # deviations from the median to the 99.5 % quantile
_HALF = 0.55
_USUAL = 0.95  # a threshold lies above what half of the strangers reach, however it was set
_SHARED = 8  # runs that must be shared before their order says anything
_STEP = 0.02  # thresholds are whole steps, so that one document more or less does not move them


@dataclass(frozen=True)
class Strangers:
    """What pairs of strangers reach in one measure. quantiles: at 50, 90, 99 and 99.9 %; demanded: the threshold they
    ask for (0 when there are too few); least: the setting's own; threshold: what applies, 2 for "says nothing here"."""

    pairs: int
    quantiles: tuple[float, float, float, float]
    demanded: float
    least: float
    threshold: float

    def to_dict(self) -> dict:
        return asdict(self)


def thresholds(
    pools: Sequence[tuple[Texts, np.ndarray, np.ndarray]], settings: Settings, workers: int = 1
) -> tuple[Settings, dict[str, Strangers]]:
    """The settings with the thresholds these texts ask for, and the distributions they come from, by their names.

    pools: the list and whatever it is compared with, each as texts, rows of its distinct ones and their content hashes;
    which are paired depends on the set of texts alone. Thresholds not in `settings.derived` stay as they are.
    """
    hashes = np.concatenate([pool[2] for pool in pools])
    owners = np.repeat(np.arange(len(pools)), [len(pool[2]) for pool in pools])
    numbers = np.concatenate([pool[1] for pool in pools])
    _, places = np.unique(hashes, return_index=True)
    count, chosen = len(places), places[:_TEXTS]
    parts = []
    size = 0
    for place in chosen.tolist():
        text = pools[owners[place]][0][int(numbers[place])]
        if size > _CHARACTERS and len(parts) >= _FEWEST:
            break
        parts.append(np.asarray(text))
        size += len(text)
    texts = Texts(
        np.ascontiguousarray(np.concatenate([*parts, np.zeros(0, np.uint16)])),
        np.cumsum([0, *map(len, parts)]).astype(np.int64),
    )
    rows = without_copies(texts, np.arange(len(parts)), settings, workers)
    made = skeletons(texts, rows, workers)
    places = np.arange(len(rows))
    partners = min(len(rows) // 2, max(_PARTNERS, -(-_PAIRS // max(1, len(rows)))))
    first = np.tile(places, partners)
    second = (first + np.repeat(np.arange(1, partners + 1), len(rows))) % max(1, len(rows))
    sizes = np.diff(texts.offsets)[rows]
    fitting = int(np.searchsorted(np.cumsum(sizes[first] + sizes[second]), _COMPARED))
    first, second = first[: max(2 * _LEAST_PAIRS, fitting)], second[: max(2 * _LEAST_PAIRS, fitting)]
    compared = compare(texts, rows[first], rows[second], settings, workers)
    alike, framed = similarity_of(compared), frame_similarity(runs(made), first, second)
    # Texts of one origin keep the order of their passages; texts cut from the same patterns find them anywhere.
    near = (alike >= _NEAR_ALIKE) | (framed >= _NEAR_FRAMED)
    # A list of one pattern shows itself in the first of the pairs that are near; their order is dear to look at.
    enough = int(np.searchsorted(np.cumsum(near), _NEAR))
    looked = near & ((np.arange(len(near)) < enough) | (alike >= _NEAR_ALIKE))
    ordered = (compared[:, MATCHED] >= 4) & (compared[:, MOVED] * 6 < compared[:, MATCHED])
    for pair in np.flatnonzero(looked & ~ordered)[: 2 * _NEAR].tolist():
        ordered[pair] = _in_order(made[int(first[pair])].tolist(), made[int(second[pair])].tolist())
    apart = ~(looked & ordered)
    alike, framed = alike[apart], framed[:enough][apart[:enough]]
    z = math.sqrt(2 * math.log(max(2, count * (count - 1) // 2) * 100))
    least = settings.least or (settings.similar, settings.framed)
    found = {
        "similar": _of(alike, least[0], z, settings),
        "framed": _of(framed, least[1], z, settings),
    }
    if (
        found["framed"].demanded > settings.framed_most
    ):  # one frame for all: skeletons tell nothing apart here
        found["framed"] = replace(found["framed"], threshold=2.0)
    chosen = {name: one.threshold for name, one in found.items() if name in settings.derived}
    raised = replace(settings, least=least, **chosen)
    usual = tuple(
        min(found[name].quantiles[0], _USUAL * getattr(raised, name)) for name in ("similar", "framed")
    )
    raised = replace(raised, strangers=usual)
    # Partial pairs serve the signals whatever the setting; a list of one pattern must not keep them all.
    partial = max(settings.partial, round(_HALF * found["similar"].demanded, 4))
    return replace(raised, partial=min(raised.similar, partial)), found


def _in_order(one: list[int], other: list[int]) -> bool:
    """Whether the runs two skeletons share stand in the same order in both, but for one in seven."""
    places = {tuple(other[i : i + RUN]): i for i in range(len(other) - RUN, -1, -1)}
    shared = [places[run] for i in range(len(one) - RUN + 1) if (run := tuple(one[i : i + RUN])) in places]
    rising: list[int] = []  # the longest rising row, by patience sorting
    for place in shared:
        at = bisect_right(rising, place)
        rising[at : at + 1] = [place]
    return len(shared) >= _SHARED and len(rising) * 7 >= len(shared) * 6


def _of(values: np.ndarray, least: float, z: float, settings: Settings) -> Strangers:
    if len(values) < _LEAST_PAIRS:
        return Strangers(len(values), (0.0, 0.0, 0.0, 0.0), 0.0, least, least)
    low, median, far = np.quantile(values, [0.16, 0.5, 0.995])
    spread = min(median - low, (far - median) / _FAR)
    demanded = math.ceil((median + z * spread) / _STEP - 1e-9) * _STEP
    quantiles = tuple(round(float(one), 4) for one in np.quantile(values, [0.5, 0.9, 0.99, 0.999]))
    return Strangers(
        len(values), quantiles, round(demanded, 4), least, round(max(least, min(demanded, settings.most)), 4)
    )
