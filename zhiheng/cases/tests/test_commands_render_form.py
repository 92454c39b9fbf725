"""`zhiheng render_form`: a paper of a case as a file, or the specimens of all forms; nothing half-written stays."""

from __future__ import annotations

import pytest

from tests.casework import Worker
from zhiheng.cli import _parser
from zhiheng.documents import services as documents
from zhiheng.documents.rendering import preview, typeset
from zhiheng.law import current_book
from zhiheng.matters import readings
from zhiheng.matters.models import Reading
from zhiheng.matters.printing import paper_of

pytestmark = pytest.mark.django_db


def run(*arguments) -> int:
    given = _parser().parse_args(["render_form", *map(str, arguments)])
    return given.run(given)


def test_the_paper_that_was_issued_is_the_very_file(world, tmp_path):
    case = Worker(world.a).to_decided().case
    target = tmp_path / "decision.docx"
    assert run("SAMR-45", "--case", case.doc_no, "-o", target) == 0
    paper = case.matter.folder.papers.get(form="SAMR-45")
    assert target.read_bytes() == documents.read(paper.digest)
    assert not [one for one in tmp_path.iterdir() if one != target]


def test_a_paper_that_no_step_made_is_filled_from_the_record_and_says_what_is_blank(world, tmp_path, capsys):
    case = Worker(world.a).to_filed().case
    target = tmp_path / "asked.pdf"
    assert run("SAMR-13", "--case", case.lead_no, "-o", target) == 0
    assert target.read_bytes().startswith(b"%PDF")
    assert "询问时间" in capsys.readouterr().err


def test_what_is_printed_of_a_case_on_the_command_line_was_read_by_somebody(world, tmp_path):
    case = Worker(world.a).to_filed().case
    readings.forget()
    assert run("SAMR-07", "--case", case.case_no, "-o", tmp_path / "filing.docx") == 0
    told = Reading.objects.get()
    assert (told.kind, told.record_id, told.person) == (case.kind, case.pk, world.city.planner)


def test_a_paper_that_no_step_made_says_nothing_that_happened_in_another(world, tmp_path):
    """What follows from step to step does; who stood by when another step was taken does not."""
    work = Worker(world.a).to_noticed()
    work.step("record_inspection", onsite_person="王某在场")
    printed = paper_of(work.case, "SAMR-12", actor=world.a.handler, on=work.on)
    assert not printed.issued
    text = "".join(preview.text(typeset.body_of(printed.docx).xml))
    assert "王某在场" not in text and work.case.title in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("SAMR-45", "--case", "没有"), "没有编号为“没有”的案件"),
        (("SAMR-999", "--case", "1"), "没有文书“SAMR-999”"),
        (("SAMR-45",), "请写明文书和案件"),
        (("SAMR-45", "--demo", "--case", "1"), "请写明文书和案件"),
        (("--all",), "请写明文书和案件"),
    ],
)
def test_what_cannot_be_printed_is_refused_in_words(world, tmp_path, capsys, arguments, words):
    target = tmp_path / "paper.docx"
    assert run(*arguments, "-o", target) == 2
    assert words in capsys.readouterr().err and not target.exists()


def test_a_file_of_another_kind_is_refused(world, tmp_path, capsys):
    case = Worker(world.a).to_filed().case
    assert run("SAMR-07", "--case", case.case_no, "-o", tmp_path / "paper.odt") == 2
    assert ".docx 或者 .pdf" in capsys.readouterr().err


def test_one_specimen_or_all_of_them(tmp_path, monkeypatch):
    assert run("MED-136", "--demo", "-o", tmp_path / "one.docx") == 0
    few = {code: current_book().form_versions[code] for code in ("MED-136", "AGY-84")}
    monkeypatch.setattr("zhiheng.cases.commands._book_forms", lambda: few)
    for folder in ("first", "again"):
        assert run("--all", "--demo", "-o", tmp_path / folder) == 0
    first, again = (
        {p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("first", "again")
    )
    assert first == again and sorted(first) == ["AGY-84.docx", "AGY-84.pdf", "MED-136.docx", "MED-136.pdf"]
    assert (tmp_path / "one.docx").read_bytes() == first["MED-136.docx"]
