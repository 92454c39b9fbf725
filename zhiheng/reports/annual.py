"""The year's report: wording as data, figures put in place, what is not recorded named instead of filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from zhiheng.accounts.models import Person, Unit
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import Scope, find
from zhiheng.figures.selectors import Value
from zhiheng.registers.models import Attachment

from .claims import load_indicators
from .models import ManualFigure, PaperKind
from .periods import Period
from .received import RECEIVED, told_for

BOOK = Path(__file__).resolve().parent / "book"
# {enf.tm.n} is the figure, {pub.reach>} what it is more than (超过1000万), {enf.tm.n=} how it compares with the year before,
# {m.12} a number that somebody entered with what it rests on (ManualFigure).
_PLACE = re.compile(r"\{([a-z][\w.]*[=>]?)\}")
# What a place may name beside figures.
_WORDS = {"unit", "year", "period", "span", "end"}
_MANUAL = re.compile(r"^m\.([0-9]{1,18})$")


class WordingError(ValueError):
    """The wording file cannot be used; the message names file, place and mend."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph. `place`: what stands in the words in its place, "" for words that stand as they are; `value` is set
    where it is a figure, `manual` where it is a number that was entered."""

    text: str
    value: Value | None = None
    place: str = ""
    manual: ManualFigure | None = None

    @property
    def locked(self) -> bool:
        """Whether it is a number that nobody types."""
        return bool(self.place) and self.place not in _WORDS


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

    @property
    def by_hand(self) -> bool:
        """Whether it would be a number that somebody enters."""
        return _MANUAL.fullmatch(self.id) is not None


@dataclass(frozen=True)
class Report:
    """One unit's year, or a part of it. `figures` are all figures that have an answer, whether the wording mentions them or not;
    `before` those of the same time of the year before. `wording`: the words with their places, as they may be edited."""

    unit: Unit
    period: Period
    scope: Scope
    title: str
    opening: str
    sections: tuple[Section, ...]
    figures: dict[str, Value]
    before: dict[str, Value]
    wording: str
    paper: str
    not_recorded: tuple[NotRecorded, ...]
    not_recorded_text: str
    uncompared: tuple[str, ...]
    manual: tuple[ManualFigure, ...]
    basis: str
    ledger_head: str

    def pieces(self) -> list[tuple[str, tuple[Piece, ...]]]:
        """The report as (kind, pieces), kinds title, heading, subheading, text; headings numbered as papers number them."""
        lines = [("title", (Piece(self.title),)), ("text", (Piece(self.opening),))]
        for number, section in enumerate(self.sections, 1):
            lines.append(("heading", (Piece(f"{numeral(number)}、{section.heading}"),)))
            for inner, part in enumerate(section.parts, 1):
                lines.append(("subheading", (Piece(f"（{numeral(inner)}）{part.heading}"),)))
                lines += [("text", paragraph) for paragraph in part.paragraphs]
        return lines

    def lines(self) -> list[tuple[str, str]]:
        """The same as (kind, text)."""
        return [(kind, "".join(piece.text for piece in pieces)) for kind, pieces in self.pieces()]

    @property
    def notes(self) -> list[str]:
        """编制说明: what the text leaves out because nobody records it, and how its figures were made. Not part of the text."""
        by_hand = [
            f"“{one.title}{one.value}{one.measure}”是人工填报的数字，{one.stated_by}提供，依据：{one.paper}"
            for one in self.manual
        ]
        return [
            *([self.not_recorded_text] if self.not_recorded else []),
            *self.uncompared,
            *by_hand,
            self.basis,
        ]

    def change(self, figure_id: str) -> str:
        """同比 in words, "" where there is nothing to compare with."""
        now, then = self.figures.get(figure_id), self.before.get(figure_id)
        return change_words(now, then) if now and then else ""

    @property
    def empty(self) -> bool:
        """Whether nothing was recorded of the year: what only still stands at its end from earlier is not of it."""
        return not any(
            one.rows and not all(part.stock for part in one.figure.parts) for one in self.figures.values()
        )

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.lines())


def recorded(values: Mapping[str, Value]) -> dict[str, Value]:
    """Without the noughts that say nothing: those of a kind of record of which the period has not one row."""
    kinds = {part.of.kind for value in values.values() if value.rows for part in value.figure.parts}
    return {
        key: value
        for key, value in values.items()
        if value.rows or value.parts or any(part.of.kind in kinds for part in value.figure.parts)
    }


def change_words(now: Value, then: Value) -> str:
    """增长12.3%, 下降3.0%, 持平 or, where the figure is itself a share, by how many points; "" where there was nothing before."""
    if now.value is None or then.value is None or not then.rows:
        return ""
    if now.value == then.value:
        return "持平"
    verb = "增长" if now.value > then.value else "下降"
    if now.figure.unit == "%":
        return f"{verb}{_tenth(abs(now.value - then.value))}个百分点"
    return f"{verb}{_tenth(abs(now.value - then.value) * 100 / then.value)}%" if then.value else ""


def at_least(value: Value) -> str:
    """The figure rounded down to two leading digits, with the word that makes it true: 超过1000万, 超过6500; itself where it is short
    or as round as that."""
    whole = int(value.value)
    step = 10 ** max(0, len(str(whole)) - 2)
    floor = whole // step * step
    if whole < 100 or floor == value.value:
        return value.text
    for size, word in ((100_000_000, "亿"), (10_000, "万")):
        if floor % size == 0:
            return f"超过{floor // size}{word}"
    return f"超过{floor}"


def _tenth(number: Decimal) -> str:
    return str(number.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def numeral(number: int) -> str:
    """1 to 99 as 一 … 九十九, as headings are numbered."""
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    return ("" if tens == 0 else "十" if tens == 1 else f"{digits[tens]}十") + (digits[ones] if ones else "")


def compose(
    unit: Unit,
    period: Period,
    *,
    on: date,
    ledger_head: str,
    title: str = "",
    words_with_places: str = "",
    paper: str = PaperKind.ANNUAL,
    asker: Person | None = None,
) -> Report:
    """Write a paper (see PaperKind) of the unit, with all below it, for a calendar year or a part of it.

    `on` is the day the figures are read, `ledger_head` the hash the ledger ends with; both are printed in its notes. `title` and
    `words_with_places` replace the wording of the book (see `editable`); an `asker` knows the units already. Raises WordingError for words with an unknown place.
    """
    edition = _wording_for(period.year, paper)
    wording = edition | read_words(words_with_places) if words_with_places else edition
    scope = figures.scope_of(unit, period.first, period.last, on, asker)
    # The same units, which are read once.
    earlier = replace(scope, first=period.before.first, last=period.before.last)
    now, then = figures.compute_each([scope, earlier])
    values = {key: value for key, value in now.items() if value.value is not None}
    before = {key: value for key, value in then.items() if value.value is not None}
    told = recorded(values)
    words = {"unit": unit.name, **period.names}
    manual = _manual(wording, unit, period)
    missing: dict[str, NotRecorded] = {}
    uncompared: list[str] = []
    sections = []
    for section in wording["sections"]:
        parts = []
        for part in section["parts"]:
            kept = tuple(
                written
                for paragraph in part["paragraphs"]
                if (written := _write(paragraph, told, before, words, missing, uncompared, manual))
                is not None
            )
            if kept:
                parts.append(Part(part["heading"], kept))
        if parts:
            sections.append(Section(section["heading"], tuple(parts)))
    shown = f"{on.year}年{on.month}月{on.day}日"
    return Report(
        unit=unit,
        period=period,
        scope=scope,
        title=title or wording["title"].format(**words),
        opening=wording["opening"].format(**words),
        sections=tuple(sections),
        figures=values,
        before=before,
        wording=words_with_places or editable(edition),
        paper=paper,
        not_recorded=tuple(missing.values()),
        not_recorded_text=wording["not_recorded"].format(items="、".join(m.title for m in missing.values())),
        uncompared=tuple(dict.fromkeys(uncompared)),
        manual=tuple(manual.values()),
        basis=wording["basis"].format(
            on=shown, head=ledger_head if ledger_head.strip("0") else "空（账上尚无条目）"
        ),
        ledger_head=ledger_head,
    )


def _manual(wording: dict, unit: Unit, period: Period) -> dict[str, ManualFigure]:
    """Place → the entered number it names: one of the unit, of days within the period, that stands; with `borne_out`, whether a file is
    attached to it."""
    named = {
        int(number)
        for section in wording["sections"]
        for part in section["parts"]
        for paragraph in part["paragraphs"]
        for place in _PLACE.findall(paragraph)
        for number in _MANUAL.findall(place)
    }
    if not named:
        return {}
    rows = ManualFigure.objects.standing().filter(unit=unit, pk__in=named)
    rows = rows.filter(first__gte=period.first, last__lte=period.last).order_by("pk")
    rows = rows.annotate(borne_out=Attachment.bears_out(ManualFigure._meta.label_lower))
    return {one.place: one for one in rows}


def _write(
    paragraph: str,
    values: dict[str, Value],
    before: dict[str, Value],
    words: dict[str, str],
    missing: dict[str, NotRecorded],
    uncompared: list[str],
    manual: Mapping[str, ManualFigure] = MappingProxyType({}),
) -> tuple[Piece, ...] | None:
    """The paragraph in pieces, or None when one of its figures is not recorded; those are added to `missing`. What is compared with
    the year before and has nothing to be compared with is left out with the comma before it; where there is something, but counted
    another way, `uncompared` says so."""
    named = (place.rstrip("=>") for place in _PLACE.findall(paragraph))
    known = {*_WORDS, *manual}
    absent = [i for i in dict.fromkeys(named) if i not in known and told_for(i, values) is None]
    for indicator in absent:
        missing.setdefault(indicator, NotRecorded(indicator, _title_of(indicator)))
    if absent:
        return None
    pieces: list[Piece] = []
    for index, stretch in enumerate(_PLACE.split(paragraph)):
        if index % 2 == 0:
            pieces.append(Piece(stretch))
        elif stretch in words:
            pieces.append(Piece(words[stretch], place=stretch))
        elif stretch in manual:
            pieces.append(Piece(manual[stretch].value, place=stretch, manual=manual[stretch]))
        elif stretch.endswith("="):
            figure = stretch.removesuffix("=")
            now, then = told_for(figure, values), told_for(figure, before)
            alike = now is not None and then is not None and now.figure is then.figure
            if then is not None and not alike:
                uncompared.append(
                    f"“{now.figure.title}”没有写同比：本期{_source(now)}，上年同期{_source(then)}，口径不同，不能相比"
                )
            if changed := change_words(now, then) if alike else "":
                pieces.append(Piece(f"同比{changed}", place=stretch))
            elif pieces and not pieces[-1].locked:
                pieces.append(Piece(pieces.pop().text.rstrip("，")))
        else:
            answer = told_for(stretch.removesuffix(">"), values)
            pieces.append(Piece(at_least(answer) if stretch.endswith(">") else answer.text, answer, stretch))
    return tuple(piece for piece in pieces if piece.text)


def _source(value: Value) -> str:
    return "据报送" if value.figure in RECEIVED.values() else "由逐件记录汇总"


@cache
def _titles() -> dict[str, str]:
    """Of every indicator, and of the figures that tell one in another unit."""
    found = {indicator.id: indicator.name for indicator in load_indicators()}
    for indicator in load_indicators():
        for unit, figure in (indicator.figures or {}).items():
            found.setdefault(figure, indicator.name_for(unit))
    return found


def _title_of(place: str) -> str:
    by_hand = _MANUAL.fullmatch(place)
    return f"人工数字{by_hand[1]}" if by_hand else _titles()[place]


@cache
def headings() -> tuple[str, ...]:
    """What the parts of the year's report are called, in all its editions, the latest first."""
    editions = [read_wording(path) for path in sorted((BOOK / PaperKind.ANNUAL).glob("*.yaml"), reverse=True)]
    return tuple(
        dict.fromkeys(
            part["heading"] for one in editions for section in one["sections"] for part in section["parts"]
        )
    )


def _wording_for(year: int, paper: str) -> dict:
    """The wording in force at the end of the year; years before the first wording use the first."""
    editions = sorted((date.fromisoformat(path.stem), path) for path in (BOOK / paper).glob("*.yaml"))
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


def editable(wording: dict) -> str:
    """A wording as one edits it: the opening, then a line for each heading (`#`), each part (`##`) and each paragraph."""
    lines = [wording["opening"]]
    for section in wording["sections"]:
        lines.append(f"# {section['heading']}")
        for part in section["parts"]:
            lines += [f"## {part['heading']}", *part["paragraphs"]]
    return "\n".join(" ".join(line.split()) for line in lines)


def read_words(typed: str) -> dict:
    """`editable` read back: opening and sections. Raises WordingError with the line that cannot be read."""
    lines = [(number, line.strip()) for number, line in enumerate(typed.splitlines(), 1) if line.strip()]
    opening: list[str] = []
    sections: list[dict] = []
    for number, line in lines:

        def refuse(what: str, number: int = number) -> WordingError:
            return WordingError(f"第 {number} 行{what}")

        plain = line.startswith("#") or not sections
        for match in _PLACE.finditer(line):
            _check_place(match, line, refuse)
            if line.startswith("#") or (plain and match[1] not in _WORDS):
                raise refuse(f"的 {match[0]} 写在标题或者开头里，数字只能写在各段里")
        if left := _BRACES.search(_PLACE.sub("", line)):
            raise refuse(
                f"的 {left[0]} 读不懂：数字写成 {{指标编号}}，取整写成 {{指标编号>}}，同比写成 {{指标编号=}}"
            )
        if line.startswith("##"):
            if not sections:
                raise refuse("的二级标题前面没有一级标题（# 开头）")
            sections[-1]["parts"].append({"heading": line.lstrip("# "), "paragraphs": []})
        elif line.startswith("#"):
            sections.append({"heading": line.lstrip("# "), "parts": []})
        elif not sections:
            opening.append(line)
        elif not sections[-1]["parts"]:
            raise refuse("前面没有二级标题（## 开头），不知道写在哪一部分")
        else:
            sections[-1]["parts"][-1]["paragraphs"].append(line)
    if not opening or not sections:
        raise WordingError("正文应当先写一段开头，再写标题（# 开头）和各段")
    return {"opening": "".join(opening), "sections": sections}


def with_paragraphs(typed: str, part: str, paragraphs: Sequence[str]) -> str:
    """Words with more paragraphs at the end of a part; a part they do not have is put at their end, under a heading of its own."""
    lines = typed.splitlines()
    there = next((n for n, line in enumerate(lines) if line.strip() == f"## {part}"), None)
    if there is None:
        return "\n".join([*lines, f"# {part}", f"## {part}", *paragraphs])
    end = next((n for n in range(there + 1, len(lines)) if lines[n].lstrip().startswith("#")), len(lines))
    while not lines[end - 1].strip():
        end -= 1
    return "\n".join([*lines[:end], *paragraphs, *lines[end:]])


_BRACES = re.compile(r"\{[^}]*\}?|\}")


def _check_place(match: re.Match, paragraph: str, refuse) -> None:
    name = match[1].rstrip("=>")
    if name in _WORDS or _MANUAL.fullmatch(match[1]):
        return
    if name not in _titles():
        raise refuse(f"的 {{{name}}} 不是指标；指标编号见 indicators.yaml")
    figure = find(name)
    if match[1].endswith("="):
        return  # its own unit is in its words
    if figure and not paragraph.startswith(figure.unit, match.end()):
        raise refuse(f"的 {{{name}}} 之后应写单位“{figure.unit}”")
