"""A plan is read as it stands, whatever file it comes in, and what cannot be told is named."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.plans.reading import Unreadable, due_of, read_plan

from .papers import ASPECTS, HEADINGS, TITLE, in_a_word_table, in_a_workbook, in_prose

WAYS = {"方案.docx": in_prose, "分解表.docx": in_a_word_table, "分解表.xlsx": in_a_workbook}


def told(plan):
    return [
        (aspect.title, [(t.title, t.lead, t.supports, t.due_words) for t in aspect.tasks])
        for aspect in plan.aspects
    ]


def wanted(aspects):
    return [(title, [task[:4] for task in tasks]) for title, tasks in aspects]


@pytest.mark.parametrize("name", WAYS)
def test_prose_and_tables_say_the_same(name):
    plan = read_plan(WAYS[name](), name)
    assert told(plan) == wanted(ASPECTS)
    assert (plan.title, plan.year, plan.kind) == (TITLE, 2024, "protection")


def test_number_day_and_what_is_no_task_are_told_of_prose():
    plan = read_plan(in_prose(), "方案.docx")
    assert (plan.number, plan.issued_on) == ("示例知发〔2024〕12号", date(2024, 3, 15))
    assert [words.partition("“")[2].partition("”")[0] for words in plan.unread] == ["总体要求", "组织实施"]
    assert plan.tasks[0].detail == "按职责组织实施。"
    assert [(t.rhythm, t.due_on) for t in plan.tasks] == [
        ("standing", None),
        ("quarter", None),
        ("once", date(2024, 6, 30)),
    ]


def test_columns_and_rows_that_are_not_read_are_named():
    odd = [("9", "", "", "", "", "", "没有任务的一行"), ("10", "", "没有单位的任务", "", "", "尽快", "")]
    plan = read_plan(in_a_workbook(more=odd), "表.xlsx")
    said = "\n".join(plan.unread)
    assert "没有任务的一行" in said
    assert "“没有单位的任务”：没有读到牵头单位" in said and "时限“尽快”读不成日期" in said
    assert plan.tasks[-1].due_words == "尽快" and plan.tasks[-1].due_on is None


def test_a_file_without_tasks_is_refused_in_words():
    with pytest.raises(Unreadable, match="没有读到任务"):
        read_plan(in_prose(aspects=()), "空.docx")
    with pytest.raises(Unreadable, match="没有读到任务"):
        read_plan(in_a_workbook(aspects=()), "空.xlsx")
    with pytest.raises(Unreadable, match="PDF"):
        read_plan(b"%PDF-1.7", "方案.pdf")


@pytest.mark.parametrize(
    ("words", "rhythm", "day"),
    [
        ("4月底前", "once", date(2024, 4, 30)),
        ("2月底前", "once", date(2024, 2, 29)),
        ("2025年1月15日前", "once", date(2025, 1, 15)),
        ("3月至6月", "once", date(2024, 6, 30)),
        ("6月、11月", "once", date(2024, 11, 30)),
        ("10月上旬", "once", date(2024, 10, 10)),
        ("第三季度", "once", date(2024, 9, 30)),
        ("上半年", "once", date(2024, 6, 30)),
        ("年底前", "once", date(2024, 12, 31)),
        ("2024-09-30", "once", date(2024, 9, 30)),
        ("每月25日前", "month", None),
        ("每季度末", "quarter", None),
        ("长期坚持", "standing", None),
        ("全年", "standing", None),
        ("按批次时限", "once", None),
        ("13月底前", "once", None),
    ],
)
def test_a_time_limit_is_a_rule_and_only_sometimes_a_day(words, rhythm, day):
    assert due_of(words, 2024) == (rhythm, day)


@pytest.mark.parametrize(
    ("closing", "lead", "supports"),
    [
        ("（保护处负责）", "保护处", ()),
        ("（保护处、法规处、各区县局负责）", "保护处", ("法规处", "各区县局")),
        ("（市知识产权局牵头，市公安局、市商务委按职责分工负责）", "市知识产权局", ("市公安局", "市商务委")),
        ("（责任单位：保护处；配合单位：法规处、办公室）", "保护处", ("法规处", "办公室")),
        ("（牵头部门：保护处、法规处）", "保护处", ("法规处",)),
    ],
)
def test_who_does_a_task_is_read_however_it_is_said(closing, lead, supports):
    from io import BytesIO

    from docx import Document

    document = Document()
    for line in ("2024年工作要点", "一、加强保护", f"（一）办理案件。抓好落实{closing}"):
        document.add_paragraph(line)
    file = BytesIO()
    document.save(file)
    (task,) = read_plan(file.getvalue(), "要点.docx").tasks
    assert (task.title, task.lead, task.supports) == ("办理案件", lead, supports)


_WORD = st.text(alphabet="甲乙丙丁戊己庚辛推进完善加强保护", min_size=2, max_size=12)
_UNIT = st.text(alphabet="东西南北中", min_size=2, max_size=4).map(lambda w: f"{w}处")
_TASK = st.tuples(
    _WORD,
    _UNIT,
    st.lists(_UNIT, max_size=3, unique=True).map(tuple),
    st.sampled_from(("全年", "6月底前", "每季度末", "10月上旬")),
    st.just(""),
)


@settings(max_examples=examples(25))
@given(
    st.lists(
        st.tuples(_WORD, st.lists(_TASK, min_size=1, max_size=4, unique_by=lambda t: t[0])),
        min_size=1,
        max_size=5,
        unique_by=lambda a: a[0],
    )
)
def test_any_plan_reads_back_from_prose_and_from_a_table(aspects):
    for name, write in WAYS.items():
        assert told(read_plan(write(aspects), name)) == wanted(aspects), name


@settings(max_examples=examples(60))
@given(
    st.lists(
        st.lists(st.sampled_from(("", "任务", "牵头单位", *HEADINGS, "某处", "6月底前", "1")), max_size=8),
        max_size=8,
    )
)
def test_no_table_breaks_the_reader(rows):
    try:
        plan = read_plan(in_a_workbook(aspects=(), more=rows), "表.xlsx")
    except Unreadable:
        return
    assert plan.tasks and all(task.title for task in plan.tasks)
