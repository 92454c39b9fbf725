"""Records of plans for tests, made by the services as officers make them."""

from __future__ import annotations

from datetime import date
from functools import partial

from tests import records

ON = date(2024, 4, 1)


begin = partial(records.begin, on=ON)
take = partial(records.take, on=date(2024, 12, 1))


def plan(world, **answers):
    given = {
        "title": "2024年行政保护工作实施方案",
        "kind": "protection",
        "year": 2024,
        "issued_on": date(2024, 3, 15),
        "ends_on": date(2024, 12, 31),
        **answers,
    }
    return begin(world.city.planner, "plans", given)


def task(world, aspect=None, **answers):
    if aspect is None:
        aspect = begin(world.city.planner, "plan-aspects", {"seq": 1, "title": "加大执法力度"}, plan(world))
    given = {"seq": 1, "title": "查办商标侵权案件", "lead": "保护处", "rhythm": "once", **answers}
    return begin(world.city.planner, "plan-tasks", given, aspect)
