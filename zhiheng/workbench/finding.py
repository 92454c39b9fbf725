"""Finding anything by a few words: matters of every kind, applications of received lists, records of every register.

Each kind shows its latest few and leads to its own list, searched by the same words. Nothing is counted: that is the lists' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.http import urlencode

from zhiheng.accounts.models import Person
from zhiheng.accounts.scoping import runs_the_system
from zhiheng.matters.family import Family, families
from zhiheng.matters.selectors import records_for, state_title
from zhiheng.registers.declaration import Register, of_label, registered
from zhiheng.screening import selectors as screening
from zhiheng.screening.models import APPLICATION_INDEX
from zhiheng.statements import Once
from zhiheng.ui.lists import Text
from zhiheng.ui.lists.filters import holding, words_of

SHOWN = 6


@dataclass(frozen=True)
class Hit:
    """A record by its name; `note`: its number and where it stands."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class Found:
    """What one kind holds of the words: its latest :data:`SHOWN`, and the address of its list with all of them where there are `more`."""

    title: str
    hits: tuple[Hit, ...]
    url: str
    more: bool


def find(actor: Person, typed: str, on: date) -> list[Found]:
    """Every kind with something the reader may see that holds all of the words; nothing for no words."""
    if not typed.strip():
        return []
    found = [_matters(actor, family, typed, on) for family in families()]
    found += [_applications(actor, typed), *_records(actor, typed)]
    return [one for one in found if one.hits]


def _narrowed(rows: QuerySet, typed: str, finds) -> QuerySet:
    return Text("q", "", finds).apply(rows, {"q": typed})


def _address(page: str, typed: str) -> str:
    return f"{page}?{urlencode({'q': typed})}"


def _matters(actor: Person, family: Family, typed: str, on: date) -> Found:
    rows = list(_narrowed(records_for(actor, family, on), typed, family.finds).order_by("-id")[: SHOWN + 1])
    hits = tuple(
        Hit(
            record.title,
            "　".join(filter(None, (family.number(record), state_title(record), record.unit.short_name))),
            reverse(family.code, args=[record.pk]),
        )
        for record in rows[:SHOWN]
    )
    return Found(family.title, hits, _address(reverse(family.list_page), typed), len(rows) > SHOWN)


def _applications(actor: Person, typed: str) -> Found:
    rows = _narrowed(screening.applications_for(actor), typed, APPLICATION_INDEX).order_by("-id")
    found = list(rows[: SHOWN + 1])
    hits = tuple(
        Hit(
            one.title or one.number,
            f"{one.number}　{one.get_stage_display()}",
            reverse("application", args=[one.pk]),
        )
        for one in found[:SHOWN]
    )
    return Found("非正常专利申请", hits, _address(reverse("applications"), typed), len(found) > SHOWN)


# More words than this nobody types every day: only what is asked daily is kept put together.
_WORDS_KEPT = 3


def _records(actor: Person, typed: str) -> list[Found]:
    """Of every register, in one statement: there are more of them than a page may ask questions."""
    words, kinds = words_of(typed), {one.label: one for one in registered()}
    # What tells of matters is read by nobody who runs the system.
    barred = runs_the_system(actor)
    seen = tuple(label for label, one in kinds.items() if not (barred and one.noted))
    units = None if actor.sees_every_unit else actor.unit_ids
    by_kind: dict[str, list[tuple[int, str]]] = {}
    for label, pk, name in _latest(seen, units, words) if seen and units != () else ():
        by_kind.setdefault(label, []).append((pk, name))
    found = []
    for label, one in kinds.items():
        rows_of = sorted(by_kind.get(label, ()), reverse=True)
        hits = tuple(Hit(name, "", one.url("record", pk)) for pk, name in rows_of[:SHOWN])
        found.append(Found(one.title, hits, _address(one.url("records"), typed), len(rows_of) > SHOWN))
    return found


def _latest(labels: tuple[str, ...], units: Sequence[int] | None, words: Sequence[str]) -> Iterable[tuple]:
    """(label, key, name) of the latest records of each register that hold the words, in these units or in any."""
    number = None if units is None else len(units)
    if len(words) > _WORDS_KEPT:
        return _holding(labels, number, *(units or ()), *words)
    return _HOLDING(*(units or ()), *words, apart=(labels, number))


def _holding(labels: tuple[str, ...], number: int | None, *given: int | str) -> QuerySet:
    units, words = (None, given) if number is None else (given[:number], given[number:])
    parts = [_part(of_label(label), units, words) for label in labels]
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


_HOLDING = Once(_holding)


def _part(one: Register, units: Sequence[int] | None, words: Sequence[str]) -> QuerySet:
    mine = holding(one.model.objects.of_units(units).standing(), one.finds, words)
    latest = mine.order_by("-pk").values("pk")[: SHOWN + 1]
    # Sliced within: the parts of a union have no limit of their own on SQLite.
    return (
        one.model.objects.filter(pk__in=latest)
        .order_by()
        .annotate(found_in=Value(one.label), found_name=Cast(F(one.finds[0]), TextField()))
        .values_list("found_in", "pk", "found_name")
    )
