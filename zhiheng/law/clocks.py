"""Clocks: how long the law gives, from which day, what is left out, and on which day it ends — with the reasons.

Day rules (程序规定 80, 行政处罚法 85, 行政强制法 69): the first day is not counted; a last day that is not worked rolls to the next working
day; a pause leaves out the days from the one on which its cause begins up to, not including, the one on which the clock resumes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from .calendar import WorkCalendar
from .citations import Citation, cite
from .errors import LawError

WORKDAY, DAY, MONTH, YEAR, HOUR = "工作日", "日", "个月", "年", "小时"
UNITS = (WORKDAY, DAY, MONTH, YEAR, HOUR)
LATE = {
    "warn": "逾期提醒并督办",
    "lift": "期满自动解除",
    "waive": "期满视为放弃或者程序继续",
    "block": "期满不得再办理",
    "accrue": "逾期按日加处罚款",
}
AMBER_WORKDAYS = 3  # a clock turns amber with this many working days left


@dataclass(frozen=True)
class Length:
    """A time limit. ``unit`` is how it is counted: 工作日, 日, 个月, 年 or 小时. ``written`` is how the text writes it; ``because`` is the
    article that makes a written 日 a working day (行政处罚法 85 and its like)."""

    number: int
    unit: str
    written: str = ""
    because: str = ""

    def __str__(self) -> str:
        return f"{self.number}{'个' if self.unit == WORKDAY else ''}{self.unit}"


@dataclass(frozen=True)
class Clock:
    """A clock of the book. ``length`` is None where the order itself sets the due day. ``pauses`` are the reasons its article lists;
    ``late`` is what the end of the time means (:data:`LATE`); ``measure``: it belongs to one seizure, preservation …;
    ``follows``: it begins on the latest due day of those clocks, or on the day it was started where that is later; ``rolls``: a last
    day on a rest day moves on, which a maximum of coercion against a party does not, nor a time that is only to have passed; ``called``: another name by which its due day is
    asked for (``referral/decide``)."""

    code: str
    title: str
    length: Length | None
    article: tuple[Citation, ...]
    confidence: str = "verified"
    pauses: tuple[str, ...] = ()
    late: str = "warn"
    measure: str = ""
    follows: tuple[str, ...] = ()
    rolls: bool = True
    called: str = ""
    pause_titles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def basis(self) -> str:
        """Its articles, as cited in reasons."""
        return cite(self.article)


@dataclass(frozen=True, slots=True)
class Pause:
    """Time left out: from the day the cause began (itself left out) to the day the clock runs again (counted). ``end`` None: still on."""

    reason: str
    start: date
    end: date | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """Time added to a clock, or (``until``) a new last day. ``article`` and ``title`` are the step's, for the trace."""

    length: Length | None = None
    until: date | None = None
    article: str = ""
    title: str = "延期"


class TraceLine(NamedTuple):
    """One reason in a due date: its kind (the keys of ``_SAY``), the day it is about, its article, and what it is told from.
    Cheap to make; the Chinese ``text`` is put together when asked for."""

    kind: str
    day: date | None
    article: str
    told_from: object = None

    @property
    def text(self) -> str:
        say = _SAY.get(self.kind)
        return say(self) if say else str(self.told_from)

    def __str__(self) -> str:
        return f"{self.text}（{self.article}）" if self.article else self.text

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "day": str(self.day or ""), "article": self.article, "text": self.text}


class Due:
    """A due day with its reasons. ``due`` is None while the clock stands still. ``raw`` is the last day before rolling over a rest day."""

    __slots__ = ("_ask", "_lines", "at", "due", "left", "provisional", "raw")

    def __init__(
        self,
        due_on: date | None,
        raw: date | None,
        provisional: bool,
        ask: tuple,
        left: int | None = None,
        at: datetime | None = None,
    ):
        self.due = due_on
        self.at = at  # the moment, of a clock counted in hours whose start is known to the hour
        self.raw = raw
        self.provisional = provisional
        self.left = left  # days (of the clock's own unit) still to run while it stands still
        self._ask = ask
        self._lines: tuple[TraceLine, ...] | None = None

    @property
    def standing(self) -> bool:
        return self.due is None

    @property
    def trace(self) -> tuple[TraceLine, ...]:
        """Why this day: start, length, pauses, extensions, holidays, roll, in that order."""
        if self._lines is None:
            self._lines = _explain(self, *self._ask)
        return self._lines

    def __repr__(self) -> str:
        return f"Due({self.due}, provisional={self.provisional})"


def add_months(day: date, months: int) -> date:
    """The corresponding day ``months`` later; the month's last day where there is none (民法典 202)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due(
    clock: Clock,
    started_on: date,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    due_set: date | None = None,
    started_at: datetime | None = None,
) -> Due:
    """When ``clock`` ends, started on ``started_on`` (a day not counted). ``started_at``: the moment, for clocks counted in hours: the
    hour in which it lies is not counted (民事诉讼法 85(2)).

    ``due_set`` is the day set by the order, for clocks without a length of their own. Raises :class:`LawError` for a pause reason that the
    clock's article does not list, a pause that ends before it begins, an extension in another unit, or a day outside the calendar.
    """
    length = clock.length
    ask = (clock, started_on, calendar, pauses, extensions, due_set, started_at)
    if not pauses and not extensions and length is not None:
        ordinal, unit, workdays = started_on.toordinal(), length.unit, calendar.workdays
        if not calendar.first_known <= ordinal <= calendar.horizon:
            calendar.is_workday(started_on)  # refuses in words
        if unit == WORKDAY:
            at = bisect_right(workdays, ordinal) + length.number - 1
            if at < len(workdays):
                day = date.fromordinal(workdays[at])
                return Due(day, day, workdays[at] > calendar.last_known, ask)
        elif unit == DAY:
            raw = ordinal + length.number
            if raw <= calendar.horizon - 30:
                last = workdays[bisect_left(workdays, raw)] if clock.rolls else raw
                return Due(date.fromordinal(last), date.fromordinal(raw), last > calendar.last_known, ask)
    return _due_in_full(ask)


def _due_in_full(ask: tuple) -> Due:
    clock, started_on, calendar, pauses, extensions, due_set, started_at = ask
    calendar.is_workday(started_on)
    length = clock.length
    if length is None:
        if due_set is None:
            raise LawError(f"“{clock.title}”的期限由文书确定，请填写期限届满日")
        if due_set < started_on:
            raise LawError(f"“{clock.title}”的期限届满日{due_set}早于开始日{started_on}，请核对")
        return Due(due_set, due_set, calendar.is_provisional(due_set), ask)
    _check_pauses(clock, pauses)
    number, until = _total(clock, extensions)
    spans, open_from = _spans(pauses, started_on)

    if length.unit == HOUR:
        if started_at is not None:
            at = end_of_hours(started_at, number)
            return Due(at.date(), at.date(), calendar.is_provisional(at.date()), ask, at=at)
        day = date.fromordinal(started_on.toordinal() + -(-number // 24))
        return Due(day, day, calendar.is_provisional(day), ask)
    if length.unit in (MONTH, YEAR):
        months = number * (12 if length.unit == YEAR else 1)
        number = add_months(started_on, months).toordinal() - started_on.toordinal()
    count = _count_workdays if length.unit == WORKDAY else _count_days
    raw, left = count(calendar, started_on.toordinal(), number, spans, open_from)
    if until is not None and (raw is None or until.toordinal() > raw):
        raw, left = until.toordinal(), None
    if raw is None:
        return Due(None, None, False, ask, left)
    last = (
        raw
        if (length.unit == WORKDAY and until is None) or not clock.rolls
        else calendar.next_workday(date.fromordinal(raw)).toordinal()
    )
    return Due(date.fromordinal(last), date.fromordinal(raw), last > calendar.last_known, ask)


def end_of_hours(started_at: datetime, hours: int) -> datetime:
    """The moment a period of hours ends: the hour in which it begins is not counted (民事诉讼法 85(2))."""
    counted_from = started_at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return counted_from + timedelta(hours=hours)


def _check_pauses(clock: Clock, pauses: Iterable[Pause]) -> None:
    for pause in pauses:
        if pause.reason not in clock.pauses:
            title = clock.pause_titles.get(pause.reason, pause.reason)
            allowed = "、".join(clock.pause_titles.get(p, p) for p in clock.pauses)
            basis = clock.basis
            says = f"只扣除“{allowed}”的时间" if allowed else "没有可以扣除的时间"
            raise LawError(f"“{clock.title}”期限{says}（{basis}），“{title}”不扣除；请去掉该项")
        if pause.end is not None and pause.end < pause.start:
            raise LawError(f"“{clock.title}”的扣除期间恢复日{pause.end}早于开始日{pause.start}，请核对")


def _total(clock: Clock, extensions: Iterable[Extension]) -> tuple[int, date | None]:
    """The clock's number with the extensions added, and the day of the latest ``until``."""
    number, until = clock.length.number, None
    for extension in extensions:
        if extension.until is not None:
            until = max(until, extension.until) if until else extension.until
        elif extension.length.unit != clock.length.unit:
            raise LawError(
                f"“{clock.title}”以{clock.length.unit}计算，不能按{extension.length.unit}延长；请核对“{extension.title}”"
            )
        elif extension.length.number <= 0:
            raise LawError(f"“{extension.title}”的延长天数应当大于零，现为{extension.length.number}")
        else:
            number += extension.length.number
    return number, until


def _spans(pauses: Iterable[Pause], started_on: date) -> tuple[list[tuple[int, int]], int | None]:
    """Merge pauses into disjoint half-open ordinal spans after the start, and the day an open one began (None: all ended)."""
    first = started_on.toordinal() + 1
    spans: list[tuple[int, int]] = []
    open_from: int | None = None
    for pause in sorted(pauses, key=lambda p: p.start):
        begin = max(pause.start.toordinal(), first)
        if pause.end is None:
            open_from = begin if open_from is None else min(open_from, begin)
            continue
        end = pause.end.toordinal()
        if end <= begin:
            continue
        if spans and begin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((begin, end))
    return spans, open_from


def _count_days(calendar, start: int, number: int, spans, open_from) -> tuple[int | None, int | None]:
    """Ordinal of the ``number``-th counted day after ``start``; (None, days left) when an open pause comes first."""
    position, left = start, number
    for begin, end in spans:
        if open_from is not None and begin >= open_from:
            break
        available = begin - 1 - position
        if left <= available:
            break
        left -= available
        position = end - 1
    if open_from is not None and position + left >= open_from:
        return None, left - max(0, open_from - 1 - position)
    return position + left, None


def _count_workdays(calendar, start: int, number: int, spans, open_from) -> tuple[int | None, int | None]:
    workdays = calendar.workdays
    at, left = bisect_right(workdays, start), number  # workdays[at] is the next day to count
    for begin, end in spans:
        if open_from is not None and begin >= open_from:
            break
        available = max(0, bisect_left(workdays, begin) - at)
        if left <= available:
            break
        left -= available
        at = max(at, bisect_left(workdays, end))
    if open_from is not None:
        available = max(0, bisect_left(workdays, open_from) - at)
        if left > available:
            return None, left - available
    if at + left - 1 >= len(workdays):
        raise LawError(f"期限超出工作日历范围（至{date.fromordinal(calendar.horizon)}），请核对起算日")
    return workdays[at + left - 1], None


# ---------------------------------------------------------------------------------------------------------------- the reasons


def _explain(
    result: Due, clock, started_on, calendar, pauses, extensions, due_set, started_at
) -> tuple[TraceLine, ...]:
    """The reasons in order. Screens ask for these by the hundred thousand, so lines are made without the constructor's overhead."""
    basis, length = clock.basis, clock.length
    new, line = tuple.__new__, TraceLine
    lines = [new(line, ("start", started_on, "", started_at)), new(line, ("length", due_set, basis, clock))]
    if pauses:
        lines += [
            new(line, ("pause", p.start, basis, (clock, p))) for p in sorted(pauses, key=lambda p: p.start)
        ]
    if extensions:
        lines += [new(line, ("extension", e.until, e.article, e)) for e in extensions]
    end = result.due
    if end is None:
        lines.append(new(line, ("stand", None, basis, (clock, result.left))))
        return tuple(lines)
    if length is not None and length.unit == WORKDAY:
        holidays, makeups = calendar.changes_between(started_on, end)
        for holiday in holidays:
            lines.append(new(line, ("holiday", holiday.first, "", holiday)))
        for day in makeups:
            lines.append(new(line, ("makeup", day, "", None)))
    if end is not result.raw and end != result.raw:
        rollover = clock.article[0].instrument.rollover
        lines.append(new(line, ("roll", result.raw, rollover, (calendar.rest_name(result.raw), end))))
    elif not clock.rolls and not calendar.is_workday(end):
        kind = "kept" if clock.measure else "full"
        lines.append(new(line, (kind, end, "", calendar.rest_name(end))))
    if result.provisional:
        lines.append(new(line, ("provisional", end, "", max(end.year, calendar.first_unknown_year()))))
    lines.append(new(line, ("due", end, basis, result.at or result.provisional)))
    return tuple(lines)


def _say_length(line: TraceLine) -> str:
    clock, length = line.told_from, line.told_from.length
    if length is None:
        return f"“{clock.title}”期限由文书定为{line.day}"
    if length.because:
        return f"“{clock.title}”期限{length.written}，按{length.because}为工作日"
    return f"“{clock.title}”期限{length}" + ("，首小时不计入" if length.unit == HOUR else "")


def _say_pause(line: TraceLine) -> str:
    clock, pause = line.told_from
    title = clock.pause_titles.get(pause.reason, pause.reason)
    if pause.end is None:
        return f"自{pause.start}起{title}，尚未恢复"
    return f"{title}自{pause.start}开始，{pause.end}恢复计算，其间{(pause.end - pause.start).days}日不计入"


def _say_extension(line: TraceLine) -> str:
    extension = line.told_from
    change = f"期限改至{extension.until}" if extension.until is not None else f"增加{extension.length}"
    return f"{extension.title}：{change}"


def _say_stand(line: TraceLine) -> str:
    clock, left = line.told_from
    unit = "个工作日" if clock.length.unit == WORKDAY else "日"
    return f"暂停计算，恢复后尚余{left}{unit}"


def _say_holiday(line: TraceLine) -> str:
    name, first, last = line.told_from.name, line.told_from.first, line.told_from.last
    return f"{first}{f'至{last}' if last != first else ''}{name}放假，不计入"


def _rest(name: str) -> str:
    return f"{name}休息日" if name.startswith("周") else f"{name}假期"


def _say_roll(line: TraceLine) -> str:
    name, end = line.told_from
    rest = _rest(name)
    return f"期满日{line.day}为{rest}，顺延至其后第一个工作日{end}"


_SAY: Mapping[str, Callable[[TraceLine], str]] = {
    "start": lambda line: (
        f"自{line.told_from:%Y-%m-%d %H:%M}起算，该小时不计入"
        if line.told_from
        else f"自{line.day}起算，当日不计入"
    ),
    "length": _say_length,
    "pause": _say_pause,
    "extension": _say_extension,
    "stand": _say_stand,
    "holiday": _say_holiday,
    "makeup": lambda line: f"{line.day}调休上班，计入工作日",
    "roll": _say_roll,
    "kept": lambda line: f"期满日{line.day}为{_rest(line.told_from)}，对当事人的强制措施期限不顺延",
    "full": lambda line: f"期满日{line.day}为{_rest(line.told_from)}，期满即是，不顺延",
    "provisional": lambda line: f"{line.told_from}年放假安排尚未公布，暂按周末推算，另计放假办法所定的节日",
    "due": lambda line: (
        f"{line.told_from:%Y-%m-%d %H时}届满"
        if isinstance(line.told_from, datetime)
        else f"{line.day}届满" + ("（推算）" if line.told_from else "")
    ),
}


# ---------------------------------------------------------------------------------------------------------------- today's colours


@dataclass(frozen=True)
class Standing:
    """How a clock stands today. ``colour``: red (late), amber (near), green, grey (standing still); ``text`` says it in words;
    ``workdays_left`` is negative when late, None while standing still."""

    colour: str
    text: str
    workdays_left: int | None


def standing(due_on: date | None, on: date, calendar: WorkCalendar) -> Standing:
    """Colour and words for one due day, seen on ``on``: 超期3个工作日, 今天到期, 剩2个工作日, 暂停计算."""
    if due_on is None:
        return Standing("grey", "暂停计算", None)
    left = calendar.workdays_between(on, due_on)
    if due_on < on:
        late = calendar.workdays_between(due_on, on)
        return Standing("red", f"超期{late}个工作日" if late else "已超期", -late)
    if due_on == on:
        return Standing("amber", "今天到期", 0)
    return Standing("amber" if left <= AMBER_WORKDAYS else "green", f"剩{left}个工作日", left)


def colour_limits(on: date, calendar: WorkCalendar) -> tuple[date, date]:
    """``(on, amber_until)``: due days before the first are red, up to and including the second amber, later ones green.
    Lets a database colour its rows with two comparisons."""
    following = calendar.add_workdays(on, AMBER_WORKDAYS + 1)
    return on, date.fromordinal(following.toordinal() - 1)


def sweep(dues: Iterable[date | None], on: date, calendar: WorkCalendar) -> list[str]:
    """Today's colour of many stored due days, in order; None (standing still) is grey."""
    red_before, amber_until = colour_limits(on, calendar)
    return [
        "grey" if day is None else "red" if day < red_before else "amber" if day <= amber_until else "green"
        for day in dues
    ]
