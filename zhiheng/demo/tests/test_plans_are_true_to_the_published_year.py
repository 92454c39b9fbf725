"""The invented plans, actions and inspections of the year come to what was published, and the services take every one of them."""

from __future__ import annotations

import pytest

from tests.world import make_person, make_unit
from zhiheng.accounts.rights import Role
from zhiheng.demo import plans
from zhiheng.demo.plan_loading import load_plans
from zhiheng.demo.year import YEAR, units
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of
from zhiheng.plans.models import Share

PUBLISHED = {
    "doc.tasks": 24,
    "doc.aspects": 6,
    "doc.scheme": 2,
    "xr.papers": 1,
    "xr.action": 1,
    "enf.typical": 2,
    "prb.n": 4,
    "pln.n": 4,
    "pub.media": 3,
    "enf.delegated": 1,
}


def test_it_is_the_same_at_every_call():
    assert (plans.actions(), plans.typical_cases()) == (plans.actions(), plans.typical_cases())
    assert all(one["deploy"]["begins_on"].year == YEAR for one in plans.actions())


@pytest.mark.django_db
def test_loaded_by_the_services_it_gives_the_published_numbers():
    cast, made = {}, {}
    for row in units():
        code = row["code"]
        unit = made[code] = make_unit(code, row["name"], row["short_name"], made.get(row["parent"]))
        roles = {"planner": Role.PLANNER, "handler": Role.HANDLER}
        if not row["parent"]:
            roles["head"] = Role.UNIT_HEAD
        cast[code] = {name: make_person(unit, f"{code}.{name}", name, role) for name, role in roles.items()}
    load_plans(cast, made, lambda text: None)
    figures = [
        figure(one) for one in (*PUBLISHED, "enf.people", "enf.checked", "agt.check", "plan.shares.rate")
    ]
    found = {one: value.value for one, value in compute(year_of(made[plans.OFFICE], YEAR), figures).items()}
    assert {one: found[one] for one in PUBLISHED} == PUBLISHED
    assert found["enf.people"] > found["enf.checked"] > 100 and found["agt.check"] == 12
    assert 0 < found["plan.shares.rate"] < 100 and Share.objects.filter(supervised_on__isnull=False).exists()
