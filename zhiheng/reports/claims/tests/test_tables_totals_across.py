"""A row that states its own total is added up; a row whose columns are no list of parts is left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.reports.claims import read

KINDS = ("警告", "罚款", "没收违法所得", "没收非法财物", "暂扣许可证件", "吊销许可证件")
TITLE = "某县2024年度行政处罚实施情况统计表\n"
COUNTS = st.integers(1, 900)


def _table(heads: list[str], rows: list[list], mark: str) -> str:
    lines = [heads, *rows]
    if mark == "|":
        return TITLE + "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"
    return TITLE + "\n".join("\t".join(map(str, line)) for line in lines) + "\n"


def _flagged(text: str) -> list[str]:
    return [c.text for c in read(text, year=2024).claims for f in c.flags if f["kind"] == "total"]


@st.composite
def tables(draw):
    """Rows of parts with their true totals, how they are headed and laid out, and where the total stands."""
    width, rows = draw(st.integers(2, 6)), draw(st.integers(1, 6))
    names = list(draw(st.permutations(KINDS))[:width])
    parts = [draw(st.lists(COUNTS, min_size=width, max_size=width)) for _ in range(rows)]
    return names, parts, draw(st.sampled_from(["|", "\t"])), draw(st.booleans()), draw(st.booleans())


def _laid_out(names, parts, mark, first, labels, totals) -> str:
    heads = [f"{name}（宗）" for name in names]
    word = "合计（宗）"
    heads = [word, *heads] if first else [*heads, word]
    rows = [[total, *row] if first else [*row, total] for row, total in zip(parts, totals, strict=True)]
    if labels or first:  # a row that begins with its total needs a name
        heads, rows = ["领域", *heads], [[f"{'甲乙丙丁戊己'[i]}领域", *row] for i, row in enumerate(rows)]
    return _table(heads, rows, mark)


@given(tables())
@settings(max_examples=examples(80), deadline=None)
def test_a_row_that_adds_up_raises_no_flag(table):
    *layout, parts = table[0], *table[2:], table[1]
    names, mark, first, labels = layout
    assert _flagged(_laid_out(names, parts, mark, first, labels, map(sum, parts))) == []


@given(tables(), st.data())
@settings(max_examples=examples(80), deadline=None)
def test_the_one_row_that_does_not_add_up_is_found(table, data):
    names, parts, mark, first, labels = table
    totals = [sum(row) for row in parts]
    wrong = data.draw(st.integers(0, len(parts) - 1))
    totals[wrong] += data.draw(st.sampled_from([-1, 7, 900]))
    assert _flagged(_laid_out(names, parts, mark, first, labels, totals)) == [str(totals[wrong])]


def test_the_words_say_the_sum_and_the_difference():
    text = _table(
        ["警告（宗）", "罚款（宗）", "没收（宗）", "合计（宗）", "罚没金额（万元）"],
        [[31, 420, 7, 485, 66.5]],
        "|",
    )
    [flag] = [f for c in read(text, year=2024).claims for f in c.flags]
    assert flag == {"kind": "total", "words": "本行各列之和31+420+7=458，比所写485宗少27"}


def test_each_group_of_a_head_in_two_rows_has_its_own_total():
    text = (
        "| 行政复议 | | | 行政诉讼 | | |\n| 维持 | 纠正 | 总计 | 维持 | 纠正 | 总计 |\n"
        "| 5 | 2 | 7 | 9 | 1 | 11 |\n单位：件\n"
    )
    claims = read("2024年\n单位：件\n" + text, year=2024).claims
    assert [c.text for c in claims for f in c.flags if f["kind"] == "total"] == ["11"]


@pytest.mark.parametrize(
    ("heads", "row"),
    [
        (["立案数（件）", "结案数（件）", "合计（件）"], [30, 28, 61]),
        (["案件数（件）", "其中涉外（件）", "合计（件）"], [30, 8, 31]),
        (["上年结转（件）", "本年新收（件）", "合计（件）"], [3, 8, 12]),
        (["案件数（件）", "案值（万元）", "合计（件）"], [30, 8.5, 30]),
        (["检查（家次）", "合计（件）", "结案率（%）"], [30, 8, 95.2]),
        (["商标（件）", "专利（件）", "同比增长（%）", "合计（件）"], [30, 8, 4.5, 38]),
    ],
)
def test_columns_that_are_no_list_of_parts_are_left_alone(heads, row):
    assert _flagged(_table(heads, [row], "|")) == []


def test_rows_tell_where_the_head_does_not():
    heads = ["单位", "上年结转（件）", "本年新收（件）", "合计（件）"]
    rows = [["甲区", 3, 8, 11], ["乙区", 4, 9, 13], ["丙区", 5, 7, 21], ["丁区", 1, 1, 2]]
    assert _flagged(_table(heads, rows, "|")) == ["21"]
    assert _flagged(_table(heads, [[*row[:3], row[3] + i + 1] for i, row in enumerate(rows)], "|")) == []


def test_money_rounded_in_every_cell_may_differ_by_as_much():
    heads = ["罚款（万元）", "没收（万元）", "合计（万元）"]
    assert _flagged(_table(heads, [[1.25, 2.14, 3.4]], "|")) == []
    assert _flagged(_table(heads, [[1.25, 2.14, 3.9]], "|")) == ["3.9"]


@pytest.mark.parametrize("line", ["单位：件", "（单位：件）", "计量单位：件", "注：单位为件"])
def test_a_unit_on_a_line_of_its_own_below_the_table_counts_its_cells(line):
    text = (
        _table(["区县", "商标", "专利", "合计"], [["甲区", 10, 5, 15], ["乙区", 20, 6, 26]], "|")
        + line
        + "\n"
    )
    assert {c.unit for c in read(text, year=2024).claims} == {"件"}
