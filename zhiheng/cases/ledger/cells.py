"""What a cell parser may answer besides a plain value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from zhiheng.canonical import unwrapped
from zhiheng.files.spreadsheets import as_text

from .vocabulary import blanks

# Signs that a canonical form changes though they print: fillers and variation selectors, those beyond the basic plane apart.
_ODD_SIGNS = (
    *"\n\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0",
    *map(chr, range(0xFE00, 0xFE10)),
)
_ODD_BEYOND = re.compile("[\U000e0100-\U000e01ef]")
_ODD_STARTS = frozenset("'‘’`´＇=")  # what keeps a text from being counted
_BLOCK = 1000  # rows whose cells fit into the processor's nearest cache


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The cell cannot be read truly; its row is handed back."""

    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The cell was read as `value`, and the officer is told `message`."""

    value: Any
    message: str


def turned(rows: Sequence[Sequence[Any]], indexes: Iterable[int]) -> dict[int, list[Any]]:
    """The rows' cells by column index. Equal texts of a column that repeats itself become one object.

    The reader makes an object of every cell, row by row; walking down a column of a long sheet then misses the
    processor's caches at each step. Turned block by block, the repeated texts are dropped while they are still at hand,
    and all later walks are over the few that are left.
    """
    columns: dict[int, list[Any]] = {index: [] for index in indexes}
    known: dict[int, dict[str, str]] = {}
    for start in range(0, len(rows), _BLOCK):
        block = list(zip(*rows[start : start + _BLOCK], strict=True))
        for index, column in columns.items():
            cells = block[index]
            if not start and len(set(cells)) * 2 < len(cells):
                known[index] = {}
            if index in known and set(map(type, cells)) == {str}:
                cells = map(known[index].setdefault, cells, cells)
            column.extend(cells)
    return columns


def text_column(cells: Sequence[Any], form: Callable[[str], str] = unwrapped) -> list[str]:
    """A column as texts without outer spaces, "" for what officers write in empty cells. Equal cells give one object.

    form: brings a text with signs that the eye does not see, or with line breaks, to its canonical form; texts without
    any are left as they are.
    """
    kinds, empty = set(map(type, cells)), blanks()
    sample = cells[:500]
    if bool not in kinds and len(set(sample)) * 2 < len(sample):
        table = {cell: "" if (text := form(as_text(cell))) in empty else text for cell in set(cells)}
        return [table[cell] for cell in cells]
    texts = list(cells) if kinds <= {str} else list(map(as_text, cells))
    joined = "|" + "|".join(texts) + "|"
    if "| " in joined or " |" in joined:
        texts = list(map(str.strip, texts))
    if _odd(joined) or any("|" + sign in joined for sign in _ODD_STARTS):
        texts = [form(text) if text[:1] in _ODD_STARTS or _odd(text) else text for text in texts]
    if empty.isdisjoint(texts):
        return texts
    return ["" if text in empty else text for text in texts]


def _odd(text: str) -> bool:
    if text.isascii():
        return not text.isprintable()
    if not text.isprintable() or any(sign in text for sign in _ODD_SIGNS):
        return True
    return len(text.encode("utf-16-le")) != 2 * len(text) and _ODD_BEYOND.search(text) is not None


@dataclass(slots=True)
class Parsed:
    """One column parsed: values in row order (None where unreadable), problems and doubts by row position."""

    values: list[Any]
    unreadable: list[tuple[int, Unreadable]]
    doubtful: list[tuple[int, str]]


def parse_column(cells: Iterable[Any], parse: Callable[[Any], Any]) -> Parsed:
    """Run `parse` once per distinct cell content. Ledgers repeat themselves, so this is what makes reading fast."""
    cells = list(cells)
    if bool in set(map(type, cells)):  # True would be taken for 1 in a table of answers
        cells = [str(cell) if type(cell) is bool else cell for cell in cells]
    table = {cell: parse(cell) for cell in set(cells)}
    kinds = set(map(type, table.values()))
    if Unreadable not in kinds and Doubtful not in kinds:
        return Parsed([table[cell] for cell in cells], [], [])
    values, unreadable, doubtful = [], [], []
    for position, cell in enumerate(cells):
        answer = table[cell]
        if type(answer) is Unreadable:
            unreadable.append((position, answer))
            answer = None
        elif type(answer) is Doubtful:
            doubtful.append((position, answer.message))
            answer = answer.value
        values.append(answer)
    return Parsed(values, unreadable, doubtful)
