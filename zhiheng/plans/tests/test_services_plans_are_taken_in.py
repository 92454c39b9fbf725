"""A file becomes a plan all at once or not at all; a task goes to several districts; a measure becomes a task."""

from __future__ import annotations

from datetime import date

import pytest

from zhiheng.audit.models import Entry
from zhiheng.plans import selectors, services
from zhiheng.plans.models import Plan, Remedy, Share, Task
from zhiheng.refusal import Refused
from zhiheng.registers.models import Attachment

from .papers import in_a_workbook, in_prose
from .plans import ON, begin, plan, task

YEAR_END = date(2024, 12, 31)


def read(write=in_prose, name="方案.docx"):
    data = write()
    return services.read_file(data, name), {"name": name, "data": data}


def test_a_file_is_registered_with_aspects_tasks_and_itself(world):
    found, file = read()
    made = services.import_plan(actor=world.city.planner, on=ON, read=found, **file)
    assert (made.year, made.kind, made.issued_on, made.ends_on) == (
        2024,
        "protection",
        date(2024, 3, 15),
        YEAR_END,
    )
    assert [a.title for a in made.aspects.order_by("seq")] == ["加大执法力度", "完善制度"]
    tasks = Task.objects.order_by("seq")
    assert [(t.seq, t.title, t.lead, t.due_on) for t in tasks] == [
        (1, "查办商标侵权案件", "保护处", YEAR_END),
        (2, "开展重点商品检查", "保护处", YEAR_END),
        (3, "印发办理规程", "法规处", date(2024, 6, 30)),
    ]
    assert Attachment.objects.get().file_name == "方案.docx"
    entry = Entry.objects.get(subject_kind="plans.task", subject_id=str(tasks[2].pk))
    assert entry.data["taken_from"].startswith("《方案.docx》第")


def test_a_trial_says_what_would_be_and_leaves_nothing(world):
    found, file = read()
    before = Entry.objects.count()
    services.import_plan(actor=world.city.planner, on=ON, read=found, dry_run=True, **file)
    assert (Plan.objects.count(), Task.objects.count(), Entry.objects.count()) == (0, 0, before)


def test_a_second_time_nothing_is_doubled(world):
    found, file = read()
    services.import_plan(actor=world.city.planner, on=ON, read=found, **file)
    with pytest.raises(Refused, match="已有同名的计划"):
        services.import_plan(actor=world.city.planner, on=ON, read=found, **file)
    assert (Plan.objects.count(), Task.objects.count()) == (1, 3)


def test_what_the_file_does_not_say_a_person_says(world):
    found, file = read(in_a_workbook, "分解表.xlsx")
    with pytest.raises(Refused, match="印发日期"):
        services.import_plan(actor=world.city.planner, on=ON, read=found, **file)
    assert not Plan.objects.exists()
    made = services.import_plan(
        actor=world.city.planner,
        on=ON,
        read=found,
        issued_on=ON,
        kind="work",
        year=None,
        ends_on=None,
        **file,
    )
    assert (made.kind, made.issued_on, made.year) == ("work", ON, 2024)


def test_whoever_may_not_keep_plans_takes_none_in(world):
    found, file = read()
    with pytest.raises(Refused, match="您不能登记计划"):
        services.import_plan(actor=world.city.auditor, on=ON, read=found, **file)


def test_a_file_that_is_no_plan_is_refused_at_its_field(world):
    with pytest.raises(Refused) as refused:
        services.read_file(b"PK\x03\x04 nothing", "坏.docx")
    assert [reason.field for reason in refused.value.reasons] == ["file"]


def test_a_task_goes_to_several_units_or_to_none(world):
    made, planner = task(world), world.city.planner
    services.hand_down(actor=planner, on=ON, task=made, units=[world.a.unit])
    with pytest.raises(Refused, match="已下达给这个单位"):
        services.hand_down(actor=planner, on=ON, task=made, units=[world.b.unit, world.a.unit])
    assert Share.objects.count() == 1
    assert list(selectors.units_below(planner, made)) == [world.b.unit]
    assert selectors.count_owed(world.a.handler, ON) == (1, 0)
    assert selectors.count_owed(world.a.handler, date(2025, 1, 1)) == (1, 1)


def test_a_measure_against_a_problem_becomes_a_task_of_the_next_plan(world):
    planner = world.city.planner
    found = {
        "title": "人才不足",
        "year": 2024,
        "found_on": date(2024, 12, 20),
        "owner": "法规处",
        "figure": "rev.lawyers",
    }
    problem = begin(planner, "problems", found)
    begin(
        planner,
        "remedies",
        {"title": "加强机构建设", "set_on": date(2024, 12, 20), "due_on": date(2025, 6, 30)},
        problem,
    )
    following = plan(
        world, title="2025年工作计划", year=2025, issued_on=date(2025, 2, 1), ends_on=date(2025, 12, 31)
    )
    aspect = begin(planner, "plan-aspects", {"seq": 1, "title": "队伍建设"}, following)
    on = date(2025, 2, 3)
    waiting = list(selectors.waiting_remedies(planner, on))
    (made,) = services.take_up(actor=planner, on=on, remedies=waiting, aspect=aspect)
    told = (made.title, made.lead, made.due_on, made.figure, made.problem)
    assert told == ("加强机构建设", "法规处", date(2025, 6, 30), "rev.lawyers", "人才不足")
    assert Remedy.objects.get().plan_title == "2025年工作计划"
    assert not selectors.waiting_remedies(planner, on).exists()


def test_the_board_says_how_far_each_task_has_come_and_what_its_figure_is(world):
    planner = world.city.planner
    made = task(world, figure="plan.tasks", target=1)
    begin(planner, "plan-progress", {"reported_on": date(2024, 5, 1), "percent": 30, "said": "启动"}, made)
    begin(planner, "plan-progress", {"reported_on": date(2024, 6, 1), "percent": 55, "said": "推进"}, made)
    services.hand_down(actor=planner, on=ON, task=made, units=[world.a.unit, world.b.unit])
    found = selectors.overview(planner, made.aspect.plan_id, date(2024, 6, 2))
    (line,) = found.lines
    assert (line.percent, line.last.said, line.shares, line.returned) == (55, "推进", 2, 0)
    assert (line.success.value.value, line.success.reached) == (1, True)
    assert found.counts["open"] == 1


@pytest.mark.parametrize(("rhythm", "silent"), [("month", True), ("quarter", False), ("once", False)])
def test_a_task_that_returns_is_told_when_nothing_was_reported_for_its_period(world, rhythm, silent):
    planner = world.city.planner
    made = task(world, rhythm=rhythm)
    begin(planner, "plan-progress", {"reported_on": date(2024, 5, 1), "percent": 30, "said": "启动"}, made)

    def told(on):
        (line,) = selectors.overview(planner, made.aspect.plan_id, on).lines
        return line.silent

    assert (told(date(2024, 5, 20)), told(date(2024, 6, 20))) == (False, silent)
