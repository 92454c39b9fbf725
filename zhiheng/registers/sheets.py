"""Opens a table somebody sends, in the child process that reads foreign files. Knows no Django."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhiheng.files.spreadsheets import Refused, as_text, open_spreadsheet

__all__ = ["Refused", "as_text", "open_sheets"]

# (name, spreadsheet row of the first line, lines of cells, (row, column) index → why the cell has no value)
OpenSheet = tuple[str, int, list[list[Any]], dict[tuple[int, int], str]]


def open_sheets(path: str, limit: int, headings: list[str]) -> tuple[list[OpenSheet], list[str]]:
    """The sheets of an xlsx, xls or csv file, and what the officer should know. Raises Refused.

    headings: those of the kind whose records are in the table.
    """
    notes: list[str] = []
    known = frozenset(headings)
    sheets = open_spreadsheet(Path(path), limit, notes, is_heading=lambda word: word.strip() in known)
    return [(s.name, s.first_row, s.cells, s.unread) for s in sheets], notes
