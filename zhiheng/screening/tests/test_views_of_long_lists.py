"""Pages of lists of a hundred thousand rows: what they ask and do is counted, at two sizes, and never in seconds.

SQLite counts the steps of its machine, so that a page's work is a number: between the two sizes it may grow by a few steps for each row
that is counted, never by reading the rows, which carry their texts.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiheng.jobs import services as jobs
from zhiheng.jobs import worker
from zhiheng.jobs.models import Job
from zhiheng.screening import background, pages, running
from zhiheng.screening.models import Application, Group, GroupMember, Stage
from zhiheng.screening.tests.received import (
    IN_A,
    IN_B,
    RECEIVED,
    as_csv,
    faults_of_filings,
    number,
    received_and_split,
    register,
    row,
    take_in,
)

EVERY = 20  # steps of the machine between two calls
FEW, MANY = 400, 4_400
A_ROW = 60
"""Steps that a page may take for each further row: to count it in an index under two or three conditions."""


@pytest.fixture
def listed(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: RECEIVED)
    received = received_and_split(world)
    running.run(actor=world.city.handler, received=received, on=RECEIVED, asked={"setting": "default"})
    return received


def lengthen(world, received, to: int) -> None:
    """More rows of the list, with texts as long as applications have them: some wait for their district, most are in one."""
    file, here = received.files.get(), received.applications.count()
    stages = (Stage.RECEIVED, Stage.ASSIGNED, Stage.CONTACTED, Stage.OPINED, Stage.AGREED)
    made = []
    for n in range(here, to):
        stage = stages[n % len(stages)]
        unit = world.city.unit if stage == Stage.RECEIVED else (world.a.unit, world.b.unit)[n % 2]
        made.append(
            Application(
                received=received, unit=unit, file=file, row=n, number=f"{n:013d}", printed=f"{n:013d}", title=f"一种装置{n}",
                applicant=f"示例{n}公司", agency=f"代理{n % 40}", section="G06F", address=IN_A, listed_on=RECEIVED, stage=stage,
                reply_by=RECEIVED + timedelta(n % 30), texts={"abstract": "一种装置，其特征在于。" * 40}, filed_on=RECEIVED,
            )
        )  # fmt: skip
    Application.objects.bulk_create(made, batch_size=500)
    received.rows = to
    received.save(update_fields=["rows"])
    group = Group.objects.order_by("number").first()
    held = GroupMember.objects.filter(group=group).count()
    others = [one for one in made if one.unit_id != world.city.unit.pk]
    GroupMember.objects.bulk_create(
        GroupMember(group=group, application=one, place=held + place) for place, one in enumerate(others)
    )
    group.size = held + len(others)
    group.save(update_fields=["size"])


def addresses(received) -> dict[str, str]:
    run, group = received.runs.get(), Group.objects.order_by("number").first()
    one = received.applications.order_by("pk").last()
    here = f"/screening/{received.pk}/"
    return {
        "home": "/",
        "lists": "/screening/",
        "list": here,
        "files": f"{here}import/",
        "file": f"{here}import/{received.files.get().pk}/",
        "split": f"{here}split/",
        "runs": f"{here}runs/",
        "run": f"{here}runs/{run.pk}/",
        "feedback": f"{here}feedback/",
        "results": f"{here}results/",
        "drawings": f"{here}drawings/",
        "applications": "/screening/applications/",
        "of the list": f"/screening/applications/?list={received.pk}",
        "of a district": "/screening/applications/?unit=500112",
        "of a stage": "/screening/applications/?stage=assigned",
        "by day": "/screening/applications/?sort=reply_by",
        "an application": f"/screening/applications/{one.pk}/",
        "many": "/screening/applications/do/remind/",
        "checked": "/screening/applications/do/check/",
        **{f"by {one}": f"/screening/overview/?by={one}" for one in ("list", "unit", "agency", "section")},
        "a group": f"/screening/groups/{group.pk}/",
    }


class Work:
    """Steps that SQLite takes within the block."""

    def __enter__(self):
        connection.ensure_connection()
        self.calls = 0
        connection.connection.set_progress_handler(self._tick, EVERY)
        return self

    def _tick(self) -> int:
        self.calls += 1
        return 0

    def __exit__(self, *error) -> None:
        connection.connection.set_progress_handler(None, 0)

    @property
    def steps(self) -> int:
        return self.calls * EVERY


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite counts the steps of its machine")
@pytest.mark.parametrize("who", ["the office", "a district"])
def test_a_page_of_a_long_list_counts_rows_and_reads_none(world, signed_in, listed, who):
    person = world.city.handler if who == "the office" else world.a.handler
    visitor = signed_in(person)
    steps: dict[str, list[int]] = {}
    asked: dict[str, list[int]] = {}
    for size in (FEW, MANY):
        lengthen(world, listed, size)
        for name, address in addresses(listed).items():
            if (
                visitor.get(address).status_code != 200
            ):  # the first look finds what is kept; a district has no page of the list itself
                continue
            with CaptureQueriesContext(connection) as queries, Work() as work:
                answer = visitor.get(address)
            assert answer.status_code == 200, name
            steps.setdefault(name, []).append(work.steps)
            asked.setdefault(name, []).append(len(queries))
    assert len(steps) > 10
    assert all(few == many for few, many in asked.values()), asked
    grown = {name: (many - few) / (MANY - FEW) for name, (few, many) in steps.items()}
    assert not {name: one for name, one in grown.items() if one > A_ROW}, grown


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL chooses by the rows there are")
def test_sums_over_a_list_are_read_from_an_index_alone(world, signed_in, listed):
    visitor = signed_in(world.city.handler)
    read = {}
    for name, address in addresses(listed).items():
        with CaptureQueriesContext(connection) as queries:
            visitor.get(address)
        for one in queries.captured_queries:
            if (
                not re.search(r"GROUP BY|COUNT\(|SUM\(", one["sql"])
                or '"screening_application"' not in one["sql"]
            ):
                continue
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
                lines = [line[3] for line in cursor.fetchall()]
            bare = [
                line
                for line in lines
                if re.match(r"(SEARCH|SCAN) screening_application\b", line) and "COVERING" not in line
            ]
            # Members of a group are picked one by one: in which districts they lie is read where they are.
            picked = "screening_groupmember" in one["sql"]
            if bare and not picked and "LIMIT" not in one["sql"]:
                read[name] = (bare, one["sql"][:300])
    assert not read, read


def test_a_large_group_lists_its_first_members_and_finds_the_others(world, signed_in, listed):
    lengthen(world, listed, 800)
    group = Group.objects.order_by("number").first()
    visitor = signed_in(world.city.handler)
    text = visitor.get(f"/screening/groups/{group.pk}/").content.decode()
    table = text.partition('id="group-members"')[2].partition("</table>")[0]
    assert table.count("<tr>") == 1 + pages.MEMBERS and "件没有列出" in text
    found = visitor.get(f"/screening/groups/{group.pk}/?q=示例797公司").content.decode()
    assert f"{797:013d}" in found and "件没有列出" not in found


def test_a_long_list_is_split_by_a_job_and_as_at_once(world, signed_in, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: RECEIVED)
    lists = []
    for title in ("甲批", "乙批"):
        received = register(world, title=title)
        rows = [row(n, address=(IN_A, IN_B, "重庆市平安街3号")[n % 3]) for n in range(1, 13)]
        take_in(world, received, as_csv(rows), f"{title}.csv")
        received.refresh_from_db()
        lists.append(received)
    visitor = signed_in(world.city.handler)
    at_once, beside = lists
    visitor.post(f"/screening/{at_once.pk}/split/", {"by_address": "1"})
    monkeypatch.setattr(background, "MANY", 5)
    asked = visitor.post(f"/screening/{beside.pk}/split/", {"by_address": "1"})
    job = Job.objects.get(kind=background.SPLIT)
    assert asked.url == f"/screening/jobs/{job.pk}/"
    assert not beside.applications.exclude(stage=Stage.RECEIVED).exists()
    # Asked again, it is the same job; a colleague is told; a district has no such page.
    assert visitor.post(f"/screening/{beside.pk}/split/", {"by_address": "1"}).url == asked.url
    other = signed_in(world.city.second_handler)
    assert (
        "同事已经提交"
        in other.post(f"/screening/{beside.pk}/split/", {"by_address": "1"}, follow=True).content.decode()
    )
    assert (
        signed_in(world.a.handler).post(f"/screening/{beside.pk}/split/", {"by_address": "1"}).status_code
        == 404
    )
    assert Job.objects.filter(kind=background.SPLIT).count() == 1
    worker.carry_out(job=jobs.claim(at=timezone.now()))
    done = visitor.get(asked.url, follow=True)
    assert done.redirect_chain[-1][0] == f"/screening/{beside.pk}/split/"
    assert "已分派 8 件，4 件须人工指定" in done.content.decode()
    shown = ("number", "unit__code", "stage", "split_by")
    assert list(at_once.applications.order_by("row").values_list(*shown)) == list(
        beside.applications.order_by("row").values_list(*shown)
    )
    assert not faults_of_filings()


def test_a_split_that_is_stopped_leaves_every_application_where_it_was(world, signed_in, monkeypatch):
    received = register(world)
    take_in(world, received, as_csv([row(n) for n in range(1, 9)]))
    monkeypatch.setattr(background, "MANY", 5)
    visitor = signed_in(world.city.handler)
    asked = visitor.post(f"/screening/{received.pk}/split/", {"by_address": "1"})
    visitor.post(asked.url)
    assert Job.objects.get().state == "cancelled" and jobs.claim(at=timezone.now()) is None
    assert received.applications.filter(stage=Stage.RECEIVED).count() == 8
    assert number(1) in visitor.get(f"/screening/{received.pk}/split/").content.decode()
