"""Matters of other kinds than penalties, played step by step (`families.yaml`): a dispute ruled on, mediations, an agency, a referral, and what
one unit asked of another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.enforcement.models import UnitLetter
from zhiheng.matters import services
from zhiheng.matters.models import MatterRecord
from zhiheng.registers.declaration import find
from zhiheng.registers.services import take

from .ongoing import on_its_day

Cast = Mapping[str, Mapping[str, Person]]
PlayStep = Callable[[MatterRecord, str, dict, dt.date, Mapping[str, Person]], None]


@cache
def script() -> dict[str, Any]:
    """families.yaml."""
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def play(cast: Cast, play_step: PlayStep) -> list[MatterRecord]:
    """Take every step of every matter as the cast of its unit does, then deal with the letters that they sent."""
    made = []
    for told in script()["matters"]:
        with transaction.atomic():
            made.append(_play(told, cast[told["unit"]], play_step))
    letters = find("unit-letters")
    for told in script()["letters"]:
        with transaction.atomic():
            record = UnitLetter.objects.get(unit__code=told["unit"], kind=told["kind"])
            for one in told["acts"]:
                answers = on_its_day(one["day"], one["answers"])
                who = cast[told["unit"]]["handler"]
                act = letters.act(one["act"])
                record = take(
                    actor=who, on=one["day"], register=letters, record=record, act=act, answers=answers
                )
    return made


def _play(told: Mapping[str, Any], people: Mapping[str, Person], play_step: PlayStep) -> MatterRecord:
    handlers, record = [people["handler"], people["handler2"]], None
    for step in told["steps"]:
        data = on_its_day(step["day"], dict(step.get("answers", {})))
        data |= {field: [people[one].pk for one in named] for field, named in step.get("who", {}).items()}
        if "chair" in step:
            data[step["chair"]] = handlers[0].name
        if record is None:
            record = services.open_matter(
                actor=handlers[0], on=step["day"], kind=told["kind"], door=told["door"], data=data
            )
            services.assign_officers(actor=handlers[0], record=record, people=handlers, on=step["day"])
        else:
            play_step(record, step["step"], data, step["day"], people)
    return record
