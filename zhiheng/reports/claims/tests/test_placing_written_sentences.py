"""What is said of something else is never held against the year's figure; what is true of it is."""

from pathlib import Path

import pytest
import yaml

from zhiheng.reports.claims.tests.placed import held
from zhiheng.reports.claims.tests.sentences import FACTS, TITLE

WRITTEN = yaml.load(
    (Path(__file__).parent / "written.yaml").read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
)
NUMBERS = [fact.number for fact in FACTS]


def _held(name: str, said: str) -> bool:
    lines = said.replace("|", "\n")
    text = f"{TITLE}\n{lines}\n" if "tables" in name else TITLE + lines
    return any(held(text, number) for number in NUMBERS)


@pytest.mark.parametrize("name", [name for name in WRITTEN if "others" in name])
def test_nothing_said_of_something_else_is_held(name):
    assert [said for said in WRITTEN[name] if _held(name, said)] == []


@pytest.mark.parametrize("name", [name for name in WRITTEN if "true" in name])
def test_what_is_true_is_held(name):
    missed = [said for said in WRITTEN[name] if not _held(name, said)]
    assert len(missed) <= len(WRITTEN[name]) / 10, missed


@pytest.mark.parametrize("mark", ["①", "[1]", "¹"])
def test_a_number_with_the_mark_of_a_note_is_offered_and_not_decided(mark):
    assert held("2024年，全市查办商标侵权案件610件。", "610")
    assert not held(f"2024年，全市查办商标侵权案件610{mark}件。", "610")
