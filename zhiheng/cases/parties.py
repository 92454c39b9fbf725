"""What is known of the parties of a case beyond their names: age, the address they confirmed, what earlier cases say of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Subquery

from zhiheng import canonical
from zhiheng.law import Fact
from zhiheng.matters.answers import UNCHECKED
from zhiheng.matters.delivery import departed, everyone_in
from zhiheng.matters.engine import Standing
from zhiheng.matters.facts import Situation, provides
from zhiheng.matters.guards import confirmed_before
from zhiheng.matters.models import Party

from .acts import Sanction, last_day, party_of, sanctions_of
from .models import Case


def taking_part(s: Situation, *roles: str) -> list[str]:
    """Who takes part in these roles now."""
    gone = departed(s.record, s.standing) if s.standing else frozenset()
    return [name for role in roles for name in everyone_in(s.record, role) if name not in gone]


def is_among(who: str, names: Iterable[str]) -> bool:
    """Whether somebody is one of these, however the name is written."""
    return canonical.key(who) in map(canonical.key, names)


def birth_of(s: Situation, sanction: Sanction) -> date | None:
    """When a natural person was born, as stated or as the identity number says; None of organisations, and where nobody knows."""
    if sanction.principal:
        kind, stated = s.value("party_type") or s.record.party_type, s.value("party_birth_on")
        number = s.value("party_id_no") or s.record.party_id
    else:
        joined = party_of(s, sanction.who)
        if joined is None:
            return None
        kind, stated, number = joined.type, joined.birth_on, joined.id_no
    if kind != "person":
        return None
    return stated or born_by(number or "")


def born_by(number: str) -> date | None:
    """The day of birth that an identity number holds (GB 11643)."""
    plain = canonical.code(number)
    if not canonical.is_identity_number(plain):
        return None
    try:
        return date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        return None


def age_on(born: date, day: date) -> int:
    """Full years on a day; who is born on 29 February has them on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


AGE_OF_PUNISHMENT = 14  # 行政处罚法 30


def age_of_principal(s: Situation) -> int | None:
    """How old the principal party was when the act ended; None of organisations, and where nobody knows."""
    born, day = birth_of(s, sanctions_of(s)[0]), last_day(s)
    return age_on(born, day) if born and day else None


def called_in_full(s: Situation, who: str) -> str:
    """A further party as a decision names it (行政处罚法 59(1)(1)): its number and address behind its name."""
    joined = party_of(s, who)
    if joined is None:
        return who
    number = "身份证件号码" if joined.type == "person" else "统一社会信用代码"
    known = [
        f"{number}：{joined.id_no}" if joined.id_no else "",
        f"地址：{joined.address}" if joined.address else "",
    ]
    about = "，".join(filter(None, known))
    return f"{who}（{about}）" if about else who


@dataclass(frozen=True)
class ConfirmedAddress:
    """送达地址确认书 of one party: where papers reach it, and where electronically if it agreed to that (行政处罚法 61)."""

    on: date
    address: str
    receiver: str
    phone: str
    electronic: str


def confirmed_address(standing: Standing, party: str = "") -> ConfirmedAddress | None:
    """What a party (the principal one, if none is named) confirmed last, None where it confirmed nothing."""
    for event in reversed(standing.events):
        if event.step == "confirm_address" and (event.data.get("confirming_party") or "") == party:
            said = event.data
            return ConfirmedAddress(
                on=said.get("confirmed_on") or event.on,
                address=said.get("service_address") or "",
                receiver=said.get("service_receiver") or "",
                phone=said.get("service_phone") or "",
                electronic=(said.get("electronic_address") or "") if said.get("agrees_electronic") else "",
            )
    return None


# Facts of a party that a form begins with once its name is known: field → column.
ADDRESS_BOOK = {
    "party_id_no": "party_id",
    "party_legal_rep": "legal_rep",
    "party_address": "party_address",
    "party_phone": "party_phone",
}


# The same facts of those who took part beside the principal party.
_OF_A_PARTY = {
    "id_no": "party_id",
    "legal_rep": "legal_rep",
    "address": "party_address",
    "phone": "party_phone",
}


def from_address_book(field: str):
    """For the form of a step: what the case says of its party, else what the latest case of its own unit says of a party of the same name
    and type, whether it was the principal one there or took part beside it."""
    column = ADDRESS_BOOK[field]

    def known(s: Situation) -> Any:
        record = s.record
        if own := getattr(record, column):
            return own
        known = s.remembered("address book", _address_book) if record.party_name else {}
        return known.get(column) or known.get(f"joined_{column}")

    return known


def address_confirmed_elsewhere(s: Situation) -> str | None:
    """The address that the party confirmed last in an earlier case of its unit: what a new confirmation begins with, and no confirmation
    by itself (程序规定 83)."""
    record = s.record
    if not record.party_name:
        return None
    namesakes = Case.objects.filter(
        unit_id=record.unit_id, party_name=record.party_name, party_type=record.party_type
    )
    earlier = namesakes.exclude(pk=record.pk).exclude(matter=None).order_by("-id")
    told = confirmed_before(list(earlier.values_list("matter_id", flat=True)[:20]))
    found = told.get(canonical.key(record.party_name))
    return found[1] if found else None


def _address_book(s: Situation) -> dict[str, Any]:
    """Column → what the latest case says that says anything there, all of them by one question."""
    record = s.record
    namesakes = (
        Case.objects.filter(
            unit_id=record.unit_id, party_name=record.party_name, party_type=record.party_type
        )
        .exclude(pk=record.pk)
        .order_by("-id")
    )
    joined = Party.objects.filter(
        matter__unit_id=record.unit_id, name=record.party_name, type=record.party_type
    ).order_by("-id")
    latest = {
        column: Subquery(namesakes.exclude(**{column: ""}).exclude(**{column: UNCHECKED}).values(column)[:1])
        for column in ADDRESS_BOOK.values()
    } | {
        f"joined_{column}": Subquery(
            joined.exclude(**{attribute: ""}).exclude(**{attribute: UNCHECKED}).values(attribute)[:1]
        )
        for attribute, column in _OF_A_PARTY.items()
    }
    told = Case.objects.filter(pk=record.pk).order_by().values(**{f"known_{c}": q for c, q in latest.items()})
    return {name.removeprefix("known_"): value for name, value in told[0].items()}


_CHILD, _ADULT = 14, 18  # 行政处罚法 30


@provides
def party_of_age(s: Situation) -> bool | Fact:
    """Nobody under 14 at the act is punished, nobody under 18 as heavily as an adult, nobody who could not tell or govern what they did
    (行政处罚法 30, 31). What lightens the penalty of one party is that party's own."""
    if s.data is None:
        return True
    for sanction in sanctions_of(s):
        if not sanction.kinds:
            continue
        if _capacity(s, sanction) == "none":
            return Fact(False, who=sanction.who, why="违法时不能辨认或者不能控制自己行为的，不予行政处罚")
        born = birth_of(s, sanction)
        if born is None:
            continue
        age = age_on(born, max(act.acted for act in sanction.acts))
        at = f"违法时{age}周岁，"
        if age < _CHILD:
            return Fact(False, who=sanction.who, why=at + "不满十四周岁的，不予行政处罚")
        if age < _ADULT and "minor" not in sanction.lighter:
            return Fact(
                False,
                who=sanction.who,
                why=at + "已满十四周岁不满十八周岁的，应当从轻或者减轻行政处罚",
            )
    return True


def _capacity(s: Situation, sanction: Sanction) -> str:
    """Whether a natural person could tell and govern what they did, as the steps say: full, impaired, none; "" where nobody said."""
    if sanction.principal:
        return s.value("party_capacity") or ""
    joined = party_of(s, sanction.who)
    return joined.capacity if joined else ""


@provides
def others_joined(s: Situation) -> bool | Fact:
    """Whoever else is punished takes part in the case as one who may be."""
    if s.data is None:
        return True
    for sanction in sanctions_of(s):
        if sanction.principal:
            continue
        joined = party_of(s, sanction.who)
        if joined is None or joined.role not in ("joint", "responsible"):
            return Fact(False, who=sanction.who)
    return True
