"""The process that carries out jobs: `zhiheng serve` keeps one beside its workers, `zhiheng work` is one by itself.

Each job runs in a process of its own, which is killed when the job is cancelled and dies with its parent. A job whose
process or machine went away is found by its silence and taken up again.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connections
from django.utils import timezone

from zhiheng.refusal import Refused
from zhiheng.search import index as search

from . import services
from .models import Job, JobState

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
_HEAR_SECONDS = 5.0
_TIDY_SECONDS = 24 * 3600
_DUE_SECONDS = 60


def work(going_on: Callable[[], bool]) -> None:
    """Carry out jobs as long as `going_on()`, and at the beginning and every day after it what keeps the house tidy; every minute
    what may have become due is looked for."""
    tidied = looked = None
    while going_on():
        try:
            if tidied is None or time.monotonic() - tidied > _TIDY_SECONDS:
                tidied = time.monotonic()
                services.tidy(at=timezone.now())
            if looked is None or time.monotonic() - looked > _DUE_SECONDS:
                looked = time.monotonic()
                services.look(at=timezone.now())
            job = services.claim(at=timezone.now())
        except DatabaseError as error:
            _log.error("jobs: the database does not answer: %s", error)
            job = None
        if job is None or job.state != JobState.RUNNING:
            if job is not None or not _kept_searchable():
                connections.close_all()
                time.sleep(_LOOK_SECONDS)
            continue
        _run(job, going_on)


def _kept_searchable() -> int:
    """While no job waits, what a ledger brought in is made ready to be searched, a few records at a time."""
    try:
        return search.catch_up()
    except DatabaseError as error:
        _log.error("search: an index could not be brought up to date: %s", error)
        return 0


def _run(job: Job, going_on: Callable[[], bool]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "zhiheng.cli", "run_job", str(job.pk), str(job.attempt)]
    )
    heard = time.monotonic()
    while process.poll() is None:
        if not going_on():
            # The site stops: what has not been finished is taken back, and taken up again at the next start.
            process.kill()
            process.wait()
            _again(job)
            return
        time.sleep(0.2)
        if time.monotonic() - heard < _HEAR_SECONDS:
            continue
        heard = time.monotonic()
        try:
            wanted = services.hear(job=job, at=timezone.now())
        except DatabaseError:
            continue  # the job itself may hold the only writer's lock just now
        if not wanted:
            process.kill()
    if process.wait() == -signal.SIGKILL or process.returncode:
        _ended_badly(job, process.returncode)


def _ended_badly(job: Job, code: int) -> None:
    job.refresh_from_db()
    if job.state != JobState.RUNNING:
        return
    if job.cancel_asked:
        services.end(job=job, state=JobState.CANCELLED, at=timezone.now())
        return
    _log.error("job %s: its process ended with %s", job.pk, code)
    _again(job)


def _again(job: Job) -> None:
    Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING).update(
        state=JobState.WAITING, stage=""
    )


class _Watch(services.Watch):
    def __init__(self, job: Job):
        self._job = job

    def stage(self, words: str) -> None:
        Job.objects.filter(pk=self._job.pk, attempt=self._job.attempt).update(stage=words[:100])

    def done(self, result: Any) -> None:
        services.end(job=self._job, state=JobState.DONE, result=result, at=timezone.now())


def carry_out(*, job: Job) -> None:
    """Do the job in this process. Every end is written down; what nobody reckoned with is raised again as well."""
    try:
        if not job.made_by.is_active:
            raise Refused.because("提交这项任务的账号已停用", way_out="请由在用的账号重新提交")
        services.kind_named(job.kind)(job, _Watch(job))
    except services.TakenOver:
        return
    except Refused as refused:
        services.end(job=job, state=JobState.REFUSED, words=str(refused), at=timezone.now())
    except BaseException:
        services.end(
            job=job,
            state=JobState.FAILED,
            words="办理中出错，没有写入任何数据。请联系系统管理员。",
            at=timezone.now(),
        )
        raise
