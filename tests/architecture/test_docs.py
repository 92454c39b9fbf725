"""What the documents name exists: files, anchors, commands, settings, buttons. A failure says where and what to mend."""

from __future__ import annotations

import argparse
import pkgutil
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from zhiheng import cli

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = sorted([*READMES, "CHANGELOG.md", *(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/**/*.md"))])

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
# A path of this repository as documents write it: `zhiheng/law/clocks.py`, `tests/e2e/`, `zhiheng/<package>/…` is none.
_PATH = re.compile(r"(?:zhiheng|tests|bench|docs|scripts)/[\w./-]*")
_VARIABLE = re.compile(r"\b(?:ZHIHENG_[A-Z_]+|DATABASE_URL)\b")
_BUTTON = re.compile(r"【([^】\n]+)】")
# Made by `make setup` or by running, or written by `make bench`: right to name, absent from a fresh checkout.
_MADE = ("zhiheng/ui/static/vendor", "docs/benchmarks.md", "docs/scaling.md")


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def prose_of(document: str) -> str:
    """Without fenced blocks, where commands of a reader's machine stand."""
    return re.sub(r"^```.*?^```", "", text_of(document), flags=re.S | re.M)


def anchors_of(document: str) -> set[str]:
    """The anchors a Markdown page gives its headings: lower case, spaces to hyphens, other punctuation dropped."""
    headings = re.findall(r"^#{1,6} +(.+)$", prose_of(document), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def commands() -> frozenset[str]:
    parser = cli._parser()
    action = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return frozenset(action.choices)


@cache
def spoken() -> str:
    """Everything the program can say: its code, templates and data, without tests."""
    files = [
        p
        for ending in ("py", "html", "yaml", "js")
        for p in (ROOT / "zhiheng").rglob(f"*.{ending}")
        if "tests" not in p.parts and "vendor" not in p.parts
    ]
    return "\n".join(p.read_text(encoding="utf-8") for p in files)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files_and_headings_that_exist(document):
    broken = []
    for target in _LINK.findall(prose_of(document)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        page = (ROOT / document).parent / file if file else ROOT / document
        known = not anchor or (page.exists() and anchor in anchors_of(str(page.resolve().relative_to(ROOT))))
        if not page.exists() or not known:
            broken.append(target)
    assert not broken, f"{document}: nothing at {', '.join(broken)}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_in_the_text_exist(document):
    missing = [
        code
        for code in _CODE.findall(prose_of(document))
        if _PATH.fullmatch(code) and not code.startswith(_MADE) and not (ROOT / code).exists()
    ]
    assert not missing, f"{document} names {', '.join(missing)}, which the repository does not have"


def test_names_of_the_code_in_the_architecture_exist():
    """`cases.services.take_step`, `Procedure.offer`: whoever renames one mends the text."""
    missing = []
    for code in _CODE.findall(prose_of("docs/architecture.md")):
        package = code.split(".")[0]
        if not re.fullmatch(r"[a-z]+(\.(?!py$)\w+)+", code) or not (ROOT / "zhiheng" / package).is_dir():
            continue
        try:
            pkgutil.resolve_name(f"zhiheng.{code}")
        except (ImportError, AttributeError):
            missing.append(code)
    assert not missing, f"docs/architecture.md: the code has no {', '.join(missing)}"


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_in_the_readme(readme):
    rows = re.findall(r"^\| `zhiheng (\w+)", text_of(readme), re.M)
    assert sorted(rows) == sorted(commands()), f"{readme}: the table of commands needs each command once"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_in_the_text_exist(document):
    named = set(re.findall(r"(?:^|`|bin/)zhiheng ([a-z]\w*)", text_of(document), re.M))
    assert named <= commands(), f"{document}: there is no command {', '.join(sorted(named - commands()))}"


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_readme(readme):
    settings = set(_VARIABLE.findall((ROOT / "zhiheng" / "settings.py").read_text(encoding="utf-8")))
    assert settings, "settings.py names no environment variable any more: mend this test"
    missing = settings - set(_VARIABLE.findall(text_of(readme)))
    assert not missing, f"{readme}: describe {', '.join(sorted(missing))} in the table of settings"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_settings_in_the_text_are_read_somewhere(document):
    source = spoken() + "".join(
        p.read_text(encoding="utf-8")
        for p in [*ROOT.glob("scripts/*"), ROOT / "conftest.py", *(ROOT / "tests").rglob("conftest.py")]
        if p.is_file()
    )
    unread = {name for name in _VARIABLE.findall(text_of(document)) if name not in source}
    assert not unread, f"{document}: nothing reads {', '.join(sorted(unread))}"


def test_both_readmes_say_the_same():
    english, chinese = map(text_of, READMES)

    def content(text: str) -> dict[str, list[str]]:
        return {
            "commands": re.findall(r"`zhiheng [^`]+`", text),
            "settings": re.findall(r"^\| `([A-Z_]+)` \|", text, re.M),
            "targets": re.findall(r"`make ([a-z-]+)`", text),
            "links": [link for link in _LINK.findall(text) if link not in READMES],
            "sections": re.findall(r"^(#+) ", text, re.M),
        }

    first, second = content(english), content(chinese)
    second["targets"], first["targets"] = sorted(set(second["targets"])), sorted(set(first["targets"]))
    assert first == second


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_targets_in_the_text_exist(document):
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text_of(document), re.M))
    assert named <= targets, f"{document}: the Makefile cannot make {', '.join(sorted(named - targets))}"


def test_buttons_of_the_manual_are_in_the_program():
    named = set(_BUTTON.findall(text_of("docs/manual.zh-CN.md")))
    assert len(named) > 50, "the manual writes buttons as 【…】"
    missing = sorted(name for name in named if name not in spoken())
    assert not missing, f"docs/manual.zh-CN.md: no button says {'、'.join(missing)}"


def test_pictures_are_small_enough_for_a_repository():
    heavy = {
        p.name: p.stat().st_size for p in (ROOT / "docs" / "images").iterdir() if p.stat().st_size > 300_000
    }
    assert not heavy, f"shrink {heavy}"


def test_no_document_names_a_machine():
    """Paths and hosts of somebody's machine mean nothing to a reader."""
    tracked = subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    for document in {*DOCUMENTS, *tracked}:
        if (ROOT / document).is_file():
            found = re.findall(r"(?<![\w.])/(?:work|home|root|tmp|Users)/\S*", text_of(document))
            assert not found, f"{document}: {found}"


def test_the_example_of_a_record_kind_is_the_kind_there_is():
    """The page is followed literally: each of its Python blocks stands so in the package it adds."""
    blocks = re.findall(r"^```python\n(.*?)^```", text_of("docs/add-a-record-kind.md"), re.S | re.M)
    written = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "zhiheng" / "study").rglob("*.py"))
    written += (ROOT / "zhiheng" / "accounts" / "rights.py").read_text(encoding="utf-8")
    assert len(blocks) >= 6
    strange = [block.splitlines()[0] for block in blocks if block not in written]
    assert not strange, f"docs/add-a-record-kind.md: zhiheng/study has no longer what begins with {strange}"


def test_the_guard_shown_on_the_page_of_kinds_is_a_guard_there_is():
    blocks = re.findall(r"^```python\n(.*?)^```", text_of("docs/add-a-kind-of-matter.md"), re.S | re.M)
    written = (ROOT / "zhiheng" / "cases" / "adjudication.py").read_text(encoding="utf-8")
    assert blocks and all(block in written for block in blocks)
