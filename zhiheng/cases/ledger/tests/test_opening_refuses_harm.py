"""Files that are not what they say, or that would do harm, are refused in words before they are parsed."""

import zipfile

import pytest

from zhiheng.cases.ledger import Refused, read_ledger
from zhiheng.cases.ledger.tests.ledger_files import HEADER, UNITS, case, write_xlsx
from zhiheng.files.spreadsheets import workbook


def refuse(path, says, **options):
    with pytest.raises(Refused, match=says) as caught:
        read_ledger(path, units=UNITS, **options)
    assert "请" in str(caught.value), "a refusal says what to do"


def rewrite(path, change):
    """Copy an xlsx with its parts passed through `change(name, data)`."""
    target = path.with_name("改.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


@pytest.fixture
def good(tmp_path):
    return write_xlsx(tmp_path / "台账.xlsx", [HEADER, case()])


def with_cell(good, xml):
    """The ledger with the amount cell H2 replaced."""
    import re

    def change(name, data):
        return re.sub(rb'<c r="H2".*?</c>', xml, data) if name.endswith("sheet1.xml") else data

    return rewrite(good, change)


@pytest.mark.parametrize(("name", "data", "says"), [
    ("a.xlsx", b"%PDF-1.7 ...", "PDF"),
    ("a.xlsx", b"<html><table>", "网页"),
    ("a.xlsx", b"just,text\n1,2", "不是有效的 Excel"),
    ("a.csv", b"PK\x03\x04....", "不符"),
    ("a.csv", b"\x89PNG\r\n\x1a\n", "图片"),
    ("a.xlsx", b"PK\x03\x04 broken", "已损坏"),
    ("a.xlsx", b"", "空的"),
    ("a.csv", b"\x00\x01\x02\x03\x00\x00\x05\xff\xfe\x00" * 50, "不是文字文件"),
    ("a.csv", "当事人,案由\n".encode() + b"\xff\xff\xff", "编码"),
    ("a.xlsm", b"PK\x03\x04", "宏"),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000, "已损坏"),
])  # fmt: skip
def test_a_file_that_is_not_a_ledger_is_refused_in_words(tmp_path, name, data, says):
    path = tmp_path / name
    path.write_bytes(data)
    refuse(path, says)


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "大.xlsx"
    with path.open("wb") as stream:
        stream.truncate(501 * 1024 * 1024)
    refuse(path, "上限", size_limit=10**12)
    with path.open("wb") as stream:
        stream.truncate(51 * 1024 * 1024)
    refuse(path, "50MB")


def test_a_zip_bomb_is_refused_from_the_directory(tmp_path, good, monkeypatch):
    bomb = rewrite(good, lambda name, data: data + b" " * (40 << 20) if name.endswith("sheet1.xml") else data)
    monkeypatch.setattr(workbook, "_scan_sheet", lambda *_: pytest.fail("the part was unpacked"))
    refuse(bomb, "压缩炸弹")


def test_a_directory_that_lies_about_sizes_is_refused(tmp_path, good):
    data = bytearray(good.read_bytes())
    with zipfile.ZipFile(good) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lied = data.replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little"))
    path = tmp_path / "谎.xlsx"
    path.write_bytes(lied)
    refuse(path, "已损坏")


def test_cells_scattered_over_millions_of_rows_are_refused(good):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    scattered = rewrite(
        good, lambda name, data: data.replace(b"</sheetData>", far) if name.endswith("sheet1.xml") else data
    )
    refuse(scattered, "区域过大")
    unplaced = b'<row r="1048576">' + b"<c><v>1</v></c>" * 9000 + b"</row></sheetData>"
    scattered = rewrite(
        good,
        lambda name, data: data.replace(b"</sheetData>", unplaced) if name.endswith("sheet1.xml") else data,
    )
    refuse(scattered, "区域过大")


@pytest.mark.parametrize(
    "cell", [b"<c r='XFD1048576'>", b'<c\nr="XFD1048576">', b'<c s="0" r = "XFD1048576">']
)
def test_a_far_cell_is_found_however_its_reference_is_written(good, cell):
    far = b'<row r="1048576">' + cell + b"<v>1</v></c></row></sheetData>"
    refuse(
        rewrite(
            good,
            lambda name, data: data.replace(b"</sheetData>", far) if name.endswith("sheet1.xml") else data,
        ),
        "区域过大",
    )


def test_macros_hidden_in_an_xlsx_are_refused(tmp_path, good):
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    refuse(good, "宏")


def test_entity_declarations_are_refused(good):
    declared = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'
    refuse(
        rewrite(good, lambda name, data: declared + data if name.endswith("sharedStrings.xml") else data),
        "XML",
    )


def test_external_links_are_noted_and_not_followed(good):
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    ledger = read_ledger(good, units=UNITS)
    assert len(ledger.rows) == 1 and any("链接" in note for note in ledger.notes)


def test_a_formula_is_read_by_its_stored_value(good):
    ledger = read_ledger(with_cell(good, b'<c r="H2"><f>750*2</f><v>1500</v></c>'), units=UNITS)
    assert ledger.rows[0].case_value_fen == 150_000 and not ledger.rejected


@pytest.mark.parametrize(
    "cell",
    [b'<c r="H2"><f>750*2</f></c>', b'<c r="H2"><f>750*2</f><v></v></c>', b'<c r="H2"><f>A1</f><v/></c>'],
)
def test_a_formula_never_computed_hands_its_row_back(good, cell):
    (item,) = read_ledger(with_cell(good, cell), units=UNITS).rejected
    assert (item.row, item.column) == (2, "案值（元）") and "公式" in item.reason


def test_an_error_value_hands_its_row_back(good):
    ledger = read_ledger(with_cell(good, b'<c r="H2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'), units=UNITS)
    assert not len(ledger.rows) and "错误值" in ledger.rejected[0].reason


def test_hidden_sheets_are_named_and_left(tmp_path):
    import xlsxwriter

    path = tmp_path / "隐藏.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name, number in (("公开", 1), ("旧稿", 2)):
        sheet = book.add_worksheet(name)
        for r, row in enumerate([HEADER, case(number)]):
            sheet.write_row(r, 0, row)
    book.get_worksheet_by_name("旧稿").hide()
    book.close()
    ledger = read_ledger(path, units=UNITS)
    assert len(ledger.rows) == 1 and any("旧稿" in note for note in ledger.notes)
