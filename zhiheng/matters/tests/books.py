"""Local directories of law for tests: another version of a procedure, a kind of matter that exists nowhere else."""

from __future__ import annotations

import contextlib
import importlib.resources
from collections.abc import Iterator
from pathlib import Path

from zhiheng.law import lawbook, load_book
from zhiheng.matters import engine, selectors

PACKAGED = Path(str(importlib.resources.files("zhiheng.law"))) / "book"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@contextlib.contextmanager
def book_of(*local: Path) -> Iterator[lawbook.Book]:
    """The packaged book with local directories, as the one this process works with."""
    before = list(lawbook._current)
    lawbook._current[:] = [load_book([PACKAGED, *local])]
    _forget()
    try:
        yield lawbook._current[0]
    finally:
        lawbook._current[:] = before
        _forget()


def _forget() -> None:
    engine.procedure_of.cache_clear()
    selectors._titles.cache_clear()


def ordinary(**replaced: str) -> str:
    """The text of the ordinary procedure with some of its lines put otherwise."""
    text = (PACKAGED / "procedures/penalty.ordinary/2022-11-01.yaml").read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, new)
    return text
