"""Screening for near-duplicates: what is found, how fast, in how much memory, beside datasketch and rensa.

Lists are invented (`bench/applications.py`, other seeds than those the settings were chosen on); each run is a fresh
`zhiheng screen` process, its seconds and peak memory are what it reports, reading and writing included.
Edits that replace a third of all terms and then 8 % of the characters ("mixed") are in the recall.

    python -m bench.screening            100,000 and 1,000,000 documents
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


def how_fast(folder: Path, size: int) -> None:
    made = generate(size, 404)
    path = folder / "list.parquet"
    write(path, made.ids, made.texts)
    screen(path)  # the first run of an installation compiles the kernels
    runs = [screen(path) for _ in range(3)]
    small = sorted(run["seconds"] for run in runs)[1]
    theirs, rensa = datasketch_seconds(made.texts), rensa_seconds(made.texts)
    say("whole pipeline / datasketch before verification", round(small / theirs, 3), "<= 0.25", small <= theirs / 4, seconds=small, datasketch_s=round(theirs, 1), documents=size)  # fmt: skip
    say("whole pipeline / rensa before verification", round(small / rensa, 3), "<= 1", small <= rensa, rensa_s=round(rensa, 1))  # fmt: skip
    characters = sum(map(len, made.texts))
    long = generate(max(40, characters // 20_000), 505, characters=20_000)
    write(folder / "long.parquet", long.ids, long.texts)
    there = screen(folder / "long.parquet")
    ratio = (sum(map(len, long.texts)) / there["seconds"]) / (characters / small)
    say("long texts: characters per second / those of short texts", round(ratio, 3), ">= 0.667", ratio >= 1 / 1.5, documents=len(long.ids), seconds=there["seconds"], recall=round(accuracy(long, found(there))[0], 3))  # fmt: skip
    del made, long
    large_and_added(folder, size, small)


def large_and_added(folder: Path, size: int, small: float) -> None:
    """Ten times the size; a tenth of the small size added to an index of it, against one run over everything."""
    made = generate(10 * size, 606)
    write(folder / "large.parquet", made.ids, made.texts)
    large = screen(folder / "large.parquet")
    say("ten times the documents: times the seconds", round(large["seconds"] / small, 2), "<= 11", large["seconds"] <= 11 * small, documents=10 * size, seconds=large["seconds"])  # fmt: skip
    say(
        "peak memory, GiB",
        round(large["peak_mb"] / 1024, 2),
        "<= 4",
        large["peak_mb"] <= 4096,
        documents=10 * size,
    )
    recall, without = accuracy(made, found(large))
    say("recall at ten times the documents", round(recall, 4), ">= 0.985", recall >= 0.985, precision_without_related=round(without, 4))  # fmt: skip
    # New documents: fresh ones, of which one in twenty edits a stored text.
    fresh = generate(size // 10, 707, related=0, planted=0.1)
    ids = [f"N{name}" for name in fresh.ids]
    texts = fresh.texts
    for number in range(0, len(texts), 20):
        texts[number] = made.texts[number * 7 % len(made.texts)][::1].replace("所述", "上述")
    write(folder / "new.parquet", ids, texts)
    write(folder / "all.parquet", made.ids + ids, made.texts + texts)
    del made, fresh
    screen(folder / "large.parquet", "--index", folder / "index")
    added = [screen(folder / "new.parquet", "--index", folder / "index") for _ in range(3)]
    seconds = sorted(run["seconds"] for run in added)[1]
    new = set(ids)
    expected = {pair: s for pair, s in found(screen(folder / "all.parquet")).items() if new & set(pair)}
    same = found(added[0]) == expected
    say("a tenth of the small list against the index, seconds", seconds, "<= 2", seconds <= 2, documents=len(ids), index=10 * size)  # fmt: skip
    say("the same pairs as a run over everything", float(same), "1", same, pairs=len(expected), differing=len(found(added[0]).items() ^ expected.items()))  # fmt: skip


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        what_is_found(Path(folder), max(2_000, int(100_000 * SCALE)))
        what_is_found(Path(folder), max(2_000, int(100_000 * SCALE)), invented=True)
        how_fast(Path(folder), max(2_000, int(100_000 * SCALE)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
