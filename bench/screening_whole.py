"""Screening whole applications: abstract, claims and a description of which a third is an agency's standing paragraphs.

python -m bench.screening_whole                  1,400 and 20,000 applications of about 4,000 characters
BENCH_SCALE=0.1 python -m bench.screening_whole
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.applications import generate
from bench.screening import SCALE, say, screen

_STANDING = 40  # paragraphs that the agencies put into what they draft
_AGENCIES = 12
_COPIED = 50  # one application in so many copies another's claims


def applications(count: int, seed: int) -> tuple[dict[str, list[str]], set[tuple[str, str]]]:
    """Columns of a list, and the pairs of which one has the other's claims with every twentieth character replaced."""
    rng = random.Random(seed)
    standing = [f"{text[:110]}。" for text in generate(_STANDING, seed + 1, planted=0, related=0).texts]
    agencies = [rng.sample(standing, 12) for _ in range(_AGENCIES)]
    bodies = generate(count, seed + 2, planted=0, related=0, characters=2_700, invented=True)
    columns: dict[str, list[str]] = {"申请号": bodies.ids, "摘要": [], "权利要求": [], "说明书": []}
    for text in bodies.texts:
        own = text.split("。")
        cut = max(1, len(own) // 10)
        paragraphs = rng.choice(agencies)
        columns["摘要"].append("。".join(own[:cut]) + "。")
        columns["权利要求"].append("。".join(own[cut : 3 * cut]) + "。")
        columns["说明书"].append(
            "".join(paragraphs[:6]) + "。".join(own[3 * cut :]) + "".join(paragraphs[6:])
        )
    truth = set()
    for number in range(0, count - 1, _COPIED):
        other = (number + count // 2) % count
        if other % _COPIED == 0 or other == number:
            other = (other + 1) % count
        claims = columns["权利要求"][number]
        columns["权利要求"][other] = "".join(rng.choice(claims) if rng.random() < 0.05 else c for c in claims)
        truth.add(tuple(sorted((bodies.ids[number], bodies.ids[other]))))
    return columns, truth


def run(folder: Path, count: int) -> tuple[float, float, int]:
    """Seconds, share of the copied claims found, characters."""
    columns, truth = applications(count, 800 + count)
    path = folder / "whole.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=2_000)
    size = sum(map(len, (*columns["摘要"], *columns["权利要求"], *columns["说明书"])))
    del columns
    result = screen(path)
    pairs = {tuple(sorted(pair[:2])) for pair in result["pairs"]}
    return result["seconds"], len(pairs & truth) / len(truth), size


def main() -> int:
    few, many = max(200, int(1_400 * SCALE)), max(2_800, int(20_000 * SCALE))
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), few)  # the first run of an installation compiles the kernels
        small, recall, size = run(Path(folder), few)
        say("whole applications with boilerplate, seconds", small, "<= 5", small <= 5, applications=few, characters=size, recall=round(recall, 3))  # fmt: skip
        large, recall, size = run(Path(folder), many)
        times = large / small
        most = 16 * many / few / (20_000 / 1_400)
        say("many whole applications: times the seconds", round(times, 2), f"<= {most:.3g}", times <= most, applications=many, characters=size, seconds=large, recall=round(recall, 3))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
