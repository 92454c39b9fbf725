"""Due days: an independent day-by-day count agrees, and the reasons name what moved the date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.law import Extension, LawError, Length, Pause, colour_limits, current_book, due, standing, sweep

BOOK = current_book()
CALENDAR = BOOK.calendar
ORDINARY = BOOK.procedure("penalty.ordinary", date(2025, 3, 3))
CASE, VERIFY, SEIZE = (ORDINARY.clock(c) for c in ("case", "verify", "seize"))
STARTS = st.dates(date(2019, 1, 1), date(2025, 12, 31))


@st.composite
def paused_starts(draw):
    """A start and up to four ended pauses around it, overlapping as they like."""
    start = draw(STARTS)
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start + timedelta(days=draw(st.integers(-10, 120)))
        pauses.append(Pause("testing", begin, begin + timedelta(days=draw(st.integers(0, 40)))))
    return start, pauses


def counted_by_hand(start, number, pauses, *, workdays):
    """The plainest reading of the rule: walk the days, skip those inside a pause, count the rest."""
    day = start
    while number:
        day += timedelta(days=1)
        paused = any(p.start <= day < p.end for p in pauses)
        if not paused and (not workdays or CALENDAR.is_workday(day)):
            number -= 1
    return day


@given(paused_starts())
def test_calendar_days_agree_with_counting_by_hand(case):
    start, pauses = case
    result = due(CASE, start, CALENDAR, pauses)
    raw = counted_by_hand(start, 90, pauses, workdays=False)
    assert result.raw == raw
    assert result.due == CALENDAR.next_workday(raw)


@given(paused_starts())
def test_working_days_agree_with_counting_by_hand(case):
    start, pauses = case
    assert due(VERIFY, start, CALENDAR, pauses).due == counted_by_hand(start, 15, pauses, workdays=True)


@given(paused_starts(), st.integers(1, 60))
def test_an_extension_adds_to_the_end_before_rolling(case, days):
    start, pauses = case
    result = due(CASE, start, CALENDAR, pauses, [Extension(Length(days, "日"))])
    assert result.raw == counted_by_hand(start, 90 + days, pauses, workdays=False)


@given(paused_starts(), st.integers(0, 50))
def test_an_open_pause_stands_still_exactly_when_the_end_is_not_reached_before_it(case, after):
    start, pauses = case
    opened = start + timedelta(days=after)
    ended = due(CASE, start, CALENDAR, pauses)
    result = due(CASE, start, CALENDAR, [*pauses, Pause("suspension", opened)])
    if ended.raw < opened:
        assert result.due == ended.due
    else:
        counted = sum(
            not any(p.start <= start + timedelta(days=n) < p.end for p in pauses)
            for n in range(1, (opened - start).days)
        )
        assert result.standing and result.left == 90 - counted
        assert "暂停计算" in "".join(map(str, result.trace))


@given(paused_starts())
def test_reasons_can_always_be_given_and_end_with_the_due_day(case):
    start, pauses = case
    result = due(CASE, start, CALENDAR, pauses)
    words = [str(line) for line in result.trace]
    assert words[-1].startswith(str(result.due))
    assert all(words)
    assert (result.due != result.raw) == any("顺延" in w for w in words)


def test_pauses_longer_than_the_limit_still_count_once_each():
    pauses = [
        Pause("testing", date(2025, 3, 4), date(2025, 9, 1)),
        Pause("hearing", date(2025, 3, 4), date(2025, 9, 1)),
    ]
    assert due(CASE, date(2025, 3, 3), CALENDAR, pauses).raw == date(2025, 9, 1) + timedelta(days=89)


def test_a_pause_reason_the_article_does_not_list_is_refused_with_the_article():
    with pytest.raises(
        LawError, match=r"“查封扣押”期限只扣除“检测、检验、检疫、鉴定”的时间（程序规定38、行政强制法25）"
    ):
        due(SEIZE, date(2025, 3, 3), CALENDAR, [Pause("hearing", date(2025, 3, 4), date(2025, 3, 5))])


def test_an_extension_in_another_unit_is_refused():
    with pytest.raises(LawError, match="以工作日计算，不能按日延长"):
        due(VERIFY, date(2025, 3, 3), CALENDAR, extensions=[Extension(Length(5, "日"))])


def test_a_deferred_payment_ends_on_the_granted_day_rolled_over_a_weekend():
    pay = ORDINARY.clock("pay")
    result = due(
        pay,
        date(2025, 3, 3),
        CALENDAR,
        extensions=[Extension(until=date(2025, 6, 28), title="准予延期、分期缴纳")],
    )
    assert result.due == date(2025, 6, 30)
    assert "期限改至2025-06-28" in "".join(map(str, result.trace))


def test_a_clock_set_by_the_order_needs_its_day():
    correction = ORDINARY.clock("correction")
    with pytest.raises(LawError, match="期限由文书确定"):
        due(correction, date(2025, 3, 3), CALENDAR)
    assert due(correction, date(2025, 3, 3), CALENDAR, due_set=date(2025, 3, 20)).due == date(2025, 3, 20)


def test_the_end_of_january_plus_one_month_is_the_end_of_february():
    court = ORDINARY.clock("court")
    assert due(court, date(2025, 11, 30), CALENDAR).raw == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("due_on", "colour", "text"),
    [
        (date(2025, 3, 7), "red", "超期3个工作日"),
        (date(2025, 3, 12), "amber", "今天到期"),
        (date(2025, 3, 14), "amber", "剩2个工作日"),
        (date(2025, 3, 17), "amber", "剩3个工作日"),
        (date(2025, 3, 18), "green", "剩4个工作日"),
        (None, "grey", "暂停计算"),
    ],
)
def test_a_due_day_shows_its_colour_with_words(due_on, colour, text):
    seen = standing(due_on, date(2025, 3, 12), CALENDAR)
    assert (seen.colour, seen.text) == (colour, text)


@given(
    st.lists(st.none() | st.dates(date(2024, 1, 1), date(2026, 6, 1))),
    st.dates(date(2024, 6, 1), date(2026, 1, 1)),
)
def test_the_sweep_gives_every_due_day_the_colour_its_page_shows(dues, on):
    assert sweep(dues, on, CALENDAR) == [standing(d, on, CALENDAR).colour for d in dues]


@given(st.dates(date(2024, 1, 1), date(2026, 1, 1)))
def test_the_colour_limits_agree_with_single_days(on):
    red_before, amber_until = colour_limits(on, CALENDAR)
    assert standing(red_before - timedelta(days=1), on, CALENDAR).colour == "red"
    assert standing(amber_until, on, CALENDAR).colour == "amber"
    assert standing(amber_until + timedelta(days=1), on, CALENDAR).colour == "green"
