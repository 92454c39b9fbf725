"""Each reader of foreign files there is reads an honest one in a process of its own, by the very call the product makes.

Elsewhere the suite spares the process (`conftest.py`): what could go wrong only there (a reader that cannot be imported
there, an answer of a class that is not let through, a limit too narrow for an honest file) is held here, on both databases.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.casework import Worker
from tests.drafting import CONSULTED, DRAFT, TextWorker
from tests.publishing import published
from tests.world import sign_in
from zhiheng.cases import importing
from zhiheng.cases.models import Case
from zhiheng.documents import archives, arrivals, thumbnails
from zhiheng.documents import services as documents
from zhiheng.documents.models import Archive
from zhiheng.jobs import foreign
from zhiheng.plans import services as plans
from zhiheng.plans.tests.papers import in_prose
from zhiheng.refusal import Refused
from zhiheng.registers import fields, tables
from zhiheng.registers.declaration import registered
from zhiheng.rulemaking.comments import enter_file
from zhiheng.rulemaking.drafting import latest as drafted
from zhiheng.rulemaking.drafting import take_file
from zhiheng.rulemaking.grouping import group_alike
from zhiheng.rulemaking.services import take_in_text
from zhiheng.screening import drawings, feedback, results
from zhiheng.screening import importing as lists
from zhiheng.screening.tests.received import as_csv, number, received_and_split, register, rows_of_two
from zhiheng.screening.tests.test_drawings_fingerprints import as_bytes, figure, taken_in
from zhiheng.screening.tests.test_results_from_a_file import AFTER, HEADINGS, PAPER

ROOT = Path(__file__).resolve().parents[2]
ON = date(2025, 1, 20)
LEDGER = "办案单位,当事人,决定书文号,案由\n渝北区局,甲公司,渝北知罚〔2024〕1号,商标侵权\n"
STATUTE = "无人知晓条例\n\n第一条 本条例只为测试而写。\n\n第二条 本条例不施行。\n"


def _ledger(world, client, folder: Path) -> None:
    path = folder / "台账.csv"
    path.write_text(LEDGER, "utf-8")
    importing.import_ledger(actor=world.city.planner, path=path, file_name=path.name, on=ON)
    assert Case.objects.get().party_name == "甲公司"


def _table(world, client, folder: Path) -> None:
    one = next(one for one in registered() if not one.parent)
    path = folder / "名单.csv"
    path.write_text(",".join(_heading(one)) + "\n", "utf-8")
    assert tables.read_table(one, path, world.city.planner).rows == []


def _heading(one) -> list[str]:
    return [fields.title(column) for column in tables.table_columns(one)]


def _statute(world, client, folder: Path) -> None:
    with pytest.raises(Refused, match="无人知晓条例"):  # it was read: its name is told
        take_in_text(actor=world.city.planner, on=ON, data=STATUTE.encode(), name="无人知晓条例.txt")


def _report(world, client, folder: Path) -> None:
    sent = SimpleUploadedFile("报告.txt", "2024年，全市查处商标侵权案件120件。".encode())
    assert client.post(reverse("reconcile"), {"file": sent, "year": "2024"}).status_code == 302


def _published_paper(world, client, folder: Path) -> None:
    snapshot = published(world.city, 2024, on=date(2025, 1, 20), though_empty=True)
    answer = client.get(reverse("report-snapshot-pdf", args=[snapshot.pk]))
    assert answer.content.startswith(b"%PDF")


def _file(world, client, folder: Path) -> None:
    Worker(world.a).to_archived()
    bound = archives.bind(archive=Archive.objects.select_related("folder", "responsible").get())
    assert documents.read(bound.pdf_digest).startswith(b"%PDF") and bound.pages["volumes"]


def _list(world, client, folder: Path) -> None:
    received = register(world)
    data = as_csv(rows_of_two())
    assert (
        lists.try_file(actor=world.city.handler, received=received, data=data, name="名单.csv", on=ON).taken
        == 10
    )


def _draft(world, client, folder: Path) -> None:
    work = TextWorker(world.city)
    made, _told = take_file(
        actor=work.handler, project=work.project, on=CONSULTED, data=DRAFT.encode(), name="草案.md"
    )
    assert made.sha == drafted(work.project).sha


def _returned(world, client, folder: Path) -> None:
    work = TextWorker(world.city)
    work.write()
    said = DRAFT.replace("五个工作日", "七个工作日").encode()
    (made,) = enter_file(
        actor=work.handler,
        project=work.project,
        on=CONSULTED,
        name="市司法局",
        data=said,
        file_name="反馈.md",
    )
    assert made.provision == "第四条" and "七个工作日" in made.proposed


def _alike(world, client, folder: Path) -> None:
    work = TextWorker(world.city)
    work.write()
    work.take("consult", CONSULTED)
    for n, words in enumerate(("请延长第四条规定的立案期限。", "第一条应当写明依据。")):
        work.comment(words, address=f"10.0.0.{n}")
    assert group_alike(actor=work.handler, project=work.project, on=ON).groups == 2


def _feedback(world, client, folder: Path) -> None:
    received = received_and_split(world)
    made = feedback.feedback_file(
        actor=world.city.handler, received=received, file=received.files.get(), on=ON
    )
    assert "核查结果" in made.decode("utf-8-sig")


def _results(world, client, folder: Path) -> None:
    received = received_and_split(world)
    said = as_csv([["1", number(1), "驳回", "2024-03-20", "", ""]], HEADINGS)
    results.try_file(
        actor=world.city.handler,
        received=received,
        data=said,
        name="结果.csv",
        paper=PAPER,
        result_on=None,
        on=AFTER,
    )


def _drawings(world, client, folder: Path) -> None:
    received = received_and_split(world)
    taken_in(world, received, {f"{number(1)}/1.png": as_bytes(figure(1))})
    assert drawings.pictures_of(received, [f"{number(1)}/1.png"])


def _plan(world, client, folder: Path) -> None:
    assert len(plans.read_file(in_prose(), "方案.docx").tasks) == 3


# The function that calls `foreign.read` or `foreign.write` → an honest file given to it.
def _thumbnail(world, client, folder: Path) -> None:
    kept = arrivals.arrive(file_name="照片.png", file=BytesIO(as_bytes(figure(1))), limit=1 << 20)
    assert thumbnails.of(kept.digest).startswith(b"\xff\xd8")


READERS: dict[str, Callable] = {
    "cases/importing.py": _ledger,
    "registers/tables.py": _table,
    "rulemaking/services.py": _statute,
    "reports/forms.py": _report,
    "reports/views.py": _published_paper,
    "documents/archives.py": _file,
    "rulemaking/drafting.py": _draft,
    "rulemaking/comments.py": _returned,
    "rulemaking/grouping.py": _alike,
    "screening/importing.py": _list,
    "screening/feedback.py": _feedback,
    "screening/results.py": _results,
    "screening/drawings.py": _drawings,
    "plans/services.py": _plan,
    "documents/thumbnails.py": _thumbnail,
}


def _calls(path: Path) -> int:
    asked = (node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    return sum(ast.unparse(function) in ("foreign.read", "foreign.write") for function in asked)


def test_every_reader_of_foreign_files_is_named_here():
    modules = (path for path in (ROOT / "zhiheng").rglob("*.py") if "tests" not in path.parts)
    calling = {
        str(path.relative_to(ROOT / "zhiheng")): number for path in modules if (number := _calls(path))
    }
    # The pictures of drawings are read once for their prints and again to be shown.
    assert calling == dict.fromkeys(READERS, 1) | {"screening/drawings.py": 2}


def _is_atomic(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef):
        return any(ast.unparse(one).startswith("transaction.atomic") for one in node.decorator_list)
    return isinstance(node, ast.With) and any(
        ast.unparse(item.context_expr).startswith("transaction.atomic") for item in node.items
    )


def _waiting_inside(path: Path) -> set[str]:
    """Functions of a module that ask for a foreign file, themselves or by another of the module, inside a transaction of theirs."""
    functions = {
        one.name: one
        for one in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(one, ast.FunctionDef)
    }
    asking = {"foreign.read", "foreign.write"}

    def asks(node: ast.AST) -> bool:
        calls = (ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call))
        return any(call.removeprefix("self.") in asking for call in calls)

    while more := {name for name, one in functions.items() if asks(one)} - asking:
        asking |= more
    return {
        name for name, one in functions.items() for node in ast.walk(one) if _is_atomic(node) and asks(node)
    }


def test_nobody_waits_for_a_foreign_file_inside_a_transaction():
    """Where SQLite is the database, one upload that is slow to read would keep everybody else from writing."""
    modules = (path for path in (ROOT / "zhiheng").rglob("*.py") if "tests" not in path.parts)
    found = {f"{path.relative_to(ROOT)}: {name}" for path in modules for name in _waiting_inside(path)}
    assert found == set()


@pytest.mark.django_db
@pytest.mark.parametrize("where", READERS)
def test_an_honest_file_is_read_in_a_process_of_its_own(where, world, tmp_path, monkeypatch):
    started = []
    begin = foreign.subprocess.Popen

    def watched(*args, **kwargs):
        child = begin(*args, **kwargs)
        started.append(child.pid)
        return child

    monkeypatch.setattr(foreign.subprocess, "Popen", watched)
    READERS[where](world, sign_in(Client(), world.city.planner), tmp_path)
    assert started
