"""Which provision of the new text is which of the old: kept, moved, split, merged.

Articles are paired by their words, not their numbers: first those that say the same, then the most alike. A pair out of the
order of the rest has moved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from .model import Provision, Text, fingerprint

ALIKE = 0.4
"""Share of common pairs of characters (Dice) from which two articles are one, changed."""
SURELY = 0.6
"""The same from which they are, before any less alike."""
GOES_ON = 1
"""The same with what a common beginning and neighbours count (`_Hints`): nothing that stands word for word elsewhere is held against these."""
BESIDE = 0.15
"""What an unchanged neighbour on the same side of both counts besides."""
ALIKE_IN_PLACE = 0.2
"""The same for two articles that stand between the same neighbours."""
_TELLING = 12
"""Characters from which on an article's beginning tells it from others."""
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
    hints = _Hints(old, new, left)
    scored = sorted(
        (
            (
                2 * n / (len(grams_old[i]) + len(grams_new[j]) or 1) + hints.of(i, j),
                -abs(i - j),
                i,
                j,
            )
            for (i, j), n in common.items()
        ),
        reverse=True,
    )
    split, merged = _Parts(new, old), _Parts(old, new)

    def pair(least: float, *, in_place: bool = False) -> None:
        for score, _, i, j in scored:
            if score < least:
                break
            if i in left or j in right or i in merged.of or j in split.of:
                continue
            if not in_place or _in_place(i, j, left, right, len(old), len(new)):
                left[i], right[j] = j, i

    for least in (GOES_ON, SURELY, ALIKE):
        pair(least)
        split.find(right, left, word_for_word=True)
        merged.find(left, right, word_for_word=True)
    pair(ALIKE_IN_PLACE, in_place=True)
    _reworded(left, right, len(old), len(new), {*merged.of}, {*split.of})
    split.find(right, left | merged.of)
    merged.find(left, right | split.of)
    result = Alignment(sorted(left.items(), key=lambda pair: pair[1]), split=split.of, merged=merged.of)
    result.moved = _out_of_order(result.pairs)
    return result


def _equal(old: list[str], new: list[str]) -> tuple[dict[int, int], dict[int, int]]:
    """Provisions that say the same: first those that stand in one order in both, so that of two that say the same it is the one between
    the same others; then the rest, in their order."""
    left: dict[int, int] = {}
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        left.update((block.a + n, block.b + n) for n in range(block.size))
    where: dict[str, list[int]] = defaultdict(list)
    for i, words in enumerate(old):
        if i not in left:
            where[words].append(i)
    taken = {*left.values()}
    for j, words in enumerate(new):
        if j not in taken and where.get(words):
            left[where[words].pop(0)] = j
    return left, {j: i for i, j in left.items()}


def _grams(words: str) -> set[str]:
    """The pairs of characters of a provision. One that comes again is another (茶馆, 茶馆1, 茶馆2): what sets of them share is then as
    many as both say, and a text that says the same few words over and over is not alike all over."""
    often = Counter(map(str.__add__, words, words[1:]))
    again = (f"{pair}{n}" for pair, many in often.items() if many > 1 for n in range(1, many))
    return {*often, *again} or {words}


def _counted(grams: set[str]) -> Counter[str]:
    return Counter(gram[:2] for gram in grams)


def _common(old: dict[int, set[str]], new: dict[int, set[str]]) -> Counter[tuple[int, int]]:
    """How many pairs of characters each old and new provision share; pairs that most provisions have tell nothing."""
    where: dict[str, list[int]] = defaultdict(list)
    for i, grams in old.items():
        for gram in grams:
            where[gram].append(i)
    limit = max(12, len(old) // 4)
    common: Counter[tuple[int, int]] = Counter()
    for j, grams in new.items():
        counts: Counter[int] = Counter()
        skipped = set()
        for gram in grams:
            found = where.get(gram, ())
            if len(found) <= limit:
                counts.update(found)
            else:
                skipped.add(gram)
        likely = counts.most_common(8) if counts else [(i, 0) for i in old]
        for i, n in likely:
            common[i, j] = n + len(skipped & old[i])
    return common


def _reworded(
    left: dict[int, int], right: dict[int, int], n_old: int, n_new: int, merged: set[int], split: set[int]
) -> None:
    """One old and one new provision alone between the same neighbours: the one was reworded into the other."""
    lonely = []
    for i in range(n_old):
        before = left.get(i - 1, -1 if i == 0 else None)
        after = left.get(i + 1, n_new if i == n_old - 1 else None)
        if before is None or after != before + 2:
            continue
        if i not in left and i not in merged and before + 1 not in right and before + 1 not in split:
            lonely.append((i, before + 1))
    for i, j in lonely:
        left[i], right[j] = j, i


class _Hints:
    """What tells that two articles are one besides the words they share.

    An article goes on where its first paragraph goes on, though more of its words are split off; the more surely, when no other
    article begins so, or when all of it goes on and paragraphs were put behind it or taken from there, as of no other. And where the articles before
    and behind it stand unchanged, it is likely to stand between them still."""

    def __init__(self, old: list[str], new: list[str], equal: dict[int, int]) -> None:
        self._whole = old, new
        self._old = [words.partition("\n")[0] for words in old]
        self._new = [words.partition("\n")[0] for words in new]
        self._often = Counter(self._old), Counter(self._new)
        self._equal = equal | {-1: -1, len(old): len(new)}

    def of(self, i: int, j: int) -> float:
        beside = (self._equal.get(i - 1) == j - 1) + (self._equal.get(i + 1) == j + 1)
        return self._begun(i, j) + BESIDE * beside

    def _begun(self, i: int, j: int) -> float:
        words = self._old[i]
        if words != self._new[j]:
            return 0
        sides = sorted(((self._whole[0][i], 0), (self._whole[1][j], 1)), key=lambda one: len(one[0]))
        (less, side), (more, _) = sides
        goes_on = len(less) >= _TELLING and more.startswith(f"{less}\n")
        goes_on = goes_on and not any(other.startswith(f"{less}\n") for other in self._whole[side])
        alone = len(words) >= _TELLING and self._often[0][words] == self._often[1][words] == 1
        return 1 if goes_on or alone else 0.3


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


class _Parts:
    """Provisions without partner whose words another has in the version that lacks them: split off from it, or merged into it.
    ``of`` says of each which one."""

    def __init__(self, parts: list[str], wholes: list[str]) -> None:
        """``parts`` are the provisions of the one version, ``wholes`` those of the other, partners of some of ``parts``."""
        self._parts, self._wholes = parts, wholes
        self._whole: dict[int, set[str]] = {}
        self._left: dict[int, Counter[str]] = {}
        self.of: dict[int, int] = {}

    def find(self, partner: dict[int, int], whose: dict[int, int], *, word_for_word: bool = False) -> None:
        """Of which whole each part without a ``partner`` is one: of the one that says more of its words than its own partner (``whose``)
        does, and least else. What the partner says too, and no more of it, says nothing for it, and nothing against it. What a whole
        says more is the words of one part only: those that stand there word for word come first."""
        lost = [n for n in range(len(self._parts)) if n not in partner and n not in self.of]
        grams = {n: some for n in lost if len(some := _grams(self._parts[n])) > 8}
        if not grams:
            return
        found = []
        for m, words in enumerate(self._wholes):
            if len(words) <= _TELLING or (word_for_word and m not in whose):
                continue
            otherwise = self._parts[whose[m]] if m in whose else ""
            if words == otherwise:
                continue
            whole = self._whole.get(m) or self._whole.setdefault(m, _grams(words))
            for n, part in grams.items():
                stands = words.count(self._parts[n]) > otherwise.count(self._parts[n])
                if stands or (not word_for_word and len(part & whole) >= WITHIN * len(part)):
                    gained = self._gained(m, whole, otherwise)
                    found.append((stands, (_counted(part) & gained).total(), -gained.total(), n, m))
        for _, _, _, n, m in sorted(found, reverse=True):
            if n in self.of:
                continue
            part, gained = _counted(grams[n]), self._left[m]
            came = (part & gained).total()
            otherwise = _counted(_grams(self._parts[whose[m]])) if m in whose else Counter()
            own = came + (part - gained - otherwise).total()
            if came and came >= WITHIN * own and own >= 0.25 * len(grams[n]):
                self.of[n] = m
                self._left[m] = gained - part

    def _gained(self, m: int, whole: set[str], otherwise: str) -> Counter[str]:
        """What the whole says more than its partner, and no part has been found to have brought."""
        if m not in self._left:
            self._left[m] = _counted(whole) - (_counted(_grams(otherwise)) if otherwise else Counter())
        return self._left[m]
