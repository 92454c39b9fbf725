"""What the year counts is read from indexes alone: a register of a hundred thousand rows is not gone through row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiheng.figures import selectors as figures

_PARTS = re.compile(r" UNION ALL (?=SELECT \d+ AS)")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL chooses by the rows there are")
@pytest.mark.parametrize("told", [False, True], ids=["a new office", "an office of a million cases"])
def test_the_figures_of_the_whole_office_read_no_table(world, told):
    scope = figures.year_of(world.city.unit, 2024, date(2025, 2, 1))
    with CaptureQueriesContext(connection) as asked:
        figures.compute_each([scope])
    parts = [part for one in asked.captured_queries for part in _PARTS.split(one["sql"])]
    assert len(parts) > 20
    read = set()
    with connection.cursor() as cursor, _a_million_rows_told_of(cursor) if told else nullcontext():
        for part in parts:
            cursor.execute(f"EXPLAIN QUERY PLAN {part}")
            read |= {row[3] for row in cursor.fetchall() if re.match("SEARCH|SCAN", row[3])}
    assert not sorted(line for line in read if "COVERING INDEX" not in line and "PRIMARY KEY" not in line)


@contextmanager
def _a_million_rows_told_of(cursor) -> Iterator[None]:
    """What ANALYZE would have noted of tables of a million rows, each with some fifty values in the first column of an index: the
    planner weighs other ways then than in tables without a row."""
    cursor.execute("ANALYZE")
    cursor.execute("SELECT tbl_name, name FROM sqlite_schema WHERE type = 'index'")
    for table, index in cursor.fetchall():
        cursor.execute("SELECT count(*) FROM pragma_index_info(%s)", [index])
        alike = " ".join(["20000", *["5"] * (cursor.fetchone()[0] - 1)])
        cursor.execute("INSERT INTO sqlite_stat1 VALUES (%s, %s, %s)", [table, index, f"1000000 {alike}"])
    cursor.execute("ANALYZE sqlite_schema")
    yield
    # The connection remembers, whatever is rolled back.
    cursor.execute("DELETE FROM sqlite_stat1")
    cursor.execute("ANALYZE sqlite_schema")
