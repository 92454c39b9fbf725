"""The reader's vocabulary, loaded once from `words/*.yaml`: units, verbs, words of approximation and comparison.

Everything that a colleague may want to add — a unit, a verb, a slogan that is no claim — is data there, not code here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml

from .numerals import CN

FOLDER = Path(__file__).parent / "words"
_DATED = (
    r"[较比](?:(?:(?:20|19)[0-9]{2}年|上年|去年|今年)(?:[0-9]{1,2}月份?|第?[一二三四1-4]季度|[上下]半年)?"
    r"|[0-9]{1,2}月份?|第?[一二三四1-4]季度|[上下]半年|[0-9]{1,2}年前)(?:同期|底|末|初)?(?:增速|增幅)?"
    r"|[跟和同与](?:(?:20|19)[0-9]{2}年|上一?年|去年|前年)(?:同期)?相?比"
)
_AND = "(?:[、和及与]|以及)"
_LEVEL = f"{_AND}(?:同比)?(?:基本)?持平"  # stands in a list of changes for one of them


@dataclass(frozen=True, slots=True)
class Unit:
    """A measure word. `kind` is its section in units.yaml; `base` the word it is interchangeable with."""

    word: str
    kind: str
    base: str
    factor: Decimal
    whole: bool
    needs: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One way a number with a unit can be no claim after all."""

    why: str
    before: re.Pattern | None
    after: re.Pattern | None
    unit: str | None
    form: str | None
    between: tuple[int, int] | None
    unless_after: re.Pattern | None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules tried for one unit; `bare` are those that ask for no words, `before` and `after` match where any other can.
    `before` can match only behind one of the characters `ends`.
    """

    all: tuple[Rule, ...]
    bare: tuple[Rule, ...]
    before: re.Pattern
    after: re.Pattern
    ends: frozenset[str]


@dataclass(frozen=True)
class Words:
    """The compiled vocabulary. Patterns ending in `$` look back from a number, the others look ahead or scan."""

    units: dict[str, Unit]
    unit_at: re.Pattern
    duration: re.Pattern
    score: re.Pattern
    not_claims: dict[str | None, Rules]
    names: re.Pattern
    approx_before: re.Pattern
    approx_after: re.Pattern
    approx_ends: frozenset[str]
    approx_kind: dict[str, str]
    fillers: re.Pattern
    filler_ends: frozenset[str]
    rate: re.Pattern
    rate_holds: tuple[str, ...]
    per_head: re.Pattern
    first: re.Pattern
    first_in_value: re.Pattern
    first_in_value_ends: frozenset[str]
    vague: re.Pattern
    vague_at: re.Pattern
    stock: re.Pattern
    total: re.Pattern
    part: re.Pattern
    growth: re.Pattern
    growth_hint: re.Pattern
    next_growth: re.Pattern
    level: re.Pattern
    changes: re.Pattern
    down: tuple[str, ...]
    same_base: dict[str, str]
    same_share: dict[str, str]
    same_amount: dict[str, str]
    change_to: re.Pattern
    becomes: re.Pattern
    above: re.Pattern
    times: re.Pattern
    doubled: re.Pattern
    rank: re.Pattern
    attribute: re.Pattern
    odd_unit: re.Pattern
    countable: re.Pattern
    goal: re.Pattern
    verb: re.Pattern
    family: dict[str, str]
    noun_after: re.Pattern
    noun_own: dict[str, re.Pattern]
    noun_before: dict[str, re.Pattern]
    leading: re.Pattern
    leading_kind: dict[str, str]


def one_of(words: Iterable[str]) -> str:
    """An alternation that prefers the longest word; common beginnings are written, and tried, once."""
    tree: dict = {}
    for word in words:
        node = tree
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    return f"(?:{_branches(tree)})"


def _cover(words: Iterable[str]) -> tuple[str, ...]:
    """A few characters of which every word has at least one."""
    left, found = list(words), []
    while left:
        chars = {c for word in left for c in word}
        best = max(sorted(chars), key=lambda c: sum(c in word for word in left))
        found.append(best)
        left = [word for word in left if best not in word]
    return tuple(found)


def _branches(node: dict) -> str:
    """The words below a node of the tree, the longer before what ends here; leaves of one character as a class."""
    leaves = sorted(char for char, below in node.items() if char and below == {"": {}})
    deeper = sorted(char for char, below in node.items() if char and below != {"": {}})
    found = []
    for char in deeper:
        below = _branches(node[char])
        single = len(node[char]) == 1 and "|" not in below and "(" not in below
        found.append(re.escape(char) + (below if single else f"(?:{below})"))
    if len(leaves) == 1:
        found.append(re.escape(leaves[0]))
    elif leaves:
        found.append("[" + "".join(map(re.escape, leaves)) + "]")
    if "" in node:
        found.append("")
    return "|".join(found)


@cache
def words() -> Words:
    """The vocabulary; read once per process."""
    context, verbs, no = _load("context"), _load("verbs"), _load("not_claims")
    units, unit_at, needs = _units(_load("units"))
    approx, cmp = context["approximation"], context["comparison"]
    kind = {w: k for side in ("before", "after", "inside") for k, ws in approx[side].items() for w in ws}
    after = [w for ws in approx["after"].values() for w in ws]
    single = [w for ws in approx["before"].values() for w in ws if len(w) == 1]
    longer = [w for ws in approx["before"].values() for w in ws if len(w) > 1]
    before = f"(?:{one_of(longer)}|(?<![{approx['not_after']}]){one_of(single)})"
    family = {verb: name for name, members in verbs["families"].items() for verb in members}
    direction, degree = one_of(cmp["direction"]), one_of([*cmp["direction"], *cmp["degree"]])
    mid = "(?:分别|平均|实现|大幅|小幅|均|共|净|又|再|仅|各){0,3}"
    # the usual bases; a year, a month or a quarter; whatever else stands between 较 or 比 and a word of direction
    base = (
        rf"(?:{one_of(cmp['base'])}|{_DATED}|(?:较|(?<![占同环对百正反相可类评])比)(?![快大好高低多少强重例率照如拟])"
        rf"(?=[^，。；：0-9]{{2,24}}?{mid}{degree})[^，。；：0-9较比]{{2,24}}?)"
    )
    fillers = one_of(context["fillers"])
    # 增速为12.6% is no change to 12.6%
    stems = [way for way in cmp["direction"] if way[-1] not in "幅速"]
    becomes = f"(?:{one_of(cmp['change_to'])}|{one_of([*stems, *cmp['change_stems']])}[到至为])"
    return Words(
        units=units,
        unit_at=unit_at,
        duration=re.compile(one_of(needs["duration"])),
        score=re.compile(one_of(needs["score"])),
        not_claims=_by_unit([_rule(r) for r in no["rules"]]),
        names=re.compile(one_of(no["names"])),
        approx_before=re.compile(f"(?P<word>{before})占?(?:人民币|港币|美金)?$"),
        approx_after=re.compile(one_of(after)),
        # the last characters of what may stand between a word of approximation and its number
        approx_ends=frozenset([w[-1] for w in (*single, *longer)] + ["占", "币", "金"]),
        approx_kind=kind,
        fillers=re.compile(f"{fillers}+$"),
        filler_ends=frozenset(word[-1] for key in ("fillers", "in_value", "rates") for word in context[key]),
        rate=re.compile(one_of(context["rates"]) + "(?!水平|值|数|气温)"),
        # each rate is written with one of these
        rate_holds=_cover(context["rates"]),
        per_head=re.compile(one_of(context["per_head"])),
        first=re.compile(one_of(context["first"])),
        first_in_value=re.compile(f"{one_of(context['in_value'])}$"),
        first_in_value_ends=frozenset(word[-1] for word in context["in_value"]),
        vague=re.compile(
            rf"(?P<word>{one_of(context['vague']['before'])}[十百千万亿]{{1,3}})[余多]?(?:{unit_at.pattern})"
            rf"|(?P<outright>{one_of(context['vague']['outright'])})"
        ),
        # where one can begin: quick to find
        vague_at=re.compile(
            f"[{''.join(sorted({w[0] for ws in context['vague'].values() for w in ws}))}](?=[十百千万亿逾以好成])"
        ),
        stock=re.compile(one_of(context["stock"])),
        total=re.compile(one_of(context["totals"])),
        part=re.compile(one_of(context["parts"])),
        growth=re.compile(
            rf"(?:(?P<base>{base})(?P<mid>{mid})(?P<dir>{degree})?(?:(?P=dir))?"
            rf"|(?<![新])(?P<only>{direction}))"
            rf"(?:了|率|幅度|约|近|超|超过|达到|达|为|逾|分别|均|高达|幅|各|：|[-+]){{0,4}}$"
        ),
        # no change is told without one of the characters its words are made of
        growth_hint=re.compile(
            "[比较均"
            + "".join(
                sorted(
                    {c for w in [*cmp["direction"], *cmp["degree"]] for c in w}
                    | set("".join(word[-1] for word in [*cmp["change_to"], "为"]))
                )
            )
            + "]"
        ),
        next_growth=re.compile(rf"(?:{_LEVEL})*{_AND}(?P<dir>{direction})?(?:了|约|近|超|[-+])?"),
        level=re.compile(_LEVEL),
        changes=re.compile(f"{mid}{direction}"),
        down=tuple(cmp["down"]),
        same_base=cmp["same_base"],
        same_share=cmp["same_share"],
        same_amount=cmp["same_amount"],
        becomes=re.compile(becomes),
        change_to=re.compile(
            rf"{becomes}"
            rf"(?:了|约|近|超|超过|达|逾|目前的|现在的|的|[0-9]{{4}}年(?:底|末)?的?|{before}){{0,3}}$"
        ),
        above=re.compile(
            rf"{one_of(cmp['above']['than'])}[^，。；：0-9]{{0,24}}?{one_of([*cmp['above']['ends'], *cmp['places']])}(?:约|近|超|达)?$"
        ),
        times=re.compile(rf"{one_of(cmp['times'])}[^，。；：、0-9的]{{1,12}}的(?:约|近|超|超过|达)?$"),
        doubled=re.compile(
            rf"(?:(?P<base>{base}|[较比]“?十[一二三四五]五”?(?:期?末|时期)?)(?P<mid>[^，。；：0-9]{{0,6}}?))?"
            rf"{one_of(cmp['doubled'])}(?P<approx>{before})?(?P<n>[0-9]|[一两二三四五])?番(?P<more>多|以上)?"
        ),
        rank=re.compile(
            rf"(?P<kind>{one_of(cmp['rank'])}(?P<where>[^，。；、：0-9第]{{0,12}})第|(?P<where2>{one_of(cmp['places'])})第)"
            rf"(?P<n>[0-9]{{1,3}}|[{CN}]{{1,3}})(?P<unit>位|名|(?![季届条章款次期批项个阶代方梯线产大]|一责))"
        ),
        attribute=re.compile(one_of(context["attributes"])),
        # a measure word nobody listed: what stands alone between the number and a mark or a conjunction
        odd_unit=re.compile(
            rf"(?:[\u4e00-\u9fff](?<![{no['no_unit']}])|[\u4e00-\u9fff](?<![{no['no_unit']}])[次箱时])"
            r"(?=[，。；、）\n]|$|[和及与](?![^，。；]{0,2}$))"
        ),
        countable=re.compile(rf"{one_of(context['countable'])}(?:{fillers}){{0,2}}$"),
        goal=re.compile(f"(?<![定绕标扣焦盯准照])(?:{one_of(context['goals'])})"),
        verb=re.compile(one_of(family)),
        family=family,
        noun_after=re.compile(verbs["nouns"]["after"]),
        noun_own={verb: re.compile(a) for verb, a in verbs["nouns"]["own"].items()},
        noun_before={verb: re.compile(f"{b}$") for verb, b in verbs["nouns"]["before"].items()},
        leading=re.compile(one_of(verbs["leading"])),
        leading_kind=verbs["leading"],
    )


@cache
def word_list(name: str) -> dict:
    """One of the vocabulary's files as it stands; not to be changed."""
    return _load(name)


def _load(name: str):
    return yaml.load(
        (FOLDER / f"{name}.yaml").read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )


def _units(table: dict) -> tuple[dict[str, Unit], re.Pattern, dict[str, list[str]]]:
    units, patterns = {}, {}
    for kind, rows in table.items():
        if kind in ("needs", "magnitudes"):
            continue
        for row in rows:
            word = row["unit"]
            units[word] = Unit(
                row.get("show", word),
                kind,
                row.get("same", row.get("show", word)),
                Decimal(str(row.get("factor", 1))),
                row.get("whole", False),
                row.get("needs"),
            )
            patterns[word] = re.escape(word) + (f"(?![{row['not_before']}])" if row.get("not_before") else "")
    pattern = "|".join(patterns[w] for w in sorted(patterns, key=lambda w: (-len(w), w)))
    return units, re.compile(pattern), table["needs"]


def _by_unit(rules: list[Rule]) -> dict[str | None, Rules]:
    """Unit word → the rules to try; None → those that hold for every unit without rules of its own."""
    units = {rule.unit for rule in rules}
    return {unit: _tried([r for r in rules if r.unit in (None, unit)]) for unit in units | {None}}


def _tried(rules: list[Rule]) -> Rules:
    """Only rules that ask for something: one that asks for nothing would say no to everything."""
    asking = [r for r in rules if r.before or r.after or r.between or r.unit or r.form]

    def either(patterns: Iterable[re.Pattern | None]) -> re.Pattern:
        return re.compile("|".join(f"(?:{p.pattern})" for p in patterns if p) or "(?!)")

    return Rules(
        tuple(asking),
        tuple(r for r in asking if not r.before and not r.after),
        either(r.before for r in asking),
        either(r.after for r in asking),
        _characters(r.before.pattern for r in asking if r.before),
    )


def _characters(patterns: Iterable[str]) -> frozenset[str]:
    """All that the patterns could end with: the characters they are written with. None may end with what it does not name."""
    found = set(" ")
    for pattern in patterns:
        core = pattern.removesuffix("$").rstrip(")*+?")
        if core.endswith(".") or re.search(r"\[\^[^\]]*\]$|\\[a-zA-Z]$", core):
            raise ValueError(f"not_claims.yaml：before “{pattern}”的末尾没有写明是哪些字")
        found |= set(pattern)
        for low, high in re.findall(r"([0-9A-Za-z])-([0-9A-Za-z])", pattern):
            found |= {chr(code) for code in range(ord(low), ord(high) + 1)}
    return frozenset(found)


def _rule(row: dict) -> Rule:
    def pattern(key: str, tail: str = "") -> re.Pattern | None:
        return re.compile("(?:" + row[key].replace("{n}", "0-9" + CN) + ")" + tail) if key in row else None

    between = (row["min"], row["max"]) if "min" in row else None
    return Rule(
        row["why"],
        pattern("before", "$"),
        pattern("after"),
        row.get("unit"),
        row.get("form"),
        between,
        pattern("unless_after"),
    )
