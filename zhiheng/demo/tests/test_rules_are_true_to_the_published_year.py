"""The rules of the demonstration year come to the published numbers, loaded by the system's own doors."""

import pytest
from django.db import transaction

from zhiheng.accounts.setting_up import create_units
from zhiheng.demo import loading
from zhiheng.demo.publicity import OFFICE
from zhiheng.figures.registry import find
from zhiheng.figures.selectors import compute, year_of
from zhiheng.rulemaking.models import CommentGroup

PUBLISHED = {
    "doc.norm": 6,
    "doc.procTypes": 3,
    "doc.forms": 84,
    "leg.support": 2,
    "leg.bills": 3,
    "rev.files": 17,
    "rev.cases": 7,
}


@pytest.mark.django_db
def test_the_year_comes_to_the_published_numbers():
    with transaction.atomic():
        units = create_units(rows=map(loading._unit_row, loading.unit_rows()), on=loading.LOADED_ON)
        loading._people(units)
    loading._rules(lambda text: None)
    found = compute(year_of(units[OFFICE], 2024), [find(code) for code in PUBLISHED])
    assert {code: value.value for code, value in found.items()} == PUBLISHED
    assert CommentGroup.objects.count() == 4  # near-equal comments are one
