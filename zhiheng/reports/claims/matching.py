"""Which indicator a claim states: by unit, the thing counted, the attribute, the act — with the words that decided.

A clear winner is taken; a close race is offered in `candidates` and left to a person. A correction a person made comes
back as a *variant*: words that name an indicator outright.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

from .claim import Claim
from .words import one_of, words

BOOK = Path(__file__).parents[1] / "book" / "indicators.yaml"
TAKE = 2.6  # a score below this is no match
LEAD = 0.75  # the winner must be ahead by this much
# What each kind of evidence weighs. Said in the clause counts most, carried from before less, said in the sentence least.
_SAID, _CARRIED, _NEARBY, _VARIANT = 3.0, 2.2, 1.6, 8.0
_ADDED = -2.0
_NEW = re.compile("新(?=[批认核获增设建聘签登])|全年批准|年内批准|当年批准")
_PER_CHARACTER, _ATTRIBUTE, _ACT, _ANY_ACT, _OTHER_ACT, _MEASURE = 0.15, 1.5, 1.0, 0.5, -2.0, -0.6

MEASURES = {"flow": "期内数", "stock": "累计数", "rate": "平均数", "ratio": "比率", "rank": "名次"}


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
    exact: tuple[str, ...] = ()
    exact_attr: tuple[str, ...] = ()
    exact_acts: tuple[str, ...] = ()
    unit: str = ""  # the first of `units` in the book: the one it is reported in
    figures: Mapping[str, str] | None = None
    told_by: str = ""

    @cached_property
    def _excluding(self) -> re.Pattern:
        return re.compile(one_of(self.exclude)) if self.exclude else re.compile("(?!)")

    @cached_property
    def families(self) -> frozenset[str | None]:
        """The families of its acts."""
        return frozenset(map(words().family.get, self.verbs))

    def excludes(self, *said: str) -> bool:
        """Whether a word that makes it another figure stands in one of these texts."""
        return bool(self.exclude) and any(map(self._excluding.search, said))

    def figure_for(self, claim: Claim) -> str:
        """The id of the figure that a number in the claim's unit states."""
        told = self.figures or {}
        return told.get(claim.unit or "") or told.get(claim.base_unit or "") or self.id

    def name_for(self, unit: str | None) -> str:
        return (self.names or {}).get(unit or "", self.name)

    def counts_in(self, claim: Claim) -> bool:
        """Whether the claim's unit is one this indicator can be told in; a lost unit is no hindrance."""
        return claim.unit is None or not self.units.isdisjoint((claim.base_unit, claim.unit))


@dataclass(frozen=True, slots=True)
class Variant:
    """Words that a person tied to an indicator; `indicator_id` None says that they state no figure we keep.

    `words` must stand in the claim's own clause and count in `unit`; where the clause names only an attribute (案值),
    `about` is the thing it must be carried from. `source` says who decided and when.
    """

    words: str
    unit: str | None
    indicator_id: str | None
    about: str = ""
    source: str = "人工确认过的说法"

    def speaks_of(self, claim: Claim) -> bool:
        return (
            self.words in claim.context
            and self.unit in (None, claim.unit)
            and (not self.about or self.about in claim.context or self.about in claim.topic)
        )


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
        search = self._words.search
        m = search(text)
        while m:
            for word in (m[0], *self._inner[m[0]]):
                for indicator in self.by_word[word]:
                    found.setdefault(indicator.id, []).append(word)
            m = search(text, m.start() + 1)
        return found


@cache
def load_indicators(path: Path = BOOK) -> tuple[Indicator, ...]:
    """The indicators of the book. Raises ValueError naming the entry when an id is double or a field unknown."""
    known = {"id", "name", "units", "what", "attr", "verbs", "not", "measure", "names", "group", "counts"} | {
        *("exact", "exact_attr", "exact_acts", "figures", "told_by")
    }
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
                    *(tuple(row.get(key, ())) for key in ("exact", "exact_attr", "exact_acts")),
                    unit=next(iter(row["units"]), ""),
                    figures=row.get("figures"),
                    told_by=row.get("told_by", ""),
                )
            )
    return tuple(indicators)


def match(
    claims: Iterable[Claim], indicators: Sequence[Indicator] | None = None, variants: Sequence[Variant] = ()
) -> list[Claim]:
    """Give each claim its indicator, or its candidates when the words do not decide.

    Sets `indicator_id`, `indicator`, `group` and `candidates` ([{"id", "name", "score", "why": [{"words", "adds"}]}],
    best first) on the claims and returns them as a list. Of several variants that fit, the one with the most words
    holds; of equal ones, the first.
    """
    index = _default_index() if indicators is None else Index(indicators)
    result = list(claims)
    for claim in result:
        _match(claim, index, variants)
    return result


@cache
def _default_index() -> Index:
    return Index(load_indicators())


def undecided(claim: Claim) -> str:
    """Why none of the claim's candidates was taken, in words; "" where one was or there are none."""
    if claim.indicator_id or not claim.candidates:
        return ""
    first, *rest = claim.candidates
    if first["score"] < TAKE:
        against = [one["words"] for one in first["why"] if one["adds"] < 0]
        because = f"，但{against[0]}" if against else "，原文的说法与它还不够贴近"
        return f"最接近的指标是“{first['name']}”{because}"
    return f"“{first['name']}”和“{rest[0]['name']}”都说得通，原文没有写清是哪一项"


def phrase(claim: Claim) -> str:
    """The claim's own words without its number: what a person ties to an indicator (查办商标侵权案件)."""
    return next(
        (w for w in (f"{claim.verb or ''}{claim.head}", claim.head) if w in claim.context), claim.text
    )


def is_attribute(phrase: str) -> bool:
    """Whether the phrase only tells something about a thing (案值), and not which thing."""
    return bool(words().attribute.fullmatch(phrase))


def _match(claim: Claim, index: Index, variants: Sequence[Variant]) -> None:
    claim.indicator_id = claim.indicator = claim.group = None
    fitting = [v for v in variants if v.speaks_of(claim)]
    if fitting:
        _decide(claim, index, max(fitting, key=lambda v: len(v.words) + len(v.about)))
        return
    own = claim.context
    said, carried = index.said(own), index.said(claim.topic) if claim.topic not in own else {}
    nearby = {} if said or carried else index.said(claim.before)
    scored = []
    for name in {*said, *carried, *nearby}:
        indicator = index.indicators.get(name)
        if indicator is None:
            continue
        why = _score(claim, indicator, own, said.get(name, ()), carried.get(name, ()), nearby.get(name, ()))
        if why is not None:
            scored.append((sum(points for _, points in why), indicator, why))
    scored.sort(key=lambda s: (-s[0], s[1].id))
    claim.candidates = [_candidate(claim, *one) for one in scored[:5]]
    if not scored or scored[0][0] < TAKE or (len(scored) > 1 and scored[0][0] - scored[1][0] < LEAD):
        return
    if nearby and not _only_tells(claim):
        return  # it names a thing of its own, and no word of that thing is known here
    _take(claim, scored[0][1])


def _only_tells(claim: Claim) -> bool:
    """Whether the clause names no thing of its own: an act or an attribute of what the sentence is about."""
    return len(words().attribute.sub("", claim.head).strip("的总共")) < 2


def _ruled_out(claim: Claim, indicator: Indicator, own: str) -> bool:
    """Whether the clause, the thing it was carried from or who did it makes it another figure."""
    who = claim.subject or ""
    if "联合" in who or "指导" in who:
        who = ""  # with somebody else's help it stays the office's own figure
    return indicator.excludes(own, claim.topic, who)


def _decide(claim: Claim, index: Index, variant: Variant) -> None:
    """What a person said holds, whatever the words would have come to."""
    claim.candidates = []
    claim.why.append({"rule": "人工确认", "words": f"“{variant.words}”，{variant.source}"})
    indicator = index.indicators.get(variant.indicator_id or "")
    if indicator is not None:
        claim.candidates = [_candidate(claim, _VARIANT, indicator, [(variant.source, _VARIANT)])]
        _take(claim, indicator)


def _take(claim: Claim, indicator: Indicator) -> None:
    claim.indicator_id, claim.indicator = indicator.id, indicator.name_for(claim.unit)
    claim.group = indicator.group.format(period=claim.period or "") if indicator.group else None


def _candidate(claim: Claim, score: float, indicator: Indicator, why: Sequence[tuple[str, float]]) -> dict:
    return {
        "id": indicator.id,
        "name": indicator.name_for(claim.unit),
        "score": round(score, 2),
        "why": [{"words": words, "adds": round(points, 2)} for words, points in why],
    }


def _score(
    claim: Claim,
    indicator: Indicator,
    own: str,
    said: Sequence[str],
    carried: Sequence[str],
    nearby: Sequence[str],
) -> list[tuple[str, float]] | None:
    """What speaks for the indicator and against it, each with its points; None where it cannot be."""
    if not indicator.counts_in(claim) or _ruled_out(claim, indicator, own):
        return None
    # The unit opens the door and earns nothing: every candidate has it.
    why = [(f"单位“{claim.unit}”", 0.0)] if claim.unit else []
    for found, how, points in ((said, "所指", _SAID), (carried, "承前", _CARRIED), (nearby, "句中", _NEARBY)):
        if found:
            longest = max(found, key=len)
            why.append((f"{how}“{longest}”", points + _PER_CHARACTER * len(longest)))
            break
    else:
        return None
    if indicator.attr:
        attribute = next((a for a in indicator.attr if a in own), None)
        if attribute is None:
            return None
        why.append((f"属性“{attribute}”", _ATTRIBUTE))
    if claim.verb and not indicator.verbs:
        why.append((f"动词“{claim.verb}”，此项不限动词", _ANY_ACT))
    elif claim.verb:
        if claim.verb in indicator.verbs:
            why.append((f"动词“{claim.verb}”", _ACT))
        elif words().family.get(claim.verb) not in indicator.families:
            why.append((f"动词“{claim.verb}”不属此项", _OTHER_ACT))
    if indicator.measure != claim.measure and "rate" not in (indicator.measure, claim.measure):
        kinds = f"{MEASURES[claim.measure]}，此项是{MEASURES[indicator.measure]}"
        why.append((f"所写是{kinds}", _MEASURE))
        if indicator.measure == "stock" and (new := _NEW.search(own)):
            why.append((f"“{new[0]}”只是期内增加的", _ADDED))
    return why
