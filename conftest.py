"""Fixtures every package's tests may use."""

from __future__ import annotations

import os
import pickle
import re
import sys
from contextvars import ContextVar
from itertools import count
from pathlib import Path

import hypothesis
import pytest

# `tests.world` and the package must be importable whichever way pytest is started.
sys.path.insert(0, str(Path(__file__).resolve().parent))

pytest_plugins = ["tests.cover"]
ON_POSTGRESQL = bool(os.environ.get("DATABASE_URL"))
_JOURNEYS = Path(__file__).resolve().parent / "tests" / "e2e"
_STAGES = pytest.StashKey()
_numbers = count(1)
# Seconds after which a wait is given up: what never comes, not what comes late on a busy machine.
_PATIENCE = 600
# Fixtures, and the mark, by which a test touches the database.
_DATABASE = {"db", "transactional_db", "world", "stage", "live_server"}
_NAMES_DATABASE = re.compile(r"\b(django_db|db|transactional_db|world|stage|live_server)\b")

# Properties are about what is computed, never about how fast: a busy machine must not fail them. `quick` is what
# `make test` tries on every change: the same examples each time, so that what is red is red because of the change. `deep` is
# what `make torture` tries: new examples at every run. `tests/examples.py` scales what a test asks for.
_QUICK = hypothesis.settings(
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    max_examples=40,
    derandomize=True,
)
hypothesis.settings.register_profile("quick", _QUICK)
hypothesis.settings.register_profile("deep", _QUICK, max_examples=1_000, derandomize=False)
hypothesis.settings.load_profile(os.environ.get("ZHIHENG_HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session", autouse=True)
def nothing_outlives_a_power_cut():
    """What tests keep need not be on the disk before they go on. (Databases on the disk and processes of their own see to it themselves.)"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def of_a_page_its_own_context_is_remembered(django_test_environment):
    """Django's test client copies the context of every template that is rendered, each field, icon and row of a page as well. Tests
    look at the page's own."""
    from django.template import Template
    from django.test.utils import instrumented_test_render

    within = ContextVar("within", default=False)

    def rendered(template, context):
        if within.get():
            return template.nodelist.render(context)
        token = within.set(True)
        try:
            return instrumented_test_render(template, context)
        finally:
            within.reset(token)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", rendered)
        yield


@pytest.fixture(scope="session")
def kept_outside(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(autouse=True)
def files_in_a_folder_of_their_own(settings, kept_outside):
    """No test writes into the data directory. Only names are given out: most tests keep no file, and need no folder made for it."""
    number = next(_numbers)
    settings.FILES_DIR = kept_outside / f"files-{number}"
    settings.HEADS_FILE = str(kept_outside / f"ledger-heads-{number}")


@pytest.fixture(autouse=True)
def readers_of_foreign_files_are_waited_for(monkeypatch, request):
    """A busy machine gives a reader little of its processors: no test depends on how soon one is done.

    Where the process of its own is what is tested (`tests/site`, `zhiheng/jobs`) files are read in one: hostile files
    would end ours, and `tests/site/test_readers_in_their_own_process.py` reads an honest file with each reader there is.
    Elsewhere the same request is pickled, carried out and answered here, and starting a process for each file is spared.
    """
    from zhiheng.jobs import child, foreign

    monkeypatch.setattr(foreign, "_QUEUE_SECONDS", _PATIENCE)
    for limits in (foreign.PAPER, foreign.TABLE, foreign.LARGE):
        monkeypatch.setitem(limits.__dict__, "wall", _PATIENCE)
    if not {"site", "jobs"} & set(request.path.parts):
        monkeypatch.setattr(
            foreign,
            "_told",
            lambda asked, *_: child.carried_out(pickle.loads(pickle.dumps(asked, protocol=5))),
        )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """SQLite's tables in the tests refuse what PostgreSQL's refuse: words longer and numbers larger than their columns take.

    There is a database whichever tests are run: pytest-django makes none for tests that have only a stage.
    """
    from django.db.backends.sqlite3.base import DatabaseWrapper
    from pytest_django import fixtures

    fixtures._get_databases_for_setup = lambda items: ({"default"}, set())

    small, large = 2**15, 2**31
    DatabaseWrapper.data_type_check_constraints |= {
        "CharField": 'length("%(column)s") <= %(max_length)s',
        "SlugField": 'length("%(column)s") <= %(max_length)s',
        "FileField": 'length("%(column)s") <= %(max_length)s',
        "IntegerField": f'"%(column)s" BETWEEN -{large} AND {large - 1}',
        "SmallIntegerField": f'"%(column)s" BETWEEN -{small} AND {small - 1}',
        "PositiveIntegerField": f'"%(column)s" BETWEEN 0 AND {large - 1}',
        "PositiveSmallIntegerField": f'"%(column)s" BETWEEN 0 AND {small - 1}',
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Emptying the tables after a transactional test is the one time the ledger's triggers step aside."""
    from django.db import connection

    sql_flush = connection.ops.sql_flush

    def without_triggers(*args, **kwargs):
        if connection.vendor == "postgresql":
            return [
                "ALTER TABLE audit_entry DISABLE TRIGGER USER",
                *sql_flush(*args, **kwargs),
                "ALTER TABLE audit_entry ENABLE TRIGGER USER",
            ]
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        return [
            *(f"DROP TRIGGER {name}" for name, _ in triggers),
            *sql_flush(*args, **kwargs),
            *(create for _, create in triggers),
        ]

    connection.ops.sql_flush = without_triggers


@pytest.fixture
def world(db):
    """The cast of `tests.world`, written anew for each test."""
    from tests import prepared
    from tests.world import build

    built = build()
    prepared.begin("world")
    return built


@pytest.fixture(scope="session")
def stages(request, django_db_setup, django_db_blocker, tmp_path_factory):
    from tests.stage import Stages

    stages = Stages(django_db_blocker.unblock, tmp_path_factory.mktemp("stage"))
    request.config.stash[_STAGES] = stages
    yield stages
    stages.strike()


@pytest.fixture
def stage(request, stages):
    """Where rehearsals are played one after another (`tests/stage.py`). What stands on it would not outlive a test that has
    the database to itself."""
    if request.node.get_closest_marker("django_db") or {"db", "world"} & set(request.fixturenames):
        raise pytest.UsageError(f"{request.node.nodeid}: either `stage` or the database for the test alone")
    return stages.stage()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """The stage's transaction is open from test to test: it ends before any other test begins."""
    if "stage" not in item.fixturenames and (stages := item.config.stash.get(_STAGES, None)):
        stages.strike()


@pytest.fixture
def signed_in():
    """`signed_in(person)` gives a test client signed in as that person."""
    from django.test import Client

    from tests.world import sign_in

    return lambda person: sign_in(Client(), person)


def pytest_ignore_collect(collection_path: Path, config):
    """On PostgreSQL a file that names none of `_DATABASE` has nothing to run, and without a browser none of `tests/e2e`: importing it is
    spared, and all it imports."""
    if collection_path == _JOURNEYS and config.getoption("markexpr") == "not browser":
        return True
    if ON_POSTGRESQL and collection_path.suffix == ".py" and collection_path.name.startswith("test_"):
        return not _NAMES_DATABASE.search(collection_path.read_text("utf-8")) or None
    return None


def _side_by_side(items: list[pytest.Item]) -> None:
    """Tests marked `plays` follow each other by the steps they play on the stage, whatever their module: steps that the next one
    begins with as well stay as they are."""
    played = [i for i in items if i.get_closest_marker("plays")]
    if played:
        first, among = items.index(played[0]), set(played)
        rest = [i for i in items if i not in among]
        played.sort(key=lambda i: i.get_closest_marker("plays").args[0])
        items[:] = [*rest[:first], *played, *rest[first:]]


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL only what may come out differently there is run again: what touches the database, rehearsals excepted.

    A test marked `rehearsal` plays steps through `rehearse` and looks at what the law says of them; it sees no row
    (`tests/architecture/test_tests.py`). The steps themselves, and the ways rehearsals begin by, are taken on both. Of the rest
    `make test` runs what `--covering` calls for (`tests/cover.py`): every statement the suite asks is asked on both.
    """
    _side_by_side(items)
    kept = [i for i in items if i.get_closest_marker("django_db") or _DATABASE & set(i.fixturenames)]
    if unnamed := {i.path for i in kept if not _NAMES_DATABASE.search(i.path.read_text("utf-8"))}:
        raise pytest.UsageError(
            f"would not be run on PostgreSQL: {', '.join(map(str, unnamed))}; name {_DATABASE}"
        )
    if ON_POSTGRESQL:
        chosen = {i for i in kept if not i.get_closest_marker("rehearsal")}
        if folder := config.getoption("--covering"):
            from tests import cover

            chosen = cover.chosen([i for i in items if i in chosen], folder)
        config.hook.pytest_deselected(items=[i for i in items if i not in chosen])
        items[:] = [i for i in items if i in chosen]
