"""Reads names and numbers that identify: document numbers, parties, units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from zhiheng.canonical import closed_up, document_number, one_line, unwrapped

from .vocabulary import classify, simplified, words

_CANONICAL = re.compile(
    r"^(?![^〔\n]*(?:决定书|[:：'\"=]))[^\d〔〕第\s]+〔(?:19|20)[0-9]{2}〕[1-9][0-9]*号$", re.MULTILINE
)
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_IDENTITY = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx]|\d{3,10}\*+\w{0,4}")
_CLOSING = (")", "）")
_SURE_PREFIXES = {"92": "individual_business", "91": "organisation", "93": "organisation"}
_TRAILING_BRACKET = re.compile(r"(.+?)[(（]([^()（）]+)[)）]")


def names_on_one_line(printed: str) -> str:
    """A cell with line breaks as one line: a bracket goes on behind its name, another name is one more party."""
    text = re.sub(r"\s*[\r\n]+\s*(?=[(（\[【])", "", unwrapped(printed))
    parts = re.split(r"\s*[\r\n]+\s*", text)
    # 甲副食店 / 乙日杂店 are two; 某某市 / 副食店 is one name that did not fit on its line.
    several = all(len(part) >= 4 and party(part)[2] and party(part)[0] != "" for part in parts)
    return one_line(("、" if several and len(parts) > 1 else "").join(parts))


def document_numbers(printed: list[str]) -> tuple[list[str], list[int]]:
    """Canonical forms of a column of decision numbers, and the positions of texts that are no such number.

    One search over the whole column finds those already canonical; only the others are looked at one by one.
    """
    found = _CANONICAL.findall("\n".join(printed))
    if len(found) == len(printed):
        return printed, []
    canonical = set(found)
    table, odd = {"": ""}, set()
    for text in set(printed) - canonical - {""}:
        table[text], well_formed = document_number(simplified(text))
        if not well_formed:
            odd.add(text)
    numbers = [text if text in canonical else table[text] for text in printed]
    return numbers, [position for position, text in enumerate(printed) if text in odd] if odd else []


_YEARS = re.compile(r"[〔\[【(（﹝](?:19|20)\d\d[〕\]】)）﹞]")
_NUMBERS = re.compile(r"(\d+)号?([、,，;；和及与至到]|[-‐‑–—－~～]+)第?(\d+)号?$")


def is_several_numbers(printed: str) -> bool:
    """Whether a cell holds more than one decision number: two years, 7号、8号, 9-11号; but 951-1 is a part of 951."""
    if len(_YEARS.findall(printed)) > 1:
        return True
    found = _NUMBERS.search(closed_up(printed))
    if found is None:
        return False
    return found[2] in "、,，;；和及与至到" or int(found[1]) < int(found[3])


@cache
def _endings() -> dict[str, str]:
    return {ending: kind for kind, endings in words()["party_endings"].items() for ending in endings}


@cache
def _operator_behind() -> re.Pattern[str]:
    labels = "|".join(map(re.escape, words()["operator_labels"]))
    return re.compile(rf"(.{{4,}}?)[\s,，;；、]*(?:{labels})[:：]\s*([\u4e00-\u9fff·*]{{2,6}})")


@cache
def _surnames() -> frozenset[str]:
    return frozenset(words()["surnames"])


def party(printed: str) -> tuple[str, str, str]:
    """(name, operator, kind) of a party as printed; 店(人) gives the shop and its operator.

    The kind follows from the name's ending and is "" when the ending says nothing.
    """
    name = printed
    operator = ""
    if name[-1:] in _CLOSING and (match := _TRAILING_BRACKET.fullmatch(name)):
        inside = closed_up(match[2])
        for label in words()["operator_labels"]:
            if inside.startswith(label):
                operator = inside[len(label) :].lstrip(":：、,，")
                break
        else:
            person = 2 <= len(inside) <= 4 and (inside[0] in _surnames() or "某" in inside or "*" in inside)
            if person and inside not in words()["party_brackets"] and party(inside)[2] == "person":
                operator = inside
        if operator:
            name = match[1].strip()
    elif (label := _operator_behind().fullmatch(name)) is not None:
        name, operator = label[1], label[2]  # 某某经营部 经营者：李某
    endings = _endings()
    tail = name.rstrip(")）")
    for length in (4, 3, 2, 1):
        if kind := endings.get(tail[-length:]):
            return name, operator, kind
    if 2 <= len(name) <= 4 and name[0] in _surnames():
        return name, operator, "person"
    return name, operator, ""


def parties(printed: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Names, operators and kinds of a column of parties: `party` for each, fast where there is no bracket to take apart."""
    # The last five characters decide: an ending has at most four, and a person's name is shorter than five.
    tails = [name[-5:] for name in printed]
    kinds_by_tail = {tail: party(tail)[2] for tail in set(tails)}
    kinds = [kinds_by_tail[tail] for tail in tails]
    names, operators = printed, [""] * len(printed)
    labelled = "：" in (joined := "".join(printed)) or ":" in joined
    if labelled or any(tail[-1:] in _CLOSING for tail in kinds_by_tail if tail):
        names = list(printed)
        for position, name in enumerate(printed):
            if name and (name[-1] in _CLOSING or "：" in name or ":" in name):
                names[position], operators[position], kinds[position] = party(name)
    return names, operators, kinds


def party_kind_of_id(identity: str) -> str:
    """Kind of party from a credit code or identity number, "" when it is neither."""
    if (
        len(identity) == 18
        and identity[:2] in _SURE_PREFIXES
        and identity.isalnum()
        and not identity.isdecimal()
    ):
        return _SURE_PREFIXES[identity[:2]]
    if len(identity) == 18 and _CREDIT_CODE.fullmatch(identity):
        if identity[:2] == "92":
            return "individual_business"
        if identity[0] in "159" and not identity.isdecimal():
            return "organisation"
        if identity[:2] in ("91", "93", "11", "12", "13", "51", "52", "53", "54"):
            # An all-digit text may be either; a birth date inside decides.
            return (
                "person"
                if _IDENTITY.fullmatch(identity) and identity[:2] not in ("91", "93")
                else "organisation"
            )
    return "person" if _IDENTITY.fullmatch(identity) else ""


def party_kinds_of_ids(identities: list[str], kinds: list[str]) -> list[str]:
    """`party_kind_of_id` of a column, and the kinds found otherwise where an identity does not say."""
    return [
        _SURE_PREFIXES[text[:2]]
        if len(text) == 18 and text[:2] in _SURE_PREFIXES and text.isalnum() and not text.isdecimal()
        else (party_kind_of_id(text) if text else "") or kind
        for text, kind in zip(identities, kinds, strict=True)
    ]


def party_kind_stated(text: str) -> str:
    """Kind of party from the ledger's own column."""
    return (classify("party_types", text) or "") if text else ""


class Units:
    """Finds a unit's code from any of the ways to write its name."""

    def __init__(self, units: Mapping[str, str]):
        self._exact = {str(name).strip(): code for name, code in units.items()}
        self._core: dict[str, str | None] = {}
        for name, code in self._exact.items():
            core = _unit_core(name)
            # Two units with one core would be a guess: such a core finds nobody.
            self._core[core] = code if self._core.get(core, code) == code else None
        self._search = sorted(
            (core for core, code in self._core.items() if code and _is_place(core)),
            key=len,
            reverse=True,
        )

    def find(self, text: str) -> str | None:
        """The code of the unit named by the whole text."""
        return self._exact.get(text) or self._core.get(_unit_core(text))

    def find_in(self, text: str) -> str | None:
        """The code of the only unit named somewhere in a title or file name, None if none or several are."""
        found: dict[str, str] = {}
        for core in self._search:
            if core in text and not any(core in longer for longer in found):
                found[core] = self._core[core]
        codes = set(found.values())
        return codes.pop() if len(codes) == 1 else None


_PART = re.compile(r".*(?:科|股|室|处|所|队|分局|中心|组|站)(?:[（(].*[)）])?")
_PLACE = re.compile("[\u4e00-\u9fff]{2}(?:省|市|区|县|州|旗|盟)")


def is_part_of_bureau(text: str) -> bool:
    """Whether a text names a section or a station: 知识产权科, 龙溪市场监管所."""
    return _PART.fullmatch(closed_up(text)) is not None


def names_a_place(text: str) -> bool:
    """Whether a text names a district or a city: the station of another one is not the table's own."""
    return _PLACE.search(closed_up(text).replace("市场", "").replace("辖区", "")) is not None


def _is_place(core: str) -> bool:
    """Whether a shortened unit name still says where: 万州 does, 知识产权 (of the city office) does not."""
    return (
        len(core) >= 2
        and not core.isdecimal()
        and not any(core in suffix for suffix in words()["unit_suffixes"])
    )


def _unit_core(text: str) -> str:
    name = re.sub(r"[()]", "", closed_up(text))
    name = name.replace("高新技术产业开发区", "高新区").replace("经济技术开发区", "经开区")
    for prefix in words()["unit_prefixes"]:
        if name.startswith(prefix) and len(name) > len(prefix) + 1:
            name = name[len(prefix) :]
            break
    stripped = True
    while stripped:
        stripped = False
        for suffix in words()["unit_suffixes"]:
            if name.endswith(suffix) and len(name) - len(suffix) >= 2:
                name, stripped = name[: -len(suffix)], True
                break
    return name
