"""Names with their unit in brackets and a bare number behind: each on its line, several on one, with and without a colon."""

import pytest

from zhiheng.reports.claims import read

ITEMS = (("商标侵权案件", "件", "610"), ("罚没金额", "万元", "485.99"), ("假冒专利", "件", "99"))


@pytest.mark.parametrize("colon", ["：", "", ":"])
@pytest.mark.parametrize("between", ["；", "，", "、", "\n"])
@pytest.mark.parametrize("around", ["{}", "2024年执法情况：{}。", "一、工作开展情况\n{}\n二、存在问题"])
def test_every_number_behind_a_unit_in_brackets_is_a_claim_in_that_unit(colon, between, around):
    text = around.format(between.join(f"{name}（{unit}）{colon}{number}" for name, unit, number in ITEMS))
    claims = read(text, year=2024).claims
    assert [(claim.head, claim.unit, str(claim.value)) for claim in claims] == list(ITEMS)


@pytest.mark.parametrize(
    "text",
    [
        "指标：商标侵权案件查办数；数值：610；单位：件",
        "指标名称：商标侵权案件查办数\n计量单位：件\n数值：610\n",
        "项目：商标侵权案件查办数，单位：件，数量：610。",
    ],
)
def test_name_number_and_unit_behind_words_of_their_own_are_one_claim(text):
    [claim] = read(f"2024年执法情况\n{text}", year=2024).claims
    assert (claim.head, claim.unit, str(claim.value)) == ("商标侵权案件查办数", "件", "610")


@pytest.mark.parametrize("mark", ["\t", " | "])
def test_thousands_parted_by_a_wide_comma_are_one_cell(mark):
    lines = ("类别", "件数（件）"), ("商标", "1，610"), ("专利", "1，099，000"), ("地标", "99")
    text = "\n".join(mark.join(cells) if mark == "\t" else f"| {mark.join(cells)} |" for cells in lines)
    assert [int(claim.value) for claim in read(text, year=2024).claims] == [1610, 1_099_000, 99]


def test_a_number_and_its_unit_on_lines_of_their_own_leave_the_next_name_alone():
    found = read("商标侵权案件\n610\n件\n假冒专利案件\n99\n件\n", year=2024).claims
    assert [(claim.said, claim.head) for claim in found] == [("610件", ""), ("99件", "")]
