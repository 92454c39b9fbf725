"""Screening for near-duplicates: what is found, how fast, in how much memory, beside datasketch and rensa.

Lists are invented (`bench/applications.py`, other seeds than those the settings were chosen on); each run is a fresh
`zhiheng screen` process, its seconds and peak memory are what it reports, reading and writing included.
Edits that replace a third of all terms and then 8 % of the characters ("mixed") are in the recall.

    python -m bench.screening            100,000 documents; a million and the index are in `bench.screening_large`
    BENCH_SCALE=0.1 python -m bench.screening
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.applications import Applications, generate

ROOT = Path(__file__).resolve().parent.parent


SCALE = float(os.environ.get("BENCH_SCALE", "1"))
SEEDS = (101, 202, 303)


def say(name: str, value: float, goal: str, ok: bool, **rest) -> None:
    print(json.dumps({"name": name, "value": value, "goal": goal, "ok": bool(ok), **rest}), flush=True)


def write(path: Path, ids: list[str], texts: list[str]) -> None:
    pq.write_table(pa.table({"申请号": ids, "摘要": texts}), path, row_group_size=50_000)


def screen(path: Path, *options) -> dict:
    """Run the command; what it printed, with the pairs read back from their file when they were many."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = [
            sys.executable,
            "-m",
            "zhiheng.cli",
            "screen",
            str(path),
            "-o",
            str(out),
            "--format",
            "json",
        ]
        done = subprocess.run([*command, *map(str, options)], cwd=ROOT, capture_output=True, check=True)
        result = json.loads(done.stdout)
        if result.get("pairs_file"):
            table = pq.read_table(out / result["pairs_file"]).to_pydict()
            result["pairs"] = [list(row) for row in zip(*table.values(), strict=True)]
    return result


def found(result: dict) -> dict[tuple[str, str], float]:
    return {tuple(sorted((a, b))): s for a, b, s in result["pairs"]}


def accuracy(made: Applications, pairs: dict) -> tuple[float, float]:
    """Recall, and precision with related pairs (which share sentences, and are told to) left out."""
    hits = len(pairs.keys() & made.truth.keys())
    related = len(pairs.keys() & made.related)
    return hits / len(made.truth), hits / max(1, len(pairs) - related)


def what_is_found(folder: Path, size: int, invented: bool = False) -> None:
    worst: dict[str, float] = {}
    for seed in SEEDS:
        made = generate(size, seed, invented=invented)
        write(folder / "list.parquet", made.ids, made.texts)
        pairs = found(screen(folder / "list.parquet"))
        recall, without = accuracy(made, pairs)
        heavy = [pair for pair, kind in made.truth.items() if kind == "chars20"]
        figures = {
            "recall": recall, "precision, related left out": without,
            "recall on 20 % character edits": sum(pair in pairs for pair in heavy) / len(heavy),
        }  # fmt: skip
        for name, value in figures.items():
            worst[name] = min(value, worst.get(name, 1.0))
    goals = dict(zip(worst, (0.985, 0.99, 0.93), strict=True))
    for name, value in worst.items():
        say(
            f"{name}{', invented language' * invented} (worst of {len(SEEDS)} seeds)",
            round(value, 4),
            f">= {goals[name]}",
            value >= goals[name],
            documents=size,
        )


def grams(text: str) -> list[str]:
    return list({text[i : i + 3] for i in range(len(text) - 2)})


def datasketch_seconds(texts: list[str]) -> float:
    """Signatures, index and query, 128 permutations, 32 bands of 4, no verification."""
    from datasketch import MinHash, MinHashLSH

    started = time.perf_counter()
    index = MinHashLSH(num_perm=128, params=(32, 4))
    made = MinHash.bulk([[gram.encode() for gram in grams(text)] for text in texts], num_perm=128)
    for number, one in enumerate(made):
        index.insert(number, one, check_duplication=False)
    for one in made:
        index.query(one)
    return time.perf_counter() - started


def rensa_seconds(texts: list[str]) -> float:
    """The same with rensa, given lists of Python strings."""
    from rensa import RMinHash, RMinHashLSH

    started = time.perf_counter()
    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    made = []
    for number, text in enumerate(texts):
        one = RMinHash(num_perm=128, seed=42)
        one.update(grams(text))
        index.insert(number, one)
        made.append(one)
    for one in made:
        index.query(one)
    return time.perf_counter() - started


def median_seconds(path: Path) -> float:
    return sorted(screen(path)["seconds"] for _ in range(3))[1]


def beside_others(folder: Path, size: int, share: float) -> None:
    """The whole pipeline, reading and writing included, against what others take to name candidates."""
    made = generate(size, 404)
    path = folder / "list.parquet"
    write(path, made.ids, made.texts)
    screen(path)  # the first run of an installation compiles the kernels
    small = median_seconds(path)
    theirs, rensa = datasketch_seconds(made.texts), rensa_seconds(made.texts)
    say(f"whole pipeline / datasketch before verification, {size:,}", round(small / theirs, 3), f"<= {share}", small <= theirs * share, seconds=small, datasketch_s=round(theirs, 1), documents=size)  # fmt: skip
    say(f"whole pipeline / rensa before verification, {size:,}", round(small / rensa, 3), "<= 1", small <= rensa, seconds=small, rensa_s=round(rensa, 1))  # fmt: skip


def long_texts(folder: Path, size: int) -> None:
    made = generate(size, 404)
    write(folder / "list.parquet", made.ids, made.texts)
    characters, small = sum(map(len, made.texts)), median_seconds(folder / "list.parquet")
    long = generate(max(40, characters // 20_000), 505, characters=20_000)
    write(folder / "long.parquet", long.ids, long.texts)
    there = screen(folder / "long.parquet")
    ratio = (sum(map(len, long.texts)) / there["seconds"]) / (characters / small)
    say("long texts: characters per second / those of short texts", round(ratio, 3), ">= 0.667", ratio >= 1 / 1.5, documents=len(long.ids), seconds=there["seconds"], recall=round(accuracy(long, found(there))[0], 3))  # fmt: skip


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        what_is_found(Path(folder), max(2_000, int(100_000 * SCALE)))
        what_is_found(Path(folder), max(2_000, int(100_000 * SCALE)), invented=True)
        beside_others(Path(folder), max(2_000, int(20_000 * SCALE)), 0.25)
        beside_others(Path(folder), max(2_000, int(100_000 * SCALE)), 0.1)
        long_texts(Path(folder), max(2_000, int(100_000 * SCALE)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
