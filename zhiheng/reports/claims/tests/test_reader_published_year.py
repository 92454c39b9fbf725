"""The published 2024 report, read against what a careful reader marked in it."""

import json
from pathlib import Path

import pytest

from zhiheng.reports.claims import match, read

REPORTS = Path(__file__).parents[4].parent / "shared" / "reports"
pytestmark = pytest.mark.skipif(
    not REPORTS.exists(), reason="the published text is not part of this repository"
)
FIELDS = (
    "text",
    "value",
    "unit",
    "scale",
    "qualifier",
    "indicator_id",
    "period",
    "comparison",
    "subject",
    "indicator",
    "group",
)


def _rows(name: str) -> list[dict]:
    return [
        json.loads(line) for line in (REPORTS / "gold" / name).read_text("utf-8").splitlines() if line.strip()
    ]


@pytest.fixture(scope="module")
def published():
    text = (REPORTS / "chongqing-2024.txt").read_text("utf-8")
    reading = read(text)
    match(reading.claims)
    return text, reading


def test_every_claim_is_found_with_all_its_fields_and_nothing_else_is(published):
    _, reading = published
    found = [
        {k: v for k, v in c.to_dict().items() if k in FIELDS} | {"offset": c.start} for c in reading.claims
    ]
    gold = [{k: row[k] for k in (*FIELDS, "offset")} for row in _rows("00.jsonl")]
    assert found == gold


def test_what_is_no_claim_is_left_alone(published):
    text, reading = published
    for row in _rows("00_not_claims.jsonl"):
        start = text.find(row["text"])
        while row["text"] and start >= 0:
            end = start + len(row["text"])
            assert not any(
                c.start <= start and end <= c.end and row["text"] in c.text for c in reading.claims
            ), row
            start = text.find(row["text"], end)


def test_offsets_point_at_the_words_in_the_original(published):
    text, reading = published
    assert all(text[c.start : c.end] == c.text for c in reading.claims)


def test_claims_of_being_first_are_listed_apart(published):
    _, reading = published
    firsts = [row["text"] for row in _rows("00_implicit.jsonl") if row.get("kind") == "first_claim"]
    assert len(reading.firsts) == len(firsts)
    assert all(any(gold in first.text for first in reading.firsts) for gold in firsts)
