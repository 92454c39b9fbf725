"""Filing days as the lists write them."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

_DAY = re.compile(r"(\d{4})\D{0,2}(\d{1,2})\D{0,2}(\d{1,2})(?!\d)")


@lru_cache(maxsize=100_000)
def day_of(cell: str) -> dt.date | None:
    """2024-03-05, 2024.3.5, 20240305, 2024年3月5日; a spreadsheet's serial day; None for anything else."""
    cell = cell.strip()
    if re.fullmatch(r"\d{8}", cell):
        parts = (int(cell[:4]), int(cell[4:6]), int(cell[6:]))
    elif re.fullmatch(r"[34]\d{4}(\.\d+)?", cell):
        return dt.date(1899, 12, 30) + dt.timedelta(int(float(cell)))
    elif found := _DAY.match(cell):
        parts = tuple(int(part) for part in found.groups())
    else:
        return None
    try:
        return dt.date(*parts)
    except ValueError:
        return None
