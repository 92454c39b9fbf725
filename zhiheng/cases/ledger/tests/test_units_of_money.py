"""The unit of money is found wherever people write it; where it is missing or contradicts itself, a person is asked."""

import itertools

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.cases.ledger import Refused, read_ledger
from zhiheng.cases.ledger.headings import units_in_heading, units_in_line
from zhiheng.cases.ledger.tests.ledger_files import UNITS, write_xlsx
from zhiheng.numbers import FEN

BASE = ["办案单位", "决定书文号", "当事人", "案由", "立案日期", "决定日期"]
ROW = ["万州区局", "渝万州市监处罚〔2024〕1号", "万州区青禾食品店", "商标侵权", "2024-03-05", "2024-04-05"]


def read(tmp_path, rows, **options):
    return read_ledger(write_xlsx(tmp_path / "台账.xlsx", rows), units=UNITS, **options)


def amounts(ledger):
    assert not ledger.asks and not ledger.rejected, (ledger.asks, ledger.rejected)
    return [(row.case_value_fen, row.fine_fen) for row in ledger.rows]


PLACES = {
    "heading": lambda unit: [[*BASE, f"案值（{unit}）", f"罚款（{unit}）"]],
    "heading with a note": lambda unit: [
        [*BASE, f"案值（{unit}，保留两位小数）", f"罚款金额（{unit}、含没收）"]
    ],
    "heading after a slash": lambda unit: [[*BASE, f"案值/{unit}", f"罚款/{unit}"]],
    "heading after a space": lambda unit: [[*BASE, f"案值 {unit}", f"罚款 {unit}"]],
    "heading on a second line": lambda unit: [[*BASE, f"案值\n（{unit}）", f"罚款金额\n单位：{unit}"]],
    "other units beside it": lambda unit: [
        ["2024年台账", "", "", f"单位：件、{unit}"],
        [*BASE, "案值", "罚款"],
    ],
    "title": lambda unit: [[f"2024年台账（金额单位：人民币{unit}）"], [*BASE, "案值", "罚款"]],
    "line under the title": lambda unit: [
        ["2024年台账"],
        ["填报单位：万州区局", "", "", "", f"计量单位：{unit}"],
        [*BASE, "案值", "罚款"],
    ],
    "in words": lambda unit: [[f"说明：本表金额以{unit}为单位"], [*BASE, "案值", "罚款"]],
    "alone above the table": lambda unit: [
        ["2024年台账", "", "", "", "", "", "", unit],
        [*BASE, "案值", "罚款"],
    ],
    "group heading": lambda unit: [
        [*BASE, f"金额（{unit}）", ""],
        ["", "", "", "", "", "", "案值", "罚款"],
    ],
    "group heading in words": lambda unit: [
        [*BASE, f"涉案及处罚金额（单位：{unit}）", ""],
        ["", "", "", "", "", "", "案值", "罚款"],
    ],
    "unit row": lambda unit: [[*BASE, "案值", "罚款"], ["", "", "", "", "", "", unit, f"（{unit}）"]],
    "name of the sheet's file": lambda unit: [[*BASE, "案值", "罚款"]],
    "note behind a colon": lambda unit: [[*BASE, f"案值（金额：{unit}）", f"罚款（金额：{unit}）"]],
    "currency named, too": lambda unit: [[f"单位：{unit}人民币"], [*BASE, "案值", "罚款"]],
}


@pytest.mark.parametrize(("place", "unit"), list(itertools.product(PLACES, ["元", "千元", "万元", "亿元"])))
def test_the_unit_is_found_wherever_it_is_written(tmp_path, place, unit):
    name = f"台账（{unit}）.xlsx" if "file" in place else "台账.xlsx"
    path = write_xlsx(tmp_path / name, [*PLACES[place](unit), [*ROW, 0.12, 0.3]])
    ledger = read_ledger(path, units=UNITS)
    assert amounts(ledger) == [(round(0.12 * FEN[unit]), round(0.3 * FEN[unit]))]


@pytest.mark.parametrize("words", ["注：金额单位为万元", "单位：万元", "说明：罚款、案值均以万元填列"])
def test_the_unit_is_found_under_the_table(tmp_path, words):
    ledger = read(tmp_path, [[*BASE, "案值", "罚款"], [*ROW, 0.12, 0.3], [], [words]])
    assert amounts(ledger) == [(120_000, 300_000)]


def test_amounts_that_name_their_own_unit_need_none_from_the_heading(tmp_path):
    ledger = read(tmp_path, [[*BASE, "案值", "罚款"], [*ROW, "0.12万元", "3000元"]])
    assert amounts(ledger) == [(120_000, 300_000)]


def test_empty_and_zero_columns_are_not_asked_about(tmp_path):
    ledger = read(tmp_path, [[*BASE, "案值", "罚款"], [*ROW, "无", 0]])
    assert amounts(ledger) == [(None, 0)]


def test_an_amount_told_in_words_beside_the_column_settles_its_unit(tmp_path):
    header = [*BASE, "处罚金额", "处罚内容"]
    for number, words in ((3000, "责令停止侵权，罚款3000元"), (0.3, "责令停止侵权，罚款3000元")):
        ledger = read(tmp_path, [header, [*ROW, number, words]])
        assert not ledger.asks and ledger.rows[0].fine_fen == 300_000
    assert read(tmp_path, [header, [*ROW, 3000, "责令停止侵权"]]).asks


def test_a_missing_unit_is_asked_about_and_nothing_of_the_sheet_is_taken(tmp_path):
    rows = [[*BASE, "案值", "罚款（元）"], [*ROW, 1200, 3000]]
    ledger = read(tmp_path, rows)
    assert [(ask.sheet, ask.column) for ask in ledger.asks] == [("Sheet1", "案值")]
    assert {"元", "万元"} <= set(ledger.asks[0].choices)
    assert (len(ledger.rows), len(ledger.rejected), ledger.waiting) == (0, 0, 1)
    for answer in ("元", "万元"):
        answered = read(tmp_path, rows, answers={"案值": answer})
        assert amounts(answered) == [(1200 * FEN[answer], 300_000)]
    assert amounts(read(tmp_path, rows, answers={"Sheet1/案值": "千元"})) == [(1200 * FEN["千元"], 300_000)]


@pytest.mark.parametrize(
    "above",
    [
        [["单位：万元"], [*BASE, "案值（元）", "罚款（元）"]],
        [[*BASE, "金额（万元）", ""], ["", "", "", "", "", "", "案值（元）", "罚款（元）"]],
        [["单位：元、万元"], [*BASE, "案值", "罚款"]],
        [[*BASE, "案值（元/万元）", "罚款（元/万元）"]],
    ],
)
def test_units_that_contradict_each_other_are_asked_about(tmp_path, above):
    ledger = read(tmp_path, [*above, [*ROW, 1200, 3000]])
    assert len(ledger.asks) == 2 and not len(ledger.rows)
    assert set(ledger.asks[0].choices) == {"元", "万元"} and "不一致" in ledger.asks[0].why


def test_only_the_sheet_that_is_asked_about_waits(tmp_path):
    other = [
        "万州区局",
        "渝万州市监处罚〔2024〕2号",
        "万州区青禾食品店",
        "商标侵权",
        "2024-03-05",
        "2024-04-05",
    ]
    path = write_xlsx(
        tmp_path / "台账.xlsx",
        [[*BASE, "案值", "罚款"], [*ROW, 1200, 3000]],
        [[*BASE, "案值（元）", "罚款（元）"], [*other, 1200, 3000]],
        names=["一季度", "二季度"],
    )
    ledger = read_ledger(path, units=UNITS)
    assert {ask.sheet for ask in ledger.asks} == {"一季度"}
    assert [row.source_sheet for row in ledger.rows] == ["二季度"] and ledger.waiting == 1


@pytest.mark.parametrize("answers", [{"没有的列": "万元"}, {"案值": "万块"}])
def test_an_answer_that_answers_nothing_is_refused_in_words(tmp_path, answers):
    with pytest.raises(Refused, match="回答"):
        read(tmp_path, [[*BASE, "案值", "罚款（元）"], [*ROW, 1200, 3000]], answers=answers)


def test_two_columns_under_one_heading_are_asked_about_and_the_answer_says_which(tmp_path):
    header = [*BASE[:4], "立案日期", "立案日期", "决定日期"]
    rows = [header, [*ROW[:5], "2024-03-09", ROW[5]]]
    ledger = read(tmp_path, rows)
    assert [ask.choices for ask in ledger.asks] == [("第5列", "第6列")] and not len(ledger.rows)
    answered = read(tmp_path, rows, answers={"立案日期": "第6列"})
    assert str(answered.rows[0].filed_on) == "2024-03-09"
    same = read(tmp_path, [header, [*ROW[:5], ROW[4], ROW[5]]])
    assert not same.asks and len(same.rows) == 1


def test_the_unit_is_found_in_the_header_of_the_printed_page(tmp_path):
    book = openpyxl.Workbook()
    for row in ([*BASE, "案值", "罚款"], [*ROW, 0.12, 0.3]):
        book.active.append(row)
    book.active.oddHeader.right.text = "单位：万元"
    book.save(tmp_path / "页眉.xlsx")
    assert amounts(read_ledger(tmp_path / "页眉.xlsx", units=UNITS)) == [(120_000, 300_000)]


# ---- number formats


def formatted(tmp_path, heading, code, *numbers, plain=()):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*BASE, heading])
    for place, number in enumerate([*numbers, *plain]):
        sheet.append([ROW[0], f"渝万州市监处罚〔2024〕{place + 1}号", *ROW[2:], number])
        if place < len(numbers):
            sheet.cell(sheet.max_row, 7).number_format = code
    book.save(tmp_path / "格式.xlsx")
    return read_ledger(tmp_path / "格式.xlsx", units=UNITS)


@pytest.mark.parametrize(
    ("heading", "code", "number", "fen"),
    [
        ("案值（万元）", "0!.0,", 52_000, 5_200_000),
        ("案值（万元）", '0!.0,"万"', 52_000, 5_200_000),
        ("案值（元）", '0!.0,"万"', 52_000, 5_200_000),
        ("案值（元）", '#,##0.00"元"', 1200, 120_000),
        ("案值", '0.00"万元"', 0.12, 120_000),
        ("案值", '"¥"#,##0.00', 1200, 120_000),
        ("案值", "[$¥-804]#,##0.00", 1200, 120_000),
        ("案值", '0!.0,"万元"', 52_000, 5_200_000),
        ("案值（元）", "#,##0.00_ ;[Red]-#,##0.00 ", 1200, 120_000),
        ("案值（元）", '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)', 1200, 120_000),
        ("案值（元）", '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)', 0, 0),
        ("案值（元）", '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', 1200, 120_000),
        ("案值（元）", "0.00_);[Red]\\(0.00\\)", 1200, 120_000),
        ("案值（元）", '"￥"#,##0.00;[红色]"￥"\\-#,##0.00', 1200, 120_000),
        ("案值（元）", '"罚款"0"元整"', 1200, 120_000),
        ("案值", '[>=1000]0.0,"千元";0"元"', 1200, 120_000),
    ],
)
def test_what_the_eye_reads_in_a_formatted_cell_is_what_is_taken(tmp_path, heading, code, number, fen):
    ledger = formatted(tmp_path, heading, code, number, number)
    assert not ledger.asks and not ledger.rejected
    assert {row.case_value_fen for row in ledger.rows} == {fen}


@pytest.mark.parametrize(
    ("heading", "code", "number"),
    [
        ("案值（元）", "0!.0,", 52_000),
        ("案值（元）", '0.00"万元"', 0.12),
        ("案值（万元）", "#,##0.00,", 52_000),
        ("案值（元）", "0.00%", 0.5),
        ("案值（元）", "[$$-409]#,##0.00", 1200),
        ("案值（元）", ";;;", 1200),
        ("案值（万元）", "0!.00,", 52_000),
        ("案值（元）", '0"000"', 52),
        ("案值（元）", '"1"0', 52),
        ("案值（元）", "0\\0", 52),
        ("案值（元）", '"-"0', 52),
        ("案值（元）", "(0)", 52),
        ("案值（元）", '"约"0', 52),
        ("案值（元）", '0"%"', 52),
        ("案值（元）", '0"元/件"', 52),
        ("案值（元）", '"未缴"0', 52),
        ("案值（元）", '0,"k"', 52_000),
    ],
)
def test_a_cell_whose_format_and_content_differ_in_meaning_is_handed_back(tmp_path, heading, code, number):
    ledger = formatted(tmp_path, heading, code, number, plain=[10, 20])
    assert [item.row for item in ledger.rejected] == [2] and len(ledger.rows) == 2


def test_a_column_whose_cells_all_show_another_unit_than_its_heading_is_asked_about(tmp_path):
    ledger = formatted(tmp_path, "案值（元）", '0.00"万元"', 0.12, 0.3, 0.5)
    assert len(ledger.asks) == 1 and set(ledger.asks[0].choices) == {"元", "万元"}


def test_a_number_whose_format_writes_words_around_it_is_read_as_shown(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*BASE, "罚款（元）"])
    sheet.append([ROW[0], 951, *ROW[2:], 3000])
    sheet.cell(2, 2).number_format = '"渝万州市监处罚〔2024〕"0"号"'
    book.save(tmp_path / "文号.xlsx")
    assert read_ledger(tmp_path / "文号.xlsx", units=UNITS).rows[0].doc_no == "渝万州市监处罚〔2024〕951号"


# ---- the words themselves


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["案值", "罚款金额", "违法所得", "罚没款"]),
    st.sampled_from(["元", "百元", "千元", "万元", "亿元"]),
    st.sampled_from(
        [
            "{}（{}）",
            "{}({})",
            "{}【{}】",
            "{}/{}",
            "{} {}",
            "{}（单位：{}）",
            "{}（人民币{}）",
            "{}\n{}",
            "{}（{}，含税）",
            "{}：{}",
        ]
    ),
)
def test_a_unit_in_a_heading_is_heard_in_every_spelling(name, unit, form):
    assert units_in_heading(form.format(name, unit)) == {FEN[unit]}


@pytest.mark.parametrize(
    "text", ["填报单位：万州区局", "办案单位：某局", "2024年罚没款30万元", "当事人", "罚款", "单位：件"]
)
def test_a_line_that_names_no_unit_of_money_names_none(text):
    assert not units_in_line(text)


SAYS = (
    "{a}以{ua}计，{b}以{ub}计。", "注：{a}单位为{ua}；{b}单位为{ub}", "{b}以{ub}为单位，{a}以{ua}为单位",
    "单位：{ua}，{b}的单位为{ub}", "本表金额以{ua}为单位，{b}以{ub}为单位",
)  # fmt: skip


@pytest.mark.parametrize("says", SAYS)
@pytest.mark.parametrize("below", [False, True])
@pytest.mark.parametrize("units", [("万元", "元"), ("元", "万元"), ("千元", "万元")])
def test_a_line_that_names_columns_says_the_unit_of_each(tmp_path, says, below, units):
    line = [says.format(a="案值", b="罚款", ua=units[0], ub=units[1])]
    rows = [[*BASE, "案值", "罚款"], [*ROW, 5, 3]]
    ledger = read(tmp_path, [*rows, line] if below else [line, *rows])
    assert amounts(ledger) == [(5 * FEN[units[0]], 3 * FEN[units[1]])]


def test_a_line_that_names_one_column_leaves_the_other_to_be_asked_about(tmp_path):
    ledger = read(tmp_path, [[*BASE, "案值", "罚款"], [*ROW, 5, 3], ["注：案值以万元计"]])
    assert [ask.column for ask in ledger.asks] == ["罚款"]
    ledger = read(tmp_path, [[*BASE, "案值", "罚款"], [*ROW, 5, 3], ["注：案值等金额以万元计"]])
    assert amounts(ledger) == [(5 * FEN["万元"], 3 * FEN["万元"])]


@given(
    st.lists(
        st.tuples(st.sampled_from([('0.00"万元"', "万元"), ('0"元"', "元"), ('0"千元"', "千元")]), st.integers(1, 90)),
        min_size=2, max_size=6,
    ),
    st.booleans(),
)  # fmt: skip
@settings(
    max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_cells_that_each_show_a_unit_of_their_own_are_read_as_shown(tmp_path, cells, bare):
    """One number that shows no unit leaves the column open."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*BASE, "案值"])
    for number, (_, value) in enumerate(cells, 1):
        sheet.append([ROW[0], f"渝万州市监处罚〔2024〕{number}号", *ROW[2:], value])
        sheet.cell(number + 1, 7).number_format = cells[number - 1][0][0]
    if bare:
        sheet.append([ROW[0], "渝万州市监处罚〔2024〕99号", *ROW[2:], 4])
    path = tmp_path / "台账.xlsx"
    book.save(path)
    ledger = read_ledger(path, units=UNITS)
    if bare and len({unit for (_, unit), _ in cells}) > 1:
        assert [ask.column for ask in ledger.asks] == ["案值"]
    elif not bare:
        assert not ledger.asks and not ledger.rejected
        assert [row.case_value_fen for row in ledger.rows] == [
            value * FEN[unit] for (_, unit), value in cells
        ]
