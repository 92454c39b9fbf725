"""Times in the heads and first cells of a table: 2023年, 一季度, 1月, 上年数."""

import re

PART = r"(?:第?[一二三四1-4]季度|[上下]半年|1?[0-9]月?[-~至到]1?[0-9]月|1?[0-9]月份?)"
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年?(?:度|全年)?")
_PART = re.compile(f"{PART}(?![末底初]|[0-9]{{1,2}}日)")
_BEFORE = re.compile("(?:上年度?|去年|上一年度?)(?:同期|数量?|实绩|完成数?|案件数?)?(?=（|$)")
ENDS = "年度月份"  # the last characters of a time
_COLUMN = re.compile("年份|年度|时间|时期|季度|月份|统计期")

Time = tuple[str | None, str | None]  # year and part of the year, as far as they are told


def _has_part(title: str) -> bool:
    return "季" in title or "月" in title or "半" in title


def time_of(title: str, year: int | None) -> Time:
    """What time the head `title` names; `year` is that of the table."""
    m = _YEAR.search(title)
    part = _PART.search(title, m.end() if m else 0) if _has_part(title) else None
    if m is None and year and _BEFORE.match(title):
        return str(year - 1), part[0] if part else None
    return m[1] if m else None, part[0] if part else None


def is_time(cell: str) -> bool:
    """Whether a cell says nothing but a time."""
    m = _YEAR.match(cell)
    rest = cell[m.end() :] if m else cell
    return bool(cell) and (not rest or _PART.fullmatch(rest) is not None)


def tells_times(title: str) -> bool:
    """Whether a column under `title` says of which time each row is."""
    return len(title) < 8 and _COLUMN.fullmatch(title.replace(" ", "")) is not None


def label(column: Time, row: Time, table: tuple[int | None, str | None]) -> str | None:
    """The period of a cell, from what its column and its row say; `table` is what holds where they say nothing."""
    year, part = table
    named = column[0] or row[0] or (str(year) if year else None)
    part = column[1] or row[1] or (None if column[0] or row[0] else part)
    if named is None or part is None:
        return named
    if part.endswith("季度") and part[0] != "第":
        part = f"第{part}"
    return f"{named}年{part.removesuffix('份')}"
