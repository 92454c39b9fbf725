"""Every number equals what plain Python makes of the same records, and equals the sum of its parts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decided import decided
from tests.examples import examples
from zhiheng.accounts.models import Unit
from zhiheng.cases.figures import DECISIONS
from zhiheng.cases.models import Case, Decision
from zhiheng.figures import selectors
from zhiheng.figures.registry import Scope, find, registered
from zhiheng.law import current_book

amounts = st.none() | st.integers(0, 10**12)
records = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(list(current_book().causes)),
        st.none() | st.dates(date(2023, 12, 25), date(2025, 1, 5)),
        amounts,
        amounts,
    ),
    max_size=25,
)

COLUMNS = {"val": 3, "fine": 4}
CAUSES = {
    "enf.tm": {"trademark_infringement"},
    "enf.fp": {"patent_counterfeiting"},
    "enf.gi": {"gi"},
    "enf.special": {"special_sign"},
    "enf.ip": set(current_book().kinds["penalty"].causes) - {"other"},
    "adj": {"patent_dispute"},
    "med.patent": set(current_book().kinds["mediation.patent"].causes) - {"open_licence"},
}


# Decisions drawn here are made by the unit's own power, and do not say what they decided.
NONE_OF_THESE = {"delegated", "agreed", "penaltyByType"}


def unit(code: str, parent: Unit | None = None) -> Unit:
    path = f"{parent.path if parent else '/'}{code}/"
    return Unit.objects.create(
        code=code, name=f"单位{code}", short_name=f"简称{code}", kind="office", parent=parent, path=path
    )


def by_brute_force(figure_id: str, kept: list[tuple]) -> tuple[Decimal, int]:
    subject, _, what = (figure_id, "", "") if figure_id in CAUSES else figure_id.rpartition(".")
    if what in NONE_OF_THESE:
        return Decimal(0), 0
    mine = [record for record in kept if record[1] in CAUSES[subject]]
    if what not in COLUMNS:
        return Decimal(len(mine)), len(mine)
    return Decimal(sum(record[COLUMNS[what]] or 0 for record in mine)) / 1_000_000, len(mine)


@pytest.fixture(autouse=True)
def units(request):
    """The office and two districts; examples of one test share them and start with no case."""
    if "django_db" not in request.keywords:
        return
    request.getfixturevalue("db")
    office = unit("500000")
    unit("500101", office)
    unit("500102", office)


def load(drawn: list[tuple]) -> list[Unit]:
    units = list(Unit.objects.order_by("code"))
    Decision.objects.all().delete()
    Case.objects.all().delete()
    made = Case.objects.bulk_create(
        Case(
            unit=units[at],
            cause=cause,
            title=f"案件{n}",
            party_name="某商行",
            party_type="individual_business",
            decided_on=day,
            case_value_fen=value,
            forfeit_fen=forfeit,
        )
        for n, (at, cause, day, value, forfeit) in enumerate(drawn)
    )
    decided(made)
    return units


@pytest.mark.django_db
@settings(max_examples=examples(60), deadline=None)
@given(records, st.integers(0, 2))
def test_a_figure_and_its_rows_equal_plain_counting(drawn, which):
    units = load(drawn)
    mine = units[which]
    seen = {0, 1, 2} if which == 0 else {which}
    kept = [r for r in drawn if r[0] in seen and r[2] and r[2].year == 2024]
    scope = selectors.year_of(mine, 2024)
    answered = selectors.compute(scope)
    assert list(answered) == [figure.id for figure in registered()]
    for figure in (f for f in registered() if f.of is DECISIONS):
        value, count = by_brute_force(figure.id, kept)
        told = None if figure.silent and not count else value
        assert (answered[figure.id].value, answered[figure.id].rows) == (told, count), figure.id
        opened = selectors.rows(figure, scope)
        assert opened.count() == count
        if column := figure.measure.column:
            assert sum(row[column] or 0 for row in opened.values()) == value * 1_000_000
            missing = sum(row[column] is None for row in opened.values())
            assert selectors.opened(figure, scope) == (answered[figure.id], [missing])


@pytest.mark.django_db
@settings(max_examples=examples(30), deadline=None)
@given(records, st.integers(0, 2), st.sampled_from(("month", "unit")))
def test_the_parts_of_a_breakdown_add_up_and_each_opens_its_own_rows(drawn, which, by):
    units = load(drawn)
    scope = selectors.year_of(units[which], 2024)
    answered = selectors.compute(scope)
    for figure in (find("enf.tm.n"), find("enf.ip.fine")):
        parts = selectors.breakdown(figure, scope, by)
        assert len(parts) == (12 if by == "month" else len(scope.unit_ids))
        assert sum(p.value.value for p in parts) == answered[figure.id].value
        assert sum(p.value.rows for p in parts) == answered[figure.id].rows
        for part in parts:
            alone = selectors.compute(part.scope, [figure])[figure.id]
            assert (alone.value, alone.rows) == (part.value.value, part.value.rows)
            assert selectors.rows(figure, part.scope).count() == part.value.rows


@given(st.dates(date(2019, 1, 1), date(2025, 12, 31)), st.integers(0, 800))
@settings(max_examples=examples(50))
def test_the_months_of_a_period_cover_it_without_gap_or_overlap(first, days):
    scope = Scope((1,), first, first + timedelta(days=days))
    months = list(scope.months())
    assert months[0].first == scope.first and months[-1].last == scope.last
    for before, after in pairwise(months):
        assert before.last + timedelta(days=1) == after.first
