"""Writes numbers and amounts as official papers do: Han numerals, financial capitals (大写), grouped figures (小写).

Amounts are integer fen. All notations come from the same integer, so they cannot disagree on paper; what is written here
`read` and `read_money` read back to the same value, up to the limits below.
"""

from __future__ import annotations

LIMIT = 10**16
"""Numbers from here on are refused: four myriad groups hold sixteen digits."""
LIMIT_FEN = LIMIT * 100
_PLAIN = ("零一二三四五六七八九", ("", "十", "百", "千"))
_CAPITAL = ("零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"))


def chinese(number: int) -> str:
    """Write a whole number in Han numerals: 1008 → 一千零八, 15 → 十五. Raises ValueError outside 0 ≤ number < 10^16."""
    _check(number, LIMIT, "数须为整数")
    text = _integer(number, *_PLAIN)
    return text[1:] if text.startswith("一十") else text


def capitals(fen: int) -> str:
    """Write ``fen`` in financial capitals, e.g. 5_000_000 → ``伍万元整``.

    Whole yuan end in ``元整``, whole jiao in ``角整``. Raises ``TypeError`` for anything but an integer and ``ValueError``
    for a negative or too large amount.
    """
    _check(fen, LIMIT_FEN, "金额须为以分计的整数")
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    digits = _CAPITAL[0]
    text = _integer(yuan, *_CAPITAL) + "元" if yuan or not rest else ""
    if not rest:
        return text + "整"
    if jiao:
        text += digits[jiao] + "角"
    elif yuan:
        text += "零"
    return text + (digits[cents] + "分" if cents else "整")


def figures(fen: int) -> str:
    """Write ``fen`` as grouped yuan with two decimals and no unit, e.g. ``50,000.00``."""
    _check(fen, LIMIT_FEN, "金额须为以分计的整数")
    return f"{fen // 100:,}.{fen % 100:02d}"


def amount(fen: int) -> str:
    """Write ``fen`` the way a decision states it: ``人民币伍万元整（50,000.00元）``."""
    return f"人民币{capitals(fen)}（{figures(fen)}元）"


def say(fen: int) -> str:
    """Fen as officers read it: 5,000元, 12,345.60元; also of negative amounts and beyond the limit."""
    sign, (yuan, rest) = "-" if fen < 0 else "", divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{rest:02d}元" if rest else f"{sign}{yuan:,}元"


def _integer(number: int, digits: str, places: tuple[str, ...]) -> str:
    """One 零 stands for any run of empty places between two digits."""
    if number == 0:
        return digits[0]
    text, gap = "", False
    for group in range(3, -1, -1):
        value = number // 10 ** (4 * group) % 10**4
        if not value:
            gap = bool(text)
            if group == 2 and text:  # 10^12 and above: the 亿 of 万亿 is written after its own 万
                text += "亿"
            continue
        for place in range(3, -1, -1):
            digit = value // 10**place % 10
            if digit:
                text += ("零" if gap else "") + digits[digit] + places[place]
                gap = False
            else:
                gap = bool(text)
        text += ("", "万", "亿", "万")[group]
    return text


def _check(value: int, limit: int, must: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{must}，收到 {type(value).__name__}")
    if not 0 <= value < limit:
        raise ValueError(f"{must}，且不小于0、小于{limit}；{value} 超出可书写的范围")
