"""Long work of this package: a large list read, a list screened, while its officer does something else."""

from __future__ import annotations

from datetime import date

from zhiheng.documents import services as documents
from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job

from . import importing, running, selectors
from .models import ListFile, Run

TRY, TAKE, SCREEN = "list-trial", "list-import", "list-screening"
KINDS = (TRY, TAKE, SCREEN)


@jobs.kind(TRY)
def try_list(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: list, file (digest), name, on."""
    watch.stage("读取文件")
    importing.try_file(
        actor=job.made_by,
        received=selectors.list_of(job.asked["list"]),
        data=documents.read(job.asked["file"]),
        name=job.asked["name"],
        on=date.fromisoformat(job.asked["on"]),
        limits=foreign.LARGE,
        watch=watch,
    )


@jobs.kind(TAKE)
def take_list(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: list, file (key of the tried file), on."""
    importing.take_over(
        actor=job.made_by,
        file=ListFile.objects.select_related("received").get(pk=job.asked["file"]),
        on=date.fromisoformat(job.asked["on"]),
        limits=foreign.LARGE,
        watch=watch,
    )


@jobs.kind(SCREEN)
def screen_list(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: list, on, what `running.run` is asked, and `repeats` (key of a run) where one is done again."""
    asked = job.asked
    running.run(
        actor=job.made_by,
        received=selectors.list_of(asked["list"]),
        on=date.fromisoformat(asked["on"]),
        asked={key: asked.get(key) for key in ("setting", "similar", "framed", "limits", "earlier")},
        repeats=Run.objects.get(pk=asked["repeats"]) if asked.get("repeats") else None,
        watch=watch,
        job=job,
    )
