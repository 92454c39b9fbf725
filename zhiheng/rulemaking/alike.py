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
    if one == other:
        return True
    short, long_ = sorted((len(one), len(other)))
    if not short or short < NEAR * long_ * 0.8 or sense(one) != sense(other):
        return False
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (one[:_LONGEST], other[:_LONGEST])]
    both, either = len(pairs[0] & pairs[1]), len(pairs[0] | pairs[1])
    return bool(either) and both / either >= NEAR


def first_alike(said: Sequence[tuple[str, str]]) -> list[int]:
    """For each (provision, words) the place of the first one on the same provision that says nearly the same: its own where none does.

    Everything is near to the one it is led to, not only to something between: a chain of small changes joins no strangers.
    """
    keys = [likeness_key(words) for _, words in said]
    roots = list(range(len(said)))
    first: dict[tuple[str, str], int] = {}
    for place, ((provision, _), key) in enumerate(zip(said, keys, strict=True)):
        roots[place] = first.setdefault((provision, key), place)
    for one, other in _candidates(keys):
        unled = roots[other] == other and roots[one] == one
        if unled and said[one][0] == said[other][0] and near(keys[one], keys[other]):
            roots[other] = one
    # What equals one that was led on is led on with it.
    return [roots[root] for root in roots]


def _candidates(keys: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places, the earlier first, in order, that the kernel finds alike."""
    from zhiheng.screening.engine.normalise import normalise
    from zhiheng.screening.engine.pairs import find_pairs
    from zhiheng.screening.engine.settings import Settings

    settings = Settings(
        name="comments", similar=NEAR, partial=0.6, framed=2.0, derived=(), min_length=4, edited_full=0.2
    )
    pairs, _, _ = find_pairs(normalise(keys), [f"{n:08}" for n in range(len(keys))], settings)
    return sorted(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))
