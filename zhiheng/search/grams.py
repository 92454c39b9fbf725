"""Canonical texts of a record and of what is typed, and the signs and pairs of signs that both are found by. Pure.

Pairs, because names, surnames and places of two characters are what people look for; three would not find them. Signs by
themselves, because a surname is typed alone as well, and whoever has it must not be looked for in every record.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import add

from zhiheng import canonical

# Between columns: no canonical text contains it, so nothing is found across two columns.
APART = "\n"


def text_of(values: Iterable[str]) -> str:
    """The text of a record. A value that has another form as a code (023-1111 → 0231111) is kept in both."""
    parts: dict[str, None] = {}
    for value in values:
        if value:
            parts |= dict.fromkeys(_forms(value))
    return APART.join(parts)


def words_of(typed: str) -> list[str]:
    """The words that must all be found. A document number is one, whatever blanks were typed within it."""
    return [typed] if canonical.document_number(typed)[1] else typed.split()


def spellings(word: str) -> list[str]:
    """The canonical texts any of which a record must contain to be found by a typed word; none when it has only signs."""
    found = _forms(word)
    number, formed = canonical.document_number(word)
    if formed:
        found |= dict.fromkeys([canonical.key(number)])
    return list(found)


def _forms(value: str) -> dict[str, None]:
    forms = [canonical.key(value)]
    if "-" in forms[0] or " " in value:
        forms.append(canonical.key(canonical.code(value)))
    return dict.fromkeys(form for form in forms if form)


def grams(text: str) -> set[str]:
    """Every sign, and every two neighbouring signs within a column: what a record is found by."""
    columns = text.split(APART)
    return set().union(*columns, *(map(add, column, column[1:]) for column in columns))


def needed(word: str) -> set[str]:
    """The grams that a text with this word has at least; of a word of one or two signs, all there is to know."""
    return set(map(add, word, word[1:])) or {word}
