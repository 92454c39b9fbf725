"""The same question about the same state of the records is worked out once; after any act it is worked out anew."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.casework import Worker
from tests.world import build
from zhiheng.accounts import services as people
from zhiheng.figures import remembering, selectors
from zhiheng.figures.registry import registered


@pytest.fixture
def kept(transactional_db, settings):
    settings.KEEP_ANSWERS = True
    remembering._kept.clear()
    yield build()
    remembering._kept.clear()


def asked(scope) -> int:
    """Queries that an answer takes."""
    with CaptureQueriesContext(connection) as queries:
        selectors.compute(scope)
        selectors.breakdown(registered()[0], scope, "month")
    return len(queries)


def test_an_answer_is_kept_until_something_is_done(kept):
    Worker(kept.a).to_filed()
    scope = selectors.year_of(kept.city.unit, 2024)
    first, again = asked(scope), asked(scope)
    assert first == 4 and again == 2  # each asks which state the records are in, and no more
    before = selectors.compute(scope)
    Worker(kept.a).to_decided()
    assert asked(scope) == first
    assert selectors.compute(scope) != before


def test_looking_signing_in_and_fetching_change_nothing(kept):
    Worker(kept.a).to_filed()
    scope = selectors.year_of(kept.city.unit, 2024)
    asked(scope)
    people.record_sign_out(actor=kept.a.handler, on=scope.first)
    assert asked(scope) == 2


def test_nothing_is_kept_of_an_installation_without_acts_nor_inside_a_transaction(kept):
    scope = selectors.year_of(kept.city.unit, 2024)
    assert asked(scope) == asked(scope) == 4
    Worker(kept.a).to_filed()
    asked(scope)
    with transaction.atomic():
        assert asked(scope) >= 2
        kept_before = dict(remembering._kept)
        selectors.compute(selectors.year_of(kept.city.unit, 2023))
        assert dict(remembering._kept) == kept_before


def test_nothing_is_kept_for_long_and_only_so_much(kept, monkeypatch):
    Worker(kept.a).to_filed()
    monkeypatch.setattr(remembering, "_ANSWERS", 5)
    for year in range(2000, 2020):
        selectors.compute(selectors.year_of(kept.city.unit, year))
    assert len(remembering._kept) == 5
    scope = selectors.year_of(kept.city.unit, 2024)
    asked(scope)
    monkeypatch.setattr(remembering, "_SECONDS", 0)
    assert asked(scope) == 4


def test_tests_and_commands_keep_nothing(db, world, settings):
    assert settings.KEEP_ANSWERS is False
    Worker(world.a).to_filed()
    selectors.compute(selectors.year_of(world.city.unit, 2024))
    assert not remembering._kept
