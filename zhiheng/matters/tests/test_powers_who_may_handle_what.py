"""Which unit may handle which matter, from which day, on which document; outside competence it is refused with the competent unit named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.casework import Worker
from tests.world import make_unit
from zhiheng.accounts.models import Unit, UnitKind
from zhiheng.cases.models import Decision
from zhiheng.enforcement.models import Delegation
from zhiheng.law import UNIT_KINDS, LawError, current_book, load_book
from zhiheng.matters.powers import power_over
from zhiheng.matters.tests.books import PACKAGED, write

pytestmark = pytest.mark.django_db

DISPUTE, CHECK, TRADEMARK = "patent_dispute", "patent_agency_check", "trademark_infringement"
ON = date(2025, 3, 3)


@pytest.fixture
def county(world) -> Unit:
    return make_unit("500229", "示例县知识产权局", "示例县", world.city.unit, kind=UnitKind.COUNTY)


def delegate(unit: Unit, cause: str, since: date, **given) -> Delegation:
    return Delegation.objects.create(
        unit=unit, item=f"{cause}权限", cause=cause, delegated_on=since, basis="渝知发〔2025〕1号", **given
    )


def test_the_book_and_the_units_know_the_same_kinds_of_units():
    assert set(UNIT_KINDS) == set(UnitKind.values)


def test_what_the_law_gives_to_every_unit_needs_no_document(county):
    assert power_over(county, TRADEMARK, ON).own


def test_the_law_gives_disputes_to_the_office_and_the_districts(world, county):
    for unit in (world.city.unit, world.a.unit):
        held = power_over(unit, DISPUTE, ON)
        assert held.held and held.own and "细则" in held.basis
    refused = power_over(county, DISPUTE, ON)
    assert not refused.held and refused.who == world.city.unit.name
    assert "没有下放到该单位的有效文件" in refused.why


@pytest.mark.parametrize(("days", "held"), [(-1, False), (0, True), (1, True)])
def test_a_delegated_power_is_held_from_the_day_it_was_delegated(county, days, held):
    delegate(county, DISPUTE, ON)
    found = power_over(county, DISPUTE, ON + timedelta(days))
    assert found.held is held and not found.own
    assert (found.basis == "渝知发〔2025〕1号") is held


@pytest.mark.parametrize(("days", "held"), [(-1, True), (0, False), (1, False)])
def test_a_power_taken_back_is_not_held_from_that_day_on(county, days, held):
    delegate(county, DISPUTE, ON - timedelta(90), withdrawn_on=ON)
    assert power_over(county, DISPUTE, ON + timedelta(days)).held is held


def test_a_power_over_one_cause_is_none_over_another_and_a_voided_row_gives_none(county):
    delegate(county, "patent_title", ON)
    voided = delegate(county, DISPUTE, ON)
    assert not power_over(county, "application_title", ON).held
    voided.voided_on, voided.voided_because = ON, "登记错误"
    voided.save()
    assert not power_over(county, DISPUTE, ON).held


def test_what_the_law_leaves_to_the_province_cannot_be_delegated(world):
    delegate(world.a.unit, CHECK, ON)
    refused = power_over(world.a.unit, CHECK, ON)
    assert not refused.held and refused.who == world.city.unit.name and "不能下放" in refused.why
    assert power_over(world.city.unit, CHECK, ON).own


def test_a_decision_keeps_by_which_power_it_was_made(world):
    """What was delegated before counts as delegated; what was delegated afterwards changes nothing."""
    own = Worker(world.a).to_decided()
    delegate(world.a.unit, TRADEMARK, date(2020, 1, 1))
    given = Worker(world.a).to_decided()
    assert Decision.objects.get(case=own.case).power == "own"
    assert Decision.objects.get(case=given.case).power == "delegated"


def test_a_cause_may_name_no_unknown_kind_of_unit(tmp_path):
    held = "{units: [village], title: 村, article: 专利法实施细则@2024-01-20 95}"
    files = {
        "causes.yaml": f"some_cause: {{title: 某案由, rules: [], no_rules: 无, no_seizure: 无, held_by: {held}}}\n"
    }
    with pytest.raises(LawError, match="没有这一类单位“village”"):
        load_book([PACKAGED, write(tmp_path, files)])


def test_every_cause_that_is_held_names_an_article():
    held = [cause for cause in current_book().causes.values() if cause.held_by]
    assert held and all(cause.held_by.article and cause.held_by.title for cause in held)
