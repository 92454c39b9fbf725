"""Rules of the house that a reviewer should not have to look for. A failure names the file and says what to do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "zhiheng"

# Addresses a visitor may open without signing in. Add one only with a reason.
OPEN = {
    "people/sign-in/",  # where one signs in
    "exchange/packages/",  # where other installations bring what they signed; whoever the office does not know is refused unread
    "consultations/",  # drafts that everybody may comment on
    "consultations/<int:pk>/",
}

# Whatever a converter asks for, one value that fits it.
SAMPLES = {"int": "1", "slug": "x", "str": "x", "path": "x", "period": "2024"}


def addresses(resolver=None, prefix: str = ""):
    """Every address of the site as written in the address table, with the view behind it."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


def sample(route: str) -> str:
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES[match.group(1) or "str"], route)


def sources(*patterns: str):
    for pattern in patterns:
        for file in sorted(PACKAGE.rglob(pattern)):
            relative = file.relative_to(PACKAGE)
            if not {"tests", "migrations", "vendor"} & set(relative.parts):
                yield file


def place(file: Path, node) -> str:
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', node)}"


# ---------------------------------------------------------------------------------------------------- who may open


def test_the_address_table_is_not_empty():
    assert len(list(addresses())) > 30


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_sent_to_sign_in_from_every_address(db, method):
    found = []
    for route, _ in addresses():
        if route in OPEN:
            continue
        answer = getattr(Client(), method)(sample(route))
        if answer.status_code != 302 or not answer.url.startswith("/people/sign-in/"):
            found.append(f"{method.upper()} {sample(route)} answered {answer.status_code}")
    assert not found, "open to visitors; sign-in is missing or the address belongs on OPEN:\n" + "\n".join(
        found
    )


def test_the_open_addresses_exist_and_answer_a_visitor(db):
    known = {route for route, _ in addresses()}
    assert known >= OPEN, "no such address any more"
    for route in OPEN:
        # What one address of many shows may not be there; nobody is sent to sign in for it.
        assert Client().get(sample(route)).status_code == (404 if "<" in route else 200)


def test_every_address_ends_with_a_slash_or_names_a_file():
    odd = [route for route, _ in addresses() if route and not route.endswith("/") and "." not in route]
    assert not odd, odd


# ---------------------------------------------------------------------------------------------------- templates

_COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)


def test_templates_hold_no_inline_script_or_style():
    found = []
    for file in sources("*.html"):
        text = _COMMENT.sub("", file.read_text())
        for pattern, what in (
            (r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", "inline script"),
            (r"<style", "inline style element"),
            (r"\sstyle\s*=", "style attribute"),
            (r"\son[a-z]+\s*=\s*[\"']", "event attribute"),
            (r"javascript:", "javascript: address"),
            (r"hx-on|hx-vals=.js:", "script in an htmx attribute"),
            (r"\|safe\b", "unescaped output"),
        ):
            for match in re.finditer(pattern, text):
                found.append(f"{place(file, text[: match.start()].count(chr(10)) + 1)}: {what}")
    assert not found, "the content security policy refuses these:\n" + "\n".join(found)


def test_templates_ask_no_other_server_for_anything():
    found = [
        str(file.relative_to(ROOT))
        for file in sources("*.html", "*.css", "ui/*.js")
        if re.search(r"""(?:src|href|url|action)\s*[=(]\s*["']?(?:https?:)?//""", file.read_text())
    ]
    assert not found, found


def test_every_form_that_posts_carries_its_token():
    found = []
    for file in sources("*.html"):
        for match in re.finditer(r"<form\b[^>]*method=.post.[^>]*>(.*?)</form>", file.read_text(), re.DOTALL):
            if "csrf_token" not in match.group(1):
                found.append(str(file.relative_to(ROOT)))
    assert not found, found


# ---------------------------------------------------------------------------------------------------- layers of an app

_ORM = {
    "objects",
    "filter",
    "exclude",
    "annotate",
    "aggregate",
    "select_related",
    "bulk_create",
    "get_or_create",
}


def _views():
    return [file for file in sources("*.py") if file.name == "views.py" or file.parent.name == "views"]


def test_views_hold_no_database_queries():
    assert len(_views()) >= 4
    found = [
        f"{place(file, node)}: .{node.attr}"
        for file in _views()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in _ORM
    ]
    assert not found, (
        "views parse, call one service or selector, and render; move these to selectors:\n" + "\n".join(found)
    )


_CLOCKS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
    ("time", "time"),
}

# The one thing that is about the moment itself: when an entry was written into the ledger.
_MAY_READ_THE_CLOCK = {"audit/services.py:record"}


def _clock_readings(file: Path):
    tree = ast.parse(file.read_text())
    for function in ast.walk(tree):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        name = getattr(function, "name", "lambda")
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and (node.value.id, node.attr) in _CLOCKS
                # localtime(x) only converts; localtime() reads the clock.
                and node.attr != "localtime"
            ):
                yield name, node


def test_services_selectors_and_the_law_are_told_the_day():
    files = [
        *(f for f in sources("services.py", "selectors.py")),
        *(f for f in sources("services/*.py", "selectors/*.py")),
        *(f for f in sources("law/**/*.py")),
        *(f for f in sources("figures/*.py", "proceedings/*.py")),
    ]
    assert len(files) > 15
    found = sorted(
        {
            f"{place(file, node)}: {name} reads the clock"
            for file in files
            for name, node in _clock_readings(file)
            if f"{file.relative_to(PACKAGE)}:{name}" not in _MAY_READ_THE_CLOCK
        }
    )
    assert not found, "pass the day in as `on`:\n" + "\n".join(found)


def test_the_rule_about_clocks_notices_a_reading(tmp_path):
    sneaky = tmp_path / "services.py"
    sneaky.write_text("from datetime import date\ndef file_case():\n    return date.today()\n")
    assert [name for name, _ in _clock_readings(sneaky)] == ["file_case"]


def test_services_are_functions_with_keywords_only():
    """A class in services.py is an exception or a plain record; every public function names its arguments."""
    found = []
    for file in sources("services.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                arguments = [a.arg for a in node.args.kwonlyargs]
                if "actor" in arguments and "on" not in arguments:
                    found.append(f"{place(file, node)}: {node.name} takes an actor but not the day")
                if "actor" in [a.arg for a in (*node.args.posonlyargs, *node.args.args)] and "on" not in [
                    a.arg for a in node.args.args
                ]:
                    found.append(f"{place(file, node)}: {node.name} takes its actor by position")
    assert not found, "\n".join(found)


# ---------------------------------------------------------------------------------------------------- names and sizes


def test_no_module_is_a_drawer_for_anything():
    drawers = {"utils", "util", "common", "helpers", "helper", "manager", "core", "misc"}
    found = [
        str(f.relative_to(ROOT))
        for f in sources("*.py")
        if f.stem in drawers or drawers & set(f.relative_to(PACKAGE).parts)
    ]
    assert not found, found


def test_no_file_is_longer_than_one_can_keep_in_mind():
    long = {
        str(f.relative_to(ROOT)): count
        for f in sources("*.py")
        if (count := len(f.read_text().splitlines())) > 640
    }
    assert not long, f"split into a package of the same name: {long}"
