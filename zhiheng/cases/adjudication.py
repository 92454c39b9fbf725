"""The facts the law asks for in patent adjudications, one function a guard, answered from rows (裁决调解办法)."""

from __future__ import annotations

from zhiheng.accounts.selectors import certificates_on
from zhiheng.law import Fact
from zhiheng.matters import guards as service
from zhiheng.matters.facts import Situation, or_attested, provides

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


@provides
def answer_time_runs(s: Situation) -> bool | Fact:
    """What came in by the last day is in time, whenever it is entered."""
    due = _answer_due(s)
    received = s.value("arrived_on") if s.data is not None else s.on
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
def changed_or_revoked_only(s: Situation) -> bool | Fact:
    """The office changes or revokes its own ruling; that one is held unlawful or invalid is for a court."""
    how = s.data.get("change_kind") if s.data is not None else "changed"
    if how in ("changed", "revoked"):
        return True
    return Fact(False, what=s.procedure.fields["change_kind"].choices.get(how, how))


@provides
def stop_measures_stated(s: Situation) -> bool:
    return s.data is None or not s.data.get("infringes") or bool(s.data.get("stop_measures"))
