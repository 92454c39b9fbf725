"""起草说明: what the record of a project says of its making, as a Word file that its drafters work on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q

from zhiheng.documents.rendering import wordml as w
from zhiheng.documents.rendering.docx import pack
from zhiheng.matters.engine import Standing

from . import comments, drafting
from .models import Answer, Moderation, Project, TextVersion
from .texts.numbering import numeral


def sections(project: Project, on: date) -> list[tuple[str, list[str]]]:
    """(heading, paragraphs) in the customary order; a section of which the record says nothing is left out."""
    standing, last = Standing.of(project.matter.proceeding, on), drafting.latest(project)
    found = (
        ("制定的必要性", _lines(standing.value("text_need"))),
        ("制定的依据", _lines(project.basis)),
        ("起草过程", list(_course(standing, last))),
        ("主要内容和逐条说明", list(_provisions(project, last))),
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


def _course(standing: Standing, last: TextVersion | None) -> Iterator[str]:
    for seq, event in enumerate(standing.events, start=1):
        yield f"{event.on:%Y-%m-%d}，{standing.step_at(seq).title}。"
    if last is not None:
        yield f"草案文本共{last.seq}稿，最后一稿{last.on:%Y-%m-%d}。"


def _provisions(project: Project, version: TextVersion | None) -> Iterator[str]:
    if version is None:
        return
    version.project = project
    for label, said in drafting.notes_by_place(version).items():
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
    counted = Q(comments__by_unit=True, comments__by_reviewer=False) & ~Q(comments__state=Moderation.HIDDEN)
    by_unit = Count("comments", filter=counted)
    groups = list(comments.groups_of(project, received=True).annotate(units=by_unit).filter(many__gt=0))
    if groups:
        many, units = sum(group.many for group in groups), sum(group.units for group in groups)
        taken = "，".join(
            f"{answer.label}{sum(group.many for group in groups if group.answer == answer)}条"
            for answer in Answer
        )
        yield f"共收到意见{many}条，其中单位意见{units}条；{taken}。"
    for group in groups:
        if group.answer in (Answer.PART, Answer.NONE):
            yield f"{group.get_answer_display()}：{group.provision or '全文'}，{group.gist}（{group.many}条）。{group.why}"
    yield from _lines(standing.value("consult_result"))


def _reviewed(standing: Standing) -> Iterator[str]:
    for seq, event in enumerate(standing.events, start=1):
        step = standing.step_at(seq)
        if step.reviews:
            yield f"{event.on:%Y-%m-%d}，{step.title}：{event.data.get('review_opinion') or '没有写意见'}"
