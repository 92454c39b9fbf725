"""Word files per second: each form and the report, against docxtpl filling a template of the equal page.

The template is made from our own paper: every paragraph that changes with the case becomes one placeholder, so that
both write the same page. docxtpl is used as its manual says, one ``DocxTemplate`` for each document.
Prints one JSON line per measure: name, value (how many times faster), goal, ok, and both rates.
"""

import io
import json
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import docx
import yaml
from docxtpl import DocxTemplate

import zhiheng.law.forms
from zhiheng.documents.rendering.docx import Document
from zhiheng.documents.rendering.forms import render
from zhiheng.law.forms import Field, parse_form

BOOK = Path(zhiheng.law.forms.__file__).parents[1] / "book" / "forms"
GOAL = 5.0


def value(field: Field, mark: str) -> object:
    """A plausible value of ``field``; ``mark`` makes two cases differ everywhere but in their choices."""
    day = date(2024, 5, 8 + len(mark))
    if field.choices and field.type in ("choice", "choices"):
        return field.choices[-1][0]
    if field.items:
        return [{column.code: value(column, f"{n}{mark}") for column in field.items} for n in range(1, 6)]
    return {
        "date": day,
        "datetime": datetime(day.year, day.month, day.day, 9, 30),
        "money": 123_456_00 + len(mark),
        "integer": 3 + len(mark),
        "bool": True,
        "list": [f"处罚内容{n}{mark}" for n in range(1, 4)],
        "longtext": f"当事人在经营场所陈列、销售涉案商品，经权利人辨认并非其生产或者许可生产。{mark}" * 3,
    }.get(field.type, f"{field.title}{mark}")


def case(form: zhiheng.law.forms.Form, mark: str = "") -> dict:
    context: dict = {}
    for field in form.fields:
        inner = context
        for step in field.source[:-1]:
            inner = inner.setdefault(step, {})
        inner[field.source[-1]] = value(field, mark)
    number = f"渝知罚〔2024〕{12 + len(mark)}号"
    return context | {"on": date(2024, 5, 8 + len(mark)), "number": number}


def template(paper: bytes, other: bytes) -> tuple[bytes, dict[str, str]]:
    """A docxtpl template of ``paper`` and its context: a placeholder wherever ``other`` reads differently."""
    ours, theirs = docx.Document(io.BytesIO(paper)), docx.Document(io.BytesIO(other))
    texts = {}
    tag = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
    pairs = zip(ours.element.body.iter(tag), theirs.element.body.iter(tag), strict=True)
    for index, (mine, its) in enumerate(pairs):
        if mine.text != its.text:
            texts[f"v{index}"] = mine.text
            mine.text = f"{{{{ v{index} }}}}"
    buffer = io.BytesIO()
    ours.save(buffer)
    return buffer.getvalue(), texts


def rate(make: Callable[[], object], seconds: float) -> float:
    """Documents per processor second of ``make``, after one warming call."""
    make()
    count, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        make()
        count += 1
    return count / spent


def compare(name: str, ours: Callable[[], bytes], other: bytes) -> None:
    source, texts = template(ours(), other)

    def theirs() -> bytes:
        document = DocxTemplate(io.BytesIO(source))
        document.render(texts)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    assert plain(theirs()) == plain(ours()), f"{name}: the two pages differ"
    fast, slow = rate(ours, 0.15), rate(theirs, 0.4)
    measure = {"name": name, "value": round(fast / slow, 1), "goal": GOAL, "ok": fast >= GOAL * slow}
    print(
        json.dumps(measure | {"ours_per_s": round(fast), "docxtpl_per_s": round(slow, 1)}, ensure_ascii=False)
    )


def plain(paper: bytes) -> list[str]:
    tag = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
    return [node.text for node in docx.Document(io.BytesIO(paper)).element.body.iter(tag)]


def report(mark: str = "") -> bytes:
    """An annual report of about eight pages: text with figures in place and the table of the districts."""
    paper = Document(title="法治建设年度报告", author="重庆市知识产权局", on=date(2025, 3, 1))
    paper.title("重庆市知识产权局\n2024年法治建设情况报告")
    for part in ("一、主要举措", "二、存在问题", "三、下一步工作"):
        paper.heading(part)
        for number in range(12):
            paper.heading(f"（{number}）工作事项", 2)
            paper.paragraph(f"全年查处商标侵权案件{610 + len(mark)}件，案值919.32万元，罚没485.99万元。" * 3)
    paper.table(
        ["区县", "件数", "案值（元）", "罚没（元）"],
        [[f"区县{n}{mark}", n, n * 1000.5, n * 500.25] for n in range(40)],
        caption="表1 分区县案件",
    )
    paper.signature("重庆市知识产权局", "2025年3月1日")
    return paper.save()


def main() -> None:
    for path in sorted(BOOK.glob("*/*.yaml")):
        form = parse_form(yaml.safe_load(path.read_text(encoding="utf-8")), str, code=path.parent.name)
        context = case(form)
        compare(
            f"docx.{form.code}",
            lambda form=form, context=context: render(form, context),
            render(form, case(form, "乙")),
        )
    compare("docx.report", report, report("乙"))


if __name__ == "__main__":
    main()
