"""Suspicious figures, with the arithmetic that makes them so. Nothing is ever corrected.

Every figure stands for an interval — it may have been rounded or cut off — and only what no number in the intervals could
satisfy is flagged.
"""

import re
from collections import defaultdict
from decimal import Decimal

from .claim import Claim, Comparison, plain

_SMALL = 10_000  # a yearly sum below so many 元 looks odd beside sums told in 万元
# money that is no sum: a bound, a price, a standard
_NO_SUM = re.compile("最高|最低|标准|单价|票价|定价|售价|起拍|每|单[笔件次]|一次性|不等|以上的|以下的")
_LOST = (("万", 10**4), ("亿", 10**8))
_SUSPECT = {"lost_magnitude", "growth", "ratio", "direction"}
_RATE_STEMS = {
    "结案": ("结案", "审结", "办结"),
    "办结": ("办结", "结案", "审结"),
    "撤回": ("撤回",),
    "成功": ("成功", "达成"),
    "合格": ("合格",),
    "整改": ("整改",),
    "答复": ("答复", "办复"),
    "授权": ("授权",),
    "确认": ("确认",),
}
_RATE = re.compile("(" + "|".join(_RATE_STEMS) + ")率")
_UP = re.compile("增|提高|提升|上升|升|扩|跃升|上调|发展|拓展|壮大")
_DOWN = re.compile("下降|降|减|缩|压|下调")
_BARE = re.compile("增|下降|上升|减|降|提高|净")
_SHARE = re.compile(r"占(?:比|总数的?|总量的?|全部[^，。；]{0,6}的?)?(?:为|约|达)?$")


def flag(claims: list[Claim]) -> None:
    """Add to each claim the flags its own figure, its parts, its comparisons or its neighbours give rise to."""
    sentences: dict[int, list[Claim]] = defaultdict(list)
    parts: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        sentences[claim.sentence].append(claim)
        if claim.parts_of is not None:
            parts[claim.parts_of].append(claim)
        _lost_magnitude(claim)
        _growth(claim)
        _direction(claim)
    for place, members in parts.items():
        _sum(
            claims[place],
            members,
            exhaustive=claims[place].span[0] > members[0].span[0] or claims[place].in_table,
        )
    for members in sentences.values():
        _ratios(members[:64], claims)
        _among_siblings(members[:64])
    for claim in claims:
        if any(f["kind"] in _SUSPECT for f in claim.flags):
            claim.qualifier = f"{claim.qualifier};suspect" if claim.qualifier else "suspect"


def _lost_magnitude(claim: Claim) -> None:
    unit = claim.measure_unit
    if unit is None or not unit.whole or claim.measure in ("rate", "ratio"):
        return
    if claim.scale != claim.scale.to_integral_value():
        claim.flags.append(
            {
                "kind": "lost_magnitude",
                "words": f"{_n(claim.value)}{claim.unit}不是整数，“{unit.word}”前可能漏写“万”或“亿”",
            }
        )
        return
    for c in claim.comparisons:
        if (
            c.unit
            and c.unit.endswith(unit.word)
            and not c.down
            and c.kind[0] not in "从由居位列名排"
            and c.scale > claim.scale > 0
        ):
            claim.flags.append(
                {
                    "kind": "lost_magnitude",
                    "words": f"{c.kind}{_n(c.value)}{c.unit}，大于总数{_n(claim.value)}{claim.unit}，请核对数位",
                }
            )


def _among_siblings(sentence: list[Claim]) -> None:
    """“产值121.6亿元，…98.3亿元，…48.5元”: one sum of a sentence in bare 元, of a few hundred, all others in 万元 or 亿元."""
    sums = [
        c
        for c in sentence
        if c.measure_unit is not None
        and c.measure_unit.base == "元"
        and c.measure not in ("rate", "ratio")
        and not _NO_SUM.search(c.context)
    ]
    bare = [c for c in sums if c.scale == c.value]
    if len(bare) != 1 or not 0 < bare[0].scale < _SMALL:
        return
    [odd] = bare
    # 罚款500元 beside one large sum may well be a single fine; 48.5元 hardly
    enough = 1 if odd.scale != odd.scale.to_integral_value() else 2
    others = [c for c in sums if c is not odd]
    if len(others) < enough or any(f["kind"] == "lost_magnitude" for f in odd.flags):
        return
    said = "、".join(f"{_n(c.value)}{c.unit}" for c in others[:4])
    times = min(c.scale for c in others) / odd.scale
    odd.flags.append(
        {
            "kind": "lost_magnitude",
            "words": f"同句的{said}至少是它的{_round(times)}倍，只有{_n(odd.value)}{odd.unit}以元计，可能漏写“万”或“亿”",
        }
    )


def _growth(claim: Claim) -> None:
    """Increase and growth rate of one figure must follow from one another."""
    amount = next((c for c in claim.comparisons if _is_amount(c, claim)), None)
    share = next((c for c in claim.comparisons if c.unit == "%" and c.kind[0] not in "占居"), None)
    if amount is None or share is None:
        return
    # 比上年增加1.6万件，增长24.3%: what names no base of its own has that of the other
    if _base(amount) != _base(share) and not (_BARE.match(amount.kind) or _BARE.match(share.kind)):
        return
    low, high = _interval(claim.scale, claim.quantum)
    a, b = _interval(amount.scale, amount.quantum)
    sign = -1 if amount.down else 1
    before_low, before_high = (low - b, high - a) if sign > 0 else (low + a, high + b)
    if before_low <= 0:
        return
    possible = a / before_high, b / before_low
    said = _interval(share.scale, share.quantum)
    if possible[1] < said[0] or said[1] < possible[0]:
        before = claim.scale - sign * amount.scale
        claim.flags.append(
            {
                "kind": "growth",
                "words": f"{amount.kind}{_n(amount.value)}{amount.unit}，则基数为{_n(before)}，"
                f"增减幅应为{_percent(amount.scale / before)}，所写为{_n(share.value)}%",
            }
        )


def _direction(claim: Claim) -> None:
    """“从3.2万件增至4100件” falls: one of the two has lost its 万, or the verb is wrong."""
    for c in claim.comparisons:
        if "…" not in c.kind or claim.approx or c.approx or c.scale == claim.scale:
            continue
        way = c.kind.split("…")[1]
        said_up, said_down = _UP.match(way), _DOWN.match(way)
        up = claim.scale > c.scale
        if (said_up and not up) or (said_down and up):
            went = "增加" if up else "减少"
            claim.flags.append(
                {
                    "kind": "direction",
                    "words": f"由{_n(c.value)}{c.unit}到{_n(claim.value)}{claim.unit or ''}是{went}，"
                    f"与“{way}”不合，请核对数位和单位",
                }
            )


def _is_amount(c: Comparison, claim: Claim) -> bool:
    return bool(
        claim.measure_unit
        and claim.measure_unit.kind != "share"
        and c.unit.endswith(claim.measure_unit.word)
        and c.kind[0] not in "从由居位列名排是为相达"
    )


def _base(c: Comparison) -> str:
    return (
        "年"
        if c.kind.startswith(("同比", "较上年", "比上年", "较去年", "比去年", "与上年", "与去年"))
        else c.kind[:2]
    )


def _sum(total: Claim, members: list[Claim], *, exhaustive: bool) -> None:
    if any(m.approx for m in members) or total.approx:
        return
    added = sum((m.scale for m in members), Decimal(0))
    slack = (
        total.quantum + sum((m.quantum for m in members), Decimal(0)) if total.quantum != 1 else Decimal(0)
    )
    difference = added - total.scale
    if difference < 0 and _lost_among_parts(total, members, added):
        return
    if abs(difference) <= slack or (difference < 0 and not exhaustive):
        return
    factor = total.scale / total.value if total.value else Decimal(1)
    terms = "+".join(_n(m.scale / factor) for m in members[:12]) + ("+…" if len(members) > 12 else "")
    more = "多" if difference > 0 else "少"
    total.flags.append(
        {
            "kind": "total" if exhaustive else "parts",
            "words": f"分项之和{terms}={_n(added / factor)}，比所写{_n(total.value)}{total.unit or ''}{more}{_n(abs(difference) / factor)}",
        }
    )


def _lost_among_parts(total: Claim, members: list[Claim], added: Decimal) -> bool:
    """Whether one part, taken ten thousand (a hundred million) times, is what the others leave of the total."""
    if len(members) > 64 or total.quantum * 50 > total.scale:
        return False
    quanta = total.quantum + sum((m.quantum for m in members), Decimal(0))
    for part in members:
        rest = total.scale - (added - part.scale)
        for word, factor in _LOST:
            taken = part.scale * factor
            slack = quanta - part.quantum + part.quantum * factor
            # digits shown too coarsely would fit anything
            if part.scale <= 0 or abs(rest - taken) > slack or slack * 10 > taken:
                continue
            unit = total.scale / total.value if total.value else Decimal(1)
            part.flags = [f for f in part.flags if f["kind"] != "lost_magnitude"]
            part.flags.append(
                {
                    "kind": "lost_magnitude",
                    "words": f"总数{_n(total.value)}{total.unit}减去其余各项余{_n(rest / unit)}{total.unit}，"
                    f"约为{_n(part.value)}{part.unit or ''}的一{word}倍，可能漏写“{word}”",
                }
            )
            return True
    return False


def _ratios(sentence: list[Claim], claims: list[Claim]) -> None:
    for i, claim in enumerate(sentence):
        if claim.measure != "ratio" or claim.unit != "%" or claim.approx:
            continue
        found = None
        m = _RATE.search(claim.context)
        if m:
            found = _base_and_part(sentence[:i], _RATE_STEMS[m[1]])
        elif i and _SHARE.search(re.split("[0-9]", claim.context, maxsplit=1)[0]):
            part = sentence[i - 1]
            if part.parts_of is not None:
                found = claims[part.parts_of], part
        if found is None:
            continue
        whole, part = found
        if whole.scale <= 0 or whole.approx or part.approx:
            continue
        possible = (
            part.scale / (whole.scale + whole.quantum / 2),
            part.scale / (whole.scale - whole.quantum / 2),
        )
        if whole.quantum == 1:
            possible = (part.scale / whole.scale,) * 2
        said = _interval(claim.scale, claim.quantum)
        if possible[1] < said[0] or said[1] < possible[0]:
            claim.flags.append(
                {
                    "kind": "ratio",
                    "words": f"{_n(part.value)}÷{_n(whole.value)}={_percent(part.scale / whole.scale)}，所写为{_n(claim.value)}%",
                }
            )


def _base_and_part(before: list[Claim], stems: tuple[str, ...]) -> tuple[Claim, Claim] | None:
    for j in range(len(before) - 1, 0, -1):
        part = before[j]
        if part.measure == "ratio" or not any(stem in part.context for stem in stems):
            continue
        for whole in reversed(before[:j]):
            if (
                whole.base_unit == part.base_unit
                and whole.measure != "ratio"
                and not any(s in whole.context for s in stems)
            ):
                return whole, part
        return None
    return None


def _interval(scale: Decimal, quantum: Decimal) -> tuple[Decimal, Decimal]:
    """What a shown figure can stand for: rounded to it or cut off to it."""
    return scale - quantum / 2, scale + quantum


def _n(value: Decimal) -> str:
    return (
        str(plain(value.quantize(Decimal("0.0001"))))
        if value != value.to_integral_value()
        else str(int(value))
    )


def _round(value: Decimal) -> str:
    """A large number as one says it: 2.5亿, 3万."""
    for word, factor in reversed(_LOST):
        if value >= factor:
            return f"{_n((value / factor).quantize(Decimal('0.1')))}{word}"
    return _n(value.quantize(Decimal(1)))


def _percent(value: Decimal) -> str:
    return f"{(value * 100).quantize(Decimal('0.01'))}%"
