"""Word files as drafters bring them, each with what a careful reader makes of it, written down before the reader was asked.

A file is a function that fills a document; its docstring says what is wrong with it. The gold is an outline, a line a provision:
题 title, 注 history, 引 preamble, 目 contents, 章 and 节 headings, 条 article (label as written), 款, 项, 署 signature, 附 appendix, 行 a line
of one. `told` are words that must stand among doubts and what was not read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import docx
from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from zhiheng.rulemaking.texts import Kind, Text

W = nsdecls("w")


@dataclass(frozen=True)
class Dirty:
    """A file, what it should be read as, and what must be told of it."""

    name: str
    made: Callable[[], bytes]
    gold: list[str]
    told: tuple[str, ...] = ()

    @cached_property
    def data(self) -> bytes:
        return self.made()


_MARKS = {
    Kind.PREAMBLE: "引",
    Kind.CONTENTS: "目",
    Kind.PART: "编",
    Kind.CHAPTER: "章",
    Kind.SECTION: "节",
    Kind.HEADING: "标",
    Kind.ARTICLE: "条",
    Kind.POINT: "点",
    Kind.PARAGRAPH: "款",
    Kind.ITEM: "项",
    Kind.SIGNATURE: "署",
    Kind.APPENDIX: "附",
    Kind.LINE: "行",
}


def outline(text: Text) -> list[str]:
    rows = [f"题 {text.title}", *(f"注 {line}" for line in text.history)]
    return rows + [f"{_MARKS[one.kind]} {one.label}{one.text}" for one in text.walk()]


FILES: list[Dirty] = []


def file(gold: str, *told: str, parts: dict[str, str] | None = None):
    """Register a dirty file with its gold; `parts` are further parts of the package, as python-docx cannot make them."""

    def keep(fill: Callable[[Document], None]) -> Callable[[Document], None]:
        lines = [line.strip() for line in gold.strip().splitlines()]
        FILES.append(Dirty(fill.__name__, partial(_made, fill, parts or {}), lines, told))
        return fill

    return keep


def _made(fill: Callable[[Document], None], parts: dict[str, str]) -> bytes:
    document = docx.Document()
    fill(document)
    buffer = io.BytesIO()
    document.save(buffer)
    if parts:
        with zipfile.ZipFile(buffer, "a") as archive:
            for name, words in parts.items():
                archive.writestr(name, words)
    return buffer.getvalue()


def lines(document: Document, words: str) -> None:
    for line in words.strip("\n").splitlines():
        document.add_paragraph(line)


NUMBERING = f"""
<w:abstractNum {W} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>
<w:lvlText w:val="第%1条"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>
<w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>"""


def numbered(document: Document) -> Callable[[str, int], None]:
    """A document with a list that numbers articles and items by itself."""
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(NUMBERING))
    numbering.append(parse_xml(f'<w:num {W} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))

    def add(text: str, level: int) -> None:
        paragraph = document.add_paragraph(text)
        reference = OxmlElement("w:numPr")
        for tag, said in (("w:ilvl", level), ("w:numId", 90)):
            element = OxmlElement(tag)
            element.set(qn("w:val"), str(said))
            reference.append(element)
        paragraph._p.get_or_add_pPr().append(reference)

    return add


# --- numbers typed by hand ---------------------------------------------------------------------------------------------


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第２条
    款 备案应当提交：
    项 （１）申请书；
    项 （２）身份证明；
    项 (3)场所证明。
    条 第 3条
    款 自公布之日起施行。
    """)  # fmt: skip
def full_width_numbers_and_spaces_inside_labels(d):
    """Numbers typed in full width, spaces inside labels, brackets of two widths in one list."""
    lines(d, """
江州市茶馆备案办法
第　一　条　为了规范备案，制定本办法。
第２条　备案应当提交：
（１）申请书；
（２）身份证明；
(3)场所证明。
第 3条 自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第 条
    款 备案机关是街道办事处。
    条 第×条
    款 备案不收费。
    条 第四条
    款 自公布之日起施行。
    """, "没有写条的序号，按顺序读作第二条", "没有写条的序号，按顺序读作第三条")  # fmt: skip
def numbers_left_for_later(d):
    """第 条 and 第×条, as drafters leave them while the order is open."""
    lines(d, """
江州市茶馆备案办法
第一条　为了规范备案，制定本办法。
第　　条　备案机关是街道办事处。
第×条　备案不收费。
第四条　自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第九条
    款 备案机关应当登记。
    条 第十条
    款 备案不收费。
    条 第十条
    款 备案机关应当公示。
    条 第十一条
    款 自公布之日起施行。
    """, "第十条之后又是第十条，序号重复或者倒退")  # fmt: skip
def an_article_number_twice(d):
    """第十条 twice, and the text begins in the middle."""
    lines(d, """
江州市茶馆备案办法
第九条 备案机关应当登记。
第十条 备案不收费。
第十条 备案机关应当公示。
第十一条 自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 备案不收费。
    条 第四条
    款 自公布之日起施行。
    """, "第二条之后是第四条，序号不连续")  # fmt: skip
def an_article_number_left_out(d):
    """第三条 is missing."""
    lines(d, """
江州市茶馆备案办法
第一条 为了规范备案，制定本办法。
第二条 备案不收费。
第四条 自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 备案机关应当在五日内答复。
    款 第一款规定的期限不含补正。
    条 第三条
    款 本办法第二条规定的期限可以延长一次。
    条 第四条
    款 自公布之日起施行。
    """)  # fmt: skip
def labels_without_a_space_and_lines_that_cite(d):
    """No space behind 条; a line that begins with 第一款, and one that cites an article first."""
    lines(d, """
江州市茶馆备案办法
第一条为了规范备案，制定本办法。
第二条备案机关应当在五日内答复。
第一款规定的期限不含补正。
第三条本办法第二条规定的期限可以延长一次。
第四条自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    章 第1章总则
    条 第1条
    款 为了规范备案，制定本办法。
    章 第2章备案
    条 第2条
    款 备案不收费。
    条 第3条
    款 自公布之日起施行。
    """)  # fmt: skip
def arabic_numbers_throughout(d):
    """第1章, 第1条."""
    lines(d, """
江州市茶馆备案办法
第1章 总 则
第1条 为了规范备案，制定本办法。
第2章 备案
第2条 备案不收费。
第3条 自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案应当提交：
    项 （一）申请书，写明：
    项 1、名称；
    项 2、地址；
    项 （二）证明：
    项 ①房屋证明；
    项 ②卫生证明。
    条 第二条
    款 自公布之日起施行。
    """)  # fmt: skip
def lists_in_lists_with_marks_of_many_kinds(d):
    """（一）, 1、 and ① in one article."""
    lines(d, """
江州市茶馆备案办法
第一条 备案应当提交：
（一）申请书，写明：
1、名称；
2、地址；
（二）证明：
①房屋证明；
②卫生证明。
第二条 自公布之日起施行。
""")  # fmt: skip


# --- fonts, runs, breaks, fields ---------------------------------------------------------------------------------------


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 自公布之日起施行。
    """)  # fmt: skip
def runs_of_many_fonts_inside_a_label(d):
    """Every sign of 第一条 a run of its own, in another font."""
    d.add_paragraph("江州市茶馆备案办法")
    for label, rest in (("第一条", "　为了规范备案，制定本办法。"), ("第二条", "　自公布之日起施行。")):
        paragraph = d.add_paragraph()
        for n, sign in enumerate(label + rest):
            run = paragraph.add_run(sign)
            run.bold, run.font.name = n < 3, ("SimHei", "Arial", "FangSong")[n % 3]


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案应当提交：
    项 （一）申请书；
    项 （二）证明。
    款 备案不收费。
    条 第二条
    款 自公布之日起施行。
    """)  # fmt: skip
def soft_breaks_and_tabs(d):
    """A whole article in one paragraph with soft breaks; tabs behind labels and before lines."""
    d.add_paragraph("江州市茶馆备案办法")
    d.add_paragraph("\t第一条\t备案应当提交：\n\t（一）申请书；\n\t（二）证明。\n　　备案不收费。")
    d.add_paragraph("第二条\t自公布之日起施行。")


@file("""
    题 江州市茶馆经营场所卫生管理办法
    条 第一条
    款 为了卫生，制定本办法。
    条 第二条
    款 自公布之日起施行。
    """)  # fmt: skip
def a_title_of_two_lines(d):
    """The title is centred in two lines, with empty paragraphs around."""
    lines(d, """

江州市茶馆经营场所
卫生管理办法

第一条 为了卫生，制定本办法。

第二条 自公布之日起施行。

""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 自公布之日起施行。
    """)  # fmt: skip
def fields_and_content_controls(d):
    """The date is a field, an article stands in a content control."""
    d.add_paragraph("江州市茶馆备案办法")
    paragraph = d.add_paragraph("第一条 为了")
    paragraph._p.append(
        parse_xml(f'<w:fldSimple {W} w:instr="REF x"><w:r><w:t>规范备案</w:t></w:r></w:fldSimple>')
    )
    paragraph.add_run("，制定本办法。")
    d.element.body.insert(
        2,
        parse_xml(
            f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>第二条 自公布之日起施行。</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 备案不收费。
    条 第三条
    款 自公布之日起施行。
    """, "页码", "没有读入")  # fmt: skip
def page_numbers_pasted_along(d):
    """Page numbers came along when the words were copied."""
    lines(d, """
江州市茶馆备案办法
第一条 为了规范备案，制定本办法。
— 1 —
第二条 备案不收费。
- 2 -
第三条 自公布之日起施行。
第 3 页 共 3 页
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案机关应当自收到材料之日起五日内书面答复；需要补正的，应当一次告知，补正的时间不计算在内。
    条 第二条
    款 备案不收费，也不得变相收费；违反规定收费的，由区人民政府责令退还，并对负责人员给予处分。
    条 第三条
    款 自公布之日起施行。
    """)  # fmt: skip
def lines_broken_by_a_page(d):
    """Copied out of a PDF: every line of the page is a paragraph."""
    lines(d, """
江州市茶馆备案办法
第一条 备案机关应当自收到材料之日起五日内书面答复；需要
补正的，应当一次告知，补正的时间不计算在内。
第二条 备案不收费，也不得变相收费；违反规定收费的，由区人
民政府责令退还，并对负责人员给予处分。
第三条 自公布之日起施行。
""")  # fmt: skip


# --- automatic numbers -------------------------------------------------------------------------------------------------


@file("""
    题 江州市茶馆备案办法
    章 第一章总则
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 备案应当提交：
    项 （一）申请书；
    项 （二）证明。
    条 第三条
    款 自公布之日起施行。
    """)  # fmt: skip
def automatic_numbers_under_a_heading_style(d):
    """Chapters in a heading style, articles and items numbered by Word."""
    d.add_paragraph("江州市茶馆备案办法", style="Title")
    d.add_paragraph("第一章　总则", style="Heading 1")
    add = numbered(d)
    add("为了规范备案，制定本办法。", 0)
    add("备案应当提交：", 0)
    add("申请书；", 1)
    add("证明。", 1)
    add("自公布之日起施行。", 0)


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 备案不收费。
    条 第二条
    款 备案机关应当公示。
    条 第三条
    款 自公布之日起施行。
    """, "第二条之后又是第二条")  # fmt: skip
def automatic_and_typed_numbers_mixed(d):
    """One article was typed by hand into a list that counts by itself, so that a number comes twice."""
    d.add_paragraph("江州市茶馆备案办法")
    add = numbered(d)
    add("为了规范备案，制定本办法。", 0)
    d.add_paragraph("第二条 备案不收费。")
    add("备案机关应当公示。", 0)
    add("自公布之日起施行。", 0)


# --- what stands around the text ---------------------------------------------------------------------------------------


@file("""
    题 江州市知识产权局关于规范茶馆名称使用的通知
    注 江州市知识产权局文件
    注 江知发〔2024〕12号
    引 各区知识产权局，各有关单位：
    条 第一条
    款 茶馆名称应当与注册商标相区别。
    条 第二条
    款 自印发之日起施行。
    署 江州市知识产权局
    署 2024年3月8日
    署 （此件公开发布）
    """)  # fmt: skip
def letterhead_number_and_what_is_printed_under_the_day(d):
    """The printed head, the number above the title, 此件公开发布 under the day."""
    lines(d, """
江州市知识产权局文件
江知发〔2024〕12号
江州市知识产权局
关于规范茶馆名称使用的通知
各区知识产权局，各有关单位：
第一条　茶馆名称应当与注册商标相区别。
第二条　自印发之日起施行。
江州市知识产权局
2024年3月8日
（此件公开发布）
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案应当提交附件所列的表。
    条 第二条
    款 自公布之日起施行。
    附 附件：1.备案申请表
    行 2.备案流程图
    署 江州市街道办事处
    署 江州市知识产权局
    署 2024年3月8日
    附 附件1
    行 备案申请表
    行 | 名称 | 地址 |
    行 | | 江州市 |
    附 附件2
    行 备案流程图
    行 申请、受理、登记。
    """)  # fmt: skip
def a_list_of_annexes_before_the_signature(d):
    """附件：1. …  2. …, then two who sign, then the annexes, one of them a table."""
    lines(d, """
江州市茶馆备案办法
第一条 备案应当提交附件所列的表。
第二条 自公布之日起施行。
附件：1.备案申请表
2.备案流程图
江州市街道办事处
江州市知识产权局
2024年3月8日
附件1
备案申请表
""")  # fmt: skip
    table = d.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ("名称", "地址", "", "江州市"), strict=True):
        cell.text = words
    lines(d, "附件2\n备案流程图\n申请、受理、登记。")


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案的费用如下：
    款 | 种类 | 金额 |
    款 | 大茶馆 | 三元 |
    款 费用由申请人承担。
    条 第二条
    款 自公布之日起施行。
    """)  # fmt: skip
def a_table_inside_an_article(d):
    """A table of fees between two paragraphs of one article."""
    lines(d, "江州市茶馆备案办法\n第一条 备案的费用如下：")
    table = d.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ("种类", "金额", "大茶馆", "三元"), strict=True):
        cell.text = words
    lines(d, "费用由申请人承担。\n第二条 自公布之日起施行。")


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 自公布之日起施行。
    """)  # fmt: skip
def the_whole_text_in_a_frame(d):
    """The text stands in a table of one cell, which draws a frame around it."""
    cell = d.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "江州市茶馆备案办法"
    cell.add_paragraph("第一条 为了规范备案，制定本办法。")
    cell.add_paragraph("第二条 自公布之日起施行。")


@file("""
    题 江州市茶馆备案办法修改对照表
    款 | 原文 | 修改 |
    款 | 第一条 备案收费。 | 第一条 备案不收费。 |
    款 | 第二条 自公布之日起施行。 | 第二条 自公布之日起施行。 |
    """, "表格中有2行是条文")  # fmt: skip
def a_table_of_changes_instead_of_a_text(d):
    """The wrong file: a table of changes. Nothing of it is taken for articles, and that is said."""
    d.add_paragraph("江州市茶馆备案办法修改对照表")
    table = d.add_table(rows=3, cols=2)
    words = (
        "原文", "修改", "第一条 备案收费。", "第一条 备案不收费。", "第二条 自公布之日起施行。", "第二条 自公布之日起施行。",
    )  # fmt: skip
    for cell, said in zip(table._cells, words, strict=True):
        cell.text = said


@file("""
    题 江州市茶馆备案办法
    目 目 录
    目 第一章 总则 1
    目 第二章 备案 2
    章 第一章总则
    条 第一条
    款 为了规范备案，制定本办法。
    章 第二章备案
    条 第二条
    款 自公布之日起施行。
    """)  # fmt: skip
def contents_with_dots_and_pages(d):
    """A typed table of contents with leaders and page numbers."""
    lines(d, """
江州市茶馆备案办法
目　录
第一章　总则\t1
第二章　备案\t2
第一章　总则
第一条 为了规范备案，制定本办法。
第二章　备案
第二条 自公布之日起施行。
""")  # fmt: skip


# --- what a reader sees and the words do not say -----------------------------------------------------------------------


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案机关应当在七日内书面答复。
    条 第二条
    款 备案不收费，自公布之日起施行。
    """, "没有接受的修订")  # fmt: skip
def tracked_changes(d):
    """Words put in and taken out under tracking; the mark between two paragraphs deleted, so that they are one."""
    d.add_paragraph("江州市茶馆备案办法")
    first = d.add_paragraph("第一条 备案机关应当在")
    first._p.append(
        parse_xml(f'<w:del {W} w:id="1" w:author="甲"><w:r><w:delText>五</w:delText></w:r></w:del>')
    )
    first._p.append(parse_xml(f'<w:ins {W} w:id="2" w:author="甲"><w:r><w:t>七</w:t></w:r></w:ins>'))
    first.add_run("日内书面答复。")
    second = d.add_paragraph("第二条 备案不收费，")
    mark = parse_xml(f'<w:rPr {W}><w:del w:id="3" w:author="甲"/></w:rPr>')
    second._p.get_or_add_pPr().append(mark)
    d.add_paragraph("自公布之日起施行。")


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案机关应当在五日内书面答复。
    条 第二条
    款 自公布之日起施行。
    """, "批注没有读入正文（市司法局）：五日太短")  # fmt: skip
def comments_in_the_margin(d):
    """A comment of another office."""
    d.add_paragraph("江州市茶馆备案办法")
    paragraph = d.add_paragraph("第一条 备案机关应当在五日内书面答复。")
    d.add_comment(paragraph.runs, "五日太短", author="市司法局")
    d.add_paragraph("第二条 自公布之日起施行。")


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案机关应当在五日内书面答复。
    条 第二条
    款 自公布之日起施行。
    """, "脚注没有读入正文：指工作日",
    parts={"word/footnotes.xml": f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>指工作日。</w:t></w:r></w:p>'
                                 "</w:footnote></w:footnotes>"})  # fmt: skip
def a_footnote(d):
    """五日 has a footnote that says working days: law in a place where nobody looks."""
    d.add_paragraph("江州市茶馆备案办法")
    paragraph = d.add_paragraph("第一条 备案机关应当在五日")
    paragraph._p.append(
        parse_xml(
            f'<w:r {W}><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>'
        )
    )
    paragraph.add_run("内书面答复。")
    d.add_paragraph("第二条 自公布之日起施行。")


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案机关应当在五日内书面答复。
    条 第二条
    款 自公布之日起施行。
    """, "文本框没有读入正文：送审稿")  # fmt: skip
def a_text_box(d):
    """送审稿 stands in a box at the side."""
    paragraph = d.add_paragraph("江州市茶馆备案办法")
    paragraph._p.append(
        parse_xml(
            f"<w:r {W}><w:pict><w:txbxContent><w:p><w:r><w:t>送审稿</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        )
    )
    lines(d, "第一条 备案机关应当在五日内书面答复。\n第二条 自公布之日起施行。")


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案机关应当在七日内书面答复。
    条 第二条
    款 自公布之日起施行。
    """, "划去的文字“五日”没有读入")  # fmt: skip
def struck_through_by_hand(d):
    """Changes marked by hand: 五日 struck through, 七日 in red behind it."""
    d.add_paragraph("江州市茶馆备案办法")
    paragraph = d.add_paragraph("第一条 备案机关应当在")
    paragraph.add_run("五日").font.strike = True
    paragraph.add_run("七日")
    paragraph.add_run("内书面答复。")
    d.add_paragraph("第二条 自公布之日起施行。")


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案机关应当在五日内书面答复。
    条 第二条
    款 自公布之日起施行。
    """, "隐藏的文字“内部掌握”没有读入")  # fmt: skip
def hidden_words(d):
    """内部掌握 is hidden text that nobody sees in print."""
    d.add_paragraph("江州市茶馆备案办法")
    paragraph = d.add_paragraph("第一条 备案机关应当在五日内书面答复。")
    paragraph.add_run("内部掌握").font.hidden = True
    d.add_paragraph("第二条 自公布之日起施行。")


@file("""
    题 江州市知识产权局关于印发《江州市茶馆备案办法》的通知
    注 江知发〔2024〕13号
    引 各区知识产权局：
    引 现将《江州市茶馆备案办法》印发给你们，请遵照执行。
    引 江州市知识产权局
    引 2024年3月8日
    引 江州市茶馆备案办法
    章 第一章总则
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 自公布之日起施行。
    """)  # fmt: skip
def a_notice_with_the_text_it_sends_out(d):
    """The notice first, the text it sends out behind its day."""
    lines(d, """
江知发〔2024〕13号
江州市知识产权局关于印发《江州市茶馆备案办法》的通知
各区知识产权局：
现将《江州市茶馆备案办法》印发给你们，请遵照执行。
江州市知识产权局
2024年3月8日
江州市茶馆备案办法
第一章　总　则
第一条　为了规范备案，制定本办法。
第二条　自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市知识产权局关于规范茶馆名称的通知
    引 各区知识产权局：
    点 一、
    款 茶馆名称应当与注册商标相区别。
    款 各区应当逐户核对。
    点 二、
    款 有下列情形的，应当更名：
    项 （一）与驰名商标相同的；
    项 （二）容易误认的。
    点 三、
    款 本通知自印发之日起施行。
    署 江州市知识产权局
    署 2024年3月8日
    """)  # fmt: skip
def a_notice_in_points(d):
    """A notice that has points and no articles."""
    lines(d, """
江州市知识产权局关于规范茶馆名称的通知
各区知识产权局：
一、茶馆名称应当与注册商标相区别。
各区应当逐户核对。
二、有下列情形的，应当更名：
（一）与驰名商标相同的；
（二）容易误认的。
三、本通知自印发之日起施行。
江州市知识产权局
2024年3月8日
""")  # fmt: skip


# --- a second lot, written after the first was mended ------------------------------------------------------------------


@file("""
    题 江州市茶馆备案办法（征求意见稿）
    条 第一条
    款 （目的和依据）为了规范备案，制定本办法。
    条 第二条
    款 【收费】备案不收费。
    条 第三条
    款 （施行） 自公布之日起施行。
    """)  # fmt: skip
def articles_with_names_in_brackets(d):
    """Names of articles in brackets of two kinds; 征求意见稿 on a line of its own."""
    lines(d, """
江州市茶馆备案办法
（征求意见稿）
第一条（目的和依据）为了规范备案，制定本办法。
第二条【收费】备案不收费。
第三条（施行）　自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第九十九条
    款 备案不收费。
    条 第一百条
    款 备案机关应当公示。
    条 第一百○一条
    款 备案长期有效。
    条 第一百零二条
    款 自公布之日起施行。
    """)  # fmt: skip
def numbers_beyond_a_hundred_written_in_two_ways(d):
    """第一百○一条 beside 第一百零二条."""
    lines(d, """
江州市茶馆备案办法
第九十九条 备案不收费。
第一百条 备案机关应当公示。
第一百○一条 备案长期有效。
第一百零二条 自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案应当提交：
    项 (一)申请书；
    项 (二)证明。
    条 第二条
    款 自公布之日起施行。
    署 江州市知识产权局
    署 二〇二四年三月八日
    """)  # fmt: skip
def narrow_brackets_and_a_day_in_characters(d):
    """Half-width brackets; the day under the text in Chinese characters."""
    lines(d, """
江州市茶馆备案办法
第一条 备案应当提交：
(一)申请书；
(二)证明。
第二条 自公布之日起施行。
江州市知识产权局
二〇二四年三月八日
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 备案不收费。
    条 第三条
    款 自公布之日起施行。
    """)  # fmt: skip
def labels_alone_on_their_line(d):
    """Each 第×条 is a line of its own, the words follow in the next paragraph."""
    lines(d, """
江州市茶馆备案办法
第一条
为了规范备案，制定本办法。
第二条
备案不收费。
第三条
自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    章 第一章总则
    条 第一条
    款 为了规范备案，制定本办法。
    章 第二章备案
    节 第一节申请
    条 第二条
    款 备案应当申请。
    节 第二节受理
    条 第三条
    款 备案机关应当受理。
    章 第三章附则
    条 第四条
    款 自公布之日起施行。
    """)  # fmt: skip
def chapters_and_sections_typed_with_wide_gaps(d):
    """Gaps inside 总　则 and 附　　则, sections that are only bold."""
    lines(d, """
江州市茶馆备案办法
第一章　　总　则
第一条　为了规范备案，制定本办法。
第二章　　备案
第一节　　申　请
第二条　备案应当申请。
第二节　　受　理
第三条　备案机关应当受理。
第三章　　附　　则
第四条　自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 第一条至第三条规定的事项，由街道办事处办理。
    款 第三条规定的期限，自受理之日起计算。
    条 第三条
    款 自公布之日起施行。
    """)  # fmt: skip
def paragraphs_that_begin_with_a_citation(d):
    """Lines begin with 第一条至第三条 and 第三条规定 without being articles."""
    lines(d, """
江州市茶馆备案办法
第一条 为了规范备案，制定本办法。
第二条 第一条至第三条规定的事项，由街道办事处办理。
第三条规定的期限，自受理之日起计算。
第三条 自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 为了规范备案，制定本办法。
    条 第一条之一
    款 备案不收费。
    条 第二条
    款 自公布之日起施行。
    """)  # fmt: skip
def an_inserted_article_with_a_number_of_its_own(d):
    """第一条之一, with a gap inside."""
    lines(d, """
江州市茶馆备案办法
第一条 为了规范备案，制定本办法。
第一条 之一 备案不收费。
第二条 自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案的面积不超过100m2，方可简化。
    条 第二条
    款 自公布之日起施行。
    """, "公式没有读出")  # fmt: skip
def a_raised_figure_and_a_formula(d):
    """m² with a raised 2, which reads m2 as everywhere in the house, and a formula behind it."""
    d.add_paragraph("江州市茶馆备案办法")
    paragraph = d.add_paragraph("第一条 备案的面积不超过100m")
    paragraph.add_run("2").font.superscript = True
    paragraph.add_run("，方可简化。")
    paragraph._p.append(
        parse_xml('<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"/>')
    )
    d.add_paragraph("第二条 自公布之日起施行。")


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案表见附件。
    条 第二条
    款 自公布之日起施行。
    附 附件：备案表
    行 | 项目 | 内容 |
    行 | 场所 | 地址 |
    行 | | 面积 |
    """)  # fmt: skip
def a_table_with_joined_cells_in_an_annex(d):
    """A cell joined over two rows."""
    lines(d, "江州市茶馆备案办法\n第一条 备案表见附件。\n第二条 自公布之日起施行。\n附件：备案表")
    table = d.add_table(rows=3, cols=2)
    for cell, words in zip(table._cells, ("项目", "内容", "场所", "地址", "", "面积"), strict=True):
        cell.text = words
    table.cell(1, 0).merge(table.cell(2, 0))


@file("""
    题 江州市茶馆备案办法
    注 （2024年3月8日江州市人民政府第5次常务会议通过，自2024年5月1日起施行）
    条 第一条
    款 为了规范备案，制定本办法。
    条 第二条
    款 自2024年5月1日起施行。
    """)  # fmt: skip
def a_history_line_in_brackets(d):
    """题注 in brackets under the title."""
    lines(d, """
江州市茶馆备案办法
（2024年3月8日江州市人民政府第5次常务会议通过，自2024年5月1日起施行）
第一条 为了规范备案，制定本办法。
第二条 自2024年5月1日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条.
    款 为了规范备案，制定本办法。
    条 第二条.
    款 备案不收费。
    条 第三条。
    款 自公布之日起施行。
    """)  # fmt: skip
def a_stop_behind_the_label(d):
    """第一条. and 第三条。 as some type them."""
    lines(d, """
江州市茶馆备案办法
第一条. 为了规范备案，制定本办法。
第二条.备案不收费。
第三条。自公布之日起施行。
""")  # fmt: skip


@file("""
    题 江州市茶馆备案办法
    条 第一条
    款 备案应当提交申请书、证明。
    条 第二条
    款 自公布之日起施行。
    """)  # fmt: skip
def what_another_program_leaves_behind(d):
    """Zero-width spaces, a soft hyphen, a byte order mark, non-breaking spaces between the signs."""
    lines(d, """
江州市\u200b茶馆备案办法
\ufeff第一条\xa0\xa0备案应当提交申请\u00ad书、\u200b证明。
第二条\u3000自公布之\u2060日起施行。
""")  # fmt: skip
