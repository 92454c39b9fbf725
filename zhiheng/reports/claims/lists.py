"""Figures told in a row for things, years or times told in a row: 商标、专利案件分别为610件、99件; 2021至2023年分别为…

Each value gets the member it belongs to; what cannot be told apart with certainty stays as it was read.
"""

import re
from collections.abc import Iterator, Sequence

from .claim import Claim
from .timeline import Timeline

_MARK = re.compile(r"\s*(?:[、，]|和|与|及|以及)?\s*")
_YEARS = re.compile(r"(?:(?:19|20)[0-9]{2}年(?:、|和|与|及)?){2,}")
_YEAR = re.compile("((?:19|20)[0-9]{2})年")
_RANGE = re.compile(r"((?:19|20)[0-9]{2})年?[至到~-]((?:19|20)[0-9]{2})年")
_PART = "(?:第?[一二三四1-4]季度|[上下]半年|1?[0-9]月)"
_PARTS = re.compile(f"{_PART}(?:(?:、|和|与|及){_PART})+")
_ONE_PART = re.compile(_PART)
_SHORT = re.compile(
    "(?P<first>第?[一二三四1-4](?:、第?[一二三四1-4])*)、第?(?P<last>[一二三四1-4])季度"
)  # 三、四季度
_APART = re.compile("(?:同比)?(?:各自|分别)")
_AND = re.compile("、|以及|和|与|及")
# What the last member alone says for all: 商标、专利案件
_SHARED = re.compile(
    "(?:侵权|违法|纠纷)?案件?$|(?:申请|授权|注册|有效|登记)量$|(?:线索|人数|件数|金额|数量)$"
)
_VERB_BEFORE = re.compile("^(?:共|依法|全年|全市|全省|新)*")
_LONGEST = 64


def distribute(claims: Sequence[Claim], text: str, time: Timeline) -> None:
    """Give the claims of each list their own thing or time; `claims` in order of appearance, `text` the clean one."""
    for group in _groups(claims, text):
        first = group[0].number[0]
        start = time.bounds(time.sentence(first), len(text))[0]
        lead = text[max(start, first - 120) : first]
        if not _APART.search(lead) and not _APART.search(text, first, group[-1].number[1]):
            continue
        _years(group, lead)
        _things(group, lead)
    _a_year_before(claims, text, time)


def _groups(claims: Sequence[Claim], text: str) -> Iterator[list[Claim]]:
    """Runs of claims with nothing but a mark of a list between them."""
    run: list[Claim] = []
    for claim in claims:
        if claim.in_table or not claim.number[1]:
            continue
        if run and not (
            0 <= claim.number[0] - run[-1].number[1] <= 3
            and _MARK.fullmatch(text, run[-1].number[1], claim.number[0])
            and len(run) < _LONGEST
        ):
            if len(run) > 1:
                yield run
            run = []
        run.append(claim)
    if len(run) > 1:
        yield run


def _years(group: list[Claim], lead: str) -> None:
    several, span, parts = _YEARS.search(lead), _RANGE.search(lead), _PARTS.search(lead)
    short = _SHORT.search(lead)
    if short and (group[0].period or "")[:4].isdigit():
        several, year = short, (group[0].period or "")[:4]
        told = [*short["first"].replace("第", "").split("、"), short["last"]]
        years = [f"{year}年第{part}季度" for part in told]
    elif parts and (group[0].period or "")[:4].isdigit():
        several, year = parts, (group[0].period or "")[:4]
        said = [p if p[0] in "第上下" or p[-1] == "月" else f"第{p}" for p in _ONE_PART.findall(parts[0])]
        years = [f"{year}年{part}" for part in said]
    elif several:
        years = _YEAR.findall(several[0])
    elif span and 0 < int(span[2]) - int(span[1]) < _LONGEST:
        years = [str(year) for year in range(int(span[1]), int(span[2]) + 1)]
    else:
        return
    each, rest = divmod(len(group), len(years))
    if rest or not each:
        return
    for i, claim in enumerate(group):
        claim.period = years[i // each]
        claim.why.append({"rule": "逐项的年份", "words": (several or span)[0]})


def _things(group: list[Claim], lead: str) -> None:
    clause = re.split("[，；：（）]", lead)[-1]
    apart = _APART.search(clause)
    if apart is None or any(claim.base_unit != group[0].base_unit for claim in group):
        return
    named = clause[: apart.start()]
    behind = re.sub("^(?:为|达到?|是|有)$", "", clause[apart.end() :])
    verb = group[0].verb
    if verb and verb in named:
        named = named[named.index(verb) + len(verb) :]
    named = _VERB_BEFORE.sub("", named)
    members = [one for one in _AND.split(named) if one]
    if len(members) != len(group) or any(_YEAR.search(one) for one in members):
        return
    tail = _SHARED.search(members[-1])
    for claim, member in zip(group, members, strict=True):
        said = member + (tail[0] if tail and not member.endswith(tail[0]) else "")
        claim.head = claim.topic = said
        claim.context = f"{verb or ''}{behind}{said}{claim.text[-12:]}"
        claim.why.append({"rule": "逐项的事物", "words": member})


def _a_year_before(claims: Sequence[Claim], text: str, time: Timeline) -> None:
    """上半年120件，下半年190件；上年同期为101件、155件: each of the same part of the year before."""
    if not time.tells_same:
        return
    by_marker: dict[int, list[int]] = {}
    for i, claim in enumerate(claims):
        when = time.at(claim.number[0]) if claim.number[1] else None
        if when is not None and when.same and claim.measure not in ("ratio", "rank"):
            by_marker.setdefault(when.place, []).append(i)
    for place, later in by_marker.items():
        sentence = claims[later[0]].sentence
        before = [
            c
            for c in claims[max(0, later[0] - _LONGEST) : later[0]]
            if c.sentence == sentence and c.number[0] < place and c.base_unit == claims[later[0]].base_unit
        ]
        pairs = zip(before[-len(later) :], later, strict=False) if len(before) >= len(later) else ()
        for earlier, i in pairs:
            told = re.fullmatch("((?:19|20)[0-9]{2})(年.+)?", earlier.period or "")
            if told and told[2]:
                claims[i].period = f"{int(told[1]) - 1}{told[2]}"
