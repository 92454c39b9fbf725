"""A specimen of every form of the book: filled whole, the same bytes each time, and set as a PDF by the same body."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from zhiheng.documents.rendering import forms, specimen, typeset
from zhiheng.documents.rendering import wordml as w
from zhiheng.documents.rendering.forms.blocks import PAGE, sequence
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


def cells_of(code: str):
    """(points across, size, text) of each paragraph in a cell of a specimen."""
    body = typeset.body_of(forms.render(NEWEST[code], specimen.context(NEWEST[code])))
    for cell in ElementTree.fromstring(f'<w:body xmlns:w="{typeset._W[1:-1]}">{body.xml}</w:body>').iter(
        f"{typeset._W}tc"
    ):
        across = float(cell.find(f"{typeset._W}tcPr/{typeset._W}tcW").get(f"{typeset._W}w")) / 20 - 8.5
        for one in cell.iter(f"{typeset._W}p"):
            style = one.find(f"{typeset._W}pPr/{typeset._W}pStyle").get(f"{typeset._W}val")
            yield across, typeset._STYLES[style].size, typeset._text(one)


@pytest.mark.parametrize("code", sorted(NEWEST))
def test_what_is_never_broken_fits_its_cell(code):
    """A credit code, an hour, a box with its words: where the cell is narrower they run over its rule."""
    wide = [
        (part, across)
        for across, size, text in cells_of(code)
        for part in (*typeset._WHOLE.split(text)[1::2], *re.findall("[!-~]+", text))
        if w.width(part) * size > across + 0.5
    ]
    assert not wide


def test_labels_break_where_their_form_says_and_within_no_word(monkeypatch):
    told, cut = {}, w.balanced
    monkeypatch.setattr(
        w, "balanced", lambda label, limit: told.setdefault((label, limit), cut(label, limit))
    )
    for form in NEWEST.values():
        sequence(form.layout, PAGE)
    assert len(told) > 300
    for (label, limit), lines in told.items():
        for line in lines.split("\n"):
            assert len(line) <= limit, label
        ends = {at for at, sign in enumerate(label.replace(" ", "")) if sign == "（"}
        parts = label.split(" ") if " " in label else re.split("(?=（)|(?<=、)", label)
        where = [len("".join(parts[: n + 1])) for n in range(len(parts) - 1)]
        at = [len("".join(lines.split("\n")[: n + 1])) for n in range(lines.count("\n"))]
        # Two words of two signs each may part in the middle.
        assert set(at) <= {*where, *ends} or len(label) == 4, label
