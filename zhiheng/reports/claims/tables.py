"""Claims out of rows and columns: tables pasted into prose, spreadsheets, tables of Word and web pages.

The unit stands in the column's head （案件数（件））, in a column of its own, or above the table （单位：件）; the row's first
words and the column's head together say what is counted.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from .claim import Claim
from .clause import last
from .normalise import Normalised, Stack
from .numerals import LONGEST, MAGNITUDES
from .words import Unit, words

_OPENS_LIST = re.compile(r"（(?:单位：)?([^（）：\n]{1,6})）[：\n]{1,2}")
_LISTED = re.compile(
    r"(?P<name>[^0-9；，、。：（）\n]{1,20})(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?(?:（(?P<own>[^（）0-9]{1,4})）)?)(?=[；，、。\n]|$)"
)
_NUMBER = re.compile(r"([-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[-+]?[0-9]+(?:\.[0-9]+)?)([%‰])?")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年?(?:度|全年)?")
_YEAR_HEAD = re.compile(_YEAR.pattern + "[^0-9]{0,12}")  # 2023年（件）
_ABOVE = re.compile(r"单位[：:]([^\s）。；]{1,12})")
_ABOVE_SEEN = 80
_UNITS_APART = re.compile("[、，,/及和]")
_MONEY = re.compile("金额|款额?$|[案货产]值|收入|支出|经费|资金|融资额|贷款|成交额|税")
_SHARE = re.compile("增长|增速|增幅|同比|环比|比重|占比|构成|比例|率$")
_IN_HEAD = re.compile(r"[（\[]([^（）\[\]]{1,12})[）\]]|[/／]([^/／]{1,4})$")
_MAGNITUDE = re.compile("(?:" + "|".join(sorted(MAGNITUDES, key=len, reverse=True)) + ")")
_NO_DATA = re.compile(r"序号|编号|年份|备注|电话|号码|文号|日期|时间|页码|代码|邮编|账号|经度|纬度")
# What a head counts where it names no unit: 制发件数, 处理决定数量, 项目数量
_IMPLIED = re.compile(
    r"([件宗起人户家次项条份场批例篇])数|(决定|申请|案件|文件)数量|制发|废止|现行有效|(项目|事项)数"
)
_SAME_AS_BESIDE = re.compile("增/减|增减|增加或减少")
# 单位：个、人: which of them a column counts in
_BY_TITLE = {
    "人": "人员|人数|干部|队伍|从业",
    "人次": "人次|人数",
    "辆": "车",
    "家": "企业|主体|机构|单位",
    "户": "户",
    "件": "案|件|申请|专利|商标",
    "起": "案",
    "宗": "案",
    "次": "次|检查|活动",
    "项": "项",
}
_INFORMATION = "信息内容"
_CONTINUES = re.compile(
    "所得|财物|场所|设施|物品|停业|许可|非法|金额|数量?$|率$|决定|处罚|执照|证件|人员|案件|措施"
)
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
        rows = _rows(text, stack)
        if rows:
            yield from _Table(text, rows[0][0].start, make, year).claims(rows)
    for listing in listings(text, source.tables):
        table = _Table(text, listing.items[0][0].start, make, year)
        table.default, table.listed = listing.unit, [listing.unit]
        table.columns = [_column(""), _column("")]
        table.columns[1].unit, table.caption = listing.unit, listing.caption
        yield from table.claims(listing.items)


@dataclass(slots=True)
class _Listing:
    """Names with bare numbers behind them under a unit in brackets: 处罚数量（宗）：警告31；罚款420。"""

    caption: str
    unit: tuple[int, Unit]
    items: list[list[_Cell]]

    @property
    def span(self) -> tuple[int, int]:
        return self.items[0][0].start, self.items[-1][-1].end


def listings(text: str, tables: Sequence[tuple[int, int]] = ()) -> list[_Listing]:
    """The listings of a clean text, outside of its `tables`."""
    found: list[_Listing] = []
    starts = [start for start, _ in tables]
    for m in _OPENS_LIST.finditer(text):
        unit = _unit(m[1])
        if unit is None or (found and m.start() < found[-1].span[1]):
            continue
        items, at = [], m.end()
        while item := _LISTED.match(text, at):
            name, number = item.span("name"), item.span("number")
            if not _unit(item["own"] or "件"):
                break
            items.append([_Cell(text[slice(*name)], *name), _Cell(text[slice(*number)], *number)])
            at = item.end() + (text[item.end() : item.end() + 1] in "；，、\n")
        if len(items) < 2:
            continue
        i = bisect_left(starts, m.end())
        if i < len(tables) and tables[i][0] < items[-1][-1].end:
            continue
        line = text.rfind("\n", 0, m.start()) + 1
        found.append(_Listing(text[max(line, m.start() - 40) : m.start()], unit, items))
    return found


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
    if len(rows) == 1 and not stack.labels:
        return _single(head, rows[0])
    width = len(rows[0])
    return [head[-width:], *rows] if len(head) >= width else rows


def _single(head: list[_Cell], numbers: list[_Cell]) -> list[list[_Cell]]:
    """One row of numbers below the lines of a head, one of which may be the caption with the unit, one the row's name.

    [] where the head does not say which line stands over which number.
    """
    n = len(numbers)
    titles = [cell.text for cell in head]
    said = [_said_unit(title) is not None for title in titles]
    label: list[_Cell] = []
    if _INFORMATION in titles:
        columns = head[titles.index(_INFORMATION) + 1 :]
        if len(columns) == n + 1:
            columns, label = columns[:-1], columns[-1:]
    elif all(said[-n:]) and len(head) >= n:
        columns = head[-n:]
    elif len(head) > n and all(said[-n - 1 : -1]):
        columns, label = head[-n - 1 : -1], head[-1:]
    else:
        caption = next((i for i in range(len(head) - n - 1, -1, -1) if said[i]), None)
        if caption is None:
            return []
        columns = list(head[caption + 1 :])
        unit = _said_unit(titles[caption])
        while len(columns) > n:  # a head cell broken over two lines
            at = next((i for i in range(1, len(columns)) if _CONTINUES.match(columns[i].text)), 1)
            one, two = columns[at - 1 : at + 1]
            columns[at - 1 : at + 1] = [_Cell(one.text + two.text, one.start, two.end)]
        columns = [
            c if _said_unit(c.text) else _Cell(f"{c.text}（{_shown(unit)}）", c.start, c.end) for c in columns
        ]
    if len(columns) != n:
        return []
    if label:
        return [[_Cell(_INFORMATION, label[0].start, label[0].start), *columns], [*label, *numbers]]
    return [columns, numbers]


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
        self.heads: list[list[str]] = []  # rows of the head, until the first row of numbers
        self.above: list[str] = []  # names that merged cells give to the rows below
        self.sums: dict[int, list[Claim]] = {}
        self.totals: dict[int, Claim] = {}
        self.caption = self._caption()
        said = last(_ABOVE, text[max(0, start - _ABOVE_SEEN) : start])
        words_said = said[1] if said else ""
        if not said and (inner := _said_unit(self.caption)):
            words_said = _shown(inner)
        # 单位：件、万元、%: shares are in the columns that speak of growth, money in those of amounts
        self.listed = [unit for word in _UNITS_APART.split(words_said) if word and (unit := _unit(word))]
        self.units = {unit[1].kind: unit for unit in reversed(self.listed)}
        self.default = next((unit for unit in self.listed if unit[1].kind not in ("share", "money")), None)
        self.default = self.default or (self.listed[0] if self.listed else None)
        found = _YEAR.search(self.caption)
        if found:
            self.year = int(found[1])

    def continues(self, row: list[_Cell]) -> bool:
        """Whether `row`, standing below a gap, still belongs to the columns above."""
        width = len(self.columns) or (len(self.heads[-1]) if self.heads else 0)
        return len(row) == width > 0 and not _is_head(row)

    def claims(self, rows: Iterable[list[_Cell]]) -> Iterator[Claim]:
        for row in rows:
            if not row or _is_rule(row):
                continue
            if _is_head(row):
                filled = sum(1 for cell in row if cell.text)
                if self.columns and filled == 1 and len(row) > 1 and len(row) == len(self.columns):
                    continue  # a row that only names the rows below it
                if self.columns:
                    self.columns, self.heads = [], []
                self.heads.append([cell.text for cell in row])
                self.sums, self.totals, self.above = {}, {}, []
                continue
            if self.heads:
                self.columns, self.heads = self._columns(self.heads, len(row)), []
            yield from self._row(row)

    def _columns(self, heads: list[list[str]], width: int) -> list[_Column]:
        """One column per place: what stands over it in every row of the head, joined cells told to all they cover."""
        if len(heads) > 1 and len(heads[-1]) != len(heads[0]) and len(heads[-1]) == width:
            # rows of other lengths: where the cells of a shorter one begin is not known, but one cell covers all
            heads = [[h[0]] * width if sum(map(bool, h)) == 1 else h for h in heads]
            heads = [h for h in heads if len(h) == width or (len(h) < width and "" in h)]
        wide = max(map(len, heads))
        rows = [[*head, *[""] * (wide - len(head))] for head in heads]
        for r, row in enumerate(rows[:-1]):
            for c in range(1, wide):
                if not row[c] and (r == 0 or rows[r - 1][c] == rows[r - 1][c - 1]):
                    row[c] = row[c - 1]
        columns = []
        for c in range(wide):
            said = list(dict.fromkeys(row[c] for row in rows if row[c]))
            column = None
            for title in said:
                below = _column(title)
                column = below if column is None else _under(column, below)
            columns.append(self._counted(column or _column("")))
        for i, column in enumerate(columns):
            if column.unit is None and i and _SAME_AS_BESIDE.search(column.title):
                column.unit = columns[i - 1].unit
        return columns

    def _counted(self, column: _Column) -> _Column:
        """The column with the unit that the table gives it where its head names none."""
        if column.unit is not None:
            return column
        for kind, pattern in (("share", _SHARE), ("money", _MONEY)):
            if kind in self.units and pattern.search(column.title):
                column.unit = self.units[kind]
                return column
        counted = [u for u in self.listed if u[1].kind not in ("share", "money")]
        if len(counted) > 1:
            column.unit = next(
                (u for u in counted if re.search(_BY_TITLE.get(u[1].word, "$^"), column.title)), None
            )
        column.unit = column.unit or self.default or _implied(column.title)
        return column

    def _row(self, row: list[_Cell]) -> Iterator[Claim]:
        columns, sums, totals = self.columns, self.sums, self.totals
        names = [c.text if not _NUMBER.fullmatch(c.text) and not _unit(c.text) else "" for c in row]
        first = next((i for i, c in enumerate(row) if _NUMBER.fullmatch(c.text)), len(row))
        told = any(names[:first])
        for i in range(min(first, len(self.above)) if columns and told else 0):
            if not row[i].text:
                names[i] = self.above[i]
        self.above = names[:first]
        label = "".join(names)[:60]
        unit_here = next((u for m in _IN_HEAD.finditer(label) if (u := _unit(m[1] or m[2]))), None) or next(
            (
                u
                for i, c in enumerate(row)
                if (u := _unit(c.text)) and (not columns or _titled(columns, i, "单位"))
            ),
            None,
        )
        is_total = bool(_TOTAL.match(label))
        bare = all(not c.text or _NUMBER.fullmatch(c.text) for c in row)
        for i, cell in enumerate(row):
            claim = self._claim(cell, columns[i] if i < len(columns) else None, label, unit_here, i, bare)
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

    def _claim(
        self, cell: _Cell, column: _Column | None, label: str, unit_here, i: int, bare: bool
    ) -> Claim | None:
        m = _NUMBER.match(cell.text)
        if m is None or (column is not None and not column.data) or len(m[1]) > LONGEST:
            return None
        rest = cell.text[m.end() :].strip(" （）")
        own = _unit(m[2] or rest) if (m[2] or rest) else None
        if rest and own is None:
            return None
        unit = own or (column.unit if column and column.said else None) or unit_here
        unit = unit or (column.unit if column else None) or self.default or _implied(label)
        countable = words().countable
        known = unit is not None or (
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
        claim.context = f"{label}{title} {self.caption}"
        year = column.year if column else None
        claim.period = year or (str(self.year) if self.year else None)
        claim.measure = "ratio" if measure and measure.kind == "share" else "flow"
        claim.why = [{"rule": "表格", "words": f"行“{label}”" + (f"，列“{title}”" if title else "")}]
        if unit:
            claim.why.append({"rule": "单位", "words": claim.unit or ""})
        elif countable.search(title) or countable.search(label):
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
        return _piped(line, start)
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


def _piped(line: str, start: int) -> list[_Cell]:
    """The cells between bars; an empty one stays, for cells that were joined."""
    cells, at = [], start
    pieces = line.split("|")[: 2 * _CELLS_SEEN]
    for piece in pieces:
        inner = piece.strip()
        begin = at + len(piece) - len(piece.lstrip())
        cells.append(_Cell(inner, begin if inner else at, begin + len(inner) if inner else at))
        at += len(piece) + 1
    if cells and not cells[0].text and line.lstrip().startswith("|"):
        cells = cells[1:]
    if cells and not cells[-1].text and line.rstrip().endswith("|"):
        cells = cells[:-1]
    return cells


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


def _column(title: str) -> _Column:
    m = next((m for m in _IN_HEAD.finditer(title) if _unit((m[1] or m[2]).removeprefix("单位："))), None)
    unit = _unit((m[1] or m[2]).removeprefix("单位：")) if m else None
    if unit is None and "%" in title:
        unit = _unit("%")
    said = unit is not None
    year = _YEAR.search(title)
    bare = title[: m.start()] + title[m.end() :] if m and unit else title
    return _Column(bare, unit, year[1] if year else None, not _NO_DATA.search(title), said)


def _said_unit(title: str) -> tuple[int, Unit] | None:
    """The unit that a head or a caption names in brackets."""
    return next(
        (u for m in _IN_HEAD.finditer(title) if (u := _unit((m[1] or m[2]).removeprefix("单位：")))), None
    )


def _implied(title: str) -> tuple[int, Unit] | None:
    m = _IMPLIED.search(title)
    if m is None:
        return None
    return _unit(m[1] or ("项" if m[3] else "件"))


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
