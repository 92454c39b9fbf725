"""A list too long to wait for is made into a sheet beside the web server, under the rights of the moment it is made."""

from __future__ import annotations

import io
import os
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.utils import timezone

from zhiheng.audit.models import Entry
from zhiheng.jobs import services as jobs
from zhiheng.jobs import worker
from zhiheng.jobs.models import Job, JobState
from zhiheng.refusal import Refused
from zhiheng.ui.lists import listing
from zhiheng.workbench import exports

ADDRESS = "/people/?q=&sort=name&page=2"


@pytest.fixture
def client(world, signed_in, monkeypatch):
    monkeypatch.setattr(listing, "MANY", 2)
    return signed_in(world.a.handler)


def asked_for(client, address: str = ADDRESS) -> Job:
    """The job that the list's own link leads to."""
    answer = client.get(f"{address}&export=xlsx")
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert page.status_code == 200 and "开始导出" in page.content.decode()
    assert not Job.objects.exists()  # looking at the page sets nothing to work
    return Job.objects.get(pk=int(client.post(answer.url).url.split("/")[-2]))


def carried_out(job: Job) -> Job:
    claimed = jobs.claim(at=timezone.now())
    assert claimed == job
    worker.carry_out(job=claimed)
    job.refresh_from_db()
    return job


def rows_of(answer) -> list[tuple]:
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def test_the_sheet_is_the_one_a_short_list_gives_at_once_and_its_leaving_is_on_the_record(
    client, monkeypatch
):
    job = asked_for(client)
    assert "等待" in client.get(f"/exports/{job.pk}/").content.decode()
    job = carried_out(job)
    assert job.state == JobState.DONE, job.words
    assert "下载表格" in client.get(f"/exports/{job.pk}/").content.decode()
    made = rows_of(client.get(f"/exports/{job.pk}/file/"))
    told = Entry.objects.latest("seq")
    assert told.action == "下载文件" and told.data["address"] == "/people/"
    assert told.data["rows"] == len(made) - 1 and told.data["asked"]["sort"] == "name"
    monkeypatch.undo()
    assert made == rows_of(client.get(f"{ADDRESS}&export=xlsx"))


def test_asked_twice_it_is_made_once_and_no_person_fills_the_queue(world, client):
    first = exports.ask(actor=world.a.handler, address=ADDRESS, on=date(2024, 6, 3), at=timezone.now())
    assert (
        exports.ask(actor=world.a.handler, address=ADDRESS, on=date(2024, 6, 3), at=timezone.now()) == first
    )
    for n in range(1, exports.AT_ONCE):
        exports.ask(actor=world.a.handler, address=f"/people/?q={n}", on=date(2024, 6, 3), at=timezone.now())
    answer = client.post("/exports/", query_params={"of": "/people/?q=one-more"})
    assert answer.status_code == 409 and "已有 3 项导出" in answer.content.decode()
    jobs.cancel(job=first, at=timezone.now())
    assert client.post("/exports/", query_params={"of": "/people/?q=one-more"}).status_code == 302


def test_it_is_nobody_elses(world, client, signed_in):
    job = carried_out(asked_for(client))
    other = signed_in(world.a.leader)
    assert other.get(f"/exports/{job.pk}/").status_code == 404
    assert other.get(f"/exports/{job.pk}/file/").status_code == 404
    assert other.post(f"/exports/{job.pk}/").status_code == 404


def test_what_the_person_may_no_longer_see_is_not_written(world, client):
    job = exports.ask(actor=world.a.handler, address="/audit/", on=date(2024, 6, 3), at=timezone.now())
    job = carried_out(job)
    assert job.state == JobState.REFUSED and "不能查看" in job.words
    gone = exports.ask(actor=world.a.handler, address=ADDRESS, on=date(2024, 6, 3), at=timezone.now())
    world.a.handler.is_active = False
    world.a.handler.save()
    assert "已停用" in carried_out(gone).words


@pytest.mark.parametrize("address", ["", "https://example.org/people/", "//example.org/people/", "/nowhere/"])
def test_only_pages_of_this_site_are_exported(world, address):
    with pytest.raises(Refused, match="不是本系统的页面"):
        exports.ask(actor=world.a.handler, address=address, on=date(2024, 6, 3), at=timezone.now())


def test_a_page_without_a_list_is_refused_in_words(world):
    job = exports.ask(actor=world.a.handler, address="/law/", on=date(2024, 6, 3), at=timezone.now())
    assert "不是可以导出的表格" in carried_out(job).words


def test_a_sheet_is_kept_for_a_week_for_its_person_alone(world, client):
    job = carried_out(asked_for(client))
    path = exports.file_of(job)
    assert path.stat().st_mode & 0o777 == 0o600
    now = datetime.now(UTC)
    exports.clear_away(now)
    assert path.is_file()
    old = (now - exports.KEPT - timedelta(hours=1)).timestamp()
    os.utime(path, (old, old))
    exports.clear_away(now)
    assert not path.exists()
    assert "已清除" in client.get(f"/exports/{job.pk}/").content.decode()
    assert client.get(f"/exports/{job.pk}/file/").status_code == 302
