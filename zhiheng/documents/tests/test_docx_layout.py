"""The Word writer, read back with python-docx."""

import io
import struct
import zipfile
import zlib
from datetime import date
from xml.etree import ElementTree

import docx
import pytest

from zhiheng.documents.rendering.docx import Document, Run
from zhiheng.documents.rendering.wordml import LINE_PITCH, TIGHTEN


def png(width=60, height=30):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x20\x60\xa0" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def report():
    paper = Document(title="法治建设年度报告", author="重庆市知识产权局", on=date(2025, 3, 1))
    paper.title("重庆市知识产权局\n2024年法治建设情况报告")
    paper.heading("一、主要工作")
    paper.heading("（一）执法", 2)
    paper.paragraph("全年办结案件", Run("610件", bold=True), "，“罚没”485.99万元。")
    paper.table(["区县", "件数"], [["渝中区", 12], ["合计", 12]], caption="表1 案件", total=True)
    paper.picture(png(), caption="图1 趋势")
    paper.attachments(["案件明细", "口径说明"])
    paper.signature("重庆市知识产权局", "2025年3月1日")
    paper.imprint(issuer="重庆市知识产权局办公室", issued_on="2025年3月1日", copies_to="市司法局")
    return paper


def test_the_page_follows_the_standard_for_official_papers():
    section = docx.Document(io.BytesIO(report().save())).sections[0]
    assert [round(length.mm) for length in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length.mm) for length in margins] == [37, 35, 28, 26]
    lines = (section.page_height - section.top_margin - section.bottom_margin) / (LINE_PITCH * 635)
    characters = (section.page_width - section.left_margin - section.right_margin) / ((320 + TIGHTEN) * 635)
    assert (int(lines), int(characters)) == (22, 28)


def test_headings_tables_and_pictures_are_what_a_reader_expects():
    paper = docx.Document(io.BytesIO(report().save()))
    assert [p.text for p in paper.paragraphs if p.style.name.startswith("Heading")] == [
        "一、主要工作",
        "（一）执法",
    ]
    assert [cell.text for cell in paper.tables[0].rows[1].cells] == ["渝中区", "12"]
    assert len(paper.inline_shapes) == 1
    assert any("610件" in p.text for p in paper.paragraphs)


def test_page_numbers_stand_outside_on_odd_and_even_pages():
    archive = zipfile.ZipFile(io.BytesIO(report().save()))
    assert b"evenAndOddHeaders" in archive.read("word/settings.xml")
    assert b'w:val="FooterOdd"' in archive.read("word/footer1.xml") and b" PAGE " in archive.read(
        "word/footer1.xml"
    )
    assert b'w:val="FooterEven"' in archive.read("word/footer2.xml")


def test_the_metadata_name_title_office_and_day_and_no_clock_is_read():
    properties = docx.Document(io.BytesIO(report().save())).core_properties
    assert (properties.title, properties.author) == ("法治建设年度报告", "重庆市知识产权局")
    assert properties.created.date() == date(2025, 3, 1)


def test_saving_twice_gives_the_same_bytes():
    assert report().save() == report().save()


def test_every_part_is_well_formed():
    archive = zipfile.ZipFile(io.BytesIO(report().save()))
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(archive.read(name))


def test_what_is_not_a_png_is_refused():
    with pytest.raises(ValueError, match="不是 PNG"):
        report().picture(b"GIF89a" + b"0" * 30, caption="图")


def test_a_row_with_a_missing_cell_is_refused():
    with pytest.raises(ValueError, match="第 2 行有 1 格，应有 2 格"):
        report().table(["甲", "乙"], [[1, 2], [1]], caption="表2")


def test_an_unknown_heading_level_is_refused():
    with pytest.raises(ValueError, match="标题层级"):
        report().heading("五、", 4)
