"""Benchmarks: bands within a rule's range, the tightest scope first, faults of a file told with their mend."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.law import BookError, bands_of, benchmark_for, current_book
from zhiheng.law.loader import load_text
from zhiheng.law.penalties import surcharge

ON = date(2025, 3, 3)
LOCAL = """
title: 本地基准
scope: "500112"
instrument: 行政处罚法@2021-07-15
article: 34
confidence: secondary
source: 本地文件
rules: [TM-MUSTREG]
bands:
  - {degree: lighter, turnover: {at_most: 10000, or_none: true}, max: 3000}
  - {degree: normal, turnover: {above: 10000, below: 50000}, min: 3000, max: 7000}
  - {degree: heavier, turnover: {at_least: 50000}, turnover_percent: [14, 20]}
"""


def outcome(rule: str, turnover: int | None):
    return current_book().evaluate(rule, acted=ON, decided=ON, party="person", turnover=turnover)


@given(st.one_of(st.none(), st.integers(0, 10**10)))
def test_the_national_bands_cover_the_range_from_its_least_to_its_greatest_fine(turnover):
    found = outcome("TM-INF", turnover)
    bands = bands_of(benchmark_for(current_book().benchmark_versions, "TM-INF", ON), found, turnover)
    assert [band.title for band in bands] == ["从轻", "一般", "从重"] if found.applicable.max else not bands
    for fine in (found.applicable.min, found.applicable.max, found.applicable.max // 3):
        assert not bands or any(band.low - 1 <= fine <= band.high + 1 for band in bands)
    assert all(found.applicable.min <= band.low and band.high <= found.applicable.max for band in bands)


def test_a_fixed_fine_leaves_nothing_to_weigh():
    found = outcome("TM-WELLKNOWN", None)
    assert bands_of(benchmark_for(current_book().benchmark_versions, "TM-WELLKNOWN", ON), found, None) == ()


def test_an_offices_own_benchmark_wins_in_its_place_and_binds():
    local = load_text("benchmarks", LOCAL)
    versions = {**current_book().benchmark_versions, "local": (local,)}
    assert benchmark_for(versions, "TM-MUSTREG", date(2024, 6, 3), ("500112", "500000")) is local
    assert benchmark_for(versions, "TM-MUSTREG", date(2024, 6, 3), ("500103",)).scope == ""
    assert benchmark_for(versions, "TM-INF", date(2024, 6, 3), ("500112",)).scope == ""
    assert benchmark_for(versions, "TM-INF", date(2020, 6, 3)) is None
    assert local.binds and not benchmark_for(versions, "TM-INF", ON).binds


@pytest.mark.parametrize(
    ("turnover", "degree", "low", "high"),
    [
        (None, "lighter", 0, 3_000_00),
        (30_000_00, "normal", 3_000_00, 7_000_00),
        (100_000_00, "heavier", 14_000_00, 20_000_00),
    ],
)
def test_bands_may_go_by_the_turnover(turnover, degree, low, high):
    local = load_text("benchmarks", LOCAL)
    (only,) = bands_of(local, outcome("TM-MUSTREG", turnover), turnover)
    assert (only.band.degree, only.low, only.high) == (degree, low, high)
    assert only.holds(high) and not only.holds(high + 1)


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("max: 3000}", "max: 3000, from_percent: 0, to_percent: 30}", "只有一种起止"),
        ("max: 3000}", "}", "只有一种起止"),
        ("[14, 20]", "[14]", "比例的起止"),
        ("degree: lighter", "degree: mild", "mild"),
        ("TM-MUSTREG", "TM-NOTHING", "TM-NOTHING"),
        ("source: 本地文件\n", "", "source"),
    ],
)
def test_a_faulty_benchmark_is_refused_with_its_mend(was, becomes, words):
    with pytest.raises(BookError, match=words):
        load_text("benchmarks", LOCAL.replace(was, becomes, 1))


days = st.integers(1, 400).map(lambda n: date.fromordinal(date(2025, 1, 1).toordinal() + n))
parts = st.lists(st.tuples(days, st.integers(1, 10**7)), min_size=1, max_size=4)


@given(parts, parts, days, st.lists(st.tuples(days, days), max_size=2))
def test_payments_and_suits_only_lessen_the_surcharge_and_the_fine_caps_it(dues, paid, until, excluded):
    whole = sum(amount for _, amount in dues)
    full = surcharge(dues, until)
    less = surcharge(dues, until, paid=paid, excluded=excluded)
    assert 0 <= less <= full <= whole
    one = surcharge([(min(day for day, _ in dues), whole)], until)
    assert full <= one  # instalments are never worse than one early day


def test_each_instalment_is_late_for_itself():
    dues = [(date(2025, 6, 2), 4_000_00), (date(2025, 7, 1), 5_000_00)]
    assert surcharge(dues, date(2025, 6, 2)) == 0
    assert surcharge(dues, date(2025, 6, 3)) == 120_00
    assert surcharge(dues, date(2025, 7, 2)) == 3_600_00 + 150_00
    assert surcharge(dues, date(2025, 7, 2), paid=[(date(2025, 6, 2), 4_000_00)]) == 150_00
    assert surcharge(dues, date(2025, 7, 2), paid=[(date(2025, 6, 3), 4_000_00)]) == 120_00 + 150_00
