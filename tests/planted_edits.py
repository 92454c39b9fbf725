"""Edits planted in a regulation, each with how a comparison of the two texts must tell of it: for the property and the benchmark."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from zhiheng.rulemaking.texts import Kind, Provision, Text
from zhiheng.rulemaking.texts.difference import Comparison
from zhiheng.rulemaking.texts.model import DIVISIONS, fingerprint

# Words that no regulation says, so that what is planted is like nothing that stands there.
_WORDS = (
    "铜铃", "雨季", "灯芯", "渡船", "鹅卵", "竹篓", "蓑衣", "瓦当", "石磨", "桐油", "棉线", "纸鸢", "陶埙", "麦秸", "苔藓", "芦笛",
    "榫卯", "漆匣", "砚台", "莲蓬", "柳絮", "炭炉", "蒲扇", "犁铧", "鱼篓", "锦鲤", "檀梳", "梭子", "斗笠", "葫芦",
)  # fmt: skip

Told = tuple[str, tuple[str, ...], tuple[str, ...]]
"""What happened (a key of `difference.WORDS`), to which old provisions, which new ones came of it, by their labels."""


@dataclass
class Planted:
    """The edited text, what a comparison must tell, and for each article changed by words alone how many signs were taken out and put
    in, by its new label."""

    text: Text
    told: set[Told] = field(default_factory=set)
    signs: dict[str, int] = field(default_factory=dict)


def fresh(rng: random.Random, words: int = 9) -> str:
    return "".join(rng.sample(_WORDS, words)) + "。"


def told_by(comparison: Comparison) -> set[Told]:
    """What a comparison tells, but for what was only renumbered."""
    return {
        (change.kind, _labels(change.old), _labels(change.new)) if not change.part else (change.part, (), ())
        for change in comparison.changes
        if change.kind not in ("unchanged", "renumbered")
    }


def _labels(provisions: list[Provision]) -> tuple[str, ...]:
    return tuple(one.label for one in provisions)


def leaves_open(text: Text, planted: Planted) -> bool:
    """Whether an article as edited says exactly what another one said: then that one may as well have moved there."""
    said = {_words(one): one.label for one in text.articles()}
    says = {one.label: _words(one) for one in planted.text.articles()}
    return any(
        kind in ("changed", "split") and new[0] in says and said.get(says[new[0]], old[0]) != old[0]
        for kind, old, new in planted.told
    )


def suits(text: Text) -> bool:
    """Whether edits can be planted: enough articles, numbered through, no two that say the same."""
    articles = text.articles()
    words = [_words(one) for one in articles]
    return (
        len(articles) >= 8
        and all(one.kind is Kind.ARTICLE and one.number == (n, 0) for n, one in enumerate(articles, 1))
        and len(set(words)) == len(words)
    )


def plant(text: Text, rng: random.Random, most: int = 4) -> Planted:
    """The text with one to `most` edits, no two of them next to each other. Articles are numbered through again."""
    new = text.copy()
    planted = Planted(new)
    was = {id(b): a.label for a, b in zip(text.walk(), new.walk(), strict=True)}
    articles = new.articles()
    later: list[Callable[[], None]] = []  # what is known once everything has its number
    moved = False
    for at in _apart(len(articles), rng, most):
        one = articles[at]
        ways = [_reword, _reword, _reword, _add, _drop, _paragraph, _cut, _split, _merge, _rename]
        if not moved:
            ways.append(_move)
        rng.shuffle(ways)
        for way in ways:
            if way(planted, was, articles, at, rng, later):
                moved = moved or way is _move
                break
        else:
            raise AssertionError(f"no edit fits {one.label}")
    for n, article in enumerate(new.articles(), 1):
        article.renumber((n, 0))
    for tell in later:
        tell()
    return planted


def _apart(many: int, rng: random.Random, most: int) -> list[int]:
    """Positions at least four apart."""
    first = rng.randrange(min(4, many))
    places = list(range(first, many - 1, 4)) or [0]
    return sorted(rng.sample(places, min(len(places), rng.randint(1, most))))


def _home(text: Text, wanted: Provision) -> list[Provision]:
    holders = [text.body, *(one.children for one in text.walk())]
    return next(home for home in holders if any(one is wanted for one in home))


def _put(text: Text, after: Provision, added: Provision) -> None:
    home = _home(text, after)
    home.insert(next(n for n, one in enumerate(home) if one is after) + 1, added)


def _take(text: Text, one: Provision) -> None:
    home = _home(text, one)
    home[:] = [other for other in home if other is not one]


def _words(provision: Provision) -> str:
    return fingerprint("".join(provision.lines))


def _length(provision: Provision) -> int:
    return len(_words(provision))


def _changed(planted, was, one, later, signs: int | None = None) -> None:
    def tell() -> None:
        planted.told.add(("changed", (was[id(one)],), (one.label,)))
        if signs is not None:
            planted.signs[one.label] = signs

    later.append(tell)


def _reword(planted, was, articles, at, rng, later) -> bool:
    one = articles[at]
    if _length(one) < 20:
        return False
    long = [p for p in one.walk() if len(p.text) >= 10]
    if not long:
        return False
    target = rng.choice(long)
    start = rng.randrange(len(target.text) - 6)
    out = target.text[start : start + rng.randint(0, 6)]
    put = "".join(rng.sample(_WORDS, rng.randint(0 if out else 1, 3)))
    target.text = target.text[:start] + put + target.text[start + len(out) :]
    if not out + put or target.text != target.text.strip():
        target.text = target.text.strip() + "铜铃"
    _changed(planted, was, one, later, len(out) + len(put) + 4)
    return True


def _add(planted, was, articles, at, rng, later) -> bool:
    added = Provision(Kind.ARTICLE, number=(1, 0), children=[Provision(Kind.PARAGRAPH, fresh(rng, 12))])
    _put(planted.text, articles[at], added)
    later.append(lambda: planted.told.add(("added", (), (added.label,))))
    return True


def _drop(planted, was, articles, at, rng, later) -> bool:
    if len(articles) < 8 or len(_home(planted.text, articles[at])) < 2:
        return False
    one = articles[at]
    _take(planted.text, one)
    later.append(lambda: planted.told.add(("deleted", (was[id(one)],), ())))
    return True


def _paragraph(planted, was, articles, at, rng, later) -> bool:
    one = articles[at]
    if _length(one) < 20:
        return False
    one.children.append(Provision(Kind.PARAGRAPH, fresh(rng, 7)))
    _changed(planted, was, one, later)
    return True


def _cut(planted, was, articles, at, rng, later) -> bool:
    one = articles[at]
    if len(one.children) < 2 or _length(one.children[0]) < 12:
        return False
    one.children.pop()
    _changed(planted, was, one, later)
    return True


def _split(planted, was, articles, at, rng, later) -> bool:
    one = articles[at]
    if len(one.children) < 2 or min(_length(child) for child in one.children) < 24:
        return False
    added = Provision(Kind.ARTICLE, number=(1, 0), children=one.children[1:])
    one.children = one.children[:1]
    _put(planted.text, one, added)
    _changed(planted, was, one, later)
    later.append(lambda: planted.told.add(("split", (was[id(one)],), (added.label,))))
    return True


def _merge(planted, was, articles, at, rng, later) -> bool:
    one, other = articles[at], articles[at + 1]
    if min(_length(one), _length(other)) < 24 or len(_home(planted.text, other)) < 2:
        return False
    one.children += other.children
    _take(planted.text, other)
    _changed(planted, was, one, later)
    later.append(lambda: planted.told.add(("merged", (was[id(other)],), (one.label,))))
    return True


def _move(planted, was, articles, at, rng, later) -> bool:
    """Past three others and more, so that it is this one which moved and not they."""
    far = [n for n in range(len(articles)) if abs(n - at) > 4]
    if not far or len(_home(planted.text, articles[at])) < 2:
        return False
    here = {id(one) for one in planted.text.articles()}
    standing = [articles[n] for n in far if id(articles[n]) in here]
    if not standing:
        return False
    one = articles[at]
    _take(planted.text, one)
    _put(planted.text, rng.choice(standing), one)
    later.append(lambda: planted.told.add(("moved", (was[id(one)],), (one.label,))))
    return True


def _rename(planted, was, articles, at, rng, later) -> bool:
    headings = [p for p in planted.text.walk() if p.kind in DIVISIONS and p.text and "和" not in p.text]
    if not headings:
        return False
    heading = rng.choice(headings)
    heading.text += "和" + rng.choice(_WORDS)
    later.append(lambda: planted.told.add(("changed", (was[id(heading)],), (heading.label,))))
    return True
