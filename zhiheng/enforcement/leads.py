"""Leads that become cases: what an inspection found, what another province handed over. The record keeps the case's number, both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.http import Http404

from zhiheng.accounts.models import Person
from zhiheng.matters import origins
from zhiheng.matters.models import MatterRecord
from zhiheng.refusal import Reason
from zhiheng.registers import selectors, services
from zhiheng.registers.declaration import find
from zhiheng.ui.days import today

from .models import Letter, LetterKind


def matters(column: str) -> Callable[[Person, Any], Iterator[tuple[str, list[tuple[str, str]]]]]:
    """The matters that a column names by their number, for a record's page."""

    def leads(actor: Person, record: Any) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        if found := origins.numbered(actor, getattr(record, column), today()):
            yield "案件", found

    return leads


def is_a_lead(letter: Letter, on: date | None) -> Reason | None:
    """A letter becomes a case once, and only one that handed a lead over to us."""
    if letter.kind != LetterKind.LEAD_IN:
        return Reason("只有接受外省市移送的函件可以成案")
    if letter.case_no:
        return Reason(f"这份函件已经登记案号“{letter.case_no}”", way_out="写错的请用“更正”")
    return None


@cache
def written() -> dict[str, Any]:
    """leads.yaml."""
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def may_become_a_case(code: str, record: Any, on: date | None = None) -> bool:
    """Whether a record (with its `state`) is a lead that no case came of yet."""
    register = find(code)
    act = register.act(written()["records"][code]["act"])
    return not selectors.conditions_against(register, act, record, on or today())


def _origin(code: str) -> origins.Origin:
    """A kind of record whose records become cases, as leads.yaml says."""
    told = written()["records"][code]

    def found(actor: Person, pk: int, on: date) -> Any:
        record = selectors.record_for(actor, find(code), pk, on)
        if not may_become_a_case(code, record, on):
            raise Http404("这条记录不能转为案件，或者已经成案。")
        return record

    def answers(record: Any) -> dict[str, Any]:
        return {name: _said(value, record) for name, value in told["answers"].items()}

    def opened(actor: Person, on: date, record: Any, made: MatterRecord) -> None:
        register, said = find(code), {told["column"]: getattr(made, written()["number"])}
        act = register.act(told["act"])
        services.take(actor=actor, on=on, register=register, record=record, act=act, answers=said)

    return origins.register(
        origins.Origin(
            code,
            told["title"],
            written()["kind"],
            written()["door"],
            rows=lambda: find(code).model.objects.standing(),
            by=told["column"],
            page=lambda pk: find(code).url("record", pk),
            found=found,
            answers=answers,
            opened=opened,
        )
    )


def _said(value: str, record: Any) -> Any:
    return getattr(record, value[1:]) if value.startswith("=") else value.format(r=record)


FAULTS = _origin("found-faults")
LETTERS = _origin("letters")
UNIT_LETTERS = _origin("unit-letters")
