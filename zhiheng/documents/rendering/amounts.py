"""Amounts of money as official papers write them: capitals (大写) and grouped figures (小写).

All amounts are integer fen. Both notations come from the same integer, so they cannot disagree on paper.
"""

from __future__ import annotations

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
LIMIT_FEN = 10**18
"""Amounts from here on are refused: the four myriad groups below hold sixteen digits of yuan."""


def capitals(fen: int) -> str:
    """Write ``fen`` in financial capitals, e.g. 5_000_000 → ``伍万元整``.

    Whole yuan end in ``元整``, whole jiao in ``角整``. Raises ``TypeError`` for anything but an integer and ``ValueError``
    for a negative or too large amount.
    """
    _check(fen)
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    text = _integer(yuan) + "元" if yuan or not rest else ""
    if not rest:
        return text + "整"
    if jiao:
        text += DIGITS[jiao] + "角"
    elif yuan:
        text += "零"
    return text + (DIGITS[cents] + "分" if cents else "整")


def figures(fen: int) -> str:
    """Write ``fen`` as grouped yuan with two decimals and no unit, e.g. ``50,000.00``."""
    _check(fen)
    return f"{fen // 100:,}.{fen % 100:02d}"


def amount(fen: int) -> str:
    """Write ``fen`` the way a decision states it: ``人民币伍万元整（50,000.00元）``."""
    return f"人民币{capitals(fen)}（{figures(fen)}元）"


def parse_capitals(text: str) -> int:
    """Read financial capitals back into fen; the inverse of :func:`capitals`. Raises ``ValueError`` if it is not one."""
    total = group = digit = fen = 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS.index(character)
        elif character in _PLACES[1:]:
            group += digit * 10 ** _PLACES.index(character)
            digit = 0
        elif character == "万":
            total, group, digit = total + (group + digit) * 10**4, 0, 0
        elif character == "亿":
            total, group, digit = (total + group + digit) * 10**8, 0, 0
        elif character == "元":
            fen, total, group, digit = (total + group + digit) * 100, 0, 0, 0
        elif character == "角":
            fen, digit = fen + digit * 10, 0
        elif character == "分":
            fen, digit = fen + digit, 0
        elif character != "整":
            raise ValueError(f"“{text}”不是规范的大写金额：不认识“{character}”")
    if capitals(fen) != text:
        raise ValueError(f"“{text}”不是规范的大写金额，应写作“{capitals(fen)}”")
    return fen


def _integer(yuan: int) -> str:
    """Capitals of a whole number; one 零 stands for any run of empty places between two digits."""
    if yuan == 0:
        return DIGITS[0]
    text = ""
    gap = False
    for group in range(3, -1, -1):
        value = yuan // 10 ** (4 * group) % 10**4
        if not value:
            gap = bool(text)
            if group == 2 and text:  # 10^12 and above: the 亿 of 万亿 is written after its own 万
                text += "亿"
            continue
        for place in range(3, -1, -1):
            digit = value // 10**place % 10
            if digit:
                text += ("零" if gap else "") + DIGITS[digit] + _PLACES[place]
                gap = False
            else:
                gap = bool(text)
        unit = _GROUPS[group] if group < 3 else "万"
        text += unit
    return text


def _check(fen: int) -> None:
    if not isinstance(fen, int) or isinstance(fen, bool):
        raise TypeError(f"金额须为以分计的整数，收到 {type(fen).__name__}")
    if not 0 <= fen < LIMIT_FEN:
        raise ValueError(f"金额 {fen} 分超出可书写的范围，应在 0 与一亿亿元之间")
