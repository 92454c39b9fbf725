"""A statement filled in with other days and units answers as one put together for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.decided import decided
from tests.examples import examples
from zhiheng.cases.models import Case
from zhiheng.figures import selectors, statements
from zhiheng.figures.registry import Figure, Scope, registered

FIRST = date(2022, 1, 1)


@pytest.fixture
def units(world):
    units = [world.city.unit, world.a.unit, world.b.unit]
    causes = ("trademark_infringement", "patent_counterfeiting", "gi")
    made = Case.objects.bulk_create(
        Case(
            unit=units[n % 3],
            cause=causes[n % 2 + (n % 5 == 0)],
            title=f"第{n}案",
            party_name="某商行",
            party_type="individual_business",
            decided_on=FIRST + timedelta(days=19 * n),
            case_value_fen=None if n % 7 == 0 else 1000 * n,
            forfeit_fen=n,
        )
        for n in range(1, 60)
    )
    decided(made)
    return units


def told(scope: Scope, figures: Sequence[Figure]) -> list:
    answers = list(selectors.compute(scope).values())
    for figure in figures:
        answers += [one for by in figure.by for one in selectors.breakdown(figure, scope, by)]
        answers.append(selectors.opened(figure, scope))
    return answers


def test_every_figure_over_any_scope_answers_as_if_asked_for_the_first_time(units):
    ids = [unit.pk for unit in units]

    @settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        chosen=st.lists(st.sampled_from(ids), min_size=1, unique=True),
        first=st.integers(0, 900),
        length=st.integers(0, 500),
        on=st.none() | st.integers(-100, 1500),
        whole=st.booleans(),
        figure=st.sampled_from(registered()),
    )
    def holds(chosen, first, length, on, whole, figure):
        begin = FIRST + timedelta(days=first)
        scope = Scope(
            tuple(ids if whole else chosen),
            begin,
            begin + timedelta(days=length),
            whole=whole,
            on=None if on is None else FIRST + timedelta(days=on),
        )
        filled_in = told(scope, [figure])
        statements._kept.clear()
        assert filled_in == told(scope, [figure])

    holds()


def test_a_second_question_of_the_same_shape_puts_nothing_together(units, monkeypatch):
    told(selectors.year_of(units[0], 2023), registered()[:3])

    def fail(*args):
        raise AssertionError("a statement was put together again")

    monkeypatch.setattr(statements, "_prepared", fail)
    before = told(selectors.year_of(units[0], 2023), registered()[:3])
    monkeypatch.setattr(statements, "_prepared", lambda *args: None)
    statements._kept.clear()
    assert before == told(selectors.year_of(units[0], 2023), registered()[:3])


def test_what_cannot_be_told_apart_is_put_together_each_time(units, monkeypatch):
    """A statement in which a day of the scope is written otherwise than as it is."""
    monkeypatch.setattr(statements, "_filled", lambda parameters, values: ["other"])
    statements._kept.clear()
    assert selectors.compute(selectors.year_of(units[0], 2023))
    assert not statements._kept


def test_no_more_statements_are_kept_than_said(units, monkeypatch):
    monkeypatch.setattr(statements, "_STATEMENTS", 3)
    statements._kept.clear()
    for figure in registered()[:6]:
        selectors.breakdown(figure, selectors.year_of(units[0], 2023), "month")
    assert len(statements._kept) == 3
