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
from .citations import Citation, Instrument, cite
from .clocks import Clock, Due, Extension, Length, due
from .errors import LawError
from .matter import Change, ClockRun, Event, Fact, Offer, OrderError, Refusal, Run, ref_of
from .order import order_refusals

ANY_OPEN = "any_open"
BACK = "back"


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
    ``paper``: the form that ordered it, which later papers refer back to; ``must_end``: the matter cannot end while it is open;
    ``announces``: it is a public announcement, by which papers are served."""

    code: str
    title: str
    many: bool = False
    paper: str = ""
    must_end: bool = False
    announces: bool = False


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
    """A column of a table field: ``type`` is one of those of a field that fit a cell; ``choices`` of a cell that is chosen."""

    code: str
    title: str
    type: str = "text"
    required: bool = True
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Field:
    """A value a step asks for. ``type``: text longtext date datetime money integer choice choices bool persons file list.

    ``columns``: what each row of a list holds. ``default``: what the form begins with (``today``, or the value itself).
    ``ahead``: a day that may lie ahead of the step's; every other day is something that has happened. ``carried``: the form begins
    with what an earlier step said. ``after``: the field whose day this one may not come before. ``least``, ``role``: how many
    persons at least, and who may be chosen. ``registered``: a list whose rows are chosen from the evidence in the file.
    ``identity``: a credit code or identity number, whose check sign must be right. ``protected``: known only to those who work the
    matter and their heads.
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
    registered: bool = False
    identity: bool = False
    protected: bool = False


@dataclass(frozen=True)
class Wording:
    """What one step calls a field, says of it and rests it on, where that differs from the book's."""

    title: str
    help: str | None = None
    article: tuple[Citation, ...] | None = None

    def of(self, asked: Field) -> Field:
        """The field as the step asks it."""
        return replace(
            asked,
            title=self.title,
            help=asked.help if self.help is None else self.help,
            article=asked.article if self.article is None else self.article,
        )


@dataclass(frozen=True)
class Record:
    """What a step writes into one column of the matter's record.

    ``how``: field (the answer), day (the step's day), word (a code of the book), number (drawn from the series ``of``), paper (the
    number of the paper just issued), sum (of answers), adds (the answer on top of what stands), takes (the
    answer off what stands), none (emptied).
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


# What a step does to goods: takes them in, gives them back, lets their owner collect what he had not, forfeits them, undoes that, disposes of them, gives up those that nobody
# claims, sells them before the decision, hands them to another body.
GOODS = ("hold", "release", "collect", "confiscate", "restore", "dispose", "surrender", "sell", "hand_over")


@dataclass(frozen=True)
class Recuses:
    """Who steps back: the field with the person's name, and the yes/no field that decides it."""

    person: str
    granted: str


@dataclass(frozen=True)
class Concerns:
    """Which parties beside the principal one the papers of a step are for: named in ``column`` of the step's list, or in the field of
    that name of earlier ``steps``, those of ``less`` taken out."""

    list: str = ""
    column: str = ""
    steps: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


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


# Field → the answers that count; for a field of several choices, all that was chosen must be among them.
When = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Start:
    """A clock begun by a step. ``on`` names the field holding the day to count from (default: the step's day); ``due`` names the field
    holding the due day itself, for clocks whose length the order sets; ``only_if`` / ``unless`` name yes/no fields; ``when`` /
    ``unless_when`` are answers of the step, or of the one that opened the measure it acts on; ``places``: only in these states;
    ``while_open``: only while this measure is open, of which the clock then is; ``instead``: a field whose day, where it is answered,
    counts instead; ``unless_later``: one of the clock that ends later stays; ``at``: the field
    with the moment, of a clock counted in hours."""

    clock: str
    on: str = ""
    due: str = ""
    only_if: str = ""
    unless: str = ""
    when: When = field(default_factory=lambda: MappingProxyType({}))
    unless_when: When = field(default_factory=lambda: MappingProxyType({}))
    places: tuple[str, ...] = ()
    while_open: str = ""
    instead: str = ""
    unless_later: bool = False
    at: str = ""


@dataclass(frozen=True)
class Extends:
    """What a step adds to a clock: a fixed ``length``; or the number in field ``days``, at most ``up_to``; or the day in field ``until``.

    ``total``: the most that the step may add to one clock however often it is taken."""

    clock: str
    length: Length | None = None
    days: str = ""
    up_to: Length | None = None
    until: str = ""
    total: Length | None = None

    def default(self) -> Length | None:
        """The length the law itself gives: what the step adds when nobody states a number; None when one must be stated."""
        return self.length or self.up_to


@dataclass(frozen=True)
class Step:
    """One thing a person does. All clock, field, guard and form names are checked against the book at load.

    ``by`` may take it; with ``approve`` the proposal passes these roles in order and takes effect on the last approval's day.
    ``to`` may be :data:`BACK`: the state from which the present one was entered. ``stops_when``: answers without which a clock named in
    ``stops`` runs on.
    ``after`` / ``before``: clocks that must have run out / must not have run out, on the step's day or on the one in field
    ``before_by`` (what was posted in time is in time); ``before_one``: one of these must run and have time
    left. ``during``: measures that must be open. ``none_open``: measures that must be closed. ``running``: clock that must be running;
    ``none_running``: clocks that must not; ``none_late``: clocks that must not have run out while they run. ``taken``: step that must
    have been taken; ``taken_here``: since the present state was entered. ``voids``: earlier steps that from now on count as not taken.
    ``closes_unless``: answers with which the measure it acts on, and its clocks, go on.
    ``pauses`` stops every running clock whose article lists that reason; clocks of a measure (seizure) only if the yes/no field
    ``pauses_held_if`` says so.

    What it means for the matter: ``records`` columns, ``evidence`` it brings, papers it ``issues`` (those of ``issues_with_goods`` only
    where goods move by it); ``serves`` the papers served by it,
    ``serves_chosen`` the field that names the one it serves, ``delivers`` the papers of its own that are handed over with it,
    ``excuses_service``: nobody is left to serve earlier papers on, ``withdraws``: papers that, unserved, are not to be
    served any more, ``serves_again``: papers whose earlier service did not count,
    ``concerns``: for whom else its papers are; ``goods`` what it does to the matter's goods (:data:`GOODS`);
    ``recuses`` who steps back by it; ``refers`` the form or measure whose paper its own papers refer back to, ``inherits`` the
    earlier answers they may print, ``says`` the answers that are certain from the step itself and that nobody is asked. ``decides`` names the decision it makes, ``undoes`` how it ends the decision in force. ``goes_on``: procedure and step under which the same
    matter goes on. ``wording``: how this step words its fields.
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
    issues_with_goods: tuple[str, ...] = ()
    starts: tuple[Start, ...] = ()
    stops: tuple[str, ...] = ()
    stops_when: Mapping[str, When] = field(default_factory=lambda: MappingProxyType({}))
    pauses: str = ""
    pauses_held_if: str = ""
    resumes: str = ""
    extends: Extends | None = None
    opens: str = ""
    closes: str = ""
    closes_unless: When = field(default_factory=lambda: MappingProxyType({}))
    closes_if_open: tuple[str, ...] = ()
    during: str = ""
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    before_by: str = ""
    before_one: tuple[str, ...] = ()
    running: str = ""
    none_open: tuple[str, ...] = ()
    none_running: tuple[str, ...] = ()
    none_late: tuple[str, ...] = ()
    taken: str = ""
    taken_here: str = ""
    voids: tuple[str, ...] = ()
    once: bool = False
    records: tuple[Record, ...] = ()
    evidence: Brings | None = None
    refers: str = ""
    serves: tuple[str, ...] = ()
    serves_chosen: str = ""
    delivers: tuple[str, ...] = ()
    excuses_service: bool = False
    withdraws: tuple[str, ...] = ()
    serves_again: tuple[str, ...] = ()
    concerns: Concerns | None = None
    goods: str = ""
    recuses: Recuses | None = None
    inherits: tuple[str, ...] = ()
    says: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    wording: Mapping[str, Wording] = field(default_factory=lambda: MappingProxyType({}))
    decides: str = ""
    undoes: str = ""
    joins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
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
        data: Mapping[str, object] | None = None,
    ) -> Offer:
        """One step as it stands for this run, also when it belongs to another state (then refused with what must come first).

        ``data``: its answers, once they are given."""
        step = self.step(step_code)
        if not lapsed:
            run = self._lapse(run, on)
        refusals = order_refusals(self, step, run, on, ref, data)
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
            return f"本案已经{self.states[run.state].title}"
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
                if back or move.undoes or move.excuses_service:
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
