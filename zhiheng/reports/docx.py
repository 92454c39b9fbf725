"""The report and the list of doubts as Word files, laid out per GB/T 9704 by documents.rendering."""

from __future__ import annotations

import re
from datetime import date

from zhiheng.documents.rendering.docx import Document, Run
from zhiheng.documents.rendering.wordml import HEI
from zhiheng.figures import selectors as figures
from zhiheng.figures.models import Snapshot
from zhiheng.figures.registry import printed

from .annual import Report
from .periods import Period
from .reconciliation import Reconciliation

# The columns of the tables by unit and by month: figure, and how it is headed there.
COLUMNS = (
    ("enf.tm.n", "查办商标侵权\n（件）"),
    ("enf.tm.val", "商标侵权案值\n（万元）"),
    ("enf.tm.fine", "商标侵权罚没\n（万元）"),
    ("enf.fp.n", "查处假冒专利\n（件）"),
    ("enf.fp.val", "假冒专利案值\n（万元）"),
    ("enf.fp.fine", "假冒专利罚没\n（万元）"),
    ("adj.handled", "办理专利侵权纠纷\n（件）"),
)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


_DRAFT = "草稿，数字以发布的为准"


def report_docx(report: Report, on: date) -> bytes:
    """The report as it would be published today, marked as a draft, with its tables: all figures with their counting rules, by unit
    (if there are several), by month. It bears no imprint: nobody has issued it."""
    name = report.unit.name
    paper = _begun(report.title, name, on, _DRAFT)
    for kind, text in report.lines()[1:]:
        _line(paper, kind, text)
    tables = ["主要指标及口径"]
    if len(report.scope.unit_ids) > 1:
        tables.append("各单位情况")
    tables.append("各月情况")
    paper.attachments(tables)
    paper.signature(name, _day(on))
    for number, table in enumerate(tables, 1):
        label = f"附件{number}" if len(tables) > 1 else "附件"
        paper.paragraph(Run(label, face=HEI), align="left", indent=False, new_page=True)
        if number == 1:
            _figures_table(paper, report, table)
        else:
            by, title = ("unit", "单位") if table == "各单位情况" else ("month", "月份")
            _breakdown_table(paper, report, table, by, title)
    paper.paragraph(Run("编制说明", face=HEI), align="left", indent=False)
    for note in report.notes:
        paper.paragraph(note)
    return paper.save()


def published_docx(snapshot: Snapshot) -> bytes:
    """What was published, as it was: its words, its figures with their counting rules, the day. Nothing in it speaks of the system: its
    bytes are proven by the ledger, what it says by `verifying`."""
    name = snapshot.unit_name or snapshot.unit.name
    issued = _day(snapshot.published_on)
    paper = _begun(snapshot.title, name, snapshot.published_on)
    lines = snapshot.text.splitlines()
    for text in lines[1:] if lines and lines[0] == snapshot.title else lines:
        numbered = _NUMBERED.match(text)
        _line(paper, ("heading" if numbered[1] else "subheading") if numbered else "text", text)
    paper.attachments(["主要指标及口径"])
    paper.signature(name, issued)
    paper.paragraph(Run("附件", face=HEI), align="left", indent=False, new_page=True)
    figures_shown = [f for f in snapshot.figures.order_by("id") if not f.figure.endswith(f.PARTS)]
    paper.table(
        ("指标", "单位", "数值", "记录数", "口径"),
        [
            (f.title, f.unit_name, printed(f.value, f.unit_name, grouped=True), len(f.rows), f.counts)
            for f in figures_shown
        ],
        caption=f"{Period.of(snapshot.first, snapshot.last).words}主要指标及口径",
        widths=(26, 8, 12, 10, 50),
        align="lcrrl",
    )
    paper.imprint(issuer=name, issued_on=issued)
    return paper.save()


_NUMBERED = re.compile(r"(?:([一二三四五六七八九十]+、)|（[一二三四五六七八九十]+）)(?!.*。)")


def _begun(title: str, name: str, on: date, mark: str = "") -> Document:
    paper = Document(title=title, author=name, on=on)
    # A long title breaks after the name of the office, not inside a word.
    paper.title(
        title.replace(name, f"{name}\n", 1) if len(title) > 18 else title, subtitle=mark and f"（{mark}）"
    )
    return paper


def _line(paper: Document, kind: str, text: str) -> None:
    levels = {"heading": 1, "subheading": 2}
    if kind in levels:
        paper.heading(text, level=levels[kind])
    else:
        paper.paragraph(text)


def _figures_table(paper: Document, report: Report, caption: str) -> None:
    rows = [
        (
            value.figure.title,
            value.figure.unit,
            value.text,
            then.text if (then := report.before.get(figure_id)) and then.rows else "—",
            report.change(figure_id) or "—",
            value.rows,
            value.figure.counts,
        )
        for figure_id, value in report.figures.items()
    ]
    paper.table(
        ("指标", "单位", "数值", "上年同期", "同比", "记录数", "口径"),
        rows,
        caption=f"{report.period.words}{caption}",
        widths=(22, 8, 11, 11, 12, 9, 33),
        align="lcrrcrl",
    )


def _breakdown_table(paper: Document, report: Report, caption: str, by: str, title: str) -> None:
    columns = [(report.figures[figure_id].figure, head) for figure_id, head in COLUMNS]
    units = figures.units_of(report.scope) if by == "unit" else None
    slices = [figures.breakdown(figure, report.scope, by, units) for figure, _ in columns]
    # Beside those below it the unit stands for itself alone.
    own = {report.unit.code} if by == "unit" else ()
    rows = [
        (
            f"{first.title}本级" if first.key in own else first.title,
            *(cell.value.text for cell in (first, *others)),
        )
        for first, *others in zip(*slices, strict=True)
    ]
    rows.append(("合计", *(report.figures[figure_id].text for figure_id, _ in COLUMNS)))
    paper.table(
        (title, *(head for _, head in columns)),
        rows,
        caption=f"{report.period.words}{caption}",
        widths=(21, *(13 for _ in columns)),
        align="l" + "r" * len(columns),
        total=True,
    )


def doubts_docx(held: Reconciliation, on: date, source: str) -> bytes:
    """The claims that are not borne out or look odd, for whoever has to clear them up, numbered as on the page; then what
    is said without a number. `source` names the text that was read."""
    paper = Document(title="报告数字核对疑点清单", author=held.unit.name, on=on)
    paper.title("报告数字核对疑点清单")
    counted = "，".join(f"{words}{number}处" for _, words, number in held.counts if number)
    paper.paragraph(
        f"核对文本：{source}。年度：{held.year}年。范围：{held.scope_words}。核对日期：{_day(on)}。"
        f"共读出数字{len(held.items)}处：{counted}。"
    )
    if held.doubts:
        paper.table(
            ("序号", "原文", "核对结果", "对应指标", "说明"),
            [
                (
                    number,
                    item.claim.said,
                    item.status_words,
                    item.claim.indicator or "—",
                    "；".join(
                        [item.undecided or item.verdict.words, *(flag["words"] for flag in item.claim.flags)]
                    ),
                )
                for number, item in held.doubts
            ],
            caption="需要核实的数字",
            widths=(9, 29, 14, 23, 35),
            align="clcll",
        )
    else:
        paper.paragraph("读出的数字全部与记录相符，没有疑点。")
    asides = [("首次、首批", one.text) for one in held.firsts]
    asides += [("没有写明数目", one.text) for one in held.vague]
    asides += [("表中没有读懂", one.text) for one in held.unread]
    if asides:
        paper.table(
            ("类别", "原文"),
            [(kind, "".join(text.split("\n"))) for kind, text in asides],
            caption="需要另行举证、补上数字或人工核对的说法",
            widths=(24, 76),
            align="cl",
        )
    return paper.save()
