"""Who sees which rows: those of one's own unit and of all below it, and nobody else's, whatever roots there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import make_person, make_unit
from zhiheng.accounts.models import Person, Unit
from zhiheng.cases.models import Case, LedgerImport

pytestmark = pytest.mark.django_db


def seen_by(person) -> set[str]:
    fresh = Person.objects.get(pk=person.pk)
    return {case.unit.code for case in Case.objects.visible_to(fresh).select_related("unit")}


def case_of(unit) -> None:
    Case.objects.create(
        unit=unit, cause="other", title="案件", party_name="某商行", party_type="organisation"
    )


def test_a_root_sees_its_own_tree_only(world):
    other = make_unit("510000", "外省局", "外省局", None)
    below = make_unit("510104", "外省区局", "外省区局", other)
    stranger = make_person(other, "wai-chengban", "卫外省")
    for unit in (world.city.unit, world.a.unit, world.b.unit, other, below):
        case_of(unit)
    assert seen_by(world.city.planner) == {"500000", "500112", "500103"}
    assert seen_by(stranger) == {"510000", "510104"}
    assert seen_by(world.a.handler) == {"500112"}


def test_whoever_sees_every_unit_is_not_asked_for_each_rows(world):
    case_of(world.a.unit)
    office = Person.objects.get(pk=world.city.planner.pk)
    assert len(office.unit_ids) == Unit.objects.count()
    with CaptureQueriesContext(connection) as queries:
        assert list(Case.objects.visible_to(office).values_list("unit__code", flat=True)) == ["500112"]
        list(LedgerImport.objects.visible_to(office))
    assert not any("WHERE" in query["sql"] for query in queries if "cases_" in query["sql"])
