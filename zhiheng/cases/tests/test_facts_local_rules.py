"""A unit's local law file reaches its cases: thresholds and ranges are asked for with the unit's scope."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.casework import ANSWERS
from zhiheng import cli
from zhiheng.cases import guards as facts
from zhiheng.cases.models import Case
from zhiheng.law import current_book, load_book
from zhiheng.matters.facts import Situation

pytestmark = pytest.mark.django_db

LOCAL = """
title: 听证标准（示例区）
instrument: 听证办法@2021-07-15
article: 5
confidence: unconfirmed
scope: "{code}"
person: 5000
organisation: 50000
kinds: [revoke_licence, stop_business]
"""


@pytest.fixture
def local_book(world, tmp_path, monkeypatch):
    folder = tmp_path / "book" / "limits" / "hearing"
    folder.mkdir(parents=True)
    (folder / "2022-01-01.yaml").write_text(LOCAL.format(code=world.a.unit.code), encoding="utf-8")
    monkeypatch.setenv("ZHIHENG_BOOK_DIR", str(tmp_path / "book"))
    book = load_book()
    monkeypatch.setattr(facts, "current_book", lambda: book)
    return book


def told(case: Case, world, on: date) -> bool:
    step = current_book().procedure("penalty.ordinary", on).steps["give_notice"]
    data = {**ANSWERS, "fine": 9_000_00, "hearing_right": False}
    situation = Situation(record=case, on=on, actor=world.a.handler, step=step, data=data)
    return bool(facts.hearing_right_told(situation))


def test_a_local_hearing_threshold_binds_the_unit_it_is_written_for_and_no_other(world, local_book):
    on = date(2024, 4, 1)
    here, there = (Case(unit=unit, kind="penalty", party_type="person", cause="trademark_infringement") for unit in (world.a.unit, world.b.unit))  # fmt: skip
    assert not told(here, world, on), "9,000 yuan reaches the local 5,000"
    assert told(there, world, on), "9,000 yuan stays below the national 10,000"


def test_the_command_asks_by_every_local_rule_that_reaches_the_unit(world, tmp_path, monkeypatch, capsys):
    """A rule of the city reaches its districts, and of another city nobody."""
    folder = tmp_path / "book" / "limits" / "hearing"
    folder.mkdir(parents=True)
    (folder / "2022-01-01.yaml").write_text(LOCAL.format(code=world.city.unit.code), encoding="utf-8")
    monkeypatch.setenv("ZHIHENG_BOOK_DIR", str(tmp_path / "book"))
    monkeypatch.setattr("zhiheng.law.lawbook._current", [])
    asked = [
        "fines",
        "TM-MUSTREG",
        "--acted",
        "2025-02-01",
        "--decided",
        "2025-06-01",
        "--party",
        "organisation",
        "--turnover",
        "400000",
    ]
    for scope, required in ((world.city.unit.code, True), (world.a.unit.code, True), ("999999", False)):
        assert cli.main([*asked, "--scope", scope, "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["hearing_required"] is required, scope
