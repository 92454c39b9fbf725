"""A large ledger over the web is a job: tried, shown, confirmed, stopped; and the site may be restarted in the middle."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.site.hostile_files import BAD_ROWS
from zhiheng.cases import background
from zhiheng.cases.models import Case, LedgerImport
from zhiheng.jobs import services as jobs
from zhiheng.jobs import worker
from zhiheng.jobs.models import Job

HEAD = "办案单位,决定书文号,当事人,案由,立案日期,决定日期,案值（元）,罚款金额（元）,备注\n"


def ledger(rows: int, note: str = "说明" * 20) -> SimpleUploadedFile:
    lines = (
        f"渝北区局,渝北市监处罚〔2024〕{n}号,青禾{n}商行,商标侵权,2024-03-05,2024-05-06,{5000 + n},1000,{note}\n"
        for n in range(1, rows + 1)
    )
    return SimpleUploadedFile("大台账.csv", (HEAD + "".join(lines)).encode())


@pytest.fixture
def sent(world, signed_in, settings, monkeypatch):
    """An officer who sent a ledger that counts as large, and the page of its job."""
    monkeypatch.setattr(background, "LARGE", 1000)
    client = signed_in(world.city.planner)
    answer = client.post(reverse("ledger_new"), {"file": ledger(30)})
    job = Job.objects.get()
    assert answer.url == reverse("ledger_job", args=[job.pk])
    return client, answer.url


def carry_out() -> Job:
    job = jobs.claim(at=timezone.now())
    worker.carry_out(job=job)
    job.refresh_from_db()
    return job


def test_it_is_tried_shown_and_taken_in(sent):
    client, page = sent
    waiting = client.get(page)
    assert waiting["Refresh"] and "等待" in waiting.content.decode()
    carry_out()
    tried = client.get(page)
    assert "Refresh" not in tried.headers and tried.context["result"]["imported"] == 30
    assert not Case.objects.exists()
    answer = client.post(reverse("ledger_confirm"), {"token": tried.context["token"]})
    carry_out()
    done = client.get(answer.url)
    assert done.url.startswith("/cases/ledgers/") and Case.objects.count() == 30


def test_what_was_tried_is_confirmed_once_under_whatever_token(sent):
    """Each time its page is shown the dry run comes with other signed words: it is one dry run all the same."""
    client, page = sent
    carry_out()
    first, second = (client.get(page).context["token"] for _ in range(2))
    later = signing.dumps(signing.loads(first, salt="ledger") | {"answers": {"x": "y"}}, salt="ledger")
    assert client.post(reverse("ledger_confirm"), {"token": first}).url.startswith("/cases/ledgers/jobs/")
    for token in (first, second, later):
        again = client.post(reverse("ledger_confirm"), {"token": token}, follow=True)
        assert "已经确认过" in again.content.decode()
    assert Job.objects.count() == 2
    # Its page does not offer it a second time, but shows what became of it.
    assert client.get(page).url == reverse("ledger_job", args=[Job.objects.last().pk])


def test_what_was_stopped_after_confirming_may_be_confirmed_again(sent):
    client, page = sent
    carry_out()
    taking = client.post(reverse("ledger_confirm"), {"token": client.get(page).context["token"]}).url
    client.post(taking)
    answer = client.post(reverse("ledger_confirm"), {"token": client.get(page).context["token"]})
    assert answer.url not in (page, taking)
    carry_out()
    assert Case.objects.count() == 30


def test_a_ledger_that_is_read_at_once_is_confirmed_once_too(world, signed_in):
    client = signed_in(world.city.planner)
    tried = client.post(reverse("ledger_new"), {"file": SimpleUploadedFile("台账.csv", ledger(3).read())})
    token = tried.context["token"]
    answered = client.post(reverse("ledger_answer"), {"token": token}).context["token"]
    assert client.post(reverse("ledger_confirm"), {"token": token}).status_code == 302
    again = client.post(reverse("ledger_confirm"), {"token": answered})
    assert again.status_code == 422 and "已经确认过" in again.content.decode()
    assert LedgerImport.objects.count() == 1


def test_a_job_done_twice_at_once_takes_the_ledger_in_once(sent):
    client, page = sent
    carry_out()
    client.post(reverse("ledger_confirm"), {"token": client.get(page).context["token"]})
    first = jobs.claim(at=timezone.now())
    second = jobs.claim(at=timezone.now() + jobs.SILENCE * 2)
    worker.carry_out(job=first)  # it was taken over meanwhile: what it wrote is taken back
    assert not Case.objects.exists()
    worker.carry_out(job=second)
    assert Case.objects.count() == 30


def test_it_can_be_stopped_and_is_nobody_elses(sent, world, signed_in):
    client, page = sent
    assert signed_in(world.city.chief).get(page).status_code == 404
    client.post(page)
    assert "已取消" in client.get(page).content.decode()
    assert jobs.claim(at=timezone.now()) is None


def test_rows_that_come_back_can_be_fetched(world, signed_in, monkeypatch):
    monkeypatch.setattr(background, "LARGE", 1000)
    client = signed_in(world.city.planner)
    data = ledger(30).read().replace(b"2024-05-06", b"2024-02-31")
    answer = client.post(reverse("ledger_new"), {"file": SimpleUploadedFile("大台账.csv", data)})
    carry_out()
    tried = client.get(answer.url)
    assert tried.context["result"]["rejected_rows"] == 30
    rejects = client.get(reverse("ledger_trial_rejects"), {"token": tried.context["token"]})
    assert b"".join(rejects.streaming_content).startswith(b"PK")


def test_the_longest_work_a_file_can_make_is_not_done_while_a_page_waits(world, signed_in):
    client = signed_in(world.city.planner)
    answer = client.post(reverse("ledger_new"), {"file": SimpleUploadedFile("坏.csv", BAD_ROWS)})
    assert answer.url == reverse("ledger_job", args=[Job.objects.get().pk])


@pytest.mark.slow
def test_a_job_survives_a_restart_of_the_site(tmp_path):
    """A real site is killed while it reads a large ledger; the next start takes the job up and finishes it."""
    import os
    import signal
    import subprocess
    import sys

    from tests.site import running

    data = tmp_path / "data"
    running.set_up(data)
    file = tmp_path / "大台账.csv"
    file.write_bytes(ledger(4000).read())
    script = (
        "import django,sys;django.setup()\n"
        "from pathlib import Path\nfrom django.utils import timezone\n"
        "from zhiheng.accounts.models import Person\nfrom zhiheng.cases import importing\n"
        "from zhiheng.jobs import services\nfrom zhiheng.jobs.models import Job\nfrom zhiheng.cases.models import Case\n"
    )
    environment = running.environment(data) | {"DJANGO_SETTINGS_MODULE": "zhiheng.settings"}

    def python(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", script + code], env=environment, capture_output=True, text=True, check=True
        ).stdout

    def state() -> str:
        with contextlib.closing(
            sqlite3.connect(f"file:{data}/zhiheng.sqlite3?mode=ro", uri=True)
        ) as database:
            return database.execute("SELECT state FROM jobs_job").fetchone()[0]

    python(
        "from datetime import date\nfrom zhiheng.accounts.models import RoleGrant\n"
        "RoleGrant.objects.create(person=Person.objects.get(), role='planner', since=date(2020, 1, 1))\n"
        f"asked={{'file': importing.keep_for_confirmation(Path({str(file)!r})), 'name': '大台账.csv', 'unit': None,"
        "'year': None, 'answers': {}, 'on': '2025-01-06', 'dry_run': False}\n"
        "services.ask(made_by=Person.objects.get(), kind='ledger', title='大台账', asked=asked, at=timezone.now())"
    )
    with running.serving(data, "--workers", "1") as (_, process):
        running.wait_for(lambda: state() != "waiting")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    python("Job.objects.filter(state='running').update(heard_at=timezone.now()-services.SILENCE*2)")
    with running.serving(data, "--workers", "1"):
        running.wait_for(lambda: state() not in {"waiting", "running"})
    assert python("print(Job.objects.get().state, Case.objects.count())").split() == ["done", "4000"]
