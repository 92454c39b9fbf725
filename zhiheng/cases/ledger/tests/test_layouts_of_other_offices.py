"""Layouts that other offices use: what they state is read as they state it, what can be two things comes back."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.canonical import document_number
from zhiheng.cases.ledger import read_ledger
from zhiheng.cases.ledger.amounts import amount_parser
from zhiheng.cases.ledger.dates import date_parser
from zhiheng.cases.ledger.names import is_several_numbers, parties
from zhiheng.cases.ledger.tests.ledger_files import UNITS, write_xlsx

HEADS = ["办案单位", "决定书文号", "当事人", "案由", "立案日期", "决定日期", "案值（元）"]
STILL = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


def case(number=1, **changes):
    row = dict(
        zip(
            HEADS,
            [
                "万州区局",
                f"渝万州市监处罚〔2024〕{number}号",
                f"青禾{number}号食品店",
                "商标侵权",
                "2024-03-05",
                "2024-04-05",
                1500,
            ],
            strict=True,
        )
    )
    return list((row | changes).values())


def read(tmp_path, rows, **options):
    return read_ledger(write_xlsx(tmp_path / "台账.xlsx", rows), units=UNITS, **options)


@given(st.dates(dt.date(2023, 1, 1), dt.date(2024, 6, 30)), st.integers(0, 90), st.sampled_from([int, str]))
@settings(max_examples=examples(30), **STILL)
def test_a_day_in_three_columns_is_put_together(tmp_path, filed, later, kind):
    decided = filed + dt.timedelta(later)
    heads = [*HEADS[:4], "立案日期", "", "", "决定日期", "", "", HEADS[6]]
    parts = ["", "", "", "", "年", "月", "日", "年", "月", "日", ""]
    days = [kind(part) for day in (filed, decided) for part in (day.year, day.month, day.day)]
    [row] = read(tmp_path, [heads, parts, [*case()[:4], *days, 1500]]).rows
    assert (row.filed_on, row.decided_on, row.case_value_fen) == (filed, decided, 150_000)


def test_a_day_that_lacks_one_of_its_three_columns_comes_back(tmp_path):
    heads = [*HEADS[:4], "决定日期", "", "", HEADS[6]]
    rows = [heads, ["", "", "", "", "年", "月", "日", ""], [*case()[:4], 2024, 5, "", 1500]]
    [item] = read(tmp_path, rows).rejected
    assert "没有日" in item.reason


@given(
    st.integers(2019, 2027),
    st.integers(1, 12),
    st.integers(1, 28),
    st.sampled_from(["{}.{}.{}", "{}-{}-{}", "{}年{}月{}日"]),
)
@settings(max_examples=examples(30), **STILL)
def test_a_year_of_two_digits_is_read_only_beside_the_year_of_the_title(tmp_path, year, month, day, form):
    written = form.format(year % 100, month, day)
    rows = [["万州区局2024年案件台账"], HEADS, case(立案日期=written, 决定日期="")]
    ledger = read(tmp_path, rows)
    if abs(year - 2024) <= 1:
        assert [row.filed_on for row in ledger.rows] == [dt.date(year, month, day)]
    else:
        assert [item.column for item in ledger.rejected] == ["立案日期"]
    assert read(tmp_path, rows[1:]).rejected_rows == 1


WRAPPED = (
    "{}",
    "（{}）",
    "行政处罚决定书（{}）",
    "行政处罚决定书{}",
    "{}行政处罚决定书",
    "《{}》",
    "文号：{}",
    "[{}]",
    " {} ",
)
BRACKETS = (("〔", "〕"), ("（", "）"), ("[", "]"), ("【", "】"))


@given(st.integers(2000, 2030), st.integers(1, 9999), st.sampled_from(WRAPPED), st.sampled_from(BRACKETS))
def test_a_decision_number_is_one_whatever_stands_around_it(year, number, around, brackets):
    left, right = brackets
    written = around.format(f"渝万州市监处罚{left}{year}{right}{number}号")
    assert document_number(written) == (f"渝万州市监处罚〔{year}〕{number}号", True)
    assert document_number(f"渝万州市监处罚{year}年第{number}号") == (
        f"渝万州市监处罚〔{year}〕{number}号",
        True,
    )


@given(st.integers(1, 500), st.integers(1, 40), st.sampled_from("、，及和至-~"))
def test_two_numbers_in_one_cell_are_told_from_a_part_of_one(first, more, sign):
    number = f"渝万州市监处罚〔2024〕{first}{{}}{first + more}号"
    assert is_several_numbers(number.format(sign))
    assert is_several_numbers(number.format(f"号{sign}"))
    assert not is_several_numbers(f"渝万州市监处罚〔2024〕{first + more}-{first}号")
    assert not is_several_numbers(f"渝万州市监处罚〔2024〕{first}号")


def test_a_cell_with_several_numbers_comes_back(tmp_path):
    ledger = read(tmp_path, [HEADS, case(1, 决定书文号="渝万州市监处罚〔2024〕9-11号"), case(2)])
    assert [item.row for item in ledger.rejected] == [2] and len(ledger.rows) == 1


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("知识产权科", "500101"), ("龙溪市场监管所", "500101"), ("忠县综合执法大队", "500233"), ("江北区局执法支队", "500105"),
        ("武侯区市场监管所", None), ("天府新区市场监管所", None), ("某某公司", None),
    ],
)  # fmt: skip
def test_a_part_of_a_bureau_is_read_as_its_bureau_and_kept_as_written(tmp_path, said, unit):
    ledger = read(tmp_path, [HEADS, case(办案单位=said)], default_unit="500101")
    if unit is None:
        assert ledger.rejected_rows == 1
        return
    [row] = ledger.rows
    assert row.unit == unit and said in row.extra
    assert any(said in note for note in ledger.notes)


@pytest.mark.parametrize("units", [("万元", "元"), ("元", "万元")])
def test_a_second_table_under_the_same_heads_has_the_unit_of_its_own_title(tmp_path, units):
    heads = [*HEADS[:6], "案值"]
    rows = [
        [f"一、商标案件（单位：{units[0]}）"], heads, case(1, **{HEADS[6]: 5}), [],
        [f"二、假冒专利案件（单位：{units[1]}）"], heads, case(2, **{HEADS[6]: 7}),
    ]  # fmt: skip
    ledger = read(tmp_path, rows)
    factor = {"元": 100, "万元": 1_000_000}
    assert not ledger.asks
    assert [row.case_value_fen for row in ledger.rows] == [5 * factor[units[0]], 7 * factor[units[1]]]


@pytest.mark.parametrize(
    "line",
    [
        ["", "", "万州区局", "", "", "", "2024年12月31日"], ["", "", "", "万州区局", "2024-12-31"], ["", "", "", "", "2024年12月31日"],
        ["大写：", "", "", "壹仟伍佰元整"], ["大写金额", "", "壹仟伍佰元整"],
    ],
)  # fmt: skip
def test_lines_under_the_table_are_no_cases(tmp_path, line):
    ledger = read(tmp_path, [HEADS, case(), ["合计", "", "", "", "", "", 1500], line])
    assert not ledger.rejected and len(ledger.rows) == 1


@pytest.mark.parametrize("heading", ["案值/万", "案值：万", "案值/人民币万", "案值_千"])
def test_a_unit_without_yuan_behind_a_stroke_is_one(tmp_path, heading):
    [row] = read(tmp_path, [[*HEADS[:6], heading], case(**{HEADS[6]: 5})]).rows
    assert row.case_value_fen == 5 * (100_000 if heading.endswith("千") else 1_000_000)


def test_an_operator_behind_the_name_is_not_part_of_it():
    assert parties(["渝北区青禾百货经营部（个体工商户）经营者：李某", "青禾食品店"]) == (
        ["渝北区青禾百货经营部（个体工商户）", "青禾食品店"],
        ["李某", ""],
        ["individual_business", "individual_business"],
    )


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31)),
    st.sampled_from(["\\", " ", "/", "·", "-", "."]),
    st.booleans(),
)
def test_a_day_with_any_sign_between_its_parts_is_read(day, sign, padded):
    parts = (
        (f"{day.year}", f"{day.month:02d}", f"{day.day:02d}")
        if padded
        else map(str, (day.year, day.month, day.day))
    )
    assert date_parser()(sign.join(parts)) == day


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("0.3（万）", 300_000),
        ("折合人民币35000元", 3_500_000),
        ("5000（元）", 500_000),
        ("折合0.5万元", 500_000),
    ],
)
def test_a_unit_in_brackets_and_a_sum_converted_are_read(cell, fen):
    assert amount_parser()(cell) == fen


def test_a_total_above_the_rows_is_held_against_those_below_it(tmp_path):
    total = ["合计", "", "", "", "", "", 3000]
    ledger = read(tmp_path, [HEADS, total, case(1), case(2)])
    assert not ledger.notes and [(s.fen, s.stated_fen, s.agrees) for s in ledger.sums] == [
        (300_000, 300_000, True)
    ]
    ledger = read(tmp_path, [HEADS, [*total[:6], 4000], case(1), case(2)])
    assert any("4,000元" in note and "3,000元" in note for note in ledger.notes)
    assert not read(tmp_path, [HEADS, total]).rejected


def test_a_column_of_facts_says_the_cause_where_no_other_does(tmp_path):
    heads = [head if head != "案由" else "违法事实" for head in HEADS]
    assert [row.cause for row in read(tmp_path, [heads, case(案由="销售侵犯注册商标专用权的商品")]).rows] == [
        "trademark_infringement"
    ]


@pytest.mark.parametrize(
    ("said", "status"), [("撤回处罚决定", "revoked"), ("免罚", "no_penalty"), ("首违不罚", "no_penalty")]
)
def test_words_for_a_decision_that_does_not_count_are_known(tmp_path, said, status):
    [row] = read(tmp_path, [[*HEADS, "状态"], [*case(), said]]).rows
    assert row.status == status
