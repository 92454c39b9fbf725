"""Amending decisions: how they are worded, how they are read, what they do, what they refuse."""

from __future__ import annotations

import pytest

from tests.regulations import TEAHOUSES, parse_markdown, teahouses
from zhiheng.rulemaking.texts import Kind, Unfit, apply_decision, parse, read_decision, write_decision
from zhiheng.rulemaking.texts.difference import shown
from zhiheng.rulemaking.texts.numbering import value


def orders(new: str, old: str = TEAHOUSES) -> list[str]:
    """The points of the decision written for two versions, a string each."""
    before, after = parse_markdown(old), parse_markdown(new)
    decision = write_decision(before, after)
    assert apply_decision(before, decision).text == after
    return [shown(point) for point in decision.body if point.kind is Kind.POINT]


def amended(*lines: str):
    return apply_decision(
        teahouses(), parse("关于修改《江州市茶馆管理条例》的决定\n" + "\n".join(lines))
    ).text


def article(text, n: int, sub: int = 0) -> str:
    return next(shown(a) for a in text.articles() if a.number == (n, sub))


def shifted(words: str, first: str, by: str) -> str:
    """Articles of ``words`` behind the mark ◆ renumbered: first are the numerals, by what they become."""
    head, tail = words.split("◆")
    pairs = list(zip(first, by, strict=True))
    for a, b in pairs if value(first[0]) > value(by[0]) else reversed(pairs):
        tail = tail.replace(f"\n第{a}条 ", f"\n第{b}条 ")
    return head + tail


# --- written -----------------------------------------------------------------------------------------------------------


def test_a_few_words_are_amended_as_words():
    assert orders(TEAHOUSES.replace("五日内回复", "三日内书面回复")) == [
        "一、将第五条第二款中的“五日内回复”修改为“三日内书面回复”。"
    ]


def test_a_reworded_article_is_given_whole():
    new = TEAHOUSES.replace(
        "茶馆应当清洁、安静、价格公道。", "开茶馆的人要让来的客人坐得舒服、听得见、付得起。"
    )
    assert orders(new) == ["一、将第三条修改为：“开茶馆的人要让来的客人坐得舒服、听得见、付得起。”"]


def test_a_new_article_shifts_the_others_and_their_references_without_more_words():
    new = TEAHOUSES.replace("第三条 茶馆应当", "第三条 茶馆早晨开门。\n◆\n第三条 茶馆应当")
    new = shifted(new, "三四五六七八", "四五六七八九")
    new = new.replace("提交本条例第四条", "提交本条例第五条").replace(
        "以本条例第四条、第五条第一款", "以本条例第五条、第六条第一款"
    )
    new = new.replace("违反本条例第三条至第五条", "违反本条例第四条至第六条")
    assert orders(new) == ["一、增加一条，作为第三条：“茶馆早晨开门。”", "二、条文顺序作相应调整。"]


def test_an_amended_article_that_shifts_says_both_numbers():
    new = TEAHOUSES.replace("第三条 茶馆应当", "第三条 茶馆早晨开门。\n◆\n第三条 茶馆应当").replace(
        "五日内", "三日内"
    )
    new = shifted(new, "三四五六七八", "四五六七八九").replace("提交本条例第四条", "提交本条例第五条")
    new = new.replace("以本条例第四条、第五条第一款", "以本条例第五条、第六条第一款").replace(
        "第三条至第五条", "第四条至第六条"
    )
    assert orders(new)[1] == (
        "二、第五条改为第六条，第一款中的“本条例第四条第（二）项”修改为“本条例第五条第（二）项”。\n"
        "第二款中的“日起五日内回复”修改为“日起三日内回复”。"
    )


def test_paragraphs_and_items_are_added_and_struck_out():
    new = TEAHOUSES.replace("船上的茶馆不适用本条例。\n\n", "").replace(
        "（三）有不少于十张的桌子：", "（三）有能烧开水的炉子；\n\n（四）有不少于十张的桌子："
    )
    assert orders(new) == [
        "一、删去第二条第二款。",
        "二、第四条增加一项，作为第（三）项：“（三）有能烧开水的炉子；”",
    ]


def test_a_paragraph_quoted_over_several_lines_opens_each_and_closes_once():
    new = TEAHOUSES.replace(
        "船上的茶馆不适用本条例。",
        "船上的茶馆不适用本条例。\n\n前款所称船，包括：\n\n（一）渡船；\n\n（二）“花船”。",
    )
    assert orders(new) == [
        "一、第二条增加一款，作为第三款：“前款所称船，包括：\n“（一）渡船；\n“（二）‘花船’。”"
    ]


def test_a_deleted_article_is_struck_out_and_the_rest_closes_up():
    new = TEAHOUSES.replace("第六条 街道办事处不得以本条例第四条、第五条第一款规定以外的理由拒绝。\n\n", "◆")
    assert orders(shifted(new, "七八", "六七")) == ["一、删去第六条。", "二、条文顺序作相应调整。"]


def test_title_history_and_chapter_names():
    new = TEAHOUSES.replace("# 江州市茶馆管理条例", "# 江州市茶馆条例").replace(
        "第二章 开办", "第二章 开办与关闭"
    )
    assert orders(new) == ["一、将名称修改为：“江州市茶馆条例”", "二、将第二章章名修改为：“开办与关闭”"]


def test_equal_texts_need_no_decision():
    with pytest.raises(ValueError, match="完全相同"):
        write_decision(teahouses(), teahouses())


def test_quotes_that_do_not_pair_survive_the_decision():
    new = TEAHOUSES.replace("茶馆应当清洁", "茶馆”应当‘清洁")
    assert "『" in orders(new)[0]


# --- read and applied ----------------------------------------------------------------------------------------------------


def test_what_nobody_names_keeps_its_order_and_closes_up():
    text = amended(
        "一、删去第二条、第三条。", "二、增加一条，作为第六条：“茶馆夜里关门。”", "三、条文顺序作相应调整。"
    )
    assert [a.number[0] for a in text.articles()] == list(range(1, 8))
    assert article(text, 6) == "第六条\u3000茶馆夜里关门。"
    assert article(text, 3).endswith(
        "提交本条例第二条第（二）项规定的水质证明。\n街道办事处应当自收到前款规定的报告之日起五日内回复。"
    )


def test_an_inserted_article_of_its_own_number_shifts_nothing():
    text = amended("一、在第三条后增加一条，作为第三条之一：“茶馆夜里关门。”")
    assert [a.label for a in text.articles()][2:5] == ["第三条", "第三条之一", "第四条"]
    assert article(text, 6) == "第六条\u3000街道办事处不得以本条例第四条、第五条第一款规定以外的理由拒绝。"


@pytest.mark.parametrize(
    ("order", "n", "after"),
    [
        ("一、将第三条修改为：“茶馆要安静。”", 3, "第三条\u3000茶馆要安静。"),
        ("一、第三条修改为“茶馆要安静。”", 3, "第三条\u3000茶馆要安静。"),
        ("第三条修改为:\n“茶馆要安静。\n“也要清洁。”", 3, "第三条\u3000茶馆要安静。\n也要清洁。"),
        ("1.将第三条修改为：\n“茶馆要安静。\n\n也要清洁。”", 3, "第三条\u3000茶馆要安静。\n也要清洁。"),
        (
            "（一）将第三条中的“安静”修改为“明亮”、“公道”修改为“公开”。",
            3,
            "第三条\u3000茶馆应当清洁、明亮、价格公开。",
        ),
        (
            "一、将第三条中的“清洁”“安静”分别修改为“干净”“宁静”。",
            3,
            "第三条\u3000茶馆应当干净、宁静、价格公道。",
        ),
        ("一、删去第三条中的“、安静”。", 3, "第三条\u3000茶馆应当清洁、价格公道。"),
        ("一、在第三条中的“安静”后增加“、明亮”。", 3, "第三条\u3000茶馆应当清洁、安静、明亮、价格公道。"),
        ("一、在第三条“安静”之前增加“明亮、”。", 3, "第三条\u3000茶馆应当清洁、明亮、安静、价格公道。"),
        (
            "一、第三条增加一款，作为第一款：“茶馆卖茶。”",
            3,
            "第三条\u3000茶馆卖茶。\n茶馆应当清洁、安静、价格公道。",
        ),
        ("一、第三条增加一款：“茶馆卖茶。”", 3, "第三条\u3000茶馆应当清洁、安静、价格公道。\n茶馆卖茶。"),
        (
            "一、在第三条中增加一款作为第二款，将该条修改为：“茶馆卖茶。\n“也卖水。”",
            3,
            "第三条\u3000茶馆卖茶。\n也卖水。",
        ),
        ("一、将《江州市茶馆管理条例》第三条修改为：“茶馆卖茶。”", 3, "第三条\u3000茶馆卖茶。"),
        ("一、将第三条修改为：\n茶馆卖茶。\n也卖水。", 3, "第三条\u3000茶馆卖茶。\n也卖水。"),
        ('一、将第三条修改为："茶馆卖"茶"。"', 3, None),
        (
            "一、将第二条第一款中的“开办”、第三条中的“安静”修改为“明亮”。",
            3,
            "第三条\u3000茶馆应当清洁、明亮、价格公道。",
        ),
        ("一、删去第二条第一款中的“开办和”、第三条中的“安静、”。", 3, "第三条\u3000茶馆应当清洁、价格公道。"),
        ("一、第三条修改为两款：“茶馆要安静。\n“也要清洁。”", 3, None),
        (
            "一、将第四条第（一）、（二）项修改为：“（一）有房；\n“（二）有水；”",
            3,
            "第三条\u3000茶馆应当清洁、安静、价格公道。",
        ),
        ("一、将第三条改为：“第三条 茶馆要安静。”", 3, "第三条\u3000茶馆要安静。"),
        ("一、删除第二条第二款。", 2, "第二条\u3000本市茶馆的开办和管理，适用本条例。"),
        (
            "一、删去第五条第一款，第二款改为第一款，修改为：“街道办事处应当回复。”",
            5,
            "第五条\u3000街道办事处应当回复。",
        ),
    ],
)
def test_orders_of_many_manners(order, n, after):
    if after is None:
        assert read_decision(parse(f"关于修改《江州市茶馆管理条例》的决定\n{order}"))
        return
    assert article(amended(order), n) == after


def test_items_are_added_and_the_list_stays_well_punctuated():
    text = amended("一、第四条第一款增加一项，作为第四项：“有会泡茶的人。”")
    assert article(text, 4).splitlines()[-1] == "（四）有会泡茶的人。"
    assert "（二）有合格的饮用水；" in article(text, 4)


def test_two_articles_are_put_together():
    text = amended(
        "一、第二条、第三条合并为一条，作为第二条，修改为：“本市茶馆应当清洁，船上的除外。”",
        "二、条文顺序作相应调整。",
    )
    assert article(text, 2) == "第二条\u3000本市茶馆应当清洁，船上的除外。" and len(text.articles()) == 7


def test_one_article_is_cut_in_two():
    text = amended(
        "一、第二条分为两条，作为第二条、第三条，修改为：\n“第二条 茶馆适用本条例。\n“第三条 船上的除外。”",
        "二、条文顺序作相应调整。",
    )
    assert [article(text, n) for n in (2, 3)] == ["第二条\u3000茶馆适用本条例。", "第三条\u3000船上的除外。"]
    assert article(text, 4).startswith("第四条\u3000茶馆应当清洁") and len(text.articles()) == 9


def test_an_article_moves_to_another_chapter():
    text = amended("一、将第三条移至第三章，作为第七条。", "二、条文顺序作相应调整。")
    paths = text.paths()
    assert [paths[id(a)] for a in text.articles()][-3:] == ["第三章/第六条", "第三章/第七条", "第三章/第八条"]
    assert article(text, 7) == "第七条\u3000茶馆应当清洁、安静、价格公道。"


def test_a_heading_is_put_over_articles_there_are():
    text = amended("一、在修改后的第六条前增加章名“第三章 拒绝”。", "二、条文顺序作相应调整。")
    assert [p.label + p.text for p in text.walk() if p.kind is Kind.CHAPTER] == [
        "第一章总则",
        "第二章开办",
        "第三章拒绝",
        "第四章附则",
    ]


def test_a_point_that_names_another_text_is_not_for_this_one():
    text = amended(
        "一、删去《江州市渡口条例》第三条。", "二、将《江州市茶馆管理条例》第三条中的“安静”修改为“明亮”。"
    )
    assert article(text, 3) == "第三条\u3000茶馆应当清洁、明亮、价格公道。"


def test_a_chapter_is_added_with_its_articles():
    text = amended(
        "一、增加一章，作为第三章：“第三章 关闭\n“第七条 关闭茶馆的，应当告诉邻居。\n“第八条 邻居可以提意见。”",
        "二、条文顺序作相应调整。",
    )
    assert [p.label + p.text for p in text.walk() if p.kind is Kind.CHAPTER] == [
        "第一章总则",
        "第二章开办",
        "第三章关闭",
        "第四章附则",
    ]
    assert [a.number[0] for a in text.articles()] == list(range(1, 11))
    assert article(text, 9).startswith("第九条\u3000违反本条例第三条至第五条")


def test_words_are_changed_throughout():
    text = amended("一、将本条例中的“街道办事处”修改为“镇人民政府”。")
    assert "街道办事处" not in "".join(p.text for p in text.walk())


def test_a_decision_on_several_texts_is_taken_for_this_one_only():
    text = amended(
        "一、对《江州市渡口条例》作如下修改",
        "1.将第三条修改为：“渡船要清洁。”",
        "二、修改《江州市茶馆管理条例》",
        "1.将第三条修改为：“茶馆要清洁。”",
    )
    assert article(text, 3) == "第三条\u3000茶馆要清洁。"


def test_notes_change_nothing():
    text = amended(
        "一、将第三条修改为：“茶馆要清洁。”",
        "二、本决定自2025年1月1日起施行。",
        "《江州市茶馆管理条例》根据本决定作相应修改，重新公布。",
    )
    assert article(text, 3) == "第三条\u3000茶馆要清洁。"


# --- refused ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ("一、将第九条修改为：“茶馆卖茶。”", "原文没有第九条"),
        ("一、删去第三条第二款。", "第三条只有1款，没有第二款"),
        ("一、将第三条中的“热闹”修改为“安静”。", "第三条中没有“热闹”"),
        ("一、将第四条第（五）项修改为：“有炉子；”", "原文没有第四条第（五）项"),
        ("一、增加一条，作为第三条：“一。”\n二、增加一条，作为第三条：“二。”", "序号互相冲突"),
        ("一、增加两条，作为第三条、第四条：“只有一条。”", "没有逐条写明序号"),
        ("一、把第三条写得好一些。", "不明白"),
        ("一、增加一款，作为第二款：“茶馆卖茶。”", "没有写明在哪一条"),
        ("一、删去第六章。", "原文没有第六章"),
        (
            "一、将第二条第一款、第三条中的“茶馆”修改为“茶楼”，并删去第二款中的“船上的”。",
            "没有写明是哪一条的",
        ),
        ("一、将有关条款中的“茶馆”修改为“茶楼”。", "不明白"),
        ("一、此外，对个别文字作修改。", "不明白"),
        ("一、将附件修改为：“茶单”\n二、删去附件2。", "原文没有“附件2”"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_sentence_and_the_reason(order, why):
    before = teahouses()
    with pytest.raises(Unfit) as refused:
        apply_decision(before, parse(f"关于修改《江州市茶馆管理条例》的决定\n{order}"))
    assert any(why in one.why for one in refused.value.refusals), refused.value.refusals
    assert before == teahouses()


def test_all_reasons_are_given_at_once():
    with pytest.raises(Unfit) as refused:
        amended("一、将第九条修改为：“茶馆卖茶。”", "二、删去第十条。", "三、将第三条写好。")
    assert len(refused.value.refusals) == 3


def test_a_decision_on_another_text_is_refused():
    with pytest.raises(Unfit, match="不是《江州市茶馆管理条例》"):
        apply_decision(
            teahouses(),
            parse("关于修改《江州市渡口条例》的决定\n对《江州市渡口条例》作如下修改：\n一、删去第三条。"),
        )


def test_references_to_a_deleted_article_are_left_and_named():
    outcome = apply_decision(
        teahouses(), parse("关于修改《江州市茶馆管理条例》的决定\n一、删去第四条。\n二、条文顺序作相应调整。")
    )
    assert any("第四条已删去" in line for line in outcome.broken)
    assert any("第五条第一款" in line for line in outcome.followed)


def test_references_follow_only_where_the_decision_says_so():
    decision = parse("关于修改《江州市茶馆管理条例》的决定\n一、增加一条，作为第三条：“茶馆早晨开门。”")
    outcome = apply_decision(teahouses(), decision)
    assert [a.number[0] for a in outcome.text.articles()] == list(range(1, 10))
    assert "本条例第四条第（二）项" in article(outcome.text, 6) and outcome.followed == []
    assert any("未改" in line for line in outcome.broken)


PACKAGE = """江州市人民政府关于修改和废止部分政府规章的决定
为了方便市民，市人民政府决定：
一、对《江州市茶馆管理条例》等2件规章作出修改。
1.将《江州市茶馆管理条例》第三条中的“安静”修改为“明亮”。删去第二条第二款。
2.删去《江州市渡口条例》第三条。
二、废止《江州市灯会办法》。
本决定自2024年7月1日起施行。"""


def test_a_decision_on_many_rules_changes_this_one_and_leaves_the_others_alone():
    text = apply_decision(teahouses(), parse(PACKAGE)).text
    assert article(text, 3) == "第三条\u3000茶馆应当清洁、明亮、价格公道。"
    assert article(text, 2) == "第二条\u3000本市茶馆的开办和管理，适用本条例。" and len(text.articles()) == 8


def test_a_repealed_text_has_no_amended_version():
    repealed = parse_markdown(TEAHOUSES.replace("# 江州市茶馆管理条例", "# 江州市灯会办法"))
    with pytest.raises(Unfit, match="废止这件文本"):
        apply_decision(repealed, parse(PACKAGE))


def test_what_the_end_of_a_package_says_holds_for_each_text():
    text = amended(
        "一、对《江州市茶馆管理条例》作出修改", "（一）增加一条，作为第三条：“茶馆早晨开门。”", "二、对《江州市渡口条例》作出修改", "删去第三条。",
        "《江州市茶馆管理条例》《江州市渡口条例》根据本决定作相应修改并对条文顺序作相应调整，重新公布。",
    )  # fmt: skip
    assert "本条例第五条第（二）项" in article(text, 6)
