"""No test depends on how fast the machine is: only `tests/growth.py` reads a clock, and never to compare it with seconds."""

import ast
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


def named(node: ast.AST) -> str:
    """The name a node speaks of: `perf_counter`, whether written bare, behind its module or imported."""
    if isinstance(node, ast.Attribute):
        # time.time() is a clock, timezone.time is not
        whole = ast.unparse(node)
        return "perf_counter" if whole == "time.time" else node.attr
    if isinstance(node, ast.alias):
        return node.name
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_test_reads_no_clock(path):
    found = {named(node) for node in ast.walk(ast.parse(path.read_text("utf-8")))} & TIMED
    assert not found, (
        f"{path.relative_to(ROOT)} reads {found}: say how work grows (tests/growth.py), time it in bench/"
    )


def test_no_property_has_a_deadline():
    assert hypothesis.settings().deadline is None
