"""An amount comes out of a ledger as it was written into it, in every container and spelling; too large is a reason on its row."""

from __future__ import annotations

import csv
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.cases.ledger import read_ledger
from zhiheng.cases.ledger.amounts import MAX_FEN
from zhiheng.cases.ledger.tests.ledger_files import HEADER, UNITS, case, write_xlsx
from zhiheng.numbers import capitals

AMOUNTS = st.lists(
    st.integers(0, 10**6) | st.integers(0, MAX_FEN - 1) | st.integers(MAX_FEN, 10**17),
    min_size=1,
    max_size=12,
)
SPELLINGS = {
    "number": lambda fen: float(Decimal(fen) / 100) if fen < 10**15 else fen // 100,
    "digits": lambda fen: f"{Decimal(fen) / 100:.2f}",
    "grouped": lambda fen: f"{Decimal(fen) / 100:,.2f}元",
    "yuan sign": lambda fen: f"￥{Decimal(fen) / 100:,.2f}",
    "ten thousands": lambda fen: f"{Decimal(fen) / 1_000_000:.6f}万元",
    "capitals": capitals,
}


def write_xls(path: Path, rows: list[list]) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value != "":
                sheet.write(r, c, value)
    book.save(str(path))
    return path


def write_csv(path: Path, rows: list[list]) -> Path:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


CONTAINERS = {".xlsx": write_xlsx, ".xls": write_xls, ".et": write_xls, ".csv": write_csv}


@pytest.mark.parametrize("ending", CONTAINERS)
@given(amounts=AMOUNTS, spelling=st.sampled_from(sorted(SPELLINGS)))
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_amount_is_read_as_written_or_its_row_says_why(ending, amounts, spelling):
    spell = SPELLINGS[spelling]
    rows = [case(n, **{"案值（元）": spell(fen)}) for n, fen in enumerate(amounts, 1)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"台账{ending}"
        if ending == ".xlsx":
            write_xlsx(path, [HEADER, *rows])
        else:
            CONTAINERS[ending](path, [HEADER, *rows])
        ledger = read_ledger(path, units=UNITS)
    read = {row.source_row: row.case_value_fen for row in ledger.rows}
    assert read == {n: fen for n, fen in enumerate(amounts, 2) if fen < MAX_FEN}
    back = {item.row: item.reason for item in ledger.rejected}
    assert set(back) == {n for n, fen in enumerate(amounts, 2) if fen >= MAX_FEN}
    assert all("过大" in reason for reason in back.values())
