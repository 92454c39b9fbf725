"""A table with its headings down the side is read as the same table with its headings on top."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.cases.ledger import AMOUNT_FIELDS, DATE_FIELDS, read_ledger
from zhiheng.cases.ledger.tests.ledger_files import HEADER, UNITS, case, write_xlsx

STILL = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
AMOUNTS = st.sampled_from([3000, "3000", "0.3万元", "三千", "3千5", "无", ""])


def turned(rows):
    return [list(column) for column in zip(*rows, strict=True)]


@given(st.lists(AMOUNTS, min_size=1, max_size=5), st.booleans(), st.booleans())
@settings(max_examples=examples(40), **STILL)
def test_turned_it_says_what_it_said(tmp_path, amounts, titled, noted):
    rows = [HEADER, *(case(n, **{"罚款金额（元）": amount}) for n, amount in enumerate(amounts, 1))]
    above, below = [["万州区局2024年案件"]] * titled, [["填表人：张三"]] * noted
    upright = read_ledger(write_xlsx(tmp_path / "竖.xlsx", [*above, *rows, *below]), units=UNITS)
    lying = read_ledger(write_xlsx(tmp_path / "横.xlsx", [*above, *turned(rows), *below]), units=UNITS)
    names = ("doc_no", "party_name", "cause", "unit", *DATE_FIELDS, *AMOUNT_FIELDS)
    for name in names:
        assert lying.rows.columns[name] == upright.rows.columns[name], name
    assert [item.reason for item in lying.rejected] == [item.reason for item in upright.rejected]
    assert any("已转置读入" in note for note in lying.notes)
    # Row n of the turned table is the sheet's own column n: its headings stand in column 1.
    places = sorted({*lying.rows.columns["source_row"], *(item.row for item in lying.rejected)})
    assert places == list(range(2, len(amounts) + 2))


def test_a_form_of_one_case_and_instructions_for_filling_in_are_no_tables(tmp_path):
    form = [
        ["当事人", "甲店", "案由", "商标侵权"],
        ["决定书文号", "渝万州市监处罚〔2024〕1号", "立案日期", "2024-03-05"],
        ["承办人", "张三", "状态", "已结案"],
    ]
    how = [
        ["字段", "说明", "示例"],
        ["当事人", "填写全称", "某某公司"],
        ["案由", "必填", "商标侵权"],
        ["决定书文号", "必填", "渝…号"],
    ]
    for number, rows in enumerate((form, how)):
        ledger = read_ledger(write_xlsx(tmp_path / f"{number}.xlsx", rows), units=UNITS)
        assert not ledger.rows and not ledger.rejected and ledger.notes


@given(st.lists(AMOUNTS, min_size=2, max_size=6), st.booleans(), st.integers(0, 2))
@settings(max_examples=examples(20), **STILL)
def test_two_tables_side_by_side_say_what_they_say_below_one_another(tmp_path, amounts, titled, apart):
    cases = [case(n, **{"罚款金额（元）": amount}) for n, amount in enumerate(amounts, 1)]
    half = (len(cases) + 1) // 2
    left, right = cases[:half], cases[half:] + [[""] * len(HEADER)] * (half - len(cases[half:]))
    above, gap = [["万州区局2024年案件"]] * titled, [""] * apart
    beside = [
        [*HEADER, *gap, *HEADER],
        *([*one, *gap, *other] for one, other in zip(left, right, strict=True)),
    ]
    upright = read_ledger(write_xlsx(tmp_path / "竖.xlsx", [*above, HEADER, *cases]), units=UNITS)
    lying = read_ledger(write_xlsx(tmp_path / "并排.xlsx", [*above, *beside]), units=UNITS)
    for name in ("doc_no", "party_name", "cause", "unit", *DATE_FIELDS, *AMOUNT_FIELDS):
        assert lying.rows.columns[name] == upright.rows.columns[name], name
    assert [item.reason for item in lying.rejected] == [item.reason for item in upright.rejected]
    assert any("并排有2张表头相同的表" in note for note in lying.notes)
