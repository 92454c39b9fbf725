"""What is proved about the book by going through every case that differs, and that the proof sees what is wrong."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.law import NotInBook, current_book
from zhiheng.law.examples import packaged_examples
from zhiheng.law.penalties import Bounds, Range
from zhiheng.law.proof import unreached, unsound_rules

BOOK = current_book()
EXAMPLES = packaged_examples()
TM_INF = BOOK.fine_versions["TM-INF"]


def with_rule(code, *versions):
    return replace(BOOK, fine_versions={code: versions})


def with_ranges(*ranges):
    return with_rule("TM-INF", *TM_INF[:-1], replace(TM_INF[-1], ranges=ranges))


TIER = Range(turnover=Bounds(at_least=5_000_000), max_times=5)
REST = Range(turnover=Bounds(below=5_000_000, or_none=True), max=25_000_000)


def test_every_case_under_every_rule_has_exactly_one_range_and_both_versions():
    assert unsound_rules(BOOK) == []


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        ((TIER, replace(REST, turnover=Bounds(below=4_999_999, or_none=True))), "违法经营额49,999.99元、违法所得没有，没有档次"),
        ((TIER, replace(REST, turnover=Bounds(below=5_000_001, or_none=True))), "违法经营额50,000元、违法所得没有，有2个档次"),
        ((TIER, replace(REST, turnover=Bounds(below=5_000_000))), "违法经营额没有、违法所得没有，没有档次"),
        ((TIER, replace(REST, party="person")), "法人或者其他组织、一般情节、违法经营额没有、违法所得没有，没有档次"),
        ((TIER, replace(REST, severity="serious")), "一般情节、违法经营额没有、违法所得没有，没有档次"),
        ((TIER, replace(REST, min=30_000_000)), "下限300,000元高于上限250,000元"),
        ((Range(max_times=5),), "没有基数而按倍数或者比例计算"),
    ],
    ids=["gap of a fen", "overlap of a fen", "no amount forgotten", "party forgotten", "level forgotten", "upside down", "no base"],
)  # fmt: skip
def test_a_gap_or_an_overlap_of_ranges_is_found_and_named(ranges, words):
    assert any(words in fault for fault in unsound_rules(with_ranges(*ranges)))


@given(st.integers(1, 10**9), st.integers(-3, 3))
def test_two_tiers_are_sound_only_where_they_meet_to_the_fen(threshold, shift):
    lower = Range(turnover=Bounds(below=threshold + shift, or_none=True), max=1)
    upper = Range(turnover=Bounds(at_least=threshold), max=1)
    sound = not [f for f in unsound_rules(with_ranges(upper, lower)) if "档次" in f]
    assert sound == (shift == 0)


def test_a_rule_left_on_a_replaced_law_is_found():
    stale = with_rule("TM-INF", *TM_INF[:-1])
    assert any("自2027-01-01起仍引用商标法（2019年修正）" in fault for fault in unsound_rules(stale))


def test_every_branch_of_every_rule_and_clock_is_reached_by_an_example():
    assert unreached(BOOK, EXAMPLES) == []


@pytest.mark.parametrize("code", [code for code in BOOK.fine_rules() if len(BOOK.fine_versions[code]) > 1])
def test_without_the_examples_of_a_rule_its_branches_are_named(code):
    rest = [e for e in EXAMPLES if e.facts.get("fine") != code]
    missing = [branch for branch in unreached(BOOK, rest) if f"罚则 {code}" in branch]
    assert any("从旧兼从轻" in branch for branch in missing)
    ranges = sum(len(v.ranges) for v in BOOK.fine_versions[code])
    assert len([b for b in missing if "档没有示例" in b]) == ranges


def test_without_the_examples_of_a_clock_what_it_leaves_out_and_what_extends_it_are_named():
    rest = [e for e in EXAMPLES if "adjudication.patent" not in str(e.facts.get("clock"))]
    missing = "\n".join(unreached(BOOK, rest))
    assert (
        "时钟 adjudication.patent/close（结案，2025-02-01）扣除和解没有示例；请在 examples/clocks/ 的文件中写一例"
        in missing
    )
    assert "时钟 adjudication.patent/close（结案，2025-02-01）经“延长结案期限”延长没有示例" in missing


@given(st.sampled_from(BOOK.fine_rules()), st.dates(date(2000, 1, 1), date(2028, 1, 1)), st.data())
def test_an_act_before_the_oldest_version_is_a_gap_or_free_by_an_older_text_never_silently_free(
    rule, acted, data
):
    first = BOOK.fine_versions[rule][0]
    decided = data.draw(st.dates(max(acted, first.effective, date(2019, 4, 1)), date(2029, 1, 1)))
    party = first.parties[0] if first.parties else "organisation"
    try:
        found = BOOK.evaluate(rule, acted=acted, decided=decided, party=party, turnover=1, gains=1)
    except NotInBook as refusal:
        assert acted < first.effective and "法规库未载" in str(refusal)
        return
    if acted < first.effective:
        assert first.new and str(first.new.article) in found.why
        assert found.applicable.rule is None
    else:
        assert found.applicable.rule is not None
