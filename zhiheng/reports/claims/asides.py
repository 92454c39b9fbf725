"""What a text says without a number: that something was the first of its kind, or an amount that is only hinted at.

Neither can be held against the records; both are listed apart, for somebody to bring evidence or the number.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from .claim import Claim, First, Vague
from .normalise import Normalised
from .quantities import LIMIT
from .words import words

_STOP = re.compile(r"[，。；：\n、]")
_BEFORE = 30  # so much of the clause is shown before the word, and `reach` after it

ClauseStart = Callable[[int, int], int]  # place, not before → where its clause begins


def firsts(source: Normalised, clause: ClauseStart) -> list[First]:
    """Claims of being first （首次、首批、率先）, once per clause."""
    found, last = [], -1
    for m in words().first.finditer(source.text):
        if m.start() < last:
            continue
        start, last = _around(source.text, m, clause, reach=60, least=m.end() + 60)
        a, b = source.to_original(start, last)
        found.append(First(source.original[a:b], a, b, m[0]))
    return found


def vague(source: Normalised, clause: ClauseStart, claims: Sequence[Claim]) -> list[Vague]:
    """Amounts without a number （数百人次、上百家） outside of what was read as a claim."""
    return list(islice(_vague(source, clause, claims), LIMIT))


def _vague(source: Normalised, clause: ClauseStart, claims: Sequence[Claim]) -> Iterator[Vague]:
    spans = sorted(claim.span for claim in claims)
    pattern, done = words().vague, 0
    for maybe in words().vague_at.finditer(source.text):
        m = pattern.match(source.text, maybe.start()) if maybe.start() >= done else None
        if m is None:
            continue
        done = m.end()
        i = bisect_right(spans, (m.start(), len(source.text))) - 1
        if i >= 0 and spans[i][1] > m.start():
            continue
        start, end = _around(source.text, m, clause, reach=12, least=m.end())
        a, b = source.to_original(start, end)
        yield Vague(source.original[a:b], a, b, m["word"] or m["outright"])


def _around(text: str, m: re.Match, clause: ClauseStart, *, reach: int, least: int) -> tuple[int, int]:
    """From the clause's start to its end, no more than `reach` after the word; where it runs on, to `least`."""
    stop = _STOP.search(text, m.end(), m.end() + reach)
    start = max(clause(m.start(), 0), m.start() - _BEFORE)
    return start + len(text[start : m.start()]) - len(text[start : m.start()].lstrip()), (
        stop.start() if stop else min(len(text), least)
    )
