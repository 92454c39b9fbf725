"""Numerals in Chinese administrative prose: where they stand and what they are worth.

One linear scan. A numeral keeps its *shown* value and its magnitude word apart (10 and 万), because a report's unit
reads “万件” and the precision of a figure is what was shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from zhiheng import numbers
from zhiheng.numbers import Number

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
MAGNITUDES = {
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
CN = "零〇一二三四五六七八九十百千万亿两廿卅"
LONGEST = 20  # more digits than this are an identifier, not a quantity
LONGEST_CN = 40  # 一千二百三十四亿… runs longer
_MAG = "万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千(?![克米瓦])|百(?!分)"
_NUMERAL = re.compile(
    rf"""
    (?<=[占约近超过达到逾足为了的仅])(?P<numerator>[1-9][0-9]?)/(?P<denominator>[1-9][0-9]?)(?=[的强弱以左上，。；、）]|$)
    |(?P<mixed>[0-9]{{1,2}}[百千](?:[余多几]|[0-9]{{1,3}}百?[0-9]{{0,2}})[万亿]|[0-9]{{1,2}}百[0-9]{{1,2}}(?![0-9百千万亿%.]))
    |(?P<arabic>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)
        (?P<more>[余多几](?={_MAG}))?(?P<mag>{_MAG})?
    |(?P<per>[百千]分之)(?P<share>[0-9]+(?:\.[0-9]+)?|[{CN}]+(?:点[零〇一二三四五六七八九]+)?)
    |(?P<whole>[一二两三四五六七八九十百]{{1,3}})分之(?P<parts>[一二两三四五六七八九十百]{{1,5}})
    |(?P<moiety>一半|半数|过半)
    |(?P<formal>[壹贰叁肆伍陆柒捌玖][零壹贰叁肆伍陆柒捌玖拾佰仟万亿]{{1,24}})
    |(?P<cn>[{CN}]+(?:点[零〇一二三四五六七八九]+[万亿]?)?(?:[余多](?=[万亿])[万亿]+)?)
    """,
    re.X,
)

_BEGINS = re.compile(f"[0-9{CN}半过壹贰叁肆伍陆柒捌玖]")


@dataclass(slots=True)
class Numeral:
    """`shown` × `magnitude` is the value; `places` the decimals shown; `kind` how it is written.

    kind: arabic, chinese, percent (百分之…), permille, fraction, half. `more` is 余/多 standing inside (十余万).
    """

    start: int
    end: int
    shown: Decimal
    magnitude: int
    word: str
    places: int
    kind: str
    more: str = ""

    @property
    def value(self) -> Decimal:
        return self.shown * self.magnitude


@lru_cache(maxsize=4096)
def _worth(run: str) -> Number | None:
    """What a run of Han numerals is worth, by the house's one reader; None where it is no number."""
    return numbers.read(run) if len(run) <= LONGEST_CN else None


def chinese_to_int(run: str) -> int | None:
    """The integer written as `run` (一千零八, 二〇二四, 三亿五千万), or None when it is no well-formed numeral."""
    number = _worth(run)
    if number is None or number.high is not None or number.rough:
        return None
    value = number.readings[0]
    return int(value) if value == value.to_integral_value() else None


def scan(text: str, start: int = 0, end: int | None = None) -> Iterator[Numeral]:
    """Every numeral of text[start:end] in order; runs that are no numeral (万、千百) are passed over."""
    stop = len(text) if end is None else end
    previous: Numeral | None = None
    for m in _written(text, start, stop):
        numeral = _read(m)
        if numeral is None:
            continue
        if previous is not None:
            joined = _compound(previous, numeral)
            if joined is not None:
                previous = joined
                continue
            yield previous
        previous = numeral
    if previous is not None:
        yield previous


def _written(text: str, start: int, stop: int) -> Iterator[re.Match]:
    """What is written like a numeral; the whole pattern is tried only where one can begin."""
    at = start
    while (maybe := _BEGINS.search(text, at, stop)) is not None:
        at = maybe.start()
        m = _NUMERAL.match(text, at, stop)
        if m is None:
            at += 1
        else:
            yield m
            at = max(m.end(), at + 1)


def _read(m: re.Match) -> Numeral | None:
    kind = m.lastgroup
    if m["mixed"]:
        return _mixed(m)
    if m["arabic"]:
        return _arabic(m)
    if m["cn"]:
        return _chinese(m)
    if m["formal"]:
        value = chinese_to_int(m["formal"])
        return value and Numeral(m.start(), m.end(), Decimal(value), 1, "", 0, "chinese")
    if m["per"]:
        shown = _decimal(m["share"])
        if shown is None:
            return None
        kind = "percent" if m["per"][0] == "百" else "permille"
        return Numeral(m.start(), m.end(), shown, 1, "", _places(shown), kind)
    if m["whole"] or m["denominator"]:
        whole = _decimal(m["whole"] or m["denominator"])
        parts = _decimal(m["parts"] or m["numerator"])
        if not whole or not parts or parts >= whole:
            return None
        return Numeral(m.start(), m.end(), (parts / whole).quantize(Decimal("0.0001")), 1, "", 4, "fraction")
    assert kind == "moiety"
    return Numeral(
        m.start(), m.end(), Decimal("0.5"), 1, "", 1, "half", "过" if m["moiety"] == "过半" else ""
    )


def _arabic(m: re.Match) -> Numeral | None:
    digits = m["arabic"]
    if len(digits) > LONGEST:
        return None
    word = m["mag"] or ""
    point = digits.find(".")
    return Numeral(
        m.start(),
        m.end(),
        Decimal(digits.replace(",", "") if "," in digits else digits),
        MAGNITUDES[word] if word else 1,
        word,
        len(digits) - point - 1 if point >= 0 else 0,
        "arabic",
        m["more"] or "",
    )


def _mixed(m: re.Match) -> Numeral | None:
    """9百19万, 4百余万: digits with words between them, by the house's one reader; what has two readings is none."""
    number = _worth(m["mixed"])
    if number is None or number.high is not None or len(number.readings) != 1:
        return None
    return Numeral(
        m.start(),
        m.end(),
        number.shown,
        number.magnitude,
        number.word,
        number.places,
        "arabic",
        "余" if number.rough else "",
    )


def _chinese(m: re.Match) -> Numeral | None:
    run = m["cn"]
    number = _worth(run)
    if number is None and run in ("百", "千", "万"):  # 百余件, 千余人
        if m.string[m.end() : m.end() + 1] not in ("余", "多"):
            return None
        number = _worth("一" + run)
    if number is None or number.high is not None:
        return None
    if number.word and "点" in run:
        return Numeral(
            m.start(), m.end(), number.shown, number.magnitude, number.word, number.places, "chinese"
        )
    more = next((c for c in "余多" if c in run), "")
    value = number.readings[0]
    return Numeral(m.start(), m.end(), value, 1, "", _places(value), "chinese", more)


def _compound(first: Numeral, second: Numeral) -> Numeral | None:
    """3亿 + 5000万 → 3.5亿 shown as a whole number; only falling magnitudes of Arabic numerals join."""
    if (
        first.end != second.start
        or first.kind != "arabic"
        or second.kind != "arabic"
        or first.magnitude <= max(second.magnitude, 100)
        or first.more
        or second.value >= first.magnitude
    ):
        return None
    value = first.value + second.value
    return Numeral(
        first.start,
        second.end,
        value,
        1,
        "",
        0 if value == value.to_integral() else _places(value),
        "arabic",
        second.more,
    )


def _decimal(written: str) -> Decimal | None:
    if written[0] in "0123456789":
        return Decimal(written) if len(written) <= LONGEST else None
    number = _worth(written)
    return None if number is None or number.high is not None else number.readings[0]


def _places(value: Decimal) -> int:
    return max(0, -int(value.as_tuple().exponent))
