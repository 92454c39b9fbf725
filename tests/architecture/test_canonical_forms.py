"""One module knows when two spellings are one: nobody else folds widths, brackets or compatibility characters."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "zhiheng"
# Who may, and why.
ALLOWED = {
    "canonical.py": "the one module",
    "screening/engine/normalise.py": "folds running texts of applications sign by sign, its places kept, to compare them",
    "demo/ledgers.py": "writes full-width digits, as districts do",
    "rulemaking/texts/numbering.py": "keeps which kind of digits a label of a provision is written in",
}
SOURCES = sorted(
    path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts and "migrations" not in path.parts
)
_WIDE = {chr(code) for code in range(0xFF10, 0xFF5B) if chr(code).isalnum()}
_BRACKETS = set("〔〕［］【】（）﹝﹞〖〗")


def _folds(tree: ast.AST) -> list[str]:
    """What a module does to spellings, in words."""
    found = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr == "normalize"
            and ast.unparse(node.value) == "unicodedata"
        ) or (
            isinstance(node, ast.ImportFrom)
            and node.module == "unicodedata"
            and any(a.name == "normalize" for a in node.names)
        ):
            found.append(f"line {node.lineno}: unicodedata.normalize")
        elif isinstance(node, ast.Constant) and node.value == 0xFEE0:
            found.append(f"line {node.lineno}: a table of full-width signs")
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "maketrans"
        ):
            signs = {
                sign for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)
                for sign in part.value
            }  # fmt: skip
            if len(signs & _WIDE) > 2 or len(signs & _BRACKETS) > 4:
                found.append(f"line {node.lineno}: a table of widths or brackets")
    return found


def test_nobody_else_makes_spellings_one():
    found = {
        name: folds
        for path in SOURCES
        if (name := path.relative_to(PACKAGE).as_posix()) not in ALLOWED
        and (folds := _folds(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == {}, "use zhiheng.canonical"


def test_those_who_may_fold_still_do():
    for name in ALLOWED:
        assert _folds(ast.parse((PACKAGE / name).read_text(encoding="utf-8"))), (
            f"{name} need not be allowed any more"
        )
