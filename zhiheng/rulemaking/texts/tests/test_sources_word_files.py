"""Word files as offices keep them."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from zhiheng.rulemaking.texts import Kind, read_bytes

NUMBERING = """
<w:abstractNum {ns} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>
<w:lvlText w:val="第%1条"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>
<w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>"""


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def listed(document, text: str, level: int):
    paragraph = document.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr()
    numbered = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", level), ("w:numId", 90)):
        element = OxmlElement(tag)
        element.set(qn("w:val"), str(value))
        numbered.append(element)
    properties.append(numbered)
    return paragraph


@pytest.fixture
def document():
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(NUMBERING.format(ns=nsdecls("w"))))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    document.add_paragraph("江州市灯会规定")
    return document


def test_automatic_numbers_are_written_out(document):
    listed(document, "灯会应当办理下列手续：", 0)
    listed(document, "报告；", 1)
    listed(document, "检查。", 1)
    listed(document, "灯会自八时开始。", 0)
    listed(document, "备有水桶；", 1)
    text = read_bytes(saved(document), "x.docx")
    assert [a.label for a in text.articles()] == ["第一条", "第二条"]
    assert [p.label for p in text.walk() if p.kind is Kind.ITEM] == ["（一）", "（二）", "（一）"]


def test_a_soft_line_break_begins_a_new_line(document):
    document.add_paragraph("第一条 灯会应当：\n（一）报告；\n（二）检查。")
    document.add_paragraph("第二条 自公布之日起施行。")
    text = read_bytes(saved(document), "x.docx")
    assert len(text.articles()[0].children[0].children) == 2


def test_a_table_in_an_appendix_is_kept_row_by_row(document):
    document.add_paragraph("第一条 灯会收费见附件。")
    document.add_paragraph("第二条 自公布之日起施行。")
    document.add_paragraph("附件")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ("种类", "金额", "大灯", "三元"), strict=True):
        cell.text = words
    text = read_bytes(saved(document), "x.docx")
    assert [line.text for line in text.of_kind(Kind.APPENDIX)[0].children] == [
        "| 种类 | 金额 |",
        "| 大灯 | 三元 |",
    ]


def test_tracked_changes_are_read_as_accepted(document):
    paragraph = document.add_paragraph("第一条 灯会")
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>不</w:delText></w:r></w:del>"))
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>可以举办。</w:t></w:r></w:ins>"))
    document.add_paragraph("第二条 自公布之日起施行。")
    text = read_bytes(saved(document), "x.docx")
    assert text.articles()[0].children[0].text == "灯会可以举办。"


def test_pictures_are_named_as_not_read(document):
    paragraph = document.add_paragraph("第一条 灯会的标志如下：")
    paragraph.add_run()._r.append(OxmlElement("w:drawing"))
    document.add_paragraph("第二条 自公布之日起施行。")
    assert read_bytes(saved(document), "x.docx").unread == ["图片或者嵌入对象没有读出"]
