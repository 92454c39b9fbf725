"""Plans, problems, special actions and inspections of the demonstration year, entered by the acts that people would take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from zhiheng.accounts.models import Person, Unit
from zhiheng.plans.models import Aspect, Remedy
from zhiheng.plans.reading import due_of
from zhiheng.plans.services import take_up
from zhiheng.registers.models import Record

from . import plans
from .entering import Cast, begin, take
from .year import YEAR


def load_plans(cast: Cast, units: Mapping[str, Unit], say: Callable[[str], None]) -> None:
    """Everything of plans.yaml and of `demo.plans`, in one transaction a kind of thing."""
    planner = cast[plans.OFFICE]["planner"]
    with transaction.atomic():
        many = sum(_plan(planner, cast, units, told) for told in plans.written()["plans"])
        _problems(planner)
    say(f"计划 {len(plans.written()['plans'])} 件，任务 {many} 项")
    with transaction.atomic():
        visits = sum(_action(planner, cast, units, told) for told in plans.actions())
        _typical(cast[plans.OFFICE])
        _beside(cast[plans.OFFICE], units)
    say(f"专项行动 {len(plans.actions())} 个，检查 {visits} 次")


def keep_last_years_measures(planner: Person) -> None:
    """Measures against what the published report found wrong become tasks of the next year's plan; some are done by its end, and what
    they were about is closed."""
    after = YEAR + 1
    aspect = Aspect.objects.filter(plan__kind="protection", plan__year=after).order_by("seq").first()
    remedies = list(Remedy.objects.filter(problem__year=YEAR).select_related("problem").order_by("pk"))
    taken_up = dt.date(after, 3, 20)
    tasks = take_up(actor=planner, on=taken_up, remedies=remedies, aspect=aspect)
    for task, remedy in list(zip(tasks, remedies, strict=True))[:-1]:
        done, closed = dt.date(after, 11, 14), dt.date(after, 12, 12)
        take(planner, "plan-tasks", task, "finish", done, {"done_on": done, "done_how": "已按措施落实。"})
        said = {"closed_on": closed, "closed_how": "列入年度计划并已落实。"}
        take(planner, "problems", remedy.problem, "close", closed, said)


def _plan(planner: Person, cast: Cast, units: Mapping[str, Unit], told: Mapping[str, Any]) -> int:
    issued_on, head = told["issued_on"], cast[plans.OFFICE]["head"]
    answers = {key: value for key, value in told.items() if key != "aspects"} | {"year": YEAR}
    plan = begin(planner, "plans", issued_on, answers)
    number = 0
    for seq, part in enumerate(told["aspects"], start=1):
        aspect = begin(planner, "plan-aspects", issued_on, {"seq": seq, "title": part["title"]}, plan)
        for one in part["tasks"]:
            number += 1
            _task(planner, head, cast, units, one, number, aspect, issued_on)
    return number


def _task(
    planner: Person,
    head: Person,
    cast: Cast,
    units: Mapping[str, Unit],
    told: Mapping[str, Any],
    number: int,
    aspect: Record,
    issued_on: dt.date,
) -> None:
    rhythm, due_on = due_of(told["due"], YEAR)
    answers = {
        "seq": number,
        "title": told["title"],
        "lead": told["lead"],
        "supports": told.get("supports", []),
        "due_words": told["due"],
        "rhythm": rhythm,
        "due_on": due_on if due_on and due_on >= issued_on else None,
        "figure": told.get("figure", ""),
        "target": told.get("target"),
    }
    task = begin(planner, "plan-tasks", issued_on, answers, aspect)
    if told.get("share"):
        for share in plans.shares(told, issued_on):
            _share(planner, cast, units, task, share)
    done, percent = told.get("done"), told.get("percent", 60)
    middle = issued_on + (min(done or dt.date(YEAR, 12, 20), dt.date(YEAR, 12, 20)) - issued_on) / 2
    said = {"reported_on": middle, "percent": percent, "said": "按计划推进。"}
    begin(planner, "plan-progress", middle, said, task)
    if urged := told.get("supervised"):
        asked = {"supervised_on": urged["day"], "supervised_why": urged["why"], "mend_by": urged["by"]}
        take(head, "plan-tasks", task, "supervise", urged["day"], asked)
    if done:
        take(planner, "plan-tasks", task, "finish", done, {"done_on": done, "done_how": "已完成。"})


def _share(
    planner: Person, cast: Cast, units: Mapping[str, Unit], task: Record, told: Mapping[str, Any]
) -> None:
    hand = told["hand"]
    code = hand["unit"]
    share = begin(planner, "plan-shares", hand["handed_on"], hand | {"unit": units[code]}, task)
    if returned := told["return"]:
        take(cast[code]["planner"], "plan-shares", share, "return", returned["returned_on"], returned)
    elif urged := told["supervise"]:
        take(planner, "plan-shares", share, "supervise", urged["supervised_on"], urged)


def _problems(planner: Person) -> None:
    on = plans.written()["found_on"]
    for told in plans.written()["problems"]:
        answers = {
            "title": told["title"],
            "year": YEAR,
            "found_on": on,
            "cause": told["cause"],
            "figure": told.get("figure", ""),
            "owner": told["owner"],
            "due_on": dt.date(YEAR + 1, 12, 31),
        }
        problem = begin(planner, "problems", on, answers)
        remedy = {
            "title": told["remedy"],
            "set_on": on,
            "owner": told["owner"],
            "due_on": dt.date(YEAR + 1, 11, 30),
        }
        begin(planner, "remedies", on, remedy, problem)


def _action(planner: Person, cast: Cast, units: Mapping[str, Unit], told: Mapping[str, Any]) -> int:
    deploy = told["deploy"]
    action = begin(planner, "special-actions", deploy["begins_on"], deploy)
    visits = 0
    for one in told["parts"]:
        assign = one["assign"]
        code = assign["unit"]
        part = begin(planner, "action-parts", assign["assigned_on"], assign | {"unit": units[code]}, action)
        handler = cast[code]["handler"]
        draw = begin(handler, "draws", one["draw"]["drawn_on"], one["draw"], part)
        officers = draw.drawn_officers
        for place, (subject, visit) in enumerate(zip(draw.drawn, one["visits"], strict=True)):
            _visit(handler, part, one["kind"], subject, officers[place % 2 :][:3], visit, assign["items"])
            visits += 1
    return visits


def _visit(
    handler: Person,
    part: Record,
    kind: str,
    subject: str,
    officers: list[str],
    told: Mapping[str, Any],
    items: list[str],
) -> None:
    on = told["day"]
    answers = {
        "subject": subject,
        "subject_kind": kind,
        "draw_name": "第一批",
        "visited_on": on,
        "items": items,
        "officers": officers,
        "outcome": "found" if told["found"] else "clean",
    }
    visit = begin(handler, "inspections", on, answers, part)
    if told["found"]:
        fault = {"found_on": on, "what": f"{items[0]}不规范", "disposal": told["disposal"]}
        if told["disposal"] == "order":
            fault["mend_by"] = on + dt.timedelta(15)
        made = begin(handler, "found-faults", on, fault, visit)
        if told["disposal"] == "order":
            mended = on + dt.timedelta(12)
            take(handler, "found-faults", made, "mend", mended, {"mended_on": mended})


def _typical(office: Mapping[str, Person]) -> None:
    handler = office["handler"]
    for told in plans.typical_cases():
        nominate = told["nominate"]
        case = begin(handler, "typical-cases", nominate["nominated_on"], nominate)
        cleared = nominate["nominated_on"] + dt.timedelta(6)
        take(handler, "typical-cases", case, "clear", cleared, {"cleared_on": cleared})
        if chosen := told["select"]:
            take(handler, "typical-cases", case, "select", chosen["selected_on"], chosen)


def _beside(office: Mapping[str, Person], units: Mapping[str, Unit]) -> None:
    """Letters, powers given to districts, new media."""
    handler, planner = office["handler"], office["planner"]
    for told in plans.letters():
        letter = begin(handler, "letters", told["send"]["sent_on"], told["send"])
        if answered := told["reply"]:
            take(handler, "letters", letter, "reply", answered["replied_on"], answered)
    for told in plans.delegations():
        begin(planner, "delegations", told["delegated_on"], told | {"unit": units[told["unit"]]})
    accounts = [begin(handler, "channels", told["opened_on"], told) for told in plans.CHANNELS]
    for told in plans.works():
        begin(handler, "works", told["read_on"], told, accounts[1])
