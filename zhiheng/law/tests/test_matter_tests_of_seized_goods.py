"""Testing of seized goods: only the seizure of the goods tested stands still, and no longer than the party was told (行政强制法 25(3))."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.law import Event, current_book

ORDINARY = current_book().procedure("penalty.ordinary", date(2025, 3, 3))
FILED = date(2025, 3, 6)
DAYS = st.integers(0, 20)


def run_to(*events):
    begin = [
        Event(date(2025, 3, 3), "register_lead", {"received_on": date(2025, 3, 3)}),
        Event(date(2025, 3, 4), "start_verification"),
        Event(FILED, "file_case"),
    ]
    return ORDINARY.replay([*begin, *events])


def due(run, key):
    return ORDINARY.due(run.clocks[key], run).due


def day(offset):
    return FILED + timedelta(offset)


def after_a_test(first, second, begun, told, ended, ref="seize#2", again=None):
    """Two seizures, a test that begins, is told to end, was perhaps told to go on, and ends; each so many days after the one before."""
    start = first + second + begun
    events = [
        Event(day(first), "seize"),
        Event(day(first + second), "seize"),
        Event(
            day(start), "start_testing", {"tests_seized": True, "test_expected_on": day(start + told)}, ref
        ),
    ]
    if again is not None:
        later, longer = again
        events.append(
            Event(day(start + later), "extend_testing", {"test_expected_on": day(start + later + longer)})
        )
        ended = max(ended, later)
    return run_to(*events, Event(day(start + ended), "end_testing"))


def thirtieth(opened, left_out):
    """The thirtieth day after a seizure that is not left out, counted one by one."""
    at = opened
    for _ in range(30):
        at += 1
        while at in left_out:
            at += 1
    return day(at)


@settings(max_examples=examples(60), deadline=None)
@given(DAYS, DAYS, DAYS, DAYS, st.integers(0, 60))
def test_only_the_tested_seizure_stands_still_and_no_longer_than_was_told(first, second, begun, told, ended):
    run = after_a_test(first, second, begun, told, ended)
    start = first + second + begun
    assert due(run, "seize") == day(first + 30)
    assert due(run, "seize#2") == thirtieth(first + second, set(range(start, start + min(ended, told + 1))))
    # 程序规定 64 leaves the whole time of the test out of the time for the case, told or not.
    whole = len(set(range(start, start + ended)) - {0})
    assert due(run, "case") == ORDINARY.calendar.next_workday(FILED + timedelta(90 + whole))


@settings(max_examples=examples(60), deadline=None)
@given(DAYS, DAYS, DAYS, DAYS, st.integers(0, 60), st.tuples(st.integers(0, 20), DAYS))
def test_what_was_told_anew_is_left_out_as_well_and_nothing_between(first, second, begun, told, ended, again):
    run = after_a_test(first, second, begun, told, ended, again=again)
    (later, longer), start = again, first + second + begun
    stop = start + max(ended, later)
    out = set(range(start, min(stop, start + told + 1)))
    out |= set(range(start + later, min(stop, start + later + longer + 1)))
    assert due(run, "seize#2") == thirtieth(first + second, out)
    assert due(run, "seize") == day(first + 30)


@settings(max_examples=examples(30), deadline=None)
@given(DAYS, DAYS, DAYS, DAYS, st.integers(0, 60))
def test_a_test_of_goods_of_every_seizure_leaves_its_time_out_of_each(first, second, begun, told, ended):
    run = after_a_test(first, second, begun, told, ended, ref="")
    start = first + second + begun
    out = set(range(start, start + min(ended, told + 1)))
    assert due(run, "seize") == thirtieth(first, out)
    assert due(run, "seize#2") == thirtieth(first + second, out)
