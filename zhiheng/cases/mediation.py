"""The facts the law asks for in the mediation of patent disputes, one function a guard, answered from rows (裁决调解办法第三章)."""

from __future__ import annotations

from datetime import date

from zhiheng.law import Event, Fact
from zhiheng.matters.facts import Situation, provides

from .parties import is_among, taking_part

OPEN_LICENCE, PROVISIONAL_FEE, DAMAGES = "open_licence", "provisional_fee", "infringement_damages"
OWNERSHIP = ("patent_title", "application_title")
_ROLES = ("claimant", "co_claimant", "co_respondent")
_CALLS = ("file_mediation", "file_ownership", "call_session")
_ABSENT = {"respondent_absent": "被请求人", "claimant_absent": "请求人"}


def _due(s: Situation, code: str) -> date | None:
    """The last day of a clock of the run, whether it still runs or not; None when it never began."""
    return max(s.last_days(code), default=None)


def _statement(s: Situation) -> tuple[Event | None, bool]:
    """What the respondent said last, and whether it came in within the fifteen days (办法 65)."""
    said, due = s.last("receive_statement"), _due(s, "reply")
    came = (said.data.get("arrived_on") or said.on) if said else None
    return said, bool(came and due and came <= due)


# ---- 办法 63, 64, 76: which disputes the office mediates, and from when on


@provides
def mediated_here(s: Situation) -> bool:
    """办法 76, 专利法 52: disputes about an open licence are mediated by the national office."""
    return s.cause != OPEN_LICENCE


@provides
def of_open_licence(s: Situation) -> bool:
    return s.cause == OPEN_LICENCE


@provides
def grant_published(s: Situation) -> bool | Fact:
    """办法 63, 细则 102(2): the fee for use between publication and grant is asked for once the patent is granted."""
    if s.cause != PROVISIONAL_FEE:
        return True
    granted = s.value("granted_on")
    if granted is None:
        return Fact(False, why="没有登记授权公告日")
    asked = s.record.lead_on or s.on
    return True if granted <= asked else Fact(False, why=f"{asked}提出请求，{granted}才公告授权")


@provides
def damages_after_decision(s: Situation) -> bool:
    """办法 64: who asks for the amount of damages alone attaches the decision that found infringement."""
    return s.cause != DAMAGES or bool(s.value("ruling_no"))


# ---- 办法 65, 66: consent before filing


@provides
def consented_in_time(s: Situation) -> bool | Fact:
    """办法 66: no case is opened unless the respondent agrees within the time to reply."""
    said, in_time = _statement(s)
    due = _due(s, "reply")
    if said is None:
        return Fact(False, why=f"没有收到被请求人的意见陈述书，期限至{due}届满")
    if said.data.get("mediation_answer") != "agrees":
        return Fact(False, why="被请求人表示不接受调解")
    came = said.data.get("arrived_on") or said.on
    return True if in_time else Fact(False, why=f"意见陈述书{came}才收到，期限已于{due}届满")


@provides
def refusal_to_mediate_true(s: Situation) -> bool | Fact:
    """办法 66: silence is silence once the time to reply is over; a refusal stands in the statement."""
    if s.data is None:
        return True
    ground, (said, in_time) = s.data.get("mediation_refusal"), _statement(s)
    if ground == "silent":
        due = _due(s, "reply")
        if due is None:
            return Fact(False, why="没有向被请求人送达陈述意见通知书")
        if in_time:
            return Fact(False, why="被请求人已在期限之内提交意见陈述书")
        return True if s.on > due else Fact(False, why=f"陈述意见的期限至{due}，尚未届满")
    if ground == "declined" and (said is None or said.data.get("mediation_answer") != "declines"):
        return Fact(False, why="没有登记被请求人不接受调解的意见陈述书")
    return True


@provides
def of_ownership(s: Situation) -> bool:
    return s.cause in OWNERSHIP


@provides
def not_of_ownership(s: Situation) -> bool:
    return s.cause not in OWNERSHIP


# ---- 办法 67, 69: how it ends


@provides
def absence_after_call(s: Situation) -> bool | Fact:
    """办法 67: who was not called, or whose day has not come, stays away from nothing."""
    who = _ABSENT.get(s.data.get("mediation_end")) if s.data is not None else None
    if who is None:
        return True
    called = s.last(*_CALLS)
    day = called.data.get("mediation_on") if called else None
    if day is None:
        return Fact(False, why=f"没有通知{who}参加调解")
    return True if s.on >= day else Fact(False, why=f"调解定在{day}，尚未到期")


@provides
def agreement_enforceable(s: Situation) -> bool | Fact:
    """公证法 37, 办法 69(2): something is to be given, and the debtor says that it may be enforced."""
    if s.standing and s.standing.value("accepts_enforcement", "reach_agreement"):
        return True
    return Fact(False, why="协议没有载明债务人愿意接受强制执行")


@provides
def confirmation_asked_in_time(s: Situation) -> bool | Fact:
    """民事诉讼法 205: both parties together, within thirty days of the agreement taking effect."""
    applied, due = (s.data or {}).get("applied_on"), _due(s, "confirm")
    if applied is None or due is None or applied <= due:
        return True
    return Fact(False, applied=applied, due=due)


@provides
def another_party_joins(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    who = s.said("joined_name")
    return Fact(False, who=who) if is_among(who, [s.record.party_name, *taking_part(s, *_ROLES)]) else True
