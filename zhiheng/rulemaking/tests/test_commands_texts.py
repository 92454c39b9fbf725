"""The commands over legal texts: what they print, what they write, how they fail."""

from __future__ import annotations

import io
import json

import docx
import pytest

from tests.regulations import TEAHOUSES, teahouses
from zhiheng.cli import main
from zhiheng.rulemaking.texts import read_file


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "旧.md"
    path.write_text(TEAHOUSES, "utf-8")
    return path


@pytest.fixture
def new(tmp_path):
    path = tmp_path / "新.md"
    path.write_text(TEAHOUSES.replace("清洁、安静", "清洁、明亮"), "utf-8")
    return path


def test_provisions_as_data_hold_the_whole_text(old, capsys):
    assert main(["provisions", str(old), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["title"] == "江州市茶馆管理条例" and len(data["history"]) == 2 and data["unread"] == []
    whole = "".join(p["label"] + p["text"] for p in data["provisions"]).replace(" ", "")
    source = TEAHOUSES.split("<!-- INFO END -->")[1].replace("#", "")
    assert whole == "".join(source.split())
    assert {"id", "path", "text"} <= set(data["provisions"][0])
    assert all(reference["ok"] and reference["to"] for reference in data["references"])


@pytest.mark.parametrize("form", ["md", "docx"])
def test_provisions_are_written_out_and_read_back(old, tmp_path, form):
    path = tmp_path / f"out.{form}"
    assert main(["provisions", str(old), "--format", form, "-o", str(path)]) == 0
    assert read_file(path) == teahouses()


def test_a_reference_to_nothing_is_listed(tmp_path, capsys):
    path = tmp_path / "x.md"
    path.write_text(TEAHOUSES.replace("以本条例第四条", "以本条例第四十条"), "utf-8")
    assert main(["provisions", str(path)]) == 0
    assert "没有第四十条" in capsys.readouterr().out


def test_compare_as_data_and_as_a_table(old, new, tmp_path, capsys):
    assert main(["compare_texts", str(old), str(new), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    changed = [change for change in data["changes"] if change["kind"] == "changed"]
    assert [(c["old"], c["new"]) for c in changed] == [(["第一章/第三条"], ["第一章/第三条"])]
    assert {"deleted": "安静", "inserted": "明亮"} in changed[0]["words"]
    table = tmp_path / "表.docx"
    assert main(["compare_texts", str(old), str(new), "--format", "docx", "-o", str(table)]) == 0
    assert len(docx.Document(io.BytesIO(table.read_bytes())).tables[0].rows) == 2


@pytest.mark.parametrize("form", ["md", "docx", "txt"])
def test_a_decision_written_to_a_file_makes_the_old_text_the_new(old, new, tmp_path, form, capsys):
    decision, result = tmp_path / f"决定.{form}", tmp_path / f"结果.{form}"
    assert main(["amending_decision", str(old), str(new), "-o", str(decision)]) == 0
    assert main(["apply_amendment", str(old), str(decision), "-o", str(result), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["refused"] == [] and len(data["applied"]) == 1
    assert read_file(result) == read_file(new)


def test_a_decision_that_does_not_fit_is_refused_and_nothing_is_written(old, tmp_path, capsys):
    decision, result = tmp_path / "决定.md", tmp_path / "结果.md"
    decision.write_text("# 关于修改《江州市茶馆管理条例》的决定\n\n一、删去第九条。\n", "utf-8")
    assert main(["apply_amendment", str(old), str(decision), "-o", str(result), "--format", "json"]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["refused"] == [
        {"instruction": "一、删去第九条。", "why": "原文没有第九条"}
    ]
    assert "原文没有第九条" in printed.err and not result.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["provisions", "没有.md"], "打不开文件"),
        (["provisions", "旧.md", "--format", "docx"], "请用 -o 写明"),
        (["compare_texts", "旧.md", "旧.md", "--format", "docx"], "请用 -o 写明"),
        (["amending_decision", "旧.md", "旧.md"], "完全相同"),
        (["amending_decision", "旧.md", "新.md", "-o", "决定.pdf"], "不会写“.pdf”文件"),
        (["amending_decision", "旧.md", "新.md", "-o", "旧.md/决定.md"], "写入失败"),
    ],
)
def test_failures_are_said_in_words(old, new, tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert words in capsys.readouterr().err
    assert old.read_text("utf-8") == TEAHOUSES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["新.md", "旧.md"]
