"""Records entered by the acts that people would take: of any kind by its code, and those of `demo.around` in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from zhiheng.accounts.models import Person, Unit
from zhiheng.registers import services
from zhiheng.registers.declaration import find
from zhiheng.registers.models import Record

from .around import Entered

Cast = Mapping[str, Mapping[str, Person]]


def begin(
    actor: Person, kind: str, on: date, answers: Mapping[str, Any], parent: Record | None = None
) -> Any:
    """A record of the kind, begun by the actor on the day."""
    register = find(kind)
    return services.begin(
        actor=actor, on=on, register=register, act=register.begin, answers=answers, parent=parent
    )


def take(actor: Person, kind: str, record: Record, code: str, on: date, answers: Mapping[str, Any]) -> None:
    """An act of the actor on a record of the kind."""
    register = find(kind)
    services.take(
        actor=actor, on=on, register=register, record=record, act=register.act(code), answers=answers
    )


@transaction.atomic
def enter(entries: Sequence[Entered], cast: Cast, units: Mapping[str, Unit]) -> int:
    """Begin every record and take its acts, in their order, all or none; how many records were begun. An entry without answers goes on
    with the record of its key."""
    known: dict[str, Record] = {}
    for one in entries:
        record = known.get(one.key)
        if one.answers or record is None:
            answers = _said(one.answers, cast, units)
            record = begin(cast[one.unit][one.by], one.kind, one.on, answers, known.get(one.parent))
            if one.key:
                known[one.key] = record
        for act in one.acts:
            answers = _said(act.answers, cast, units)
            take(cast[act.unit][act.by], one.kind, record, act.code, act.on, answers)
    return sum(bool(one.answers) for one in entries)


def _said(answers: Mapping[str, Any], cast: Cast, units: Mapping[str, Unit]) -> dict[str, Any]:
    """Answers with units and people in place of their codes."""
    said = dict(answers)
    if "unit" in said:
        said["unit"] = units[said["unit"]]
    if "reviewer" in said:
        code, _, who = said["reviewer"].partition(".")
        said["reviewer"] = cast[code][who]
    return said
