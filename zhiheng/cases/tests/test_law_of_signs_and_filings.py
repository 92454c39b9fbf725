"""Penalties whose ground lies beside the trademark law: geographical indications by a second law, Olympic and Expo signs, dishonest filing,
patent agencies."""

from __future__ import annotations

import pytest

from zhiheng.law import current_book

from .plays import Play

COMPANY = {"party_type": "organisation", "party_name": "示例公司"}
OLYMPIC = {"cause": "special_sign", "rule": "OLY-INF", "law_basis": "奥林匹克标志保护条例第十二条"}
EXPO = {
    "cause": "special_sign",
    "rule": "EXPO-INF",
    "law_basis": "世界博览会标志保护条例第十一条",
    "turnover": None,
}
FILING = {
    "cause": "dishonest_filing", "law_basis": "专利法实施细则第一百条", "law_breached": "专利法实施细则第十一条", "turnover": None,
    "penalty_kinds": ["warning", "fine"], "proposed_penalty": ["警告", "罚款"], "confiscated_goods": None, "confiscated_goods_value": None,
    **COMPANY,
}  # fmt: skip


def test_a_geographical_indication_is_punished_by_a_second_law_that_is_chosen(stage):
    """办法 30 has no fine of its own: 商标法 or 反不正当竞争法 must be chosen, or another basis written down."""
    alone = {"cause": "gi", "law_basis": "地理标志产品保护办法第三十条"}
    Play(stage, **alone).to("give_notice").refused("rule_chosen", "适用的罚则", "法规库未载的处罚依据")
    Play(stage, cause="gi", rule="TM-INF").to("give_notice").open()
    Play(stage, cause="gi", outside_basis="产品质量法第五十三条").to("give_notice").open()


def test_the_second_bases_of_a_cause_are_none_of_its_own_rules():
    entry = current_book().cause("gi")
    assert entry.rules == () and set(entry.second) == {"TM-INF", "UC-CONFUSION"}
    assert current_book().rules_for_cause("gi") == entry.usable == entry.second


def test_goods_of_a_geographical_indication_are_seized_only_under_a_law_that_lets_them_be():
    book = current_book()
    assert not book.seizure_power("gi").granted
    assert book.seizure_power("gi", rule="TM-INF").granted


@pytest.mark.parametrize(("fine", "open_"), [(250_000, True), (250_001, False)])
def test_an_olympic_sign_is_fined_as_its_regulations_say(stage, fine, open_):
    """奥林匹克标志保护条例 12: below 50,000 of turnover no more than 250,000."""
    told = Play(stage, **OLYMPIC, **COMPANY).to(
        "give_notice", both={"fine": fine, "hearing_right": True, "band_left": "情节严重"}
    )
    if open_:
        told.open()
    else:
        told.refused("amount_in_range", "250,000元")


def test_an_expo_sign_without_gains_is_fined_no_more_than_fifty_thousand(stage):
    told = Play(stage, **EXPO, **COMPANY).to("give_notice", both={"fine": 50_001, "hearing_right": True})
    told.refused("amount_in_range", "50,000元", "世界博览会标志保护条例11")


def test_dishonest_filing_is_warned_and_may_be_fined_up_to_a_hundred_thousand(stage):
    """专利法实施细则 100: the warning must be given, the fine may be."""
    both = {"fine": 99_999, "hearing_right": True, "band_left": "情节严重"}
    Play(stage, **FILING).to("give_notice", both=both).open()
    Play(stage, **FILING).to("give_notice", both=both | {"fine": 100_001}).refused(
        "amount_in_range", "100,000元"
    )
    bare = {"penalty_kinds": ["fine"], "proposed_penalty": ["罚款"]}
    Play(stage, **FILING | bare).to("give_notice", both=both).refused("kinds_of_the_rule", "警告")


AGENCY = FILING | {
    "cause": "patent_agency",
    "rule": "AGENCY-ENTITY",
    "law_basis": "专利代理条例第二十五条",
    "law_breached": "专利代理条例第十四条",
}


def test_the_office_warns_and_fines_a_patent_agency_and_a_bureau_may_not(stage):
    """条例 25: the warning must be given, the fine may be, up to 100,000; the province decides."""
    both = {"fine": 90_000}
    Play(stage, office=True, **AGENCY).to("decide_penalty", both=both).open()
    told = Play(stage, **AGENCY).to("decide_penalty", both=both)
    told.refused("authority_competent", "省级管理专利工作的部门", "知识产权局）")


def test_the_province_neither_suspends_nor_revokes_a_licence(stage):
    """条例 25(1): that is the national office's; the province proposes it."""
    heavy = {
        "fine": 90_000,
        "penalty_kinds": ["warning", "fine", "revoke_licence"],
        "proposed_penalty": ["警告", "罚款", "吊销"],
    }
    heavy |= {"hearing_right": True}
    Play(stage, office=True, **AGENCY).to("give_notice", both=heavy).refused("kinds_of_the_rule", "吊销")
