"""Groups of comments that say nearly the same made one, all at once: what a drafter does before answering thousands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Case, QuerySet, Value, When

from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs

from . import alike, comments
from .models import Comment, CommentGroup, Project

INTRO = (
    "把同一条文下文字几乎相同的未答复分组归为一组，由最早的一组代表；数字或者“不”“未”等字不同的不归并。"
    "归并不改动意见本身；归错的，在分组页上逐条移出，移出的不再自动归并。"
)
_LIMITS = foreign.Limits(memory=4 << 30, cpu=240, wall=600, answer=16 << 20)
_AT_ONCE = 400  # groups moved by one statement


@dataclass(frozen=True)
class Grouped:
    """How many groups were compared, and how many of them were joined to another."""

    groups: int
    joined: int


MANY = 1_000
"""Open groups from which on they are compared by a job and not while somebody waits for the page."""


def open_groups(project: Project) -> QuerySet[CommentGroup]:
    """The groups that may be joined: those without an answer, but for what was set apart by hand."""
    return CommentGroup.objects.filter(project=project, answer="").exclude(likeness="")


def group_alike(*, actor: Person, project: Project, on: date, watch: jobs.Watch = jobs.NOBODY) -> Grouped:
    """Join the groups without an answer whose words are nearly the same. One entry says which comments went where.

    They are compared before the transaction: nobody else waits for that. What was answered, joined or named anew meanwhile stays as it is.
    """
    comments.refuse_stranger(actor, project)
    rows = list(open_groups(project).order_by("id").values_list("pk", "provision", "gist"))
    watch.stage(f"比较 {len(rows):,} 组意见")
    said = [(provision, gist) for _, provision, gist in rows]
    roots = foreign.read(alike.first_alike, said, limits=_LIMITS, field="") if len(rows) > 1 else [0]
    alike_to = {rows[n]: rows[root] for n, root in enumerate(roots) if root != n}
    watch.stage(f"归并 {len(alike_to):,} 组")
    with transaction.atomic():
        joined = _join(actor, project, on, alike_to) if alike_to else 0
        watch.done({"groups": len(rows), "joined": joined})
    return Grouped(len(rows), joined)


_Row = tuple[int, str, str]


def _join(actor: Person, project: Project, on: date, alike_to: Mapping[_Row, _Row]) -> int:
    """Join groups as they were read to others, those of both that still are as they were; inside a transaction. Answers how many."""
    comments.refuse_stranger(actor, project)
    open_ = open_groups(project).select_for_update().order_by("id")
    still = set(open_.values_list("pk", "provision", "gist"))
    into = {one[0]: other[0] for one, other in alike_to.items() if {one, other} <= still}
    if not into:
        return 0
    moved: dict[int, list[int]] = {}
    led = list(into)
    for some in (led[n : n + _AT_ONCE] for n in range(0, len(led), _AT_ONCE)):
        found = Comment.objects.filter(group__in=some).order_by("pk")
        for pk, group in found.values_list("pk", "group_id"):
            moved.setdefault(into[group], []).append(pk)
        found.order_by().update(group_id=Case(*(When(group_id=pk, then=Value(into[pk])) for pk in some)))
        CommentGroup.objects.filter(pk__in=some).delete()
    audit.record(
        actor=actor,
        on=on,
        action="归并相近意见",
        subject=project,
        data={"joined": [[group, pks] for group, pks in sorted(moved.items())], "gone": sorted(into)},
    )
    return len(into)
