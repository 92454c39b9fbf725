"""A file, a printout or pasted words are told to be the published report or not, and what has changed since behind it."""

from __future__ import annotations

import io
import json
import sys
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decided import decided
from tests.examples import examples
from tests.publishing import published
from tests.world import sign_in
from zhiheng.cases import decisions
from zhiheng.cases.models import Case
from zhiheng.documents.rendering.typeset import write_paper
from zhiheng.figures.models import Snapshot
from zhiheng.reports import docx
from zhiheng.reports.claims.sources import read_bytes
from zhiheng.reports.tests.test_annual_report_composes import run
from zhiheng.reports.verifying import _differences, verify

pytestmark = pytest.mark.django_db
ON = date(2025, 1, 20)


@pytest.fixture
def cases(world):
    made = [
        Case(
            unit=world.a.unit, cause="trademark_infringement", title=f"第{n}案", party_name="某商行",
            party_type="individual_business", decided_on=date(2024, n, 5), case_value_fen=1_00, forfeit_fen=50_000_00,
        )
        for n in range(1, 6)
    ]  # fmt: skip
    decided(Case.objects.bulk_create(made))
    return made


@pytest.fixture
def snapshot(world, cases):
    return published(world.city, 2024, on=ON)


def held(text: str):
    return verify(text, Snapshot.objects.select_related("unit"), ON)


def as_docx(snapshot) -> str:
    return read_bytes(docx.published_docx(snapshot), "published.docx")


def as_pdf(snapshot) -> str:
    out = io.BytesIO()
    write_paper(out, docx.published_docx(snapshot), snapshot.title)
    return read_bytes(out.getvalue(), "published.pdf")


@pytest.mark.parametrize("form", [as_docx, as_pdf, lambda snapshot: snapshot.text])
def test_the_published_file_its_print_and_its_words_are_told_to_be_it(snapshot, form):
    found = held(form(snapshot))
    assert found.genuine, (found.words, found.differences, found.tables)
    assert found.snapshot == snapshot and found.check.unchanged and "逐字相同" in found.words


@pytest.mark.parametrize("form", [as_docx, as_pdf, lambda snapshot: snapshot.text])
def test_one_number_of_the_body_changed_is_found_with_both_wordings(snapshot, form):
    found = held(form(snapshot).replace("商标侵权案件5件", "商标侵权案件6件"))
    assert not found.genuine and found.snapshot == snapshot
    [one] = found.differences
    assert "商标侵权案件5件" in one.published and "商标侵权案件6件" in one.found


@pytest.mark.parametrize("form", [as_docx, as_pdf])
def test_one_number_of_the_table_changed_is_found(snapshot, form):
    words = form(snapshot)
    body, _, tables = words.rpartition("附件")
    changed = body + "附件" + tables.replace("25.00", "26.00", 1)
    assert changed != words
    found = held(changed)
    assert not found.genuine and not found.differences and any("26.00" in line for line in found.tables)


def test_a_draft_of_the_same_year_is_not_the_published_one(world, snapshot, cases):
    from zhiheng.reports import selectors
    from zhiheng.reports.periods import Period

    draft = read_bytes(
        docx.report_docx(selectors.report_for(world.city.planner, Period(2024), ON), ON), "x.docx"
    )
    assert not held(draft).genuine


def test_another_text_is_none_of_them(snapshot):
    found = held("某市2024年法治建设情况\n查办商标侵权案件610件。")
    assert found.snapshot is None and "不是已发布的报告" in found.words


def test_of_two_that_were_published_the_corrected_one_is_told_from_the_first(world, snapshot, cases):
    more = Case.objects.create(
        unit=world.a.unit, cause="trademark_infringement", title="补录案", party_name="某商行",
        party_type="individual_business", decided_on=date(2024, 9, 9), forfeit_fen=1_00,
    )  # fmt: skip
    decided([more])
    corrected = published(world.city, 2024, on=ON)
    assert held(as_docx(corrected)).snapshot == corrected and held(as_docx(snapshot)).snapshot == snapshot


def test_rows_that_changed_since_are_named(world, snapshot, cases, tmp_path, capsys):
    decision = cases[0].decisions.get()
    decisions.end(case=cases[0], decision=decision, how="revoked", on=ON, by="示范复议决定")
    path = tmp_path / "published.docx"
    path.write_bytes(docx.published_docx(snapshot))
    assert run("verify_report", str(path), "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    [one] = [one for one in told["figures"] if one["id"] == "enf.tm.n"]
    assert (one["published"], one["today"]) == ("5", "4")
    assert one["rows"][0]["what"] == "不再计入" and told["intact"]
    assert run("verify_report", str(path)) == 0
    assert "商标侵权案件查办数发布 5 件，现为 4 件" in capsys.readouterr().out


def test_pasted_words_come_by_the_standard_input_and_a_changed_text_ends_with_one(
    snapshot, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "stdin", io.StringIO(snapshot.text.replace("5件", "9件")))
    assert run("verify_report", "-") == 1
    assert "不一致" in capsys.readouterr().out


def test_the_page_tells_of_a_file_and_of_pasted_words_and_keeps_neither(world, snapshot, client):
    sign_in(client, world.city.planner)
    sent = SimpleUploadedFile("published.docx", docx.published_docx(snapshot))
    answered = client.post("/reports/verify/", {"file": sent}).content.decode()
    assert "与发布的一致" in answered and f"/reports/snapshots/{snapshot.pk}/" in answered
    answered = client.post("/reports/verify/", {"text": snapshot.text.replace("5件", "7件")}).content.decode()
    assert "与发布的不一致" in answered and "7件" in answered
    assert "请选择报告文件" in client.post("/reports/verify/", {}).content.decode()


def test_a_district_is_not_told_of_reports_that_are_not_its_own(world, snapshot, client):
    sign_in(client, world.a.leader)
    answered = client.post("/reports/verify/", {"text": snapshot.text}).content.decode()
    assert "不是已发布的报告" in answered


def test_the_published_report_is_handed_out_as_pdf(world, snapshot, client):
    sign_in(client, world.city.planner)
    answer = client.get(f"/reports/snapshots/{snapshot.pk}/pdf/")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")


SENTENCES = st.lists(
    st.text("甲乙丙丁戊己庚辛0123456789件", min_size=1, max_size=8), min_size=3, max_size=9, unique=True
)


@settings(max_examples=examples(200), deadline=None)
@given(sentences=SENTENCES, place=st.integers(0, 8), more=st.text("子丑寅卯", min_size=1, max_size=4))
def test_any_sentence_changed_shows_in_the_differences(sentences, place, more):
    place %= len(sentences)
    ours = "".join(f"{one}。" for one in sentences)
    theirs = "".join(f"{one}{more if n == place else ''}。" for n, one in enumerate(sentences))
    found = _differences(ours, theirs)
    assert any(more in one.found for one in found)
