"""A column that holds a word of the law book (案由, 来源, 角色 …): its titles are read from the book, so that a local book may add words."""

from __future__ import annotations

from functools import partialmethod

from django.db import models

from zhiheng.law import current_book


def title_of(vocabulary: str, code: str) -> str:
    """The word's title; a code the book does not have (kept from one that is gone) stands for itself."""
    words = getattr(current_book(), vocabulary)
    return words[code].title if code in words else code


def choices_of(vocabulary: str) -> list[tuple[str, str]]:
    return [(code, word.title) for code, word in getattr(current_book(), vocabulary).items()]


class WordField(models.CharField):
    """A code of one vocabulary of the book; gives its model `get_<name>_display`, as a column with choices would."""

    def __init__(self, *args, vocabulary: str = "", **kwargs) -> None:
        self.vocabulary = vocabulary
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        """To the database it is a plain column: a new word needs no migration."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def contribute_to_class(self, cls, name, **kwargs) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        if not cls._meta.abstract:
            setattr(cls, f"get_{name}_display", partialmethod(_display, name, self.vocabulary))


def _display(row, name: str, vocabulary: str) -> str:
    code = getattr(row, name)
    return title_of(vocabulary, code) if code else ""
