"""Procedures: which steps a matter may take, what they start and stop, and why a step is refused.

A :class:`Procedure` is one version of one file under ``book/procedures``. It never sees rows: :meth:`Procedure.replay` turns the recorded
:class:`Event` list into a :class:`Run`, and :meth:`Procedure.offers` answers, for a run and the facts the system supplies, which steps are
allowed now and which are refused, with article and way out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType

from .calendar import WorkCalendar
from .citations import Instrument, cite
from .clocks import Clock, Due, Extension, due
from .errors import LawError
from .matter import Change, ClockRun, Event, Fact, Offer, OrderError, Refusal, Run, ref_of
from .order import order_refusals
from .steps import BACK, Field, Guard, Measure, Named, Role, State, Step


@dataclass(frozen=True, eq=False)
class Procedure:
    """One version of one procedure. ``sha`` is the hash of its file's content, to which a running matter is pinned; ``scope`` the unit
    code whose local version it is (empty: national)."""

    code: str
    title: str
    effective: date
    instrument: Instrument
    transition: str
    sha: str
    confidence: str
    states: Mapping[str, State]
    measures: Mapping[str, Measure]
    clocks: Mapping[str, Clock]
    steps: Mapping[str, Step]
    guards: Mapping[str, Guard]
    roles: Mapping[str, Role]
    calendar: WorkCalendar
    fields: Mapping[str, Field] = field(default_factory=lambda: MappingProxyType({}))
    forms: Mapping[str, tuple] = field(default_factory=lambda: MappingProxyType({}))
    line: tuple[str, ...] = ()
    named: Mapping[str, Named] = field(default_factory=lambda: MappingProxyType({}))
    scope: str = ""
    note: str = ""
    repealed: bool = False
    bundle: Mapping = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @cached_property
    def text(self) -> str:
        """The bundle as YAML: what a running matter keeps, so that it can finish whatever becomes of the book.

        Written once: it is some hundred kilobytes, and nothing of a version ever changes.
        """
        from .bundle import as_text

        return as_text(self.bundle)

    def __repr__(self) -> str:
        return f"Procedure({self.code}, {self.effective}, {self.sha[:12]})"

    def form(self, code: str, on: date, scope: Sequence[str] = ()):
        """The version of a form for a paper of the day. ``scope``: unit codes, tightest first; an office's own set wins."""
        for place in (*scope, ""):
            in_force = [f for f in self.forms.get(code, ()) if f.scope == place and f.effective <= on]
            if in_force:
                return in_force[-1]
        raise LawError(f"“{self.title}”没有{on}可用的文书“{code}”")

    def field_of(self, step_code: str, code: str):
        """What a step's answer means: the book's field as the step words it, or one that only the step's papers ask; None
        for anything else.

        Both kinds have code, title, type, choices and help.
        """
        if code in self.fields:
            step = self.steps.get(step_code)
            found = self.fields[code]
            return step.wording[code].of(found) if step and code in step.wording else found
        return self._own_fields.get(step_code, {}).get(code)

    def type_of(self, step_code: str, code: str) -> str:
        found = self.field_of(step_code, code)
        return found.type if found is not None else ""

    @cached_property
    def _own_fields(self) -> Mapping[str, Mapping[str, object]]:
        return {
            step.code: {
                field.code: field
                for code in step.issues
                for form in self.forms.get(code, ())
                for field in form.fields
                if field.code not in self.fields
            }
            for step in self.steps.values()
        }

    def step(self, code: str) -> Step:
        try:
            return self.steps[code]
        except KeyError:
            raise LawError(f"“{self.title}”没有步骤“{code}”；可用：{'、'.join(self.steps)}") from None

    def clock(self, code: str) -> Clock:
        try:
            return self.clocks[code]
        except KeyError:
            raise LawError(f"“{self.title}”没有时钟“{code}”；可用：{'、'.join(self.clocks)}") from None

    def steps_from(self, state: str) -> tuple[Step, ...]:
        """Steps whose place is this state (empty: before the first step), in the book's order."""
        return self._steps_from[state]

    @cached_property
    def _steps_from(self) -> Mapping[str, tuple[Step, ...]]:
        steps = tuple(self.steps.values())
        return {"": tuple(step for step in steps if step.begins)} | {
            state: tuple(step for step in steps if self.fits(step, state)) for state in self.states
        }

    def targets(self, step: Step) -> frozenset[str]:
        """The states a step may lead to; empty when it leaves the matter where it is."""
        if step.to != BACK:
            return frozenset((step.to,) if step.to else ())
        entered = (s for s in self.steps.values() if s.to in step.sources)
        return frozenset().union(*(s.sources for s in entered)) - step.sources

    def fits(self, step: Step, state: str) -> bool:
        return state in step.sources or (step.any_open and not self.states[state].is_end)

    # ------------------------------------------------------------------ from events to a run

    def replay(self, events: Sequence[Event], on: date | None = None) -> Run:
        """Where a matter stands after ``events`` (in the order they were recorded).

        With ``on``, measures that end themselves (先行登记保存) are also brought up to that day. Only the order is checked here, not the
        guards: these were asked when the step was taken. Raises :class:`OrderError` when a step does not fit where it stands.
        """
        run = Run()
        for event in events:
            run = self.apply(run, event)
        return self._lapse(run, on) if on else run

    def as_of(self, run: Run, on: date) -> Run:
        """The run on a later day: measures that end by themselves have ended."""
        return self._lapse(run, on)

    def take_over(self, run: Run, before: Procedure) -> Run:
        """The run goes on under this version; what began under ``before`` keeps the lengths it began with.

        Raises :class:`LawError` when this version has no such state, clock or measure.
        """
        gone = [f"状态“{before.states[run.state].title}”"] if run.state not in self.states else []
        gone += [
            f"时钟“{before.clocks[c.clock].title}”" for c in run.clocks.values() if c.clock not in self.clocks
        ]
        gone += [
            f"并行措施“{before.measures[m.measure].title}”"
            for m in run.measures.values()
            if m.measure not in self.measures
        ]
        if gone:
            raise LawError(f"“{self.title}”（{self.effective}）没有{'、'.join(gone)}")
        clocks = {
            key: c if c.law else replace(c, law=before.clocks[c.clock]) for key, c in run.clocks.items()
        }
        past = tuple(c if c.law else replace(c, law=before.clocks[c.clock]) for c in run.past_clocks)
        return replace(run, clocks=MappingProxyType(clocks), past_clocks=past)

    def refuse_beyond_total(self, extensions: Sequence[Extension]) -> None:
        """Raises :class:`LawError` when steps of a list add more to one clock than the law lets them together."""
        for step in self.steps.values():
            if step.extends is None or step.extends.total is None:
                continue
            added = sum(e.length.number for e in extensions if e.length and e.title == step.title)
            if added > step.extends.total.number:
                most = step.extends.total
                raise LawError(f"“{step.title}”合计不得超过{most}，现为{added}日（{cite(step.article)}）")

    def law_of(self, clock_run: ClockRun) -> Clock:
        """The clock as the law had it when it began."""
        return clock_run.law or self.clocks[clock_run.clock]

    def apply(self, run: Run, event: Event) -> Run:
        """The run after one more event. Raises :class:`OrderError` when the step does not fit."""
        step = self.step(event.step)
        run = self._lapse(run, event.on)
        refusals = order_refusals(self, step, run, event.on, event.ref, event.data)
        if run.events and event.on < run.events[-1].on:
            last = run.events[-1]
            refusals.append(
                Refusal(
                    "order",
                    f"“{step.title}”日期{event.on}早于上一步“{self.step(last.step).title}”的{last.on}",
                    "",
                    "请核对日期",
                )
            )
        if refusals:
            raise OrderError(refusals)
        return Change(self, run, step, event).result()

    def _lapse(self, run: Run, on: date) -> Run:
        """Close measures whose clock ends by itself (``late: lift``) and has run out before ``on``."""
        for key, clock_run in run.clocks.items():
            if not clock_run.running or self.law_of(clock_run).late != "lift":
                continue
            ended = self.due(clock_run, run).due
            if ended is None or ended >= on:
                continue
            clocks = dict(run.clocks)
            measures = dict(run.measures)
            ref = ref_of(key, clock_run.clock, self.clocks[clock_run.clock].measure)
            for other, candidate in run.clocks.items():
                same = self.clocks[candidate.clock].measure and candidate.running
                if same and ref_of(other, candidate.clock, self.clocks[candidate.clock].measure) == ref:
                    clocks[other] = replace(candidate, stopped_on=ended, lapsed=True)
            if ref in measures:
                measures[ref] = replace(measures[ref], closed_on=ended, lapsed=True)
            run = replace(run, clocks=MappingProxyType(clocks), measures=MappingProxyType(measures))
        return run

    def due(self, clock_run: ClockRun, run: Run | None = None) -> Due:
        """When a running (or ended) clock of a matter ends. ``run`` is needed for a clock that follows another."""
        started = clock_run.started_on
        for first in clock_run.follows if run is not None else ():
            if first in run.clocks:
                before = self.due(run.clocks[first], run)
                started = max(started, before.due or started)
        return due(
            self.law_of(clock_run),
            started,
            self.calendar,
            clock_run.pauses,
            clock_run.extensions,
            clock_run.due_set,
            clock_run.started_at,
        )

    # ------------------------------------------------------------------ what may be done now

    def offers(self, run: Run, facts: Mapping[str, bool | Fact], on: date) -> list[Offer]:
        """Every step whose place is the run's state, allowed or refused with reasons, on day ``on``. Steps about a measure or a clock
        that this matter does not have are left out; :meth:`offer` answers for them too.

        ``facts``: guard name → True/False or :class:`Fact`; a guard without a fact is a refusal "尚未核实".
        """
        run = self._lapse(run, on)
        return [self.offer(run, step.code, facts, on, lapsed=True) for step in self.concerned(run)]

    def concerned(self, run: Run) -> list[Step]:
        """The steps whose place is the run's state, but for those about a measure or a clock that the matter does not have."""
        return [step for step in self.steps_from(run.state) if self._concerns(step, run)]

    @staticmethod
    def _concerns(step: Step, run: Run) -> bool:
        acts_on = step.acts_on
        if acts_on and not any(m.measure == acts_on and (m.open or m.lapsed) for m in run.measures.values()):
            return False
        return not step.running or any(c.clock == step.running for c in run.clocks.values())

    def offer(
        self,
        run: Run,
        step_code: str,
        facts: Mapping[str, bool | Fact],
        on: date,
        ref: str = "",
        *,
        lapsed: bool = False,
        data: Mapping[str, object] | None = None,
    ) -> Offer:
        """One step as it stands for this run, also when it belongs to another state (then refused with what must come first).

        ``data``: its answers, once they are given."""
        step = self.step(step_code)
        if not lapsed:
            run = self._lapse(run, on)
        refusals = order_refusals(self, step, run, on, ref, data)
        refusals += [r for name in step.needs if (r := self.refusal_of(name, facts)) is not None]
        acts_on = step.acts_on
        refs = tuple(m.ref for m in run.open_measures(acts_on)) if acts_on else ()
        return Offer(step, tuple(refusals), refs)

    def refusal_of(self, name: str, facts: Mapping[str, bool | Fact]) -> Refusal | None:
        """What a condition refuses with, in the book's words; None where the facts meet it."""
        guard = self.guards[name]
        fact = facts.get(name)
        if fact is None:
            return Refusal(name, f"尚未核实：{guard.asks}", cite(guard.article), guard.way_out)
        if fact:
            return None
        params = fact.params if isinstance(fact, Fact) else {}
        try:
            reason = guard.refuses.format_map(params)
        except KeyError:  # the system gave no details: say what is asked instead of showing a hole
            reason = f"不符合：{guard.asks}"
        return Refusal(name, reason, cite(guard.article), guard.way_out)

    def way_to(self, step: Step, run: Run) -> str:
        """What leads from the run's state to a place where ``step`` may be taken, in words."""
        if step.begins:
            return "已经登记，不能重复"
        path = self._path(step, run.state, run)
        goes_back = [s for s in self.steps_from(run.state) if s.to == BACK]
        if goes_back and self.states[run.state].kind == "paused":
            onward = self._path(step, run.came_from, run)
            path = None if onward is None else [goes_back[0].title, *onward]
        if path is not None:
            return "须先" + "、".join(f"“{title}”" for title in path)
        places = "、".join(f"“{self.states[s].title}”" for s in self.states if s in step.sources)
        if self.states[run.state].is_end:
            again = "、".join(f"“{s.title}”" for s in self.steps_from(run.state) if s.reopens)
            ended = f"本案已经{self.states[run.state].title}"
            return f"{ended}；依法应当重新办理的，先{again}" if again else ended
        return f"只能在{places}时办理，本案已过这一阶段"

    def _is_back(self, here: str, there: str) -> bool:
        """Whether a move goes back along the main line."""
        return here in self.line and there in self.line and self.line.index(there) < self.line.index(here)

    def _path(self, step: Step, start: str, run: Run | None) -> list[str] | None:
        """Titles of the fewest steps from ``start`` to a place of ``step``, by way of the step it presupposes (``taken``)."""
        wanted = self.steps.get(step.taken)
        if wanted is not None and not (run and run.taken(wanted.code)):
            before = self._path(wanted, start, run)
            after = min(self.targets(wanted), default=start)
            onward = self._path(replace(step, taken=""), after, None)
            return None if before is None or onward is None else [*before, wanted.title, *onward]
        paths: dict[str, list[str]] = {start: []}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            if self.fits(step, here):
                return paths[here]
            for move in self.steps.values():
                # Advice never leads through what revokes or abandons, nor back, but to take again what is void.
                back = self._is_back(here, move.to) and step.code not in move.voids
                if back or move.undoes or move.excuses_service or move.reopens:
                    continue
                if (
                    move.to not in (BACK, "")
                    and not move.begins
                    and move.to not in paths
                    and self.fits(move, here)
                ):
                    paths[move.to] = [*paths[here], move.title]
                    queue.append(move.to)
        return None
