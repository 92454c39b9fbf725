"""A plan as its board and its timeline show it; what waits for a person of it. The actor comes first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models import Value as Constant

from zhiheng.accounts.models import Person
from zhiheng.figures.registry import find as figure_of
from zhiheng.figures.selectors import Value, compute, year_of
from zhiheng.registers import selectors as records
from zhiheng.registers.declaration import Register, find
from zhiheng.statements import Once

from .models import Aspect, Plan, Progress, Remedy, Rhythm, Share, Task

# Of the states of a share, those in which its unit still owes a return, and those that are late.
OWED = ("open", "near", "back", "late", "supervised", "overdue")
LATE = ("late", "overdue", "supervised")
# A task that returns is to be reported on in each of its periods; so long a silence (in days) is one period and a fortnight.
SILENCE = {Rhythm.MONTH: 31 + 14, Rhythm.QUARTER: 92 + 14, Rhythm.HALF: 184 + 14}


@dataclass(frozen=True)
class Success:
    """The figure by which a task is measured, as it stands, and how near the target that is."""

    value: Value
    target: int | None

    @property
    def reached(self) -> bool | None:
        """None where there is nothing to compare."""
        if self.target is None or self.value.value is None:
            return None
        return self.value.value >= Decimal(self.target)


@dataclass(frozen=True)
class Line:
    """One task with all that the pages show of it."""

    task: Any
    state: Any
    last: Progress | None
    shares: int
    returned: int
    late: int
    success: Success | None = None
    silent: bool = False  # a task that returns, and nothing was reported for longer than its period

    @property
    def percent(self) -> int:
        """How far it has come: done is all of it; else what was last reported."""
        if self.task.done_on:
            return 100
        return (self.last.percent or 0) if self.last else 0


@dataclass(frozen=True)
class Overview:
    """A plan with its aspects and tasks in their order."""

    plan: Plan
    aspects: tuple[tuple[Aspect, tuple[Line, ...]], ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> list[Line]:
        return [line for _, lines in self.aspects for line in lines]


def overview(actor: Person, pk: int, on: date) -> Overview:
    """A plan the actor may see, as it stands on the day. Http404 otherwise."""
    plan = records.record_for(actor, find("plans"), pk, on)
    register = find("plan-tasks")
    tasks = list(
        records.records_for(actor, register, on)
        .standing()
        .filter(aspect__plan=plan)
        .order_by("aspect__seq", "aspect_id", "seq", "pk")
        .prefetch_related(
            Prefetch("progress", Progress.objects.standing().order_by("-reported_on"), to_attr="reports")
        )
    )
    shares = _shares(actor, plan, on)
    values = _values(plan, tasks, on)
    found: dict[int, list[Line]] = {}
    aspects: dict[int, Aspect] = {}
    for task in tasks:
        aspects[task.aspect_id] = task.aspect
        found.setdefault(task.aspect_id, []).append(_line(register, task, shares, values, on))
    lines = tuple((aspects[key], tuple(of)) for key, of in found.items())
    counts = dict.fromkeys((state.code for state in register.states), 0)
    for task in tasks:
        counts[task.state] += 1
    return Overview(plan, lines, counts)


@dataclass(frozen=True)
class Stand:
    """How far a plan has come: its tasks done, late, and all of them."""

    plan: int
    title: str
    done: int
    late: int
    all: int


def stands(actor: Person, year: int, on: date, most: int = 12) -> list[Stand]:
    """The plans of a year that the actor sees with tasks of theirs, the largest first. One query."""
    rows = records.records_for(actor, find("plan-tasks"), on).standing().filter(aspect__plan__year=year)
    counted = rows.order_by().values_list("aspect__plan_id", "aspect__plan__title")
    counted = counted.annotate(
        done=Count("pk", filter=Q(done_on__isnull=False)),
        late=Count("pk", filter=Q(state__in=LATE, done_on__isnull=True)),
        all=Count("pk"),
    )
    return [Stand(*row) for row in counted.order_by("-all", "aspect__plan_id")[:most]]


def _line(
    register: Register,
    task: Any,
    shares: dict[int, tuple[int, int, int]],
    values: dict[str, Value],
    on: date,
) -> Line:
    all_, returned, late = shares.get(task.pk, (0, 0, 0))
    value = values.get(task.figure)
    last = next(iter(task.reports), None)
    heard = last.reported_on if last else task.laid_on
    most = SILENCE.get(task.rhythm)
    return Line(
        task,
        register.state(task.state),
        last,
        all_,
        returned,
        late,
        Success(value, task.target) if value else None,
        bool(most and heard and task.done_on is None and (on - heard).days > most),
    )


def _shares(actor: Person, plan: Plan, on: date) -> dict[int, tuple[int, int, int]]:
    """Of each task: how many shares, how many of them returned, how many late."""
    rows = (
        records.records_for(actor, find("plan-shares"), on)
        .standing()
        .filter(task__aspect__plan=plan)
        .order_by()
        .values("task_id")
        .annotate(
            all=Count("pk"),
            back=Count("pk", filter=Q(state__in=("returned", "accepted"))),
            late=Count("pk", filter=Q(state__in=LATE)),
        )
    )
    return {row["task_id"]: (row["all"], row["back"], row["late"]) for row in rows}


def _values(plan: Plan, tasks: list, on: date) -> dict[str, Value]:
    """The figures by which tasks are measured, of the plan's unit and year."""
    figures = [one for code in {task.figure for task in tasks if task.figure} if (one := figure_of(code))]
    return compute(year_of(plan.unit, plan.year, on), figures) if figures else {}


def aspects_of(plan: Plan) -> QuerySet[Aspect]:
    """The standing aspects of a plan, in their order."""
    return plan.aspects.standing().order_by("seq", "pk")


def waiting_remedies(actor: Person, on: date) -> QuerySet[Remedy]:
    """Measures of the actor's own unit that are in no plan yet."""
    register = find("remedies")
    return records.records_for(actor, register, on).standing().filter(state="open", unit=actor.unit)


@dataclass(frozen=True)
class Kept:
    """What a report found wrong, and what the year after made of it: measures, the tasks they became, how the problem ended."""

    problem: Any
    state: Any
    remedies: tuple[Remedy, ...]
    tasks: tuple[tuple[Any, Any], ...]


def years_of_problems(actor: Person, on: date) -> list[int]:
    """Years whose report found something wrong, the latest first."""
    rows = records.records_for(actor, find("problems"), on).standing().order_by()
    return sorted(rows.values_list("year", flat=True).distinct(), reverse=True)


def kept(actor: Person, year: int, on: date) -> list[Kept]:
    """Of what the report of `year` found wrong: what was kept of it. Tasks are found by the problem they name."""
    problems, tasks = find("problems"), find("plan-tasks")
    found = list(
        records.records_for(actor, problems, on)
        .standing()
        .filter(year=year)
        .order_by("unit__code", "pk")
        .prefetch_related(Prefetch("remedies", Remedy.objects.standing().order_by("pk"), to_attr="measures"))
    )
    aimed: dict[tuple[int, str], list] = {}
    rows = records.records_for(actor, tasks, on).standing().filter(problem__in=[one.title for one in found])
    for task in rows.filter(aspect__plan__year__gt=year).order_by("aspect__plan__issued_on", "seq", "pk"):
        aimed.setdefault((task.unit_id, task.problem), []).append((task, tasks.state(task.state)))
    return [
        Kept(
            one,
            problems.state(one.state),
            tuple(one.measures),
            tuple(aimed.get((one.unit_id, one.title), ())),
        )
        for one in found
    ]


def count_owed(actor: Person, on: date) -> tuple[int, int]:
    """Shares that the actor's own unit still has to return, and how many of them are late."""
    counted = _SHARES_OWED(actor.unit_id, apart=(on,))
    return counted[0] if counted else (0, 0)


def _shares_owed(on: date, unit: int) -> QuerySet:
    rows = find("plan-shares").rows(on).standing().filter(unit=unit, state__in=OWED).order_by()
    parts = {"owed": Count("pk"), "owed_late": Count("pk", filter=Q(state__in=LATE))}
    return rows.values_list(Constant(0)).annotate(**parts).values_list(*parts)


_SHARES_OWED = Once(_shares_owed)


def units_below(actor: Person, task: Task) -> QuerySet:
    """Units a task may still be handed down to."""
    from zhiheng.accounts.selectors import units_visible_to

    taken = Share.objects.standing().filter(task=task).values("unit_id")
    return (
        units_visible_to(actor)
        .filter(path__startswith=task.unit.path)
        .exclude(pk=task.unit_id)
        .exclude(pk__in=taken)
    )
