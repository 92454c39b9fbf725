"""Edits of a real text as they come: words, paragraphs, items, articles, their order and chapter names, one to four at a time; and
whether the decision written for two versions, kept as a file and read again, makes one into the other."""

from __future__ import annotations

import random

from zhiheng.rulemaking.texts import (
    Kind,
    Provision,
    Text,
    Unfit,
    apply_decision,
    read_bytes,
    to_markdown,
    write_decision,
)


def suits(text: Text) -> bool:
    """Whether it can be edited so: a text of at least eight articles that amends no other."""
    articles = text.articles()
    return len(articles) >= 8 and not text.amends and all(one.kind is Kind.ARTICLE for one in articles)


def edit(text: Text, rng: random.Random) -> Text:
    """The text after one to four random changes, its articles numbered through again where their number changes."""
    new = text.copy()
    pool = [p.text for p in text.walk() if p.kind is Kind.PARAGRAPH and len(p.text) > 12]
    shifts = False
    for _ in range(rng.randint(1, 4)):
        homes = _homes(new)
        home = rng.choice(homes)
        places = [n for n, p in enumerate(home) if p.kind is Kind.ARTICLE]
        at = rng.choice(places)
        one = home[at]
        what = rng.choice(
            [
                "words",
                "words",
                "words",
                "add",
                "drop",
                "move",
                "paragraph",
                "cut",
                "item",
                "unitem",
                "split",
                "merge",
                "rename",
            ]
        )
        if what == "words":
            _reword(rng.choice([p for p in one.walk() if p.text] or [one]), rng, pool)
        elif what == "add":
            home.insert(
                at + rng.randint(0, 1), Provision(Kind.ARTICLE, number=(1, 0), children=[_fresh(rng, pool)])
            )
            shifts = True
        elif what == "drop" and len(places) > 1:
            home.pop(at)
            shifts = True
        elif what == "move" and len(places) > 1:
            home.pop(at)
            other = rng.choice(_homes(new))
            other.insert(rng.choice([n for n, p in enumerate(other) if p.kind is Kind.ARTICLE]), one)
            shifts = True
        elif what == "paragraph":
            one.children.insert(rng.randint(0, len(one.children)), _fresh(rng, pool))
        elif what == "cut" and len(one.children) > 1:
            one.children.pop(rng.randrange(len(one.children)))
        elif what in ("item", "unitem"):
            _items(one, what, rng)
        elif what == "split" and len(one.children) > 1:
            cut = rng.randint(1, len(one.children) - 1)
            home.insert(at + 1, Provision(Kind.ARTICLE, number=(1, 0), children=one.children[cut:]))
            one.children = one.children[:cut]
            shifts = True
        elif what == "merge" and at + 1 < len(home) and home[at + 1].kind is Kind.ARTICLE:
            one.children += home.pop(at + 1).children
            shifts = True
        elif what == "rename":
            headings = [p for p in new.walk() if p.kind is Kind.CHAPTER]
            if headings:
                rng.choice(headings).text += "和其他"
    if shifts:
        for n, article in enumerate(new.articles(), 1):
            article.renumber((n, 0))
    return new


def _homes(text: Text) -> list[list[Provision]]:
    homes = [
        text.body,
        *(p.children for p in text.walk() if p.kind in (Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.HEADING)),
    ]
    return [home for home in homes if any(p.kind is Kind.ARTICLE for p in home)]


def _fresh(rng: random.Random, pool: list[str]) -> Provision:
    a, b = rng.choice(pool), rng.choice(pool)
    return Provision(Kind.PARAGRAPH, a[: len(a) // 2].strip() + b[len(b) // 2 :].strip())


def _reword(provision: Provision, rng: random.Random, pool: list[str]) -> None:
    words = provision.text
    a = rng.randrange(len(words))
    b = min(len(words), a + rng.randint(0, 12))
    other = rng.choice(pool)
    c = rng.randrange(len(other))
    provision.text = (words[:a] + other[c : c + rng.randint(0, 10)] + words[b:]).strip() or words


def _items(article: Provision, what: str, rng: random.Random) -> None:
    lists = [p for p in article.walk() if sum(q.kind is Kind.ITEM for q in p.children) > 1]
    if not lists:
        return
    holder = rng.choice(lists)
    rows = [q for q in holder.children if q.kind is Kind.ITEM]
    if what == "item":
        holder.children.insert(
            rng.randrange(len(rows)), Provision(Kind.ITEM, "其他有关的事项；", (1, 0), rows[0].mark)
        )
    else:
        holder.children.remove(rows[rng.randrange(len(rows))])
    for n, row in enumerate((q for q in holder.children if q.kind is Kind.ITEM), 1):
        row.renumber((n, 0))


def exact(old: Text, new: Text) -> tuple[bool, str]:
    """Whether the decision for two versions gives the new one, and how broadly it had to be worded."""
    decision = write_decision(old, new)
    words = "".join(p.text for p in decision.walk())
    broad = "whole" if "将全文修改为" in words else "headings" if "章节设置调整为" in words else "fine"
    # through the file, as an office would keep it
    decision = read_bytes(to_markdown(decision).encode(), "决定.md")
    try:
        return apply_decision(old, decision).text == new, broad
    except Unfit:
        return False, broad
