"""Whether what is known of a case reaches a standard of prosecution (移送规定 3; 刑法 213 to 216): a reason to look at a referral, never a
finding that there is a crime."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from zhiheng.law import CrimeSuspicion, Fact, Limit, current_book
from zhiheng.law.clocks import add_months
from zhiheng.matters import goods
from zhiheng.matters.engine import Standing
from zhiheng.matters.facts import Situation, or_attested
from zhiheng.ui.templatetags.zh import yuan

from .acts import acts_of
from .history import called, causes_of, principal_of, record_of
from .models import Case

# 商标法(2019) 57: which item is which crime; the other items are none.
_OF_ITEM = {
    "一": "crime-trademark-use", "1": "crime-trademark-use",
    "三": "crime-trademark-sell", "3": "crime-trademark-sell",
    "四": "crime-trademark-label", "4": "crime-trademark-label",
}  # fmt: skip
# 2025 解释 3: of a mark used on services another standard holds than of one used on goods.
_ON_GOODS, _ON_SERVICES = "crime-trademark-use", "crime-trademark-service"
# 刑法 87: what carries no more than three years is prosecuted within five.
_PROSECUTED_YEARS = 5
_ITEM = re.compile(r"第(?:五十七|57)条第([一二三四五六七1-7])项")


def suspicions(s: Situation, *, with_others: bool = False) -> list[CrimeSuspicion]:
    """The standards that the acts of the case reach together: acts nobody punished yet are added up, each kind of amount by itself
    (知识产权刑事解释@2025-04-26 29). `with_others`: those of the party's other cases too, which are not decided yet."""
    cause = s.cause
    items = set(_ITEM.findall(str(s.value("law_breached") or "")))
    named = {_OF_ITEM[item] for item in items if item in _OF_ITEM}
    if _ON_GOODS in named:
        named.add(_ON_SERVICES)
    found: dict[str, CrimeSuspicion] = {}
    for one in sorted(frozenset().union(*(causes_of(act.rule, cause) for act in acts_of(s)))):
        for suspicion in _reached(s, one, with_others=with_others):
            if suspicion.code == (_ON_GOODS if _on_services(s) else _ON_SERVICES):
                continue
            if not items or suspicion.code in named or not suspicion.code.startswith("crime-trademark"):
                found.setdefault(suspicion.code, suspicion)
    return list(found.values())


def _on_services(s: Situation) -> bool:
    """Whether the mark was used on services: there are no goods, and what counts is what they brought in."""
    return s.value("nothing_to_confiscate") == "service" or s.value("value_method") == "revenue"


def unpunished_elsewhere(s: Situation, cause: str) -> list[Case]:
    """The party's other cases of such crimes, of any unit, that nobody decided yet and that can still be prosecuted: their amounts count
    together with those of this case (知识产权刑事解释@2025-04-26 29)."""
    alike = _alike(cause)
    since = add_months(s.on, -12 * _PROSECUTED_YEARS)
    known = s.remembered(
        f"record in {sorted(alike)}", lambda s: record_of(s.record, principal_of(s.record), alike)
    )
    return [
        one.case
        for one in known
        if one.case.decided_on is None
        and not one.case.outcome
        and any(act.last and act.last >= since for act in one.acts)
    ]


def _alike(cause: str) -> frozenset[str]:
    """The causes that may be the same crimes as this one."""
    book = current_book()
    crimes = set(book.cause(cause).crimes)
    return frozenset(code for code, one in book.causes.items() if crimes & set(one.crimes))


_SEVERAL, _REPEAT = "several", "repeat"


def _reached(s: Situation, cause: str, *, with_others: bool) -> list[CrimeSuspicion]:
    """The standards, with the lower ones where their circumstances are there; the record of the office is asked only where it matters."""
    book, amounts = current_book(), _amounts(s)
    if with_others and book.cause(cause).crimes:
        amounts = _together(amounts, unpunished_elsewhere(s, cause))
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
    alike = _alike(cause)
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
    known |= {
        "loss": s.value("direct_loss"),
        "pieces": s.value("label_pieces"),
        "pieces_unsold": s.value("label_unsold"),
    }
    if turnover is not None:
        known["sales"] = max(0, turnover - (unsold or 0))
    return {name: amount for name, amount in known.items() if amount is not None}


def _together(amounts: dict[str, int], others: Iterable[Case]) -> dict[str, int]:
    """The amounts with those of other cases, each kind by itself. What another case sold is known where its value is that of its sales."""
    found = dict(amounts)
    for case in others:
        told = {"turnover": case.turnover_fen, "gains": case.gains_fen}
        told["sales"] = case.turnover_fen if case.value_method == "sale" else None
        for name, amount in told.items():
            if amount is not None:
                found[name] = found.get(name, 0) + amount
    return found


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
    if s.taken(*_LOOKED_AT):
        return True
    found = suspicions(s, with_others=True)
    if not found:
        return True
    alone = {one.code for one in suspicions(s)}
    added = [one for one in found if one.code not in alone]
    others = unpunished_elsewhere(s, s.cause) if added else ()
    told = f"；与未经处理的另案（{'、'.join(map(called, others))}）累计" if others else ""
    return Fact(False, why=words(found) + told)


@or_attested
def reasonably_suspected(s: Situation) -> bool | Fact:
    """移送规定 3: what reaches a standard must be referred; what does not is referred on a reasonable suspicion that the police can clear up
    (3(2)), which the officer words or answers for."""
    if s.value("suspicion_ground") or suspicions(s, with_others=True):
        return True
    told = "；".join(_short_of(s, one) for one in current_book().limits_of_crimes(s.cause, s.on))
    return Fact(False, why=told or "案由没有对应的追诉标准")


_NAMED = {
    "turnover": "非法经营数额",
    "sales": "销售金额",
    "gains": "违法所得",
    "loss": "直接经济损失",
    "pieces": "标识",
}


def _short_of(s: Situation, limit: Limit) -> str:
    """What a standard asks, and what the case has of it."""
    amounts = _amounts(s)
    parts = []
    for key, title in _NAMED.items():
        if key not in limit.values:
            continue
        if key == "pieces":
            parts.append(f"{title}{amounts.get(key, 0):,}件，标准{limit.values[key]:,}件")
        else:
            parts.append(f"{title}{yuan(amounts.get(key, 0))}元，标准{limit.values[key]:,}元")
    return f"{limit.title}：{'，'.join(parts)}"
