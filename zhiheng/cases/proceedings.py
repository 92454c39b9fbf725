"""What the law asks of single stages of a penalty case: the hearing, the referral to the police, disclosure, the penalty on the spot.
One function a guard; see :mod:`zhiheng.cases.guards`. Measures beside the case are in :mod:`zhiheng.cases.measures`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from zhiheng import canonical
from zhiheng.law import Event, Fact, cite, current_book, due
from zhiheng.matters import recusal
from zhiheng.matters.delivery import addressee_of, deliveries
from zhiheng.matters.facts import Situation, of_the_step, provides
from zhiheng.refusal import Reason
from zhiheng.ui.templatetags.zh import yuan

from .acts import Act, acts_of, measured, sanctions_of
from .history import causes_of

# ---------------------------------------------------------------- the hearing

# What papers tell of a hearing.
OF_A_HEARING = ("hearing_record", "hearing_report", "hearing_asked_on")


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
    notice = s.last("schedule_hearing", "hold_hearing")
    if notice is not None and notice.step == "hold_hearing":
        return True  # it was opened on its day and goes on
    called = notice.data.get("hearing_on") if notice else None
    return True if called in (None, day) else Fact(False, called=called, day=day)


@provides
def closed_for_a_reason(s: Situation) -> bool:
    """行政处罚法 64(3): in public, but for secrets of state, of business and of private life."""
    return s.data is None or s.data.get("hearing_public") is not False or bool(s.data.get("closed_ground"))


def asked_to_be_heard(s: Situation) -> list[str]:
    """Who asked for the hearing that is being prepared and has not taken the request back, in the order they asked."""
    events = list(s.standing.events) if s.standing else []
    ended = ("submit_hearing_review", "end_hearing_unheld")
    last = max((i for i, event in enumerate(events) if event.step in ended), default=-1)
    return asked_since_the_notice(s.record, events[last + 1 :])


def asked_since_the_notice(record, events: Iterable[Event]) -> list[str]:
    """Who asked to be heard on the notice that stands and did not take the request back, in the order they asked."""
    asked: list[str] = []
    for event in events:
        who = addressee_of(record, event.data)
        if event.step == "give_notice":
            asked = []
        elif event.step in ("request_hearing", "request_hearing_by"):
            asked += [] if who in asked else [who]
        elif event.step == "give_up_hearing" and who in asked:
            asked.remove(who)
    return asked


def hearing_given_up(record, events: Sequence[Event]) -> bool:
    """Whether the principal party asked to be heard on the notice that stands, and none was held because it gave that up."""
    since = max((i for i, event in enumerate(events) if event.step == "give_notice"), default=0)
    held = any(event.step == "hold_hearing" for event in events[since:])
    asked = addressee_of(record, {}) in asked_since_the_notice(record, events)
    return asked and not held and any(event.step == "end_hearing_unheld" for event in events[since:])


def was_heard(s: Situation) -> bool:
    return any(event.step == "hold_hearing" for event in (s.standing.events if s.standing else ()))


@provides
def not_asked_yet(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    who = addressee_of(s.record, s.data)
    return Fact(False, who=who) if who in asked_to_be_heard(s) else True


@provides
def others_to_be_heard(s: Situation) -> bool:
    """Who gives up alone leaves the hearing to the others."""
    who = addressee_of(s.record, s.data or {})
    asked = asked_to_be_heard(s)
    return len(asked) > 1 if s.data is None else bool(set(asked) - {who})


@provides
def each_was_called(s: Situation) -> bool | Fact:
    """行政处罚法 64(2): one hearing of several parties, each of whom was called seven working days before."""
    if s.data is None:
        return True
    day = s.data.get("hearing_on") or s.on
    principal = addressee_of(s.record, {})
    for who in asked_to_be_heard(s):
        if who == principal:
            continue  # the step that calls the principal party serves its notice
        called = [
            d for d in deliveries(s.record, s.standing) if d.paper.form == "SAMR-39" and d.addressee == who
        ]
        if not called or called[-1].service is None:
            return Fact(False, why=f"没有向{who}送达听证通知书")
        until = due(s.procedure.clocks["hearing_notice"], called[-1].service.on, s.procedure.calendar).due
        if day <= until:
            return Fact(False, why=f"听证通知书{called[-1].service.on}送达{who}，七个工作日至{until}届满")
    return True


# ---------------------------------------------------------------- several parties


def told_of(s: Situation, who: str):
    """The time that a further party has to defend itself by the notice that stands, None when it was not told."""
    run, found = s.standing.run, None
    events = s.standing.events
    notice = max((i for i, e in enumerate(events) if e.step == "give_notice"), default=-1)
    for one in run.measures.values():
        told = one.measure == "notified" and one.opened_at > notice
        if told and addressee_of(s.record, events[one.opened_at].data) == who:
            found = one
    return found


@provides
def addressee_awaits(s: Situation) -> bool | Fact:
    """The paper is for this party, and has not reached it."""
    if s.data is None:
        return True
    who, forms = addressee_of(s.record, s.data), s.step.serves
    if who == addressee_of(s.record, {}):
        return Fact(False, why=f"{who}是主要当事人")
    mine = [d for d in deliveries(s.record, s.standing) if d.paper.form in forms and d.addressee == who]
    if not mine:
        return Fact(False, why=f"文书不涉及“{who}”")
    return True if mine[-1].due else Fact(False, why=f"已向“{who}”送达")


@of_the_step
def time_begins_elsewhere(s: Situation) -> bool | Fact:
    """程序规定 57, 行政处罚法 67: service from which a further party's own time runs is recorded by the step that starts it, or that time
    never would."""
    chosen = (
        str(s.data.get(s.step.serves_chosen) or "") if s.data is not None and s.step.serves_chosen else ""
    )
    who = addressee_of(s.record, s.data or {})
    if not chosen or s.standing is None or who == addressee_of(s.record, {}):
        return True
    forms = {
        d.paper.form
        for d in deliveries(s.record, s.standing)
        if d.due and d.addressee == who and chosen in (d.paper.number, d.paper.form)
    }
    own = [
        step.title
        for step in s.procedure.steps.values()
        if forms & set(step.serves)
        and step.opens
        and "addressee" in step.asks
        and s.procedure.fits(step, s.standing.run.state)
    ]
    return Fact(False, who=who, step="、".join(f"“{title}”" for title in own)) if own else True


@of_the_step
def addressee_of_that_service(s: Situation) -> bool | Fact:
    """What is served again is served on whom the service that did not count was made on."""
    if s.data is None:
        return True
    open_now = s.standing.run.open_measures(s.step.acts_on)
    served = next((m for m in open_now if m.ref == s.ref), open_now[0] if len(open_now) == 1 else None)
    if served is None:
        return True  # which one is asked by the order of steps
    who = addressee_of(s.record, s.standing.events[served.opened_at].data)
    said = addressee_of(s.record, s.data)
    return True if who == said else Fact(False, who=who, said=said)


@provides
def addressee_told(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    who = addressee_of(s.record, s.data)
    return True if told_of(s, who) else Fact(False, who=who)


@provides
def addressee_in_time(s: Situation) -> bool | Fact:
    """Each party has five working days of its own (行政处罚法 64(1)); what was posted in time is in time (程序规定 80)."""
    if s.data is None:
        return True
    who = addressee_of(s.record, s.data)
    told = told_of(s, who)
    if told is None:
        return Fact(False, why=f"没有向“{who}”送达告知书的登记")
    run = s.standing.run
    clock = run.clocks.get("notice_each" + told.ref[len("notified") :])
    until = s.procedure.due(clock, run).due
    made = min(s.data.get("made_on") or s.on, s.on)
    return True if made <= until else Fact(False, why=f"“{who}”的期限已于{until}届满")


# ---------------------------------------------------------------- the referral


@provides
def referral_refused(s: Situation) -> bool | Fact:
    """移送规定 10, 13: the referral ends without the police only where they refused it, or the case came back with its paper."""
    last = s.last(
        "report_crime", "refer_crime", "approve_crime_transfer", "send_crime_transfer",
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
    last = s.last("police_filed", "police_refused", "resume_case")
    if last is None or last.step != "police_filed":
        return True
    return Fact(False, on=last.data.get("police_on") or last.on)


_OPEN_REFERRAL = ("report_crime", "refer_crime")


def acts_referred(s: Situation, acts: Iterable[Act]) -> list[Act]:
    """Those of the acts that the last referral is about: as it named them, else those that can be a crime at all. A referral concerns
    the act it is about; another act is punished on its own (移送规定 11, 行政处罚法 27)."""
    referral = s.last(*_OPEN_REFERRAL)
    named = str(referral.data.get("referred_acts") or "") if referral else ""
    acts = list(acts)
    if named:
        return [act for act in acts if not act.what or act.what in named or named in act.what]
    cause, book = s.cause, current_book()
    found = [act for act in acts if any(book.cause(one).crimes for one in causes_of(act.rule, cause))]
    return found if all(act.what for act in acts) else acts


@of_the_step
def not_beside_the_referral(s: Situation) -> bool | Fact:
    """移送规定 11: an act whose referral is not settled is not decided on meanwhile."""
    if s.data is None or s.standing is None or not s.standing.run.open_measures("crime"):
        return True
    if s.value("acts") and not acts_referred(s, acts_of(s)):
        return True
    return Fact(False)


# ---------------------------------------------------------------- what a decision must order, and may not repeat


def waived_on(events: Sequence[Event]) -> date | None:
    """The day on which the party gave up in writing what the notice that stands offered it (行政处罚法 62), None if it did not."""
    day = None
    for event in events:
        if event.step == "give_notice":
            day = None
        elif event.step == "waive_defence":
            day = event.on
    return day


_ORDERED = re.compile(r"责令[^，。；]{0,10}(?:停止|改正|纠正|整改|消除|申请注册|变更|拆除|公告)")
_CORRECTED = re.compile(r"(?:已|已经|主动|自行|及时)[^，。；]{0,8}(?:改正|停止|下架|纠正|整改|撤下)")


def orders_due(s: Situation) -> tuple[str, ...]:
    """What the decision must order beside the penalty (行政处罚法 28(1)), in the words of its rules, where the officer said nothing of
    it: nothing where it was ordered or the party has corrected before, or where the text of the penalty orders it."""
    if s.value("correction_content") or s.taken("order_correction", "confirm_correction"):
        return ()
    texts = [str(line) for line in s.data.get("proposed_penalty") or ()]
    texts += [str(s.data.get(field) or "") for field in ("facts", "discretion")]
    if any(_ORDERED.search(text) or _CORRECTED.search(text) for text in texts):
        return ()
    first = sanctions_of(s)[0].who
    rules = [one.outcome.applicable.rule for one in measured(s) if one.outcome and one.sanction.who == first]
    return tuple(dict.fromkeys(order for rule in rules if rule for order in rule.orders))


_ON_THE_MERITS = re.compile("事实|证据|依据|适用法律|明显不当|职权|实体")
# What ends a decision from without, and what the office does itself.
_FELL_BY = (
    "end_remedy",
    "change_decision",
    "change_unpublished",
    "self_correct",
    "remake_decision",
    "conclude_revoked",
)


@of_the_step
def not_the_same_again(s: Situation) -> bool | Fact:
    """行政复议法 64(2), 行政诉讼法 71: what review or a court revoked is not decided again the same on the same facts, unless it fell for a
    fault of procedure."""
    events = s.standing.events if s.standing else ()
    remade = max((i for i, e in enumerate(events) if e.step == "remake_decision"), default=None)
    if s.data is None or remade is None:
        return True
    made = max((i for i in range(remade) if s.standing.step_at(i + 1).decides == "penalty"), default=None)
    if made is None:
        return True
    fell = [e for e in events[made : remade + 1] if e.step in _FELL_BY]
    if any(e.step == "self_correct" for e in fell):
        return True
    said = s.value("revoked_for")
    words = "".join(str(e.data.get(f) or "") for e in fell for f in ("change_result", "reason"))
    if said == "procedure" or (not said and ("程序" in words or not _ON_THE_MERITS.search(words))):
        return True  # why it fell is not said: nothing is held against the office
    before = events[made].data
    same = all(
        canonical.key(str(s.data.get(f) or "")) == canonical.key(str(before.get(f) or ""))
        for f in ("facts", "law_basis")
    )
    same = same and all(
        (s.data.get(f) or None) == (before.get(f) or None) for f in ("fine", "confiscated_gains", "sanctions")
    )
    same = same and set(s.data.get("penalty_kinds") or ()) == set(before.get("penalty_kinds") or ())
    return Fact(False, on=events[made].on) if same else True


@provides
def taken_up_again(s: Situation) -> bool:
    """A refusal to file or a transfer was undone by review, court or a superior: as registered, or by its paper."""
    if s.data is None or s.data.get("attachments"):
        return True
    ended = s.last("end_other_remedy")
    return ended is not None and ended.data.get("remedy_result") in (
        "revoked",
        "unlawful",
        "invalid",
        "changed",
    )


# ---------------------------------------------------------------- paying and closing


@of_the_step
def deferral_beyond_the_term(s: Situation) -> bool | Fact:
    """行政处罚法 66(2), 67(3): a deferral never ends before the time the law gives anyway."""
    until = s.data.get("deferred_until") if s.data is not None else None
    code, acts_on = s.step.extends.clock, s.step.acts_on
    open_now = s.standing.run.open_measures(acts_on) if acts_on and s.standing else []
    ref = s.ref or (open_now[0].ref if len(open_now) == 1 else "")
    code += ref[len(acts_on) :] if ref else s.line[len("further") :] if s.line else ""
    pay = s.standing.run.clocks.get(code) if s.standing else None
    end = s.procedure.due(pay, s.standing.run).due if pay else None
    return Fact(False, until=until, due=end) if until and end and until <= end else True


@provides
def closing_ground_true(s: Situation) -> bool | Fact:
    """程序规定 77: a case is closed for what became of it."""
    if s.data is None:
        return True
    ground, state = s.data.get("closing_ground"), s.standing.run.state
    words = s.procedure.fields["closing_ground"].choices
    if ground == "terminated" and state != "terminated":
        return Fact(False, ground=words[ground], why="本案没有终止调查")
    if ground == "performed" and (state in ("terminated", "referred") or s.record.outcome == "withdrawn"):
        return Fact(False, ground=words[ground], why="没有执行完毕的处罚决定")
    return True


def closing_ground(s: Situation) -> str | None:
    """程序规定 77: what became of the case, where its place says it; None where the officer must choose."""
    state = s.standing.run.state
    if state == "concluded":
        known = {"no_penalty": "other_outcome"}.get(s.record.outcome)
        return "court_ended" if s.taken("end_enforcement") else known
    return {"performed": "performed", "terminated": "terminated", "referred": "other_outcome"}.get(state)


# ---------------------------------------------------------------- what answers must agree on


# Days that cannot lie before another: the field, what it may not precede, in words.
_AFTER_DECISION = ("paid_on", "published_on", "accepted_on", "refunded_on", "performed_on")


def days_follow(s: Situation) -> Iterator[Reason]:
    """What follows a decision is not dated before it; what ends a remedy not before it was taken up; what a party did after it was told
    not before that (行政处罚法 45, 64, 67, 73)."""
    data, decided = s.data, s.record.decided_on
    if decided and s.step.opens not in ("public_notice", "unclaimed", "other_remedy"):
        for field in _AFTER_DECISION:
            if field in s.step.fields and data.get(field) and data[field] < decided:
                yield Reason(
                    f"“{current_book().fields[field].title}”{data[field]}早于决定日期{decided}",
                    cite(s.step.article),
                    "请核对日期",
                    field=field,
                )
    if s.standing is None:
        return
    if data.get("performed_on"):
        last, what = _last_done(s)
        if last and data["performed_on"] < last:
            yield Reason(
                f"履行完毕日期{data['performed_on']}早于最后一次{what}的日期{last}",
                cite(s.step.article),
                "请填写缴清款项、处置物品之后的日期",
                field="performed_on",
            )
    if s.step.closes in ("remedy", "other_remedy") and data.get("ended_on"):
        began = s.standing.value("accepted_on")
        if began and data["ended_on"] < began:
            yield Reason(
                f"结果日期{data['ended_on']}早于受理日期{began}",
                cite(s.step.article),
                "请核对日期",
                field="ended_on",
            )
    for field, first, what in _what_came_first(s):
        if data.get(field) and first and data[field] < first:
            yield Reason(
                f"“{s.procedure.field_of(s.step.code, field).title}”{data[field]}早于{what}{first}",
                cite(s.step.article),
                "请核对日期",
                field=field,
            )
    for code in s.step.after if data.get("served_on") else ():
        clock = s.standing.run.clocks.get(code)
        ends = s.procedure.due(clock, s.standing.run).due if clock and clock.running else None
        if ends and data["served_on"] <= ends:
            yield Reason(
                f"送达日期{data['served_on']}，“{s.procedure.clocks[code].title}”至{ends}才届满",
                cite(s.procedure.clocks[code].article),
                "期限届满之后才能送达，请核对日期",
                field="served_on",
            )
    if data.get("made_on"):
        served = s.standing.value("served_on", "serve_notice", "serve_notice_on")
        if served and data["made_on"] < served:
            yield Reason(
                f"提出日期{data['made_on']}早于告知书送达日期{served}",
                cite(s.step.article),
                "请核对日期",
                field="made_on",
            )


def _what_came_first(s: Situation) -> Iterator[tuple[str, date | None, str]]:
    """Days that cannot lie before another: the field, that other day, what happened on it."""
    sent = s.last("send_crime_transfer", "request_reconsideration", "ask_supervision")
    yield "police_on", sent.on if sent else None, "移送日期"
    yield "ruling_received_on", s.data.get("ended_on"), "结果日期"
    yield "withdrawn_on", None if s.line else s.record.published_on, "公示日期"
    if s.step.closes == "application":
        came = s.last("receive_review_application")
        yield "sent_on", came.data.get("arrived_on") if came else None, "收到申请日期"
        yield "review_received_on", s.data.get("sent_on"), "转送日期"
    opened = s.last(
        *(step.code for step in s.procedure.steps.values() if s.step.closes and step.opens == s.step.closes)
    )
    yield "test_received_on", opened.on if opened else None, "委托日期"


_DONE = {"paid_on": "缴款", "disposed_on": "处置物品"}


def _last_done(s: Situation) -> tuple[date | None, str]:
    """The last day on which something was paid or disposed of, and which of both."""
    days = [(e.data[f], what) for e in s.standing.events for f, what in _DONE.items() if e.data.get(f)]
    return max(days, default=(None, ""), key=lambda day: day[0])


def part_is_listed(s: Situation) -> Iterator[Reason]:
    """A release of a part says which part (行政强制法 28)."""
    if s.data.get("lift_scope") == "part" and not s.data.get("items"):
        yield Reason(
            "部分解除没有列明解除的物品", "行政强制法第28条", "请在“物品清单”中列明解除的物品", field="items"
        )


def review_made_nothing_worse(s: Situation) -> Iterator[Reason]:
    """What review or a court changes never orders more than before (行政复议法 63, 行政诉讼法 77)."""
    data = s.data
    if s.step.closes != "remedy" or data.get("remedy_result") != "changed" or not data.get("changed_by"):
        return
    stated = {
        f: data[f"changed_{f}"] for f in ("fine", "confiscated_gains") if data.get(f"changed_{f}") is not None
    }
    for field, amount in stated.items():
        stands = (s.record.fine_fen if field == "fine" else s.record.confiscated_gains_fen) or 0
        if amount > stands:
            yield Reason(
                f"变更后的数额{yuan(amount)}元高于原决定的{yuan(stands)}元",
                "行政复议法第63条、行政诉讼法第77条",
                "复议、诉讼不得作出对当事人更为不利的变更，请核对文书",
                field=f"changed_{field}",
            )
