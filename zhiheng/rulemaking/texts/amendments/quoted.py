"""Provisions a decision quotes, read as what they are to become: articles, paragraphs, items."""

from __future__ import annotations

import re

from ..alignment import align
from ..model import ARTICLES, Kind, Provision, fingerprint
from ..numbering import NUMERAL, read_mark
from ..reading import Line, clean, contents_of_article, parse
from .locating import Misfit


def quoted_like(provision: Provision, lines: tuple[str, ...], count: int) -> list[Provision]:
    """Quoted lines as provisions of the kind of the one they replace; ``count`` articles are meant."""
    words = [line for one in lines if (line := clean(one))]
    if not words:
        raise Misfit("没有给出修改后的内容")
    if provision.kind in ARTICLES:
        return quoted_articles(words, count, points=provision.kind is Kind.POINT)
    if provision.kind is Kind.PARAGRAPH:
        return contents_of_article(words)
    return quoted_items(words, provision.mark)


def quoted_articles(lines: list[str], count: int, *, points: bool = False) -> list[Provision]:
    """Quoted articles; with their labels when there are several."""
    label = re.compile(
        rf"第{NUMERAL}条(?:之[一二三四五六七八九十]+)?(?: |\u3000|$)"
        if not points
        else r"[一二三四五六七八九十百]+、"
    )
    starts = [n for n, line in enumerate(lines) if label.match(line)]
    if count == 1 and len(starts) <= 1:
        first = label.sub("", lines[0], count=1).strip() if starts == [0] else lines[0]
        kind = Kind.POINT if points else Kind.ARTICLE
        article = Provision(kind, number=(1, 0), mark="一、" if points else "")
        article.children = contents_of_article([first, *lines[1:]], points=points)
        return [article]
    if not starts or starts[0] != 0:
        raise Misfit("引用的几条没有逐条写明序号")
    found = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        article = parse([Line(line) for line in lines[start:end]], title="x").articles()
        if len(article) != 1:
            raise Misfit(f"读不出“{lines[start][:20]}…”")
        article[0].children = contents_of_article(
            [label.sub("", lines[start], count=1).strip(), *lines[start + 1 : end]]
        )
        article[0].id = ""
        found.append(article[0])
    return found


def quoted_items(lines: list[str], mark: str) -> list[Provision]:
    """Quoted items; ``mark`` is that of the list they join, for a single one quoted without its label."""
    if not read_mark(lines[0]):
        if len(lines) > 1:
            raise Misfit("引用的项第一段没有序号，其后另有段落")
        return [Provision(Kind.ITEM, lines[0], (1, 0), mark)]
    first, *rest = contents_of_article(["：", *lines])
    if not first.children or any(paragraph.children for paragraph in rest):
        raise Misfit(f"读不出引用的项“{lines[0][:20]}…”")
    first.children[-1].children += rest  # an item of several paragraphs
    return first.children


def keep_ids(old: list[Provision], new: list[Provision]) -> None:
    """Give what replaces provisions the ids of those that it continues."""
    for i, j in align([fingerprint(p.text) for p in old], [fingerprint(p.text) for p in new]).pairs:
        if old[i].kind is new[j].kind:
            new[j].id = old[i].id
            keep_ids(old[i].children, new[j].children)
