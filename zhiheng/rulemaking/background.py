"""Long work of this package: the comments of thousands grouped while their officer does something else."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404

from zhiheng.accounts.models import Person
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job

from . import comments, grouping
from .models import Project

GROUP = "comments-grouping"


@jobs.kind(GROUP)
def group_comments(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: project, on."""
    grouping.group_alike(
        actor=job.made_by,
        project=Project.objects.select_related("matter").get(pk=job.asked["project"]),
        on=date.fromisoformat(job.asked["on"]),
        watch=watch,
    )


def ask_to_group(*, actor: Person, project: Project, on: date, at: datetime) -> Job:
    """Put the grouping of the project's comments on the table; the one under way if there is one. Only its officers may."""
    comments.refuse_stranger(actor, project)
    return jobs.open_one(kind=GROUP, project=project.pk) or jobs.ask(
        made_by=actor,
        kind=GROUP,
        title="归并相近意见",
        asked={"project": project.pk, "on": on.isoformat()},
        at=at,
    )


def stop_grouping(*, actor: Person, project: Project, job: Job, at: datetime) -> None:
    """End it with nothing joined. Any officer of the project may."""
    comments.refuse_stranger(actor, project)
    jobs.cancel(job=job, at=at)


def grouping_of(project: Project, pk: int) -> Job:
    """A grouping of the project's comments, whoever asked for it. Raises Http404."""
    job = jobs.one_of(kind=GROUP, pk=pk)
    if job is None or job.asked["project"] != project.pk:
        raise Http404("没有这次归并。")
    return job
