"""Screening a million documents, and ten thousand new ones held against the index of a million.

python -m bench.screening_large      about a quarter of an hour and 10 GB of memory for its own lists
BENCH_SCALE=0.1 python -m bench.screening_large
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.applications import generate
from bench.screening import SCALE, accuracy, found, median_seconds, say, screen, write


def large_and_added(folder: Path, size: int) -> None:
    """Ten times the size; a tenth of the small size added to an index of it, against one run over everything."""
    made = generate(size, 404)
    write(folder / "list.parquet", made.ids, made.texts)
    screen(folder / "list.parquet")  # the first run of an installation compiles the kernels
    small = median_seconds(folder / "list.parquet")
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
        large_and_added(Path(folder), max(2_000, int(100_000 * SCALE)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
