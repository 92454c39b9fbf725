"""What the law asks of single stages of a penalty case: measures beside it, the hearing, the referral to the police, disclosure, the
penalty on the spot. One function a guard; see :mod:`zhiheng.cases.guards`.
"""

from __future__ import annotations

from datetime import timedelta

from zhiheng.law import Fact, due
from zhiheng.law.penalties import KINDS
from zhiheng.matters import recusal
from zhiheng.matters.facts import Situation, provides

from .acts import measured


def _last(s: Situation, *steps: str):
    """The latest of these steps that was taken, None when none was."""
    return next((e for e in reversed(s.standing.events if s.standing else ()) if e.step in steps), None)


# ---------------------------------------------------------------- measures


@provides
def tests_running_seizure(s: Situation) -> bool | Fact:
    """行政强制法 25(3): testing is left out of the time of a seizure that still runs; one that is over cannot stand still."""
    if s.data is None or not s.data.get("tests_seized"):
        return True
    run = s.standing.run
    ends = [s.procedure.due(clock, run).due for clock in run.running("seize")]
    if not ends:
        return Fact(False, why="没有正在进行的查封、扣押")
    over = [end for end in ends if end is not None and s.on > end]
    return Fact(False, why=f"查封、扣押期限已于{max(over)}届满") if len(over) == len(ends) else True


@provides
def correction_day_set(s: Situation) -> bool:
    return s.data is None or s.data.get("correction_mode") != "by_date" or bool(s.data.get("correction_by"))


# ---------------------------------------------------------------- the hearing


@provides
def chair_named_not_handler(s: Situation) -> bool | Fact:
    """行政处罚法 64(4), 43: whoever is named in the chair neither investigates the case nor has stepped back from it."""
    name = str(s.value("hearing_chair_name") or "").strip()
    if not name:
        return True
    if name in {person.name for person in s.officers}:
        return Fact(False, who=name, why="是本案调查人员")
    if name in recusal.stepped_back(s.standing):
        return Fact(False, who=name, why="已经回避")
    return True


@provides
def hearing_day_lawful(s: Situation) -> bool | Fact:
    """行政处罚法 64(2): the parties are told seven working days before the hearing."""
    if s.data is None or not (day := s.data.get("hearing_on")):
        return True
    served = s.data.get("served_on") or s.on
    until = due(s.procedure.clocks["hearing_notice"], served, s.procedure.calendar).due
    return True if day > until else Fact(False, served=served, until=until, day=day)


@provides
def called_for_that_day(s: Situation) -> bool | Fact:
    """A hearing is held on the day for which the parties were called; an absence on another day gives nothing up."""
    if s.data is None or not (day := s.data.get("hearing_on")):
        return True
    notice = _last(s, "schedule_hearing")
    called = notice.data.get("hearing_on") if notice else None
    return True if called in (None, day) else Fact(False, called=called, day=day)


# ---------------------------------------------------------------- the referral


@provides
def referral_refused(s: Situation) -> bool | Fact:
    """移送规定 10, 13: the referral ends without the police only where they refused it, or the case came back with its paper."""
    last = _last(
        s, "report_crime", "refer_crime", "approve_crime_transfer", "send_crime_transfer",
        "police_filed", "police_refused", "request_reconsideration",
    )  # fmt: skip
    if last is None or last.step == "police_refused" or (s.data is not None and s.data.get("attachments")):
        return True
    words = {
        "report_crime": "主要负责人尚未决定是否移送",
        "police_filed": "公安机关已经立案，应当移交涉案物品和案件材料",
        "send_crime_transfer": "公安机关尚未决定是否立案",
        "request_reconsideration": "公安机关的复议尚未答复",
    }
    return Fact(False, why=words.get(last.step, "已决定移送，应当移送公安机关"))


@provides
def not_beside_criminal_case(s: Situation) -> bool | Fact:
    """行政处罚法 27: while the criminal case runs nothing is decided in its place."""
    last = _last(s, "police_filed", "police_refused", "resume_case")
    if last is None or last.step != "police_filed":
        return True
    return Fact(False, on=last.data.get("police_on") or last.on)


# ---------------------------------------------------------------- disclosure


@provides
def publication_over(s: Situation) -> bool | Fact:
    """公示规定 13: what is published stays its time, unless credit was repaired."""
    if s.data is None or s.data.get("publication_end_ground") != "expired":
        return True
    run = s.standing.run
    ends = [
        s.procedure.due(c, run).due for code in ("retention", "retention_short") for c in run.running(code)
    ]
    day = s.data.get("ended_on") or s.on
    late = [end for end in ends if end is not None and day <= end - timedelta(1)]
    return Fact(False, until=max(late)) if late else True


@provides
def nondisclosure_true(s: Situation) -> bool | Fact:
    """公示规定 2: only a decision of nothing but a warning is not published for that; one that was served was not 'never served'."""
    if s.data is None:
        return True
    ground = s.data.get("nondisclosure_ground")
    made = _last(s, "decide_penalty")
    kinds = set(made.data.get("penalty_kinds") or ()) if made else set()
    if ground == "warning" and kinds and kinds != {"warning"}:
        titles = s.procedure.fields["penalty_kinds"].choices
        others = "、".join(titles[kind] for kind in titles if kind in kinds - {"warning"})
        return Fact(False, why=f"处罚种类有“{others}”，不是仅受到警告")
    if ground == "never_served" and s.record.served_on and s.record.outcome != "withdrawn":
        return Fact(False, why=f"决定已于{s.record.served_on}送达")
    return True


# ---------------------------------------------------------------- on the spot


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
def not_heavier_on_spot(s: Situation) -> bool | Fact:
    """行政处罚法 45(2): the fine told on the spot is the most that may follow a defence made there."""
    notice = _last(s, "give_notice")
    told = notice.data.get("fine") if notice else None
    if s.data is None or told is None or not s.taken("record_defence"):
        return True
    decided = s.data.get("fine") or 0
    if decided <= told:
        return True
    return Fact(False, decided=f"{decided / 100:,.2f}元", noticed=f"{told / 100:,.2f}元")


@provides
def decided_on_the_spot(s: Situation) -> bool | Fact:
    """行政处罚法 51, 52: told, decided and handed over there and then; past midnight is still the spot."""
    notice = _last(s, "give_notice")
    if notice is None or s.on <= notice.on + timedelta(1):
        return True
    return Fact(False, on=notice.on)


@provides
def review_before_suit(s: Situation) -> bool:
    """行政复议法 23(1)(1): review comes before the suit; a paper shows where the review organ did not take it up (34)."""
    if s.data is None or s.data.get("remedy_kind") != "suit" or s.data.get("attachments"):
        return True
    return any(e.data.get("remedy_kind") == "review" for e in s.standing.events if e.step == "start_remedy")
