"""The picture of the house in docs/architecture.md shows every package on its floor."""

from __future__ import annotations

import re
import sys
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
