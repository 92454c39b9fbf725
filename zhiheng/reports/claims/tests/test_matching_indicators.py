"""From a claim to the indicator it states."""

import pytest

from zhiheng.reports.claims import Variant, load_indicators, match, read_claims


def _ids(text: str, **kwargs) -> list[str | None]:
    return [c.indicator_id for c in match(read_claims(text), **kwargs)]


def test_every_indicator_is_reachable_by_words_and_has_a_counting_rule():
    for indicator in load_indicators():
        assert indicator.what and indicator.counts, indicator.id


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("查办商标侵权案件610件，案值919.32万元。", ["enf.tm.n", "enf.tm.val"]),
        ("查处假冒专利99件，罚没金额8.54万元。", ["enf.fp.n", "enf.fp.fine"]),
        ("立案受理专利侵权纠纷案件30件。", ["adj.filed"]),
        ("办理专利侵权纠纷案件30件。", ["adj.handled"]),
        ("审结专利侵权纠纷案件30件。", ["adj.closed"]),
        ("移送公安机关涉嫌犯罪案件3件。", ["crim.transfer"]),
        ("今日食堂供应午餐300份。", [None]),
        ("查办商标侵权案件610人。", [None]),
    ],
)
def test_unit_thing_and_act_decide(text, ids):
    assert _ids(text) == ids


def test_a_close_race_is_offered_and_not_decided():
    [open_] = match(read_claims("处理商业秘密和商标侵权案件12件。"))
    assert open_.indicator_id is None
    assert {c["id"] for c in open_.candidates} >= {"enf.tm.n", "enf.tradesecret"}


def test_candidates_say_which_words_spoke_for_them():
    [claim] = match(read_claims("查办商标侵权案件610件。"))
    best = claim.candidates[0]
    assert [one["words"] for one in best["why"]] == ["单位“件”", "所指“商标侵权”", "动词“查办”"]
    assert sum(one["adds"] for one in best["why"]) == pytest.approx(best["score"], abs=0.01)


def test_a_mapping_a_person_made_wins():
    text = "开展“护航”行动，办理护航案件18件。"
    assert _ids(text) == [None]
    assert _ids(text, variants=[Variant("护航案件", "件", "enf.ip.total")]) == ["enf.ip.total"]
    assert _ids("查办商标侵权案件610件。", variants=[Variant("商标侵权案件610", None, None)]) == [None]
