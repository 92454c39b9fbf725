"""`zhiheng import_plan`: reads, says what it could not read, registers for the person named."""

from __future__ import annotations

import pytest

from zhiheng import cli
from zhiheng.plans.models import Plan, Task

from .papers import in_prose


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "方案.docx"
    path.write_bytes(in_prose())
    return path


def test_a_trial_prints_the_plan_and_what_is_not_told_and_writes_nothing(world, file, capsys):
    assert cli.main(["import_plan", str(file), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "2 个方面 3 项任务" in said and "没有读准" in said and "6月底前（2024-06-30）" in said
    assert not Plan.objects.exists()


def test_it_is_registered_for_whom_it_is_said(world, file, capsys):
    username = world.city.planner.username
    assert cli.main(["import_plan", str(file), "--by", username]) == 0
    assert (Plan.objects.count(), Task.objects.count()) == (1, 3)
    assert cli.main(["import_plan", str(file), "--by", username]) == 1
    assert "已有同名的计划" in capsys.readouterr().err


@pytest.mark.parametrize("more", [[], ["--by", "nobody"]])
def test_nobody_is_told_so(world, file, more, capsys):
    assert cli.main(["import_plan", str(file), *more]) == 2
    assert capsys.readouterr().err
    assert not Plan.objects.exists()


def test_a_file_that_is_not_there_is_named(world, capsys):
    assert cli.main(["import_plan", "没有.docx", "--dry-run"]) == 2
    assert "没有.docx" in capsys.readouterr().err
