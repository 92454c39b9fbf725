"""Templates can be read: no long lines, and a page of many parts is a file a part."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "zhiheng").rglob("templates/**/*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_line_is_longer_than_160_characters_and_no_file_than_200_lines(path):
    lines = path.read_text("utf-8").splitlines()
    assert [f"{n}: {len(line)}" for n, line in enumerate(lines, 1) if len(line) > 160] == []
    assert len(lines) <= 200, "take its parts into files of their own, {% include %}d"


def test_there_are_templates():
    assert len(TEMPLATES) > 40
