"""Templates can be read: no long lines, and a page of many parts is a file a part."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "zhiheng").rglob("templates/**/*.html"))


def test_no_line_is_longer_than_160_characters_and_no_file_than_200_lines():
    lines = {path.relative_to(ROOT): path.read_text("utf-8").splitlines() for path in TEMPLATES}
    assert [
        f"{path}:{n}: {len(line)}"
        for path in lines
        for n, line in enumerate(lines[path], 1)
        if len(line) > 160
    ] == []
    long = [str(path) for path in lines if len(lines[path]) > 200]
    assert not long, "take their parts into files of their own, {% include %}d"


def test_there_are_templates():
    assert len(TEMPLATES) > 40


def test_places_to_search_are_told_apart_by_their_names():
    """Two landmarks of one role on a page need a name each; the one of the frame stands on every page."""
    found = [
        (path, form)
        for path in TEMPLATES
        for form in re.findall(r"<form[^>]*role=\"search\"[^>]*>", path.read_text("utf-8"))
    ]
    names = [re.search(r'aria-label="([^"]+)"', form) for _, form in found]
    assert all(names), [str(path) for (path, _), name in zip(found, names, strict=True) if not name]
    assert len({name[1] for name in names}) == len(names) >= 2
