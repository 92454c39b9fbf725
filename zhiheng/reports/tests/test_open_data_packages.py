"""The package of a period: csv and Parquet say the same, every column and figure is explained, nothing tells of a person."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import pyarrow.parquet as parquet
import pytest

from tests.decided import decided
from tests.world import sign_in
from zhiheng.cases.models import Case
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import find
from zhiheng.reports import open_data, selectors
from zhiheng.reports.periods import Period
from zhiheng.reports.tests.test_annual_report_composes import run

pytestmark = pytest.mark.django_db
ON = date(2025, 1, 20)
TABLES = ("figures", "values", "by_unit", "by_month")


@pytest.fixture
def year(world):
    made = [
        Case(
            unit=unit, cause="trademark_infringement", title="某案", party_name="张三的商行", party_type="individual_business",
            decided_on=day, case_value_fen=123_456_01, forfeit_fen=50,
        )
        for unit, day in ((world.a.unit, date(2024, 3, 5)), (world.b.unit, date(2024, 9, 9)))
    ]  # fmt: skip
    decided(Case.objects.bulk_create(made))
    return selectors.report_for(world.city.planner, Period(2024), ON)


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


def read_csv(pack: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pack.read(f"{name}.csv").decode("utf-8-sig"))))


def test_both_forms_of_a_table_hold_the_same_rows(year):
    pack = opened(open_data.package(year, ON))
    for name in TABLES:
        rows = parquet.read_table(io.BytesIO(pack.read(f"{name}.parquet"))).to_pylist()
        told = [{key: open_data._cell(value) for key, value in row.items()} for row in rows]
        assert told == read_csv(pack, name) and told


def test_values_are_those_of_the_report_and_exact_to_the_fen(year):
    pack = opened(open_data.package(year, ON))
    values = {row["figure"]: row["value"] for row in read_csv(pack, "values")}
    assert {key: Decimal(value) for key, value in values.items()} == {
        key: value.value for key, value in year.figures.items()
    }
    assert values["enf.tm.val"] == "24.691202"


def test_what_adds_up_does_by_unit_and_by_month(year):
    pack = opened(open_data.package(year, ON))
    for by, table in (("unit", "by_unit"), ("month", "by_month")):
        sums: dict[str, Decimal] = {}
        for row in read_csv(pack, table):
            sums[row["figure"]] = sums.get(row["figure"], Decimal(0)) + Decimal(row["value"] or 0)
        held = [key for key in sums if by in find(key).adds_up]
        assert len(held) > 5
        assert all(sums[key] == year.figures[key].value for key in held)


@pytest.mark.parametrize("on", [ON, date(2024, 8, 1)], ids=["after the year", "in the year"])
def test_the_months_are_those_of_each_figure_by_itself(world, year, on, django_assert_max_num_queries):
    report = selectors.report_for(world.city.planner, Period(2024), on)
    with django_assert_max_num_queries(5):
        made = list(open_data._by_month(report))
    told = [one.figure for one in report.figures.values() if "month" in one.figure.by]
    assert made == [
        (one.id, part.scope.first, part.scope.last, part.key, open_data._exact(part.value))
        for one in told
        for part in figures.breakdown(one, report.scope, "month")
    ]
    assert len(told) > 20


def test_the_dictionary_explains_every_column_and_the_figures_every_figure(year):
    pack = opened(open_data.package(year, ON))
    told = {(row["table"], row["column"]) for row in read_csv(pack, "dictionary") if row["meaning"]}
    assert told == {(name, column) for name in TABLES for column in read_csv(pack, name)[0]}
    rules = {row["figure"]: row["counts"] for row in read_csv(pack, "figures")}
    assert all(rules[row["figure"]] for name in TABLES[1:] for row in read_csv(pack, name))


def test_no_party_and_no_case_is_named(year):
    pack = opened(open_data.package(year, ON))
    assert not any("张三" in pack.read(name).decode("utf-8", "ignore") for name in pack.namelist())


def test_equal_figures_give_equal_bytes(year):
    assert open_data.package(year, ON) == open_data.package(year, ON)


def test_it_is_handed_out_on_the_page_and_by_the_command(world, year, client, tmp_path):
    sign_in(client, world.a.leader)
    answer = client.get("/reports/2024/open-data/")
    assert answer["Content-Type"] == "application/zip"
    assert {row["unit"] for row in read_csv(opened(answer.content), "by_unit")} <= {world.a.unit.code}
    path = tmp_path / "data.zip"
    assert run("open_data", "2024q3", "-o", str(path)) == 0
    values = {row["figure"]: row for row in read_csv(opened(path.read_bytes()), "values")}
    assert values["enf.tm.n"]["value"] == "1" and values["enf.tm.n"]["last"] == "2024-09-30"
