"""Plans taken in from files, districts' shares, measures that become tasks: what is more than one act of one record."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from zhiheng.accounts.models import Person, Unit
from zhiheng.jobs import foreign
from zhiheng.refusal import Refused
from zhiheng.registers import services as records
from zhiheng.registers.declaration import find

from .models import Aspect, Plan, Remedy, Rhythm, Task
from .reading import ReadAspect, ReadPlan, ReadTask, Unopened, Unreadable, read_plan


@dataclass(frozen=True)
class Trial:
    """What taking a file in would do: the plan as read, and why it cannot be taken ("" when it can)."""

    plan: ReadPlan
    refused: str = ""


def read_file(data: bytes, name: str, year: int | None = None) -> ReadPlan:
    """The plan in a file, read in a process of its own. Raises Refused at `file`."""
    try:
        return foreign.read(
            read_plan,
            data,
            name,
            year,
            limits=foreign.TABLE,
            returns=(ReadPlan, ReadAspect, ReadTask),
            raises=(Unreadable, Unopened),
        )
    except (Unreadable, Unopened) as error:
        raise Refused.because(str(error), field="file") from None


def told(read: ReadPlan, **said: Any) -> dict[str, Any]:
    """Answers of 登记计划: what a person said of the plan, else what was read of it. Raises Refused when neither says it."""
    year = said.get("year") or read.year
    issued_on = said.get("issued_on") or read.issued_on
    if year is None:
        raise Refused.because("文件没有写明是哪一年的计划", way_out="请填写年度", field="year")
    if issued_on is None:
        raise Refused.because("文件没有写明印发日期", way_out="请填写印发日期", field="issued_on")
    return {
        "title": read.title[:200],
        "kind": said.get("kind") or read.kind,
        "year": year,
        "number": read.number[:60],
        "issued_on": issued_on,
        "ends_on": said.get("ends_on") or max(date(year, 12, 31), issued_on),
    }


@transaction.atomic
def import_plan(
    *,
    actor: Person,
    on: date,
    read: ReadPlan,
    name: str,
    data: bytes = b"",
    dry_run: bool = False,
    **said: Any,
) -> Plan:
    """Register the plan that was read, with its aspects and tasks, and keep the file with it: all or nothing.

    `said`: kind, year, issued_on, ends_on where the person knows better than the file. `dry_run` does it all and takes it back, so
    that what would be refused is said beforehand.
    """
    plans, aspects, tasks = find("plans"), find("plan-aspects"), find("plan-tasks")
    source = f"《{name}》"
    given = {"actor": actor, "on": on}
    answers = told(read, **said)
    plan = records.begin(register=plans, act=plans.begin, answers=answers, source=source, **given)
    number = 0
    for seq, one in enumerate(read.aspects, start=1):
        aspect = records.begin(
            register=aspects,
            act=aspects.begin,
            answers={"seq": seq, "title": one.title[:200]},
            parent=plan,
            source=source,
            **given,
        )
        for task in one.tasks:
            number += 1
            records.begin(
                register=tasks,
                act=tasks.begin,
                answers=_answers(task, number, plan),
                parent=aspect,
                source=f"{source}{task.place}",
                **given,
            )
    if data:
        file = (name, io.BytesIO(data))
        records.attach(register=plans, record=plan, label="印发文件", files=[file], **given)
    if dry_run:
        transaction.set_rollback(True)
    return plan


def _answers(task: ReadTask, number: int, plan: Plan) -> dict[str, Any]:
    due_on = task.due_on
    if due_on is not None and due_on < plan.issued_on:
        due_on = None  # what was due before the plan came out is told by its words alone
    return {
        "seq": number,
        "title": task.title,
        "detail": task.detail,
        "lead": task.lead,
        "supports": list(task.supports),
        "due_words": task.due_words,
        "rhythm": task.rhythm,
        "due_on": due_on,
        "success": task.success,
    }


@transaction.atomic
def hand_down(
    *, actor: Person, on: date, task: Task, units: Sequence[Unit], due_on: date | None = None, asked: str = ""
) -> list:
    """Hand a task down to several units at once, a share each. All or none: a unit that has it already refuses the whole."""
    if not units:
        raise Refused.because("没有选承办单位", field="units")
    shares = find("plan-shares")
    return [
        records.begin(
            actor=actor,
            on=on,
            register=shares,
            act=shares.begin,
            answers={"unit": unit, "asked": asked, "handed_on": on, "due_on": due_on},
            parent=task,
        )
        for unit in units
    ]


@transaction.atomic
def take_up(*, actor: Person, on: date, remedies: Sequence[Remedy], aspect: Aspect) -> list[Task]:
    """Make measures against problems tasks of a plan; both records say so. All or none."""
    if not remedies:
        raise Refused.because("没有选整改措施", field="remedies")
    tasks, register = find("plan-tasks"), find("remedies")
    last = Task.objects.standing().filter(aspect__plan=aspect.plan).order_by("-seq").first()
    made = []
    for seq, remedy in enumerate(remedies, start=(last.seq if last else 0) + 1):
        problem = remedy.problem
        answers = {
            "seq": seq,
            "title": remedy.title,
            "lead": remedy.owner or problem.owner,
            "rhythm": Rhythm.ONCE,
            # What was due before the plan came out is due with the plan.
            "due_on": remedy.due_on if remedy.due_on and remedy.due_on >= aspect.plan.issued_on else None,
            "figure": problem.figure,
            "problem": problem.title,
        }
        given = {"actor": actor, "on": on}
        made.append(records.begin(register=tasks, act=tasks.begin, answers=answers, parent=aspect, **given))
        said = {"plan_title": aspect.plan.title, "planned_on": on}
        records.take(register=register, record=remedy, act=register.act("plan"), answers=said, **given)
    return made
