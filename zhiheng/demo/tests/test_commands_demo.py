"""The first command of the README, from its loading to the accounts it names; the loading itself is proven beside it."""

from __future__ import annotations

import argparse

from zhiheng.demo import commands, loading
from zhiheng.demo.year import YEAR
from zhiheng.workbench import commands as workbench


def test_once_loaded_the_figures_are_printed_the_report_written_and_the_accounts_named(
    world, settings, tmp_path, monkeypatch, capsys
):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(workbench, "prepared", lambda: True)
    monkeypatch.setattr(loading, "load", lambda say: say("载入"))
    assert not commands._run(argparse.Namespace(no_serve=True, port=0))
    said = capsys.readouterr().out
    assert "已载入" in said and "商标侵权" in said and loading.PASSWORD in said
    assert (tmp_path / f"{YEAR}年法治建设情况.docx").stat().st_size > 5_000
