"""Reports come as txt, docx, pdf, html and xlsx; what is no report is refused in words."""

import io
import json
import shutil
import subprocess
import zipfile

import pytest

from zhiheng.reports.claims import read
from zhiheng.reports.claims.commands import main
from zhiheng.reports.claims.sources import LIMIT, Unreadable, read_bytes, read_file

TEXT = "江州市知识产权局2023年法治建设情况\n2023年，全市查办商标侵权案件312件，案值408.5万元。\n"


def _values(text: str) -> list[tuple[float, str | None]]:
    return [(c.to_dict()["scale"], c.unit) for c in read(text).claims]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_plain_text_in_the_usual_encodings(encoding):
    assert _values(read_bytes(TEXT.encode(encoding))) == [(312, "件"), (4085000, "万元")]


def test_a_web_page_loses_its_scripts_and_keeps_its_tables():
    page = (
        "<!DOCTYPE html><html><head><meta charset='gb2312'><script>var a='查办案件999件';</script></head><body>"
        "<p>全市查办案件<b>31</b>2&nbsp;件，</p><p>案值408.5万元。</p><table><tr><th>类型</th><th>案件数（件）</th></tr>"
        "<tr><td>假冒专利</td><td>41</td></tr></table></body></html>"
    )
    assert _values(read_bytes(page.encode("gb2312"))) == [(312, "件"), (4085000, "万元"), (41, "件")]


def test_a_word_document_with_a_table():
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=3)
    for row, cells in enumerate([("类型", "案件数（件）", "罚没金额（万元）"), ("假冒专利", "41", "3.2")]):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    stream = io.BytesIO()
    document.save(stream)
    assert _values(read_bytes(stream.getvalue())) == [
        (312, "件"),
        (4085000, "万元"),
        (41, "件"),
        (32000, "万元"),
    ]


def test_a_spreadsheet_with_a_merged_title_and_numbers(tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "统计表.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("执法")
        sheet.merge_range("A1:C1", "2023年执法统计表")
        sheet.write_row("A2", ["类型", "案件数（件）", "罚没金额（万元）"])
        sheet.write_row("A3", ["商标侵权", 312, 263.77])
        sheet.write_row("A4", ["假冒专利", 41, 3.2])
        sheet.write_row("A5", ["合计", 353, 266.97])
    claims = read(read_file(path)).claims
    assert [c.to_dict()["scale"] for c in claims] == [312, 2637700, 41, 32000, 353, 2669700]
    assert [c.parts_of for c in claims] == [4, 5, 4, 5, None, None]
    assert not any(c.flags for c in claims)


def test_a_total_that_is_not_the_sum_of_its_rows_is_flagged_with_the_arithmetic():
    claims = read("类型\t案件数（件）\n商标侵权\t312\n假冒专利\t41\n合计\t355\n").claims
    [flag] = claims[-1].flags
    assert flag["kind"] == "total" and "312+41=353" in flag["words"]


def test_a_pdf_with_a_text_layer():
    assert "120" in read_bytes(_pdf("BT /F1 12 Tf 72 700 Td (Cases 120) Tj ET"))


def test_a_pdf_of_chinese_text_wrapped_at_the_margin():
    lines = [
        "江州市知识产权局2023年法治建设情况",
        "2023年，全市持续加大执法力度，查办商标侵",
        "权案件312件，案值408.5万元。",
    ]
    text = read_bytes(_chinese_pdf(lines))
    claims = read(text).claims
    assert [(c.to_dict()["scale"], c.unit) for c in claims] == [(312, "件"), (4085000, "万元")]
    assert claims[0].verb == "查办" and claims[0].head == "商标侵权案件"
    assert text[claims[0].start : claims[0].end] == claims[0].text


@pytest.mark.parametrize("place", ["head", "above", "column"])
def test_a_unit_in_the_head_above_or_in_a_column_of_a_spreadsheet(tmp_path, place):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    rows = {
        "head": [["地区", "罚没金额（万元）"], ["江北", 263.77], ["江南", 3.2]],
        "above": [["罚没金额统计表"], ["单位：万元"], ["地区", "罚没金额"], ["江北", 263.77], ["江南", 3.2]],
        "column": [["项目", "单位", "数值"], ["江北罚没金额", "万元", 263.77], ["江南罚没金额", "万元", 3.2]],
    }[place]
    path = tmp_path / "统计表.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("执法")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    assert _values(read_file(path)) == [(2637700, "万元"), (32000, "万元")]


def test_a_head_holds_for_rows_far_below_it_and_their_total(tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "统计表.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("执法")
        sheet.merge_range("A1:D1", "2023年知识产权行政执法统计表")
        sheet.write("A2", "单位：件、万元")
        sheet.write_row(4, 0, ["区县", "立案数", "结案数", "罚没金额"])
        for number in range(900):
            sheet.write_row(6 + number, 0, [f"第{number}街道", 3, 2, 1.5])
        sheet.write_row(906, 0, ["合计", 2700, 1800, 1350])
    claims = read(read_file(path)).claims
    assert len(claims) == 2703 and {c.unit for c in claims} == {"件", "万元"}
    assert [c.to_dict()["scale"] for c in claims[-3:]] == [2700, 1800, 13500000]
    assert not any(c.flags for c in claims)


def test_numbers_of_a_workbook_are_read_as_the_screen_shows_them(tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "统计表.xlsx"
    with xlsxwriter.Workbook(path) as book:
        share, ten_thousand = (book.add_format({"num_format": code}) for code in ("0.0%", '0!.0,"万元"'))
        sheet = book.add_worksheet("执法")
        sheet.write_row("A1", ["类别", "案件数（件）", "占比", "罚没金额"])
        for row, (name, cases, part, fine) in enumerate(
            [("商标", 61, 0.859, 4860000), ("专利", 10, 0.141, 85000)], 1
        ):
            sheet.write_row(row, 0, [name, cases])
            sheet.write_number(row, 2, part, share)
            sheet.write_number(row, 3, fine, ten_thousand)
        sheet.write_row(3, 0, ["草稿", 999])
        sheet.set_row(3, None, None, {"hidden": True})
    text = read_file(path)
    assert _values(text) == [
        (61, "件"),
        (0.859, "%"),
        (4860000, "万元"),
        (10, "件"),
        (0.141, "%"),
        (85000, "万元"),
    ]
    assert "工作表“执法”有隐藏的行，未读" in text


def test_an_old_workbook_is_read_like_a_new_one():
    xlwt = pytest.importorskip("xlwt")
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("执法")
    for row, cells in enumerate([["类别", "案件数（件）"], ["商标", 61], ["专利", 10]]):
        for column, value in enumerate(cells):
            sheet.write(row, column, value)
    book.save(out)
    assert _values(read_bytes(out.getvalue())) == [(61, "件"), (10, "件")]


def test_a_workbook_is_read_where_nothing_may_be_written(tmp_path):
    from zhiheng.jobs import foreign
    from zhiheng.reports.claims.tests.files import as_workbook

    data = as_workbook([["类别", "案件数（件）"], ["商标", "61"]])
    assert _values(foreign.read(read_bytes, data, "表.xlsx", raises=(Unreadable,))) == [(61, "件")]


@pytest.mark.slow
def test_a_pdf_as_an_office_program_makes_it(tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no office program here to make a PDF")
    page = tmp_path / "报告.html"
    page.write_text(
        "<html><head><meta charset='utf-8'></head><body><h1>江州市知识产权局2023年法治建设情况</h1>"
        "<p>2023年，全市知识产权系统持续加大执法力度，开展各类专项行动，共查办商标侵权案件1,312件，案值408.5万元。</p>"
        "<table border=1><tr><th>地区</th><th>案件数（件）</th></tr><tr><td>东城区</td><td>120</td></tr>"
        "<tr><td>西城区</td><td>96</td></tr><tr><td>合计</td><td>216</td></tr></table></body></html>",
        "utf-8",
    )
    made = subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "pdf:writer_web_pdf_Export", "--outdir", tmp_path, page],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    path = tmp_path / "报告.pdf"
    if not path.exists():
        pytest.skip(f"the office program made no PDF: {made.stderr.decode()[:200]}")
    text = read_file(path)
    claims = read(text).claims
    assert [(c.to_dict()["scale"], c.unit) for c in claims] == [
        (1312, "件"),
        (4085000, "万元"),
        (120, "件"),
        (96, "件"),
        (216, "件"),
    ]
    assert all(text[c.start : c.end] == c.text for c in claims)


def test_a_web_table_with_its_unit_above_and_two_rows_of_heads():
    page = (
        "<html><body><h1>2023年统计</h1><p>单位：件</p><table>"
        "<tr><th>地区</th><th>立案</th><th>结案</th></tr><tr><td>江北</td><td>1,312</td><td>1,298</td></tr>"
        "<tr><td>合计</td><td>1,312</td><td>1,298</td></tr></table></body></html>"
    )
    assert _values(read_bytes(page.encode())) == [(1312, "件"), (1298, "件")] * 2


def test_a_pdf_without_text_is_refused_as_a_scan():
    with pytest.raises(Unreadable, match="文字层"):
        read_bytes(_pdf(""))


def _pdf(content: str, font: str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", *more: str) -> bytes:
    """A page with its content stream; `font` is object 5, `more` the objects after it."""
    body = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        font,
        *more,
    ]
    out, places = b"%PDF-1.4\n", []
    for i, item in enumerate(body, 1):
        places.append(len(out))
        out += f"{i} 0 obj{item}endobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(body) + 1}\n0000000000 65535 f \n".encode() + b"".join(
        f"{p:010} 00000 n \n".encode() for p in places
    )
    return out + f"trailer<</Size {len(body) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode()


def _chinese_pdf(lines: list[str]) -> bytes:
    """Glyph numbers and a table from them to characters, as office programs write Chinese."""
    glyphs = {c: i for i, c in enumerate(sorted(set("".join(lines))), 1)}
    shown = " ".join(f"<{''.join(f'{glyphs[c]:04X}' for c in line)}> Tj 0 -24 Td" for line in lines)
    table = "\n".join(f"<{glyph:04X}> <{ord(c):04X}>" for c, glyph in glyphs.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(glyphs)} beginbfchar\n{table}\nendbfchar endcmap end end"
    )
    return _pdf(
        f"BT /F1 12 Tf 72 700 Td {shown} ET",
        "<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/DW 1000"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream",
    )


def _zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "另存为"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "不是文本"),
        (b"x" * (LIMIT + 1), "5 MB"),
        (b"%PDF-1.7 broken", "损坏"),
        (b"PK\x03\x04 broken", "损坏"),
        (_zip(readme_xml=b"hello"), "压缩包"),
        (lambda: _zip(word__document_xml=b"0" * 90_000_000), "压缩炸弹"),
        (_zip(word__document_xml=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "文档类型声明"),
        (_zip(word__document_xml=b"<w:document"), "损坏"),
        (_zip(xl__workbook_xml=b"<x/>"), "另存为 .xlsx"),
    ],
)
def test_what_is_no_report_is_refused_in_words(data, words):
    with pytest.raises(Unreadable, match=words):
        read_bytes(data() if callable(data) else data)


def test_the_command_prints_one_json_document(tmp_path, capsys):
    path = tmp_path / "报告.txt"
    path.write_text(TEXT, "utf-8")
    assert main([str(path), "--format", "json"]) == 0
    claims = json.loads(capsys.readouterr().out)
    first = claims[0]
    assert (first["value"], first["unit"], first["scale"], first["indicator_id"]) == (
        312,
        "件",
        312,
        "enf.tm.n",
    )
    contract = "text start end value unit scale qualifier indicator_id period comparison subject verb measure as_of parts_of approx flags"
    assert set(contract.split()) <= set(first)


def test_the_command_says_what_is_wrong_with_a_file(tmp_path, capsys):
    assert main([str(tmp_path / "没有.txt")]) == 2
    assert "打不开文件" in capsys.readouterr().err


@pytest.mark.parametrize("mark", ["①", "[2]", "¹"])
def test_the_mark_of_a_note_between_a_number_and_its_unit_is_no_digit_of_it(mark):
    text = f"查办商标侵权案件610{mark}件，罚没485.99{mark}万元。"
    found = [(claim.value, claim.unit, claim.text) for claim in read(text).claims]
    assert [(str(value), unit) for value, unit, _ in found] == [("610", "件"), ("485.99", "万元")]
    assert all(said in text and mark in said for *_, said in found)


def test_a_raised_digit_and_what_is_struck_out_are_not_read_as_one_number():
    page = "<p>查办商标侵权案件610<sup>1</sup>件，假冒专利<del>700</del>99件，面积10<sup>4</sup>平方米。</p>"
    text = read_bytes(f"<html><body>{page}</body></html>".encode(), "报告.html")
    assert "610¹件" in text and "假冒专利99件" in text and "10⁴平方米" in text
    document = pytest.importorskip("docx").Document()
    paragraph = document.add_paragraph("查办商标侵权案件610")
    paragraph.add_run("1").font.superscript = True
    paragraph.add_run("件，面积30m")
    paragraph.add_run("2").font.superscript = True
    kept = io.BytesIO()
    document.save(kept)
    assert read_bytes(kept.getvalue(), "报告.docx").strip() == "查办商标侵权案件610¹件，面积30m2"


def test_what_a_word_file_strikes_out_or_hides_is_no_number_of_the_report_and_is_told():
    document = pytest.importorskip("docx").Document()
    paragraph = document.add_paragraph("2024年，查办商标侵权案件")
    paragraph.add_run("601").font.strike = True
    paragraph.add_run("610件，假冒专利")
    paragraph.add_run("9").font.double_strike = True
    paragraph.add_run("99件。")
    hidden = document.add_paragraph("").add_run("内部掌握：查办700件。")
    hidden.font.hidden = True
    kept = io.BytesIO()
    document.save(kept)
    text = read_bytes(kept.getvalue(), "报告.docx")
    assert _values(text) == [(610, "件"), (99, "件")]
    assert "（文中有划去的文字，未读）" in text and "（文中有隐藏的文字，未读）" in text


@pytest.mark.parametrize("suffix", [".xls", ".xlsx"])
def test_a_cell_with_a_raised_or_struck_part_is_no_number_of_the_report_and_is_told(suffix):
    rows = [["类别", "案件数（件）"], ["商标", ""], ["专利", ""], ["地理标志", 7]]
    runs = {1: [("61", ""), ("1", "raised")], 2: [("10", "struck"), ("12", "")]}
    out = io.BytesIO()
    if suffix == ".xls":
        xlwt = pytest.importorskip("xlwt")
        book = xlwt.Workbook()
        sheet = book.add_sheet("执法")
        looks = {"": "bold off", "raised": "escapement superscript", "struck": "struck_out on"}
        fonts = {name: xlwt.easyxf(f"font: {look}").font for name, look in looks.items()}
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write(r, c, value) if value != "" else sheet.write_rich_text(
                    r, c, [(text, fonts[look]) for text, look in runs[r]]
                )
        book.save(out)
    else:
        openpyxl = pytest.importorskip("openpyxl")
        from openpyxl.cell.rich_text import CellRichText, TextBlock
        from openpyxl.cell.text import InlineFont

        book = openpyxl.Workbook()
        fonts = {
            "": InlineFont(), "raised": InlineFont(vertAlign="superscript"), "struck": InlineFont(strike=True),
        }  # fmt: skip
        for row in rows:
            book.active.append(row)
        for r, parts in runs.items():
            book.active.cell(r + 1, 2).value = CellRichText(
                *(TextBlock(fonts[look], text) for text, look in parts)
            )
        book.save(out)
    text = read_bytes(out.getvalue())
    assert _values(text) == [(7, "件")]
    assert "上标" in text and "划去" in text
