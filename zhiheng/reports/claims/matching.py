"""Which indicator a claim states: by unit, the thing counted, the attribute, the act — with the words that decided.

A clear winner is taken; a close race is offered in `candidates` and left to a person. A correction a person made comes
back as a *variant*: words that name an indicator outright.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from .claim import Claim
from .words import one_of, words

BOOK = Path(__file__).parents[1] / "book" / "indicators.yaml"
TAKE = 2.6  # a score below this is no match
LEAD = 0.75  # the winner must be ahead by this much
# What each kind of evidence weighs. Said in the clause counts most, carried from before less, said in the sentence least.
_SAID, _CARRIED, _NEARBY, _VARIANT = 3.0, 2.2, 1.6, 8.0
_PER_CHARACTER, _ATTRIBUTE, _ACT, _ANY_ACT, _OTHER_ACT, _MEASURE = 0.15, 1.5, 1.0, 0.5, -2.0, -0.6


@dataclass(frozen=True)
class Indicator:
    """One published figure; see the head of `book/indicators.yaml` for the fields."""

    id: str
    name: str
    section: str
    units: frozenset[str]
    what: tuple[str, ...]
    attr: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    measure: str = "flow"
    names: Mapping[str, str] | None = None
    group: str | None = None
    counts: str = ""

    def name_for(self, unit: str | None) -> str:
        return (self.names or {}).get(unit or "", self.name)


@dataclass(frozen=True, slots=True)
class Variant:
    """Words that a person tied to an indicator; `indicator_id` None says that they state no figure we keep."""

    words: str
    unit: str | None
    indicator_id: str | None


class Index:
    """Indicators by the words they are known by, so that a claim meets only those it could be."""

    def __init__(self, indicators: Sequence[Indicator]):
        self.indicators = {i.id: i for i in indicators}
        self.by_word: dict[str, list[Indicator]] = {}
        for indicator in indicators:
            for word in indicator.what:
                self.by_word.setdefault(word, []).append(indicator)
        self._words = re.compile(one_of(self.by_word)) if self.by_word else re.compile("(?!)")
        # a longer word hides shorter ones that start with it at the same place; those are said as well
        self._inner = {w: [v for v in self.by_word if v != w and w.startswith(v)] for w in self.by_word}

    def said(self, text: str) -> dict[str, list[str]]:
        """Indicator id → the words of `text` that name it."""
        found: dict[str, list[str]] = {}
        m = self._words.search(text)
        while m:
            for word in (m[0], *self._inner[m[0]]):
                for indicator in self.by_word[word]:
                    found.setdefault(indicator.id, []).append(word)
            m = self._words.search(text, m.start() + 1)
        return found


@cache
def load_indicators(path: Path = BOOK) -> tuple[Indicator, ...]:
    """The indicators of the book. Raises ValueError naming the entry when an id is double or a field unknown."""
    known = {"id", "name", "units", "what", "attr", "verbs", "not", "measure", "names", "group", "counts"}
    indicators: list[Indicator] = []
    seen: set[str] = set()
    for section, rows in yaml.load(
        path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    ).items():
        for row in rows:
            if unknown := set(row) - known:
                raise ValueError(
                    f"{path.name}：{row.get('id')} 有不认识的字段 {'、'.join(sorted(unknown))}，请改为 {'、'.join(sorted(known))} 之一"
                )
            if row["id"] in seen:
                raise ValueError(f"{path.name}：编号 {row['id']} 出现两次，请删去一个")
            seen.add(row["id"])
            indicators.append(
                Indicator(
                    row["id"],
                    row["name"],
                    section,
                    frozenset(row["units"]),
                    tuple(row["what"]),
                    tuple(row.get("attr", ())),
                    tuple(row.get("verbs", ())),
                    tuple(row.get("not", ())),
                    row.get("measure", "flow"),
                    row.get("names"),
                    row.get("group"),
                    row.get("counts", ""),
                )
            )
    return tuple(indicators)


def match(
    claims: Iterable[Claim], indicators: Sequence[Indicator] | None = None, variants: Sequence[Variant] = ()
) -> list[Claim]:
    """Give each claim its indicator, or its candidates when the words do not decide.

    Sets `indicator_id`, `indicator`, `group` and `candidates` ([{"id", "name", "score", "why"}], best first) on the claims
    and returns them as a list.
    """
    index = _default_index() if indicators is None else Index(indicators)
    result = list(claims)
    for claim in result:
        _match(claim, index, variants)
    return result


@cache
def _default_index() -> Index:
    return Index(load_indicators())


def _match(claim: Claim, index: Index, variants: Sequence[Variant]) -> None:
    claim.indicator_id = claim.indicator = claim.group = None
    own = claim.context
    said, carried = index.said(own), index.said(claim.topic) if claim.topic not in own else {}
    nearby = {} if said or carried else index.said(claim.before)
    chosen = {v.indicator_id for v in variants if v.words in claim.text and v.unit in (None, claim.unit)}
    if None in chosen:
        claim.candidates = []
        return
    scored = []
    for name in {*said, *carried, *nearby, *chosen}:
        indicator = index.indicators.get(name)
        if indicator is None:
            continue
        judged = _score(
            claim,
            indicator,
            own,
            said.get(name, ()),
            carried.get(name, ()),
            nearby.get(name, ()),
            name in chosen,
        )
        if judged is not None:
            scored.append((judged[0], indicator, judged[1]))
    scored.sort(key=lambda s: (-s[0], s[1].id))
    claim.candidates = [
        {"id": i.id, "name": i.name_for(claim.unit), "score": round(score, 2), "why": why}
        for score, i, why in scored[:5]
    ]
    if not scored or scored[0][0] < TAKE or (len(scored) > 1 and scored[0][0] - scored[1][0] < LEAD):
        return
    winner = scored[0][1]
    claim.indicator_id, claim.indicator = winner.id, winner.name_for(claim.unit)
    claim.group = winner.group.format(period=claim.period or "") if winner.group else None


def _score(
    claim: Claim,
    indicator: Indicator,
    own: str,
    said: Sequence[str],
    carried: Sequence[str],
    nearby: Sequence[str],
    chosen: bool,
) -> tuple[float, list[str]] | None:
    if chosen:
        return _VARIANT, ["人工确认过的说法"]
    units = indicator.units
    if claim.unit is not None and claim.base_unit not in units and claim.unit not in units:
        return None
    if any(word in own for word in indicator.exclude):
        return None
    why = [f"单位“{claim.unit}”"] if claim.unit else []
    score = 0.0
    if said:
        longest = max(said, key=len)
        score += _SAID + _PER_CHARACTER * len(longest)
        why.append(f"所指“{longest}”")
    elif carried:
        longest = max(carried, key=len)
        score += _CARRIED + _PER_CHARACTER * len(longest)
        why.append(f"承前“{longest}”")
    elif nearby:
        longest = max(nearby, key=len)
        score += _NEARBY + _PER_CHARACTER * len(longest)
        why.append(f"句中“{longest}”")
    else:
        return None
    attribute = next((a for a in indicator.attr if a in own), None)
    if indicator.attr:
        if attribute is None:
            return None
        score += _ATTRIBUTE
        why.append(f"属性“{attribute}”")
    if claim.verb and not indicator.verbs:
        score += _ANY_ACT
    elif claim.verb:
        family = words().family
        if claim.verb in indicator.verbs:
            score += _ACT
            why.append(f"动词“{claim.verb}”")
        elif family.get(claim.verb) not in {family.get(v) for v in indicator.verbs}:
            score += _OTHER_ACT
            why.append(f"动词“{claim.verb}”不属此项")
    if indicator.measure != claim.measure and "rate" not in (indicator.measure, claim.measure):
        score += _MEASURE
    return score, why
