"""The work calendar agrees with the two maintained libraries, and arithmetic on it is consistent."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.law import LawError, current_book

CALENDAR = current_book().calendar
DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_day_of_a_gazetted_year_agrees_with_chinesecalendar(year):
    differing = [
        d
        for d, worked in CALENDAR.days(date(year, 1, 1), date(year, 12, 31))
        if worked != chinese_calendar.is_workday(d)
    ]
    assert differing == []


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_day_of_a_gazetted_year_agrees_with_holidays(year):
    library = holidays.country_holidays("CN", years=year)
    differing = [
        d
        for d, worked in CALENDAR.days(date(year, 1, 1), date(year, 12, 31))
        if worked != library.is_working_day(d)
    ]
    assert differing == []


def test_make_up_days_are_worked_and_named_rest_days_are_not():
    assert CALENDAR.is_workday(date(2025, 1, 26))
    assert CALENDAR.rest_name(date(2025, 1, 26)) == ""
    assert CALENDAR.rest_name(date(2025, 10, 6)) == "国庆节、中秋节"
    assert CALENDAR.rest_name(date(2025, 3, 8)) == "周六"


def test_a_year_without_a_notice_is_provisional_and_knows_weekends_and_the_days_the_law_fixes():
    assert not CALENDAR.is_provisional(date(2026, 12, 31))
    assert CALENDAR.is_provisional(date(2027, 1, 1))
    assert CALENDAR.rest_name(date(2027, 1, 1)) == "元旦"
    assert CALENDAR.next_workday(date(2027, 1, 1)) == date(2027, 1, 4)
    assert [CALENDAR.rest_name(date(2027, 10, d)) for d in (1, 4)] == ["国庆节", ""]
    assert [CALENDAR.is_workday(date(2027, 5, d)) for d in (1, 2, 3)] == [
        False,
        False,
        True,
    ]  # days of exchange come later


@pytest.mark.parametrize("year", range(2027, 2067))
def test_the_days_the_law_fixes_are_those_the_library_computes_for_each_year_to_come(year):
    library = holidays.country_holidays("CN", years=[year])
    fixed = {d for d, name in library.items() if d.year == year and "observed" not in name.lower()}
    named = {
        d
        for d, worked in CALENDAR.days(date(year, 1, 1), date(year, 12, 31))
        if not worked and CALENDAR.rest_name(d) not in ("周六", "周日")
    }
    assert named == fixed


@given(st.dates(date(2027, 1, 1), date(2060, 12, 31)))
def test_no_period_ends_on_a_day_the_law_fixes_as_a_holiday(day):
    end = CALENDAR.next_workday(day)
    assert CALENDAR.is_workday(end) and not CALENDAR.rest_name(end)


def test_a_day_before_the_first_calendar_is_refused_in_words():
    with pytest.raises(LawError, match="2018-12-31不在工作日历范围内"):
        CALENDAR.is_workday(date(2018, 12, 31))


@given(DAYS, st.integers(1, 200))
def test_adding_working_days_counts_exactly_that_many(day, n):
    end = CALENDAR.add_workdays(day, n)
    assert CALENDAR.is_workday(end)
    assert CALENDAR.workdays_between(day, end) == n


@given(DAYS, st.integers(1, 60))
def test_adding_working_days_equals_walking_day_by_day(day, n):
    walked, left = day, n
    while left:
        walked += timedelta(days=1)
        left -= CALENDAR.is_workday(walked)
    assert CALENDAR.add_workdays(day, n) == walked


@given(DAYS)
def test_the_next_working_day_is_the_day_itself_or_the_first_after_a_rest(day):
    following = CALENDAR.next_workday(day)
    assert CALENDAR.is_workday(following)
    assert not any(worked for _, worked in CALENDAR.days(day, following - timedelta(days=1)))


@given(st.dates(date(2019, 6, 1), date(2026, 12, 31)), st.integers(1, 60))
def test_counting_back_undoes_counting_forward_from_a_working_day(day, n):
    day = CALENDAR.next_workday(day)
    assert CALENDAR.add_workdays(CALENDAR.add_workdays(day, n), -n) == day
