"""Each mark of the overview is a number whose link opens the very rows; districts stand on the map under their names."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.decided import decided
from tests.world import sign_in
from zhiheng.accounts.models import Unit
from zhiheng.cases import overview as cases
from zhiheng.cases.models import Case
from zhiheng.reports import overview
from zhiheng.reports.periods import Period
from zhiheng.ui import assets

pytestmark = pytest.mark.django_db
ON = date(2025, 1, 20)
YEAR = Period(2024)


def case(unit, number, **more):
    given = {"party_name": "某商行", "party_type": "individual_business", "cause": "trademark_infringement"}
    return Case.objects.create(unit=unit, title=f"第{number}案", **{**given, **more})


@pytest.fixture
def year(world):
    """Three decided cases of two units with the days of their stages, and open ones of every age."""
    made = [
        case(
            unit, n, lead_on=day - timedelta(40), filed_on=day - timedelta(30), decided_on=day,
            served_on=day + timedelta(n), forfeit_fen=n * 100,
        )
        for n, (unit, day) in enumerate(
            [(world.a.unit, date(2024, 3, 5)), (world.a.unit, date(2024, 9, 9)), (world.b.unit, date(2024, 9, 2))], 1
        )
    ]  # fmt: skip
    decided(made)
    for n, days in enumerate((0, 30, 31, 60, 61, 90, 91, 180, 181, 365, 366, 900), 10):
        case(world.a.unit, n, filed_on=ON - timedelta(days))
    return made


def drawn(actor, mapped="enf.tm.n"):
    return {chart.key: chart for chart in overview.page(actor, YEAR, ON, mapped)["charts"]}


def test_ages_part_the_open_cases_without_gap_or_overlap(world, year):
    ages = cases.ageing(world.city.planner, ON)
    assert [one.cases for one in ages] == [2, 2, 2, 2, 2, 2]
    assert all(a.first - b.last == timedelta(1) for a, b in pairwise(ages))


def test_a_stage_takes_the_median_of_the_cases_that_have_both_days(world, year):
    found = cases.stages(world.city.planner, YEAR.first, YEAR.last, ON)
    assert [(one.days, one.cases) for one in found] == [(10, 3), (30, 3), (2, 3), (None, 0)]


def test_every_mark_opens_as_many_rows_as_it_says(world, year, client, monkeypatch):
    sign_in(client, world.city.planner)
    charts = drawn(world.city.planner)
    assert {"trend", "kinds", "districts", "ageing", "stages", "plans"} == charts.keys()
    checked = 0
    for key in ("trend", "kinds", "districts", "ageing"):
        chart = charts[key]
        for place, link in enumerate(chart.links):
            if chart.series[-1].values[place] is None:
                continue  # nobody recorded any
            page, value = client.get(link).content.decode(), int(chart.series[-1].values[place])
            if "/figures/" in link:
                narrowed = re.search(r'id="narrowed-value">([\d,]+)<', page)
                told = narrowed or re.search(r'id="figure-value">([\d,]+)<', page)
            else:
                told = re.search(r"共\s*<?b?>?\s*([\d,]+)", page)
            assert told and int(told[1].replace(",", "")) == value, (key, link)
            checked += value > 0
    assert checked > 10


def test_the_page_is_drawn_for_the_office_a_district_and_who_runs_the_system(world, year, client):
    for person in (world.city.planner, world.a.leader, world.city.admin):
        sign_in(client, person)
        answer = client.get("/reports/2024/overview/?figure=enf.fp.n")
        assert answer.status_code == 200 and "在办案件" in answer.content.decode()
    assert client.get("/reports/2024q3/overview/").status_code == 200


@pytest.mark.skipif(not assets.has_map("500000"), reason="page assets were built without the map")
def test_units_stand_on_the_map_under_the_names_it_has_and_what_is_no_district_is_a_point():
    told = (assets.VENDOR / "map-500000.js").read_text(encoding="utf-8")
    shape = json.loads(told[told.index("]=") + 2 :].rstrip().rstrip(";"))
    places = {one["properties"]["name"] for one in shape["features"]}
    top = Unit(code="500000", name="重庆市知识产权局", short_name="市局")
    units = [top]
    for code, name, short in (
        ("500155", "重庆市梁平区市场监督管理局", "梁平区局"), ("500240", "重庆市石柱土家族自治县市场监督管理局", "石柱县局"),
        ("500101", "重庆市万州区市场监督管理局", "万州区局"), ("500154", "重庆市开州区市场监督管理局", "开州区局"),
        ("500112", "重庆市渝北区市场监督管理局", "渝北区局"), ("500191", "重庆两江新区市场监督管理局", "两江新区局"),
        ("500192", "重庆高新技术产业开发区市场监督管理局", "高新区局"), ("500193", "重庆市万盛经济技术开发区市场监督管理局", "万盛经开区局"),
    ):  # fmt: skip
        units.append(Unit(code=code, name=name, short_name=short, parent=top))
    marks = overview.points()["500000"]
    named = [overview._on_the_map(unit, marks) for unit in units[1:]]
    assert all(name in places or name in marks for name in named), named
    assert named[-3:] == list(marks)
