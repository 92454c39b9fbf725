"""Whether what is known of a case reaches a standard of prosecution (移送规定 3; 刑法 213 to 216): a reason to look at a referral, never a
finding that there is a crime."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from zhiheng.law import CrimeSuspicion, Fact, current_book
from zhiheng.law.clocks import add_months
from zhiheng.matters import goods
from zhiheng.matters.engine import Standing
from zhiheng.matters.facts import ATTESTED, Situation, or_attested

from .acts import acts_of
from .history import causes_of, principal_of, record_of
from .models import Case

# 商标法(2019) 57: which item is which crime; the other items are none.
_OF_ITEM = {
    "一": "crime-trademark-use", "1": "crime-trademark-use",
    "三": "crime-trademark-sell", "3": "crime-trademark-sell",
    "四": "crime-trademark-label", "4": "crime-trademark-label",
}  # fmt: skip
_ITEM = re.compile(r"第(?:五十七|57)条第([一二三四五六七1-7])项")


def suspicions(s: Situation) -> list[CrimeSuspicion]:
    """The standards that the acts of the case reach together: acts nobody punished yet are added up, each kind of amount by itself
    (知识产权刑事解释@2025-04-26 29)."""
    cause = s.value("cause") or s.record.cause
    items = set(_ITEM.findall(str(s.value("law_breached") or "")))
    named = {_OF_ITEM[item] for item in items if item in _OF_ITEM}
    found: dict[str, CrimeSuspicion] = {}
    for one in sorted(frozenset().union(*(causes_of(act.rule, cause) for act in acts_of(s)))):
        for suspicion in _reached(s, one):
            if not items or suspicion.code in named or not suspicion.code.startswith("crime-trademark"):
                found.setdefault(suspicion.code, suspicion)
    return list(found.values())


_SEVERAL, _REPEAT = "several", "repeat"


def _reached(s: Situation, cause: str) -> list[CrimeSuspicion]:
    """The standards, with the lower ones where their circumstances are there; the record of the office is asked only where it matters."""
    book, amounts = current_book(), _amounts(s)
    reached = book.crime_suspicions(cause, s.on, amounts)
    if len(book.crime_suspicions(cause, s.on, amounts, (_SEVERAL, _REPEAT))) == len(reached):
        return reached
    there = {_SEVERAL} if (s.value("marks_infringed") or 0) > 1 else set()
    if _punished_lately(s, cause):
        there.add(_REPEAT)
    return book.crime_suspicions(cause, s.on, amounts, there)


def _punished_lately(s: Situation, cause: str) -> bool:
    """Whether the office punished the party for an act of such a crime within the years that its standard names."""
    book = current_book()
    began = min((act.began for act in acts_of(s) if act.began), default=None)
    years = max((limit.repeat_years for limit in book.limits_of_crimes(cause, s.on)), default=0)
    if began is None or not years:
        return False
    crimes = set(book.cause(cause).crimes)
    alike = {code for code, one in book.causes.items() if crimes & set(one.crimes)}
    since = add_months(began, -12 * years)
    known = s.remembered(
        f"record in {sorted(alike)}", lambda s: record_of(s.record, principal_of(s.record), alike)
    )
    return any(one.punished_on and since <= one.punished_on <= began for one in known)


def _amounts(s: Situation) -> dict[str, int]:
    """Turnover, gains, what is not sold yet and what was. Turnover counts goods not yet sold as well (商标法实施条例 78)."""
    acts = acts_of(s)
    turnover = _sum(act.turnover for act in acts)
    unsold = _sum(act.goods for act in acts)
    if unsold is None:
        unsold = goods.value_of(goods.concerned(goods.ledger_of(s.standing), "confiscate"))
    known = {"turnover": turnover, "gains": _sum(act.gains for act in acts), "goods_value": unsold}
    if turnover is not None:
        known["sales"] = max(0, turnover - (unsold or 0))
    return {name: amount for name, amount in known.items() if amount is not None}


def _sum(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def words(found: Iterable[CrimeSuspicion]) -> str:
    return "；".join(f"{one.crime}：{one.why}（{one.article}）" for one in found)


def told(case: Case, standing: Standing | None) -> Iterator[tuple[str, str]]:
    """A line for the head of a case's page while it is open."""
    if standing is None or not standing.events or case.closed_on is not None:
        return
    step = standing.procedure.steps[standing.events[-1].step]
    s = Situation(record=case, on=standing.on, actor=None, step=step, standing=standing)
    if not s.taken(*_LOOKED_AT) and (found := suspicions(s)):
        yield "刑事追诉标准", f"{words(found)}；请审查是否移送（移送规定3）"


# Any of these says that somebody who may decide it has looked at a referral.
_LOOKED_AT = ("report_crime", "refer_crime", "police_filed", "police_refused", "refuse_crime_transfer")


@or_attested
def crime_considered(s: Situation) -> bool | Fact:
    """Where amounts reach a standard of prosecution, a referral was looked at before the case is decided (移送规定 3, 5)."""
    if s.data is None or "crime_considered" in s.data.get(ATTESTED, ()) or s.taken(*_LOOKED_AT):
        return True
    found = suspicions(s)
    return Fact(False, why=words(found)) if found else True
