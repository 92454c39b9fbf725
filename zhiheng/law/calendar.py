"""The work calendar: which days are working days, as gazetted year by year.

One sorted list of working-day ordinals answers every question by bisection. Of years without a notice only weekends and the days
fixed by 全国年节及纪念日放假办法 are known; they are *provisional*: exchanged days come with the notice and may move answers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from .errors import LawError

_PROVISIONAL_YEARS = 40  # how far beyond the last gazetted year dates are laid out


@dataclass(frozen=True)
class Holiday:
    """Days off in a row under one name, both ends included."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class CalendarYear:
    """One year's notice: holidays, and the weekend days that are worked in exchange (``makeup``)."""

    year: int
    notice: str
    announced: date
    holidays: tuple[Holiday, ...]
    makeup: frozenset[date]
    confidence: str = "verified"
    notice_confidence: str = "verified"
    note: str = ""


@dataclass(frozen=True)
class StatutoryDay:
    """A holiday that the law itself fixes: on a month and day of every year, or on the dates named (lunar festivals); ``before``
    days earlier it begins, and lasts ``days``."""

    name: str
    days: int
    before: int = 0
    month_day: tuple[int, int] | None = None
    dates: tuple[date, ...] = ()

    def in_years(self, first: int, last: int) -> Iterator[Holiday]:
        fixed = [date(year, *self.month_day) for year in range(first, last + 1)] if self.month_day else []
        for day in fixed or [d for d in self.dates if first <= d.year <= last]:
            begin = day - timedelta(days=self.before)
            yield Holiday(self.name, begin, begin + timedelta(days=self.days - 1))


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """Working days from the first gazetted year on. Immutable; build it with :meth:`of`.

    ``workdays`` and ``makeup`` are day ordinals in order; ``last_known`` is the ordinal of the last gazetted day.
    """

    workdays: tuple[int, ...]
    first_known: int
    last_known: int
    horizon: int
    names: Mapping[int, str]
    makeup: tuple[int, ...]
    makeup_days: tuple[date, ...]
    holidays: tuple[Holiday, ...]
    holiday_ends: tuple[int, ...]
    years: Mapping[int, CalendarYear] = field(default_factory=dict)

    @classmethod
    def of(cls, years: Iterable[CalendarYear], statutory: Iterable[StatutoryDay] = ()) -> WorkCalendar:
        """Build from gazetted years, which must follow one another without a gap (the loader has checked), and from the days the
        law fixes for the years after them."""
        by_year = {y.year: y for y in sorted(years, key=lambda y: y.year)}
        names: dict[int, str] = {}
        makeup: set[int] = set()
        for year in by_year.values():
            makeup.update(d.toordinal() for d in year.makeup)
            for holiday in year.holidays:
                for day in range(holiday.first.toordinal(), holiday.last.toordinal() + 1):
                    names[day] = holiday.name
        unknown = max(by_year) + 1
        fixed = sorted(
            (h for day in statutory for h in day.in_years(unknown, unknown + _PROVISIONAL_YEARS - 1)),
            key=lambda holiday: holiday.first,
        )
        for holiday in fixed:
            for day in range(holiday.first.toordinal(), holiday.last.toordinal() + 1):
                names[day] = f"{names[day]}、{holiday.name}" if day in names else holiday.name
        first = date(min(by_year), 1, 1).toordinal()
        last = date(max(by_year), 12, 31).toordinal()
        horizon = date(max(by_year) + _PROVISIONAL_YEARS, 12, 31).toordinal()
        workdays = tuple(
            day
            for day in range(first, horizon + 1)
            if day in makeup or (day not in names and (day + 6) % 7 < 5)  # ordinal 1 was a Monday
        )
        holidays = tuple(holiday for year in by_year.values() for holiday in year.holidays) + tuple(fixed)
        ends = tuple(holiday.last.toordinal() for holiday in holidays)
        worked = tuple(sorted(makeup))
        worked_days = tuple(date.fromordinal(day) for day in worked)
        return cls(
            workdays,
            first,
            last,
            horizon,
            MappingProxyType(names),
            worked,
            worked_days,
            holidays,
            ends,
            MappingProxyType(by_year),
        )

    def _within(self, ordinal: int) -> None:
        if not self.first_known <= ordinal <= self.horizon:
            raise LawError(
                f"{date.fromordinal(ordinal)}不在工作日历范围内：日历自{date.fromordinal(self.first_known)}起至"
                f"{date.fromordinal(self.horizon)}止，请核对日期"
            )

    def is_workday(self, day: date) -> bool:
        ordinal = day.toordinal()
        self._within(ordinal)
        return self.workdays[bisect_left(self.workdays, ordinal)] == ordinal

    def next_workday(self, day: date) -> date:
        """The day itself when worked, else the first working day after it."""
        ordinal = day.toordinal()
        self._within(ordinal)
        return date.fromordinal(self.workdays[bisect_left(self.workdays, ordinal)])

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th working day after ``day``, which itself is not counted; a negative ``n`` counts backwards."""
        ordinal = day.toordinal()
        self._within(ordinal)
        if n == 0:
            return day
        at = (
            bisect_right(self.workdays, ordinal) + n - 1 if n > 0 else bisect_left(self.workdays, ordinal) + n
        )
        if not 0 <= at < len(self.workdays):
            raise LawError(f"自{day}起{n}个工作日超出工作日历范围，请核对日期")
        return date.fromordinal(self.workdays[at])

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` lies before ``start``."""
        first, last = start.toordinal(), end.toordinal()
        self._within(first)
        self._within(last)
        return bisect_right(self.workdays, last) - bisect_right(self.workdays, first)

    def is_provisional(self, day: date) -> bool:
        """Whether the day lies in a year whose arrangement has not been announced."""
        return day.toordinal() > self.last_known

    def rest_name(self, day: date) -> str:
        """Why a day is not worked: the holiday's name, 周六 or 周日; empty for a working day."""
        if self.is_workday(day):
            return ""
        return self.names.get(day.toordinal()) or ("周六" if day.weekday() == 5 else "周日")

    def changes_between(self, start: date, end: date) -> tuple[list[Holiday], tuple[date, ...]]:
        """What differs from plain weeks in ``(start, end]``: holidays, cut to that period, and weekend days worked in exchange."""
        low, high = start.toordinal(), end.toordinal()
        ends, makeup = self.holiday_ends, self.makeup
        first, last = bisect_right(ends, low), bisect_right(ends, high)
        found = list(self.holidays[first:last])
        if last < len(ends) and self.holidays[last].first <= end:
            found.append(Holiday(self.holidays[last].name, self.holidays[last].first, end))
        if found and found[0].first <= start:
            found[0] = Holiday(found[0].name, date.fromordinal(low + 1), found[0].last)
        worked = self.makeup_days[bisect_right(makeup, low) : bisect_right(makeup, high)]
        return found, worked

    def first_unknown_year(self) -> int:
        return date.fromordinal(self.last_known).year + 1

    def days(self, start: date, end: date) -> Iterable[tuple[date, bool]]:
        """Every day of ``[start, end]`` with whether it is worked; for calendars on screen."""
        day = start
        while day <= end:
            yield day, self.is_workday(day)
            day += timedelta(days=1)
