"""A row that comes back says, without the formats of its cells, what it said with them; mended it is read as it was meant."""

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.cases.ledger import read_ledger
from zhiheng.cases.ledger.rejects import write_rejects
from zhiheng.cases.ledger.tests.ledger_files import UNITS

HEADS = ["办案单位", "决定书文号", "当事人", "案由", "立案日期", "决定日期"]
FORMATS = (
    "General", "0.00", '0.00"万元"', '0"元"', '0!.0,"万"', '0!.0,"万元"', "#,##0", "0%", "¥#,##0.00", "$#,##0.00", '0"千元"',
    "[=0]0;0.0", ";;;", "_-¥* #,##0.00_-",
)  # fmt: skip
NUMBERS = st.one_of(st.integers(1, 900_000), st.decimals("0.01", "9000", places=2).map(float))


def _write(path, head, cells, filed):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*HEADS, head])
    for number, (value, form) in enumerate(cells, 1):
        sheet.append(
            [
                "万州区局",
                f"渝万州市监处罚〔2024〕{number}号",
                f"万州区青禾{number}号食品店",
                "商标侵权",
                filed,
                "2024-04-05",
                value,
            ]
        )
        sheet.cell(number + 1, 7).number_format = form
    book.save(path)
    return path


@given(
    st.sampled_from(["案值（元）", "案值（万元）", "案值"]),
    st.lists(st.tuples(NUMBERS, st.sampled_from(FORMATS)), min_size=1, max_size=5),
)
@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_row_mended_in_the_file_of_returned_rows_keeps_its_amount(tmp_path, head, cells):
    meant = read_ledger(_write(tmp_path / "对.xlsx", head, cells, "2024-03-05"), units=UNITS)
    if meant.asks:
        return
    ledger = read_ledger(_write(tmp_path / "错.xlsx", head, cells, "2024-02-30"), units=UNITS)
    assert ledger.rejected_rows == len(cells)
    path = tmp_path / "退回.xlsx"
    write_rejects(path, ledger)
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows(min_row=2):
        row[4].value = "2024-03-05"
    book.save(path)
    again = read_ledger(path, units=UNITS)
    assert not again.asks
    amounts = {row.doc_no: row.case_value_fen for row in meant.rows}
    assert {row.doc_no: row.case_value_fen for row in again.rows} == amounts
    assert again.rejected_rows == meant.rejected_rows
