"""The parties that a unit has met, to be taken over where one is named: nobody types a known name, number and address again.

There is no table of its own: the book is what the records of the person's own unit say of their parties, principal or not, the latest word
of each fact counting. Nobody sees what another unit's records say, not even the office above, and who runs the system sees nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from zhiheng import canonical
from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.law import Kind, Step, current_book

from .answers import UNCHECKED, is_identity
from .family import families, family_of
from .guards import confirmed_before
from .models import Matter, Party
from .succession import REPLACES

FACTS = ("name", "type", "id_no", "legal_rep", "address", "phone")
MOST = 20  # of those found, this many are shown; more words find fewer
_READ = 200  # rows looked at for them


@dataclass
class Entry:
    """One party as the unit knows it. ``key`` names it in an address; ``doubtful``: a number whose check sign is wrong, which is shown
    and not handed on; ``confirmed``: day and address of the last 送达地址确认书 it signed."""

    key: str
    facts: dict[str, str]
    seen: str
    matter_id: int | None
    doubtful: str = ""
    confirmed: tuple[date, str] | None = None
    also: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """A party that a step asks for: its role, what it is called there, and which field takes which fact."""

    role: str
    title: str
    fields: Mapping[str, str]


def places(kind: Kind, step: Step) -> list[Place]:
    """Who may be taken over into the form of a step, in the order of its fields; none where it names nobody."""
    principal, found = family_of(kind).principal, {}
    for asked in step.fields:
        target = kind.keeps.get(asked, "")
        role, dot, attribute = target.partition(".")
        if dot and attribute in FACTS:
            found.setdefault(role, {})[attribute] = asked
        for attribute, column in principal.items():
            if target == column and attribute in FACTS:
                found.setdefault(kind.principal.code if kind.principal else "", {})[attribute] = asked
    joined = {a: f for a, f in step.joins.items() if a in FACTS and a != REPLACES}
    titles = {code: word.title for code, word in current_book().participants.items()}
    told = [
        Place(role, titles.get(role, "当事人"), fields) for role, fields in found.items() if "name" in fields
    ]
    return told + ([Place("joined", "参加人", joined)] if joined else [])


def search(actor: Person, typed: str, on: date) -> list[Entry]:
    """The parties of the actor's own unit whose name begins with the words, or whose number they are; the latest met first. Only for who
    works matters on the day."""
    words = " ".join(typed.split())
    if len(words) < 2 or not may(actor, Right.WORK_CASE, on):
        return []
    found: dict[tuple[str, str], Entry] = {}
    for entry in _rows(actor, words):
        if not entry.facts.get("name"):
            continue
        same = found.setdefault((canonical.key(entry.facts["name"]), entry.facts.get("type", "")), entry)
        if same is not entry:
            same.facts = {**entry.facts, **same.facts}
            same.also += [entry.matter_id] if entry.matter_id else []
    entries = list(found.values())[:MOST]
    _confirm(entries)
    return entries


def chosen(actor: Person, key: str, on: date) -> Entry | None:
    """The party that a page chose, if it is one of the actor's own unit."""
    code, _, number = key.partition("-")
    if not number.isdecimal() or len(number) > 18 or not may(actor, Right.WORK_CASE, on):
        return None
    entry = next((e for e in _rows(actor, "", pick=(code, int(number)))), None)
    if entry is None or not entry.facts.get("name"):
        return None
    # What other records of the unit say of the same party is taken over too.
    return next((e for e in search(actor, entry.facts["name"], on) if _same(e, entry)), entry)


def _same(one: Entry, other: Entry) -> bool:
    return (canonical.key(one.facts["name"]), one.facts.get("type")) == (
        canonical.key(other.facts["name"]),
        other.facts.get("type"),
    )


def answers(entry: Entry, place: Place) -> dict[str, str]:
    """What the fields of a place begin with."""
    return {asked: entry.facts[fact] for fact, asked in place.fields.items() if entry.facts.get(fact)}


def _rows(actor: Person, words: str, pick: tuple[str, int] | None = None) -> Iterator[Entry]:
    code = canonical.code(words)
    for family in families():
        columns = {fact: column for fact, column in family.principal.items() if fact in FACTS}
        if "name" not in columns or (pick and pick[0] != family.code):
            continue
        rows = family.model.objects.visible_to(actor).filter(unit_id=actor.unit_id)
        if pick:
            rows = rows.filter(pk=pick[1])
        else:
            meant = Q(**{f"{columns['name']}__startswith": words})
            rows = rows.filter(
                meant | Q(**{columns["id_no"]: code}) if code and "id_no" in columns else meant
            )
        shown = rows.order_by("-id").values("pk", "title", "matter_id", *columns.values())[:_READ]
        for row in shown:
            facts = {fact: row[column] for fact, column in columns.items()}
            yield _entry(f"{family.code}-{row['pk']}", facts, row["title"], row["matter_id"])
    if pick and pick[0] != _TAKES_PART:
        return
    mine = Matter.objects.visible_to(actor).filter(unit_id=actor.unit_id)
    joined = Party.objects.filter(matter__in=mine)
    joined = (
        joined.filter(pk=pick[1])
        if pick
        else joined.filter(Q(name__startswith=words) | Q(id_no=code) if code else Q(name__startswith=words))
    )
    for row in joined.order_by("-id").values("pk", "matter_id", "matter__title", *FACTS)[:_READ]:
        facts = {fact: row[fact] for fact in FACTS}
        yield _entry(f"{_TAKES_PART}-{row['pk']}", facts, row["matter__title"], row["matter_id"])


_TAKES_PART = "party"


def _entry(key: str, facts: Mapping[str, str], seen: str, matter_id: int | None) -> Entry:
    known = {fact: str(value).strip() for fact, value in facts.items() if value}
    number, doubtful = known.get("id_no", ""), ""
    if number == UNCHECKED:
        del known["id_no"]
    elif number and not is_identity(number):
        doubtful = known.pop("id_no")
    return Entry(key, known, seen, matter_id, doubtful)


def _confirm(entries: list[Entry]) -> None:
    """The address each confirmed last, as far as the matters found tell."""
    matters = {pk for entry in entries for pk in (entry.matter_id, *entry.also) if pk}
    told = confirmed_before(matters) if matters else {}
    for entry in entries:
        entry.confirmed = told.get(canonical.key(entry.facts["name"]))
