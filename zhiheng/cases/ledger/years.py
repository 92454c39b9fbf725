"""The year of days written without one (3月5日): it stands in the sheet's title, on its tab or in the file's name.

Where these speak of one year, the day is read in it and that is told; where they speak of several, a person is asked; where a
row itself says that the year cannot be right (its number is of another year, its days would stand in the wrong order), the
row is handed back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from zhiheng.canonical import half_width
from zhiheng.files.spreadsheets import Sheet, as_text

from .cells import Unreadable
from .dates import HAN_DIGITS, WRITE, lacks_year, month_and_day
from .layout import Layout, answer_for
from .rows import DATE_FIELDS, Ask, Column
from .vocabulary import squeeze

_HAN_YEAR = re.compile(r"二[〇○零0][〇○零0一二三四五六七八九]{2}(?=年)")
_DAY = r"(?:(?:19|20)\d\d\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?"
_PERIOD = re.compile(rf"((?:19|20)\d\d)\s*[-/.年]\s*\d{{1,2}}\s*[-/.月]\s*\d{{1,2}}\s*[日号]?\s*[至到\-—–~～]+\s*(?:((?:19|20)\d\d)\s*[-/.年])?(?:{_DAY})")  # fmt: skip
# 填报日期：2025年1月6日 is when somebody sat down, and 渝知发〔2025〕3号 is whose letter asked.
_ONE_DAY = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|[01]\d[0-3]\d)(?!\d|\s*月)[日号]?"
)
_LETTER = re.compile(
    r"[〔\[【(（]\s*(?:19|20)\d\d\s*[〕\]】)）]\s*第?\s*\d+\s*号|《[^》]*》(?:[（(][^）)]*[）)])?"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=$|\D|(?:0[1-9]|1[0-2])(?!\d))")
_HEADS = frozenset({"年度", "年份", "年", "所属年度", "案件年度", "立案年度", "统计年度", "归属年度"})
_ROW_YEAR = re.compile(r"((?:19|20)\d\d)(?:年度?)?")
_OF_NUMBER = re.compile(r"〔((?:19|20)\d\d)〕")
_BEFORE_DECISION, _AFTER_DECISION = ("lead_on", "filed_on"), ("served_on", "closed_on", "published_on")
# Two days whose wrong order is only remarked on where both state their year.
_ORDER = (("lead_on", "filed_on"), ("lead_on", "decided_on"), ("decided_on", "served_on"), ("decided_on", "published_on"))  # fmt: skip

Said = Iterable[tuple[str, str]]  # (where: 标题, 工作表名, 文件名; what stands there)


def spoken_of(said: Said) -> dict[int, str]:
    """The years that titles, tab and file name speak of, with where each was found first. Days and numbers of letters are no years."""
    found: dict[int, str] = {}
    for where, text in said:
        plain = half_width(text)
        plain = _HAN_YEAR.sub(lambda m: "2" + m[0][1:].translate(HAN_DIGITS), plain)
        for period in _PERIOD.finditer(plain):
            for year in filter(None, period.groups()):
                found.setdefault(int(year), where)
        plain = _LETTER.sub(" ", _ONE_DAY.sub(" ", _PERIOD.sub(" ", plain)))
        for match in _YEAR.finditer(plain):
            found.setdefault(int(match[1]), where)
    return found


def settle(sheet: Sheet, layout: Layout, said: Said, answers: Mapping[str, str], year: int | None) -> None:
    """Give every column with days that lack their year the year they are read in, or ask. `year`: what the caller stated."""
    _beside(sheet, layout)
    spoken: dict[int, str] | None = None
    for place, column in enumerate(layout.columns):
        if column.field not in DATE_FIELDS or not _lacking(sheet, layout, column):
            continue
        if spoken is None:
            spoken = spoken_of(said)
        answer = answer_for(answers, sheet.name, column.printed)
        if re.fullmatch(r"\d{4}年", answer):
            known, where = int(answer[:4]), "您的回答"
        elif year is not None:
            known, where = year, "导入时指定的年度"
        elif len(spoken) == 1:
            [(known, where)] = spoken.items()
        elif spoken:
            told = "，".join(f"{where}写的是{one}年" for one, where in sorted(spoken.items()))
            choices = tuple(f"{one}年" for one in sorted(spoken))
            layout.asks.append(
                Ask(sheet.name, column.printed, f"有的日期没有写年份，而{told}，看不出是哪一年", choices)
            )
            continue
        else:
            continue
        layout.columns[place] = replace(column, year=known, year_from=where)


def _beside(sheet: Sheet, layout: Layout) -> None:
    """A column of years, 年度 beside 3月5日, gives each row's days their year."""
    beside = next((c for c in layout.columns if c.field is None and squeeze(c.printed) in _HEADS), None)
    if beside is None:
        return
    completed: Counter[str] = Counter()
    for position in layout.data:
        row = sheet.cells[position]
        stated = _ROW_YEAR.fullmatch(as_text(row[beside.index]))
        if not stated:
            continue
        for column in layout.columns:
            cell = row[column.index]
            if column.field in DATE_FIELDS and type(cell) is str and (parts := month_and_day(cell)):
                row[column.index] = f"{stated[1]}-{parts[0]}-{parts[1]}"
                completed[column.printed] += 1
    for printed, times in completed.items():
        layout.notes.append(
            f"工作表“{sheet.name}”的“{printed}”列有{times}格没有写年份，按“{beside.printed}”列读出年份"
        )


def _lacking(sheet: Sheet, layout: Layout, column: Column) -> set[str]:
    """The different texts in a column that name a day and no year."""
    cells = {sheet.cells[position][column.index] for position in layout.data}
    return {cell for cell in cells if type(cell) is str and lacks_year(cell)}


def of_rows(cells: Mapping[str, list[Any]]) -> dict[str, set[int]]:
    """Field → numbers of the rows whose day of that field lacks its year, from the cells of the columns of days."""
    found = {}
    for name, column in cells.items():
        lacking = {cell for cell in set(column) if type(cell) is str and lacks_year(cell)}
        if lacking:
            found[name] = {number for number, cell in enumerate(column) if cell in lacking}
    return found


def told(lacking: Mapping[str, set[int]], layout: Layout, sheet: str) -> Iterator[str]:
    """For each column, how many of its days were read in which year, and where that year stands."""
    for name, numbers in lacking.items():
        column = layout.column(name)
        if column is not None and column.year is not None:
            yield (
                f"工作表“{sheet}”的“{column.printed}”列有{len(numbers)}格没有写年份，按{column.year_from}读作{column.year}年，请核对"
            )


def against_the_row(
    out: Mapping[str, list[Any]],
    lacking: Mapping[str, set[int]],
    layout: Layout,
    cells: Mapping[str, list[Any]],
) -> list[tuple[int, Column | None, Any, Unreadable]]:
    """Days read in a year of the title that their own row speaks against."""
    found: list[tuple[int, Column | None, Any, Unreadable]] = []

    def back(name: str, number: int, why: str) -> None:
        column = layout.column(name)
        cell = cells[name][number]
        reason = f"没有写年份（“{cell}”），按{out[name][number].year}年读{why}"
        found.append((number, column, cell, Unreadable(reason, WRITE)))

    for name, numbers in lacking.items():
        for number in sorted(numbers):
            day = out[name][number]
            if day is None:
                continue
            decided = _OF_NUMBER.search(out["doc_no"][number])
            filed = _OF_NUMBER.search(out["case_no"][number]) if name == "filed_on" else None
            if filed and int(filed[1]) != day.year:
                back(name, number, f"与立案号的{filed[1]}年不同")
            elif decided and (
                (name == "decided_on" and int(decided[1]) != day.year)
                or (name in _BEFORE_DECISION and int(decided[1]) < day.year)
                or (name in _AFTER_DECISION and int(decided[1]) > day.year)
            ):
                back(name, number, f"与文号的{decided[1]}年不符")
    for earlier, later in _ORDER:
        for number in sorted(lacking.get(earlier, set()) | lacking.get(later, set())):
            first, second = out[earlier][number], out[later][number]
            if first is not None and second is not None and first > second:
                name = earlier if number in lacking.get(earlier, ()) else later
                back(name, number, "，先后就颠倒了")
    return found
