"""Which comments say nearly the same. Pure; found by the kernel of screening, decided here: words nearly equal, and neither a number nor
a negation between them. Loads the kernel, so it is called in a process of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhiheng.canonical import folded

_NOISE = re.compile(r"[\W_]+")
NEAR = 0.85
# One sign more or less turns the sense, or the number that somebody asks for.
_SENSE = re.compile(r"\d+|[零〇一二两三四五六七八九十百千万半]|[不未无非没勿否免]")
_LONGEST = 400


def likeness_key(words: str) -> str:
    """Comments whose words are the same but for spaces, signs and width are one."""
    return _NOISE.sub("", folded(words)).lower()


def sense(key: str) -> tuple[str, ...]:
    """The numbers and negations of a comment in their order."""
    return tuple(_SENSE.findall(key))


def near(one: str, other: str) -> bool:
    """Whether two comments, as `likeness_key` writes them, are the same but for a few characters that change neither a number nor a
    negation: the share of their pairs of characters in common."""
    return _Said(one).near(_Said(other))


class _Said:
    """A comment with what it is compared by, worked out once."""

    def __init__(self, key: str) -> None:
        self.key, self.sense = key, sense(key)
        self.pairs = frozenset(key[i : i + 2] for i in range(len(key[:_LONGEST]) - 1))

    def near(self, other: _Said) -> bool:
        if self.key == other.key:
            return True
        short, long_ = sorted((len(self.key), len(other.key)))
        if not short or short < NEAR * long_ * 0.8 or self.sense != other.sense:
            return False
        both = len(self.pairs & other.pairs)
        return both >= NEAR * (len(self.pairs) + len(other.pairs) - both) > 0


def first_alike(said: Sequence[tuple[str, str]]) -> list[int]:
    """For each (provision, words) the place of the first one on the same provision that says nearly the same: its own where none does.

    Everything is near to the one it is led to, not only to something between: a chain of small changes joins no strangers.
    """
    keys = [likeness_key(words) for _, words in said]
    first: dict[tuple[str, str], int] = {}
    roots = [
        first.setdefault((provision, key), n)
        for n, ((provision, _), key) in enumerate(zip(said, keys, strict=True))
    ]
    by_provision: dict[str, list[int]] = {}
    for (provision, _), place in first.items():
        by_provision.setdefault(provision, []).append(place)
    led: dict[int, int] = {}
    for places in by_provision.values():
        for hanging in _together(sorted(places), keys):
            leaders: list[tuple[int, _Said]] = []
            for place in hanging:
                one = _Said(keys[place])
                leader = next((at for at, other in leaders[:_LEADERS] if one.near(other)), None)
                if leader is None:
                    leaders.append((place, one))
                else:
                    led[place] = leader
    return [led.get(root, root) for root in roots]


_FEW = 200  # so many are compared each with each; more by the kernel
_LEADERS = 200  # of those that hang together, the first so many are compared with each that follows


def _together(places: list[int], keys: Sequence[str]) -> list[list[int]]:
    """The places in parts, each in order: what is nearly the same is in one part. The kernel finds candidates; what it compares with its
    neighbours only, because there is too much of it, hangs together by them."""
    if len(places) <= _FEW:
        return [places]
    from zhiheng.screening.engine.normalise import normalise
    from zhiheng.screening.engine.pairs import find_pairs
    from zhiheng.screening.engine.settings import Settings

    # Comments are short, and what all of them say is no stock phrase here but the very thing looked for.
    settings = Settings(
        name="comments",
        similar=NEAR,
        partial=0.6,
        framed=2.0,
        derived=(),
        min_length=4,
        edited_full=0.2,
        dropped_shares=(1.0,),
    )
    pairs, _, _ = find_pairs(
        normalise([keys[place] for place in places]), [f"{n:08}" for n in range(len(places))], settings
    )
    above = list(range(len(places)))

    def top(n: int) -> int:
        while above[n] != n:
            above[n] = above[above[n]]
            n = above[n]
        return n

    for one, other in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True):
        low, high = sorted((top(one), top(other)))
        above[high] = low
    parts: dict[int, list[int]] = {}
    for n, place in enumerate(places):
        parts.setdefault(top(n), []).append(place)
    return list(parts.values())
