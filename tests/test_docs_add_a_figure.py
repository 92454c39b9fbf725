"""docs/add-a-figure.md, followed literally: its blocks are run, and each figure is what the page says it is."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.world import sign_in
from zhiheng.figures import registry, selectors
from zhiheng.outreach.models import Activity, EducationBase

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[1] / "docs" / "add-a-figure.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.S)


@pytest.fixture
def followed(monkeypatch):
    monkeypatch.setattr(registry, "_figures", dict(registry._figures))
    before = set(registry._figures)
    exec(compile("\n".join(BLOCKS), str(PAGE), "exec"), {})
    return [figure for id, figure in registry._figures.items() if id not in before]


def activity(unit, name, day, **given):
    return Activity.objects.create(unit=unit, name=name, kind="lecture", held_on=day, ended_on=day, **given)


@pytest.fixture
def records(world):
    a, b = world.a.unit, world.b.unit
    known = {"reach_rule": "signed"}
    activity(a, "一", date(2024, 3, 1), place="广场", audience="企业", reach=150, cost_fen=1_000_000, **known)
    activity(a, "二", date(2024, 5, 1), place="广场", audience="学生", reach=300, **known)
    activity(b, "三", date(2024, 5, 2), place="", audience="企业", reach=99, cost_fen=50, **known)
    activity(b, "四", date(2023, 5, 2), place="校园")
    base = {"kind": "school", "organ": "市局", "batch": 1, "address": ""}
    EducationBase.objects.create(unit=a, name="甲", named_on=date(2022, 1, 1), **base)
    EducationBase.objects.create(
        unit=a,
        name="乙",
        named_on=date(2024, 2, 1),
        withdrawn_on=date(2024, 9, 1),
        withdrawn_because="停办",
        **base,
    )


def test_the_page_shows_every_measure_and_each_counts_as_it_says(world, records, followed):
    scope = selectors.year_of(world.city.unit, 2024)
    answered = selectors.compute(scope, followed)
    assert {id: value.value for id, value in answered.items()} == {
        "doc.lectures": 1,
        "doc.reach": 549,
        "doc.cost": Decimal("1.00005"),
        "doc.places": 1,
        "doc.bases": 1,
        "doc.daily": Decimal("1.5"),
        "doc.share": Decimal("33.333333"),
        "doc.firsts": 0,
    }
    kinds = {figure.measure.kind for figure in followed}
    assert kinds == {"rows", "total", "money", "distinct", "ratio", "first"}
    assert any(figure.stock for figure in followed) and any(figure.per_day for figure in followed)


def test_their_pages_open_without_a_line_more(client, world, records, followed):
    sign_in(client, world.city.planner)
    for figure in followed:
        page = client.get(f"/reports/2024/figures/{figure.id}/")
        assert page.status_code == 200 and figure.counts in page.content.decode(), figure.id


def test_an_example_of_a_measure_is_at_most_six_lines():
    assert len(BLOCKS) == 10
    for block in BLOCKS[1:-1]:
        assert len(block.splitlines()) <= 6, block
