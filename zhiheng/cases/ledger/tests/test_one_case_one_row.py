"""Merged cells, repeated rows and rows told twice give each case once, with all its parties; contradictions come back."""

import openpyxl
import pytest

from zhiheng.cases.ledger import read_ledger
from zhiheng.cases.ledger.tests.ledger_files import HEADER, UNITS, case, write_xlsx


def read(tmp_path, *sheets, merge=(), names=None):
    path = write_xlsx(tmp_path / "台账.xlsx", *sheets, names=names)
    if merge:
        book = openpyxl.load_workbook(path)
        for area in merge:
            book.active.merge_cells(area)
        book.save(path)
    return read_ledger(path, units=UNITS)


def test_several_parties_under_one_merged_number_are_one_case(tmp_path):
    second = case(
        2,
        当事人="万州区乙日杂店",
        决定书文号="",
        案由="",
        立案日期="",
        决定日期="",
        **{"案值（元）": "", "罚款金额（元）": ""},
    )
    merge = [f"{column}2:{column}3" for column in "CEFGHI"]
    ledger = read(tmp_path, [HEADER, case(1), second, case(3)], merge=merge)
    assert not ledger.rejected
    assert [row.party_name for row in ledger.rows] == [
        "万州区青禾1号食品店、万州区乙日杂店",
        "万州区青禾3号食品店",
    ]
    assert [row.fine_fen for row in ledger.rows] == [300_000, 300_000]


def test_amounts_of_each_party_under_one_merged_number_are_added_and_told(tmp_path):
    second = case(2, 当事人="万州区乙日杂店", 决定书文号="", **{"罚款金额（元）": 2000})
    ledger = read(tmp_path, [HEADER, case(1), second], merge=["C2:C3"])
    assert [row.fine_fen for row in ledger.rows] == [500_000]
    assert any("相加" in remark.message for remark in ledger.remarks)


def test_rows_under_one_merged_number_that_contradict_each_other_come_back(tmp_path):
    second = case(2, 当事人="万州区乙日杂店", 决定书文号="", 案由="假冒专利")
    ledger = read(tmp_path, [HEADER, case(1), second], merge=["C2:C3"])
    assert {item.row for item in ledger.rejected} == {2, 3} and not len(ledger.rows)


def test_a_merged_party_of_two_decisions_stands_for_both(tmp_path):
    second = case(2, 当事人="")
    ledger = read(tmp_path, [HEADER, case(1), second], merge=["D2:D3"])
    assert [row.party_name for row in ledger.rows] == ["万州区青禾1号食品店"] * 2
    assert len({row.doc_no for row in ledger.rows}) == 2


def test_a_further_party_of_a_number_written_again_is_listed_with_the_first(tmp_path):
    second = case(1, 当事人="万州区乙日杂店", **{"案值（元）": "", "罚款金额（元）": ""})
    ledger = read(tmp_path, [HEADER, case(1), second])
    assert [(row.party_name, row.fine_fen) for row in ledger.rows] == [
        ("万州区青禾1号食品店、万州区乙日杂店", 300_000)
    ]
    again = read(tmp_path, [HEADER, case(1), case(1, 当事人="万州区乙日杂店")])
    assert len(again.rows) == 1 and len(again.rejected) == 1, "two fines or one told twice: a person must say"


def test_a_case_told_further_on_a_later_sheet_is_one_case(tmp_path):
    header = [*HEADER, "状态"]
    first = [*case(1, 决定书文号="", 决定日期="", **{"罚款金额（元）": ""}), "调查中"]
    later = [*case(1, 决定书文号=""), "已结案"]
    ledger = read(tmp_path, [header, first], [header, later], names=["一季度", "二季度"])
    assert [(str(row.decided_on), row.fine_fen, row.status) for row in ledger.rows] == [
        ("2024-04-05", 300_000, "closed")
    ]
    assert not ledger.rejected and ledger.repeated == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"决定日期": "2024-01-05"}, "早于立案日期"),
        ({"结案日期": "2024-03-01"}, "早于决定日期"),
        ({"决定日期": "", "结案日期": "2024-06-01"}, "没有决定日期"),
        ({"决定日期": "", "状态": "已结案"}, "没有决定日期"),
        ({"状态": "不予处罚"}, "却有罚款"),
        ({"已缴金额（元）": 5000}, "多于罚没"),
    ],
)
def test_a_row_that_contradicts_itself_comes_back(tmp_path, changes, says):
    header = [*HEADER, "结案日期", "状态", "已缴金额（元）"]
    row = case(1, **{name: value for name, value in changes.items() if name in HEADER})
    more = [changes.get(name, "") for name in header[len(HEADER) :]]
    ledger = read(tmp_path, [header, [*row, *more], [*case(2), "2024-06-01", "已结案", 3000]])
    assert {item.row for item in ledger.rejected} == {2} and says in ledger.rejected[0].reason
    assert [row.paid_fen for row in ledger.rows] == [300_000]


@pytest.mark.parametrize("status", ["撤案", "移送公安", "不予立案", "销案"])
def test_a_case_that_ended_without_a_decision_needs_none(tmp_path, status):
    header = [*HEADER, "结案日期", "状态"]
    row = case(1, 决定日期="", **{"罚款金额（元）": ""})
    ledger = read(tmp_path, [header, [*row, "2024-06-01", status]])
    assert len(ledger.rows) == 1 and not ledger.rejected


@pytest.mark.parametrize(
    ("label", "agrees"),
    [
        ("万州区 汇总", True),
        ("一季度小计", True),
        ("二季度合计：2件", True),
        ("全年共计2件", True),
        ("合 计", True),
        ("总计", True),
    ],
)
def test_sums_under_any_name_are_no_cases_and_are_held_against_the_rows(tmp_path, label, agrees):
    total = [label, "", "", "", "", "", "", 3000, 6000, ""]
    ledger = read(tmp_path, [HEADER, case(1), case(2), total])
    assert len(ledger.rows) == 2 and not ledger.rejected and not ledger.notes
    wrong = read(tmp_path, [HEADER, case(1), case(2), [*total[:8], 9999, ""]])
    assert any("9,999" in note for note in wrong.notes)


def test_subtotals_cover_the_rows_since_the_last_and_the_total_all(tmp_path):
    rows = [
        HEADER,
        case(1),
        ["小计", *[""] * 6, 1500, 3000, ""],
        case(2),
        case(3),
        ["小计", *[""] * 6, 3000, 6000, ""],
        ["总计", *[""] * 6, 4500, 9000, ""],
    ]
    ledger = read(tmp_path, rows)
    assert len(ledger.rows) == 3 and not ledger.notes
    assert [(s.fen, s.stated_fen, s.agrees) for s in ledger.sums] == [
        (450_000, 450_000, True),
        (900_000, 900_000, True),
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("销售侵犯“奥运宝贝”注册商标专用权的商品", "trademark_infringement"),
        ("经营侵犯“广告王”商标的商品", "trademark_infringement"),
        ("伪造、擅自制造他人注册商标标识", "trademark_infringement"),
        ("销售侵犯「地理标志」注册商标专用权的商品", "trademark_infringement"),
        ("侵犯奥林匹克标志专有权", "special_sign"),
        ("从事不正当竞争", "other"),
    ],
)
def test_a_cause_is_read_from_the_whole_cell_without_the_names_in_it(tmp_path, words, code):
    assert read(tmp_path, [HEADER, case(1, 案由=words)]).rows[0].cause == code


@pytest.mark.parametrize(
    ("words", "code"),
    [("未移送公安", ""), ("没有结案", "investigating"), ("未撤销", ""), ("未立案", "lead"), ("尚未结案", "investigating"), ("移送公安", "transferred_police"), ("已撤销", "revoked"), ("撤案", "withdrawn"), ("不予处罚", "no_penalty")],
)  # fmt: skip
def test_a_state_denied_is_not_a_state_reached(tmp_path, words, code):
    fine = {"罚款金额（元）": ""} if code == "no_penalty" else {}
    assert read(tmp_path, [[*HEADER, "案件状态"], [*case(1, **fine), words]]).rows[0].status == code


@pytest.mark.parametrize("words", ["移送后退回", "撤销后重新作出", "移送公安后又退回", "中止后恢复办理"])
def test_a_state_that_was_undone_is_kept_in_words_and_told(tmp_path, words):
    ledger = read(tmp_path, [[*HEADER, "案件状态"], [*case(1), words]])
    assert ledger.rows[0].status == "" and ledger.rows[0].status_text == words
    assert any(words in remark.message for remark in ledger.remarks)


def test_a_line_drawn_with_signs_under_the_heading_is_no_case(tmp_path):
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in (HEADER, ["---"] * len(HEADER), case(1))]
    (tmp_path / "台账.csv").write_text("\n".join(lines), "utf-8")
    ledger = read_ledger(tmp_path / "台账.csv", units=UNITS)
    assert len(ledger.rows) == 1 and not ledger.rejected


def test_a_cell_with_two_causes_is_told(tmp_path):
    ledger = read(tmp_path, [HEADER, case(1, 案由="商标侵权、假冒专利")])
    assert len(ledger.rows) == 1 and any(
        "商标侵权" in r.message and "假冒专利" in r.message for r in ledger.remarks
    )


@pytest.mark.parametrize("sign", ["\u200b", "\ufeff", "\u200e", "\u2060", "\xad", "\ufe0f"])
def test_signs_that_nobody_sees_make_no_difference(tmp_path, sign):
    plain = read(tmp_path, [HEADER, case(1)]).rows[0]
    header = [f"{sign}{name}{sign}" for name in HEADER]
    texts = [
        f"{sign}{cell[:2]}{sign}{cell[2:]}{sign}" if isinstance(cell, str) and cell else cell
        for cell in case(1)
    ]
    seen = read(tmp_path, [header, texts]).rows[0]
    assert seen._replace(doc_no_printed="", cause_text="") == plain._replace(doc_no_printed="", cause_text="")


def test_a_party_on_two_lines_is_one_name_or_two_parties(tmp_path):
    ledger = read(
        tmp_path,
        [
            HEADER,
            case(1, 当事人="万州区丙副食店\n（经营者：陶某）"),
            case(2, 当事人="万州甲副食店\n万州乙日杂店"),
            case(3, 当事人="万州区多行\n副食店"),
        ],
    )
    assert (ledger.rows[0].party_name, ledger.rows[0].party_operator) == ("万州区丙副食店", "陶某")
    assert ledger.rows[1].party_name == "万州甲副食店、万州乙日杂店"


def test_two_numbers_in_one_cell_come_back(tmp_path):
    both = "渝万州市监处罚〔2024〕1号\n渝万州市监处罚〔2024〕2号"
    assert "不止一个文号" in read(tmp_path, [HEADER, case(1, 决定书文号=both)]).rejected[0].reason


def test_a_second_table_on_the_sheet_is_read_by_its_own_header(tmp_path):
    other = ["办案单位", "当事人", "决定书文号", "决定日期", "立案日期", "案由", "罚款金额（万元）"]
    row = [
        "万州区局",
        "万州区乙日杂店",
        "渝万州市监处罚〔2024〕9号",
        "2024-05-05",
        "2024-03-05",
        "假冒专利",
        0.5,
    ]
    for title in ([], [["二、专利案件", "", "", "单位：万元"]]):
        ledger = read(
            tmp_path, [HEADER, case(1), case(2), ["合计", *[""] * 6, 3000, 6000, ""], [], *title, other, row]
        )
        assert not ledger.asks and not ledger.rejected
        assert [(r.cause, r.fine_fen, str(r.decided_on)) for r in ledger.rows][2:] == [
            ("patent_counterfeiting", 500_000, "2024-05-05")
        ]
        assert [r.source_row for r in ledger.rows] == [2, 3, 7 + len(title)]


def test_the_same_header_again_is_a_pages_repetition(tmp_path):
    ledger = read(tmp_path, [HEADER, case(1), HEADER, case(2)])
    assert len(ledger.rows) == 2 and any("重复出现的表头1行" in note for note in ledger.notes)


def test_a_csv_row_moved_by_a_comma_in_an_amount_comes_back(tmp_path):
    path = tmp_path / "台账.csv"
    first = ",".join(str(cell) for cell in case(1)).replace("1500", "1,500")
    second = ",".join(str(cell) for cell in case(2)).removesuffix(",")
    path.write_text("\n".join([",".join(HEADER), first, second]), encoding="utf-8")
    ledger = read_ledger(path, units=UNITS)
    assert {item.row for item in ledger.rejected} == {2} and "错了位" in ledger.rejected[0].reason
    assert [row.source_row for row in ledger.rows] == [3]


def test_a_header_of_three_rows_is_joined(tmp_path):
    rows = [
        ["万州区2024年台账"],
        ["序号", "当事人信息", "", "案件信息", "", "", "", "", "处罚信息（万元）", ""],
        ["", "名称", "类型", "办案单位", "文号", "案由", "日期", "", "金额", ""],
        ["", "", "", "", "", "", "立案日期", "决定日期", "案值", "罚款"],
        [
            1,
            "甲商店",
            "个体",
            "万州区局",
            "渝万州市监处罚〔2024〕1号",
            "商标侵权",
            "2024-03-05",
            "2024-04-05",
            0.12,
            0.3,
        ],
    ]
    ledger = read(tmp_path, rows)
    assert not ledger.asks and not ledger.rejected
    [row] = ledger.rows
    assert (row.party_name, row.case_value_fen, row.fine_fen) == ("甲商店", 120_000, 300_000)
    assert (str(row.filed_on), str(row.decided_on)) == ("2024-03-05", "2024-04-05")


def test_titles_of_sections_between_the_rows_are_no_rows(tmp_path):
    ledger = read(tmp_path, [HEADER, ["一、商标侵权案件"], case(1), ["二、其他案件"], case(2)])
    assert len(ledger.rows) == 2 and not ledger.rejected


@pytest.mark.parametrize("heading", ["案值/罚款（万元）", "金额", "日期", "处理时间", "罚没情况"])
def test_an_unknown_column_that_may_hold_days_or_money_is_told(tmp_path, heading):
    ledger = read(tmp_path, [[*HEADER, heading], [*case(1), "x"]])
    assert any(heading in note and "看不出" in note for note in ledger.notes)


def test_a_further_party_with_a_fine_of_its_own_comes_back_with_the_way_to_take_both_in(tmp_path):
    second = case(2, 当事人="万州区乙日杂店", 决定书文号=case(1)[2], **{"罚款金额（元）": 2000})
    ledger = read(tmp_path, [HEADER, case(1), second, case(3)])
    assert [row.party_name for row in ledger.rows] == ["万州区青禾1号食品店", "万州区青禾3号食品店"]
    [item] = ledger.rejected
    assert item.row == 3 and "当事人不同" in item.reason and "以本行为准" in item.remedy
