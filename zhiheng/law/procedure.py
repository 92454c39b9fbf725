"""Procedures: which steps a matter may take, what they start and stop, and why a step is refused.

A :class:`Procedure` is one version of one file under ``book/procedures``. It never sees rows: :meth:`Procedure.replay` turns the recorded
:class:`Event` list into a :class:`Run`, and :meth:`Procedure.offers` answers, for a run and the facts the system supplies, which steps are
allowed now and which are refused, with article and way out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from .calendar import WorkCalendar
from .citations import Citation, Instrument, cite
from .clocks import Clock, Due, Extension, Length, Pause, due
from .errors import LawError

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
    """Something that runs beside the main line (seizure, testing …). ``many``: several may be open at once, told apart by ref."""

    code: str
    title: str
    many: bool = False


@dataclass(frozen=True)
class Role:
    code: str
    title: str
    note: str = ""


@dataclass(frozen=True)
class Guard:
    """A fact the law demands before a step, with the words for its refusal. ``refuses`` may hold ``{placeholders}``."""

    name: str
    asks: str
    refuses: str
    article: tuple[Citation, ...]
    way_out: str


@dataclass(frozen=True)
class Field:
    """A value a step asks for. ``type``: text longtext date datetime money integer choice choices bool persons file list."""

    code: str
    title: str
    type: str
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    help: str = ""
    article: tuple[Citation, ...] = ()


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


# ---------------------------------------------------------------------------------------------------------------- the matter's side


@dataclass(frozen=True)
class Event:
    """A step taken. ``data`` holds the fields it asked for (dates as ``date``, money in fen); ``ref`` tells open measures of one kind
    apart (empty: the only one open)."""

    on: date
    step: str
    data: Mapping[str, object] = field(default_factory=dict)
    ref: str = ""


class Fact:
    """The system's answer to a guard: ``Fact(True)`` or ``Fact(False, missing="张三的执法证已于2025-01-31到期")``."""

    __slots__ = ("ok", "params")

    def __init__(self, ok: bool, **params: object):
        self.ok = bool(ok)
        self.params = params

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        return f"Fact({self.ok}, {self.params})"


@dataclass(frozen=True)
class Refusal:
    """Why a step is refused. ``guard`` names the guard, or the kind of order fault: state, order, clock, measure, once."""

    guard: str
    reason: str
    article: str
    way_out: str

    def __str__(self) -> str:
        basis = f"（{self.article}）" if self.article else ""
        return f"{self.reason}{basis}。{self.way_out}" if self.way_out else f"{self.reason}{basis}"


@dataclass(frozen=True)
class Offer:
    """A step as it stands today: allowed, or refused for these reasons. ``refs`` are the open measures it may act on."""

    step: Step
    refusals: tuple[Refusal, ...] = ()
    refs: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.refusals


@dataclass(frozen=True)
class ClockRun:
    """A clock as it runs in one matter. Due dates are derived (:meth:`Procedure.due`), never stored here.

    ``key`` is the clock's code, or ``code#2`` for the second seizure. ``lapsed``: it ended by itself when its time ran out.
    """

    key: str
    clock: str
    started_on: date
    stopped_on: date | None = None
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    due_set: date | None = None
    follows: str = ""
    lapsed: bool = False

    @property
    def running(self) -> bool:
        return self.stopped_on is None


@dataclass(frozen=True)
class MeasureRun:
    """A measure as it stands in one matter."""

    ref: str
    measure: str
    opened_on: date
    closed_on: date | None = None
    lapsed: bool = False

    @property
    def open(self) -> bool:
        return self.closed_on is None


@dataclass(frozen=True)
class Run:
    """Where a matter stands: derived from its events by :meth:`Procedure.replay`, never edited."""

    state: str = ""
    entered_on: date | None = None
    entered_at: int = 0
    clocks: Mapping[str, ClockRun] = field(default_factory=dict)
    past_clocks: tuple[ClockRun, ...] = ()
    measures: Mapping[str, MeasureRun] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    def open_measures(self, code: str) -> list[MeasureRun]:
        return [m for m in self.measures.values() if m.measure == code and m.open]

    def running(self, code: str) -> list[ClockRun]:
        return [c for c in self.clocks.values() if c.clock == code and c.running]

    def taken(self, step: str, *, here: bool = False) -> bool:
        events = self.events[self.entered_at :] if here else self.events
        return any(event.step == step for event in events)


class OrderError(LawError):
    """The recorded events do not fit the procedure; ``refusals`` say why."""

    def __init__(self, refusals: Sequence[Refusal]):
        self.refusals = tuple(refusals)
        super().__init__("；".join(str(r) for r in refusals))


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
    scope: str = ""
    note: str = ""
    repealed: bool = False
    text: str = field(default="", repr=False)

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
        return _Change(self, run, step, event).result()

    def _lapse(self, run: Run, on: date) -> Run:
        """Close measures whose clock ends by itself (``late: lift``) and has run out before ``on``."""
        for key, clock_run in run.clocks.items():
            if not clock_run.running or self.clocks[clock_run.clock].late != "lift":
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
            started = before.due or started
        return due(
            self.clocks[clock_run.clock],
            started,
            self.calendar,
            clock_run.pauses,
            clock_run.extensions,
            clock_run.due_set,
        )

    # ------------------------------------------------------------------ what may be done now

    def offers(self, run: Run, facts: Mapping[str, bool | Fact], on: date) -> list[Offer]:
        """Every step whose place is the run's state, allowed or refused with reasons, on day ``on``.

        ``facts``: guard name → True/False or :class:`Fact`; a guard without a fact is a refusal "尚未核实".
        """
        run = self._lapse(run, on)
        return [self.offer(run, step.code, facts, on, lapsed=True) for step in self.steps_from(run.state)]

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
                    self._way_to(step, run.state),
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

    def _way_to(self, step: Step, state: str) -> str:
        """The shortest list of steps that leads from ``state`` to a place where ``step`` may be taken, in words."""
        paths: dict[str, tuple[str, ...]] = {state: ()}
        queue = deque([state])
        while queue:
            here = queue.popleft()
            if self._fits(step, here):
                return "须先" + "、".join(f"“{title}”" for title in paths[here])
            for move in self.steps.values():
                if move.to and not move.begins and move.to not in paths and self._fits(move, here):
                    paths[move.to] = (*paths[here], move.title)
                    queue.append(move.to)
        places = "、".join(f"“{self.states[s].title}”" for s in self.states if s in step.sources)
        return f"只能在{places}时办理，本案已不能再办" if places else "本案已经终结"


def _ref_of(key: str, clock: str, measure: str) -> str:
    """The measure's ref that belongs to a clock key: seize_report#2 → seize#2."""
    return measure + key[len(clock) :]


class _Change:
    """One event's effect on a run. Collects changes on copies, hands back a new run."""

    def __init__(self, procedure: Procedure, run: Run, step: Step, event: Event):
        self.procedure, self.run, self.step, self.event = procedure, run, step, event
        self.clocks = dict(run.clocks)
        self.past = list(run.past_clocks)
        self.measures = dict(run.measures)
        self.ref = event.ref

    def result(self) -> Run:
        step, run, event = self.step, self.run, self.event
        self._measures()
        for code in step.stops:
            self._each_running(code, lambda c: replace(c, stopped_on=event.on))
        if step.resumes:
            self._resume(step.resumes)
        for start in step.starts:
            self._start(start)
        if step.pauses:
            self._pause(step.pauses)
        if step.extends:
            self._extend(step.extends)
        state = step.to or run.state
        moved = state != run.state
        return Run(
            state=state,
            entered_on=event.on if moved else run.entered_on,
            entered_at=len(run.events) if moved else run.entered_at,
            clocks=MappingProxyType(self.clocks),
            past_clocks=tuple(self.past),
            measures=MappingProxyType(self.measures),
            events=(*run.events, event),
        )

    def _measures(self) -> None:
        step, on = self.step, self.event.on
        acts_on = step.closes or step.during
        if acts_on:
            open_now = [m for m in self.measures.values() if m.measure == acts_on and m.open]
            if not self.ref and len(open_now) > 1:
                raise OrderError(
                    [
                        Refusal(
                            "measure",
                            f"有{len(open_now)}项“{self.procedure.measures[acts_on].title}”正在进行，未说明是哪一项",
                            cite(step.article),
                            f"请选择：{'、'.join(m.ref for m in open_now)}",
                        )
                    ]
                )
            self.ref = self.ref or open_now[0].ref
        for code in (step.closes, *step.closes_if_open):
            for ref, measure in list(self.measures.items()):
                mine = code != step.closes or ref == self.ref
                if code and measure.measure == code and measure.open and mine:
                    self.measures[ref] = replace(measure, closed_on=on)
        if step.opens:
            earlier = sum(m.measure == step.opens for m in self.measures.values())
            self.ref = step.opens if not earlier else f"{step.opens}#{earlier + 1}"
            self.measures[self.ref] = MeasureRun(self.ref, step.opens, on)

    def _key(self, code: str) -> str:
        """The clock's key: its code, with the ordinal of the measure it belongs to."""
        measure = self.procedure.clocks[code].measure
        if measure and self.ref.partition("#")[0] == measure:
            return code + self.ref[len(measure) :]
        return code

    def _each_running(self, code: str, change) -> None:
        mine = self._key(code)
        bound = self.procedure.clocks[code].measure == self.ref.partition("#")[0] if self.ref else False
        for key, clock_run in self.clocks.items():
            if clock_run.clock == code and clock_run.running and (key == mine or not bound):
                self.clocks[key] = change(clock_run)

    def _day(self, field_name: str, what: str) -> date:
        value = self.event.data.get(field_name)
        if not isinstance(value, date):
            raise OrderError(
                [
                    Refusal(
                        "field",
                        f"“{self.step.title}”缺少{what}",
                        cite(self.step.article),
                        f"请填写{what}（{field_name}）",
                    )
                ]
            )
        return value

    def _start(self, start: Start) -> None:
        data = self.event.data
        if (start.only_if and not data.get(start.only_if)) or (start.unless and data.get(start.unless)):
            return
        clock = self.procedure.clocks[start.clock]
        if start.due and data.get(start.due) is None:
            return  # 立即改正: nothing to wait for
        key = self._key(start.clock)
        if key in self.clocks:
            self.past.append(self.clocks[key])
        started = self._day(start.on, "起算日") if start.on else self.event.on
        follows = clock.follows if not start.on else ""
        open_pauses = tuple(
            Pause(pause.reason, max(pause.start, started), None, pause.ref)
            for other in self.run.clocks.values()
            for pause in other.pauses
            if pause.end is None and pause.reason in clock.pauses and not clock.measure
        )
        self.clocks[key] = ClockRun(
            key,
            start.clock,
            started,
            pauses=tuple(dict.fromkeys(open_pauses)),
            due_set=self._day(start.due, "期限届满日") if start.due else None,
            follows=follows,
        )

    def _pause(self, reason: str) -> None:
        """Every running clock whose article lists the reason stands still from this day on; a measure's only where it is concerned."""
        pause = Pause(reason, self.event.on, None, self.ref)
        held_too = not self.step.pauses_held_if or bool(self.event.data.get(self.step.pauses_held_if))
        for key, clock_run in self.clocks.items():
            clock = self.procedure.clocks[clock_run.clock]
            if clock_run.running and reason in clock.pauses and (held_too or not clock.measure):
                self.clocks[key] = replace(clock_run, pauses=(*clock_run.pauses, pause))

    def _resume(self, reason: str) -> None:
        on = self.event.on
        for key, clock_run in self.clocks.items():
            pauses = tuple(
                replace(p, end=max(on, p.start))
                if p.reason == reason and p.end is None and p.ref == self.ref
                else p
                for p in clock_run.pauses
            )
            if pauses != clock_run.pauses:
                self.clocks[key] = replace(clock_run, pauses=pauses)

    def _extend(self, extends: Extends) -> None:
        step, data = self.step, self.event.data
        length = extends.default()
        until = self._day(extends.until, "延期届满日") if extends.until else None
        if extends.days:
            number = data.get(extends.days)
            if number is not None:
                length = self._checked(extends, number)
            elif length is None:
                raise OrderError(
                    [
                        Refusal(
                            "field",
                            f"“{step.title}”须写明确定的延长天数",
                            cite(step.article),
                            "请填写延长天数",
                        )
                    ]
                )
        added = Extension(None if until else length, until, cite(step.article), step.title)
        self._each_running(extends.clock, lambda c: replace(c, extensions=(*c.extensions, added)))

    def _checked(self, extends: Extends, number: object) -> Length:
        step = self.step
        unit = self.procedure.clocks[extends.clock].length.unit
        if not isinstance(number, int) or number <= 0:
            raise OrderError(
                [Refusal("field", f"延长天数应当是正整数，现为“{number}”", cite(step.article), "请重新填写")]
            )
        if extends.up_to and number > extends.up_to.number:
            raise OrderError(
                [
                    Refusal(
                        "field",
                        f"“{step.title}”不得超过{extends.up_to}，现为{number}日",
                        cite(step.article),
                        "请减少延长天数",
                    )
                ]
            )
        return Length(number, unit)


def running_clocks(run: Run) -> Iterable[ClockRun]:
    """The clocks of a matter that still run, in the order they were started."""
    return [c for c in run.clocks.values() if c.running]
