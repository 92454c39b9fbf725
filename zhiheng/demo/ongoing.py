"""Cases under way at the end of the demonstration year, as steps of their procedure to be played in order.

What they are and which steps they take is written in `ongoing.yaml`; here it is drawn, worded and laid out over the year.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .amounts import YUAN
from .year import CaseMaker, OpenCase, Step, shape

_LATE_EVERY = 5  # every fifth case before its decision has run out of time
_LATER = re.compile(r"=\+(\d+)")
_HOUR = re.compile(r"=(\d+):(\d\d)")


@cache
def script() -> dict[str, Any]:
    """ongoing.yaml: stages, their steps, and the words of the causes."""
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def open_cases(maker: CaseMaker) -> tuple[OpenCase, ...]:
    """The open cases; their number is shape.yaml's `open_cases`, spread over the stages."""
    stages = [number for number, stage in enumerate(script()["stages"]) for _ in range(stage["cases"])]
    wanted = shape()["open_cases"]
    stages = (stages * (wanted // len(stages) + 1))[:wanted]
    return tuple(_open_case(maker, stage, number) for number, stage in enumerate(stages))


def _open_case(maker: CaseMaker, reached: int, number: int) -> OpenCase:
    rng, stages = maker.rng, script()["stages"]
    stage = stages[reached]
    unit = maker.unit()
    draw = rng.random()
    cause = next(code for code, below in script()["undecided"] if draw < below)
    if stage.get("decided"):
        cause = script()["decided"]
    goods = script()["causes"][cause].get("goods")
    party = maker.party(unit, companies=0.2, goods=shape()[goods] if goods else None)
    words = _Words(maker, unit, cause, party)
    taken: list[tuple[int, dict[str, Any], dict[str, Any]]] = []
    for earlier in stages[: reached + 1]:
        for step in earlier["steps"]:
            if cause not in step.get("causes", [cause]):
                continue
            gap = rng.randint(*step["gap"]) if isinstance(step["gap"], list) else step["gap"]
            taken.append((gap, step, words.answers(step["answers"])))
    late = number % _LATE_EVERY == 2 and "late" in stage
    behind = rng.randint(*stage["back"])
    if late:
        behind = rng.randint(*stage["late"])
    placed = _placed(maker, taken, behind)
    ending = _ending(maker, words, placed) if stage.get("decided") else ()
    return OpenCase(script()["kind"], unit["code"], cause, party.name, placed, late, ending)


def _ending(maker: CaseMaker, words: _Words, taken: tuple[Step, ...]) -> tuple[Step, ...]:
    """What ends a decided case: the steps of `ending` that were not taken yet, on working days of the year after."""
    before = {step.code for step in taken}
    day, placed = max(taken[-1].on, dt.date(maker.year, 12, 31)), []
    for told in script()["ending"]:
        if told.get("unless") in before or ("after" in told and told["after"] not in before):
            continue
        day = maker.calendar.add_workdays(day, told["gap"])
        answers = words.answers(told["answers"])
        placed.append(
            Step(day, told["step"], {name: on_its_day(day, value) for name, value in answers.items()})
        )
    return tuple(placed)


def _placed(maker: CaseMaker, taken: list[tuple[int, dict, dict]], behind: int) -> tuple[Step, ...]:
    """The steps on working days, the last one `behind` working days before the year's end."""
    calendar = maker.calendar
    day = dt.date(maker.year, 12, 31)
    for _ in range(sum(gap for gap, _, _ in taken) + behind):
        day -= dt.timedelta(1)
        while not calendar.is_workday(day):
            day -= dt.timedelta(1)
    placed = []
    for gap, step, answers in taken:
        day = calendar.add_workdays(day, gap) if gap else day
        placed.append(
            Step(day, step["step"], {name: on_its_day(day, value) for name, value in answers.items()})
        )
    return tuple(placed)


def on_its_day(day: dt.date, value: Any) -> Any:
    """An answer once the step has its day: =today is that day, =+30 thirty days later, =9:30 an hour of it."""
    if isinstance(value, list):
        return [on_its_day(day, part) for part in value]
    if isinstance(value, dict):
        return {name: on_its_day(day, part) for name, part in value.items()}
    if value == "=today":
        return day
    if isinstance(value, str) and (later := _LATER.fullmatch(value)):
        return day + dt.timedelta(int(later[1]))
    if isinstance(value, str) and (hour := _HOUR.fullmatch(value)):
        return dt.datetime(day.year, day.month, day.day, int(hour[1]), int(hour[2]))
    return value


class _Words(dict):
    """What answers of one case may name. The source and the house are drawn when they are first asked for."""

    def __init__(self, maker: CaseMaker, unit: dict[str, str], cause: str, party):
        self.maker = maker
        mark = maker.mark()
        value = maker.rng.randrange(200, 9_000, 10) * YUAN
        fine = maker.rng.randrange(500, 4_500, 100) * YUAN
        told = script()["causes"][cause]
        confiscated = (
            told["confiscated"].format(mark=mark, goods=party.goods) if "confiscated" in told else None
        )
        super().__init__(
            cause=cause,
            mark=mark,
            value=value,
            value_yuan=value // YUAN,
            fine=fine,
            fine_yuan=fine // YUAN,
            turnover=value if told.get("turnover") else None,
            offence=told["offence"].format(mark=mark, goods=party.goods),
            breached=told["breached"],
            basis=told["basis"],
            party=party.name,
            party_kind=party.kind,
            identity="待核" if "*" in party.identity else party.identity,  # a masked number is none
            rule=told["rule"],
            kinds=told["kinds"],
            confiscated=confiscated,
            goods_value=value if confiscated else None,
            tenth=value // 10,
            first_fine=fine // 2,
            second_fine=fine - fine // 2,
            partner=f"{unit['name'].removesuffix('市场监督管理局')}{mark}批发部",
            partner_fine=fine // 300 * 100,
            operator=party.operator,
            present=party.operator or party.name,
            goods=party.goods,
            place=unit["name"].removesuffix("市场监督管理局"),
        )

    def __missing__(self, name: str) -> Any:
        if name == "source":
            self[name] = self.maker.pick(shape()["sources"])
        elif name == "house":
            self[name] = self.maker.rng.randint(1, 200)
        else:
            raise KeyError(f"ongoing.yaml names {name}, which no case has")
        return self[name]

    def answers(self, written: dict[str, Any]) -> dict[str, Any]:
        """The answers of a step; one that the case has no value for is left out."""
        said = {name: self.said(value) for name, value in written.items()}
        return {name: value for name, value in said.items() if value is not None}

    def said(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.said(part) for part in value]
        if isinstance(value, dict):
            return {name: self.said(part) for name, part in value.items()}
        if (
            not isinstance(value, str)
            or value == "=today"
            or _HOUR.fullmatch(value)
            or _LATER.fullmatch(value)
        ):
            return value
        return self[value[1:]] if value.startswith("=") else value.format_map(self)
