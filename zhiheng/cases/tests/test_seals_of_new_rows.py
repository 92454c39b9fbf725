"""The seal's lines of rows just written are those that reading the rows back would give."""

from __future__ import annotations

import pytest

from zhiheng.cases import importing, seals
from zhiheng.cases.models import Case
from zhiheng.cases.tests.test_importing_ledgers import HEADER, row, take, write

WITH_MORE = (*HEADER, "案件状态", "违法所得（元）", "店员")


def test_lines_written_from_the_columns_are_the_lines_read_back(world, tmp_path, monkeypatch):
    written: list[str] = []
    lines_of_new = seals.lines_of_new

    def listening(columns):
        written.extend(lines_of_new(columns))
        return written

    monkeypatch.setattr(importing.seals, "lines_of_new", listening)
    rows = [
        [*row(1), "已结案", 200, "冉某"],
        [*row(2, 决定日期="", 决定书文号="", **{"罚款金额（元）": ""}), "调查中", "", ""],
        [*row(3, **{"案值（元）": "约5000元", "罚款金额（元）": 0}), "不予处罚", "无法计算", "甲\t乙"],
        [*row(4, **{"罚款金额（元）": ""}), "移送公安", "", ""],
        [*row(5, 案由="侵犯商业秘密", 备注="换行\n第二行 \\ “引号”"), "", "", ""],
        [*row(6), "已撤销", "", ""],
    ]
    result = take(world.city.planner, write(tmp_path / "一.xlsx", rows, header=WITH_MORE))
    assert result.imported == 6
    read_back = dict(line.split(" ") for line in seals.lines(Case.objects.filter(ledger=result.record)))
    own = dict(line.split(" ") for line in written)
    assert len(own) == 4, "rows that ended otherwise are read back"
    assert own.items() <= read_back.items()


@pytest.mark.parametrize("changes", [{"备注": "补充"}, {"罚款金额（元）": 2000}])
def test_the_ledger_of_acts_agrees_with_an_import_of_new_and_changed_rows(world, tmp_path, changes):
    from zhiheng.audit import services as audit

    take(world.city.planner, write(tmp_path / "一.xlsx", [row(1), row(2)]))
    take(world.city.planner, write(tmp_path / "二.xlsx", [row(1, **changes), row(3)]))
    assert audit.verify().broken == ""
