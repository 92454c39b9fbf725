"""Reads numbers: 12,345.60, 一千零八, 3亿5千零20万, 廿五, 二〇二四, 一点二亿, 三四十, 上百, 5000多, 伍万伍仟.

`read` takes a text that is a number as a whole, `scan` finds numbers in running text, with their places. The grammar:

* A number is up to three myriad parts, 亿 above 万 above the rest, each of them a section of 千 百 十 and digits, in Han
  characters, in capitals, in Arabic digits or mixed. Empty places are bridged by 零 or 〇.
* Digits alone are read by their places (三五〇〇 is 3500); two neighbours in rising order are a range (三四十 is 30 to 40).
* A digit after a larger unit and without 零 is elliptic: 三万二 is 32,000. It is written so only in speech; where the
  place could also be that of the digit itself (1亿5000, 3万2, 叁万贰) both readings are given.
* 余 多 来 几 数 上 make a number rough; what they say about it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal

from zhiheng.canonical import half_width

LONGEST = 64  # characters of one number; longer runs are identifiers or noise
_EXACT = Context(prec=200)  # the longest number has fewer digits: nothing is ever rounded

_DIGITS = {
    char: value
    for value, chars in enumerate(
        ("零〇○", "一壹弌", "二贰弍貳贰", "三叁弎參叄", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for char in chars
} | {"两": 2, "兩": 2}
_SCALES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TWENTIES = {"廿": 2, "卅": 3, "卌": 4}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_CAPITALS = frozenset("壹弌贰弍貳叁弎參叄肆伍陆陸柒捌玖拾佰仟")
_ROUGH = {"余": "≥", "餘": "≥", "多": "≥", "来": "≈", "來": "≈"}
_VAGUE = frozenset("几幾数數")
_POINT = frozenset("点點")

_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d{1,4}(?:,\d{4})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)?"
# At the end, before a word of money or before one more digit (5k5); 10kg and 3W灯 are no numbers as a whole.
_LETTERS = re.compile(r"(?<=\d)[kKwW](?=\d?$|[元圆圓块塊])")
_TYPED = frozenset("kKwW")
_TOKEN = re.compile(rf"(?P<arabic>{_ARABIC}|\.\d+)|(?P<char>.)", re.S)
_HAN = "".join((*_DIGITS, *_SCALES, *_TWENTIES, *_MYRIADS))
_RUN = re.compile(
    rf"(?:(?<![件人个次户家条种名批])[数數](?=[十百千万亿拾佰仟萬億])|上(?=[百千万亿])|几(?=[十百千万亿])|"
    rf"(?:{_ARABIC})|[{_HAN}])"
    rf"(?:(?:{_ARABIC})|[{_HAN}余餘多来來几幾点點])*"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as read.

    readings: what it can be; one value when it is clear, two when a person has to say which is meant.
    high: the upper end where the text gives a range (三四十, 几百), whose lower end is the only reading.
    rough: "" for an exact number, "≈" about (来), "≥" at least (余, 多, 上); ranges are rough in themselves.
    shown, magnitude, word: the digits as written and the word behind them that multiplies (1.2 and 万 of 1.2万); a number
    written out has magnitude 1. places: decimals shown.
    elided: the reading that an elliptic last digit would have if its place were its own (30,002 for 三万二); a unit
    right behind it makes that a second reading.
    """

    readings: tuple[Decimal, ...]
    high: Decimal | None = None
    rough: str = ""
    shown: Decimal = Decimal(0)
    magnitude: int = 1
    word: str = ""
    places: int = 0
    elided: Decimal | None = None
    arabic: bool = False

    @property
    def value(self) -> Decimal | None:
        """The value when there is exactly one reading and no range, rough or not; else None."""
        return self.readings[0] if len(self.readings) == 1 and self.high is None else None

    @property
    def exact(self) -> bool:
        """Whether the text states one value and does not call it rough."""
        return self.value is not None and not self.rough


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in running text: `text[start:end]` of the text given to `scan`."""

    start: int
    end: int
    number: Number


def spelt_out(text: str) -> str:
    """The text with the letters that people type for 千 and 万 behind digits, 5k and 1.2w, as the words they stand for."""
    return text if _TYPED.isdisjoint(text) else _LETTERS.sub(lambda m: "千" if m[0] in "kK" else "万", text)


def read(text: str) -> Number | None:
    """The number that the whole text writes, None if it writes none. Spaces and signs around it are not taken off."""
    folded = spelt_out(half_width(text))
    if not 0 < len(folded) <= LONGEST:
        return None
    tokens = _tokens(folded)
    return _number(tokens) if tokens else None


def scan(text: str, start: int = 0, end: int | None = None) -> Iterator[Numeral]:
    """Every number of text[start:end], in order. A run that is none as a whole is read as far as it is one."""
    folded = half_width(text)
    for match in _RUN.finditer(folded, start, len(folded) if end is None else end):
        at, stop = match.span()
        if stop - at > LONGEST:
            continue
        while at < stop:
            pieces = [at + m.end() for m in _TOKEN.finditer(folded[at:stop])]
            for edge in reversed(pieces):
                if number := read(folded[at:edge]):
                    yield Numeral(at, edge, number)
                    at = edge
                    break
            else:
                at = pieces[0]


# ---- tokens: (kind, value, characters); kinds: A Arabic, H Han digit, Z zero, T scale, M myriad, P point, X rough, V vague

_Token = tuple[str, Decimal | int, str]


def _tokens(text: str) -> list[_Token] | None:
    found: list[_Token] = []
    for match in _TOKEN.finditer(text):
        if written := match["arabic"]:
            found.append(("A", Decimal(written.replace(",", "")), written.replace(",", "")))
            continue
        char = match["char"]
        if char in _DIGITS:
            found.append(("H" if _DIGITS[char] else "Z", _DIGITS[char], char))
        elif char in _TWENTIES:
            found += [("H", _TWENTIES[char], char), ("T", 10, "十")]
        elif char in _SCALES:
            found.append(("T", _SCALES[char], char))
        elif char in _MYRIADS:
            found.append(("M", _MYRIADS[char], char))
        elif char in _POINT:
            found.append(("P", 0, char))
        elif char in _ROUGH:
            found.append(("X", 0, char))
        elif char in _VAGUE:
            found.append(("V", 0, char))
        elif char == "上" and not found:
            found.append(("U", 0, char))
        else:
            return None
    return found


def _kinds(tokens: list[_Token]) -> str:
    return "".join(token[0] for token in tokens)


def _number(tokens: list[_Token]) -> Number | None:
    kinds = _kinds(tokens)
    if kinds[0] == "U":  # 上百, 上千万
        number = _structured(_with_one(tokens[1:])) if kinds[1:2] in ("T", "M") else None
        return number and replace(number, rough="≥")
    if "V" in kinds:
        return _vague(tokens, kinds)
    if "X" in kinds:
        at = kinds.index("X")
        rest = tokens[:at] + tokens[at + 1 :]
        if (
            kinds.count("X") > 1
            or at == 0
            or kinds[at - 1] not in "TMA"
            or not set(kinds[at + 1 :]) <= {"M", "T"}
        ):
            return None
        number = _structured(_with_one(rest))
        return (number and number.high is None and replace(number, rough=_ROUGH[tokens[at][2]])) or None
    if "P" in kinds:
        return _pointed(tokens, kinds)
    if pair := _neighbours(tokens, kinds):
        low, high = (_structured(part) for part in pair)
        if low is None or high is None or low.value is None or high.value is None:
            return None
        return Number((low.value,), high=high.value, shown=low.value)
    return _structured(tokens)


def _with_one(tokens: list[_Token]) -> list[_Token]:
    """百余, 上千万: a unit alone stands for one of it."""
    if re.fullmatch("T?M*", _kinds(tokens)) and tokens and tokens[0][1] != 10:
        return [("H", 1, "一"), *tokens]
    return tokens


def _vague(tokens: list[_Token], kinds: str) -> Number | None:
    """几十, 十几, 数百万: from the least to the most the open place can hold."""
    at = kinds.index("V")
    before, after = kinds[at - 1 : at], kinds[at + 1 : at + 2]
    if kinds.count("V") > 1 or "X" in kinds or not (after in ("T", "M") or (before == "T" and not after)):
        return None
    ends = [_structured([*tokens[:at], ("H", digit, ""), *tokens[at + 1 :]]) for digit in (1, 9)]
    low, high = ends
    if low is None or high is None or low.value is None or high.value is None:
        return None
    return Number((low.value,), high=high.value, rough="≈", shown=low.value)


def _neighbours(tokens: list[_Token], kinds: str) -> tuple[list[_Token], list[_Token]] | None:
    """The two numbers of a range in one word, 三四十 or 十七八; None where two digits in a row mean something else."""
    for match in re.finditer(r"(?<![HZ])HH(?![HZ])", kinds):
        at = match.start()
        first, second = tokens[at][1], tokens[at + 1][1]
        if second == first + 1 or (first, second) == (3, 5):
            return tokens[: at + 1] + tokens[at + 2 :], tokens[:at] + tokens[at + 1 :]
    return None


def _pointed(tokens: list[_Token], kinds: str) -> Number | None:
    """一点二亿: whole number, point, digits, and at most the words that multiply."""
    match = re.fullmatch(r"([HZTM]+)P([HZ]+)([TM]*)", kinds)
    if not match:
        return None
    whole = _structured(tokens[: match.end(1)])
    digits = "".join(str(token[1]) for token in tokens[match.start(2) : match.end(2)])
    if whole is None or whole.value is None:
        return None
    shown = _EXACT.add(whole.value, Decimal(f"0.{digits}"))
    return _shown(shown, tokens[match.end(2) :], arabic=False)


def _shown(shown: Decimal, words: list[_Token], *, arabic: bool) -> Number | None:
    """A number in digits with the words that multiply it: 1.2 and 亿."""
    magnitude = 1
    for _, factor, _ in words:
        magnitude *= int(factor)
    order = [int(factor) for kind, factor, _ in words if kind == "T"]
    if len(order) > 1 or "MT" in _kinds(words) or _kinds(words).count("M") > 2:
        return None
    if [factor for kind, factor, _ in words if kind == "M"] in ([10**8, 10**4], [10**4] * 2, [10**8] * 2):
        return None
    places = max(0, -int(shown.as_tuple().exponent))
    return Number(
        (_EXACT.multiply(shown, Decimal(magnitude)),),
        shown=shown,
        magnitude=magnitude,
        word="".join(char for *_, char in words),
        places=places,
        arabic=arabic,
    )


def _structured(tokens: list[_Token]) -> Number | None:
    """A number without roughness, point or range."""
    kinds = _kinds(tokens)
    if not tokens or set(kinds) - set("AHZTM"):
        return None
    if re.fullmatch(r"A[TM]*", kinds):
        return _shown(tokens[0][1], tokens[1:], arabic=True)
    if re.fullmatch(r"[HZ]+", kinds):
        if len(tokens) > 1 and any(char in "两兩" for *_, char in tokens):
            return None
        value = Decimal("".join(str(token[1]) for token in tokens))
        return Number((value,), shown=value)
    if any("." in token[2] and set(kinds[at + 1 :]) & set("AHZ") for at, token in enumerate(tokens)):
        return None  # 3.5万2千
    capital = any(char in _CAPITALS for *_, char in tokens)
    answer = _myriads(tokens, None, capital)
    if answer is None:
        return None
    readings, elided = answer
    return Number(tuple(dict.fromkeys(readings)), shown=readings[0], elided=elided, arabic="A" in kinds)


# What a part answers: its readings, and what an elided last digit would make of it if its place were its own.
_Part = tuple[tuple[Decimal, ...], Decimal | None]


def _myriads(tokens: list[_Token], above: int | None, capital: bool) -> _Part | None:
    """`above`: the myriad unit that stands before these tokens, which an elliptic digit leans on."""
    places = [at for at, token in enumerate(tokens) if token[1] == 10**8 and token[0] == "M"]
    if places:
        if above is not None or len(places) > 2:
            return None
        first = places[0]
        total = _head(tokens[:first])
        if total is None:
            return None
        if len(places) == 2:  # 一万亿二千亿
            middle = _head(tokens[first + 1 : places[1]])
            if middle is None or total % 10**4 or middle >= 10**4:
                return None
            total += middle
        return _with_rest((_EXACT.multiply(total, Decimal(10**8)),), tokens[places[-1] + 1 :], 10**8, capital)
    wan = [at for at, token in enumerate(tokens) if token[0] == "M"]
    if not wan:
        return _section(tokens, above, capital)
    if len(wan) > 1:
        return None
    leading = tokens[: wan[0]]
    while above and leading and leading[0][0] == "Z":
        leading = leading[1:]
    head = _section(leading, None, capital) if leading else None
    if head is None:
        return None
    # 壹佰壹万: before a unit the place of the last digit is not said.
    heads = (*head[0], *(() if head[1] is None else (head[1],)))
    if max(heads) >= 10**4 and (above or not _kinds(leading).startswith("A")):
        return None
    totals = tuple(_EXACT.multiply(value, Decimal(10**4)) for value in heads)
    return _with_rest(totals, tokens[wan[0] + 1 :], 10**4, capital)


def _head(tokens: list[_Token]) -> Decimal | None:
    """What stands before 亿: a number of its own, up to 万万."""
    if not tokens:
        return None
    if _kinds(tokens) == "A":
        return Decimal(tokens[0][1])
    answer = _myriads(tokens, None, False)
    if answer is None or len(answer[0]) > 1 or answer[1] is not None or answer[0][0] >= 10**8:
        return None
    return answer[0][0]


def _with_rest(totals: tuple[Decimal, ...], rest: list[_Token], unit: int, capital: bool) -> _Part | None:
    if not rest:
        return totals, None
    answer = _myriads(rest, unit, capital)
    if answer is None or (max(answer[0]) >= unit and len(answer[0]) == 1):
        return None
    if any(total != total.to_integral_value() for total in totals):
        return None
    readings = tuple(_EXACT.add(total, part) for total in totals for part in answer[0])
    elided = None if answer[1] is None else _EXACT.add(totals[0], answer[1])
    return readings, elided


def _section(tokens: list[_Token], above: int | None, capital: bool) -> _Part | None:
    """Up to four places, 千 百 十 and digits; `above` is the unit before the section (万, 亿), if there is one."""
    kinds = _kinds(tokens)
    if re.fullmatch(r"[HZ]{2,}", kinds) and not (above and kinds[0] == "Z"):
        return ((Decimal("".join(str(token[1]) for token in tokens)),), None) if above is None else None
    total, current, last, zero = Decimal(0), None, above, False
    for place, (kind, value, _) in enumerate(tokens):
        if kind == "Z":
            if current is not None:
                return None
            zero = True
        elif kind in "HA":
            if current is not None:
                return None
            current = place
        else:
            if last is not None and value >= last:
                return None
            if current is None:
                if value != 10:
                    return None
                digit = Decimal(1)
            else:
                digit = Decimal(tokens[current][1])
                if (digit >= 10 and (total or above)) or (
                    digit != digit.to_integral_value() and (total or above)
                ):
                    return None
            total, current, last, zero = _EXACT.add(total, digit * value), None, int(value), False
    if current is None:
        if zero or not total:
            return None
        # 一亿五千 leaves out 万 in speech.
        spoken = last is not None and above == 10**8 and "Z" not in kinds
        return ((total, _EXACT.multiply(total, Decimal(10**4))) if spoken else (total,)), None
    kind, value, written = tokens[current]
    digit = Decimal(value)
    if last is not None and digit >= last:
        return None
    plain = _EXACT.add(total, digit)
    if last is None or last == 10 or zero:
        return (plain,), None
    if kind == "A":
        width = len(written.partition(".")[0])
        if "." in written or width >= len(str(last)) - 1 or (width == 3 and last == 10**4):
            return (plain,), None
        # 1亿5000 may leave out 万 behind, 3万2 the 千, 2千5 the 百.
        longer = digit * 10**4 if last == 10**8 and width > 1 else digit * (last // 10**width)
        return (plain, _EXACT.add(total, longer)), None
    elliptic = _EXACT.add(total, digit * (last // 10))
    if capital:
        return (plain, elliptic), None
    return (elliptic,), plain
