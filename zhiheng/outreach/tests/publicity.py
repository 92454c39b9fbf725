"""Records of publicity for tests, made by the services as officers make them."""

from __future__ import annotations

from datetime import date

from zhiheng.outreach.models import Activity, ActivityKind, BaseKind, BaseReview, EducationBase, ReachRule
from zhiheng.registers import services
from zhiheng.registers.declaration import find

ON = date(2024, 6, 3)
NAMED = date(2024, 4, 26)


def name_base(world, name: str = "明月湖知识产权教育基地", *, on: date = ON, **answers) -> EducationBase:
    given = {
        "name": name,
        "unit": world.a.unit,
        "kind": BaseKind.SCHOOL,
        "organ": "明月湖中学",
        "batch": 1,
        "named_on": NAMED,
        **answers,
    }
    bases = find("bases")
    return services.begin(actor=world.city.planner, on=on, register=bases, act=bases.begin, answers=given)


def review_base(world, base: EducationBase, *, on: date = ON, **answers) -> BaseReview:
    given = {"year": 2024, "reviewed_on": on, "result": "passed", **answers}
    reviews = find("base-reviews")
    return services.begin(
        actor=world.city.planner, on=on, register=reviews, act=reviews.begin, answers=given, parent=base
    )


def hold_activity(actor, name: str = "知识产权宣传周启动仪式", *, on: date = ON, **answers) -> Activity:
    given = {
        "name": name,
        "kind": ActivityKind.CAMPAIGN,
        "held_on": date(2024, 4, 20),
        "ended_on": date(2024, 4, 26),
        "reach": 1200,
        "reach_rule": ReachRule.COUNTED,
        **answers,
    }
    activities = find("activities")
    return services.begin(actor=actor, on=on, register=activities, act=activities.begin, answers=given)
