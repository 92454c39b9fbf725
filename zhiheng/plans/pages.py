"""What the board and the timeline show, ready for the templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from zhiheng.accounts.models import Person
from zhiheng.registers.declaration import find
from zhiheng.ui.lists import Action

from .selectors import Kept, Line, Overview

# The columns of the board: title, states of tasks, colour of the count.
COLUMNS = (
    ("逾期和督办", ("late", "supervised", "overdue"), "red"),
    ("临近期限", ("near",), "amber"),
    ("推进中", ("open",), ""),
    ("已办结", ("done",), "green"),
)


def crumbs(plan) -> list[tuple[str, str]]:
    plans = find("plans")
    return [(plans.title, plans.url("records")), (str(plan), plans.url("record", plan.pk))]


def views_of(plan, here: str) -> list[Action]:
    ways = (("看板", "plan-board", "list-details"), ("进度图", "plan-timeline", "calendar"))
    return [
        Action(title, reverse(name, args=[plan.pk]), icon=icon) for title, name, icon in ways if name != here
    ]


def kept(found: list[Kept], year: int) -> dict[str, Any]:
    """Problems with their measures and tasks, and how many of each were kept."""
    tasks = [task for one in found for task, _ in one.tasks]
    problems = find("problems")
    return {
        "rows": [
            {
                "kept": one,
                "url": problems.url("record", one.problem.pk),
                "tasks": [(task, state, task_url(task)) for task, state in one.tasks],
            }
            for one in found
        ],
        "counts": [
            ("问题", len(found)),
            ("已销号", sum(one.problem.closed_on is not None for one in found)),
            ("措施", sum(len(one.remedies) for one in found)),
            (f"{year + 1}年以后计划的任务", len(tasks)),
            ("其中已办结", sum(task.done_on is not None for task in tasks)),
        ],
    }


def task_url(task) -> str:
    return find("plan-tasks").url("record", task.pk)


def board(actor: Person, found: Overview) -> dict[str, Any]:
    columns = []
    for title, states, colour in COLUMNS:
        lines = [line for line in found.lines if line.task.state in states]
        columns.append(
            {"title": title, "colour": colour, "cards": [_card(actor, found, one) for one in lines]}
        )
    return {"plan": found.plan, "columns": columns, "total": len(found.lines)}


def _card(actor: Person, found: Overview, line: Line) -> dict[str, Any]:
    success = line.success
    own = found.plan.unit_id == actor.unit_id
    return {
        "line": line,
        "task": line.task,
        "url": task_url(line.task),
        "figure_url": reverse("report-figure", args=[found.plan.year, success.value.figure.id])
        if success and own
        else "",
    }


@dataclass(frozen=True)
class Bar:
    """A task as a bar: from its first day for so many days, so much of it done, in days of the axis."""

    line: Line
    url: str
    begun: date
    due: date
    start: int
    length: int
    done: int

    @property
    def words(self) -> str:
        return (
            f"{self.begun:%Y-%m-%d}至{self.due:%Y-%m-%d}，完成{self.line.percent}%，{self.line.state.title}"
        )


def timeline(found: Overview, on: date) -> dict[str, Any]:
    """The tasks as bars on one axis of days, from the first to the last month that any of them touches."""
    days = [day for line in found.lines for day in (line.task.laid_on, line.task.due_on) if day]
    first = min(days, default=found.plan.issued_on).replace(day=1)
    last = max(days, default=found.plan.ends_on)
    months = []
    month = first
    while month <= last:
        following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
        months.append({"title": f"{month.month}月", "at": (month - first).days, "month": month})
        month = following
    whole = (month - first).days
    aspects = [(aspect, [_bar(line, first, found) for line in lines]) for aspect, lines in found.aspects]
    return {
        "plan": found.plan,
        "aspects": aspects,
        "months": months,
        "whole": whole,
        "today": (on - first).days if first <= on < month else None,
    }


def _bar(line: Line, first: date, found: Overview) -> Bar:
    task = line.task
    begun, due = task.laid_on or found.plan.issued_on, task.due_on or found.plan.ends_on
    length = max((due - begun).days + 1, 1)
    return Bar(
        line, task_url(task), begun, due, (begun - first).days, length, round(length * line.percent / 100)
    )
