"""Procedures: which steps a matter may take, what they start and stop, and why a step is refused.

A :class:`Procedure` is one version of one file under ``book/procedures``. It never sees rows: :meth:`Procedure.replay` turns the recorded
:class:`Event` list into a :class:`Run`, and :meth:`Procedure.offers` answers, for a run and the facts the system supplies, which steps are
allowed now and which are refused, with article and way out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
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
    ``taken_here``: since the present state was entered.
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
