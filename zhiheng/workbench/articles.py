"""Articles to be picked from: what a field that names its legal basis offers for a few words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from zhiheng.law import Citation, Instrument, current_book
from zhiheng.law.citations import chinese_numeral
from zhiheng.law.texts import Statute
from zhiheng.numbers import read
from zhiheng.rulemaking import selectors as texts

MOST = 60
UNCHECKED = "没有导入原文，请自行核对条文序号"
_EXCERPT = 60
_NUMBER = re.compile(r"第?(\d{1,3}|[零一二三四五六七八九十百]+)条?")


@dataclass(frozen=True)
class Citable:
    """An article, or one paragraph or item of it. `words`: as a paper writes it; `excerpt`: how its text begins, where the office has
    taken it in, else what of the book rests on it; `in_force`: on the day that was asked about."""

    words: str
    version: str
    excerpt: str
    in_force: bool


def citable(query: str, on: date) -> list[Citable]:
    """Articles that hold every word of the query in their name, number, text or in what of the book rests on them: those in force on
    the day first, at most :data:`MOST`. Nothing for an empty query."""
    asked = query.lower().split()
    if not asked:
        return []
    book = current_book()
    statutes = {(code, day): statute for code, day, statute in texts.every_text()}
    current, others = [], []
    for versions in book.instruments.values():
        standing = next((v for v in reversed(versions) if v.effective <= on), None)
        for version in reversed(versions):
            in_force = version is standing and (version.until is None or on < version.until)
            named = f"{version.title} {version.short} {version.version_title}".lower()
            left = [word for word in asked if _NUMBER.fullmatch(word) or word not in named]
            into = current if in_force else others
            text = statutes.get((version.code, str(version.effective)))
            before = len(into)
            for citation, excerpt, searched in _articles(version, text):
                if all(_held(word, citation, searched) for word in left):
                    into.append(Citable(citation.formal, version.label, excerpt, in_force))
            number = _NUMBER.fullmatch(left[0]) if len(left) == 1 < len(asked) and text is None else None
            if (
                number
                and 0 < read(number[1]).value < 1000
                and not any(one.words.endswith("条") for one in into[before:])
            ):
                citation = Citation(version, str(read(number[1]).value))
                into.append(Citable(citation.formal, version.label, UNCHECKED, in_force))
            if len(current) >= MOST:
                return current[:MOST]
    return (current + others)[:MOST]


def _held(word: str, citation: Citation, searched: str) -> bool:
    """A number is the article's own; any other word stands somewhere in its text or uses."""
    number = _NUMBER.fullmatch(word)
    if number is None:
        return word in searched
    article = citation.number.partition("之")[0]
    return number[1] in (article, chinese_numeral(int(article)))


def _articles(version: Instrument, text: Statute | None) -> Iterator[tuple[Citation, str, str]]:
    """(citation, excerpt, the text it is searched by) of every article with its paragraphs and items, in order."""
    uses = _uses().get(version, {})
    if text is None:
        for citation in sorted(uses, key=_order):
            titles = uses[citation]
            yield citation, f"用于：{'、'.join(titles[:3])}" if titles else "", " ".join(titles).lower()
        return
    for number, paragraphs in text.articles.items():
        for parts in _parts(paragraphs):
            citation = Citation(version, number, parts)
            words = " ".join((text.provision(number, parts) or "").split())
            titles = uses.get(citation, ())
            excerpt = words[:_EXCERPT] + ("…" if len(words) > _EXCERPT else "")
            yield citation, excerpt, f"{words} {' '.join(titles)}".lower()


def _parts(paragraphs: Sequence) -> Iterator[tuple[int, ...]]:
    """The whole article, then each of its paragraphs where it has several, and each item."""
    yield ()
    for n, paragraph in enumerate(paragraphs, 1):
        if len(paragraphs) > 1:
            yield (n,)
        for item in paragraph.items:
            yield (n, item)


@cache
def _uses() -> dict[Instrument, dict[Citation, tuple[str, ...]]]:
    """What of the book rests on which citation, by the titles of the places."""
    found: dict[Instrument, dict[Citation, dict[str, None]]] = {}
    for cited in current_book().cited:
        for citation in cited.citations:
            titles = found.setdefault(citation.instrument, {}).setdefault(citation, {})
            if cited.title:
                titles[cited.title] = None
    for cause in current_book().causes.values():
        for rule in (one for code in cause.rules for one in current_book().fine_versions[code]):
            titles = found.setdefault(rule.article.instrument, {}).setdefault(rule.article, {})
            titles |= {f"案由“{cause.title}”的罚则": None, rule.title: None}
    return {
        instrument: {citation: tuple(titles) for citation, titles in citations.items()}
        for instrument, citations in found.items()
    }


def _order(citation: Citation) -> tuple[int, str, tuple[int, ...]]:
    head, _, tail = citation.number.partition("之")
    return int(head), tail, citation.parts
