"""Lists as offices send them: what is doubtful is told or handed back, nothing is lost in silence, and nobody waits for the reading."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
import xlsxwriter
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.refusal import Refused
from zhiheng.screening import drawings, feedback, importing, results, tables
from zhiheng.screening.models import Application
from zhiheng.screening.tests.received import (
    AFTER,
    HEADINGS,
    RECEIVED,
    as_csv,
    number,
    of,
    received_and_split,
    register,
    row,
    take_in,
    withdrawn,
)


def book(fill, **options) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_numbers": False, **options}) as opened:
        fill(opened)
    return made.getvalue()


def sheet(opened, name: str, rows, head: int = 0):
    made = opened.add_worksheet(name)
    for place, line in enumerate([HEADINGS, *rows], head):
        made.write_row(place, 0, line)
    return made


def tried(world, received, data: bytes, name="名单.xlsx"):
    return importing.try_file(actor=world.city.handler, received=received, data=data, name=name, on=RECEIVED)


def test_sums_remarks_and_other_words_below_the_rows_are_no_applications(world):
    rows = [row(1), row(2), row(3, 申请号="合计"), row(4, 申请号="填表人：张三"), row(5, 申请号="12345")]
    file = take_in(world, register(world), as_csv(rows))
    assert (file.taken, file.rejected) == (2, 3)
    assert all("不是申请号" in one["why"] for one in file.told)


def test_a_wrong_check_digit_is_told_and_the_row_is_kept_as_printed(world):
    wrong = number(2)[:-1] + ("1" if number(2)[-1] != "1" else "2")
    file = take_in(world, register(world), as_csv([row(1), row(2, 申请号=wrong)]))
    assert file.taken == 2 and any("校验位不对" in note and wrong in note for note in file.notes)
    assert Application.objects.filter(number=wrong).exists()


@pytest.mark.parametrize("digits", ["20231000000", "2023100000012", "PCT/CN2023/100001", "202310000001.Q"])
def test_only_what_has_the_form_of_a_number_is_one(digits):
    found, why = tables.number_of(digits)
    assert bool(found) != bool(why)


FULL_WIDTH = {ord("0") + n: ord("０") + n for n in range(10)} | {ord("."): "．", ord("X"): "Ｘ"}


@settings(max_examples=examples(100))
@given(
    n=st.integers(1, 9_999_999),
    wide=st.lists(st.booleans(), min_size=14, max_size=14),
    before=st.sampled_from(["", "CN", "ZL", "ＣＮ", "申请号：", " "]),
    check=st.booleans(),
)
def test_a_number_has_one_form_whatever_of_it_is_full_width(n, wide, before, check):
    one = number(n)
    typed = "".join(
        sign.translate(FULL_WIDTH) if full else sign for sign, full in zip(one, wide, strict=True)
    )
    for written in (typed, typed.replace(".", "").replace("．", "")):
        written = written if check else written[:12]
        assert tables.number_of(before + written) == (one, ""), (before, written)


def test_two_rows_of_one_application_differ_in_writing_and_count_once(world):
    plain = number(1).replace(".", "")
    file = take_in(
        world, register(world), as_csv([row(1), row(1, 申请号=f"CN{plain}"), row(1, 申请号=plain[:12])])
    )
    assert (file.taken, file.repeated) == (1, 2)


def test_other_sheets_of_the_workbook_are_told(world):
    def fill(opened):
        sheet(opened, "第一页", [row(n) for n in range(1, 4)])
        sheet(opened, "第二页", [row(9)])
        sheet(opened, "旧表", [row(10)]).hide()
        opened.add_worksheet("说明").write(0, 0, "填表说明")

    file = tried(world, register(world), book(fill))
    assert file.taken == 3
    notes = "；".join(file.notes)
    assert (
        "“第二页”也有列名和1行，没有读" in notes and "“旧表”是隐藏的，未读" in notes and "说明" not in notes
    )


def test_a_merged_cell_counts_for_every_row_it_spans_and_hidden_and_struck_rows_are_told(world):
    def fill(opened):
        made = sheet(opened, "名单", [row(n, applicant="") for n in range(1, 5)], head=1)
        made.merge_range(0, 0, 0, len(HEADINGS) - 1, "某批名单")
        made.merge_range(2, 3, 4, 3, "合并公司")
        made.set_row(3, None, None, {"hidden": True})
        struck = opened.add_format({"font_strikeout": True})
        made.write(5, 1, number(4), struck)

    file = take_in(world, register(world), book(fill), "名单.xlsx")
    assert file.taken == 4
    names = list(Application.objects.order_by("row").values_list("applicant", flat=True))
    assert names == ["合并公司"] * 3 + [names[3]] and names[3] != "合并公司"
    notes = "；".join(file.notes)
    assert "合并单元格" in notes and "第4行在表中是隐藏的" in notes and "第6行的申请号划了删除线" in notes


def test_the_feedback_of_merged_cells_goes_to_each_application(world):
    def fill(opened):
        made = sheet(opened, "名单", [row(n) for n in range(1, 4)])
        column = HEADINGS.index("核查结果")
        made.merge_range(1, column, 3, column, "")

    received = register(world)
    file = take_in(world, received, book(fill), "名单.xlsx")
    from zhiheng.screening import services

    services.split(actor=world.city.handler, received=received, on=RECEIVED)
    withdrawn(world, of(received, 2))
    made = feedback.feedback_file(actor=world.city.handler, received=received, file=file, on=RECEIVED)
    lines = list(openpyxl.load_workbook(io.BytesIO(made))["名单"].iter_rows(values_only=True))
    column = HEADINGS.index("核查结果")
    assert [line[column] for line in lines[1:]] == [None, "主动撤回", None]


def test_a_row_whose_cells_ran_apart_is_handed_back(world):
    data = as_csv([row(1), row(2)]).decode("utf-8-sig")
    broken = f"3,{number(3)},名称,公司,地址,人,电话,代理,2023-06-01,G06F,一,摘要一，上半句,,下半句,又一格,再一格\r\n"
    file = take_in(world, register(world), (data + broken).encode())
    assert (file.taken, file.rejected) == (2, 1) and "没有加引号" in file.told[0]["why"]


def test_an_old_workbook_is_told_what_to_do(world):
    with pytest.raises(Refused, match="另存为"):
        tried(world, register(world), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "名单.xls")


@pytest.mark.parametrize(
    "address", ["四川省成都市武侯区人民南路1号", "浙江省杭州市西湖区文三路9号", "江苏省南京市渝北路3号"]
)
def test_an_applicant_of_another_province_is_left_to_a_person(world, address):
    received = received_and_split(world, [row(1, address=address)])
    assert of(received, 1).unit == world.city.unit and "地址在" in of(received, 1).split_by


def test_what_stood_in_a_feedback_column_stays_and_is_told(world):
    rows = [row(1, 核查结果="已由他处核查"), row(2)]
    received = received_and_split(world, rows)
    file = received.files.get()
    assert file.layout["feedback"] == ["核查人", "核查结果"]
    assert any("“核查结果”列已有1行填了内容" in note for note in file.notes)
    for n in (1, 2):
        withdrawn(world, of(received, n))
    made = feedback.feedback_file(actor=world.city.handler, received=received, file=file, on=RECEIVED)
    lines = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert [line[-1] for line in lines[1:]] == ["已由他处核查", "主动撤回"]


def test_a_column_full_of_telephones_is_no_feedback_column(world):
    headings = ("申请号", "申请人", "联系方式")
    data = as_csv([[number(1), "甲", "13800000001"], [number(2), "乙", ""]], headings)
    file = take_in(world, register(world), data)
    assert file.layout["feedback"] == []


# ---- nobody waits


def test_no_file_is_read_while_the_database_is_held(world, monkeypatch):
    """A file of 100,000 rows takes minutes: whoever writes meanwhile must not wait for it."""
    from zhiheng.jobs import foreign

    received = received_and_split(world, [row(n) for n in range(1, 4)])
    outside = len(connection.atomic_blocks)
    read, seen = foreign.read, []

    def watched(function, *args, **kwargs):
        seen.append((function.__name__, len(connection.atomic_blocks)))
        return read(function, *args, **kwargs)

    monkeypatch.setattr(foreign, "read", watched)
    who = world.city.handler
    file = importing.try_file(actor=who, received=received, data=as_csv([row(9)]), name="又.csv", on=RECEIVED)
    file = importing.take_over(actor=who, file=file, on=RECEIVED)
    told = as_csv([[number(1), "驳回"]], ("申请号", "结果"))
    result = results.try_file(
        actor=who, received=received, data=told, name="结果.csv", paper="函", result_on=RECEIVED, on=AFTER
    )
    results.take_over(actor=who, file=result, meanings={}, overwrite=False, on=AFTER)
    feedback.feedback_file(actor=who, received=received, file=file, on=RECEIVED)
    with pytest.raises(Refused):
        from zhiheng.documents import services as documents

        drawings.take_in(
            actor=who, received=received, digest=documents.store(b"x"), name="图.zip", on=RECEIVED
        )
    assert len(seen) == 6 and all(held == outside for _, held in seen), seen
