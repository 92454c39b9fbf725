"""What a line of a legal text is."""

from __future__ import annotations

import pytest

from tests.regulations import TEAHOUSES, parse_markdown, teahouses
from zhiheng.rulemaking.texts import Kind, Unreadable, parse, read_bytes, to_markdown
from zhiheng.rulemaking.texts.numbering import numeral, value


def paths(text):
    return list(text.paths().values())


def test_a_regulation_is_chapters_articles_paragraphs_items_and_subitems():
    found = paths(teahouses())
    assert found[:4] == ["第一章", "第一章/第一条", "第一章/第一条/第一款", "第一章/第二条"]
    assert "第一章/第二条/第二款" in found
    assert "第二章/第四条/第一款/第（三）项/第2目" in found


def test_title_and_history_stand_above_the_provisions():
    text = teahouses()
    assert text.title == "江州市茶馆管理条例"
    assert len(text.history) == 2 and text.history[1].endswith("第一次修正")


def test_pasted_words_read_like_the_file():
    pasted = TEAHOUSES.replace("# ", "").replace("#", "").replace("<!-- INFO END -->\n", "")
    assert parse(pasted) == teahouses()


def test_pasted_words_without_blanks_behind_the_article_read_the_same():
    pasted = TEAHOUSES.replace("条 ", "条").replace("章 ", "章\u3000\u3000")
    assert parse_markdown(pasted) == teahouses()


@pytest.mark.parametrize(
    "line", ["第三条规定的茶馆除外。", "第二条第一款所称茶馆，是指卖茶的店。", "第三条、第四条不适用于渡船。"]
)
def test_a_paragraph_that_begins_with_a_citation_is_no_article(line):
    text = parse(f"茶馆规定\n第一条 茶馆卖茶。\n第二条 另有规定的除外。\n{line}\n第三条 自公布之日起施行。")
    assert [a.number[0] for a in text.articles()] == [1, 2, 3]
    assert text.articles()[1].children[1].text == line


def test_an_inserted_article_carries_its_own_number():
    text = parse("茶馆规定\n第一条 卖茶。\n第一条之一 也卖点心。\n第二条 自公布之日起施行。")
    assert [a.number for a in text.articles()] == [(1, 0), (1, 1), (2, 0)]
    assert [a.label for a in text.articles()][1] == "第一条之一"


def test_a_damaged_label_is_understood_and_written_out_as_it_was():
    text = parse(
        "茶馆规定\n"
        + "\n".join(f"第{numeral(n)}条 卖茶。" for n in range(1, 11))
        + "\n第十－条 卖水。\n第十二 条卖点心。"
    )
    assert [a.number[0] for a in text.articles()] == list(range(1, 13))
    assert "第十－条" in to_markdown(text)


def test_arabic_article_numbers_are_numbers():
    text = parse("茶馆规定\n第1条 卖茶。\n第2条 卖水。\n第３条 卖点心。")
    assert [a.number[0] for a in text.articles()] == [1, 2, 3]


@pytest.mark.parametrize(
    "marks",
    [("（一）", "（二）"), ("(一)", "(二)"), ("1.", "2."), ("1、", "2、"), ("①", "②"), ("（1）", "（2）")],
)
def test_items_may_be_marked_in_any_manner(marks):
    text = parse(f"茶馆规定\n第一条 卖下列东西：\n{marks[0]}茶；\n{marks[1]}水。\n第二条 完。")
    first = text.articles()[0].children[0]
    assert [item.text for item in first.children] == ["茶；", "水。"]
    assert [item.label for item in first.children] == list(marks)


def test_marks_of_different_width_are_one_list():
    text = parse("茶馆规定\n第一条 卖：\n（一）茶；\n(二)水；\n（三)酒。\n第二条 完。")
    assert [item.number[0] for item in text.articles()[0].children[0].children] == [1, 2, 3]
    assert "（三)酒" in to_markdown(text)


def test_what_stands_between_two_items_belongs_to_the_first():
    text = parse("茶馆规定\n第一条 卖：\n（一）茶；\n茶分红茶和绿茶。\n（二）水。\n第二条 完。")
    article = text.articles()[0]
    assert len(article.children) == 1
    assert article.children[0].children[0].children[0].text == "茶分红茶和绿茶。"


def test_a_text_without_articles_is_made_of_points():
    text = parse(
        "关于茶馆的通知\n各区：\n现将有关事项通知如下。\n一、卖茶。\n（一）红茶；\n（二）绿茶。\n二、卖水。\n江州市商务局\n2024年3月5日"
    )
    kinds = [p.kind for p in text.body]
    assert kinds == [Kind.PREAMBLE, Kind.PREAMBLE, Kind.POINT, Kind.POINT, Kind.SIGNATURE, Kind.SIGNATURE]


def test_a_numbered_heading_over_articles_is_a_heading():
    text = parse("茶馆解释\n一、开办\n第一条 卖茶。\n二、附则\n第二条 完。")
    assert [(p.kind, p.text) for p in text.body] == [(Kind.HEADING, "开办"), (Kind.HEADING, "附则")]


def test_appendices_follow_the_signature_and_keep_their_lines():
    text = parse(
        TEAHOUSES.replace("#", "") + "\n附件1\n茶馆报告书\n（一）名称\n第一条 抄自别处\n附件2：茶单\n红茶"
    )
    assert [p.text for p in text.of_kind(Kind.APPENDIX)] == ["附件1", "附件2：茶单"]
    assert [line.text for line in text.of_kind(Kind.APPENDIX)[0].children] == [
        "茶馆报告书",
        "（一）名称",
        "第一条 抄自别处",
    ]
    assert len(text.articles()) == 8


def test_a_table_of_contents_is_no_second_text():
    contents = "目 录\n第一章 总则\n第二章 开办\n第三章 附则\n"
    pasted = TEAHOUSES.replace("#", "").replace("<!-- INFO END -->", contents)
    text = parse(pasted)
    assert len([p for p in text.body if p.kind is Kind.CHAPTER]) == 3
    assert len(text.of_kind(Kind.CONTENTS)) == 4


def test_a_missing_or_repeated_number_is_named():
    text = parse("茶馆规定\n第一条 卖茶。\n第三条 卖水。\n第三条 卖点心。")
    assert any("不连续" in doubt for doubt in text.doubts) and any("重复" in doubt for doubt in text.doubts)


def test_invisible_characters_and_wide_blanks_are_spacing():
    dirty = TEAHOUSES.replace("茶馆应当", "\u200b茶馆\u2060应当").replace("条 ", "条\u3000\xa0")
    assert parse_markdown(dirty) == teahouses()


@pytest.mark.parametrize(
    "data", [b"", b"   \n\n", b"%PDF-1.7 x", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old", b"\x00\x01\x02"]
)
def test_what_is_no_text_is_refused_in_words(data):
    with pytest.raises(Unreadable, match=r"“x\.docx”"):
        read_bytes(data, "x.docx")


@pytest.mark.parametrize("n", [1, 10, 11, 20, 99, 100, 101, 110, 111, 120, 1000, 1001, 1010, 1260, 9999])
def test_a_numeral_is_the_number_it_was_written_for(n):
    assert value(numeral(n)) == n


def test_lines_broken_by_the_width_of_a_page_are_put_together():
    pasted = TEAHOUSES.replace("# ", "").replace("#", "").replace("<!-- INFO END -->\n", "")
    broken = []
    for line in pasted.splitlines():
        broken += [line[n : n + 18] for n in range(0, len(line), 18)] or [""]
    assert len(broken) > len(pasted.splitlines()) + 8
    assert parse("\n".join(broken)) == teahouses()


def test_a_heading_of_two_lines_is_one():
    text = parse("茶馆规定\n第一章 船上的、桥下的\n以及路边的茶馆\n第一条 卖茶。\n第二条 卖水。")
    assert text.body[0].text == "船上的、桥下的以及路边的茶馆"


def test_a_text_as_the_national_database_prints_it():
    text = parse(
        "江州市茶馆条例\n（1992年9月4日江州市第二届人民代表大会常务委员会第七次会议通过　根据2000年8月25日\n"
        "《关于修改〈江州市茶馆条例〉的决定》修正）\n目　　录\n第一章　总　　则\n第二章　附　　则\n第一章　总　　则\n"
        "第一条　茶馆卖茶。\n第二章　附　　则\n第二条　本条例自1993年1月1日起施行。"
    )
    assert text.title == "江州市茶馆条例" and len(text.history) == 2
    assert [p.text for p in text.body if p.kind is Kind.CHAPTER] == ["总则", "附则"]
    assert len(text.articles()) == 2


def test_a_normative_document_with_number_addressees_points_signature_and_appendix():
    text = parse(
        "江州市商务局关于规范茶馆经营的通知\n江商发〔2024〕5号\n各区商务局：\n现就规范茶馆经营通知如下。\n一、总体要求\n"
        "茶馆应当守法经营。\n（一）明码标价。\n1.价目上墙。\n2.不另收费。\n（二）保持清洁。\n二、施行日期\n"
        "本通知自2024年4月1日起施行。\n附件：茶馆价目表\n江州市商务局\n2024年3月5日"
    )
    assert [p.label for p in text.body if p.kind is Kind.POINT] == ["一、", "二、"]
    paths = list(text.paths().values())
    assert "一、/第二款/第（一）项/第2目" in paths
    assert text.of_kind(Kind.APPENDIX)[0].text == "附件：茶馆价目表"
