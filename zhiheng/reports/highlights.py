"""Highlights proposed from records, each with the record it comes from: highlights.yaml says which records and in what words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import yaml
from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import units_visible_to
from zhiheng.refusal import Refused
from zhiheng.registers import selectors as records
from zhiheng.registers import services
from zhiheng.registers.declaration import Register, find
from zhiheng.registers.models import Record

from .annual import BOOK
from .models import Contribution, Highlight
from .periods import Period


@dataclass(frozen=True)
class Proposed:
    """A highlight that somebody may choose: what it would say, and the record."""

    register: Register
    record: Record
    part: str
    title: str
    text: str
    day: date

    @property
    def key(self) -> str:
        return f"{self.register.code}:{self.record.pk}:{self.part}"

    @property
    def origin(self) -> str:
        return f"{self.register.title}：{self.record}"[:200]


@cache
def sources() -> list[dict[str, Any]]:
    """highlights.yaml; the kinds and columns it names exist."""
    told = yaml.safe_load((BOOK / "highlights.yaml").read_text(encoding="utf-8"))
    for one in told:
        register = find(one["kind"])
        if register is None:
            raise ValueError(f"highlights.yaml 里的 {one['kind']} 不是登记的种类")
        for name in (
            one["day"],
            *one.get("filled", ()),
            *one.get("only", ()),
            *filter(None, [one.get("largest")]),
        ):
            register.column(name)
    return told


def proposed(actor: Person, period: Period, on: date) -> list[Proposed]:
    """What the records of the period offer to somebody, of the units they see; not what was proposed already."""
    proposed_already = set(
        Highlight.objects.standing()
        .filter(unit_id=actor.unit_id, origin_no__isnull=False)
        .values_list("origin_kind", "origin_no", "part")
    )
    found: list[Proposed] = []
    for one in sources():
        register = find(one["kind"])
        rows = records.records_for(actor, register, on).standing()
        rows = rows.filter(
            **{f"{one['day']}__range": (period.first, min(period.last, on))}, **one.get("only", {})
        )
        for name in one.get("filled", ()):
            rows = rows.exclude(**{name: ""}) if _is_text(register, name) else rows.exclude(**{name: None})
        order = f"-{one.get('largest', one['day'])}"
        for row in rows.order_by(order, "-pk")[: one["most"]]:
            made = Proposed(
                register,
                row,
                one["part"],
                one["title"].format(r=row)[:120],
                " ".join(one["text"].format(r=row).replace("{", "（").replace("}", "）").split()),
                getattr(row, one["day"]),
            )
            if (register.label, row.pk, made.part) not in proposed_already:
                proposed_already.add((register.label, row.pk, made.part))
                found.append(made)
    return found


def _is_text(register: Register, name: str) -> bool:
    return register.column(name).empty_strings_allowed


@transaction.atomic
def propose(*, actor: Person, on: date, chosen: Sequence[Proposed]) -> list[Highlight]:
    """Make highlights of the actor's unit of proposals, each naming its record. All or none."""
    if not chosen:
        raise Refused.because("没有选亮点", way_out="请勾选要写进报告的", field="chosen")
    register = find("highlights")
    act = register.act("propose")
    return [
        services.begin(
            actor=actor,
            on=on,
            register=register,
            act=act,
            answers={
                "title": one.title,
                "happened_on": one.day,
                "part": one.part,
                "text": one.text,
                "origin": one.origin,
                "origin_kind": one.register.label,
                "origin_no": one.record.pk,
            },
            by_house=True,
        )
        for one in chosen
    ]


@transaction.atomic
def ask(
    *,
    actor: Person,
    on: date,
    units: Sequence,
    period: Period,
    title: str,
    part: str,
    due_on: date,
    asked: str = "",
) -> list[Contribution]:
    """Ask several districts for what they have to say in a part of the report. All or none."""
    if not units:
        raise Refused.because("没有选供稿单位", field="units")
    register = find("contributions")
    return [
        services.begin(
            actor=actor,
            on=on,
            register=register,
            act=register.begin,
            answers={
                "title": title,
                "unit": unit,
                "year": period.year,
                "span": period.part,
                "part": part,
                "asked": asked,
                "asked_on": on,
                "due_on": due_on,
            },
        )
        for unit in units
    ]


def districts(actor: Person):
    """Whom one may ask: the units below the actor's."""
    return units_visible_to(actor).exclude(pk=actor.unit_id)


def waiting(actor: Person, period: Period, on: date) -> list[Highlight]:
    """Highlights of the actor's unit and the period that no draft has taken."""
    rows = records.records_for(actor, find("highlights"), on).standing()
    rows = rows.filter(unit_id=actor.unit_id, state="open", happened_on__range=(period.first, period.last))
    return list(rows.order_by("part", "happened_on", "pk"))


def asked(actor: Person, period: Period, on: date) -> list[tuple[Contribution, Any]]:
    """What was asked of districts for the period, each with where it stands."""
    register = find("contributions")
    rows = records.records_for(actor, register, on).standing().filter(year=period.year, span=period.part)
    return [(one, register.state(one.state)) for one in rows.order_by("part", "unit__code", "pk")]


def count_owed(actor: Person, on: date) -> int:
    """Contributions that the actor's own unit has been asked for and not sent."""
    rows = find("contributions").rows(on).standing().filter(unit=actor.unit_id, sent_on=None, taken_into=None)
    return rows.count()
