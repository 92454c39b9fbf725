"""The book held against the words of the law: what is found, what is not, and when the label is lost."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.law import Citation, Instrument, current_book
from zhiheng.law.loader import load_text
from zhiheng.law.texts import Cited, Paragraph, Statute, check_texts, match, mentions, quantities, said
from zhiheng.numbers import chinese

BOOK = current_book()
PENALTY_LAW = BOOK.instrument("行政处罚法")


def text(
    articles, title="中华人民共和国行政处罚法", adopted=date(2021, 1, 22), in_force=None, sha256="0" * 64
):
    found = {
        n: tuple(Paragraph(words) if isinstance(words, str) else words for words in paragraphs)
        for n, paragraphs in articles.items()
    }
    return Statute(title, adopted, in_force, found, sha256)


def outcome(cited, *statutes):
    book = replace(BOOK, leaning=lambda: (cited,))
    (finding,) = check_texts(book, statutes).findings
    return finding


def place(*parts, number="51", quantities=()):
    return Cited(
        "limits/x/2021-07-15.yaml", 1, (Citation(PENALTY_LAW, number, parts),), frozenset(quantities)
    )


ON_SPOT = text({"51": ["对公民处以二百元以下、对法人或者其他组织处以3000元以下罚款的，可以当场作出。"]})


@pytest.mark.parametrize("quantity", [("200", "元"), ("3000", "元")])
def test_a_number_stands_in_the_article_in_chinese_or_arabic_digits(quantity):
    assert outcome(place(quantities=[quantity]), ON_SPOT).outcome == "found"


def test_a_number_the_article_does_not_have_is_not_found_and_named():
    finding = outcome(place(quantities=[("300", "元")]), ON_SPOT)
    assert (finding.outcome, finding.why) == ("missing", "《中华人民共和国行政处罚法》第五十一条中没有300元")


@pytest.mark.parametrize("parts", [(2,), (1, 1)])
def test_a_paragraph_or_item_the_article_does_not_have_is_not_found(parts):
    assert "没有这一条款项" in outcome(place(*parts), ON_SPOT).why


def test_an_item_is_looked_up_in_its_paragraph():
    statute = text(
        {
            "72": [
                Paragraph("可以采取下列措施：", {1: "每日加处百分之三", 4: "申请强制执行"}),
                "另一款，七日。",
            ]
        }
    )
    assert outcome(place(1, 1, number="72", quantities=[("3", "%")]), statute).outcome == "found"
    assert outcome(place(1, 4, number="72", quantities=[("3", "%")]), statute).outcome == "missing"
    assert outcome(place(2, number="72", quantities=[("7", "日")]), statute).outcome == "found"


def test_without_the_text_nothing_is_said_to_be_found():
    assert outcome(place(quantities=[("200", "元")])).outcome == "no_text"


def test_a_number_that_may_stand_in_an_article_without_text_is_left_open():
    other = Citation(BOOK.instrument("听证办法"), "5")
    cited = replace(place(quantities=[("300", "元")]), citations=(Citation(PENALTY_LAW, "51"), other))
    assert outcome(cited, ON_SPOT).outcome == "no_text"


@given(st.integers(1, 99_999_999), st.sampled_from(["元", "倍", "日", "个工作日", "个月", "小时"]))
def test_a_quantity_is_read_the_same_in_chinese_and_in_digits(number, unit):
    assert quantities(f"不超过{chinese(number)}{unit}的") == quantities(f"不超过{number}{unit}的")


def test_both_ends_of_a_range_are_read_and_days_of_the_calendar_are_not():
    assert quantities("停止六至十二个月") == {("6", "月"), ("12", "月")}
    assert quantities("自2021年7月15日起施行") == set()


def test_what_stands_under_an_article_of_its_own_is_not_the_rule_s_own_saying():
    rule = {
        "ranges": [{"max": 250000, "turnover": {"below": 50000}}],
        "note": "另有300元",
        "unaware_seller": {"article": "60(2)", "words": "五年"},
        "repeat_years": 5,
    }
    assert set(said(rule)) == {("250000", "元"), ("50000", "元"), ("5", "年")}


def test_the_version_of_a_text_is_told_by_the_days_it_names():
    made = lambda adopted, in_force=None: text({}, "中华人民共和国商标法", adopted, in_force)  # noqa: E731
    old, new = made(date(2019, 4, 23)), made(date(2026, 6, 26), date(2027, 1, 1))
    found = match(BOOK.instruments["trademark-law"], [new, old])
    assert {i.effective: s for i, s in found.items()} == {date(2019, 11, 1): old, date(2027, 1, 1): new}


def test_a_text_made_long_before_a_version_is_not_taken_for_it():
    assert not match(
        [BOOK.instrument("行政复议法")], [text({}, "中华人民共和国行政复议法", date(2017, 9, 1))]
    )


def test_articles_in_running_words_are_citations_too():
    names = {"行政处罚法": [PENALTY_LAW], "中华人民共和国行政处罚法": [PENALTY_LAW]}
    words = "依照《中华人民共和国行政处罚法》第六十四条第一款第五项、行政处罚法第五十一条至第五十三条"
    assert [str(c) for c in mentions(words, names, None)] == [
        "行政处罚法64(1)(5)",
        "行政处罚法51",
        "行政处罚法52",
        "行政处罚法53",
    ]


def test_an_edited_value_loses_the_label_by_itself():
    kept = place(quantities=[("200", "元")])
    lock = {"texts": {}, "places": {kept.place: kept.digest}}
    same = replace(BOOK, leaning=lambda: (kept,), checked=lock)
    edited = replace(kept, quantities=frozenset({("500", "元")}))
    changed = replace(BOOK, leaning=lambda: (edited,), checked=lock)
    assert same.text_checked == {kept.place} and not same.edited_since()
    assert not changed.text_checked and changed.edited_since() == [kept.place]


def test_every_citation_the_engine_uses_is_a_place_that_is_checked():
    checked = {(c.instrument, c.number, c.parts) for one in BOOK.cited for c in one.citations}
    used = [r.article for versions in BOOK.fine_versions.values() for r in versions]
    used += [r.seizure.article for versions in BOOK.fine_versions.values() for r in versions if r.seizure]
    used += [l.article for versions in BOOK.limit_versions.values() for l in versions]  # noqa: E741
    used += [a for g in BOOK.guards.values() for a in g.article]
    used += [a for f in BOOK.fields.values() for a in f.article]
    for procedure in BOOK.procedures():
        for entry in (*procedure.steps.values(), *procedure.clocks.values()):
            used += entry.article
    assert {(c.instrument, c.number, c.parts) for c in used} <= checked


def test_the_places_kept_as_checked_are_places_of_the_book():
    places = {c.place for c in BOOK.cited}
    assert set(BOOK.checked["places"]) - places <= set(BOOK.edited_since()) | (
        set(BOOK.checked["places"]) - places
    )
    assert BOOK.text_checked <= places
    assert BOOK.is_text_checked("penalties", "TM-INF", date(2019, 11, 1))
    assert not BOOK.is_text_checked("penalties", "TM-INF", date(2014, 5, 1))


def test_a_version_that_says_its_own_day_is_dated_and_the_others_are_doubts():
    assert BOOK.has_dated_text(PENALTY_LAW)
    assert not BOOK.has_dated_text(BOOK.instrument("程序规定"))
    assert any(doubt.startswith("法规 程序规定") for doubt in BOOK.doubts())
    assert any(doubt.startswith("文书 SAMR-37") for doubt in BOOK.doubts())


def test_working_days_up_to_a_number_are_read_from_one_value():
    read = load_text(
        "instruments", "title: 甲法\nshort: 甲法\nconfidence: verified\nworkdays: {up_to: 10, article: 69}\n"
    )
    assert isinstance(read, Instrument) and read.workday_numbers == frozenset(range(1, 11))


def test_that_an_article_exists_settles_no_doubt_but_a_number_found_does():
    doubts = "\n".join(BOOK.doubts())
    assert BOOK.is_text_checked("procedures", "penalty.ordinary", date(2022, 11, 1), "steps", "renew_notice")
    assert "重新告知" in doubts  # the article is there; whether it asks for a second notice is a reading
    assert "公示期限”" not in doubts  # 3 年 stands in 信息公示规定 13


def test_articles_named_in_remarks_and_refusals_are_looked_up_without_their_numbers():
    remarks = [c for c in BOOK.cited if c.place.endswith("#words")]
    assert remarks and not any(c.quantities for c in remarks)
    (seizure,) = [c for c in remarks if c.place == "causes.yaml#words"]
    assert "特殊标志管理条例18" in [str(c) for c in seizure.citations]
