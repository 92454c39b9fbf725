"""Laws and regulations as they are printed. They are not part of the repository; where they are missing these tests are skipped, and
`bench/texts.py` measures all of them."""

from __future__ import annotations

import os
import random
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.synthetic_edits import edit, exact, suits
from zhiheng.rulemaking.texts import (
    Text,
    apply_decision,
    read_bytes,
    read_decision,
    read_file,
    references,
    to_docx,
    to_markdown,
    write_decision,
)

FOLDER = Path(os.environ.get("BENCH_TEXTS") or Path(__file__).parents[5] / "shared" / "law" / "texts")
FILES = sorted(FOLDER.rglob("*.md"))
pytestmark = pytest.mark.skipif(not FILES, reason="没有法规文本（BENCH_TEXTS 或 ../shared/law/texts），不测")
SAMPLE = FILES[::16]


def bare(words: str) -> str:
    words = re.sub(r"<!--.*?-->", "", words, flags=re.S)
    words = re.sub(r"^\s*(?:#+|>)", "", words, flags=re.M)
    return re.sub("[\\s\u3000\u200b-\u200f\u2028-\u202e\ufeff\u2060\xad]", "", words)


def versions() -> list[tuple[Path, Path]]:
    """Files of one name, two by two."""
    names = [re.sub(r"[（(]\d{4}.*", "", path.stem) for path in FILES]
    return [(a, b) for (a, m), (b, n) in pairwise(zip(FILES, names, strict=True)) if m == n]


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_a_real_text_is_exported_as_it_was_imported(path):
    text = read_file(path)
    assert bare(to_markdown(text)) == bare(path.read_text("utf-8"))
    assert read_bytes(to_markdown(text).encode(), "x.md") == text
    assert read_bytes(to_docx(text), "x.docx") == text


def test_references_of_real_texts_lead_somewhere():
    found = [reference for path in SAMPLE for reference in references(read_file(path))]
    assert not found or sum(reference.ok for reference in found) >= 0.98 * len(found)


@pytest.mark.parametrize("pair", versions()[::5], ids=lambda pair: pair[1].stem)
def test_the_decision_for_two_real_versions_is_exact(pair: tuple[Path, Path]):
    old, new = map(read_file, pair)
    decision = write_decision(old, new)
    assert apply_decision(old, decision).text == new


def test_real_decisions_are_understood():
    texts: list[Text] = [
        read_file(path) for path in FILES if "修正案" in path.stem or "关于修改" in path.stem
    ]
    read = [read_decision(text) for text in texts if text.amends]
    orders = sum(len(one.instructions) for one in read)
    unread = sum(len(one.unread) for one in read)
    assert not read or orders >= 0.95 * (orders + unread)


def test_the_decision_for_edits_of_a_real_text_is_exact():
    """A small sample; `bench/texts.py` makes five hundred edits of each of several texts."""
    rng = random.Random(2024)
    fit = sorted(filter(suits, map(read_file, SAMPLE)), key=lambda text: len(text.articles()))
    for text in fit[1:5]:
        for _ in range(10):
            new = edit(text, rng)
            assert new == text or exact(text, new)[0], text.title
