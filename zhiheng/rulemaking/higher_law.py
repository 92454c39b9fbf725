"""What rests on which provision of higher law: documents in force and drafts, by the instruments and articles their basis names; and
which of them are to be looked at again because that law has a newer version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from zhiheng.accounts.models import Person
from zhiheng.law import Instrument, current_book
from zhiheng.law.citations import read_references
from zhiheng.registers.declaration import of_model

from .models import NormativeDocument, Project


@dataclass(frozen=True)
class Rests:
    """A text that names an instrument as its basis, with the articles it names (none: the instrument as a whole)."""

    kind: str
    title: str
    url: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """A text whose higher law has a version that came into force after the text was made or last looked at."""

    rests: Rests
    unit: str
    since: date
    instrument: Instrument


def _known(name: str) -> Sequence[Instrument]:
    book = current_book()
    if name in book.instruments:
        return book.instruments[name]
    for versions in book.instruments.values():
        if any(name in (one.title, one.short) for one in versions):
            return versions
    return ()


def _documents(actor: Person) -> Iterator[tuple[Rests, NormativeDocument, Mapping[str, list[str]]]]:
    register = of_model(NormativeDocument)
    rows = NormativeDocument.objects.standing().visible_to(actor).filter(ended_on__isnull=True)
    for one in rows.select_related("unit").order_by("issued_on", "id"):
        by_name = _by_name(one.basis)
        yield Rests("规范性文件", one.title, register.url("record", one.pk), ()), one, by_name


def _drafts(actor: Person) -> Iterator[tuple[Rests, Project, Mapping[str, list[str]]]]:
    rows = Project.objects.visible_to(actor).filter(closed_on__isnull=True).exclude(basis="")
    for one in rows.select_related("unit").order_by("id"):
        by_name = _by_name(one.basis.splitlines())
        yield Rests("草案", one.title, reverse("text", args=[one.pk]), ()), one, by_name


def _by_name(lines: Iterable[str]) -> dict[str, list[str]]:
    """The articles that lines of a basis name, by the instrument's name; "" for the whole of it. What names no instrument is left out
    here; it stands in the text's own basis."""
    found: dict[str, list[str]] = {}
    for line in lines:
        for one in read_references(line):
            found.setdefault(one.name, []).append(one.number)
    return found


def resting_on(actor: Person, instrument: Instrument) -> dict[str, list[Rests]]:
    """Texts that the actor sees and that rest on this instrument, by the number of the article ("" for the whole of it)."""
    names = {instrument.title, instrument.short, instrument.code}
    found: dict[str, list[Rests]] = {}
    for rests, _row, by_name in (*_documents(actor), *_drafts(actor)):
        for name in names & by_name.keys():
            for number in dict.fromkeys(by_name[name]):
                found.setdefault(number, []).append(rests)
    return found


def documents_with(actor: Person, form: str) -> list[Rests]:
    """Documents in force that the actor sees and that a form of the book belongs to."""
    return [rests for rests, document, _ in _documents(actor) if form in document.form_codes]


def moved(actor: Person, on: date) -> list[Moved]:
    """Documents in force and drafts whose higher law moved: a version of an instrument they rest on came into force after they were
    issued, or last cleaned up, or, for a draft, begun."""
    found = []
    for rests, row, by_name in (*_documents(actor), *_drafts(actor)):
        since = (row.reviewed_on or row.issued_on) if isinstance(row, NormativeDocument) else row.begun_on
        for name, numbers in by_name.items():
            newer = [one for one in _known(name) if since and since < one.effective <= on]
            if newer:
                articles = tuple(number for number in dict.fromkeys(numbers) if number)
                told = Rests(rests.kind, rests.title, rests.url, articles)
                found.append(
                    Moved(told, row.unit.short_name, since, max(newer, key=lambda one: one.effective))
                )
    return found
