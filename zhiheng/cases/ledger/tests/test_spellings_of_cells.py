"""Amounts, days and rows of sums as many hands write them: read as what they say, or handed back."""

import datetime as dt

import openpyxl
import pytest

from zhiheng.cases.ledger import read_ledger
from zhiheng.cases.ledger.tests.ledger_files import HEADER, UNITS, case

FINE = "罚款金额（元）"


def _ledger(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return read_ledger(path, units=UNITS)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("３，０００．５０", 300_050), ("1,234.56", 123_456), ("1，234.56", 123_456), ("1 234.56", 123_456),
        ("12,345,678", 1_234_567_800), ("1,2345,6789", 12_345_678_900), ("￥3,000", 300_000), ("人民币3000元整", 300_000),
        ("叁仟元整", 300_000), ("0.3万元", 300_000), ("３０００元", 300_000), ("3 000", 300_000), ("3,000元", 300_000),
        ("3000（注1）", 300_000),
    ],
)  # fmt: skip
def test_an_amount_is_read_whatever_parts_its_digits(tmp_path, written, fen):
    ledger = _ledger(tmp_path / "台账.xlsx", HEADER, case(1), case(2, **{FINE: written}))
    assert ([row.fine_fen for row in ledger.rows], ledger.rejected) == ([300_000, fen], [])


@pytest.mark.parametrize(
    "written",
    [
        "756¹", "3000①", "3000*", "3000[1]", "3000注1", "1.234,56", "1.234.567", "1,23", "12,34,567", "3,0000", "1,2345.6",
        "1 234 5", "3000/5000", "3000或5000", "3000+2000", "3000-5000", "1e3", "3000、5000", "罚款3000，没收2000", "若干",
        "见决定书", "30,00", "3000。", "3000（减免1000）", "3000元（已退500）",
    ],
)  # fmt: skip
def test_what_is_no_single_amount_hands_its_row_back(tmp_path, written):
    ledger = _ledger(tmp_path / "台账.xlsx", HEADER, case(1), case(2, **{FINE: written}))
    assert {item.row for item in ledger.rejected} == {3}
    assert [row.fine_fen for row in ledger.rows] == [300_000]


@pytest.mark.parametrize(
    "written",
    [
        "2024.4.5", "2024/4/5", "２０２４年４月５日", "20240405", "二〇二四年四月五日", "2024-4-5 10:20", "2024．4．5", "45387",
        45387, dt.datetime(2024, 4, 5), "2024、4、5", "2024 年 4 月 5 日", "2024-04-05T00:00:00", "2024年04月05日上午",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(tmp_path, written):
    ledger = _ledger(tmp_path / "台账.xlsx", HEADER, case(1, 立案日期="2024-03-01", 决定日期=written))
    assert [row.decided_on for row in ledger.rows] == [dt.date(2024, 4, 5)]


@pytest.mark.parametrize(
    "written",
    ["2024-02-30", "4/5/2024", "2024-4", "2024.4", "2024.13.1", "2024-4-5、2024-4-9", "202445", 20244, "0405", "24.4.5"],
)  # fmt: skip
def test_what_is_no_single_day_hands_its_row_back(tmp_path, written):
    ledger = _ledger(tmp_path / "台账.xlsx", HEADER, case(1, 立案日期="2024-03-01", 决定日期=written))
    assert {item.row for item in ledger.rejected} == {2}


@pytest.mark.parametrize(
    "sums",
    [
        {"序号": "小计"}, {"办案单位": "万州区局小计"}, {"当事人": "本页小计"}, {"备注": "小计"}, {"序号": "合计（1件）"},
        {"办案单位": "万州区局", "当事人": "小计1件"}, {}, {"序号": "承前页"}, {"序号": "过次页"}, {"序号": "一季度累计"},
        {"案由": "侵犯注册商标专用权小计"},
    ],
)  # fmt: skip
def test_a_row_of_sums_between_cases_is_no_case(tmp_path, sums):
    told = {"案值（元）": 1500, FINE: 3000} | sums
    ledger = _ledger(
        tmp_path / "台账.xlsx", HEADER, case(1), [told.get(name, "") for name in HEADER], case(2)
    )
    assert ([row.fine_fen for row in ledger.rows], ledger.rejected) == ([300_000, 300_000], [])


PLACES = ["十", "万", "千", "百", "十", "元", "角", "分"]


@pytest.mark.parametrize(
    ("digits", "fen"),
    [
        ([0, 0, 3, 0, 0, 0, 0, 0], 300_000), (["", "", 3, 0, 0, 0, 5, 0], 300_050), (["", "￥", "3", "0", "0", "0", "0", "0"], 300_000),
        ([1, 2, 3, 4, 5, 6, 7, 8], 12_345_678), ([""] * 7 + [5], 5), ([""] * 8, None), (["", "", 3, "", 0, 0, 0, 0], "back"),
        (["", "", 30, 0, 0, 0, 0, 0], "back"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("cents", [True, False])
def test_an_amount_written_a_digit_to_a_column_is_put_together(tmp_path, digits, fen, cents):
    signs = PLACES if cents else PLACES[:-2]
    digits = digits if cents else digits[:-2]
    if not cents and isinstance(fen, int):
        fen = fen // 100 * 100 or None
    head = [*HEADER[:8], "罚款金额", *[""] * (len(signs) - 1), "备注"]
    below = [*[""] * 8, *signs, ""]
    row = [*case(1)[:8], *digits, ""]
    book = openpyxl.Workbook()
    for cells in (head, below, row, [*case(2)[:8], *[0] * (len(signs) - 1), 0, ""]):
        book.active.append(cells)
    book.active.merge_cells(start_row=1, end_row=1, start_column=9, end_column=8 + len(signs))
    book.save(tmp_path / "台账.xlsx")
    ledger = read_ledger(tmp_path / "台账.xlsx", units=UNITS)
    if fen == "back":
        assert {item.row for item in ledger.rejected} == {3}
    else:
        assert ([row.fine_fen for row in ledger.rows], ledger.rejected) == ([fen, 0], [])
