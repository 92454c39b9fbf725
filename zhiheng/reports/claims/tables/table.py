"""One table: its caption, its head, and the claims its rows make.

The unit stands in the column's head （案件数（件））, in a row or a column of its own, behind the number, above the table
（单位：件） or in a note below; the row's first words and the column's head together say what is counted.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ..claim import Claim, Comparison, Unread
from ..clause import last
from ..numerals import LONGEST
from ..script import as_written
from ..words import words
from . import across, times
from .cells import EMPTY, NUMBER, Cell, is_head, is_prose, is_rule, only_years
from .columns import Column, Given, columns, is_money, is_share
from .units import Counted, implied, listed, of_caption, said_unit, shown, unit

_ABOVE = re.compile(r"(?<![报送制编填表])单位[：:]([^\s）。；]{1,12})")
_ABOVE_SEEN = 80
_BELOW = re.compile(r"\s*[（(]?(?:注|说明|备注|附注|表注|计量单位|单位)[^\n]{0,120}")
_IN_NOTE = re.compile(r"单位(?:均|统一|一律)?[为是：:]\s?([^\s，）。；]{1,12})")
_TOTAL = re.compile(r"(?:合\s*计|总\s*计|小\s*计|共计|全市合计|全省合计|总数)")
_FRAMING = re.compile("(?:计量|填报|报送|编制|制表|填表|金额)?(?:单位|部门|机关|人|时间|日期)[：:]")
_SUBTOTAL = re.compile(r"小\s*计")
_AMONG = re.compile("[^\u4e00-\u9fff]*其中")
_CHANGE = re.compile(
    r"（(?:(?P<base>同比|环比|较上年)(?P<way>增长|增加|上升|下降|减少)?)?(?P<sign>[-+↑↓])?(?P<n>[0-9.]+)%）"
)
_DIGIT = re.compile("[0-9]")


@dataclass(slots=True)
class _Sums:
    """What one column has added up to so far."""

    parts: list[Claim] = field(default_factory=list)
    subtotals: list[Claim] = field(default_factory=list)
    total: Claim | None = None  # one that stood before its parts
    sure: bool = True  # no row was a part of the row above


class Table:
    """A table that begins at `start` of the clean text; its rows come in one or several stretches, the head with the first.

    `make(start, end)` builds an empty claim over a place of the text. `parts_of` of a claim is here the claim itself that
    holds the total. Cells with a number that is not understood are left in `unread`.
    """

    def __init__(self, text: str, start: int, end: int, make: Callable, script: Callable, year: int | None):
        self.text, self.start, self.make, self.year = text, start, make, year
        self.script = script(max(0, start - _ABOVE_SEEN), end)
        self.columns: list[Column] = []
        self.heads: list[list[str]] = []  # rows of the head, until the first row of numbers
        self.above: list[str] = []  # names that merged cells give to the rows below
        self.sums: dict[int, _Sums] = {}
        self.implied: Counted | None = None  # what the rows so far count by their names
        self.unread: list[Unread] = []
        self.rows: list[across.Row] = []  # of the columns as they are now
        self.caption = self._caption()
        said = last(_ABOVE, text[max(0, start - _ABOVE_SEEN) : start])
        units = listed(said[1]) if said else []
        if not said and (inner := said_unit(self.caption)):
            units = [inner]
        for below in _IN_NOTE.finditer(note[0]) if (note := _BELOW.match(text, end)) else ():
            units += listed(below[1])
        self.given, self.by_caption = Given(units), of_caption(self.caption)
        told, self.part = times.time_of(self.caption, year)
        if told:
            self.year = int(told)

    def gap(self, end: int, start: int) -> None:
        """What stands between the head and the rows that continue the table: a line with the unit."""
        if self.heads and (said := _ABOVE.search(self.text, end, start)):
            self.given.units += listed(said[1])

    def close(self) -> None:
        """No more rows come under the columns as they are: what their totals say is looked at."""
        if self.rows:
            across.check(self.columns, self.rows)
            self.rows = []

    def continues(self, row: list[Cell]) -> bool:
        """Whether `row`, standing below a gap, still belongs to the columns above."""
        width = len(self.columns) or (len(self.heads[-1]) if self.heads else 0)
        return len(row) == width > 0 and not is_head(row)

    def claims(self, rows: Iterable[list[Cell]]) -> Iterator[Claim]:
        for row in rows:
            if not row or is_rule(row):
                continue
            if is_head(row) and self._says_units(row):
                continue
            if is_head(row) and not (only_years(row) and self._counts_below(row)):
                filled = sum(1 for cell in row if cell.text and cell.text not in EMPTY)
                if self.columns and filled == 1 and len(row) > 1 and len(row) == len(self.columns):
                    continue  # a row that only names the rows below it, or one without any number
                if self.columns:
                    self.close()
                    self.columns, self.heads = [], []
                self.heads.append([cell.text for cell in row])
                self.sums, self.above, self.implied = {}, [], None
                continue
            if self.heads:
                self.close()
                heads = self.heads
                if (
                    row[0].text
                    and not NUMBER.fullmatch(row[0].text)
                    and {len(h) for h in heads} == {len(row) - 1}
                ):
                    heads = [["", *head] for head in heads]  # nothing stands over the names of the rows
                self.columns, self.heads = columns(heads, len(row), self.given, self.year), []
            yield from self._row(row)

    def _counts_below(self, row: list[Cell]) -> bool:
        """Whether the head so far, as wide as `row`, says what its numbers count."""
        if self.columns:
            return True
        heads = [head for head in self.heads if len(head) == len(row)]
        return any(said_unit(title) for head in heads for title in head[1:])

    def _says_units(self, row: list[Cell]) -> bool:
        """Whether the row belongs to the table's frame: 填报单位：某局 | 单位：件、万元."""
        framing = [cell.text for cell in row if _FRAMING.match(cell.text)]
        for text in framing:
            if said := _ABOVE.search(text):
                self.given.units += listed(said[1])
        return bool(framing)

    def _row(self, row: list[Cell]) -> Iterator[Claim]:
        over = self.columns
        numbers = [NUMBER.fullmatch(c.text) is not None for c in row]
        aside = [i < len(over) and over[i].aside for i in range(len(row))]
        names = [
            "" if bare or beside or unit(c.text) else c.text
            for c, bare, beside in zip(row, numbers, aside, strict=True)
        ]
        first = numbers.index(True) if True in numbers else len(row)
        told = any(names[:first])
        for i in range(min(first, len(self.above)) if over and told else 0):
            if not row[i].text:
                names[i] = self.above[i]
        self.above = names[:first]
        label = "".join(names)[:60]
        unit_here = said_unit(label) or next(
            (
                u
                for i, c in enumerate(row)
                if not numbers[i] and (u := unit(c.text)) and _tells_units(over, i)
            ),
            None,
        )
        if unit_here is None and not self.given.units:
            unit_here = self._implied(label)
        time = self._time(row)
        total = next((name for name in names if name and _TOTAL.match(name)), None)
        among = "其中" in label and _AMONG.match(label) is not None
        bare = all(number or not c.text for c, number in zip(row, numbers, strict=True))
        made: dict[int, Claim | None] = {}
        for i, cell in enumerate(row):
            column = over[i] if i < len(over) else None
            claim = self._claim(cell, column, label, unit_here, i, bare)
            if claim is None:
                counted = column is not None and column.data and column.unit is not None
                if i > 0 and counted and _DIGIT.search(cell.text) and not is_prose(cell.text):
                    self.unread.append(Unread(cell.text, cell.start, cell.end))
                if _DIGIT.search(cell.text):
                    made[i] = None
                continue
            made[i] = claim
            claim.period = times.label(column.time if column else (None, None), time, (self.year, self.part))
            if claim.measure != "ratio":  # shares and rates of growth do not add up
                _add_up(self.sums.setdefault(i, _Sums()), claim, total, among)
            yield claim
        if over:
            self.rows.append(made)

    def _implied(self, label: str) -> Counted | None:
        """What a row counts by its name, or by the names of those above: （一）予以公开 below 新收申请数量."""
        if is_money(label) or is_share(label):
            return None
        self.implied = implied(label) or self.implied
        return self.implied

    def _time(self, row: list[Cell]) -> times.Time:
        """The time that a row names in its first cells, or in the column for it."""
        for i, cell in enumerate(row[:3]):
            telling = i < len(self.columns) and self.columns[i].tells_times
            if cell.text and (telling or (cell.text[-1] in times.ENDS and times.is_time(cell.text))):
                return times.time_of(cell.text, self.year)
        return None, None

    def _claim(
        self, cell: Cell, column: Column | None, label: str, unit_here: Counted | None, i: int, bare: bool
    ) -> Claim | None:
        m = NUMBER.match(cell.text)
        if m is None or (column is not None and not column.data) or len(m[1]) > LONGEST:
            return None
        rest, change = cell.text[m.end() :], None
        if "%）" in rest and (change := _CHANGE.search(rest)):
            rest = rest[: change.start()] + rest[change.end() :]
        rest = rest.strip(" （）")
        own = unit(m[2] or rest) if (m[2] or rest) else None
        if rest and own is None:
            return None
        title = column.title if column else ""
        counted = own or (column.unit if column and column.said else None)
        if counted is None and column is not None and column.unit and unit_here is self.implied:
            counted = column.unit  # the head's own noun goes before what the names of the rows above counted
        counted = counted or unit_here
        counted = counted or (column.unit if column else None) or self.given.default or implied(label)
        if counted is None and not (is_money(title) or is_share(title)):
            counted = self.by_caption
        countable = words().countable
        known = counted is not None or (
            column is not None and (countable.search(column.title) or countable.search(label))
        )
        # 1 区局 41: the first number of a row is its place, unless all its cells are numbers under heads with units
        if (
            i == 0
            and own is None
            and not (bare and column is not None and (column.unit or len(self.columns) > 1))
        ):
            return None
        if not known and (column is None or not column.title):
            return None
        return self._made(cell, m, change, column, label, counted)

    def _made(
        self, cell: Cell, m: re.Match, change: re.Match | None, column: Column | None, label: str, counted
    ) -> Claim:
        magnitude, measure = counted or (1, None)
        value = Decimal(m[1].replace(",", ""))
        factor = (measure.factor if measure else Decimal(1)) * magnitude
        claim = self.make(cell.start, cell.start + len(cell.text))
        claim.value, claim.scale = value, value * factor
        claim.quantum = factor.scaleb(int(value.as_tuple().exponent))
        claim.unit = as_written(shown(counted), self.script) if counted else None
        claim.measure_unit = measure
        title = column.title if column else ""
        claim.head = claim.topic = f"{label}{title}"
        claim.context = f"{label}{title} {self.caption}"
        claim.measure = "ratio" if measure and measure.kind == "share" else "flow"
        claim.why = [{"rule": "表格", "words": f"行“{label}”" + (f"，列“{title}”" if title else "")}]
        countable = words().countable
        if counted:
            claim.why.append({"rule": "单位", "words": claim.unit or ""})
        elif countable.search(title) or countable.search(label):
            claim.flags.append(
                {"kind": "lost_unit", "words": f"表中“{label}”一行的{cell.text}没有写单位，请核对原表"}
            )
        if change:
            claim.comparisons.append(_change(change))
        return claim

    def _caption(self) -> str:
        line = self.text[max(0, self.start - 60) : self.start].rstrip("\n")
        return line[line.rfind("\n") + 1 :].strip()


def _tells_units(over: list[Column], i: int) -> bool:
    return not over or (i < len(over) and over[i].tells_units)


def _change(m: re.Match) -> Comparison:
    """41（同比+12.5%）, 41（-3%）: what the number changed by, told in its cell."""
    down = m["sign"] in ("-", "↓") or (m["way"] or "") in words().down
    way = "下降" if down else "增长"
    share, value = Decimal("0.01"), Decimal(m["n"].rstrip("."))
    quantum = share.scaleb(int(value.as_tuple().exponent))
    return Comparison(f"{m['base'] or ''}{way}", value, "%", value * share, quantum, down=down, words=m[0])


def _add_up(sums: _Sums, claim: Claim, total: str | None, among: bool) -> None:
    """Tell `claim` as a part or as the total of what stands above it in its column."""
    if total is None:
        if among:
            sums.sure = False  # 其中：警告: of the row above; how many rows below go with it nothing says
        elif sums.total is not None:
            claim.parts_of = sums.total
        else:
            sums.parts.append(claim)
        return
    parts = sums.parts if _SUBTOTAL.match(total) else [*sums.subtotals, *sums.parts]
    if not parts:
        sums.total = claim
        return
    if sums.sure or sum(part.scale for part in parts) == claim.scale:
        for part in parts:
            part.parts_of = claim
    sums.parts = []
    sums.subtotals = [*sums.subtotals, claim] if _SUBTOTAL.match(total) else []
