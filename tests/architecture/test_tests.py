"""No test depends on how fast the machine is: only `tests/growth.py` reads a clock, and never to compare it with seconds.

Which tests run on PostgreSQL again (`conftest.py`): those that touch the database, but for rehearsals, which see no row.
"""

import ast
from functools import cache
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path
    for top in ("zhiheng", "tests")
    for path in (ROOT / top).rglob("*.py")
    if (top == "tests" or "tests" in path.parts) and path != ROOT / "tests" / "growth.py"
)
CLOCKS = {"perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time", "process_time_ns"}
TIMED = {"thread_time", "time_ns", "timeit", "assert_max_time"} | CLOCKS


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def named(node: ast.AST) -> str:
    """The name a node speaks of: `perf_counter`, whether written bare, behind its module or imported."""
    if isinstance(node, ast.Attribute):
        # time.time() is a clock, timezone.time is not
        whole = ast.unparse(node)
        return "perf_counter" if whole == "time.time" else node.attr
    if isinstance(node, ast.alias):
        return node.name
    return node.id if isinstance(node, ast.Name) else ""


def test_a_test_reads_no_clock():
    found = {
        str(path.relative_to(ROOT)): read
        for path in MODULES
        if (read := {named(node) for node in ast.walk(parsed(path))} & TIMED)
    }
    assert not found, f"{found} are read: say how work grows (tests/growth.py), time it in bench/"


def test_no_property_has_a_deadline():
    assert hypothesis.settings().deadline is None


def test_a_property_asks_for_examples_that_a_deeper_run_multiplies():
    asked = (
        (path, ast.unparse(word.value))
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "max_examples"
    )
    bare = [
        f"{path.relative_to(ROOT)}: {value}" for path, value in asked if not value.startswith("examples(")
    ]
    assert not bare, f"max_examples of {bare}: write examples(…) of tests/examples.py"


# All a rehearsing module may take from the product: how a rehearsal is written and played, and the book's reader.
REHEARSING = {"zhiheng.matters.rehearsal", "zhiheng.law.source", "zhiheng.cases.tests.plays", ".plays"}
REHEARSALS = [
    path for path in MODULES if "pytest.mark.rehearsal" in path.read_text("utf-8") and path != Path(__file__)
]


@pytest.mark.parametrize("path", REHEARSALS, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_rehearsing_module_sees_no_row(path):
    """What is not run on PostgreSQL reaches the database by `rehearse` alone: no model, no service, no connection, no page."""
    tree = parsed(path)
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {
        "." * node.level + (node.module or "") for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }
    ours = {name for name in found if name.startswith((".", "django", "tests", "zhiheng"))}
    assert ours and ours <= REHEARSING, f"reaches past rehearsals: {sorted(ours - REHEARSING)}"
    assert ".objects" not in path.read_text("utf-8")
    asked = {
        argument.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for argument in node.args.args
    }
    assert not asked & {"client", "signed_in", "live_server", "django_assert_num_queries", "transactional_db"}


def test_some_module_rehearses():
    assert REHEARSALS
