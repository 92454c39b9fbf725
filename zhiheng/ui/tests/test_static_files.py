"""What a page loads beside itself: little, compressed, kept by the browser for ever, and every class it speaks of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.test import Client

from zhiheng.ui import assets

ROOT = Path(__file__).resolve().parents[2]
SHEETS = sorted(ROOT.rglob("static/**/*.css"))
BROWSER = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


def transferred(answer) -> int:
    return len(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def loaded_with(client: Client, address: str) -> dict[str, int]:
    """Bytes on the line, by address: the page and all that it loads."""
    answer = client.get(address, **BROWSER)
    assert answer.status_code == 200
    page = client.get(address).content.decode()
    sizes = {address: transferred(answer)}
    for url in set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page)):
        file = client.get(url, **BROWSER)
        assert file.status_code == 200, url
        sizes[url] = transferred(file)
    return sizes


def test_a_first_view_without_charts_is_at_most_120_kilobytes(world, signed_in):
    visits = [
        (Client(), "/people/sign-in/"),
        (signed_in(world.a.handler), "/"),
        (signed_in(world.a.handler), "/cases/"),
    ]
    for client, address in visits:
        sizes = loaded_with(client, address)
        assert len(sizes) > 4 and sum(sizes.values()) < 120_000, sizes
        assert not [url for url in sizes if "echarts" in url]


def test_a_static_file_is_named_by_its_digest_compressed_and_kept_for_ever(client):
    url = static("ui/zhiheng.css")
    assert re.fullmatch(r"/static/ui/zhiheng\.[0-9a-f]{12}\.css", url)
    answer = client.get(url, **BROWSER)
    assert answer["Content-Encoding"] in {"br", "gzip"}
    assert "immutable" in answer["Cache-Control"] and "max-age=315360000" in answer["Cache-Control"]
    assert transferred(answer) < 0.4 * (ROOT / "ui/static/ui/zhiheng.css").stat().st_size
    assert client.get("/static/ui/zhiheng.css").status_code == 404


def test_a_page_goes_over_the_line_compressed_and_a_file_as_it_is(world, signed_in):
    client = signed_in(world.city.planner)
    page = client.get("/people/", **BROWSER)
    assert page["Content-Encoding"] == "gzip" and "Accept-Encoding" in page["Vary"]
    table = client.get("/people/?export=xlsx", **BROWSER)
    assert "spreadsheet" in table["Content-Type"] and not table.has_header("Content-Encoding")


def test_a_missing_static_file_says_what_to_do():
    with pytest.raises(ImproperlyConfigured, match="make setup"):
        static("ui/nowhere.css")


def test_a_file_that_an_earlier_version_left_keeps_no_page_from_opening(tmp_path, settings):
    """A renamed file stays under its old name for pages that were sent before; the house starts and serves it."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    settings.STATIC_ROOT = tmp_path
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "gone.min.0123456789ab.js").write_text("1")
    files = WhiteNoiseMiddleware(lambda request: None).files
    [served] = [file for url, file in files.items() if "gone" in url]
    assert "immutable" in dict(served.get_response("GET", {}).headers)["Cache-Control"]


def test_collecting_is_done_once_for_one_state_of_the_files(tmp_path, settings, monkeypatch):
    settings.STATIC_ROOT = tmp_path
    monkeypatch.setattr(assets, "_state", lambda: "one")
    calls = []
    monkeypatch.setattr("django.core.management.call_command", lambda *args, **kwargs: calls.append(args))
    assert [assets.collect(), assets.collect()] == [True, False]
    monkeypatch.setattr(assets, "_state", lambda: "another")
    assert assets.collect() and calls == [("collectstatic",)] * 2


def test_a_changed_file_is_another_state(tmp_path, settings):
    settings.STATICFILES_DIRS = [tmp_path]
    from django.contrib.staticfiles import finders

    finders.get_finder.cache_clear()
    try:
        (tmp_path / "own.css").write_text("a {}")
        before = assets._state()
        (tmp_path / "own.css").write_text("a { color: red }")
        assert assets._state() != before
    finally:
        finders.get_finder.cache_clear()


# ---- classes

# Classes put together in a template or named in Python: their beginnings.
MADE = ("alert-", "bar-", "claim-", "columns-", "count-", "day-", "duty-", "overview-", "tag-", "tone-")
# Named for scripts, or by Django and htmx.
UNSTYLED = {"understood", "unplaced", "action-words", "clock-title", "clock-due", "htmx-request"}


def defined() -> set[str]:
    text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", "".join(sheet.read_text() for sheet in SHEETS), flags=re.S)
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", text)))


def spoken_of() -> dict[str, str]:
    """Class → a file that uses it: templates of the application, and the markup in Python of the page toolkit."""
    found = {}
    for file in ROOT.rglob("templates/**/*.html"):
        for value in re.findall(r'class="((?:[^"{]|\{[%{].*?[%}]\})*)"', file.read_text()):
            for word in re.sub(r"\{\{.*?\}\}", "*", re.sub(r"\{%.*?%\}", " ", value)).split():
                found |= {word.partition("*")[0]: file.name} if word[0] != "*" else {}
    for file in (*ROOT.glob("ui/*.py"), *ROOT.glob("ui/templatetags/*.py"), *ROOT.glob("*/lists.py")):
        for value in re.findall(r'class="([\w -]+)[{"]|"class", "([\w -]+)"', file.read_text()):
            found |= dict.fromkeys("".join(value).split(), file.name)
    return found


def test_every_class_a_page_speaks_of_is_in_a_sheet():
    known = defined() | UNSTYLED
    missing = {
        word: file
        for word, file in spoken_of().items()
        if word not in known and not (word in MADE and any(one.startswith(word) for one in known))
    }
    assert not missing, missing


def test_every_class_of_a_sheet_is_used():
    sources = [*ROOT.rglob("templates/**/*.html"), *ROOT.rglob("static/**/*.js")]
    sources += [
        file for file in ROOT.rglob("*.py") if "tests" not in file.parts and "screening" not in file.parts
    ]
    words = set(re.findall(r"[a-zA-Z][\w-]*", "\n".join(file.read_text() for file in sources)))
    unused = {one for one in defined() if one not in words and not one.startswith(MADE)} - UNSTYLED
    assert not unused, unused


def test_the_sheets_are_found():
    assert len(SHEETS) >= 2 and len(spoken_of()) > 80 and settings.DEBUG is False
