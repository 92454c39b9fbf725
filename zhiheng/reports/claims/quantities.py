"""Numbers with their unit and their approximation — what can be a claim, with everything else sorted out.

A numeral alone says nothing. It becomes a quantity when a measure word follows (or the numeral is a percentage) and none
of the rules in `words/not_claims.yaml` says that it only names, dates or numbers something.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .numerals import DIGITS, MAGNITUDES, Numeral, scan
from .words import Unit, Words, words

LIMIT = 60_000  # a text with more numbers than this is no report; the rest is not read
_LOOK = 24  # how far before a number its context is read for single words
_OPEN, _CLOSE = '《“「『‘"', '》”」』’"'
_MARKS = re.compile('[《》“”「」"\n]')
_SPEECH = re.compile(r"(?:说|道|表示|指出|介绍|强调|称|：)[，：]?$")
_RANGE = re.compile(r"(?:至|到|-{1,2}|~{1,2})")
_LIST = re.compile(r"[、/]|和|及|与")
_TAILED = {"成", "倍", "年"}  # 三成半, 八成五, 两倍半, 一年半
_TAIL = re.compile("半(?![年月天日数])|(?<=成)[一二三四五六七八九](?![一二三四五六七八九十百千万个家件])")
_MORE_AFTER = re.compile("[多余](?![数样元次少])")  # 两成多, 三倍多
_PER = re.compile("/[每百千万亿]{0,2}(?:人口?|[户家件案个次场天日月年]|平方公里|元)")
_HAN_BEFORE = re.compile("[\u4e00-\u9fff]了?$")
_MAGNITUDE = re.compile(f"(?:{'|'.join(sorted(MAGNITUDES, key=len, reverse=True))})?")
_CLOSES = re.compile("）(?=[，。；、）]|的|案)")
_HEADS = re.compile("(?:[表图栏注第号格列行]|附件)$")
_HALF = Decimal("0.5")
_MORE_INSIDE = re.compile("个([多余])(月|小时|工作日)")
_HALF_INSIDE = re.compile("个半(月|小时|工作日)")  # 两个半小时
DIRECTION = {"下限": "≥", "上限": "≤", "约数": "≈"}
_KINDS = {
    "arabic": "阿拉伯数字",
    "chinese": "汉字数字",
    "percent": "百分数",
    "permille": "千分数",
    "fraction": "分数",
    "half": "一半",
}


@dataclass(slots=True)
class Quantity:
    """A number that counts or measures something.

    `start`/`end` cover approximation words, number and unit in the clean text, `number` starts the numeral itself.
    `value` is what is shown (919.32), `unit` as shown (万元), `scale` in base units (9193200), `quantum` the worth of the
    last digit shown. `upper` is the upper end of a range in base units, `per` what a rate is counted on (/千人).
    """

    start: int
    number: int
    end: int
    value: Decimal
    unit: str
    scale: Decimal
    quantum: Decimal
    measure: Unit | None
    kind: str
    approx: str | None = None
    approx_word: str | None = None
    approx_kind: str | None = None
    upper: Decimal | None = None
    written: str = ""
    per: str = ""
    lost_unit: bool = False

    def why(self) -> list[dict[str, str]]:
        """Which rule read the number and its unit, and from which words."""
        steps = [{"rule": _KINDS[self.kind], "words": self.written}]
        if self.measure:
            steps.append({"rule": "单位", "words": self.measure.word})
        return steps


def quantities(text: str, skip: Sequence[tuple[int, int]] = ()) -> list[Quantity]:
    """All quantities of the clean `text`, in order; numbers inside titles, names and the `skip` spans (in order) are left
    out."""
    w = words()
    found: list[Quantity] = []
    pending: list[Numeral] = []
    closed = _Spans(_quoted(text))
    last: Numeral | None = None
    for numeral in _numerals(text, skip):
        if len(found) >= LIMIT:
            break
        if closed.cover(numeral.start):
            pending.clear()
            last = None
            continue
        quantity = _quantity(text, numeral, w)
        if quantity is None:
            if _LIST.match(text, numeral.end) or _RANGE.match(text, numeral.end):
                if pending and not _follows(text, pending[-1].end, numeral.start):
                    pending.clear()
                pending.append(numeral)
            else:
                pending.clear()
                bare = _without_unit(text, numeral, w)
                if bare is not None:
                    found.append(bare)
            last = numeral
            continue
        if pending and _follows(text, pending[-1].end, numeral.start):
            _adopt(text, pending, quantity, found, w)
        elif found and last is not None and found[-1].number == last.start:
            _join_range(text, found, quantity)
        if not (found and found[-1] is quantity):
            found.append(quantity)
        pending = []
        last = numeral
    return found


def _numerals(text: str, skip: Sequence[tuple[int, int]]) -> Iterator[Numeral]:
    at = 0
    for start, end in skip:
        yield from scan(text, at, start)
        at = end
    yield from scan(text, at)


def _follows(text: str, end: int, start: int) -> bool:
    gap = text[end:start] if start - end <= 2 else None
    return bool(gap) and bool(_LIST.fullmatch(gap) or _RANGE.fullmatch(gap))


def _adopt(text: str, pending: list[Numeral], q: Quantity, found: list[Quantity], w: Words) -> None:
    """Numbers that leave their unit to the last of them: 分别为610、99件; 3至5个."""
    first = pending[-1]
    gap = text[first.end : q.number]
    if _RANGE.fullmatch(gap):
        if first.shown and not _from(text, first.start, q.end, w):
            factor = q.scale / q.value if q.value and first.magnitude == 1 else Decimal(first.magnitude)
            low = first.shown * factor
            if low < q.scale:
                q.upper, q.scale, q.value = q.scale, low, first.shown
                q.quantum = min(q.quantum, factor.scaleb(-first.places))
                q.start, q.number = _approximate(text, first.start, q, w), first.start
                q.approx_word = q.approx_word or "区间"
        return
    if "分别" not in text[max(0, pending[0].start - 6) : pending[0].start]:
        return
    for numeral in pending:
        factor = q.scale / q.value if q.value and numeral.magnitude == 1 else Decimal(numeral.magnitude)
        found.append(
            Quantity(
                numeral.start,
                numeral.start,
                numeral.end,
                numeral.shown,
                q.unit,
                numeral.shown * factor,
                factor.scaleb(-numeral.places),
                q.measure,
                numeral.kind,
                written=text[numeral.start : numeral.end],
            )
        )


def _join_range(text: str, found: list[Quantity], q: Quantity) -> None:
    """10%至15%, 3个至5个: two numbers with the same unit and nothing but the range word between."""
    low = found[-1]
    gap = text[low.end : q.number]
    if (
        len(gap) <= 2
        and _RANGE.fullmatch(gap)
        and low.measure is q.measure
        and low.scale < q.scale
        and not _from(text, low.number, q.end, words())
    ):
        low.upper, low.end = q.scale, q.end
        low.quantum = min(low.quantum, q.quantum)
        low.approx_word = low.approx_word or "区间"
        q.start, q.number, q.end = low.start, low.number, low.end
        for field in ("value", "scale", "upper", "quantum", "approx", "approx_word", "approx_kind"):
            setattr(q, field, getattr(low, field))
        found[-1] = q


def _from(text: str, at: int, end: int, w: Words) -> bool:
    """从3件到5件 is a change and no range; 由5到8人增至12人 starts from a range."""
    if not any(c in text[max(0, at - 8) : at] for c in "从由"):
        return False
    return not w.becomes.match(text, end)


def _in_brackets(text: str, n: Numeral, at: int, w: Words) -> tuple[Numeral, Unit, int] | None:
    """案值919.32（万元）: a number of running text with the unit in brackets right behind it, as (the number in that magnitude, the unit,
    where the bracket ends); None where the bracket stands behind a year, the number of a table or another heading."""
    word = _MAGNITUDE.match(text, at + 1)[0]
    inside = w.unit_at.match(text, at + 1 + len(word))
    if inside is None or not _CLOSES.match(text, inside.end()):
        return None
    year = n.shown == n.shown.to_integral() and 1900 <= n.shown <= 2100 and n.magnitude == 1
    named = _HEADS.search(text, max(0, n.start - 4), n.start)
    if year or named or n.kind != "arabic" or (word and n.word):
        return None
    scaled = replace(n, word=word or n.word, magnitude=n.magnitude * MAGNITUDES.get(word, 1))
    return scaled, w.units[inside[0]], inside.end() + 1


def _quantity(text: str, n: Numeral, w: Words) -> Quantity | None:
    at = n.end
    more = n.more
    if not more and text[at : at + 1] in ("余", "多", "几") and n.kind in ("arabic", "chinese"):
        more, at = text[at], at + 1
    unit_start = at
    measure: Unit | None = None
    half = None
    shown = ""
    if n.kind in ("percent", "permille"):
        measure = w.units["%" if n.kind == "percent" else "‰"]
        shown = measure.word
    elif n.kind == "fraction":
        shown = "分数"
    elif n.kind == "half":
        shown = "半"
    else:
        following = text[at : at + 1]
        inside = _MORE_INSIDE.match(text, at) if following == "个" else None
        half = _HALF_INSIDE.match(text, at) if following == "个" and not more else None
        m = w.unit_at.match(text, at + (following == " "))
        if inside:
            more, measure, at = inside[1], w.units[f"个{inside[2]}"], inside.end()
        elif half:
            measure, at = w.units.get(half[1]) or w.units[f"个{half[1]}"], half.end()
        elif m is None and following == "（" and (bracketed := _in_brackets(text, n, at, w)):
            n, measure, at = bracketed
        elif m is None:
            return _odd(text, n, more, at, w)
        else:
            measure, at = w.units[m[0]], m.end()
        shown = n.word + measure.word
    if measure is not None and not _is_claim(text, n, measure, unit_start, at, w):
        return None
    factor = (measure.factor if measure else Decimal(1)) * n.magnitude
    value, quantum = (n.shown + _HALF, factor * _HALF) if half else (n.shown, factor.scaleb(-n.places))
    tail = _TAIL.match(text, at) if n.kind == "chinese" and measure and measure.word in _TAILED else None
    if tail:
        more_, step = (_HALF, _HALF) if tail[0] == "半" else (Decimal(DIGITS[tail[0]]) / 10, Decimal("0.1"))
        value, quantum, at = value + more_, factor * step, at + 1
    if not more and measure and measure.word in _TAILED and _MORE_AFTER.match(text, at):
        more, at = text[at], at + 1
    per = _PER.match(text, at) if text[at : at + 1] == "/" else None
    q = Quantity(
        n.start,
        n.start,
        per.end() if per else at,
        value,
        shown,
        value * factor,
        quantum,
        measure,
        n.kind,
        written=text[n.start : n.end],
        per=per[0] if per else "",
    )
    if more:
        q.approx_word, q.approx_kind = more, w.approx_kind.get(more, "下限")
    q.start = _approximate(text, n.start, q, w)
    after = w.approx_after.match(text, q.end)
    if after and not (measure and measure.kind == "people" and after[0] == "以下"):
        q.end = after.end()
        if q.approx_word is None:
            q.approx_word, q.approx_kind = after[0], w.approx_kind[after[0]]
    q.approx = DIRECTION.get(q.approx_kind or "")
    return q


def _odd(text: str, n: Numeral, more: str, at: int, w: Words) -> Quantity | None:
    """“查获药品3500万片、”: a unit nobody listed is kept as it stands; nothing is supplied and nothing dropped."""
    m = w.odd_unit.match(text, at)
    if m is None or n.kind != "arabic" or not _HAN_BEFORE.search(text, max(0, n.start - 2), n.start):
        return None
    unit = Unit(m[0], "odd", m[0], Decimal(1), False, None)
    if w.countable.search(text, max(0, n.start - 8), n.start) is None and n.shown < 2 and n.magnitude == 1:
        return None
    if not _is_claim(text, n, unit, at, m.end(), w):
        return None
    factor = Decimal(n.magnitude)
    q = Quantity(
        n.start, n.start, m.end(), n.shown, n.word + m[0], n.value, factor.scaleb(-n.places), unit, n.kind,
        written=text[n.start : n.end],
    )  # fmt: skip
    if more:
        q.approx_word, q.approx_kind = more, w.approx_kind.get(more, "下限")
    q.start = _approximate(text, n.start, q, w)
    q.approx = DIRECTION.get(q.approx_kind or "")
    return q


def _approximate(text: str, start: int, q: Quantity, w: Words) -> int:
    """Where the words of approximation before the number begin; notes the word on `q`."""
    if not start or text[start - 1] not in w.approx_ends:
        return start
    m = w.approx_before.search(text, max(0, start - 7), start)
    if m is None:
        return start
    q.approx_word, q.approx_kind = m["word"], w.approx_kind[m["word"]]
    q.approx = DIRECTION[q.approx_kind]
    return m.start()


def _is_claim(text: str, n: Numeral, unit: Unit, unit_start: int, end: int, w: Words) -> bool:
    low = max(0, n.start - _LOOK)
    if unit.needs:
        cue = w.duration if unit.needs == "duration" else w.score
        clause = max(low, text.rfind("，", low, n.start), text.rfind("。", low, n.start))
        # 比上年提高1.35分: a change needs no further word
        if not cue.search(text, clause, n.start) and not w.growth.search(text, clause, n.start):
            return False
    chinese = n.kind == "chinese"
    rules = w.not_claims.get(unit.word) or w.not_claims[None]
    before = (
        text[n.start - 1 : n.start] in rules.ends
        and rules.before.search(text, max(0, n.start - 12), n.start) is not None
    )
    after = rules.after.match(text, end) is not None
    for rule in rules.bare if not (before or after) else rules.all:
        if rule.form == "one" and not (chinese and n.shown == 1):
            continue
        if rule.form in ("arabic", "chinese") and rule.form != n.kind:
            continue
        if rule.between and not rule.between[0] <= n.shown <= rule.between[1]:
            continue
        if rule.before and not (before and rule.before.search(text, max(0, n.start - 12), n.start)):
            continue
        if rule.after and not (after and rule.after.match(text, end)):
            continue
        if rule.unless_after and rule.unless_after.match(text, unit_start):
            continue
        return False
    if chinese:
        # a name begins with the numeral or before it: 四风, but not the 一批 of 三十一批
        name = w.names.search(text, max(0, n.start - 4), end + 6)
        if name and name.start() <= n.start < name.end():
            return False
    return True


def _without_unit(text: str, n: Numeral, w: Words) -> Quantity | None:
    """“查办商标侵权案件610，”: the unit was lost. Kept, marked, and nothing supplied."""
    if n.kind != "arabic" or (n.shown != n.shown.to_integral() and n.magnitude == 1):
        return None
    nextc = text[n.end : n.end + 1]
    if nextc not in ("", "，", "；", "。", "、", "\n") or not w.countable.search(
        text, max(0, n.start - 8), n.start
    ):
        return None
    factor = Decimal(n.magnitude)
    return Quantity(
        n.start, n.start, n.end, n.shown, n.word, n.value, factor.scaleb(-n.places), None, n.kind,
        written=text[n.start : n.end], lost_unit=True,
    )  # fmt: skip


class _Spans:
    """Answers, for places asked in rising order, whether they lie inside one of the spans."""

    def __init__(self, spans: list[tuple[int, int]]):
        self.spans = sorted(spans)
        self.at = 0

    def cover(self, place: int) -> bool:
        while self.at < len(self.spans) and self.spans[self.at][1] <= place:
            self.at += 1
        return self.at < len(self.spans) and self.spans[self.at][0] <= place


def _quoted(text: str) -> list[tuple[int, int]]:
    """Titles 《…》 and quoted names “…”; quoted speech is prose and is read."""
    spans: list[tuple[int, int]] = []
    depth, opened = 0, 0
    quote: int | None = None
    for m in _MARKS.finditer(text):
        mark, at = m[0], m.start()
        if mark == "\n":
            depth, quote = 0, None
        elif mark == "《":
            if depth == 0:
                opened = at
            depth += 1
        elif mark == "》":
            if depth == 1 and at - opened <= 200:
                spans.append((opened, at + 1))
            depth = max(0, depth - 1)
        elif mark in "“「" or (mark == '"' and quote is None):
            quote = at
        elif quote is not None:
            inside = text[quote + 1 : at] if at - quote <= 40 else None
            if (
                inside is not None
                and not re.search("[，。；]", inside)
                and not _SPEECH.search(text, max(0, quote - 4), quote)
            ):
                spans.append((quote, at + 1))
            quote = None
    return _merge(spans)


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
