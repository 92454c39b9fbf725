"""Rows that are no cases: sums under any name, numbers of columns, cells that name nothing."""

from __future__ import annotations

import re
from typing import Any

from zhiheng.files.spreadsheets import as_text

from .rows import AMOUNT_FIELDS, Column
from .vocabulary import blanks, words

VALUE = re.compile(r"\d[\d,]*\.?\d*|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")  # what no heading says
_SUM = re.compile(
    r"(?:^|.*[\s季月年度页区县局组所]|.*全年)(?:合计|总计|共计|小计|累计|汇总)(?:[:：]?\s*\d+\s*(?:件|起|宗|个|条)?)?[:：]?$"
)
_PARTS_OF_A_DAY = frozenset({"年", "月", "日"})
_STEMS = frozenset("甲乙丙丁戊己庚辛壬癸")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z_. ]*")
_ASIDE = re.compile(r"\s*[（(](?:大写|小写|元|万元|件|人民币|[共计]*\s*\d+\s*(?:件|起|宗|个|条|户|家))[）)]$")
_COUNT = re.compile(r"[共计合]*\s*\d+\s*(?:件|起|宗|个|条|户|家)(?:案件|案)?")
ENDS_AS_SUM = re.compile(r"(?:合\s*计|总\s*计|共\s*计|小\s*计)[:：]?$")


_RULE = re.compile(r":?[-—─━=_＝－]{3,}:?")


def is_sum(text: str) -> bool:
    """Whether a first cell names a sum: 合计, 渝北区 汇总, 二季度合计：1件."""
    plain = _ASIDE.sub("", text.strip())
    return plain.replace(" ", "").strip(":：") in words()["totals"] or _SUM.fullmatch(plain) is not None


def numbers_columns(texts: list[str]) -> bool:
    """Whether a row right under the heading only numbers the columns, 1 2 3 or 甲 乙 1 2, or names them for machines."""
    counted = [text for text in texts if text not in _STEMS]
    if len(texts) >= 3 and _PARTS_OF_A_DAY.issuperset(texts):
        return True
    if len(texts) < 3 or not counted:
        return False
    if all(text.isdecimal() for text in counted):
        numbers = list(map(int, counted))
        return numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return all(_IDENTIFIER.fullmatch(text) for text in texts)


def names_nothing(text: str) -> bool:
    """Whether what stands in a column that names a case names none: the word of a sum, a count of cases."""
    text = text.strip()
    return (
        text in blanks()
        or is_sum(text)
        or ENDS_AS_SUM.search(text) is not None
        or _COUNT.fullmatch(text) is not None
    )


def only_rules(texts: list[str]) -> bool:
    """Whether a row is a line drawn with signs: --- | :--- | ==="""
    return len(texts) > 1 and all(_RULE.fullmatch(text) for text in texts)


def only_sums(row: list[Any], texts: list[str], columns: list[Column]) -> bool:
    """Whether a row holds nothing but numbers in several columns of money."""
    filled = {column.index: column.field for column in columns if row[column.index] != ""}
    return 1 < len(filled) == len(texts) and all(
        field in AMOUNT_FIELDS and (type(row[index]) in (int, float) or VALUE.fullmatch(as_text(row[index])))
        for index, field in filled.items()
    )
