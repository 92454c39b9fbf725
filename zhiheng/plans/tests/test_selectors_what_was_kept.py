"""What a report found wrong is held against what the year after made of it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.year import begin, take
from zhiheng.plans import selectors, services

pytestmark = pytest.mark.django_db
FOUND, ISSUED, DONE = date(2024, 12, 20), date(2025, 3, 12), date(2025, 11, 3)


@pytest.fixture
def told(world):
    planner = world.city.planner
    said = {"title": "基层力量不足", "year": 2024, "found_on": FOUND, "owner": "法规处"}
    problem = begin(planner, "problems", said, on=FOUND)
    begin(planner, "problems", said | {"title": "普法不够"}, on=FOUND)
    remedy = begin(planner, "remedies", {"title": "充实基层力量", "set_on": FOUND}, problem, on=FOUND)
    plan = {
        "title": "2025年方案",
        "kind": "protection",
        "year": 2025,
        "issued_on": ISSUED,
        "ends_on": date(2025, 12, 31),
    }
    plan = begin(planner, "plans", plan, on=ISSUED)
    aspect = begin(planner, "plan-aspects", {"seq": 1, "title": "提升能力"}, plan, on=ISSUED)
    (task,) = services.take_up(actor=planner, on=ISSUED, remedies=[remedy], aspect=aspect)
    return problem, task


def test_a_measure_is_followed_to_its_task_and_to_the_end_of_the_problem(world, told, signed_in):
    problem, task = told
    planner = world.city.planner
    first, second = selectors.kept(planner, 2024, DONE)
    assert [(t.pk, state.code) for t, state in first.tasks] == [(task.pk, "open")] and not second.tasks
    assert first.remedies[0].plan_title == "2025年方案" and first.state.code == "open"
    take(planner, "plan-tasks", task, "finish", {"done_on": DONE, "done_how": "招录十人。"}, on=DONE)
    take(planner, "problems", problem, "close", {"closed_on": DONE, "closed_how": "力量已充实。"}, on=DONE)
    first, _ = selectors.kept(planner, 2024, DONE)
    assert first.state.code == "closed" and first.tasks[0][1].code == "done"
    assert selectors.years_of_problems(planner, DONE) == [2024]
    client = signed_in(planner)
    assert 'href="/plans/kept/"' in client.get("/registers/plans/problems/").content.decode()
    page = client.get("/plans/kept/").content.decode()
    assert (
        "招录十人。" in page and "力量已充实。" in page and "还没有措施" in page and "<b>1</b>已销号" in page
    )


def test_a_neighbour_sees_nothing_of_it(world, told, signed_in):
    assert selectors.kept(world.b.unit_head, 2024, DONE) == []
    assert "基层力量不足" not in signed_in(world.b.unit_head).get("/plans/kept/").content.decode()
