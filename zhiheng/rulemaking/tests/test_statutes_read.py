"""Texts of the law on disk as the law book looks things up in them."""

from datetime import date
from pathlib import Path

import pytest

from zhiheng.law import current_book
from zhiheng.law.texts import check_texts
from zhiheng.rulemaking.statutes import read_directory, read_statute
from zhiheng.rulemaking.texts import Unreadable

TEXT = """# 甲乙保护条例

2004年10月20日 国务院令第422号公布

2018年6月28日 国务院令第699号修订

2018年7月31日 施行

<!-- INFO END -->

## 第一章 总则
第一条 为了保护甲乙，制定本条例。
第二条 有下列情形之一的，处5万元以下罚款：
（一）甲；
（二）乙，期限为十日。
情节严重的，处十万元罚款。
第二条之一 增加的一条。
第三条 本条例自2018年7月31日起施行。
"""


def test_articles_paragraphs_and_items_are_found_by_number():
    text = read_statute(TEXT.encode(), "甲乙保护条例(2018-06-28).md")
    assert text.provision("2", (1, 2)) == "（二）乙，期限为十日。"
    assert text.provision("2", (2,)) == "情节严重的，处十万元罚款。"
    assert text.provision("2", (3,)) is None and text.provision("9") is None
    assert text.provision("2之一") == "增加的一条。"


def test_the_version_is_told_by_head_file_name_and_last_article():
    text = read_statute(TEXT.encode(), "甲乙保护条例(2018-06-28).md")
    assert (text.title, text.adopted, text.in_force) == ("甲乙保护条例", date(2018, 6, 28), date(2018, 7, 31))


def test_the_day_of_the_first_version_is_not_taken_for_that_of_an_amendment():
    amended = TEXT.replace("2018年7月31日 施行\n", "").replace("自2018年7月31日起", "自2004年12月1日起")
    assert read_statute(amended.encode(), "甲.md").in_force is None


def test_what_cannot_be_read_is_named_and_the_rest_is_read(tmp_path):
    (tmp_path / "good.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "bad.docx").write_bytes(b"%PDF-1.7")
    texts, refused = read_directory(tmp_path)
    assert [t.title for t in texts] == ["甲乙保护条例"]
    assert len(refused) == 1 and "bad.docx" in refused[0]


def test_a_directory_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="没有目录"):
        read_directory(tmp_path / "absent")


SHARED = Path(__file__).resolve().parents[4] / "shared" / "law" / "texts"


@pytest.mark.skipif(not SHARED.is_dir(), reason="法规原文不在库内，也不在旁边的目录")
def test_everything_the_book_cites_from_texts_at_hand_stands_in_them():
    book = current_book()
    check = check_texts(book, read_directory(SHARED)[0])
    assert [(f.cited.place, f.why) for f in check.of("missing")] == []
    assert len(check.of("found")) > 300
    kept = book.checked["places"]
    found = {f.cited.place: f.cited.digest for f in check.of("found")}
    assert {p: d for p, d in kept.items() if p in found and found[p] == d} == {
        p: d for p, d in kept.items() if p not in book.edited_since() and p in found
    }
    assert all(
        kept_text["sha256"] in {s.sha256 for s in check.texts.values()}
        for kept_text in book.checked["texts"].values()
    )
