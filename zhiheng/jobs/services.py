"""Asking for long work, carrying it out once, stopping it. Nothing here knows what the work is: packages register kinds
in their module `background` (found at start).

A job is carried out by one process at a time. What it changes and the fact that it is done are written in one
transaction (`Watch.done`), so that a process killed at any moment leaves either both or neither, and a job taken up again
is never done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import Http404

from zhiheng.refusal import Refused

from .models import Job, JobState

SILENCE = timedelta(seconds=90)
"""A running job nobody was heard of for so long is taken up again."""
ATTEMPTS = 10
MOST = 20
"""Jobs of one person that wait or run: whoever asks for more keeps everybody else's waiting."""
_OPEN = (JobState.WAITING, JobState.RUNNING)

_kinds: dict[str, Callable[[Job, Watch], None]] = {}


class TakenOver(Exception):
    """Another process carries the job out by now, or it was cancelled: nothing of this attempt may be written."""


class Watch:
    """What a long piece of work tells while it goes on. This one listens to nothing: work that nobody watches."""

    def stage(self, words: str) -> None:
        """What is being done now; outside the work's transaction."""

    def done(self, result: Any) -> None:
        """It is done; inside the work's transaction, as its last act."""


NOBODY = Watch()


def kind(name: str):
    """Decorator of a function `(job, watch)` that carries out jobs of this kind. It may raise Refused."""

    def register(function: Callable[[Job, Watch], None]):
        _kinds[name] = function
        return function

    return register


_daily: list[Callable[[datetime], None]] = []
_again: list[Callable[[datetime], None]] = []


def every_minute(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
    """Decorator of a function that looks whether something has become due, and asks for jobs: quick, and safe to be carried out twice."""
    _again.append(function)
    return function


def look(*, at: datetime) -> None:
    """Carry out everything that is done every minute."""
    for function in _again:
        function(at)


def daily(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
    """Decorator of a function that tidies up: carried out once a day with the moment, and safe to be carried out twice."""
    _daily.append(function)
    return function


def tidy(*, at: datetime) -> None:
    """Carry out everything that is done once a day."""
    for function in _daily:
        function(at)


def kind_named(name: str) -> Callable[[Job, Watch], None]:
    """What carries out jobs of a kind."""
    return _kinds[name]


def ask(*, made_by: Any, kind: str, title: str, asked: dict, at: datetime) -> Job:
    """Put a job on the table. Raises Refused for whoever has too many there."""
    if Job.objects.filter(made_by=made_by, state__in=_OPEN).count() >= MOST:
        raise Refused.because(
            f"您已有 {MOST} 项任务在办理或者排队", way_out="请等其中一些完成，或者停止一些，再提交"
        )
    return Job.objects.create(kind=kind, title=title[:200], asked=asked, made_by=made_by, made_at=at)


def open_one(*, kind: str, **asked: Any) -> Job | None:
    """A job of the kind that waits or runs, whoever asked for it; with `asked` the one about that."""
    about = {f"asked__{name}": value for name, value in asked.items()}
    return Job.objects.filter(kind=kind, state__in=_OPEN, **about).order_by("id").first()


def one_of(*, kind: str, pk: int) -> Job | None:
    """The job of this number, if it is of the kind. Who may see it is for its package to say."""
    return Job.objects.filter(kind=kind, pk=pk).first()


def asked_by(person: Any, pk: int, *kinds: str) -> Job:
    """A job of these kinds that the person asked for. Raises Http404: another's is not there."""
    found = Job.objects.select_related("made_by").filter(kind__in=kinds, made_by=person.pk, pk=pk).first()
    if found is None:
        raise Http404("没有这项任务，或者它是他人提交的。")
    return found


def cancel(*, job: Job, at: datetime) -> None:
    """One that waits is cancelled; one that runs is asked to end, and what it has not finished is taken back."""
    if not Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(
        state=JobState.CANCELLED, ended_at=at
    ):
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_asked=True)


def claim(*, at: datetime) -> Job | None:
    """The next job for this process: one that waits, or one whose process fell silent."""
    silent = Q(state=JobState.RUNNING, heard_at__lt=at - SILENCE)
    rows = Job.objects.filter(Q(state=JobState.WAITING) | silent).order_by("id")
    return _claimed(rows, at) if rows.exists() else None


@transaction.atomic
def _claimed(rows: QuerySet[Job], at: datetime) -> Job | None:
    job = rows.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
    if job is None:
        return None
    if job.cancel_asked or job.attempt >= ATTEMPTS:
        job.state = JobState.CANCELLED if job.cancel_asked else JobState.FAILED
        job.words = (
            "" if job.cancel_asked else "办理它的进程几次中途停止，没有写入任何数据。请联系系统管理员。"
        )
        job.ended_at = at
    else:
        job.state, job.stage, job.attempt = JobState.RUNNING, "开始", job.attempt + 1
        job.heard_at = at
        job.started_at = job.started_at or at
    job.save()
    return job


def hear(*, job: Job, at: datetime) -> bool:
    """Say that the job goes on; whether it still should."""
    mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    return bool(mine.filter(cancel_asked=False).update(heard_at=at))


def end(*, job: Job, state: JobState, words: str = "", result: Any = None, at: datetime) -> None:
    """The job's end, unless somebody else has it by now (TakenOver)."""
    mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    if not mine.update(state=state, words=words, result=result, stage="", ended_at=at):
        raise TakenOver(job.pk)
