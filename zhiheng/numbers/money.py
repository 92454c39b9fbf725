"""Reads one amount of money: 5000, 12,345.60元, 0.5万元, 人民币伍万伍仟元整, 一亿二千万元, 3块5角, 5000多元, 三四千元, 3-5万元.

The unit in the text goes before the unit the caller supposes. An amount that can be read two ways comes back with both;
one that is rough, or a range, says so. Nothing is rounded without a word: what is less than a fen is told in `inexact`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal

from zhiheng.canonical import half_width

from .reading import LONGEST, Number, read, spelt_out

FEN = {  # fen in one unit
    "分": 1,
    "角": 10,
    "元": 100,
    "百元": 10_000,
    "千元": 100_000,
    "万元": 1_000_000,
    "十万元": 10**7,
    "百万元": 10**8,
    "千万元": 10**9,
    "亿元": 10**10,
}
_EXACT = Context(prec=200)
_CURRENCY = re.compile(r"^(?:人民币|RMB|CNY)?[:：]?[¥￥]?|(?:人民币|RMB|CNY)$", re.IGNORECASE)
_YUAN = "元圆圓块塊"
_SPLIT = re.compile(
    r"(?P<yuan>.+?)(?:元|圆|圓|块|塊)(?P<more>[多余餘])?(?:人民币|钱)?(?P<zero>[零〇])?(?:(?P<jiao>[^角毛分]+)[角毛])?"
    r"(?P<gap>[零〇])?(?:(?P<fen>[^角毛分]+)分)?[整正]?"
)
_SMALL = re.compile(r"(?:(?P<jiao>[^角毛分]+)[角毛])?[零〇]?(?:(?P<fen>[^角毛分]+)分)?[整正]?")
_BEFORE = re.compile(
    r"^(?:(?P<about>大约|大概|约为|约|接近|将近|近)|(?P<least>超过|超|逾|至少|不少于|不低于|高于)|(?P<most>不足|不到|不超过|低于))"
)
_AFTER = re.compile(r"(?:(?P<about>左右|上下|许)|(?P<least>以上)|(?P<most>以下|以内))$")
_RANGE = re.compile(r"(?<=[^\-~～—–至到])(?:-{1,2}|~{1,2}|—{1,2}|–|至|到)(?=[^\-~～—–至到])")
_MULTIPLIED = re.compile(r"[万亿萬億]")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as read, in fen.

    readings: what it can be, one value when it is clear. high: the upper end of a range. rough: "", "≈", "≥" or "≤".
    stated: whether the text itself names the unit (or a 万, 亿 that leaves no doubt). inexact: it has a part below a fen,
    rounded half up.
    """

    readings: tuple[int, ...]
    high: int | None = None
    rough: str = ""
    stated: bool = False
    inexact: bool = False

    @property
    def fen(self) -> int | None:
        """The amount when it has exactly one reading and is no range, rough or not; else None."""
        return self.readings[0] if len(self.readings) == 1 and self.high is None else None


def read_money(text: str, fen_per_unit: int = 100) -> Money | None:
    """The amount that the whole text writes, None if it writes none. Negative amounts are none.

    fen_per_unit: the unit of a bare number. Spaces inside are not looked at: whoever reads cells knows what two numbers
    in one cell are.
    """
    plain = spelt_out(half_width(text).replace("−", "-"))
    sign = bool(re.match(r"(?:人民币|RMB|CNY)?[:：]?[¥￥]", plain, re.IGNORECASE))
    plain = _CURRENCY.sub("", plain)
    if not 0 < len(plain) <= 2 * LONGEST:
        return None
    rough = ""
    for pattern in (_BEFORE, _AFTER):
        if match := pattern.search(plain):
            if rough:
                return None
            rough = {"about": "≈", "least": "≥", "most": "≤"}[match.lastgroup or "about"]
            plain = plain[: match.start()] + plain[match.end() :]
    if not rough and (match := _RANGE.search(plain)):
        return _between(plain[: match.start()], plain[match.end() :], fen_per_unit)
    answer = _amount(plain, fen_per_unit, implied=bool(rough))
    if answer and rough and answer.high is None:
        answer = replace(answer, rough=answer.rough or rough)
    if answer and sign and not answer.stated and fen_per_unit != 100 and answer.fen:
        # ¥5000 under 万元: the sign says yuan, the heading ten thousands.
        yuan = _amount(plain, 100, implied=bool(rough))
        return yuan and replace(answer, readings=(*yuan.readings, *answer.readings))
    return answer


def _between(low: str, high: str, fen_per_unit: int) -> Money | None:
    """3000元至5000元, 3-5万元: a low end without unit takes the one of the high end."""
    upper, tail = _amount(high, fen_per_unit), ""
    if match := re.search(rf"[十百千万亿萬億]*[{_YUAN}]?$", high):
        tail = match[0]
    lower = _amount(low, fen_per_unit)
    if lower and not lower.stated and tail:
        lower = _amount(low + tail, fen_per_unit)
    if not lower or not upper or lower.fen is None or upper.fen is None or lower.fen >= upper.fen:
        return None
    return Money((lower.fen,), high=upper.fen, stated=upper.stated)


def _amount(plain: str, fen_per_unit: int, *, implied: bool = False) -> Money | None:
    plain = _CURRENCY.sub("", plain)
    if match := _SPLIT.fullmatch(plain):
        return _yuan(match, implied)
    if (match := _SMALL.fullmatch(plain)) and (match["jiao"] or match["fen"]):
        rest = _rest(match["jiao"], match["fen"])
        return None if rest is None else Money((rest,), stated=True)
    if plain[-1:] in ("整", "正"):
        plain = plain[:-1]
    number = _read(plain, implied)
    if number is None:
        return None
    if _MULTIPLIED.search(plain):
        return _in_fen(number, 100, stated=True)
    if fen_per_unit != 100 and number.arabic and (number.word or len(number.readings) > 1):
        # 5千 under 万元: five thousand yuan, or five thousand times ten thousand?
        both = _in_fen(number, 100, stated=False), _in_fen(number, fen_per_unit, stated=False)
        return Money(tuple(reading for money in both for reading in money.readings))
    return _in_fen(number, fen_per_unit, stated=False)


def _read(text: str, implied: bool) -> Number | None:
    number = read(text)
    if number is None and implied and re.fullmatch(r"[百千万亿]+", text):
        number = read("一" + text)  # 近万元, 约百元
    return number


def _yuan(match: re.Match[str], implied: bool) -> Money | None:
    text = match["yuan"]
    number = _read(text, implied)
    rest = _rest(match["jiao"], match["fen"])
    if number is None or rest is None:
        return None
    if (match["zero"] or match["gap"]) and not (match["jiao"] or match["fen"]):
        return None
    money = _in_fen(number, 100, stated=True)
    if number.elided is not None:
        # Nobody says 三万二元; whether 32,000 or 30,002 was meant is not for us to say.
        money = replace(
            money,
            readings=(*money.readings, *_in_fen(replace(number, readings=(number.elided,)), 100).readings),
        )
    if match["more"]:
        if money.rough or money.high is not None:
            return None
        money = replace(money, rough="≥")
    if not rest:
        return money
    if (
        money.rough
        or money.high is not None
        or money.inexact
        or any(reading % 100 for reading in money.readings)
    ):
        return None
    return replace(money, readings=tuple(reading + rest for reading in money.readings))


def _rest(jiao: str | None, fen: str | None) -> int | None:
    """Fen of 五角三分; None when one of them is not one digit."""
    total = 0
    for text, worth in ((jiao, 10), (fen, 1)):
        if text:
            number = read(text)
            if number is None or not number.exact or number.value not in range(10):
                return None
            total += int(number.value) * worth
    return total


def _in_fen(number: Number, unit: int, *, stated: bool = True) -> Money:
    values = [_EXACT.multiply(value, Decimal(unit)) for value in number.readings]
    whole = [int(value.quantize(Decimal(1), ROUND_HALF_UP, context=_EXACT)) for value in values]
    high = None if number.high is None else int(_EXACT.multiply(number.high, Decimal(unit)))
    inexact = any(Decimal(fen) != value for fen, value in zip(whole, values, strict=True))
    return Money(tuple(dict.fromkeys(whole)), high, number.rough, stated, inexact)
