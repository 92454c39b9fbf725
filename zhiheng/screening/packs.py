"""The evidence pack of a group or of an application: what was found, on which ground, and what speaks for the applicant."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

from zhiheng.documents.rendering.docx import Document
from zhiheng.ui.templatetags.zh import NOTHING, day

from .declared import acts, words_of
from .models import Application, ApplicationAct, documents_of
from .words import STATEMENT, told

_SHOWN = 400  # applications named in a paper; the table has all


def group_docx(page: dict[str, Any], office: str, on: date) -> bytes:
    """The pack of a group as a paper. `page`: what `pages.group_page` shows, so that nothing is in it that its reader may not see."""
    group = page["group"]
    paper = Document(title=f"线索组证据材料（第{group.number}组）", author=office, on=on)
    paper.title(f"线索组证据材料\n（{group.run.received.title} 第{group.number}组）")
    paper.paragraph(STATEMENT)
    paper.heading("一、概况")
    for title, value in page["facts"]:
        paper.paragraph(f"{title}：{value}")
    paper.heading("二、有利于申请人的情况")
    for line in page["speaks_for"] or ["名单中没有这类情况，核查时仍应询问。"]:
        paper.paragraph(line)
    paper.heading("三、线索、依据和证据")
    for number, signal in enumerate(page["signals"], 1):
        paper.heading(
            f"{number}. {signal['title']}{'：' + signal['subject'] if signal['subject'] else ''}", level=2
        )
        paper.paragraph(
            "参考条款：" + "；".join(f"{one['article']}（{one['about']}）" for one in signal["grounds"])
        )
        for one in signal["evidence"]:
            limit = f"，门槛 {one['threshold']}" if one["threshold"] is not None else ""
            paper.paragraph(
                f"{one['name']}：{one['words']}（{_figure(one['value'])}{limit}，{one['points']}点）"
            )
        for line in signal["speaks_for"]:
            paper.paragraph(f"有利情况：{line}")
    paper.heading("四、组内申请")
    paper.table(
        ("序号", "申请号", "发明名称", "申请人", "申请日", "核查结果"),
        [
            (n, one.number, one.title or NOTHING, one.applicant or NOTHING, day(one.filed_on), one.get_answer_display() or NOTHING)
            for n, one in enumerate(page["members"][:_SHOWN], 1)
        ],
        widths=(6, 18, 30, 26, 12, 12),
        align="cclllc",
    )  # fmt: skip
    if page["hidden"]:
        paper.paragraph(f"另有{page['hidden']}件属于其他区县，不在本材料中。")
    for number, one in enumerate(page["comparisons"], 1):
        paper.heading(f"对照{number}　{one['a']} 与 {one['b']}")
        figures = [f"文字重合 {one['similarity']:.2f}"] if one["similarity"] is not None else []
        figures += [f"句式重合 {one['framed']:.2f}"] if one["framed"] is not None else []
        paper.paragraph("，".join(figures) + "。重合度是两件文字相同部分所占的份额，不是概率。")
        paper.table(
            (one["a"], one["b"]),
            [("".join(t for t, _ in a) or NOTHING, "".join(t for t, _ in b) or NOTHING) for a, b, _ in one["passages"][:40]],
            widths=(50, 50),
            align="ll",
        )  # fmt: skip
    for number, table in enumerate(page["tables"], 1):
        paper.heading(f"句式对照{number}　同一句式中各件填入的词语")
        paper.table(
            ("位置", *table["documents"]),
            [
                (f"{slot['before']}＿＿{slot['after']}", *(cell or NOTHING for cell in slot["cells"]))
                for slot in table["slots"]
            ],
            widths=(20, *(80 // len(table["documents"]) for _ in table["documents"])),
            align="l" * (len(table["documents"]) + 1),
        )
    return paper.save()


def _figure(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def group_xlsx(page: dict[str, Any]) -> bytes:
    """The group's applications and evidence as sheets."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1})
    group = page["group"]
    _sheet(
        book,
        head,
        "说明",
        ("项目", "内容"),
        [("说明", STATEMENT), *page["facts"], *(("有利情况", one) for one in page["speaks_for"])],
    )
    _sheet(
        book, head, "申请",
        ("申请号", "发明名称", "申请人", "发明人", "地址", "代理机构", "申请日", "分类号", "单位", "核查结果"),
        [
            (o.number, o.title, o.applicant, o.inventor, o.address, o.agency, day(o.filed_on), o.ipc, o.unit.short_name, o.get_answer_display())
            for o in page["members"]
        ],
    )  # fmt: skip
    _sheet(
        book, head, "线索",
        ("线索", "对象", "证据", "所见", "数值", "门槛", "点数", "参考条款"),
        [
            (s["title"], s["subject"], e["name"], e["words"], _figure(e["value"]), "" if e["threshold"] is None else str(e["threshold"]),
             str(e["points"]), "；".join(g["article"] for g in s["grounds"]))
            for s in page["signals"] for e in s["evidence"]
        ],
    )  # fmt: skip
    _sheet(
        book, head, "相近的对", ("申请", "申请", "文字重合", "句式重合"),
        [(c["a"], c["b"], _figure(c["similarity"] or 0.0), _figure(c["framed"] or 0.0)) for c in page["comparisons"]],
    )  # fmt: skip
    book.set_properties({"title": f"第{group.number}组"})
    book.close()
    return made.getvalue()


def _sheet(book, head, name: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    sheet = book.add_worksheet(name)
    for place, heading in enumerate(headings):
        sheet.set_column(place, place, 24)
        sheet.write_string(0, place, heading, head)
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, str(cell or ""))
    sheet.freeze_panes(1, 0)


def application_docx(
    one: Application,
    history: Sequence[ApplicationAct],
    groups: Sequence[dict[str, Any]],
    office: str,
    on: date,
) -> bytes:
    """Everything about one application: the list's words, what was found, what was done."""
    paper = Document(title=f"{one.number} 核查材料", author=office, on=on)
    paper.title(f"非正常专利申请核查材料\n{one.number}")
    paper.paragraph(STATEMENT)
    paper.heading("一、名单所列")
    for field in (
        "title",
        "patent_type",
        "applicant",
        "inventor",
        "address",
        "agency",
        "ipc",
        "stated",
        "facts",
    ):
        if value := getattr(one, field):
            paper.paragraph(f"{Application._meta.get_field(field).verbose_name}：{value}")
    paper.paragraph(
        f"申请日：{day(one.filed_on)}；答复期限：{day(one.reply_by or one.received.feedback_due)}"
    )
    paper.heading("二、筛查线索")
    if not groups:
        paper.paragraph("筛查没有把这件申请列入线索组。")
    for page in groups:
        paper.heading(f"第{page['group'].number}组（{'、'.join(page['group'].kinds)}）", level=2)
        for signal in page["signals"]:
            if one.number in documents_of(signal):
                articles = "；".join(g["article"] for g in signal["grounds"])
                paper.paragraph(
                    f"{signal['title']}："
                    + "；".join(e["words"] for e in signal["evidence"])
                    + f"（参考{articles}）"
                )
        for line in page["speaks_for"]:
            paper.paragraph(f"有利情况：{line}")
    paper.heading("三、核查经过")
    known = acts()
    for act in history:
        declared = known.get(act.act)
        title = declared.title if declared else act.act
        paper.paragraph(
            f"{day(act.on)} {act.by.unit.short_name} {act.by.name} {title}："
            + "；".join(f"{t} {v}" for t, v in told(act))
        )
    if not history:
        paper.paragraph("还没有核查记录。")
    if one.view:
        paper.paragraph(f"区县意见：{words_of('view', one.view)}。")
    return paper.save()
