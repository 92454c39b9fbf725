"""Where rows meet the law: recorded steps become events, events become a run, the run's clocks become dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.utils import timezone

from zhiheng.law import Event, LawError, Offer, Procedure, Run, current_book, read_bundle

from .models import ProcedureVersion, Proceeding


@lru_cache(maxsize=64)
def procedure_of(sha: str) -> Procedure:
    """The bundle a run is pinned to: the law book's own if it still has it, else the text kept when it was first used."""
    book = current_book()
    try:
        return book.procedure_by_hash(sha)
    except LawError:
        kept = ProcedureVersion.objects.filter(sha=sha).first()
        if kept is None:
            raise
        return read_bundle(book, kept.text)


def keep(procedure: Procedure) -> None:
    """Keep the bundle's text, so that what runs under it can finish under it. Written out only where it is not kept yet."""
    ProcedureVersion.objects.get_or_create(
        sha=procedure.sha,
        defaults={
            "code": procedure.code,
            "effective": procedure.effective,
            "text": lambda: procedure.text,
        },
    )


def decode(procedure: Procedure, step: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Stored step data with days as `date` again: JSON keeps them as ISO text, the fields of step and papers say which are days."""
    decoded = dict(data)
    for code, value in data.items():
        if not isinstance(value, str) or not value:
            continue
        kind = procedure.type_of(step, code)
        if kind == "date":
            decoded[code] = date.fromisoformat(value)
        elif kind == "datetime":
            moment = datetime.fromisoformat(value)
            decoded[code] = timezone.localtime(moment if moment.tzinfo else timezone.make_aware(moment))
    return decoded


@dataclass(frozen=True)
class Stretch:
    """The bundle under which the steps up to `until` (a seq; 0: all that follow) were taken."""

    procedure: Procedure
    until: int


def stretches_of(proceeding: Proceeding) -> tuple[Stretch, ...]:
    """The bundles a run has had, in order: before each move of the law that left earlier steps where they were, and now."""
    earlier = [
        Stretch(procedure_of(entry["version"]), entry["until"])
        for entry in proceeding.adopted
        if entry["how"] == "event_from"
    ]
    return (*earlier, Stretch(procedure_of(proceeding.version), 0))


@dataclass(frozen=True)
class Standing:
    """A run as it stands on a day: read once, asked many times."""

    proceeding: Proceeding
    stretches: tuple[Stretch, ...]
    events: tuple[Event, ...]
    on: date

    @classmethod
    def of(cls, proceeding: Proceeding, on: date) -> Standing:
        stretches = stretches_of(proceeding)
        events = tuple(
            Event(
                on=row.on,
                step=row.step,
                data=decode(procedure_at(stretches, row.seq), row.step, row.data),
                ref=row.ref,
            )
            for row in proceeding.steps.order_by("seq")
        )
        return cls(proceeding, stretches, events, on)

    @property
    def procedure(self) -> Procedure:
        """The bundle the next step is taken under."""
        return self.stretches[-1].procedure

    @property
    def run(self) -> Run:
        return self._replayed[0]

    @property
    def visited(self) -> frozenset[str]:
        """The states the run has been in."""
        return self._replayed[1]

    @cached_property
    def _replayed(self) -> tuple[Run, frozenset[str]]:
        run, seq, visited = Run(), 0, set()
        for place, stretch in enumerate(self.stretches):
            if place:
                run = stretch.procedure.take_over(run, self.stretches[place - 1].procedure)
            upto = stretch.until or len(self.events)
            for event in self.events[seq:upto]:
                run = stretch.procedure.apply(run, event)
                visited.add(run.state)
            seq = max(seq, upto)
        return self.procedure.as_of(run, self.on), frozenset(visited)

    def with_event(self, event: Event) -> Standing:
        return Standing(self.proceeding, self.stretches, (*self.events, event), self.on)

    def offers(self, facts: Mapping[str, object]) -> list[Offer]:
        """Every step of this state, allowed or refused with reasons."""
        return self.procedure.offers(self.run, facts, on=self.on)

    def offer(
        self, step: str, facts: Mapping[str, object], ref: str = "", data: Mapping[str, Any] | None = None
    ) -> Offer:
        return self.procedure.offer(self.run, step, facts, on=self.on, ref=ref, data=data)

    def value(self, field: str, *steps: str) -> Any:
        """What the latest step (of those named, or any) said for the field; None when no step did."""
        for event in reversed(self.events):
            if (not steps or event.step in steps) and event.data.get(field) not in (None, "", []):
                return event.data[field]
        return None


def procedure_at(stretches: tuple[Stretch, ...], seq: int) -> Procedure:
    """The bundle under which a run's step of this number was taken."""
    return next(s.procedure for s in stretches if not s.until or seq <= s.until)
