"""Looks up the words of ledgers: headers, causes, sources, states, kinds of party. The words are in vocabulary.yaml."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from zhiheng.canonical import FULL_WIDTH

_SPACES = re.compile(r"\s+")
_BRACKETS = re.compile(r"[(\[【〔（〈<]([^()\[\]【】〔〕（）〈〉<>]*)[)\]】〕）〉>]")
_MONEY_UNITS = {
    "元": 100,
    "人民币元": 100,
    "百元": 10_000,
    "千元": 100_000,
    "万元": 1_000_000,
    "万": 1_000_000,
}
_MONEY_UNITS |= {"亿元": 10_000_000_000, "单位元": 100, "单位万元": 1_000_000, "人民币万元": 1_000_000}
_MONEY_TAIL = re.compile(r"[/:：、\-_]?(?:单位[:：]?)?(?:人民币)?(亿元|万元|千元|百元|元)$")


@cache
def words() -> dict[str, Any]:
    """vocabulary.yaml as read."""
    return yaml.safe_load((Path(__file__).parent / "vocabulary.yaml").read_text(encoding="utf-8"))


@cache
def blanks() -> frozenset[str]:
    """Texts that mean an empty cell."""
    return frozenset(words()["blanks"]) | {""}


@cache
def _headers() -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for field, spellings in words()["headers"].items():
        for rank, spelling in enumerate(spellings):
            if spelling in found:
                raise ValueError(
                    f"vocabulary.yaml：表头“{spelling}”同时属于 {found[spelling][0]} 和 {field}，请删去一处"
                )
            found[spelling] = (field, rank)
    return found


@cache
def _long_headers() -> list[str]:
    """Spellings long enough to be trusted inside a longer header, longest first."""
    return sorted((name for name in _headers() if len(name) >= 4), key=lambda name: (-len(name), name))


def squeeze(text: Any) -> str:
    """A header's text without spaces, line breaks, asterisks, with half-width signs."""
    return _SPACES.sub("", str(text).translate(FULL_WIDTH)).strip("*:：、.")


@cache
def read_header(text: str) -> tuple[str | None, int, int | None]:
    """(field, preference, fen per unit) of one header text; field None if it is not known, "" if to be ignored.

    The preference is lower for the more exact word. fen per unit is given only where the header states it.
    """
    full = squeeze(text)
    money = None
    for inside in _BRACKETS.findall(full):
        money = money or _MONEY_UNITS.get(inside.replace(":", "").replace("：", ""))
    bare = _BRACKETS.sub("", full).strip("*:：")
    joined = re.sub(r"[()\[\]【】〔〕（）〈〉<>]", "", full)
    for name in (bare, joined):
        if name in words()["ignored"]:
            return "", 0, None
        if name in _headers():
            return *_headers()[name], money
    if money is None and (tail := _MONEY_TAIL.search(bare)) and tail.start():
        field, rank, _ = read_header(bare[: tail.start()])
        if field:
            return field, rank, _MONEY_UNITS[tail.group(1)]
    for name in _long_headers():
        if name in bare and len(bare) <= len(name) + 6:
            return _headers()[name][0], 100 + _headers()[name][1], money
    return None, 0, money


def money_unit(text: str) -> int | None:
    """Fen per unit when the text is nothing but a unit, such as （万元）."""
    return _MONEY_UNITS.get(squeeze(text).strip("()（）[]【】").replace(":", "").replace("：", ""))


def classify(kind: str, text: str) -> str | None:
    """Code for a wording in the table `kind` (causes, sources, statuses, party_types), None if no word fits."""
    plain = _SPACES.sub("", text)
    for entry in words()[kind]:
        if (
            plain == entry["code"]
            or any(word in plain for word in entry["any"] if len(word) > 1)
            or plain in entry["any"]
        ):
            return entry["code"]
    return None


@cache
def titles(kind: str) -> dict[str, str]:
    """Code → the usual Chinese title, for the tables causes, sources, statuses and party_types."""
    return {entry["code"]: entry["title"] for entry in words()[kind]}
