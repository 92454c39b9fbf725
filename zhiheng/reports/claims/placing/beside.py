"""What stands beside one another before a number: the members of a list, units that act together, bounds of what is counted."""

import re

from ..claim import Claim
from .lexicon import MARKS, QUOTED, House, Lexicon, Token, before_thing, leading_tokens

_BOUND = re.compile("(?:以上|以下|以内|不满|不足)(?=的?[^，。；、]{0,8}$)")
_PARTNER = re.compile("联合|会同|协同|组织|带领")
_APART = re.compile("分别|各自")
_COUNTS = ("件数", "宗数", "起数", "数", "数量", "总数", "总量", "量", "案数")
_KINDS = ("类", "种")


def without_members(before: str, claim: Claim) -> str:
    """The words before a number of kinds without the names of these kinds, where exactly as many are told off behind the verb: 制定处罚、裁决、
    调解3类案件的规程. They say which are counted, all of them, and narrow nothing."""
    if claim.unit not in _KINDS or not claim.verb:
        return before
    found = re.search(
        rf"{re.escape(claim.verb)}([^，。；：、（）]{{2,}}(?:、[^，。；：、（）]{{2,}})+?)等?$", before
    )
    if found is None or len(found[1].split("、")) != claim.value:
        return before
    return before[: found.start(1)]


def members(lexicon: Lexicon, zones: list[tuple[str, str]], claims: list[Claim]) -> list[list[Token]] | None:
    """商标侵权、假冒专利案件分别为610件、99件: the words of each member; None where it is no such list.

    zones: the words before and behind each of the `claims`, which stand in one clause.
    """
    before = zones[0][0]
    alike = len({claim.base_unit for claim in claims}) == 1
    if len(claims) < 2 or not (_APART.search(before) or alike):
        return None
    if not only_joined(zones):
        return None
    tokens, _ = lexicon.tokens(QUOTED.sub("“", before))
    if _APART.search(before):
        # 查处数、案值和罚没金额分别是…: one thing, told in as many ways as there are numbers
        told = [t for i, t in enumerate(tokens) if t.kind == "attr" or _counts(t, tokens[i + 1 : i + 2])]
        if len(told) == len(claims):
            return [[t for t in tokens if t is one or t not in told] for one in told]
    several = {kind: [t for t in tokens if t.kind == kind] for kind in ("object", "scope", "period")}
    several["act"] = [t for t in tokens if t.kind in ("act", "rule")]
    several = {kind: ts for kind, ts in several.items() if len(ts) > 1}
    if len(several) != 1 or not (_APART.search(before) or "object" in several):
        return None  # 查处商标侵权、假冒专利案件610件、99件: as many things as numbers
    ((_, found),) = several.items()
    if len(found) != len(claims):
        return None
    return [[t for t in tokens if t is member or t not in found] for member in found]


def only_joined(zones: list[tuple[str, str]]) -> bool:
    """Whether between the numbers stands nothing but marks and words that join them: 分别为485.99万元、8.54万元."""
    return len(zones) > 1 and all(MARKS.sub("", z[0]) in ("", "和", "与", "及", "以及") for z in zones[1:])


def dealt_out(
    lexicon: Lexicon,
    zones: list[tuple[str, str]],
    claims: list[Claim],
    told: list[list[Token]],
    named: list[Token],
) -> list[list[Token]] | None:
    """查办商标侵权案件610件、假冒专利案件99件，罚没款分别为485.99万元和8.54万元: the words of each number of a list that names no things
    itself, but as many stand before it; None where it is no such list.

    zones: the words before and behind each of the `claims`; told: the objects of each number told before in the sentence; named:
    those that a clause without a number named since.
    """
    if not only_joined(zones) or len({claim.base_unit for claim in claims}) > 1:
        return None
    tokens, _ = lexicon.tokens(zones[0][0])
    if any(t.kind == "object" for t in tokens) or sum(t.kind == "attr" for t in tokens) > 1:
        return None
    each = [[one] for one in named] or list({tuple(_names(objects)): objects for objects in told}.values())
    if len(each) != len(claims) or any(len(objects) != 1 for objects in each):
        return None
    return [[*objects, *tokens] for objects in each]


def _names(objects: list[Token]) -> list[str]:
    return [token.words for token in objects]


def noun_behind(lexicon: Lexicon, before: str, between: str) -> int:
    """610件商标侵权案件、99件假冒专利案件…: how many of the characters `between` two numbers belong to the first, whose noun stands
    behind it; 0 where its noun stands before, in `before`."""
    if any(t.kind == "object" for t in lexicon.tokens(before)[0]):
        return 0
    tokens = lexicon.tokens(between)[0]
    if not tokens or tokens[0].kind != "object" or tokens[0].at:
        return 0
    mark = re.search("[、和与及]", between[len(tokens[0].words) :])
    return len(tokens[0].words) + mark.start() if mark else 0


def _counts(token: Token, following: list[Token]) -> bool:
    """Whether an act is told as a number of its own: 查办数, 查办件数."""
    counted = token.words[-1] in "数量" or any(t.words in _COUNTS for t in following)
    return token.kind == "act" and counted


def own_partner(lexicon: Lexicon, text: str) -> bool:
    """会同各区县知识产权局: whether those who act together, as `text` begins, are all units of the house."""
    m = _PARTNER.match(text)
    if m is None:
        return False
    rest = text[m.end() :]
    run = before_thing(leading_tokens(rest, lexicon.tokens(rest)[0]))
    whole = bool(run) and run[0].kind == "scope" and run[0].value in ("all", "below")
    return whole and not {"place", "body_other"} & {t.kind for t in run}


def without_own_partners(lexicon: Lexicon, said: str) -> str:
    """The words before a number without the units of the house that acted with it."""
    for m in _PARTNER.finditer(said):
        if not own_partner(lexicon, said[m.start() :]):
            continue
        rest = said[m.end() :]
        run = before_thing(leading_tokens(rest, lexicon.tokens(rest)[0]))
        own = [t for t in run if t.kind in ("scope", "body") or t.words == "的"]
        lead = lexicon.tokens(said[: m.start()])[0]
        if own and any(t.kind == "scope" and t.value == "all" for t in lead):
            return said[: m.start()] + rest[own[-1].at + len(own[-1].words) :]
    return said


def some_units(house: House, claim: Claim, tokens: list[Token]) -> str:
    """指导12个区县查办…: how many of the units it was, in the text's words; "" where it is all of them.

    tokens: the words right behind the number of `claim`.
    """
    if not (claim.unit or "").startswith("个") or not tokens:
        return ""
    first, units = tokens[0], len(set(house.below.values()))
    if first.at == 0 and first.kind == "scope" and first.value != "own" and claim.value != units:
        return f"“{claim.said}{first.words}”"
    return ""


def named_short(lexicon: Lexicon, word: str, objects: list[Token]) -> bool:
    """商标领域…侵权案件: the field was named before, and with it the word names one of its own things."""
    for token in objects:
        named = lexicon.known.get(token.words + word)
        if named is not None and named.kind == "object" and set(named.value) & set(token.value):
            return True
    return False


def bound_by(text: str, bound: Claim, counted: Claim) -> str:
    """其中罚没10万元以上案件12件: an amount that says which cases are counted, in its own words; "" where it is none."""
    between = text[bound.number[0] : counted.number[0]]
    found = _BOUND.search(between) if bound.base_unit != counted.base_unit else None
    return between[: found.end()] if found else ""
