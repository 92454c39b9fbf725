"""Steps, clocks, measures, causes, forms and states are named by the book; Python outside the guards of a family knows none.

The codes come from the book itself, so that a new kind of matter is held to the same. A code that is a word of its own
(`file_case`, `SAMR-30`) may stand nowhere; a code that is a common word (`pay`, `case`) only not where the law is asked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.test_urls import PACKAGE, place, sources
from zhiheng.law import current_book

# What a code is looked up in, compared with or handed to, by what kind of code it then is.
ASKED = {
    "steps": "step", "step": "step", "code": "step", "clocks": "clock", "clock": "clock", "measures": "measure",
    "measure": "measure", "causes": "cause", "cause": "cause", "forms": "form", "form": "form", "states": "state",
    "state": "state", "procedures": "procedure", "procedure": "procedure", "kind": "kind", "kinds": "kind",
    "opened": "measure", "timing": "clock",
}  # fmt: skip


@cache
def codes() -> dict[str, frozenset[str]]:
    """Every code of every version of the law, with what it is a code of."""
    book, found = current_book(), {}
    for versions in book.procedure_versions.values():
        for one in versions:
            for kind, named in (
                ("step", one.steps), ("clock", one.clocks), ("measure", one.measures), ("state", one.states),
                ("procedure", (one.code,)),
            ):  # fmt: skip
                for code in named:
                    found.setdefault(code, set()).add(kind)
    for kind, named in (
        ("cause", book.causes), ("form", book.form_versions), ("kind", book.kinds), ("fine rule", book.fine_versions),
    ):  # fmt: skip
        for code in named:
            found.setdefault(code, set()).add(kind)
    return {code: frozenset(kinds) for code, kinds in found.items()}


def distinctive(code: str) -> bool:
    return re.fullmatch(r"[a-z]+", code) is None and not codes()[code] <= {"state"}


def knows_the_law(file: Path) -> bool:
    """A module of guards: what a condition of the book means is answered there, and nowhere else."""
    return (
        re.search(r"^@(provides|of_the_step|or_attested|weighs_tick)\b", file.read_text("utf-8"), re.M)
        is not None
    )


def documentation(tree: ast.AST) -> set[ast.AST]:
    """The docstrings of a module."""
    return {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip


def last_name(node: ast.AST) -> str:
    """`run.clocks` → clocks, `s.standing.opened` → opened, `clock_of(…)` → ""."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def texts(node: ast.AST) -> Iterator[ast.Constant]:
    """The strings of an expression: one, or those of a tuple, set or list."""
    for part in [node, *getattr(node, "elts", ())]:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part


def asked(tree: ast.AST) -> Iterator[tuple[str, ast.Constant]]:
    """(what kind of code, the string) wherever the law or a row is asked for one: looked up, compared, handed on by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            pairs = [(last_name(node.value), node.slice)]
        elif isinstance(node, ast.Compare):
            pairs = [(last_name(node.left), other) for other in node.comparators]
            pairs += [(last_name(other), node.left) for other in node.comparators]
        elif isinstance(node, ast.Call):
            pairs = [((word.arg or "").rpartition("__")[2], word.value) for word in node.keywords]
            pairs += [
                ((word.arg or "").rpartition("__")[0].rpartition("__")[2], word.value)
                for word in node.keywords
            ]
            if isinstance(node.func, ast.Attribute):
                owner = node.func.attr if node.func.attr in ASKED else last_name(node.func.value)
                pairs += [(owner, argument) for argument in node.args]
        else:
            continue
        for name, value in pairs:
            if kind := ASKED.get(name):
                for text in texts(value):
                    yield kind, text


def offences(source: str) -> Iterator[tuple[int, str]]:
    """(line, what stands there) of every code of the law in a module."""
    tree = ast.parse(source)
    said = documentation(tree)
    seen = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node in said:
            continue
        words = {node.value} | set(re.findall(r"\b[A-Z]{2,}-\d+\b", node.value))
        for code in words & codes().keys():
            if distinctive(code):
                seen.add(node)
                yield node.lineno, code
    for kind, text in asked(tree):
        if text not in seen and kind in codes().get(text.value, ()):
            seen.add(text)
            yield text.lineno, text.value


def test_the_book_names_the_codes():
    found = codes()
    assert {"file_case", "SAMR-30", "trademark_infringement", "pay", "remedy"} <= found.keys()
    assert len(found) > 200


def test_an_offence_is_found_however_it_is_written():
    source = '\n'.join((
        '"""About file_case and SAMR-30."""',
        'TITLE = "file_case"',
        'run.clocks.get("pay")',
        'x = [m for m in all if m.measure == "remedy"]',
        'rows.filter(matter__clocks__clock="case", cause__in=["gi"])',
        'text = f"见 SAMR-30 号"',
        'file = data["file"], options.get("pay"), "gi"',
    ))  # fmt: skip
    assert sorted(offences(source)) == [
        (2, "file_case"), (3, "pay"), (4, "remedy"), (5, "case"), (5, "gi"), (6, "SAMR-30"),
    ]  # fmt: skip


def test_no_code_of_the_law_stands_in_python_outside_guards():
    found = [
        f"{place(file, line)} {code}"
        for file in sources("*.py")
        if not knows_the_law(file)
        for line, code in offences(file.read_text("utf-8"))
    ]
    assert not found, "the book should say it (a kind's or step's key), or a guard: " + ", ".join(found)


def test_the_modules_of_guards_are_few_those_of_families_and_those_of_any_matter():
    assert {str(file.relative_to(PACKAGE)) for file in sources("*.py") if knows_the_law(file)} == {
        "cases/acts.py", "cases/adjudication.py", "cases/agency.py", "cases/crimes.py", "cases/disclosure.py", "cases/discretion.py", "cases/enforcement.py", "cases/guards.py", "cases/history.py",
        "cases/measures.py", "cases/mediation.py", "cases/money.py", "cases/on_the_spot.py", "cases/parties.py", "cases/party_of_record.py", "cases/powers.py",
        "cases/proceedings.py", "matters/guards.py",
        "screening/guards.py",
        "reviews/guards.py", "rulemaking/guards.py",
    }  # fmt: skip
