"""How often a claim is rightly held against the records: true sentences in several hands, and the same sentences altered so
that they speak of another place, office, time, counting rule, mood, part or thing.

    python -m bench.reconciliation

A sentence counts as held when every word is placed and it is understood as the year's total of its figure. Of true ones
as many as can be should be held (`paraphrases`), of altered ones none (`alterations`).
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

from zhiheng.reports.claims import House, Placer, load_indicators, match, read
from zhiheng.reports.claims.tests.sentences import FACTS, alterations, paraphrases

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
KEPT = [
    i
    for i in load_indicators()
    if i.id.startswith(("enf.tm.", "enf.fp.", "enf.ip.", "enf.gi.", "enf.special.")) or i.id == "adj.handled"
]
HOUSE = House(
    "重庆市知识产权局",
    ("市知识产权局", "我局", "本局", "市局"),
    ("重庆市", "重庆", "全市", "我市", "本市"),
    {"渝北区": 1, "渝北": 1, "渝北区局": 1, "渝中区": 2, "渝中": 2},
    ("知识产权局", "知识产权部门", "知识产权系统", "市场监管部门", "市场监管局"),
)


def held(text: str, number: str) -> bool:
    """Whether the claim with this number would be compared with the year's total of one of the facts."""
    reading = read(text, year=2024)
    match(reading.claims)
    placer = Placer(reading, HOUSE, 2024, KEPT)
    for claim in reading.claims:
        if number in claim.text and claim.measure in ("flow", "stock"):
            placed = placer.place(claim)
            return (
                placed.placed
                and placed.figures in [(fact.id,) for fact in FACTS]
                and placed.whose in ("all", "below")
                and (placed.first, placed.last) == YEAR
            )
    return False


def main() -> None:
    for name, sentences, goal in (
        ("true sentences held", paraphrases(1500, seed=7), 0.9),
        ("altered sentences not held", alterations(3000, seed=7), 0.995),
    ):
        right, all_ = Counter(), Counter()
        for kind, text, number in sentences:
            all_[kind] += 1
            right[kind] += held(text, number) is name.startswith("true")
        value = right.total() / all_.total()
        rest = {kind: round(right[kind] / n, 3) for kind, n in sorted(all_.items())}
        print(
            json.dumps(
                {
                    "name": f"reconciliation: {name}",
                    "value": round(value, 4),
                    "goal": f">= {goal}",
                    "ok": value >= goal,
                }
                | (rest if name.startswith("altered") else {}),
                ensure_ascii=False,
            )
        )


if __name__ == "__main__":
    main()
