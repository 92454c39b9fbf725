"""A state that is laid down is the state its steps come to, to the last column and file, and only where it begins from the same."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection, transaction

from tests import prepared
from tests.casework import Worker
from zhiheng.audit import services
from zhiheng.cases.models import Case

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL takes every step"),
]
STATES = ["to_filed", "to_noticed", "to_decided", "to_archived"]


@pytest.fixture(autouse=True)
def nothing_is_noted(monkeypatch):
    monkeypatch.setattr(prepared, "_effects", {})


@pytest.fixture
def taken(monkeypatch):
    """The steps that were really taken."""
    taken = []
    step = Worker.step
    monkeypatch.setattr(
        Worker, "step", lambda self, code, **said: (taken.append(code), step(self, code, **said))[1]
    )
    return taken


def everything(folder) -> dict:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        tables = {}
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{name}"')
            tables[name] = sorted(cursor.fetchall(), key=repr)
    files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {**tables, "files": files}


@pytest.mark.parametrize("state", STATES)
def test_what_is_laid_down_is_what_the_steps_came_to(world, state, taken, tmp_path):
    found = []
    for turn in ("first", "again"):
        settings.FILES_DIR = tmp_path / turn
        with transaction.atomic():
            work = Worker(world.a)
            assert getattr(work, state)() is work
            found.append((everything(settings.FILES_DIR), work.on, work.case.state, len(taken)))
            transaction.set_rollback(True)
    (rows, on, stands, steps), again = found
    assert steps and again == (rows, on, stands, steps)
    assert rows["files"] and rows["cases_case"]


def test_work_goes_on_from_what_was_laid_down(world, taken):
    with transaction.atomic():
        Worker(world.a).to_noticed()
        transaction.set_rollback(True)
    del taken[:]
    work = Worker(world.a).to_decided()
    assert taken == ["deliberate", "decide_penalty"]
    work.wait(2).step("serve_decision")
    assert Case.objects.get().state == "served"
    assert services.verify().broken == ""


def test_a_second_case_is_another_state_than_the_first(world, taken):
    first = Worker(world.a).to_filed()
    steps = len(taken)
    second = Worker(world.a).to_filed()
    assert first.case.pk != second.case.pk and len(taken) == 2 * steps
    assert Case.objects.count() == 2


def test_whoever_wrote_in_between_has_the_steps_taken(world, taken):
    with transaction.atomic():
        Worker(world.a).to_filed()
        transaction.set_rollback(True)
    steps = len(taken)
    world.a.unit.phone = "023-99999999"
    world.a.unit.save()
    assert not prepared.known()
    Worker(world.a).to_filed()
    assert len(taken) == 2 * steps


def test_another_cast_or_day_is_another_state(world, taken):
    for work in (Worker(world.a), Worker(world.b), Worker(world.a).wait(1)):
        with transaction.atomic():
            del taken[:]
            work.to_filed()
            assert taken
            transaction.set_rollback(True)


class Brief(Worker):
    """A worker who answers otherwise."""

    def data(self, step, **given) -> dict:
        return super().data(step, **given) | ({"findings": "别的情况。"} if "findings" in step.asks else {})


def test_a_worker_who_answers_otherwise_comes_to_another_state(world, taken):
    for worker in (Worker, Brief):
        with transaction.atomic():
            del taken[:]
            worker(world.a).to_filed()
            assert taken
            transaction.set_rollback(True)


def test_whoever_watches_the_steps_sees_every_one(world):
    seen = []
    for _ in range(2):
        with transaction.atomic():
            work = Worker(world.a)
            step = work.step
            work.step = lambda code, step=step, **said: (seen.append(code), step(code, **said))[1]
            work.to_filed()
            transaction.set_rollback(True)
    assert seen == ["start_verification", "record_inspection", "file_case"] * 2


def test_a_savepoint_taken_back_is_the_state_it_was_made_in(world):
    with transaction.atomic():
        Worker(world.a).register()
        assert not prepared.known()
        transaction.set_rollback(True)
    assert prepared.known()


def test_a_row_written_past_django_is_noticed(world, taken):
    with transaction.atomic():
        Worker(world.a).to_filed()
        transaction.set_rollback(True)
    assert prepared.known()
    connection.connection.execute("UPDATE accounts_unit SET phone = '1'")
    assert not prepared.known()
    steps = len(taken)
    Worker(world.a).to_filed()
    assert len(taken) == 2 * steps
