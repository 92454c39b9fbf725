"""Opens a table somebody sends, in the child process that reads foreign files. Knows no Django.

The reader of the case ledgers is the house's one opener of spreadsheets: what it refuses is refused here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhiheng.cases.ledger.cells import as_text
from zhiheng.cases.ledger.opening import Refused, open_ledger

__all__ = ["Refused", "as_text", "open_sheets"]

# (name, spreadsheet row of the first line, lines of cells, (row, column) index → why the cell has no value)
OpenSheet = tuple[str, int, list[list[Any]], dict[tuple[int, int], str]]


def open_sheets(path: str, limit: int) -> tuple[list[OpenSheet], list[str]]:
    """The sheets of an xlsx, xls or csv file, and what the officer should know. Raises Refused."""
    notes: list[str] = []
    sheets = open_ledger(Path(path), limit, notes)
    return [(s.name, s.first_row, s.cells, s.unread) for s in sheets], notes
