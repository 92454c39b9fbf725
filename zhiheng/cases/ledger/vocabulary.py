"""Looks up the words of ledgers: headers, causes, sources, states, kinds of party. The words are in vocabulary.yaml."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from zhiheng.canonical import closed_up

_SPACES = re.compile(r"\s+")
_QUOTED = re.compile("“[^”]*”|\"[^\"]*\"|「[^」]*」|『[^』]*』|‘[^’]*’|'[^']*'")
# 未移送公安, 没有结案, 尚未撤销, 无侵犯商标行为; but 不 of 不正当竞争 belongs to its word.
_DENIED = re.compile("(?:未|没有?|尚未|并未|暂未|无|并非|不是|不|非)(?:予以?|被|经|曾|再|存在|构成)?$")
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
_NUMBERED = re.compile("^[0-9]{1,2}[.、．)）:]?(?=[\u4e00-\u9fff])")  # 3、当事人, 4案由
_TRANSLATED = re.compile(r"(?<=[\u4e00-\u9fff])[A-Za-z][A-Za-z.'/_-]*$")  # 当事人 Party
_FOR_EACH = re.compile("元[/／每](?![万千百亿元])[\u4e00-\u9fff]")  # 元/件: of each, not of all
_PART_OF = re.compile("^其中[:：、]?")  # 其中：罚款 beside 罚没金额
_MONEY_TAIL = re.compile(
    r"(?:[/:：、\-_]?(?:单位[:：]?)?(?:人民币)?(亿元|万元|千元|百元|元)|[/:：、_](?:人民币)?(亿|万|千))$"
)


@cache
def words() -> dict[str, Any]:
    """vocabulary.yaml as read. Every reading of a ledger is a process of its own, which waits for this."""
    text = (Path(__file__).parent / "vocabulary.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def blanks() -> frozenset[str]:
    """Texts that mean an empty cell: words, and strokes of any length."""
    strokes = {sign * times for sign in "-‐‑‒–—―−－﹣─_/／\\＼.。·…*~、" for times in range(1, 25)}
    return frozenset(words()["blanks"]) | strokes | {""}


@cache
def not_yet() -> re.Pattern[str]:
    """Texts in a column of days that say that there is no such day yet: 未结案, 办理中, 待送达."""
    return re.compile(f"(?:{'|'.join(words()['not_yet'])})")


@cache
def void() -> re.Pattern[str]:
    """A clause that says that its row is no case, or none of this table: 此行作废, 与上行重复, 不计."""
    return re.compile(f"(?:{'|'.join(words()['void'])})")


@cache
def dittos() -> frozenset[str]:
    """Texts that mean the cell above: 同上, 〃, a lone quotation mark."""
    marks = {text for word in words()["dittos"] for text in (word, f"（{word}）", f"({word})")}
    spaced = {space.join(mark) for mark in marks if len(mark) < 4 for space in (" ", "  ", "\u3000")}
    return frozenset(marks | spaced)


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
def known_headings() -> frozenset[str]:
    """Every spelling of a heading."""
    return frozenset(_headers())


@cache
def _long_headers() -> list[str]:
    """Spellings long enough to be trusted inside a longer header, longest first."""
    return sorted((name for name in _headers() if len(name) >= 4), key=lambda name: (-len(name), name))


def squeeze(text: Any) -> str:
    """A header's text without spaces, line breaks, asterisks, with half-width signs."""
    return closed_up(str(text)).strip("*:：、.'")


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
    bare = _NUMBERED.sub("", _PART_OF.sub("", bare))
    bare = _TRANSLATED.sub("", bare)
    joined = re.sub(r"[()\[\]【】〔〕（）〈〉<>]", "", full)
    for name in (bare, joined):
        if name in words()["ignored"]:
            return "", 0, None
        if name in _headers():
            field, rank = _headers()[name]
            if name == bare != joined and qualified(field, " ".join([*_BRACKETS.findall(full), ""])):
                return None, 0, money  # 罚款金额（拟）
            return field, rank, money
    if money is None and (tail := _MONEY_TAIL.search(bare)) and tail.start():
        field, rank, _ = read_header(bare[: tail.start()])
        if field:
            return field, rank, _MONEY_UNITS[tail[1] or f"{tail[2]}元"]
    for name in _long_headers():
        if name in bare and len(bare) <= len(name) + 6:
            field, rank = _headers()[name]
            if qualified(field, full.replace(name, " ", 1)):
                return None, 0, money
            return field, 100 + rank, money
    if (other := simplified(bare)) != bare:
        return read_header(other)
    return None, 0, money


def qualified(field: str, said: str) -> bool:
    """Whether words beside the name of a field make it something else: 拟 before 罚款金额, 复议 before 决定日期."""
    kind = "amounts" if field.endswith("_fen") else "days" if field.endswith("_on") else field
    if kind == "amounts" and _FOR_EACH.search(said):
        return True
    return any(word in said for word in words()["qualified"].get(kind, ()))


def simplified(text: str) -> str:
    """The text in simplified characters; texts that GB 2312 can write are so already."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return _to_simplified().convert(text)
    return text


@cache
def _to_simplified():
    from opencc import OpenCC  # loaded only for the rare ledger that needs it

    return OpenCC("t2s")


def money_unit(text: str) -> int | None:
    """Fen per unit when the text is nothing but a unit, such as （万元）."""
    return _MONEY_UNITS.get(squeeze(text).strip("()（）[]【】").replace(":", "").replace("：", ""))


def classify(kind: str, text: str) -> str | None:
    """Code for a wording in the table `kind` (causes, sources, statuses, party_types), None if no word fits."""
    found = classified(kind, text)
    return found[0] if found else None


# 移送后退回, 撤销后重新作出, 中止后恢复: what came after undoes the state named before it.
_UNDONE = re.compile("后[^后]{0,6}(?:退回|恢复|重作|重新|重启|撤回|纠正|不予受理|未受理)|(?:又|再次|被)退回")


@cache
def classified(kind: str, text: str) -> tuple[str, ...]:
    """Codes of all wordings that the cell as a whole holds, the one that counts first.

    Names inside quotation marks are names of goods and marks, not words of the cause. A word after 未, 不 or 没有 says
    the opposite. A word inside a longer one that fits (商标 in 商标代理) is not heard twice.
    """
    plain = _SPACES.sub("", text)
    plain = _QUOTED.sub("", plain) or plain
    spans: list[tuple[int, int, int, str]] = []
    denied: list[tuple[int, int]] = []
    for place, entry in enumerate(words()[kind]):
        if plain == entry["code"] or plain in entry["any"]:
            return (entry["code"],)
        for word in entry["any"]:
            start = plain.find(word) if len(word) > 1 else -1
            while start >= 0:
                if _DENIED.search(plain, max(0, start - 4), start):
                    denied.append((start, start + len(word)))
                else:
                    spans.append((place, start, start + len(word), entry["code"]))
                start = plain.find(word, start + 1)
    if kind == "statuses" and spans and _UNDONE.search(plain):
        return ()
    codes: list[str] = []
    # 未侵犯注册商标专用权: 注册商标专用权 is what was not infringed.
    spans = [span for span in spans if not any(first <= span[1] < last for first, last in denied)]
    for place, start, end, code in spans:
        longer = any(
            other_start <= start and end <= other_end and other_end - other_start > end - start
            for other_place, other_start, other_end, _ in spans
            if other_place < place
        )
        if not longer and code not in codes:
            codes.append(code)
    if not codes and (other := simplified(plain)) != plain:
        return classified(kind, other)
    return tuple(codes)


@cache
def titles(kind: str) -> dict[str, str]:
    """Code → the usual Chinese title, for the tables causes, sources, statuses and party_types."""
    return {entry["code"]: entry["title"] for entry in words()[kind]}
