"""Where a matter comes from when that is a record of another part of the house: an inspection's finding, a letter of another province.

A package registers what it has (`Origin`) at its start. The door's form then begins with what the record says, and once the matter is
opened the record is told, in the same transaction: a lead is never lost between the two, and never opened without a trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import NullIf
from django.http import Http404
from django.urls import reverse

from zhiheng.accounts.models import Person

from . import services
from .family import Family, families
from .models import MatterRecord
from .selectors import records_for


@dataclass(frozen=True)
class Origin:
    """`code` stands in addresses, `title` is what such a record is called; `rows` are the records that a matter came of, as a query over
    the number of the matter (`by`: the column that holds it) below a path of units; `page` is the address of one. `found` gives (actor,
    number, day) the record or raises Http404, and Refused where no matter may come of it; `answers` is what the form of the door begins with; `opened` tells (actor, day, record, matter's record) that it was."""

    code: str
    title: str
    kind: str
    door: str
    rows: Callable[[], QuerySet]
    by: str
    page: Callable[[int], str]
    found: Callable[[Person, int, date], Any]
    answers: Callable[[Any], Mapping[str, Any]]
    opened: Callable[[Person, date, Any, MatterRecord], None]

    def address(self, pk: int) -> str:
        """The door, opened from a record."""
        return f"{reverse('matter-open', args=[self.kind, self.door])}?{urlencode({'from': f'{self.code}:{pk}'})}"

    @property
    def named(self) -> str:
        """As a record that was looked up says which one of these it came of."""
        return f"came_of_{self.code.replace('-', '_')}"


_origins: dict[str, Origin] = {}


def register(origin: Origin) -> Origin:
    _origins[origin.code] = origin
    return origin


def with_origins(rows: QuerySet, family: Family, path: str) -> QuerySet:
    """Records of a family that say which records they came of, among those of units below a path: no question of its own."""
    if "lead_no" not in family.columns:
        return rows
    kinds = {kind.code for kind in family.kinds}
    # A record without a number came of nothing, and asks for none.
    number = NullIf(OuterRef("lead_no"), Value(""))
    return rows.annotate(
        **{
            one.named: Subquery(
                one.rows()
                .filter(**{one.by: number}, unit__path__startswith=path)
                .order_by("pk")
                .values("pk")[:1]
            )
            for one in _origins.values()
            if one.kind in kinds
        }
    )


def origins_of(record: MatterRecord) -> list[tuple[str, str]]:
    """What the record of a matter came of, as (what it is, address); nothing where it was looked up without (`with_origins`)."""
    return [
        (one.title, one.page(pk))
        for one in _origins.values()
        if (pk := getattr(record, one.named, None)) is not None
    ]


@dataclass(frozen=True)
class Come:
    """An origin with the record that somebody came from."""

    origin: Origin
    record: Any

    @property
    def answers(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.origin.answers(self.record).items() if value not in (None, "")
        }


def come_from(actor: Person, said: str, kind: str, door: str, on: date) -> Come | None:
    """What the address of a door says somebody came from; None where it says nothing. Raises Http404 for what is not there."""
    if not said:
        return None
    code, _, number = said.partition(":")
    origin = _origins.get(code)
    if (
        origin is None
        or (origin.kind, origin.door) != (kind, door)
        or not number.isdecimal()
        or len(number) > 18
    ):
        raise Http404("没有这个来源。")
    return Come(origin, origin.found(actor, int(number), on))


@transaction.atomic
def open_matter(
    *, actor: Person, on: date, kind: str, door: str, data: Mapping[str, Any], come: Come | None
) -> MatterRecord:
    """Begin a matter, and tell the record it comes from."""
    made = services.open_matter(actor=actor, on=on, kind=kind, door=door, data=data)
    if come is not None:
        come.origin.opened(actor, on, come.record, made)
    return made


def numbered(actor: Person, number: str, on: date) -> list[tuple[str, str]]:
    """The matters a number names, among those the actor may see: their title and the address of their page."""
    found: list[tuple[str, str]] = []
    for family in families() if number else ():
        if (named := family.bears(number)) is not None:
            rows = records_for(actor, family, on).filter(named).order_by("pk")[:3]
            found += [(f"{number} {row.title}", reverse(family.code, args=[row.pk])) for row in rows]
    return found
