"""The picture of the house in docs/architecture.md shows every package on its floor."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import house  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_has_the_rooms_of_the_layers_floor_by_floor():
    shown: dict[float, list[str]] = {}
    for text in ElementTree.parse(house.PICTURE).iter(f"{SVG}text"):
        if text.get("class") == "name":
            shown.setdefault(float(text.get("y")), []).append(text.text)
    assert [shown[y] for y in sorted(shown)] == house.floors(), "draw it again: python scripts/house.py"


def test_what_is_drawn_is_a_picture_and_the_same_each_time():
    drawn = house.draw()
    assert drawn == house.draw()
    ElementTree.fromstring(drawn)
    for use in ("cases", "ui"):
        assert use in house.imports()
    assert "ui" in house.imports()["workbench"] and "workbench" not in house.imports()["ui"]


def test_the_documents_show_the_picture():
    assert re.search(
        r"!\[[^]]+\]\(images/house\.svg\)", (ROOT / "docs" / "architecture.md").read_text("utf-8")
    )


def test_what_the_application_imports_is_installed_with_it():
    """A library that only development installs is missing where the application runs. daft and ray are an extra of their own."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*stated["dependencies"], *stated["optional-dependencies"]["cluster"]]
    installed = {re.split(r"[\[<>=;]", one)[0].strip().casefold() for one in wanted}
    owners = packages_distributions()
    strange = set()
    for path in (ROOT / "zhiheng").rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            for top in (
                {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"zhiheng"}
            ):
                if not {one.casefold() for one in owners.get(top, ())} & installed:
                    strange.add(f"{path.relative_to(ROOT)} imports {top}")
    assert not strange, "\n".join(sorted(strange))
