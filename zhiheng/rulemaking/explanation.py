"""起草说明: what the record of a project says of its making, as a Word file that its drafters work on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q

from zhiheng.documents.rendering import wordml as w
from zhiheng.documents.rendering.docx import pack
from zhiheng.matters.engine import Standing

from . import comments, drafting
from .models import Answer, Comment, Moderation, Project
from .texts.numbering import numeral


def sections(project: Project, on: date) -> list[tuple[str, list[str]]]:
    """(heading, paragraphs) in the customary order; a section of which the record says nothing is left out."""
    standing = Standing.of(project.matter.proceeding, on)
    found = (
        ("制定的必要性", _lines(standing.value("text_need"))),
        ("制定的依据", _lines(project.basis)),
        ("起草过程", list(_course(project, standing))),
        ("主要内容和逐条说明", list(_provisions(project))),
        ("征求意见和采纳情况", list(_consulted(project, standing))),
        ("审查审核情况", list(_reviewed(standing))),
        ("需要说明的问题", _lines(standing.value("opinions_split"))),
    )
    return [(heading, paragraphs) for heading, paragraphs in found if paragraphs]


def docx(project: Project, on: date) -> bytes:
    title = f"关于《{project.title}》的起草说明"
    parts = [w.paragraph(w.TITLE, title)]
    for place, (heading, paragraphs) in enumerate(sections(project, on), start=1):
        parts.append(w.paragraph(w.HEADING[0], f"{numeral(place)}、{heading}"))
        parts += [w.paragraph(w.BODY, one) for one in paragraphs]
    parts.append(w.paragraph(w.NOTE, f"注：按{on:%Y-%m-%d}的办理记录汇集，由起草单位核对、补充后使用。"))
    return pack("".join(parts), title=title, author="", on=on)


def _lines(value: object) -> list[str]:
    return [line.strip() for line in str(value or "").splitlines() if line.strip()]


def _course(project: Project, standing: Standing) -> Iterator[str]:
    for seq, event in enumerate(standing.events, start=1):
        yield f"{event.on:%Y-%m-%d}，{standing.step_at(seq).title}。"
    if last := drafting.latest(project):
        yield f"草案文本共{last.seq}稿，最后一稿{last.on:%Y-%m-%d}。"


def _provisions(project: Project) -> Iterator[str]:
    version = drafting.latest(project)
    if version is None:
        return
    version.project = project
    for label, said in drafting.notes_by_label(version).items():
        told = [
            f"{title}：{said[name].rstrip('。')}。"
            for name, title in drafting.NOTES.items()
            if said.get(name)
        ]
        yield f"{label}。{''.join(told)}"


def _consulted(project: Project, standing: Standing) -> Iterator[str]:
    if project.comment_from:
        yield f"{project.comment_from:%Y-%m-%d}至{project.comment_until:%Y-%m-%d}公开征求意见。"
    if asked := standing.value("consulted_units"):
        yield f"征求了{'、'.join(_lines(asked))}的意见。"
    counted = Comment.objects.filter(project=project).exclude(state=Moderation.HIDDEN)
    told = counted.aggregate(
        many=Count("id"),
        units=Count("id", filter=Q(by_unit=True)),
        **{code: Count("id", filter=Q(group__answer=code)) for code in Answer.values},
    )
    if told["many"]:
        taken = "，".join(f"{Answer(code).label}{told[code]}条" for code in Answer.values)
        yield f"共收到意见{told['many']}条，其中单位意见{told['units']}条；{taken}。"
    for group in comments.groups_of(project).filter(answer__in=(Answer.PART, Answer.NONE), many__gt=0):
        yield f"{group.get_answer_display()}：{group.provision or '全文'}，{group.gist}（{group.many}条）。{group.why}"
    yield from _lines(standing.value("consult_result"))


def _reviewed(standing: Standing) -> Iterator[str]:
    for seq, event in enumerate(standing.events, start=1):
        step = standing.step_at(seq)
        if step.reviews:
            yield f"{event.on:%Y-%m-%d}，{step.title}：{event.data.get('review_opinion') or '没有写意见'}"
