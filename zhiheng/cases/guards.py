"""The facts the law asks for in enforcement cases, one function a guard, answered from rows.

`True`, or `False`, or a `Fact(False, …)` with the details that the book's words of refusal have holes for. For a page that only
shows what may be done, the form is not filled yet (`s.data is None`): guards about its content then answer True and are asked again
when it is sent.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import certificates_on
from zhiheng.documents.selectors import evidence_in
from zhiheng.law import Fact, current_book
from zhiheng.matters.facts import ATTESTED, Situation, or_attested, provides

from .checks import owed
from .models import Case


@provides
def two_certified_officers(s: Situation) -> bool | Fact:
    valid = certificates_on(s.officers, s.on)
    without = [p.name for p in s.officers if p.pk not in valid]
    if len(valid) >= 2 and not without:
        return True
    missing = []
    if len(s.officers) < 2:
        missing.append(f"本案承办人只有{len(s.officers)}人")
    if without:
        missing.append("、".join(without) + f"在{s.on:%Y-%m-%d}没有有效的行政执法证")
    return Fact(False, missing="；".join(missing))


@provides
def evidence_prima_facie(s: Situation) -> bool | Fact:
    if s.record.matter_id and evidence_in(s.record.matter.folder, usable_only=True).exists():
        return True
    collected = ("record_inspection", "record_questioning", "extract_evidence")
    if s.standing and any(s.standing.run.taken(step) for step in collected):
        return True
    return Fact(False, why="案卷中没有证据，也没有现场检查、询问或证据提取的记录")


@provides
def evidence_recorded(s: Situation) -> bool | Fact:
    return evidence_prima_facie(s)


@provides
def punishable(s: Situation) -> bool | Fact:
    cause = s.value("cause") or s.record.cause
    rules = current_book().rules_for_cause(cause)
    if rules:
        return True
    return Fact(False, why=f"“{s.record.get_cause_display()}”在法规库中没有罚则，须另有处罚依据")


@provides
def within_limitation(s: Situation) -> bool | Fact:
    end = s.value("act_end_on") or s.value("act_on") or s.record.act_end_on or s.record.act_on
    if end is None:
        return True
    found = s.record.lead_on or s.on
    limit = current_book().limitation(end)
    if found <= limit.until:
        return True
    return Fact(False, from_day=end, years=limit.years, until=limit.until)


@provides
def seizure_power(s: Situation) -> bool | Fact:
    power = current_book().seizure_power(s.record.cause, s.on)
    return True if power.granted else Fact(False, cause=s.record.get_cause_display(), why=power.why)


@provides
def review_kind_right(s: Situation) -> bool | Fact:
    """行政处罚法 58: legality review for the hearing class, major interests, complex cases; else case review. A higher
    review than needed is always right."""
    if s.data is None or s.value("review_kind") == "legality" or not _hearing_class(s):
        return True
    return Fact(False, expected="法制审核", why="拟处罚达到听证标准")


def _reviewers_fault(s: Situation) -> bool | Fact:
    if s.actor in s.officers:
        return Fact(False, who=s.actor.name)
    return True


@provides
def reviewer_not_handler(s: Situation) -> bool | Fact:
    return _reviewers_fault(s)


@provides
def chair_not_handler(s: Situation) -> bool | Fact:
    return _reviewers_fault(s)


@provides
def reviewer_qualified(s: Situation) -> bool | Fact:
    needs_qualification = s.value("review_kind") == "legality" or Role.LEGALITY_REVIEWER in s.step.by[:1]
    if not needs_qualification or s.actor.law_qualified:
        return True
    return Fact(False, who=s.actor.name)


def _party_kind(s: Situation) -> str:
    """`person` or `organisation` as thresholds tell them apart: an individual business is sanctioned as 公民 for on-the-spot limits
    but heard as 自然人 (听证办法 5; 行政处罚法 51)."""
    word = current_book().party_types.get(s.record.party_type)
    return word.counts_as if word and word.counts_as else "person"


def _hearing(s: Situation):
    return current_book().hearing(
        party=_party_kind(s),
        fine=s.amount("fine"),
        confiscated=s.amount("confiscated_gains"),
        kinds=tuple(s.value("penalty_kinds") or ()),
        on=s.on,
        scope=s.scope,
    )


def _hearing_class(s: Situation) -> bool:
    return _hearing(s).required


@provides
def hearing_right_told(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    hearing = _hearing(s)
    if not hearing.required or s.data.get("hearing_right"):
        return True
    return Fact(False, why=hearing.why)


@provides
def hearing_in_scope(s: Situation) -> bool | Fact:
    hearing = _hearing(s)
    return True if hearing.required else Fact(False, why=hearing.why)


@provides
def amount_in_range(s: Situation) -> bool | Fact:
    """The fine lies within the range of a rule for the cause, law of the act and of the decision compared."""
    if s.data is None or not s.data.get("fine"):
        return True
    case = s.record
    acted = s.value("act_end_on") or s.value("act_on") or case.act_end_on or case.act_on or s.on
    outcomes = current_book().fine_range(
        cause=case.cause,
        acted=acted,
        decided=s.on,
        party=_party_kind(s),
        turnover=s.value("turnover") if s.value("turnover") is not None else case.turnover_fen,
        gains=s.value("illegal_gains") if s.value("illegal_gains") is not None else case.gains_fen,
        scope=s.scope,
    )
    fine = s.data["fine"]
    if not outcomes or any(o.contains(fine) for o in outcomes):
        return True
    # 减轻处罚 goes below the range, never above it, and must be reasoned (行政处罚法 32, 33).
    if fine < min(o.applicable.min for o in outcomes) and "减轻" in str(s.value("discretion") or ""):
        return True
    return Fact(False, amount=f"{fine / 100:,.2f}元", range="、".join(o.words for o in outcomes))


@provides
def authority_competent(s: Situation) -> bool | Fact:
    problem = current_book().competence(s.record.cause, provincial=s.record.unit.parent_id is None, on=s.on)
    if problem is None:
        return True
    return Fact(False, rule=problem.rule, by=problem.by, unit=s.record.unit.name)


@provides
def notice_served(s: Situation) -> bool | Fact:
    return bool(s.standing and s.standing.run.taken("serve_notice"))


@provides
def defence_reviewed(s: Situation) -> bool | Fact:
    if not s.standing or not s.standing.run.taken("record_defence") or s.value("defence_opinion"):
        return True
    return Fact(False, why="已记录陈述申辩，复核意见未填")


@provides
def defence_answered(s: Situation) -> bool | Fact:
    run = s.standing.run if s.standing else None
    if run is None or not (run.taken("record_defence") or run.taken("request_hearing")):
        return True
    if s.value("defence_opinion") or run.taken("pass_hearing_review"):
        return True
    return Fact(False, why="未说明是否采纳及理由")


@provides
def legality_reviewed(s: Situation) -> bool | Fact:
    run = s.standing.run if s.standing else None
    if run is None or not run.taken("pass_review"):
        return Fact(False, kind="案件审核")
    if _hearing_class(s) and run.taken("request_hearing") and not run.taken("pass_hearing_review"):
        return Fact(False, kind="听证后的法制审核")
    return True


@provides
def collectively_discussed(s: Situation) -> bool | Fact:
    run = s.standing.run if s.standing else None
    if run is None or run.taken("discuss_collectively"):
        return True
    if run.taken("pass_hearing_review") or s.value("review_kind") == "legality":
        return Fact(False, why="本案属于应当法制审核的情形，拟给予行政处罚")
    return True


@provides
def discretion_reasoned(s: Situation) -> bool:
    return s.data is None or bool(s.value("discretion"))


@provides
def not_heavier_for_defence(s: Situation) -> bool | Fact:
    if s.data is None or s.standing is None:
        return True
    noticed = next((e.data for e in reversed(s.standing.events) if e.step == "give_notice"), {})
    for field in ("fine", "confiscated_gains"):
        decided, told = int(s.data.get(field) or 0), int(noticed.get(field) or 0)
        if decided > told:
            return Fact(False, decided=f"{decided / 100:,.2f}元", noticed=f"{told / 100:,.2f}元")
    return True


@provides
def no_penalty_ground(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    ground = s.value("no_penalty_ground")
    if not ground:
        return Fact(False, why="未选择情形")
    if ground == "first" and (earlier := _earlier_penalty(s)) is not None:
        return Fact(
            False,
            why=f"当事人有同类违法记录（{earlier.unit.short_name} {earlier.doc_no_printed or earlier.title}），不属于初次违法",
        )
    return True


def _earlier_penalty(s: Situation) -> Case | None:
    """An earlier penalty of the same party and cause among the cases the actor may see: by the party's number where it is
    known on both sides, else by name."""
    case = s.record
    party = Q(party_name=case.party_name)
    if case.party_id:
        party = Q(party_id=case.party_id) | (party & Q(party_id=""))
    return (
        Case.objects.visible_to(s.actor)
        .filter(party, cause=case.cause, outcome="penalty", decided_on__lte=s.on)
        .exclude(pk=case.pk)
        .select_related("unit")
        .order_by("-decided_on")
        .first()
    )


@provides
def crime_suspected(s: Situation) -> bool | Fact:
    """移送规定 3(2): in IP cases a reasonable suspicion is enough, so the officer's named offence carries it."""
    return True if s.data is None or s.value("suspected_crime") else Fact(False, why="未写明涉嫌罪名和依据")


@provides
def registered_elsewhere(s: Situation) -> bool:
    return bool(s.value("registered_elsewhere"))


@or_attested
def on_spot_collection_allowed(s: Situation) -> bool | Fact:
    limit = current_book().on_spot_collection_limit()
    fine = s.record.fine_fen or 0
    if fine <= limit or s.data is None or "on_spot_collection_allowed" in s.data.get(ATTESTED, ()):
        return True
    return Fact(False, why=f"罚款{fine / 100:,.2f}元超过{limit / 100:,.0f}元")


@provides
def decision_revoked(s: Situation) -> bool:
    """The decision made last is recorded as ended, or a remedy since then ended so. What is held unlawful without being
    revoked stays in force (行政诉讼法 74)."""
    if s.record.decided_on and not s.record.decisions.in_force().exists():
        return True
    for event in reversed(s.standing.events if s.standing else ()):
        if event.step == "end_remedy":
            return event.data.get("remedy_result") in {"revoked", "invalid"}
        if s.procedure.steps[event.step].decides:
            return False
    return False


@provides
def paid_in_full(s: Situation) -> bool | Fact:
    unpaid = owed(s.record)
    return True if unpaid <= 0 else Fact(False, unpaid=f"{unpaid / 100:,.2f}元")


@provides
def goods_disposed(s: Situation) -> bool | Fact:
    confiscated = s.standing and s.standing.value("confiscated_goods", "decide_penalty")
    if not confiscated or s.standing.run.taken("dispose_goods"):
        return True
    return Fact(False, why=f"决定没收“{str(confiscated)[:30]}”，没有处置记录")


@provides
def surrendered_goods_settled(s: Situation) -> bool | Fact:
    run = s.standing.run if s.standing else None
    still = [m for code in ("preserve", "seize") for m in (run.open_measures(code) if run else ())]
    return True if not still else Fact(False, why=f"还有{len(still)}项登记保存或查封扣押未解除")


@provides
def file_complete(s: Situation) -> bool | Fact:
    """程序规定 78: the papers every closed file of the kind must hold (`file` of the kind)."""
    held = set(s.record.matter.folder.papers.values_list("form", flat=True))
    wanted = s.kind.complete(s.procedure.code, s.record.outcome)
    missing = [s.procedure.form(form, s.on, s.scope).title for form in wanted if form not in held]
    return True if not missing else Fact(False, missing="、".join(missing))


@provides
def within_on_spot_limit(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    limit = current_book().on_spot_limit(_party_kind(s))
    fine = int(s.data.get("fine") or 0)
    return (
        True if fine <= limit else Fact(False, amount=f"{fine / 100:,.2f}元", limit=f"{limit / 100:,.0f}元")
    )


# ---- amounts that follow from clocks


def surcharge_so_far(s: Situation) -> int | None:
    """加处罚款 up to the day, in fen, as 行政处罚法 72 and 73 count it: from the day after the period for payment, without
    the days of review or litigation, never more than the fine. None while that period runs or stands still."""
    run, procedure, on, fine = s.standing.run, s.procedure, s.on, s.record.fine_fen
    pay = run.clocks.get("pay")
    due_on: date | None = procedure.due(pay, run).due if pay else None
    if due_on is None or due_on >= on or not fine:
        return None
    excluded = [(m.opened_on, m.closed_on or on) for m in run.measures.values() if m.measure == "remedy"]
    return current_book().surcharge(fine, due_on, on, excluded)
