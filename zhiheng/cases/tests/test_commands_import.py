"""`zhiheng import_ledger`: the document scripts rely on, exit codes, and two imports at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, connections

from zhiheng.cases import importing
from zhiheng.cases.models import Case, LedgerImport
from zhiheng.cli import main

HEADER = "办案单位,决定书文号,当事人,案由,决定日期,罚款金额（元）"
CODE = "渝北区局,渝北市监处罚〔2024〕{n}号,青禾{n}商行,假冒专利,{day},1000"
REPOSITORY = Path(__file__).resolve().parents[3]


def ledger(path: Path, rows: int, bad: int = 0) -> Path:
    lines = [CODE.format(n=n, day="2024年13月1日" if n == bad else "2024-05-06") for n in range(1, rows + 1)]
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


@pytest.fixture
def run(world, tmp_path, settings, capsys):
    """`run(arguments…)` → (exit code, stdout, stderr)."""
    settings.DATA_DIR = tmp_path / "data"

    def call(*arguments):
        code = main(["import_ledger", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_the_json_document_is_exactly_what_scripts_rely_on(run, tmp_path):
    path = ledger(tmp_path / "台账.csv", 3, bad=2)
    code, out, err = run(path, "--format", "json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    document = json.loads(out)
    assert set(document) == {
        "rows", "imported", "changed", "unchanged", "rejected_rows", "repeated", "rejected", "rejects_file",
        "remarks", "notes", "dry_run", "asks", "waiting", "columns", "unread_columns", "sums",
    }  # fmt: skip
    counts = {name: document[name] for name in ("rows", "imported", "changed", "unchanged", "rejected_rows")}
    assert counts == {"rows": 3, "imported": 2, "changed": 0, "unchanged": 0, "rejected_rows": 1}
    [rejected] = document["rejected"]
    assert set(rejected) == {"sheet", "row", "column", "value", "reason"}
    assert (rejected["row"], rejected["column"], rejected["value"]) == (3, "决定日期", "2024年13月1日")
    assert "日历上没有" in rejected["reason"]
    assert document["asks"] == [] and document["waiting"] == 0 and document["unread_columns"] == []
    assert {"column": "罚款金额（元）", "field": "fine_fen", "unit": "元"}.items() <= document["columns"][
        5
    ].items()
    assert [(s["column"], s["sum"], s["stated"]) for s in document["sums"]] == [
        ("罚款金额（元）", "3,000元", None)
    ]
    assert Path(document["rejects_file"]).read_bytes().startswith(b"PK")
    code, out, _ = run(path, "--format", "json")
    again = json.loads(out)
    assert (again["imported"], again["unchanged"], again["rejected_rows"]) == (0, 2, 1)
    assert again["rejects_file"] == document["rejects_file"]
    assert Case.objects.count() == 2


def test_without_rejections_there_is_no_rejects_file(run, tmp_path):
    _, out, _ = run(ledger(tmp_path / "a.csv", 2), "--format", "json")
    assert json.loads(out)["rejects_file"] is None
    assert not (tmp_path / "data").exists()


def test_two_ledgers_of_one_name_keep_their_rejects_apart(run, tmp_path):
    files = set()
    for folder, bad in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        _, out, _ = run(ledger(tmp_path / folder / "台账.csv", 3, bad=bad), "--format", "json")
        files.add(json.loads(out)["rejects_file"])
    assert len(files) == 2


def test_a_dry_run_writes_no_case_and_says_so(run, tmp_path):
    code, out, _ = run(ledger(tmp_path / "a.csv", 2), "--dry-run", "--format", "json")
    assert (code, json.loads(out)["imported"], json.loads(out)["dry_run"]) == (0, 2, True)
    assert (Case.objects.count(), LedgerImport.objects.count()) == (0, 0)


def test_the_text_says_what_happened_and_where_the_rejected_rows_are(run, tmp_path):
    code, out, _ = run(ledger(tmp_path / "a.csv", 3, bad=2))
    assert code == 0
    assert "读到 3 行：已导入 2 行，更新 0 行，未变 0 行，退回 1 行。" in out
    assert "第3行“决定日期”列：日历上没有" in out and "退回表：" in out
    _, out, _ = run(ledger(tmp_path / "a.csv", 4, bad=2), "--dry-run")
    assert "将导入 1 行，将更新 0 行，未变 2 行，将退回 1 行" in out


def test_a_question_is_asked_and_nothing_is_taken_until_it_is_answered(run, tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text(ledger(path, 2).read_text("utf-8").replace("（元）", ""), encoding="utf-8")
    code, out, err = run(path, "--format", "json")
    document = json.loads(out)
    assert (code, err, document["imported"], document["waiting"], Case.objects.count()) == (0, "", 0, 2, 0)
    [ask] = document["asks"]
    assert set(ask) == {"sheet", "column", "why", "choices"}
    assert ask["column"] == "罚款金额" and "单位" in ask["why"] and "万元" in ask["choices"]
    _, out, _ = run(path)
    assert "请回答" in out and "--answer" in out
    code, out, _ = run(path, "--answer", "罚款金额=万元", "--format", "json")
    document = json.loads(out)
    assert (code, document["asks"], document["imported"]) == (0, [], 2)
    assert {case.fine_fen for case in Case.objects.all()} == {1000 * 1_000_000}


def test_an_answer_that_answers_nothing_is_refused_in_words(run, tmp_path):
    path = ledger(tmp_path / "台账.csv", 1)
    for answer in ("罚款金额", "没有的列=元", "罚款金额=万块"):
        code, out, err = run(path, "--answer", answer)
        assert (code, out) == (2, "") and "回答" in err
    assert not Case.objects.exists()


def test_a_missing_file_or_unit_is_refused_in_words(run, tmp_path):
    code, out, err = run(tmp_path / "none.csv", "--format", "json")
    assert (code, out) == (2, "") and "没有文件" in err
    code, out, err = run(ledger(tmp_path / "a.csv", 1), "--unit", "999", "--format", "json")
    assert (code, out) == (2, "") and "没有代码为 999 的单位" in err and "500112" in err
    assert Case.objects.count() == 0


def test_before_anyone_may_import_the_command_says_what_to_do(db, tmp_path, capsys):
    assert main(["import_ledger", str(ledger(tmp_path / "a.csv", 1))]) == 2
    assert "还没有市局的计划统计人员" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "not __import__('os').environ.get('DATABASE_URL')", reason="threads share SQLite's memory database"
)
def test_two_imports_at_once_on_postgresql_take_each_row_once(transactional_db, tmp_path):
    from tests.world import build

    world = build()
    paths = [ledger(tmp_path / f"{n}.csv", 3000) for n in range(4)]

    def take(path):
        try:
            return importing.import_ledger(
                actor=world.city.planner, path=path, file_name=path.name, on=date(2025, 1, 6)
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(take, paths))
    assert sorted(r.imported for r in results) == [0, 0, 0, 3000]
    assert Case.objects.count() == 3000
    assert LedgerImport.objects.count() == 4


@pytest.mark.skipif(connection.vendor != "sqlite", reason="processes on one SQLite file")
def test_two_imports_at_once_on_a_sqlite_file_take_each_row_once(tmp_path):
    """Also the whole command as scripts call it: a process, one JSON document on stdout and nothing else."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "ZHIHENG_DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "zhiheng.settings",
    }

    def python(*arguments):
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)], env=environment, cwd=REPOSITORY, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    command = ("-m", "zhiheng.cli", "import_ledger")
    path = ledger(tmp_path / "台账.csv", 3000)
    early = python(*command, path, "--format", "json")
    out, err = early.communicate()
    assert (early.returncode, out) == (2, "")
    assert "请先运行" in err and "Traceback" not in err
    prepare = (
        "import django; django.setup();"
        "from django.core.management import call_command; call_command('migrate', verbosity=0);"
        "from tests.world import build; build()"
    )
    prepared = python("-c", prepare)
    assert prepared.wait() == 0, prepared.stderr.read()
    running = [python(*command, path, "--format", "json") for _ in range(3)]
    ended = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], ended
    documents = [json.loads(out) for out, _ in ended]
    assert sorted(document["imported"] for document in documents) == [0, 0, 3000]
    assert sorted(document["unchanged"] for document in documents) == [0, 3000, 3000]
    assert {err for _, err in ended} == {""}
