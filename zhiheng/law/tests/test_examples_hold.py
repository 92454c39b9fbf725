"""The examples beside the data hold, and a wrong one would be noticed."""

from dataclasses import replace

import pytest

from zhiheng.law import BookError, current_book
from zhiheng.law.examples import packaged_examples, read_examples, run_example

EXAMPLES = packaged_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.place.split('/')[-1]}-{e.says}")
def test_the_example_holds(example):
    assert run_example(current_book(), example) == []


def test_there_are_examples_of_every_kind():
    assert {e.kind for e in EXAMPLES} == {"clock", "procedure", "fine", "crime"}
    assert len(EXAMPLES) >= 40


@pytest.mark.parametrize(
    ("kind", "expect", "word"),
    [
        ("clock", {"due": "2000-01-01"}, "due 应为 2000-01-01"),
        ("clock", {"trace_mentions": "不存在的话"}, "理由中没有“不存在的话”"),
        ("procedure", {"state": "archived"}, "state 应为 archived"),
        ("procedure", {"allows": ["archive_case"]}, "应当允许“归档”"),
        ("procedure", {"dues": [{"clock": "pay_further"}]}, "时钟 pay_further 没有启动"),
        ("fine", {"max": 1}, "max 应为 1"),
        ("fine", {"maxx": 1}, "不认识的期望“maxx”"),
    ],
)
def test_a_wrong_expectation_is_reported_in_words(kind, expect, word):
    example = next(e for e in EXAMPLES if e.kind == kind and "refused" not in e.expect)
    assert any(
        word in difference for difference in run_example(current_book(), replace(example, expect=expect))
    )


def test_an_expected_refusal_that_does_not_come_is_reported():
    example = next(e for e in EXAMPLES if e.kind == "fine" and "refused" not in e.expect)
    found = run_example(current_book(), replace(example, expect={"refused": "不行"}))
    assert found == ["应当拒绝（不行），实际没有"]


def test_an_example_file_without_expectation_is_refused_by_line(tmp_path):
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "bad.yaml").write_text("title: 坏\nexamples:\n  - says: 甲\n    clock: a/b\n", encoding="utf-8")
    with pytest.raises(BookError, match=r"examples/bad.yaml:3 examples.0.expect：没有写明期望的结果"):
        read_examples(folder)
