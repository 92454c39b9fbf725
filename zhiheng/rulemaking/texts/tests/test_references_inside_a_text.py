"""What a text says about itself."""

from __future__ import annotations

import pytest

from tests.regulations import teahouses
from zhiheng.rulemaking.texts import parse, references


def found(text):
    paths = text.paths()
    return [(r.words, [paths[id(t)] for t in r.targets], r.ok) for r in references(text)]


def test_every_reference_of_a_regulation_is_found_and_leads_to_its_provision():
    assert found(teahouses()) == [
        ("第四条第（二）项", ["第二章/第四条/第一款/第（二）项"], True),
        ("前款", ["第二章/第五条/第一款"], True),
        ("第四条", ["第二章/第四条"], True),
        ("第五条第一款", ["第二章/第五条/第一款"], True),
        ("第三条", ["第一章/第三条"], True),
        ("第五条", ["第二章/第五条"], True),
    ]


def says(words: str, *more: str):
    text = parse(
        "茶馆条例\n第一章 总则\n第一条 卖茶：\n（一）红茶；\n（二）绿茶；\n（三）花茶。\n可以送水。\n第二章 附则\n第二条 "
        + "\n".join([words, *more])
    )
    return found(text)


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (
            "违反本条例第一条第一款第（二）项、第（三）项的，劝告。",
            ["第一章/第一条/第一款/第（二）项", "第一章/第一条/第一款/第（三）项"],
        ),
        (
            "第一条第一项至第三项所列的茶。",
            ["第一章/第一条/第一款/第（一）项", "第一章/第一条/第一款/第（三）项"],
        ),
        ("依照前条第二款办理。", ["第一章/第一条/第二款"]),
        ("本条例第一章的规定适用于摊位。", ["第一章"]),
        ("第一条第一款第一、三项。", ["第一章/第一条/第一款/第（一）项", "第一章/第一条/第一款/第（三）项"]),
        (
            "违反本条例第一条第一款规定，卖第二项所列的茶的，劝告。",
            ["第一章/第一条/第一款", "第一章/第一条/第一款/第（二）项"],
        ),
        ("本章自公布之日起施行。", ["第二章"]),
    ],
)
def test_a_reference_leads_to(words, where):
    assert [path for _, paths, _ in says(words) for path in paths] == where
    assert all(ok for *_, ok in says(words))


@pytest.mark.parametrize(
    "words",
    [
        "依照渡口法第九条办理。",
        "依照《江州市渡口条例》第三十条第二款、第三十一条办理。",
        "适用渡口管理办法第十二条和第十三条。",
        "第三人、第一审、第二次检查不在此限。",
        "按照招标文件标准文本编制。",
    ],
)
def test_other_laws_and_other_words_are_no_references_to_this_text(words):
    assert says(words) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("违反本条例第九条的，劝告。", "没有第九条"),
        ("违反第一条第四款的，劝告。", "没有第四款"),
        ("除前款规定外。", "前面没有款"),
        ("违反第一条第（四）项的。", "没有第四项"),
    ],
)
def test_a_reference_to_nothing_says_so(words, why):
    text = parse(
        "茶馆条例\n第一条 卖茶：\n（一）红茶；\n（二）绿茶；\n（三）花茶。\n可以送水。\n第二条 " + words
    )
    assert [(r.ok, r.why) for r in references(text)] == [(False, why)]


def test_a_range_that_runs_backwards_is_wrong():
    text = parse("茶馆条例\n第一条 卖茶。\n第二条 卖水。\n第三条 违反第二条至第一条的，劝告。")
    assert [r.ok for r in references(text)] == [True, False]


def test_a_decision_speaks_of_another_text():
    assert references(parse("关于修改《茶馆条例》的决定\n一、将第九条修改为：“卖茶。”")) == []
