"""Every page and every file of the house with hostile words in every text of every record.

Whatever somebody may have typed, imported or sent from the public page: on a page it is words, in a sheet no formula, in a document no
markup.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
import xlsxwriter
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client

from tests.architecture.test_urls import addresses
from tests.site.test_whose_it_is import filled
from tests.world import sign_in
from zhiheng.accounts.words import WordField

pytestmark = pytest.mark.django_db

# A formula for a sheet, markup for a page and a document.
HOSTILE = '="><img src=x onerror=alert(7)>'
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Columns that hold no words of anybody's: names of things the program knows, digests, numbers it drew.
_OURS = re.compile(
    r"digest|hash|sha$|sha256|seal|code|kind|state|step|stage|role|procedure|version|form$|key|place|path|password|username|figure|"
    r"indicator|session|content$|layout|plan$|table$|tables|input|result$|findings|measure|unit_name|scope|ref$|sender$|colour|label|"
    r"series|prefix|file$|month|day|cause|vocabulary|source$|outcome|discretion|benchmark|rule$|family|clock|action|instrument|ledger_head|wording|value_method|counts$|^of$|field$"
)
# Tables that are the machine's: its ledger, its jobs, what is searched, who is signed in, the law a matter is pinned to.
_MACHINE = re.compile(
    r"audit|jobs|sessions|contenttypes|auth\.|search|Entry$|ProcedureVersion|SignInCount|Unit$|ClockState"
)


def readers(house) -> list[Client]:
    cast = (
        house.a.handler, house.a.unit_head, house.a.admin, house.city.planner, house.city.handler, house.city.auditor, house.city.chief,
    )  # fmt: skip
    return [sign_in(Client(), one) for one in cast]


def every_address(house) -> Iterator[tuple[str, str]]:
    """(route, address): one for each thing that a route names, or its own, and the sheets of lists."""
    for route, _ in addresses():
        named = house.named.get(route, [])[:2] if "<" in route else [{}]
        for address in (filled(route, arguments) for arguments in named):
            yield route, address
            page = address.endswith("/") and not re.search(r"sign-out|demonstration-day", address)
            if page and address.count("/") < 7:
                yield route, f"{address}?export=xlsx"


def words_of_people(model: type[models.Model]) -> list[models.Field]:
    """Columns of a table in which somebody's own words stand."""
    return [
        one
        for one in model._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField)
        and not isinstance(one, WordField)
        and not (one.choices or one.unique or one.primary_key or _OURS.search(one.name))
        and (one.max_length or 999) >= len(HOSTILE)
    ]


def poison(words: str) -> int:
    """Every such column of every row says these words; how many columns."""
    number = 0
    for model in apps.get_models():
        if not model._meta.managed or _MACHINE.search(model._meta.label):
            continue
        for column in words_of_people(model):
            try:
                with transaction.atomic():
                    number += bool(model._base_manager.update(**{column.name: words[: column.max_length]}))
            except DatabaseError:
                continue  # the table itself keeps it out
    return number


def poison_what_was_filled_in(words: str) -> int:
    """Whatever Chinese words stand in the answers, texts and findings that are kept as JSON end in these words; how many rows."""
    number = 0
    for model in apps.get_models():
        if not model._meta.managed or _MACHINE.search(model._meta.label):
            continue
        for column in model._meta.concrete_fields:
            if not isinstance(column, models.JSONField) or _OURS.search(column.name):
                continue
            for pk, value in model._base_manager.values_list("pk", column.name):
                hostile = _ended_in(value, words)
                if hostile != value:
                    model._base_manager.filter(pk=pk).update(**{column.name: hostile})
                    number += 1
    return number


def _ended_in(value, words: str):
    if isinstance(value, dict):
        return {key: _ended_in(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_ended_in(one, words) for one in value]
    return value + words if isinstance(value, str) and re.search(r"[\u4e00-\u9fff]", value) else value


def answered(client: Client, address: str) -> tuple[int, str, bytes]:
    answer = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, answer.headers.get("Content-Type", ""), body


def walked(house) -> Iterator[tuple[str, str, bytes]]:
    """(address, type, body) of whatever anybody may read of the house."""
    clients, reads, lost = readers(house), {}, []
    for route, address in every_address(house):
        for who in sorted(range(len(clients)), key=lambda one: one != reads.get(route)):
            status, kind, body = answered(clients[who], address)
            if status >= 500:
                lost.append(f"{status} {address}")
            if status == 200:
                reads[route] = who
                yield address, kind, body
                break
    assert not lost, lost


def formulas(sheet: ElementTree.Element) -> list[str]:
    """Cells of a worksheet that are reckoned."""
    return [cell.get("r") for cell in sheet.iter(f"{_SHEET}c") if cell.find(f"{_SHEET}f") is not None]


def test_what_is_a_formula_is_seen():
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        book.add_worksheet().write_formula("B2", HOSTILE[:1] + "1+1")
    with zipfile.ZipFile(kept) as packed:
        assert formulas(ElementTree.fromstring(packed.read("xl/worksheets/sheet1.xml"))) == ["B2"]


def test_no_words_of_a_record_become_markup_on_a_page_or_in_a_document_or_a_formula_in_a_sheet(house):
    assert poison(HOSTILE) > 150 and poison_what_was_filled_in(HOSTILE) > 20
    seen, bad = {"pages": 0, "documents": 0, "sheets": 0}, []
    for address, kind, body in walked(house):
        if kind.startswith("text/html"):
            seen["pages"] += 1
            if b"<img src=x" in body:
                at = body.index(b"<img src=x")
                bad.append(f"{address}: …{body[max(0, at - 120) : at + 40].decode('utf-8', 'replace')}")
        elif body[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(body)) as packed:
                for name in packed.namelist():
                    if name.endswith((".xml", ".rels")):
                        seen["documents"] += 1
                        part = ElementTree.fromstring(packed.read(name))  # well formed, or it raises
                        if name.startswith("xl/worksheets/"):
                            seen["sheets"] += 1
                            bad += [f"{address} {name}!{cell}" for cell in formulas(part)]
    assert not bad, "\n".join(bad)
    assert seen["pages"] > 150 and seen["documents"] > 40 and seen["sheets"] > 20, seen
