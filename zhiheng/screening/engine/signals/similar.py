"""Signals from the texts: near-identical content, changed parameters, simple combination."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..clusters import clusters
from ..limits import Limits
from ..pairs import Pairs
from ..settings import Settings
from ..similarity import DIGITS, LENGTH_A, LENGTH_B, MASS_A, MASS_B, MATCHED, MOVED
from .facts import Facts
from .signal import Evidence, Signal

_COMBINATIONS_TRIED = 6  # pairs of sources looked at for one document
_HARDLY = 0.3  # of a passage's characters recur in the other source: chance

Covered = Callable[[list[tuple[int, int]]], dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]]


def similar_signals(
    pairs: Pairs,
    groups: Sequence[np.ndarray],
    labels: np.ndarray,
    facts: Facts,
    settings: Settings,
    limits: Limits,
    covered: Covered,
) -> list[Signal]:
    """One signal per cluster, one per group of one drafting frame, one per document that two others together cover.

    pairs: from the partial threshold on; groups: members of each cluster, ascending; labels: cluster label per document;
    facts: of the list's documents (clusters may hold stored documents beyond them). Pairs that the list declares to be kin
    (同日申请, 分案, 优先权) are no suspicion. covered([(one, other), …]): for each,
    per passage of document `one`, how many characters it has and how many of them recur in `other`.
    """
    own, similar = len(facts), settings.similar
    alike = pairs.where(pairs.similarity >= similar)
    order = np.argsort(labels[alike.first], kind="stable")
    sorted_labels = labels[alike.first][order]
    signals = []
    for number, members in enumerate(groups):
        low, high = np.searchsorted(sorted_labels, [members[0], members[0] + 1])
        made = _cluster(alike.where(order[low:high]), members, number, own, facts, similar, limits)
        if made is not None:
            signals.append(made)
    return [
        *signals,
        *_skeletons(pairs, own, facts, settings),
        *_combinations(pairs, own, settings, limits, covered),
    ]


def _suspicious(pairs: Pairs, own: int, facts: Facts) -> tuple[np.ndarray, list[str]]:
    """Which pairs the list does not declare to be kin, and what is to be told of those it does."""
    words = [
        facts.explained(one, other) if one < own and other < own else ""
        for one, other in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    ]
    kinds = [word for word in words if word]
    told = [f"{kinds.count(word)}对为{word}，依法可以相近" for word in dict.fromkeys(kinds)]
    return np.array([not word for word in words], np.bool_), told


def _cluster(
    pairs: Pairs,
    members: np.ndarray,
    number: int,
    own: int,
    facts: Facts,
    similar: float,
    limits: Limits,
) -> Signal | None:
    open_, told = _suspicious(pairs, own, facts)
    if not open_.any():
        return None
    if not open_.all():
        pairs = pairs.where(open_)
        members = np.unique(np.concatenate([pairs.first, pairs.second]))
    strongest = float(pairs.similarity.max())
    same = int((pairs.similarity == 1.0).sum())
    digits = int(pairs.compared[:, DIGITS].sum())
    moved = int((pairs.compared[:, MOVED] * 5 >= np.maximum(1, pairs.compared[:, MATCHED])).sum())
    part = pairs.compared
    contained = np.maximum(
        part[:, MASS_A] / np.maximum(1, part[:, LENGTH_A]), part[:, MASS_B] / np.maximum(1, part[:, LENGTH_B])
    )
    within = int(((contained >= limits.contained) & (pairs.similarity < 0.8)).sum())
    evidence = [
        Evidence("文字重合", f"最相近的两件有{strongest:.0%}的文字逐段重合", round(strongest, 4), similar, round(40 * strongest)),
        Evidence("件数", f"{len(members)}件申请由{len(pairs)}对相近的文字连成一组", len(members), 2, min(20, 4 * (len(members) - 1))),
    ]  # fmt: skip
    if same:
        evidence.append(
            Evidence("全文相同", f"{same}对的文字（不计标点、繁简、全半角）完全相同", same, 1, 10)
        )
    if digits:
        evidence.append(Evidence("仅参数不同", f"{digits}对除数字外完全相同", digits, 1, 15))
    if moved:
        evidence.append(Evidence("调整句序", f"{moved}对的段落相同而先后不同", moved, 1, 10))
    if within:
        evidence.append(Evidence("整体包含", f"{within}对中一件几乎全部写在另一件里", within, 1, 5))
    listed = [int(member) for member in members if member < own]
    applicants = facts.unrelated(listed)
    if applicants > 1:
        evidence.append(Evidence("申请人不同", f"分属{applicants}个申请人", applicants, 2, 15))
    days = sorted(filter(None, (facts.days[member] for member in listed)))
    if len(days) > 1 and (days[-1] - days[0]).days <= limits.together_days:
        evidence.append(
            Evidence(
                "申请日集中",
                f"{days[0]}至{days[-1]}之间提交",
                (days[-1] - days[0]).days,
                limits.together_days,
                10,
            )
        )
    parameters = digits and digits == len(pairs)
    kind, title = ("parameters", "参数替换") if parameters else ("identical", "内容明显相同")
    grounds = (1, 2) if parameters or applicants > 1 else (1,)
    speaks = [*told, *(facts.speaking_for(listed) if listed else [])]
    return Signal(kind, title, listed or [int(members[0])], grounds, evidence, speaks, number)


def _skeletons(pairs: Pairs, own: int, facts: Facts, settings: Settings) -> list[Signal]:
    """Groups written on one drafting frame with the terms replaced, where their texts alone do not show it."""
    framed = pairs.where(pairs.framed_alike(settings) & (pairs.similarity < settings.similar))
    if len(framed):
        framed = framed.where(_suspicious(framed, own, facts)[0])
    if not len(framed):
        return []
    count = int(max(framed.first.max(), framed.second.max())) + 1
    labels, _ = clusters(count, framed.first, framed.second, framed.framed)
    signals = []
    order = np.argsort(labels[framed.first], kind="stable")
    bounds = np.flatnonzero(np.diff(labels[framed.first][order])) + 1
    for numbers in np.split(order, bounds):
        part = framed.where(np.sort(numbers))
        members = np.unique(np.concatenate([part.first, part.second]))
        listed = [int(member) for member in members if member < own]
        if not listed:
            continue
        best = int(np.argmax(part.framed))
        strongest, alike = float(part.framed[best]), float(part.similarity[best])
        applicants = facts.unrelated(listed)
        evidence = [
            Evidence("句式骨架相同", f"遮去名词和数字后，最相近的两件有{strongest:.0%}的句式连续相同", round(strongest, 4), settings.framed, round(40 * strongest)),
            Evidence("名词替换", f"同样这两件的文字只重合{alike:.0%}，不同处多在名词位置", round(alike, 4), None, 10),
            Evidence("件数", f"{len(members)}件申请由{len(part)}对句式相同的文字连成一组", len(members), 2, min(20, 4 * (len(members) - 1))),
        ]  # fmt: skip
        if strongest < settings.framed:
            evidence.append(
                Evidence("文字与句式合看", "两项单看未到各自门槛，合计超出不相干申请所能达到的程度", round(sum(settings.nearness(alike, strongest)), 2), settings.together, 0)
            )  # fmt: skip
        if applicants > 1:
            evidence.append(Evidence("申请人不同", f"分属{applicants}个申请人", applicants, 2, 15))
        ends = [int(part.first[best]), int(part.second[best])]
        shown = [number for number in ends if number < own]
        documents = [*shown, *(number for number in listed if number not in shown)]
        signals.append(
            Signal(
                "skeleton", "句式骨架相同、名词替换", documents, (2,), evidence, facts.speaking_for(listed)
            )
        )
    return signals


def _combinations(
    pairs: Pairs, own: int, settings: Settings, limits: Limits, covered: Covered
) -> list[Signal]:
    """A document of which one part stands in one other document and not in a second, and another part the other way."""
    shares: dict[int, list[tuple[float, int]]] = {}
    each = max(limits.combined_each, settings.partial)  # what strangers of this list share is no source
    for first, second, row in zip(pairs.first.tolist(), pairs.second.tolist(), pairs.compared, strict=True):
        for one, other, mass, length in (
            (first, second, MASS_A, LENGTH_A),
            (second, first, MASS_B, LENGTH_B),
        ):
            share = row[mass] / max(1, row[length])
            if one < own and each <= share <= limits.combined_most:
                shares.setdefault(one, []).append((round(float(share), 4), other))
    tried: dict[int, list[tuple[int, int]]] = {}
    for document, sources in sorted(shares.items()):
        sources.sort(key=lambda item: (-item[0], item[1]))
        likely = [
            (share + other_share, source, other)
            for i, (share, source) in enumerate(sources[:20])
            for other_share, other in sources[i + 1 : 20]
            if share + other_share >= limits.combined_share
        ]
        if likely:
            ranked = sorted(likely, key=lambda item: (-item[0], *item[1:]))[:_COMBINATIONS_TRIED]
            tried[document] = [(source, other) for _, source, other in ranked]
    known = covered(
        sorted({(document, one) for document, pairs in tried.items() for pair in pairs for one in pair})
    )
    signals = []
    for document, sources in tried.items():
        best = None
        for source, other in sources:
            size, here = known[document, source]
            _, there = known[document, other]
            total = max(1, size.sum())
            together = float(np.maximum(here, there).sum() / total)
            # What stands in one of the two and hardly in the other.
            share = float(here[there <= _HARDLY * size].sum() / total)
            other_share = float(there[here <= _HARDLY * size].sum() / total)
            if together < limits.combined_share or min(share, other_share) < limits.combined_each:
                continue
            if best is None or share + other_share > best[0]:
                best = (share + other_share, source, other, share, other_share, together)
        if best is None:
            continue
        _, source, other, share, other_share, together = best
        evidence = [
            Evidence("来自甲件", f"{share:.0%}的文字见于其中一件，另一件里没有", round(share, 4), limits.combined_each, round(30 * share)),
            Evidence("来自乙件", f"{other_share:.0%}的文字见于另一件，前一件里没有", round(other_share, 4), limits.combined_each, round(30 * other_share)),
            Evidence("合计", f"两件合起来盖住{together:.0%}的文字", round(together, 4), limits.combined_share, 20),
        ]  # fmt: skip
        signals.append(Signal("combination", "简单组合", [document, source, other], (1, 2), evidence))
    return signals
