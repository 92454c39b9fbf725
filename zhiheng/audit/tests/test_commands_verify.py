from __future__ import annotations

import argparse
import json
from datetime import date

from django.db import transaction

from tests.world import tell_of
from zhiheng.audit import commands, services


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    commands.add_parsers(parser.add_subparsers())
    parsed = parser.parse_args(["verify_audit", *arguments])
    assert parsed.django
    return parsed.run(parsed)


def write(world, count=2):
    with transaction.atomic():
        return [
            services.record(actor=world.a.handler, on=date(2024, 6, 3), action="立案", subject=world.a.unit)
            for _ in range(count)
        ]


def test_what_holds_ends_with_zero_and_the_head(world, capsys):
    tell_of(world)
    entries = write(world)
    assert run("--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "entries": 4,
        "head": entries[-1].hash,
        "faults": [],
        "more_faults": 0,
        "unchecked": [],
    }
    assert run("--head", entries[0].hash) == 0
    assert "核对通过" in capsys.readouterr().out


def test_a_head_the_ledger_does_not_have_ends_with_one(world, capsys):
    tell_of(world)
    assert run("--head", "a" * 64) == 1
    assert "a" * 64 in capsys.readouterr().err


def test_a_broken_chain_ends_with_one_and_names_the_entry(world, capsys, monkeypatch):
    tell_of(world)
    monkeypatch.setattr(services, "_content", lambda entry: {"seq": entry.seq})
    assert run("--format", "json") == 1
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert not answer["ok"] and "第 1 条" in answer["faults"][0]
    assert "第 1 条" in err


def test_somebody_no_entry_speaks_of_ends_with_one(world, capsys):
    write(world)
    assert run() == 1
    assert "直接写进数据库" in capsys.readouterr().err
