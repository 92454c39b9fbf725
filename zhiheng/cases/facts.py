"""The facts the law asks for before a step, answered from the case's rows.

One function a guard, named as in the law book's `guards.yaml`. Guards without a function are *attested*: the officer
ticks the sentence on the step's page, and the tick stays in the step's record. A test keeps the two lists complete.
A function returns True, False or a Fact with the words' parameters; before the step's form is filled (`data is None`)
guards about the form's own content answer True, because they are asked again when it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import certificates_on, roles_of, scope_codes
from zhiheng.documents.selectors import evidence_in
from zhiheng.law import Fact, Step, current_book
from zhiheng.proceedings.engine import Standing

from .checks import owed
from .models import Case, Outcome, PartyType

ATTESTED = "attested"  # key in a step's data: the guards its taker ticked


@dataclass(frozen=True)
class Situation:
    """What a guard may look at: the case, the step about to be taken, its form's data if already sent, who, when."""

    case: Case
    on: date
    actor: Person
    step: Step
    data: Mapping[str, Any] | None = None
    standing: Standing | None = None

    def value(self, field: str, *steps: str) -> Any:
        """The form's value if it has one, else what the latest earlier step said."""
        if self.data and self.data.get(field) not in (None, "", []):
            return self.data[field]
        return self.standing.value(field, *steps) if self.standing else None

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """Unit codes whose local law files reach the case, tightest first."""
        return scope_codes(self.case.unit)

    @cached_property
    def officers(self) -> list[Person]:
        if self.data and self.data.get("handlers"):
            return list(Person.objects.filter(pk__in=self.data["handlers"]))
        if self.case.pk is None:
            return [self.actor]
        return [o.person for o in self.case.officers.filter(until__isnull=True).select_related("person")]

    @cached_property
    def party_kind(self) -> str:
        """`person` or `organisation` as thresholds tell them apart: an individual business is sanctioned as 公民 for
        on-the-spot limits but heard as 自然人 (听证办法 5; 行政处罚法 51)."""
        return "organisation" if self.case.party_type == PartyType.ORGANISATION else "person"

    def amount(self, field: str) -> int:
        return int(self.value(field) or 0)


Provider = Callable[[Situation], "bool | Fact"]
PROVIDERS: dict[str, Provider] = {}


def provides(function: Provider) -> Provider:
    PROVIDERS[function.__name__] = function
    return function


def attested_guards(step: Step) -> list[str]:
    """Guards of the step that the officer ticks, in the book's order."""
    return [name for name in step.needs if name not in PROVIDERS or name in _EITHER]


# The system answers where it can; where it cannot, the officer's tick does (行政处罚法 68(2), 69: hard to collect later).
_EITHER = frozenset({"on_spot_collection_allowed"})


def facts_for(situation: Situation, known: Mapping[str, bool | Fact] | None = None) -> dict[str, bool | Fact]:
    """Every guard the step needs and `known` does not answer yet. For a page that only offers the step, ticks count
    as given."""
    ticked = None if situation.data is None else set(situation.data.get(ATTESTED, ()))
    return {
        name: PROVIDERS[name](situation) if name in PROVIDERS else ticked is None or name in ticked
        for name in situation.step.needs
        if known is None or name not in known
    }


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
    if s.case.folder_id and evidence_in(s.case.folder, usable_only=True).exists():
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
    cause = s.value("cause") or s.case.cause
    rules = current_book().rules_for_cause(cause)
    if rules:
        return True
    return Fact(False, why=f"“{s.case.get_cause_display()}”在法规库中没有罚则，须另有处罚依据")


@provides
def within_limitation(s: Situation) -> bool | Fact:
    end = s.value("act_end_on") or s.value("act_on") or s.case.act_end_on or s.case.act_on
    if end is None:
        return True
    found = s.case.lead_on or s.on
    limit = current_book().limitation(end)
    if found <= limit.until:
        return True
    return Fact(False, from_day=end, years=limit.years, until=limit.until)


@provides
def seizure_power(s: Situation) -> bool | Fact:
    power = current_book().seizure_power(s.case.cause, s.on)
    return True if power.granted else Fact(False, cause=s.case.get_cause_display(), why=power.why)


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


def _hearing(s: Situation):
    return current_book().hearing(
        party=s.party_kind,
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
    case = s.case
    acted = s.value("act_end_on") or s.value("act_on") or case.act_end_on or case.act_on or s.on
    outcomes = current_book().fine_range(
        cause=case.cause,
        acted=acted,
        decided=s.on,
        party=s.party_kind,
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
    problem = current_book().competence(s.case.cause, provincial=s.case.unit.parent_id is None, on=s.on)
    if problem is None:
        return True
    return Fact(False, rule=problem.rule, by=problem.by, unit=s.case.unit.name)


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
    case = s.case
    party = Q(party_name=case.party_name)
    if case.party_id:
        party = Q(party_id=case.party_id) | (party & Q(party_id=""))
    return (
        Case.objects.visible_to(s.actor)
        .filter(party, cause=case.cause, outcome=Outcome.PENALTY, decided_on__lte=s.on)
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


@provides
def on_spot_collection_allowed(s: Situation) -> bool | Fact:
    limit = current_book().on_spot_collection_limit()
    fine = s.case.fine_fen or 0
    if fine <= limit or s.data is None or "on_spot_collection_allowed" in s.data.get(ATTESTED, ()):
        return True
    return Fact(False, why=f"罚款{fine / 100:,.2f}元超过{limit / 100:,.0f}元")


@provides
def decision_revoked(s: Situation) -> bool:
    """The decision made last is recorded as ended, or a remedy since then ended so. What is held unlawful without being
    revoked stays in force (行政诉讼法 74)."""
    if s.case.decided_on and not s.case.decisions.in_force().exists():
        return True
    for event in reversed(s.standing.events if s.standing else ()):
        if event.step == "end_remedy":
            return event.data.get("remedy_result") in {"revoked", "invalid"}
        if event.step in {"decide_penalty", "decide_no_penalty"}:
            return False
    return False


@provides
def paid_in_full(s: Situation) -> bool | Fact:
    unpaid = owed(s.case, s.standing)
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
    """程序规定 78: the papers every closed case must hold."""
    held = set(s.case.folder.papers.values_list("form", flat=True))
    wanted = {"SAMR-07": "立案审批表", "SAMR-53": "结案审批表"}
    if s.case.proceeding.procedure == "penalty.simple":
        wanted = {"SAMR-44": "当场行政处罚决定书", "SAMR-53": "结案审批表"}
    elif s.case.outcome == Outcome.PENALTY:
        wanted |= {
            "SAMR-35": "调查终结报告",
            "SAMR-36": "审核表",
            "SAMR-37": "告知书",
            "SAMR-45": "行政处罚决定书",
            "SAMR-50": "送达回证",
        }
    elif s.case.outcome == Outcome.NO_PENALTY:
        wanted |= {"SAMR-35": "调查终结报告", "SAMR-46": "不予行政处罚决定书", "SAMR-50": "送达回证"}
    missing = [title for form, title in wanted.items() if form not in held]
    return True if not missing else Fact(False, missing="、".join(missing))


@provides
def within_on_spot_limit(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    limit = current_book().on_spot_limit(s.party_kind)
    fine = int(s.data.get("fine") or 0)
    return (
        True if fine <= limit else Fact(False, amount=f"{fine / 100:,.2f}元", limit=f"{limit / 100:,.0f}元")
    )


def may_take(actor: Person, case: Case, step: Step, on: date) -> str:
    """Why this person may not take the step, in words; "" when they may."""
    if actor.unit_id != case.unit_id:
        return f"须由{case.unit.name}的人员办理"
    held = roles_of(actor, on)
    if not held & set(step.by):
        return "须由" + "、".join(Role(code).label for code in step.by) + "办理"
    if step.by == ("handler",) and not any(
        o.person_id == actor.pk for o in case.officers.all() if o.until is None
    ):
        return "须由本案承办人办理"
    return ""
