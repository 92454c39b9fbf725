"""Statements put together once give what the query set gives, whatever it is asked with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection, reset_queries
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.accounts.models import Certificate, Person, RoleGrant, Unit
from zhiheng.accounts.selectors import _PARTS, _parts_held
from zhiheng.statements import Once

pytestmark = pytest.mark.django_db
DAYS = st.dates(date(2018, 1, 1), date(2032, 12, 31))


def _people(path: str, on: date) -> QuerySet:
    held = RoleGrant.objects.filter(person=OuterRef("pk"), since__lte=on)
    return (
        Person.objects.filter(Exists(held), unit__path__startswith=path).select_related("unit").order_by("pk")
    )


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(on=DAYS, days=st.integers(0, 2000))
def test_the_roles_of_everybody_are_those_the_query_set_gives(world, on, days):
    for person in (world.a.handler, world.city.chief, world.b.leader):
        asked = (person.pk, person.unit_id, on + timedelta(days=days))
        assert sorted(_PARTS(*asked)) == sorted(_parts_held(*asked))


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.one_of(
        st.sampled_from(["", "500000/", "500000/500112/"]), st.text("0123456789/%_\\'\"", max_size=8)
    ),
    on=DAYS,
)
def test_rows_with_what_belongs_to_them_are_those_of_the_query_set(world, path, on):
    once = Once(_people)
    for _ in range(2):  # put together, then filled in
        found, wanted = once(path, on), list(_people(path, on))
        assert found == wanted
        assert [(p.unit, p.is_active, p.last_login) for p in found] == [
            (p.unit, p.is_active, p.last_login) for p in wanted
        ]


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.one_of(st.sampled_from(["甲区", "mark-0000", "局"]), st.text("甲局%_\\\\'", max_size=4)),
        max_size=3,
    ),
    units=st.lists(st.integers(1, 6), max_size=3),
)
def test_words_that_may_stand_anywhere_in_a_text_find_what_the_query_set_finds(world, words, units):
    def build(number: int, *given: int | str) -> QuerySet:
        rows = Unit.objects.filter(pk__in=given[:number]) if number else Unit.objects.all()
        for word in given[number:]:
            rows = rows.filter(Q(name__icontains=word) | Q(code__istartswith=word))
        return rows.order_by("pk").values_list("pk", "name")

    once = Once(build)
    for _ in range(2):
        assert once(*units, *words, apart=(len(units),)) == list(build(len(units), *units, *words))


def test_a_word_looked_for_anywhere_is_filled_in_and_what_nothing_can_meet_is_asked_for_plainly(world):
    made = []

    def build(units: tuple, word: str) -> QuerySet:
        made.append(word)
        return Unit.objects.filter(pk__in=units, name__icontains=word)

    once, every = Once(build), tuple(Unit.objects.values_list("pk", flat=True))
    once("局", apart=(every,))
    before = len(made)
    assert set(once("区", apart=(every,))) == set(Unit.objects.filter(name__icontains="区"))
    assert len(made) == before
    assert once("区", apart=((),)) == []


def test_it_is_put_together_once_and_asked_once_each_time(world):
    made = []

    def build(path: str) -> QuerySet:
        made.append(path)
        return Unit.objects.filter(path__startswith=path).order_by("code")

    once = Once(build)
    once("500000/")
    before = len(made)
    reset_queries()
    with CaptureQueriesContext(connection) as captured:
        assert [unit.code for unit in once("500000/500112/")] == ["500112"]
    assert len(made) == before and len(captured) == 1


def test_what_depends_on_more_than_its_values_is_kept_apart(world):
    once = Once(lambda kinds, path: Unit.objects.filter(kind__in=kinds, path__startswith=path))
    for kinds in (("office",), ("office", "district"), ("district",)):
        wanted = set(Unit.objects.filter(kind__in=kinds))
        assert set(once("500000/", apart=(kinds,))) == set(once("500000/", apart=(kinds,))) == wanted


def test_values_that_cannot_be_told_apart_are_put_together_each_time(world):
    once = Once(lambda a, b: Certificate.objects.filter(pk__gte=a + b))
    assert once(0, 0) == once(0, 0) == list(Certificate.objects.all())
    assert once(10**9, 1) == []


def test_an_instance_of_a_row_knows_that_it_is_saved_and_fetches_what_was_left_out(world):
    person = Person.objects.only("name").get(pk=world.a.handler.pk)
    assert not person._state.adding and person.get_deferred_fields() >= {"username", "phone"}
    assert person.username == world.a.handler.username
    person.name = "改名"
    person.save(update_fields=["name"])
    person.refresh_from_db()
    assert (person.name, person.unit) == ("改名", world.a.unit)
