"""A typed value reads the same whoever sends it: as a form cleaned it, as YAML wrote it, as JSON kept it."""

import json
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.law import values

moments = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=values.CHINA)
)
VALUES = {
    "text": st.text(max_size=20),
    "date": st.dates(),
    "datetime": moments,
    "money": st.integers(0, 10**13),
    "integer": st.integers(-(10**9), 10**9),
    "bool": st.booleans(),
    "choice": st.sampled_from(["one", "two"]),
}


def field(kind, columns=()):
    choices = {"one": "甲", "two": "乙"} if kind in ("choice", "choices") else {}
    return SimpleNamespace(code=kind, title=kind, type=kind, choices=choices, columns=columns)


TABLE = field("list", [field(kind) for kind in VALUES])


def plain(value):
    return json.loads(json.dumps(value, default=lambda one: one.isoformat()))


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_what_json_kept_is_what_was_sent(row):
    for code, value in row.items():
        assert values.read(field(code), plain(value)) == values.read(field(code), value) == value
    assert values.read(TABLE, plain([row])) == values.read(TABLE, [row]) == [row]
    assert values.read(TABLE, values.read(TABLE, [row])) == [row]


def test_a_moment_without_a_zone_is_one_of_this_country():
    read = values.read(field("datetime"), "2025-03-03 09:30")
    assert read == datetime(2025, 3, 3, 9, 30, tzinfo=values.CHINA)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", "2025年3月3日"), ("date", "2025-02-30"), ("date", datetime(2025, 3, 3)), ("date", 20250303),
        ("datetime", "2025-03-03"), ("datetime", "昨天上午"), ("datetime", date(2025, 3, 3)),
        ("money", "9000"), ("money", 12.5), ("money", -1), ("money", True), ("integer", "3"), ("integer", False),
        ("bool", "true"), ("choice", "three"), ("choice", ["one"]), ("choices", "one"), ("choices", ["three"]), ("list", "x"),
    ],
)  # fmt: skip
def test_what_is_no_value_of_the_field_is_said_and_kept_as_it_stands_where_it_was_kept_before(kind, value):
    with pytest.raises(values.Unfit):
        values.read(field(kind), value)
    assert values.kept(field(kind), value) is value
    if kind not in ("choices", "list"):
        with pytest.raises(values.Unfit, match="第2行"):
            values.read(TABLE, [{}, {kind: value}])
