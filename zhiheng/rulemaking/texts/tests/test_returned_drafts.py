"""A draft that came back: every change is a remark on the article it is about, nothing else is, and another text is none."""

from __future__ import annotations

import io

import docx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.planted_edits import leaves_open, plant, suits
from tests.regulations import TEAHOUSES, numbered, regulations, teahouses
from zhiheng.files.word import Note
from zhiheng.rulemaking.texts import Unreadable, read_bytes, to_docx, to_markdown
from zhiheng.rulemaking.texts.returned import Remark, read_returned, remarks


@given(regulations(least=9, most=20), st.randoms(use_true_random=False))
@settings(max_examples=examples(40), deadline=None)
def test_what_was_changed_is_remarked_on_and_nothing_else(text, rng):
    numbered(text)
    assume(suits(text))
    planted = plant(text, rng)
    assume(not leaves_open(text, planted))
    found = remarks(text, planted.text)
    labels = {article.label for article in text.articles()}
    told = {old[0] for kind, old, _ in planted.told if old and old[0] in labels and kind != "split"}
    about = {one.article for one in found if "增加一条" not in one.words and one.article}
    assert about == told
    added = [kind for kind, _, _ in planted.told if kind in ("added", "split")]
    assert sum("增加一条" in one.words for one in found) == len(added)
    proposed = {one.article: one.proposed for one in found if one.proposed}
    assert all(words for words in proposed.values()) and set(proposed) <= told


@given(regulations(least=3))
@settings(max_examples=examples(20), deadline=None)
def test_a_draft_that_came_back_as_it_was_says_nothing_in_whatever_file(text):
    words = to_markdown(text)
    assert read_returned(words, words.encode(), "反馈.md") == []
    assert read_returned(words, to_docx(text), "反馈.docx") == []


def test_titles_chapters_and_places_before_the_first_article_are_told_in_words():
    new = (
        TEAHOUSES.replace("# 江州市茶馆管理条例", "# 江州市茶馆条例")
        .replace("## 第二章 开办", "## 第二章 开办和关闭")
        .replace("第一条 为了", "第一条 本条例由市民共同遵守，茶馆应当悬挂于门首。\n\n第二条 为了")
    )
    said = [(one.article, one.words) for one in remarks(teahouses(), read_bytes(new.encode(), "x.md"))]
    assert ("", "建议修改名称，由“江州市茶馆管理条例”改为“江州市茶馆条例”。") in said
    assert ("", "建议将第二章的标题“开办”改为“开办和关闭”。") in said
    assert ("", "建议在第一条前增加一条：本条例由市民共同遵守，茶馆应当悬挂于门首。") in said


def test_a_comment_on_an_article_that_was_renumbered_is_about_the_article_sent_out():
    new = read_bytes(TEAHOUSES.replace("第八条 本", "第九条 本").encode(), "x.md")
    found = remarks(
        teahouses(), new, [("第九条", Note("comment", "日期待定", "某局")), ("", Note("comment", "同意"))]
    )
    assert found[-2:] == [Remark("第八条", "日期待定（批注，某局）"), Remark("", "同意（批注）")]


def table_of(*rows: tuple[str, ...], name: str = "") -> bytes:
    """A Word file that holds a table; a cell None is joined to the one above."""
    document = docx.Document()
    document.add_paragraph("关于《江州市茶馆管理条例（征求意见稿）》的意见反馈表")
    table = document.add_table(rows=0, cols=len(rows[-1]))
    if name:
        table.add_row().cells[0].merge(table.rows[0].cells[-1]).text = name
    for row in rows:
        cells = table.add_row().cells
        for n, words in enumerate(row):
            if words is None:
                table.rows[-2].cells[n].merge(cells[n])
            else:
                cells[n].text = words
    document.add_paragraph("江州市商务局")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_table_of_opinions_is_read_row_by_row():
    data = table_of(
        ("序号", "条款", "修改意见", "理由"),
        ("1", "第三条", "“安静”难以衡量，建议删去。", "没有标准"),
        ("2", None, "建议增加通风的要求", "—"),
        ("3", "第五条第二款", "五日改为七日。", ""),
        ("4", "第四十条", "建议补充罚则。", "无"),
        ("5", "第八条", "无意见", ""),
        ("6", "总体", "建议与食品安全的规定衔接", "避免重复"),
        name="填报单位：江州市商务局",
    )
    assert read_returned(TEAHOUSES, data, "反馈表.docx") == [
        ("第三条", "“安静”难以衡量，建议删去。（理由：没有标准）", ""),
        ("第三条", "建议增加通风的要求", ""),
        ("第五条", "第五条第二款：五日改为七日。", ""),
        ("", "第四十条：建议补充罚则。", ""),
        ("", "总体：建议与食品安全的规定衔接（理由：避免重复）", ""),
    ]


def test_a_table_with_the_words_before_and_after_proposes_whole_articles_only():
    data = table_of(
        ("原条文", "建议修改为", "修改理由"),
        ("第三条 茶馆应当清洁、安静、价格公道。", "茶馆应当清洁、价格公道。", "安静难以衡量"),
        ("第五条 开办茶馆的，应当……", "第五条 开办茶馆的，可以向街道办事处报告。", ""),
        ("第二条 本市茶馆的开办和管理", "本市茶馆的开办、管理和关闭，适用本条例。", ""),
    )
    assert read_returned(TEAHOUSES, data, "修改建议.docx") == [
        ("第三条", "建议修改本条。（理由：安静难以衡量）", "茶馆应当清洁、价格公道。"),
        ("第五条", "建议修改本条。", "第五条 开办茶馆的，可以向街道办事处报告。"),
        ("第二条", "建议改为：本市茶馆的开办、管理和关闭，适用本条例。", ""),  # it has a second paragraph
    ]


def test_a_table_of_something_else_is_no_opinion():
    data = table_of(("姓名", "电话"), ("某某", "12345"))
    with pytest.raises(Unreadable, match="不是征求意见稿的修改稿"):
        read_returned(TEAHOUSES, data, "回执.docx")


@pytest.mark.parametrize(
    "words", ["# 复函\n\n我局没有意见。\n", "# 某办法\n\n第一条 完全另外的一件事。\n\n第二条 又一件事情。\n"]
)
def test_another_text_is_refused(words):
    with pytest.raises(Unreadable, match="不是征求意见稿的修改稿"):
        read_returned(TEAHOUSES, words.encode(), "复函.md")
