"""Which case a row is: nothing known turns into another case, nothing counts twice, nothing stays open for ever."""

from __future__ import annotations

import pytest

from zhiheng.cases.models import Case, Decision
from zhiheng.cases.tests.test_importing_ledgers import HEADER, row, take, write

NUMBERLESS = tuple(name for name in HEADER if name != "决定书文号")


def numberless(**cells) -> list:
    return [value for name, value in zip(HEADER, row(**cells), strict=True) if name != "决定书文号"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"当事人": "秋雨五金行"}, "当事人"),
        ({"案由": "假冒专利"}, "案由"),
        ({"立案日期": "2024-03-09"}, "立案日期"),
        ({"决定日期": "2024-06-09"}, "决定日期"),
    ],
)
def test_a_row_that_would_turn_a_known_case_into_another_is_handed_back(world, tmp_path, changes, says):
    take(world.city.planner, write(tmp_path / "一.xlsx", [row(1)]))
    before = list(Case.objects.values())
    result = take(world.city.planner, write(tmp_path / "二.xlsx", [row(1, **changes), row(2)]))
    assert (result.imported, result.changed, result.rejected_rows) == (1, 0, 1)
    [rejected] = result.rejected
    assert says in rejected.reason and "渝北市监处罚〔2024〕1号" in rejected.reason
    assert list(Case.objects.filter(pk=before[0]["id"]).values()) == before


def test_a_person_may_decide_that_the_row_goes_before_what_is_there(world, tmp_path):
    take(world.city.planner, write(tmp_path / "一.xlsx", [row(1)]))
    mended = write(
        tmp_path / "二.xlsx", [[*row(1, 当事人="秋雨五金行"), "是"]], header=(*HEADER, "以本行为准")
    )
    result = take(world.city.planner, mended)
    assert (result.changed, result.rejected_rows) == (1, 0)
    assert Case.objects.get().party_name == "秋雨五金行"


def test_another_spelling_of_the_party_is_no_collision(world, tmp_path):
    take(world.city.planner, write(tmp_path / "一.xlsx", [row(1, 当事人="Ｑ记（渝北）商行")]))
    result = take(world.city.planner, write(tmp_path / "二.xlsx", [row(1, 当事人="Q记(渝北) 商行\u200b")]))
    assert result.rejected_rows == 0 and Case.objects.count() == 1


@pytest.mark.parametrize(
    "spelling",
    ["\ufeff{}", "'{}", "行政处罚决定书{}", "{}\u200b", "={}", "{}。"],
)
def test_one_number_in_another_spelling_is_the_same_case(world, tmp_path, spelling):
    take(world.city.planner, write(tmp_path / "一.xlsx", [row(1)]))
    printed = spelling.format("渝北市监处罚〔2024〕1号").replace("=渝", '="渝')
    printed += '"' if printed.startswith("=") else ""
    take(world.city.planner, write(tmp_path / "二.xlsx", [row(1, 决定书文号=printed)]))
    take(world.city.planner, write(tmp_path / "三.xlsx", [row(1, 决定书文号="渝北市监处罚〔二〇二四〕1号")]))
    assert Case.objects.count() == 1


def test_a_case_without_number_is_found_again_when_it_is_decided_and_when_it_gets_its_number(world, tmp_path):
    first = numberless(决定日期="", **{"罚款金额（元）": ""})
    take(world.city.planner, write(tmp_path / "一季度.xlsx", [first], header=NUMBERLESS))
    decided = take(world.city.planner, write(tmp_path / "二季度.xlsx", [numberless()], header=NUMBERLESS))
    assert (decided.imported, decided.changed, Case.objects.count()) == (0, 1, 1)
    numbered = take(world.city.planner, write(tmp_path / "三季度.xlsx", [row(1)]))
    assert (numbered.imported, numbered.changed, Case.objects.count()) == (0, 1, 1)
    case = Case.objects.get()
    assert case.doc_no == "渝北市监处罚〔2024〕1号" and str(case.decided_on) == "2024-05-06"
    again = take(world.city.planner, write(tmp_path / "四.xlsx", [row(1)]))
    assert (again.unchanged, Case.objects.count()) == (1, 1)


def test_an_older_row_without_number_does_not_come_in_beside_its_numbered_self(world, tmp_path):
    take(world.city.planner, write(tmp_path / "二.xlsx", [row(1)]))
    old = take(world.city.planner, write(tmp_path / "一.xlsx", [numberless(决定日期="")], header=NUMBERLESS))
    assert (old.imported, old.rejected_rows, Case.objects.count()) == (0, 1, 1)
    assert "渝北市监处罚〔2024〕1号" in old.rejected[0].reason


def test_the_same_decision_in_two_units_ledgers_counts_once(world, tmp_path):
    take(world.city.planner, write(tmp_path / "渝北.xlsx", [row(1)]))
    other = take(world.city.planner, write(tmp_path / "渝中.xlsx", [row(1, 办案单位="渝中区局")]))
    assert (other.imported, other.rejected_rows, other.ledger.repeated) == (0, 0, 1)
    assert any("只计一次" in note for note in other.ledger.notes)
    both = [row(2), row(2, 办案单位="渝中区局")]
    result = take(world.city.planner, write(tmp_path / "全市.xlsx", both))
    assert (result.imported, Case.objects.count()) == (1, 2)


def test_another_units_characters_before_a_number_are_told(world, tmp_path):
    prefix = world.b.unit.number_prefix
    result = take(
        world.city.planner, write(tmp_path / "一.xlsx", [row(1, 决定书文号=f"{prefix}处罚〔2024〕9号")])
    )
    assert result.imported == 1
    assert any(
        world.b.unit.short_name in remark.message and "代字" in remark.message
        for remark in result.ledger.remarks
    )


@pytest.mark.parametrize("status", ["移送公安", "撤案", "已撤销", "销案", "移送农业农村局", "不予立案"])
def test_a_case_that_ended_otherwise_is_not_counted_as_decided(world, tmp_path, status):
    header = (*HEADER, "案件状态")
    fine = {} if status == "已撤销" else {"罚款金额（元）": ""}
    rows = [[*row(1), "已结案"], [*row(2, **fine), status]]
    take(world.city.planner, write(tmp_path / "一.xlsx", rows, header=header))
    assert Case.objects.count() == 2
    assert Decision.objects.in_force().count() == 1
    ended = Case.objects.get(doc_no="渝北市监处罚〔2024〕2号")
    assert ended.outcome in ("criminal", "withdrawn", "transferred", "not_filed")
    if status != "已撤销":
        assert ended.decided_on is None and ended.extra["未计入的决定日期"] == "2024-05-06"


@pytest.mark.parametrize("status", ["已撤销", "撤案", "移送公安"])
def test_a_decision_that_a_later_ledger_takes_back_is_in_force_no_longer(world, tmp_path, status):
    header = (*HEADER, "案件状态")
    take(world.city.planner, write(tmp_path / "一.xlsx", [[*row(1), "已结案"]], header=header))
    assert Decision.objects.in_force().count() == 1
    take(world.city.planner, write(tmp_path / "二.xlsx", [[*row(1), status]], header=header))
    assert Decision.objects.in_force().count() == 0


def test_a_day_that_is_still_to_come_is_handed_back(world, tmp_path):
    result = take(world.city.planner, write(tmp_path / "一.xlsx", [row(1), row(2, 决定日期="2025-05-06")]))
    assert [(item.row, item.column) for item in result.rejected] == [(3, "决定日期")]
    assert result.imported == 1
