"""Paraphrases written before their hand had seen the reader: what is true is borne out, and nothing of what is not."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from zhiheng.reports.claims import Placer, compare, match, read
from zhiheng.reports.claims.tests.placed import HOUSE, KEPT, YEAR
from zhiheng.reports.claims.tests.sentences import TITLE

FRESH = yaml.load(
    (Path(__file__).parent / "fresh.yaml").read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
)
RECORDS = {
    "enf.tm.n": 610, "enf.tm.val": 9_193_200, "enf.tm.fine": 4_859_900, "enf.fp.n": 99, "enf.fp.val": 115_400,
    "enf.fp.fine": 85_400, "adj.handled": 207, "enf.ip.total": 709, "enf.ip.val": 9_308_600, "enf.ip.fine": 4_945_300,
}  # fmt: skip


def _borne_out(text: str) -> list[str]:
    """The words of the claims that would be held against the records of the whole year and found the same."""
    reading = read(TITLE + text, year=2024)
    match(reading.claims)
    placer = Placer(reading, HOUSE, 2024, KEPT)
    found = []
    for claim in reading.claims:
        if claim.measure not in ("flow", "stock"):
            continue
        placed = placer.place(claim)
        if (
            placed.placed
            and placed.whose in ("all", "below")
            and (placed.first, placed.last) == YEAR
            and set(placed.figures) <= set(RECORDS)
        ):
            claim.indicator_id = claim.indicator_id or placed.figures[0]
            recorded = Decimal(sum(RECORDS[figure] for figure in placed.figures))
            if compare(claim, recorded).status == "matches":
                found.append(claim.text)
    return found


@pytest.mark.parametrize("name", [name for name in FRESH if name.endswith("others")])
def test_nothing_said_of_something_else_is_borne_out(name):
    assert {said: found for said in FRESH[name] if (found := _borne_out(said))} == {}


@pytest.mark.parametrize("name", [name for name in FRESH if name.endswith("true")])
def test_nine_in_ten_true_sentences_are_borne_out_whole(name):
    missed = [
        said
        for said, numbers in FRESH[name]
        if not all(any(number in words for words in _borne_out(said)) for number in numbers.split())
    ]
    assert len(missed) <= len(FRESH[name]) / 10, missed


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("2024年，指导12个区县查办商标侵权案件610件。", "610"),  # which of them, is not said
        ("截至2024年底，全市累计查办商标侵权案件610件。", "610"),  # since when, is not said
        ("全市查办商标侵权案件，其中罚没10万元以上案件610件。", "610"),
        ("打击网络侵权，全市查办商标侵权案件610件。", "610"),
        ("据不完全统计，全市查办商标侵权案件610件。", "610"),
        ("开展“护航”，全市查办商标侵权案件610件。", "610"),
        ("某协会会长介绍，全市查办商标侵权案件610件。", "610"),
    ],
)
def test_what_narrows_or_relays_is_not_settled_by_naming_the_whole_city(said, number):
    assert not any(number in words for words in _borne_out(said))
