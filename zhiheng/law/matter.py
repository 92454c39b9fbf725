"""One matter under a procedure: the events recorded, the run they lead to, and the effect of one more event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from zhiheng.canonical import nested_quotes

from .citations import cite
from .clocks import Extension, Length, Pause
from .errors import LawError

if TYPE_CHECKING:
    from .clocks import Clock
    from .procedure import Procedure
    from .steps import Extends, Start, Step, When


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

    def __post_init__(self) -> None:
        # Names with quotation marks of their own stand between others.
        for part in ("reason", "way_out"):
            object.__setattr__(self, part, nested_quotes(getattr(self, part)))

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

    ``key`` is the clock's code, or ``code#2`` for the second seizure. ``lapsed``: it ended by itself when its time ran out. ``law``: the
    clock of an earlier version, where the run has moved to another since it began.
    """

    key: str
    clock: str
    started_on: date
    stopped_on: date | None = None
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    due_set: date | None = None
    follows: tuple[str, ...] = ()
    lapsed: bool = False
    law: Clock | None = None
    started_at: datetime | None = None

    @property
    def running(self) -> bool:
        return self.stopped_on is None

    def left_of(self, extends: Extends, title: str) -> int:
        """How much of its ``total`` a step may still add to this clock; ``title`` is the step's, as the extensions have it."""
        added = sum(e.length.number for e in self.extensions if e.length and e.title == title)
        return extends.total.number - added if extends.total else added


@dataclass(frozen=True)
class MeasureRun:
    """A measure as it stands in one matter. ``opened_at``: the index of the event that opened it."""

    ref: str
    measure: str
    opened_on: date
    closed_on: date | None = None
    lapsed: bool = False
    opened_at: int = -1

    @property
    def open(self) -> bool:
        return self.closed_on is None


@dataclass(frozen=True)
class Run:
    """Where a matter stands: derived from its events by :meth:`Procedure.replay`, never edited. ``came_from``: the state before the
    present one; ``voided``: step → how many events had happened when it was last made void, and by which step."""

    state: str = ""
    came_from: str = ""
    entered_on: date | None = None
    entered_at: int = 0
    voided: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    clocks: Mapping[str, ClockRun] = field(default_factory=dict)
    past_clocks: tuple[ClockRun, ...] = ()
    measures: Mapping[str, MeasureRun] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    def open_measures(self, code: str) -> list[MeasureRun]:
        return [m for m in self.measures.values() if m.measure == code and m.open]

    def running(self, code: str) -> list[ClockRun]:
        return [c for c in self.clocks.values() if c.clock == code and c.running]

    def taken(self, step: str, *, here: bool = False) -> bool:
        """Whether the step was taken and still counts; ``here``: since the present state was entered."""
        since = max(self.voided.get(step, (0, ""))[0], self.entered_at if here else 0)
        return any(event.step == step for event in self.events[since:])

    def undone_by(self, step: str) -> str:
        """The step that made an earlier one void; "" when it was never taken, or counts."""
        before, by = self.voided.get(step, (0, ""))
        return by if not self.taken(step) and any(e.step == step for e in self.events[:before]) else ""


def ref_of(key: str, clock: str, measure: str) -> str:
    """The measure's ref that belongs to a clock key: seize_report#2 → seize#2."""
    return measure + key[len(clock) :]


class OrderError(LawError):
    """The recorded events do not fit the procedure; ``refusals`` say why."""

    def __init__(self, refusals: Sequence[Refusal]):
        self.refusals = tuple(refusals)
        super().__init__("；".join(str(r) for r in refusals))


class Change:
    """One event's effect on a run. Collects changes on copies, hands back a new run."""

    def __init__(self, procedure: Procedure, run: Run, step: Step, event: Event):
        self.procedure, self.run, self.step, self.event = procedure, run, step, event
        self.clocks = dict(run.clocks)
        self.past = list(run.past_clocks)
        self.measures = dict(run.measures)
        self.ref = event.ref
        self.goes_on = bool(step.closes_unless) and self._said(step.closes_unless)

    def result(self) -> Run:
        step, run, event = self.step, self.run, self.event
        self._measures()
        for code in step.stops:
            mine = self.procedure.clocks[code].measure == step.closes
            if self._said(step.stops_when.get(code)) and not (self.goes_on and mine):
                self._each_running(code, lambda c: replace(c, stopped_on=event.on))
        if step.resumes:
            self._resume(step.resumes)
        for start in step.starts:
            self._start(start)
        stopped = [c for code in step.continues if (c := self.clocks.get(code)) is not None and c.stopped_on]
        for clock_run in stopped:
            if clock_run.stopped_on == max(c.stopped_on for c in stopped):
                self._continue(clock_run)
        if step.pauses:
            self._pause(step.pauses)
        if step.extends:
            self._extend(step.extends)
        state = run.came_from if step.to == "back" else step.to or run.state
        moved = state != run.state
        return Run(
            state=state,
            came_from=run.state if moved else run.came_from,
            voided=MappingProxyType(
                {**run.voided, **{code: (len(run.events) + 1, step.code) for code in step.voids}}
            ),
            entered_on=event.on if moved else run.entered_on,
            entered_at=len(run.events) if moved else run.entered_at,
            clocks=MappingProxyType(self.clocks),
            past_clocks=tuple(self.past),
            measures=MappingProxyType(self.measures),
            events=(*run.events, event),
        )

    def _measures(self) -> None:
        step, on = self.step, self.event.on
        acts_on = step.acts_on
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
                if code == step.closes and self.goes_on:
                    continue
                if code and measure.measure == code and measure.open and mine:
                    self.measures[ref] = replace(measure, closed_on=on)
                    if code != step.closes:
                        self._end_with(ref, code)
        if step.opens:
            earlier = sum(m.measure == step.opens for m in self.measures.values())
            self.ref = step.opens if not earlier else f"{step.opens}#{earlier + 1}"
            self.measures[self.ref] = MeasureRun(self.ref, step.opens, on, opened_at=len(self.run.events))

    def _end_with(self, ref: str, measure: str) -> None:
        """What a measure that another step brings to an end takes with it: its own clocks, and the pauses it was the cause of."""
        on, until = self.event.on, self._paused_until(ref)
        for key, clock_run in self.clocks.items():
            own = self.procedure.clocks[clock_run.clock].measure == measure
            if own and clock_run.running and ref_of(key, clock_run.clock, measure) == ref:
                clock_run = replace(clock_run, stopped_on=on)
            pauses = tuple(
                replace(p, end=max(until, p.start)) if p.ref == ref and p.end is None else p
                for p in clock_run.pauses
            )
            self.clocks[key] = replace(clock_run, pauses=pauses)

    def _paused_until(self, ref: str) -> date:
        """The last day of the pauses that a measure caused: the day of its end, or the one on which its own time ran out before that."""
        on, measure = self.event.on, self.procedure.measures.get(ref.partition("#")[0])
        clock_run = (
            self.run.clocks.get(measure.pauses_end_with + ref[len(measure.code) :]) if measure else None
        )
        if not measure or not measure.pauses_end_with or clock_run is None:
            return on
        return min(on, self.procedure.due(clock_run, self.run).due or on)

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

    def _said(self, when: When | None) -> bool:
        """Whether the answers of the step, or of the one that opened the measure it acts on, are among those named."""
        if not when:
            return True
        measure = self.measures.get(self.ref)
        opening = (
            self.run.events[measure.opened_at].data
            if measure and 0 <= measure.opened_at < len(self.run.events)
            else {}
        )

        def answer(code: str) -> set[str]:
            value = self.event.data.get(code, opening.get(code))
            return set(map(str, value)) if isinstance(value, list | tuple) else {str(value)}

        return all((said := answer(code)) and said <= set(values) for code, values in when.items())

    def _start(self, start: Start) -> None:
        data = self.event.data
        if (start.only_if and not data.get(start.only_if)) or (start.unless and data.get(start.unless)):
            return
        if start.places and self.run.state not in start.places:
            return
        if start.while_open:
            open_now = [m.ref for m in self.measures.values() if m.measure == start.while_open and m.open]
            if not open_now:
                return
            self.ref = open_now[-1]
        if start.while_running:
            kept = (self.clocks.get(self._key(code)) for code in start.while_running)
            if not any(one is not None and one.running for one in kept):
                return
        if not self._said(start.when) or (start.unless_when and self._said(start.unless_when)):
            return
        clock = self.procedure.clocks[start.clock]
        if start.due and data.get(start.due) is None:
            return  # 立即改正: nothing to wait for
        key = self._key(start.clock)
        on = start.instead if start.instead and data.get(start.instead) else start.on
        moment = self._moment(start.at)
        started = self._day(on, "起算日") if on else moment.date() if moment else self.event.on
        open_pauses = tuple(
            Pause(pause.reason, max(pause.start, started), None, pause.ref)
            for other in self.run.clocks.values()
            for pause in other.pauses
            if pause.end is None and pause.reason in clock.pauses and not clock.measure
        )
        begun = ClockRun(
            key,
            start.clock,
            started,
            pauses=tuple(dict.fromkeys(open_pauses)),
            due_set=self._day(start.due, "期限届满日") if start.due else None,
            # A period that was over when this one began has no say in it any more.
            started_at=self._moment(start.at),
            follows=tuple(
                key
                for key in map(self._key, clock.follows)
                if key not in self.clocks or self.clocks[key].running
            ),
        )
        if start.unless_later and self._ends_later(key, begun):
            self.clocks[key] = self.run.clocks[key]
            return
        if key in self.clocks:
            before = self.clocks[key]
            self.past.append(replace(before, stopped_on=before.stopped_on or self.event.on))
        self.clocks[key] = begun

    def _moment(self, field_name: str) -> datetime | None:
        value = self.event.data.get(field_name) if field_name else None
        return value if isinstance(value, datetime) else None

    def _ends_later(self, key: str, begun: ClockRun) -> bool:
        """Whether the clock that ran before this step ends after the one it begins (行政处罚法 72(2): from the end of a deferral)."""
        before = self.run.clocks.get(key)
        # Only one that begins later, as after a deferral, outlasts the new one; what merely ran before is replaced.
        if before is None or not before.running or before.started_on <= begun.started_on:
            return False
        after = replace(self.run, clocks=MappingProxyType({**self.clocks, key: begun}))
        old, new = self.procedure.due(before, self.run).due, self.procedure.due(begun, after).due
        return old is not None and new is not None and old > new

    def _pause(self, reason: str) -> None:
        """Every running clock whose article lists the reason stands still from this day on; a measure's only where it is concerned,
        and no longer than the party was told (行政强制法 25(3))."""
        step, began = self.step, self._said_day(self.step.pauses_on)
        goes_on = bool(step.acts_on) and not step.opens
        held_too = not step.pauses_held_if or bool(self.event.data.get(step.pauses_held_if))
        about = self.event.ref if not step.acts_on else ""
        told = self.event.data.get(step.pauses_until) if step.pauses_until else None
        for key, clock_run in self.clocks.items():
            clock = self.procedure.law_of(clock_run)
            if not clock_run.running or reason not in clock.pauses:
                continue
            mine = [p for p in clock_run.pauses if p.reason == reason and p.ref == self.ref]
            if not clock.measure:
                concerned, until = not any(p.end is None for p in mine), None
            else:
                concerned = bool(mine) if goes_on else held_too
                concerned = concerned and about in ("", ref_of(key, clock_run.clock, clock.measure))
                until = told + timedelta(1) if isinstance(told, date) else None
            if concerned and (until is None or until > began):
                pause = Pause(reason, max(began, clock_run.started_on), until, self.ref)
                self.clocks[key] = replace(clock_run, pauses=(*clock_run.pauses, pause))

    def _continue(self, before: ClockRun) -> None:
        """A clock that was stopped runs on with what was left; the days between are left out."""
        ended = before.stopped_on
        pauses = tuple(p if p.end else replace(p, end=max(p.start, ended)) for p in before.pauses)
        between = Pause(self.step.continues_reason, ended, self.event.on)
        self.clocks[before.key] = replace(before, stopped_on=None, lapsed=False, pauses=(*pauses, between))

    def _said_day(self, field_name: str) -> date:
        """The day that a field tells of something that has happened; the step's own where it tells none."""
        told = self.event.data.get(field_name) if field_name else None
        return min(told, self.event.on) if isinstance(told, date) else self.event.on

    def _resume(self, reason: str) -> None:
        on = min(self._said_day(self.step.resumes_on), self._paused_until(self.ref))
        for key, clock_run in self.clocks.items():
            pauses = tuple(
                replace(p, end=max(on, p.start))
                if p.reason == reason and p.ref == self.ref and (p.end is None or p.end > on)
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
                self._within_total(extends, length)
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

    def _within_total(self, extends: Extends, length: Length) -> None:
        mine = self._key(extends.clock)
        clock_run = self.clocks.get(mine)
        if extends.total is None or clock_run is None:
            return
        left = clock_run.left_of(extends, self.step.title)
        if length.number > left:
            why = f"“{self.step.title}”合计不得超过{extends.total}，还可以延长{max(left, 0)}日，现为{length.number}日"
            raise OrderError([Refusal("field", why, cite(self.step.article), "请减少延长天数")])

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
