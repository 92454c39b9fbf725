"""What a figure is set against: a change since another time, a rank, a doubling — each under its one name."""

import re
from decimal import Decimal

from .claim import Claim, Comparison
from .numerals import chinese_to_int
from .quantities import DIRECTION, Quantity
from .timeline import Timeline
from .words import words

_LAST_RANK = 400  # no comparison has more places
_TOGETHER = re.compile("[跟和同与](.+?)相?比")  # 跟前年比
_SINCE = re.compile("[从由][^从由]*$")
_YEAR = re.compile("((?:19|20)[0-9]{2})年")


def falls(way: str) -> bool:
    """Whether a word of direction (下降, 增长) points down."""
    return way.endswith(words().down)


def change_name(m: re.Match, q: Quantity, time: Timeline, than: str = "") -> tuple[str, bool]:
    """The one name of a change said in many ways, and whether it goes down: 比去年多… is 较上年增加.

    `m` is a match of `Words.growth` before the quantity `q`; `than` the base that was said before the figure of the base.
    """
    w = words()
    base, way = m["base"] or than, m["dir"] or m["only"] or ""
    if together := _TOGETHER.fullmatch(base):
        base = f"较{together[1]}"
    if not way and (sign := m[0][-1:]) in ("+", "-"):
        way = "降" if sign == "-" else "增"
    if base[1:5].isdigit():
        when = time.at(m.start())
        spoken = when.label[:4] if when and when.label[:4].isdigit() else str(time.year)
        if when and when.several:
            spoken = ""
        if spoken.isdigit() and int(base[1:5]) == int(spoken) - 1:
            base = "较上年" + base[6:]
    share = q.measure is not None and q.measure.kind == "share" and q.measure.base != "个百分点"
    same = w.same_share if share else w.same_amount
    base = w.same_base.get(base, base)
    return ("较" + base[1:] if base[:1] == "比" else base) + same.get(way, way), falls(way)


def turned(kind: str, way: str, said: str, q: Quantity) -> str:
    """The name `kind` of a change that ends with `way`, where the next of a list goes the way `said`."""
    w = words()
    share = q.measure is not None and q.measure.kind == "share"
    return kind.removesuffix(way) + (w.same_share if share else w.same_amount).get(said, said)


def change(kind: str, q: Quantity, down: bool, said: str) -> Comparison:
    """The change by `q`, said in the words `said`."""
    return Comparison(kind, q.value, q.unit, q.scale, q.quantum, q.approx, down, said)


def grown_from(claim: Claim, first: Claim, since: str, to: str) -> None:
    """“由3.2万件增至5.1万件”: `claim` takes in `first`, the number it started from.

    since: 从 or 由; to: the words from the first number to the second (增至, 提高到).
    """
    word = re.match(r"[\u4e00-\u9fff]{1,4}?[至到为]", to)
    kind = f"{since}…{word[0] if word else to}"
    claim.comparisons.append(Comparison(kind, first.value, first.unit or "", first.scale, first.quantum))
    # 地区生产总值由2018年的3012亿元增加到2023年的6105亿元
    head = _SINCE.sub("", first.head)
    claim.head = head or claim.head
    claim.topic = head or _SINCE.sub("", first.topic) or _SINCE.sub("", claim.topic)
    if became := _YEAR.search(to):
        claim.period = became[1]
    claim.context = first.context + claim.context
    if first.measure == "rate" and claim.measure != "rate":
        claim.measure = "rate"
        said = [*(claim.qualifier or "").split(";"), *(first.qualifier or "").split(";")]
        claim.qualifier = ";".join(dict.fromkeys(filter(None, said))) or None
    claim.why.append({"rule": "由…至…", "words": first.text + to})


def rank(m: re.Match) -> Comparison | None:
    """“居全国第三”; `m` is a match of `Words.rank`. None where the number is no place."""
    number = _number(m["n"])
    if not 0 < number <= _LAST_RANK:
        return None
    value = Decimal(number)
    kind = m[0][: m.start("n") - m.start()]
    return Comparison(kind, value, m["unit"] or "位", value, Decimal(1))


def doubled(m: re.Match) -> Comparison | None:
    """“较2020年翻两番”: four times as much; `m` is a match of `Words.doubled`."""
    w = words()
    number = _number(m["n"] or "一")
    if not number:
        return None
    approx = DIRECTION.get(w.approx_kind.get(m["approx"] or "", "")) or ("≥" if m["more"] else None)
    base = w.same_base.get(m["base"] or "", m["base"] or "")
    times = Decimal(2) ** number
    return Comparison(f"{base}翻番", Decimal(number), "番", times, times, approx, words=m[0])


def _number(written: str) -> int:
    return int(written) if written[0] in "0123456789" else chinese_to_int(written) or 0
