"""Does a record bear a claim out? Pure arithmetic; the caller brings the recorded figure.

The two are compared at the coarser precision: a claim of 919.32万元 says nothing about single yuan, a record kept in whole
万元 nothing about the two decimals. A shown figure may be rounded or cut off; both are honest. Words of approximation are
taken at their meaning: 超6500 is borne out by 6512 and by nothing below 6500.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, Literal

from .claim import Claim, plain

Status = Literal["matches", "differs", "open", "not_comparable", "not_recorded", "no_figure"]
STATUS_WORDS: dict[str, str] = {
    "matches": "相符",
    "differs": "不符",
    "open": "待确认",
    "not_comparable": "不能相比",
    "not_recorded": "没有记录",
    "no_figure": "没有对应的指标",
}
MORE = frozenset({"余", "多", "几", "有余"})  # stand inside or behind the number; up to the next round one
_NEAR = Decimal("0.9")  # 近600: not above it, and not below nine tenths
_ABOUT = Decimal("0.05")  # 约, 左右: within a twentieth
_FAR = Decimal("1.5")  # 超6500 with 12000 on record is true, and badly said


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of holding a claim against the records; `difference` is recorded minus claimed, in base units.

    `open`: the words leave it undecided whether the record is of the same thing; `not_comparable`: they say that it is not.
    """

    status: Status
    recorded: Decimal | None
    difference: Decimal | None
    words: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "recorded": None if self.recorded is None else plain(self.recorded),
            "difference": None if self.difference is None else plain(self.difference),
            "words": self.words,
        }


def compare(claim: Claim, recorded: Decimal | None, *, recorded_quantum: Decimal | None = None) -> Verdict:
    """Hold `claim` against the `recorded` figure (base units: 元, fractions, single things; None: nothing on record).

    `recorded_quantum` is the worth of the last digit the record keeps, when it is coarser than the claim.
    """
    if claim.indicator_id is None:
        return Verdict("no_figure", None, None, "系统里没有与这句话对应的指标")
    if recorded is None:
        return Verdict("not_recorded", None, None, "这项指标在本系统没有记录，无法核对")
    difference = recorded - claim.scale
    borne_out = holds(claim, recorded, recorded_quantum)
    if claim.upper is not None:
        said = f"{_show(claim, claim.scale)}至{_show(claim, claim.upper)}"
        return _verdict(borne_out, claim, recorded, difference, said)
    verdict = _verdict(borne_out, claim, recorded, difference, claim.said)
    if borne_out and claim.approx == "≥" and claim.scale > 0 and recorded > claim.scale * _FAR:
        words = f"{verdict.words}；但实际数远高于所述，建议写明确数"
        return Verdict(verdict.status, recorded, difference, words)
    return verdict


def holds(claim: Claim, recorded: Decimal, recorded_quantum: Decimal | None = None) -> bool:
    """Whether `recorded` bears the claim's number out: its range, its words of approximation, its digits."""
    if claim.upper is not None:
        return claim.scale <= recorded <= claim.upper
    return _holds(claim, recorded, max(claim.quantum, recorded_quantum or claim.quantum))


def _holds(claim: Claim, recorded: Decimal, quantum: Decimal) -> bool:
    said, word = claim.scale, claim.approx_word
    if claim.approx == "≥":
        if word in MORE:
            return said <= recorded < said + _step(claim)
        return recorded > said if word in ("大于", "高于") else recorded >= said
    if claim.approx == "≤":
        if word in ("近", "将近", "接近"):
            return said * _NEAR <= recorded <= said
        return recorded < said if word in ("不足", "不到", "低于", "少于", "小于") else recorded <= said
    if claim.approx == "≈":
        return abs(recorded - said) <= max(abs(said) * _ABOUT, quantum / 2)
    return any(
        (recorded / quantum).quantize(Decimal(1), way) * quantum == _at(said, quantum)
        for way in (ROUND_HALF_UP, ROUND_DOWN)
    )


def _at(said: Decimal, quantum: Decimal) -> Decimal:
    return (said / quantum).quantize(Decimal(1), ROUND_HALF_UP) * quantum


def _step(claim: Claim) -> Decimal:
    """How far 余 reaches: 200余 stays below 300, 110余 below 120, 10万余 below 11万."""
    if re.search("[千万亿](?:余|多|有余)", claim.text) and claim.quantum >= 1000:
        return claim.quantum  # 10万余, unlike 10余万, ends with the next 万
    units, step = (claim.scale / claim.quantum).quantize(Decimal(1), ROUND_FLOOR), claim.quantum
    while units and units % 10 == 0:
        units, step = units / 10, step * 10
    return step


def _verdict(borne_out: bool, claim: Claim, recorded: Decimal, difference: Decimal, said: str) -> Verdict:
    shown = _show(claim, recorded)
    if borne_out:
        return Verdict("matches", recorded, difference, f"记录为{shown}，与“{said}”相符")
    if difference == 0:
        return Verdict(
            "differs", recorded, difference, f"记录正好是{shown}，与“{claim.approx_word}”的说法不合"
        )
    more = "多" if difference > 0 else "少"
    words = f"记录为{shown}，比报告所写{more}{_show(claim, abs(difference))}"
    if lost := misplaced(claim.scale, claim.quantum, recorded):
        words += f"；{lost}"
    return Verdict("differs", recorded, difference, words)


def misplaced(said: Decimal, quantum: Decimal, other: Decimal) -> str:
    """“相差一万倍…” where the two are one number but for a 万 or 亿; "" where they are not."""
    for word, factor in (("万", 10**4), ("亿", 10**8)):
        if said > 0 and abs(other - said * factor) <= quantum * factor / 2:
            return f"两数相差一{word}倍，原文可能漏写“{word}”"
        if other > 0 and abs(other * factor - said) <= quantum / 2:
            return f"两数相差一{word}倍，原文可能多写“{word}”"
    return ""


def _show(claim: Claim, amount: Decimal) -> str:
    """An amount in base units in the claim's own unit, to the claim's digits or to what is needed to see it."""
    # A claim of nought has its unit all the same: 0.00万元.
    digits = int(claim.value.as_tuple().exponent)
    factor = claim.scale / claim.value if claim.value else claim.quantum.scaleb(-digits)
    shown = (amount / factor).quantize(Decimal("0.000001")).normalize()
    return f"{shown:,f}{claim.unit or ''}"
