"""Claims out of rows and columns: tables pasted into prose, spreadsheets, tables of Word and web pages.

The unit stands in the column's head （案件数（件））, in a column of its own, or above the table （单位：件）; the row's first
words and the column's head together say what is counted.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from .claim import Claim
from .clause import last
from .normalise import Normalised, Stack
from .numerals import LONGEST, MAGNITUDES
from .words import Unit, words

_NUMBER = re.compile(r"([-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[-+]?[0-9]+(?:\.[0-9]+)?)([%‰])?")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年?(?:度|全年)?")
_YEAR_HEAD = re.compile(_YEAR.pattern + "[^0-9]{0,12}")  # 2023年（件）
_ABOVE = re.compile(r"单位[：:]([^\s）。；]{1,12})")
_ABOVE_SEEN = 80
_UNITS_APART = re.compile("[、，,/及和]")
_MONEY = re.compile("金额|款额?$|[案货产]值|收入|支出|经费|资金|融资额|贷款|成交额|税")
_SHARE = re.compile("增长|增速|增幅|同比|环比|比重|占比|构成|比例|率$")
_IN_HEAD = re.compile(r"[（\[]([^（）\[\]]{1,8})[）\]]|[/／]([^/／]{1,4})$")
_MAGNITUDE = re.compile("(?:" + "|".join(sorted(MAGNITUDES, key=len, reverse=True)) + ")")
_NO_DATA = re.compile(r"序号|编号|年份|备注|电话|文号|日期|时间|页码|代码")
_TOTAL = re.compile(r"(?:合\s*计|总\s*计|小\s*计|共计|全市合计|全省合计|总数)")
_RULE = re.compile(r"[-:\s]*")
_CELLS_SEEN = 200  # no table of a report is wider
ROWS = 100_000  # more rows than this are no report; the rest is not read
_GAP = 60  # so many characters (empty lines, a heading) may stand between a head and rows that continue its table


@dataclass(slots=True)
class _Cell:
    text: str
    start: int
    end: int


@dataclass(slots=True)
class _Column:
    title: str
    unit: tuple[int, Unit] | None
    year: str | None
    data: bool
    said: bool  # the unit stands in the head itself


def read_tables(source: Normalised, make, year: int | None) -> Iterator[Claim]:
    """The claims of the tables of `source`; `make(start, end)` builds an empty claim over a place of the clean text.

    `parts_of` of a claim is here the claim itself that holds the total; the caller turns it into its place.
    """
    text, table, end = source.text, None, 0
    for block in _blocks(source.tables[:ROWS]):
        rows = [row for row in (_cells(text, *line) for line in block[:2]) if row and not _is_rule(row)]
        continued = table is not None and block[0][0] - end <= _GAP and rows and table.continues(rows[0])
        if not continued:
            table = _Table(text, block[0][0], make, year)
        end = block[-1][1]
        yield from table.claims(_cells(text, *line) for line in block)
    read = 0
    for stack in source.stacks:
        read += len(stack.rows)
        if read > ROWS:
            return
        yield from _Table(text, stack.span[0], make, year).claims(_rows(text, stack))


def _rows(text: str, stack: Stack) -> list[list[_Cell]]:
    """The rows of a table pasted one cell to a line; its head, where it has as many cells as the rows."""
    head: list[_Cell] = []
    for start, end in stack.head:
        cell = _Cell(text[start:end], start, end)
        if head and (_unit(cell.text) or _IN_HEAD.fullmatch(cell.text)) and not _unit(head[-1].text):
            inner = _IN_HEAD.fullmatch(cell.text)
            said = inner[1] or inner[2] if inner else cell.text
            head[-1] = _Cell(f"{head[-1].text}（{said}）", head[-1].start, end)
        else:
            head.append(cell)
    rows = [[_Cell(text[a:b], a, b) for a, b in row] for row in stack.rows]
    width = len(rows[0])
    return [head[-width:], *rows] if len(head) >= width else rows


def _blocks(spans: tuple[tuple[int, int], ...]) -> Iterator[list[tuple[int, int]]]:
    block: list[tuple[int, int]] = []
    for span in spans:
        if block and span[0] != block[-1][1] + 1:
            yield block
            block = []
        block.append(span)
    if block:
        yield block


class _Table:
    """A table that begins at `start`; its rows come in one or several stretches, the head with the first."""

    def __init__(self, text: str, start: int, make, year: int | None):
        self.text, self.start, self.make, self.year = text, start, make, year
        self.columns: list[_Column] = []
        self.sums: dict[int, list[Claim]] = {}
        self.totals: dict[int, Claim] = {}
        said = last(_ABOVE, text[max(0, start - _ABOVE_SEEN) : start])
        units = [unit for word in _UNITS_APART.split(said[1]) if (unit := _unit(word))] if said else []
        # 单位：件、万元、%: shares are in the columns that speak of growth, money in those of amounts
        self.units = {unit[1].kind: unit for unit in reversed(units)}
        self.default = next((unit for unit in units if unit[1].kind not in ("share", "money")), None)
        self.default = self.default or (units[0] if units else None)

    def continues(self, row: list[_Cell]) -> bool:
        """Whether `row`, standing below a gap, still belongs to the columns above."""
        return bool(self.columns) and len(row) == len(self.columns) and not _is_head(row)

    def claims(self, rows: Iterable[list[_Cell]]) -> Iterator[Claim]:
        for row in rows:
            if not row or _is_rule(row):
                continue
            columns, sums, totals = self.columns, self.sums, self.totals
            if _is_head(row):
                heads = [_column(cell.text, self.default, self.units) for cell in row]
                self.columns = (
                    heads
                    if not columns or len(heads) != len(columns)
                    else [_under(a, b) for a, b in zip(columns, heads, strict=True)]
                )
                self.sums, self.totals = {}, {}
                continue
            label = "".join(
                c.text for c in row if c.text and not _NUMBER.fullmatch(c.text) and not _unit(c.text)
            )[:40]
            in_label = _IN_HEAD.search(label)
            unit_here = (_unit(in_label[1] or in_label[2]) if in_label else None) or next(
                (
                    u
                    for i, c in enumerate(row)
                    if (u := _unit(c.text)) and (not columns or _titled(columns, i, "单位"))
                ),
                None,
            )
            is_total = bool(_TOTAL.match(label))
            for i, cell in enumerate(row):
                claim = self._claim(cell, columns[i] if i < len(columns) else None, label, unit_here, i)
                if claim is None:
                    continue
                if claim.measure == "ratio":
                    yield claim  # shares and rates of growth do not add up
                    continue
                if is_total and sums.get(i):
                    for part in sums.pop(i):
                        part.parts_of = claim
                elif is_total:
                    totals[i] = claim
                elif i in totals:
                    claim.parts_of = totals[i]
                else:
                    sums.setdefault(i, []).append(claim)
                yield claim

    def _claim(self, cell: _Cell, column: _Column | None, label: str, unit_here, i: int) -> Claim | None:
        m = _NUMBER.match(cell.text)
        if m is None or (column is not None and not column.data) or len(m[1]) > LONGEST:
            return None
        rest = cell.text[m.end() :].strip()
        own = _unit(m[2] or rest) if (m[2] or rest) else None
        if rest and own is None:
            return None
        unit = own or (column.unit if column and column.said else None) or unit_here
        unit = unit or (column.unit if column else None) or self.default
        countable = words().countable
        if unit is None and (
            column is None or not (countable.search(column.title) or countable.search(label))
        ):
            return None
        if i == 0 and own is None:
            return None
        magnitude, measure = unit or (1, None)
        value = Decimal(m[1].replace(",", ""))
        factor = (measure.factor if measure else Decimal(1)) * magnitude
        claim = self.make(cell.start, cell.start + len(cell.text))
        claim.value, claim.scale = value, value * factor
        claim.quantum = factor.scaleb(int(value.as_tuple().exponent))
        claim.unit = _shown(unit) if unit else None
        claim.measure_unit = measure
        title = column.title if column else ""
        claim.head = claim.topic = f"{label}{title}"
        claim.context = f"{label}{title} {self._caption()}"
        year = column.year if column else None
        claim.period = year or (str(self.year) if self.year else None)
        claim.measure = "ratio" if measure and measure.kind == "share" else "flow"
        claim.why = [{"rule": "表格", "words": f"行“{label}”" + (f"，列“{title}”" if title else "")}]
        if unit:
            claim.why.append({"rule": "单位", "words": claim.unit or ""})
        else:
            claim.flags.append(
                {"kind": "lost_unit", "words": f"表中“{label}”一行的{cell.text}没有写单位，请核对原表"}
            )
        return claim

    def _caption(self) -> str:
        line = self.text[max(0, self.start - 60) : self.start].rstrip("\n")
        return line[line.rfind("\n") + 1 :].strip()


def _cells(text: str, start: int, end: int) -> list[_Cell]:
    line = text[start:end]
    if "\t" in line:
        pattern = r"[^\t]*"
    elif line.count("|") >= 2:
        pattern = r"[^|]+"
    elif "  " in line.strip():
        pattern = r"\S+(?: \S+)*"
    else:
        pattern = r"\S+"
    cells = []
    for m in islice(re.finditer(pattern, line), 2 * _CELLS_SEEN):
        inner = m[0].strip()
        if not inner and ("\t" not in line or m.start() == m.end() == len(line)):
            continue
        at = start + m.start() + (len(m[0]) - len(m[0].lstrip()))
        cells.append(_Cell(inner, at, at + len(inner)))
    return _without_gaps(cells) if "\t" in line else cells


def _without_gaps(cells: list[_Cell]) -> list[_Cell]:
    """`[^\\t]*` also matches the empty string after each cell; keep one cell per column."""
    kept: list[_Cell] = []
    for cell in cells:
        if kept and not cell.text and cell.start == kept[-1].end and kept[-1].text:
            continue
        kept.append(cell)
    return kept


def _is_rule(row: list[_Cell]) -> bool:
    return all(_RULE.fullmatch(cell.text) for cell in row)


def _is_head(row: list[_Cell]) -> bool:
    filled = [cell.text for cell in row if cell.text]
    if not filled:
        return False
    return all(_YEAR_HEAD.fullmatch(t) or not t[0].isdigit() for t in filled) and not all(
        t in "—-/" for t in filled
    )


def _column(title: str, default: tuple[int, Unit] | None, others: dict[str, tuple[int, Unit]]) -> _Column:
    m = _IN_HEAD.search(title)
    unit = _unit((m[1] or m[2]).removeprefix("单位：")) if m else None
    if unit is None and "%" in title:
        unit = _unit("%")
    said = unit is not None
    for kind, pattern in (("share", _SHARE), ("money", _MONEY)):
        if unit is None and kind in others and pattern.search(title):
            unit = others[kind]
    year = _YEAR.search(title)
    bare = title[: m.start()] + title[m.end() :] if m and unit else title
    return _Column(bare, unit or default, year[1] if year else None, not _NO_DATA.search(title), said)


def _under(above: _Column, below: _Column) -> _Column:
    title = above.title if above.title == below.title else above.title + below.title
    return _Column(
        title,
        below.unit or above.unit,
        below.year or above.year,
        above.data and below.data,
        above.said or below.said,
    )


def _titled(columns: list[_Column], i: int, title: str) -> bool:
    return i < len(columns) and columns[i].title.replace(" ", "") in (title, f"计量{title}")


def _unit(word: str) -> tuple[int, Unit] | None:
    units = words().units
    word = word.strip()
    if word in units:
        return 1, units[word]
    m = _MAGNITUDE.match(word)
    if m and word[m.end() :] in units:
        return MAGNITUDES[m[0]], units[word[m.end() :]]
    return None


def _shown(unit: tuple[int, Unit]) -> str:
    magnitude, measure = unit
    word = next((w for w, n in MAGNITUDES.items() if n == magnitude), "") if magnitude > 1 else ""
    return word + measure.word
