"""Where rows meet the law: recorded steps become events, events become a run, the run's clocks become dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from zhiheng.law import Event, LawError, Offer, Procedure, Run, Step, current_book, read_bundle, values
from zhiheng.statements import Once

from .models import ProcedureVersion, Proceeding, StepTaken

_STEPS = Once(lambda proceeding: StepTaken.objects.filter(proceeding=proceeding).order_by("seq"))


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
    """Kept step data as the engine reads it (:mod:`zhiheng.law.values`): JSON keeps days and moments as text, in tables as well."""
    fields = ((code, value, procedure.field_of(step, code)) for code, value in data.items())
    return {code: value if field is None else values.kept(field, value) for code, value, field in fields}


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
    def of(cls, proceeding: Proceeding, on: date, steps: Iterable[StepTaken] | None = None) -> Standing:
        """`steps`: those of the run in their order, where they are at hand."""
        stretches = stretches_of(proceeding)
        events = tuple(
            Event(
                on=row.on,
                step=row.step,
                data=decode(procedure_at(stretches, row.seq), row.step, row.data),
                ref=row.ref,
            )
            for row in (_STEPS(proceeding.pk) if steps is None else steps)
        )
        return cls(proceeding, stretches, events, on)

    @classmethod
    def blank(cls, procedure: Procedure, on: date) -> Standing:
        """That of a matter that does not exist yet: it has a procedure and a day, and nothing was said."""
        return cls(Proceeding(), (Stretch(procedure, 0),), (), on)

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

    @property
    def refs(self) -> tuple[str, ...]:
        """For each step the measure that it opened or was about, "" for one about none."""
        return self._replayed[2]

    @cached_property
    def _replayed(self) -> tuple[Run, frozenset[str], tuple[str, ...]]:
        run, seq, visited, refs = Run(), 0, set(), []
        for place, stretch in enumerate(self.stretches):
            if place:
                run = stretch.procedure.take_over(run, self.stretches[place - 1].procedure)
            upto = stretch.until or len(self.events)
            for event in self.events[seq:upto]:
                before, run = run, stretch.procedure.apply(run, event)
                visited.add(run.state)
                refs.append(_about(stretch.procedure, event, before, run))
            seq = max(seq, upto)
        return self.procedure.as_of(run, self.on), frozenset(visited), tuple(refs)

    @cached_property
    def lines(self) -> frozenset[str]:
        """Measures opened by a decision made beside the one on the main line: what is done under them is about that decision alone."""
        found = (
            m.ref
            for m in self.run.measures.values()
            if 0 <= m.opened_at < len(self.events) and self.step_at(m.opened_at + 1).decides
        )
        return frozenset(found)

    def step_at(self, seq: int) -> Step:
        """What the step of this number was, under the law of its time."""
        return procedure_at(self.stretches, seq).steps[self.events[seq - 1].step]

    def line_of(self, seq: int) -> str:
        """The decision's line that the step of this number belongs to; "" for the main line."""
        ref = self.refs[seq - 1] if seq <= len(self.refs) else ""
        return ref if ref in self.lines else ""

    def line_for(self, step: Step, ref: str) -> str:
        """The line that a step not taken yet would belong to, by the measure it is to be about."""
        if not step.acts_on:
            return ""
        refs = [ref] if ref else [m.ref for m in self.run.open_measures(step.acts_on)]
        return refs[0] if len(refs) == 1 and refs[0] in self.lines else ""

    def told(self, line: str = "", before: int | None = None) -> list[Event]:
        """What a step on this line may go by, in order: the main line, then the line's own; never what another decision's line says.
        `before`: only steps before this number."""
        events = self.events if before is None else self.events[: before - 1]
        if not self.lines:
            return list(events)
        of = [self.line_of(seq) for seq in range(1, len(events) + 1)]
        lines = ("", line) if line else ("",)
        return [event for one in lines for event, its in zip(events, of, strict=True) if its == one]

    def with_event(self, event: Event) -> Standing:
        return Standing(self.proceeding, self.stretches, (*self.events, event), self.on)

    def offer(
        self, step: str, facts: Mapping[str, object], ref: str = "", data: Mapping[str, Any] | None = None
    ) -> Offer:
        return self.procedure.offer(self.run, step, facts, on=self.on, ref=ref, data=data)

    def value(self, field: str, *steps: str, line: str = "") -> Any:
        """What the latest step (of those named, or any) on the line, or else on the main line, said for the field; None when none did."""
        for event in reversed(self.told(line)):
            if (not steps or event.step in steps) and event.data.get(field) not in (None, "", []):
                return event.data[field]
        return None


def _about(procedure: Procedure, event: Event, before: Run, after: Run) -> str:
    """The measure that an event opened or was about."""
    opened = next((m.ref for m in after.measures.values() if m.opened_at == len(before.events)), "")
    acts_on = procedure.steps[event.step].acts_on
    if opened or not acts_on:
        return opened
    if event.ref:
        return event.ref
    return next((m.ref for m in before.open_measures(acts_on) if not after.measures[m.ref].lapsed), "")


def procedure_at(stretches: tuple[Stretch, ...], seq: int) -> Procedure:
    """The bundle under which a run's step of this number was taken."""
    return next(s.procedure for s in stretches if not s.until or seq <= s.until)
