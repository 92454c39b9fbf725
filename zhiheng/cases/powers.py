"""Whose power it is: which office may decide, which may hand a case down, what alone a regulation protects. One function a guard; see
:mod:`zhiheng.cases.guards`.
"""

from __future__ import annotations

from collections.abc import Iterator

from zhiheng.law import Fact, current_book
from zhiheng.law.clocks import add_months
from zhiheng.matters import correspondence
from zhiheng.matters.facts import Situation, of_the_step, or_attested, provides, weighs_tick
from zhiheng.refusal import Reason

from .acts import measured

# Words in the name of an office that regulates markets, to which older texts give what was the 工商行政管理部门's.
_REGULATOR, _OF_A_REGULATOR = "市场监督管理", ("市场监督管理", "工商行政管理")


def is_market_regulator(s: Situation) -> bool:
    return _REGULATOR in s.record.unit.name


@provides
def authority_competent(s: Situation) -> bool | Fact:
    unit = s.record.unit
    problem = current_book().competence(s.record.cause, provincial=unit.parent_id is None, on=s.on)
    if problem is None:
        return True
    return Fact(False, rule=problem.rule, by=f"{problem.by}（{unit.parent.name}）", unit=unit.name)


@of_the_step
def regulators_power(s: Situation) -> bool | Fact:
    """行政处罚法 17, 18: what a text gives to market regulators an office of another name decides only where something else gives it that
    power (reform documents, concentrated powers), which the officer names."""
    if s.data is None or is_market_regulator(s) or s.value("power_basis"):
        return True
    for one in measured(s):
        rule = one.outcome.applicable.rule if one.outcome else None
        decides = rule.decides if rule else None
        if decides and decides.level == "county" and any(word in decides.title for word in _OF_A_REGULATOR):
            return Fact(False, rule=rule.title, by=decides.title, unit=s.record.unit.name)
    return True


@provides
def may_be_passed_down(s: Situation) -> bool | Fact:
    """程序规定 15(1): never what a law, regulation or rule gives to the higher office itself."""
    unit = s.record.unit
    if unit.parent_id is not None:
        return Fact(False, why=f"{unit.name}没有下级机关")
    reserved = current_book().competence(s.record.cause, provincial=False, on=s.on)
    return Fact(False, why=f"{reserved.rule}由{reserved.by}管辖") if reserved else True


@of_the_step
def not_passed_on_again(s: Situation) -> bool | Fact:
    """程序规定 14, 16: who was handed a case by another regulator and finds it not its own asks the common superior, and so does whoever a
    superior designated; neither hands it on. What belongs to other organs (17) is handed over all the same."""
    if s.data is None or s.data.get("transfer_kind") in ("other", "justice"):
        return True
    letter = correspondence.kept().handed_over(s.record)
    if letter is None:
        return True
    return Fact(
        False, sender=letter.sender.name, kind=letter.get_kind_display(), number=letter.number or "无文号"
    )


@weighs_tick
def sign_protected(s: Situation) -> bool | Fact:
    """A regulation on signs protects those it lists or has registered, and no others (行政处罚法 38: no penalty without a basis)."""
    if s.data is None:
        return True
    chosen = s.value("protected_sign")
    for one in measured(s):
        rule = one.outcome.applicable.rule if one.outcome else None
        if rule is None or not rule.signs or chosen in rule.signs:
            continue
        if not chosen and s.ticked("sign_protected"):
            continue
        titles = s.procedure.fields["protected_sign"].choices
        why = f"写的是“{titles[chosen]}”" if chosen else "没有写明所侵犯的标志"
        return Fact(False, rule=rule.title, protected="、".join(titles[sign] for sign in rule.signs), why=why)
    return True


@or_attested
def subject_of_the_rule(s: Situation) -> bool | Fact:
    """行政处罚法 4: a rule on what trademark agencies or printers may not do punishes nobody else; who is one, the officer looks up."""
    rules = (one.outcome.applicable.rule for one in measured(s) if one.outcome)
    narrow = next((rule for rule in rules if rule is not None and rule.subject), None)
    return Fact(False, rule=narrow.title, subject=narrow.subject) if narrow else True


def designation_is_on_file(s: Situation) -> Iterator[Reason]:
    """程序规定 14 to 16: whoever takes a case because a superior said so has the paper that says it."""
    if s.data.get("jurisdiction_ground") == "designated" and not s.data.get("attachments"):
        yield Reason(
            "管辖的依据是上级机关指定、交办，没有指定管辖或者交办的文书",
            "程序规定第15条、第16条",
            "请上传指定管辖通知书、案件交办通知书，或者改选管辖的依据",
            field="jurisdiction_ground",
        )


@of_the_step
def wellknown_by_cause(s: Situation) -> bool:
    """商标法(2019) 14(2) has a mark recognised as well-known in trademark cases alone; from 2027 also where unfair competition is dealt
    with (商标法2026 63)."""
    asked = s.step.code == "report_wellknown" or (s.data is not None and s.data.get("wellknown_claimed"))
    if not asked or s.on.year >= 2027:
        return True
    chosen = str((s.data or {}).get("rule") or s.value("rule") or "")
    return not chosen.startswith("UC-")


@provides
def of_a_trademark_agency(s: Situation) -> bool:
    return s.record.cause == _AGENCY


_AGENCY = "trademark_agency"


@provides
def agency_case_reported(s: Situation) -> bool:
    """商标法实施条例 89: what was done about a trademark agency is reported to the national office."""
    punished = s.record.cause == _AGENCY and s.record.outcome == "penalty"
    return not punished or s.taken("report_agency_case")


@provides
def goes_to_supervision(s: Situation) -> bool | Fact:
    """移送规定 19: traces of corruption or dereliction go to the supervisory organ or the prosecution, whatever becomes of the case."""
    to = s.said("transfer_to")
    return s.data is None or any(word in to for word in ("监察", "监委", "检察")) or Fact(False, to=to)


def contract_could_be_filed(s: Situation) -> Iterator[Reason]:
    """特殊标志管理条例 14(3), 15(2): a contract not filed is an offence once the month for filing is over."""
    signed = s.data.get("contract_on")
    if not signed:
        return
    until = add_months(signed, 1)
    if s.on <= until:
        yield Reason(
            f"使用合同{signed}签订，备案、存查的期限至{until}届满",
            "特殊标志管理条例第14条、第15条",
            "期限届满仍没有备案、存查的才能处罚",
            field="contract_on",
        )
