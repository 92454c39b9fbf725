"""The table of jobs: each is done once, whatever becomes of the processes that do it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from zhiheng.jobs import services, worker
from zhiheng.jobs.models import Job, JobState
from zhiheng.refusal import Refused

AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(world, monkeypatch):
    """`ask(work)` puts a job on the table that is done by `work(job, watch)`."""

    def asked(work=lambda job, watch: watch.done({"n": 1})):
        monkeypatch.setitem(services._kinds, "trial", work)
        return services.ask(made_by=world.a.handler, kind="trial", title="试", asked={}, at=AT)

    return asked


def after(seconds: int) -> datetime:
    return AT + timedelta(seconds=seconds)


def test_a_job_is_claimed_once_and_done(ask):
    job = ask()
    mine = services.claim(at=AT)
    assert mine == job and services.claim(at=after(10)) is None
    worker.carry_out(job=mine)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"n": 1})
    assert services.claim(at=after(10_000)) is None


def test_a_job_whose_process_fell_silent_is_taken_up_again_and_the_first_writes_nothing_more(ask):
    ask()
    first = services.claim(at=AT)
    assert services.hear(job=first, at=after(60))
    second = services.claim(at=after(200))
    assert second.pk == first.pk and second.attempt == first.attempt + 1
    assert not services.hear(job=first, at=after(201))
    with pytest.raises(services.TakenOver), transaction.atomic():
        worker._Watch(first).done({"n": "late"})
    worker.carry_out(job=second)
    assert Job.objects.get().result == {"n": 1}


def test_nobody_keeps_everybody_elses_work_waiting_behind_their_own(ask, monkeypatch):
    monkeypatch.setattr(services, "MOST", 3)
    made = [ask() for _ in range(3)]
    with pytest.raises(Refused, match="3 项任务"):
        ask()
    services.cancel(job=made[0], at=AT)
    assert ask().state == JobState.WAITING


def test_a_refusal_is_told_and_an_error_is_raised_and_told(ask):
    def refuse(job, watch):
        raise Refused.because("文件读不了")

    ask(refuse)
    worker.carry_out(job=services.claim(at=AT))
    assert Job.objects.get().words.startswith("文件读不了")

    def fail(job, watch):
        raise ZeroDivisionError

    ask(fail)
    with pytest.raises(ZeroDivisionError):
        worker.carry_out(job=services.claim(at=AT))
    assert Job.objects.order_by("id").last().state == JobState.FAILED


def test_a_waiting_job_is_cancelled_and_a_running_one_is_asked_to_end(ask):
    services.cancel(job=ask(), at=AT)
    assert services.claim(at=AT) is None
    ask()
    running = services.claim(at=AT)
    services.cancel(job=running, at=AT)
    assert not services.hear(job=running, at=after(1))
    # Its process is gone before it could say so: nobody takes it up again.
    assert services.claim(at=after(500)).state == JobState.CANCELLED


def test_a_job_that_ends_its_process_again_and_again_is_given_up(ask):
    ask()
    for n in range(services.ATTEMPTS):
        assert services.claim(at=after(n * 200)).state == JobState.RUNNING
    given_up = services.claim(at=after(10_000))
    assert given_up.state == JobState.FAILED and "没有写入" in given_up.words


def test_what_is_done_every_day_is_done_at_the_start_and_once_a_day(monkeypatch):
    done, rounds, now = [], iter(range(6)), iter(range(0, 10**7, worker._TIDY_SECONDS // 2))
    monkeypatch.setattr(services, "_daily", [lambda at: done.append(at)])
    monkeypatch.setattr(worker.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(worker.time, "sleep", lambda seconds: None)
    worker.work(lambda: next(rounds, None) is not None)
    assert 1 < len(done) < 6
