"""The years around the published one are invented, lawful, and come to totals of their own; what 2024 has beside is entered like any other record."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.accounts.setting_up import create_units
from zhiheng.audit.verification import verify
from zhiheng.demo import around, loading
from zhiheng.demo.entering import enter
from zhiheng.demo.plan_loading import keep_last_years_measures, load_plans
from zhiheng.demo.year import YEAR, YEARS, causes_of, demonstration_year
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of
from zhiheng.law import current_book
from zhiheng.plans.models import Problem, Task

AROUND = tuple(year for year in YEARS if year != YEAR)
RULES = {"trademark_infringement": "TM-INF", "patent_counterfeiting": "PAT-FAKE"}


@settings(max_examples=examples(4), deadline=None)
@given(st.sampled_from(AROUND), st.integers(0, 2**31))
def test_the_totals_of_each_year_are_exact_and_every_fine_is_lawful(number, seed):
    book = current_book()
    year = demonstration_year(book, year=number, seed=seed)
    for cause, told in causes_of(number).items():
        cases = [case for case in year.closed if case.cause == cause]
        assert len(cases) == told["cases"]
        if "value" in told:
            assert sum(case.case_value_fen or 0 for case in cases) == told["value"] * 100
            assert sum(case.forfeit_fen for case in cases) == told["forfeit"] * 100
    for case in year.closed:
        assert case.decided_on.year == number and book.calendar.is_workday(case.decided_on)
        if rule := RULES.get(case.cause):
            party = "organisation" if case.party_type == "organisation" else "person"
            outcome = book.evaluate(rule, acted=case.filed_on, decided=case.decided_on, party=party,
                                    turnover=case.turnover_fen, gains=case.gains_fen)  # fmt: skip
            assert outcome.contains(case.fine_fen), (case, outcome.words)


def test_no_two_years_are_alike_and_nobody_bears_the_number_of_another():
    years = {number: demonstration_year(current_book(), year=number) for number in YEARS}
    for cause in RULES:
        assert len({causes_of(number)[cause]["value"] for number in YEARS}) == len(YEARS)
    numbers = [(c, one) for year in years.values() for one in year.closed for c in (one.doc_no, one.case_no)]
    assert len({number for number, _ in numbers}) == len(numbers)
    numbers = [case.doc_no for year in years.values() for case in year.closed]
    assert len(set(numbers)) == len(numbers)
    codes = [c.party_id for y in years.values() for c in y.closed if c.party_type != "person"]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("year", YEARS)
def test_the_other_records_are_the_same_at_every_call_and_name_what_they_are_below(year):
    entries = around.of_year(year)
    assert entries == around.of_year(year) and len(entries) > 15
    keys: set[str] = set()
    for one in entries:
        assert not one.parent or one.parent in keys, one
        keys |= {one.key} - {""}


@pytest.fixture
def office(db):
    units = create_units(rows=map(loading._unit_row, loading.unit_rows()), on=loading.BEGUN_ON)
    loading._people(units)
    return units


@pytest.mark.slow
def test_entered_by_the_acts_people_take_the_years_come_to_their_totals_and_measures_are_kept(office):
    cast = loading._cast()
    for number in YEARS:
        if number == YEAR:
            load_plans(cast, office, lambda text: None)
        assert enter(around.of_year(number), cast, office) > 15
    keep_last_years_measures(cast[around.OFFICE]["planner"])
    values = {}
    for number in YEARS:
        wanted = (
            "pub.reach",
            "pub.visit",
            "pub.base",
            "doc.norm",
            "doc.tasks",
            "enf.actions",
            "trn.study",
            "gi.total",
            "ovs.case",
            "enf.supervised",
        )
        found = compute(year_of(office[around.OFFICE], number), [figure(one) for one in wanted])
        values[number] = {one: value.value for one, value in found.items()}
    for number in AROUND:
        told, came = around.totals(number), values[number]
        assert came["pub.reach"] == told["reach"]
        assert round(came["pub.visit"]) == round(told["visitors"] / told["open_days"])
        assert (came["pub.base"] or 0) == told["bases"]
    # Tasks of the plan and what was taken over from the year before.
    assert values[2023]["doc.tasks"] == around.totals(2023)["tasks"]
    assert (
        values[2025]["doc.tasks"] == around.totals(2025)["tasks"] + Problem.objects.filter(year=YEAR).count()
    )
    assert values[YEAR]["doc.tasks"] == 24
    assert values[2023]["gi.total"] < values[YEAR]["gi.total"] < values[2025]["gi.total"]
    assert {values[number]["trn.study"] for number in YEARS} == {5} and values[YEAR]["ovs.case"] == 3
    kept = compute(
        year_of(office[around.OFFICE], 2025), [figure("plan.tasks.kept"), figure("plan.tasks.kept.done")]
    )
    assert [value.value for value in kept.values()] == [4, 3]
    assert Problem.objects.filter(year=YEAR, closed_on__isnull=False).count() == 3
    assert set(Task.objects.exclude(problem="").values_list("aspect__plan__year", flat=True)) == {2025}
    assert verify().ok, verify().faults
