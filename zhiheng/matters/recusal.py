"""Recusal (行政处罚法 43, 程序规定 4): who has stepped back from a matter, and who may decide that somebody does.

Derived from the recorded steps. Whoever has stepped back takes no step, approves none, and is not named an officer again.
"""

from __future__ import annotations

from datetime import date

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import roles_of
from zhiheng.law import cite

from .engine import Standing, procedure_at
from .models import MatterRecord

_CHIEF = ("主要负责人", "正职", "局长", "主任")
_DEPUTY = ("副局长", "副主任", "分管负责人", "其他负责人", "部门负责人")


def stepped_back(standing: Standing | None) -> dict[str, date]:
    """Names of those who have stepped back, each with the day."""
    if standing is None:
        return {}
    found: dict[str, date] = {}
    for seq, event in enumerate(standing.events, start=1):
        recuses = procedure_at(standing.stretches, seq).steps[event.step].recuses
        if recuses and event.data.get(recuses.granted):
            found[_name(standing, seq, recuses.person)] = event.on
    return found


def _name(standing: Standing, seq: int, field: str) -> str:
    """Whom a decision is about: named in it, else in the request it answers."""
    event = standing.events[seq - 1]
    if event.data.get(field):
        return str(event.data[field]).strip()
    earlier = standing.events[: seq - 1]
    opening = [e for e in earlier if e.data.get(field)]
    if event.ref and standing.run.measures.get(event.ref):
        at = standing.run.measures[event.ref].opened_at
        opening = [standing.events[at]] if at >= 0 else opening
    return str(opening[-1].data[field]).strip() if opening else ""


def has_stepped_back(standing: Standing | None, person: Person) -> bool:
    return person.name in stepped_back(standing)


def held_back(standing: Standing | None, person: Person) -> tuple[str, str]:
    """What is open about a person who does nothing in the matter until it is decided (裁决调解办法 5): its title and its article; empty
    words where nothing is."""
    if standing is None:
        return "", ""
    for one in standing.run.measures.values():
        measure = standing.procedure.measures.get(one.measure)
        if not one.open or measure is None or not measure.holds_back or one.opened_at < 0:
            continue
        about = str(standing.events[one.opened_at].data.get(measure.holds_back) or "").strip()
        if about == person.name:
            return measure.title, cite(standing.step_at(one.opened_at + 1).article)
    return "", ""


def decider_of(record: MatterRecord, name: str, on: date) -> str:
    """The role that decides about this person: the leaders together about the chief, the chief about the other leaders, a leader
    about everybody else (程序规定 4)."""
    person = Person.objects.filter(unit_id=record.unit_id, name=name.strip()).first()
    held = roles_of(person, on) if person else set()
    if person is None:
        held = {Role.LEADER} if any(word in name for word in _DEPUTY) else set()
        held |= {Role.CHIEF} if not held and any(word in name for word in _CHIEF) else set()
    if Role.CHIEF in held:
        return Role.COLLECTIVE
    return Role.CHIEF if Role.LEADER in held else Role.LEADER
