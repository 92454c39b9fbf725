"""Suspicious figures, with the arithmetic that makes them so. Nothing is ever corrected.

Every figure stands for an interval — it may have been rounded or cut off — and only what no number in the intervals could
satisfy is flagged.
"""

import re
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

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
_CLOSED = re.compile("其他|其余|其它|剩余|另外")
_INTAKE = re.compile("受理|收到|新收|接收|收案|立案|申请|检查|抽查|抽检|应")
_DISPOSED = re.compile("公开|不予|无法|处理|结转|撤回|驳回|终止|不再")
_ANY_RATE = re.compile("([\u4e00-\u9fff]{2})率")
_NEVER_ABOVE = re.compile("(?:合格|满意|参考|持证|覆盖|答复|按时办结|按期办结|到位|知晓|公示)率")
_LAST_YEAR = re.compile("上年|去年|上一年")
_OF_WHOLE = re.compile("占[^0-9，。；]{0,8}[0-9]")
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
        if claim.comparisons:
            _growth(claim)
            _direction(claim)
    for place, members in parts.items():
        _sum(
            claims[place],
            members,
            exhaustive=claims[place].span[0] > members[0].span[0]
            or claims[place].in_table
            or _CLOSED.search(members[-1].context) is not None,
            others=_could_be_whole(claims, place),
        )
    for members in sentences.values():
        if len(members) == 1 and members[0].measure != "ratio" and not members[0].comparisons:
            continue
        _ratios(members[:64], claims)
        _among_siblings(members[:64])
        _told_twice(members[:64])
        _from_base(members[:64])
        _disposals(members[:64], parts, claims)
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
    share = next(
        (c for c in claim.comparisons if c.unit == "%" and c.kind[0] not in "占居" and "均" not in c.kind),
        None,
    )
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


def _could_be_whole(claims: list[Claim], place: int) -> list[Claim]:
    """The figures of the same sentence before a total that the parts behind it may as well be parts of."""
    total = claims[place]
    return [
        c
        for c in claims[max(0, place - 4) : place]
        if c.sentence == total.sentence and c.base_unit == total.base_unit and c.measure == total.measure
    ]


def _sum(total: Claim, members: list[Claim], *, exhaustive: bool, others: list[Claim]) -> None:
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
    if total.span[0] < members[0].span[0] and any(added <= other.scale for other in others):
        return  # 受理3727件，审结3437件。其中…: parts of the first
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
        if claim.scale > 1 and (m := _NEVER_ABOVE.search(claim.context)):
            claim.flags.append({"kind": "ratio", "words": f"{m[0]}不会超过100%，所写为{_n(claim.value)}%"})
            continue
        found = _whole_and_part(sentence, i, claims)
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
        if possible[0] > 1 >= claim.scale:
            continue  # more than all of it: that was not the base
        said = _interval(claim.scale, claim.quantum)
        if possible[1] < said[0] or said[1] < possible[0]:
            claim.flags.append(
                {
                    "kind": "ratio",
                    "words": f"{_n(part.value)}÷{_n(whole.value)}={_percent(part.scale / whole.scale)}，所写为{_n(claim.value)}%",
                }
            )


def _whole_and_part(sentence: list[Claim], i: int, claims: list[Claim]) -> tuple[Claim, Claim] | None:
    """What the share at place `i` divides: 结案率 and the like by their stem, 占 by the part named or told before it."""
    claim = sentence[i]
    if m := _RATE.search(claim.context):
        return _base_and_part(sentence[:i], _RATE_STEMS[m[1]])
    if m := _ANY_RATE.search(claim.context):
        found = _base_and_part(sentence[:i], (m[1],))
        if found and (
            _INTAKE.search(found[0].context)
            or (found[1].parts_of is not None and claims[found[1].parts_of] is found[0])
        ):
            return found
        return None
    told = sentence[i - 1] if i >= 2 else None
    if told is not None and 0 < claim.number[0] - told.number[1] <= 6 and _OF_WHOLE.search(told.context):
        part = sentence[i - 2]  # 商标案件610件，占全部709件的86.0%
        same = part.base_unit == told.base_unit and part.measure == told.measure != "ratio"
        return (told, part) if same and claim.context.startswith(("的", "总")) else None
    before = re.split("[0-9]", claim.context, maxsplit=1)[0]
    if not i or not _SHARE.search(before):
        return None
    named = _SHARE.sub("", before).strip("，、。；其中的")
    if len(named) >= 2:
        parts = [
            c for c in sentence[:i] if c.parts_of is not None and (named in c.context or named in c.topic)
        ]
        return (claims[parts[-1].parts_of], parts[-1]) if len(parts) == 1 else None
    part = sentence[i - 1]
    return (claims[part.parts_of], part) if part.parts_of is not None else None


def _told_twice(sentence: list[Claim]) -> None:
    """规模突破1.2万亿元，达到1.21亿元: the second tells the first more exactly, and lost its 万."""
    for one, two in pairwise(sentence):
        if one.base_unit != two.base_unit or one.measure != two.measure or min(one.scale, two.scale) <= 0:
            continue
        if two.head and two.head != one.head:
            continue
        for word, factor in _LOST:
            for small, large in ((one, two), (two, one)):
                if abs(large.scale / (small.scale * factor) - 1) <= Decimal("0.05"):
                    small.flags.append(
                        {
                            "kind": "lost_magnitude",
                            "words": f"与同句的{_n(large.value)}{large.unit}相差一{word}倍，可能漏写“{word}”",
                        }
                    )


def _from_base(sentence: list[Claim]) -> None:
    """A change whose base is told in figures: 由100万元增至150万元，增长80%; 上年305件，今年610件; 是上年305件的3倍."""
    for i, claim in enumerate(sentence):
        if claim.unit == "倍" and i >= 2:
            base, now = sentence[i - 1], sentence[i - 2]
            if 0 <= claim.number[0] - base.number[1] <= 3 and base.base_unit == now.base_unit:
                _times(claim, now, base)
            continue
        if not claim.comparisons or claim.approx:
            continue
        share = next(
            (
                c
                for c in claim.comparisons
                if c.unit == "%" and c.kind[0] not in "占居" and "均" not in c.kind
            ),
            None,
        )
        if share is None or share.approx:
            continue
        low = next(
            (
                (c.scale, c.quantum)
                for c in claim.comparisons
                if "…" in c.kind and c.unit != "%" and c.scale > 0
            ),
            None,
        )
        if low is None and share.base:
            low = share.base
        if low is None and _base(share) == "年":
            earlier = [
                c
                for c in sentence[:i]
                if c.base_unit == claim.base_unit
                and not c.approx
                and c.measure == claim.measure
                and _LAST_YEAR.search(c.context)
                and not c.comparisons
            ]
            low = (
                (earlier[-1].scale, earlier[-1].quantum)
                if len(earlier) == 1 and earlier[-1].scale > 0
                else None
            )
        if low is None:
            continue
        base, quantum = low
        now, now_quantum = claim.scale, claim.quantum
        rise = -1 if share.down else 1
        possible = sorted(
            rise * (a / b - 1)
            for a in (now, now + now_quantum / 2, now - now_quantum / 2)
            for b in (base, base + quantum / 2)
        )
        said = _interval(share.scale, share.quantum)
        if possible[-1] < said[0] or said[1] < possible[0]:
            factor = claim.scale / claim.value if claim.value else Decimal(1)
            claim.flags.append(
                {
                    "kind": "growth",
                    "words": f"由{_n(base / factor)}到{_n(claim.value)}{claim.unit or ''}，增减幅应为"
                    f"{_percent(abs(now / base - 1))}，所写为{_n(share.value)}%",
                }
            )


def _times(claim: Claim, now: Claim, base: Claim) -> None:
    if base.scale <= 0 or claim.approx or now.approx or base.approx:
        return
    times = now.scale / base.scale
    said = _interval(claim.scale, claim.quantum)
    if not said[0] <= times <= said[1]:
        shown = times.quantize(Decimal("0.01"))
        claim.flags.append(
            {
                "kind": "growth",
                "words": f"{_n(now.value)}是{_n(base.value)}的{_n(shown)}倍，所写为{_n(claim.value)}倍",
            }
        )


def _disposals(sentence: list[Claim], parts: dict[int, list[Claim]], claims: list[Claim]) -> None:
    """受理8件，予以公开5件，不予公开1件，无法提供1件: what was done with all of them should come to all of them."""
    for i, whole in enumerate(sentence):
        rest = [c for c in sentence[i + 1 :] if c.base_unit == whole.base_unit and c.measure == whole.measure]
        if len(rest) < 3 or whole.parts_of is not None or any(c.parts_of is not None for c in rest):
            continue
        if not _INTAKE.search(whole.context) or not all(
            _DISPOSED.search(c.head + (c.verb or "")) for c in rest
        ):
            continue
        added = sum((c.scale for c in rest), Decimal(0))
        if added != whole.scale and not whole.approx and not any(c.approx for c in rest):
            terms = "+".join(_n(c.value) for c in rest[:12])
            whole.flags.append(
                {
                    "kind": "parts",
                    "words": f"各项处理结果{terms}={_n(added)}，与{_n(whole.value)}不等，请核对是否漏列",
                }
            )
        return


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
