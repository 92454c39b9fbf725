"""The table in which an office answers when it is asked about a draft (意见反馈表): a row an opinion, its place in one column, what it
wants in another, why in a third."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhiheng.files.word import Document, Table

from .model import Text
from .numbering import NUMERAL, value

_COLUMNS = {
    "place": r"(?:所?涉及?|对应)?(?:的)?(?:章节)?(?:条款|条文|条目|条次|条|位置)(?:序号|号|名称|内容)?",
    "before": r"(?:原|现|草案|征求意见稿|送审稿)(?:的)?(?:条文|文|稿|内容|表述|条款)*|征求意见稿",
    "after": r"(?:建议|拟)?(?:修改|调整)(?:后|为|成)(?:的)?(?:条文|内容|表述|条款)?|建议(?:条文|稿|表述)|修改稿",
    "words": r"(?:具体|主要|反馈|修改)*(?:的)?(?:意见|建议)(?:和|及|、|或|/)?(?:意见|建议)?(?:内容)?|修改(?:意见|建议|内容)",
    "why": r"(?:修改|主要|采纳)?(?:的)?(?:理由|依据|原因|说明)(?:和|及|、|或|/)?(?:理由|依据|说明)?",
}
"""What the head of a column says, by what the column holds; the first that fits whole."""
_LABEL = re.compile(rf"第\s*({NUMERAL})\s*条(?:\s*之\s*({NUMERAL}))?")
_DEEPER = re.compile(r"第[^条]{1,6}[款项目]|[（(][一二三四五六七八九十]{1,3}[）)]")
_NOTHING = re.compile(r"(?:无|没有|—|-|/|\\|无意见|没有意见|同意)?[。.]?")
_LONGEST = 20  # signs in the head of a column
_HEAD_ROWS = 4  # a name of the table and of who fills it in stand above the head


def opinions_in(document: Document, base: Text) -> Iterator[tuple[str, str, str]]:
    """(article, words, proposed) of every row that says something: the article as it is called in ``base``, "" where the row names none of
    its articles; ``proposed`` the words of the whole article, where the row gives them."""
    known = {article.number: article for article in base.articles()}
    for table in document.blocks:
        if isinstance(table, Table):
            yield from _rows(table, known)


def _rows(table: Table, known: dict) -> Iterator[tuple[str, str, str]]:
    rows = list(_cells(table))
    head, columns = next(
        ((n, found) for n, row in enumerate(rows[:_HEAD_ROWS]) if (found := _columns(row))), (0, {})
    )
    if not columns:
        return
    for row in rows[head + 1 :]:
        said = {name: row[n] if n < len(row) else "" for name, n in columns.items()}
        words, after = (
            "" if _NOTHING.fullmatch(one) else one for one in (said.get("words", ""), said.get("after", ""))
        )
        if not words and not after:
            continue
        place = said.get("place", "")
        article = _article(place, known) or _article(said.get("before", "")[:20], known)
        label = article.label if article else ""
        whole = after if article and _is_whole(after, place, article) else ""
        parts = [
            f"{place}：" if place and place != label else "",
            words,
            f"{'。' if words and words[-1] not in '。；！？' else ''}建议改为：{after}"
            if after and not whole
            else "",
        ]
        told = "".join(parts) if words or not whole else f"{parts[0]}建议修改本条。"
        why = said.get("why", "")
        if why and not _NOTHING.fullmatch(why):
            told += f"（理由：{why}）"
        yield label, told, whole


def _cells(table: Table) -> Iterator[list[str]]:
    """The words of every row by columns; a cell joined to the one above says the same."""
    above: list[str] = []
    for row in table.rows:
        said: list[str] = []
        for cell in row:
            words = "\n".join(line for one in cell.paragraphs if (line := (one.label + one.text).strip()))
            if cell.covered and len(said) < len(above):
                words = above[len(said)]
            said += [words] + [""] * (cell.wide - 1)
        above = said
        yield said


def _columns(row: list[str]) -> dict[str, int]:
    """Which column holds what, where the row is the head of such a table: it has a place or the old words, and what is wanted."""
    found: dict[str, int] = {}
    for n, words in enumerate(row):
        words = re.sub(r"\s|[（(].*?[）)]", "", words)
        name = next(
            (
                name
                for name, says in _COLUMNS.items()
                if 0 < len(words) <= _LONGEST and re.fullmatch(says, words)
            ),
            None,
        )
        if name:
            found.setdefault(name, n)
    return found if {"place", "before"} & found.keys() and {"after", "words"} & found.keys() else {}


def _article(words: str, known: dict):
    match = _LABEL.search(words)
    if match is None:
        return known.get((int(words), 0)) if words.isdecimal() and len(words) < 5 else None
    return known.get((value(match[1]) or 0, (value(match[2]) or 0) if match[2] else 0))


def _is_whole(after: str, place: str, article) -> bool:
    """Whether the words are meant for the whole article: they begin with its label, or the row is about no part of it and it has but one
    paragraph."""
    if re.match(rf"{_LABEL.pattern}[\s　：:]", after):
        return True
    return not _DEEPER.search(place) and len(article.lines) == 1
