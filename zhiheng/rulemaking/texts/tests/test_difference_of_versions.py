"""Two versions side by side."""

from __future__ import annotations

import io

import docx

from tests.regulations import TEAHOUSES, parse_markdown, teahouses
from zhiheng.rulemaking.texts import carry_ids, compare
from zhiheng.rulemaking.texts.difference import table_docx


def kinds(new: str, old: str = TEAHOUSES):
    comparison = compare(parse_markdown(old), parse_markdown(new))
    return {
        change.kind: ([p.label for p in change.old], [p.label for p in change.new])
        for change in comparison.changes
        if change.kind not in ("unchanged", "renumbered")
    }


def test_equal_texts_have_no_changes():
    assert kinds(TEAHOUSES) == {}


def test_a_new_article_is_added_and_those_behind_it_are_only_renumbered():
    new = TEAHOUSES.replace("第三条 茶馆应当", "第三条 茶馆早晨开门。\n\n第四条 茶馆应当")
    for n, numeral in ((8, "八九"), (7, "七八"), (6, "六七"), (5, "五六"), (4, "四五")):
        head, tail = new.split("## 第二章")
        tail = tail.replace(f"\n第{numeral[0]}条 ", f"\n第{numeral[1]}条 ")
        new = f"{head}## 第二章{tail}"
        assert n
    assert kinds(new) == {"added": ([], ["第三条"])}


def test_another_article_cited_is_a_change_and_the_same_under_its_new_number_is_none():
    cited = "本条例第四条第（二）项"
    other = TEAHOUSES.replace(cited, "本条例第三条第（二）项")
    assert kinds(other)["changed"] == (["第五条"], ["第五条"])
    moved = TEAHOUSES.replace("第三条 茶馆应当", "第三条 茶馆早晨开门。\n\n第四条 茶馆应当")
    head, tail = moved.split("## 第二章")
    for a, b in ("八九", "七八", "六七", "五六", "四五"):
        tail = tail.replace(f"\n第{a}条 ", f"\n第{b}条 ")
    right = f"{head}## 第二章{tail}".replace(cited, "本条例第五条第（二）项")
    assert "changed" not in kinds(right)
    wrong = f"{head}## 第二章{tail}".replace(cited, "本条例第二条第（二）项")
    assert kinds(wrong)["changed"] == (["第五条"], ["第六条"])


def test_changed_words_are_told_from_kept_ones():
    comparison = compare(teahouses(), parse_markdown(TEAHOUSES.replace("清洁、安静", "清洁、安静、明亮")))
    changed = [change for change in comparison.changes if change.kind == "changed"]
    assert [edit for edit in changed[0].edits if edit[0] == "~"] == [("~", "", "明亮、")]


def test_an_article_cut_in_two_is_split_and_two_put_together_are_merged():
    old = TEAHOUSES.replace("船上的茶馆不适用本条例。", "船上的茶馆由江面管理机构另行规定具体的管理办法。")
    new = old.replace("船上的茶馆由", "第三条 船上的茶馆由")
    head, tail = new.split("第三条 茶馆应当")
    for a, b in ("八九", "七八", "六七", "五六", "四五"):
        tail = tail.replace(f"\n第{a}条 ", f"\n第{b}条 ")
    new = head + "第四条 茶馆应当" + tail
    assert kinds(new, old) == {"changed": (["第二条"], ["第二条"]), "split": (["第二条"], ["第三条"])}
    assert kinds(old, new) == {"changed": (["第二条"], ["第二条"]), "merged": (["第三条"], ["第二条"])}


def test_an_article_in_another_chapter_has_moved():
    line = "第三条 茶馆应当清洁、安静、价格公道。\n\n"
    new = TEAHOUSES.replace(line, "").replace(
        "## 第三章 附则\n\n", "## 第三章 附则\n\n第六条 茶馆应当清洁、安静、价格公道。\n\n"
    )
    for a, b in ("四三", "五四", "六五"):
        new = new.replace(f"\n第{a}条 ", f"\n第{b}条 ", 1)
    assert kinds(new)["moved"] == (["第三条"], ["第六条"])


def test_title_history_and_chapter_names_are_compared_too():
    new = TEAHOUSES.replace("# 江州市茶馆管理条例", "# 江州市茶馆条例").replace(
        "第二章 开办", "第二章 开办和关闭"
    )
    comparison = compare(teahouses(), parse_markdown(new))
    assert [change.part for change in comparison.changes if change.part] == ["名称"]
    assert [
        (c.old[0].text, c.new[0].text) for c in comparison.changes if c.old and c.old[0].label == "第二章"
    ] == [("开办", "开办和关闭")]


def test_what_goes_on_keeps_its_id_though_it_is_reworded():
    old, new = teahouses(), parse_markdown(TEAHOUSES.replace("清洁、安静", "清洁、安静、明亮、通风"))
    carry_ids(old, new)
    assert [p.id for p in new.walk()] == [p.id for p in old.walk()]


def test_the_table_has_old_new_and_why():
    comparison = compare(teahouses(), parse_markdown(TEAHOUSES.replace("清洁、安静", "清洁、明亮")))
    table = docx.Document(io.BytesIO(table_docx(comparison, {"第三条": "市民反映茶馆太暗"}))).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [
        ["原条文", "修改后条文", "修改理由"],
        [
            "第三条\u3000茶馆应当清洁、安静、价格公道。",
            "第三条\u3000茶馆应当清洁、明亮、价格公道。",
            "市民反映茶馆太暗",
        ],
    ]
    struck = [run.text for run in table.rows[1].cells[0].paragraphs[0].runs if run.underline]
    bold = [run.text for run in table.rows[1].cells[1].paragraphs[0].runs if run.bold]
    assert (struck, bold) == (["安静"], ["明亮"])
