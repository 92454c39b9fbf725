"""The book against the words of the law: does every cited article exist, and does every number of a value stand in it.

Pure: texts come in as :class:`Statute`, read by whoever can read files. The words of the law stay outside the book; what stays in
it is ``checked.yaml``, written by ``check_book --texts DIR --record``: which places were found, by the hash of the place's
citations and numbers, and the hash of the text. An edited place no longer agrees with its hash and loses the label by itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from zhiheng.numbers import read

from .citations import BELOW, HAN, Citation, Instrument, article_in

if TYPE_CHECKING:
    from .lawbook import Book

Quantity = tuple[str, str]  # number in plain digits, unit family

# How long a law may wait between its making and its coming into force, for a text to be taken as that version.
_WAIT = timedelta(days=550)

_UNITS = {
    "个工作日": "日", "工作日": "日", "日": "日", "天": "日", "个月": "月", "年": "年", "周年": "年", "周岁": "岁",
    "小时": "时", "倍": "倍", "元": "元", "%": "%", "％": "%", "次": "次", "件": "件",
}  # fmt: skip
_HAN = "零〇一二两三四五六七八九十百千万亿"
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?[{_HAN}]*|[{_HAN}]+)"
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_QUANTITY = re.compile(
    rf"百分之(?P<share>{_NUMBER})|(?P<low>{_NUMBER})(?:至|到|—|－|-)(?=(?:{_NUMBER})(?P<lowunit>{_UNIT}))"
    rf"|(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})"
)
_DAY = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|\d{4}-\d{2}-\d{2}")


def quantities(words: str) -> set[Quantity]:
    """The amounts, periods, multiples and shares in running text, Chinese or Arabic; calendar dates are none.

    >>> sorted(quantities("自收到之日起十五个工作日内，处5万元以下、违法所得一倍以上五倍以下或者百分之二十的罚款"))
    [('1', '倍'), ('15', '日'), ('20', '%'), ('5', '倍'), ('50000', '元')]
    """
    found: set[Quantity] = set()
    for match in _QUANTITY.finditer(_DAY.sub("", words)):
        if match["share"]:
            written, unit = match["share"], "%"
        elif match["low"]:
            written, unit = match["low"], _UNITS[match["lowunit"]]
        else:
            written, unit = match["number"], _UNITS[match["unit"]]
        number = read(written)
        if number is not None and number.value is not None:
            found.add((_plain(number.value), unit))
    return found


def _plain(number: Decimal | int) -> str:
    return format(Decimal(number).normalize(), "f")


@dataclass(frozen=True)
class Paragraph:
    """A 款: its words, and its items (项) with everything below them, by their number."""

    words: str
    items: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def whole(self) -> str:
        return "\n".join([self.words, *self.items.values()])


@dataclass(frozen=True)
class Statute:
    """The words of one version of an instrument. ``adopted``: the last day of making or amending its head names; ``in_force``: the
    day it says itself that it comes into force, if that is later. ``articles``: number (``64``, ``20之一``) → paragraphs.
    ``name``: the file, for messages; ``path``: where it was read from, if from a disk."""

    title: str
    adopted: date | None
    in_force: date | None
    articles: Mapping[str, tuple[Paragraph, ...]]
    sha256: str
    name: str = ""
    path: Path | None = None

    def provision(self, number: str, parts: Sequence[int] = ()) -> str | None:
        """The words of an article, or of its paragraph and item; None where the text has none."""
        paragraphs = self.articles.get(number)
        if paragraphs is None:
            return None
        if not parts:
            return "\n".join(p.whole for p in paragraphs)
        if parts[0] > len(paragraphs):
            return None
        paragraph = paragraphs[parts[0] - 1]
        if len(parts) == 1:
            return paragraph.whole
        return paragraph.items.get(parts[1])


def match(instruments: Iterable[Instrument], statutes: Iterable[Statute]) -> dict[Instrument, Statute]:
    """Which text is which version: the same title, and made last before the version came into force (or naming that very day)."""
    by_title: dict[str, list[Statute]] = {}
    for statute in statutes:
        by_title.setdefault(bare_title(statute.title), []).append(statute)
    found: dict[Instrument, Statute] = {}
    for instrument in instruments:
        here = by_title.get(bare_title(instrument.title), ())
        exact = [s for s in here if s.in_force == instrument.effective]
        near = [
            s
            for s in here
            if s.in_force in (None, instrument.effective)
            and s.adopted is not None
            and instrument.effective - _WAIT <= s.adopted <= instrument.effective
        ]
        chosen = exact or near
        if chosen:
            found[instrument] = max(chosen, key=lambda s: (s.adopted or date.min, s.name))
    return found


def bare_title(title: str) -> str:
    return re.sub(r"[《》\s]|[（(].{1,8}[）)]$", "", title).removeprefix("中华人民共和国")


# ---------------------------------------------------------------------------------------------------------------- citations


@dataclass(frozen=True)
class Cited:
    """One place of the book that leans on articles: where it stands, the articles, the quantities of its value."""

    place: str
    line: int
    citations: tuple[Citation, ...]
    quantities: frozenset[Quantity] = frozenset()
    title: str = ""

    @cached_property
    def digest(self) -> str:
        """Hash of what was held against the text: articles with their versions, and numbers."""
        said = [sorted(f"{c.instrument.code}@{c.instrument.effective} {c}" for c in self.citations)]
        said.append(sorted("".join(q) for q in self.quantities))
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def place_of(file: str, path: Sequence[object]) -> str:
    """``procedures/penalty.simple/2022-11-01.yaml#clocks.pay``; the article's own key is left out."""
    shown = [str(part) for part in path]
    if shown and shown[-1] == "article":
        shown.pop()
    return file + (f"#{'.'.join(shown)}" if shown else "")


# Numbers of the book's keys, and the unit family the text has them in. Amounts are yuan in the files.
_KEYS = {
    "min": "元", "max": "元", "fixed": "元", "cap": "元", "at_least": "元", "above": "元", "below": "元", "at_most": "元",
    "person": "元", "organisation": "元", "min_times": "倍", "max_times": "倍", "max_percent": "%", "percent_per_day": "%",
    "turnover": "元", "gains": "元", "sales": "元", "goods_value": "元", "loss": "元", "pieces": "件",
    "years": "年", "grave_years": "年", "repeat_years": "年",
}  # fmt: skip
_NOT_SAID = {"note", "way_out", "party_note", "example", "notice", "title", "version", "order"}


def said(value: object, key: str = "") -> Iterator[Quantity]:
    """The quantities of one place: of its keys with legal numbers, and of the words it has; parts with an article of their own and
    remarks (``note``) are not its own saying."""
    if isinstance(value, dict):
        for inner, part in value.items():
            if inner in _NOT_SAID or inner == "article" or (isinstance(part, dict) and "article" in part):
                continue
            yield from said(part, str(inner))
    elif isinstance(value, list):
        for part in value:
            if not (isinstance(part, dict) and "article" in part):
                yield from said(part, key)
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if key in _KEYS and value:
            yield (_plain(value), _KEYS[key])
        elif key in ("numbers", "up_to"):
            yield (_plain(value), "日")
    elif isinstance(value, str):
        yield from quantities(value)


def mentions(
    words: str, instruments: Mapping[str, Sequence[Instrument]], on: date | None
) -> Iterator[Citation]:
    """Articles cited in running words: 《行政处罚法》第六十四条第一款第五项, 行政处罚法第四十四条."""
    names = instruments.keys()
    if not names:
        return
    pattern = _mention_pattern(tuple(sorted(names, key=len, reverse=True)))
    for found in pattern.finditer(words):
        versions = instruments[found["name"]]
        in_force = [i for i in versions if on is None or i.effective <= on]
        article, values = article_in(found, found["number"])
        if not article:
            continue
        instrument = in_force[-1] if in_force else versions[0]
        yield Citation(instrument, article, values)
        if found["to"]:  # 第五十一条至第五十三条
            first, last = read(found["number"]), read(found["to"])
            for later in range(int(first.value) + 1, int(last.value) + 1 if last and last.value else 0):
                yield Citation(instrument, str(later))


_patterns: dict[tuple[str, ...], re.Pattern] = {}


def _mention_pattern(names: tuple[str, ...]) -> re.Pattern:
    if names not in _patterns:
        _patterns[names] = re.compile(
            rf"《?(?P<name>{'|'.join(map(re.escape, names))})》?第(?P<number>[{HAN}]+)条{BELOW}(?:至第(?P<to>[{HAN}]+)条)?"
        )
    return _patterns[names]


# ---------------------------------------------------------------------------------------------------------------- the check


@dataclass(frozen=True)
class Finding:
    """How one place came out: ``found``; ``missing`` (an article or a number does not stand in the text: ``why``); ``no_text``."""

    cited: Cited
    outcome: str
    why: str = ""


@dataclass(frozen=True)
class TextCheck:
    """All findings, and which text each version was held against."""

    findings: tuple[Finding, ...]
    texts: Mapping[Instrument, Statute]

    @property
    def dated(self) -> list[Instrument]:
        """Versions whose text says itself on which day it comes into force, and that day is the book's."""
        return [i for i, statute in self.texts.items() if statute.in_force == i.effective]

    def strange(self) -> list[Finding]:
        """Places found whose title has no two characters in common with any article they cite: perhaps the wrong article."""
        return [f for f in self.of("found") if f.cited.title and not self._akin(f.cited)]

    def _akin(self, cited: Cited) -> bool:
        words = (self.texts[c.instrument].provision(c.number, c.parts) or "" for c in cited.citations)
        return bool(_pairs(cited.title) & set().union(*map(_pairs, words)))

    def of(self, outcome: str) -> list[Finding]:
        return [f for f in self.findings if f.outcome == outcome]

    def by_instrument(self) -> list[tuple[Instrument, Statute | None, int, int, int]]:
        """(version, its text, citations found, not found, without text), of every version that is cited."""
        counts: dict[Instrument, list[int]] = {}
        for finding in self.findings:
            for citation in finding.cited.citations:
                mine = counts.setdefault(citation.instrument, [0, 0, 0])
                statute = self.texts.get(citation.instrument)
                if statute is None:
                    mine[2] += 1
                elif (
                    statute.provision(citation.number, citation.parts) is None or finding.outcome == "missing"
                ):
                    mine[1] += 1
                else:
                    mine[0] += 1
        ordered = sorted(counts.items(), key=lambda item: (item[0].short, item[0].effective))
        return [(instrument, self.texts.get(instrument), *numbers) for instrument, numbers in ordered]

    def lock(self) -> dict[str, object]:
        """What ``checked.yaml`` keeps: the texts by version with their hashes, the places found with theirs."""
        used: dict[str, dict[str, str]] = {}
        places: dict[str, str] = {}
        for finding in self.of("found"):
            places[finding.cited.place] = finding.cited.digest
            for citation in finding.cited.citations:
                instrument = citation.instrument
                statute = self.texts[instrument]
                used[f"{instrument.short}@{instrument.effective}"] = {
                    "title": statute.title,
                    "sha256": statute.sha256,
                    "dated": statute.in_force == instrument.effective,
                }
        return {"texts": dict(sorted(used.items())), "places": dict(sorted(places.items()))}


def _pairs(words: str) -> set[str]:
    han = re.sub(r"[^\u4e00-\u9fff]", "", words)
    return {han[n : n + 2] for n in range(len(han) - 1)}


def check_texts(book: Book, statutes: Iterable[Statute]) -> TextCheck:
    """Hold every citation of the book, and every number beside it, against the texts there are."""
    texts = match([i for versions in book.instruments.values() for i in versions], statutes)
    return TextCheck(tuple(_finding(cited, texts) for cited in book.cited), texts)


def _finding(cited: Cited, texts: Mapping[Instrument, Statute]) -> Finding:
    provisions: list[str] = []
    unread = False
    for citation in cited.citations:
        statute = texts.get(citation.instrument)
        if statute is None:
            unread = True
            continue
        words = statute.provision(citation.number, citation.parts)
        if words is None:
            return Finding(
                cited, "missing", f"{citation.formal}：{statute.name or statute.title}中没有这一条款项"
            )
        provisions.append(words)
    there = set().union(*map(quantities, provisions)) if provisions else set()
    absent = sorted("".join(q) for q in cited.quantities - there)
    if absent and not unread:
        where = "、".join(c.formal for c in cited.citations)
        return Finding(cited, "missing", f"{where}中没有{'、'.join(absent)}")
    return Finding(cited, "no_text" if unread else "found")
