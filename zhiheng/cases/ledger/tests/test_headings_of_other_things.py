"""A heading that names something beside the case, its planned fine, another office's decision, is no heading of the case's own."""

from __future__ import annotations

import pytest

from zhiheng.cases.ledger import read_ledger
from zhiheng.cases.ledger.amounts import amount_parser
from zhiheng.cases.ledger.cells import Unreadable
from zhiheng.cases.ledger.tests.ledger_files import UNITS, write_xlsx
from zhiheng.cases.ledger.vocabulary import known_headings, read_header, words

HEADS = ["办案单位", "决定书文号", "当事人", "案由", "立案日期", "决定日期", "罚款金额（元）"]
ROW = ["万州区局", "渝万州市监处罚〔2024〕1号", "青禾食品店", "商标侵权", "2024-03-05", "2024-04-05", 3000]
KINDS = {
    kind: [
        field for field in words()["headers"]
        if field == kind or field.endswith({"amounts": "_fen", "days": "_on"}.get(kind, "?"))
    ]
    for kind in words()["qualified"]
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_that_makes_a_heading_another_thing_leaves_it_what_it_was(kind):
    assert KINDS[kind]
    for field in KINDS[kind]:
        for name in words()["headers"][field]:
            for word in words()["qualified"][kind]:
                for heading in (f"{word.strip()}{name}", f"{name}（{word.strip()}）"):
                    known = heading.replace("（", "").replace("）", "")
                    if known not in known_headings() and not known.startswith("应"):
                        assert read_header(heading)[0] != field, heading


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("行政处罚决定书文号（必填）", "doc_no"), ("当事人名称（全称）", "party_name"), ("立案日期（批准）", "filed_on"), ("案值金额（含税）", "case_value_fen"),
        ("已缴罚没款金额", "paid_fen"), ("行政处罚决定书送达日期", "served_on"), ("被投诉企业名称", "party_name"), ("罚没款（应缴）", "forfeit_fen"),
        ("鉴定货值金额", "case_value_fen"), ("不予行政处罚决定书文号", "doc_no"), ("法定代表人（负责人、经营者）", "party_operator"), ("其中：罚款", "fine_fen"),
    ],
)  # fmt: skip
def test_words_that_say_only_more_of_the_same_thing_leave_it(heading, field):
    assert read_header(heading)[0] == field


@pytest.mark.parametrize(
    "heading",
    [
        "拟罚款金额（元）",
        "罚款金额（拟）",
        "上年罚款金额",
        "加处罚款金额",
        "罚款金额（减免）",
        "罚款金额（美元）",
        "罚款金额（分）",
    ],
)
def test_such_a_column_is_kept_and_told_and_does_not_count(tmp_path, heading):
    rows = [[*HEADS[:6], heading], ROW]
    ledger = read_ledger(write_xlsx(tmp_path / "台账.xlsx", rows), units=UNITS)
    [row] = ledger.rows
    assert row.fine_fen is None and "3000" in row.extra
    assert any(f"“{heading}”列看不出是哪一项" in note for note in ledger.notes)


def test_the_heading_of_the_group_says_so_as_well(tmp_path):
    rows = [
        ["办案单位", "决定书文号", "当事人", "案由", "处罚决定", "", "复议情况", ""],
        ["", "", "", "", "决定日期", "罚款金额（元）", "决定日期", "罚款金额（元）"],
        [*ROW[:4], "2024-04-05", 3000, "2024-08-01", 1000],
    ]
    [row] = read_ledger(write_xlsx(tmp_path / "台账.xlsx", rows), units=UNITS).rows
    assert (str(row.decided_on), row.fine_fen) == ("2024-04-05", 300_000)


@pytest.mark.parametrize("words_", ["变更为2000", "已撤销", "复议后降为1000元", "待定", "拟", "有误"])
def test_an_amount_that_its_own_bracket_takes_back_comes_back(words_):
    assert isinstance(amount_parser()(f"3000（{words_}）"), Unreadable)
