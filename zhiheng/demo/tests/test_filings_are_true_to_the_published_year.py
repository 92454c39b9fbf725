"""The lists of the demonstration year: 1,408 invented applications, worked by the system's own doors, and borne out by reconciliation."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction

from zhiheng.accounts.setting_up import create_units
from zhiheng.audit.verification import verify
from zhiheng.demo import filing_loading, loading
from zhiheng.demo.filings import HEADINGS, as_file, lists
from zhiheng.demo.year import YEAR, units
from zhiheng.figures.registry import find
from zhiheng.figures.selectors import compute, year_of
from zhiheng.reports.reconciliation import hold
from zhiheng.screening.models import Application, ApplicationAct, Group, ReceivedList, Run

PUBLISHED = 1408
SAID = f"重庆市知识产权局{YEAR}年法治建设情况\n查办国家知识产权局移送的非正常专利申请{PUBLISHED}件。\n"


def test_the_lists_are_as_many_as_published_and_the_same_every_time():
    assert sum(len(one.rows) for one in lists()) == PUBLISHED
    assert {one.form for one in lists()} == {"xlsx", "csv", "json"}
    numbers = [
        row[HEADINGS.index("申请号")].removeprefix("CN").replace(".", "")
        for one in lists()
        for row in one.rows
    ]
    assert len(set(numbers)) == PUBLISHED
    first = [as_file(one) for one in lists()]
    lists.cache_clear()
    assert [as_file(one) for one in lists()] == first


@pytest.fixture
def loaded(db):
    with transaction.atomic():
        made = create_units(rows=map(loading._unit_row, units()), on=loading.BEGUN_ON)
        loading._people(made)
    filing_loading.load_filings(loading._cast(), lambda text: None)
    return made["500000"]


def test_the_year_s_lists_are_worked_and_borne_out(loaded):
    assert ReceivedList.objects.count() == len(lists()) and Application.objects.count() == PUBLISHED
    found = compute(year_of(loaded, YEAR), [find("abn.patent")])
    assert [value.value for value in found.values()] == [PUBLISHED]
    held = hold(loaded, SAID, YEAR)
    matching = [item for item in held.items if item.claim.indicator == find("abn.patent").title]
    assert [item.status for item in matching] == ["matches"]
    # Every planted frame is found again, strangers stay out.
    for run in Run.objects.all():
        kinds = Counter(kind for group in Group.objects.filter(run=run, size__gte=10) for kind in group.kinds)
        assert kinds["句式"] and kinds["文字"]
        assert Application.objects.filter(received=run.received, groups=0).count() > run.documents / 3
    # No opinion was signed by one person alone, none says what only the national office says.
    said = ApplicationAct.objects.filter(act="opine").values_list("data", flat=True)
    assert len(said) > 1000 and not [data for data in said if "认定" in data["text"]]
    assert not [
        one for one in Application.objects.exclude(agreed_by=None) if one.agreed_by_id == one.opined_by_id
    ]
    assert verify().ok, verify().faults
