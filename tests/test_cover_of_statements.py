"""What runs on PostgreSQL again asks every part of every statement the suite asks of SQLite, and is the same choice in every worker."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cover import Noted, Notes, about_databases, cover, parts, plain, read
from tests.examples import examples
from zhiheng.accounts.models import Unit
from zhiheng.audit.tables import behind
from zhiheng.documents.models import NumberSeries

NOTED = st.dictionaries(
    st.text(alphabet="abcdefgh", min_size=1, max_size=4),
    st.builds(
        Noted,
        st.floats(0, 60, allow_nan=False),
        st.frozensets(st.sampled_from("ABCDEFGHIJKLMNOP"), min_size=1),
    ),
    max_size=25,
)


@settings(max_examples=examples(100), deadline=None)
@given(tests=NOTED, times=st.integers(1, 3), seed=st.randoms(use_true_random=False))
def test_every_part_is_asked_so_many_times_or_by_all_there_are(tests, times, seed):
    already = seed.sample(sorted(tests), len(tests) // 4)
    found = cover(tests, already=already, times=times)
    there = Counter(part for noted in tests.values() for part in noted.parts)
    asked = Counter(part for test in found for part in tests[test].parts)
    assert set(already) <= found
    assert all(asked[one] >= min(times, many) for one, many in there.items())
    spared = [
        test
        for test in found.difference(already)
        if all(asked[one] > min(times, there[one]) for one in tests[test].parts)
    ]
    assert not spared, "what they ask is asked often enough by others"


@given(tests=NOTED, seed=st.randoms(use_true_random=False))
def test_the_choice_does_not_hang_on_the_order_of_the_notes(tests, seed):
    names = sorted(tests)
    seed.shuffle(names)
    assert cover({name: tests[name] for name in names}) == cover(tests)


def test_of_two_that_ask_the_same_the_quicker_runs():
    asked = frozenset("AB")
    assert cover({"slow": Noted(9, asked), "quick": Noted(1, asked)}, times=1) == {"quick"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('SELECT "a" FROM "t" WHERE "id" IN (%s)', 'SELECT "a" FROM "t" WHERE "id" IN (%s, %s, %s)'),
        ('INSERT INTO "t" ("a") VALUES (%s)', 'INSERT INTO "t" ("a") VALUES (%s), (%s)'),
        ('SELECT "a" FROM "t" LIMIT 21', 'SELECT "a" FROM "t" LIMIT 50'),
        ('SAVEPOINT "s123_x4"', 'RELEASE SAVEPOINT "s123_x9"'),
        ('SELECT T4."a" FROM "t" T4', 'SELECT T7."a" FROM "t" T7'),
        ('SELECT "t"."a", "t"."b" FROM "t"', 'SELECT "t"."a", "t"."c" AS "d", "t"."e" FROM "t"'),
        ("(a = %s AND b = %s)", "(a = %s AND b = %s) OR (a = %s AND b = %s)"),
        (
            'UPDATE "t" SET "a" = %s WHERE "t"."id" = %s',
            'UPDATE "t" SET "b" = NULL, "c" = %s WHERE "t"."id" = %s',
        ),
        ('INSERT INTO "t" ("a") VALUES (%s)', 'INSERT INTO "t" ("a", "b") VALUES (%s, NULL)'),
        ('SELECT "a" FROM "t" ORDER BY "t"."id" ASC', 'SELECT "a" FROM "t" ORDER BY "t"."id" DESC'),
        (
            'SELECT "a" FROM "t" UNION ALL SELECT "b" FROM "u"',
            'SELECT "b" FROM "u" UNION ALL SELECT "a" FROM "t"',
        ),
    ],
)
def test_what_differs_from_call_to_call_makes_no_other_parts(one, other):
    assert parts(one) == parts(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('SELECT "a" FROM "t"', 'SELECT "a" FROM "t" ORDER BY "a"'),
        ('SELECT "a1" FROM "t"', 'SELECT "a2" FROM "t"'),
        ('SELECT "a" FROM "t" WHERE "b" = %s', 'SELECT "a" FROM "t" WHERE "b" IS NULL'),
    ],
)
def test_what_is_asked_otherwise_has_other_parts(one, other):
    assert parts(one) != parts(other)


_HERE = 'SELECT "t"."a" FROM "t" WHERE {} ORDER BY "t"."a"'


def test_conditions_joined_are_asked_where_each_of_them_is():
    equal, like, more = '"t"."a" = %s', """ "t"."b" LIKE %s ESCAPE '!' """.strip(), '"t"."c" > %s'
    alone = [parts(_HERE.format(one)) for one in (equal, like, more)]
    assert parts(_HERE.format(f"({equal} AND ({like} OR NOT ({more})))")) == frozenset().union(*alone)
    assert all(one - other for one in alone for other in alone if one != other)


def test_a_condition_that_is_reckoned_stays_in_its_statement():
    for one in ('lower("t"."a") = %s', '"t"."a" > ("t"."b" + %s)', '"t"."a" IN (SELECT U0."a" FROM "u" U0)'):
        (only,) = parts(_HERE.format(one))
        assert one in only


def test_what_a_test_asks_of_one_table_plainly_is_told_from_what_may_come_out_otherwise():
    for one in (
        'SELECT "t"."a", "t"."b" FROM "t" WHERE ("t"."a" = %s AND "t"."b" IS NULL) ORDER BY "t"."id" ASC LIMIT 1',
        'SELECT COUNT(*) AS "__count" FROM "t"',
        'UPDATE "t" SET "a" = %s WHERE "t"."id" = %s',
        'INSERT INTO "t" ("a", "b") VALUES (%s, %s) RETURNING "t"."id"',
        'DELETE FROM "t" WHERE "t"."id" IN (%s, %s)',
    ):
        assert plain(one), one
    for one in (
        'SELECT "t"."a", "t"."b" FROM "t" ORDER BY "t"."b" ASC',
        """SELECT "t"."a", "t"."b" FROM "t" WHERE "t"."b" LIKE %s ESCAPE '\\'""",
        'SELECT "t"."a", "t"."b" FROM "t" INNER JOIN "u" ON ("t"."u_id" = "u"."id")',
        'SELECT SUM("t"."a") AS "sum" FROM "t"',
        'UPDATE "t" SET "a" = ("t"."a" + %s) WHERE "t"."id" = %s',
        'SAVEPOINT "s1"',
    ):
        assert not plain(one), one


@pytest.mark.django_db
def test_what_is_asked_is_noted_with_the_test_and_what_is_refused_as_well(tmp_path):
    notes = Notes(tmp_path / "notes" / "all.json")
    with connection.execute_wrapper(notes.ask), connection.cursor() as cursor:
        running = notes.pytest_runtest_protocol(type("Item", (), {"nodeid": "a::b"}))
        next(running)
        cursor.execute("SELECT 1")
        with pytest.raises(DatabaseError, match="nothing") as refused, transaction.atomic():
            cursor.execute("SELECT nothing FROM nothing")
        assert not Unit.objects.filter(code="0").exists()  # a test's own look
        assert not behind(connection)  # the application's, of one table too
        with pytest.raises(StopIteration):
            running.send(None)
    notes.pytest_sessionfinish()
    asked = read(tmp_path / "notes")["a::b"].parts
    assert {"SELECT 0", "SELECT nothing FROM nothing", 'SELECT columns FROM "django_migrations"'} <= asked
    assert not [one for one in asked if "accounts_unit" in one]
    assert [one.split()[1] for one in asked if one.startswith("!")] == [refused.type.__name__]
    assert json.loads((tmp_path / "notes" / "all.json").read_text("utf-8"))["tests"].keys() == {"a::b"}


def test_a_file_that_speaks_of_databases_is_known():
    assert about_databases('if connection.vendor == "sqlite":')
    assert about_databases("@pytest.mark.django_db(transaction=True)")
    assert not about_databases("@pytest.mark.django_db\ndef test_a_step(world): ...")


@pytest.mark.django_db
def test_sqlite_refuses_in_the_tests_what_postgresql_refuses(world):
    """Or else what is not run there again could fail there alone."""
    for change in ({"short_name": "长" * 101}, {"pay_code": "1" * 1000}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Unit.objects.filter(pk=world.a.unit.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        NumberSeries.objects.create(prefix="渝", code="罚", year=2**15, last=1)
