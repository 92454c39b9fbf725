"""Which provision of the new text is which of the old: kept, moved, split, merged.

Articles are paired by their words, not their numbers: first those that say the same, then the most alike. A pair out of the
order of the rest has moved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .model import Provision, Text, fingerprint

ALIKE = 0.4
"""Share of common pairs of characters (Dice) from which two articles are one, changed."""
ALIKE_IN_PLACE = 0.2
"""The same for two articles that stand between the same neighbours."""
WITHIN = 0.6
"""Share of an article's pairs of characters found in another's from which it is a part of that one."""


@dataclass
class Alignment:
    """``pairs`` of positions (old, new) in the order of the new text; ``moved`` those of them that changed their place;
    ``split`` new positions that come out of an old one, ``merged`` old positions that went into a new one."""

    pairs: list[tuple[int, int]]
    moved: set[tuple[int, int]] = field(default_factory=set)
    split: dict[int, int] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)


def align_articles(old: Text, new: Text) -> Alignment:
    """Pair the articles of two versions of one text."""
    return align([_words(a) for a in old.articles()], [_words(a) for a in new.articles()])


def _words(article: Provision) -> str:
    return "\n".join(map(fingerprint, article.lines))


def align(old: list[str], new: list[str]) -> Alignment:
    """Pair two lists of provisions by their words."""
    left, right = _equal(old, new)
    grams_old = {i: _grams(words) for i, words in enumerate(old) if i not in left}
    grams_new = {j: _grams(words) for j, words in enumerate(new) if j not in right}
    common = _common(grams_old, grams_new)
    opening = _Openings(old, new)
    scored = sorted(
        (
            (
                2 * n / (len(grams_old[i]) + len(grams_new[j]) or 1) + opening.alike(i, j),
                -abs(i - j),
                i,
                j,
            )
            for (i, j), n in common.items()
        ),
        reverse=True,
    )
    for score, _, i, j in scored:
        if score < ALIKE:
            break
        if i not in left and j not in right:
            left[i], right[j] = j, i
    for score, _, i, j in scored:
        if score < ALIKE_IN_PLACE:
            break
        if i not in left and j not in right and _in_place(i, j, left, right, len(old), len(new)):
            left[i], right[j] = j, i
    _reworded(left, right, len(old), len(new))
    result = Alignment(sorted(left.items(), key=lambda pair: pair[1]))
    result.moved = _out_of_order(result.pairs)
    _parts(old, new, left, right, grams_old, grams_new, result)
    return result


def _equal(old: list[str], new: list[str]) -> tuple[dict[int, int], dict[int, int]]:
    """Provisions that say the same, repeated ones in their order."""
    where: dict[str, list[int]] = defaultdict(list)
    for i, words in enumerate(old):
        where[words].append(i)
    left: dict[int, int] = {}
    for j, words in enumerate(new):
        if where.get(words):
            left[where[words].pop(0)] = j
    return left, {j: i for i, j in left.items()}


def _grams(words: str) -> set[str]:
    return {words[n : n + 2] for n in range(len(words) - 1)} or {words}


def _common(old: dict[int, set[str]], new: dict[int, set[str]]) -> Counter[tuple[int, int]]:
    """How many pairs of characters each old and new provision share; pairs that most provisions have tell nothing."""
    where: dict[str, list[int]] = defaultdict(list)
    for i, grams in old.items():
        for gram in grams:
            where[gram].append(i)
    limit = max(12, len(old) // 4)
    common: Counter[tuple[int, int]] = Counter()
    skipped: dict[int, set[str]] = {}
    for j, grams in new.items():
        counts: Counter[int] = Counter()
        for gram in grams:
            found = where.get(gram, ())
            if len(found) <= limit:
                counts.update(found)
            else:
                skipped.setdefault(j, set()).add(gram)
        for i, n in counts.most_common(8):
            common[i, j] = n + len(skipped.get(j, set()) & old[i])
    return common


def _reworded(left: dict[int, int], right: dict[int, int], n_old: int, n_new: int) -> None:
    """One old and one new provision alone between the same neighbours: the one was reworded into the other."""
    lonely = []
    for i in range(n_old):
        before = left.get(i - 1, -1 if i == 0 else None)
        after = left.get(i + 1, n_new if i == n_old - 1 else None)
        if i not in left and before is not None and after == before + 2 and before + 1 not in right:
            lonely.append((i, before + 1))
    for i, j in lonely:
        left[i], right[j] = j, i


class _Openings:
    """An article goes on where its first paragraph goes on, though more of its words are split off; the more surely, when no other
    article begins so."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        self._old = [words.partition("\n")[0] for words in old]
        self._new = [words.partition("\n")[0] for words in new]
        self._often = Counter(self._old), Counter(self._new)

    def alike(self, i: int, j: int) -> float:
        words = self._old[i]
        if words != self._new[j]:
            return 0
        return 1 if len(words) >= 12 and self._often[0][words] == self._often[1][words] == 1 else 0.3


def _in_place(i: int, j: int, left: dict[int, int], right: dict[int, int], n_old: int, n_new: int) -> bool:
    before = next((left[k] for k in range(i - 1, -1, -1) if k in left), -1)
    after = next((left[k] for k in range(i + 1, n_old) if k in left), n_new)
    return before < j < after


def _out_of_order(pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """All pairs but a longest run that keeps its order."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int | None] = []
    for n, (i, _) in enumerate(pairs):
        at = bisect_left(tails, i)
        if at == len(tails):
            tails.append(i)
            ends.append(n)
        else:
            tails[at], ends[at] = i, n
        previous.append(ends[at - 1] if at else None)
    kept: set[int] = set()
    n = ends[-1] if ends else None
    while n is not None:
        kept.add(n)
        n = previous[n]
    return {pair for n, pair in enumerate(pairs) if n not in kept}


def _parts(old, new, left, right, grams_old, grams_new, result: Alignment) -> None:
    """Unpaired provisions whose words another has: split off from it, or merged into it."""
    lost = [i for i in range(len(old)) if i not in left]
    fresh = [j for j in range(len(new)) if j not in right]
    if fresh:
        whole = {i: grams_old.get(i) or _grams(words) for i, words in enumerate(old) if len(words) > 12}
        after = {i: _grams(new[left[i]]) if i in left else set() for i in whole}
        for j in fresh:
            if (source := _part_of(grams_new[j], whole, after)) is not None:
                result.split[j] = source
    if lost:
        whole = {j: grams_new.get(j) or _grams(words) for j, words in enumerate(new) if len(words) > 12}
        before = {j: _grams(old[right[j]]) if j in right else set() for j in whole}
        for i in lost:
            if (target := _part_of(grams_old[i], whole, before)) is not None:
                result.merged[i] = target


def _part_of(grams: set[str], wholes: dict[int, set[str]], otherwise: dict[int, set[str]]) -> int | None:
    """Of which of the wholes a provision is a part. What the whole says ``otherwise`` too, in the version that lacks the part, says
    nothing for it, and nothing against it."""
    if len(grams) <= 8:
        return None
    best, most = None, 0
    for n, whole in wholes.items():
        if len(grams & whole) < WITHIN * len(grams):
            continue
        own = grams - otherwise[n]
        came = len(own & whole)
        if came > most and came >= WITHIN * len(own) and len(own) >= 0.25 * len(grams):
            best, most = n, came
    return best
