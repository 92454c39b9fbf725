"""The facts the law asks for in patent adjudications, one function a guard, answered from rows (裁决调解办法)."""

from __future__ import annotations

from zhiheng.accounts.selectors import certificates_on
from zhiheng.law import Fact
from zhiheng.matters import guards as service
from zhiheng.matters.facts import Situation, or_attested, provides

from .proceedings import hearing_day_lawful

_ANSWER_CLOCKS = ("answer", "answer_abroad")
_WORDS = {True: "成立", False: "不成立"}


@provides
def panel_formed(s: Situation) -> bool | Fact:
    """办法 20: three or more, an odd number."""
    if s.data is None:
        return True
    number = len(set(s.data.get("panel") or ()))
    return True if number >= 3 and number % 2 else Fact(False, number=number)


@provides
def panel_certified(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    valid = certificates_on(s.officers, s.on)
    without = [person.name for person in s.officers if person.pk not in valid]
    return Fact(False, who="、".join(without), on=s.on) if without else True


def _answer_due(s: Situation):
    """The last day to answer while that time is still counted."""
    if s.standing is None:
        return None
    run, procedure = s.standing.run, s.standing.procedure
    running = [clock for code in _ANSWER_CLOCKS for clock in run.running(code)]
    return max((procedure.due(clock, run).due or s.on for clock in running), default=None)


def _answer_was_due(s: Situation):
    """The last day to answer of the time that a later step brought to an end."""
    run, procedure = s.standing.run, s.standing.procedure
    known = [clock for clock in run.clocks.values() if clock.clock in _ANSWER_CLOCKS]
    return max((due for clock in known if (due := procedure.due(clock, run).due)), default=None)


@provides
def answer_time_runs(s: Situation) -> bool | Fact:
    """What came in by the last day is in time, whenever it is entered."""
    received = (s.data.get("arrived_on") if s.data is not None else None) or s.on
    due = _answer_due(s) or (
        _answer_was_due(s) if s.standing and s.standing.run.state != "answering" else None
    )
    return True if due is None or received <= due else Fact(False, due=due)


@provides
def answered_or_time_over(s: Situation) -> bool | Fact:
    due = _answer_due(s)
    return True if s.taken("record_answer") or due is None or s.on > due else Fact(False, due=due)


@provides
def answer_passed_on(s: Situation) -> bool:
    return not s.taken("record_answer") or s.taken("pass_on_answer")


@provides
def noticed_hearing_held(s: Situation) -> bool | Fact:
    """办法 25, 26: what the parties were called to be heard on is not deliberated before they were heard."""
    for event in reversed(s.standing.events if s.standing else ()):
        if event.step in ("hold_oral_hearing", "cancel_oral_hearing"):
            return True
        if event.step == "give_hearing_notice":
            return Fact(False, on=event.on)
    return True


@provides
def ruling_follows_panel(s: Situation) -> bool | Fact:
    """办法 25: the panel decides by majority; the ruling says what it decided last."""
    if s.data is None or s.standing is None:
        return True
    panel = bool(s.standing.value("infringes", "deliberate_panel"))
    ruling = bool(s.data.get("infringes"))
    return True if panel == ruling else Fact(False, panel=_WORDS[panel], ruling=_WORDS[ruling])


# ---- service (办法 10): what is asked in any kind of matter, in the words of this procedure's own rules


@provides
def notice_time_over(s: Situation) -> bool | Fact:
    return service.announced_thirty_days(s)


@provides
def electronic_consent(s: Situation) -> bool | Fact:
    return service.electronic_service_agreed(s)


@provides
def left_with_witness(s: Situation) -> bool | Fact:
    return service.left_before_witness(s)


@provides
def receipt_returned(s: Situation) -> bool | Fact:
    return service.receipt_came_back(s)


@or_attested
def handed_to_parties(s: Situation) -> bool | Fact:
    return service.papers_handed_over(s, "handed_to_parties")


@provides
def every_party_served(s: Situation) -> bool | Fact:
    return service.papers_served(s)


# ---- 办法 33: correction, change and revocation


@provides
def ruling_in_force(s: Situation) -> bool:
    return s.record.decisions.in_force().filter(kind="ruled").exists()


@provides
def refusal_grounded(s: Situation) -> bool | Fact:
    """办法 16: not corrected is what was asked to be corrected, once the day for it is over."""
    if s.data is None or s.data.get("refuse_ground") != "not_corrected":
        return True
    asked = s.last("ask_correction", "receive_correction")
    if asked is None:
        return Fact(False, why="没有通知补正")
    until = asked.data.get("correction_by") if asked.step == "ask_correction" else None
    return True if until is None or s.on > until else Fact(False, why=f"补正期限至{until}，尚未届满")


@provides
def withdrawal_grounded(s: Situation) -> bool | Fact:
    """办法 26, 36: who was not called stays away from nothing."""
    if s.data is None or s.data.get("withdrawal_ground") != "no_show":
        return True
    called = s.last("give_hearing_notice", "cancel_oral_hearing")
    if called is None or called.step != "give_hearing_notice":
        return Fact(False, why="没有通知口头审理")
    day = called.data.get("hearing_on")
    return True if day is None or s.on >= day else Fact(False, why=f"口头审理定在{day}，尚未举行")


@provides
def ruling_orders_a_stop(s: Situation) -> bool | Fact:
    """专利法 65, 办法 33: performance is demanded, and a court asked for it, of a ruling that found infringement and stands."""
    if not ruling_in_force(s):
        return Fact(False, why="裁决已经撤销")
    if not (s.standing and s.standing.value("infringes", "make_ruling")):
        return Fact(False, why="裁决认定侵权不成立")
    return True


@provides
def oral_hearing_day_lawful(s: Situation) -> bool | Fact:
    """办法 26: the parties are told three working days before the oral hearing."""
    return hearing_day_lawful(s)


@provides
def changed_or_revoked_only(s: Situation) -> bool | Fact:
    """The office changes or revokes its own ruling; that one is held unlawful or invalid is for a court."""
    how = s.data.get("change_kind") if s.data is not None else "changed"
    if how in ("changed", "revoked"):
        return True
    return Fact(False, what=s.procedure.fields["change_kind"].choices.get(how, how))


@provides
def stop_measures_stated(s: Situation) -> bool:
    return s.data is None or not s.data.get("infringes") or bool(s.data.get("stop_measures"))
