"""Groups of comments that say nearly the same made one, all at once: what a drafter does before answering thousands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Case, Value, When

from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.jobs import foreign

from . import alike, comments
from .models import Comment, CommentGroup, Project

INTRO = (
    "把同一条文下文字几乎相同的未答复分组归为一组，由最早的一组代表；数字或者“不”“未”等字不同的不归并。"
    "归并不改动意见本身，归错的可以在分组页上另行答复前核对。"
)
_LIMITS = foreign.Limits(memory=4 << 30, cpu=240, wall=600, answer=16 << 20)
_AT_ONCE = 400  # groups moved by one statement


@dataclass(frozen=True)
class Grouped:
    """How many groups were compared, and how many of them were joined to another."""

    groups: int
    joined: int


@transaction.atomic
def group_alike(*, actor: Person, project: Project, on: date) -> Grouped:
    """Join the groups without an answer whose words are nearly the same. One entry says which comments went where."""
    comments.refuse_stranger(actor, project)
    open_ = CommentGroup.objects.select_for_update().filter(project=project, answer="").order_by("id")
    rows = list(open_.values_list("pk", "provision", "gist"))
    if len(rows) < 2:
        return Grouped(len(rows), 0)
    roots = foreign.read(
        alike.first_alike, [(provision, gist) for _, provision, gist in rows], limits=_LIMITS, field=""
    )
    into = {rows[n][0]: rows[root][0] for n, root in enumerate(roots) if root != n}
    if not into:
        return Grouped(len(rows), 0)
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
    return Grouped(len(rows), len(into))
