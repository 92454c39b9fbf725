"""Reads a cell of money into whole fen, or says why it is no single amount. The numbers are read by `zhiheng.numbers`."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from zhiheng.canonical import closed_up, half_width, unwrapped
from zhiheng.numbers import FEN, read_money, say

from .cells import Doubtful, Unreadable
from .vocabulary import blanks, words

YUAN = FEN["元"]
WAN = FEN["万元"]
MAX_FEN = 10**13 + 1  # a hundred thousand million yuan: beyond it the cell is no amount of a case

_SPACED = re.compile(r"\d[\d.]*(?:\s+[\d.]+)+")
_GROUPED = re.compile(
    r"\d{1,3}(?: \d{3})+(?:\.\d+)?"
)  # 12 345 is one number; 3000 500 and 3000, break, 500 are two
_LEAD = re.compile(
    r"^(?:折合|折|共计|合计|总计|计|共|罚款|处以|处|没收违法所得|没收|货值金额|货值|案值|违法所得|金额)+(?:人民币)?[:：]?(?=[\d一二三四五六七八九十两零壹贰叁肆伍陆柒捌玖拾约近超人¥￥.])"
)
_WHOLE_HAN = re.compile(
    r"[〇零一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]*[十百千拾佰仟][〇零一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]*"
)
_WITH_WORDS = re.compile(r"(.+?)\(([^()]*)\)")
_ANOTHER = re.compile(r"(?:\d|[一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟])(?:万|亿)?[元圆块]")
_TAKES_BACK = re.compile(
    r"显示为|变更|改为|改按|调整|[减降](?:为|至|按|到)|(?:减免|免除|免|减|降|扣|退|返还|抵扣|追加|加处|补缴?)[^\d，。；]{0,4}[\d一二两三四五六七八九十]|撤销|撤回|作废|取消|更正|有误|误|待定|拟|暂定|预估|未定|不含|另有|另处"
)
_THREE_PLACES = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # 3.000 in a column of yuan: no yuan has thousandths
_MISPLACED = re.compile(r"(?<![\d,])\d{1,4},\d{4}(?![\d,])")  # 3,0000: three thousand and a zero, or thirty
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
        text = unwrapped(cell)
        return None if text in blanks() else _text(text, fen_per_unit, fine)

    return parse


def whole_amounts(cells: list[Any], fen_per_unit: int) -> list[int] | None:
    """A column that holds nothing but numbers that are whole fen; None when any cell needs to be looked at by itself."""
    if not cells or not set(map(type, cells)) <= {float, int}:
        return None
    scaled = [cell * fen_per_unit for cell in cells]
    if not (min(scaled) >= 0 and max(scaled) < MAX_FEN):  # also when one is no number
        return None
    fen = list(map(round, scaled))
    return fen if all(-1e-6 < a - b < 1e-6 for a, b in zip(scaled, fen, strict=True)) else None


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


def _text(text: str, fen_per_unit: int, fine: bool):
    plain = half_width(text)
    if plain.isdecimal() and plain.isascii() and len(plain) < 14:
        fen = int(plain) * fen_per_unit
        return fen if fen < MAX_FEN else Unreadable(f"金额过大（{text}）", "请核对数字和单位")
    if any(not _GROUPED.fullmatch(digits) for digits in _SPACED.findall(plain)):
        return Unreadable(f"“{text}”里有不止一个数字", "请一格只填一个金额")
    plain = closed_up(plain)
    if plain.isascii():
        try:
            number = Decimal(plain)
        except InvalidOperation:
            pass
        else:
            if number.is_finite() and plain[0] not in "-+" and "e" not in plain.lower():
                if fen_per_unit == YUAN and _THREE_PLACES.fullmatch(plain):
                    readings = f"{say(int(number * 100))}或{say(int(plain.replace('.', '')) * 100)}"
                    return Unreadable(f"“{text}”可以读作{readings}", "请写成 3000 或 3,000.00")
                return _exact(number, fen_per_unit, text)
    if any(word in plain for word in words()["not_computable"]):
        return NOT_COMPUTABLE
    if fine and plain in words()["no_fine"]:
        return Doubtful(0, f"“{text}”按罚款0元读入")
    if plain.startswith(("-", "−", "负")) or re.fullmatch(r"\([\d.,]+\)", plain):
        return Unreadable(f"金额不能是负数（{text}）", "请按决定书改正")
    return _worded(_LEAD.sub("", plain), fen_per_unit, text)


def _exact(number: Decimal, fen_per_unit: int, shown: str):
    scaled = number * fen_per_unit
    if scaled >= MAX_FEN:
        return Unreadable(f"金额过大（{shown}）", "请核对数字和单位")
    fen = int(scaled.quantize(Decimal(1), ROUND_HALF_UP))
    return fen if fen == scaled else Doubtful(fen, f"“{shown}”不足一分的部分已四舍五入")


def _worded(plain: str, fen_per_unit: int, shown: str):
    """Amounts with units, separators, Chinese numerals, words of roughness, or a second notation in brackets."""
    if match := _WITH_WORDS.fullmatch(plain):
        return _bracketed(match[1], match[2], fen_per_unit, shown)
    money = read_money(plain, fen_per_unit)
    if money is None or _MISPLACED.search(plain):
        return _no_amount(plain, shown)
    if fen_per_unit != YUAN and _WHOLE_HAN.fullmatch(plain):
        # 三千 in a column of 万元: nobody writes so for thirty million, and nobody can say that they did not.
        plain_yuan = read_money(plain, YUAN)
        if plain_yuan and plain_yuan.fen is not None and plain_yuan.fen != money.fen:
            readings = "或".join(say(one.fen) for one in (plain_yuan, money) if one.fen is not None)
            return Unreadable(f"“{shown}”可以读作{readings}", "请写成数字并写明单位，如 5000元")
    if money.high is not None:
        return Unreadable(f"“{shown}”是一个范围，不是一个金额", _ASK)
    if money.fen is None:
        readings = "或".join(map(say, sorted(set(money.readings))))
        return Unreadable(f"“{shown}”可以读作{readings}", "请对照决定书写成数字，如 5000")
    if money.fen >= MAX_FEN:
        return Unreadable(f"金额过大（{shown}）", "请核对数字和单位")
    if money.rough == "≤":
        return Unreadable(f"“{shown}”只说了上限，不是一个金额", _ASK)
    if money.rough:
        return Rough(money.fen)
    return Doubtful(money.fen, f"“{shown}”不足一分的部分已四舍五入") if money.inexact else money.fen


def _bracketed(outside: str, inside: str, fen_per_unit: int, shown: str):
    """55000.00元(伍万伍仟元整): both must say the same. 5000(元) has its unit in brackets; other words are a note."""
    if (unit := inside if inside in FEN else f"{inside}元") in FEN:
        return _worded(outside + unit, fen_per_unit, shown)  # 5000（元）, 0.3（万）
    outer = _worded(outside, fen_per_unit, shown)
    inside = re.sub(r"^(?:大写|小写|人民币大写|即|合)(?:金额)?[:：]?", "", inside)
    stated = read_money(_LEAD.sub("", inside), fen_per_unit)
    if _TAKES_BACK.search(inside):
        return Unreadable(
            f"“{shown}”括号里写着“{inside}”，看不出以哪个为准", "请只填现在有效的金额，说明写入备注"
        )
    if stated is None:
        if re.fullmatch(
            r"[\d.,零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟元圆角分整正]+", inside
        ):
            return Unreadable(f"“{shown}”括号里的金额读不出", "请按决定书改成一致")
        if _ANOTHER.search(inside):
            return Unreadable(f"“{shown}”括号里还写着一个金额", "请一格只填一个金额，说明写入备注")
        return outer
    said = set(stated.readings)
    if isinstance(outer, int):
        if stated.high is None and not stated.rough and outer not in said:
            return Unreadable(f"“{shown}”的两种写法金额不一致", "请按决定书改成一致")
        return outer
    # 三万二(32000元): the second notation decides between the readings of the first.
    money = read_money(outside, fen_per_unit)
    both = said & set(money.readings) if money and money.high is None else set()
    return both.pop() if len(both) == 1 else outer


def _no_amount(plain: str, shown: str) -> Unreadable:
    if re.search(r"(?:美元|港元|港币|欧元|日元|英镑|[$€£]|USD|HKD|EUR)", plain, re.IGNORECASE):
        return Unreadable(f"“{shown}”不是人民币金额", "请按决定书填写折合的人民币金额")
    if re.search(r"\d(?:\.\d+)?[-~至到—]\d", plain):
        return Unreadable(f"“{shown}”是一个范围，不是一个金额", _ASK)
    if "," in plain and re.fullmatch(r"[\d,.]+[元圆万亿千百整]*", plain):
        return Unreadable(f"“{shown}”的逗号位置不对", "请去掉逗号或改正")
    if re.search(r"\d[^\d.,]+\d", plain):
        return Unreadable(f"“{shown}”里有不止一个数字", "请一格只填一个金额")
    return Unreadable(f"“{shown}”不是金额", _ASK)
