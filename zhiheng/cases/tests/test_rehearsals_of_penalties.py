"""What a lawyer asks of a case, played through the services: the unlawful way is refused with its article, the lawful way is open.

A scenario of `rehearsals/*.yaml` says its sentence, begins after one of the ways in `ways.yaml` and goes on with steps of its own. A step
with `refused` must be refused, and the reasons must hold these words; every other step must be taken. A way is of a penalty case unless
the one it begins with names its `kind`, of a bureau unless that says `office: true`. `prints`: words of its papers;
`absent`: words they may not have; `clocks`: due days of clocks after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from zhiheng.law.source import Source

FOLDER = Path(__file__).with_name("rehearsals")
_EXPECTED = ("refused", "prints", "absent", "clocks")


def read(name: str) -> Any:
    """As the law book reads its files: `on` is a word."""
    source = Source.of_text((FOLDER / name).read_text("utf-8"), name)
    assert not source.faults, source.faults
    return source.data


WAYS: Mapping[str, Mapping] = read("ways.yaml")


@cache
def way(name: str) -> tuple[Mapping, ...]:
    found = WAYS[name]
    return (*(way(found["after"]) if "after" in found else ()), *found["steps"])


def kind(name: str) -> str:
    """Of which kind the case is that a way begins."""
    return kind(WAYS[name]["after"]) if "after" in WAYS[name] else WAYS[name].get("kind", "penalty")


def office(name: str) -> bool:
    """Whether the case that a way begins is the office's, not a bureau's."""
    return office(WAYS[name]["after"]) if "after" in WAYS[name] else WAYS[name].get("office", False)


def script(scenario: Mapping) -> list[Mapping]:
    return [*way(scenario["after"]), *scenario["steps"]]


def bare(steps: Sequence[Mapping]) -> list[Mapping]:
    """The steps without what is expected of them."""
    return [{key: value for key, value in step.items() if key not in _EXPECTED} for step in steps]


def plays(begun: str, steps: Sequence[Mapping]) -> pytest.MarkDecorator:
    """What begins alike stands beside each other, in whichever module it is: it is played once (`tests/stage.py`)."""
    return pytest.mark.plays([kind(begun), str(office(begun)), *map(repr, bare(steps))])


SCENARIOS = [
    pytest.param(one, id=f"{file.stem}-{one['says']}", marks=plays(one["after"], script(one)))
    for file in sorted(FOLDER.glob("*.yaml"))
    if file.stem != "ways"
    for one in read(file.name)
]


ENDS = [
    pytest.param(name, id=name, marks=plays(name, way(name)))
    for name in sorted(set(WAYS) - {one.get("after") for one in WAYS.values()})
]


def faults(step: Mapping, told: Mapping) -> Iterator[str]:
    what = f"{step['step']} {told['on']}"
    reasons = "；".join(f"{r['reason']}（{r['article']}）{r['way_out']}" for r in told["refused"])
    if "refused" not in step:
        if not told["taken"]:
            yield f"{what} 应当可以办理：{reasons or told.get('waits_for')}"
    elif told["taken"]:
        yield f"{what} 应当拒绝"
    else:
        wanted = map(str, step["refused"])
        yield from (f"{what} 拒绝理由没有“{word}”：{reasons}" for word in wanted if word not in reasons)
        if not all(r["article"] and r["way_out"] for r in told["refused"]):
            yield f"{what} 有拒绝理由没有条文或者出路：{told['refused']}"
    text = "\n".join(told["text"].values()) if {"prints", "absent"} & step.keys() else ""
    yield from (f"{what} 文书没有“{word}”" for word in step.get("prints", ()) if word not in text)
    yield from (f"{what} 文书不应有“{word}”" for word in step.get("absent", ()) if word in text)
    # What runs stands first; a clock of the same name that ended does not speak for it.
    dues = {clock["clock"]: clock["due"] for clock in reversed(told["clocks"])}
    for clock, due in step.get("clocks", {}).items():
        if dues.get(clock) != (str(due) if due else None):
            yield f"{what} {clock} 应于{due}届满，实为{dues.get(clock)}"


@pytest.mark.parametrize("name", ENDS)
def test_every_way_by_which_scenarios_begin_is_open_on_either_database(stage, name):
    """Scenarios ask the law and are not played again on PostgreSQL; the ways they begin by are."""
    told = stage.play(kind(name), bare(way(name)), office=office(name))
    assert not [fault for step, one in zip(way(name), told, strict=True) for fault in faults(step, one)]


@pytest.mark.rehearsal
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_unlawful_way_is_refused_and_the_lawful_way_is_open(stage, scenario):
    steps = script(scenario)
    told = stage.play(kind(scenario["after"]), bare(steps), office=office(scenario["after"]))
    assert not [fault for step, one in zip(steps, told, strict=True) for fault in faults(step, one)]
