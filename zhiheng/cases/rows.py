"""Cells of the tables of an answer, as they stand there: a day as a date or in ISO letters, an amount in whole fen or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any


def day_of(cell: Any) -> date | None:
    """The day in a cell; None where it is empty. Raises ValueError for text that is no ISO day."""
    return date.fromisoformat(cell) if isinstance(cell, str) and cell else cell or None


def total(rows: Iterable[Any], column: str) -> int:
    """What the amounts of a column come to, in fen; empty cells are nothing, and what is no row is passed over."""
    return sum(int(row.get(column) or 0) for row in rows if isinstance(row, Mapping))
