"""The scenarios a lawyer reads lead from every state of a procedure to its end: no state is left to walks alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from zhiheng.cases.tests.test_rehearsals_of_penalties import FOLDER, kind, read, script, way
from zhiheng.law import Event, LawError, Procedure, current_book

BOOK = current_book()
ON = date(2025, 3, 3)
# Where a matter has ended, or waits for nothing but being filed away.
_OVER = {
    "closed",
    "archived",
    "not_filed",
    "transferred",
    "concluded",
    "not_accepted",
    "no_case",
    "referred",
    "to_ordinary",
}
# What takes another case to get to is played there (`test_mediation_and_agencies.py`).
_BESIDE_ANOTHER = {"agency.supervision": {"in_case"}}


def stories(procedure: Procedure) -> Iterator[list]:
    """The steps of every scenario of a procedure that must be taken, refused ones left out."""
    doors = {step.code for step in procedure.steps.values() if step.begins}
    for file in sorted(FOLDER.glob("*.yaml")):
        if file.stem == "ways":
            continue
        for one in read(file.name):
            steps = [step for step in script(one) if "refused" not in step]
            if steps and steps[0]["step"] in doors:
                yield steps


def states_left_for_an_end(procedure: Procedure) -> set[str]:
    """The states through which a scenario came to an end."""
    found: set[str] = set()
    for steps in stories(procedure):
        run, passed = procedure.replay([]), []
        try:
            for step in steps:
                answers = dict(step.get("answers") or {})
                run = procedure.apply(run, Event(step["on"], step["step"], answers, step.get("ref", "")))
                passed.append(run.state)
        except LawError:
            continue  # what only rows can tell apart; the services play it
        last = max((i for i, state in enumerate(passed) if state in _OVER), default=-1)
        found |= set(passed[: last + 1])
    return found


@pytest.mark.parametrize(
    "code",
    ["penalty.ordinary", "penalty.simple", "adjudication.patent", "mediation.patent", "agency.supervision"],
)
def test_from_every_state_some_scenario_leads_to_an_end(code):
    procedure = BOOK.procedure(code, ON)
    missing = procedure.states.keys() - states_left_for_an_end(procedure) - _BESIDE_ANOTHER.get(code, set())
    assert not missing, f"no scenario leads to an end from: {', '.join(sorted(missing))}"


def test_a_scenario_that_stops_halfway_shows_no_way_to_an_end():
    assert kind("ruled") == "adjudication.patent"
    assert way("ruled")[-1]["step"] == "make_ruling"
