from __future__ import annotations

import argparse
import json
from datetime import date

from django.db import transaction

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


def test_a_whole_chain_ends_with_zero_and_the_head(world, capsys):
    entries = write(world)
    assert run("--format", "json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"ok": True, "entries": 2, "head": entries[-1].hash, "broken": ""}
    assert run() == 0
    assert "核对通过" in capsys.readouterr().out


def test_a_broken_chain_ends_with_one_and_names_the_entry(world, capsys, monkeypatch):
    write(world)
    monkeypatch.setattr(services, "_content", lambda entry: {"seq": entry.seq})
    assert run("--format", "json") == 1
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert not answer["ok"] and "第 1 条" in answer["broken"]
    assert "第 1 条" in err
