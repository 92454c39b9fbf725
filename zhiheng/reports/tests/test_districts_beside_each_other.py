"""Districts stand side by side; where they are put in order it is never by what was fined."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.year import record_the_year
from zhiheng.figures.measures import Money
from zhiheng.figures.registry import registered
from zhiheng.reports import districts
from zhiheng.reports.districts import TableError, of_money, places, read
from zhiheng.reports.periods import Period

ON = date(2024, 12, 31)


def told(**column) -> dict:
    given_column = {"figure": "enf.checked", "rank": "more"} | column
    return {"article": "某条", "groups": [{"title": "组", "figures": [given_column]}]}


def test_no_amount_of_money_can_be_given_an_order():
    amounts = [figure for figure in registered() if of_money(figure)]
    assert len(amounts) > 3 and all(
        isinstance(part.measure, Money) for f in amounts for part in f.parts if part.measure.money
    )
    for figure in amounts:
        for rank in ("more", "less"):
            with pytest.raises(TableError, match="不得排名次（某条）"):
                read(told(figure=figure.id, rank=rank))
    assert not [column for column in districts.table().columns if column.rank and of_money(column.figure)]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ({"figure": "no.such"}, "没有指标 no.such"),
        ({"rank": "most"}, "请写 more、less 或者 none"),
        ({"rank": "none"}, "请用 why 写明理由"),
    ],
)
def test_a_faulty_table_says_what_to_mend(column, words):
    with pytest.raises(TableError, match=words):
        read(told(**column))


@given(st.lists(st.none() | st.integers(-5, 5), max_size=12), st.sampled_from(["more", "less"]))
def test_equal_values_share_a_place_and_a_better_one_is_before_a_worse(values, rank):
    given_places = places(values, rank)
    for one, at in zip(values, given_places, strict=True):
        assert (one is None) == (at is None)
        if one is None:
            continue
        better = [v for v in values if v is not None and (v > one if rank == "more" else v < one)]
        assert at == len(better) + 1


@pytest.mark.django_db
def test_the_office_sees_its_districts_and_opens_each_number(world, signed_in):
    record_the_year(world)
    page = signed_in(world.city.planner).get("/reports/2024/districts/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "渝北区局" in text and "渝中区局" in text and "行政处罚法第七十四条第三款" in text
    assert "/reports/2024/figures/enf.checked/?unit=500112" in text
    rows = districts.rows(world.city.planner, Period(2024), ON, by="enf.checked")
    at = [c.figure.id for c in districts.table().columns].index("enf.checked")
    assert next(row.unit.code for row in rows) == "500112" and rows[0].cells[at].place == 1
    assert all(
        cell.place is None
        for row in rows
        for cell, column in zip(row.cells, districts.table().columns, strict=True)
        if not column.rank
    )


@pytest.mark.django_db
def test_nobody_sorts_by_fines_and_a_district_has_no_such_table(world, signed_in):
    client = signed_in(world.city.planner)
    assert client.get("/reports/2024/districts/?by=enf.tm.fine").status_code == 404
    assert client.get("/reports/2024/districts/?by=enf.checked").status_code == 200
    assert signed_in(world.a.handler).get("/reports/2024/districts/").status_code == 404
    assert "区县对比" not in signed_in(world.a.handler).get("/reports/").content.decode()
