"""Holding a claim against a recorded figure."""

from decimal import Decimal

import pytest

from zhiheng.reports.claims import compare, match, read_claims


def _claim(text: str):
    [claim] = match(read_claims(text))
    claim.indicator_id = claim.indicator_id or "any"
    return claim


@pytest.mark.parametrize(
    ("text", "recorded", "status"),
    [
        ("查办商标侵权案件610件。", "610", "matches"),
        ("查办商标侵权案件610件。", "611", "differs"),
        ("罚没金额485.99万元。", "4859900", "matches"),
        ("罚没金额485.99万元。", "4859949.99", "matches"),  # rounded
        ("罚没金额485.99万元。", "4859999", "matches"),  # cut off
        ("罚没金额485.99万元。", "4860000", "differs"),
        ("罚没金额485.99万元。", "4859800", "differs"),
        ("日均吸引超6500人次观展。", "6512", "matches"),
        ("日均吸引超6500人次观展。", "6500", "matches"),
        ("日均吸引超6500人次观展。", "6499", "differs"),
        ("查处案件200余件。", "260", "matches"),
        ("查处案件200余件。", "300", "differs"),
        ("查处案件110余件。", "119", "matches"),
        ("查处案件110余件。", "120", "differs"),
        ("查处案件十余件。", "19", "matches"),
        ("推送信息10万余条。", "103000", "matches"),
        ("推送信息10万余条。", "99999", "differs"),
        ("推送信息10万余条。", "150000", "differs"),
        ("推送信息10余万条。", "150000", "matches"),
        ("培训3千余人次。", "3999", "matches"),
        ("培训三千余人次。", "4000", "differs"),
        ("查处案件近600件。", "591", "matches"),
        ("查处案件近600件。", "601", "differs"),
        ("查处案件近600件。", "500", "differs"),
        ("查处案件约500件。", "512", "matches"),
        ("查处案件约500件。", "560", "differs"),
        ("查处案件不足50件。", "50", "differs"),
        ("结案率达到98.5%。", "0.9853", "matches"),
        ("结案率达到98.5%。", "0.9861", "differs"),
        ("持证比例98%以上。", "0.99", "matches"),
        ("组织培训3至5场。", "4", "matches"),
        ("组织培训3至5场。", "6", "differs"),
    ],
)
def test_a_figure_is_compared_at_the_claims_precision_and_in_the_sense_of_its_words(text, recorded, status):
    assert compare(_claim(text), Decimal(recorded)).status == status


def test_a_record_coarser_than_the_claim_is_compared_at_the_records_precision():
    claim = _claim("罚没金额485.99万元。")
    assert compare(claim, Decimal(4_860_000), recorded_quantum=Decimal(10_000)).status == "matches"
    assert compare(claim, Decimal(4_880_000), recorded_quantum=Decimal(10_000)).status == "differs"


def test_a_difference_is_told_in_the_claims_own_unit():
    verdict = compare(_claim("罚没金额485.99万元。"), Decimal(4_759_900))
    assert verdict.difference == -100_000
    assert "475.99万元" in verdict.words and "少10万元" in verdict.words


def test_without_record_or_indicator_nothing_is_decided():
    claim = _claim("查办商标侵权案件610件。")
    assert compare(claim, None).status == "not_recorded"
    claim.indicator_id = None
    assert compare(claim, Decimal(610)).status == "no_figure"


def test_a_true_but_far_too_modest_bound_is_remarked():
    verdict = compare(_claim("日均吸引超6500人次观展。"), Decimal(15000))
    assert verdict.status == "matches" and "远高于" in verdict.words


@pytest.mark.parametrize(
    ("text", "recorded", "words"),
    [
        ("罚没金额485.99元。", "4859900", "可能漏写“万”"),
        ("查办商标侵权案件610万件。", "610", "可能多写“万”"),
        ("查办商标侵权案件610件。", "6100", ""),
        ("查办商标侵权案件610件。", "6110001", ""),
    ],
)
def test_a_figure_that_is_ten_thousand_times_another_is_called_so(text, recorded, words):
    verdict = compare(_claim(text), Decimal(recorded))
    assert verdict.status == "differs"
    assert (words in verdict.words) if words else "写“万”" not in verdict.words


def test_a_claim_of_nought_is_answered_in_its_own_unit():
    verdict = compare(_claim("罚没金额0.00万元。"), Decimal(4_859_900))
    assert verdict.words == "记录为485.99万元，比报告所写多485.99万元"
