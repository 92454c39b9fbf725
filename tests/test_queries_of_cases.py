"""Every page of a case asks the database at most twelve times in every state of its procedure, the state being come to by the scenario
with most steps behind it: several parties, acts, decisions, goods held, money owed, papers not served."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from django.test import Client

from tests.architecture.test_urls import addresses
from tests.test_queries_of_pages import LIMIT, NO_PAGE, asked
from tests.world import sign_in
from zhiheng.cases.tests.test_rehearsals_of_penalties import (
    FOLDER,
    bare,
    kind,
    office,
    plays,
    read,
    script,
)
from zhiheng.law import Event, LawError, Procedure, Run, current_book
from zhiheng.matters import readings
from zhiheng.matters.pages import TABS

# In a matter of its own kind another case must have begun first (`test_mediation_and_agencies.py`).
_BESIDE_ANOTHER = {("agency.supervision", "in_case")}


Stop = tuple[int, int]
"""The number of a scenario, and how many of its steps were taken."""


def scenarios() -> list[Mapping]:
    return [one for file in sorted(FOLDER.glob("*.yaml")) if file.stem != "ways" for one in read(file.name)]


def runs(scenario: Mapping) -> Iterator[tuple[Procedure, Run]]:
    """The run after each step of a scenario, as far as the law alone can tell; a refused step changes nothing."""
    book, steps = current_book(), script(scenario)
    on = steps[0]["on"]
    door = next(d for d in book.kind(kind(scenario["after"])).doors if d.step == steps[0]["step"])
    procedure = book.procedure(door.procedure, on)
    run = procedure.replay([])
    for step in steps:
        on = step.get("on", on)
        if "refused" not in step:
            answers = dict(step.get("answers") or {})
            try:
                run = procedure.apply(run, Event(on, step["step"], answers, step.get("ref", "")))
            except LawError:
                return  # what only rows can tell apart, or another run of the same matter
        yield procedure, run


def stops() -> tuple[dict[Stop, set[str]], dict[tuple[str, str], Stop]]:
    """Where to stop and which steps' forms to open there, each step where most steps were taken before it may be; and the same of each
    (procedure, state), for all its other pages."""
    forms: dict[tuple[str, str], Stop] = {}
    states: dict[tuple[str, str], Stop] = {}
    for number, scenario in enumerate(SCENARIOS):
        for taken, (procedure, run) in enumerate(runs(scenario), start=1):
            open_here = [(forms, step.code) for step in procedure.concerned(run)]
            for found, code in ((states, run.state), *open_here):
                if taken > found.get((procedure.code, code), (0, 0))[1]:
                    found[procedure.code, code] = (number, taken)
    asked: dict[Stop, set[str]] = {stop: set() for stop in states.values()}
    for (_, step), stop in forms.items():
        asked.setdefault(stop, set()).add(step)
    return asked, states


SCENARIOS = scenarios()
STOPS, STATES = stops()
# What a page shows beside the work that is to be done depends on what was done, not on the state: it is asked where most was done.
LONGEST = {
    max(
        (stop for (of, state), stop in STATES.items() if of == code and state in within), key=lambda at: at[1]
    )
    for code in {code for code, _ in STATES}
    for within in ({state for _, state in STATES}, {"closed", "archived", "concluded"})
}


def pages(record) -> Iterator[str]:
    """The addresses of a case that its number alone leads to: its tabs first."""
    here = "cases/<int:pk>/"
    yield from (f"/cases/{record.pk}/?tab={tab}" for tab, _ in TABS)
    for route, _ in addresses():
        alone = re.findall(r"<\w+:(\w+)>", route) == ["pk"]
        if route.startswith(here) and alone and not NO_PAGE.search(route):
            yield f"/{route.replace('<int:pk>', str(record.pk))}"


@pytest.fixture(autouse=True)
def readings_are_counted_apart(monkeypatch):
    """One statement in ten minutes (`test_readings_are_kept_and_sealed`), whichever page happens to be opened first."""
    monkeypatch.setattr(readings, "note", lambda **_: None)


@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(
            (number, taken),
            id=f"{SCENARIOS[number]['says']}-{taken}",
            marks=plays(SCENARIOS[number]["after"], script(SCENARIOS[number])[:taken]),
        )
        for number, taken in sorted(STOPS)
    ],
)
def test_no_page_of_a_case_asks_more_than_twelve_times_in_any_state(stage, settings, stop):
    scenario, taken = SCENARIOS[stop[0]], stop[1]
    stage.play(kind(scenario["after"]), bare(script(scenario))[:taken], office=office(scenario["after"]))
    settings.DEMO_DATE = stage.on
    over, seen = {}, 0
    with stage.looking_on() as person:
        here = f"/cases/{stage.record.pk}/"
        forms = [f"{here}steps/{step}/" for step in sorted(STOPS[stop])]
        whole = list(pages(stage.record)) if stop in LONGEST else [here] * (stop in STATES.values())
        for role, every in (("handler", [*whole, *forms]), ("leader", whole[: len(TABS)])):
            client = sign_in(Client(), person(role))
            for address in every:
                times = asked(client, address)
                seen += times is not None
                if (times or 0) > LIMIT and (again := asked(client, address)) > LIMIT:
                    over[f"{role} {address}"] = again
    assert seen and not over


def test_every_state_of_every_procedure_of_cases_is_among_them():
    wanted = {
        (code, state)
        for one in current_book().kinds_of("case")
        for code in one.procedures
        for state in current_book().procedure_versions[code][-1].states
    }
    assert wanted - _BESIDE_ANOTHER == STATES.keys()
