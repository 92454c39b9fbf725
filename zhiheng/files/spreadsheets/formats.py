"""What a spreadsheet's number format makes of a stored number: the eye reads 5.2万, the cell holds 52000.

Only what changes the meaning is read from a format: scaling (commas at the end, a point put between digits), per cent, words
of money, foreign currency, zeros and words before a number that belong to an identifier, and formats that hide the number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from zhiheng.numbers import FEN

_PIECE = re.compile(
    r'"([^"]*)"|[\\!](.)|\[([^\]]*)\]|_.|\*.|(E[+-]0+)|([0#?.,%@/])|([^"\\!\[_*0#?.,%@/])', re.S
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_MONEY_WORD = re.compile(r"(?:人民币)?(亿|千万|百万|十万|万|千|百)?(元|圆)?整?")
_SIGNS = frozenset({"-", "−", "－", "负", "△", "▲", "(", "（"})
_FOREIGN = re.compile(r"[$€£₩₽]|US|HK|EUR|JPY|GBP|KRW|TWD|美元|港元|港币|欧元|日元|英镑")
# Formats every program knows by number; only those that change what a number means.
BUILT_IN = {9: "0%", 10: "0.00%", 17: "mmm-yy", 57: 'yyyy"年"m"月"'}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a format: which numbers it shows, and how.

    divisor: the stored number is this many times the shown one. fen: fen of the unit of money written beside the number,
    None when none is. before, after: other words around it. minus: a positive number is shown with the sign or in the brackets
    of a negative one. zeros: the least number of digits shown.
    """

    condition: tuple[str, float] | None = None
    divisor: int = 1
    fen: int | None = None
    percent: bool = False
    foreign: bool = False
    hidden: bool = False
    before: str = ""
    after: str = ""
    minus: bool = False
    zeros: int = 0
    plain: bool = False  # nothing but digits and words: `shown` can write it


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A format code taken apart."""

    code: str
    sections: tuple[Section, ...]

    def of(self, number: float) -> Section:
        """The section that shows `number`."""
        sections = self.sections
        for section in sections:
            if section.condition and _holds(number, *section.condition):
                return section
        if any(section.condition for section in sections):
            return next((section for section in sections if section.condition is None), sections[-1])
        if len(sections) > 2 and number == 0:
            return sections[2]
        if len(sections) > 1 and number < 0:
            return sections[1]
        return sections[0]

    @property
    def telling(self) -> bool:
        """Whether it can change what a number means."""
        return any(
            section.divisor != 1 or section.fen or section.percent or section.foreign or section.hidden
            or section.before or section.after or section.minus or section.zeros > 1
            for section in self.sections
        )  # fmt: skip


@cache
def number_format(code: str) -> NumberFormat | None:
    """The format written as `code`; None for one that shows dates, texts or numbers as they are."""
    parts = _split(code)
    sections = tuple(map(_section, parts[:3] if len(parts) > 3 else parts))
    if any(section is None for section in sections):
        return None
    # From the second on they are for numbers below zero and for zero, unless they say for which they are.
    signed = [
        replace(section, minus=False) if place and section.condition is None else section
        for place, section in enumerate(sections)
    ]
    return NumberFormat(code, tuple(signed))


@cache
def shows_no_day(code: str) -> bool:
    """Whether a format shows a date without its day of the month: yyyy年m月, mmm-yy, a weekday alone."""
    bare = re.sub(
        r'"[^"]*"|[\\!_*].|\[[^\]]*\]|General|G/通用格式', "", _split(code)[0], flags=re.IGNORECASE
    ).lower()
    dated = re.search(r"y|m|aaa|ddd|e", bare) and not re.search(r"[0#?@]", bare)
    return bool(dated) and not re.search(r"(?<!d)d{1,2}(?!d)", bare)


def shown(number: float, code: str) -> str | None:
    """What the eye reads where a format puts words or zeros around a whole number; None for any other format."""
    form = number_format(code)
    section = form.of(number) if form else None
    if section is None or not section.plain or section.hidden or number != int(number) or number < 0:
        return None
    if section.fen or section.percent or section.divisor != 1:
        return None
    return f"{section.before}{int(number):0{section.zeros}d}{section.after}"


def _split(code: str) -> list[str]:
    """Sections of a format; a semicolon inside quotation marks or after an escape is none."""
    parts, start = [], 0
    for match in re.finditer(r'"[^"]*"|[\\!_*].|\[[^\]]*\]|;', code, re.S):
        if match[0] == ";":
            parts.append(code[start : match.start()])
            start = match.end()
    return [*parts, code[start:]]


def _section(code: str) -> Section | None:
    words, digits, signs, inner = ["", ""], 0, "", 0
    zeros, condition, percent, foreign, seen, pointed, science, fraction = (
        0,
        None,
        False,
        False,
        False,
        False,
        False,
        False,
    )
    code = re.sub("G/通用格式|General", "0", code, flags=re.IGNORECASE)
    minus = False
    for match in _PIECE.finditer(code):
        quoted, escaped, bracket, exponent, sign, other = match.groups()
        literal = quoted if quoted is not None else escaped
        if bracket is not None:
            if bracket.startswith("$"):
                literal = bracket[1:].partition("-")[0]
            elif found := _CONDITION.fullmatch(bracket):
                condition = found[1], float(found[2])
            elif re.fullmatch(r"[hms]+", bracket, re.IGNORECASE):
                return None
        if exponent:
            science = True
        if other and _DATE.fullmatch(other):
            return None
        minus = minus or (literal or other or "").strip() in _SIGNS
        if literal is None and other and not other.isspace() and other not in "()-+:":
            literal = other
        if literal:
            if literal in (".", "．", "·") and seen:
                inner, pointed = digits, True
            else:
                words[seen] += literal
        if sign and sign in "0#?":
            seen = True
            digits += 1
            zeros += sign == "0" and "." not in signs
            signs += sign
        elif sign == "%":
            percent = True
        elif sign == "/":
            fraction = True
        elif sign in (".", ","):
            signs += sign
        elif sign == "@":
            return Section()
    before, after = (re.sub(r"[\s()\-+:：]", "", word) for word in words)
    foreign = bool(_FOREIGN.search(before + after))
    scale = 1000 ** (len(signs) - len(signs.rstrip(",")))
    divisor = scale * (10 ** (digits - inner) if pointed else 1)
    # Digits behind a real point are not digits of the whole number that the put-in point divides.
    if pointed and "." in signs:
        divisor = scale * 10 ** (len(re.sub(r"[^0#?]", "", signs.split(".")[0])) - inner)
    fen, left = _money(before, after)
    hidden = not seen and not before and not after and not science
    words_left = ("", "") if left is None else left
    return Section(
        condition, divisor, fen, percent, foreign, hidden, *words_left, minus, zeros if "," not in signs else 1,
        plain=not (science or fraction or percent or "." in signs or pointed),
    )  # fmt: skip


def _money(before: str, after: str) -> tuple[int | None, tuple[str, str] | None]:
    """(fen of the unit that stands beside the number, the words that are no unit)."""
    sign = before in ("¥", "￥", "人民币", "RMB", "CNY", "RMB¥")
    match = _MONEY_WORD.fullmatch(after)
    if match and match[0]:
        unit = (match[1] or "") + "元"
        if match[2] or match[1]:
            return FEN.get(unit, FEN["元"] if unit == "元" else None), ("" if sign else before, "")
    if sign and not after:
        return FEN["元"], None
    return None, (before, after)


def _holds(number: float, sign: str, bound: float) -> bool:
    return {
        "<": number < bound, "<=": number <= bound, ">": number > bound,
        ">=": number >= bound, "=": number == bound, "<>": number != bound,
    }[sign]  # fmt: skip
