"""Refusals are made in one way: the words, then article, way out and field by name."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "zhiheng"


def test_a_refusal_names_its_article_and_its_way_out():
    wrong = [
        f"{path.relative_to(PACKAGE)}:{call.lineno}"
        for path in PACKAGE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Refused.because" and len(call.args) > 1
    ]
    assert not wrong
