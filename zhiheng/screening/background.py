"""Long work of this package: a large list read, a list screened, while its officer does something else."""

from __future__ import annotations

from datetime import date

from zhiheng.documents import services as documents
from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job

from . import drawings, feedback, importing, results, running, selectors, services
from .models import ListFile, ResultFile, Run

TRY, TAKE, SCREEN = "list-trial", "list-import", "list-screening"
TRY_RESULTS, TAKE_RESULTS = "list-results-trial", "list-results"
DRAWINGS, FEEDBACK, SPLIT = "list-drawings", "list-feedback", "list-split"
KINDS = (TRY, TAKE, SCREEN, TRY_RESULTS, TAKE_RESULTS, DRAWINGS, FEEDBACK, SPLIT)
MANY = 5_000
"""Rows from which on a file is read, or filled in, or a list split, by a job and not while somebody waits for the page."""


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


@jobs.kind(SPLIT)
def split_list(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: list, on."""
    services.split(
        actor=job.made_by,
        received=selectors.list_of(job.asked["list"]),
        on=date.fromisoformat(job.asked["on"]),
        watch=watch,
    )


@jobs.kind(TRY_RESULTS)
def try_results(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: list, file (digest), name, paper, result_on, on."""
    asked = job.asked
    watch.stage("读取文件")
    results.try_file(
        actor=job.made_by,
        received=selectors.list_of(asked["list"]),
        data=documents.read(asked["file"]),
        name=asked["name"],
        paper=asked["paper"],
        result_on=date.fromisoformat(asked["result_on"]) if asked["result_on"] else None,
        on=date.fromisoformat(asked["on"]),
        limits=foreign.LARGE,
        watch=watch,
    )


@jobs.kind(TAKE_RESULTS)
def take_results(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: list, file (key of the tried file), meanings, overwrite, on."""
    results.take_over(
        actor=job.made_by,
        file=ResultFile.objects.select_related("received").get(pk=job.asked["file"]),
        meanings=job.asked["meanings"],
        overwrite=job.asked["overwrite"],
        on=date.fromisoformat(job.asked["on"]),
        limits=foreign.LARGE,
        watch=watch,
    )


@jobs.kind(DRAWINGS)
def take_drawings(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: list, file (digest), name, on."""
    drawings.take_in(
        actor=job.made_by,
        received=selectors.list_of(job.asked["list"]),
        digest=job.asked["file"],
        name=job.asked["name"],
        on=date.fromisoformat(job.asked["on"]),
        watch=watch,
    )


@jobs.kind(FEEDBACK)
def make_feedback(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: list, file (key of the taken file), on."""
    watch.stage("填写反馈文件")
    feedback.feedback_file(
        actor=job.made_by,
        received=selectors.list_of(job.asked["list"]),
        file=ListFile.objects.get(pk=job.asked["file"]),
        on=date.fromisoformat(job.asked["on"]),
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
