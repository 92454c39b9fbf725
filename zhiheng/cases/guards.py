"""The facts the law asks for in enforcement cases, one function a guard, answered from rows.

`True`, or `False`, or a `Fact(False, …)` with the details that the book's words of refusal have holes for. For a page that only
shows what may be done, the form is not filled yet (`s.data is None`): guards about its content then answer True and are asked again
when it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from zhiheng import canonical
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import acting_roles, without_certificate
from zhiheng.documents.selectors import evidence_in
from zhiheng.law import Fact, current_book
from zhiheng.matters import goods
from zhiheng.matters.facts import Situation, of_the_step, of_the_taker, or_attested, provides

from .acts import (
    Sanction,
    acts_of,
    last_day,
    measured,
    party_kind,
    sanctions_of,
)
from .decisions import by_line, in_force, meant, same_number
from .money import bearers, fine_of
from .proceedings import acts_referred, told_of, was_heard


@provides
def two_certified_officers(s: Situation) -> bool | Fact:
    without = [person.name for person in without_certificate(s.officers, s.on)]
    number = len({person.pk for person in s.officers})
    if number >= 2 and not without:
        return True
    missing = []
    if number < 2:
        missing.append(f"本案承办人只有{number}人")
    if without:
        missing.append("、".join(without) + f"在{s.on:%Y-%m-%d}没有有效的行政执法证")
    return Fact(False, missing="；".join(missing))


@provides
def evidence_prima_facie(s: Situation) -> bool | Fact:
    collected = ("record_inspection", "record_questioning", "extract_evidence")
    if s.standing and any(s.standing.run.taken(step) for step in collected):
        return True
    if s.record.matter_id and evidence_in(s.record.matter.folder, usable_only=True).exists():
        return True
    return Fact(False, why="案卷中没有证据，也没有现场检查、询问或证据提取的记录")


@provides
def evidence_recorded(s: Situation) -> bool | Fact:
    return evidence_prima_facie(s)


@provides
def punishable(s: Situation) -> bool | Fact:
    if s.value("outside_basis") or current_book().rules_for_cause(s.cause):
        return True
    return Fact(False, why=f"“{s.record.get_cause_display()}”在法规库中没有罚则，须另有处罚依据")


@provides
def within_limitation(s: Situation) -> bool | Fact:
    found = s.record.lead_on or s.on
    # Found is found, whichever office of the state found it first (移送规定 13, 程序规定 14).
    earlier = s.value("found_on") if s.value("found_by") else None
    if earlier and last_day(s) and earlier >= last_day(s):
        found = min(found, earlier)
    ends = [act.acted for act in acts_of(s)] if s.value("acts") else [last_day(s)]
    for end in filter(None, ends):
        limit = current_book().limitation(end, grave=bool(s.value("grave_harm")))
        if found > limit.until:
            return Fact(False, from_day=end, years=limit.years, until=limit.until)
    return True


@provides
def seizure_power(s: Situation) -> bool | Fact:
    power = current_book().seizure_power(s.record.cause, s.on, s.value("rule") or "")
    cause = s.record.get_cause_display()
    if power.granted and power.level == "city" and s.record.unit.parent_id is not None:
        return Fact(False, cause=cause, why=f"{power.article}：{power.words}，区、县级机关须报请其批准")
    return True if power.granted else Fact(False, cause=cause, why=power.why)


@provides
def review_kind_right(s: Situation) -> bool | Fact:
    """行政处罚法 58: legality review for major interests, complex cases and what a law names; after a hearing it is a step of its own
    (程序规定 50(2)). A higher review than needed is always right."""
    reasons = s.value("review_reasons") or ()
    if s.data is None or s.value("review_kind") == "legality":
        return True
    if was_heard(s):
        return Fact(False, expected="法制审核", why="本案经过听证程序")
    if not reasons:
        return True
    titles = s.procedure.fields["review_reasons"].choices
    return Fact(False, expected="法制审核", why="、".join(titles[reason] for reason in reasons))


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


@of_the_taker
def reviewer_qualified(s: Situation) -> bool | Fact:
    """程序规定 50, 51: legality review is for those whose work it is, and who are qualified for it."""
    if s.value("review_kind") != "legality" and Role.LEGALITY_REVIEWER not in s.step.by[:1]:
        return True
    if Role.LEGALITY_REVIEWER not in acting_roles(s.actor, s.on):
        return Fact(False, who=s.actor.name, why="不是从事法制审核的人员")
    return True if s.actor.law_qualified else Fact(False, who=s.actor.name, why="未登记法律职业资格")


def _hearing(s: Situation):
    """Whether the hearing right is owed to any of those to be punished: the first for whom it is, else the principal party."""
    found = [
        current_book().hearing(
            party=one.party,
            fine=one.fine,
            confiscated=one.confiscated,
            kinds=tuple(one.kinds),
            on=s.on,
            scope=s.scope,
        )
        for one in sanctions_of(s)
    ]
    return next((hearing for hearing in found if hearing.required), found[0])


@provides
def hearing_right_told(s: Situation) -> bool | Fact:
    if s.data is None or s.data.get("hearing_right"):
        return True
    hearing = _hearing(s)
    if hearing.required:
        return Fact(False, why=hearing.why)
    principal = sanctions_of(s)[0]
    if principal.goods is None and not _surely_below(s, principal):
        return Fact(False, why="没收的物品没有填写价值，不能排除达到标准")
    return True


def owes_hearing_right(s: Situation) -> bool:
    """Whether the party must be told that it may ask to be heard: what a step that does not say so by itself tells."""
    return hearing_right_told(s) is not True


def _surely_below(s: Situation, sanction: Sanction) -> bool:
    """Whether goods of unknown value stay below the threshold because the whole turnover, which counts goods not yet sold
    (商标法实施条例 78), does."""
    amounts = [s.value("turnover") or s.record.turnover_fen, s.value("case_value") or s.record.case_value_fen]
    known = [amount for amount in amounts if amount is not None]
    return bool(known) and not (
        current_book()
        .hearing(party=sanction.party, confiscated=sanction.gains + max(known), on=s.on, scope=s.scope)
        .required
    )


@provides
def hearing_in_scope(s: Situation) -> bool | Fact:
    hearing = _hearing(s)
    if hearing.required or s.standing.value("hearing_right"):
        return True
    return Fact(False, why=hearing.why)


@provides
def grounds_evidenced(s: Situation) -> bool | Fact:
    """Grounds for a lighter or heavier penalty are proved by evidence of the file (行政处罚法 40, 46)."""
    if s.data is None or not any(one.lighter or one.heavier for one in sanctions_of(s)):
        return True
    chosen = [row.get("name") for row in s.value("grounds_evidence") or ()]
    if not chosen:
        return Fact(False, why="没有选择证据")
    held = set(evidence_in(s.record.matter.folder, usable_only=True).values_list("name", flat=True))
    strange = [name for name in chosen if name not in held]
    return Fact(False, why=f"案卷中没有“{'”“'.join(strange)}”") if strange else True


# Steps after which what was told before is no longer what will be decided.
_BACK = {
    "renew_notice",
    "return_from_deliberation",
    "return_after_hearing",
    "return_for_supplement",
    "pass_review",
}


@provides
def notice_served(s: Situation) -> bool | Fact:
    """A notice was served, and the case was not investigated or proposed anew since (行政处罚法 44, 62)."""
    for event in reversed(s.standing.events if s.standing else ()):
        if event.step == "serve_notice":
            return _others_told(s)
        if event.step in _BACK:
            return Fact(False, why=f"{event.on}“{s.procedure.steps[event.step].title}”之后没有重新告知")
    return Fact(False, why="没有送达告知书的记录")


def _others_told(s: Situation) -> bool | Fact:
    """Each further party that the decision punishes was told too, and its own time is over or given up."""
    if s.data is None:
        return True
    for one in sanctions_of(s):
        if one.principal:
            continue
        told = told_of(s, one.who)
        if told is None:
            return Fact(False, why=f"没有向“{one.who}”送达告知书")
        if told.open:
            clock = s.standing.run.clocks.get("notice_each" + told.ref[len("notified") :])
            until = s.procedure.due(clock, s.standing.run).due
            return Fact(False, why=f"“{one.who}”的陈述申辩期限至{until}届满")
    return True


def _notice(s: Situation):
    events = s.standing.events if s.standing else ()
    return next((e for e in reversed(events) if e.step == "give_notice"), None)


@provides
def facts_as_told(s: Situation) -> bool | Fact:
    """The decision rests on the acts and the rules that the party was told (行政处罚法 44, 62); it may leave some of them out."""
    notice = _notice(s)
    if s.data is None or notice is None:
        return True
    then = replace(s, step=s.procedure.steps["give_notice"], data=notice.data)
    told = {(one.act.what, one.outcome.rule if one.outcome else "") for one in measured(then)}
    for one in measured(s):
        rule = one.outcome.rule if one.outcome else ""
        if (one.act.what, rule) not in told:
            return Fact(False, decided=" ".join(filter(None, (one.act.what, rule))) or "法规库之外的依据")
    if s.value("departure"):
        return True
    beyond = next(_beyond_the_notice(s, notice.data), "")
    return Fact(False, decided=beyond) if beyond else True


_CITED = re.compile(
    r"第[一二三四五六七八九十百零〇\d]+条(?:第[一二三四五六七八九十\d]+款)?(?:第[一二三四五六七八九十\d]+项)?"
)
_COUNTED = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万?[\u4e00-\u9fff])")
_DATES = frozenset("年月日时分条款项号")  # numbers before these count no goods and no money


def _beyond_the_notice(s: Situation, told: Mapping[str, Any]) -> Iterator[str]:
    """What the decision states beyond what the party was told: another article or item, a greater number of goods or sum of money in the
    facts, greater amounts. What is less, or worded otherwise, is no such thing."""
    for field in ("law_breached", "law_basis"):
        before = _CITED.findall(str(told.get(field) or ""))
        for cited in _CITED.findall(str(s.data.get(field) or "")) if before else ():
            if not any(cited.startswith(one) or one.startswith(cited) for one in before):
                yield f"{s.procedure.fields[field].title}{cited}"
    before = _greatest(str(told.get("facts") or ""))
    for unit, number in _greatest(str(s.data.get("facts") or "")).items():
        if unit in before and number > before[unit]:
            yield f"违法事实中的{number:f}{unit}"
    for field in ("turnover", "illegal_gains"):
        now, then = s.data.get(field), told.get(field)
        if now is not None and then is not None and now > then:
            yield f"{s.procedure.fields[field].title}{now / 100:,.2f}元"
    # A further decision rests on what the notice told of other acts or parties: its facts are those of the notice.
    now, then = (canonical.key(str(said.get("facts") or "")) for said in (s.data, told))
    if now != then and in_force(s.record):
        yield "本决定的违法事实"


def _greatest(text: str) -> dict[str, Decimal]:
    """Unit → the greatest number that stands before it (120件, 32000元, 3.2万元)."""
    found: dict[str, Decimal] = {}
    for number, unit in _COUNTED.findall(text):
        if unit[-1] in _DATES:
            continue
        value = Decimal(number.replace(",", "")) * (10_000 if unit[0] == "万" else 1)
        found[unit[-1]] = max(value, found.get(unit[-1], value))
    return found


@provides
def defence_reviewed(s: Situation) -> bool | Fact:
    if not s.taken("record_defence", "record_late_defence") or s.value("defence_opinion"):
        return True
    return Fact(False, why="已记录陈述申辩，复核意见未填")


@provides
def defence_answered(s: Situation) -> bool | Fact:
    run = s.standing.run if s.standing else None
    if run is None or not s.taken("record_defence", "record_late_defence", "request_hearing"):
        return True
    if s.value("defence_opinion") or run.taken("pass_hearing_review"):
        return True
    return Fact(False, why="未说明是否采纳及理由")


@provides
def legality_reviewed(s: Situation) -> bool | Fact:
    run = s.standing.run if s.standing else None
    if run is None or not run.taken("pass_review"):
        return Fact(False, kind="案件审核")
    if run.taken("request_hearing") and not run.taken("pass_hearing_review"):
        return Fact(False, kind="听证后的法制审核")
    # 程序规定 50: a case that was heard needs legality review, also when a later round had no hearing of its own.
    only_case_review = s.standing.value("review_kind", "submit_review") != "legality"
    if was_heard(s) and only_case_review and not run.taken("pass_hearing_review"):
        return Fact(False, kind="法制审核（本案经过听证程序）")
    return True


@provides
def not_instead_of_referral(s: Situation) -> bool | Fact:
    """移送规定 11, 行政处罚法 8: once the police have taken the matter up no fine or confiscation stands in for the referral."""
    if s.data is None or not _MONEY & set(s.data.get("penalty_kinds") or ()):
        return True
    if s.value("acts") and not acts_referred(s, acts_of(s)):
        return True
    filed = _police_filed(s)
    return True if filed is None else Fact(False, on=filed)


_MONEY = {"fine", "confiscate_gains", "confiscate_goods"}


def _police_filed(s: Situation):
    """The day on which the police took the matter up, if they have not let it go since."""
    filed = None
    for event in s.standing.events if s.standing else ():
        if event.step == "police_filed":
            filed = event.data.get("police_on") or event.on
        elif event.step in ("resume_case", "police_refused"):
            filed = None
    return filed


@provides
def police_have_filed(s: Situation) -> bool:
    return _police_filed(s) is not None


@provides
def not_prosecuted(s: Situation) -> bool:
    """The police refused, or a paper of the police, prosecution or court that let the matter go is attached."""
    if s.last("report_crime", "refer_crime") is None:
        return False
    if s.data is None or s.data.get("attachments"):
        return True
    answered = s.last("police_filed", "police_refused")
    return answered is not None and answered.step == "police_refused"


@provides
def decision_in_force(s: Situation) -> bool:
    """The record's own copy says it (`decisions.reflect`): once no decision is in force, the outcome is that it was withdrawn."""
    return bool(s.record.decided_on) and s.record.outcome != "withdrawn"


@provides
def not_worse_for_the_party(s: Situation) -> bool | Fact:
    """行政处罚法 75(2) mends what was wrong; what is heavier needs a new notice and a new decision."""
    if s.data is None:
        return True
    how = s.data.get("change_kind")
    if how not in ("revoked", "changed"):
        titles = s.procedure.fields["change_kind"].choices
        return Fact(False, why=f"“{titles.get(how, how)}”，那是复议机关、人民法院的决定")
    decision = meant(s.record, s.data, s.standing, s.line)
    if decision is None:
        return True  # `change_names_a_decision` says so
    for field, stands in (("fine", decision.fine_fen), ("confiscated_gains", decision.confiscated_gains_fen)):
        if (s.data.get(f"changed_{field}") or 0) > (stands or 0):
            return Fact(False, why="加重处罚")
    line = next(line for line, one in by_line(s.record, s.standing).items() if one == decision)
    borne = {one.name: one for one in bearers(s.record, s.standing, line)}
    for row in s.data.get("changed_shares") or ():
        one = borne.get(row.get("party"))
        if one and ((row.get("fine") or 0) > one.fine or (row.get("gains") or 0) > one.gains):
            return Fact(False, why=f"加重对{one.name}的处罚")
    return True


@provides
def goods_unclaimed(s: Situation) -> bool:
    return any(g.state == goods.UNCLAIMED for g in goods.ledger_of(s.standing))


def _last_remedy(s: Situation) -> tuple[str, str]:
    """Kind and result of the remedy that ended last, of the decision or the party that the step is about; empty words when none has."""
    share = s.step.acts_on and s.standing and s.step.acts_on not in ("further", "remedy")
    if s.line or share:
        open_now = s.standing.run.open_measures(s.step.acts_on) if share else []
        ref = s.ref or (open_now[0].ref if len(open_now) == 1 else "")
        told = [
            s.standing.events[n - 1].data
            for n in range(1, len(s.standing.events) + 1)
            if (s.standing.refs[n - 1] == ref if share else s.standing.line_of(n) == s.line)
        ]
        last = next((data for data in reversed(told) if data.get("remedy_result")), {})
        return str(last.get("remedy_kind") or ""), str(last.get("remedy_result") or "")
    run = s.standing.run if s.standing else None
    ended = [m for m in run.measures.values() if m.measure == "remedy" and not m.open] if run else []
    if not ended:
        return "", ""
    last = max(ended, key=lambda m: (m.closed_on, m.opened_at))
    opening = s.standing.events[last.opened_at].data if last.opened_at >= 0 else {}
    closing = s.last("end_remedy")
    return str(opening.get("remedy_kind") or ""), str(
        closing.data.get("remedy_result") or ""
    ) if closing else ""


@of_the_step
def ours_to_enforce(s: Situation) -> bool:
    """行政复议法 78: what review changed or settled, the review organ enforces."""
    return not changed_by_review(s)


@provides
def changed_by_review(s: Situation) -> bool:
    kind, result = _last_remedy(s)
    return kind == "review" and result in ("changed", "settled")


@provides
def collectively_discussed(s: Situation) -> bool | Fact:
    """行政处罚法 57(2), 程序规定 60(2): cases of legality review, and penalties heavy enough, are decided by the heads together."""
    run = s.standing.run if s.standing else None
    if run is None:
        return True
    for event in reversed(s.standing.events):
        if event.step == "discuss_collectively":
            return True
        if s.procedure.steps[event.step].to == "deliberating":
            break
    if run.taken("pass_hearing_review") or s.value("review_kind") == "legality" or s.value("review_reasons"):
        return Fact(False, why="本案属于应当法制审核的情形，拟给予行政处罚")
    for one in sanctions_of(s):
        heavy = current_book().hearing(
            standard="collective",
            party=one.party,
            fine=one.fine,
            confiscated=one.confiscated,
            kinds=tuple(one.kinds),
            on=s.on,
            scope=s.scope,
        )
        if heavy.required:
            return Fact(False, why=heavy.why)
    return True


@provides
def discretion_reasoned(s: Situation) -> bool:
    return s.data is None or bool(s.value("discretion"))


@provides
def not_heavier_for_defence(s: Situation) -> bool | Fact:
    """For each party no amount greater and no kind heavier than was told (行政处罚法 45(2), 63)."""
    notice = _notice(s)
    if s.data is None or s.standing is None:
        return True
    told = {one.who: one for one in sanctions_of(s, notice.data if notice else {})}
    for one in sanctions_of(s):
        was = told.get(one.who)
        if was is None:
            return Fact(False, decided=f"处罚{one.who}", noticed="未告知对其处罚")
        for decided, noticed in (
            (one.fine, was.fine),
            (one.gains, was.gains),
            (one.goods or 0, was.goods or 0),
        ):
            if decided > noticed and not (was.goods is None and decided == one.goods):
                return Fact(False, decided=f"{decided / 100:,.2f}元", noticed=f"{noticed / 100:,.2f}元")
        if notice is not None and (heavier := _kinds_added(s, one, was)):
            titles = s.procedure.fields["penalty_kinds"].choices
            before = "、".join(titles[k] for k in titles if k in was.kinds) or "没有处罚种类"
            return Fact(False, decided=f"增加{'、'.join(titles[k] for k in heavier)}", noticed=before)
    return True


def _kinds_added(s: Situation, one: Sanction, was: Sanction) -> list[str]:
    """Kinds that were not told and do not stand in for a heavier one that was (行政处罚法 9 lists them from light to heavy)."""
    order = list(s.procedure.fields["penalty_kinds"].choices)
    dropped = [order.index(kind) for kind in was.kinds - one.kinds]
    return [
        kind
        for kind in order
        if kind in one.kinds - was.kinds and order.index(kind) > max(dropped, default=-1)
    ]


@provides
def crime_suspected(s: Situation) -> bool | Fact:
    """移送规定 3(2): in IP cases a reasonable suspicion is enough, so the officer's named offence carries it."""
    return True if s.data is None or s.value("suspected_crime") else Fact(False, why="未写明涉嫌罪名和依据")


@provides
def registered_elsewhere(s: Situation) -> bool:
    return bool(s.value("registered_elsewhere"))


@or_attested
def on_spot_collection_allowed(s: Situation) -> bool | Fact:
    if s.taken("serve_decision"):  # 程序规定 72(3): not decided on the spot, whatever the sum
        return Fact(False, why="决定不是当场作出的，没有确认属于边远、水上、交通不便地区并由当事人提出")
    limit = current_book().on_spot_collection_limit()
    fine = fine_of(s.record, s.standing, s.line)
    return True if fine <= limit else Fact(False, why=f"罚款{fine / 100:,.2f}元超过{limit / 100:,.0f}元")


@of_the_step
def decision_revoked(s: Situation) -> bool:
    """The decision of the step's line is recorded as ended, or a remedy since then ended so. What is held unlawful without being
    revoked stays in force (行政诉讼法 74)."""
    standing = by_line(s.record, s.standing)
    decision = standing.get(s.line)
    if decision is None and s.record.decided_on:
        return True
    several = len(standing) > 1
    for seq in range(len(s.standing.events) if s.standing else 0, 0, -1):
        event = s.standing.events[seq - 1]
        if s.standing.line_of(seq) != s.line:
            continue
        if event.step in ("end_remedy", "end_remedy_further"):
            named = event.data.get("changed_decision") or ""
            mine = s.line or not several or not named or same_number(named, decision)
            return bool(mine) and event.data.get("remedy_result") in {"revoked", "invalid"}
        if s.standing.step_at(seq).decides:
            return False
    return False


@provides
def goods_disposed(s: Situation) -> bool | Fact:
    waiting = [g for g in goods.ledger_of(s.standing) if g.state == goods.FORFEITED]
    if waiting:
        return Fact(False, why=f"决定没收“{_shown(waiting)}”，没有处置记录")
    confiscated = s.standing and s.standing.value("confiscated_goods", "decide_penalty")
    if not confiscated or s.standing.run.taken("dispose_goods") or goods.ledger_of(s.standing):
        return True
    return Fact(False, why=f"决定没收“{str(confiscated)[:30]}”，没有处置记录")


@provides
def surrendered_goods_settled(s: Situation) -> bool | Fact:
    """程序规定 42, 77: nothing that was taken is left without a fate."""
    run = s.standing.run if s.standing else None
    still = [m for code in ("preserve", "seize") for m in (run.open_measures(code) if run else ())]
    if still:
        return Fact(False, why=f"还有{len(still)}项登记保存或查封扣押未解除")
    waiting = list(goods.unsettled(s.standing))
    if not waiting:
        return True
    return Fact(False, why="；".join(f"{g}（{goods.WORDS[g.state]}）" for g in waiting[:5]))


def _shown(lines) -> str:
    return "、".join(map(str, lines))[:60]


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
    limit = current_book().on_spot_limit(party_kind(s.record.party_type))
    fine = int(s.data.get("fine") or 0)
    if fine > limit:
        amount, most = f"{fine / 100:,.2f}元", f"{limit / 100:,.0f}元"
        return Fact(False, amount=amount, limit=most, why=f"罚款{amount}超过当场处罚限额{most}")
    titles = s.procedure.fields["penalty_kinds"].choices
    others = [titles[k] for k in s.data.get("penalty_kinds") or () if k not in ("warning", "fine")]
    if others:
        return Fact(
            False, amount="", limit="", why=f"当场只能处以警告或者限额以内的罚款，不能{'、'.join(others)}"
        )
    return True
