"""Two texts of one year: the same fact told twice."""

import pytest

from zhiheng.reports.claims import match, pair, read

HEAD = "某市知识产权局2024年工作情况\n"


def _pairs(first: str, second: str):
    readings = [read(HEAD + text, year=2024) for text in (first, second)]
    for reading in readings:
        match(reading.claims)
    return pair(*readings)


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("查办商标侵权案件610件。", "全年共查处商标侵权案件610件。", "same"),
        ("查办商标侵权案件610件。", "查办商标侵权案件601件。", "differs"),
        ("查办商标侵权案件610件。", "查办商标侵权案件600余件。", "precision"),
        ("查办商标侵权案件600余件。", "查办商标侵权案件710件。", "differs"),
        ("查办商标侵权案件10件，案值919.32万元。", "查办商标侵权案件10件，案值919万元。", "precision"),
        ("查办商标侵权案件10件，案值919.32万元。", "查办商标侵权案件10件，案值9193200元。", "same"),
        ("查办商标侵权案件10件，案值919.32万元。", "查办商标侵权案件10件，案值超900万元。", "precision"),
        ("查办商标侵权案件约600件。", "查办商标侵权案件超600件。", "precision"),
        ("栽种行道树三百株。", "栽种行道树310株。", "differs"),
    ],
)
def test_the_same_fact_in_two_texts(first, second, outcome):
    assert _pairs(first, second).pairs[-1].outcome == outcome
    # Whichever text comes first.
    assert _pairs(second, first).pairs[-1].outcome == outcome


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("查办商标侵权案件610件。", "查处假冒专利99件。"),
        ("立案受理专利侵权纠纷30件。", "审结专利侵权纠纷案件28件。"),
        ("查办商标侵权案件610件。", "2023年，全市查办商标侵权案件550件。"),
        ("出动执法人员300人次。", "出动执法人员300人。"),
        ("查办商标侵权案件610件。", "市公安局查办商标侵权案件58件。"),
    ],
)
def test_different_facts_are_not_compared(first, second):
    found = _pairs(first, second)
    assert not found.pairs and len(found.only_first) == len(found.only_second) == 1


def test_the_whole_is_not_compared_with_its_part():
    found = _pairs("查办商标侵权案件610件，其中重大案件12件。", "查办商标侵权案件598件。")
    assert [(p.first.scale, p.second.scale) for p in found.pairs] == [(610, 598)]


def test_a_text_agrees_with_itself():
    text = "查办商标侵权案件610件，案值919.32万元，罚没金额485.99万元；查处假冒专利99件，案值11.54万元。"
    found = _pairs(text, text)
    assert len(found.pairs) == 5 and {p.outcome for p in found.pairs} == {"same"}
    assert not found.only_first and not found.only_second
    # In the order of the first text.
    assert [p.first.start for p in found.pairs] == sorted(p.first.start for p in found.pairs)


def test_a_difference_is_told_in_the_words_of_both():
    (told,) = _pairs("查办商标侵权案件610件。", "查办商标侵权案件超700件。").pairs
    assert told.words == "一处写610件，另一处写超700件，两处不符"
    assert told.to_dict()["difference"] == 90
