"""The facts the law asks for in patent adjudications, one function a guard, answered from rows (裁决调解办法)."""

from __future__ import annotations

from zhiheng import canonical
from zhiheng.accounts.selectors import without_certificate
from zhiheng.law import Fact
from zhiheng.matters import guards as service
from zhiheng.matters.delivery import addressee_of, deliveries
from zhiheng.matters.facts import Situation, or_attested, provides

from .decisions import in_force
from .parties import is_among, taking_part
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
    without = [person.name for person in without_certificate(s.officers, s.on)]
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
    return max(s.last_days(*_ANSWER_CLOCKS), default=None)


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
    return service.papers_handed_over(s)


@provides
def every_party_served(s: Situation) -> bool | Fact:
    return service.papers_served(s)


# ---- 办法 33: correction, change and revocation


@provides
def ruling_in_force(s: Situation) -> bool:
    return any(made.kind == "ruled" for made in in_force(s.record))


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


# ---- 办法 5: recusal


@provides
def recusal_in_time(s: Situation) -> bool | Fact:
    """办法 5: three working days after the handlers were told; until the oral hearing begins, where there is one; until it ends, where the
    reason was learnt later."""
    heard = s.last("hold_oral_hearing")
    if heard is not None:
        return Fact(False, why=f"{heard.on}已经口头审理")
    if s.data is None or s.data.get("learnt_later") or s.taken("give_hearing_notice"):
        return True
    ends = s.last_days("recusal", running=True)
    if ends and s.on > ends[0]:
        return Fact(False, why=f"知道办案人员之后三个工作日至{ends[0]}届满")
    return True


# ---- 办法 23, 24, 28: who takes part, joins, leaves, takes another's place

_JOINED = ("co_claimant", "co_respondent", "third_party")


@provides
def joined_in_time(s: Situation) -> bool | Fact:
    """办法 24(3): before the oral hearing. Whom the law wants in the case (23) is joined whenever it shows."""
    held = s.last("hold_oral_hearing")
    if s.data is None or held is None or s.data.get("joinder_asked_by") == "office":
        return True
    return Fact(False, on=held.on)


@provides
def joinder_grounded(s: Situation) -> bool | Fact:
    """办法 23: co-owners, and others who must, join as the law says; 24(1): whom the claimant asks for; 24(2): whom the respondent asks
    for, if the claimant agrees, and otherwise, if they apply themselves, as a third party."""
    if s.data is None:
        return True
    who, role, asked_by = (
        s.said("joined_name"),
        s.data.get("participant_role"),
        s.data.get("joinder_asked_by"),
    )
    known = [s.record.party_name, *taking_part(s, "claimant", *_JOINED)]
    if is_among(who, known):
        return Fact(False, why=f"“{who}”已经是本案的当事人或者第三人")
    if role == "co_claimant" and asked_by == "respondent":
        return Fact(False, why="共同请求人由请求人申请，或者由本部门依法追加")
    if role == "co_respondent" and asked_by == "respondent" and not s.data.get("claimant_agrees"):
        return Fact(
            False, why="请求人没有同意追加为被请求人；有利害关系的，书面告知其本人，由其申请作为第三人"
        )
    if role == "co_respondent" and asked_by == "itself":
        return Fact(False, why="自己申请参加的，作为第三人")
    if role == "third_party" and asked_by != "itself":
        return Fact(False, why="第三人须由其本人申请参加")
    return True


@provides
def one_that_joined(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    who = addressee_of(s.record, s.data)
    if who not in taking_part(s, "co_respondent", "third_party"):
        return Fact(False, why=f"“{who}”不是追加的被请求人、第三人")
    return True if _awaits(s, who) else Fact(False, why=f"已向“{who}”送达，或者没有其文书")


def _awaits(s: Situation, who: str) -> bool:
    """Whether a paper that the step serves has still to reach a party."""
    mine = [
        d for d in deliveries(s.record, s.standing) if d.paper.form in s.step.serves and d.addressee == who
    ]
    return bool(mine) and mine[-1].due


@provides
def joined_told(s: Situation) -> bool | Fact:
    """办法 22: nobody is decided about who did not get the request and a time to answer it."""
    if s.standing is None:
        return True
    served = {
        addressee_of(s.record, event.data)
        for seq, event in enumerate(s.standing.events, start=1)
        if s.standing.step_at(seq).opens == "joined"
    }
    untold = [who for who in taking_part(s, "co_respondent", "third_party") if who not in served]
    return Fact(False, who="、".join(f"“{who}”" for who in untold)) if untold else True


@provides
def one_of_the_participants(s: Situation) -> bool | Fact:
    who = s.said("leaving")
    return True if s.data is None or who in taking_part(s, *_JOINED) else Fact(False, who=who)


_LEAVES_AS = {
    "waived": "co_claimant",
    "left": "co_claimant",
    "released": "co_respondent",
    "applied": "third_party",
}


@provides
def leaving_grounded(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    who, ground = s.said("leaving"), s.data.get("leaving_ground")
    roles = s.kind.parties
    if who not in taking_part(s, _LEAVES_AS.get(ground, "")):
        return Fact(False, why=f"这一情形只适用于{roles[_LEAVES_AS[ground]].title}")
    return True if s.data.get("attachments") else Fact(False, why="没有其书面的声明或者申请")


@provides
def another_claimant(s: Situation) -> bool | Fact:
    now = next(iter(taking_part(s, "claimant")), "")
    said = s.said("claimant_name")
    return Fact(False, who=now) if said and canonical.key(said) == canonical.key(now) else True


@provides
def another_respondent(s: Situation) -> bool | Fact:
    said = s.said("party_name")
    if said and canonical.key(said) == canonical.key(s.record.party_name):
        return Fact(False, why=f"承继人写的仍是原被请求人“{s.record.party_name}”")
    if s.data is not None and s.data.get("dispute_succession") == "assigned":
        return Fact(False, why="专利权转让变更的是请求人，不是被请求人")
    return True


@provides
def takes_a_participants_place(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    who, role = s.said("succeeded"), str(s.data.get("participant_role") or "")
    return True if who in taking_part(s, role) else Fact(False, who=who)


# ---- 专利法 65: the suit against a ruling


@provides
def ruling_awaits_it(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    who = addressee_of(s.record, s.data)
    if who == s.record.party_name:
        return Fact(False, why=f"“{who}”是被请求人")
    return True if _awaits(s, who) else Fact(False, why=f"裁决书不是给“{who}”的，或者已经送达")


@provides
def plaintiff_is_a_party(s: Situation) -> bool | Fact:
    """专利法 65: a party sues; whose interests are touched shows by the court's paper that it may (行政诉讼法 25)."""
    if s.data is None or s.data.get("attachments"):
        return True
    who = s.said("plaintiff")
    parties = [s.record.party_name, *taking_part(s, "claimant", *_JOINED)]
    return True if is_among(who, parties) else Fact(False, who=who)


@provides
def ruling_revoked(s: Situation) -> bool:
    ended = s.last("end_suit", "make_ruling")
    return ended is not None and ended.data.get("remedy_result") in ("revoked", "invalid")
