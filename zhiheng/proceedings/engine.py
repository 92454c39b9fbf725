"""Where rows meet the law: recorded steps become events, events become a run, the run's clocks become dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.utils import timezone

from zhiheng.law import Book, Event, LawError, Offer, Procedure, Run, current_book, read_procedure

from .models import ProcedureVersion, Proceeding


@lru_cache(maxsize=64)
def procedure_of(sha: str) -> Procedure:
    """The version a run is pinned to: from the law book, or from the text kept when the first run was opened under it."""
    book = current_book()
    try:
        return book.procedure_by_hash(sha)
    except LawError:
        kept = ProcedureVersion.objects.filter(sha=sha).first()
        if kept is None:
            raise
        return read_procedure(book, kept.code, kept.effective, kept.text)


def decode(book: Book, data: Mapping[str, Any]) -> dict[str, Any]:
    """Stored step data with dates as `date` again: JSON keeps them as ISO text, the book says which fields are dates."""
    decoded = dict(data)
    for code, value in data.items():
        if isinstance(value, str) and value and code in book.fields:
            kind = book.fields[code].type
            if kind == "date":
                decoded[code] = date.fromisoformat(value)
            elif kind == "datetime":
                moment = datetime.fromisoformat(value)
                decoded[code] = moment if moment.tzinfo else timezone.make_aware(moment)
    return decoded


@dataclass(frozen=True)
class Standing:
    """A proceeding as it stands on a day: read once, asked many times."""

    proceeding: Proceeding
    procedure: Procedure
    events: tuple[Event, ...]
    on: date

    @classmethod
    def of(cls, proceeding: Proceeding, on: date) -> Standing:
        book = current_book()
        events = tuple(
            Event(on=row.on, step=row.step, data=decode(book, row.data), ref=row.ref)
            for row in proceeding.steps.order_by("seq")
        )
        return cls(proceeding, procedure_of(proceeding.version), events, on)

    @cached_property
    def run(self) -> Run:
        return self.procedure.replay(self.events, on=self.on)

    def offers(self, facts: Mapping[str, object]) -> list[Offer]:
        """Every step of this state, allowed or refused with reasons."""
        return self.procedure.offers(self.run, facts, on=self.on)

    def offer(self, step: str, facts: Mapping[str, object], ref: str = "") -> Offer:
        return self.procedure.offer(self.run, step, facts, on=self.on, ref=ref)

    def value(self, field: str, *steps: str) -> Any:
        """What the latest step (of those named, or any) said for the field; None when no step did."""
        for event in reversed(self.events):
            if (not steps or event.step in steps) and event.data.get(field) not in (None, "", []):
                return event.data[field]
        return None
