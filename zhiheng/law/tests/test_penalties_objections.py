"""A proposed penalty against its rule: what must be imposed, what may be, what may not; in fen."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.law import LawError, NotInBook, current_book, higher_fine

BOOK = current_book()
YUAN = 100
KINDS = (
    "warning",
    "criticism",
    "fine",
    "confiscate_gains",
    "confiscate_goods",
    "revoke_licence",
    "stop_business",
)


def outcome(rule, acted=date(2025, 5, 1), decided=None, party="organisation", **facts):
    decided = decided or acted.replace(year=acted.year + 1)
    return BOOK.evaluate(rule, acted=acted, decided=decided, party=party, **facts)


def codes(found):
    return [one.code for one in found]


def test_infringing_goods_must_be_confiscated_and_the_fine_may_be_left_out():
    found = outcome("TM-INF", turnover=60_000 * YUAN)
    assert codes(found.objections(kinds={"fine"}, fine=10_000 * YUAN, goods=True)) == ["kind_missing"]
    assert not found.objections(kinds={"confiscate_goods"}, goods=True)
    assert not found.objections(
        kinds={"fine"}, fine=10_000 * YUAN, goods=False
    )  # sold out: nothing left to take
    assert "没收非法财物" in str(found.objections(kinds={"fine"}, fine=1, goods=True)[0])


def test_special_signs_without_gains_are_fined_at_most_ten_thousand():
    found = outcome("SM-INF")
    goods = {"kinds": {"fine", "confiscate_goods"}, "goods": True}
    assert codes(found.objections(**goods, fine=240_000 * YUAN)) == ["fine_above"]
    assert not found.objections(**goods, fine=10_000 * YUAN)


def test_a_must_fine_cannot_be_left_out_unless_a_mitigating_ground_stands():
    found = outcome("TM-AGENT")
    assert codes(found.objections(kinds={"warning"})) == ["kind_missing"]
    assert codes(found.objections(kinds={"warning", "fine"}, fine=5_000 * YUAN)) == ["fine_below"]
    assert not found.objections(kinds={"warning", "fine"}, fine=5_000 * YUAN, mitigated=True)
    assert not found.objections(kinds={"fine"}, fine=5_000 * YUAN, mitigated=True)


def test_mitigation_never_gives_back_what_must_be_confiscated_and_never_goes_above():
    found = outcome("SM-INF", gains=2_000 * YUAN)
    kinds = {"fine", "confiscate_goods"}
    assert codes(found.objections(kinds=kinds, fine=1, gains=2_000 * YUAN, goods=True, mitigated=True)) == [
        "kind_missing"
    ]
    above = found.objections(
        kinds=kinds | {"confiscate_gains"}, fine=10_001 * YUAN, gains=2_000 * YUAN, goods=True, mitigated=True
    )
    assert codes(above) == ["fine_above"]


def test_a_penalty_for_not_obeying_an_order_needs_the_order_to_have_run_out():
    found = outcome("TM-SELFALTER", date(2027, 2, 1), date(2027, 9, 1))
    assert codes(found.objections(kinds={"fine"}, fine=1_000 * YUAN)) == ["order_first"]
    assert not found.objections(kinds={"fine"}, fine=1_000 * YUAN, orders_ran_out=True)


def test_the_licensee_must_have_been_ordered_twice():
    demands = outcome("TM-LICENSEE").applicable.after
    assert [one.unmet for one in demands] == ["逾期不改正", "拒不停止销售"]


def test_a_kind_the_article_does_not_know_may_not_be_imposed():
    found = outcome("PAT-FAKE", gains=60_000 * YUAN)
    wrong = found.objections(
        kinds={"fine", "confiscate_gains", "revoke_licence"}, fine=1, gains=60_000 * YUAN
    )
    assert codes(wrong) == ["kind_unknown"]
    assert wrong[0].article == "专利法68"


def test_gains_may_be_confiscated_under_every_rule_and_must_where_the_article_says_so():
    infringement = outcome("TM-INF", turnover=60_000 * YUAN)
    assert not infringement.objections(kinds={"confiscate_gains", "confiscate_goods"}, gains=1, goods=True)
    assert codes(outcome("PAT-FAKE", gains=1).objections(kinds={"fine"}, fine=1, gains=1)) == ["kind_missing"]


def test_what_was_not_punishable_when_done_may_not_be_punished():
    found = outcome("TM-MISLEAD", date(2026, 6, 1), date(2027, 2, 1))
    assert codes(found.objections(kinds={"fine"}, fine=1)) == ["not_punishable"]
    assert not found.objections(kinds=set())


def test_an_agent_found_in_2026_but_decided_in_2027_is_under_the_lighter_version():
    found = outcome("TM-AGENT", date(2026, 5, 1), date(2027, 2, 1), severity="serious")
    assert [v.rule.effective for v in found.versions] == [date(2019, 11, 1), date(2027, 1, 1)]
    assert found.applicable.rule.effective == date(2019, 11, 1)
    assert found.applicable.must == {"fine", "warning"}


def test_conduct_before_the_oldest_version_is_a_gap_of_the_book_never_no_penalty():
    for rule, day in (
        ("TM-BADFAITH", date(2019, 11, 15)),
        ("OLY-INF", date(2018, 7, 30)),
        ("TM-AGENT", date(2014, 4, 30)),
    ):
        with pytest.raises(NotInBook, match="法规库未载"):
            outcome(rule, day, date(2024, 5, 1))


def test_one_act_under_two_rules_is_fined_under_the_higher():
    low = outcome("TM-FALSEREG", turnover=60_000 * YUAN)
    high = outcome("TM-INF", turnover=60_000 * YUAN)
    assert higher_fine([low, high]) is high
    assert higher_fine([]) is None


def test_a_case_chooses_among_the_rules_of_its_cause_and_reads_why_one_cannot_be_chosen():
    choices = BOOK.rule_choices(
        cause="patent_agency", acted=date(2025, 5, 1), decided=date(2025, 9, 1), party="person"
    )
    usable = {one.code: one for one in choices}
    assert usable["AGENCY-PERSON"].outcome.applicable.max == 50_000 * YUAN
    assert usable["AGENCY-ENTITY"].outcome is None and "只适用于法人" in usable["AGENCY-ENTITY"].why_not


def test_olympic_goods_shall_be_seized_trademark_goods_may_be():
    assert BOOK.seizure_power("special_sign", rule="OLY-INF").words == "予以查封或者扣押"
    assert BOOK.seizure_power("trademark_infringement").words == "可以查封或者扣押"
    assert not BOOK.seizure_power("special_sign", date(2010, 1, 1), rule="OLY-INF").granted
    assert not BOOK.seizure_power("special_sign", rule="SM-INF").granted


@pytest.mark.parametrize("rule", BOOK.fine_rules())
@given(st.data())
def test_exactly_the_penalties_without_objection_are_those_the_version_lists(rule, data):
    acted = data.draw(st.dates(date(2020, 1, 1), date(2027, 6, 1)))
    decided = data.draw(st.dates(acted, date(2028, 1, 1)))
    party = data.draw(st.sampled_from(["person", "organisation"]))
    amount = st.none() | st.integers(0, 10**9)
    facts = {"turnover": data.draw(amount), "gains": data.draw(amount)}
    try:
        found = BOOK.evaluate(
            rule,
            acted=acted,
            decided=decided,
            party=party,
            severity=data.draw(st.sampled_from(BOOK.severities(rule))),
            **facts,
        )
    except LawError:
        return
    applies, gains, goods = found.applicable, facts["gains"] or 0, data.draw(st.booleans())
    kinds = set(data.draw(st.lists(st.sampled_from(KINDS), unique=True)))
    fine = data.draw(st.integers(0, 2 * applies.max + 1)) if "fine" in kinds else 0
    there = {"confiscate_gains": gains > 0, "confiscate_goods": goods}
    due = {k for k in applies.must if there.get(k, True)}
    able = applies.must | applies.may | ({"confiscate_gains"} if gains else set())
    lawful = due <= kinds <= able and ("fine" not in kinds or applies.min <= fine <= applies.max)
    if applies.rule is None:
        lawful = not kinds
    assert (
        not found.objections(kinds=kinds, fine=fine, gains=gains, goods=goods, orders_ran_out=True)
    ) == lawful


def test_grave_confusion_must_bring_revocation_and_only_then():
    grave = outcome("UC-CONFUSION", date(2025, 11, 1), date(2026, 2, 1), severity="serious")
    assert codes(grave.objections(kinds={"fine"}, fine=1)) == ["kind_missing"]
    assert not grave.objections(kinds={"fine", "revoke_licence"}, fine=1)
    plain = outcome("UC-CONFUSION", date(2025, 11, 1), date(2026, 2, 1))
    assert codes(plain.objections(kinds={"fine", "revoke_licence"}, fine=1)) == ["kind_unknown"]


@pytest.mark.parametrize(
    ("cause", "on", "amounts", "crimes"),
    [
        ("trademark_infringement", date(2025, 5, 1), {"turnover": 50_000 * YUAN}, ["假冒注册商标罪", "非法制造、销售非法制造的注册商标标识罪"]),
        ("trademark_infringement", date(2025, 5, 1), {"turnover": 29_999_99}, []),
        ("trademark_infringement", date(2025, 4, 25), {"sales": 50_000 * YUAN}, ["销售假冒注册商标的商品罪"]),
        ("trademark_infringement", date(2025, 5, 1), {"pieces": 10_000}, ["非法制造、销售非法制造的注册商标标识罪"]),
        ("trademark_infringement", date(2025, 4, 25), {"pieces": 10_000}, []),
        ("patent_counterfeiting", date(2025, 5, 1), {"loss": 300_000 * YUAN}, ["假冒专利罪"]),
        ("patent_counterfeiting", date(2025, 4, 25), {"loss": 300_000 * YUAN}, []),
        ("patent_counterfeiting", date(2004, 1, 1), {"turnover": 10**12}, []),
        ("special_sign", date(2025, 5, 1), {"turnover": 10**12}, []),
    ],
)  # fmt: skip
def test_the_standards_of_prosecution_are_those_in_force_on_the_day(cause, on, amounts, crimes):
    assert [one.crime for one in BOOK.crime_suspicions(cause, on, amounts)] == crimes


@pytest.mark.parametrize(
    ("on", "amounts", "why", "crimes"),
    [
        (date(2025, 5, 1), {"sales": 30_000 * YUAN}, (), []),
        (date(2025, 5, 1), {"sales": 30_000 * YUAN}, ("several",), []),
        (date(2025, 5, 1), {"sales": 30_000 * YUAN}, ("repeat",), ["销售假冒注册商标的商品罪"]),
        (date(2025, 5, 1), {"sales": 29_999_99}, ("repeat",), []),
        (date(2025, 5, 1), {"pieces": 5_000}, ("several",), ["非法制造、销售非法制造的注册商标标识罪"]),
        (date(2025, 4, 25), {"pieces": 9_999}, ("several",), []),
        (date(2025, 4, 25), {"turnover": 30_000 * YUAN}, ("repeat",), []),
        (date(2025, 4, 25), {"turnover": 30_000 * YUAN}, ("several",), ["假冒注册商标罪", "非法制造、销售非法制造的注册商标标识罪"]),
    ],
)  # fmt: skip
def test_several_marks_and_repetition_lower_the_standards_as_each_version_says(on, amounts, why, crimes):
    """2004 解释 knows several marks only; 2025 解释 repetition as well, and for selling nothing else."""
    assert [one.crime for one in BOOK.crime_suspicions("trademark_infringement", on, amounts, why)] == crimes
