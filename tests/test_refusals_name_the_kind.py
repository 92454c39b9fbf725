"""What is refused about a matter is refused in the words and under the articles of its own kind."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.utils import timezone

from tests.drafting import TextWorker
from zhiheng.accounts.models import Person
from zhiheng.law import current_book
from zhiheng.matters import services
from zhiheng.refusal import Refused
from zhiheng.screening.tests.received import register

pytestmark = pytest.mark.django_db

ON = date(2024, 9, 3)
OF_THE_PENALTY = ("行政处罚法", "程序规定", "本案", "案件")


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


def refusals(record, strangers: list[Person], step: str) -> list[str]:
    """What strangers to the matter are told whatever they try, and what its own are told of officers."""
    told = []
    for who in strangers:
        for act in (
            lambda who=who: services.take_step(actor=who, record=record, step=step, data={}, on=ON),
            lambda who=who: services.add_evidence(
                actor=who, record=record, on=ON, name="某证据", kind="documentary", source="某", proves="某",
                collected_on=ON, file=io.BytesIO(b""), file_name="",
            ),
            lambda who=who: services.file_supplement(actor=who, record=record, on=ON),
            lambda who=who: services.assign_officers(actor=who, record=record, people=[who], on=ON),
        ):  # fmt: skip
            with pytest.raises(Refused) as refused:
                act()
            told.append(str(refused.value))
    return told


@pytest.mark.parametrize("kind", ["text", "screening"])
def test_a_text_and_a_list_are_not_refused_under_the_penalty_law(world, kind):
    if kind == "text":
        record = TextWorker(world.city).project
    else:
        record = register(world, on=ON, due=date(2024, 10, 1))
    this = current_book().kind(record.kind).this
    steps = [s for s in current_book().procedure_versions[record.matter.proceeding.procedure][-1].steps.values()
             if s.by == ("handler",) and not s.begins]  # fmt: skip
    told = refusals(record, [world.city.second_handler], steps[0].code)
    assert any(this in words for words in told)
    assert not [words for words in told if any(word in words for word in OF_THE_PENALTY)], told


def test_every_kind_says_what_it_is_called_and_rests_on_no_article_that_is_not_its_own():
    for kind in current_book().kinds.values():
        assert kind.this.startswith("本"), kind.code
        if not kind.certified:
            assert not [a for a in kind.basis.values() if "行政处罚法" in a or "程序规定" in a], kind.code
