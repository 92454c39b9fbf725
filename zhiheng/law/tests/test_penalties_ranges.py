"""Fines: operators as the text has them, the lighter law, and the thresholds around them. Amounts in fen."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.law import LawError, current_book

BOOK = current_book()
AMOUNTS = st.none() | st.integers(0, 10**11)
DAYS = st.dates(date(2024, 3, 1), date(2028, 1, 1))
YUAN = 100


@pytest.mark.parametrize("rule", BOOK.fine_rules())
@given(
    DAYS,
    DAYS,
    st.sampled_from(["person", "organisation"]),
    AMOUNTS,
    AMOUNTS,
    st.sampled_from(["normal", "serious"]),
)
def test_every_rule_answers_every_case_or_refuses_in_words(
    rule, acted, decided, party, turnover, gains, severity
):
    acted, decided = min(acted, decided), max(acted, decided)
    try:
        outcome = BOOK.evaluate(
            rule, acted=acted, decided=decided, party=party, turnover=turnover, gains=gains, severity=severity
        )
    except LawError as refusal:
        assert rule in str(refusal) or "法规库" in str(refusal)
        return
    applicable = outcome.applicable
    assert 0 <= applicable.min <= applicable.max
    assert all(applicable.weight() <= version.weight() for version in outcome.versions)
    assert "行政处罚法37" in outcome.citations
    assert outcome.why


@given(st.dates(date(2024, 3, 1), date(2026, 12, 31)), st.dates(date(2027, 1, 1), date(2028, 1, 1)), AMOUNTS)
def test_the_law_of_the_act_applies_unless_the_new_law_is_strictly_lighter(acted, decided, turnover):
    for rule in ("TM-INF", "TM-MUSTREG", "TM-WELLKNOWN"):
        outcome = BOOK.evaluate(rule, acted=acted, decided=decided, party="organisation", turnover=turnover)
        old, new = outcome.versions
        assert outcome.applicable == (new if new.weight() < old.weight() else old)


@given(st.integers(0, 10**11))
def test_more_turnover_never_means_a_lower_maximum_for_infringement(turnover):
    def fine(amount):
        return BOOK.evaluate(
            "TM-INF", acted=date(2025, 1, 1), decided=date(2025, 6, 1), party="person", turnover=amount
        ).applicable.max

    assert fine(turnover) <= fine(turnover + 1)


@pytest.mark.parametrize(
    ("party", "fine", "confiscated", "kinds", "required"),
    [
        ("person", 9_999_99, 0, (), False),
        ("person", 10_000 * YUAN, 0, (), True),
        ("individual_business", 10_000 * YUAN, 0, (), True),
        ("organisation", 99_999_99, 0, (), False),
        ("organisation", 100_000 * YUAN, 0, (), True),
        ("organisation", 60_000 * YUAN, 60_000 * YUAN, (), False),
        ("organisation", 0, 100_000 * YUAN, (), True),
        ("organisation", 0, 0, ("revoke_licence",), True),
        ("person", 0, 0, ("warning",), False),
    ],
)
def test_the_hearing_right_is_told_at_the_threshold_fine_and_confiscation_apart(
    party, fine, confiscated, kinds, required
):
    hearing = BOOK.hearing(party=party, fine=fine, confiscated=confiscated, kinds=kinds, on=date(2025, 1, 1))
    assert hearing.required is required
    assert hearing.article == "听证办法5"


def test_on_the_spot_limits_differ_by_party():
    assert BOOK.on_spot_limit("person") == 200 * YUAN
    assert BOOK.on_spot_limit("individual_business") == 200 * YUAN
    assert BOOK.on_spot_limit("organisation") == 3000 * YUAN
    assert BOOK.on_spot_collection_limit() == 100 * YUAN


def test_an_act_may_be_punished_for_two_years_or_five_when_grave():
    assert BOOK.limitation(date(2023, 5, 6)).until == date(2025, 5, 6)
    assert BOOK.limitation(date(2024, 2, 29)).until == date(2026, 2, 28)
    assert BOOK.limitation(date(2023, 5, 6), grave=True).until == date(2028, 5, 6)


@pytest.mark.parametrize(
    ("until", "excluded", "expected"),
    [
        (date(2025, 3, 10), (), 0),
        (date(2025, 3, 11), (), 300 * YUAN),
        (date(2025, 3, 20), (), 3_000 * YUAN),
        (date(2026, 3, 20), (), 10_000 * YUAN),
        (date(2025, 3, 20), ((date(2025, 3, 12), date(2025, 3, 19)),), 900 * YUAN),
    ],
)
def test_the_surcharge_is_three_percent_a_day_capped_and_stands_still_during_review(
    until, excluded, expected
):
    assert BOOK.surcharge(10_000 * YUAN, date(2025, 3, 10), until, excluded) == expected


def test_only_infringement_and_counterfeiting_give_the_power_to_seize():
    granted = {code for code in BOOK.causes if BOOK.seizure_power(code).granted}
    assert granted == {"trademark_infringement", "patent_counterfeiting"}
    assert "特殊标志管理条例第十八条" in BOOK.seizure_power("special_sign").why
    assert BOOK.seizure_power("special_sign", rule="OLY-INF").article == "奥林匹克标志保护条例13"


def test_the_seizure_article_follows_the_version_of_the_trademark_law():
    def power(on):
        return BOOK.seizure_power("trademark_infringement", on)

    assert power(date(2026, 12, 31)).article == "商标法62(1)(4)"
    assert power(date(2027, 1, 1)).article == "商标法76(1)(4)"
    assert power(date(2027, 1, 1)).why == "《中华人民共和国商标法》第七十六条第一款第四项"


def test_patent_agency_cases_are_decided_by_the_province_only():
    assert BOOK.competence("patent_agency", provincial=True) is None
    assert BOOK.competence("patent_agency", provincial=False).by == "省级管理专利工作的部门"
    assert BOOK.competence("trademark_infringement", provincial=False) is None


def test_the_range_of_a_cause_takes_in_every_level_and_refuses_what_lies_outside():
    ranges = BOOK.fine_range(
        cause="trademark_infringement",
        acted=date(2025, 1, 1),
        decided=date(2025, 6, 1),
        party="person",
        turnover=60_000 * YUAN,
    )
    assert [r.applicable.max for r in ranges] == [300_000 * YUAN]
    assert ranges[0].contains(300_000 * YUAN) and not ranges[0].contains(300_000 * YUAN + 1)
    assert BOOK.fine_range(cause="gi", acted=date(2025, 1, 1), decided=date(2025, 6, 1), party="person") == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"party": "firm"}, "当事人类型“firm”不可用；可用：person"),
        ({"severity": "awful"}, "情节“awful”不可用；可用：normal、serious"),
        ({"turnover": -1}, "违法经营额不能为负数"),
        ({"acted": date(2010, 1, 1)}, "法规库未载TM-INF“侵犯注册商标专用权”在2010-01-01的规定"),
        ({"decided": date(2024, 1, 1)}, "决定日2024-01-01早于违法行为日"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_words(change, words):
    asked = {"acted": date(2025, 1, 1), "decided": date(2025, 6, 1), "party": "person"} | change
    with pytest.raises(LawError, match=words.replace("(", r"\(")):
        BOOK.evaluate("TM-INF", **asked)
