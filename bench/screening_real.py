"""Screening measured on real abstracts with planted copies: what is found by kind, and how often strangers are linked.

The texts are not part of the repository: `--texts FILE` (jsonl with 摘要) or BENCH_ABSTRACTS names them; without them
the module says so and measures nothing. One half of the texts is for choosing settings (`--half development`), the
other for judging them.

    BENCH_ABSTRACTS=abstracts.jsonl python -m bench.screening_real
    python -m bench.screening_real --texts abstracts.jsonl --half development --each 60 --seeds 1 2
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench.plants import HONEST, Planted, plant
from bench.screening import say, screen, write

GOALS = {
    "family30": 0.98, "family60": 0.95, "family90": 0.85, "siblings60": 0.85, "light": 0.99, "middle": 0.97,
    "heavy": 0.75, "terms35": 0.75, "combined": 0.90, "combined_synonyms": 0.60,
}  # fmt: skip
SETTINGS = ("strict", "default", "wide")
SEEDS = (11, 12)
UNWANTED = ("combinations not planted",)


def texts_of(path: Path, half: str) -> list[str]:
    """Abstracts of one half, alternating by pairs of rows, so that neighbours of one series stay together."""
    rows = [json.loads(line)["摘要"] for line in path.read_text("utf-8").splitlines()]
    wanted = {"development": (0,), "held-out": (1,), "all": (0, 1)}[half]
    return [text for number, text in enumerate(rows) if number // 2 % 2 in wanted]


def lineage(texts: list[str], least: float = 0.15) -> set[tuple[str, str]]:
    """Pairs of the texts as received that share a seventh of their trigrams: one text's descendants, not strangers."""
    sets = [{text[i : i + 3] for i in range(len(text) - 2)} for text in texts]
    places: dict[str, list[int]] = {}
    for number, grams in enumerate(sets):
        for gram in grams:
            places.setdefault(gram, []).append(number)
    shared: Counter = Counter()
    for numbers in places.values():
        if len(numbers) <= 40:
            shared.update((a, b) for i, a in enumerate(numbers) for b in numbers[i + 1 :])
    return {
        (f"R{a:05d}", f"R{b:05d}")
        for (a, b), count in shared.items()
        if count >= 8 and len(sets[a] & sets[b]) / len(sets[a] | sets[b]) >= least
    }


def judged(
    made: Planted, result: dict, related: set[tuple[str, str]]
) -> tuple[dict[str, float], float, list]:
    """Recall by kind, the share of reported pairs that link strangers, and those pairs."""
    listed = [*result["pairs"], *result["skeleton_pairs"]]
    pairs = {tuple(sorted(pair[:2])): pair[2] for pair in listed}
    total, hit = Counter(made.truth.values()), Counter()
    for pair, kind in made.truth.items():
        hit[kind] += pair in pairs
    for signal in result["signals"]:
        if signal["kind"] == "combination" and signal["documents"][0] in made.sources:
            one, other, kind = made.sources[signal["documents"][0]]
            hit[kind] += {one, other} <= set(signal["documents"][1:3])
    total.update(kind for *_, kind in made.sources.values())
    named = {signal["documents"][0] for signal in result["signals"] if signal["kind"] == "combination"}
    total["combinations not planted"] = max(1, len(named))
    hit["combinations not planted"] = len(named - made.sources.keys())
    origin = made.origins
    kin: dict[str, set[str]] = {}
    for one, other in related:
        kin.setdefault(one, {one}).add(other)
        kin.setdefault(other, {other}).add(one)
    strangers = []
    for (a, b), score in pairs.items():
        if not any(kin.get(root, {root}) & origin[b] for root in origin[a]):
            strangers.append((a, b, score))
    return (
        {kind: hit[kind] / count for kind, count in total.items()},
        len(strangers) / max(1, len(pairs)),
        strangers,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, default=os.environ.get("BENCH_ABSTRACTS"))
    parser.add_argument("--half", choices=("development", "held-out", "all"), default="held-out")
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--synonyms", choices=("own", "cilin"), default="own")
    parser.add_argument("--settings", nargs="+", default=SETTINGS)
    parser.add_argument("--show", type=int, default=0, help="pairs of strangers to print")
    arguments = parser.parse_args()
    if not arguments.texts or not Path(arguments.texts).is_file():
        print(
            "No real abstracts at hand: set BENCH_ABSTRACTS or give --texts. Nothing measured.",
            file=sys.stderr,
        )
        return 0
    texts = texts_of(Path(arguments.texts), arguments.half)
    related = lineage(texts)
    worst: dict[tuple[str, str], float] = {}
    for seed in arguments.seeds:
        made = plant(texts, seed, arguments.each, arguments.synonyms)
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder) / "list.parquet", made.ids, made.texts)
            for setting in arguments.settings:
                result = screen(Path(folder) / "list.parquet", "--setting", setting)
                recall, strangers, named = judged(made, result, related)
                for kind, value in recall.items():
                    least = max if kind in UNWANTED else min
                    worst[setting, kind] = least(value, worst.get((setting, kind), value))
                worst[setting, "strangers"] = max(strangers, worst.get((setting, "strangers"), 0.0))
                for a, b, score in named[: arguments.show]:
                    print(setting, score, made.texts[made.ids.index(a)], made.texts[made.ids.index(b)], sep="\n", file=sys.stderr)  # fmt: skip
    about = {"half": arguments.half, "documents": len(made.ids), "seeds": len(arguments.seeds), "synonyms": arguments.synonyms}  # fmt: skip
    for (setting, kind), value in worst.items():
        if kind == "strangers":
            say(f"pairs that link strangers, {setting}", round(value, 4), "<= 0.005", value <= 0.005, **about)
            continue
        combined = kind.startswith("combined")
        goal = GOALS.get(kind) if setting == "default" or combined else None
        name = f"{'share of' if kind in UNWANTED else 'honest kin reported:' if kind in HONEST else 'recall:'} {kind}, {setting}"
        print(json.dumps({"name": name, "value": round(value, 3), "goal": goal and f">= {goal}", "ok": goal is None or value >= goal, **about}), flush=True)  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
