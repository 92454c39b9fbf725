"""One dossier for whatever hangs together: applications linked by their texts, frames, people, places, phones and weeks.

A card for every signal would show one mill six times, each time harmless. Here the signals are joined into a graph over
the applications; each connected group is one dossier, and what ranks it is how many independent kinds of evidence meet in
it, not how many applications it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from zhiheng import canonical

from .signals.facts import Facts
from .signals.parties import names, phones
from .signals.signal import Signal

# Kind of signal → kind of evidence. Signals of one kind of evidence add nothing to each other's independence.
_KINDS = {
    "identical": "文字", "parameters": "文字", "skeleton": "句式", "combination": "组合", "splitting": "拆分", "burst": "时间",
    "series": "时间", "inventor": "人员", "capacity": "能力", "business": "能力", "data": "数据", "drawings": "附图",
}  # fmt: skip
_IDENTITY = {"共用地址": "地址", "共用电话": "电话", "共用邮箱": "邮箱", "共用发明人": "人员"}
KINDS = (
    "文字",
    "句式",
    "组合",
    "拆分",
    "附图",
    "数据",
    "人员",
    "地址",
    "电话",
    "邮箱",
    "时间",
    "能力",
    "代理",
)


@dataclass
class Dossier:
    """documents: numbers of the list's applications; signals: numbers into the run's signals, the weightiest first; kinds:
    the independent kinds of evidence in the order of KINDS; others: documents of stored lists or of the corpus."""

    number: int
    documents: list[int]
    others: list[int]
    signals: list[int]
    kinds: list[str]
    score: int
    applicants: list[tuple[str, int]] = field(default_factory=list)
    agencies: list[tuple[str, int]] = field(default_factory=list)
    inventors: list[tuple[str, int]] = field(default_factory=list)
    addresses: list[tuple[str, int]] = field(default_factory=list)
    phones: list[tuple[str, int]] = field(default_factory=list)
    days: tuple[str, str] | None = None
    speaks_for: list[str] = field(default_factory=list)


def kind_of(signal: Signal) -> str:
    return _IDENTITY.get(signal.title, "地址") if signal.kind == "identity" else _KINDS[signal.kind]


def dossiers(signals: Sequence[Signal], groups: Sequence[Sequence[int]], facts: Facts) -> list[Dossier]:
    """Connected groups of applications, the one with most independent kinds of evidence first.

    groups: members of each cluster of similar texts, to which a signal's `cluster` points; they may hold stored documents.
    """
    parents: dict[int, int] = {}

    def root(node: int) -> int:
        while parents.setdefault(node, node) != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    def members(signal: Signal) -> list[int]:
        return [*signal.documents, *(groups[signal.cluster] if signal.cluster is not None else ())]

    for signal in signals:
        first, *others = map(int, members(signal))
        for other in others:
            one, two = sorted((root(first), root(other)))
            parents[two] = one
        root(first)
    held: dict[int, list[int]] = {}
    for node in sorted(parents):
        held.setdefault(root(node), []).append(node)
    by_root: dict[int, list[int]] = {}
    for number, signal in enumerate(signals):
        by_root.setdefault(root(int(signal.documents[0])), []).append(number)
    made = [
        _dossier(nodes, by_root[start], signals, facts) for start, nodes in held.items() if start in by_root
    ]
    made.sort(key=lambda one: (-len(one.kinds), -one.score, -len(one.documents), one.documents[:1]))
    for number, one in enumerate(made):
        one.number = number
    return made


def _dossier(nodes: list[int], own: list[int], signals: Sequence[Signal], facts: Facts) -> Dossier:
    own = sorted(own, key=lambda number: -signals[number].score)
    listed = [node for node in nodes if node < len(facts)]
    kinds = {kind_of(signals[number]) for number in own}
    # Of each kind the weightiest signal counts: ten bursts are one kind of evidence.
    best: dict[str, int] = {}
    for number in own:
        kind = kind_of(signals[number])
        best[kind] = max(best.get(kind, 0), signals[number].score)
    agencies = _counted(facts, "agency", listed)
    if (
        agencies
        and len(listed) >= facts.limits.agency_tie_filings
        and facts.unrelated(listed) > 1
        and agencies[0][1] >= facts.limits.agency_tie * len(listed)
    ):
        kinds.add("代理")
    days = sorted(filter(None, (facts.days[number] for number in listed)))
    # What speaks for a part (全部为同一申请人) need not hold for the whole: those facts are asked again.
    parts = {words for number in own for words in facts.speaking_for(signals[number].documents)}
    speaks = dict.fromkeys([
        *facts.speaking_for(listed),
        *(words for number in own for words in signals[number].speaks_for if words not in parts),
    ])  # fmt: skip
    numbers = Counter(one for node in listed for one in phones(facts.fields["phone"][node]))
    return Dossier(
        0, listed, [node for node in nodes if node >= len(facts)], own,
        [kind for kind in KINDS if kind in kinds], sum(best.values()),
        _counted(facts, "applicant", listed), agencies, _counted(facts, "inventor", listed),
        _cells(facts, "address", listed), _ranked(numbers),
        (str(days[0]), str(days[-1])) if days else None, list(speaks),
    )  # fmt: skip


def _counted(facts: Facts, kind: str, numbers: Iterable[int]) -> list[tuple[str, int]]:
    """Names of this kind with their number of filings, the most frequent first."""
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for number in numbers:
        for name in names(facts.fields[kind][number]):
            key = canonical.key(name)
            shown.setdefault(key, name)
            counts[key] += 1
    return [(shown[key], count) for key, count in _ranked(counts)]


def _cells(facts: Facts, kind: str, numbers: Iterable[int]) -> list[tuple[str, int]]:
    return _ranked(Counter(cell for number in numbers if (cell := facts.shown(kind, number))))


def _ranked(counts: Counter) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
