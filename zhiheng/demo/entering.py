"""Records of `demo.around` entered by the acts that people would take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from zhiheng.accounts.models import Person, Unit
from zhiheng.registers.declaration import find
from zhiheng.registers.models import Record
from zhiheng.registers.services import begin, take

from .around import Entered

Cast = Mapping[str, Mapping[str, Person]]


@transaction.atomic
def enter(entries: Sequence[Entered], cast: Cast, units: Mapping[str, Unit]) -> int:
    """Begin every record and take its acts, in their order, all or none; how many records were begun. An entry without answers goes on
    with the record of its key."""
    known: dict[str, Record] = {}
    for one in entries:
        register = find(one.kind)
        record = known.get(one.key)
        if one.answers or record is None:
            record = begin(
                actor=cast[one.unit][one.by],
                on=one.on,
                register=register,
                act=register.begin,
                answers=_said(one.answers, cast, units),
                parent=known.get(one.parent),
            )
            if one.key:
                known[one.key] = record
        for act in one.acts:
            take(
                actor=cast[act.unit][act.by],
                on=act.on,
                register=register,
                record=record,
                act=register.act(act.code),
                answers=_said(act.answers, cast, units),
            )
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
