"""How work grows with size: the one clock tests may read.

A test never says how long a thing takes: that depends on the machine and on its other work, and belongs to `bench/`. It
may say how the work of a large input compares with that of a small one, taken in the same minute of the same process:

    assert growth(read, text, text * 16) < 64       # in line gives 16, each with each gives 256

Leave as much room above what is expected as below what would be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import TypeVar

Size = TypeVar("Size")


def growth(act: Callable[[Size], object], small: Size, large: Size, *, runs: int = 3) -> float:
    """Processor time of `act(large)` as a multiple of that of `act(small)`.

    Processor time, since a waiting process does no work; the least of `runs` runs of each in turns, since other
    processes disturb one run and not all of them.
    """
    best = [float("inf"), float("inf")]
    act(small)  # what only the first run does: compiling, filling caches
    for _ in range(runs):
        for which, size in enumerate((small, large)):
            began = process_time()
            act(size)
            best[which] = min(best[which], process_time() - began)
    return best[1] / max(best[0], 1e-6)
