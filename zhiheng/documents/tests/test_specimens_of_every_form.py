"""A specimen of every form of the book: filled whole, the same bytes each time, and set as a PDF by the same body."""

from __future__ import annotations

import pytest

from zhiheng.documents.rendering import forms, specimen, typeset
from zhiheng.law import current_book

VERSIONS = current_book().form_versions
NEWEST = {code: versions[-1] for code, versions in VERSIONS.items()}
# One of each shape: a decision, a grid, a record with a table, a party's own paper, a list.
SHAPES = ("SAMR-45", "PEN-75", "SAMR-12", "MED-128", "ADJ-88", "MED-136")


def test_there_are_papers_for_every_procedure():
    assert len(VERSIONS) >= 145


@pytest.mark.parametrize("code", sorted(NEWEST))
def test_a_specimen_lacks_nothing_and_comes_out_the_same_again(code):
    form = NEWEST[code]
    assert forms.missing(form, specimen.context(form)) == []
    first, again = (forms.render(form, specimen.context(form)) for _ in range(2))
    assert first == again and first.startswith(b"PK")


@pytest.mark.parametrize("code", SHAPES)
def test_a_specimen_is_set_as_the_same_pdf_again(code):
    body = typeset.body_of(forms.render(NEWEST[code], specimen.context(NEWEST[code])))
    first, again = (typeset.paper(body, title=NEWEST[code].title) for _ in range(2))
    assert first == again and first.startswith(b"%PDF")


def test_a_specimen_may_be_changed_without_changing_the_next():
    form = NEWEST["SAMR-45"]
    specimen.context(form)["party"]["name"] = "别的当事人"
    assert specimen.context(form)["party"]["name"] != "别的当事人"
