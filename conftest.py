"""Fixtures every package's tests may use."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# `tests.world` and the package must be importable whichever way pytest is started.
sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(autouse=True)
def files_in_a_folder_of_their_own(settings, tmp_path):
    """No test writes into the data directory."""
    settings.FILES_DIR = tmp_path / "files"


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
