"""Each ledger row that states a day of decision has its decision, and a corrected row corrects it, with history."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiheng.audit.models import Entry
from zhiheng.cases.models import Case, Decision
from zhiheng.cases.tests.test_importing_ledgers import HEADER, ON, row, take, write
from zhiheng.figures import selectors as figures

pytestmark = pytest.mark.django_db

WITH_STATUS = (*HEADER, "状态", "结案日期")


def counted(world) -> tuple[str, str]:
    values = figures.compute(figures.year_of(world.city.unit, 2024, ON))
    return values["enf.tm.n"].text, values["enf.tm.fine"].text


def test_every_decided_row_has_one_decision_that_says_the_same(world, tmp_path):
    rows = [row(1), row(2, 决定日期="", 决定书文号="", **{"罚款金额（元）": ""}), row(3)]
    take(world.city.planner, write(tmp_path / "a.xlsx", rows))
    made = {decision.case.doc_no: decision for decision in Decision.objects.all()}
    assert set(made) == {"渝北市监处罚〔2024〕1号", "渝北市监处罚〔2024〕3号"}
    for decision in made.values():
        case = decision.case
        assert (decision.number, decision.number_printed) == (case.doc_no, case.doc_no_printed)
        for name in (
            "unit_id", "cause", "decided_on", "case_value_fen", "fine_fen", "confiscated_gains_fen", "forfeit_fen",
        ):  # fmt: skip
            assert getattr(decision, name) == getattr(case, name), name
        assert (decision.kind, decision.ended_on, decision.since) == ("penalty", None, None)
    assert counted(world) == ("2", "0.20")


def test_a_corrected_row_corrects_its_decision_and_the_history_holds_both_values(world, tmp_path):
    take(world.city.planner, write(tmp_path / "a.xlsx", [row(1), row(2)]))
    before = Decision.objects.get(case__doc_no="渝北市监处罚〔2024〕2号")
    changed = [row(1), row(2, **{"罚款金额（元）": 1500, "案值（元）": 7000})]
    take(world.city.planner, write(tmp_path / "a.xlsx", changed))
    after = Decision.objects.get(pk=before.pk)
    assert (after.case_value_fen, after.forfeit_fen) == (7000_00, 1500_00)
    assert Decision.objects.count() == 2
    entry = Entry.objects.get(subject_kind="cases.case", subject_id=str(before.case_id))
    assert entry.data["values"]["forfeit_fen"] == [1000_00, 1500_00]
    assert entry.data["values"]["case_value_fen"] == [5002_00, 7000_00]
    assert counted(world) == ("2", "0.25")


def test_a_row_decided_later_gets_its_decision_then(world, tmp_path):
    header = (*HEADER, "立案号")
    filed = [*row(1, 决定书文号="", 决定日期="", **{"罚款金额（元）": ""}), "渝北市监立〔2024〕9号"]
    take(world.city.planner, write(tmp_path / "q1.xlsx", [filed], header))
    assert not Decision.objects.exists()
    take(world.city.planner, write(tmp_path / "q2.xlsx", [[*row(1), "渝北市监立〔2024〕9号"]], header))
    assert Decision.objects.get().case == Case.objects.get()


def test_a_row_said_to_be_revoked_counts_no_longer_and_again_once_that_is_corrected(world, tmp_path):
    take(world.city.planner, write(tmp_path / "a.xlsx", [[*row(1), "已处罚", ""]], WITH_STATUS))
    assert counted(world) == ("1", "0.10")
    take(world.city.planner, write(tmp_path / "b.xlsx", [[*row(1), "撤销决定", "2024-08-01"]], WITH_STATUS))
    decision = Decision.objects.get()
    assert (decision.changed_how, decision.ended_on) == ("revoked", date(2024, 8, 1))
    assert counted(world) == ("0", "0.00")
    # A list without the column says nothing about it.
    take(world.city.planner, write(tmp_path / "c.xlsx", [row(1, 备注="补充")]))
    assert counted(world) == ("0", "0.00")
    take(world.city.planner, write(tmp_path / "d.xlsx", [[*row(1), "已结案", "2024-08-01"]], WITH_STATUS))
    assert counted(world) == ("1", "0.10")


def test_decisions_are_written_in_as_many_statements_for_many_rows_as_for_few(world, tmp_path):
    made = []
    for size, name in ((3, "few"), (300, "many")):
        path = write(tmp_path / f"{name}.xlsx", [row(size * 10 + n) for n in range(size)])
        with CaptureQueriesContext(connection) as seen:
            take(world.city.planner, path)
        made.append(sum("cases_decision" in query["sql"] for query in seen))
    assert made[0] == made[1]
