"""Signals from the drawings: figures of different applications that are the same but for a few bits of their fingerprints."""

from __future__ import annotations

import numpy as np

from ..clusters import clusters
from ..drawings import BITS, Drawings, Likeness, alike
from ..limits import Limits
from .facts import Facts
from .signal import Evidence, Signal

# A figure in this many applications of different applicants is a form sheet or a logo.
_EVERYBODYS = 50


def drawing_signals(drawings: Drawings, facts: Facts, limits: Limits) -> list[Signal]:
    """One signal for each group of applications whose figures are the same. Pairs that the list declares to be kin (同日申请, 分案,
    优先权) are no suspicion."""
    rows = drawings.rows
    near = [
        one
        for one in alike(drawings, limits.drawing_bits)
        if not facts.explained(int(rows[one.first]), int(rows[one.second]))
    ]
    if not near:
        return []
    first = np.array([int(rows[one.first]) for one in near], np.int64)
    second = np.array([int(rows[one.second]) for one in near], np.int64)
    weight = np.array([1.0 - one.bits / BITS for one in near])
    labels, _ = clusters(len(facts), first, second, weight)
    groups: dict[int, list[Likeness]] = {}
    for one, label in zip(near, labels[first].tolist(), strict=True):
        groups.setdefault(int(label), []).append(one)
    signals = []
    for pairs in groups.values():
        members = sorted({int(rows[number]) for one in pairs for number in (one.first, one.second)})
        applicants = facts.unrelated(members)
        if applicants >= _EVERYBODYS:
            continue
        best = min(pairs, key=lambda one: (one.bits, one.first, one.second))
        ends = [int(rows[best.first]), int(rows[best.second])]
        names = f"“{drawings.names[best.first]}”与“{drawings.names[best.second]}”"
        evidence = [
            Evidence("附图相近", f"{names}的指纹只差{best.bits}位（共{BITS}位）", best.bits, limits.drawing_bits, 25),
            Evidence("件数", f"{len(members)}件申请有相近的附图", len(members), 2, min(20, 4 * (len(members) - 1))),
        ]  # fmt: skip
        if applicants > 1:
            evidence.append(Evidence("申请人不同", f"分属{applicants}个申请人", applicants, 2, 15))
        listed = [*ends, *(number for number in members if number not in ends)]
        grounds = (1, 2) if applicants > 1 else (1,)
        figures = [
            (int(rows[number]), drawings.names[number]) for number in dict.fromkeys((best.first, best.second))
        ]
        signals.append(
            Signal(
                "drawings",
                "附图相近",
                listed,
                grounds,
                evidence,
                facts.speaking_for(members),
                figures=figures,
            )
        )
    return signals
