"""The return's cells are figures with their rows; columns overlap, totals are counted anew, and empty is not nought."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.decided import decided
from tests.examples import examples
from tests.world import sign_in
from zhiheng.cases.models import Case
from zhiheng.figures.selectors import Value
from zhiheng.refusal import Refused
from zhiheng.registers.declaration import find as register_of
from zhiheng.registers.services import begin
from zhiheng.reports import statistics
from zhiheng.reports.models import CaseMark
from zhiheng.reports.periods import Period

pytestmark = pytest.mark.django_db
ON = date(2025, 1, 10)
Q2 = Period(2024, "q2")
COLUMNS = [column["code"] for column in statistics.form()["columns"]]
ROWS = [*(row["code"] for row in statistics.form()["rows"]), statistics.TOTAL]


def case(
    world, n, cause="trademark_infringement", filed=date(2024, 4, 2), decided_on=date(2024, 5, 6), **more
):
    made = Case.objects.create(
        unit=world.a.unit, cause=cause, title=f"第{n}案", doc_no=f"渝市监处罚〔2024〕{n}号", party_name="某商行",
        party_type="individual_business", filed_on=filed, decided_on=decided_on, **more,
    )  # fmt: skip
    if decided_on:
        decided([made])
    return made


def mark(world, of: Case, **more) -> CaseMark:
    register = register_of("case-marks")
    answers = {"subject": of.title, "number": of.doc_no, "cause": of.cause, "filed_on": of.filed_on, **more}
    return begin(actor=world.a.leader, on=ON, register=register, act=register.begin, answers=answers)


def texts(world, period=Q2, unit=None) -> dict[tuple[str, str], str]:
    filled = statistics.filled_in((unit or world.city).leader, period, ON)
    return {
        (row, column): cell.text
        for row, line in zip(ROWS, filled.lines, strict=True)
        for column, cell in zip(COLUMNS, line.cells, strict=True)
    }


def test_a_case_counts_in_each_column_it_bears_and_these_are_not_added_up(world):
    both = case(world, 1, case_value_fen=123_450, forfeit_fen=50_050, closed_on=date(2024, 6, 1))
    case(world, 2, filed=date(2024, 3, 31), case_value_fen=1_000_000, forfeit_fen=0)
    mark(world, both, ecommerce=True, rural=True, saved_fen=5_000_000)
    told = texts(world)
    assert (told["tm", "ecommerce"], told["tm", "rural"], told["tm", "market"]) == ("1", "1", "0")
    assert (told["tm", "filed"], told["tm", "closed"], told["total", "ecommerce"]) == ("1", "1", "1")
    assert (told["tm", "value"], told["tm", "forfeit"], told["tm", "saved"]) == ("1.12", "0.05", "5.00")


def test_what_nobody_recorded_is_empty_and_what_was_looked_for_and_not_found_is_nought(world):
    case(world, 1)
    told = texts(world)
    assert told["gi", "filed"] == "0" and told["tm", "criminal"] == "0"
    assert all(
        told[row, column] == ""
        for row in ROWS
        for column in ("ecommerce", "market", "rural", "foreign", "saved")
    )
    assert all(told["po", column] == "" for column in COLUMNS)  # no cause of ours is one of these
    assert told["tma", "filed"] == "0" and told["tma", "rural"] == ""
    nothing = texts(world, Period(2019, "q1"))
    assert set(nothing.values()) == {""}


def test_a_quarter_counts_its_own_days_and_a_unit_its_own_cases(world):
    case(world, 1, filed=date(2024, 6, 30))
    case(world, 2, filed=date(2024, 7, 1))
    assert texts(world)["tm", "filed"] == "1" and texts(world, Period(2024))["tm", "filed"] == "2"
    assert (
        texts(world, unit=world.a)["tm", "filed"] == "1" and texts(world, unit=world.b)["tm", "filed"] == ""
    )


def test_each_cell_opens_its_rows_and_the_workbook_says_the_same(world, client):
    first = case(world, 1, case_value_fen=123_450)
    mark(world, first, ecommerce=True)
    sign_in(client, world.city.planner)
    page = client.get("/reports/2024q2/return/").content.decode()
    for cell in ("return.tm.filed", "return.tm.ecommerce", "return.total.value"):
        assert f"/reports/2024q2/figures/{cell}/" in page
        assert "第1案" in client.get(f"/reports/2024q2/figures/{cell}/").content.decode()
    sheet = load_workbook(io.BytesIO(client.get("/reports/2024q2/return/?export=xlsx").content)).active
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=8, max_row=16)}
    assert (
        rows["商标侵权案件"][COLUMNS.index("filed")] == 1
        and rows["商标侵权案件"][COLUMNS.index("value")] == 0.12
    )
    assert rows["其他专利案件"] == [None] * len(COLUMNS) and rows["合计"][COLUMNS.index("market")] == 0
    assert sheet["A2"].value == f"报送单位：{world.city.unit.name}"


def test_a_mark_that_says_otherwise_than_the_case_is_refused(world):
    known = case(world, 1)
    for wrong in ({"cause": "gi"}, {"filed_on": date(2024, 4, 3)}, {"filed_on": date(2025, 4, 3)}):
        with pytest.raises(Refused):
            mark(world, known, **wrong)
    with pytest.raises(Refused, match="外商投资企业"):
        mark(world, known, foreign_saved_fen=100)
    assert not CaseMark.objects.exists()


def test_who_runs_the_system_reads_no_marks(world, client):
    mark(world, case(world, 1))
    sign_in(client, world.city.admin)
    assert "第1案" not in client.get(register_of("case-marks").url("records")).content.decode()


@settings(
    max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fen=st.lists(st.integers(0, 10**12), min_size=1, max_size=7))
def test_each_cell_is_rounded_by_itself_and_the_total_from_the_whole(fen):
    figure = next(one for one in statistics.cells().values() if one.id.endswith(".value"))
    rounded = [Decimal(Value(figure, figure.shown(one), 1).text) for one in fen]
    total = Decimal(Value(figure, figure.shown(sum(fen)), 1).text)
    assert abs(sum(rounded) - total) <= Decimal("0.005") * (len(fen) + 1)
    assert all(
        abs(one - Decimal(each) / 1_000_000) <= Decimal("0.005")
        for one, each in zip(rounded, fen, strict=True)
    )
