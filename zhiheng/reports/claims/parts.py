"""Parts and totals within a sentence: 其中, 包括, brackets behind a total, 共 behind its parts."""

import re
from collections.abc import Sequence
from decimal import Decimal

from .claim import Claim
from .clause import strip_lead
from .state import State

_PART_OPENED = ("其中，", "其中：")
_PARTS = re.compile(r"(?:^|，)(?:包括|分别是)")
_SINGLE = re.compile("最[高大多低小]|单[案件笔个]")  # the largest single one adds up with nothing
_AMONG = re.compile("[\u4e00-\u9fff]{0,6}中，")
_OTHER_TIME = re.compile("(?:上年|去年|前年|上一年|(?:19|20)[0-9]{2}年)")
_ALTOGETHER = re.compile(
    "(?:^|全[市省区国县]|[两三四五]项|各项|累计)(?:合计|共计|总计|总共)[\u4e00-\u9fff]{0,2}$"
)
_LONE = {"共", "合计", "共计", "总计", "三类合计", "两类合计", "总共"}
_REACH = 400  # a bracket is no longer than this


def relate(
    text: str, claims: Sequence[Claim], state: State, claim: Claim, left: int, lead: str, verb: str | None
) -> None:
    """Tell whether `claim`, not yet among the `claims` so far, is a part or the total of what its sentence told before.

    text: the clean text; left: where the clause begins; lead: its words before the number; verb: its act.
    """
    opened = (
        "其中" in lead or text.endswith(_PART_OPENED, 0, left) or (state.part_sought and lead[:1] == "、")
    )
    state.part_sought = False
    if state.claims and not opened and verb is None:
        told = claims[state.claims[-1]]
        # 新收的812件案件中，商标610件
        opened = _AMONG.fullmatch(text, told.number[1], left) is not None
    bracket = text[left - 1 : left] == "（"
    if bracket and _OTHER_TIME.match(lead):
        return  # 128件（2023年：112件）
    if bracket or opened or (("包括" in lead or "分别是" in lead) and _PARTS.search(lead)):
        whole = _whole(claims, state, claim)
        if bracket and "其中" not in lead and (whole is None or claims[whole].span[1] != left - 1):
            return
        state.total, state.part_sought = whole, whole is None
        state.total_verb, state.parts = verb, Decimal(0)
        state.total_until = text.find("）", left, left + _REACH) if bracket else -1
    elif strip_lead(lead) in _LONE or (
        "计" in lead and _ALTOGETHER.search(lead) and state.claims and claims[state.claims[-1]].verb == verb
    ):
        same = _same(claims, state, claim)
        if len(same) >= 2:
            for c in same:
                if claims[c].parts_of is None:
                    claims[c].parts_of = len(claims)
        return
    if 0 <= state.total_until < left:
        state.total, state.total_until = None, -1
    if state.total is None or claim.measure in ("ratio", "rate"):
        return
    if not opened and _SINGLE.search(lead):
        return
    total = claims[state.total]
    if total.base_unit != claim.base_unit:
        if verb is not None and verb != state.total_verb:
            state.total = None  # another act, of which no more parts are told
        return
    if (
        state.parts
        and state.parts + claim.scale > total.scale
        and verb is not None
        and verb != state.total_verb
        and not lead.startswith("、")  # 其中罚款50.2万元、没收违法所得26.2万元 goes on with the same list
    ):
        state.total = None  # another act: no longer a part
        return
    state.parts += claim.scale
    claim.parts_of = state.total
    claim.qualifier = f"{claim.qualifier};part" if claim.qualifier else "part"
    claim.why.append({"rule": "其中", "words": total.text})


def _whole(claims: Sequence[Claim], state: State, claim: Claim) -> int | None:
    """The nearest claim before that `claim` can be a part of."""
    for c in reversed(state.claims):
        other = claims[c]
        if other.parts_of is None and other.measure != "ratio" and other.base_unit == claim.base_unit:
            return c
    return None


def _same(claims: Sequence[Claim], state: State, claim: Claim) -> list[int]:
    """The claims of this sentence that count in the same unit."""
    return [
        c for c in state.claims if claims[c].base_unit == claim.base_unit and claims[c].measure != "ratio"
    ]
