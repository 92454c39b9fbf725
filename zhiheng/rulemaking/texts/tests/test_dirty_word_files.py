"""Word files as drafters bring them are read as a careful reader reads them; what is not in the text, or only looks so, is told."""

from __future__ import annotations

import pytest

from zhiheng.rulemaking.texts import read_bytes, to_docx, to_markdown

from .dirty_word_files import FILES, Dirty, outline


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.name)
def test_a_dirty_file_is_read_as_it_is_meant(one: Dirty):
    text = read_bytes(one.data, "草案.docx")
    assert outline(text) == one.gold
    said = "\n".join((*text.doubts, *text.unread))
    assert [words for words in one.told if words not in said] == []


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.name)
def test_what_was_read_of_it_reads_back_from_markdown_and_word(one: Dirty):
    text = read_bytes(one.data, "草案.docx")
    again = read_bytes(to_markdown(text).encode(), "草案.md")
    assert outline(again) == outline(text)
    assert outline(read_bytes(to_docx(text), "草案.docx")) == outline(text)


def test_clean_files_are_told_nothing_of():
    clean = [one for one in FILES if not one.told]
    assert len(FILES) >= 25 and len(clean) > 10
    for one in clean:
        text = read_bytes(one.data, "草案.docx")
        assert (one.name, text.unread) == (one.name, [])
