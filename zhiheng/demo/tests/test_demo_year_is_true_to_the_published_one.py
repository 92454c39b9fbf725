"""The invented year adds up to the published totals for any seed, and breaks no law on the way."""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.cases.ledger import read_ledger, write_rejects
from zhiheng.demo.ledgers import write_sample_ledgers
from zhiheng.demo.year import YEAR, demonstration_year, units
from zhiheng.law import Event, current_book

TOTALS = {  # cases, value and fines with confiscations in fen
    "trademark_infringement": (610, 919_320_000, 485_990_000),
    "patent_counterfeiting": (99, 11_540_000, 8_540_000),
    "patent_dispute": (207, 0, 0),
}
RULES = {
    "trademark_infringement": "TM-INF",
    "patent_counterfeiting": "PAT-FAKE",
    "gi": "TM-INF",
    "special_sign": "SM-INF",
    "trademark_other": "TM-FALSEREG",
    "patent_agency": "AGENCY-UNLIC",
    "trademark_agency": "TM-AGENT",
}
END = dt.date(YEAR, 12, 31)


@pytest.fixture(scope="module")
def year():
    return demonstration_year(current_book())


@settings(max_examples=examples(12), deadline=None)
@given(st.integers(0, 2**31))
def test_the_totals_are_exact_and_every_fine_is_lawful_for_any_seed(seed):
    book, year = current_book(), demonstration_year(current_book(), seed=seed)
    for cause, total in TOTALS.items():
        cases = [case for case in year.closed if case.cause == cause]
        sums = (len(cases), sum(c.case_value_fen or 0 for c in cases), sum(c.forfeit_fen or 0 for c in cases))
        assert sums == total
    for case in year.closed:
        if case.fine_fen is None:
            continue
        party = "organisation" if case.party_type == "organisation" else "person"
        outcome = book.evaluate(RULES[case.cause], acted=case.filed_on, decided=case.decided_on, party=party,
                                turnover=case.turnover_fen, gains=case.gains_fen)  # fmt: skip
        assert outcome.contains(case.fine_fen), (case, outcome.words)
        assert case.forfeit_fen == case.fine_fen + (case.confiscated_gains_fen or 0)
        assert (case.confiscated_gains_fen or 0) <= (case.gains_fen or 0)


@settings(max_examples=examples(5), deadline=None)
@given(st.integers(0, 2**31))
def test_days_follow_each_other_and_decisions_fall_on_working_days(seed):
    book = current_book()
    for case in demonstration_year(book, seed=seed).closed:
        assert case.lead_on <= case.filed_on < case.decided_on <= case.served_on
        assert case.decided_on.year == YEAR and book.calendar.is_workday(case.decided_on)
        assert case.closed_on is None or case.served_on <= case.closed_on <= END or case.outcome != "penalty"
        if case.outcome == "penalty":
            assert 0 <= (case.published_on - case.decided_on).days <= 8
            assert case.extended == ((case.decided_on - case.filed_on).days > 90)


def test_the_year_looks_like_the_trade(year):
    trademark = [case for case in year.closed if case.cause == "trademark_infringement"]
    assert 0.2 < sum(case.extended for case in trademark) / 610 < 0.4
    assert 0.7 < Counter(case.party_type for case in trademark)["individual_business"] / 610 < 0.85
    assert 0.1 < sum(case.series > 0 for case in trademark) / 610 < 0.2
    assert 0.05 < sum(not case.value_computable for case in trademark) / 610 < 0.15
    quarters = Counter((case.decided_on.month - 1) // 3 for case in year.closed)
    assert quarters[0] < min(quarters[1], quarters[2], quarters[3])


def test_every_district_takes_part_and_no_number_or_party_occurs_twice(year):
    districts = {unit["code"] for unit in units() if unit["kind"] != "office"}
    assert len(districts) == 41
    assert {case.unit for case in year.closed} >= districts
    assert max(Counter(case.doc_no for case in year.closed).values()) == 1
    assert max(Counter(case.case_no for case in year.closed).values()) == 1
    assert max(Counter(case.party_name for case in year.closed).values()) == 1


def test_the_same_seed_gives_the_same_year_and_the_same_bytes(year, tmp_path):
    again = demonstration_year(current_book())
    assert again == year
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    for one, two in zip(
        write_sample_ledgers(tmp_path / "a", year), write_sample_ledgers(tmp_path / "b", again), strict=True
    ):
        assert one.path.read_bytes() == two.path.read_bytes()


def test_every_open_case_can_be_played_and_stands_where_it_says(year):
    """The law book itself takes the steps in order; what it asks for is there; late means that a clock has run out."""
    procedure = current_book().procedure("penalty.ordinary", dt.date(YEAR, 1, 1))
    states = Counter()
    for case in year.open:
        for step in case.steps:
            # What is left open is written from the kinds and amounts.
            asked = set(procedure.step(step.code).asks) - {"doc_no", "handlers", "proposed_penalty"}
            assert asked <= set(step.data), step
            assert current_book().calendar.is_workday(step.on) and step.on <= END
        run = procedure.replay([Event(step.on, step.code, step.data) for step in case.steps], END)
        overdue = [
            clock for clock in run.clocks.values() if clock.running and procedure.due(clock, run).due < END
        ]
        assert bool(overdue) == case.late, (case.unit, run.state, overdue)
        states[run.state] += 1
    assert len(year.open) == 60 and len(states) >= 10
    assert sum(case.late for case in year.open) >= 5


def test_playing_the_open_cases_leaves_the_published_figures_alone(year):
    for case in year.open:
        if any(step.code == "decide_penalty" for step in case.steps):
            assert case.cause not in TOTALS


def test_the_sample_ledgers_state_the_same_cases(year, tmp_path):
    names = {
        key: unit["code"] for unit in units() for key in (unit["name"], unit["short_name"], unit["code"])
    }
    for sample in write_sample_ledgers(tmp_path, year):
        ledger = read_ledger(sample.path, units=names)
        fatal = {(item.sheet, item.row) for item in sample.dirt if item.fatal}
        assert {(item.sheet, item.row) for item in ledger.rejected} == fatal
        assert len(ledger.rows) + len(fatal) == len(sample.cases)
        slipped = {(item.sheet, item.row) for item in sample.dirt if item.kind == "unit slip"}
        stated = {case.doc_no: case for case in sample.cases}
        for row in ledger.rows:
            case = stated[row.doc_no]
            fields = ["unit", "party_name", "cause", "filed_on", "decided_on"]
            if (row.source_sheet, row.source_row) not in slipped:
                fields += ["case_value_fen", "forfeit_fen"]
            assert [getattr(row, name) for name in fields] == [getattr(case, name) for name in fields]
        assert write_rejects(tmp_path / "退回.xlsx", ledger) == len(fatal)
