"""Two texts about one year laid side by side: where they tell the same fact with different numbers, or more exactly.

Two claims tell the same fact when they state the same indicator — or, where no indicator is known, the same words — in
the same unit, of the same period and the same office. Whether one number bears the other out is asked as of a record.
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .claim import Claim, Reading, plain
from .matching import phrase
from .verdict import MORE, holds, misplaced

Outcome = Literal["differs", "precision", "same"]
OUTCOME_WORDS: dict[str, str] = {"differs": "数字不同", "precision": "详略不同", "same": "一致"}


@dataclass(frozen=True, slots=True)
class Pair:
    """One fact told by two texts. `fact` names it; `words` say how the two numbers stand to one another."""

    fact: str
    first: Claim
    second: Claim
    outcome: Outcome
    words: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "fact": self.fact,
            "outcome": self.outcome,
            "difference": plain(self.second.scale - self.first.scale),
            "words": self.words,
            "first": self.first.to_dict(),
            "second": self.second.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Pairing:
    """`pairs` in the order of the first text; the claims of either text that the other one does not make."""

    pairs: list[Pair]
    only_first: list[Claim]
    only_second: list[Claim]


def pair(first: Reading, second: Reading) -> Pairing:
    """Lay two readings, already matched with the indicators, side by side."""
    theirs = _facts(second)
    pairs: list[tuple[int, Pair]] = []
    places = {id(claim): i for i, claim in enumerate(first.claims)}
    told = set()
    for fact, ours in _facts(first).items():
        for a, b in _couples(ours, theirs.get(fact, [])):
            pairs.append((places[id(a)], _judge(a, b)))
            told |= {id(a), id(b)}
    return Pairing(
        [one for _, one in sorted(pairs, key=lambda p: p[0])],
        [c for c in first.claims if id(c) not in told],
        [c for c in second.claims if id(c) not in told],
    )


def _facts(reading: Reading) -> dict[Hashable, list[Claim]]:
    facts: dict[Hashable, list[Claim]] = defaultdict(list)
    for claim in reading.claims:
        of = claim.indicator_id or (phrase(claim), claim.topic)
        # Of two offices, each names itself; only a third one makes another fact.
        who = "" if claim.subject == reading.publisher else claim.subject or ""
        facts[of, who, claim.base_unit, claim.period, claim.measure, claim.parts_of is None].append(claim)
    return facts


def _couples(ours: list[Claim], theirs: list[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Equal numbers first; then what is said in the same words; then, if but one is left on each side, those."""
    for trait in (lambda claim: claim.scale, phrase):
        waiting: dict[Hashable, deque[Claim]] = defaultdict(deque)
        for b in theirs:
            waiting[trait(b)].append(b)
        left = []
        for a in ours:
            if waiting[trait(a)]:
                yield a, waiting[trait(a)].popleft()
            else:
                left.append(a)
        ours, theirs = left, [b for queue in waiting.values() for b in queue]
    if len(ours) == len(theirs) == 1:
        yield ours[0], theirs[0]


def _judge(a: Claim, b: Claim) -> Pair:
    fact = a.indicator or b.indicator or phrase(a)
    if (a.scale, a.approx, a.upper) == (b.scale, b.approx, b.upper):
        return Pair(fact, a, b, "same", "两处数字一致")
    said = f"一处写{_number(a)}，另一处写{_number(b)}"
    # The vaguer of the two is asked whether the other one bears it out.
    vague, exact = sorted((a, b), key=lambda c: (c.approx is None and c.upper is None, -c.quantum))
    if holds(vague, exact.scale, exact.quantum) or (
        exact.approx and holds(exact, vague.scale, vague.quantum)
    ):
        return Pair(fact, a, b, "precision", f"{said}，取数详略不同，并不矛盾")
    lost = misplaced(a.scale, a.quantum, b.scale)
    return Pair(fact, a, b, "differs", f"{said}，" + (lost.replace("原文", "其中一处") or "两处不符"))


def _number(claim: Claim) -> str:
    """The number as the text shows it, with its words of approximation."""
    upper = f"至{plain(claim.upper * claim.value / claim.scale)}" if claim.upper and claim.scale else ""
    shown = f"{plain(claim.value)}{upper}{claim.unit or ''}"
    word = claim.approx_word or ""
    if not claim.approx or not word:
        return shown
    return f"{plain(claim.value)}{word}{claim.unit or ''}" if word in MORE else f"{word}{shown}"
