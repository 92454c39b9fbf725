"""What programs read of records: plain values with stable codes, only what the reader may see."""

from __future__ import annotations

import json
from datetime import date

import pytest

from zhiheng.outreach.tests.publicity import ON, hold_activity, name_base, review_base
from zhiheng.registers import selectors, services
from zhiheng.registers.declaration import find, registered


def test_a_record_is_codes_iso_days_and_fen(world):
    activities = find("activities")
    held = hold_activity(world.a.handler, cost_fen=1234_56, organisers=["科技馆"])
    record = selectors.record_for(world.a.handler, activities, held.pk, ON)
    told = selectors.as_dict(activities, record)
    assert json.loads(json.dumps(told)) == told
    wanted = {"kind_of_record": "activities", "unit": "500112", "kind": "campaign", "held_on": "2024-04-20"}
    wanted |= {"cost_fen": 123456, "organisers": ["科技馆"], "state": "done", "version": 1, "voided_on": None}
    assert wanted.items() <= told.items()


def test_a_walk_over_all_records_sees_the_standing_ones_once_and_no_neighbours(world):
    bases = find("bases")
    made = [name_base(world, f"{n}号基地", unit=(world.a if n % 2 else world.b).unit) for n in range(7)]
    services.void(actor=world.city.planner, on=ON, register=bases, record=made[3], why="重登")

    def walk(actor):
        seen, after = [], 0
        while page := selectors.page_of_dicts(actor, bases, ON, after=after, limit=2):
            seen += [one["name"] for one in page]
            after = page[-1]["id"]
        return seen

    assert walk(world.city.planner) == [base.name for base in made if base is not made[3]]
    assert walk(world.a.handler) == ["1号基地", "5号基地"]


@pytest.mark.django_db
def test_every_kind_says_what_its_records_hold():
    kinds = {kind["kind"]: kind for kind in selectors.kinds_as_dicts()}
    assert kinds.keys() == {one.code for one in registered()}
    assert json.loads(json.dumps(list(kinds.values()))) == list(kinds.values())
    assert kinds["base-reviews"]["parent"] == "bases"
    result = next(c for c in kinds["base-reviews"]["columns"] if c["name"] == "result")
    assert {"code": "mend", "title": "限期整改"} in result["choices"]


def test_a_record_below_names_the_one_above_by_its_number(world):
    base = name_base(world)
    review = review_base(world, base, mend_by=date(2024, 9, 1), result="mend")
    reviews = find("base-reviews")
    record = selectors.record_for(world.city.planner, reviews, review.pk, ON)
    assert selectors.as_dict(reviews, record)["base"] == base.pk
