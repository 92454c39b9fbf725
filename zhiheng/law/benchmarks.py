"""Discretion benchmarks (裁量基准, 行政处罚法 34): where within a rule's range a fine belongs, by how grave the case is.

Data under ``book/benchmarks``; a benchmark of an office stands in a local file with its ``scope`` and wins over the national frame.
Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

from .citations import Citation
from .penalties import Bounds, FineOutcome

DEGREES = {"lighter": "从轻", "normal": "一般", "heavier": "从重"}


@dataclass(frozen=True)
class Band:
    """A stretch of the range for one degree: percent of the way from least to greatest fine, or amounts, or percent of the turnover.
    ``turnover``: only for such turnovers. ``when``: the facts it is meant for, in words."""

    degree: str
    turnover: Bounds | None = None
    from_percent: int | None = None
    to_percent: int | None = None
    min: int | None = None
    max: int | None = None
    turnover_percent: tuple[int, int] | None = None
    when: str = ""

    def amounts(self, least: int, most: int, turnover: int | None) -> tuple[int, int]:
        """From where to where within the range ``least`` to ``most``."""
        if self.turnover_percent is not None:
            low, high = ((turnover or 0) * percent // 100 for percent in self.turnover_percent)
        elif self.max is not None:
            low, high = self.min or 0, self.max
        else:
            low = least + ceil(Fraction((most - least) * self.from_percent, 100))
            high = least + floor(Fraction((most - least) * self.to_percent, 100))
        return max(low, least), min(high, most)


@dataclass(frozen=True)
class Benchmark:
    """One version of one benchmark. ``rules``: the fine rules it is for; none: every rule. ``source``: the document that sets it."""

    code: str
    title: str
    effective: date
    article: Citation
    confidence: str
    source: str
    bands: tuple[Band, ...]
    rules: tuple[str, ...] = ()
    scope: str = ""
    note: str = ""
    repealed: bool = False

    @property
    def binds(self) -> bool:
        """Whether leaving a band needs a reason: an office's own benchmark does, and one that was held against its text; a value from
        memory or a quotation only warns."""
        return bool(self.scope) or self.confidence not in ("secondary", "unconfirmed")


@dataclass(frozen=True)
class Placed:
    """A band worked out for the case at hand: from ``low`` to ``high``."""

    band: Band
    low: int
    high: int

    @property
    def title(self) -> str:
        return DEGREES[self.band.degree]

    def holds(self, fine: int) -> bool:
        return self.low <= fine <= self.high


def benchmark_for(
    versions: Mapping[str, Sequence[Benchmark]], rule: str, on: date, scope: Sequence[str] = ()
) -> Benchmark | None:
    """The benchmark for a rule on a day: the tightest scope wins, then one made for the rule over one for every rule."""
    for place in (*scope, ""):
        here = []
        for every in versions.values():
            in_force = [v for v in every if v.scope == place and v.effective <= on]
            if in_force and not in_force[-1].repealed and rule in (in_force[-1].rules or (rule,)):
                here.append(in_force[-1])
        if here:
            return max(here, key=lambda version: (bool(version.rules), version.effective))
    return None


def bands_of(benchmark: Benchmark | None, outcome: FineOutcome, turnover: int | None) -> tuple[Placed, ...]:
    """The bands of a benchmark worked out for what a rule allows; none where the rule leaves nothing to choose."""
    applies = outcome.applicable
    if benchmark is None or applies.max == applies.min:
        return ()
    return tuple(
        Placed(band, *band.amounts(applies.min, applies.max, turnover))
        for band in benchmark.bands
        if band.turnover is None or band.turnover.holds(turnover)
    )
