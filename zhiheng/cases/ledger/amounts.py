"""Reads amounts of money as ledgers write them, into whole fen."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from .cells import Doubtful, Unreadable
from .vocabulary import FULL_WIDTH, blanks, words

YUAN = 100
WAN = 1_000_000
MAX_FEN = 10**15  # ten trillion yuan: beyond it the cell is no amount

_UNITS = {"": None, "元": 100, "块": 100, "圆": 100, "百元": 10_000, "千元": 100_000, "万元": WAN, "万": WAN}
_UNITS |= {"百万元": 10**8, "亿元": 10**10, "亿": 10**10, "千": 100_000}
_PLAIN = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(百万元|亿元|万元|千元|百元|元|圆|块|亿|万|千)?整?")
_COMPOUND = re.compile(
    r"(?:(\d+(?:\.\d+)?)亿)?(?:(\d+(?:\.\d+)?)万)?(?:(\d+)千)?(?:(\d+(?:\.\d+)?)元)?(?:(\d)角)?(?:(\d)分)?元?整?"
)
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,4}(?:,\d{4})+(?:\.\d+)?")
_APART = re.compile(r"\d\s+(?!\d{3}(?!\d))\d")  # 100 20, but not 12 345
_ROUGH = re.compile(
    r"^(?:大约|大概|约为|约|近|超过|超|逾|至少|不少于|共计约)|(?:左右|上下|以上)|[余多来几](?=百|千|万|亿|元|块|$)"
)
_LEAD = re.compile(
    r"^(?:人民币|RMB|CNY|[¥￥]|共计|合计|计|共|罚款|没收违法所得|没收|货值)+[:：]?", re.IGNORECASE
)
_WITH_WORDS = re.compile(r"(.+?)\(([^()]*)\)")
_DIGITS = {
    char: value
    for value, chars in enumerate(
        ("零〇", "壹一", "贰二两", "叁三", "肆四", "伍五", "陆六", "柒七", "捌八", "玖九")
    )
    for char in chars
}
_SCALES = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_CHINESE = re.compile(r"[零〇壹一贰二两叁三肆四伍五陆六柒七捌八玖九拾十佰百仟千万亿元圆角分整正]+")
_ASK = "请只填数字，或数字加单位，如 5000 或 0.5万元"


@dataclass(frozen=True, slots=True)
class Rough:
    """An amount given only roughly: 一万余元."""

    fen: int


class NotComputable:
    """The ledger says that the amount cannot be computed."""

    def __repr__(self) -> str:
        return "NOT_COMPUTABLE"


NOT_COMPUTABLE = NotComputable()


def amount_parser(fen_per_unit: int = YUAN, *, fine: bool = False):
    """A parser for one cell: fen, None for an empty cell, Rough, NOT_COMPUTABLE, Doubtful or Unreadable.

    fen_per_unit: the unit of bare numbers, from the header; a unit in the cell goes before it.
    fine: words for "no fine" (不予处罚, 警告) are read as zero, with a remark.
    """

    def parse(cell: Any):
        kind = type(cell)
        if kind is float or kind is int:
            return _number(cell, fen_per_unit)
        if kind is not str:
            what = "日期" if isinstance(cell, (dt.date, dt.time)) else "内容"
            return Unreadable(f"应填金额，这里是{what}“{cell}”", _ASK)
        text = cell.strip()
        return None if text in blanks() else _text(text, fen_per_unit, fine)

    return parse


def _number(number: float, fen_per_unit: int):
    if number < 0:
        return Unreadable(f"金额不能是负数（{number:g}）", "请按决定书改正")
    scaled = number * fen_per_unit
    if not scaled < MAX_FEN:
        return Unreadable(f"金额过大（{number:g}）", "请核对数字和单位")
    fen = round(scaled)
    # A spreadsheet's sums carry binary dust (0.1+0.2); real fractions of a fen are larger than that.
    if abs(scaled - fen) > max(1e-9 * scaled, 1e-6):
        fen = int(Decimal(repr(number)).__mul__(fen_per_unit).quantize(Decimal(1), ROUND_HALF_UP))
        return Doubtful(fen, f"“{number!r}”不足一分的部分已四舍五入")
    return fen


def _exact(number: Decimal, fen_per_unit: int, shown: str):
    scaled = number * fen_per_unit
    if scaled >= MAX_FEN:
        return Unreadable(f"金额过大（{shown}）", "请核对数字和单位")
    fen = int(scaled.quantize(Decimal(1), ROUND_HALF_UP))
    return fen if fen == scaled else Doubtful(fen, f"“{shown}”不足一分的部分已四舍五入")


def _text(text: str, fen_per_unit: int, fine: bool):
    plain = text.translate(FULL_WIDTH)
    if _APART.search(plain):
        return Unreadable(f"“{text}”里有不止一个数字", "请一格只填一个金额")
    plain = re.sub(r"\s+", "", plain)
    if plain.isascii():
        try:
            number = Decimal(plain)
        except InvalidOperation:
            pass
        else:
            if number.is_finite() and plain[0] not in "-+" and "e" not in plain.lower():
                return _exact(number, fen_per_unit, text)
    if any(word in plain for word in words()["not_computable"]):
        return NOT_COMPUTABLE
    if fine and plain in words()["no_fine"]:
        return Doubtful(0, f"“{text}”按罚款0元读入")
    if plain.startswith(("-", "−", "负")):
        return Unreadable(f"金额不能是负数（{text}）", "请按决定书改正")
    answer = _worded(_LEAD.sub("", plain), fen_per_unit, text)
    if answer is None:
        if re.search(r"\d+(?:\.\d+)?[-~至到—]\d", plain):
            return Unreadable(f"“{text}”是一个范围，不是一个金额", _ASK)
        if re.search(r"\d[^\d.,]+\d", plain):
            return Unreadable(f"“{text}”里有不止一个数字", "请一格只填一个金额")
        return Unreadable(f"“{text}”不是金额", _ASK)
    return answer


def _worded(plain: str, fen_per_unit: int, shown: str):
    """Amounts with units, thousands separators, Chinese numerals, or words of roughness."""
    if match := _WITH_WORDS.fullmatch(plain):
        outer, inner = _worded(match[1], fen_per_unit, shown), match[2]
        if inner in ("元", "万元", "千元", "亿元"):
            return _worded(match[1] + inner, fen_per_unit, shown)
        stated = _chinese(_LEAD.sub("", inner)) if _CHINESE.fullmatch(_LEAD.sub("", inner)) else None
        if isinstance(outer, int) and stated is not None and stated != outer:
            return Unreadable(f"“{shown}”的小写与大写金额不一致", "请按决定书改成一致")
        return outer
    rough = _ROUGH.search(plain)
    if rough:
        stripped = _ROUGH.sub("", plain)
        fen = _worded(stripped, fen_per_unit, shown) if stripped and not _ROUGH.search(stripped) else None
        return Rough(fen) if isinstance(fen, int) else fen
    if "," in plain:
        number = plain.rstrip("元圆块万亿千百整")
        if not _GROUPS.fullmatch(number):
            return Unreadable(f"“{shown}”的逗号位置不对", "请去掉逗号或改正")
        plain = plain.replace(",", "")
    if match := _PLAIN.fullmatch(plain):
        return _exact(Decimal(match[1]), _UNITS[match[2] or ""] or fen_per_unit, shown)
    if (match := _COMPOUND.fullmatch(plain)) and any(match.groups()):
        parts = zip(match.groups(), (10**10, WAN, 100_000, 100, 10, 1), strict=True)
        return _exact(sum(Decimal(part) * scale for part, scale in parts if part), 1, shown)
    if _CHINESE.fullmatch(plain):
        return _chinese(plain, default=fen_per_unit)
    return None


def _chinese(text: str, default: int = YUAN) -> int | None:
    """Fen of 伍万伍仟元整, 一万元, 叁角; None when the characters form no number. Without 元 the unit is `default`."""
    total = section = digit = 0
    seen_yuan = False
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _SCALES:
            section += (digit or 1) * _SCALES[char]
            digit = 0
        elif char in "万亿":
            total = (total + section + digit) * (10_000 if char == "万" else 10**8)
            section = digit = 0
        elif char in "元圆":
            total, section, digit, seen_yuan = (total + section + digit) * 100, 0, 0, True
        elif char in "角分":
            total, digit, seen_yuan = total + digit * (10 if char == "角" else 1), 0, True
    if not seen_yuan:
        total = (total + section + digit) * (YUAN if "万" in text or "亿" in text else default)
        section = digit = 0
    if section or digit or not any(char in _DIGITS or char in _SCALES for char in text):
        return None
    return total


def say(fen: int) -> str:
    """Fen as officers read it: 5,000元, 12,345.60元."""
    yuan, rest = divmod(fen, 100)
    return f"{yuan:,}.{rest:02d}元" if rest else f"{yuan:,}元"
