"""What in one text cannot be: figures beyond nature, effects that contradict each other, the same words drawn at random.

Only what needs no knowledge of the field is told; each is a place to look at, none is proof.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .facts import Facts
from .signal import Evidence, Signal

_PH = re.compile(
    r"[pP][hH]值?(?:[为是在约调节至到控制于]|[:：]){0,4}(\d+(?:\.\d+)?)(?:[-~～—至到]+(\d+(?:\.\d+)?))?"
)
_COLD = re.compile(r"(?:(?<![\d℃CKk])[-－−]|零下)\s?(\d{3,}(?:\.\d+)?)\s?(?:℃|°C|摄氏度)")
_BELOW = ("-", "－", "−", "零下")  # without one of these no text is searched for a cold
_SHARE = re.compile(
    r"(纯度|合格率|准确率|收率|回收率|去除率|脱除率|孔隙率|相对湿度|含水率|命中率|成活率|杀菌率|利用率)(?:可?[达为至到是约]|高于|大于|超过|不低于|在){0,3}"
    r"(\d+(?:\.\d+)?)(?:[-~～—至到]+(\d+(?:\.\d+)?))?\s?[%％]"
)
_EFFECT = re.compile(
    r"(提高|提升|增大|增强|增加|降低|减小|减少|削弱)(?:了)?(?:所述|该)?([一-鿿]{2,6}?)(?=[，。；、和并且]|$)"
)
# The same over a whole text, whose sentences may end with a line.
_SAID = re.compile(_EFFECT.pattern.replace("$)", "\n|$)"))
_UP = ("提高", "提升", "增大", "增强", "增加")
_HEDGED = re.compile(r"避免|防止|不会|减缓|不易|当|若|如果|随|时，|时$|而不|又不|既")


@dataclass(frozen=True)
class Oddity:
    """name: what kind; words: the place in the text; grounds: items of art. 3 it may suggest."""

    name: str
    words: str
    grounds: tuple[int, ...]


def oddities_of(text: str, repeated: int) -> list[Oddity]:
    """What in this text defies plausibility. repeated: one clause this many times is no description."""
    found: list[Oddity] = []
    if "pH" in text or "PH" in text or "ph" in text:
        for match in _PH.finditer(text):
            if max(float(value) for value in match.groups() if value) > 14:
                found.append(Oddity("数据超出可能", f"“{match[0]}”，酸碱度不会超过14", (2, 4)))
                break
    if ("℃" in text or "°C" in text or "摄氏" in text) and any(sign in text for sign in _BELOW):
        match = next((one for one in _COLD.finditer(text) if float(one[1]) > 273.15), None)
        if match:
            found.append(Oddity("数据超出可能", f"“{match[0]}”，低于绝对零度", (2, 4)))
    if "%" in text or "％" in text:
        match = next(
            (one for one in _SHARE.finditer(text) if max(float(v) for v in one.groups()[1:] if v) > 100), None
        )
        if match:
            found.append(Oddity("数据超出可能", f"“{match[0]}”，比率不会超过百分之百", (2, 4)))
    if ("降低" in text or "减" in text or "削弱" in text) and any(word in text for word in _UP):
        found += _contradiction(text)
    if len(text) >= 120 and any(text.count(text[at : at + 6]) >= repeated for at in _probes(len(text))):
        clauses = Counter(clause for clause in re.split("[，。；、\n]", text) if len(clause) >= 6)
        clause, count = clauses.most_common(1)[0] if clauses else ("", 0)
        if count >= repeated and count * len(clause) * 3 >= len(text):
            found.append(Oddity("语句堆砌", f"“{clause[:20]}”重复{count}次", (3, 4)))
    return found


def _probes(length: int) -> range:
    """Places looked at before clauses are counted: a text made of one clause repeats itself wherever it is touched."""
    return range(length // 5, length - length // 5, max(1, length // 5))


def _contradiction(text: str) -> list[Oddity]:
    # Most texts say of nothing both: that is seen at once, over the whole text.
    raised, lowered = set(), set()
    for verb, what in _SAID.findall(text):
        (raised if verb in _UP else lowered).add(what)
    if raised.isdisjoint(lowered):
        return []
    up: dict[str, str] = {}
    down: dict[str, str] = {}
    for sentence in re.split("[。；\n]", text):
        if _HEDGED.search(sentence):
            continue
        for match in _EFFECT.finditer(sentence):
            (up if match[1] in _UP else down).setdefault(match[2], match[0])
    for what in up.keys() & down.keys():
        return [Oddity("效果自相矛盾", f"既称“{up[what]}”，又称“{down[what]}”", (2, 4))]
    return []


def odd_signals(oddities: Mapping[int, list[Oddity]], facts: Facts) -> list[Signal]:
    """One signal per application."""
    signals = []
    for number, odd in sorted(oddities.items()):
        grounds = tuple(sorted({ground for one in odd for ground in one.grounds}))
        evidence = [Evidence(one.name, one.words, "", None, 10) for one in odd]
        signals.append(
            Signal("data", "数据或效果不合常理", [number], grounds, evidence, facts.speaking_for([number]))
        )
    return signals
