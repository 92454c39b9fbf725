"""Fixtures every package's tests may use."""

from __future__ import annotations

import sys
from pathlib import Path

import hypothesis
import pytest

# `tests.world` and the package must be importable whichever way pytest is started.
sys.path.insert(0, str(Path(__file__).resolve().parent))

# Properties are about what is computed, never about how fast: a busy machine must not fail them.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def files_in_a_folder_of_their_own(settings, tmp_path):
    """No test writes into the data directory."""
    settings.FILES_DIR = tmp_path / "files"
    settings.HEADS_FILE = str(tmp_path / "ledger-heads")


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
    from tests.world import build

    return build()


@pytest.fixture
def signed_in():
    """`signed_in(person)` gives a test client signed in as that person."""
    from django.test import Client

    from tests.world import sign_in

    return lambda person: sign_in(Client(), person)


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL only what touches the database is run again: pure tests cannot come out differently there."""
    import os

    if not os.environ.get("DATABASE_URL"):
        return
    database = {"db", "transactional_db", "world", "live_server"}
    kept = [i for i in items if i.get_closest_marker("django_db") or database & set(i.fixturenames)]
    config.hook.pytest_deselected(items=[i for i in items if i not in set(kept)])
    items[:] = kept
