"""What the form of a step begins with because the record says it, or the law leaves one answer: nobody types what is known. Each is what
an earlier step said, else what follows from the unit, the parties, the rule or the state; all of it can be changed before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zhiheng import canonical
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import holders_in
from zhiheng.matters import correspondence, goods
from zhiheng.matters.facts import Situation

from .acts import acts_of, party_kind, rule_of
from .parties import address_confirmed_elsewhere, confirmed_address
from .proceedings import asked_to_be_heard, closing_ground, was_heard

Known = Callable[[Situation], Any]


def _told(s: Situation, field: str) -> Any:
    return s.standing.value(field, line=s.line)


def told_or(field: str, else_known: Known) -> Known:
    """What was said last for the field, else what follows."""

    def known(s: Situation) -> Any:
        told = _told(s, field)
        return else_known(s) if told in (None, "", []) else told

    return known


# ---------------------------------------------------------------- people of the unit


def _holders(s: Situation, *roles: Role) -> list[str]:
    """Who holds one of the roles in the case's unit and does not work the case."""
    mine = {person.pk for person in s.officers}
    holders = s.remembered("holders", lambda s: holders_in(s.record.unit, s.on))
    people = {pk: name for role in roles for pk, name in holders.get(role, ())}
    return [name for pk, name in sorted(people.items()) if pk not in mine]


def hearing_chair(s: Situation) -> str | None:
    """Who was appointed; before that the unit's only one who may preside (听证办法 18)."""
    holders = _holders(s, Role.HEARING_CHAIR)
    return holders[0] if len(holders) == 1 else None


def heads_present(s: Situation) -> str | None:
    """Who sits in the discussion of the heads (行政处罚法 57(2))."""
    return "、".join(_holders(s, Role.COLLECTIVE, Role.CHIEF, Role.LEADER)) or None


def head_of_meeting(s: Situation) -> str | None:
    chiefs = _holders(s, Role.CHIEF)
    return chiefs[0] if len(chiefs) == 1 else None


# ---------------------------------------------------------------- the party


def spokesman(s: Situation) -> str | None:
    """Who answers for the principal party: a natural person themselves, else who stands for it."""
    record = s.record
    return record.party_name if record.party_type == "person" else record.legal_rep or None


def receiver(s: Situation) -> str | None:
    confirmed = confirmed_address(s.standing)
    return (confirmed.receiver if confirmed else "") or spokesman(s)


def kind_of_party(s: Situation) -> str | None:
    """What the party's number says of it: a natural person's, an individual business's (GB 32100: 92…), or another's."""
    if s.record.party_type:
        return s.record.party_type
    number = canonical.code(s.record.party_id or "")
    if canonical.is_identity_number(number):
        return "person"
    if canonical.is_credit_code(number):
        return "individual_business" if number.startswith("92") else "organisation"
    return None


def where_served(s: Situation) -> str | None:
    confirmed = confirmed_address(s.standing)
    return (confirmed.address if confirmed else "") or s.record.party_address or None


def others_heard(s: Situation) -> str | None:
    """行政处罚法 64: parties of one case who asked are heard together."""
    return "、".join(who for who in asked_to_be_heard(s) if who != s.record.party_name) or None


# ---------------------------------------------------------------- the law


def basis(s: Situation) -> str | None:
    """The article of the rule by which the act is punished, where only one can be meant."""
    choice = rule_of(s, party_kind(s.record.party_type), acts_of(s)[0])
    rule = choice.outcome.applicable.rule if choice.outcome else None
    return rule.article.formal if rule is not None else None


def kinds_of_penalty(s: Situation) -> list[str] | None:
    """What the rule imposes beside the fine; gains only where some were found."""
    choice = rule_of(s, party_kind(s.record.party_type), acts_of(s)[0])
    if choice.outcome is None or choice.outcome.applicable.rule is None:
        return None
    kinds = set(choice.outcome.applicable.must) | (
        {"fine"} if choice.outcome.applicable.rule.fine != "none" else set()
    )
    if not s.value("illegal_gains"):
        kinds.discard("confiscate_gains")
    return [kind for kind in s.procedure.fields["penalty_kinds"].choices if kind in kinds]


def review_kind(s: Situation) -> str:
    """After a hearing the review is one of legality (程序规定 50(2)); else a case review, which the officer may raise."""
    return "legality" if was_heard(s) else "case"


def way_of_disposal(s: Situation) -> str | None:
    """What the rule has destroyed is destroyed (行政处罚法 74(1))."""
    choice = rule_of(s, party_kind(s.record.party_type), acts_of(s)[0])
    rule = choice.outcome.applicable.rule if choice.outcome else None
    return "destroy" if rule is not None and rule.destroy else None


def lift_ground(s: Situation) -> str | None:
    return "decided" if s.record.decided_on else None


def items(s: Situation) -> list[dict[str, Any]] | None:
    """Goods that another measure holds already (登记保存的转为查封、扣押, 程序规定 35): their rows, which nobody types again."""
    opens = s.step.opens
    lines = [(g, g.measure.partition("#")[0]) for g in goods.ledger_of(s.standing)]
    here = {(g.name, g.number) for g, measure in lines if measure == opens}
    held = [
        g.row
        for g, measure in lines
        if measure not in ("", opens)
        and (g.is_open or g.state == goods.RELEASED)
        and (g.name, g.number) not in here
    ]
    return held or None


def answered_by_a_unit(*kinds: str) -> Known:
    """What another unit of the house answered to what the case asked of it."""
    return lambda s: correspondence.kept().answered(s.record, kinds)


KNOWN: Mapping[str, Known] = {
    "assistance_result": answered_by_a_unit("assist"),
    "jurisdiction_result": answered_by_a_unit("dispute", "ruling"),
    "hearing_chair_name": told_or("hearing_chair_name", hearing_chair),
    "hearing_clerk": told_or("hearing_clerk", lambda s: None),
    "hearing_on": told_or("hearing_on", lambda s: None),
    "hearing_public": told_or("hearing_public", lambda s: True),
    "joint_parties": told_or("joint_parties", others_heard),
    "present": told_or("present", heads_present),
    "chair_of_meeting": told_or("chair_of_meeting", head_of_meeting),
    "person_questioned": spokesman,
    "receiver": receiver,
    "served_place": where_served,
    "service_receiver": told_or("service_receiver", spokesman),
    "service_address": told_or(
        "service_address", lambda s: address_confirmed_elsewhere(s) or s.record.party_address or None
    ),
    "service_phone": told_or("service_phone", lambda s: s.record.party_phone or None),
    "party_type": kind_of_party,
    "penalty_kinds": told_or("penalty_kinds", kinds_of_penalty),
    "law_basis": told_or("law_basis", basis),
    "review_kind": told_or("review_kind", review_kind),
    "value_method": told_or("value_method", lambda s: None),
    "closing_ground": closing_ground,
    "goods_disposal": way_of_disposal,
    "lift_ground": lift_ground,
    "items": items,
}
