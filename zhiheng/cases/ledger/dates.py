"""Reads dates as ledgers write them. What could mean two days, or none, is handed back, never guessed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from zhiheng.canonical import half_width, unwrapped
from zhiheng.files.spreadsheets.sheets import EPOCH_1900

from .cells import Doubtful, Unreadable
from .vocabulary import blanks, not_yet

_SEPARATED = re.compile(r"(\d{4})[年./\\\-_、,· ](\d{1,2})[月./\\\-_、,· ](\d{1,2})[日号]?")
_YEARLESS = re.compile(r"(\d{1,2})[月./\-](\d{1,2})[日号]?")
_WITH_YEAR = re.compile(r"\d{4}|年")  # nearly every day states its year: seen at once
_SHORT_YEAR = re.compile(r"(\d{2})[年./\-](\d{1,2})[月./\-](\d{1,2})[日号]?")
_MONTH_ONLY = re.compile(r"(\d{4})[年./\-](\d{1,2})月?")
_TAIL = re.compile(
    r"(?:[T ]?\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2}(?:\.\d+)?秒?)?分?(?:Z|[+-]\d{2}:?\d{2})?"
    r"|\(?(?:星期|周)[一二三四五六日天]\)?|[上下]午|[.;,])$"
)
HAN_DIGITS = str.maketrans("〇○零Ｏ一二三四五六七八九壹贰叁肆伍陆柒捌玖", "0000123456789123456789")
_ACT = re.compile(r"(?<=[日号])(?:立案|结案|办结|送达|决定|作出|下达|受理|公示|处罚|登记|检查|缴纳)$")
_LETTER_O = re.compile(r"(?<=[一二三四五六七八九〇○])[OoОо]|[OoОо](?=[一二三四五六七八九〇○])")  # 二O二四年
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_TENS = {"廿": "二十", "卅": "三十"}
WRITE = "请写成 2024-03-05 这样的完整日期"


def date_parser(year: int | None = None, epoch: dt.date = EPOCH_1900, *, near: int | None = None):
    """A parser for one cell: date, None for an empty cell, Doubtful or Unreadable.

    year: the ledger's year, if the caller knows it; only then are dates without a year (3月5日) read.
    epoch: the day that the workbook counts its serial numbers from.
    near: the year that the table's title speaks of; years of two digits are read when they lie beside it.
    """

    def parse(cell: Any) -> dt.date | Doubtful | Unreadable | None:
        if isinstance(cell, dt.datetime):
            return cell.date()
        if isinstance(cell, dt.date):
            return cell
        if isinstance(cell, (int, float)):
            return _number(cell, epoch)
        if not isinstance(cell, str):
            return Unreadable("这不是日期", WRITE)
        text = unwrapped(cell)
        if text in blanks() or not_yet().fullmatch(text):
            return None
        return _text(text, year, epoch, near)

    return parse


def _day(year: int, month: int, day: int, shown: Any) -> dt.date | Unreadable:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return Unreadable(f"日历上没有“{shown}”这一天", "请按原始文书改正")


def _number(number: float, epoch: dt.date) -> dt.date | Doubtful | Unreadable:
    whole = int(number) if number == number and abs(number) < 1e12 else 0
    if 20_000 <= number < 80_000:  # 1954 to 2119
        return epoch + dt.timedelta(days=whole)
    if number == whole and 19_000_000 < whole < 21_000_000:
        return _day(whole // 10_000, whole // 100 % 100, whole % 100, whole)
    if number == whole:
        return _unseparated(str(whole))
    return Unreadable(f"数字“{number:g}”不是日期", WRITE)


def _unseparated(digits: str) -> dt.date | Unreadable:
    if len(digits) == 8:
        return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]), digits)
    if len(digits) in (6, 7) and digits[:2] in ("19", "20"):
        readings = _readings(digits)
        if readings:
            return Unreadable(
                "日期缺少分隔，可能是" + "或".join(map(str, readings)), "请对照文书填写是哪一天"
            )
    return Unreadable("日期缺少分隔，读不出月和日", WRITE)


def _readings(digits: str) -> list[dt.date]:
    """The days that digits without separators could mean."""
    found = []
    for split in range(5, len(digits)):
        month, day = digits[4:split], digits[split:]
        if len(month) <= 2 and len(day) <= 2:
            reading = _day(int(digits[:4]), int(month), int(day), digits)
            if isinstance(reading, dt.date) and reading not in found:
                found.append(reading)
    return found


def lacks_year(cell: str) -> bool:
    """Whether a text names a day and no year: 3月5日, 3.5, 十二月三十日."""
    return month_and_day(cell) is not None


def month_and_day(cell: str) -> tuple[int, int] | None:
    """Month and day of a text that names no year; None for any other."""
    if _WITH_YEAR.search(cell):
        return None
    match = _YEARLESS.fullmatch(_plain(unwrapped(cell)))
    return (int(match[1]), int(match[2])) if match else None


def _plain(text: str) -> str:
    """A day in digits, without what people write around it."""
    plain = _LETTER_O.sub("〇", half_width(text).translate(_DASHES).strip()).replace("元月", "1月")
    for sign, tens in _TENS.items():
        plain = plain.replace(sign, tens)
    plain = _ACT.sub("", _TAIL.sub("", _TAIL.sub("", plain))).replace("拾", "十").translate(HAN_DIGITS)
    plain = re.sub(r"\s*([年月日号./\-、])\s*", r"\1", plain).replace("。", ".").strip()
    if ("年" in plain or "月" in plain) and "十" in plain:
        plain = re.sub(r"(\d?)十(\d?)", lambda m: f"{m[1] or 1}{m[2] or 0}", plain)
    return plain


def _text(text: str, year: int | None, epoch: dt.date, near: int | None) -> dt.date | Doubtful | Unreadable:
    plain = _plain(text)
    if match := _SEPARATED.fullmatch(plain):
        return _day(*map(int, match.groups()), text)
    digits = plain.rstrip("日号")
    if digits.isdecimal() and digits.isascii():
        if len(digits) == 5 and digits == plain and 20_000 <= int(digits) < 80_000:
            day = epoch + dt.timedelta(days=int(digits))
            return Doubtful(day, f"“{text}”按电子表格的日期序号读作{day}，请核对")
        return _unseparated(digits)
    if plain.replace(".", "", 1).isdecimal() and (plain.startswith(("3", "4")) and plain.index(".") == 5):
        return _number(float(plain), epoch)
    if match := _SHORT_YEAR.fullmatch(plain):
        known = range(near - 1, near + 2) if near else [year] if year else []
        beside = [one for one in known if one % 100 == int(match[1])]
        if beside:
            return _day(beside[0], int(match[2]), int(match[3]), text)
        return Unreadable(f"年份只有两位（“{text}”）", WRITE)
    if match := _YEARLESS.fullmatch(plain):
        if year is not None:
            return _day(year, int(match[1]), int(match[2]), text)
        return Unreadable(f"没有写年份（“{text}”）", WRITE + "，或在导入时指定年度")
    if _MONTH_ONLY.fullmatch(plain):
        return Unreadable(f"只有年月，没有日（“{text}”）", WRITE)
    if len(re.findall(r"\d{4}\D", plain + " ")) > 1:
        return Unreadable("一格里有不止一个日期", "请只留一个日期")
    return Unreadable(f"“{text}”不是日期", WRITE)
