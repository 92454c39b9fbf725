"""The seal's lines of rows just written are those that reading the rows back would give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.world import tell_of
from zhiheng.audit.verification import verify
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
    read_back = dict(seals.read("".join(seals.lines(Case.objects.filter(ledger=result.record)))))
    own = dict(seals.read("".join(written)))
    assert len(own) == 4, "rows that ended otherwise are read back"
    assert own.items() <= read_back.items()


@pytest.mark.parametrize("changes", [{"备注": "补充"}, {"罚款金额（元）": 2000}])
def test_the_ledger_of_acts_agrees_with_an_import_of_new_and_changed_rows(world, tmp_path, changes):
    from zhiheng.audit import services as audit

    take(world.city.planner, write(tmp_path / "一.xlsx", [row(1), row(2)]))
    take(world.city.planner, write(tmp_path / "二.xlsx", [row(1, **changes), row(3)]))
    assert audit.verify().broken == ""


@given(st.lists(st.tuples(st.text(), st.none() | st.text("0123456789abcdef", min_size=32, max_size=32))))
def test_a_seal_is_read_as_it_was_written_whatever_a_number_holds(said):
    """Numbers of decisions are free: spaces, ends of lines of every kind, what looks like a digest."""
    written = [(seals.as_written("500112|" + number), digest) for number, digest in said]
    text = "".join(f"{key} {digest}\n" if digest else f"-{key}\n" for key, digest in written)
    assert list(seals.read(text)) == written
    assert len({key for key, _ in written}) == len({number for number, _ in said})


@pytest.mark.parametrize("line", ["nonsense", "500112|x 12", " " + "0" * 32])
def test_a_line_that_is_none_is_told(line):
    with pytest.raises(ValueError, match="第 2 行"):
        list(seals.read(f"500112|x {'0' * 32}\n{line}\n"))


def test_a_number_with_spaces_is_imported_and_verified(world, tmp_path):
    tell_of(world)
    odd = row(1, 决定书文号="渝北 处罚 2024 第 7 号 补 " + "0" * 12)
    assert take(world.city.planner, write(tmp_path / "一.xlsx", [odd, row(2)])).imported == 2
    found = verify()
    assert not found.faults and not found.unchecked
    Case.objects.filter(pk=Case.objects.order_by("pk").first().pk).update(
        ledger_key="500112|渝北 处罚\n7\u2028号"
    )
    told = "\n".join(verify().faults)
    assert "没有一次导入写过它" in told and "少了 1 件" in told
