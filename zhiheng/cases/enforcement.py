"""What the law asks once a decision is to be carried out: against whom, whether anything is owed, when it is stayed or ends, and until when
it can be challenged where the party was not told. One function a guard; see :mod:`zhiheng.cases.guards`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from zhiheng import canonical
from zhiheng.law import Event, Fact, current_book, due
from zhiheng.matters.facts import Situation, of_the_step, provides
from zhiheng.refusal import Reason
from zhiheng.ui.templatetags.zh import yuan

from .decisions import by_line
from .money import bearers, still_to_pay

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


# ---------------------------------------------------------------- review and suit

_STARTS = ("start_remedy", "start_remedy_further", "start_remedy_of")
_ENDS = ("end_remedy", "end_remedy_further", "end_remedy_of")
_REVIEW, _SUIT = "review", "suit"


def remedies(s: Situation) -> list[tuple[str, str]]:
    """Kind and result ("" while it runs) of every review and suit about what the step is about, in the order they were taken up: about
    the decision of its line, or of the party whose share it is."""
    share = s.step.acts_on == "bears"
    mine = s.ref
    if share and not mine:
        open_now = s.standing.run.open_measures("bears")
        mine = open_now[0].ref if len(open_now) == 1 else ""
    found: list[list[str]] = []
    for seq, event in enumerate(s.standing.events, start=1):
        ref, of_a_share = s.standing.refs[seq - 1], event.step.endswith("_of")
        if of_a_share != share or (share and ref != mine) or s.standing.line_of(seq) != s.line:
            continue
        if event.step in _STARTS:
            found.append([ref, str(event.data.get("remedy_kind") or ""), ""])
        elif event.step in _ENDS:
            pending = [one for one in found if not one[2] and one[0] == ref] or [o for o in found if not o[2]]
            if pending:
                pending[-1][2] = str(event.data.get("remedy_result") or "")
    return [(kind, result) for _, kind, result in found]


@of_the_step
def one_remedy_at_a_time(s: Situation) -> bool | Fact:
    """行政复议法 29, 30(1)(7); 行诉解释 57: no suit while a review runs, no review once a court took the suit up or a review was decided."""
    if s.data is None or s.standing is None:
        return True
    kind, known = s.data.get("remedy_kind"), remedies(s)
    if kind == _SUIT and (_REVIEW, "") in known:
        return Fact(False, why="复议机关已经受理，在行政复议期间不得起诉")
    if kind == _REVIEW and any(one == _SUIT for one, _ in known):
        return Fact(False, why="人民法院已经受理就该决定提起的诉讼，不得申请行政复议")
    if kind == _REVIEW and any(one == _REVIEW and result != "withdrawn" for one, result in known):
        return Fact(False, why="复议机关已经受理过就该决定提出的复议申请，不得再次申请")
    return True


@provides
def never_challenged(s: Situation) -> bool | Fact:
    """行政强制法 46(3): set off is what a party owes that neither asked for review nor sued in time."""
    how = next((kind for kind, result in remedies(s) if result != "withdrawn"), "")
    return Fact(False, how={_REVIEW: "申请行政复议", _SUIT: "提起诉讼"}.get(how, how)) if how else True


@provides
def filed_through_us(s: Situation) -> bool:
    """行政复议法 32: beside decisions made on the spot only those that rest on what a monitoring device recorded."""
    events = s.standing.events if s.standing else ()
    return any(event.data.get("extraction_method") == "monitoring" for event in events)


@of_the_step
def application_settled(s: Situation) -> bool:
    """行政复议法 32(2): what the office does not want upheld it mends itself; nothing else keeps an application back."""
    if s.data is None or s.data.get("attachments"):
        return True
    last = s.last("receive_review_application", "self_correct")
    return last is not None and last.step == "self_correct"


def deemed_accepted(s: Situation) -> date | None:
    """行政复议法 30(3): what the review organ neither took up nor refused within its five working days counts as taken up that day."""
    ends = s.last_days("check_review", running=True) if s.step.opens == "remedy" else []
    return ends[0] if ends and ends[0] < s.on else None


def review_refused_on(events: Sequence[Event]) -> date | None:
    """The day on which the party learnt that the review organ did not take its application up, None where none was refused."""
    refused = (
        e.data.get("ruling_received_on") for e in reversed(events) if e.step == "register_review_refusal"
    )
    return next(refused, None)


def silence_is_the_review_organs(s: Situation) -> Iterator[Reason]:
    """行政复议法 34, 行政诉讼法 45: what the review organ does not decide in time opens the suit; a court is not said to be silent."""
    kinds = (
        [kind for kind, result in remedies(s) if not result]
        if "remedy_result" in s.step.fields and s.standing
        else []
    )
    if s.data.get("remedy_result") == "silent" and kinds and _REVIEW not in kinds:
        yield Reason(
            "正在进行的是诉讼，不是行政复议",
            "行政诉讼法第45条",
            "请按裁判的结果填写",
            field="remedy_result",
        )


@provides
def head_attended(s: Situation) -> bool:
    """行政复议法 51(3), 行政诉讼法 3(3): the head comes, or says why not and sends somebody."""
    said = s.data
    return said is None or bool(
        said.get("head_attends") or (said.get("absent_reason") and said.get("deputy"))
    )


@provides
def invalidity_reaches_back(s: Situation) -> bool:
    """商标法(2019) 47(2), (2026) 53(2): a mark declared invalid undoes no decision that was carried out."""
    if s.data is None or s.data.get("correction_ground") != "mark_invalid":
        return True
    carried_out = s.taken("complete_performance") or still_to_pay(s.record, s.standing, s.line) == 0
    return not carried_out


def auction_adds_up(s: Situation) -> Iterator[Reason]:
    """行政强制法 46(3): what the auction brought in pays the fine, and what is left goes back to the party."""
    if s.step.goods != "auction":
        return
    brought, used, back = (s.data.get(f) or 0 for f in ("proceeds", "paid", "proceeds_returned"))
    if used + back != brought:
        yield Reason(
            f"拍卖所得{yuan(brought)}元，抵缴{yuan(used)}元、退还余款{yuan(back)}元，合计不等",
            "行政强制法第46条",
            "请核对；抵缴罚款之后的余款退还当事人",
            field="proceeds_returned",
        )
    gains = sum(max(0, one.gains) for one in bearers(s.record, s.standing, s.line))
    fines = still_to_pay(s.record, s.standing, s.line) - gains
    if gains and used > max(0, fines):
        yield Reason(
            f"抵缴{yuan(used)}元，超过尚欠的罚款和加处罚款{yuan(max(0, fines))}元",
            "行政强制法第46条",
            "查封、扣押的财物只能抵缴罚款，没收的违法所得申请人民法院强制执行",
            field="paid",
        )
