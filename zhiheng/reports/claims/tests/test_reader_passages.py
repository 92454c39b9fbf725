"""The regression set: passages in the style of reports, with what a careful reader finds in them."""

from pathlib import Path

import pytest

from zhiheng.reports.claims import match, read
from zhiheng.reports.claims.scoring import load_passages, score, score_passage

PASSAGES = load_passages(Path(__file__).parent / "passages")
FIELDS = {"m": "measure", "v": "verb", "i": "indicator_id", "p": "period"}


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
    assert whole.share("qualifier") >= 0.95 and whole.share("comparison") >= 0.95, detail


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


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda p: p["id"])
def test_offsets_lead_back_to_the_original_and_every_claim_says_why(passage):
    for claim in _claims(passage["text"]):
        assert passage["text"][claim["start"] : claim["end"]] == claim["text"]
        assert claim["why"] and all(step["rule"] and step["words"] for step in claim["why"])


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
