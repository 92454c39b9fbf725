"""What stands for a whole module of tests: its rows are written once and taken back at the end, each test's own with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import override_settings


def _places(folder: Path) -> dict[str, Path | str]:
    """Where files and heads of the ledger are."""
    return {"FILES_DIR": folder / "files", "HEADS_FILE": str(folder / "heads")}


@contextmanager
def _standing(folder: Path, build: Callable[[Path], SimpleNamespace]) -> Iterator[SimpleNamespace]:
    with override_settings(**_places(folder)), transaction.atomic():
        built = build(folder)
        built.folder = folder
        yield built
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def _office(django_db_setup, django_db_blocker, tmp_path_factory):
    from tests.site.office import build_office

    with django_db_blocker.unblock(), _standing(tmp_path_factory.mktemp("office"), build_office) as built:
        yield built


@pytest.fixture
def office(_office):
    """`tests.site.office`, for one test."""
    with override_settings(**_places(_office.folder)):
        yield _office


@pytest.fixture(scope="module")
def _house(django_db_setup, django_db_blocker, tmp_path_factory):
    from tests.site.test_whose_it_is import build_house

    with django_db_blocker.unblock(), _standing(tmp_path_factory.mktemp("house"), build_house) as built:
        yield built


@pytest.fixture
def house(_house):
    """The cast of `tests.world` with whatever an address can name, for one test; `.named` says what stands in each route."""
    with override_settings(**_places(_house.folder)):
        yield _house
