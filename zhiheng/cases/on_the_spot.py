"""What the law asks of a penalty decided where the act was found (行政处罚法 51, 52, 68; 程序规定 66 to 70). One function a guard; see
:mod:`zhiheng.cases.guards`.
"""

from __future__ import annotations

from datetime import timedelta

from zhiheng.law import Fact
from zhiheng.law.penalties import KINDS
from zhiheng.matters.facts import Situation, provides

from .acts import measured, objections

_ON_SPOT = {"warning", "fine"}


@provides
def on_spot_by_rule(s: Situation) -> bool | Fact:
    """行政处罚法 51: on the spot only a warning or a small fine. What a rule has imposed beside them closes that way."""
    if s.data is None or s.value("outside_basis"):
        return True
    for one in measured(s):
        if one.outcome is None:
            continue
        there = {
            "confiscate_gains": bool(one.act.gains),
            "confiscate_goods": not s.value("nothing_to_confiscate"),
        }
        beside = [kind for kind in sorted(one.outcome.applicable.must - _ON_SPOT) if there.get(kind, True)]
        if beside:
            return Fact(
                False,
                rule=f"{one.outcome.title}（{one.outcome.applicable.article}）",
                kinds="、".join(KINDS[kind] for kind in beside),
            )
    return True


@provides
def kinds_given_by_rule(s: Situation) -> bool | Fact:
    """行政处罚法 16, 38: on the spot too a kind of penalty needs a rule that gives it, and a warning or fine that a rule has imposed is
    imposed; 51 names amounts, and gives none. What must be confiscated closes that way altogether (`on_spot_by_rule`)."""
    if s.data is None or s.value("outside_basis"):
        return True
    titles = s.procedure.fields["penalty_kinds"].choices
    due = [one for one in objections(s, "kind_missing") if any(titles[k] in one.words for k in _ON_SPOT)]
    found = [*objections(s, "kind_unknown"), *due]
    return Fact(False, why=str(found[0])) if found else True


@provides
def no_order_first(s: Situation) -> bool | Fact:
    """行政处罚法 28, 51: what is punished only once an order to correct ran out cannot be punished where it was found."""
    if s.data is None or s.value("outside_basis"):
        return True
    found = objections(s, "order_first")
    return Fact(False, rule=str(found[0])) if found else True


@provides
def not_heavier_on_spot(s: Situation) -> bool | Fact:
    """行政处罚法 44, 45(2): the fine told last on the spot is the most that may follow, whether the party defended itself or not."""
    notice = s.last("give_notice")
    told = notice.data.get("fine") if notice else None
    if s.data is None or told is None:
        return True
    decided = s.data.get("fine") or 0
    if decided <= told:
        return True
    return Fact(False, decided=f"{decided / 100:,.2f}元", noticed=f"{told / 100:,.2f}元")


@provides
def collected_then_and_there(s: Situation) -> bool | Fact:
    """行政处罚法 68: what is fined on the spot may be collected on the spot, there and then; later only where the party cannot well pay
    otherwise and asks for it (69)."""
    decided = s.record.decided_on
    if s.data is None or decided is None or s.data.get("on_spot_ground") == "remote":
        return True
    day = s.data.get("paid_on") or s.on
    if day > decided + timedelta(1):
        return Fact(False, why=f"决定于{decided}当场作出，{day}收缴不是当场收缴")
    told = _channel_told(s)
    if told != "bank":
        return True
    return Fact(False, why="当场处罚决定书写明的缴款途径是指定银行或者电子支付，没有写明当场收缴")


def _channel_told(s: Situation) -> str:
    """How the decision made on the spot told the party to pay (程序规定 68); "" where it left both ways open."""
    made = s.last("decide_penalty")
    return str(made.data.get("told_channel") or "") if made else ""


@provides
def decided_on_the_spot(s: Situation) -> bool | Fact:
    """行政处罚法 51, 52: told, decided and handed over there and then; past midnight is still the spot."""
    notice = s.last("give_notice")
    if notice is None or s.on <= notice.on + timedelta(1):
        return True
    return Fact(False, on=notice.on)


@provides
def review_before_suit(s: Situation) -> bool:
    """行政复议法 23(1)(1), 29(2): review comes before the suit and must have ended in a decision, which one that was taken back has not; a
    paper shows where the review organ did not take it up or did not answer (34)."""
    if s.data is None or s.data.get("remedy_kind") != "suit" or s.data.get("attachments"):
        return True
    if s.taken("register_review_refusal"):
        return True
    ended = [e.data.get("remedy_result") for e in s.standing.events if e.step == "end_remedy"]
    return any(result and result != "withdrawn" for result in ended)
