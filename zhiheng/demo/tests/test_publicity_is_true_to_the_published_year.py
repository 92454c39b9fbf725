"""The invented publicity of the year comes to what was published, and its services take every row of it."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.world import make_person, make_unit
from zhiheng.accounts.models import Unit
from zhiheng.accounts.rights import Role
from zhiheng.demo import loading
from zhiheng.demo.publicity import activities, bases
from zhiheng.demo.year import YEAR, units
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of

PUBLISHED = {"pub.base": 31, "pub.base.standing": 31}


def test_it_is_the_same_at_every_call_and_names_nothing_twice():
    assert (bases(), activities()) == (bases(), activities())
    assert len({base["name"] for base in bases()}) == len(bases()) == 31
    assert max(Counter((a["unit"], a["name"], a["held_on"]) for a in activities()).values()) == 1
    assert all(a["held_on"].year == a["ended_on"].year == YEAR for a in activities())


@pytest.mark.django_db
def test_loaded_by_the_services_it_gives_the_published_numbers():
    office = None
    for row in units():
        office = make_unit(
            row["code"], row["name"], row["short_name"], office and Unit.objects.get(code=row["parent"])
        )
        make_person(office, f"{row['code']}.planner", row["short_name"][:10], Role.PLANNER)
        office = Unit.objects.get(code="500000")
    loading._publicity(loading._cast(), {unit.code: unit for unit in Unit.objects.all()}, lambda words: None)
    wanted = [figure(name) for name in (*PUBLISHED, "pub.reach", "pub.visit", "pub.events")]
    found = {name: value.value for name, value in compute(year_of(office, YEAR), wanted).items()}
    assert {name: found[name] for name in PUBLISHED} == PUBLISHED
    # 覆盖社会公众超过1000万人次, 每日吸引超6500人次观展: true, and not badly said.
    assert 10_000_000 < found["pub.reach"] < 11_000_000
    assert 6500 < found["pub.visit"] < 6600
    assert found["pub.events"] > 50
