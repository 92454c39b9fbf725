from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from zhiheng.ui import assets

ROOT = Path(__file__).resolve().parents[3]


def test_the_lock_file_names_no_host_and_pins_every_package():
    text = (ROOT / "package-lock.json").read_text()
    assert not re.search(r"https?://", text)
    packages = json.loads(text)["packages"]
    assert all("integrity" in one for name, one in packages.items() if name)


def test_a_missing_package_is_named_with_the_way_out(tmp_path):
    with pytest.raises(FileNotFoundError, match="npm ci"):
        assets.build(tmp_path / "node_modules", tmp_path / "vendor")


def test_every_icon_used_in_a_template_is_in_the_sprite():
    used = set()
    for file in (ROOT / "zhiheng").rglob("*.html"):
        used |= set(re.findall(r"""\{% icon ['"]([\w-]+)['"]""", file.read_text()))
    for file in (ROOT / "zhiheng").rglob("*.py"):
        used |= set(re.findall(r"""icon=['"]([\w-]+)['"]""", file.read_text()))
    assert used <= set(assets.ICONS), sorted(used - set(assets.ICONS))
