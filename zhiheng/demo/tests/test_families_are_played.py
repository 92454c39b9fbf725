"""Matters of every kind are in the demonstration, played through their procedures, and the year's figures open to them."""

from __future__ import annotations

import pytest

from zhiheng.accounts.models import Unit
from zhiheng.accounts.setting_up import create_units
from zhiheng.audit.verification import verify
from zhiheng.demo import families, loading
from zhiheng.demo.publicity import OFFICE
from zhiheng.demo.year import units as unit_rows
from zhiheng.enforcement.models import UnitLetter
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import find

pytestmark = pytest.mark.django_db
COUNTED = {
    "adj.handled": 1, "med.patent": 1, "med.patent.agreed": 1, "agt.supervised": 1, "agt.proposed": 1, "crim.ours": 1,
    "enf.between.assist": 1,
}  # fmt: skip


@pytest.fixture
def played(db):
    with loading.transaction.atomic():
        units = create_units(rows=map(loading._unit_row, unit_rows()), on=loading.BEGUN_ON)
        loading._people(units)
    return families.play(loading._cast(), loading.play_step)


def test_every_matter_stands_where_its_last_step_left_it_and_the_ledger_bears_it_out(played):
    states = [(record.kind, record.state) for record in played]
    assert states == [
        ("adjudication.patent", "served"), ("mediation.patent", "agreed"), ("mediation.patent", "noticed"),
        ("agency", "concluded"), ("penalty", "closed"),
    ]  # fmt: skip
    assert UnitLetter.objects.get(kind="assist").answered_on is not None
    assert not verify().faults


def test_the_figures_of_these_families_open_to_the_rows_they_count(played):
    office = figures.year_of(Unit.objects.get(code=OFFICE), 2025)
    found = figures.compute(office, [find(code) for code in COUNTED])
    assert {code: int(found[code].value or 0) for code in COUNTED} == COUNTED
    for code, number in COUNTED.items():
        assert figures.rows(find(code), office).count() == number, code
