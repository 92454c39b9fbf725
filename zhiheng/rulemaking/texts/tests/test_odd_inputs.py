"""Texts as people paste them, decisions as people word them: read as they are meant, or said to be doubtful; nothing is lost or guessed
in silence."""

from __future__ import annotations

import pytest

from tests.regulations import TEAHOUSES, parse_markdown
from zhiheng.rulemaking.texts import Unfit, apply_decision, read_bytes, to_markdown

BROKEN = """江州市某某管理办法
第一条 为了规范某某管理工作，保护当事人的合法权益，根据《中华人民共和
国专利法》《江州市专利促进与保护条例》等法律法规，结合本市实际，制
定本办法。
第二条 本市行政区域内某某的管理和监督，适用本办法；法律法规另有规定
的，从其规定。
第三条 市知识产权局负责本办法的组织实施。
附件：抄送单位
江州市某中区市场监督管理局一
江州市某北区市场监督管理局二
江州市某南区市场监督管理局三
"""


def read(words: str):
    return read_bytes(words.encode(), "条例.md")


def articles(words: str) -> dict[str, list[str]]:
    return {one.label: one.lines for one in read(words).articles()}


def test_lines_that_a_page_broke_are_one_paragraph_and_a_list_of_names_stays_one():
    text = read(BROKEN)
    assert [len(one.lines) for one in text.articles()] == [1, 1, 1]
    assert text.articles()[1].lines[0].endswith("法律法规另有规定的，从其规定。")
    appendix = text.body[-1]
    assert [one.text for one in appendix.children] == BROKEN.splitlines()[-3:]
    assert not text.doubts


def test_a_sentence_without_an_end_is_told():
    text = read("某办法\n第一条 有下列情形之一的，应当\n报告：\n（一）侵权；\n（二）其他。\n第二条 施行。\n")
    assert any("第一条" in doubt and "句末标点" in doubt for doubt in text.doubts)


@pytest.mark.parametrize(
    ("fourth", "label"),
    [
        ("第四条、应当及时。", "第四条、"),
        ("第四条：应当及时。", "第四条"),
        ("第四条（时限）应当及时。", "第四条"),
        ("第四条【时限】应当及时。", "第四条"),
        ("第 四 条　应当及时。", "第四条"),
    ],
)
def test_labels_as_people_write_them_begin_an_article(fourth, label):
    words = f"某办法\n第一条 甲。\n第二条 乙。\n第三条 丙。\n{fourth}\n第五条 丁。\n"
    assert [one.number for one in read(words).articles()] == [(n, 0) for n in range(1, 6)]
    assert [one.label.replace(" ", "") for one in read(words).articles()][3] in (label, "第四条")


def test_a_line_that_cites_articles_begins_none():
    words = (
        "某办法\n第一条 甲。\n第二条 有下列情形：\n第三条、第四条规定的情形除外。\n第三条 丙。\n第四条 丁。\n"
    )
    assert [one.number[0] for one in read(words).articles()] == [1, 2, 3, 4]
    assert "第三条、第四条规定的情形除外。" in articles(words)["第二条"]


def test_an_article_out_of_order_is_told():
    text = read("某办法\n第一条 甲。\n第二条 乙。\n第七条本市另有规定。\n第三条 丙。\n")
    assert any("第七条" in doubt for doubt in text.doubts)


def test_numbers_of_an_outline_stay_as_they_are_and_are_told():
    text = read(
        "某规程\n1. 总则\n1.1 为规范办理，制定本规程。\n1.2 适用范围。\n2. 受理\n2.1 应当提交材料：\n(1) 请求书；\n(2) 证据。\n"
    )
    assert text.title == "某规程"
    assert any("1.1" in doubt for doubt in text.doubts)
    words = "".join(line for one in text.body for part in one.walk() for line in (part.label, part.text))
    assert "1.1 为规范办理，制定本规程。" in words and "2.1 应当提交材料：" in words


@pytest.mark.parametrize("words", [BROKEN, TEAHOUSES])
def test_what_was_read_reads_back(words):
    text = read(words)
    assert read(to_markdown(text)) == text


def test_a_title_that_speaks_of_documents_is_no_letterhead():
    text = read(
        "江州市人民政府关于废止部分行政规范性文件\n的决定\n第一条 废止下列文件。\n第二条 自公布之日起施行。\n"
    )
    assert text.title == "江州市人民政府关于废止部分行政规范性文件的决定" and text.history == []


def test_an_annex_that_ends_with_a_day_is_no_list_of_annexes():
    words = "某办法\n第一条 甲。\n第二条 乙。\n附件1\n申请表\n申请人某某\n2024年3月8日\n"
    text = read(words)
    assert [one.text for one in text.body[-1].children] == ["申请表", "申请人某某", "2024年3月8日"]


# --- decisions ---------------------------------------------------------------------------------------------------------

DONE = {
    "一、第三条修改为：“茶馆应当清洁。”": ("第三条", ["茶馆应当清洁。"]),
    "将第五条第二款中“五日内”改为“七个工作日内”。": ("第五条", "七个工作日内"),
    "一、对第六条作出修改，将“拒绝”改为“推诿”。": ("第六条", "推诿"),
    "一、在第四条第（二）项后增加一项，作为第（三）项：“有消防设施；”。": ("第四条", "（三）有消防设施；"),
    "一、在第三条之后增加一条作为第四条，内容为：“茶馆应当明码标价。”": ("第四条", ["茶馆应当明码标价。"]),
    "一、第一条中的“方便市民喝茶，”之后增加“弘扬茶文化，”。": ("第一条", "弘扬茶文化，"),
    "一、第二条第二款删除。": ("第二条", ["本市茶馆的开办和管理，适用本条例。"]),
    "一、第八条修改为“本条例自2025年1月1日起施行。”": ("第八条", ["本条例自2025年1月1日起施行。"]),
    "（一）将第三条修改为：“茶馆应当清洁。”\n\n此外，对条文顺序作相应调整。": ("第三条", ["茶馆应当清洁。"]),
}


@pytest.mark.parametrize("order", DONE)
def test_orders_worded_otherwise_are_carried_out(order):
    label, expected = DONE[order]
    outcome = apply_decision(
        parse_markdown(TEAHOUSES), read(f"# 关于修改《江州市茶馆管理条例》的决定\n\n{order}")
    )
    lines = next(one.lines for one in outcome.text.articles() if one.label == label)
    assert lines == expected if isinstance(expected, list) else expected in "\n".join(lines)


NAMED = {
    "一、将第三条、第六条中的“街道办事处”修改为“街道办”。": "第三条中没有“街道办事处”",
    "一、第九条修改为：“茶馆应当清洁。”": "第九条",
    "一、删去第四条第五项。": "第四条",
    "一、第三条末尾另起一行写上“茶馆应当明码标价。”": "不明白",
    "一、第三条修改为“茶馆应当清洁。”；另外处理第六条。": "不明白",
}


@pytest.mark.parametrize("order", NAMED)
def test_orders_that_do_not_fit_are_named_and_nothing_is_changed(order):
    old = parse_markdown(TEAHOUSES)
    with pytest.raises(Unfit) as refused:
        apply_decision(
            old,
            read(
                f"# 关于修改《江州市茶馆管理条例》的决定\n\n一、第一条修改为：“另一条。”\n\n二、{order[2:]}"
            ),
        )
    assert NAMED[order] in str(refused.value)
    assert old == parse_markdown(TEAHOUSES)
