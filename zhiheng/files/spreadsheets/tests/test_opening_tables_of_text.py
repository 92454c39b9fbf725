"""A csv file is read in the encoding it has; where two would do, the headings the caller knows decide."""

import codecs

import pytest

from zhiheng.files.spreadsheets import Refused, as_text, open_spreadsheet

LIST = "名稱,日期,聽眾\n萬州區講座,2024-03-05,學生\n"
KNOWN = {"名稱", "日期", "聽眾"}


def opened(path, data, *known):
    path.write_bytes(data)
    notes = []
    (sheet,) = open_spreadsheet(path, 10_000, notes, is_heading=set(known).__contains__)
    return sheet, notes


def test_the_headings_a_caller_knows_tell_big5_from_gb18030(tmp_path):
    sheet, notes = opened(tmp_path / "list.csv", LIST.encode("big5hkscs"), *KNOWN)
    assert sheet.cells[0] == ["名稱", "日期", "聽眾"] and notes == ["文字编码按Big5读取"]
    sheet, notes = opened(tmp_path / "list.csv", LIST.encode("gb18030"), *KNOWN)
    assert sheet.cells[0] == ["名稱", "日期", "聽眾"] and notes == ["文字编码按GB18030读取"]


def test_without_known_headings_the_more_common_encoding_is_taken_and_told(tmp_path):
    _, notes = opened(tmp_path / "list.csv", LIST.encode("big5hkscs"))
    assert notes == ["文字编码按GB18030读取"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_needs_no_headings(tmp_path, encoding):
    sheet, _ = opened(tmp_path / "list.csv", LIST.encode(encoding))
    assert sheet.cells[1] == ["萬州區講座", "2024-03-05", "學生"]


def test_a_file_that_lies_about_its_encoding_is_refused_in_words(tmp_path):
    with pytest.raises(Refused, match="标明是UTF-8，但"):
        opened(tmp_path / "list.csv", codecs.BOM_UTF8 + b"a,b\n1\xff\xfe")


@pytest.mark.parametrize("row", ['2,"乙店,3000,', '2,"乙,3000,备'])
def test_a_quotation_mark_that_is_not_closed_loses_no_rows(tmp_path, row):
    lines = ["号,名,罚款,备注", "1,甲店,3000,", row, "3,丙店,3000,", "4,丁店,3000,", "5,戊店,3000,"]
    with pytest.raises(Refused, match=r"第3行.*引号"):
        opened(tmp_path / "list.csv", "\n".join(lines).encode())


def test_a_cell_of_several_lines_is_no_lost_row(tmp_path):
    lines = ["号,名,罚款,备注", '1,甲店,3000,"第一行\n第二行，又一句"', "2,乙店,3000,"]
    sheet, _ = opened(tmp_path / "list.csv", "\n".join(lines).encode())
    assert len(sheet.cells) == 3


def test_numbers_are_shown_as_a_spreadsheet_shows_them():
    assert [as_text(cell) for cell in (12.0, 12.5, None, " 甲\u200b ", 1e20)] == [
        "12",
        "12.5",
        "",
        "甲",
        "1e+20",
    ]
