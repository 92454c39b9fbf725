"""Finds the table in a sheet: where its header is, what its columns mean, which rows are cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from zhiheng.canonical import closed_up
from zhiheng.files.spreadsheets import Sheet, as_text
from zhiheng.numbers import FEN

from . import headings, money
from .lines import ENDS_AS_SUM, VALUE, is_sum, names_nothing, numbers_columns, only_rules, only_sums
from .names import Units
from .places import join_places
from .rows import AMOUNT_FIELDS, DATE_FIELDS, Ask, Column
from .vocabulary import blanks, classify, known_headings, money_unit, read_header, squeeze, words

SEARCH = 100  # rows in which a header is looked for
_YEAR = re.compile(r"(20\d\d)\s*年?")
_UNIT_LINE = re.compile(r"(?:填报|报送|办案|填表|编制)(?:单位|机关)[:：]\s*([^\s,，;；:：]+)")
_OF_A_CASE = {"party_name", "doc_no", "case_no", "title"}
_KEYS = ("party_name", "doc_no", "case_no", "cause", "title")
# An unknown heading that speaks of days or money is told: it may hold what the figures count.
_TELLING = re.compile(r"日期|时间|金额|罚|没收|案值|货值|所得|经营额|[（(/]?[万亿千]?元[)）]?$")
_COUNTS = re.compile(r"(?:件|案|起|宗|户)数|^(?:数量|件数)")
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")
_NUMBERING = re.compile(r"^\s*[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．:：]+\s*")
_COUNTED = re.compile(r"[（(:：]?\s*[共计]*\s*\d+\s*(?:件|起|宗|个|条)\s*[)）]?$")
_DAY = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?: 00:00:00)?")
# Said beside the table, of some of its rows: *该案已撤销, 第3行与第5行为同一案件.
_OF_SOME_ROWS = re.compile(
    "撤销|撤回|作废|变更|更正|同一案|重复|不计入|未计入|不纳入|[*＊※①-⑩].{0,20}(?:移送|撤|改|误)"
)
INSTRUCTS = re.compile("^(?:请|须|应)?填(?![料充塘])|必填|选填|填报说明|^示例|^格式|^字段$")
_SUM_ENDS = frozenset(
    "计总累汇:：)）件起宗个条户家案 \u3000\n"
)  # signs that the name or count of a sum may end with


@dataclass(slots=True)
class Layout:
    """A sheet as understood. `data` are the positions in sheet.cells of the rows that are cases."""

    header: tuple[int, int]  # first and last position of the header
    columns: list[Column]
    data: list[int]
    unit: str | None = None  # from a title, when rows do not say
    cause: str | None = None
    year: int | None = None
    totals: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    joined: list[list[int]] = field(
        default_factory=list
    )  # positions of rows that are one case under a merged number
    rest: int | None = None  # position of another header, under which another table begins
    shared: set[tuple[int, int]] = field(
        default_factory=set
    )  # (position, column) filled from the merged cell above
    doubles: list[tuple[int, str, str]] = field(
        default_factory=list
    )  # (column, heading, field) of a second column under the same heading of money: 罚款金额, 罚款金额（大写）
    sections: list[tuple[int, str | None, str | None]] = field(
        default_factory=list
    )  # (position, unit, cause) of lines between the cases that speak of those below them: 二、假冒专利案件

    def column(self, name: str) -> Column | None:
        """The column that holds a field."""
        return next((column for column in self.columns if column.field == name), None)


def understand(
    sheet: Sheet, units: Units, answers: Mapping[str, str], names: tuple[str, ...] = ()
) -> Layout | None:
    """The layout of one sheet, None if there is no table of cases in it.

    names: what else may say something about the whole table, such as the file's name.
    answers: what a person chose where a column was asked about; by the column's heading, or "sheet/heading".
    """
    join_places(sheet, SEARCH)
    found = find_header(sheet)
    if found is None:
        return None
    first, last, texts = found
    above = [sheet.name, *(as_text(cell) for row in sheet.cells[:first] for cell in row if cell != "")]
    layout = Layout((first, last), [], [])
    _read_titles(layout, above, units)
    _assign(sheet, texts, layout, answers)
    _days_apart(sheet, layout)
    _fill_merged(sheet, layout)
    below = _sort_rows(sheet, layout, units)
    _read_sections(sheet, layout, units)
    _join_merged(sheet, layout)
    _units_beside(sheet, layout)
    _money(sheet, layout, texts, [*above, *sheet.words, *names], below, answers)
    layout.notes += [
        f"工作表“{sheet.name}”表外的说明“{text[:80]}”没有读入，请核对是否影响其中的案件"
        for text in dict.fromkeys([*above[1:], *below]) if _OF_SOME_ROWS.search(text)
    ]  # fmt: skip
    return layout


def _read_titles(layout: Layout, above: list[str], units: Units) -> None:
    for text in above:
        if layout.unit is None:
            named = _UNIT_LINE.search(text)
            layout.unit = (units.find(named[1]) if named else None) or units.find_in(text)
        if layout.year is None and (year := _YEAR.search(text)):
            layout.year = int(year[1])
        if layout.cause is None and len(text) < 60:
            # "商标侵权、假冒专利案件台账" speaks of both: then the rows must say.
            named = {
                code
                for part in re.split(r"[、和及,，/]", text)
                if (code := classify("causes", part)) and code != "other"
            }
            layout.cause = named.pop() if len(named) == 1 else None


def fields_in(texts: list[str]) -> int:
    return len({name for text in texts if text and (name := read_header(text)[0])})


# ---- the header


def find_header(sheet: Sheet) -> tuple[int, int, list[tuple[str, str]]] | None:
    """(first, last, (heading, group) of each column): the header's rows, one to three of them."""
    rows = [[as_text(cell) for cell in row] for row in sheet.cells[: SEARCH + 2]]
    for position, row in enumerate(rows[:SEARCH]):
        if sum(text != "" for text in row) < 2 or any(VALUE.fullmatch(text) for text in row):
            continue
        single = fields_in(row)
        below = rows[position + 1] if position + 1 < len(rows) else []
        if below and _looks_like_subheader(below):
            joined = headings.join(row, below, _spans(sheet, position))
            if (both := fields_in([text for text, _ in joined])) >= 3 and both > max(
                single, fields_in(below)
            ):
                return _with_unit_row(rows, position, *_third_row(sheet, rows, position + 2, joined))
        names = {read_header(text)[0] for text in row if text}
        # 案由 | 件数 | 案值 | 罚款 adds cases up; it lists none.
        summary = not names & _OF_A_CASE and any(_COUNTS.search(squeeze(text)) for text in row)
        if single >= 3 and not names.isdisjoint(_KEYS) and not summary:
            return _with_unit_row(rows, position, position, [(text, "") for text in row])
    return None


def _third_row(sheet: Sheet, rows, position: int, joined: list[tuple[str, str]]):
    """(last row, headings) of a header whose second row has its own parts: 日期 over 立案日期 and 决定日期."""
    below = rows[position] if position < len(rows) else []
    if below and _looks_like_subheader(below):
        texts = [text for text, _ in joined]
        deeper = headings.join(texts, below, _spans(sheet, position - 1))
        if fields_in([text for text, _ in deeper]) > fields_in(texts):
            whole = [
                (text, f"{group} {above[1]}") for (text, group), above in zip(deeper, joined, strict=True)
            ]
            return position, whole
    return position - 1, joined


def _with_unit_row(rows, first: int, last: int, texts: list[tuple[str, str]]):
    """A row of units under the header belongs to it: （件）, 万元."""
    below = rows[last + 1] if last + 1 < len(rows) else []
    if headings.is_unit_row(below):
        texts = [
            (f"{text}（{squeeze(unit).strip('()（）')}）" if money_unit(unit) and text else text, group)
            for (text, group), unit in zip(texts, below, strict=True)
        ]
        last += 1
    return first, last, texts


def _spans(sheet: Sheet, position: int) -> dict[int, str]:
    """Column → the text of the merged heading of this row that covers it."""
    return {
        column: as_text(sheet.cells[top][left])
        for top, left, bottom, right in sheet.merged
        if top == position and right > left and left >= 0 and bottom == top
        for column in range(left, right + 1)
    }


def _looks_like_subheader(row: list[str]) -> bool:
    texts = [text for text in row if text]
    if len(texts) < 2 or any(re.search(r"\d", text) for text in texts):
        return False
    known = sum(
        read_header(text)[0] is not None or squeeze(text) in headings.GENERIC or money_unit(text) is not None
        for text in texts
    )
    return known * 10 >= len(texts) * 6


# ---- columns


def _assign(sheet: Sheet, texts: list[tuple[str, str]], layout: Layout, answers: Mapping[str, str]) -> None:
    """Give each column its field; of two columns for one field the better word wins, the other is kept verbatim.

    Two columns under the very same heading that state different things are asked about.
    """
    read = [(index, text, *read_header(text)) for index, (text, _) in enumerate(texts)]
    best: dict[str, tuple[int, int]] = {}
    for index, _, name, rank, _ in read:
        if name and (name not in best or rank < best[name][0]):
            best[name] = (rank, index)
    _ask_about_twins(sheet, read, best, layout, answers)
    for index, text, name, _, _ in read:
        if name and best[name][1] != index:
            layout.notes.append(
                f"工作表“{sheet.name}”的“{squeeze(text)}”列与“{squeeze(texts[best[name][1]][0])}”列意思相同，按原文保留"
            )
            bare = _IN_BRACKETS.sub("", squeeze(text))
            if name in AMOUNT_FIELDS and bare == _IN_BRACKETS.sub("", squeeze(texts[best[name][1]][0])):
                layout.doubles.append((index, "".join(text.split()), name))
            name, told = None, True
        else:
            told = False
        if name == "":
            continue
        printed = "".join(text.split())
        if printed or any(row[index] != "" for row in sheet.cells):
            columns = Column(sheet.name, index, printed or f"第{index + 1}列（无表头）", name)
            layout.columns.append(columns)
            if name is None and not told and _TELLING.search(printed):
                layout.notes.append(
                    f"工作表“{sheet.name}”的“{printed}”列看不出是哪一项，按原文保留，不计入统计"
                )


def _ask_about_twins(sheet: Sheet, read, best, layout: Layout, answers: Mapping[str, str]) -> None:
    for name, (rank, first) in list(best.items()):
        twins = [index for index, _, other, other_rank, _ in read if other == name and other_rank == rank]
        texts = [squeeze(read[index][1]) for index in twins]
        if len(twins) < 2 or len(set(texts)) > 1:
            continue
        below = sheet.cells[layout.header[1] + 1 :]
        if all(row[index] == row[first] for row in below for index in twins):
            continue
        choices = {f"第{index + sheet.first_column + 1}列": index for index in twins}
        answer = answer_for(answers, sheet.name, texts[0])
        if answer in choices:
            best[name] = rank, choices[answer]
        else:
            why = f"有{len(twins)}列都叫“{texts[0]}”，内容不同，看不出以哪一列为准"
            layout.asks.append(Ask(sheet.name, texts[0], why, tuple(choices)))


def answer_for(answers: Mapping[str, str], sheet: str, column: str) -> str:
    """What a person chose for a column, "" when nobody was asked."""
    bare = re.sub(r"[（(].*", "", column)
    for name in (f"{sheet}/{column}", column, f"{sheet}/{bare}", bare):
        if name in answers:
            return answers[name]
    return ""


def _days_apart(sheet: Sheet, layout: Layout) -> None:
    """A day in three columns, 年 | 月 | 日 under one heading, is put together in the first of them."""
    for column in [column for column in layout.columns if column.field in DATE_FIELDS]:
        first = column.index
        for position in range(layout.header[1], min(layout.header[1] + 2, len(sheet.cells))):
            heads = [squeeze(as_text(cell)) for cell in sheet.cells[position][first : first + 3]]
            if heads != ["年", "月", "日"]:
                continue
            for row in sheet.cells[position + 1 :]:
                parts = [as_text(cell) for cell in row[first : first + 3]]
                if any(parts[1:]):
                    row[first] = "".join(
                        f"{part}{mark}" for part, mark in zip(parts, heads, strict=True) if part
                    )
            layout.columns = [c for c in layout.columns if c.index not in (first + 1, first + 2)]
            break


def _units_beside(sheet: Sheet, layout: Layout) -> None:
    """A column that holds nothing but units of money belongs to the amounts on its left: 3000 | 元, 0.3 | 万元."""
    columns = {column.index: column for column in layout.columns}
    for index, column in sorted(columns.items()):
        if column.field not in (None, "unit") or not layout.data:
            continue
        first = sheet.cells[layout.data[0]][index]
        if first != "" and money_unit(as_text(first)) is None:
            continue
        units = {position: as_text(sheet.cells[position][index]) for position in layout.data}
        stated = {text for text in units.values() if text}
        if not stated or any(money_unit(text) is None for text in stated):
            continue
        beside = [c for c in layout.columns if c.index < index and c.field in AMOUNT_FIELDS]
        if not beside:
            continue
        amounts = beside[-1]
        own = headings.units_in_heading(amounts.printed)
        if own and {money_unit(text) for text in stated} != set(own):
            why = f"金额单位不一致：表头写的是{money.name(min(own))}，“{column.printed}”列写的是{'、'.join(sorted(stated))}"
            layout.asks.append(Ask(sheet.name, amounts.printed, why, money.CHOICES))
            continue
        for position, unit in units.items():
            cell = sheet.cells[position][amounts.index]
            if unit and type(cell) in (int, float):
                sheet.cells[position][amounts.index] = f"{cell!r}{squeeze(unit)}"
            elif unit and type(cell) is str and money.is_bare(cell):
                sheet.cells[position][amounts.index] = f"{cell.strip()}{squeeze(unit)}"
        layout.columns.remove(column)
        layout.notes.append(
            f"工作表“{sheet.name}”的“{column.printed}”列是“{amounts.printed}”的单位，已逐行采用"
        )
    _settle_units(sheet, layout)


def _settle_units(sheet: Sheet, layout: Layout) -> None:
    """Where the column of units had been taken for the bureau's, the next column of that meaning takes its place."""
    if layout.column("unit") is None:
        for place, column in enumerate(layout.columns):
            if column.field is None and read_header(column.printed)[0] == "unit":
                layout.columns[place] = replace(column, field="unit")
                return


def _money(
    sheet: Sheet,
    layout: Layout,
    texts: list[tuple[str, str]],
    above: list[str],
    below: list[str],
    answers: Mapping[str, str],
) -> None:
    """The unit of every column of money, from wherever it is written; a column that leaves it open is asked about."""
    names = {c.index: _name(c.printed) for c in layout.columns if c.field in AMOUNT_FIELDS}
    penalty = layout.column("penalty_text")
    heads = {index: text for (row, index), text in sheet.comments.items() if row <= layout.header[1]}
    for place, column in enumerate(layout.columns):
        if column.field not in AMOUNT_FIELDS or any(ask.column == column.printed for ask in layout.asks):
            continue
        heading, group = texts[column.index]
        notes = [
            headings.units_in_line(line)
            for place, text in heads.items() if place == column.index
            for line in re.split(r"[\r\n。；;]+", text)
        ]  # fmt: skip
        around = {
            "上级表头": headings.units_in_heading(group) if group else frozenset(),
            "表头的批注": frozenset().union(*notes),
            "表上方的说明": headings.units_of_column(above, names[column.index], names.values()),
            "表下方的说明": headings.units_of_column(below, names[column.index], names.values()),
        }
        evidence = money.Evidence(
            own=headings.units_in_heading(heading) or _of_the_whole(layout, place),
            around={where: found for where, found in around.items() if found},
            cells=money.cells_of(sheet, layout.data, column.index),
            told=money.told_amounts(sheet, layout.data, column, penalty),
            answer=FEN.get(answer_for(answers, sheet.name, column.printed)),
        )
        fen, where, why, choices = money.decide(evidence)
        if fen is None:
            layout.asks.append(Ask(sheet.name, column.printed, why, choices))
        else:
            layout.columns[place] = replace(column, fen_per_unit=fen, unit_from=where)


def _of_the_whole(layout: Layout, place: int) -> frozenset[int]:
    """其中：罚款 right of 罚没金额（元） is in the unit of what it is a part of."""
    while place > 0 and layout.columns[place].printed.startswith("其中"):
        place -= 1
        whole = layout.columns[place]
        if whole.field in AMOUNT_FIELDS and (found := headings.units_in_heading(whole.printed)):
            return found
    return frozenset()


def _name(printed: str) -> str:
    """A heading as people speak of it: without its brackets and without its unit."""
    return re.sub(r"[/:：、\-_]?(?:[亿万千百]?元)$", "", closed_up(_IN_BRACKETS.sub("", squeeze(printed))))


# ---- merged cells


def _fill_merged(sheet: Sheet, layout: Layout) -> None:
    """A merged cell speaks for every cell it covers; an amount merged over several rows is still one amount."""
    fields = {column.index: column for column in layout.columns}
    for top, left, bottom, right in sheet.merged:
        if top <= layout.header[1] or (bottom == top and right == left) or left < 0:
            continue
        value = sheet.cells[top][left] if top < len(sheet.cells) and left < len(sheet.cells[top]) else ""
        text = as_text(value)
        if value == "" or is_sum(text) or (right > left and text.startswith(tuple(words()["footers"]))):
            continue
        amounts = [
            fields[i].printed
            for i in range(left, right + 1)
            if i in fields and fields[i].field in AMOUNT_FIELDS
        ]
        if len(amounts) > 1:
            for position in range(top, bottom + 1):
                sheet.unread[position, left] = (
                    f"这个金额的单元格横跨“{'”“'.join(amounts)}”几列，看不出是哪一项"
                )
            continue
        days = all(fields[i].field in DATE_FIELDS for i in range(left, right + 1) if i in fields)
        if right > left and not days and (bottom == top or right - left > 3):
            continue  # a line of words across the table
        for index in range(left, right + 1):
            column = fields.get(index)
            if column is None or (index > left and column.field in AMOUNT_FIELDS):
                continue
            for position in range(top, min(bottom + 1, len(sheet.cells))):
                if (position, index) == (top, left):
                    continue
                if sheet.cells[position][index] not in ("", value):
                    # What the merged cell hides, no spreadsheet program shows.
                    under = as_text(sheet.cells[position][index])
                    sheet.unread[position, index] = (
                        f"合并单元格遮住了另一个值“{under[:30]}”，看不出以哪个为准"
                    )
                elif column.field in AMOUNT_FIELDS:
                    sheet.cells[position][index] = ""
                    layout.shared.add((position, index))
                else:
                    sheet.cells[position][index] = value


def _join_merged(sheet: Sheet, layout: Layout) -> None:
    """Rows under one merged number are one case: its parties, its goods."""
    keys = {column.index for name in ("doc_no", "case_no") if (column := layout.column(name))}
    data = set(layout.data)
    taken: set[int] = set()
    for top, left, bottom, right in sheet.merged:
        rows = [position for position in range(top, bottom + 1) if position in data]
        if keys.intersection(range(left, right + 1)) and len(rows) > 1 and not taken.intersection(rows):
            layout.joined.append(rows)
            taken.update(rows)
    inside = {position: number for number, rows in enumerate(layout.joined) for position in rows}
    for position, index in sorted(layout.shared):
        if position in data and position not in inside:
            column = next(column for column in layout.columns if column.index == index)
            layout.notes.append(
                f"工作表“{sheet.name}”第{position + sheet.first_row}行的“{column.printed}”与上一行是合并单元格，金额只计入上一行，请核对"
            )


# ---- rows


def _same_heads(sheet: Sheet, layout: Layout, position: int) -> bool:
    """Whether a row that looks like a header says what the one above says: then it is a page's repetition.

    Money must be in the same unit too, whether a heading or a line since the last case says so.
    """
    row = sheet.cells[position]
    for column in layout.columns:
        text = as_text(row[column.index])
        if text and column.field and read_header(text)[0] not in (column.field, None):
            return False
        if text and column.field in AMOUNT_FIELDS:
            units = headings.units_in_heading(text)
            if units and units != headings.units_in_heading(column.printed):
                return False
    between = range(max([layout.header[1], *layout.data, *layout.totals]) + 1, position)
    lines = {as_text(cell) for place in between for cell in sheet.cells[place] if cell != ""}
    above = {as_text(cell) for row in sheet.cells[: layout.header[0]] for cell in row if cell != ""}
    return not any(map(headings.units_in_line, lines - above))


def _read_sections(sheet: Sheet, layout: Layout, units: Units) -> None:
    """Lines of one text between the cases that name a kind of case or a unit: they speak of the cases below them."""
    if not layout.data:
        return
    known = set(layout.data)
    unstated = {entry["code"] for entry in words()["causes"] if entry.get("unstated")}
    for position in range(layout.header[1] + 1, layout.data[-1]):
        if position in known:
            continue
        texts = {text for cell in sheet.cells[position] if cell != "" and (text := as_text(cell))}
        if len(texts) != 1 or len(text := texts.pop()) >= 60 or is_sum(text):
            continue
        bare = _NUMBERING.sub("", text)
        cause = classify("causes", bare)
        unit = units.find(_COUNTED.sub("", bare)) or units.find_in(bare)
        if cause in unstated:
            cause = None
        if unit or cause:
            layout.sections.append((position, unit, cause))
            left_open = [
                title for name, title, said in (("unit", "办案单位", unit), ("cause", "案由", cause))
                if said and _leaves_open(sheet, layout, name)
            ]  # fmt: skip
            if left_open:
                layout.notes.append(
                    f"工作表“{sheet.name}”第{position + sheet.first_row}行“{text[:30]}”之下没有写{'、'.join(left_open)}的行，按这一行读入"
                )


def _leaves_open(sheet: Sheet, layout: Layout, name: str) -> bool:
    """Whether some rows do not say a field themselves."""
    column = layout.column(name)
    return column is None or any(sheet.cells[position][column.index] == "" for position in layout.data)


def _sort_rows(sheet: Sheet, layout: Layout, units: Units) -> list[str]:
    """Tell cases from blank lines, sums, repeated headers and signature lines; the texts of the latter come back."""
    start = layout.header[1] + 1
    by_field = {column.field: column.index for column in layout.columns}
    keys = [by_field[name] for name in _KEYS if name in by_field]
    one, two = (keys + keys)[:2]
    telling = [  # what may not be passed over without a word, though it makes no case
        by_field[name] for name in ("party_name", "doc_no", "case_no", *AMOUNT_FIELDS, *DATE_FIELDS) if name in by_field
    ]  # fmt: skip
    sums, feet, empty = frozenset(words()["totals"]), tuple(words()["footers"]), blanks()
    header = [as_text(cell) for cell in sheet.cells[layout.header[0]]]
    mapped = {column.index for column in layout.columns}
    heads = known_headings().union(header) - {""}
    data, below, skipped, broken_down, examples = layout.data, [], 0, 0, frozenset(words()["examples"])
    for position in range(start, len(sheet.cells)):
        row = sheet.cells[position]
        # The common case first: two key cells are filled and neither can be a sum, a note or a header.
        if (
            row[one] != ""
            and row[two] != ""
            and row[one] not in heads
            and row[two] not in heads
            and (type(cell := row[one]) is not str or cell[-1] not in _SUM_ENDS or not names_nothing(cell))
            and (type(cell := row[two]) is not str or cell[-1] not in _SUM_ENDS or not names_nothing(cell))
        ):
            first = row[0]
            if data and (
                type(first) is not str
                or first == ""
                or (first not in sums and first not in examples and not first.startswith(feet))
            ):
                data.append(position)
                continue
        texts = [text for cell in row if cell != "" and (text := as_text(cell))]
        known = [text for index in mapped if (text := as_text(row[index])) not in empty]
        if not texts or (not known and len(texts) <= 1):
            below += texts
            continue
        lead = closed_up(texts[0])
        named = sum(not names_nothing(as_text(row[index])) for index in keys)
        if (any(map(is_sum, texts[:3])) and named <= 1) or (
            named == 0 and any(map(ENDS_AS_SUM.search, texts[:3]))
        ):
            layout.totals.append(position)
        elif not named and only_sums(row, texts, layout.columns):
            layout.totals.append(
                position
            )  # sums without a word before them: notes say where they do not add up
        elif not data and sum(map(bool, map(INSTRUCTS.search, texts))) > 1:
            layout.notes.append(f"工作表“{sheet.name}”第{position + sheet.first_row}行是填写说明，没有读入")
        elif lead in examples:
            layout.notes.append(f"工作表“{sheet.name}”第{position + sheet.first_row}行是填写示例，没有读入")
        elif not data and ((position <= start + 1 and numbers_columns(texts)) or only_rules(texts)):
            continue
        elif [as_text(cell) for cell in row] == header or (
            fields_in(texts) >= 3 and fields_in(texts) * 2 > len(texts)
        ):
            if _same_heads(sheet, layout, position):
                skipped += 1
                continue
            # What stands between two tables may be the title of the second.
            layout.rest, below = position, []
            break
        elif layout.totals and named == 0:
            broken_down += 1  # 其中：商标, 同比增长, 上年同期: what is said of the sum above
        elif data and named <= 1 and all(_DAY.fullmatch(text) or units.find(text) for text in texts):
            below += texts  # 渝北区局 2024年12月31日: who signed, and when
        elif (
            (lead.startswith(feet) and (named <= 1 or len(texts) <= 3))
            or len(texts) == 1
            or (
                len(texts) <= 2
                and (len(known) == 0 or (named <= 1 and any(map(headings.units_in_line, texts))))
            )
        ):
            if any(not names_nothing(as_text(row[index])) for index in telling):
                layout.notes.append(
                    f"工作表“{sheet.name}”第{position + sheet.first_row}行只写着“{texts[0][:30]}”，没有读作案件"
                )
            below += texts
        else:
            data.append(position)
    if broken_down:
        layout.notes.append(
            f"工作表“{sheet.name}”合计行以下有{broken_down}行没有当事人、文号和案由，没有读作案件"
        )
    if skipped:
        layout.notes.append(f"工作表“{sheet.name}”里重复出现的表头{skipped}行，已跳过")
    return below
