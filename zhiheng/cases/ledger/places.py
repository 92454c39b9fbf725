"""Amounts written a digit to a column, as on accountants' paper: 万 千 百 十 元 角 分 under one heading."""

from __future__ import annotations

from zhiheng.files.spreadsheets import Sheet, as_text

_SIGNS = ("元圆", "十拾", "百佰", "千仟", "万", "十拾", "百佰", "千仟", "亿")  # from the yuan upwards
_PARTS = ("角", "分")
_LEAST = 3  # two columns 元 and 角 may be anything
_PREFIX = "￥¥Ұ "


def join_places(sheet: Sheet, search: int) -> None:
    """Give each such group of columns one amount in its first column, “30000.00元”, and empty the others.

    A row whose digits leave a gap, or that holds something else, is marked as unread. search: rows in which the signs of the
    places are looked for.
    """
    for position, row in enumerate(sheet.cells[:search]):
        for first, last in _groups([as_text(cell) for cell in row]):
            cents = _PARTS.index(sign) + 1 if (sign := as_text(row[last])) in _PARTS else 0
            for column in range(first, last + 1):
                row[column] = ""
            for below in range(position + 1, len(sheet.cells)):
                _join(sheet, below, first, last, cents)
            return


def _groups(texts: list[str]) -> list[tuple[int, int]]:
    """First and last column of the runs of signs that go down by one place each and end with 元, 角 or 分."""
    found, last = [], len(texts) - 1
    while last >= 0:
        first = last
        while first >= 0 and texts[first] and _is_place(texts[first], last - first, texts[last]):
            first -= 1
        if last - first >= _LEAST:
            found.append((first + 1, last))
            last = first
        else:
            last -= 1
    return found


def _is_place(sign: str, above: int, lowest: str) -> bool:
    """Whether a sign names the place so many columns above the lowest one."""
    parts = _PARTS[: _PARTS.index(lowest) + 1] if lowest in _PARTS else ()
    if above < len(parts):
        return sign == parts[len(parts) - 1 - above]
    place = above - len(parts)
    return place < len(_SIGNS) and len(sign) == 1 and sign in _SIGNS[place]


def _join(sheet: Sheet, position: int, first: int, last: int, cents: int) -> None:
    row = sheet.cells[position]
    texts = [as_text(row[column]) for column in range(first, last + 1)]
    texts = [text.strip(_PREFIX) for text in texts]
    digits = "".join(text or " " for text in texts).lstrip()
    if not digits:
        return
    if max(map(len, texts)) > 1 or not digits.isdecimal() or not digits.isascii():
        if any(text.isdecimal() for text in texts):
            sheet.unread[position, first] = "按位分列的金额缺了一位，或者一格里不止一个数字"
        return
    whole, part = (digits[:-cents], digits[-cents:]) if cents else (digits, "")
    row[first] = f"{whole or '0'}{'.' + part.rjust(cents, '0') if part else ''}元"
    for column in range(first + 1, last + 1):
        row[column] = ""
