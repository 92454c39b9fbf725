"""Texts of the law on disk, as the law book asks for them (:mod:`zhiheng.law.texts`)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from zhiheng.law.texts import Paragraph, Statute
from zhiheng.numbers import read

from .texts import Kind, Provision, Text, Unreadable, read_bytes, read_file, to_markdown

_NUMERAL = r"[\d零〇○一二三四五六七八九十]{1,4}"
_DAY = re.compile(rf"({_NUMERAL})\s*年\s*({_NUMERAL})\s*月\s*({_NUMERAL})\s*日")
_IN_FORCE = re.compile(r"自(?P<day>[^，。；]{6,16}?日)起(?:施行|实施)")
_NAMED = re.compile(r"[（(](\d{4}-\d{2}-\d{2})[）)]")  # the national database names a file so
SUFFIXES = (".md", ".docx", ".txt")


def read_directory(root: Path) -> tuple[list[Statute], list[str]]:
    """Every text under a directory, and what could not be read, in words. Raises :class:`Unreadable` where there is no directory."""
    if not root.is_dir():
        raise Unreadable(f"没有目录“{root}”。请写法规原文所在的目录。")
    found, refused = [], []
    for path in sorted(p for p in root.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file()):
        try:
            text = read_file(path)
        except Unreadable as error:
            refused.append(str(error))
            continue
        found.append(replace(statute(text, path.read_bytes(), path.name), path=path))
    return found, refused


def as_markdown(data: bytes, name: str) -> str:
    """The words of a file somebody sent, as the Markdown that is kept of it. Raises :class:`Unreadable`."""
    return to_markdown(read_bytes(data, name))


def as_draft(data: bytes, name: str) -> tuple[str, list[str]]:
    """The words of a draft somebody sent, as Markdown, and what of the file is not in them or must be looked at in the file itself.
    Raises :class:`Unreadable`."""
    text = read_bytes(data, name)
    words = to_markdown(text)
    seen_again = set(read_bytes(words.encode(), name).doubts)
    return words, [*dict.fromkeys(text.unread), *(one for one in text.doubts if one not in seen_again)]


def read_statute(data: bytes, name: str) -> Statute:
    """The text of one file held in memory. Raises :class:`Unreadable`, in words fit for the screen."""
    return statute(read_bytes(data, name), data, name)


def statute(text: Text, data: bytes, name: str = "") -> Statute:
    """A text as the law book looks things up in it: articles, paragraphs, items, and the days that tell its version."""
    articles: dict[str, tuple[Paragraph, ...]] = {}
    for article in text.articles():
        number, sub = article.number
        key = f"{number}之{'一二三四五六七八九'[sub - 1]}" if sub else str(number)
        articles.setdefault(key, tuple(_paragraph(p) for p in article.children))
    made = [day for line in text.history for day in _days(line) if "施行" not in line]
    if named := _NAMED.search(name):
        made.append(date.fromisoformat(named[1]))
    adopted = max(made, default=None)
    in_force = None
    closing = list(text.history) + [line for a in text.articles()[-1:] for line in a.lines]
    for line in closing:
        days = [d for m in _IN_FORCE.finditer(line) for d in _days(m["day"])]
        if not days and line in text.history and "施行" in line:
            days = _days(line)
        in_force = max([*days, *([in_force] if in_force else [])], default=None)
    if in_force and adopted and in_force < adopted:
        in_force = None  # the day of the first version: an amendment does not rewrite it
    return Statute(text.title, adopted, in_force, articles, hashlib.sha256(data).hexdigest(), name)


def _paragraph(provision: Provision) -> Paragraph:
    items = {
        item.number[0]: "\n".join(item.lines)
        for item in provision.children
        if item.kind is Kind.ITEM and item.number
    }
    others = [line for c in provision.children if c.kind is not Kind.ITEM for line in c.lines]
    return Paragraph("\n".join([provision.text, *others]), items)


def _days(line: str) -> list[date]:
    found = []
    for match in _DAY.finditer(line):
        values = [read(part) for part in match.groups()]
        if all(v is not None and v.value is not None for v in values):
            try:
                found.append(date(*(int(v.value) for v in values)))
            except ValueError:
                continue  # no such day: a slip of the source, which then says nothing about its version
    return found
