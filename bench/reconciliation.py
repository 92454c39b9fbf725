"""How often a claim is rightly held against the records: true sentences in several hands, and the same sentences altered so
that they speak of another place, office, time, counting rule, mood, part or thing.

    python -m bench.reconciliation

A sentence counts as held when every word is placed and it is understood as the year's total of its figure. Of true ones
as many as can be should be held (`paraphrases`), of altered ones none (`alterations`).
"""

from __future__ import annotations

import json
from collections import Counter

from zhiheng.reports.claims.tests.placed import held
from zhiheng.reports.claims.tests.sentences import alterations, paraphrases


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
