"""The items of a penalty as a notice and a decision word them, written from the kinds and amounts that the step states: what the party is
told and what the law was held against cannot differ (行政处罚法 44, 59)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zhiheng.matters.facts import Situation
from zhiheng.numbers import writing

ITEMS = "proposed_penalty"
# Kinds whose amount the item states.
_AMOUNTS = {"confiscate_gains": "confiscated_gains", "fine": "fine"}
_STOPS = "。；;，, \n"


def items_of(titles: Mapping[str, str], data: Mapping[str, Any]) -> list[str]:
    """One item for each kind chosen, in the order of 行政处罚法 9: amounts in capitals and figures, goods as they are named."""
    chosen = set(data.get("penalty_kinds") or ())
    return [_item(kind, title, data) for kind, title in titles.items() if kind in chosen]


def _item(kind: str, title: str, data: Mapping[str, Any]) -> str:
    amount = data.get(_AMOUNTS.get(kind, ""))
    if amount:
        return title + writing.amount(amount)
    goods = str(data.get("confiscated_goods") or "").strip(_STOPS) if kind == "confiscate_goods" else ""
    if not goods:
        return title
    return goods if goods.startswith("没收") else f"没收{goods}"


def written(s: Situation) -> list[str] | None:
    """What a step that was given no items orders; None where it chooses no kind of penalty."""
    return items_of(_titles(s), s.data or {}) or None


def begun(s: Situation) -> list[str] | None:
    """What the form begins with: items that somebody worded by themselves. What was written from kinds and amounts is written anew."""
    told = next((e.data for e in reversed(s.standing.told(s.line)) if e.data.get(ITEMS)), None)
    if told is None or told[ITEMS] == items_of(_titles(s), told):
        return None
    return told[ITEMS]


def _titles(s: Situation) -> Mapping[str, str]:
    return s.procedure.fields["penalty_kinds"].choices


def apart(data: Mapping[str, Any]) -> dict[str, int]:
    """Amounts of the penalty that no item states in capitals: a paper says them beside the items."""
    items = "".join(map(str, data.get(ITEMS) or ()))
    return {
        f"{field}_apart": data[field]
        for field in _AMOUNTS.values()
        if data.get(field) and not _stated(writing.capitals(data[field]), items)
    }


def _stated(capitals: str, items: str) -> bool:
    """Whether the amount stands there by itself: 伍万元整 is no part of 拾伍万元整."""
    return re.search(f"(?<![零壹贰叁肆伍陆柒捌玖拾佰仟万亿]){capitals}", items) is not None
