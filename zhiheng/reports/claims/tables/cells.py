"""Lines laid out in columns, cut into their cells; what kind of row they make."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from .times import PART

NUMBER = re.compile(r"([-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[-+]?[0-9]+(?:\.[0-9]+)?)([%‰])?")
_YEAR_HEAD = re.compile(rf"(?:(?:19|20)[0-9]{{2}}年?(?:度|全年)?|{PART})[^0-9]{{0,12}}")  # 2023年（件）, 1月
_NEARLY = re.compile(r"[约近超逾≥≤><~≈*（(]{1,2} ?[0-9][0-9.,]*(?![0-9.,]*[年月日个])")  # 约3, ≥7
_BARE_YEAR = re.compile("(?:19|20)[0-9]{2}")
_RULE = re.compile(r"[-:\s]*")
EMPTY = frozenset(("-", "--", "/", "\\", "无", "…", "*"))  # what stands in a cell that has nothing
_CELL, _WIDE_CELL = re.compile(r"\S+"), re.compile(r"\S+(?: \S+)*")
_WIDEST = 200  # no table of a report is wider
_PROSE = re.compile("[0-9][^，。；]*[，。；]|[，。；：][^，。；：]*[0-9]")
_COUNTS = re.compile(
    r"[\u4e00-\u9fff]{2}[0-9][0-9.,]*[万亿]?[余多]?[\u4e00-\u9fff%]|[一二两三四五六七八九十百]+(?:成|件|起|人|次|家)"
)


@dataclass(slots=True)
class Cell:
    text: str
    start: int
    end: int


def cells(text: str, start: int, end: int) -> list[Cell]:
    """The cells of the line of `text` from `start` to `end`; empty ones stay where the line marks them."""
    line = text[start:end]
    if "\t" in line:
        return _split(line, "\t", start)
    if line.count("|") >= 2:
        return _piped(line, start)
    pattern = _WIDE_CELL if "  " in line.strip() else _CELL
    return [
        Cell(m[0], start + m.start(), start + m.end()) for m in islice(pattern.finditer(line), 2 * _WIDEST)
    ]


def _split(line: str, mark: str, start: int) -> list[Cell]:
    """The cells between marks; an empty one stays, for cells that were joined."""
    found, at = [], start
    for piece in line.split(mark)[: 2 * _WIDEST]:
        inner = piece.strip()
        begin = at + len(piece) - len(piece.lstrip()) if inner else at
        found.append(Cell(inner, begin, begin + len(inner)))
        at += len(piece) + 1
    return found


def _piped(line: str, start: int) -> list[Cell]:
    """The cells between bars, without those before the first bar and behind the last."""
    found = _split(line, "|", start)
    if found and not found[0].text and line.lstrip().startswith("|"):
        found = found[1:]
    if found and not found[-1].text and line.rstrip().endswith("|"):
        found = found[:-1]
    return found


def is_rule(row: list[Cell]) -> bool:
    return all(_RULE.fullmatch(cell.text) for cell in row)


def is_head(row: list[Cell]) -> bool:
    """Whether the row has words (or times: 2023年, 1月) and no numbers."""
    told = [cell.text for cell in row if cell.text and cell.text not in EMPTY]
    return bool(told) and all(
        _YEAR_HEAD.fullmatch(t) or not (t[0].isdigit() or _NEARLY.match(t)) for t in told
    )


def only_years(row: list[Cell]) -> bool:
    """商标 | 2014 | 1999: below columns these are counts, however much they look like a head."""
    counts = [cell.text for cell in row[1:] if cell.text not in EMPTY]
    return bool(row[0].text) and any(counts) and all(not t or _BARE_YEAR.fullmatch(t) for t in counts)


def prose(text: str, spans: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """The places of cells in the lines `spans` whose numbers stand within sentences: 查办案件610件，罚没485万元."""
    for start, end in spans:
        line = text[start:end]
        if not ("，" in line or "；" in line or "。" in line or _COUNTS.search(line)):
            continue
        row = cells(text, start, end)
        head = is_head(row)
        for cell in row:
            if is_prose(cell.text) and (not head or _PROSE.search(cell.text)):
                yield cell.start, cell.end


def is_prose(cell: str) -> bool:
    return _PROSE.search(cell) is not None or _COUNTS.search(cell) is not None
