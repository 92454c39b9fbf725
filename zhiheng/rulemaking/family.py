"""Texts that are made here as a family of matters: their table, what must hold between a step and the draft's text, what papers print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse

from zhiheng.accounts.models import Person, Unit
from zhiheng.law import Step
from zhiheng.matters.effects import follows
from zhiheng.matters.engine import Standing
from zhiheng.matters.facts import Situation
from zhiheng.matters.family import Family
from zhiheng.matters.models import MatterRecord, StepTaken
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import of_model
from zhiheng.registers.services import begin
from zhiheng.ui.lists import Action

from . import guards
from .models import NormativeDocument, PlanItem, Project, TextVersion


def number_of(project: Project) -> str:
    return project.number or project.draft_no


def is_taken(unit: Unit, number: str) -> bool:
    """Documents issued before, or entered by hand, hold their numbers too."""
    return (
        Project.objects.filter(unit=unit, number=number).exists()
        or Project.objects.filter(unit=unit, draft_no=number).exists()
        or NormativeDocument.objects.filter(unit=unit, number=number).exists()
    )


def step_is_about_this_text(s: Situation) -> Iterator[Reason]:
    """A step that names a text by its hash speaks of the text as it is now: nothing is reviewed, deliberated or signed that was
    changed meanwhile."""
    if not s.data or "text_sha" not in s.step.fields:
        return
    version = guards.current(s)
    if version is None:
        return  # `draft_written` says so
    if s.data.get("text_sha") != version.sha:
        yield Reason(
            f"草案文本在打开本页以后改过，现为第{version.seq}稿",
            way_out="请刷新后核对新的文本再办理",
            field="text_sha",
        )
    sent = guards.sent_text(s)
    if sent and sent != version.sha:
        yield Reason(
            f"草案在送审以后改过（现为第{version.seq}稿），不能就原来的送审出具意见",
            way_out="请退回起草单位，按新的文本重新送审",
            field="text_sha",
        )


def quotes_stand_in_the_text(s: Situation) -> Iterator[Reason]:
    """A sentence quoted from the draft stands in it."""
    rows = (s.data or {}).get("fc_quotes") or ()
    version = guards.current(s) if rows else None
    if version is None:
        return
    words = _bare(version.words)
    for number, row in enumerate(rows, start=1):
        if _bare(str(row.get("quote") or "")) not in words:
            yield Reason(
                f"第{number}行抄录的句子不在草案文本中",
                way_out="请照草案原文抄录",
                field="fc_quotes",
            )


def _bare(words: str) -> str:
    return "".join(words.split())


def current_sha(s: Situation) -> str:
    version = guards.current(s)
    return version.sha if version else ""


def words(project: Project, taken: StepTaken, standing: Standing, line: str) -> dict[str, Any]:
    """What the papers of a project print of it, under `case`, as every kind of matter has it."""
    return {
        "case": {"title": project.title, "no": number_of(project), "outcome": project.get_outcome_display()}
    }


def told(project: Project, standing: Standing | None) -> list[tuple[str, str]]:
    last = TextVersion.objects.filter(project=project).defer("words").order_by("-seq").first()
    return [
        ("草案文本", f"第{last.seq}稿（{last.on:%Y-%m-%d}，指纹{last.sha[:8]}）" if last else "还没有写入")
    ]


def beside(project: Project) -> list[Action]:
    """The text, the comments, and what of the plan and of the documents issued belongs to the project."""
    found = [
        Action("草案文本", reverse("draft-text", args=[project.pk]), icon="file-text"),
        Action("征求意见", reverse("draft-comments", args=[project.pk]), icon="message-report"),
    ]
    if not project.draft_no:
        return found
    model, title = (NormativeDocument, "已印发文件") if project.category else (PlanItem, "立法项目")
    same = model.objects.standing().filter(unit=project.unit_id, draft_no=project.draft_no)
    pk = same.order_by("pk").values_list("pk", flat=True).first()
    if pk is not None:
        found.append(Action(title, of_model(model).url("record", pk), icon="route"))
    return found


@follows
def keep_document(
    actor: Person, record: MatterRecord, taken: StepTaken, step: Step, data: Mapping[str, Any]
) -> None:
    """A normative document that is published is one of the documents issued."""
    if not isinstance(record, Project) or not record.category:
        return
    if not any(written.column == "published_on" for written in step.records):
        return
    documents = of_model(NormativeDocument)
    answers = {
        "title": record.title,
        "category": record.category,
        "number": record.number,
        "draft_no": record.draft_no,
        "issued_on": record.signed_on,
        "published_on": record.published_on,
        "published_at": record.published_at,
        "effective_on": max(record.effective_on, record.signed_on),
        "expires_on": record.expires_on,
        "basis": [line.strip() for line in record.basis.splitlines() if line.strip()],
        "case_kinds": record.case_kinds,
        "template_forms": record.template_forms,
    }
    begin(actor=actor, on=taken.on, register=documents, act=documents.begin, answers=answers)


TEXT = Family(
    code="text",
    title="立法与文件",
    list_page="rulemaking",
    model=Project,
    number=number_of,
    finds=("title", "number", "draft_no"),
    is_taken=is_taken,
    closed="closed_on",
    checks=(step_is_about_this_text, quotes_stand_in_the_text),
    known={"text_sha": current_sha},
    words=words,
    told=told,
    beside=beside,
)
