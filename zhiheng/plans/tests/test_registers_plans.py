"""Plans, tasks, shares and problems: where they stand, who may do what, what counts."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest

from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of
from zhiheng.refusal import Refused
from zhiheng.registers import selectors
from zhiheng.registers import services as records
from zhiheng.registers.declaration import DeclarationError, find

from .plans import ON, begin, plan, take, task


def state(actor, kind, record, on=ON):
    return selectors.record_for(actor, find(kind), record.pk, on).state


def value(unit, figure_id, year=2024):
    return compute(year_of(unit, year), [figure(figure_id)])[figure_id].value


def test_a_task_without_days_of_its_own_has_those_of_its_plan(world):
    made = task(world)
    assert (made.laid_on, made.due_on) == (date(2024, 3, 15), date(2024, 12, 31))


def test_a_task_never_loses_its_day(world):
    """What a form may leave out, because it follows from the plan, a correction may not empty: nothing would count the task."""
    made = task(world)
    with pytest.raises(Refused, match="“部署日期”不能为空"):
        records.correct(
            actor=world.city.planner, on=ON, register=find("plan-tasks"), record=made, answers={"laid_on": None}, why="删去"
        )  # fmt: skip
    made.refresh_from_db()
    assert made.laid_on == date(2024, 3, 15)


def test_a_kind_is_not_declared_over_a_day_that_may_be_empty():
    """Its list would be sorted without an index, and its figures would leave rows out without a word."""
    with pytest.raises(DeclarationError, match="due_on 可以为空"):
        replace(find("plan-tasks"), day="due_on")


def test_a_task_goes_from_open_to_late_to_supervised_to_done(world):
    made, planner, head = task(world, due_on=date(2024, 6, 30)), world.city.planner, world.city.unit_head
    stood = [
        state(planner, "plan-tasks", made, on)
        for on in (date(2024, 6, 1), date(2024, 6, 20), date(2024, 6, 30), date(2024, 7, 1))
    ]
    assert stood == ["open", "near", "near", "late"]
    asked = {"supervised_on": date(2024, 7, 2), "supervised_why": "限期办结", "mend_by": date(2024, 7, 20)}
    with pytest.raises(Refused, match="现在是“推进中”"):
        take(head, "plan-tasks", made, "supervise", asked, on=date(2024, 6, 1))
    with pytest.raises(Refused, match="您不能督办"):
        take(planner, "plan-tasks", made, "supervise", asked, on=date(2024, 7, 2))
    take(head, "plan-tasks", made, "supervise", asked, on=date(2024, 7, 2))
    stood = [state(planner, "plan-tasks", made, on) for on in (date(2024, 7, 20), date(2024, 7, 21))]
    assert stood == ["supervised", "overdue"]
    done = {"done_on": date(2024, 7, 22), "done_how": "已印发。"}
    take(planner, "plan-tasks", made, "finish", done, on=date(2024, 7, 22))
    assert state(planner, "plan-tasks", made, date(2024, 12, 1)) == "done"


def test_tasks_aspects_and_plans_count_apart_by_kind_of_plan(world):
    unit = world.city.unit
    protection = plan(world)
    for seq, (aspect, tasks) in enumerate((("甲", "一二三"), ("乙", "四五")), start=1):
        part = begin(world.city.planner, "plan-aspects", {"seq": seq, "title": aspect}, protection)
        for number, title in enumerate(tasks):
            task(world, part, title=title, seq=number)
    begin(world.city.planner, "plan-aspects", {"seq": 3, "title": "没有任务的方面"}, protection)
    joint = plan(world, title="川渝合作重点任务", kind="cooperation")
    part = begin(world.city.planner, "plan-aspects", {"seq": 1, "title": "丙"}, joint)
    task(world, part, title="联合行动")
    plan(world, title="普法计划", kind="publicity")
    plan(world, title="去年的方案", issued_on=date(2023, 3, 1))
    found = {
        one: value(unit, one)
        for one in ("doc.tasks", "doc.aspects", "doc.scheme", "xr.papers", "xr.tasks", "plan.tasks")
    }
    assert found == {"doc.tasks": 5, "doc.aspects": 2, "doc.scheme": 2, "xr.papers": 1, "xr.tasks": 1, "plan.tasks": 6}  # fmt: skip
    records.correct(
        actor=world.city.planner, on=ON, register=find("plans"), record=joint, answers={"kind": "protection"}, why="登错种类"
    )  # fmt: skip
    assert (value(unit, "doc.tasks"), value(unit, "xr.tasks")) == (6, None)


def test_a_district_returns_its_share_and_nobody_else_does(world):
    made = task(world)
    share = begin(
        world.city.planner,
        "plan-shares",
        {"unit": world.a.unit, "handed_on": ON, "due_on": ON + timedelta(30)},
        made,
    )
    answers = {"returned_on": ON + timedelta(9), "result": "done", "said": "已完成。"}
    for stranger in (world.city.planner, world.b.handler):
        with pytest.raises(Refused):
            take(stranger, "plan-shares", share, "return", answers, on=ON + timedelta(9))
    take(world.a.handler, "plan-shares", share, "return", answers, on=ON + timedelta(9))
    proof = [("数据.txt", io.BytesIO(b"12"))]
    given = {"on": ON, "register": find("plan-shares"), "record": share, "label": "报送材料"}
    records.attach(actor=world.a.handler, files=proof, **given)
    with pytest.raises(Refused):
        records.attach(actor=world.b.handler, files=proof, **given)
    assert state(world.a.handler, "plan-shares", share) == "returned"
    with pytest.raises(Refused, match="您不能审核通过"):
        take(world.a.handler, "plan-shares", share, "accept", {"accepted_on": ON + timedelta(10)})
    back = {"sent_back_on": ON + timedelta(10), "sent_back_why": "没有数据", "due_on": ON + timedelta(40)}
    take(world.city.planner, "plan-shares", share, "send_back", back, on=ON + timedelta(10))
    assert state(world.a.handler, "plan-shares", share, ON + timedelta(20)) == "back"
    again = answers | {"returned_on": ON + timedelta(25)}
    take(world.a.handler, "plan-shares", share, "return", again, on=ON + timedelta(25))
    take(world.city.planner, "plan-shares", share, "accept", {"accepted_on": ON + timedelta(26)})
    assert state(world.a.handler, "plan-shares", share) == "accepted"


def test_a_late_share_is_urged_and_counts_as_late(world):
    made, due = task(world), ON + timedelta(30)
    for unit in (world.a.unit, world.b.unit):
        begin(world.city.planner, "plan-shares", {"unit": unit, "handed_on": ON, "due_on": due}, made)
    one, other = made.shares.order_by("pk")
    take(
        world.a.handler,
        "plan-shares",
        one,
        "return",
        {"returned_on": due, "result": "done", "said": "完成"},
        on=due,
    )
    assert state(world.city.planner, "plan-shares", other, due + timedelta(1)) == "late"
    asked = {"supervised_on": due + timedelta(1), "supervised_why": "限期", "mend_by": due + timedelta(9)}
    take(world.city.planner, "plan-shares", other, "supervise", asked, on=due + timedelta(1))
    assert state(world.city.planner, "plan-shares", other, due + timedelta(10)) == "overdue"
    assert (value(world.city.unit, "plan.shares"), value(world.city.unit, "plan.shares.rate")) == (2, 50)


def test_a_share_goes_only_to_a_unit_below(world):
    with pytest.raises(Refused, match="不是市知识产权局的下级单位"):
        begin(world.city.planner, "plan-shares", {"unit": world.city.unit, "handed_on": ON}, task(world))


def test_problems_and_measures_count_by_the_day_they_are_stated(world):
    planner = world.city.planner
    problem = begin(
        planner,
        "problems",
        {"title": "人才不足", "year": 2024, "found_on": date(2024, 12, 20), "owner": "法规处"},
    )
    for title in ("加强机构", "引进人才"):
        begin(planner, "remedies", {"title": title, "set_on": date(2024, 12, 20)}, problem)
    unit = world.city.unit
    assert (value(unit, "prb.n"), value(unit, "pln.n"), value(unit, "prb.closed")) == (1, 2, None)
    with pytest.raises(Refused, match="整改结果"):
        take(planner, "problems", problem, "close", {"closed_on": date(2025, 6, 1)}, on=date(2025, 6, 1))
