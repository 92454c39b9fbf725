"""A list goes back in the very format it came in: every cell that is not feedback is as it was."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.screening.tables import ADDED, Unreadable, filled, number_of, read_table
from zhiheng.screening.tests.received import number

CELLS = st.text(alphabet="甲乙丙丁 0123456789abc,;\"'=+-（）。", max_size=12)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6)
HEADINGS = ("申请号", "申请人", "某栏", "备注")
SAID = {"answer": "主动撤回", "by": "朱文渊", "view": "=1+1"}


def table(rows, feedback: tuple[str, ...] = ()):
    headings = (*HEADINGS, *feedback)
    return headings, [[number(n), *cells, *[""] * len(feedback)] for n, cells in enumerate(rows, 1)]


def xlsx(headings, rows) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("名单")
    sheet.write_string(0, 0, "某批名单")
    for place, row in enumerate([headings, *rows], 1):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(place, column, cell)
    book.close()
    return made.getvalue()


def as_csv(headings, rows) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made).writerows([headings, *rows])
    return made.getvalue().encode("utf-8-sig")


def as_json(headings, rows) -> bytes:
    return json.dumps([dict(zip(headings, row, strict=True)) for row in rows], ensure_ascii=False).encode()


def cells_of(data: bytes, form: str) -> list[list[str]]:
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(data))["名单"]
        return [["" if c.value is None else str(c.value) for c in row] for row in sheet.iter_rows()]
    if form == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    rows = json.loads(data)
    return [list(rows[0]), *([str(v) for v in row.values()] for row in rows)]


MAKE = {"xlsx": xlsx, "csv": as_csv, "json": as_json}


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("feedback", [(), ("核查人", "核查结果")])
@settings(max_examples=examples(25))
@given(rows=ROWS)
def test_every_other_cell_is_as_it_was(tmp_path_factory, form, feedback, rows):
    headings, made = table(rows, feedback)
    path = tmp_path_factory.mktemp("list") / f"list.{form}"
    path.write_bytes(MAKE[form](headings, made))
    read = read_table(str(path), path.name)
    assert read["feedback"] == list(feedback)
    back = filled(str(path), read["layout"], {number(1): SAID}, read["feedback"])
    before, after = cells_of(path.read_bytes(), form), cells_of(back, form)
    head = 1 if form == "xlsx" else 0
    width = len(headings) - len(feedback)
    for was, now in zip(before, after, strict=True):
        assert [*was, *[""] * width][:width] == now[:width]
    if feedback:
        assert after[head] == before[head]
        assert after[head + 1][width:] == ["朱文渊", "主动撤回"]
    else:
        assert after[head][width:] == list(ADDED)
        assert after[head + 1][width + ADDED.index("核查结果")] == "主动撤回"
    assert not any(any(row[width:]) for row in after[head + 2 :])


def test_cells_of_every_type_and_their_looks_come_back(tmp_path):
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("名单")
        day, share = book.add_format({"num_format": "yyyy年m月d日"}), book.add_format({"num_format": "0.0%"})
        red, bold = book.add_format({"bg_color": "#FF0000", "border": 1}), book.add_format({"bold": True})
        sheet.merge_range(0, 0, 0, 6, "某批名单", red)
        sheet.write_row(1, 0, ["申请号", "申请日", "比例", "合计", "是否", "说明", "数"])
        for n in range(1, 4):
            sheet.write_number(1 + n, 0, float(number(n)) if number(n)[-1] != "X" else 0)
            sheet.write_datetime(1 + n, 1, datetime(2024, 3, n), day)
            sheet.write_number(1 + n, 2, 0.125 * n, share)
            sheet.write_formula(1 + n, 3, f"=C{2 + n}*2", None, 0.25 * n)
            sheet.write_boolean(1 + n, 4, n == 1)
            sheet.write_rich_string(1 + n, 5, "前", bold, "粗", "后")
            sheet.write_number(1 + n, 6, n + 0.5)
        sheet.set_column(5, 5, 40)
        sheet.data_validation(2, 4, 9, 4, {"validate": "list", "source": ["是", "否"]})
        book.add_worksheet("说明").write(0, 0, "填表说明")
    read = read_table(str(path), path.name)
    back = filled(str(path), read["layout"], {number(1): SAID}, read["feedback"])
    before, after = (openpyxl.load_workbook(io.BytesIO(d), rich_text=True) for d in (path.read_bytes(), back))
    assert before.sheetnames == after.sheetnames
    for name in before.sheetnames:
        for line in before[name].iter_rows():
            for cell in line:
                other = after[name][cell.coordinate]
                assert (str(cell.value), cell.data_type, cell.number_format) == (
                    str(other.value), other.data_type, other.number_format,
                )  # fmt: skip
                assert (cell.fill.fgColor.rgb, cell.font.b) == (other.fill.fgColor.rgb, other.font.b)
    one, other = before["名单"], after["名单"]
    assert one.merged_cells.ranges == other.merged_cells.ranges
    assert one.column_dimensions["F"].width == other.column_dimensions["F"].width
    assert len(other.data_validations.dataValidation) == 1
    assert other.cell(3, 8 + ADDED.index("核查结果")).value == "主动撤回"


def test_words_that_look_like_a_formula_are_words(tmp_path):
    headings, made = table([("甲", "乙", "丙")])
    for form in ("xlsx", "csv"):
        path = tmp_path / f"list.{form}"
        path.write_bytes(MAKE[form](headings, made))
        read = read_table(str(path), path.name)
        back = filled(str(path), read["layout"], {number(1): SAID}, read["feedback"])
        if form == "xlsx":
            cells = [c for row in openpyxl.load_workbook(io.BytesIO(back))["名单"].iter_rows() for c in row]
            assert not any(cell.data_type == "f" for cell in cells)
            assert any(cell.value == "=1+1" for cell in cells)
        else:
            assert "'=1+1" in back.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [("CN202310000001X", ""), ("2.0231E+12", ""), ("", ""), (number(7).replace(".", ""), number(7)), (f"ZL{number(7)}", number(7))],
)  # fmt: skip
def test_numbers_have_one_form_and_what_is_lost_is_told(typed, canonical):
    found, why = number_of(typed)
    if canonical:
        assert (found, why) == (canonical, "")
    elif typed in ("", "2.0231E+12"):
        assert not found and why


def test_a_list_without_numbers_says_which_columns_there_are(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("申请人,名称\n甲,乙\n", "utf-8")
    with pytest.raises(Unreadable, match=r"没有认出“申请号”列.*申请人、名称"):
        read_table(str(path), path.name)


def test_columns_nobody_knows_and_second_ones_are_told(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(f"申请号,申请人,第一申请人,奇怪的列\n{number(1)},甲,乙,丙\n", "utf-8")
    read = read_table(str(path), path.name)
    assert read["columns"] == {"application_no": "申请号", "applicant": "申请人"}
    assert "奇怪的列" in read["unknown"]
