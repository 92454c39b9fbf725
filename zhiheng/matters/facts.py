"""The facts the law asks for, answered from rows: the registry of guards, and what a guard may look at.

A guard of the book without a function here is attested: the officer ticks the sentence, and the tick stays in the step's record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, wraps
from typing import Any

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role, role_titles
from zhiheng.accounts.selectors import acting_roles, is_certified, scope_codes
from zhiheng.law import Event, Fact, Kind, Procedure, Step, current_book

from .engine import Standing
from .models import MatterRecord

ATTESTED = "attested"  # key in a step's data: the guards its taker ticked


@dataclass(frozen=True)
class Situation:
    """What a guard may look at: the record, the step about to be taken, its form's data if already sent, who, when; `ref`: the measure
    that the step is to be about, if it was said."""

    record: MatterRecord
    on: date
    actor: Person
    step: Step
    data: Mapping[str, Any] | None = None
    standing: Standing | None = None
    ref: str = ""

    @property
    def kind(self) -> Kind:
        return current_book().kind(self.record.kind)

    @property
    def procedure(self) -> Procedure | None:
        return self.standing.procedure if self.standing else None

    @cached_property
    def line(self) -> str:
        """The decision's line that the step is about (see :attr:`Standing.lines`); "" for the main line."""
        return self.standing.line_for(self.step, self.ref) if self.standing else ""

    @property
    def cause(self) -> str:
        """The cause that the form names, or the latest step, or else the record; "" of a matter that has none."""
        return str(self.value("cause") or getattr(self.record, "cause", ""))

    def value(self, field: str, *steps: str) -> Any:
        """The form's value if it has one, else what the latest earlier step said."""
        if self.data and self.data.get(field) not in (None, "", []):
            return self.data[field]
        return self.standing.value(field, *steps, line=self.line) if self.standing else None

    def said(self, field: str) -> str:
        """The words of a field in the form that was sent; empty before it is."""
        return str((self.data or {}).get(field) or "").strip()

    def ticked(self, guard: str) -> bool:
        """Whether the officer answers for this guard by a tick in the form that was sent."""
        return guard in (self.data or {}).get(ATTESTED, ())

    def taken(self, *steps: str) -> bool:
        """Whether any of these steps was taken in the present run."""
        return bool(self.standing) and any(self.standing.run.taken(step) for step in steps)

    def last(self, *steps: str) -> Event | None:
        """The latest of these steps that was taken, None when none was."""
        events = self.standing.events if self.standing else ()
        return next((event for event in reversed(events) if event.step in steps), None)

    def last_days(self, *clocks: str, running: bool = False) -> list[date]:
        """The last days of every run of these clocks that has one, the earliest begun first; `running`: of those that still run."""
        run = self.standing.run if self.standing else None
        known = [one for one in run.clocks.values() if one.clock in clocks] if run else []
        dues = [self.procedure.due(one, run).due for one in known if one.running or not running]
        return [due for due in dues if due is not None]

    def remembered(self, name: str, read: Callable[[Situation], Any]) -> Any:
        """What `read` answers, asked once: several guards or fields want the same rows."""
        kept = self.__dict__.setdefault("_remembered", {})
        if name not in kept:
            kept[name] = read(self)
        return kept[name]

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """Unit codes whose local law files reach the matter, tightest first."""
        return scope_codes(self.record.unit)

    @cached_property
    def officers(self) -> list[Person]:
        """Those whom the step names, else those who work the matter, else who begins it."""
        for recorded in self.step.records:
            if recorded.column == "officers" and self.data and self.data.get(recorded.of[0]):
                return list(Person.objects.filter(pk__in=self.data[recorded.of[0]]))
        if not self.record.matter_id:
            return [self.actor]
        # A page has them read already, with whom they are.
        return [o.person for o in self.record.matter.officers.all() if o.until is None]

    def amount(self, field: str) -> int:
        return int(self.value(field) or 0)


Provider = Callable[[Situation], "bool | Fact"]
PROVIDERS: dict[str, Provider] = {}
# Guards the system answers where it can; where it cannot, the officer's tick does.
_EITHER: set[str] = set()


def provides(function: Provider) -> Provider:
    """Register the function as the answer to the guard of its name."""
    PROVIDERS[function.__name__] = function
    return function


def or_attested(function: Provider) -> Provider:
    """As `provides`, and the officer's tick counts where the function says no: a page that only offers the step takes it as given."""

    @wraps(function)
    def answered(s: Situation) -> bool | Fact:
        return s.data is None or s.ticked(function.__name__) or function(s)

    return weighs_tick(answered)


def weighs_tick(function: Provider) -> Provider:
    """As `provides`, for a function that says itself what the officer's tick is worth (:meth:`Situation.ticked`)."""
    _EITHER.add(function.__name__)
    return provides(function)


# Guards whose answer differs with the step that asks: what one step was told is not handed to the next.
_OF_THE_STEP: set[str] = set()


def of_the_step(function: Provider) -> Provider:
    """As `provides`, for an answer that depends on the step, or on the measure it is about."""
    _OF_THE_STEP.add(function.__name__)
    return provides(function)


# Guards about who takes the step: somebody else may be the right one.
OF_THE_TAKER: set[str] = set()


def of_the_taker(function: Provider) -> Provider:
    """As `provides`, for an answer about the person who takes the step."""
    OF_THE_TAKER.add(function.__name__)
    return of_the_step(function)


def attested_guards(step: Step) -> list[str]:
    """Guards of the step that the officer ticks, in the book's order."""
    return [name for name in step.needs if name not in PROVIDERS or name in _EITHER]


def may_be_known(guard: str) -> bool:
    """Whether the system answers the guard where it can, and the tick counts only where it cannot."""
    return guard in _EITHER


def facts_for(situation: Situation, known: Mapping[str, bool | Fact] | None = None) -> dict[str, bool | Fact]:
    """Every guard the step needs and `known` does not answer yet. For a page that only offers the step, ticks count
    as given."""
    ticked = None if situation.data is None else set(situation.data.get(ATTESTED, ()))
    return {
        name: PROVIDERS[name](situation) if name in PROVIDERS else ticked is None or name in ticked
        for name in situation.step.needs
        if known is None or name not in known or name in _OF_THE_STEP
    }


def uncertified(person: Person, record: MatterRecord, step: Step, on: date) -> str:
    """Why this person may not work the step as officer for want of a certificate, in words; "" where they hold one, or none is asked
    for. Beginning a matter at a door only writes down what came in."""
    kind = current_book().kind(record.kind)
    if not kind.certified or step.begins or Role.HANDLER not in step.by or is_certified(person, on):
        return ""
    return f"{person.name}在{on:%Y-%m-%d}没有有效的行政执法证，不得办理“{step.title}”"


def may_take(actor: Person, record: MatterRecord, step: Step, on: date) -> str:
    """Why this person may not take the step, in words; "" when they may."""
    if actor.unit_id != record.unit_id:
        return f"须由{record.unit.name}的人员办理"
    if not acting_roles(actor, on) & set(step.by):
        return "须由" + role_titles(step.by) + "办理"
    officers = record.matter.officers.all() if record.matter_id else ()
    if step.by == ("handler",) and not any(o.person_id == actor.pk for o in officers if o.until is None):
        return f"须由{current_book().kind(record.kind).this}承办人办理"
    return uncertified(actor, record, step, on)
