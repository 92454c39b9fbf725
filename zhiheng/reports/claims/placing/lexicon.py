"""The words of a sentence with what each means for its number, and the cutting of a text into such words."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from ..claim import Claim
from ..matching import Indicator, Variant
from ..periods import periods
from ..words import word_list, words
from .named import Called

# What ends a clause. The brackets of 各区（县）, 区县（自治县）, 县（市、区） stand inside a word.
_TWO_NAMES = "(?:知识产权|市场监管|市场监督管理)局?"  # 市场监管（知识产权）部门
BREAK = re.compile(
    rf"[，；：]|(?<![区县市])（(?!{_TWO_NAMES}）)|（(?!(?:自治)?县）|[市区县]）|[市区][、县区市]{{1,3}}）|{_TWO_NAMES}）)"
    r"|(?<!（自治县)(?<!（[市区县])(?<!（市、[区县])(?<!（区、[县市])"
    r"(?<!（知识产权)(?<!（知识产权局)(?<!（市场监管)(?<!（市场监管局)(?<!（市场监督管理)(?<!（市场监督管理局)）"
)
QUOTED = re.compile("《[^《》]{0,120}》|“[^“”，。；]{0,40}”")
MARKS = re.compile(r"[、，；：（）。\s“”《》【】\-—·*•.|●○■□◆◇★☆※►▶√✓①-⑳]")
COMPARES = re.compile(
    r"(?:同比|环比|增长|下降|上升|减少|增加|增幅|降幅|占|居|位居|位列|列|排|[较比]|与[^，。；]{1,12}(?:相比|持平|相当)|翻"
    "|创[^，。；0-9]{0,8}(?:新高|新低|最好水平|纪录|佳绩)$"
    "|[^，。；0-9]{0,6}(?:居|列|排名?)[^，。；0-9]{0,8}(?:前列|首位|上游|第)"
    # 连续三年保持平稳; 案件数量与上年基本持平
    "|(?:已?连续[^，。；]{1,4}年)?(?:总体|基本|继续|均|整体)?(?:保持|呈现?|实现)[^，。；0-9]{0,6}(?:平稳|稳定|增长|下降|上升|态势|势头)$"
    "|[^，。；0-9]{0,8}(?:[较比与同])(?:上年|去年|前年|往年|(?:19|20)[0-9]{2}年)(?:度|同期)?(?:相比)?[^，。；0-9]{0,4}"
    "(?:持平|相当|增|降|减|升|回落|接近))"
)
MENTIONED = "前面还提到"  # likewise: a time that a noun before carries
JOINTLY = "与别的单位一起"  # begins a doubt that only figures of enforcement have: whose cases they are
IN_HEADING = "标题中的"  # begins the words of a token that a heading says
EARLIER = "前文的时间"  # begins a doubt that a time of the sentence's own settles
# Not the number of a year, without which 2024年 were no time.
_NUMBER = re.compile(
    r"(?<![0-9])(?!(?:19|20)[0-9]{2}(?:年|[-~—至到]))[0-9][0-9,.]*[万亿]?(?:%|‰|个百分点|元|件|起|宗|人次|人|家|个|项|次)?"
)
EXCLUDES = ("rule", "modality", "part", "place", "body_other")
REASONS = {
    "rule": "这是{value}，与指标的口径不同",
    "modality": "这是{value}，不是期内已发生的合计数",
    "part": "这里说的是{value}，不是指标的全部",
    "place": "这里说的是{value}，不在这些记录的范围内",
    "body_other": "这里说的是{value}，不是这些记录的主体",
}


@dataclass(frozen=True, slots=True)
class House:
    """Whose records there are: the names a text may call the unit by (`places`: those of its area, 重庆市), and those of
    the units below it, each with its key. `bodies` are what such offices are called behind a place (知识产权局)."""

    name: str
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    below: Mapping[str, object] = field(default_factory=dict)
    bodies: tuple[str, ...] = ()
    above: tuple[str, ...] = ()  # the names of units above it


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # neutral, scope, body, object, attr, act, period, or a reason that excludes: rule, modality, part, place
    words: str
    value: object = None
    at: int = 0


@dataclass(slots=True)
class Frame:
    """What holds for the rest of a sentence: whose cases, of what time, and what stands in the way. `topics` are doubts about
    what a clause before was about, which a clause that names the whole scope anew settles: 聚焦群众反映强烈的问题，全市查办…"""

    tokens: list[Token] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    named: list[tuple[str, Called]] = field(default_factory=list)  # records by a name of theirs

    def copy(self) -> "Frame":
        return Frame(list(self.tokens), list(self.doubts), list(self.topics), list(self.named))


@dataclass(slots=True)
class Thing:
    """What the talk is of: the objects, acts and attributes named, what else stood beside them, and the claim that told
    them (None: a clause without a number)."""

    tokens: list[Token]
    doubts: list[str]
    claim: Claim | None = None
    # "act" or "attr": words before a colon or of a field (案值方面) hold for all that is listed behind; "done": something was done
    # to the things (对商标侵权行为立案查处，全年查办…), and a number with an act of its own tells that act alone
    heads: str = ""

    listed: bool = False  # a member of a 分别 list, whose words were dealt out to it

    def of(self, kind: str) -> list[Token]:
        return [t for t in self.tokens if t.kind == kind]


class Lexicon:
    """Every word that has a meaning in the texts of one house; `kept` are the indicators that have records."""

    def __init__(self, house: House, kept: Iterable[Indicator], variants: Sequence[Variant] = ()):
        self.known = _known(house, tuple(kept), tuple(variants))
        self.longest = max(map(len, self.known))

    def with_leads(self, *lists: str) -> "Lexicon":
        """The same lexicon, in which the words of these lists of `leads` (all of them, when none is named), too, say nothing of a
        number."""
        other = copy(self)
        other.known = self.known | _leads(*lists)
        other.longest = max(map(len, other.known))
        return other

    def tokens(self, text: str) -> tuple[list[Token], list[str]]:
        """The known words of `text` in order, and the stretches in between that no list knows.

        Of all ways to cut the text the one that leaves the fewest characters unknown, then the one with the fewest words.
        """
        text = text[-400:]
        dated = dict(periods(text))
        n = len(text)
        best: list[tuple[int, int, int, Token | None]] = [(0, 0, n, None)] * (n + 1)
        for i in range(n - 1, -1, -1):
            mark = MARKS.match(text, i) is not None
            cost, count, _, _ = best[i + 1]
            choice = (cost + (0 if mark else 1), count + (0 if mark else 1), i + 1, None)
            for period in dated.get(i, ()):
                cost, count, _, _ = best[i + len(period.words)]
                option = (cost, count + 1, i + len(period.words), Token("period", period.words, period))
                if option[:2] < choice[:2]:
                    choice = option
            for length in range(min(self.longest, n - i), 0, -1):
                token = self.known.get(text[i : i + length])
                if token is not None:
                    cost, count, _, _ = best[i + length]
                    if (cost, count + 1) < choice[:2]:
                        choice = (cost, count + 1, i + length, token)
            best[i] = choice
        tokens, unknown, at, open_ = [], [], 0, None
        while at < n:
            _, _, following, token = best[at]
            if token is None and not MARKS.match(text, at):
                open_ = at if open_ is None else open_
            else:
                if open_ is not None:
                    unknown.append(text[open_:at])
                    open_ = None
                if token is not None:
                    tokens.append(replace(token, at=at))
            at = following
        if open_ is not None:
            unknown.append(text[open_:])
        return tokens, [w for w in unknown if w.strip()]


def acts_of(indicator: Indicator) -> frozenset[str]:
    return frozenset(indicator.exact_acts or indicator.verbs)


@cache
def _shapes() -> dict[str, re.Pattern]:
    return {kind: re.compile(pattern) for kind, pattern in word_list("placing")["shapes"].items()}


def shaped(word: str, *kinds: str) -> str:
    """The name of a place, an organ or a time in an unknown stretch, by its shape; "" where there is none."""
    shapes = _shapes()
    return next((m[0] for kind in kinds or ("place", "organ") if (m := shapes[kind].search(word))), "")


def excluding(tokens: list[Token]) -> bool:
    return any(t.kind in EXCLUDES for t in tokens)


def leading_tokens(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens the text begins with, up to the first word that is not known."""
    found, at = [], 0
    for token in tokens:
        while at < len(text) and MARKS.match(text, at):
            at += 1
        if not text.startswith(token.words, at):
            break
        found.append(token)
        at += len(token.words)
    return found


def elsewhere(tokens: list[Token], year: int) -> bool:
    """Whether words behind a number speak of some units or of another time than the whole of `year`."""
    return any(
        (t.kind == "scope" and t.value != "all")
        or (t.kind == "period" and not (t.value.is_year(year) and t.value.part in ("", "全年")))
        or (t.kind == "period" and t.words.startswith("截"))
        for t in tokens
    )


def glued(tokens: list[Token]) -> list[str]:
    """Two nouns without anything between them are a third one: 地理标志案件商标侵权."""
    objects = [t for t in tokens if t.kind == "object"]
    return [a.words + b.words for a, b in pairwise(objects) if a.at + len(a.words) == b.at]


def before_thing(tokens: list[Token]) -> list[Token]:
    """The tokens before the first act, object or attribute."""
    first = next(
        (i for i, t in enumerate(tokens) if t.kind in ("act", "rule", "object", "attr")), len(tokens)
    )
    return tokens[:first]


def without_numbers(text: str) -> str:
    return _NUMBER.sub("", text)


@cache
def _leads(*lists: str) -> Mapping[str, Token]:
    leads = word_list("placing")["leads"]
    return {word: Token("neutral", word) for name in lists or leads for word in leads[name]}


@cache
def _general() -> Mapping[str, Token]:
    """What words mean in the texts of any house, unless they are words of its own or of its indicators."""
    data = word_list("placing")
    told = [("neutral", None, said) for said in data["neutral"].values()]
    for kind in ("rule", "modality", "part", "place"):
        told += [(kind, value, said) for value, said in data[kind].items()]
    told += [("body_other", value, said) for value, said in data["body"].items()]
    found: dict[str, Token] = {}
    for kind, value, said in told:
        for word in said:
            found.setdefault(word, Token(kind, word, value))
    return found


def _known(house: House, kept: tuple[Indicator, ...], variants: tuple[Variant, ...]) -> dict[str, Token]:
    data = word_list("placing")
    found: dict[str, Token] = {}

    def add(kind: str, said: str, value: object = None) -> None:
        if said and said not in found:
            found[said] = Token(kind, said, value)

    for name in (house.name, *house.names, *house.places):
        add("scope", name, "all")
    for name, key in house.below.items():
        add("scope", name, ("below", key))
    for value, said in data["scope"].items():
        for word in said:
            add("scope", word, value)
    for name in house.above:
        add("place", name, "上级的全部范围")
    for body in (*house.bodies, *data["bodies"]):
        add("body", body)
    # An act that counts by another rule is told as such, and is of the indicator whose own act it is none the less.
    rules = frozenset(word for said in data["rule"].values() for word in said)
    _things(add, [i for i in kept if i.exact], variants, rules)
    found = _general() | found
    _things(add, [i for i in kept if not i.exact and i.units], ())
    for verb in words().family:
        add("act", verb)
    return found


def _things(
    add: Callable[..., None],
    indicators: Sequence[Indicator],
    variants: Sequence[Variant],
    rules: Collection[str] = (),
) -> None:
    """The nouns, attributes and acts of the indicators, and the words that people said state one; acts among `rules` stay those."""
    objects: dict[str, list[str]] = {}
    for indicator in indicators:
        for word in indicator.exact or indicator.what:
            objects.setdefault(word, []).append(indicator.id)
    for variant in variants:
        if variant.indicator_id is not None:
            objects[variant.words] = [variant.indicator_id]
    for word, ids in objects.items():
        add("object", word, tuple(ids))
    for indicator in indicators:
        for word in indicator.exact_attr or indicator.attr:
            add("attr", word)
        for word in indicator.exact_acts or indicator.verbs:
            if word not in rules:
                add("act", word)
