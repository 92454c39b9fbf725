"""Numbers of provisions: 第一百零二条之三, （四）, 5., ⑥ — read, and written again in the same manner.

A number is a pair ``(n, sub)``; ``sub`` is the 之一 of an inserted article, else 0. How an item is marked is kept as its
*mark*, the mark of the first item of such a list: ``（一）``, ``(1)``, ``1.``, ``①``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from zhiheng.numbers import chinese, read

Number = tuple[int, int]

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BRACKETED = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")

CN = "〇零○一二三四五六七八九十百千两"
"""The characters of a Chinese numeral, for use inside a character class."""
NUMERAL = rf"(?:[{CN}]{{1,9}}|[0-9０-９]{{1,4}})"


@lru_cache(maxsize=4096)
def numeral(n: int) -> str:
    """Write 1–9999 the way articles are numbered: 10 十, 64 六十四, 105 一百零五, 1260 一千二百六十."""
    if not 0 < n < 10000:
        raise ValueError(f"条款序号应在1至9999之间：{n}")
    return chinese(n)


@lru_cache(maxsize=4096)
def value(text: str) -> int | None:
    """The number a numeral stands for; None when it is none. Arabic and full-width digits are numerals too."""
    number = read(text)
    if number is None or len(number.readings) != 1:
        return None
    # nobody counts articles by the hundred and fifty: 第一百五条 is the one after 第一百零四条
    plain = number.readings[0] if number.elided is None else number.elided
    return int(plain) if plain == int(plain) and 0 < plain < 10000 else None


def article_label(number: Number, unit: str = "条") -> str:
    """第十一条, 第十一条之二, 第三章."""
    n, sub = number
    return f"第{numeral(n)}{unit}" + (f"之{numeral(sub)}" if sub else "")


_ITEM = re.compile(
    rf"[（(﹙]\s*(?P<bracket>[{CN}]{{1,4}}|[0-9０-９]{{1,3}})\s*[）)﹚]"
    r"|(?P<dotted>[0-9０-９]{1,3})\s*[.．、](?![0-9０-９])"
    rf"|(?P<comma>[{CN}]{{1,7}})、"
    rf"|(?P<circled>[{_CIRCLED}{_BRACKETED}])"
)
_FAMILY = str.maketrans("（）﹙﹚．、", "()()..")


def read_mark(line: str) -> tuple[str, Number, str] | None:
    """The label a line begins with, its number and its mark: ``（三）其他`` gives ``（三）``, (3, 0), ``（一）``."""
    match = _ITEM.match(line)
    if not match:
        return None
    written = match[match.lastgroup]
    if match.lastgroup == "circled":
        row = _CIRCLED if written in _CIRCLED else _BRACKETED
        return match[0], (row.index(written) + 1, 0), row[0]
    n = value(written)
    if n is None:
        return None
    first = "1" if written.translate(_WIDE).isdigit() else "一"
    return match[0], (n, 0), match[0].replace(written, first).replace(" ", "").replace("\u3000", "")


def family(mark: str) -> str:
    """What marks of one list share, whatever the width of their brackets and dots."""
    return mark.translate(_FAMILY) if mark != "一、" else mark


def write_mark(number: Number, mark: str) -> str:
    """The label of an item: number (3, 0) and mark ``（一）`` give ``（三）``."""
    n = number[0]
    for row in (_CIRCLED, _BRACKETED):
        if mark == row[0]:
            return row[n - 1] if n <= len(row) else f"({n})"
    return mark.replace("1", str(n)) if "1" in mark else mark.replace("一", numeral(n))


def inline_items(text: str) -> list[int]:
    """Numbers of the items that stand inside a paragraph: …下列行为：（一）…；（二）…。"""
    return [n for found in re.finditer(rf"[（(]([{CN}]{{1,3}})[）)]", text) if (n := value(found[1]))]
