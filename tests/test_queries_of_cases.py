"""Every page of a case asks the database at most twelve times in every state of its procedure, the state being come to by the scenario
with the most steps behind it: several parties, acts, decisions, goods held, money owed, papers not served."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from django.db import transaction
from django.test import Client

from tests.architecture.test_urls import addresses
from tests.test_queries_of_pages import LIMIT, NO_PAGE, asked
from tests.world import sign_in
from zhiheng.cases.tests.test_rehearsals_of_penalties import (
    FOLDER,
    bare,
    in_order,
    kind,
    office,
    read,
    script,
)
from zhiheng.law import Event, LawError, current_book
from zhiheng.matters import readings
from zhiheng.matters.pages import TABS
from zhiheng.matters.selectors import standing_for

# In a matter of its own kind another case must have begun first (`test_mediation_and_agencies.py`).
_BESIDE_ANOTHER = {("agency.supervision", "in_case")}


def richest() -> dict[tuple[str, str], tuple[Mapping, int]]:
    """(procedure, state) → the scenario by which most steps lead there, and how many these are."""
    found: dict[tuple[str, str], tuple[Mapping, int]] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        for scenario in read(file.name) if file.stem != "ways" else ():
            steps = script(scenario)
            for number, state in enumerate(states(scenario, steps), start=1):
                key = (state[0], state[1])
                if number > found.get(key, (None, 0))[1] and "refused" not in steps[number - 1]:
                    found[key] = (scenario, number)
    return found


def states(scenario: Mapping, steps: list[Mapping]) -> Iterator[tuple[str, str]]:
    """Procedure and state after each step of a scenario, as far as the law alone can tell; a refused step changes nothing."""
    book, on = current_book(), steps[0]["on"]
    door = next(d for d in book.kind(kind(scenario["after"])).doors if d.step == steps[0]["step"])
    procedure = book.procedure(door.procedure, on)
    run = procedure.replay([])
    for step in steps:
        on = step.get("on", on)
        if "refused" not in step:
            try:
                run = procedure.apply(
                    run, Event(on, step["step"], dict(step.get("answers") or {}), step.get("ref", ""))
                )
            except LawError:
                return  # what only rows can tell apart, or another run of the same matter
        yield procedure.code, run.state


RICHEST = richest()
WAYS = sorted(RICHEST, key=lambda key: in_order(script(RICHEST[key][0])[: RICHEST[key][1]]))


def pages(record, on: date) -> Iterator[str]:
    """The addresses of a case: its tabs, the form of every step that concerns it, whatever else its number alone leads to."""
    here = "cases/<int:pk>/"
    yield from (f"/cases/{record.pk}/?tab={tab}" for tab, _ in TABS)
    for route, _ in addresses():
        if (
            route.startswith(here)
            and re.findall(r"<\w+:(\w+)>", route) == ["pk"]
            and not NO_PAGE.search(route)
        ):
            yield f"/{route.replace('<int:pk>', str(record.pk))}"
    standing = standing_for(record, on)
    for step in standing.procedure.concerned(standing.run):
        yield f"/cases/{record.pk}/steps/{step.code}/"
        refs = [m.ref for m in standing.run.open_measures(step.acts_on)] if step.acts_on else []
        yield from (
            f"/cases/{record.pk}/steps/{step.code}/?ref={ref.replace('#', '%23')}" for ref in refs[1:2]
        )


@pytest.fixture(autouse=True)
def readings_are_counted_apart(monkeypatch):
    """One statement in ten minutes (`test_readings_are_kept_and_sealed`), whichever page happens to be opened first."""
    monkeypatch.setattr(readings, "note", lambda **_: None)


@pytest.mark.rehearsal
@pytest.mark.parametrize("at", WAYS, ids=lambda at: "-".join(at))
def test_no_page_of_a_case_asks_more_than_twelve_times_in_any_state(stage, settings, at):
    scenario, number = RICHEST[at]
    steps = bare(script(scenario))[:number]
    stage.play(kind(scenario["after"]), steps, office=office(scenario["after"]))
    settings.DEMO_DATE = stage.on
    over, seen = {}, 0
    with transaction.atomic():
        every = list(pages(stage.record, stage.on))
        for role, addresses_of in (("handler", every), ("leader", every[: len(TABS)])):
            client = sign_in(Client(), stage.person(role))
            for address in addresses_of:
                times = asked(client, address)
                seen += times is not None
                if (times or 0) > LIMIT and (again := asked(client, address)) > LIMIT:
                    over[f"{role} {address}"] = again
        transaction.set_rollback(True)
    assert stage.record.state == at[1]
    assert seen > len(TABS) and not over


def test_every_state_of_every_procedure_of_cases_is_among_them():
    wanted = {
        (code, state)
        for one in current_book().kinds_of("case")
        for code in one.procedures
        for state in current_book().procedure_versions[code][-1].states
    }
    assert wanted - _BESIDE_ANOTHER == RICHEST.keys()
