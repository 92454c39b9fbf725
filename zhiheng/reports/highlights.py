"""Highlights proposed from records, each with the record it comes from: highlights.yaml says which records and in what words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from string import Formatter
from typing import Any

import yaml
from django.db import connection, transaction
from django.db.models import IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import units_visible_to
from zhiheng.refusal import Refused
from zhiheng.registers import selectors as records
from zhiheng.registers import services
from zhiheng.registers.declaration import Register, State, find
from zhiheng.registers.models import Attachment, Record

from .annual import BOOK
from .models import Contribution, Highlight, Release
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
        if register.model.__str__ is not Record.__str__:
            raise ValueError(f"highlights.yaml 里的 {one['kind']} 以别的记录为名称，不能从中提出亮点")
        for name in (*_read(one), *one.get("filled", ()), *one.get("only", ())):
            register.column(name)
    return told


def _read(source: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of a record that a proposal is made of: texts, numbers and days."""
    said = [name for key in ("title", "text") for _, name, _, _ in Formatter().parse(source[key]) if name]
    called = find(source["kind"]).model.called_by()
    named = [called.name] if called is not None else []
    order = source.get("largest", source["day"])
    return tuple(dict.fromkeys([order, source["day"], *named, *(name.removeprefix("r.") for name in said)]))


def proposed(actor: Person, period: Period, on: date) -> list[Proposed]:
    """What the records of the period offer to somebody, of the units they see; not what was proposed already."""
    proposed_already = set(
        Highlight.objects.standing()
        .filter(unit_id=actor.unit_id, origin_no__isnull=False)
        .values_list("origin_kind", "origin_no", "part")
    )
    found: list[Proposed] = []
    for one, row in _offering(actor, period, on):
        register = find(one["kind"])
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


def _offering(actor: Person, period: Period, on: date) -> list[tuple[dict[str, Any], Record]]:
    """Each source with each of its records, the latest or largest first: one statement for all sources. Kinds have columns unlike each
    other, so of each record comes one value that holds those that are read; of no other column anything is known."""
    told = sources()
    first, *more = (_rows(actor, one, place, period, on) for place, one in enumerate(told))
    made = []
    for place, pk, values in first.union(*more, all=True) if more else first:
        model, names = find(told[place]["kind"]).model, _read(told[place])
        read = [model._meta.get_field(name).to_python(values[name]) for name in names]
        row = model.from_db(connection.alias, [model._meta.pk.attname, *names], [pk, *read])
        made.append((place, read[0], pk, row))
    made.sort(key=lambda one: (-one[0], *one[1:3]), reverse=True)
    return [(told[place], row) for place, _, _, row in made]


def _rows(actor: Person, source: dict[str, Any], place: int, period: Period, on: date) -> QuerySet:
    register = find(source["kind"])
    rows = records.records_for(actor, register, on).standing()
    days = (period.first, min(period.last, on))
    rows = rows.filter(**{f"{source['day']}__range": days}, **source.get("only", {}))
    for name in source.get("filled", ()):
        rows = rows.exclude(**{name: ""}) if _is_text(register, name) else rows.exclude(**{name: None})
    order = source.get("largest", source["day"])
    # Of parts of a union SQLite takes no LIMIT; of what a part asks for it does.
    most = rows.select_related(None).order_by(f"-{order}", "-pk").values("pk")[: source["most"]]
    values = JSONObject(**{name: name for name in _read(source)})
    kept = register.model.objects.filter(pk__in=most).order_by()
    return kept.values_list(Value(place, output_field=IntegerField()), "pk", values)


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


@dataclass(frozen=True)
class Materials:
    """What a draft is written from beside figures, each with its `state` and whether a file bears it out (`borne_out`; for a highlight
    also a file of the record it was proposed from). `written`: what was taken into the draft, in the order in which it was recorded;
    `waiting`: highlights of the unit and the period that no draft has taken; `asked`: what districts were asked for the period, each with
    where it stands."""

    written: list[Highlight | Contribution]
    waiting: list[Highlight]
    asked: list[tuple[Contribution, State]]


def materials(release: Release, on: date, drafter: Person | None = None) -> Materials:
    """The draft's materials, one statement of each kind; what could still be written into it only for its `drafter`."""
    period, nothing = Period.named(release.period), Q(pk__in=())
    days = (period.first, period.last)
    own = nothing if drafter is None else Q(unit_id=drafter.unit_id, state="open", happened_on__range=days)
    below = nothing
    if drafter is not None:
        below = Q(year=period.year, span=period.part)
        below &= Q() if drafter.sees_every_unit else Q(unit_id__in=drafter.unit_ids)

    def read(code: str, offered: Q, borne_out, order: str) -> list:
        register = find(code)
        rows = register.rows(on).standing().filter(Q(taken_into=release.pk) | offered)
        return list(
            rows.annotate(borne_out=borne_out).select_related(*register.links).order_by(*order.split())
        )

    origin = Attachment.bears_out(OuterRef("origin_kind"), "origin_no")
    proof = Attachment.bears_out(Highlight._meta.label_lower) | origin
    told = read("highlights", own, proof, "part happened_on pk")
    said = read(
        "contributions", below, Attachment.bears_out(Contribution._meta.label_lower), "part unit__code pk"
    )
    written = [
        sorted((m for m in one if m.taken_into == release.pk), key=lambda m: m.pk) for one in (told, said)
    ]
    return Materials(
        [*written[0], *written[1]],
        [one for one in told if one.state == "open"],
        [(one, find("contributions").state(one.state)) for one in said] if drafter is not None else [],
    )


def count_owed(actor: Person, on: date) -> int:
    """Contributions that the actor's own unit has been asked for and not sent."""
    rows = find("contributions").rows(on).standing().filter(unit=actor.unit_id, sent_on=None, taken_into=None)
    return rows.count()
