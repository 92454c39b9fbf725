"""Clauses without a number behind one: what they take back of it, or settle."""

import re

from ..words import word_list
from .earlier import Told
from .lexicon import (
    COMPARES,
    EXCLUDES,
    Lexicon,
    Thing,
    Token,
    before_thing,
    elsewhere,
    leading_tokens,
    shaped,
)

_AGAINST_US = re.compile("(?:[较比]|与|高于|低于|多于|少于)")
# 这是2023年的数据, 均不含渝北区: said of all the numbers before
_OF_ALL = re.compile(
    "(?:以上|上述|前述|这|此|该|均|都|皆|全部|各项|两项|三项|数据|统计|口径|不?含|未?包括|已?[全均都])"
)

_ALL_ARE = re.compile(
    "(?:以上|上述|前述|这|此)?(?:[两三四五六七八]|各)[项类个](?:指标|数据|数字|案件|金额|统计)?(?=[均都皆]|全部|为|是|系|来自)"
)


def against_us(lexicon: Lexicon, text: str) -> bool:
    """较我市多9件: what is set against us is not ours."""
    m = _AGAINST_US.match(text)
    tokens = lexicon.tokens(text[m.end() :])[0] if m else []
    return bool(tokens) and tokens[0].kind == "scope" and tokens[0].at == 0


def spoken_of(text: str, told: list[Told]) -> list[Told]:
    """Which of the numbers told a clause behind them is about."""
    return told if _OF_ALL.match(text) else told[-1:]


def takes_back(text: str, tokens: list[Token], unknown: list[str], year: int, its: Thing) -> str:
    """What a clause behind a number says of it that could make it another one; "" where it does not. `its`: what the number is of."""
    said = word_list("placing")
    kinds = {t.kind for t in tokens}
    if re.search(said["shaken"], text):
        return f"后面说的“{text[:16]}”"
    aside = elsewhere(tokens, year) or any(shaped(w, "time") for w in unknown)
    if re.match(said["none"], text) and not kinds & {"place", "scope", "period"} and not aside:
        return ""
    if not kinds & {"place", "body_other"} and not aside:
        if re.match(said["praise"], text) and (text.startswith("为") or not unknown):
            return ""
        if re.match(said["benefits"], text) and "modality" not in kinds and not any(map(shaped, unknown)):
            return ""  # 帮助一大批企业解决了实际困难
    if re.fullmatch(said["tells_more"], text) and not kinds & {"place", "body_other", "scope"} and not aside:
        return ""  # 主要涉及服装、食品等领域; 平均办案时间缩短
    if re.fullmatch(said["spread"], text):
        return ""
    done = its.of("act") and not its.of("rule")
    if done and re.fullmatch(said["handed_on"], text) and not kinds & {"place", "part"} and not aside:
        return ""  # 查办…610件，移送司法机关一批: what became of some of them
    if not any(t.kind in ("act", "rule", "object", "attr") for t in tokens):
        tokens = [t for t in tokens if t.value != "below"]  # 实现区县全覆盖
    behind = re.match(f"(?:{said['behind']})", text) and not re.match(said["settled"], text)
    led = behind or any(
        t.kind in ("place", "body_other", "part") or (t.kind == "modality" and t.value != "增减数")
        for t in tokens
    )
    led = led or elsewhere(tokens, year)
    return f"后面说的“{text[:16]}”" if led or any(shaped(w, "time") for w in unknown) else ""


def said_of_all(lexicon: Lexicon, text: str, year: int) -> str:
    """三项指标均为2023年数据: what a clause with a number says of all that were told before it; "" where it says nothing of them."""
    found = _ALL_ARE.match(text)
    if found is None or COMPARES.match(text[found.end() :].lstrip("均都皆")):
        return ""
    tokens, unknown = lexicon.tokens(text[found.end() :])
    aside = elsewhere(tokens, year) or any(t.kind in EXCLUDES for t in tokens)
    return f"后面说的“{text[:16]}”" if aside or any(shaped(w) or shaped(w, "time") for w in unknown) else ""


def without_us(lexicon: Lexicon, text: str) -> str:
    """均由全市各级知识产权部门查办: a clause without the units of the house that did it."""
    at = text.find("由")
    tokens = lexicon.tokens(text[at + 1 :])[0] if at >= 0 else []
    us = before_thing(leading_tokens(text[at + 1 :], tokens))
    if not any(t.kind == "body" or (t.kind == "scope" and t.value in ("all", "below")) for t in us):
        return text
    if any(t.kind not in ("scope", "body") or t.value == "own" or isinstance(t.value, tuple) for t in us):
        return text
    return text[:at] + text[at + 1 + us[-1].at + len(us[-1].words) :]


def settle(text: str, tokens: list[Token], told: list[Told]) -> None:
    """商标侵权案件610件、假冒专利案件99件，均已依法查办: what was done with all that were told without an act."""
    if not re.match(word_list("placing")["settled"], text):
        return
    acts = [t for t in tokens if t.kind in ("act", "rule")]
    for _, _, its, _ in reversed(told):
        if its.of("act") or its.of("rule"):
            if not its.of("attr"):
                break
            continue
        its.tokens += acts
