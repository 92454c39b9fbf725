"""Every word of a Word file is read once, in its place; what is gone, or cannot be read, is not made up."""

import io
import zipfile

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.files.word import Note, Paragraph, Table, Unreadable, is_docx, read_docx

W = nsdecls("w")
BOX = (
    '<w:r xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" {w}><mc:AlternateContent>'
    "<mc:Choice><w:drawing><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_runs(*runs: str) -> bytes:
    document = docx.Document()
    paragraph = document.add_paragraph("前")
    for xml in runs:
        paragraph._p.append(parse_xml(xml))
    return saved(document)


def words(cell) -> list[str]:
    return [one.text for one in cell.paragraphs]


def test_what_was_moved_is_read_where_it_stands_and_what_was_deleted_not_at_all():
    found = read_docx(
        with_runs(
            f"<w:moveFrom {W}><w:r><w:t>移走</w:t></w:r></w:moveFrom>",
            f"<w:del {W}><w:r><w:delText>删去</w:delText></w:r></w:del>",
            f"<w:ins {W}><w:r><w:t>插入</w:t></w:r></w:ins>",
            f"<w:moveTo {W}><w:r><w:t>移来</w:t></w:r></w:moveTo>",
        )
    )
    assert found.text() == "前插入移来"


@pytest.mark.parametrize(
    ("look", "kind"),
    [
        ("<w:strike/>", "划去"), ('<w:dstrike w:val="1"/>', "划去"), ("<w:vanish/>", "隐藏"), ('<w:strike w:val="0"/>', ""),
        ('<w:rStyle w:val="Struck"/>', "划去"), ('<w:rStyle w:val="Derived"/>', "划去"),
        ('<w:rStyle w:val="Derived"/><w:strike w:val="false"/>', ""), ("<w:b/>", ""),
    ],
)  # fmt: skip
def test_what_is_struck_through_or_hidden_is_no_word_and_is_told(look, kind):
    document = docx.Document()
    for name, based in (("Struck", None), ("Derived", "Struck")):
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.font.strike = True if based is None else None
        style.base_style = document.styles[based] if based else None
    paragraph = document.add_paragraph("查办商标侵权案件")
    for text, how in (("601", look), ("610件", "")):
        paragraph._p.append(parse_xml(f"<w:r {W}><w:rPr>{how}</w:rPr><w:t>{text}</w:t></w:r>"))
    found = read_docx(saved(document))
    assert found.text() == f"查办商标侵权案件{'' if kind else '601'}610件"
    assert found.unread == ([f"{kind}的文字“601”没有读入"] if kind else [])


def test_a_paragraph_of_a_style_that_strikes_through_is_not_read():
    document = docx.Document()
    document.styles.add_style("废", WD_STYLE_TYPE.PARAGRAPH).font.strike = True
    document.add_paragraph("查办601件。", style="废")
    document.add_paragraph("查办610件。")
    assert read_docx(saved(document)).text() == "查办610件。"


def test_words_of_a_text_box_are_read_once_and_apart_from_the_line():
    (paragraph,) = read_docx(with_runs(BOX.format(w=W))).blocks
    assert (paragraph.text, paragraph.boxed) == ("前", "框内")


def test_what_has_no_words_is_told():
    found = read_docx(
        with_runs(f'<w:r {W}><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', f"<w:r {W}><w:drawing/></w:r>")
    )
    assert found.unread == ["符号字体中的字符没有读出", "图片或者嵌入对象没有读出"]


def test_a_comment_stands_where_its_range_begins_and_only_once():
    document = docx.Document()
    first, second = document.add_paragraph("前一段"), document.add_paragraph("后一段")
    document.add_comment([first.runs[0], second.runs[0]], "两段都要改\n请核对", author="某局")
    found = read_docx(saved(document))
    said = Note("comment", "两段都要改\n请核对", "某局")
    assert [one.notes for one in found.paragraphs()] == [(said,), ()]
    assert found.text() == "前一段\n后一段"


def test_notes_at_the_foot_are_read_apart_even_where_their_mark_is_raised():
    marks = [
        f'<w:r {W}><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>',
        f'<w:r {W}><w:endnoteReference w:id="3"/></w:r>',
    ]
    buffer = io.BytesIO(with_runs(*marks))
    with zipfile.ZipFile(buffer, "a") as archive:
        for part, one, code in (("footnotes", "footnote", 2), ("endnotes", "endnote", 3)):
            line = f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>"
            parted = f'<w:{one} w:type="separator" w:id="0"><w:p><w:r><w:t>线</w:t></w:r></w:p></w:{one}>'
            archive.writestr(
                f"word/{part}.xml",
                f'<w:{part} {W}>{parted}<w:{one} w:id="{code}">{line}</w:{one}></w:{part}>',
            )
    (paragraph,) = read_docx(buffer.getvalue()).blocks
    assert paragraph.text == "前"
    assert paragraph.notes == (Note("footnote", "footnote"), Note("endnote", "endnote"))


def test_paragraphs_whose_parting_mark_was_deleted_are_one():
    document = docx.Document()
    first = document.add_paragraph("上半句，")
    mark = parse_xml(f'<w:rPr {W}><w:del w:id="1" w:author="甲"/></w:rPr>')
    first._p.get_or_add_pPr().append(mark)
    document.add_paragraph("下半句。")
    document.add_paragraph("另一段。")
    found = read_docx(saved(document))
    assert [one.text for one in found.paragraphs()] == ["上半句，下半句。", "另一段。"]
    assert found.tracked == 1


def test_a_mark_deleted_before_a_table_or_at_the_end_loses_no_words():
    document = docx.Document()
    for words in ("表前", "末尾"):
        one = document.add_paragraph(words)
        mark = parse_xml(f'<w:rPr {W}><w:del w:id="1" w:author="甲"/></w:rPr>')
        one._p.get_or_add_pPr().append(mark)
        if words == "表前":
            document.add_table(1, 1).cell(0, 0).text = "表内"
    assert read_docx(saved(document)).text() == "表前\n表内\n末尾"


def test_tabs_breaks_and_hyphens_are_characters():
    found = read_docx(
        with_runs(
            f'<w:r {W}><w:tab/><w:t>一</w:t><w:br/><w:t>二</w:t><w:noBreakHyphen/><w:br w:type="page"/><w:t>三</w:t></w:r>'
        )
    )
    assert found.text() == "前\t一\n二-三"


def test_a_table_in_a_cell_is_words_of_the_cell_and_no_rows_of_the_table():
    document = docx.Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "外"
    table.cell(0, 1).add_table(1, 1).cell(0, 0).text = "内"
    (found,) = (block for block in read_docx(saved(document)).blocks if isinstance(block, Table))
    assert [[" ".join(filter(None, words(cell))) for cell in row] for row in found.rows] == [["外", "内"]]


def test_rows_and_cells_inside_content_controls_are_rows_and_cells():
    document = docx.Document()
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "一"
    table._tbl.append(
        parse_xml(
            f"<w:sdt {W}><w:sdtContent><w:tr><w:sdt><w:sdtContent><w:tc><w:p><w:r><w:t>二</w:t></w:r></w:p></w:tc>"
            "</w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt>"
        )
    )
    (found,) = (block for block in read_docx(saved(document)).blocks if isinstance(block, Table))
    assert [[words(cell) for cell in row] for row in found.rows] == [[["一"]], [["二"]]]


def test_joined_cells_say_how_far_they_reach():
    document = docx.Document()
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "宽"
    table.cell(0, 2).merge(table.cell(1, 2)).text = "高"
    (found,) = (block for block in read_docx(saved(document)).blocks if isinstance(block, Table))
    assert [[(cell.wide, cell.covered) for cell in row] for row in found.rows] == [
        [(2, False), (1, False)],
        [(1, False), (1, False), (1, True)],
    ]


@settings(deadline=None, max_examples=examples(25))
@given(st.lists(st.text(st.sampled_from("甲乙 1〔〕&<>号"), max_size=8), max_size=6))
def test_paragraphs_come_back_as_they_were_written(lines):
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    found = read_docx(saved(document))
    assert [one.text for one in found.blocks if isinstance(one, Paragraph)] == lines
    assert found.text() == "\n".join(line for line in lines if line.strip())


def nested(depth: int) -> bytes:
    document = docx.Document()
    data = saved(document)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    inner = (
        "<w:sdt><w:sdtContent>" * depth
        + "<w:p><w:r><w:t>深</w:t></w:r></w:p>"
        + "</w:sdtContent></w:sdt>" * depth
    )
    parts["word/document.xml"] = f"<w:document {W}><w:body>{inner}</w:body></w:document>".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def test_nesting_is_read_as_deep_as_word_goes_and_refused_in_words_beyond():
    assert read_docx(nested(100)).text() == "深"
    with pytest.raises(Unreadable, match="嵌套过深"):
        read_docx(nested(5_000), "x.docx")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x03\x04" + b"x" * 100])
def test_what_is_no_word_file_is_refused_in_words(data):
    assert not is_docx(data)
    with pytest.raises(Unreadable, match="已损坏或加密"):
        read_docx(data, "x.docx")
