"""Instruments of law and references to their articles.

A reference is written in the book as ``行政处罚法 45`` or, for the file's own instrument, just ``45``; paragraphs and items follow in
brackets: ``商标法 60(2)`` is 第六十条第二款. ``商标法@2019-11-01 60(2)`` names a version, because article numbers move.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from zhiheng.numbers import read

_REFERENCE = re.compile(
    r"^(?:(?P<name>[^\s\d@]+)(?:@(?P<version>\d{4}-\d{2}-\d{2}))?\s*)?(?P<number>\d+(?:之[一二三])?)(?P<parts>(?:\(\d+\))*)$"
)
_DIGITS = "零一二三四五六七八九"


def chinese_numeral(n: int) -> str:
    """Write 1–999 the way articles are numbered: 10 十, 64 六十四, 105 一百零五."""
    if not 0 < n < 1000:
        raise ValueError(f"条款序号应在1至999之间：{n}")
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


@dataclass(frozen=True)
class Instrument:
    """One version of a law, regulation or rule.

    ``workday_numbers`` are the day counts that this instrument itself declares to be working days
    (行政处罚法 85: 2, 3, 5, 7); everything else written 日 is a calendar day. ``rollover`` is the article that moves a last day falling
    on a rest day.
    """

    code: str
    title: str
    short: str
    effective: date
    until: date | None = None
    order: str = ""
    confidence: str = "verified"
    workday_numbers: frozenset[int] = frozenset()
    workday_article: str = ""
    rollover: str = ""
    version_title: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        """Name that tells versions apart: 商标法（2019年修正）."""
        return f"{self.short}（{self.version_title}）" if self.version_title else self.short


@dataclass(frozen=True)
class Citation:
    """An article of a version of an instrument. ``str()`` is the short form 程序规定64, ``formal`` the one for documents."""

    instrument: Instrument
    number: str
    parts: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.instrument.short}{self.number}" + "".join(f"({p})" for p in self.parts)

    @cached_property
    def formal(self) -> str:
        """《行政处罚法》第四十五条第一款; the third level is an item (项)."""
        head, _, tail = self.number.partition("之")
        text = f"《{self.instrument.title}》第{chinese_numeral(int(head))}条" + (f"之{tail}" if tail else "")
        for part, unit in zip(self.parts, ("款", "项"), strict=False):
            text += f"第{chinese_numeral(part)}{unit}"
        return text


def split_reference(text: str) -> tuple[str, str, str, tuple[int, ...]] | None:
    """Split ``商标法@2019-11-01 60(2)`` into name, version, number, parts; None when it is not a reference."""
    found = _REFERENCE.match(text.strip())
    if not found:
        return None
    parts = tuple(int(p) for p in re.findall(r"\((\d+)\)", found["parts"]))
    return found["name"] or "", found["version"] or "", found["number"], parts


HAN = "零〇一二两三四五六七八九十百"
# What may follow 第×条, however it is written: 之一, (2)(3), 第二款第（三）项.
BELOW = (
    rf"(?:之(?P<sub>[一二三四五六七八九]))?(?P<parts>(?:\(\d+\))*)"
    rf"(?:第(?P<paragraph>[{HAN}\d]+)款)?(?:第[（(]?(?P<item>[{HAN}\d]+)[）)]?项)?"
)
_NAMED = re.compile(
    r"^(?:《(?P<titled>(?:[^《》]|《[^《》]*》)+)》|(?P<name>[^\s\d《》@第]+))(?:@(?P<version>\d{4}-\d{2}-\d{2}))?\s*(?P<rest>.*)$"
)
_PLACE = re.compile(rf"(?:第(?P<han>[{HAN}\d]+)条|(?P<bare>\d+)(?:条|(?=[\s、，,；;（(之]|$))){BELOW}")


@dataclass(frozen=True)
class Named:
    """An article as somebody names it: ``number`` "" for the instrument as a whole; ``parts`` as in :class:`Citation`."""

    name: str
    version: str = ""
    number: str = ""
    parts: tuple[int, ...] = ()


def read_references(line: str) -> list[Named]:
    """The articles a line names, in the book's short form (``专利法 65(1)``), as papers write them (``《专利法》第六十五条第一款``) or several
    in a row (``专利法 65、66``). Empty where it names no instrument."""
    line = line.strip()
    if (short := split_reference(line)) and short[0]:
        return [Named(*short)]
    found = _NAMED.match(line)
    if not found:
        return []
    name, version = found["titled"] or found["name"], found["version"] or ""
    places = [
        Named(name, version, number, parts)
        for one in _PLACE.finditer(found["rest"])
        for number, parts in [article_in(one, one["han"] or one["bare"])]
        if number
    ]
    return places or [Named(name, version)]


def in_full(text: str, instruments: Mapping[str, Sequence[Instrument]], on: date) -> str:
    """What somebody typed, every instrument of the book before an article by its full title, as papers write it: 商标法第五十七条 is
    《中华人民共和国商标法》第五十七条, by the title of the version in force on the day. All else stands as it was."""
    titles: dict[str, str] = {}
    for versions in instruments.values():
        standing = next((one for one in reversed(versions) if one.effective <= on), versions[-1])
        for one in versions:
            titles |= dict.fromkeys((one.short, one.title, one.title.removeprefix(_STATE)), standing.title)
    return _before_an_article(tuple(titles)).sub(lambda match: f"《{titles[match[1]]}》", text)


_STATE = "中华人民共和国"
# What a name may follow; behind anything else it is the end of a longer one.
_BEGINS = r"(?<![^、，；。：和及与据反照按“（(\s])"


@lru_cache(maxsize=8)
def _before_an_article(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"{_BEGINS}《?({longest_first})》?(?=第[{HAN}\d]+条)")


def article_in(found: re.Match[str], number: str) -> tuple[str, tuple[int, ...]]:
    """Number and parts of an article from a match that ends in `BELOW`; ("", ()) where the number is none."""
    value = _number(number)
    if not value:
        return "", ()
    article = f"{value}{'之' + found['sub'] if found['sub'] else ''}"
    if found["parts"]:
        return article, tuple(int(one) for one in re.findall(r"\d+", found["parts"]))
    paragraph, item = _number(found["paragraph"]), _number(found["item"])
    # An item stands in the first paragraph where none is named.
    return article, (paragraph or 1, item) if item else (paragraph,) if paragraph else ()


def _number(words: str | None) -> int:
    value = read(words) if words else None
    return int(value.value) if value is not None and value.value is not None else 0


def cite(citations: tuple[Citation, ...]) -> str:
    """Join citations for a message: 程序规定35、行政处罚法56."""
    return "、".join(str(c) for c in citations)
