"""Normative documents that were issued, and the legislative plan, declared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right
from zhiheng.figures.measures import Distinct, Total
from zhiheng.figures.registry import Figure, Records
from zhiheng.law import current_book
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import Act, Begin, Register, State, register

from .models import Category, NormativeDocument, PlanItem, PlanKind, PlanStage, Project, Stage

# How long before a document ends the office is told. Practice elsewhere; the city's own rule was not found.
WARNED = timedelta(days=183)


def _document_figures(documents: Records) -> tuple[Figure, ...]:
    enforcement = {"of": documents, "where": {"category": (Category.ENFORCEMENT,)}, "silent": True}
    return (
        Figure(
            "doc.norm",
            "行政执法规范性文件出台数",
            "项",
            "类别为行政执法规范性文件、已编号的，按印发日期计入；政策文件、内部制度另计",
            **enforcement,
        ),
        Figure(
            "doc.procTypes",
            "制定办理规程的案件类型数",
            "类",
            "当年印发的行政执法规范性文件中，各文件规定办理规程的案件类别数之和",
            measure=Total("case_kinds"),
            **enforcement,
        ),
        Figure(
            "doc.forms",
            "行政处罚文书格式范本数",
            "类",
            "当年印发的行政执法规范性文件中，各文件所附文书格式范本类数之和",
            measure=Total("template_forms"),
            **enforcement,
        ),
        Figure(
            "leg.support",
            "条例配套办法数",
            "件",
            "类别为法规配套办法的，按印发日期计入",
            of=documents,
            where={"category": (Category.SUPPORTING,)},
            silent=True,
        ),
        Figure(
            "doc.inForce",
            "现行有效规范性文件",
            "件",
            "期末有效的：已印发而没有废止、被代替或者失效的",
            of=documents,
            stock=True,
            silent=True,
        ),
    )


def _document_faults(document: NormativeDocument, on: date):
    if document.issued_on and document.issued_on > on:
        yield Reason("印发日期还没有到", field="issued_on")
    if document.ended_on and document.ended_how != "lapsed" and not document.ended_by:
        yield Reason("废止、被代替的，须写明依据的文件", field="ended_by")
    if document.ended_on and document.ended_on < document.issued_on:
        yield Reason("失效日期早于印发日期", field="ended_on")
    if unknown := [code for code in document.form_codes if code not in current_book().form_versions]:
        yield Reason(
            f"法规库没有文书格式{'、'.join(unknown[:5])}",
            way_out="请照法规库“文书格式”中的代码填写",
            field="form_codes",
        )
    if len(set(document.form_codes)) > (document.template_forms or len(document.form_codes)):
        yield Reason(
            f"对应了{len(set(document.form_codes))}个文书格式，多于本文件的{document.template_forms}类",
            field="form_codes",
        )


def _document_leads(
    actor: Person, document: NormativeDocument
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Its forms as the book prints them, and the project it was drafted under."""
    book = current_book()
    forms = [
        (f"{code} {book.form_versions[code][-1].title}", reverse("law-form", args=[code]))
        for code in document.form_codes
        if code in book.form_versions
    ]
    if forms:
        yield f"法规库中的文书格式（{len(forms)}）", forms
    yield from _drafted_under(actor, document.unit_id, document.draft_no)


def _item_leads(actor: Person, item: PlanItem) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    yield from _drafted_under(actor, item.unit_id, item.draft_no)


def _drafted_under(actor: Person, unit: int, draft_no: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    rows = Project.objects.visible_to(actor).filter(unit=unit, draft_no=draft_no).exclude(draft_no="")
    if found := [(one.title, reverse("text", args=[one.pk])) for one in rows]:
        yield "起草项目", found


register(
    Register(
        code="documents",
        model=NormativeDocument,
        noun="件",
        icon="file-text",
        right=Right.KEEP_DOCUMENTS,
        day="issued_on",
        shows="title category number issued_on effective_on expires_on reviewed_on state",
        finds="title number draft_no",
        states=(
            State("ended", "已失效", Q(ended_on__isnull=False)),
            State("over", "有效期已过，待处理", lambda on: Q(expires_on__lt=on), "red"),
            State("expiring", "有效期将满", lambda on: Q(expires_on__lte=on + WARNED), "amber"),
            State("pending", "未施行", lambda on: Q(effective_on__gt=on), "blue"),
            State("in_force", "有效", Q(), "green"),
        ),
        acts=(
            Begin(
                "enter",
                "登记规范性文件",
                "title category number draft_no? issued_on published_on? published_at? effective_on expires_on? basis? "
                "case_kinds? template_forms? form_codes?",
                intro="在本系统制定的文件，公布时自动登记到这里；这里登记此前印发的文件。",
            ),
            Act(
                "review",
                "登记清理结论",
                "reviewed_on review_result",
                states="over expiring pending in_force",
                intro="每年清理，或者因上位法变动、专项清理而清理：继续有效、延续、修订、废止。",
            ),
            Act(
                "forms",
                "对应文书格式",
                "form_codes",
                states="over expiring pending in_force",
                intro="写明本文件所附的文书格式在法规库中的代码，一行一个；从本文件可以打开各个格式，从格式可以回到本文件。",
            ),
            Act("extend", "延续有效期", "expires_on extended_by", states="over expiring in_force"),
            Act("end", "登记失效", "ended_on ended_how ended_by?", states="over expiring pending in_force"),
        ),
        check=_document_faults,
        leads=_document_leads,
        attachments="正式文本 政策解读 备案材料 其他",
        until="ended_on",
        figures=_document_figures,
    )
)


def _item_faults(item: PlanItem, on: date):
    if item.ended_on and not item.ended_because:
        yield Reason("须写明退出原因", field="ended_because")
    if item.draft_no and not Project.objects.filter(unit=item.unit_id, draft_no=item.draft_no).exists():
        yield Reason(
            f"本单位没有登记号为{item.draft_no}的起草项目",
            way_out="请照起草项目页上的登记号填写",
            field="draft_no",
        )


register(
    Register(
        code="legislation",
        model=PlanItem,
        noun="个",
        icon="route",
        right=Right.PLAN_LEGISLATION,
        day="entered_on",
        shows="title kind plan_class plan_year next_step next_by state",
        finds="title",
        states=(
            State("ended", "已退出", Q(ended_on__isnull=False)),
            State("late", "下一步超期", lambda on: Q(next_by__lt=on), "red"),
            State("open", "推进中", Q(), "green"),
        ),
        acts=(
            Begin(
                "enter",
                "登记立法项目",
                "title kind plan_class plan_year entered_on necessity? feasibility? next_step? next_by? draft_no?",
            ),
            Act("plan", "调整计划", "plan_class plan_year next_step? next_by?", states="late open"),
            Act("draft", "对应起草项目", "draft_no", states="late open"),
            Act("end", "退出计划", "ended_on ended_because", states="late open"),
        ),
        check=_item_faults,
        leads=_item_leads,
        attachments="必要性论证 可行性论证 调研报告 草案 其他",
        until="ended_on",
    ),
    Register(
        code="legislation-stages",
        model=PlanStage,
        noun="次",
        icon="flag",
        right=Right.PLAN_LEGISLATION,
        parent="item",
        day="reached_on",
        shows="title kind stage reached_on what",
        finds="item__title what",
        acts=(
            Begin(
                "reach",
                "登记进度",
                "stage reached_on what?",
                sets=lambda stage, on: {"kind": stage.item.kind},
            ),
        ),
        figures=lambda stages: (
            Figure(
                "leg.bills",
                "地方性法规制定修订项目数",
                "部",
                "年度内登记了任一立法阶段的地方性法规，按到达日期计入，同一法规只计一部",
                of=stages,
                where={"kind": (PlanKind.REGULATION,)},
                measure=Distinct("item"),
                silent=True,
            ),
            *(
                Figure(
                    f"leg.at.{stage}",
                    f"{title}的立法项目",
                    "个",
                    f"年度内到达“{title}”的立法项目，按到达日期计入，同一项目只计一个",
                    of=stages,
                    where={"stage": (stage,)},
                    measure=Distinct("item"),
                    silent=True,
                )
                for stage, title in Stage.choices
            ),
        ),
    ),
)
