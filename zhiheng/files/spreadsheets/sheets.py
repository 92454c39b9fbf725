"""What opening a spreadsheet gives: its sheets as cells, with what the cells alone do not say."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from zhiheng.canonical import visible

EPOCH_1900 = dt.date(1899, 12, 30)  # Excel's serial 0, with its belief in 29 February 1900
EPOCH_1904 = dt.date(1904, 1, 1)  # serial 0 of a workbook that counts as the Macintosh did

HARD_LIMIT = 500 * 1024 * 1024  # never read, whatever the setting says
UNPACKED_LIMIT = 1024 * 1024 * 1024
RATIO_LIMIT = 200  # an honest sheet packs 10 to 40 times; deflate can reach 1000
SMALL_PART = 8 * 1024 * 1024  # parts below this size may pack as well as they like
CELL_LIMIT = 30_000_000

# Why a cell is not what its signs one behind the other read as.
UNCOMPUTED = "公式没有保存计算结果"
STRUCK_IN_PART = "格内有划去的文字，看不出以哪个为准"
RAISED_DIGIT = "格内数字后面有上标或者下标的数字，看不出是不是注码"  # 3000 and a raised 1 are no 30001

Place = tuple[int, int]  # (row, column) as indices of Sheet.cells


@dataclass(frozen=True)
class InMemory:
    """A file that is held and nowhere written, opened as a path is; `name` is what messages call it."""

    name: str
    data: bytes

    @property
    def suffix(self) -> str:
        return PurePath(self.name).suffix

    @property
    def stem(self) -> str:
        return PurePath(self.name).stem

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self, mode: str = "rb") -> io.BytesIO:
        return io.BytesIO(self.data)

    def read_bytes(self) -> bytes:
        return self.data


class Refused(Exception):
    """The file as a whole cannot be taken. The message is for the officer: what is wrong and what to do."""


@dataclass(slots=True)
class Sheet:
    """One sheet's cells. `cells[i]` is spreadsheet row `first_row + i`; all rows are equally long."""

    name: str
    cells: list[Any]
    first_row: int = 1
    first_column: int = 0
    merged: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # top, left, bottom, right; as indices
    unread: dict[Place, str] = field(default_factory=dict)  # why a cell has no value that can be trusted
    formats: dict[Place, str] = field(default_factory=dict)  # number formats that change what a number means
    struck: set[Place] = field(default_factory=set)  # cells that are struck through
    hidden: set[int] = field(default_factory=set)  # indices of rows that the screen does not show
    hidden_columns: set[int] = field(default_factory=set)
    words: list[str] = field(
        default_factory=list
    )  # what stands around the printed page: its header and footer
    comments: dict[Place, str] = field(default_factory=dict)
    long: dict[int, int] = field(
        default_factory=dict
    )  # csv: index of a row with more cells than most → how many
    epoch: dt.date = EPOCH_1900  # the day that serial numbers of days count from

    def below(self, position: int) -> Sheet:
        """The part of the sheet from a row on, as a sheet of the same name; rows keep their numbers."""

        def moved(places):
            return {(row - position, column) for row, column in places if row >= position}

        return Sheet(
            self.name,
            self.cells[position:],
            self.first_row + position,
            self.first_column,
            [(a - position, b, c - position, d) for a, b, c, d in self.merged if a >= position],
            {(row - position, column): why for (row, column), why in self.unread.items() if row >= position},
            {
                (row - position, column): code
                for (row, column), code in self.formats.items()
                if row >= position
            },
            moved(self.struck),
            {row - position for row in self.hidden if row >= position},
            self.hidden_columns,
            self.words,
            {
                (row - position, column): text
                for (row, column), text in self.comments.items()
                if row >= position
            },
            {row - position: count for row, count in self.long.items() if row >= position},
            self.epoch,
        )

    def between(self, left: int, right: int, above: int = 0, name: str = "") -> Sheet:
        """The columns from `left` up to `right` as a sheet called `name`; rows keep their numbers. What stands in the first `above`
        rows, the lines over a table, stays with it, wherever it stood."""

        def within(place: Place) -> bool:
            return left <= place[1] < right

        def moved(places: dict[Place, str]) -> dict[Place, str]:
            return {
                (row, column - left): said for (row, column), said in places.items() if left <= column < right
            }

        width = right - left
        lines = [[cell for cell in row if cell != ""][:width] for row in self.cells[:above]]
        return Sheet(
            name or self.name,
            [
                *([*line, *[""] * (width - len(line))] for line in lines),
                *(list(row[left:right]) for row in self.cells[above:]),
            ],
            self.first_row,
            self.first_column + left,
            [
                (a, max(b, left) - left, c, min(d, right - 1) - left)
                for a, b, c, d in self.merged
                if b < right and d >= left and a >= above
            ],
            moved(self.unread),
            moved(self.formats),
            {(row, column - left) for row, column in self.struck if within((row, column))},
            set(self.hidden),
            {column - left for column in self.hidden_columns if left <= column < right},
            self.words,
            moved(self.comments),
            {},
            self.epoch,
        )

    def turned(self, above: Sequence[str] = (), below: Sequence[str] = ()) -> Sheet:
        """The sheet with its rows as columns (转置), each line of `above` and `below` in a row of its own around them.

        Row n of the answer is column n of this sheet, counted from 1.
        """
        first, width = len(above), len(self.cells)

        def moved(places: Iterable[Place]) -> set[Place]:
            return {(column + first, row) for row, column in places if 0 <= row < width}

        def line(text: str) -> list[Any]:
            return [text, *[""] * (width - 1)]

        cells = [list(column) for column in zip(*self.cells, strict=True)]
        return Sheet(
            f"{self.name}（转置后）",
            [*map(line, above), *cells, *map(line, below)],
            self.first_column + 1 - first,
            self.first_row - 1,
            [(b + first, a, d + first, c) for a, b, c, d in self.merged if a >= 0 and c < width],
            {(c + first, r): why for (r, c), why in self.unread.items() if 0 <= r < width},
            {(c + first, r): code for (r, c), code in self.formats.items() if 0 <= r < width},
            moved(self.struck),
            {column + first for column in self.hidden_columns},
            set(self.hidden),
            self.words,
            {(c + first, r): text for (r, c), text in self.comments.items() if 0 <= r < width},
            {},
            self.epoch,
        )


def as_text(cell: Any) -> str:
    """A cell as the spreadsheet would show it: 12.0 → "12", dates as 2024-03-05."""
    if type(cell) is str:
        return cell.strip() if cell.isascii() else visible(cell).strip()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e18:
        return str(int(cell))
    if cell is None:
        return ""
    text = str(cell)
    return text.removesuffix(" 00:00:00")
