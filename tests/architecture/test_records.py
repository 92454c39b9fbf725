"""Nothing happens off the record: every service that acts for a person writes an entry, itself or by what it calls."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.test_urls import PACKAGE, sources


def functions(file: Path) -> dict[str, ast.FunctionDef]:
    return {n.name: n for n in ast.parse(file.read_text()).body if isinstance(n, ast.FunctionDef)}


def calls(function: ast.FunctionDef) -> set[str]:
    """Names called, also when only handed on: record, audit.record, services.take."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
    return found


def recording() -> set[str]:
    """Names of functions in service modules that reach `audit.record`, to any depth."""
    bodies = {}
    for file in sources("services.py", "services/*.py", "importing.py"):
        for name, node in functions(file).items():
            bodies.setdefault(name, set()).update(calls(node))
    reached = {"record"}
    while True:
        more = {name for name, called in bodies.items() if called & reached} - reached
        if not more:
            return reached
        reached |= more


def services() -> dict[str, str]:
    """Public functions of service modules that act for a person (`actor`), with the place where they stand."""
    return {
        name: f"{file.relative_to(PACKAGE.parent)}:{node.lineno}"
        for file in sources("services.py", "services/*.py")
        for name, node in functions(file).items()
        if not name.startswith("_")
        and file.parent.name != "audit"
        and "actor" in {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
    }


# Answers a question and changes nothing.
READS = {"refusal_to_manage"}


def test_every_service_that_acts_for_a_person_records_it():
    found, reached = services(), recording()
    assert len(found) > 15
    silent = {name: where for name, where in found.items() if name not in reached | READS}
    assert not silent, f"call audit.record in the transaction of the change: {silent}"
