"""What a figure is about, how it measures and of which time it is, from the words before it and what was said earlier."""

import re

from .claim import Claim
from .clause import last
from .quantities import Quantity
from .timeline import Timeline
from .words import words

_RECEIVER = re.compile(
    "(?:公安|司法|检察|纪检|监察|有关|其他|主管|相关)[^，、]{0,6}(?:机关|部门|机构)|[^，、]{0,6}公安局"
)


def describe_topic(claim: Claim, known: str) -> str:
    """Set what the number is about; an attribute alone (案值) takes the thing `known` from before. Gives what is known next."""
    w = words()
    attribute = w.attribute.search(claim.head)
    rest = w.attribute.sub("", claim.head)
    rest = re.sub(r"^(?:涉及|总|的|其|、|累计)+|(?:的|总)+$", "", rest)
    alone = attribute is not None and len(rest) < 2
    if alone and known:
        claim.topic = known
        claim.why.append({"rule": "承前", "words": known})
        return known
    if not claim.head:
        claim.topic = known
        return known
    claim.topic = claim.head
    # 移送公安机关4件: the cases before are still the talk
    received = claim.verb and w.family[claim.verb] == "transfer" and _RECEIVER.fullmatch(claim.head)
    return known if alone or (received and known) else claim.head


def describe_measure(claim: Claim, q: Quantity, lead: str, just_before: str) -> None:
    """Set how the number measures and what qualifies it; `lead` is the clause before it, `just_before` its last characters."""
    w = words()
    notes: list[str] = []
    if q.approx_word:
        direction = {"≥": "下限", "≤": "上限", "≈": "约数"}.get(q.approx or "")
        notes.append(f"{q.approx_word}({direction})" if direction else q.approx_word)
        claim.why.append({"rule": "约数", "words": q.approx_word})
    rate = last(w.rate, lead) if any(char in lead for char in w.rate_holds) else None
    if q.per:
        claim.measure = "rate"
        claim.why.append({"rule": "速率", "words": q.per})
    per_head = w.per_head.search(lead)
    if rate is not None and not (per_head and per_head.start() <= rate.start() < per_head.end()):
        claim.measure = "rate"
        notes.append("平均" if rate[0] == "平均" else f"{rate[0]}速率")
        claim.why.append({"rule": "速率", "words": rate[0]})
    elif per_head is not None:
        claim.measure = "rate"
        claim.why.append({"rule": "速率", "words": per_head[0]})
    elif (q.measure and q.measure.kind == "share") or q.kind in ("fraction", "half"):
        claim.measure = "ratio"
    ends = just_before[-1:] in w.first_in_value_ends
    first = w.first_in_value.search(just_before) if ends else None
    if first or "首批" in lead:
        notes.append(first[0] if first else "首批")
    claim.qualifier = ";".join(notes) or None


def describe_period(claim: Claim, time: Timeline, place: int, lead: str) -> None:
    """Set of which time the number at `place` is, and whether it stands at a day."""
    when = time.at(place)
    claim.period = when.label if when else str(time.year) if time.year else None
    stock = words().stock.search(lead)
    if when and when.stock:
        claim.as_of = when.as_of
        if claim.measure == "flow":
            claim.measure = "stock"
        claim.why.append({"rule": "时点", "words": when.label})
    elif stock:
        if claim.measure == "flow":
            claim.measure = "stock"
        if stock[0] == "累计" and claim.period and not (when and when.several):
            claim.period = f"累计至{claim.period}"
        claim.why.append({"rule": "存量", "words": stock[0]})
    elif when:
        claim.why.append({"rule": "时间", "words": when.label})
