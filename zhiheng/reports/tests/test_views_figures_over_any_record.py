"""The page of a figure asks nothing of its records but what they declare: any model, any measure."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.publishing import published
from tests.world import sign_in
from zhiheng.accounts.models import RoleGrant
from zhiheng.cases.models import LedgerImport
from zhiheng.figures import registry
from zhiheng.figures.measures import Distinct, First, Ratio, Total
from zhiheng.figures.registry import Figure, Records
from zhiheng.ui.lists import Column

ACTIVITIES = Records(
    name="活动",
    noun="场次",
    rows=LedgerImport.objects.all,
    day="on",
    columns=lambda: (Column("名称", "file_name"), Column("人次", "imported", kind="number")),
    find=("file_name",),
)
GRANTS = Records(
    name="任职",
    noun="项",
    rows=RoleGrant.objects.all,
    day="since",
    until="until",
    unit="person__unit",
    columns=lambda: (Column("人员", "person.name"),),
    related=("person",),
)
EVENTS = Figure("t.events", "活动场次", "场次", "每次计一场", of=ACTIVITIES)
REACH = Figure("t.reach", "覆盖人次", "人次", "各场之和", of=ACTIVITIES, measure=Total("imported"))
DAILY = Figure(
    "t.daily", "日均人次", "人次", "按天平均", of=ACTIVITIES, measure=Total("imported"), per_day=True
)
PLACES = Figure("t.places", "地点数", "处", "不重复计", of=ACTIVITIES, measure=Distinct("rejects_digest"))
BIG = Figure("t.big", "大型活动", "场次", "百人以上", of=ACTIVITIES, where={"changed": (1,)})
SHARE = Figure("t.share", "大型活动占比", "%", "大型除以全部", measure=Ratio(BIG, EVENTS))
FIRSTS = Figure("t.first", "首次举办", "项", "每类的第一场", of=ACTIVITIES, measure=First(per="file_name"))
HELD = Figure("t.held", "现有任职", "项", "年末仍有效", of=GRANTS, stock=True)
ALL = (EVENTS, REACH, DAILY, PLACES, SHARE, FIRSTS, HELD)


@pytest.fixture(autouse=True)
def figures(monkeypatch):
    monkeypatch.setattr(registry, "_figures", dict(registry._figures))
    registry.register(*ALL)


def hold(unit, person, day, name, reach, place="", big=0):
    return LedgerImport.objects.create(
        unit=unit,
        made_by=person,
        on=day,
        file_name=name,
        imported=reach,
        rejects_digest=place,
        changed=big,
        rows=0,
        unchanged=0,
        rejected=0,
    )


@pytest.fixture
def activities(world):
    person = world.city.planner
    return [
        hold(world.a.unit, person, date(2024, 4, 20), "进校园", 120, "一", 1),
        hold(world.a.unit, person, date(2024, 4, 26), "进市场", 30, "二"),
        hold(world.b.unit, person, date(2024, 11, 4), "进校园", 60, "一"),
        hold(world.city.unit, person, date(2023, 11, 4), "进市场", 9, ""),
    ]


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def number(html, element="figure-value"):
    return re.search(rf'id="{element}">([^<]*)<', html)[1]


def test_each_measure_has_its_page_its_rows_and_its_export(client, world, activities):
    sign_in(client, world.city.planner)
    values = {figure.id: number(page(client, f"/reports/2024/figures/{figure.id}/")) for figure in ALL}
    assert values == {
        "t.events": "3",
        "t.reach": "210",
        "t.daily": "0.57",
        "t.places": "2",
        "t.share": "33.33",
        "t.first": "1",
        "t.held": str(RoleGrant.objects.count()),
    }
    data = b"".join(client.get("/reports/2024/figures/t.reach/?export=xlsx").streaming_content)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["名称", "人次"] and sum(row[1] for row in sheet[1:]) == 210


def test_numerator_and_denominator_both_open_to_their_rows(client, world, activities):
    sign_in(client, world.city.planner)
    head = page(client, "/reports/2024/figures/t.share/")
    links = re.findall(r'href="([^"]*part=\w+)"', head)
    assert len(links) == 2
    numerator, denominator = (page(client, link) for link in links)
    assert "共 1 场次" in numerator and "进市场" not in numerator
    assert "共 3 场次" in denominator and "进市场" in denominator


def test_rows_are_searched_and_narrowed_by_their_own_columns(client, world, activities):
    sign_in(client, world.city.planner)
    html = page(client, "/reports/2024/figures/t.reach/?q=校园&month=2024-04")
    assert number(html, "narrowed-value") == "120" and number(html, "narrowed-rows") == "1"
    html = page(client, f"/reports/2024/figures/t.reach/?unit={world.b.unit.code}")
    assert number(html, "narrowed-value") == "60"


def test_a_first_says_how_far_back_the_records_reach(client, world, activities):
    html = page(sign_in(client, world.city.planner), "/reports/2024/figures/t.first/")
    assert "记录始于 2023-11-04" in html and "进校园" in html and "进市场" not in html


def test_an_empty_year_names_the_records_in_their_own_words(client, world, activities):
    html = page(sign_in(client, world.city.planner), "/reports/2019/figures/t.reach/")
    assert (
        "没有计入“覆盖人次”的活动" in html and "案件" not in html.split('id="main"')[-1].split("<footer")[0]
    )


def test_published_figures_over_other_records_are_checked_and_named(client, world, activities):
    snapshot = published(world.city, 2024, on=date(2025, 1, 20))
    sign_in(client, world.city.planner)
    address = f"/reports/snapshots/{snapshot.pk}/?check=1"
    assert "与现有记录一致" in page(client, address)
    LedgerImport.objects.filter(pk=activities[0].pk).update(imported=100)
    html = page(client, address)
    assert "数目改变" in html and "120" in html and "/cases/" not in html.split('id="check"')[1]


@pytest.mark.parametrize("figure", ALL, ids=lambda one: one.id)
def test_queries_of_a_figures_page_do_not_grow_with_its_rows(client, world, activities, figure):
    sign_in(client, world.city.planner)
    address = f"/reports/2024/figures/{figure.id}/"
    page(client, address)
    with CaptureQueriesContext(connection) as few:
        page(client, address)
    for n in range(60):
        hold(world.a.unit, world.a.handler, date(2024, 1 + n % 12, 3), f"第{n}场", n, str(n))
    with CaptureQueriesContext(connection) as many:
        page(client, address)
    assert len(many) == len(few) <= 12


@pytest.mark.parametrize("address", ["/reports/", "/reports/2024/"])
def test_queries_of_the_overview_and_of_the_report_grow_neither_with_rows_nor_with_figures(
    client, world, activities, address
):
    sign_in(client, world.city.planner)
    page(client, address)
    with CaptureQueriesContext(connection) as few:
        page(client, address)
    for n in range(60):
        hold(world.a.unit, world.a.handler, date(2024 + n % 3, 1 + n % 12, 3), f"第{n}场", n, str(n))
    more = [Figure(f"t.more{n}", "又一项", "场次", "口径", of=ACTIVITIES) for n in range(9)]
    registry.register(*more, Figure("t.other", "另一项", "项", "口径", of=GRANTS))
    with CaptureQueriesContext(connection) as many:
        page(client, address)
    # The one with a condition on a number has a statement of its own, for all years: one beside the twelve of a page.
    assert len(many) == len(few) <= 13
