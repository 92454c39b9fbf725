"""The year's report: wording as data, figures put in place, what is not recorded named instead of filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from zhiheng.accounts.models import Unit
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import Scope, find
from zhiheng.figures.selectors import Value

from .claims import load_indicators

BOOK = Path(__file__).resolve().parent / "book" / "annual"
_PLACE = re.compile(r"\{([a-z][\w.]*)\}")
_WORDS = {"unit", "year"}


class WordingError(ValueError):
    """The wording file cannot be used; the message names file, place and mend."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph; `value` is set where it is a figure."""

    text: str
    value: Value | None = None


@dataclass(frozen=True)
class Part:
    heading: str
    paragraphs: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True)
class Section:
    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class NotRecorded:
    """An indicator the wording speaks of and the records do not hold."""

    id: str
    title: str


@dataclass(frozen=True)
class Report:
    """One unit's year. `figures` are all figures that have an answer, whether the wording mentions them or not."""

    unit: Unit
    year: int
    scope: Scope
    title: str
    opening: str
    sections: tuple[Section, ...]
    figures: dict[str, Value]
    not_recorded: tuple[NotRecorded, ...]
    not_recorded_text: str
    basis: str
    ledger_head: str

    def lines(self) -> list[tuple[str, str]]:
        """The report as (kind, text), kinds title, heading, subheading, text; headings numbered as papers number them."""
        lines = [("title", self.title), ("text", self.opening)]
        for number, section in enumerate(self.sections, 1):
            lines.append(("heading", f"{numeral(number)}、{section.heading}"))
            for inner, part in enumerate(section.parts, 1):
                lines.append(("subheading", f"（{numeral(inner)}）{part.heading}"))
                lines += [("text", "".join(p.text for p in paragraph)) for paragraph in part.paragraphs]
        if self.not_recorded:
            lines.append(("heading", f"{numeral(len(self.sections) + 1)}、尚未登记的事项"))
            lines.append(("text", self.not_recorded_text))
        return lines

    @property
    def empty(self) -> bool:
        """Whether nothing was recorded of the year: what only still stands at its end from earlier is not of it."""
        return not any(
            one.rows and not all(part.stock for part in one.figure.parts) for one in self.figures.values()
        )

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.lines())


def numeral(number: int) -> str:
    """1 to 99 as 一 … 九十九, as headings are numbered."""
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    return ("" if tens == 0 else "十" if tens == 1 else f"{digits[tens]}十") + (digits[ones] if ones else "")


def compose(unit: Unit, year: int, *, on: date, ledger_head: str) -> Report:
    """Write the report of the unit, with all below it, for a calendar year.

    `on` is the day the figures are read, `ledger_head` the hash the ledger ends with; both are printed in the report.
    """
    wording = _wording_for(year)
    scope = figures.year_of(unit, year, on)
    values = {key: value for key, value in figures.compute(scope).items() if value.value is not None}
    words = {"unit": unit.name, "year": str(year)}
    missing: dict[str, NotRecorded] = {}
    sections = []
    for section in wording["sections"]:
        parts = []
        for part in section["parts"]:
            kept = tuple(
                written
                for paragraph in part["paragraphs"]
                if (written := _write(paragraph, values, words, missing)) is not None
            )
            if kept:
                parts.append(Part(part["heading"], kept))
        if parts:
            sections.append(Section(section["heading"], tuple(parts)))
    shown = f"{on.year}年{on.month}月{on.day}日"
    return Report(
        unit=unit,
        year=year,
        scope=scope,
        title=wording["title"].format(**words),
        opening=wording["opening"].format(**words),
        sections=tuple(sections),
        figures=values,
        not_recorded=tuple(missing.values()),
        not_recorded_text=wording["not_recorded"].format(items="、".join(m.title for m in missing.values())),
        basis=wording["basis"].format(
            on=shown, head=ledger_head if ledger_head.strip("0") else "空（账上尚无条目）"
        ),
        ledger_head=ledger_head,
    )


def _write(
    paragraph: str, values: dict[str, Value], words: dict[str, str], missing: dict[str, NotRecorded]
) -> tuple[Piece, ...] | None:
    """The paragraph in pieces, or None when one of its figures is not recorded; those are added to `missing`."""
    absent = [i for i in _PLACE.findall(paragraph) if i not in _WORDS and i not in values]
    for indicator in absent:
        missing.setdefault(indicator, NotRecorded(indicator, _titles()[indicator]))
    if absent:
        return None
    pieces: list[Piece] = []
    for index, stretch in enumerate(_PLACE.split(paragraph)):
        if index % 2 == 0:
            pieces.append(Piece(stretch))
        elif stretch in words:
            pieces.append(Piece(words[stretch]))
        else:
            pieces.append(Piece(values[stretch].text, values[stretch]))
    return tuple(piece for piece in pieces if piece.text)


@cache
def _titles() -> dict[str, str]:
    return {indicator.id: indicator.name for indicator in load_indicators()}


def _wording_for(year: int) -> dict:
    """The wording in force at the end of the year; years before the first wording use the first."""
    editions = sorted((date.fromisoformat(path.stem), path) for path in BOOK.glob("*.yaml"))
    in_force = [path for since, path in editions if since <= date(year, 12, 31)] or [editions[0][1]]
    return read_wording(in_force[-1])


_KEYS = {
    "title": str,
    "opening": str,
    "sections": list,
    "not_recorded": str,
    "basis": str,
}


@cache
def read_wording(path: Path) -> dict:
    """One edition of the wording, checked: every figure named exists and is followed by its own unit."""

    def refuse(where: str, what: str) -> WordingError:
        return WordingError(f"{path.name}：{where}{what}")

    try:
        wording = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise refuse("", f"不是有效的 YAML：{error}") from error
    if not isinstance(wording, dict):
        raise refuse("", "应为“键: 值”的形式")
    if unknown := wording.keys() - _KEYS.keys():
        raise refuse("", f"有不认识的键 {'、'.join(sorted(unknown))}；只用 {'、'.join(_KEYS)}")
    for key, kind in _KEYS.items():
        if not isinstance(wording.get(key), kind):
            raise refuse(f"{key} ", "没有填写或填写的形式不对")
    for s, section in enumerate(wording["sections"], 1):
        for p, part in enumerate(section.get("parts") or (), 1):
            if not section.get("heading") or not part.get("heading") or not part.get("paragraphs"):
                raise refuse(f"第 {s} 节第 {p} 部分", "应有 heading 和 paragraphs")
            for n, paragraph in enumerate(part["paragraphs"], 1):
                where = f"第 {s} 节第 {p} 部分第 {n} 段"
                for match in _PLACE.finditer(paragraph):
                    _check_place(match, paragraph, lambda what, where=where: refuse(where, what))
    return wording


def _check_place(match: re.Match, paragraph: str, refuse) -> None:
    name = match[1]
    if name in _WORDS:
        return
    if name not in _titles():
        raise refuse(f"的 {{{name}}} 不是指标；指标编号见 indicators.yaml")
    figure = find(name)
    if figure and not paragraph.startswith(figure.unit, match.end()):
        raise refuse(f"的 {{{name}}} 之后应写单位“{figure.unit}”")
