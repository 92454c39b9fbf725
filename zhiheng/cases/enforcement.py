"""What the law asks once a decision is to be carried out: against whom, whether anything is owed, when it is stayed or ends, and until when
it can be challenged where the party was not told. One function a guard; see :mod:`zhiheng.cases.guards`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zhiheng import canonical
from zhiheng.law import Fact, current_book, due
from zhiheng.matters.facts import Situation, of_the_step, provides
from zhiheng.refusal import Reason

from .decisions import by_line
from .money import still_to_pay

_TAKEN_OVER = "succeed_debtor"
_NEW_NAME = "renamed"

# ---------------------------------------------------------------- who bears it


@provides
def not_the_same_party(s: Situation) -> bool | Fact:
    """行政强制法 40, 行政复议法 14: a name alone makes nobody else; and who takes over what somebody owes is another one."""
    if not (said := s.said("party_name")):
        return True
    same = canonical.key(said) == canonical.key(s.record.party_name)
    if same:
        return Fact(False, why=f"承受人写的仍是原当事人“{s.record.party_name}”")
    ground, was, now = s.data.get("succession_after_ground"), s.record.party_type, s.data.get("party_type")
    if ground == "heir" and was == "organisation":
        return Fact(False, why=f"“{s.record.party_name}”不是公民，没有遗产继承")
    if ground in ("merged", "split") and was == "person":
        return Fact(False, why=f"“{s.record.party_name}”是自然人，不能合并、分立")
    if ground == _NEW_NAME and now and was and now != was:
        return Fact(False, why="名称变更不改变当事人的类型")
    return True


@provides
def one_of_the_parties(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    who, role = s.said("succeeded"), s.data.get("joined_role")
    return s.record.matter.parties.filter(name=who, role=role).exists() or Fact(False, who=who)


@of_the_step
def debtor_demanded(s: Situation) -> bool | Fact:
    """行政强制法 54: the demand goes to whoever has to perform, before the court is asked."""
    for event in reversed(s.standing.events if s.standing else ()):
        if event.step in ("demand_performance", "demand_further"):
            return True
        if event.step == _TAKEN_OVER and event.data.get("succession_after_ground") != _NEW_NAME:
            return Fact(False, on=event.on, who=s.record.party_name)
    return True


@of_the_step
def something_owed(s: Situation) -> bool:
    """行诉解释 155: the court is asked for what was not performed. Duties other than to pay are the officer's to name."""
    if s.data is None or s.value("other_duties") or s.standing.run.open_measures("correction"):
        return True
    return still_to_pay(s.record, s.standing, s.line) > 0


# ---------------------------------------------------------------- stayed, ended


@provides
def stay_ground_true(s: Situation) -> bool | Fact:
    """行政复议法 42, 行政诉讼法 56: a review or suit stays nothing by itself; what stays it is somebody's decision during it."""
    if s.data is None or s.data.get("stay_ground") != "remedy":
        return True
    if not s.standing.run.open_measures("remedy"):
        return Fact(False, why="没有正在进行的复议或者诉讼")
    return True if s.data.get("attachments") else Fact(False, why="没有停止执行的决定或者裁定")


@provides
def end_ground_true(s: Situation) -> bool | Fact:
    """行政强制法 39(2), 40: enforcement ends for good where a stay has lasted three years, or the decision fell."""
    ground = s.data.get("end_ground") if s.data is not None else None
    if ground == "stayed":
        run = s.standing.run
        ends = [s.procedure.due(clock, run).due for clock in run.running("stayed")]
        if not ends:
            return Fact(False, why="没有中止执行")
        if ends[0] is not None and s.on <= ends[0]:
            return Fact(False, why=f"中止执行至{ends[0]}才满三年")
    if ground == "revoked" and s.record.outcome != "withdrawn" and by_line(s.record, s.standing).get(s.line):
        return Fact(False, why="处罚决定没有被撤销的登记")
    return True


# ---------------------------------------------------------------- not told how to challenge it


def remedy_until(s: Situation) -> date | None:
    """行政复议法 20(3), 行诉解释 64: the term runs from the day the party knew how to challenge the decision, and ends at the latest when
    the law says for one that was never told. The longest of its terms counts: to sue, or, on the spot, to ask for review."""
    decided, served = s.record.decided_on, s.record.served_on
    if decided is None or served is None:
        return None
    last = current_book().untold_remedy(served, decided)
    told = s.data.get("remedy_told_on") if s.data else None
    if not told:
        return last
    return min(due(s.procedure.clocks["remedy"], told, s.procedure.calendar).due, last)


def remedy_term_right(s: Situation) -> Iterator[Reason]:
    """A day that was written must be the one the law gives."""
    said = s.data.get("remedy_until")
    if not said or "remedy_until" not in s.step.fields:
        return
    until = remedy_until(s)
    if until and said != until:
        yield Reason(
            f"救济期限届满日写{said}，依法为{until}",
            "行政复议法第20条、行诉解释第64条、行政诉讼法第46条",
            "请核对知道救济权利的日期；不填的由系统计算",
            field="remedy_until",
        )


# ---------------------------------------------------------------- well-known marks


@provides
def wellknown_level(s: Situation) -> bool | Fact:
    """驰名商标认定和保护规定 7: cases in which protection as a well-known mark is asked for are those of a city's office or above."""
    asked = s.step.code == "report_wellknown" or (s.data is not None and s.data.get("wellknown_claimed"))
    if asked and s.record.unit.parent_id is not None:
        return Fact(False, unit=s.record.unit.name)
    return True
