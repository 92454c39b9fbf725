"""The regression set: passages in the style of reports, with what a careful reader finds in them."""

from functools import cache
from pathlib import Path

import pytest

from zhiheng.reports.claims import match, read
from zhiheng.reports.claims.scoring import as_page, load_passages, score, score_passage
from zhiheng.reports.claims.sources import read_bytes
from zhiheng.reports.claims.tests.files import as_document, as_workbook
from zhiheng.reports.claims.tests.planted import clean, planted

PASSAGES = load_passages(Path(__file__).parent / "passages")
FIELDS = {"m": "measure", "v": "verb", "i": "indicator_id", "p": "period"}


@cache
def _claims(text: str) -> list[dict]:
    return [claim.to_dict() for claim in match(read(text).claims)]


def test_the_set_is_large_and_varied():
    assert len(PASSAGES) >= 40
    assert len({p["id"] for p in PASSAGES}) == len(PASSAGES)
    assert len({name for p in PASSAGES for name in p["tests"]}) >= 25


def test_precision_and_recall_over_the_whole_set():
    whole, _ = score(_claims, PASSAGES)
    detail = "\n".join(whole.wrong)
    assert whole.precision >= 0.97 and whole.recall >= 0.97, detail
    assert whole.share("qualifier") >= 0.95 and whole.share("comparison") >= 0.97, detail
    assert whole.share("period") >= 0.95 and whole.share("indicator_id") >= 0.95, detail


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda p: p["id"])
def test_a_passage_is_read_as_marked(passage):
    found = _claims(passage["text"])
    result = score_passage(found, passage["claims"], passage["id"])
    assert not result.wrong
    for claim, gold in zip(found, passage["claims"], strict=True):
        more = gold["more"]
        for short, name in FIELDS.items():
            if short in more:
                assert claim[name] == more[short], claim
        assert bool(more.get("part")) <= (claim["parts_of"] is not None), claim
        assert [f["kind"] for f in claim["flags"]] == ([more["flag"]] if "flag" in more else []), claim
        if "u" in more:
            assert claim["upper"] == more["u"]


def test_offsets_lead_back_to_the_original_and_every_claim_says_why():
    for passage in PASSAGES:
        for claim in _claims(passage["text"]):
            assert passage["text"][claim["start"] : claim["end"]] == claim["text"], passage["id"]
            assert claim["why"] and all(step["rule"] and step["words"] for step in claim["why"]), passage[
                "id"
            ]


def test_amounts_without_a_number_are_listed_apart():
    text = "活动吸引数百人次参与，走访企业上百家；发放资料百余份，群众数以万计。"
    reading = read(text)
    assert [c.scale for c in reading.claims] == [100]
    assert [(v.text, v.word) for v in reading.vague] == [
        ("活动吸引数百人次参与", "数百"),
        ("走访企业上百家", "上百"),
        ("群众数以万计", "数以万计"),
    ]
    assert all(text[v.start : v.end] == v.text for v in reading.vague)


# ------------------------------------------------------------------------------------------------ joined cells


@pytest.mark.parametrize("passage", [p for p in PASSAGES if "grid" in p], ids=lambda p: p["id"])
@pytest.mark.parametrize("written", [as_page, as_document, as_workbook])
def test_a_table_with_joined_cells_is_read_alike_from_every_kind_of_file(passage, written):
    found = _claims(read_bytes(written(passage["grid"]), "表"))
    result = score_passage(found, passage["claims"], passage["id"])
    assert not result.wrong


# ------------------------------------------------------------------------------------------------ planted errors


def test_planted_errors_are_found_and_clean_passages_are_left_alone():
    found = [(kind, text, _flags(text)) for kind, text in planted(200)]
    missed = [(kind, text) for kind, text, flags in found if not flags]
    assert len(missed) <= 0.2 * len(found), missed
    claims = alarms = 0
    for _, text in clean(200):
        claims += len(read(text).claims)
        alarms += len(_flags(text))
    assert alarms <= claims / 100
    # nor in the passages, but where the gold names a flag
    told = [
        (p["id"], f)
        for p in PASSAGES
        if not any("flag" in c["more"] for c in p["claims"])
        for f in _flags(p["text"])
    ]
    assert len(told) <= sum(len(p["claims"]) for p in PASSAGES) / 100, told


def _flags(text: str) -> list[dict]:
    return [flag for claim in read(text).claims for flag in claim.flags if flag["kind"] != "target"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (
            "举报较多的有：甲（56件）、乙（49件）、丙（42件）。\n平台渠道多样。其中，电话604件，占比46.6%；网络290件。",
            [],
        ),
        ("公安机关立案25起；两级法院办结案件710件，正常审限内结案率100%。", []),
        ("共受理3727件，审结3437件。其中民事一审2354件，二审1345件。", []),
        ("规模突破1.2万亿元，达到1.21亿元。", ["lost_magnitude"]),
        ("查办案件610件，是上年305件的3倍。", ["growth"]),
        ("保留权力812项。其中，许可610项、处罚99项、其他93项。", ["total"]),
        ("抽检合格率120%。", ["ratio"]),
        ("案件由112件增至128件，增长24.3%。", ["growth"]),
        ("全年查办128件，比上年的112件增长4.3%。", ["growth"]),
        ("全年查办128件，比上年的112件增长14.3%。", []),
        ("商标案件610件，占全部709件的76.0%。", ["ratio"]),
        ("商标案件610件，占全部709件的86.0%。", []),
        ("罚没66.4万元，其中罚款50.2万元、没收违法所得26.2万元。", ["parts"]),
    ],
)
def test_a_flag_has_its_arithmetic_and_a_wrong_base_has_none(text, kinds):
    assert [flag["kind"] for flag in _flags(text)] == kinds


def test_a_cell_with_a_number_nobody_understands_is_said():
    text = "类别\t案件（件）\t罚没（万元）\n商标\t41/39\t60.5\n专利\t9\t约2或3\n"
    reading = read(text)
    assert [c.scale for c in reading.claims] == [605000, 9]
    assert [(one.text, text[one.start : one.end]) for one in reading.unread] == [
        ("41/39",) * 2,
        ("约2或3",) * 2,
    ]


def test_traditional_script_is_read_in_place_and_units_stay_as_written():
    text = "2024年，全省共查辦案件320宗，罰沒1.2億元，搗毀窩點41個，比上年增長7.1%。"
    claims = read(text).claims
    assert [(c.said, c.unit, c.scale) for c in claims] == [
        ("共查辦案件320宗", "宗", 320), ("罰沒1.2億元", "億元", 120_000_000), ("搗毀窩點41個", "個", 41),
    ]  # fmt: skip
    assert all(text[c.start : c.end] == c.text for c in claims)
