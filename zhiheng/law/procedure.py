"""Procedures: which steps a matter may take, what they start and stop, and why a step is refused.

A :class:`Procedure` is one version of one file under ``book/procedures``. It never sees rows: :meth:`Procedure.replay` turns the recorded
:class:`Event` list into a :class:`Run`, and :meth:`Procedure.offers` answers, for a run and the facts the system supplies, which steps are
allowed now and which are refused, with article and way out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType

from .calendar import WorkCalendar
from .citations import Citation, Instrument, cite
from .clocks import Clock, Due, Length, due
from .errors import LawError
from .matter import Change, ClockRun, Event, Fact, Offer, OrderError, Refusal, Run

ANY_OPEN = "any_open"


# ---------------------------------------------------------------------------------------------------------------- the book's side


@dataclass(frozen=True)
class State:
    """A place on the main line. ``kind``: active, paused (the matter waits) or end (nothing more happens)."""

    code: str
    title: str
    kind: str = "active"

    @property
    def is_end(self) -> bool:
        return self.kind == "end"


@dataclass(frozen=True)
class Measure:
    """Something that runs beside the main line (seizure, testing …). ``many``: several may be open at once, told apart by ref;
    ``paper``: the form that ordered it, which later papers refer back to."""

    code: str
    title: str
    many: bool = False
    paper: str = ""


@dataclass(frozen=True)
class Word:
    """A word of one of the book's vocabularies (sources, party types, outcomes …). ``counts_as``: what it counts as where thresholds
    tell kinds apart; ``decides``: an outcome that a decision makes."""

    code: str
    title: str
    counts_as: str = ""
    decides: bool = False


@dataclass(frozen=True)
class Role:
    """A part somebody plays. ``works``: takes or approves steps of matters; the others (计划、审计、管理) only hold rights."""

    code: str
    title: str
    note: str = ""
    works: bool = True


@dataclass(frozen=True)
class Guard:
    """A fact the law demands before a step, with the words for its refusal. ``refuses`` may hold ``{placeholders}``."""

    name: str
    asks: str
    refuses: str
    article: tuple[Citation, ...]
    way_out: str


@dataclass(frozen=True)
class Column:
    """A column of a table field: ``type`` is one of those of a field that fit a cell."""

    code: str
    title: str
    type: str = "text"
    required: bool = True


@dataclass(frozen=True)
class Field:
    """A value a step asks for. ``type``: text longtext date datetime money integer choice choices bool persons file list.

    ``columns``: what each row of a list holds. ``default``: what the form begins with (``today``, or the value itself).
    ``ahead``: a day that may lie ahead of the step's; every other day is something that has happened. ``carried``: the form begins
    with what an earlier step said. ``after``: the field whose day this one may not come before. ``least``, ``role``: how many
    persons at least, and who may be chosen.
    """

    code: str
    title: str
    type: str
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    help: str = ""
    article: tuple[Citation, ...] = ()
    columns: tuple[Column, ...] = ()
    default: object = None
    ahead: bool = False
    carried: bool = False
    after: str = ""
    least: int = 1
    role: str = ""


@dataclass(frozen=True)
class Record:
    """What a step writes into one column of the matter's record.

    ``how``: field (the answer), day (the step's day), word (a code of the book), number (drawn from the series ``of``), paper (the
    number of the paper just issued), sum (of answers), adds (the answer on top of what stands), none (emptied).
    """

    column: str
    how: str
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Brings:
    """Evidence that a step makes: its kind, and texts with ``{field}`` of the step. ``by`` names a choice whose answers listed in
    ``kinds`` make it another kind."""

    kind: str
    name: str
    source: str
    proves: str
    by: str = ""
    kinds: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class GoesOn:
    """The same matter goes on under another procedure, from its beginning ``step``; ``answers`` are texts with ``{field}`` of this step."""

    procedure: str
    step: str
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Named:
    """A fact of the run that papers may inherit under a name of its own: ``number_of`` a paper, ``day_of`` the latest of some steps,
    or the ``field`` that ``steps`` answered."""

    name: str
    number_of: str = ""
    day_of: tuple[str, ...] = ()
    field: str = ""
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Start:
    """A clock begun by a step. ``on`` names the field holding the day to count from (default: the step's day); ``due`` names the field
    holding the due day itself, for clocks whose length the order sets; ``only_if`` / ``unless`` name yes/no fields."""

    clock: str
    on: str = ""
    due: str = ""
    only_if: str = ""
    unless: str = ""


@dataclass(frozen=True)
class Extends:
    """What a step adds to a clock: a fixed ``length``; or the number in field ``days``, at most ``up_to``; or the day in field ``until``."""

    clock: str
    length: Length | None = None
    days: str = ""
    up_to: Length | None = None
    until: str = ""

    def default(self) -> Length | None:
        """The length the law itself gives: what the step adds when nobody states a number; None when one must be stated."""
        return self.length or self.up_to


@dataclass(frozen=True)
class Step:
    """One thing a person does. All clock, field, guard and form names are checked against the book at load.

    ``by`` may take it; with ``approve`` the proposal passes these roles in order and takes effect on the last approval's day.
    ``after`` / ``before``: clocks that must have run out / must not have run out. ``during``: measures that must be open.
    ``none_open``: measures that must be closed. ``running``: clock that must be running. ``taken``: step that must have been taken;
    ``taken_here``: since the present state was entered. ``pauses`` stops every running clock whose article lists that reason; clocks of
    a measure (seizure) only if the yes/no field ``pauses_held_if`` says so.

    What it means for the matter: ``records`` columns, ``evidence`` it brings, papers it ``issues``; ``serves`` the papers delivered by it,
    ``refers`` the form or measure whose paper its own papers refer back to, ``inherits`` the earlier answers they may print. ``decides``
    names the decision it makes, ``undoes`` how it ends the decision in force. ``goes_on``: procedure and step under which the same
    matter goes on. ``wording``: this step's own titles of fields.
    """

    code: str
    title: str
    article: tuple[Citation, ...]
    confidence: str
    by: tuple[str, ...]
    approve: tuple[str, ...] = ()
    sources: frozenset[str] = frozenset()
    any_open: bool = False
    begins: bool = False
    to: str = ""
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    may_ask: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    starts: tuple[Start, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: str = ""
    pauses_held_if: str = ""
    resumes: str = ""
    extends: Extends | None = None
    opens: str = ""
    closes: str = ""
    closes_if_open: tuple[str, ...] = ()
    during: str = ""
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    running: str = ""
    none_open: tuple[str, ...] = ()
    taken: str = ""
    taken_here: str = ""
    once: bool = False
    records: tuple[Record, ...] = ()
    evidence: Brings | None = None
    refers: str = ""
    serves: tuple[str, ...] = ()
    inherits: tuple[str, ...] = ()
    wording: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    decides: str = ""
    undoes: str = ""
    goes_on: GoesOn | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Everything the step's page may ask, what must be answered first."""
        return (*self.asks, *self.may_ask)


# ---------------------------------------------------------------------------------------------------------------- the engine


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

    @property
    def text(self) -> str:
        """The bundle as YAML: what a running matter keeps, so that it can finish whatever becomes of the book."""
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
        """What a step's answer means: the book's field, or one that only the step's papers ask; None for anything else.

        Both kinds have code, title, type, choices and help.
        """
        if code in self.fields:
            return self.fields[code]
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

    def title_of(self, field_code: str, step: Step | None = None) -> str:
        """How the step words the field, else how the book does."""
        if step is not None and field_code in step.wording:
            return step.wording[field_code]
        return self.fields[field_code].title if field_code in self.fields else field_code

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

    def steps_from(self, state: str) -> Iterator[Step]:
        """Steps whose place is this state (empty: before the first step), in the book's order."""
        for step in self.steps.values():
            if (step.begins and not state) or (state and self._fits(step, state)):
                yield step

    def _fits(self, step: Step, state: str) -> bool:
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

    def law_of(self, clock_run: ClockRun) -> Clock:
        """The clock as the law had it when it began."""
        return clock_run.law or self.clocks[clock_run.clock]

    def apply(self, run: Run, event: Event) -> Run:
        """The run after one more event. Raises :class:`OrderError` when the step does not fit."""
        step = self.step(event.step)
        run = self._lapse(run, event.on)
        refusals = self._order_refusals(step, run, event.on, event.ref)
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
            ref = _ref_of(key, clock_run.clock, self.clocks[clock_run.clock].measure)
            for other, candidate in run.clocks.items():
                same = self.clocks[candidate.clock].measure and candidate.running
                if same and _ref_of(other, candidate.clock, self.clocks[candidate.clock].measure) == ref:
                    clocks[other] = replace(candidate, stopped_on=ended, lapsed=True)
            if ref in measures:
                measures[ref] = replace(measures[ref], closed_on=ended, lapsed=True)
            run = replace(run, clocks=MappingProxyType(clocks), measures=MappingProxyType(measures))
        return run

    def due(self, clock_run: ClockRun, run: Run | None = None) -> Due:
        """When a running (or ended) clock of a matter ends. ``run`` is needed for a clock that follows another."""
        started = clock_run.started_on
        if clock_run.follows and run is not None and clock_run.follows in run.clocks:
            before = self.due(run.clocks[clock_run.follows], run)
            started = max(started, before.due or started)
        return due(
            self.law_of(clock_run),
            started,
            self.calendar,
            clock_run.pauses,
            clock_run.extensions,
            clock_run.due_set,
        )

    # ------------------------------------------------------------------ what may be done now

    def offers(self, run: Run, facts: Mapping[str, bool | Fact], on: date) -> list[Offer]:
        """Every step whose place is the run's state, allowed or refused with reasons, on day ``on``. Steps about a measure or a clock
        that this matter does not have are left out; :meth:`offer` answers for them too.

        ``facts``: guard name → True/False or :class:`Fact`; a guard without a fact is a refusal "尚未核实".
        """
        run = self._lapse(run, on)
        return [
            self.offer(run, step.code, facts, on, lapsed=True)
            for step in self.steps_from(run.state)
            if self._concerns(step, run)
        ]

    @staticmethod
    def _concerns(step: Step, run: Run) -> bool:
        acts_on = step.closes or step.during
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
    ) -> Offer:
        """One step as it stands for this run, also when it belongs to another state (then refused with what must come first)."""
        step = self.step(step_code)
        if not lapsed:
            run = self._lapse(run, on)
        refusals = self._order_refusals(step, run, on, ref)
        refusals += [r for name in step.needs if (r := self._guard_refusal(name, facts)) is not None]
        acts_on = step.closes or step.during
        refs = tuple(m.ref for m in run.open_measures(acts_on)) if acts_on else ()
        return Offer(step, tuple(refusals), refs)

    def _guard_refusal(self, name: str, facts: Mapping[str, bool | Fact]) -> Refusal | None:
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

    def _order_refusals(self, step: Step, run: Run, on: date, ref: str) -> list[Refusal]:
        """Everything that can be refused from the run alone: state, once, measures, clocks."""
        basis = cite(step.article)
        if not run.state:
            if step.begins:
                return []
            first = "、".join(f"“{s.title}”" for s in self.steps.values() if s.begins)
            return [Refusal("state", f"案件尚未登记，不能“{step.title}”", basis, f"须先{first}")]
        state = self.states[run.state]
        if not self._fits(step, run.state):
            return [
                Refusal(
                    "state",
                    f"当前处于“{state.title}”，不能“{step.title}”",
                    basis,
                    self._way_to(step, run),
                )
            ]
        found: list[Refusal] = []

        def refuse(kind: str, reason: str, way_out: str, article: str = basis) -> None:
            found.append(Refusal(kind, reason, article, way_out))

        if step.once and run.taken(step.code):
            refuse("once", f"“{step.title}”只能办理一次", "请按程序办理下一步")
        for code, here in ((step.taken, False), (step.taken_here, True)):
            if code and not run.taken(code, here=here):
                refuse("order", f"尚未“{self.steps[code].title}”", f"须先“{self.steps[code].title}”")
        if step.opens and not self.measures[step.opens].many and run.open_measures(step.opens):
            refuse("measure", f"“{self.measures[step.opens].title}”尚未结束，不能重复", "请先结束上一次")
        acts_on = step.closes or step.during
        if acts_on:
            open_now = run.open_measures(acts_on)
            title = self.measures[acts_on].title
            if not open_now:
                ended = [m for m in run.measures.values() if m.measure == acts_on and m.lapsed]
                why = (
                    f"“{title}”已于{ended[-1].closed_on}期满自动解除" if ended else f"没有正在进行的“{title}”"
                )
                refuse("measure", why, "无须办理" if ended else f"须先办理“{title}”")
            elif ref and ref not in {m.ref for m in open_now}:
                refuse(
                    "measure",
                    f"“{title}”{ref}不存在或者已结束",
                    f"可选：{'、'.join(m.ref for m in open_now)}",
                )
        for code in step.none_open:
            if run.open_measures(code):
                ends = "、".join(f"“{s.title}”" for s in self.steps.values() if s.closes == code)
                refuse("measure", f"“{self.measures[code].title}”尚未结束", f"请先{ends}")
        if step.running and not run.running(step.running):
            refuse("clock", f"“{self.clocks[step.running].title}”不在计算期间", "请核对办理顺序")
        for code in step.after:
            for clock_run in self._runs_for(run, code, ref, acts_on):
                ends_on = self.due(clock_run, run).due
                if clock_run.running and (ends_on is None or on <= ends_on):
                    clock = self.clocks[code]
                    until = f"至{ends_on}届满，尚未届满" if ends_on else "中止中"
                    refuse("clock", f"“{clock.title}”期限{until}", "请在期限届满后办理", cite(clock.article))
        for code in step.before:
            runs = self._runs_for(run, code, ref, acts_on)
            if not runs:
                refuse(
                    "clock",
                    f"“{self.clocks[code].title}”期限未在计算",
                    "请核对办理顺序",
                    cite(self.clocks[code].article),
                )
            for clock_run in runs:
                if not clock_run.running:
                    refuse(
                        "clock",
                        f"“{self.clocks[code].title}”期限已于{clock_run.stopped_on}结束",
                        "不能再办理",
                    )
                    continue
                ends_on = self.due(clock_run, run).due
                if ends_on is not None and on > ends_on:
                    refuse(
                        "clock",
                        f"“{self.clocks[code].title}”期限已于{ends_on}届满",
                        "期限届满后不能再办理",
                        cite(self.clocks[code].article),
                    )
        return found

    def _runs_for(self, run: Run, code: str, ref: str, acts_on: str) -> list[ClockRun]:
        """The runs of a clock that a step looks at: those of the measure it acts on, or the only one."""
        runs = [c for c in run.clocks.values() if c.clock == code]
        if acts_on and self.clocks[code].measure == acts_on:
            refs = {ref} if ref else {m.ref for m in run.open_measures(acts_on)}
            runs = [c for c in runs if _ref_of(c.key, code, acts_on) in refs]
        return runs

    def _way_to(self, step: Step, run: Run) -> str:
        """What leads from the run's state to a place where ``step`` may be taken, in words."""
        if step.begins:
            return "已经登记，不能重复"
        path = self._path(step, run.state, run)
        if path is not None:
            return "须先" + "、".join(f"“{title}”" for title in path)
        places = "、".join(f"“{self.states[s].title}”" for s in self.states if s in step.sources)
        if self.states[run.state].is_end:
            return f"本案已经{self.states[run.state].title}"
        return f"只能在{places}时办理，本案已过这一阶段"

    def _path(self, step: Step, start: str, run: Run | None) -> list[str] | None:
        """Titles of the fewest steps from ``start`` to a place of ``step``, by way of the step it presupposes (``taken``)."""
        wanted = self.steps.get(step.taken)
        if wanted is not None and not (run and run.taken(wanted.code)):
            before = self._path(wanted, start, run)
            onward = self._path(replace(step, taken=""), wanted.to or start, None)
            return None if before is None or onward is None else [*before, wanted.title, *onward]
        paths: dict[str, list[str]] = {start: []}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            if self._fits(step, here):
                return paths[here]
            for move in self.steps.values():
                if move.to and not move.begins and move.to not in paths and self._fits(move, here):
                    paths[move.to] = [*paths[here], move.title]
                    queue.append(move.to)
        return None


def _ref_of(key: str, clock: str, measure: str) -> str:
    """The measure's ref that belongs to a clock key: seize_report#2 → seize#2."""
    return measure + key[len(clock) :]
