"""Who stands behind a filing: names, placeholders for hidden ones, applicants as sets, phones, staff and capital."""

from __future__ import annotations

import re
from functools import lru_cache

from zhiheng import canonical, numbers

_PARTED = re.compile(r"[;；、,，|/／\\\n\t]+")
_HIDDEN = re.compile(
    r"(请求|要求)?(不公布|不公告|不公开|不予公布|不予公告)(姓名|发明人|设计人)*|保密|匿名|不详|未知|无|暂无|待定|[-—/*xX.…？?]+|发明人.*不公(告|布|开).*"
)
_MANAGED = re.compile(r"[（(]?(等|等人|第[一二三四]发明人)[)）]?$")


@lru_cache(maxsize=200_000)
def names(cell: str) -> tuple[str, ...]:
    """Names in a cell, each once, placeholders for hidden ones left out.

    Parted by marks, slashes or line ends; spaces part names of Han characters (张三 李四), not the two characters of one
    name set apart (张　三), and not the parts of a foreign name.
    """
    found: dict[str, None] = {}
    for piece in _PARTED.split(canonical.folded(cell)):
        words = piece.split()
        if len(words) > 1 and all(re.fullmatch("[一-鿿·]+", word) for word in words):
            whole = [words] if all(len(word) >= 2 for word in words) else [["".join(words)]]
            pieces = whole[0]
        else:
            pieces = [" ".join(words)]
        for name in pieces:
            name = _MANAGED.sub("", name).strip()
            if name and not _HIDDEN.fullmatch(name):
                found[name] = None
    return tuple(found)


@lru_cache(maxsize=200_000)
def applicants(cell: str) -> frozenset[str]:
    """The applicants of one filing as a set of folded names: order, marks and width do not make others of them."""
    return frozenset(canonical.key(name) for name in names(cell))


@lru_cache(maxsize=200_000)
def phones(cell: str) -> tuple[str, ...]:
    """Numbers in a cell without country code, trunk zeros and extension; masked, short and made-up ones are none."""
    found: dict[str, None] = {}
    text = canonical.folded(cell)
    for piece in re.split(r"[;；、,，/|\n]|(?<=\d{7})\s+(?=[+0\d]\d{6})", text):
        piece = re.split(r"转|分机|ext\.?|#|-(?=\d{1,5}$)(?<=\d{7}-)", piece, maxsplit=1, flags=re.I)[0]
        if "*" in piece:
            continue
        digits = re.sub(r"\D", "", piece)
        digits = re.sub(r"^(0086|86)(?=1\d{10}$|0?\d{9,11}$)", "", digits).lstrip("0")
        if len(digits) >= 7 and len(set(digits)) > 2 and not re.search("1234567|7654321", digits):
            found[digits] = None
    return tuple(found)


@lru_cache(maxsize=50_000)
def mailbox(cell: str) -> str:
    """A mail address as it is compared, "" when it is none."""
    folded = canonical.key(cell)
    return folded if "@" in folded else ""


@lru_cache(maxsize=50_000)
def most(cell: str) -> float | None:
    """The number a cell states, of a range the highest: what speaks for the applicant counts. 1-49人 → 49."""
    text = canonical.folded(cell).replace(",", "")
    text = re.sub(r"[人名个家户以下内约左右超过多于少于不足至少\s]", "", text)
    values = []
    for piece in re.split(r"[-—–~～至到]+", text):
        read = numbers.read(piece) if piece else None
        if read is not None and read.readings:
            values.append(float(read.high or max(read.readings)))
    return max(values, default=None)


# Yuan a unit, rounded up: doubt speaks for the applicant.
_CURRENCIES = {
    "美元": 7.5, "美金": 7.5, "usd": 7.5, "欧元": 8.5, "eur": 8.5, "英镑": 10.0, "gbp": 10.0, "港元": 1.0, "港币": 1.0, "hkd": 1.0,
    "日元": 0.07, "日币": 0.07, "jpy": 0.07, "新台币": 0.25, "台币": 0.25, "韩元": 0.006, "新加坡元": 5.8, "澳元": 5.2, "加元": 5.6,
    "瑞士法郎": 9.0,
}  # fmt: skip


@lru_cache(maxsize=50_000)
def capital(cell: str) -> tuple[float, str] | None:
    """Registered capital in 万元, and the currency it was turned from ("" for yuan). A bare number counts as 万元."""
    text = canonical.folded(cell).replace(",", "").casefold()
    currency = next((name for name in sorted(_CURRENCIES, key=len, reverse=True) if name in text), "")
    plain = re.sub(
        r"人民币|rmb|cny|[￥¥\s整]|注册资[本金]", "", text.replace(currency, "") if currency else text
    )
    stated = "元" in plain or "圆" in plain or bool(currency)
    values = []
    for piece in re.split(r"[-—–~～至到]+", re.sub(r"[元圆]", "", plain)):
        read = numbers.read(piece) if piece else None
        if read is not None and read.readings:
            values.append((float(read.high or max(read.readings)), read.magnitude))
    if not values:
        return None
    value, magnitude = max(values)
    if stated or magnitude >= 10_000:
        value /= 10_000
    return value * _CURRENCIES.get(currency, 1.0), currency
