"""Whose application it is to look into: the district of the applicant's address. What cannot be told is left to a person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from zhiheng import canonical
from zhiheng.accounts.models import Unit

# What a bureau's name says beside its place.
_ORGAN = re.compile(r"(?:市场监督管理|知识产权|市场监管|工商).*$")
_KIND = re.compile(r"(?:自治县|新区|高新区|经开区|区|县|旗|市)$")


@dataclass(frozen=True)
class Place:
    """A bureau with the names by which addresses call its place, the longest first."""

    unit: int
    code: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Decided:
    """`unit` None: left to a person, and `why`."""

    unit: int | None
    why: str


def places(units: Iterable[Unit]) -> tuple[str, tuple[Place, ...]]:
    """The name of the office's own province or city, and the places of the bureaus below it."""
    units = list(units)
    root = next(unit for unit in units if unit.parent_id is None)
    own = _ORGAN.sub("", canonical.key(root.name)) or canonical.key(root.name)
    found = []
    for unit in units:
        if unit.parent_id is None:
            continue
        name = _ORGAN.sub("", canonical.key(unit.name)).removeprefix(own).removeprefix(_KIND.sub("", own))
        names = {name} | ({name.removesuffix("自治县") + "县"} if name.endswith("自治县") else set())
        found.append(Place(unit.pk, unit.code, tuple(sorted(filter(None, names), key=len, reverse=True))))
    return own, tuple(found)


def district_of(address: str, district: str, own: str, known: tuple[Place, ...]) -> Decided:
    """By what the list itself says of the district, else by the address.

    An address of another province, one that names no district and one that names several are left to a person.
    """
    stated = canonical.key(district)
    if stated:
        units = {place.unit for place in known if any(name in stated for name in place.names)}
        if len(units) == 1:
            return Decided(units.pop(), "名单所列区县")
    text = _bare(address)
    if not text:
        return Decided(None, "没有地址")
    city = _KIND.sub("", own)
    province = _province(address)
    if province and province != city:
        return Decided(None, f"地址在{province}")
    # What stands before the road decides: a shop in 渝中区 may be called 沙坪坝小面.
    head = text[text.find(city) + len(city) :] if city in text else text
    hits = sorted(
        (at, -len(name), place.unit, name)
        for place in known
        for name in place.names
        if (at := head.find(name)) >= 0
    )
    if not hits:
        return Decided(None, "地址没有写明区县")
    first = hits[0]
    inside = first[0] + len(first[3])
    others = {unit for at, _, unit, _ in hits if unit != first[2] and at <= inside + 1}
    if others:
        return Decided(None, "地址写了几个区县")
    if first[0] > 12:
        return Decided(None, "地址没有写明区县")
    return Decided(first[2], "申请人地址")


@lru_cache(maxsize=100_000)
def _bare(address: str) -> str:
    return re.sub(r"[\s,，.。;；:：、()（）]|(?<!\d)\d{6}(?!\d)", "", canonical.key(address))


def _province(address: str) -> str:
    from .engine.addresses import address_of

    return address_of(address).province
