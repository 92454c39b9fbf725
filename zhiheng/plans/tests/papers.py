"""Plans as files, for tests: the same aspects and tasks in prose, in a Word table and in a workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from docx import Document

HEADINGS = ("序号", "一级任务", "具体任务", "牵头单位", "配合单位", "完成时限", "成果形式")
TITLE = "2024年示例市知识产权行政保护工作实施方案"
# Aspect → tasks: (title, lead, supports, limit, success).
ASPECTS = (
    (
        "加大执法力度",
        (
            ("查办商标侵权案件", "保护处", ("各区县局", "法规处"), "全年", "案件台账"),
            ("开展重点商品检查", "保护处", (), "每季度末", "检查记录"),
        ),
    ),
    ("完善制度", (("印发办理规程", "法规处", ("保护处",), "6月底前", "规程文本"),)),
)
_CJK = "一二三四五六七八九十"


def in_prose(aspects: Sequence = ASPECTS, title: str = TITLE) -> bytes:
    document = Document()
    for line in (
        title,
        "示例知发〔2024〕12号",
        "为做好本年度工作，制定本方案。",
        "一、总体要求",
        "坚持问题导向。",
        "二、重点任务",
    ):
        document.add_paragraph(line)
    for number, (aspect, tasks) in enumerate(aspects):
        document.add_paragraph(f"（{_CJK[number]}）{aspect}")
        for place, (task, lead, supports, due, _) in enumerate(tasks, start=1):
            with_them = f"；配合单位：{'、'.join(supports)}" if supports else ""
            document.add_paragraph(
                f"{place}. {task}。按职责组织实施。（牵头单位：{lead}{with_them}；完成时限：{due}）"
            )
    document.add_paragraph("三、组织实施")
    document.add_paragraph("加强组织领导。")
    document.add_paragraph("2024年3月15日")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _rows(aspects: Sequence) -> list[tuple[str, ...]]:
    rows, number = [], 0
    for aspect, tasks in aspects:
        for place, (task, lead, supports, due, success) in enumerate(tasks):
            number += 1
            # A merged cell has its words in the first row only.
            rows.append((str(number), "" if place else aspect, task, lead, "、".join(supports), due, success))
    return rows


def in_a_word_table(aspects: Sequence = ASPECTS, title: str = TITLE) -> bytes:
    document = Document()
    document.add_paragraph(title)
    rows = [HEADINGS, *_rows(aspects)]
    table = document.add_table(rows=len(rows), cols=len(HEADINGS))
    for row, words in zip(table.rows, rows, strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def in_a_workbook(
    aspects: Sequence = ASPECTS, title: str = TITLE, more: Sequence[Sequence[str]] = ()
) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("任务分解")
    sheet.write_string(0, 0, title)
    for at, row in enumerate([HEADINGS, *_rows(aspects), *more], start=1):
        for column, word in enumerate(row):
            if word:
                sheet.write_string(at, column, word)
    book.close()
    return file.getvalue()
