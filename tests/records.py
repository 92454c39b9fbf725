"""Records of any kind as officers make them: begun, and acted upon, by the code of the kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from zhiheng.registers import services
from zhiheng.registers.declaration import find


def begin(actor, kind: str, answers: Mapping[str, Any], parent=None, *, on: date):
    """A record of the kind begun on the day, below its parent; handed back."""
    register = find(kind)
    return services.begin(
        actor=actor, on=on, register=register, act=register.begin, answers=answers, parent=parent
    )


def take(actor, kind: str, record, code: str, answers: Mapping[str, Any], *, on: date):
    """An act taken on a record of the kind."""
    register = find(kind)
    return services.take(
        actor=actor, on=on, register=register, record=record, act=register.act(code), answers=answers
    )


def rows(model: type[models.Model], many: int, **given) -> list[models.Model]:
    """So many rows of a model, whatever its columns: required ones are filled after their type."""
    made = []
    for number in range(model.objects.count(), model.objects.count() + many):
        values: dict = {}
        for column in model._meta.concrete_fields:
            if column.name in given:
                said = given[column.name]
                values[column.name] = said(number) if callable(said) else said
            elif (
                column.primary_key
                or column.null
                or column.has_default()
                or (column.blank and column.empty_strings_allowed and not column.choices)
            ):
                continue
            elif column.choices:
                values[column.name] = next(iter(column.flatchoices))[0]
            elif isinstance(column, models.DateTimeField):
                values[column.name] = timezone.now()
            elif isinstance(column, models.DateField):
                values[column.name] = date(2024, 3, 4)
            elif isinstance(column, models.IntegerField):
                values[column.name] = number + 1
            elif isinstance(column, models.JSONField):
                values[column.name] = {}
            elif isinstance(column, models.CharField | models.TextField):
                values[column.name] = f"{column.name}{number}"[: column.max_length]
        made.append(model(**values))
    model.objects.bulk_create(made)
    return made
