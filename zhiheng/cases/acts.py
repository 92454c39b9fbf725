"""What a step says of the acts and of what each party is to bear for them: the one reading that guards on rules, amounts and kinds share.

A case has one act, told by the step's plain fields and the record's columns, or several, told by the rows of ``acts``. What the principal
party bears stands in the plain fields, what others bear in the rows of ``sanctions``. Amounts are fen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from zhiheng.law import Fact, FineOutcome, LawError, Objection, RuleChoice, current_book, higher_fine
from zhiheng.law.citations import chinese_numeral
from zhiheng.matters import goods as ledger
from zhiheng.matters.delivery import deliveries, named_in
from zhiheng.matters.facts import Situation, provides


@dataclass(frozen=True)
class Act:
    """One act: the rule it is punished by (as chosen, "" when nobody chose), its first and last day, and what the rule measures by.
    ``fine``: its own fine where several acts are fined one by one, None where the sanction's whole fine is for it."""

    what: str
    rule: str
    began: date
    acted: date
    turnover: int | None = None
    gains: int | None = None
    goods: int | None = None
    severity: str = "normal"
    fine: int | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sanction:
    """What one party is to bear. ``goods``: value of what is confiscated, None when it is not known; ``party`` as rules and thresholds tell
    parties apart: person or organisation; ``lighter``, ``heavier``: the grounds chosen for this party, which are its own alone."""

    who: str
    principal: bool
    party: str
    kinds: frozenset[str]
    fine: int
    gains: int
    goods: int | None
    acts: tuple[Act, ...]
    lighter: tuple[str, ...] = ()
    heavier: tuple[str, ...] = ()

    @property
    def confiscated(self) -> int:
        """What counts as confiscated where a threshold asks: gains and the value of goods (听证办法 5)."""
        return self.gains + (self.goods or 0)


def party_kind(party_type: str) -> str:
    """`person` or `organisation` as thresholds tell them apart: an individual business is sanctioned as 公民 for on-the-spot limits
    but heard as 自然人 (听证办法 5; 行政处罚法 51)."""
    word = current_book().party_types.get(party_type)
    return word.counts_as if word and word.counts_as else "person"


def last_day(s: Situation) -> date | None:
    """The day from which limitation and the law of the act are told: the end of the act, else its beginning."""
    record = s.record
    return s.value("act_end_on") or s.value("act_on") or record.act_end_on or record.act_on


def acts_of(s: Situation) -> tuple[Act, ...]:
    """Every act of the case as the step (or the latest before it) tells them."""
    rows = s.value("acts")
    if rows:
        return tuple(_row(row, s.on) for row in rows)
    record = s.record
    turnover, gains = s.value("turnover"), s.value("illegal_gains")
    acted = last_day(s) or s.on
    return (
        Act(
            what="",
            rule=s.value("rule") or "",
            began=min(s.value("act_on") or record.act_on or acted, acted),
            acted=acted,
            turnover=record.turnover_fen if turnover is None else turnover,
            gains=record.gains_fen if gains is None else gains,
            goods=s.value("confiscated_goods_value"),
            severity=s.value("severity") or "normal",
            also=tuple(s.value("also_breached") or ()),
        ),
    )


def _row(row: Mapping[str, Any], on: date) -> Act:
    acted = row.get("to_on") or row.get("from_on") or on
    return Act(
        what=row.get("what") or "",
        rule=row.get("rule") or "",
        began=min(row.get("from_on") or acted, acted),
        acted=acted,
        turnover=_amount(row, "turnover"),
        gains=_amount(row, "gains"),
        goods=_amount(row, "goods_value"),
        severity=row.get("severity") or "normal",
        fine=_amount(row, "fine") or 0,
    )


def _amount(row: Mapping[str, Any], column: str) -> int | None:
    value = row.get(column)
    return None if value in (None, "") else int(value)


_WORTH = re.compile(r"(?:价值|货值|价款|金额)[^0-9，。；]{0,6}([0-9][0-9,.]*)\s*(万?)元")


def value_in_words(text: str) -> int | None:
    """The value that a list of goods states in its words (“…120件，价值32,000元”), in fen; the sum where it states several."""
    found = [
        Decimal(n.replace(",", "").rstrip(".")) * (10_000 if wan else 1) for n, wan in _WORTH.findall(text)
    ]
    return int(sum(found) * 100) if found else None


def _goods_told(s: Situation, said: Mapping[str, Any]) -> int | None:
    """What the goods to be confiscated are worth where no field says it: by the words of the list, or by the ledger of goods."""
    worth = value_in_words(str(said.get("confiscated_goods") or ""))
    return (
        worth
        if worth is not None
        else ledger.value_of(ledger.concerned(ledger.ledger_of(s.standing), "confiscate"))
    )


def goods_in_the_ledger(s: Situation) -> int | None:
    """What a form begins with: what was told before, else the value of the goods that can be confiscated, in fen."""
    told = s.standing.value("confiscated_goods_value") if s.standing else None
    if told is not None:
        return told
    return ledger.value_of(ledger.concerned(ledger.ledger_of(s.standing), "confiscate"))


def sanctions_of(s: Situation, data: Mapping[str, Any] | None = None) -> tuple[Sanction, ...]:
    """What each party is to bear by the step, the principal one first. ``data``: of an earlier step instead of this one's."""
    said = _said(s) if data is None else data
    acts = acts_of(s)
    kinds = frozenset(said.get("penalty_kinds") or ())
    goods = said.get("confiscated_goods_value")
    if goods is None and "confiscate_goods" in kinds:
        values = [act.goods for act in acts if act.goods is not None]
        goods = sum(values) if values else _goods_told(s, said)
    alone = other_alone(s, said)
    joined = party_of(s, alone) if alone else None
    principal = Sanction(
        who=alone or s.value("party_name") or s.record.party_name,
        principal=not alone,
        party=party_kind((joined.type if joined else "") if alone else s.record.party_type),
        kinds=kinds,
        fine=int(said.get("fine") or 0),
        gains=int(said.get("confiscated_gains") or 0),
        goods=goods if "confiscate_goods" in kinds or goods is not None else 0,
        acts=acts,
        lighter=tuple((said.get("lighter_grounds") if alone else s.value("lighter_grounds")) or ()),
        heavier=tuple((said.get("heavier_grounds") if alone else s.value("heavier_grounds")) or ()),
    )
    others = tuple(_other(s, row, acts) for row in said.get("sanctions") or ())
    return (principal, *others)


def other_alone(s: Situation, said: Mapping[str, Any]) -> str:
    """Whom a decision punishes that is about one further party alone: its plain fields are then that party's; "" of every other step."""
    who = named_in(said) if "penalty_kinds" in said else ""
    return "" if who == s.record.party_name else who


_OTHERS_KINDS = {"fine": "fine", "gains": "confiscate_gains", "goods_value": "confiscate_goods"}


def _other(s: Situation, row: Mapping[str, Any], acts: tuple[Act, ...]) -> Sanction:
    kinds = {kind for column, kind in _OTHERS_KINDS.items() if _amount(row, column)}
    kinds |= {row["other"]} if row.get("other") else set()
    mine = [act for act in acts if act.what and act.what == row.get("what")] or [acts[0]]
    joined = party_of(s, row.get("party") or "")
    return Sanction(
        who=row.get("party") or "",
        principal=False,
        party=party_kind(joined.type if joined else "person"),
        kinds=frozenset(kinds),
        fine=_amount(row, "fine") or 0,
        gains=_amount(row, "gains") or 0,
        goods=_amount(row, "goods_value") or 0,
        acts=(
            Act(
                what=mine[0].what,
                rule=row.get("rule") or "",
                began=mine[0].began,
                acted=mine[0].acted if row.get("what") else max(act.acted for act in acts),
                turnover=mine[0].turnover,
                gains=mine[0].gains,
                severity=row.get("severity") or "normal",
            ),
        ),
        lighter=_one(row.get("lighter")),
        heavier=_one(row.get("heavier")),
    )


def _one(ground: Any) -> tuple[str, ...]:
    return (str(ground),) if ground else ()


def party_of(s: Situation, name: str):
    """The further party of this name that joined the matter, None when nobody of that name did."""
    return (
        next((p for p in s.record.matter.parties.all() if p.name == name), None)
        if s.record.matter_id
        else None
    )


_SAID = (
    "penalty_kinds",
    "fine",
    "confiscated_gains",
    "confiscated_goods",
    "confiscated_goods_value",
    "sanctions",
)


def _said(s: Situation) -> dict[str, Any]:
    """What this step says of penalties if it asks for them, else what the latest step said that did."""
    if "penalty_kinds" in s.step.fields and s.data is not None:
        return dict(s.data)
    for event in reversed(s.standing.events if s.standing else ()):
        if "penalty_kinds" in event.data or "fine" in event.data:
            return dict(event.data)
    return {}


# ---------------------------------------------------------------- the rule


def rules_of_case(s: Situation) -> tuple[str, ...]:
    """The rules that a form offers: those of the case's cause; every rule where the cause has none or the acts are of several."""
    mine = current_book().rules_for_cause(s.record.cause)
    return mine if mine and not s.value("acts") else tuple(current_book().fine_versions)


def choices(s: Situation, party: str, act: Act) -> list[RuleChoice]:
    """Every rule of the cause for this act and party: the version that applies, or why it does not."""
    return [_measured(s, party, act, code) for code in current_book().rules_for_cause(s.cause)]


def _measured(s: Situation, party: str, act: Act, rule: str) -> RuleChoice:
    """What a rule allows for the act, the law of the act and of the decision compared (行政处罚法 37); or why it does not reach it."""
    book = current_book()
    level = act.severity if act.severity in book.severities(rule) else "normal"
    try:
        outcome = book.evaluate(
            rule,
            acted=min(act.acted, s.on),
            decided=s.on,
            party=party,
            turnover=act.turnover,
            gains=act.gains,
            severity=level,
            scope=s.scope,
        )
    except LawError as error:
        return RuleChoice(rule, book.fine_versions[rule][-1].title, None, str(error))
    if outcome.applicable.rule is None:
        return RuleChoice(rule, outcome.title, None, outcome.why)
    return RuleChoice(rule, outcome.title, outcome)


def rule_of(s: Situation, party: str, act: Act) -> RuleChoice:
    """The rule the act is punished by: the one chosen, else the only one there can be, else the only one whose article the legal basis
    names. Without an outcome it says why none is known."""
    if act.rule:
        return _measured(s, party, act, act.rule)
    every = choices(s, party, act)
    possible = [one for one in every if one.outcome]
    basis = str(s.value("law_basis") or "")
    named = [one for one in possible if cites(basis, one.outcome)] if len(possible) > 1 else possible
    if len(named) == 1:
        return named[0]
    if possible:
        titles = "、".join(f"{one.code} {one.title}（{one.outcome.applicable.article}）" for one in possible)
        return RuleChoice("", "", None, f"该案由有几条罚则，须选定一条：{titles}")
    return RuleChoice("", "", None, "；".join(one.why_not for one in every[:2]) or "法规库未载该案由的罚则")


def cites(text: str, outcome: FineOutcome) -> bool:
    """Whether a text names the instrument and the article of the version that applies."""
    named = re.match(r"(\D+?)(\d+)", outcome.applicable.article)
    if named is None:
        return False
    number = int(named[2])
    return named[1] in text and any(f"第{n}条" in text for n in (str(number), chinese_numeral(number)))


@dataclass(frozen=True)
class Measured:
    """One act of one party with what its rule allows (None: no rule is known, `why`)."""

    sanction: Sanction
    act: Act
    outcome: FineOutcome | None
    why: str = ""

    @property
    def fine(self) -> int:
        return self.sanction.fine if self.act.fine is None else self.act.fine


def measured(s: Situation) -> list[Measured]:
    """Every act of every party held against its rule."""
    found = []
    for sanction in sanctions_of(s):
        for act in sanction.acts:
            choice = rule_of(s, sanction.party, act)
            found.append(Measured(sanction, act, choice.outcome, choice.why_not))
    return found


def objections(s: Situation, *codes: str) -> list[Objection]:
    """What the law has against the sanctions that the step proposes, of these kinds of objection (see FineOutcome.objections)."""
    found = []
    mine: dict[str, list[Measured]] = {}
    for one in measured(s):
        mine.setdefault(one.sanction.who, []).append(one)
    for acts in mine.values():
        said = [_held(s, one) for one in acts if one.outcome is not None]
        if len(said) < len(acts):
            continue  # a basis outside the book, or none: `rule_chosen` says so
        for objection in dict.fromkeys(o for each in said for o in each if o.code in codes):
            # What one act does not allow another may: a kind is without a basis only where no act gives it.
            everywhere = all(any(o.words == objection.words for o in each) for each in said)
            if objection.code != "kind_unknown" or everywhere:
                found.append(objection)
    return found


def _held(s: Situation, one: Measured) -> tuple[Objection, ...]:
    sanction, act = one.sanction, one.act
    kinds = set(sanction.kinds)
    if act.fine == 0:
        kinds -= {"fine"}
    return one.outcome.objections(
        kinds=kinds,
        fine=one.fine,
        gains=sanction.gains if act.gains is None or not sanction.principal else act.gains,
        goods=sanction.principal and not s.value("nothing_to_confiscate"),
        orders_ran_out=not not_overdue(s),
        mitigated=bool(sanction.lighter),
    )


def not_overdue(s: Situation) -> str:
    """Why it cannot be said that an order to correct ran out without correction; "" when it did."""
    events = s.standing.events if s.standing else ()
    orders = [e for e in events if e.step == "order_correction"]
    if not orders:
        return "没有责令改正的记录"
    due = max(e.data.get("correction_by") or e.on for e in orders)
    if due >= s.on:
        return f"改正期限至{due}，尚未届满"
    reached = [
        d.service.on for d in deliveries(s.record, s.standing) if d.paper.form == "SAMR-33" and d.service
    ]
    if not reached or min(reached) > due:
        return f"责令改正通知书在改正期限{due}届满之前没有送达当事人"
    done = [e.data.get("corrected_on") or e.on for e in events if e.step == "confirm_correction"]
    if len(done) >= len(orders) and max(done) <= due:
        return f"当事人已于{max(done)}按期改正"
    return ""


# ---------------------------------------------------------------- what the book asks of it


@provides
def rule_chosen(s: Situation) -> bool | Fact:
    """Every act is punished by a rule of the book that reaches it, or by a basis that the officer names as outside the book."""
    if s.data is None or s.value("outside_basis"):
        return True
    for one in measured(s):
        if one.outcome is None and one.sanction.kinds:
            return Fact(False, who=one.act.what or one.sanction.who, why=one.why)
    mine = [one.outcome for one in measured(s) if one.outcome and one.sanction.principal]
    basis = str(s.value("law_basis") or "")
    if mine and (named := _articles_named(basis, mine[0])) and not any(cites(basis, one) for one in mine):
        why = f"处罚依据写的是“{named}”，适用的罚则是{mine[0].applicable.article}"
        return Fact(False, who=s.record.party_name, why=why)
    return True


def _articles_named(basis: str, outcome: FineOutcome) -> str:
    """What a basis cites of the rule's own instrument by article; "" where it names the instrument alone, or another one."""
    instrument = re.match(r"\D+", outcome.applicable.article)
    if instrument is None:
        return ""
    found = re.search(re.escape(instrument[0]) + r"(?!实施)》?[^，；。]{0,12}?第[^条]{1,8}条", basis)
    return found[0] if found else ""


@provides
def amount_in_range(s: Situation) -> bool | Fact:
    """The fine for each act lies within the range of its rule, law of the act and of the decision compared (行政处罚法 37). 减轻处罚
    goes below the range, never above it, and is open only where a ground of it was chosen: words in the reasons never count."""
    if s.data is None:
        return True
    for found in objections(s, "fine_above", "fine_below"):
        return Fact(False, why=str(found))
    return True


@provides
def kinds_of_the_rule(s: Situation) -> bool | Fact:
    """What the rule says must be imposed is imposed, and nothing is that neither the rule nor 行政处罚法 itself gives."""
    if s.data is None:
        return True
    for found in objections(s, "kind_missing", "kind_unknown"):
        if found.code == "kind_missing" or not s.value("outside_basis"):
            return Fact(False, why=str(found))
    return True


@provides
def gains_as_found(s: Situation) -> bool | Fact:
    """What is confiscated of gains is what was found, less what is paid back by law (行政处罚法 28)."""
    if s.data is None:
        return True
    principal = sanctions_of(s)[0]
    known = [act.gains for act in principal.acts if act.gains is not None]
    if not known or "confiscate_gains" not in principal.kinds or not principal.principal:
        return True
    due = max(0, sum(known) - s.amount("refunded_gains"))
    if principal.gains == due:
        return True
    return Fact(False, confiscated=f"{principal.gains / 100:,.2f}元", found=f"{due / 100:,.2f}元")


@provides
def higher_rule(s: Situation) -> bool | Fact:
    """One act under several rules is fined by the one with the higher fine (行政处罚法 29)."""
    if s.data is None:
        return True
    for one in measured(s):
        rivals = [
            rule_of(s, one.sanction.party, replace(one.act, rule=other)).outcome for other in one.act.also
        ]
        higher = higher_fine([one.outcome, *filter(None, rivals)]) if one.outcome else None
        if higher is not None and higher.applicable.max > one.outcome.applicable.max:
            return Fact(
                False,
                chosen=f"{one.outcome.title}（{one.outcome.words}）",
                higher=f"{higher.title}（{higher.words}）",
            )
    return True


@provides
def correction_overdue(s: Situation) -> bool | Fact:
    """A rule that punishes 逾期不改正 needs an order to correct whose time ran out without correction."""
    if s.data is None:
        return True
    for found in objections(s, "order_first"):
        return Fact(False, rule=str(found), why=not_overdue(s))
    return True
