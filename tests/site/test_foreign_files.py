"""Foreign files handed in over the web: refused in words, and the process that serves the pages never reads them."""

from __future__ import annotations

import dataclasses
import resource

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.site.hostile_files import LEDGERS, REPORTS
from zhiheng.jobs import foreign

# What the serving process may grow by while a file is refused; each of these files asks for far more.
GROWTH_KB = 400 * 1024


@pytest.fixture
def short_patience(monkeypatch):
    """The same limits with less time, so that the suite does not wait ten seconds for each endless file."""
    patience = dataclasses.replace(foreign.PAPER, cpu=2, wall=3)
    monkeypatch.setitem(foreign.read.__kwdefaults__, "limits", patience)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _sent(client, page: str, name: str, data: bytes, **fields):
    before = _peak()
    answer = client.post(reverse(page), {"file": SimpleUploadedFile(name, data), **fields})
    return answer, _peak() - before


@pytest.mark.parametrize("name", REPORTS)
def test_the_desk_refuses_a_hostile_report_in_words(name, world, signed_in, short_patience):
    client = signed_in(world.city.planner)
    answer, grown = _sent(client, "reconcile", name, REPORTS[name](), year="2024")
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert grown < GROWTH_KB


@pytest.mark.parametrize("name", LEDGERS)
def test_the_import_refuses_a_hostile_ledger_in_words(name, world, signed_in):
    client = signed_in(world.city.planner)
    answer, grown = _sent(client, "ledger_new", name, LEDGERS[name]())
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert grown < GROWTH_KB


def test_the_serving_process_parses_nothing_itself(world, signed_in, monkeypatch):
    """The readers' entry points are never called in this process."""
    import python_calamine

    from zhiheng.cases.ledger import reading
    from zhiheng.registers import sheets
    from zhiheng.reports.claims import sources

    def fail(*args, **kwargs):
        raise AssertionError("a foreign file was read in the serving process")

    for module, name in (
        (python_calamine, "load_workbook"),
        (sheets, "open_spreadsheet"),
        (reading, "open_spreadsheet"),
        (sources, "_text_of"),
    ):
        monkeypatch.setattr(module, name, fail)
    client = signed_in(world.city.planner)
    report = "2024年，全市查处商标侵权案件120件。".encode()
    answer, _ = _sent(client, "reconcile", "报告.txt", report, year="2024")
    assert answer.status_code == 302
    ledger = "办案单位,当事人,决定书文号,案由\n渝北区局,甲公司,渝北知罚〔2024〕1号,商标侵权\n".encode()
    answer, _ = _sent(client, "ledger_new", "台账.csv", ledger)
    assert answer.status_code == 200
