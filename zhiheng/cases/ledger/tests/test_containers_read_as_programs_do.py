"""Odd containers are read as spreadsheet programs read them, and what the screen hides or strikes out is told."""

import datetime as dt
import re
import zipfile

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from zhiheng.cases.ledger import Refused, read_ledger
from zhiheng.cases.ledger.tests.ledger_files import HEADER, UNITS, case, write_xlsx


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def saved(book, path):
    book.save(path)
    return read_ledger(path, units=UNITS)


def test_serial_days_of_a_1904_workbook_count_from_1904(tmp_path):
    day = dt.date(2024, 3, 5)
    book = workbook(HEADER, case(1, 立案日期=(day - dt.date(1904, 1, 1)).days))
    book.epoch = CALENDAR_MAC_1904
    assert saved(book, tmp_path / "1904.xlsx").rows[0].filed_on == day


def test_hidden_rows_and_columns_are_taken_and_told(tmp_path):
    book = workbook(HEADER, case(1), case(2), case(3))
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["J"].hidden = True
    ledger = saved(book, tmp_path / "隐藏.xlsx")
    assert len(ledger.rows) == 3
    assert any("第3行是隐藏的" in note for note in ledger.notes)
    assert any("隐藏列" in note and "备注" in note for note in ledger.notes)


def test_a_row_struck_through_is_told(tmp_path):
    book = workbook(HEADER, case(1), case(2))
    for cell in book.active[3]:
        cell.font = Font(strike=True)
    ledger = saved(book, tmp_path / "划线.xlsx")
    assert [(item.row, "删除线" in item.message) for item in ledger.remarks] == [(3, True)]


def test_a_cell_with_a_part_struck_out_hands_its_row_back(tmp_path):
    book = workbook(HEADER, case(1), case(2))
    struck = TextBlock(InlineFont(strike=True), "3000")
    book.active["I3"] = CellRichText(struck, "2000")
    path = tmp_path / "改写.xlsx"
    book.save(path)
    ledger = read_ledger(path, units=UNITS)
    assert [(item.row, "划去" in item.reason) for item in ledger.rejected] == [(3, True)]


@pytest.mark.parametrize(
    ("column", "hidden", "back"),
    [("I", 5000, True), ("I", 3000, False), ("D", "乙店", True), ("E", "侵犯注册商标专用权", False)],
)
def test_what_a_merged_cell_hides_is_not_read(tmp_path, column, hidden, back):
    """Programs show the first value of a merged cell; a file may still hold others under it."""
    book = workbook(HEADER, case(1), case(2))
    book.active[f"{column}3"] = hidden
    book.active.merged_cells.add(f"{column}2:{column}3")
    path = tmp_path / "合并.xlsx"
    book.save(path)
    ledger = read_ledger(path, units=UNITS)
    assert [item.row for item in ledger.rejected if "遮住了另一个值" in item.reason] == [3] * back
    assert sum(row.fine_fen or 0 for row in ledger.rows) == (300_000 if back or column == "I" else 600_000)


def test_a_csv_whose_every_cell_is_kept_from_counting_is_read(tmp_path):
    path = tmp_path / "导出.csv"
    rows = [HEADER, case(1), case(2)]
    path.write_text("\n".join(",".join(f'="{cell}"' for cell in row) for row in rows), encoding="utf-8")
    assert [row.fine_fen for row in read_ledger(path, units=UNITS).rows] == [300_000, 300_000]


@pytest.mark.parametrize(
    ("column", "before", "raised", "back"),
    [("I", "3000", "1", True), ("I", "3000元", "①", False), ("C", "渝万州市监处罚〔2024〕2号", "1", False), ("J", "钢管10m", "2", False), ("D", "甲店2", "3", True)],
)  # fmt: skip
def test_a_raised_digit_behind_a_digit_hands_its_row_back(tmp_path, column, before, raised, back):
    """3000 with the mark of a footnote is not 30001."""
    book = workbook(HEADER, case(1), case(2))
    mark = TextBlock(InlineFont(vertAlign="superscript"), raised)
    book.active[f"{column}3"] = CellRichText(before, mark)
    path = tmp_path / "注码.xlsx"
    book.save(path)
    rejected = read_ledger(path, units=UNITS).rejected
    assert [item.row for item in rejected if "上标" in item.reason] == [3] * back


@pytest.mark.parametrize(
    "dimension", [b'<dimension ref="A0:J2"/>', b'<dimension ref=""/>', b'<dimension ref="A1:XFD1048576"/>', b"", b'<dimension ref="A1"/>']
)  # fmt: skip
def test_what_a_sheet_says_of_its_own_extent_does_not_matter(tmp_path, dimension):
    good = write_xlsx(tmp_path / "好.xlsx", [HEADER, case(1)])
    path = tmp_path / "改.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, re.sub(rb"<dimension[^>]*/>", dimension, data))
    assert [row.doc_no for row in read_ledger(path, units=UNITS).rows] == ["渝万州市监处罚〔2024〕1号"]


PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td {{mso-number-format:"x"}}</style>
<script>alert("<td>不读</td>")</script></head><body><p>标题</p><table border=1>{rows}</table></body></html>"""


def as_page(rows):
    return PAGE.format(
        rows="".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_web_page_named_xls_is_read_as_its_table(tmp_path, encoding):
    path = tmp_path / "导出.xls"
    page = as_page([HEADER, case(1), case(2)])
    path.write_bytes(f"\r\n{page}".encode(encoding))
    ledger = read_ledger(path, units=UNITS)
    assert [row.fine_fen for row in ledger.rows] == [300_000, 300_000] and not ledger.rejected
    assert any("网页" in note for note in ledger.notes)


def test_cells_that_span_rows_of_a_web_page_speak_for_all_of_them(tmp_path):
    first, second = case(1), case(2)
    rows = as_page([HEADER, first, second])
    rows = rows.replace("<td>万州区局</td>", '<td rowspan="2">万州区局</td>', 1).replace(
        "<td>2</td><td>万州区局</td>", "<td>2</td>", 1
    )
    path = tmp_path / "导出.xls"
    path.write_text(rows, encoding="utf-8")
    assert {row.unit for row in read_ledger(path, units=UNITS).rows} == {"500101"}


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("3000<sup>1</sup>", "上标"), ("3000元<sup>①</sup>", ""), ("<s>3000</s>2000", "划去"), ("<del>3000</del> 2000", "划去"), ("<s>3000</s>", "删除线"),
        ("<b>3000</b>", ""),
    ],
)  # fmt: skip
def test_what_a_web_page_raises_or_strikes_is_not_read_as_one_number(tmp_path, cell, reason):
    rows = [HEADER, case(1), case(2)]
    table = "".join("<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>" for row in rows)
    path = tmp_path / "导出.xls"
    path.write_text(
        f"<html><table>{table.replace('<td>3000</td>', f'<td>{cell}</td>', 1)}</table></html>", "utf-8"
    )
    ledger = read_ledger(path, units=UNITS)
    assert [item.row for item in ledger.rejected if reason and reason in item.reason] == [2] * bool(reason)
    if not reason and "元" not in cell:
        assert [row.fine_fen for row in ledger.rows] == [300_000, 300_000]


def test_a_web_page_under_another_name_is_refused_in_words(tmp_path):
    path = tmp_path / "导出.csv"
    path.write_text(as_page([HEADER, case(1)]), encoding="utf-8")
    with pytest.raises(Refused, match="网页"):
        read_ledger(path, units=UNITS)


def test_text_and_new_workbooks_named_xls_are_read(tmp_path):
    text = tmp_path / "文字.xls"
    text.write_text("\t".join(HEADER) + "\r\n" + "\t".join(map(str, case(1))), encoding="gb18030")
    new = write_xlsx(tmp_path / "新.xlsx", [HEADER, case(1)]).rename(tmp_path / "新.xls")
    for path in (text, new):
        assert len(read_ledger(path, units=UNITS).rows) == 1, path


def test_a_csv_of_another_script_and_code_page_is_read(tmp_path):
    path = tmp_path / "台帳.csv"
    header = "辦案單位,決定書文號,當事人,案由,立案日期,決定日期,罰款金額（元）"
    row = "500101,渝萬州市監處罰〔2024〕1號,吉祥副食店,商標侵權,2024-03-05,2024-04-15,3000"
    path.write_bytes(f"{header}\r\n{row}\r\n".encode("big5"))
    ledger = read_ledger(path, units=UNITS)
    assert [(row.cause, row.fine_fen) for row in ledger.rows] == [("trademark_infringement", 300_000)]
    assert ledger.rows[0].doc_no.endswith("〔2024〕1号")


@pytest.mark.parametrize("wrapped", ["'{}", '="{}"'])
def test_what_keeps_a_csv_cell_a_text_is_no_part_of_it(tmp_path, wrapped):
    path = tmp_path / "台账.csv"
    cells = [wrapped.format(cell).replace('"', '""') for cell in case(1)[1:]]
    path.write_text(
        ",".join(HEADER[1:]) + "\n" + ",".join(f'"{cell}"' for cell in cells), encoding="utf-8-sig"
    )
    row = read_ledger(path, units=UNITS).rows[0]
    assert (row.doc_no, row.case_value_fen, str(row.filed_on)) == (
        "渝万州市监处罚〔2024〕1号",
        150_000,
        "2024-03-05",
    )


@pytest.mark.parametrize("identity", [500112199001012345.0, 5.00112e17, "5.00112E+17", 1234567890123456.0])
def test_a_long_number_that_lost_its_last_digits_is_handed_back(tmp_path, identity):
    header = [*HEADER, "身份证号"]
    ledger = read_ledger(write_xlsx(tmp_path / "证号.xlsx", [header, [*case(1), identity]]), units=UNITS)
    assert [(item.row, item.column) for item in ledger.rejected] == [(2, "身份证号")]


@pytest.mark.parametrize(
    ("identity", "text"), [(500112900101234.0, "500112900101234"), (91350100.0, "91350100")]
)
def test_a_long_number_that_is_whole_is_restored(tmp_path, identity, text):
    header = [*HEADER, "身份证号"]
    ledger = read_ledger(write_xlsx(tmp_path / "证号.xlsx", [header, [*case(1), identity]]), units=UNITS)
    assert ledger.rows[0].party_id == text


def test_a_header_deep_in_the_sheet_is_found(tmp_path):
    words = [[f"{number}. 填报要求第{number}条"] for number in range(1, 40)]
    ledger = read_ledger(write_xlsx(tmp_path / "深.xlsx", [*words, HEADER, case(1)]), units=UNITS)
    assert len(ledger.rows) == 1


def rewritten(good, path, change):
    """A copy of a workbook with every part passed through `change`."""
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)))
    return path


def test_a_workbook_of_the_strict_standard_is_read(tmp_path):
    """Namespaces of ISO/IEC 29500 strict, as "Strict Open XML" of Excel writes them."""
    strict = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
            b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }

    def change(data):
        for old, new in strict.items():
            data = data.replace(old, new)
        return data

    good = write_xlsx(tmp_path / "好.xlsx", [HEADER, case(1), case(2)])
    ledger = read_ledger(rewritten(good, tmp_path / "严格.xlsx", change), units=UNITS)
    assert [row.fine_fen for row in ledger.rows] == [300_000, 300_000]


@pytest.mark.parametrize(
    ("name", "head", "says"),
    [
        ("台账.ods", b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        ("台账.xlsb", b"PK\x03\x04", "二进制工作簿"),
        ("台账.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "旧版"),
    ],
)  # fmt: skip
def test_containers_whose_formats_cannot_be_seen_are_refused_in_words(tmp_path, name, head, says):
    path = tmp_path / name
    path.write_bytes(head)
    with pytest.raises(Refused, match=f"{says}.*另存为"):
        read_ledger(path, units=UNITS)


@pytest.mark.parametrize("ending", [".xls", ".et"])
def test_what_the_old_format_hides_or_strikes_is_told(tmp_path, ending):
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    struck = xlwt.easyxf("font: struck_out on")
    for r, row in enumerate([HEADER, case(1), case(2), case(3)]):
        for c, value in enumerate(row):
            if value != "":
                sheet.write(r, c, value, struck if r == 3 else xlwt.Style.default_style)
    sheet.row(2).hidden = True
    sheet.col(9).hidden = True
    path = tmp_path / f"台账{ending}"
    book.save(str(path))
    ledger = read_ledger(path, units=UNITS)
    assert len(ledger.rows) == 3
    assert any("第3行是隐藏的" in note for note in ledger.notes)
    assert any("隐藏列" in note for note in ledger.notes)
    assert [(item.row, "删除线" in item.message) for item in ledger.remarks] == [(4, True)]


FONTS = {"": "", "^": "escapement superscript", "_": "escapement subscript", "-": "struck_out on"}


def old_workbook(path, *rows, rich=None, styles=None):
    """Rows in the old format; rich: place → [(text, sign of its font)], styles: place → sign."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    fonts = {
        sign: xlwt.easyxf(f"font: {said}" if said else "font: bold off").font for sign, said in FONTS.items()
    }
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if (runs := (rich or {}).get((r, c))) is not None:
                sheet.write_rich_text(r, c, [(text, fonts[sign]) for text, sign in runs])
            elif value != "":
                sign = (styles or {}).get((r, c), "")
                sheet.write(
                    r, c, value, xlwt.easyxf(f"font: {FONTS[sign]}") if sign else xlwt.Style.default_style
                )
    book.save(str(path))
    return path


@pytest.mark.parametrize(
    ("name", "runs", "reason"),
    [
        ("罚款金额（元）", [("756", ""), ("1", "^")], "上标"),
        ("罚款金额（元）", [("756", ""), ("1", "_")], "下标"),
        ("罚款金额（元）", [("3000", "-"), ("2000", "")], "划去"),
        ("罚款金额（元）", [("3000", ""), ("元", "^")], ""),
        ("决定书文号", [("渝万州市监处罚〔2024〕2", ""), ("1", "^"), ("号", "")], "上标"),
        ("备注", [("查封", ""), ("30㎡", "^")], ""),
        ("备注", [("已作废", "-"), ("已缴", "")], "划去"),
    ],
)
def test_signs_raised_or_struck_within_a_cell_of_the_old_format_hand_its_row_back(
    tmp_path, name, runs, reason
):
    path = old_workbook(tmp_path / "台账.xls", HEADER, case(1), case(2), rich={(2, HEADER.index(name)): runs})
    ledger = read_ledger(path, units=UNITS)
    assert [(item.row, reason in item.reason) for item in ledger.rejected] == [(3, True)] * bool(reason)


def test_texts_of_the_old_format_that_go_on_in_another_record_are_told_apart(tmp_path):
    """A record holds 8,224 bytes: long texts and their fonts go on in the next, and those behind them are still found."""
    note = HEADER.index("备注")
    rows = [HEADER, *(case(n, 备注=f"{n}" + "已送达并公示" * (60 + n % 7)) for n in range(1, 60))]
    rich = {
        (r, note): [(f"{'长' * (r % 11)}{row[note]}", ""), ("abc" * (r % 5 + 1), "^")]
        for r, row in enumerate(rows)
        if r % 3 == 1
    }
    rich[58, note] = [("已撤", "-"), ("已缴", "")]
    ledger = read_ledger(old_workbook(tmp_path / "台账.xls", *rows, rich=rich), units=UNITS)
    assert [(item.row, "划去" in item.reason) for item in ledger.rejected] == [(59, True)]


@pytest.mark.parametrize("ending", [".xls", ".xlsx"])
def test_one_cell_struck_through_hands_its_row_back_and_a_struck_remark_does_not(tmp_path, ending):
    amount, note = HEADER.index("罚款金额（元）"), HEADER.index("备注")
    rows = HEADER, case(1), case(2, 备注="改为二千元"), case(3, 备注="已缴")
    path = tmp_path / f"台账{ending}"
    if ending == ".xls":
        old_workbook(path, *rows, styles={(2, amount): "-", (3, note): "-"})
    else:
        book = workbook(*rows)
        book.active.cell(3, amount + 1).font = book.active.cell(4, note + 1).font = Font(strike=True)
        book.save(path)
    ledger = read_ledger(path, units=UNITS)
    assert [(item.row, item.column, "删除线" in item.reason) for item in ledger.rejected] == [
        (3, "罚款金额（元）", True)
    ]
    assert [item.row for item in ledger.remarks if "删除线" in item.message] == [4]


@pytest.mark.parametrize(("formula", "back"), [("1000*3", True), ('IF(A1="","",3)', False)])
def test_a_formula_that_its_program_never_computed_hands_its_row_back(tmp_path, formula, back):
    """Programs that write the old format without computing store an empty text; a formula that may give one is believed."""
    path = old_workbook(
        tmp_path / "台账.xls", HEADER, case(1), case(2, **{"罚款金额（元）": xlwt.Formula(formula)})
    )
    assert [item.row for item in read_ledger(path, units=UNITS).rejected] == [3] * back


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_an_old_workbook_cut_short_is_refused_in_words(tmp_path, keep):
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    for r, row in enumerate([HEADER, *map(case, range(1, 200))]):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    path = tmp_path / "台账.xls"
    book.save(str(path))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(Refused, match="另存为"):
        read_ledger(path, units=UNITS)


def test_a_row_of_text_with_a_cell_too_few_is_told(tmp_path):
    path = tmp_path / "台账.csv"
    rows = [case(n) for n in range(1, 7)]
    del rows[3][7]  # the comma after an empty amount was lost
    path.write_text("\n".join(",".join(map(str, row)) for row in [HEADER, *rows]), encoding="utf-8")
    ledger = read_ledger(path, units=UNITS)
    assert [(item.row, "少几格" in item.message) for item in ledger.remarks] == [(5, True)]


def test_the_reading_aid_of_a_text_is_no_part_of_it(tmp_path):
    """Phonetic guides (pinyin over the signs) are kept beside a text in the shared texts."""
    good = write_xlsx(tmp_path / "好.xlsx", [HEADER, case(1)])

    def change(data):
        guide = b'<rPh sb="0" eb="2"><t>wanzhou</t></rPh></si>'
        return data.replace("号食品店</t></si>".encode(), "号食品店</t>".encode() + guide)

    row = read_ledger(rewritten(good, tmp_path / "拼音.xlsx", change), units=UNITS).rows[0]
    assert row.party_name == "万州区青禾1号食品店"
