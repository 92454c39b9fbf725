"""What the year counts is read from indexes alone: a register of a hundred thousand rows is not gone through row by row."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiheng.figures import selectors as figures

_PARTS = re.compile(r" UNION ALL (?=SELECT \d+ AS)")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL chooses by the rows there are")
def test_the_figures_of_the_whole_office_read_no_table(world):
    scope = figures.year_of(world.city.unit, 2024, date(2025, 2, 1))
    with CaptureQueriesContext(connection) as asked:
        figures.compute_each([scope])
    parts = [part for one in asked.captured_queries for part in _PARTS.split(one["sql"])]
    assert len(parts) > 20
    read = set()
    with connection.cursor() as cursor:
        for part in parts:
            cursor.execute(f"EXPLAIN QUERY PLAN {part}")
            read |= {row[3] for row in cursor.fetchall() if re.match("SEARCH|SCAN", row[3])}
    assert not sorted(line for line in read if "COVERING INDEX" not in line and "PRIMARY KEY" not in line)
