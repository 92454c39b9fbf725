"""A text is read once for good: its reading is found again by any process, and never in place of another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.reports import claims, readings
from zhiheng.reports.claims.scoring import load_passages

PASSAGES = load_passages(Path(claims.__file__).parent / "tests" / "passages")
TEXT = "重庆市知识产权局2024年法治建设情况\n全年查办商标侵权案件610件，同比增长14.7%。"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    readings._lately.cache_clear()
    yield tmp_path / "cache" / "readings"
    readings._lately.cache_clear()


@pytest.fixture
def read(monkeypatch):
    """The texts that were really read."""
    told, real = [], claims.read
    monkeypatch.setattr(
        claims, "read", lambda text, **how: told.append((text, how["year"])) or real(text, **how)
    )
    return told


def as_another_process(text: str, year: int = 2024):
    readings._lately.cache_clear()
    return readings.reading_of(text, year)


def told(reading) -> tuple:
    return (
        [claim.to_dict() for claim in claims.match(reading.claims)],
        [first.to_dict() for first in reading.firsts],
        [vague.to_dict() for vague in reading.vague],
        [unread.to_dict() for unread in reading.unread],
        reading.source,
        reading.year,
        reading.publisher,
        reading.complete,
    )


def test_a_text_is_read_once_whoever_asks(read):
    first = told(as_another_process(TEXT))
    assert told(as_another_process(TEXT)) == first
    assert read == [(TEXT, 2024)]


@given(st.sampled_from(PASSAGES), st.integers(2020, 2026))
@settings(max_examples=examples(60), deadline=None)
def test_what_is_kept_says_what_was_read(passage, year):
    as_another_process(passage["text"], year)
    assert told(as_another_process(passage["text"], year)) == told(claims.read(passage["text"], year=year))


def test_another_year_another_text_and_another_reader_are_read_anew(read, monkeypatch):
    as_another_process(TEXT)
    as_another_process(TEXT, 2023)
    as_another_process(TEXT + "\n")
    monkeypatch.setattr(readings, "reader_version", lambda: "another")
    as_another_process(TEXT)
    assert read == [(TEXT, 2024), (TEXT, 2023), (TEXT + "\n", 2024), (TEXT, 2024)]


@pytest.mark.parametrize("damage", [b"", b"\x80\x05", b"cos\nsystem\n(S'true'\ntR.", b"\x80\x05]\x94."])
def test_a_damaged_file_is_read_anew_and_put_right(read, folder, damage):
    whole = told(as_another_process(TEXT))
    [kept] = folder.iterdir()
    kept.write_bytes(damage)
    assert told(as_another_process(TEXT)) == whole
    assert told(as_another_process(TEXT)) == whole
    assert len(read) == 2


def test_a_disk_that_takes_nothing_costs_no_page(read, folder):
    folder.parent.mkdir()
    folder.write_bytes(b"")  # a file where the folder should be
    assert told(as_another_process(TEXT)) == told(as_another_process(TEXT))
    assert len(read) == 2


def test_what_was_not_asked_for_longest_goes_first(folder, monkeypatch):
    texts = [f"{TEXT}第{n}稿。" for n in range(6)]
    for text in texts:
        as_another_process(text)
    paths = [folder / readings._name(text, 2024) for text in texts]
    for age, path in enumerate(paths):
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    as_another_process(texts[5])  # asked for again
    monkeypatch.setattr(readings, "MOST_FILES", 3)
    readings._forget(folder)
    assert [path.exists() for path in paths] == [True, True, False, False, False, True]
    monkeypatch.setattr(readings, "MOST_BYTES", paths[5].stat().st_size)
    readings._forget(folder)
    assert [path.exists() for path in paths] == [False] * 5 + [True]


def test_the_folder_stays_bounded_without_anybody_asking(folder, monkeypatch):
    monkeypatch.setattr(readings, "MOST_FILES", 4)
    for n in range(120):
        as_another_process(f"{TEXT}第{n}稿。")
    assert len(list(folder.iterdir())) < 120


def test_the_version_of_the_reader_follows_its_words(tmp_path, monkeypatch):
    package = tmp_path / "claims"
    (package / "words").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    words = package / "words" / "units.yaml"
    words.write_text("件: {}")
    monkeypatch.setattr(readings.claims, "__file__", str(package / "__init__.py"))
    versions = set()
    for content in ("件: {}", "件: {whole: true}"):
        words.write_text(content)
        readings.reader_version.cache_clear()
        versions.add(readings.reader_version())
    readings.reader_version.cache_clear()
    assert len(versions) == 2
