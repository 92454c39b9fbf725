"""The demonstration year, loaded whole but for its open cases: what its office published is borne out, and each unit's papers are read
back as they were written."""

from __future__ import annotations

import json
import pickle
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from zhiheng.accounts.models import Unit
from zhiheng.demo import loading
from zhiheng.demo.year import YEAR, YEARS
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import find
from zhiheng.jobs import child, foreign
from zhiheng.reports import docx, selectors
from zhiheng.reports.claims.sources import read_bytes
from zhiheng.reports.commands import report_dict
from zhiheng.reports.models import PaperKind
from zhiheng.reports.periods import Period

SHARED = Path(__file__).parents[3].parent / "shared" / "reports"
published = pytest.mark.skipif(
    not SHARED.exists(), reason="the published text is not part of this repository"
)
ON = date(YEAR + 1, 1, 20)
# What a careful reader counts in the text, and the figure that says it.
COUNTED = {
    "leg.bills": 3, "leg.support": 2, "enf.typical": 2, "doc.scheme": 2, "xr.papers": 1, "xr.action": 1, "pub.events.press": 1,
    "pub.media": 3, "doc.procTypes": 3, "prb.n": 4, "pln.n": 4,
}  # fmt: skip


@pytest.fixture(scope="module")
def office(django_db_setup, django_db_blocker, tmp_path_factory):
    """The office with its year. Loaded once for the tests of this file, and taken back."""
    folder = tmp_path_factory.mktemp("year")
    kept = override_settings(FILES_DIR=folder / "files", HEADS_FILE=str(folder / "heads"))
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, kept, transaction.atomic():
        patch.setattr(loading, "_open_cases", lambda *_: None)
        read = lambda asked, *_: child.carried_out(pickle.loads(pickle.dumps(asked, protocol=5)))  # noqa: E731
        patch.setattr(foreign, "_told", read)
        loading.load()
        yield Unit.objects.get(parent=None)
        transaction.set_rollback(True)


pytestmark = pytest.mark.django_db


@published
def test_all_that_was_published_is_borne_out_and_nothing_else_is_read(office):
    text = (SHARED / "chongqing-2024.txt").read_text("utf-8")
    items = selectors.reconciliation_of(office, text, YEAR).items
    gold = [json.loads(line) for line in (SHARED / "gold" / "00.jsonl").read_text("utf-8").splitlines()]
    assert [(item.claim.start, item.status) for item in items] == [(one["offset"], "matches") for one in gold]


def test_what_can_be_counted_in_the_text_is_a_figure_with_that_value(office):
    values = figures.compute(figures.year_of(office, YEAR), [find(name) for name in COUNTED])
    assert {name: value.value for name, value in values.items()} == COUNTED


@pytest.mark.parametrize("paper", PaperKind.values)
def test_the_papers_of_the_office_are_read_back_from_their_word_files(office, paper):
    for part in ("", "h1", "q2"):
        report = selectors.report_of(office, Period(YEAR, part), ON, paper)
        read = read_bytes(docx.report_docx(report, ON), "report.docx")
        items = selectors.reconciliation_of(office, read, YEAR).items
        last = report.lines()[-1][1]
        ends = read.index(last) + len(last)
        body = [item for item in items if item.claim.start < ends]
        assert len(body) >= 15
        assert [(i.claim.said, i.status, i.verdict.words) for i in body if i.status != "matches"] == []
        # The annexes have figures that no published text has a name for; what is read of them contradicts nothing.
        annexes = [item for item in items if item.claim.start >= ends]
        assert [(i.claim.head, i.claim.said, i.verdict.words) for i in annexes if i.status == "differs"] == []
        assert part or sum(item.status == "matches" for item in annexes) >= 400


@pytest.mark.parametrize("year", YEARS)
def test_the_report_of_every_unit_is_read_back(office, year):
    for unit in Unit.objects.order_by("code"):
        report = selectors.report_of(unit, Period(year), date(year + 1, 1, 20))
        written = [
            (piece.value.figure.id, piece.value.base)
            for section in report.sections
            for part in section.parts
            for paragraph in part.paragraphs
            for piece in paragraph
            if piece.value
        ]
        items = selectors.reconciliation_of(unit, report.text, year).items
        found = [
            (item.figure and item.figure.id, item.value and item.value.base, item.status) for item in items
        ]
        assert found == [(figure, base, "matches") for figure, base in written], unit.name


def test_every_indicator_is_answered_or_named(office):
    told = report_dict(selectors.report_of(office, Period(YEAR), ON))
    assert len(told["indicators"]) == 92
    missing = {one["id"] for one in told["not_recorded"]}
    assert {one["id"] for one in told["indicators"] if one["from"] == "not_recorded"} <= missing
    answered = [one["id"] for one in told["indicators"] if one["from"] != "not_recorded"]
    assert len(answered) >= 55, sorted(missing)
